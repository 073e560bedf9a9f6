/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops.c: runs the table of test cases on a backend and on the CPU, and
 * says where the results differ.  The tests compare the CPU backend's own ops
 * with plain loops.
 */

#include <math.h>

#include <glib/gi18n-lib.h>

#include "engine/backend/check-ops.h"
#include "engine/pisces.h"


/* The largest error that is allowed, for the narrowest type in the op: on a
 * GPU, a product of float32 and a 16-bit type computes with 16 bits.  The
 * values of rounded weights are exact here, but the other operand may have the
 * file's type.  */
static const gdouble limits[PISCES_N_CHECKED_TYPES] = { 1e-5, 2e-3, 1e-2, 2e-3, 2e-3 };

/* The limit for rounded weights if the backend rounds the inputs too; the
 * largest error of these cases so far was 0.008.  */
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
 * @backend_name: (nullable): as for pisces_engine_new().
 *
 * Runs every op of a backend, in many shapes and with all types of weights, on
 * small random inputs, and compares the results with the CPU's.  An op that
 * fails counts as wrong, and the next ones are still run.
 *
 * Returns: (transfer full) (nullable): the results.  Errors:
 *   %PISCES_ERROR_BACKEND, if the backend could not be opened.
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
 * @backend: a backend that has not been used yet.
 *
 * Like pisces_check_ops(), before the first use of a device that is already
 * open.  Does not change the backend.
 *
 * Returns: whether all results were right.  Errors: %PISCES_ERROR_BACKEND,
 *   with the first wrong op and the size of its error;
 *   %PISCES_ERROR_OUT_OF_MEMORY if no op was wrong, but there was not enough
 *   memory to test all.
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

/* If memory is refused, that says nothing about the results.  So if @refusal
 * is not NULL, such a case is left out of the report.  */
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

/* Returns the largest difference divided by the largest value, so that a few
 * small numbers among large ones do not count as wrong.  */
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
