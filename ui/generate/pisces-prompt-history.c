/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-history.c: the prompts that were used, newest first.  The
 * first line of the file says what it is.  Each other line is one prompt, in
 * which \n and \r stand for line ends and \\ for the backslash.  The file is
 * read again before every change, because another GIMP may write to it too.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-prompt-history.h"
#include "ui/widgets/pisces-user-file.h"

#define HEADER "# Pisces prompts 1"

struct _PiscesPromptHistory
{
  GObject    parent_instance;

  gchar     *path;      /* NULL if it is kept in memory only                */
  GPtrArray *prompts;   /* gchar *, newest first                            */
  gboolean   unsaved;   /* whether some are not in the file yet             */
};

static void       pisces_prompt_history_finalize (GObject              *object);
static gboolean   read_again                     (PiscesPromptHistory  *history,
                                                  GError              **problem);
static gboolean   finish                         (PiscesPromptHistory  *history,
                                                  gboolean              may_write,
                                                  GError               *problem,
                                                  GError              **error);
static gboolean   history_save                   (PiscesPromptHistory  *history,
                                                  GError              **error);
static gboolean   parse                          (const gchar          *contents,
                                                  gsize                 length,
                                                  GPtrArray            *prompts);
static gchar    * escape                         (const gchar          *prompt);
static gchar    * unescape                       (const gchar          *line);
static guint      history_find                   (GPtrArray            *prompts,
                                                  const gchar          *prompt);

static guint changed;

G_DEFINE_FINAL_TYPE (PiscesPromptHistory, pisces_prompt_history, G_TYPE_OBJECT)

static void
pisces_prompt_history_class_init (PiscesPromptHistoryClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_prompt_history_finalize;

  changed =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pisces_prompt_history_init (PiscesPromptHistory *history)
{
  history->prompts = g_ptr_array_new_with_free_func (g_free);
}

/**
 * pisces_prompt_history_new:
 * @path: (nullable): its file, which need not exist; it is not read yet.
 *   %NULL: a history that is only kept in memory.
 */
PiscesPromptHistory *
pisces_prompt_history_new (const gchar *path)
{
  PiscesPromptHistory *history;

  history       = g_object_new (PISCES_TYPE_PROMPT_HISTORY, NULL);
  history->path = g_strdup (path);

  return history;
}

/**
 * pisces_prompt_history_get_path:
 *
 * Returns: (transfer full): the path of the user's history file.
 */
gchar *
pisces_prompt_history_get_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "pisces", "prompts.txt",
                           NULL);
}

/**
 * pisces_prompt_history_load:
 *
 * Renames a damaged file, and uses what can be read of it.
 *
 * Returns: %FALSE if the file is damaged or cannot be read; @error then has a
 *   sentence for the user.
 */
gboolean
pisces_prompt_history_load (PiscesPromptHistory  *history,
                            GError              **error)
{
  GError   *problem = NULL;
  gboolean  may_write;

  g_return_val_if_fail (PISCES_IS_PROMPT_HISTORY (history), FALSE);

  may_write = read_again (history, &problem);

  return finish (history, may_write && history->unsaved, problem, error);
}

guint
pisces_prompt_history_get_n (PiscesPromptHistory *history)
{
  g_return_val_if_fail (PISCES_IS_PROMPT_HISTORY (history), 0);

  return history->prompts->len;
}

/**
 * pisces_prompt_history_get_prompt:
 * @index: 0 is the newest.
 *
 * Returns: (transfer none): the prompt, valid until the history changes.
 */
const gchar *
pisces_prompt_history_get_prompt (PiscesPromptHistory *history,
                                  guint                index)
{
  g_return_val_if_fail (PISCES_IS_PROMPT_HISTORY (history), NULL);
  g_return_val_if_fail (index < history->prompts->len, NULL);

  return history->prompts->pdata[index];
}

/**
 * pisces_prompt_history_add:
 * @prompt: becomes the newest; if it is already there, it moves to the front.
 *   A blank one is ignored.
 *
 * Returns: %FALSE if the file could not be written.  The prompt is still in
 *   the history, and is written with the next one.
 */
