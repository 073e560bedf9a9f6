/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-language-combo.c: the languages that texts can be saved in, the
 * user's own first.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-alt-texts.h"
#include "ui/widgets/pisces-language-combo.h"

/**
 * pisces_language_combo_fill:
 * @combo: the combo box; afterwards, the default language is selected in it.
 * @texts: (nullable): texts whose languages are offered too.
 * @marked: (nullable): texts whose languages are marked.
 */
void
pisces_language_combo_fill (GtkComboBoxText *combo,
                            GPtrArray       *texts,
                            GPtrArray       *marked)
{
  g_autoptr (GPtrArray) none = pisces_alt_texts_new ();
  g_auto (GStrv)        tags = NULL;

  tags = pisces_alt_text_list_languages (texts ? texts : none, g_get_language_names ());

  gtk_combo_box_text_remove_all (combo);
  for (guint i = 0; tags[i]; i++)
    {
      const PiscesAltText *text  = pisces_alt_texts_get (marked ? marked : none, tags[i]);
      const gchar         *name  = pisces_alt_text_language_name (tags[i]);
      g_autofree gchar    *label = NULL;

      label = text && (*text->short_text || *text->long_text) ?
              /* Translators: a language that the image has a text in. */
              g_strdup_printf (C_("language with a text", "%s ✓"), name) :
              g_strdup (name);
      gtk_combo_box_text_append (combo, tags[i], label);
    }

  gtk_combo_box_set_active (GTK_COMBO_BOX (combo), 0);
}

/**
 * pisces_language_combo_get:
 *
 * Returns: (transfer none): the selected BCP 47 tag, or
 *   %PISCES_ALT_TEXT_DEFAULT.
 */
const gchar *
pisces_language_combo_get (GtkComboBoxText *combo)
{
  const gchar *language = gtk_combo_box_get_active_id (GTK_COMBO_BOX (combo));

  return language ? language : PISCES_ALT_TEXT_DEFAULT;
}

/**
 * pisces_language_combo_set:
 * @language: a BCP 47 tag or %PISCES_ALT_TEXT_DEFAULT; if it is not in the
 *   list yet, it is added.
 */
void
pisces_language_combo_set (GtkComboBoxText *combo,
                           const gchar     *language)
{
  if (gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), language))
    return;

  gtk_combo_box_text_append (combo, language,
                             pisces_alt_text_language_name (language));
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (combo), language);
}
