/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces quantize: writes a copy of a model with its matrices in fewer bits.
 */

#include "engine/cli/cli.h"

gboolean
command_quantize (gint     argc,
                  gchar  **argv,
                  GError **error)
{
  g_autofree gchar   *type      = NULL;
  const GOptionEntry  entries[] =
  {
    { "type", 't', 0, G_OPTION_ARG_STRING, &type,
      "q8_0: 8.5 bits a weight (the default), or q4_0: 4.5", "TYPE" },
    { NULL }
  };
  g_autofree gchar   *shown     = NULL;
  guint               n         = 0;

  if (! options_parse (&argc, &argv, entries, "DIR OUT",
                       "Writes the model in the folder DIR again, as the folder OUT, "
                       "with the matrices of its products rounded to fewer bits. It "
                       "needs less memory and writes faster, and is a little less "
                       "exact.", error))
    return FALSE;
  if (argc != 3)
    return usage_error (error, "Give a model folder and the folder to write.");

  if (! pisces_quantise_model (argv[1], argv[2], type ? type : "q8_0", &n, error))
    return FALSE;

  shown = show_name (argv[2]);
  g_print ("%s: %u matrices in %s.\n", shown, n, type ? type : "q8_0");
  return TRUE;
}