gboolean
pisces_prompt_history_add (PiscesPromptHistory  *history,
                           const gchar          *prompt,
                           GError              **error)
{
  g_autofree gchar *stripped = NULL;
  GError           *problem  = NULL;
  gboolean          may_write;
  guint             index;

  g_return_val_if_fail (PISCES_IS_PROMPT_HISTORY (history), FALSE);
  g_return_val_if_fail (prompt != NULL, FALSE);

  stripped = g_strstrip (g_strdup (prompt));
  if (*stripped == '\0' || ! g_utf8_validate (stripped, -1, NULL))
    return TRUE;

  may_write = read_again (history, &problem);

  index = history_find (history->prompts, stripped);
  if (index < history->prompts->len)
    g_ptr_array_remove_index (history->prompts, index);

  g_ptr_array_insert (history->prompts, 0, g_steal_pointer (&stripped));
  if (history->prompts->len > PISCES_PROMPT_HISTORY_MAX)
    g_ptr_array_set_size (history->prompts, PISCES_PROMPT_HISTORY_MAX);
  history->unsaved = TRUE;

  return finish (history, may_write, problem, error);
}

/**
 * pisces_prompt_history_remove:
 *
 * Returns: %FALSE if the file could not be written.
 */
gboolean
pisces_prompt_history_remove (PiscesPromptHistory  *history,
                              const gchar          *prompt,
                              GError              **error)
{
  g_autofree gchar *wanted  = g_strdup (prompt);   /* a copy, as it may belong to
                                                    * the list */
  GError           *problem = NULL;
  gboolean          may_write;
  guint             index;

  g_return_val_if_fail (PISCES_IS_PROMPT_HISTORY (history), FALSE);
  g_return_val_if_fail (prompt != NULL, FALSE);

  may_write = read_again (history, &problem);

  index = history_find (history->prompts, wanted);
  if (may_write && index < history->prompts->len)
    g_ptr_array_remove_index (history->prompts, index);

  return finish (history, may_write, problem, error);
}

/**
 * pisces_prompt_make_key:
 *
 * Returns: (transfer full): a form of @text for comparing.  Texts that differ
 *   only in case, in accents written as one character or two, or in wide and
 *   narrow forms of characters, have the same form.
 */
gchar *
pisces_prompt_make_key (const gchar *text)
{
  g_autofree gchar *folded     = g_utf8_casefold (text, -1);
  gchar            *normalized = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);

  return normalized ? normalized : g_strdup ("");
}

/**
 * pisces_prompt_matches:
 * @search: some words, or parts of words.
 *
 * Returns: whether all of them are in @prompt, in any order.
 */
gboolean
pisces_prompt_matches (const gchar *prompt,
                       const gchar *search)
{
  g_autofree gchar *prompt_key = pisces_prompt_make_key (prompt);
  g_autofree gchar *search_key = pisces_prompt_make_key (search);
  g_auto (GStrv)    words      = g_strsplit_set (search_key, " \t\r\n", -1);
  guint             i;

  for (i = 0; words[i]; i++)
    {
      if (! strstr (prompt_key, words[i]))
        return FALSE;
    }

  return TRUE;
}

static void
pisces_prompt_history_finalize (GObject *object)
{
  PiscesPromptHistory *history = PISCES_PROMPT_HISTORY (object);

  g_free (history->path);
  g_ptr_array_unref (history->prompts);

  G_OBJECT_CLASS (pisces_prompt_history_parent_class)->finalize (object);
}

/* Reads the file again, and returns whether it may be written now.  @problem
 * may be set even then, if a damaged file was renamed.  The prompts in memory
 * are kept in any case.
 */
static gboolean
read_again (PiscesPromptHistory  *history,
            GError              **problem)
{
  g_autoptr (GPtrArray)  prompts  = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar      *contents = NULL;
  g_autofree gchar      *aside    = NULL;
  gsize                  length;
  guint                  i;

  if (! history->path)
    return TRUE;

  if (! pisces_user_file_read (history->path, &contents, &length, problem))
    return FALSE;

  if (! parse (contents, length, prompts))
    {
      aside = pisces_user_file_set_aside (history->path, problem);
      if (! aside)
        return FALSE;

      g_set_error (problem, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The history of prompts was damaged. It is kept as %s, "
                     "and what could be read of it is in the new history."),
                   aside);
      history->unsaved = TRUE;
    }

  /* Keeps prompts that could not be written before, and those that were known
   * when the file was damaged.
   */
  for (i = 0; history->unsaved && i < history->prompts->len; i++)
    {
      const gchar *prompt = history->prompts->pdata[i];
      guint        index  = history_find (prompts, prompt);

      if (index < prompts->len)
        g_ptr_array_remove_index (prompts, index);
      g_ptr_array_insert (prompts, MIN (i, prompts->len), g_strdup (prompt));
    }

  g_ptr_array_unref (history->prompts);
  history->prompts = g_steal_pointer (&prompts);

  return TRUE;
}

