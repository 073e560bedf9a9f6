/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-item-unsaved.c: what of a picture file's texts and keywords is not
 * saved, and which version of the file it was written for.
 */

#include "ui/files/pisces-file-item-private.h"

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

  return pisces_file_text_find (item->others, language, &i) ? item->others->pdata[i] : NULL;
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
 * pisces_file_item_count_unsaved:
 *
 * Returns: in how many languages there is a text that is not saved.  Keywords are
 *   saved with a text, and count only where there is none.
 */
guint
pisces_file_item_count_unsaved (PiscesFileItem *item)
{
  guint n_texts = pisces_file_text_is_unsaved (item->shown) + item->others->len;

  if (n_texts == 0 && pisces_file_keywords_get_unsaved (item->keywords))
    return 1;

  return n_texts;
}

/**
 * pisces_file_item_get_unsaved:
 *
 * Returns: whether there is a text, in any language, or a keyword that is not saved
 *   in the file.
 */
gboolean
pisces_file_item_get_unsaved (PiscesFileItem *item)
{
  return pisces_file_item_count_unsaved (item) > 0;
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
 * Unsaved texts, in any language, and keywords that belonged to @before belong to
 * @after from now on.  Those that belonged to another version stay as they are.
 */
void
pisces_file_item_move_version (PiscesFileItem *item,
                               const gchar    *before,
                               const gchar    *after)
{
  if (g_strcmp0 (item->shown->version, before) == 0)
    pisces_file_text_set_version (item->shown, after);
  if (g_strcmp0 (pisces_file_keywords_get_version (item->keywords), before) == 0)
    pisces_file_keywords_set_version (item->keywords, after);

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
  if (! pisces_file_keywords_get_unsaved (item->keywords))
    pisces_file_keywords_set_version (item->keywords, version);
}

/**
 * pisces_file_item_set_keywords_saved:
 * @added: keywords that the file has got.
 * @removed: keywords that it has lost.
 *
 * A file that has no text still waits for one.
 */
void
pisces_file_item_set_keywords_saved (PiscesFileItem      *item,
                                     const gchar * const *added,
                                     const gchar * const *removed)
{
  pisces_file_keywords_set_saved (item->keywords, added, removed);

  if (item->state == PISCES_FILE_FAILED && ! item->passed_over)
    pisces_file_item_rest (item);
  if (item->state == PISCES_FILE_HAS_TEXT &&
      ! pisces_file_keywords_get_unsaved (item->keywords))
    {
      item->state = PISCES_FILE_SAVED;
      g_signal_emit_by_name (item, "changed");
    }
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
      pisces_file_item_rest (item);
      return;
    }

  if (pisces_file_text_find (item->others, text->language, &i))
    g_ptr_array_remove_index (item->others, i);
  g_ptr_array_add (item->others, pisces_file_text_copy (text));
  g_signal_emit_by_name (item, "changed");
}
