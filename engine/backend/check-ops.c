/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops.c: runs the table of op cases on a backend and on the CPU, and
 * tells where they differ.  The CPU backend's own ops are held against plain
 * loops by the tests.
 */

#include <math.h>

#include <glib/gi18n-lib.h>

#include "engine/backend/check-ops.h"
#include "engine/pisces.h"


/* By the narrowest type that takes part; a product of float32 and 16 bits is
 * one of 16 bits on a GPU.  Rounded weights are such that nothing is lost, but
 * the other operand may have the type that the file had.  */
static const gdouble limits[PISCES_N_CHECKED_TYPES] = { 1e-5, 2e-3, 1e-2, 2e-3, 2e-3 };

/* Of rounded weights where the backend rounds the inputs too; 0.008 is the worst
 * that was seen of these cases.  */
static const gdouble limit_rounded = 2e-2;

static PiscesOpReport *
                check      (PiscesBackend      *backend,
                            PiscesBackend      *cpu,
                            GError            **refusal);
static gboolean run_case   (const PiscesOpCase *op_case,
                            PiscesBackend      *backend,
                            gint                weight_bits,
                            GArray             *values,
                            GError            **error);
static gdouble  difference (GArray             *found,
                            GArray             *expected);
static void     note_case  (PiscesOpReport     *report,
                            const PiscesBackend
                                               *backend,
                            const PiscesOpCase *op_case,
                            gdouble             error,
                            const gchar        *failure);


/**
 * pisces_check_ops:
 * @backend_name: (nullable): as pisces_engine_new() takes it.
 *
 * Runs every op of a backend, in many shapes and with all types of weights,
 * on small random inputs, and compares what comes out with the CPU's.  An op
 * that fails is counted as wrong and the next ones are still run.
 *
 * Returns: (transfer full) (nullable): what was found.  Errors:
 *   %PISCES_ERROR_BACKEND, the backend could not be opened.
 */
PiscesOpReport *
pisces_check_ops (const gchar  *backend_name,
                  GError      **error)
{
  PiscesBackend  *backend = pisces_backend_open (backend_name, error);
  PiscesBackend  *cpu;
  PiscesOpReport *report;

  if (! backend)
    return NULL;
  cpu = pisces_backend_open ("cpu", error);
  if (! cpu)
    {
      pisces_backend_close (backend);
      return NULL;
    }

  report = check (backend, cpu, NULL);

  pisces_backend_close (cpu);
  pisces_backend_close (backend);

  return report;
}

/**
 * pisces_backend_check:
 * @backend: which nothing has been asked of yet.
 *
 * For the first use of a device: the same for a backend that is open, which
 * afterwards is as it was.
 *
 * Returns: whether all was right.  Errors: %PISCES_ERROR_BACKEND, the first op
 *   that was not, and how far it was off; %PISCES_ERROR_OUT_OF_MEMORY, no op
 *   was wrong, but not all could be tried for want of memory.
 */
gboolean
pisces_backend_check (PiscesBackend  *backend,
                      GError        **error)
{
  g_autoptr (PiscesOpReport)  report  = NULL;
  g_autoptr (GError)          refusal = NULL;
  PiscesBackend              *cpu     = pisces_backend_open ("cpu", error);

  if (! cpu)
    return FALSE;

  report = check (backend, cpu, &refusal);
  pisces_backend_close (cpu);
  pisces_backend_trim (backend);
  if (report->n_wrong == 0 && ! refusal)
    return TRUE;

  if (report->n_wrong == 0)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   _("There was too little memory to check the device '%s' "
                     "before its first use: %s"),
                   report->device, refusal->message);
      return FALSE;
    }

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND,
               g_dngettext (GETTEXT_PACKAGE,
                            "The device '%s' does not compute what the CPU does, in "
                            "%u of %u trial: %s",
                            "The device '%s' does not compute what the CPU does, in "
                            "%u of %u trials: %s", report->n_cases),
               report->device, report->n_wrong, report->n_cases, report->complaint);
  return FALSE;
}

/**
 * pisces_op_report_free:
 * @report: (nullable) (transfer full):
 */
void
pisces_op_report_free (PiscesOpReport *report)
{
  if (! report)
    return;

  g_free (report->device);
  g_free (report->complaint);
  g_array_unref (report->results);
  g_free (report);
}


/*  private functions  */

/* Memory that was refused says nothing about the arithmetic: where @refusal is
 * asked for, such a case is left out of the report.  */