/* @problem: (transfer full) (nullable).  */
static gboolean
finish (PiscesPromptHistory  *history,
        gboolean              may_write,
        GError               *problem,
        GError              **error)
{
  gboolean success = ! problem;

  if (may_write && ! history_save (history, problem ? NULL : &problem))
    success = FALSE;

  if (problem)
    g_propagate_error (error, problem);

  g_signal_emit (history, changed, 0);

  return success;
}

static gboolean
history_save (PiscesPromptHistory  *history,
              GError              **error)
{
  g_autoptr (GString) contents = g_string_new (HEADER "\n");
  guint               i;

  if (! history->path)
    return TRUE;

  for (i = 0; i < history->prompts->len; i++)
    {
      g_autofree gchar *line = escape (history->prompts->pdata[i]);

      g_string_append (contents, line);
      g_string_append_c (contents, '\n');
    }

  history->unsaved = ! pisces_user_file_write (history->path, contents->str,
                                               contents->len, error);

  return ! history->unsaved;
}

/* Reads all valid prompts; returns whether the whole file was valid.  */
static gboolean
parse (const gchar *contents,
       gsize        length,
       GPtrArray   *prompts)
{
  g_auto (GStrv)             lines = NULL;
  g_autoptr (GHashTable)     seen  = NULL;
  gboolean                   sound = TRUE;
  guint                      i;

  if (length == 0)
    return TRUE;

  /* With a zero byte inside, the C string would end before the file does.  */
  if (strlen (contents) != length || contents[length - 1] != '\n')
    sound = FALSE;

  lines = g_strsplit (contents, "\n", -1);
  if (g_strcmp0 (lines[0], HEADER) != 0)
    return FALSE;

  seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (i = 1; lines[i]; i++)
    {
      gchar *prompt;

      if (*lines[i] == '\0')
        continue;

      prompt = g_utf8_validate (lines[i], -1, NULL) ? unescape (lines[i]) : NULL;
      if (prompt && g_hash_table_add (seen, prompt))
        {
          g_ptr_array_add (prompts, prompt);
        }
      else
        {
          sound = sound && prompt;
          g_free (prompt);
        }
    }

  return sound;
}

static gchar *
escape (const gchar *prompt)
{
  GString     *line = g_string_new (NULL);
  const gchar *c;

  for (c = prompt; *c; c++)
    {
      if (*c == '\n')
        g_string_append (line, "\\n");
      else if (*c == '\r')
        g_string_append (line, "\\r");
      else if (*c == '\\')
        g_string_append (line, "\\\\");
      else
        g_string_append_c (line, *c);
    }

  return g_string_free (line, FALSE);
}

/* Returns %NULL if a backslash is followed by an unknown letter.  */
static gchar *
unescape (const gchar *line)
{
  g_autoptr (GString)  prompt = g_string_new (NULL);
  const gchar         *c;

  for (c = line; *c; c++)
    {
      if (*c != '\\')
        {
          g_string_append_c (prompt, *c);
          continue;
        }

      c++;
      if (*c == 'n')
        g_string_append_c (prompt, '\n');
      else if (*c == 'r')
        g_string_append_c (prompt, '\r');
      else if (*c == '\\')
        g_string_append_c (prompt, '\\');
      else
        return NULL;
    }

  return g_strdup (prompt->str);
}

/* Returns the length of @prompts if it is not among them.  */
static guint
history_find (GPtrArray   *prompts,
              const gchar *prompt)
{
  guint index = prompts->len;

  g_ptr_array_find_with_equal_func (prompts, prompt, g_str_equal, &index);

  return MIN (index, prompts->len);
}
