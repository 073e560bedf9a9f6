/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-item.c: one picture file of the list in the Describe Files
 * window.  Text that a person wrote is only ever replaced by a person.  A text
 * that is not saved is kept until it is saved, in the language it was written
 * in: one language is shown and described at a time, and the texts of the
 * others wait.  pisces-file-item-unsaved.c knows what is not saved.
 */

#include <string.h>

#include "ui/files/pisces-file-item-private.h"
#include "ui/widgets/pisces-alt-texts.h"

static void     pisces_file_item_finalize (GObject         *object);
static void     file_item_changed         (PiscesFileItem  *item);
static void     set_state                 (PiscesFileItem  *item,
                                           PiscesFileState  state);

static guint changed;

G_DEFINE_FINAL_TYPE (PiscesFileItem, pisces_file_item, G_TYPE_OBJECT)

static void
pisces_file_item_class_init (PiscesFileItemClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_file_item_finalize;

  changed = g_signal_new ("changed", G_TYPE_FROM_CLASS (class),
                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                          G_TYPE_NONE, 0);
}

static void
pisces_file_item_init (PiscesFileItem *item)
{
  item->shown    = pisces_file_text_new (PISCES_ALT_TEXT_DEFAULT);
  item->keywords = pisces_file_keywords_new ();
  item->others   = g_ptr_array_new_with_free_func (
                   (GDestroyNotify) pisces_file_text_free);
  g_signal_connect_swapped (item->keywords, "changed",
                            G_CALLBACK (file_item_changed), item);
}

static void
pisces_file_item_finalize (GObject *object)
{
  PiscesFileItem *item = PISCES_FILE_ITEM (object);

  g_free (item->path);
  g_free (item->name);
  pisces_file_text_free (item->shown);
  g_ptr_array_unref (item->others);
  g_signal_handlers_disconnect_by_data (item->keywords, item);
  g_object_unref (item->keywords);
  g_free (item->problem);
  g_clear_object (&item->thumbnail);

  G_OBJECT_CLASS (pisces_file_item_parent_class)->finalize (object);
}


/*  public functions  */

/**
 * pisces_file_item_new:
 * @path: a file, which need not exist.
 *
 * Returns: (transfer full): an item that waits to be described; the file has
 *   not been read yet.
 */
PiscesFileItem *
pisces_file_item_new (const gchar *path)
{
  PiscesFileItem *item = g_object_new (PISCES_TYPE_FILE_ITEM, NULL);

  item->path = g_strdup (path);
  item->name = g_filename_display_basename (path);

  return item;
}

const gchar *
pisces_file_item_get_path (PiscesFileItem *item)
{
  return item->path;
}

const gchar *
pisces_file_item_get_name (PiscesFileItem *item)
{
  return item->name;
}

PiscesFileState
pisces_file_item_get_state (PiscesFileItem *item)
{
  return item->state;
}

/**
 * pisces_file_item_get_language:
 *
 * Returns: the language of the text that is shown.
 */
const gchar *
pisces_file_item_get_language (PiscesFileItem *item)
{
  return item->shown->language;
}

/**
 * pisces_file_item_set_language:
 * @language: a BCP 47 tag or %PISCES_ALT_TEXT_DEFAULT.
 *
 * Shows another language.  What the file says in it must be read again.  An
 * unsaved text waits until its language is shown again, or until it is saved.
 */
void
pisces_file_item_set_language (PiscesFileItem *item,
                               const gchar    *language)
{
  guint i;

  if (g_ascii_strcasecmp (item->shown->language, language) == 0)
    return;

  if (pisces_file_text_is_unsaved (item->shown))
    g_ptr_array_add (item->others, g_steal_pointer (&item->shown));
  else
    g_clear_pointer (&item->shown, pisces_file_text_free);

  item->shown = pisces_file_text_find (item->others, language, &i) ?
                g_ptr_array_steal_index (item->others, i) :
                pisces_file_text_new (language);
  item->looked_at  = FALSE;
  item->has_text   = FALSE;
  item->decorative = FALSE;

  if (item->state == PISCES_FILE_DESCRIBING ||
      item->state == PISCES_FILE_FAILED)
    g_signal_emit (item, changed, 0);
  else
    pisces_file_item_rest (item);
}

/**
 * pisces_file_item_get_text:
 *
 * Returns: the text that is shown.
 */
const gchar *
pisces_file_item_get_text (PiscesFileItem *item)
{
  return item->shown->text;
}

