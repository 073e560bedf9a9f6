/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces rebuild: describes a picture, and draws it again from the
 * description.  rebuild-score.c does so with many.
 */

#include <glib/gstdio.h>

#include "engine/cli/cli.h"
#include "engine/metadata/picture-file.h"

/* Also recognises the file by another name, or through a link.  */
static gboolean
is_same_file (const gchar *a,
              const gchar *b)
{
  GStatBuf of_a, of_b;

  return g_stat (a, &of_a) == 0 && g_stat (b, &of_b) == 0 &&
         of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

gboolean
command_rebuild (gint     argc,
                 gchar  **argv,
                 GError **error)
{
  g_autofree gchar  *model = NULL, *backend = NULL, *output = NULL, *describer = NULL;
  g_auto (GStrv)     judges   = NULL;
  gint64             seed     = 0;
  gboolean           unmarked = FALSE, scores = FALSE, json = FALSE;
  const GOptionEntry entries[] =
  {
    { "output",  'o', 0, G_OPTION_ARG_FILENAME, &output,  "The PNG file to write", "FILE" },
    { "seed",    's', 0, G_OPTION_ARG_INT64,    &seed,    "Seed of the picture, 0 to 4294967295 (0)", "N" },
    { "no-source-type", 0, 0, G_OPTION_ARG_NONE, &unmarked, "Do not say in the file that AI made it", NULL },
    { "model",   'm', 0, G_OPTION_ARG_FILENAME, &model,   "Model folder (the built-in one)", "DIR" },
    { "describe-model", 0, 0, G_OPTION_ARG_FILENAME, &describer,
      "Folder of the model that describes (that of --model)", "DIR" },
    { "compare-model", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &judges,
      "Folder of a model that compares, such as CLIP; with --score, several can be given "
      "($" PISCES_COMPARE_VARIABLE ", or else the model that draws)", "DIR" },
    { "score",    0, 0, G_OPTION_ARG_NONE,      &scores,
      "Print only a table of how alike the pictures are, times 100; also of several "
      "pictures and folders, and their mean", NULL },
    { "json",     0, 0, G_OPTION_ARG_NONE,      &json,
      "With --score: print JSON, which has the texts too", NULL },
    { "backend", 'b', 0, G_OPTION_ARG_STRING,   &backend, "See “pisces devices” (the best that works)", "NAME" },
    { NULL }
  };
  g_autoptr (PiscesEngine)          engine   = NULL;
  g_autoptr (PiscesImage)           image    = NULL;
  g_autoptr (PiscesDescribeRequest) describe = NULL;
  g_autoptr (PiscesDescribeResult)  text     = NULL;
  g_autoptr (PiscesGenerateRequest) generate = NULL;
  g_autoptr (PiscesGenerateResult)  rebuilt  = NULL;
  const gchar                      *judge    = g_getenv (PISCES_COMPARE_VARIABLE);
  PiscesPicture                    *picture;
  g_autofree gchar                 *shown    = NULL;
  gdouble                           likeness;
  guint                             n_told = 0;

  if (! options_parse (&argc, &argv, entries, "FILE…",
                       "Describes a picture, draws it again from the description, "
                       "and prints how alike the two are.", error))
    return FALSE;
  for (gint i = 1; i < argc; i++)
    if (! *argv[i])
      return usage_error (error, "One of the names of the pictures is empty.");
  if (argc != 2 && ! (scores && argc > 2))
    return usage_error (error, scores ? "Give pictures, or folders of pictures."
                                      : "Give one picture, or add --score.");
  if (json && ! scores)
    return usage_error (error, "There is JSON only with --score.");
  if (scores && output)
    return usage_error (error, "Pictures are not written with --score: leave out --output.");
  if (judges && judges[0] && judges[1] && ! scores)
    return usage_error (error, "Several models compare only with --score.");
  if (! seed_check (seed, error) || (output && ! output_check (output, error)))
    return FALSE;
  if (output && is_same_file (argv[1], output))
    return usage_error (error, "The picture would be written over the one that is described. "
                        "Give --output another name.");

  if (judges == NULL && judge && *judge)
    {
      judges    = g_new0 (gchar *, 2);
      judges[0] = g_strdup (judge);
    }
  if (scores)
    {
      const RebuildScoring wish = { judges, backend, seed, json };

      engine = open_engine (model, describer, backend);
      return rebuild_score (&wish, engine, argv + 1, error);
    }

  image = pisces_picture_file_load (argv[1], error);
  if (image == NULL)
    return FALSE;

  engine = open_engine (model, describer, backend);
  if (judges)
    pisces_engine_set_model (engine, PISCES_ROLE_COMPARE, judges[0], backend);
  describe = pisces_describe_request_new (image, PISCES_DESCRIBE_LONG);
  text     = pisces_engine_describe (engine, describe, show_progress, NULL, NULL, error);
  if (text == NULL)
    return FALSE;

  generate       = pisces_generate_request_new (text->long_text);
  generate->seed = seed;
  rebuilt = pisces_engine_generate (engine, generate, show_progress, &n_told, NULL, error);
  if (rebuilt == NULL)
    return FALSE;

  picture = rebuilt->pictures->pdata[0];
  if (! pisces_engine_compare (engine, image, picture->image, &likeness, NULL, error) ||
      (output && ! picture_save (picture, unmarked, output, error)))
    return FALSE;

  print_warnings (rebuilt->warnings, &n_told);
  shown = show_text (text->long_text);
  g_print ("%s\nlikeness: %.3f\n", shown, likeness);
  if (g_strcmp0 (text->model_digest, picture->model_digest) != 0)
    {
      g_autofree gchar *describing = show_line (text->model_name);
      g_autofree gchar *drawing    = show_line (picture->model_name);

      g_print ("described by %s, drawn by %s\n", describing, drawing);
    }

  return TRUE;
}
