/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-history.c: the prompts that were used, newest first.  The
 * file has a line that says what it is, then one prompt a line, in which \n,
 * \r and \\ stand for the ends of lines and the backslash.  It is read again
 * before every change, for another GIMP may write to it too.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-prompt-history.h"
#include "ui/widgets/pisces-user-file.h"

#define HEADER "# Pisces prompts 1"

struct _PiscesPromptHistory
{
  GObject    parent_instance;

  gchar     *path;      /* NULL: kept in memory alone                       */
  GPtrArray *prompts;   /* of gchar *, newest first                         */
  gboolean   unsaved;   /* some of them have not come into the file         */
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
 * @path: (nullable): its file, which need not be there; nothing is read yet.
 *   %NULL: a history in memory alone.
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
 * Returns: (transfer full): where a user's history lies.
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
 * A damaged file is renamed, and what can be read of it is used.
 *
 * Returns: %FALSE where the file is damaged or cannot be read; @error then
 *   has a sentence for the user.
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
 * Returns: (transfer none): valid until the history changes.
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
 * @prompt: becomes the newest; where it is there already, it moves up.  A
 *   blank one is left out.
 *
 * Returns: %FALSE where it could not be stored; it is in the history all the
 *   same and will be stored with the next one.
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
 * Returns: %FALSE where the file could not be written.
 */
gboolean
pisces_prompt_history_remove (PiscesPromptHistory  *history,
                              const gchar          *prompt,
                              GError              **error)
{
  g_autofree gchar *wanted  = g_strdup (prompt);   /* it may be the list's own */
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
 * Returns: (transfer full): @text as it is compared in a search: without
 *   regard to case, to accents written in one character or in two, and to
 *   wide or narrow forms.
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
 * @search: some words, or beginnings and pieces of words.
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

/* Tells whether the file may be written now.  @problem may be set all the
 * same: by a damaged file that was put aside.  The prompts that are known are
 * kept in any case.
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

  /* What could not be stored the last time is not forgotten, nor what is
   * known of a file that has been damaged since.
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

/* Takes @problem. */
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

/* Takes what is sound; tells whether all of it was. */
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

  /* Past a NUL, strings end and the file does not. */
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

/* %NULL for an escape that is none. */
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

/* The number of @prompts where it is not among them. */
static guint
history_find (GPtrArray   *prompts,
              const gchar *prompt)
{
  guint index = prompts->len;

  g_ptr_array_find_with_equal_func (prompts, prompt, g_str_equal, &index);

  return MIN (index, prompts->len);
}
