/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces score: how well the model thinks a picture matches a prompt.
 */

#include "engine/cli/cli.h"
#include "engine/metadata/picture-file.h"

gboolean
command_score (gint     argc,
               gchar  **argv,
               GError **error)
{
  g_autofree gchar  *model = NULL, *backend = NULL, *describer = NULL;
  const GOptionEntry entries[] =
  {
    { "model",   'm', 0, G_OPTION_ARG_FILENAME, &model,   "Model folder (the built-in one)", "DIR" },
    { "describe-model", 0, 0, G_OPTION_ARG_FILENAME, &describer,
      "Folder of the model that describes (that of --model)", "DIR" },
    { "backend", 'b', 0, G_OPTION_ARG_STRING,   &backend, "See “pisces devices” (the best that works)", "NAME" },
    { NULL }
  };
  g_autoptr (PiscesEngine) engine = NULL;
  g_autoptr (PiscesImage)  image  = NULL;
  g_autoptr (PiscesScore)  score  = NULL;
  g_autofree gchar        *shown  = NULL;

  if (! options_parse (&argc, &argv, entries, "FILE PROMPT",
                       "Prints how well a picture shows what a prompt asks for, "
                       "from 0 to 1, and what the model sees in it.", error))
    return FALSE;
  if (argc != 3)
    return usage_error (error, "Give one picture and one prompt, the prompt in quotes.");

  if (! pisces_score_check_prompt (argv[2], error))
    return FALSE;

  image = pisces_picture_file_load (argv[1], error);
  if (image == NULL)
    return FALSE;

  /* Nothing is drawn, so that one model is enough.  */
  engine = pisces_engine_new (describer ? describer : model, backend);
  if (! check_prompt (engine, argv[2], FALSE, error))
    return FALSE;

  score  = pisces_engine_score (engine, image, argv[2], NULL, error);
  if (score == NULL)
    return FALSE;

  end_progress ();
  shown = show_text (score->description);
  g_print ("%s\nmatch: %.3f\n", shown, score->match);

  return TRUE;
}
