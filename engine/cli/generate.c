/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces generate: draws PNG files from words and pictures. pisces plan:
 * prints what would be drawn, in words.
 */

#include <math.h>
#include <string.h>

#include "engine/cli/cli.h"
#include "engine/metadata/picture-file.h"

/* The weight of a --like picture if none is given: the result is clearly
 * related to it, but not the same.  */
#define LIKENESS 0.6

/* Sizes come in steps, so that nano's 448 × 256 stand for 16:9.  As a part of the aspect;
 * what is further off is told.  */
#define OTHER_ASPECT 0.05

/* FILE or FILE:WEIGHT.  If there is a file whose own name ends in a colon and
 * digits, that file is used.  */
static gboolean
add_like (PiscesGenerateRequest  *request,
          const gchar            *like,
          gdouble                 weight,
          gboolean                blend,
          GError                **error)
{
  const gchar            *colon = strrchr (like, ':');
  g_autofree gchar       *path  = g_strdup (like);
  g_autoptr (PiscesImage) image = NULL;

  if (colon && ! g_file_test (like, G_FILE_TEST_EXISTS))
    {
      gchar   *end   = NULL;
      gdouble  given = g_ascii_strtod (colon + 1, &end);

      if (end == colon + 1 || *end != '\0')
        return usage_error (error, "“%s” is not a weight: write --like FILE:0.6, say.",
                            colon + 1);
      if (blend)
        return usage_error (error, "--blend gives all pictures the same weight; "
                            "leave “%s” out.", colon);
      path[colon - like] = '\0';
      weight = given;
    }

  image = pisces_picture_file_load (path, error);
  if (image == NULL)
    return FALSE;
  pisces_generate_request_add_reference (request, image, weight);

  return TRUE;
}

/* Says so if the model draws no pictures of nearly that aspect.  */
static void
tell_other_aspect (const gchar                 *aspect,
                   const PiscesGenerateRequest *request)
{
  g_autofree gchar *sentence = NULL;
  gdouble           across, down;

  if (! pisces_sizes_parse_aspect (aspect, &across, &down) ||
      fabs (log (across / down * request->height / request->width)) < OTHER_ASPECT)
    return;

  sentence = g_strdup_printf ("This model draws no pictures of %s; the nearest size is %d × %d.",
                              aspect, request->width, request->height);
  print_sentence (sentence);
}

/* Reads the option --size for the model that draws.  */
static gboolean
read_size (const DrawOptions      *options,
           const gchar            *size,
           PiscesGenerateRequest  *request,
           GError                **error)
{
  g_autoptr (PiscesModelInfo) info = draw_options_inspect (options, error);

  if (info == NULL || ! pisces_sizes_read (&info->abilities.sizes, size,
                                           &request->width, &request->height, error))
    return FALSE;

  tell_other_aspect (size, request);

  return TRUE;
}

