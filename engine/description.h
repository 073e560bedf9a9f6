/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * description.h: cleans up the descriptions and keywords of all models.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The usual advice for an alternative text: screen readers read it without a
 * pause.  */
#define PISCES_SHORT_TEXT_CHARACTERS 125

gchar  * pisces_description_tidy           (gchar        *text);
gchar  * pisces_description_shorten        (gchar        *text,
                                            glong         n_characters,
                                            gchar       **rest);
gchar ** pisces_description_split_keywords (const gchar  *text);

G_END_DECLS
