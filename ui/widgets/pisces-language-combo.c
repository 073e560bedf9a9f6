/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-language-combo.c: the languages that texts can be saved in, the
 * user's own first.
 */

#include "ui/widgets/pisces-alt-texts.h"
#include "ui/widgets/pisces-language-combo.h"

/**
 * pisces_language_combo_fill:
 * @combo: empty; has the default chosen afterwards.
 */
void
pisces_language_combo_fill (GtkComboBoxText *combo)
{
  g_autoptr (GPtrArray) none = pisces_alt_texts_new ();
  g_auto (GStrv)        tags = NULL;

  tags = pisces_alt_text_list_languages (none, g_get_language_names ());
  for (guint i = 0; tags[i]; i++)
    gtk_combo_box_text_append (combo, tags[i],
                               pisces_alt_text_language_name (tags[i]));

  gtk_combo_box_set_active (GTK_COMBO_BOX (combo), 0);
}

/**
 * pisces_language_combo_get:
 *
 * Returns: (transfer none): the chosen BCP 47 tag, or
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
 * @language: a BCP 47 tag or %PISCES_ALT_TEXT_DEFAULT; one that is not offered
 *   is offered from now on.
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
