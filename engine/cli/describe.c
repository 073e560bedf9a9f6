/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces describe: pictures into words, printed, or saved in the files
 * themselves.
 */

#include <string.h>

#include "engine/cli/cli.h"
#include "files/file-texts.h"
#include "files/picture-file.h"

typedef struct
{
  PiscesEngine        *engine;
  PiscesDescribeFlags  what;
  const gchar         *question;      /* nullable */
  const gchar         *language;      /* nullable */
  gboolean             save;
  gboolean             overwrite;
  gboolean             several;       /* more files than one */
} Task;


static gboolean
parse_length (const gchar          *length,
              PiscesDescribeFlags  *what,
              GError              **error)
{
  if (length == NULL || strcmp (length, "short") == 0)
    *what = PISCES_DESCRIBE_SHORT;
  else if (strcmp (length, "long") == 0)
    *what = PISCES_DESCRIBE_LONG;
  else if (strcmp (length, "both") == 0)
    *what = PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG;
  else
    return usage_error (error, "The length “%s” is not one of short, long and both.", length);

  return TRUE;
}

/* Sets @done for a file that is to be left alone.  */
static gboolean
look_for_texts (const Task   *task,
                const gchar  *path,
                gboolean     *done,
                GError      **error)
{
  g_autoptr (PiscesFileTexts) old = pisces_file_texts_read (path, NULL, error);

  if (old == NULL)
    return FALSE;

  if (pisces_file_texts_has_any (old) && ! task->overwrite)
    {
      end_progress ();
      g_printerr ("pisces: “%s” has a text already and was left alone; "
                  "--overwrite replaces it.\n", path);
      *done = TRUE;
    }

  return TRUE;
}

/* What was not written anew stays.  */
static gboolean
save_texts (const Task                  *task,
            const gchar                 *path,
            const PiscesDescribeResult  *result,
            GError                     **error)
{
  g_autoptr (PiscesFileTexts) old = NULL;

  old = pisces_file_texts_read (path, task->language ? task->language : "x-default", error);

  return old &&
         pisces_file_texts_write (path, task->language,
                                  result->short_text ? result->short_text : old->short_text,
                                  result->long_text  ? result->long_text  : old->long_text,
                                  error);
}

static gboolean
describe_file (const Task   *task,
               const gchar  *path,
               GError      **error)
{
  g_autoptr (PiscesImage)           image   = NULL;
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  gboolean                          done    = FALSE;

  if (task->save && (! look_for_texts (task, path, &done, error) || done))
    return done;

  image = pisces_picture_file_load (path, error);
  if (image == NULL)
    return FALSE;

  request = pisces_describe_request_new (image, task->question ? PISCES_DESCRIBE_ANSWER
                                                               : task->what);
  request->question = g_strdup (task->question);
  result = pisces_engine_describe (task->engine, request, show_progress, NULL, NULL, error);
  if (result == NULL || (task->save && ! save_texts (task, path, result, error)))
    return FALSE;

  print_warnings (result->warnings);
  if (task->several)
    g_print ("%s: ", path);
  if (result->short_text)
    g_print ("%s\n", result->short_text);
  if (result->long_text)
    g_print ("%s\n", result->long_text);
  if (result->answer)
    g_print ("%s\n", result->answer);

  return TRUE;
}

/* When texts are saved, one bad file is no reason to leave the others.  */
static gboolean
describe_and_go_on (const Task  *task,
                    gchar      **paths,
                    gint         n_paths,
                    GError     **error)
{
  gint n_failed = 0;

  for (gint i = 0; i < n_paths; i++)
    {
      g_autoptr (GError) reason = NULL;

      if (describe_file (task, paths[i], &reason))
        continue;

      n_failed++;
      end_progress ();
      g_printerr ("pisces: %s\n", reason->message);
    }

  if (n_failed == 0)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
               "%d of %d files could not be described and saved.",
               n_failed, n_paths);

  return FALSE;
}

gboolean
command_describe (gint     argc,
                  gchar  **argv,
                  GError **error)
{
  g_autofree gchar   *length = NULL, *question = NULL, *model = NULL, *backend = NULL;
  g_autofree gchar   *language = NULL;
  Task                task = { 0 };
  const GOptionEntry  entries[] =
  {
    { "length",    'l', 0, G_OPTION_ARG_STRING,   &length,   "short, long or both (short)", "LENGTH" },
    { "question",  'q', 0, G_OPTION_ARG_STRING,   &question, "Answer this instead", "TEXT" },
    { "save",      's', 0, G_OPTION_ARG_NONE,     &task.save,
      "Save the texts in the files' metadata, if they have none yet", NULL },
    { "overwrite",  0,  0, G_OPTION_ARG_NONE,     &task.overwrite,
      "With --save: replace texts that are there", NULL },
    { "language",   0,  0, G_OPTION_ARG_STRING,   &language,
      "With --save: the texts' language, like en or pt-BR (for everyone)", "TAG" },
    { "model",     'm', 0, G_OPTION_ARG_FILENAME, &model,    "Model folder (the built-in one)", "DIR" },
    { "backend",   'b', 0, G_OPTION_ARG_STRING,   &backend,  "See “pisces devices” (the best that works)", "NAME" },
    { NULL }
  };
  g_autoptr (PiscesEngine) engine = NULL;

  if (! options_parse (&argc, &argv, entries, "FILE…",
                       "Writes what pictures show: a line of text for each.", error) ||
      ! parse_length (length, &task.what, error))
    return FALSE;
  if (argc < 2)
    return usage_error (error, "Say which picture to describe.");
  if (task.save && question)
    return usage_error (error, "An answer is no description: leave out --save or --question.");
  if (language && ! (g_ascii_isalpha (*language) &&
                     strspn (language, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-") == strlen (language)))
    return usage_error (error, "“%s” is not a language tag such as en or pt-BR.", language);

  task.engine   = engine = pisces_engine_new (model, backend);
  task.question = question;
  task.language = language;
  task.several  = argc > 2;

  if (task.save)
    return describe_and_go_on (&task, argv + 1, argc - 1, error);

  for (gint i = 1; i < argc; i++)
    if (! describe_file (&task, argv[i], error))
      return FALSE;

  return TRUE;
}
