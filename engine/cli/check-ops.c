/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces check-ops: whether a device computes the same as the CPU.
 */

#include <math.h>

#include "engine/cli/cli.h"

static const gchar * const types[PISCES_N_CHECKED_TYPES] = { "f32", "f16", "bf16", "q8_0", "q4_0" };

static void
print_errors (const gdouble *worst)
{
  for (guint t = 0; t < PISCES_N_CHECKED_TYPES; t++)
    if (isinf (worst[t]))
      g_print ("  %4s failed ", types[t]);
    else if (worst[t] >= 0.0)
      g_print ("  %4s %-7.1e", types[t], worst[t]);
  g_print ("\n");
}

gboolean
command_check_ops (gint     argc,
                   gchar  **argv,
                   GError **error)
{
  g_autofree gchar   *backend   = NULL;
  const GOptionEntry  entries[] =
  {
    { "backend", 'b', 0, G_OPTION_ARG_STRING, &backend, "See “pisces devices” (the best)", "NAME" },
    { NULL }
  };
  g_autoptr (PiscesOpReport) report = NULL;
  g_autofree gchar          *device = NULL;

  if (! options_parse (&argc, &argv, entries, NULL,
                       "Runs every operation of a device on small random "
                       "numbers and compares the results with the CPU's. "
                       "Prints, for each, how many cases there were, how many "
                       "of them were wrong, and the worst error by the type of "
                       "the weights.", error))
    return FALSE;
  if (argc > 1)
    return usage_error (error, "“%s” is not expected here.", argv[1]);

  report = pisces_check_ops (backend, error);
  if (report == NULL)
    return FALSE;

  for (guint i = 0; i < report->results->len; i++)
    {
      const PiscesOpResult *result = &g_array_index (report->results, PiscesOpResult, i);

      g_print ("%-14s %3u cases  %3u wrong", result->op, result->n_cases, result->n_wrong);
      print_errors (result->worst);
    }
  device = show_line (report->device);
  g_print ("%s: %u ops, %u cases, %u wrong; worst error", device,
           report->results->len, report->n_cases, report->n_wrong);
  print_errors (report->worst);

  if (report->n_wrong == 0)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND,
               "Not all is right on %s, in %u of %u cases: %s", report->device,
               report->n_wrong, report->n_cases, report->complaint);
  return FALSE;
}
