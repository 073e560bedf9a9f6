/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces describe: describes pictures.  The texts and keywords are printed, or
 * saved in the files themselves.
 */

#include <string.h>

#include "engine/cli/cli.h"
#include "engine/metadata/file-texts.h"
#include "engine/metadata/find-pictures.h"
#include "engine/metadata/keywords.h"
#include "engine/metadata/language-tag.h"
#include "engine/metadata/picture-file.h"

typedef struct
{
  PiscesEngine        *engine;
  PiscesDescribeFlags  what;
  const gchar         *question;      /* nullable */
  const gchar         *context;       /* nullable */
  const gchar         *language;
  gboolean             look_closer;
  gboolean             save;
  gboolean             overwrite;
  gboolean             keep_time;
  gboolean             save_doubtful;
  gboolean             several;       /* whether there are several files */
  gboolean             stop;          /* whether the next files would fail for the
                                       * same reason */
} Task;

/* The data for one file while it is described.  */
typedef struct
{
  const Task                *task;
  const PiscesFoundPicture  *file;
  guint                      n_told;    /* how many of its warnings were printed */
} Telling;


static gboolean
parse_what (const gchar          *length,
            gboolean              keywords,
            const gchar          *question,
            PiscesDescribeFlags  *what,
            GError              **error)
{
  if (length == NULL || strcmp (length, "short") == 0)
    *what = PISCES_DESCRIBE_SHORT;
  else if (strcmp (length, "long") == 0)
    *what = PISCES_DESCRIBE_LONG;
  else if (strcmp (length, "both") == 0)
    *what = PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG;
  else if (strcmp (length, "none") == 0)
    *what = 0;
  else
    return usage_error (error, "The length “%s” is not one of short, long, both and none.", length);

  if (question)
    *what = PISCES_DESCRIBE_ANSWER;
  if (keywords)
    *what |= PISCES_DESCRIBE_KEYWORDS;
  if (*what == 0)
    return usage_error (error, "Nothing is asked for: with the length “none”, add --keywords.");

  return TRUE;
}

/* Checks what can be known about a file before the model is loaded.  */
static gboolean
check_file (const Task                *task,
            const PiscesFoundPicture  *file,
            GError                   **error)
{
  if (file->problem)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST, file->problem);
      return FALSE;
    }
  if (strcmp (file->name, "-") == 0 && ! g_file_test (file->path, G_FILE_TEST_EXISTS))
    return usage_error (error, "There is no file “-”; pictures are not read from standard input.");

  if (task->save && ! pisces_file_texts_check (file->path, error))
    {
      pisces_picture_file_explain (file->path, error);
      return FALSE;
    }

  return ! task->save || pisces_replace_file_check (file->path, error);
}

/* Sets @version to the file that will be described, or @done if it is to be
 * left alone.  */
static gboolean
look_for_texts (const Task                *task,
                const PiscesFoundPicture  *file,
                gchar                    **version,
                gboolean                  *done,
                GError                   **error)
{
  gboolean                    for_everyone = strcmp (task->language,
                                                     PISCES_LANGUAGE_DEFAULT) == 0;
  g_autoptr (PiscesFileTexts) old          = NULL;

  /* If texts for everyone are wanted, a text in any language counts.  */
  old = pisces_file_texts_read (file->path, for_everyone ? NULL : task->language, error);
  if (old == NULL)
    return FALSE;

  *version = g_strdup (old->version);
  /* Keywords alone replace nothing.  */
  if (pisces_file_texts_has_any (old) && ! task->overwrite &&
      task->what != PISCES_DESCRIBE_KEYWORDS)
    {
      g_autofree gchar *reason = pisces_file_texts_tell (old, file->path);
      g_autofree gchar *shown  = show_problem (reason, file->path, file->name);

      end_progress ();
      g_printerr ("pisces: %s %s\n", shown,
                  old->decorative     ? "--overwrite writes one all the same." :
                  old->other_language ? "--overwrite adds one for everyone."
                                      : "--overwrite replaces it.");
      *done = TRUE;
    }

  return TRUE;
}

/* Texts that were not written again stay.  */
static gboolean
save_texts (const Task                  *task,
            const gchar                 *path,
            const gchar                 *version,
            const PiscesDescribeResult  *result,
            GError                     **error)
{
  const PiscesNewTexts texts =
  {
    .language   = task->language,
    .short_text = result->short_text,
    .long_text  = result->long_text,
    .keywords   = (const gchar * const *) result->keywords,
  };

  return pisces_file_texts_write (path, version,
                                  task->keep_time ? PISCES_REPLACE_KEEP_TIME
                                                  : PISCES_REPLACE_DEFAULT,
                                  &texts, error);
}