/**
 * pisces_file_item_get_keywords:
 *
 * Returns: (transfer none): the keywords, which are the same for all languages; the
 *   item emits "changed" when they change.
 */
PiscesFileKeywords *
pisces_file_item_get_keywords (PiscesFileItem *item)
{
  return item->keywords;
}

/**
 * pisces_file_item_get_problem:
 *
 * Returns: (nullable): what went wrong, as a sentence.
 */
const gchar *
pisces_file_item_get_problem (PiscesFileItem *item)
{
  return item->problem;
}

/**
 * pisces_file_item_get_doubtful:
 *
 * Returns: whether the text was written by the model, unchanged by a person,
 *   and is probably wrong.
 */
gboolean
pisces_file_item_get_doubtful (PiscesFileItem *item)
{
  return item->shown->doubtful;
}

/**
 * pisces_file_item_get_machine_made:
 *
 * Returns: whether the text was written by the model, and no person has
 *   changed it.
 */
gboolean
pisces_file_item_get_machine_made (PiscesFileItem *item)
{
  return item->shown->machine_made;
}

/**
 * pisces_file_item_get_decorative:
 *
 * Returns: whether the file is marked as decoration, which needs no text.
 */
gboolean
pisces_file_item_get_decorative (PiscesFileItem *item)
{
  return item->decorative;
}

/**
 * pisces_file_item_get_looked_at:
 *
 * Returns: whether it is known what text the file has.
 */
gboolean
pisces_file_item_get_looked_at (PiscesFileItem *item)
{
  return item->looked_at;
}

/**
 * pisces_file_item_get_thumbnail:
 *
 * Returns: (transfer none) (nullable): a small version of the picture.
 */
GdkPixbuf *
pisces_file_item_get_thumbnail (PiscesFileItem *item)
{
  return item->thumbnail;
}

void
pisces_file_item_set_thumbnail (PiscesFileItem *item,
                                GdkPixbuf      *thumbnail)
{
  if (g_set_object (&item->thumbnail, thumbnail))
    g_signal_emit (item, changed, 0);
}

/**
 * pisces_file_item_set_found:
 * @text: what the file says in the language that is shown; may be empty.
 * @has_text: whether the file has a text, short or long.
 * @decorative: whether it is marked as decoration.
 *
 * Does not replace an unsaved text.
 */
void
pisces_file_item_set_found (PiscesFileItem *item,
                            const gchar    *text,
                            gboolean        has_text,
                            gboolean        decorative)
{
  gboolean unsaved = pisces_file_text_is_unsaved (item->shown);

  item->looked_at  = TRUE;
  item->has_text   = has_text || decorative;
  item->decorative = decorative;
  pisces_file_text_set_in_file (item->shown, text);

  if (! unsaved)
    pisces_file_text_set (item->shown, text, FALSE);

  if (item->state == PISCES_FILE_DESCRIBING)
    g_signal_emit (item, changed, 0);
  else
    pisces_file_item_rest (item);
}

/**
 * pisces_file_item_queue:
 * @overwrite: whether to describe the file even if it has a text.
 *
 * Makes the file wait to be described, unless it has an unsaved text.
 *
 * Returns: whether the file now waits.
 */
gboolean
pisces_file_item_queue (PiscesFileItem *item,
                        gboolean        overwrite)
{
  if (item->state == PISCES_FILE_WAITING)
    return TRUE;

  if (item->passed_over || pisces_file_text_is_unsaved (item->shown) ||
      ! (item->state == PISCES_FILE_FAILED ||
         (overwrite && (item->state == PISCES_FILE_HAS_TEXT ||
                        item->state == PISCES_FILE_SAVED))))
    return FALSE;

  set_state (item, PISCES_FILE_WAITING);

  return TRUE;
}

/**
 * pisces_file_item_begin:
 *
 * Returns: whether the file was waiting; if so, it is now marked as being
 *   described.
 */
gboolean
pisces_file_item_begin (PiscesFileItem *item)
{
  if (item->state != PISCES_FILE_WAITING)
    return FALSE;

  set_state (item, PISCES_FILE_DESCRIBING);

  return TRUE;
}

/**
 * pisces_file_item_stop:
 *
 * The job ended before the file was described; the file waits again.
 */
void
pisces_file_item_stop (PiscesFileItem *item)
{
  if (item->state == PISCES_FILE_DESCRIBING)
    set_state (item, PISCES_FILE_WAITING);
}

