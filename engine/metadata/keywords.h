/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * keywords.h: lists of keywords, and the rules for changing the list of a
 * picture.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gchar    ** pisces_keywords_read    (const gchar         *line);
gchar     * pisces_keywords_to_line (const gchar * const *keywords);
gboolean    pisces_keywords_contain (const gchar * const *keywords,
                                     const gchar         *keyword);
gchar    ** pisces_keywords_without (const gchar * const *keywords,
                                     const gchar * const *others);
gchar    ** pisces_keywords_change  (const gchar * const *keywords,
                                     const gchar * const *added,
                                     const gchar * const *removed);

G_END_DECLS
