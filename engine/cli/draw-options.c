/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * draw-options.c: what the commands that draw from words have in common: their
 * options, the request that these make, and what is printed of a picture.
 */

#include <string.h>

#include "engine/cli/cli.h"


/*  public functions  */

/* The command's own options are listed after those that name the prompt and the
 * file.  */
gboolean
draw_options_parse (DrawOptions         *options,
                    gint                *argc,
                    gchar             ***argv,
                    const GOptionEntry  *own,
                    const gchar         *arguments,
                    const gchar         *summary,
                    GError             **error)
{
  const GOptionEntry first[] =
  {
    { "prompt",      'p', 0, G_OPTION_ARG_STRING,   &options->prompt,      options->prompt_help, "TEXT" },
    { "output",      'o', 0, G_OPTION_ARG_FILENAME, &options->output,      "The PNG file to write", "FILE" },
  };
  const GOptionEntry last[] =
  {
    { "negative",    0,   0, G_OPTION_ARG_STRING,   &options->negative,    "What to stay away from", "TEXT" },
    { "plan",        0,   0, G_OPTION_ARG_STRING,   &options->plan,        "Draw this plan", "TEXT" },
    { "seed",        's', 0, G_OPTION_ARG_INT64,    &options->seed,        options->seed_help, "N" },
    { "steps",       0,   0, G_OPTION_ARG_INT,      &options->steps,
      "Denoising steps, 0: the model's choice (0)", "N" },
    { "guidance",    'g', 0, G_OPTION_ARG_DOUBLE,   &options->guidance,
      "Guidance scale, 1: none (the model's)", "X" },
    { "temperature", 't', 0, G_OPTION_ARG_DOUBLE,   &options->temperature,
      "Of the plan (the model's)", "X" },
    { "no-source-type", 0, 0, G_OPTION_ARG_NONE,    &options->unmarked,
      "Do not say in the file that AI made it", NULL },
    { "model",       'm', 0, G_OPTION_ARG_FILENAME, &options->model,
      "Model folder (the built-in one)", "DIR" },
    { "backend",     'b', 0, G_OPTION_ARG_STRING,   &options->backend,
      "See “pisces devices” (the best)", "NAME" },
  };
  g_autoptr (GArray) entries = g_array_new (TRUE, FALSE, sizeof (GOptionEntry));

  g_array_append_vals (entries, first, G_N_ELEMENTS (first));
  for (; own->long_name; own++)
    g_array_append_val (entries, *own);
  g_array_append_vals (entries, last, G_N_ELEMENTS (last));

  return options_parse (argc, argv, (const GOptionEntry *) entries->data, arguments, summary, error);
}

gboolean
draw_options_check (const DrawOptions  *options,
                    GError            **error)
{
  if (options->output == NULL)
    return usage_error (error, "Say where to save the picture with --output.");
  if (! output_check (options->output, error) || ! seed_check (options->seed, error) ||
      ! number_check ("--guidance", options->guidance, 100.0, error) ||
      ! number_check ("--temperature", options->temperature, 10.0, error))
    return FALSE;

  return options->steps >= 0 || usage_error (error, "--steps must not be negative.");
}

PiscesGenerateRequest *
draw_options_request (const DrawOptions *options)
{
  PiscesGenerateRequest *request = pisces_generate_request_new (options->prompt ? options->prompt
                                                                                : "");

  request->negative_prompt = g_strdup (options->negative);
  request->plan            = g_strdup (options->plan);
  request->seed            = options->seed;
  request->steps           = options->steps;
  request->guidance_scale  = options->guidance;
  request->temperature     = options->temperature;

  return request;
}

/* Says what the model can do that will draw.  */
PiscesModelInfo *
draw_options_inspect (const DrawOptions  *options,
                      GError            **error)
{
  g_autofree gchar *folder = options->model ? g_strdup (options->model)
                                            : pisces_default_model_folder ();

  return pisces_model_inspect (folder, error);
}

/* Draws, and prints the warnings.  */
PiscesGenerateResult *
draw_options_draw (const DrawOptions            *options,
                   const PiscesGenerateRequest  *request,
                   GError                      **error)
{
  g_autoptr (PiscesEngine) engine = NULL;

  if (! pisces_generate_request_check (request, error))
    return NULL;

  engine = pisces_engine_new (options->model, options->backend);

  return draw_with_engine (engine, request, error);
}

/* Draws with an engine that draws more, and prints the warnings.  */
PiscesGenerateResult *
draw_with_engine (PiscesEngine                 *engine,
                  const PiscesGenerateRequest  *request,
                  GError                      **error)
{
  PiscesGenerateResult *result;
  guint                 n_told = 0;

  result = pisces_engine_generate (engine, request, show_progress, &n_told, NULL, error);
  if (result)
    print_warnings (result->warnings, &n_told);

  return result;
}

void
draw_options_clear (DrawOptions *options)
{
  g_free (options->prompt);
  g_free (options->output);
  g_free (options->negative);
  g_free (options->plan);
  g_free (options->model);
  g_free (options->backend);
}

/* The first picture gets the given name; the others get a number before the
 * suffix.  */
gchar *
output_name (const gchar *output,
             guint        index)
{
  const gchar      *dot  = strrchr (output, '.');
  g_autofree gchar *stem = NULL;

  if (index == 0)
    return g_strdup (output);
  if (dot == NULL || strchr (dot, '/'))
    dot = output + strlen (output);

  stem = g_strndup (output, dot - output);

  return g_strdup_printf ("%s-%u%s", stem, index + 1, dot);
}

/* Prints the file, and the plan that the picture was drawn from.  Some families have
 * no plan.  */
void
print_picture (const PiscesPicture *picture,
               const gchar         *path)
{
  g_autofree gchar *name = show_name (path);

  g_print ("%s\n", name);
  print_plan (picture);
}

void
print_plan (const PiscesPicture *picture)
{
  g_autofree gchar *plan = show_text (picture->plan);

  if (plan && *plan)
    g_print ("plan: %s\n", plan);
}
