/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-item.c: one picture file of a list that is being described.
 * What a person wrote is replaced by nothing but what a person writes; what
 * is not saved stays so until it is saved, whatever else happens.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/pisces-file-item.h"

struct _PiscesFileItem
{
  GObject          parent_instance;

  gchar           *path;
  gchar           *name;         /* for display */
  PiscesFileState  state;
  gchar           *text;         /* never NULL; so too the next */
  gchar           *in_file;      /* the text that the file has, as far as known */
  gchar           *version;      /* the file that the text is of; nullable */
  gchar           *problem;      /* NULL unless the state is FAILED */
  gboolean         machine_made; /* the text is the model's, unchanged */
  gboolean         looked_at;    /* whether in_file is known */
  gboolean         has_text;     /* the file has a text, or says it needs none */
  gboolean         decorative;   /* it says so */
  gboolean         passed_over;  /* it will never be described */
  GdkPixbuf       *thumbnail;    /* nullable */
};

static void     pisces_file_item_finalize (GObject         *object);
static void     set_text                  (PiscesFileItem  *item,
                                           const gchar     *text,
                                           gboolean         machine_made);
static void     set_state                 (PiscesFileItem  *item,
                                           PiscesFileState  state);
static void     rest                      (PiscesFileItem  *item);
static gchar  * problem_to_words          (PiscesFileItem  *item);

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
  item->text    = g_strdup ("");
  item->in_file = g_strdup ("");
}

static void
pisces_file_item_finalize (GObject *object)
{
  PiscesFileItem *item = PISCES_FILE_ITEM (object);

  g_free (item->path);
  g_free (item->name);
  g_free (item->text);
  g_free (item->in_file);
  g_free (item->version);
  g_free (item->problem);
  g_clear_object (&item->thumbnail);

  G_OBJECT_CLASS (pisces_file_item_parent_class)->finalize (object);
}


/*  public functions  */

/**
 * pisces_file_item_new:
 * @path: of a file, which need not be there.
 *
 * Returns: (transfer full): a file that waits, of which nothing is known yet.
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
 * pisces_file_item_get_words:
 *
 * Returns: (transfer full): its state, in words for the user; a whole
 *   sentence where something went wrong.
 */
gchar *
pisces_file_item_get_words (PiscesFileItem *item)
{
  switch (item->state)
    {
    case PISCES_FILE_WAITING:
      return g_strdup (_("Waiting"));
    case PISCES_FILE_DESCRIBING:
      return g_strdup (_("Being described"));
    case PISCES_FILE_WRITTEN:
      return g_strdup (_("Written, not saved"));
    case PISCES_FILE_EDITED:
      return g_strdup (_("Edited, not saved"));
    case PISCES_FILE_SAVED:
      return g_strdup (_("Saved"));
    case PISCES_FILE_HAS_TEXT:
      return g_strdup (item->decorative ? _("Needs no text: decoration") :
                                          _("Has a text already"));
    case PISCES_FILE_FAILED:
      break;
    }

  return problem_to_words (item);
}

const gchar *
pisces_file_item_get_text (PiscesFileItem *item)
{
  return item->text;
}

/**
 * pisces_file_item_get_problem:
 *
 * Returns: (nullable): a sentence.
 */
const gchar *
pisces_file_item_get_problem (PiscesFileItem *item)
{
  return item->problem;
}

/**
 * pisces_file_item_get_machine_made:
 *
 * Returns: whether the text is the model's, and no person has touched it.
 */
gboolean
pisces_file_item_get_machine_made (PiscesFileItem *item)
{
  return item->machine_made;
}

/**
 * pisces_file_item_get_unsaved:
 *
 * Returns: whether the text would be lost if it were forgotten.
 */
