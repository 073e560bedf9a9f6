/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-language-combo.h: the languages that texts can be saved in.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void          pisces_language_combo_fill (GtkComboBoxText *combo,
                                          GPtrArray       *texts,
                                          GPtrArray       *marked);
const gchar * pisces_language_combo_get  (GtkComboBoxText *combo);
void          pisces_language_combo_set  (GtkComboBoxText *combo,
                                          const gchar     *language);

G_END_DECLS
