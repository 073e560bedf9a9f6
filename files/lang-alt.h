/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lang-alt.h: XMP fields that hold one text a language.
 */

#pragma once

#include <gexiv2/gexiv2.h>

G_BEGIN_DECLS

#define PISCES_LANG_ALT_DEFAULT "x-default"

typedef struct
{
  gchar *language;
  gchar *text;
} PiscesLangText;

GPtrArray   * pisces_lang_alt_read  (GExiv2Metadata *metadata,
                                     const gchar    *tag);
gboolean      pisces_lang_alt_write (GExiv2Metadata *metadata,
                                     const gchar    *tag,
                                     GPtrArray      *texts,
                                     GError        **error);

const gchar * pisces_lang_alt_get   (GPtrArray      *texts,
                                     const gchar    *language);
void          pisces_lang_alt_set   (GPtrArray      *texts,
                                     const gchar    *language,
                                     const gchar    *text);
gboolean      pisces_lang_alt_equal (GPtrArray      *texts,
                                     GPtrArray      *others);

G_END_DECLS