gboolean
pisces_file_item_get_unsaved (PiscesFileItem *item)
{
  return strcmp (item->text, item->in_file) != 0;
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
 * Returns: (nullable): says which file the text is of, so that it is saved in
 *   no other that has the same path meanwhile.
 */
const gchar *
pisces_file_item_get_version (PiscesFileItem *item)
{
  return item->version;
}

/**
 * pisces_file_item_set_version:
 * @version: (nullable): of the file that the text is of from now on.
 */
void
pisces_file_item_set_version (PiscesFileItem *item,
                              const gchar    *version)
{
  gchar *copy = g_strdup (version);

  g_free (item->version);
  item->version = copy;
}

/**
 * pisces_file_item_see_version:
 * @version: of the file that was looked at just now.
 *
 * As pisces_file_item_set_version(), but a text that is not saved stays one of
 * the file that it was written for.
 */
void
pisces_file_item_see_version (PiscesFileItem *item,
                              const gchar    *version)
{
  if (! item->version || item->state == PISCES_FILE_DESCRIBING ||
      ! pisces_file_item_get_unsaved (item))
    pisces_file_item_set_version (item, version);
}

/**
 * pisces_file_item_get_thumbnail:
 *
 * Returns: (transfer none) (nullable): what the file looks like.
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
 * @text: what the file says in the language that texts are saved in; may be
 *   empty.
 * @has_text: whether it has a text, short or long.
 * @decorative: whether it says that it needs none.
 *
 * Keeps a text that is not saved.
 */
void
pisces_file_item_set_found (PiscesFileItem *item,
                            const gchar    *text,
                            gboolean        has_text,
                            gboolean        decorative)
{
  gboolean unsaved = pisces_file_item_get_unsaved (item);

  item->looked_at  = TRUE;
  item->has_text   = has_text || decorative;
  item->decorative = decorative;
  g_free (item->in_file);
  item->in_file = g_strstrip (g_strdup (text));

  if (! unsaved)
    set_text (item, text, FALSE);

  if (item->state == PISCES_FILE_DESCRIBING)
    g_signal_emit (item, changed, 0);
  else
    rest (item);
}

/**
 * pisces_file_item_look_again:
 *
 * What the file says is not known any more, as another language is meant now.
 */
void
pisces_file_item_look_again (PiscesFileItem *item)
{
  item->looked_at = FALSE;
}

/**
 * pisces_file_item_queue:
 * @overwrite: whether to describe it also if it has a text.
 *
 * Puts it among those that wait, unless it has a text that is not saved yet.
 *
 * Returns: whether it waits now.
 */
gboolean
pisces_file_item_queue (PiscesFileItem *item,
                        gboolean        overwrite)
{
  if (item->state == PISCES_FILE_WAITING)
    return TRUE;

  if (item->passed_over || pisces_file_item_get_unsaved (item) ||
      ! (item->state == PISCES_FILE_FAILED ||
         (overwrite && item->state == PISCES_FILE_HAS_TEXT)))
    return FALSE;

  set_state (item, PISCES_FILE_WAITING);

  return TRUE;
}

/**
 * pisces_file_item_begin:
 *
 * Returns: whether it waited, and is being described now.
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
 * It was not described to the end, and waits again.
 */
void
pisces_file_item_stop (PiscesFileItem *item)
{
  if (item->state == PISCES_FILE_DESCRIBING)
    set_state (item, PISCES_FILE_WAITING);
}

/**
 * pisces_file_item_write:
 * @text: the model's.
 *
 * What a person has written meanwhile stays.
 */
void
pisces_file_item_write (PiscesFileItem *item,
                        const gchar    *text)
{
  if (item->state != PISCES_FILE_DESCRIBING)
    return;

  set_text (item, text, TRUE);
  if (pisces_file_item_get_unsaved (item))
    set_state (item, PISCES_FILE_WRITTEN);
  else
    rest (item);
}

/**
 * pisces_file_item_edit:
 * @text: a person's; the one that the file has takes the change back.
 */
void
pisces_file_item_edit (PiscesFileItem *item,
                       const gchar    *text)
{
  if (strcmp (item->text, text) == 0)
    return;

  set_text (item, text, FALSE);
  if (pisces_file_item_get_unsaved (item))
    set_state (item, PISCES_FILE_EDITED);
  else
    rest (item);
}

/**
 * pisces_file_item_restore:
 * @text: that was kept from an earlier time.
 * @machine_made: see pisces_file_item_get_machine_made().
 */
void
pisces_file_item_restore (PiscesFileItem *item,
                          const gchar    *text,
                          gboolean        machine_made)
{
  set_text (item, text, machine_made);
  if (pisces_file_item_get_unsaved (item))
    set_state (item, machine_made ? PISCES_FILE_WRITTEN : PISCES_FILE_EDITED);
}

/**
 * pisces_file_item_set_saved:
 * @text: that the file has now; what was written since then is not saved.
 */
void
pisces_file_item_set_saved (PiscesFileItem *item,
                            const gchar    *text)
{
  item->looked_at  = TRUE;
  item->has_text   = *text != '\0';
  item->decorative = FALSE;
  g_free (item->in_file);
  item->in_file = g_strstrip (g_strdup (text));

  if (! pisces_file_item_get_unsaved (item))
    {
      item->machine_made = FALSE;
      set_state (item, PISCES_FILE_SAVED);
    }
  else if (item->state == PISCES_FILE_FAILED)
    set_state (item, PISCES_FILE_EDITED);
}

/**
 * pisces_file_item_fail:
 * @problem: a sentence.
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
 * @problem: (nullable): a sentence; %NULL: somebody wants it after all.
 *
 * The file is named, and not described.
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

static void
set_text (PiscesFileItem *item,
          const gchar    *text,
          gboolean        machine_made)
{
  gchar *copy = g_strstrip (g_strdup (text));

  g_free (item->text);
  item->text         = copy;
  item->machine_made = machine_made && *copy;
}

static void
set_state (PiscesFileItem  *item,
           PiscesFileState  state)
{
  item->state = state;
  g_clear_pointer (&item->problem, g_free);
  g_signal_emit (item, changed, 0);
}

/* The state of a file with which nothing is being done.  */
static void
rest (PiscesFileItem *item)
{
  if (pisces_file_item_get_unsaved (item))
    set_state (item, item->machine_made ? PISCES_FILE_WRITTEN :
                                          PISCES_FILE_EDITED);
  else
    set_state (item, item->has_text ? PISCES_FILE_HAS_TEXT :
                                      PISCES_FILE_WAITING);
}

/* The row says which file it is: there its name stands for the whole path,
 * which would fill the cell and leave no room for what happened.
 */
static gchar *
problem_to_words (PiscesFileItem *item)
{
  g_autoptr (GString) words = g_string_new (item->problem);

  g_string_replace (words, item->path, item->name, 0);

  return g_string_free_and_steal (g_steal_pointer (&words));
}
