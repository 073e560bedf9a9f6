/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * files-saves.c: the texts and keywords that wait to be saved in their files.  The
 * keywords of a file go with its first text, so that the file is written once.
 */

#include "ui/widgets/pisces-alt-texts.h"

#include "plugin/files/files-saves.h"

/* What is waiting to be saved.  */
typedef struct
{
  PiscesFileItem *item;
  gchar          *language;   /* of the text; NULL: the keywords alone */
} Save;

static void     saves_push         (GQueue               *saves,
                                    PiscesFileItem       *item,
                                    const gchar          *language);
static void     save_free          (Save                 *save);
static gboolean saves_can_go_along (PiscesFileItem       *item,
                                    const PiscesFileText *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)


/*  public functions  */

/**
 * pisces_files_saves_add:
 * @saves: the queue.
 * @items: (element-type PiscesFileItem): files with texts or keywords that are not
 *   saved.
 */
void
pisces_files_saves_add (GQueue    *saves,
                        GPtrArray *items)
{
  for (guint i = 0; i < items->len; i++)
    {
      PiscesFileItem        *item  = items->pdata[i];
      g_autoptr (GPtrArray)  texts = pisces_file_item_get_unsaved_texts (item);
      gboolean               alone;

      alone = pisces_file_keywords_get_unsaved (pisces_file_item_get_keywords (item));
      for (guint j = 0; j < texts->len; j++)
        {
          const PiscesFileText *text = texts->pdata[j];

          saves_push (saves, item, text->language);
          alone = alone && ! saves_can_go_along (item, text);
        }
      if (alone)
        saves_push (saves, item, NULL);
    }
}

/**
 * pisces_files_saves_next:
 * @saves: the queue.
 *
 * Returns: (transfer full) (nullable): the work of saving what is next, as it is now;
 *   the user may have withdrawn a change since.
 */
PiscesWork *
pisces_files_saves_next (GQueue *saves)
{
  while (! g_queue_is_empty (saves))
    {
      g_autoptr (Save)      save     = g_queue_pop_head (saves);
      PiscesFileKeywords   *keywords = pisces_file_item_get_keywords (save->item);
      const PiscesFileText *text     = NULL;
      gboolean              changed;
      PiscesWork           *work;

      if (save->language)
        text = pisces_file_item_get_unsaved_text (save->item, save->language);
      changed = pisces_file_keywords_get_unsaved (keywords) &&
                (! text || saves_can_go_along (save->item, text));
      if (! text && ! changed)
        continue;

      work = pisces_work_new (PISCES_WORK_SAVE, save->item,
                              pisces_file_item_get_path (save->item),
                              text ? text->language :
                                     pisces_file_item_get_language (save->item));
      work->text    = text ? g_strdup (text->text) : NULL;
      work->version = g_strdup (text ? text->version :
                                       pisces_file_keywords_get_version (keywords));
      if (changed)
        {
          work->keywords = g_strdupv ((gchar **) pisces_file_keywords_get_added (keywords));
          work->removed  = g_strdupv ((gchar **) pisces_file_keywords_get_removed (keywords));
        }

      return work;
    }

  return NULL;
}

/**
 * pisces_files_saves_done:
 * @work: from pisces_files_saves_next(); it has succeeded.
 *
 * What was changed since it began is still to save.
 */
void
pisces_files_saves_done (PiscesWork *work)
{
  PiscesFileItem     *item     = PISCES_FILE_ITEM (work->item);
  PiscesFileKeywords *keywords = pisces_file_item_get_keywords (item);

  if (work->text)
    pisces_file_item_set_saved (item,
                                work->language ? work->language : PISCES_ALT_TEXT_DEFAULT,
                                work->text);
  if (work->keywords)
    pisces_file_item_set_keywords_saved (item, (const gchar * const *) work->keywords,
                                         (const gchar * const *) work->removed);
  if (work->texts)
    pisces_file_keywords_set_in_file (keywords,
                                      (const gchar * const *) work->texts->keywords);
}


/*  private functions  */

static void
saves_push (GQueue         *saves,
            PiscesFileItem *item,
            const gchar    *language)
{
  Save *save = g_new0 (Save, 1);

  save->item     = g_object_ref (item);
  save->language = g_strdup (language);
  g_queue_push_tail (saves, save);
}

static void
save_free (Save *save)
{
  g_object_unref (save->item);
  g_free (save->language);
  g_free (save);
}

/* Whether the keywords were changed for the same file as the text was written for.  */
static gboolean
saves_can_go_along (PiscesFileItem       *item,
                    const PiscesFileText *text)
{
  return g_strcmp0 (pisces_file_keywords_get_version (pisces_file_item_get_keywords (item)),
                    text->version) == 0;
}