gboolean
command_generate (gint     argc,
                  gchar  **argv,
                  GError **error)
{
  g_auto (GStrv) likes = NULL;
  guint          n_likes;
  gboolean       blend = FALSE;
  gint           count = 1;
  gchar         *given_size = NULL;
  const GOptionEntry entries[] =
  {
    { "like",        0,   0, G_OPTION_ARG_FILENAME_ARRAY, &likes, "Draw something like it; may be repeated",
      "FILE[:WEIGHT]" },
    { "size",        0,   0, G_OPTION_ARG_STRING,   &given_size,
      "The size in pixels, or an aspect such as 16:9 (the model's)", "WIDTHxHEIGHT" },
    { "blend",       0,   0, G_OPTION_ARG_NONE,     &blend,       "From all of --like in equal parts, no words", NULL },
    { "count",       'n', 0, G_OPTION_ARG_INT,      &count,       "Number of pictures (1)", "N" },
    { NULL }
  };
  g_auto (DrawOptions) options =
  {
    .prompt_help = "What to draw",
    .seed_help   = "Seed of the first picture, 0 to 4294967295",
    .guidance    = NOT_GIVEN,
    .temperature = NOT_GIVEN,
  };
  g_autoptr (PiscesGenerateRequest) request = NULL;
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  g_autofree gchar                 *size    = NULL;
  gboolean                          parsed;

  parsed = draw_options_parse (&options, &argc, &argv, entries, NULL,
                               "Draws a picture from words. Prints, for each picture, "
                               "its file and the plan that it was drawn from.", error);
  size = given_size;
  if (! parsed)
    return FALSE;
  n_likes = likes ? g_strv_length (likes) : 0;
  if (blend && n_likes == 0)
    return usage_error (error, "Say which pictures to blend with --like, once for each.");
  if (options.prompt == NULL && ! blend)
    return usage_error (error, "Say what to draw with --prompt.");
  if (! draw_options_check (&options, error))
    return FALSE;
  if (argc > 1)
    return usage_error (error, "“%s” is not expected here; put the prompt in quotes.", argv[1]);
  if (count < 1)
    return usage_error (error, "--count must be at least 1.");
  if (count > PISCES_MAX_COUNT)
    return usage_error (error, "--count is %d; up to %d pictures can be drawn at once.",
                        count, PISCES_MAX_COUNT);

  request        = draw_options_request (&options);
  request->count = count;
  if (size && ! read_size (&options, size, request, error))
    return FALSE;
  for (guint i = 0; i < n_likes; i++)
    if (! add_like (request, likes[i], (blend ? 1.0 : LIKENESS) / n_likes, blend, error))
      return FALSE;

  result = draw_options_draw (&options, request, error);
  if (result == NULL)
    return FALSE;

  for (guint i = 0; i < result->pictures->len; i++)
    {
      PiscesPicture    *picture = result->pictures->pdata[i];
      g_autofree gchar *path    = output_name (options.output, i);

      if (! picture_save (picture, options.unmarked, path, error))
        return FALSE;
      print_picture (picture, path);
    }

  return TRUE;
}

gboolean
command_plan (gint     argc,
              gchar  **argv,
              GError **error)
{
  g_autofree gchar  *model = NULL, *backend = NULL, *plan = NULL, *shown = NULL;
  gint64             seed = 0;
  gdouble            temperature = NOT_GIVEN;
  const GOptionEntry entries[] =
  {
    { "seed",        's', 0, G_OPTION_ARG_INT64,    &seed,        "Seed of the picture, 0 to 4294967295 (0)", "N" },
    { "temperature", 't', 0, G_OPTION_ARG_DOUBLE,   &temperature, "0: the likeliest plan (the model's)", "X" },
    { "model",       'm', 0, G_OPTION_ARG_FILENAME, &model,       "Model folder (the built-in one)", "DIR" },
    { "backend",     'b', 0, G_OPTION_ARG_STRING,   &backend,     "See “pisces devices” (the best)", "NAME" },
    { NULL }
  };
  g_autoptr (PiscesEngine)          engine  = NULL;
  g_autoptr (PiscesGenerateRequest) request = NULL;

  if (! options_parse (&argc, &argv, entries, "PROMPT",
                       "Writes the plan that “pisces generate” would draw for "
                       "this prompt and seed, and draws nothing.", error))
    return FALSE;
  if (argc != 2)
    return usage_error (error, "Give one prompt, in quotes.");
  if (! seed_check (seed, error) ||
      ! number_check ("--temperature", temperature, 10.0, error))
    return FALSE;

  request = pisces_generate_request_new (argv[1]);
  request->seed        = seed;
  request->temperature = temperature;

  engine = pisces_engine_new (model, backend);
  if (! check_prompt (engine, argv[1], TRUE, error))
    return FALSE;

  plan = pisces_engine_plan (engine, request, show_progress, NULL, NULL, error);
  if (plan == NULL)
    return FALSE;

  end_progress ();
  shown = show_text (plan);
  g_print ("%s\n", shown);

  return TRUE;
}