static PiscesOpReport *
check (PiscesBackend  *backend,
       PiscesBackend  *cpu,
       GError        **refusal)
{
  const gint      weight_bits = backend->weight_bits;
  PiscesOpReport *report;

  report          = g_new0 (PiscesOpReport, 1);
  report->device  = g_strdup (backend->description ? backend->description
                                                   : backend->table->name);
  report->results = g_array_new (FALSE, TRUE, sizeof (PiscesOpResult));
  for (guint i = 0; i < pisces_n_op_cases; i++)
    {
      const PiscesOpCase *op_case  = &pisces_op_cases[i];
      g_autoptr (GArray)  expected = g_array_new (FALSE, FALSE, sizeof (gfloat));
      g_autoptr (GArray)  found    = g_array_new (FALSE, FALSE, sizeof (gfloat));
      g_autoptr (GError)  failure  = NULL;

      if (run_case (op_case, cpu, 0, expected, &failure) &&
          run_case (op_case, backend, op_case->weight_bits, found, &failure))
        note_case (report, backend, op_case, difference (found, expected), NULL);
      else if (refusal && g_error_matches (failure, PISCES_ERROR,
                                           PISCES_ERROR_OUT_OF_MEMORY))
        {
          if (! *refusal)
            *refusal = g_steal_pointer (&failure);
        }
      else
        note_case (report, backend, op_case, INFINITY, failure->message);
    }

  backend->weight_bits = weight_bits;

  return report;
}

static gboolean
run_case (const PiscesOpCase  *op_case,
          PiscesBackend       *backend,
          gint                 weight_bits,
          GArray              *values,
          GError             **error)
{
  const gsize mark = pisces_backend_mark (backend);
  PiscesOpRun run  = { backend, 1, NULL, values, op_case->weight_type, op_case->weight_bits };
  gboolean    done;

  backend->weight_bits = weight_bits;

  run.weights = g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_weight_free);

  pisces_backend_begin (backend, NULL);
  op_case->run (&run, op_case->numbers);
  done = pisces_backend_finish (backend, error);

  g_ptr_array_unref (run.weights);
  pisces_backend_release (backend, mark);

  return done;
}

/* The largest difference over the largest value, so that a few small numbers
 * among large ones do not count as wrong.  */
static gdouble
difference (GArray *found,
            GArray *expected)
{
  gdouble largest = 1e-3, worst = 0.0;

  if (found->len != expected->len)
    return INFINITY;

  for (guint i = 0; i < found->len; i++)
    {
      const gdouble a = g_array_index (found, gfloat, i);
      const gdouble b = g_array_index (expected, gfloat, i);

      largest = MAX (largest, fabs (b));
      worst   = isfinite (a) && isfinite (b) ? MAX (worst, fabs (a - b))
                                             : INFINITY;
      if (! isfinite (worst))
        break;
    }

  return worst / largest;
}

static void
note_case (PiscesOpReport      *report,
           const PiscesBackend *backend,
           const PiscesOpCase  *op_case,
           gdouble              error,
           const gchar         *failure)
{
  const guint     type   = op_case->weight_bits == 8           ? 3 :
                           op_case->weight_bits == 4           ? 4 :
                           op_case->weight_type == PISCES_F16  ? 1 :
                           op_case->weight_type == PISCES_BF16 ? 2 : 0;
  gdouble         limit  = limits[type];
  PiscesOpResult *result = NULL;

  for (guint i = 0; i < report->results->len && ! result; i++)
    if (g_str_equal (op_case->op, g_array_index (report->results, PiscesOpResult, i).op))
      result = &g_array_index (report->results, PiscesOpResult, i);
  if (! result)
    {
      g_array_set_size (report->results, report->results->len + 1);
      result     = &g_array_index (report->results, PiscesOpResult, report->results->len - 1);
      result->op = op_case->op;
      for (guint t = 0; t < PISCES_N_CHECKED_TYPES; t++)
        result->worst[t] = -1.0;
    }

  if (op_case->weight_bits && op_case->weight_type == PISCES_BF16)
    limit = limits[2];
  if (op_case->weight_bits && backend->table->rounds_inputs)
    limit = limit_rounded;
  result->n_cases++;
  report->n_cases++;
  result->worst[type] = MAX (result->worst[type], error);
  report->worst[type] = MAX (report->worst[type], error);
  if (error <= limit)
    return;

  result->n_wrong++;
  report->n_wrong++;
  if (! report->complaint)
    report->complaint = failure
      ? g_strdup_printf (_("'%s' failed: %s"), op_case->op, failure)
      : g_strdup_printf (_("'%s' differs from the CPU by %.2g, and %.2g is "
                           "allowed."), op_case->op, error, limit);
}
