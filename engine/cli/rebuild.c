/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces rebuild: describes a picture, and draws it again from the
 * description.
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
  gint64             seed  = 0;
  gboolean           unmarked = FALSE;
  const GOptionEntry entries[] =
  {
    { "output",  'o', 0, G_OPTION_ARG_FILENAME, &output,  "The PNG file to write", "FILE" },
    { "seed",    's', 0, G_OPTION_ARG_INT64,    &seed,    "Seed of the picture, 0 to 4294967295 (0)", "N" },
    { "no-source-type", 0, 0, G_OPTION_ARG_NONE, &unmarked, "Do not say in the file that AI made it", NULL },
    { "model",   'm', 0, G_OPTION_ARG_FILENAME, &model,   "Model folder (the built-in one)", "DIR" },
    { "describe-model", 0, 0, G_OPTION_ARG_FILENAME, &describer,
      "Folder of the model that describes (that of --model)", "DIR" },
    { "backend", 'b', 0, G_OPTION_ARG_STRING,   &backend, "See “pisces devices” (the best that works)", "NAME" },
    { NULL }
  };
  g_autoptr (PiscesEngine)          engine   = NULL;
  g_autoptr (PiscesImage)           image    = NULL;
  g_autoptr (PiscesDescribeRequest) describe = NULL;
  g_autoptr (PiscesDescribeResult)  text     = NULL;
  g_autoptr (PiscesGenerateRequest) generate = NULL;
  g_autoptr (PiscesGenerateResult)  rebuilt  = NULL;
  PiscesPicture                    *picture;
  g_autofree gchar                 *shown    = NULL;
  gdouble                           likeness;
  guint                             n_told = 0;

  if (! options_parse (&argc, &argv, entries, "FILE",
                       "Describes a picture, draws it again from the description, "
                       "and prints how alike the two are.", error))
    return FALSE;
  if (argc != 2)
    return usage_error (error, "Give one picture.");
  if (! seed_check (seed, error) || (output && ! output_check (output, error)))
    return FALSE;
  if (output && is_same_file (argv[1], output))
    return usage_error (error, "The picture would be written over the one that is described. "
                        "Give --output another name.");

  image = pisces_picture_file_load (argv[1], error);
  if (image == NULL)
    return FALSE;

  engine   = open_engine (model, describer, backend);
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
