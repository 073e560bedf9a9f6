/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-item.c: one picture file of the list in the Describe Files
 * window.  Text that a person wrote is only ever replaced by a person.  A text
 * that is not saved is kept until it is saved, in the language it was written
 * in: one language is shown and described at a time, and the texts of the
 * others wait.
 *
 * Longer than 500 lines, as a file has many properties, each with a getter and
 * a setter.
 */

#include <string.h>

#include "ui/files/pisces-file-item.h"
#include "ui/widgets/pisces-alt-texts.h"

struct _PiscesFileItem
{
  GObject          parent_instance;

  gchar           *path;
  gchar           *name;         /* for display */
  PiscesFileState  state;
  PiscesFileText  *shown;        /* the text in the language that is shown */
  GPtrArray       *others;       /* PiscesFileText, unsaved, of other languages */
  gchar           *problem;      /* NULL unless the state is FAILED */
  gboolean         looked_at;    /* whether the file has been read for texts */
  gboolean         has_text;     /* whether it has a text, or is decoration */
  gboolean         decorative;   /* whether it is marked as decoration */
  gboolean         passed_over;  /* whether it is never to be described */
  GdkPixbuf       *thumbnail;    /* nullable */
};

static void     pisces_file_item_finalize (GObject         *object);
static gboolean find_other                (PiscesFileItem  *item,
                                           const gchar     *language,
                                           guint           *position);
static void     set_state                 (PiscesFileItem  *item,
                                           PiscesFileState  state);
static void     rest                      (PiscesFileItem  *item);

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
  item->shown  = pisces_file_text_new (PISCES_ALT_TEXT_DEFAULT);
  item->others = g_ptr_array_new_with_free_func (
                   (GDestroyNotify) pisces_file_text_free);
}

