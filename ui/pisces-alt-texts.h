/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-alt-texts.h: the texts of an image, one pair for each language.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What XMP calls the text for everyone, whatever their language.  */
#define PISCES_ALT_TEXT_DEFAULT "x-default"

/**
 * PiscesAltText:
 * @language: a BCP 47 tag, or %PISCES_ALT_TEXT_DEFAULT.
 * @short_text: may be empty, never %NULL; so too @long_text.
 */
typedef struct
{
  gchar *language;
  gchar *short_text;
  gchar *long_text;
} PiscesAltText;

GPtrArray     * pisces_alt_texts_new (void);
void            pisces_alt_texts_add (GPtrArray   *texts,
                                      const gchar *language,
                                      const gchar *short_text,
                                      const gchar *long_text);
PiscesAltText * pisces_alt_texts_get (GPtrArray   *texts,
                                      const gchar *language);

G_END_DECLS
