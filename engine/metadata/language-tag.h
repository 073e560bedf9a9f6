/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * language-tag.h: the language tags in files.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* XMP's tag for the text that is used if there is none in the reader's
 * language.  */
#define PISCES_LANGUAGE_DEFAULT "x-default"

gchar * pisces_language_tag_normalize (const gchar  *tag);
gchar * pisces_language_tag_read      (const gchar  *tag,
                                       GError      **error);

G_END_DECLS