static void
pisces_file_item_finalize (GObject *object)
{
  PiscesFileItem *item = PISCES_FILE_ITEM (object);

  g_free (item->path);
  g_free (item->name);
  pisces_file_text_free (item->shown);
  g_ptr_array_unref (item->others);
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

  item->shown = find_other (item, language, &i) ?
                g_ptr_array_steal_index (item->others, i) :
                pisces_file_text_new (language);
  item->looked_at  = FALSE;
  item->has_text   = FALSE;
  item->decorative = FALSE;

  if (item->state == PISCES_FILE_DESCRIBING ||
      item->state == PISCES_FILE_FAILED)
    g_signal_emit (item, changed, 0);
  else
    rest (item);
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
 * pisces_file_item_get_unsaved_text:
 * @language: a BCP 47 tag or %PISCES_ALT_TEXT_DEFAULT.
 *
 * Returns: (transfer none) (nullable): the text in @language, if it is not
 *   saved.
 */
const PiscesFileText *
pisces_file_item_get_unsaved_text (PiscesFileItem *item,
                                   const gchar    *language)
{
  guint i;

  if (g_ascii_strcasecmp (item->shown->language, language) == 0)
    return pisces_file_text_is_unsaved (item->shown) ? item->shown : NULL;

  return find_other (item, language, &i) ? item->others->pdata[i] : NULL;
}

/**
 * pisces_file_item_get_unsaved_texts:
 *
 * Returns: (transfer container) (element-type PiscesFileText): the unsaved
 *   texts of all languages; the one that is shown comes first.
 */
GPtrArray *
pisces_file_item_get_unsaved_texts (PiscesFileItem *item)
{
  GPtrArray *unsaved = g_ptr_array_new ();

  if (pisces_file_text_is_unsaved (item->shown))
    g_ptr_array_add (unsaved, item->shown);
  g_ptr_array_extend (unsaved, item->others, NULL, NULL);

  return unsaved;
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
 * pisces_file_item_count_unsaved:
 *
 * Returns: in how many languages there is a text that is not saved.
 */
guint
pisces_file_item_count_unsaved (PiscesFileItem *item)
{
  return pisces_file_text_is_unsaved (item->shown) + item->others->len;
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
 * pisces_file_item_get_unsaved:
 *
 * Returns: whether there is a text, in any language, that is not saved in the
 *   file.
 */
gboolean
pisces_file_item_get_unsaved (PiscesFileItem *item)
{
  return pisces_file_item_count_unsaved (item) > 0;
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
 * pisces_file_item_get_version:
 *
 * Returns: (nullable): identifies the file that the text was written for, so
 *   that it is not saved in another file that has since taken its path.
 */
const gchar *
pisces_file_item_get_version (PiscesFileItem *item)
{
  return item->shown->version;
}

/**
 * pisces_file_item_set_version:
 * @version: (nullable): the file that the text belongs to from now on.
 */
void
pisces_file_item_set_version (PiscesFileItem *item,
                              const gchar    *version)
{
  pisces_file_text_set_version (item->shown, version);
}

/**
 * pisces_file_item_move_version:
 * @before: (nullable): the file before it was written to.
 * @after: (nullable): the file now.
 *
 * Unsaved texts, in any language, that belonged to @before belong to @after
 * from now on.  Those that belonged to another version stay as they are.
 */
void
pisces_file_item_move_version (PiscesFileItem *item,
                               const gchar    *before,
                               const gchar    *after)
{
  if (g_strcmp0 (item->shown->version, before) == 0)
    pisces_file_text_set_version (item->shown, after);

  for (guint i = 0; i < item->others->len; i++)
    {
      PiscesFileText *other = item->others->pdata[i];

      if (g_strcmp0 (other->version, before) == 0)
        pisces_file_text_set_version (other, after);
    }
}

/**
 * pisces_file_item_see_version:
 * @version: the file as it was just read.
 *
 * Like pisces_file_item_set_version(), but an unsaved text still belongs to
 * the file that it was written for.
 */
void
pisces_file_item_see_version (PiscesFileItem *item,
                              const gchar    *version)
{
  if (! item->shown->version || item->state == PISCES_FILE_DESCRIBING ||
      ! pisces_file_text_is_unsaved (item->shown))
    pisces_file_item_set_version (item, version);
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
    rest (item);
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
         (overwrite && item->state == PISCES_FILE_HAS_TEXT)))
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
    rest (item);
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
    rest (item);
}

/**
 * pisces_file_item_restore:
 * @text: a text that was kept from an earlier session.
 *
 * Adds it again as an unsaved text, in its own language.
 */
void
pisces_file_item_restore (PiscesFileItem       *item,
                          const PiscesFileText *text)
{
  guint i;

  if (! pisces_file_text_is_unsaved (text))
    return;

  if (g_ascii_strcasecmp (item->shown->language, text->language) == 0)
    {
      pisces_file_text_free (item->shown);
      item->shown = pisces_file_text_copy (text);
      rest (item);
      return;
    }

  if (find_other (item, text->language, &i))
    g_ptr_array_remove_index (item->others, i);
  g_ptr_array_add (item->others, pisces_file_text_copy (text));
  g_signal_emit (item, changed, 0);
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
      if (find_other (item, language, &i))
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
      rest (item);
    }
}


/*  private functions  */

static gboolean
find_other (PiscesFileItem *item,
            const gchar    *language,
            guint          *position)
{
  for (*position = 0; *position < item->others->len; (*position)++)
    {
      PiscesFileText *other = item->others->pdata[*position];

      if (g_ascii_strcasecmp (other->language, language) == 0)
        return TRUE;
    }

  return FALSE;
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
static void
rest (PiscesFileItem *item)
{
  if (pisces_file_text_is_unsaved (item->shown))
    set_state (item, item->shown->machine_made ? PISCES_FILE_WRITTEN :
                                                 PISCES_FILE_EDITED);
  else
    set_state (item, item->has_text ? PISCES_FILE_HAS_TEXT :
                                      PISCES_FILE_WAITING);
}