/* Does not save a text that the model itself says is wrong.  */
static gboolean
check_doubt (const Task                  *task,
             const gchar                 *path,
             const PiscesDescribeResult  *result,
             GError                     **error)
{
  if (! task->save || task->save_doubtful || result->doubt == NULL)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               "Nothing was saved in “%s”, as the model does not know such pictures. "
               "Choose one that knows more with --model, or save the text all the "
               "same with --save-doubtful.", path);

  return FALSE;
}

/* If there are several files, prints which one the warnings are about.  */
static void
introduce_warnings (const Telling  *telling,
                    gchar         **warnings)
{
  g_autofree gchar *name = show_name (telling->file->name);

  if (! telling->task->several || telling->n_told > 0 || warnings == NULL || *warnings == NULL)
    return;

  end_progress ();
  g_printerr ("pisces: About “%s”:\n", name);
}

static void
on_progress (const PiscesProgress *progress,
             gpointer              data)
{
  Telling *telling = data;

  introduce_warnings (telling, progress->warnings);
  show_progress (progress, &telling->n_told);
}

/* Prints the file's name before it if there are several files.  */
static void
print_text (const Task                *task,
            const PiscesFoundPicture  *file,
            const gchar               *text)
{
  g_autofree gchar *name  = show_name (file->name);
  g_autofree gchar *shown = NULL;

  if (text == NULL)
    return;

  shown = task->several ? show_line (text) : show_text (text);
  if (task->several)
    g_print ("%s: ", name);
  g_print ("%s\n", shown);
}

