/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-words.c: what becomes of picture files, in words for the user:
 * in the row of one, and below the list of all.
 */

#include <glib/gi18n-lib.h>

#include "ui/files/pisces-file-words.h"
#include "ui/widgets/pisces-alt-texts.h"

static gchar * others_to_words  (PiscesFileItem *item);
static gchar * problem_to_words (PiscesFileItem *item);


/*  public functions  */

/**
 * pisces_file_item_get_words:
 *
 * Returns: (transfer full): its state, in words for the user; a whole
 *   sentence where something went wrong.
 */
gchar *
pisces_file_item_get_words (PiscesFileItem *item)
{
  const gchar     *language = pisces_file_item_get_language (item);
  PiscesFileState  state    = pisces_file_item_get_state (item);

  if (state != PISCES_FILE_DESCRIBING && state != PISCES_FILE_FAILED &&
      pisces_file_item_get_unsaved (item) &&
      ! pisces_file_item_get_unsaved_text (item, language))
    return others_to_words (item);

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
 * Returns: (transfer full): what is left to be done.
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

/* So that nobody believes that a text is gone because another language is
 * shown.
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

/* The row says which file it is: there its name stands for the whole path,
 * which would fill the cell and leave no room for what happened.
 */
static gchar *
problem_to_words (PiscesFileItem *item)
{
  g_autoptr (GString) words = g_string_new (pisces_file_item_get_problem (item));

  g_string_replace (words, pisces_file_item_get_path (item),
                    pisces_file_item_get_name (item), 0);

  /* As g_filename_display_name() has it; a name may be of any bytes.  */
  return g_utf8_make_valid (words->str, -1);
}
