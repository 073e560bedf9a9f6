/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces generate: words into PNG files.
 */

#include <string.h>

#include "engine/cli/cli.h"

/* The first picture has the name that was given, the others a number before
 * the extension.  */
static gchar *
output_name (const gchar *output,
             guint        index)
{
  const gchar *dot = strrchr (output, '.');

  if (index == 0)
    return g_strdup (output);
  if (dot == NULL || strchr (dot, '/'))
    dot = output + strlen (output);

  return g_strdup_printf ("%.*s-%u%s", (gint) (dot - output), output, index + 1, dot);
}

gboolean
command_generate (gint     argc,
                  gchar  **argv,
                  GError **error)
{
  g_autofree gchar *prompt  = NULL, *plan = NULL, *model = NULL;
  g_autofree gchar *backend = NULL, *output = NULL;
  gint64            seed = 0;
  gint              steps = 0, count = 1;
  gdouble           guidance = -1.0, temperature = -1.0;
  const GOptionEntry entries[] =
  {
    { "prompt",      'p', 0, G_OPTION_ARG_STRING,   &prompt,      "What to draw", "TEXT" },
    { "output",      'o', 0, G_OPTION_ARG_FILENAME, &output,      "The PNG file to write", "FILE" },
    { "plan",        0,   0, G_OPTION_ARG_STRING,   &plan,        "Draw this plan", "TEXT" },
    { "seed",        's', 0, G_OPTION_ARG_INT64,    &seed,        "Seed of the first picture, 0 to 4294967295", "N" },
    { "count",       'n', 0, G_OPTION_ARG_INT,      &count,       "Number of pictures (1)", "N" },
    { "steps",       0,   0, G_OPTION_ARG_INT,      &steps,       "Denoising steps (the model's)", "N" },
    { "guidance",    'g', 0, G_OPTION_ARG_DOUBLE,   &guidance,    "Guidance scale, 1: none (the model's)", "X" },
    { "temperature", 't', 0, G_OPTION_ARG_DOUBLE,   &temperature, "Of the plan (the model's)", "X" },
    { "model",       'm', 0, G_OPTION_ARG_FILENAME, &model,       "Model folder (the built-in one)", "DIR" },
    { "backend",     'b', 0, G_OPTION_ARG_STRING,   &backend,     "See “pisces devices” (the best)", "NAME" },
    { NULL }
  };
  g_autoptr (PiscesEngine)          engine  = NULL;
  g_autoptr (PiscesGenerateRequest) request = NULL;
  g_autoptr (PiscesGenerateResult)  result  = NULL;

  if (! options_parse (&argc, &argv, entries, NULL,
                       "Draws a picture from words. Prints, for each picture, "
                       "its file and the plan that it was drawn from.", error))
    return FALSE;
  if (prompt == NULL)
    return usage_error (error, "Say what to draw with --prompt.");
  if (output == NULL)
    return usage_error (error, "Say where to save the picture with --output.");
  if (argc > 1)
    return usage_error (error, "“%s” is not expected here; put the prompt in quotes.", argv[1]);
  if (! seed_check (seed, error))
    return FALSE;
  if (steps < 0 || count < 1)
    return usage_error (error, "--steps and --count must be positive.");

  request = pisces_generate_request_new (prompt);
  request->plan           = g_strdup (plan);
  request->seed           = seed;
  request->count          = count;
  request->steps          = steps;
  request->guidance_scale = guidance;
  request->temperature    = temperature;

  engine = pisces_engine_new (model, backend);
  result = pisces_engine_generate (engine, request, show_progress, NULL, NULL, error);
  if (result == NULL)
    return FALSE;

  print_warnings (result->warnings);
  for (guint i = 0; i < result->pictures->len; i++)
    {
      PiscesPicture    *picture = result->pictures->pdata[i];
      g_autofree gchar *path    = output_name (output, i);

      if (! picture_save (picture, path, error))
        return FALSE;
      g_print ("%s\nplan: %s\n", path, picture->plan);
    }

  return TRUE;
}