static gboolean
describe_file (Task                      *task,
               const PiscesFoundPicture  *file,
               GError                   **error)
{
  g_autoptr (PiscesImage)           image   = NULL;
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  result  = NULL;
  g_autoptr (GError)                reason  = NULL;
  g_autofree gchar                 *version = NULL;
  gboolean                          done    = FALSE;
  Telling                           telling = { task, file, 0 };

  if (task->save && ! look_for_texts (task, file, &version, &done, error))
    {
      pisces_picture_file_explain (file->path, error);
      return FALSE;
    }
  if (done)
    return TRUE;

  image = pisces_picture_file_load (file->path, error);
  if (image == NULL)
    return FALSE;

  request = pisces_describe_request_new (image, task->what);
  request->question = g_strdup (task->question);
  request->context  = g_strdup (task->context);
  if (strcmp (task->language, PISCES_LANGUAGE_DEFAULT) != 0)
    request->language = g_strdup (task->language);
  request->look_closer = task->look_closer;
  result = pisces_engine_describe (task->engine, request, on_progress, &telling, NULL, &reason);
  if (result == NULL)
    {
      /* A problem with the model would be the same for every picture.  */
      task->stop = ! g_error_matches (reason, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  if (! check_doubt (task, file->path, result, error) ||
      (task->save && ! save_texts (task, file->path, version, result, error)))
    return FALSE;

  introduce_warnings (&telling, result->warnings);
  print_warnings (result->warnings, &telling.n_told);
  print_text (task, file, result->short_text);
  print_text (task, file, result->long_text);
  print_text (task, file, result->answer);
  if (result->keywords && *result->keywords)
    {
      g_autofree gchar *line = pisces_keywords_to_line ((const gchar **) result->keywords);

      print_text (task, file, line);
    }

  return TRUE;
}

/* Removes the file from the list, and prints why.  */
static void
give_up (GPtrArray  *files,
         guint       index,
         GError     *reason)
{
  const PiscesFoundPicture *file  = files->pdata[index];
  g_autofree gchar         *shown = show_problem (reason->message, file->path, file->name);
  g_autofree gchar         *name  = show_name (file->name);

  end_progress ();
  /* What a model says of a picture does not name its file.  */
  if (strstr (reason->message, file->path) == NULL)
    g_printerr ("pisces: About “%s”:\n", name);
  g_printerr ("pisces: %s\n", shown);
  g_ptr_array_remove_index (files, index);
}

/* An error in one file does not stop the others; and everything that can be
 * checked without the model is checked before it is loaded.  */
static gboolean
describe_files (Task       *task,
                GPtrArray  *files,
                GError    **error)
{
  const guint n_files  = files->len;
  guint       n_done   = 0;

  for (guint i = 0; i < files->len;)
    {
      g_autoptr (GError) reason = NULL;

      if (check_file (task, files->pdata[i], &reason))
        i++;
      else
        give_up (files, i, reason);
    }

  for (guint i = 0; i < files->len && ! task->stop;)
    {
      g_autoptr (GError) reason = NULL;

      if (describe_file (task, files->pdata[i], &reason))
        i++, n_done++;
      else if (task->stop)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      else
        give_up (files, i, reason);
    }

  if (n_done == n_files)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
               task->save ? "%u of %u files could not be described and saved."
                          : "%u of %u files could not be described.",
               n_files - n_done, n_files);

  return FALSE;
}

/* If there is only one file, an error is printed as one sentence without its
 * name.  */
static gboolean
describe_one (Task                      *task,
              const PiscesFoundPicture  *file,
              GError                   **error)
{
  g_autoptr (GError)  reason = NULL;
  g_autofree gchar   *shown  = NULL;

  if (check_file (task, file, &reason) && describe_file (task, file, &reason))
    return TRUE;

  shown = show_problem (reason->message, file->path, file->name);
  g_set_error_literal (error, reason->domain, reason->code, shown);

  return FALSE;
}

gboolean
command_describe (gint     argc,
                  gchar  **argv,
                  GError **error)
{
  g_autofree gchar   *length = NULL, *question = NULL, *model = NULL, *backend = NULL, *describer = NULL;
  g_autofree gchar   *language = NULL, *normal = NULL, *context = NULL;
  g_autoptr (GError)  reason = NULL;
  gboolean            keywords = FALSE;
  Task                task = { 0 };
  const GOptionEntry  entries[] =
  {
    { "length",    'l', 0, G_OPTION_ARG_STRING,   &length,   "short, long, both or none (short)", "LENGTH" },
    { "keywords",  'k', 0, G_OPTION_ARG_NONE,     &keywords, "Also find keywords", NULL },
    { "question",  'q', 0, G_OPTION_ARG_STRING,   &question, "Answer this instead", "TEXT" },
    { "look-closer", 0, 0, G_OPTION_ARG_NONE,     &task.look_closer,
      "Also look at parts of the picture, for small text; takes longer", NULL },
    { "context",   'c', 0, G_OPTION_ARG_STRING,   &context,
      "What the model should know, like “product photo for a shop”", "TEXT" },
    { "save",      's', 0, G_OPTION_ARG_NONE,     &task.save,
      "Save the texts in the files' metadata, if they have none yet, and add the keywords", NULL },
    { "overwrite",  0,  0, G_OPTION_ARG_NONE,     &task.overwrite,
      "With --save: replace texts that are there", NULL },
    { "keep-time",  0,  0, G_OPTION_ARG_NONE,     &task.keep_time,
      "With --save: the files keep their time of change", NULL },
    { "save-doubtful", 0, 0, G_OPTION_ARG_NONE,   &task.save_doubtful,
      "With --save: also about pictures that the model does not know", NULL },
    { "language",   0,  0, G_OPTION_ARG_STRING,   &language,
      "The texts' language, like en or pt-BR (the model's own, saved for everyone)", "TAG" },
    { "model",     'm', 0, G_OPTION_ARG_FILENAME, &model,    "Model folder (the built-in one)", "DIR" },
    { "describe-model", 0, 0, G_OPTION_ARG_FILENAME, &describer,
      "Folder of the model that describes (that of --model)", "DIR" },
    { "backend",   'b', 0, G_OPTION_ARG_STRING,   &backend,  "See “pisces devices” (the best that works)", "NAME" },
    { NULL }
  };
  g_autoptr (PiscesEngine) engine = NULL;
  g_autoptr (GPtrArray)    files  = NULL;

  if (! options_parse (&argc, &argv, entries, "FILE…",
                       "Writes what pictures show: a line of text for each. A folder "
                       "stands for the pictures in it.", error) ||
      ! parse_what (length, keywords, question, &task.what, error))
    return FALSE;
  if (argc < 2)
    return usage_error (error, "Say which picture to describe.");
  /* An empty argument, perhaps from a script's variable that is not set, must
   * not stand for this folder.  */
  for (gint i = 1; i < argc; i++)
    if (! *argv[i])
      return usage_error (error, "One of the names of the pictures is empty.");
  if (task.save && question)
    return usage_error (error, "An answer is no description: leave out --save or --question.");
  normal = pisces_language_tag_read (language, &reason);
  if (! normal)
    return usage_error (error, "%s", reason->message);

  files = pisces_find_pictures ((const gchar * const *) argv + 1, NULL);
  if (files->len == 0)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           "There are no pictures there.");
      return FALSE;
    }

  task.engine   = engine = open_engine (model, describer, backend);
  task.question = question;
  task.context  = context;
  task.language = normal;
  task.several  = argc > 2 || g_file_test (argv[1], G_FILE_TEST_IS_DIR);

  return task.several ? describe_files (&task, files, error)
                      : describe_one (&task, files->pdata[0], error);
}