/**
 * pisces_file_item_write:
 * @text: what the model wrote.
 * @doubtful: whether the model says that it does not know such pictures.
 *
 * If a person has written a text in the meantime, that one stays.
 */
void
pisces_file_item_write (PiscesFileItem *item,
                        const gchar    *text,
                        gboolean        doubtful)
{
  if (item->state != PISCES_FILE_DESCRIBING)
    return;

  pisces_file_text_set (item->shown, text, TRUE);
  item->shown->doubtful = item->shown->machine_made && doubtful;
  if (pisces_file_text_is_unsaved (item->shown))
    set_state (item, PISCES_FILE_WRITTEN);
  else
    pisces_file_item_rest (item);
}

/**
 * pisces_file_item_edit:
 * @text: what a person wrote.  If it is the text that the file has, nothing is
 *   left to save.
 */
void
pisces_file_item_edit (PiscesFileItem *item,
                       const gchar    *text)
{
  if (strcmp (item->shown->text, text) == 0)
    return;

  pisces_file_text_set (item->shown, text, FALSE);
  if (pisces_file_text_is_unsaved (item->shown))
    set_state (item, PISCES_FILE_EDITED);
  else
    pisces_file_item_rest (item);
}

/**
 * pisces_file_item_set_saved:
 * @language: a BCP 47 tag or %PISCES_ALT_TEXT_DEFAULT.
 * @text: what the file now has in @language.  Changes that were made after
 *   this text was sent to be saved remain unsaved.
 */
void
pisces_file_item_set_saved (PiscesFileItem *item,
                            const gchar    *language,
                            const gchar    *text)
{
  guint i;

  if (g_ascii_strcasecmp (item->shown->language, language) != 0)
    {
      if (pisces_file_text_find (item->others, language, &i))
        {
          PiscesFileText *other = item->others->pdata[i];

          pisces_file_text_set_in_file (other, text);
          if (! pisces_file_text_is_unsaved (other))
            g_ptr_array_remove_index (item->others, i);
        }
      g_signal_emit (item, changed, 0);
      return;
    }

  item->looked_at  = TRUE;
  item->has_text   = *text != '\0';
  item->decorative = FALSE;
  pisces_file_text_set_in_file (item->shown, text);

  if (! pisces_file_text_is_unsaved (item->shown))
    {
      item->shown->machine_made = FALSE;
      item->shown->doubtful     = FALSE;
      set_state (item, PISCES_FILE_SAVED);
    }
  else if (item->state == PISCES_FILE_FAILED)
    set_state (item, PISCES_FILE_EDITED);
}

/**
 * pisces_file_item_fail:
 * @problem: what went wrong, as a sentence.
 */
void
pisces_file_item_fail (PiscesFileItem *item,
                       const gchar    *problem)
{
  g_autofree gchar *sentence = g_strdup (problem);

  g_free (item->problem);
  item->state   = PISCES_FILE_FAILED;
  item->problem = g_steal_pointer (&sentence);
  g_signal_emit (item, changed, 0);
}

/**
 * pisces_file_item_pass_over:
 * @problem: (nullable): why, as a sentence; %NULL: the user wants the file
 *   described after all.
 *
 * Leaves the file in the list with this reason, but never describes it.
 */
void
pisces_file_item_pass_over (PiscesFileItem *item,
                            const gchar    *problem)
{
  if (problem)
    {
      item->passed_over = TRUE;
      pisces_file_item_fail (item, problem);
    }
  else if (item->passed_over)
    {
      item->passed_over = FALSE;
      pisces_file_item_rest (item);
    }
}


/*  private functions  */

static void
file_item_changed (PiscesFileItem *item)
{
  g_signal_emit (item, changed, 0);
}

static void
set_state (PiscesFileItem  *item,
           PiscesFileState  state)
{
  item->state = state;
  g_clear_pointer (&item->problem, g_free);
  g_signal_emit (item, changed, 0);
}

/* Sets the state of a file while no job works on it.  */
void
pisces_file_item_rest (PiscesFileItem *item)
{
  if (pisces_file_text_is_unsaved (item->shown))
    set_state (item, item->shown->machine_made ? PISCES_FILE_WRITTEN :
                                                 PISCES_FILE_EDITED);
  else
    set_state (item, item->has_text ? PISCES_FILE_HAS_TEXT :
                                      PISCES_FILE_WAITING);
}
