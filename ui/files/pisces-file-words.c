/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-words.c: tells the user in words what has happened to picture
 * files: a sentence for the row of each, and one for the whole list.
 */

#include <glib/gi18n-lib.h>

#include "ui/files/pisces-file-words.h"
#include "ui/widgets/pisces-alt-texts.h"

static gchar * waiting_to_words (PiscesFileItem *item);
static gchar * others_to_words  (PiscesFileItem *item);
static gchar * problem_to_words (PiscesFileItem *item);


/*  public functions  */

/**
 * pisces_file_item_get_words:
 *
 * Returns: (transfer full): the file's state in words for the user; a whole
 *   sentence if something went wrong.
 */
gchar *
pisces_file_item_get_words (PiscesFileItem *item)
{
  const gchar     *language = pisces_file_item_get_language (item);
  PiscesFileState  state    = pisces_file_item_get_state (item);

  if (state != PISCES_FILE_DESCRIBING && state != PISCES_FILE_FAILED &&
      pisces_file_item_get_unsaved (item) &&
      ! pisces_file_item_get_unsaved_text (item, language))
    return waiting_to_words (item);

  switch (state)
    {
    case PISCES_FILE_WAITING:
      return g_strdup (_("Waiting"));
    case PISCES_FILE_DESCRIBING:
      return g_strdup (_("Being described"));
    case PISCES_FILE_WRITTEN:
      return g_strdup (pisces_file_item_get_doubtful (item) ?
                       _("Probably wrong, not saved") :
                       _("Written, not saved"));
    case PISCES_FILE_EDITED:
      return g_strdup (_("Edited, not saved"));
    case PISCES_FILE_SAVED:
      return g_strdup (_("Saved"));
    case PISCES_FILE_HAS_TEXT:
      return g_strdup (pisces_file_item_get_decorative (item) ? _("Needs no text: decoration") :
                                          _("Has a text already"));
    case PISCES_FILE_FAILED:
      break;
    }

  return problem_to_words (item);
}

/**
 * pisces_file_list_get_words:
 * @n_saving: texts that are still to be saved.
 *
 * Returns: (transfer full): a sentence that says what is left to do.
 */
gchar *
pisces_file_list_get_words (PiscesFileList *list,
                            guint           n_saving)
{
  guint n_files   = g_list_model_get_n_items (G_LIST_MODEL (list));
  guint n_unsaved = pisces_file_list_count_unsaved (list);

  if (n_saving > 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "Saving, %u text left",
                                         "Saving, %u texts left", n_saving),
                            n_saving);
  if (n_unsaved > 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "%u text is not saved",
                                         "%u texts are not saved", n_unsaved),
                            n_unsaved);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%u file", "%u files", n_files),
                          n_files);
}


/*  private functions  */

/* Says what is not saved besides the text that is shown.  */
static gchar *
waiting_to_words (PiscesFileItem *item)
{
  g_autoptr (GPtrArray) texts = pisces_file_item_get_unsaved_texts (item);

  return texts->len > 0 ? others_to_words (item) :
                          g_strdup (_("Its keywords are not saved"));
}

/* Says which other languages have unsaved texts, so that nobody believes these
 * are gone because another language is shown.
 */
static gchar *
others_to_words (PiscesFileItem *item)
{
  g_autoptr (GPtrArray) others = pisces_file_item_get_unsaved_texts (item);
  g_autoptr (GString)   names  = g_string_new (NULL);

  for (guint i = 0; i < others->len; i++)
    {
      const PiscesFileText *other = others->pdata[i];

      if (names->len > 0)
        /* Translators: between the names of languages. */
        g_string_append (names, C_("list of languages", ", "));
      g_string_append (names, pisces_alt_text_language_name (other->language));
    }

  /* Translators: names of languages. */
  return g_strdup_printf (_("Not saved: the text in %s"), names->str);
}

/* A sentence in a row need not give the whole path, which would fill the cell
 * and hide the reason; the name is enough there.
 */
static gchar *
problem_to_words (PiscesFileItem *item)
{
  g_autoptr (GString) words = g_string_new (pisces_file_item_get_problem (item));

  g_string_replace (words, pisces_file_item_get_path (item),
                    pisces_file_item_get_name (item), 0);

  /* A file name may be of any bytes, but GTK shows only valid UTF-8.  The
   * invalid bytes are replaced as g_filename_display_name() does it.  */
  return g_utf8_make_valid (words->str, -1);
}
