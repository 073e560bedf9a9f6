/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * language-tag.h: the names that files give to languages.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* XMP's name for the text that everybody gets who wants no other.  */
#define PISCES_LANGUAGE_DEFAULT "x-default"

gchar * pisces_language_tag_normalize (const gchar  *tag);
gchar * pisces_language_tag_read      (const gchar  *tag,
                                       GError      **error);

G_END_DECLS
