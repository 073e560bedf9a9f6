/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-alt-texts.h: the texts of an image, a short and a long one for each
 * language, and the languages that are offered.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* XMP's name for the text that is for everyone, whatever their language.  */
#define PISCES_ALT_TEXT_DEFAULT "x-default"

/**
 * PiscesAltText:
 * @language: a BCP 47 tag, or %PISCES_ALT_TEXT_DEFAULT.
 * @short_text: may be empty, but not %NULL.
 * @long_text: the same.
 * @short_machine_made: whether the short text contains words of the model,
 *   unchanged.
 * @long_machine_made: the same for the long text.
 * @short_doubtful: whether these are about a picture of a kind that the model
 *   does not know.
 * @long_doubtful: the same for the long text.
 */
typedef struct
{
  gchar    *language;
  gchar    *short_text;
  gchar    *long_text;
  gboolean  short_machine_made;
  gboolean  long_machine_made;
  gboolean  short_doubtful;
  gboolean  long_doubtful;
} PiscesAltText;

GPtrArray     * pisces_alt_texts_new           (void);
PiscesAltText * pisces_alt_texts_add           (GPtrArray           *texts,
                                                const gchar         *language,
                                                const gchar         *short_text,
                                                const gchar         *long_text);
GPtrArray     * pisces_alt_texts_copy          (GPtrArray           *texts);
PiscesAltText * pisces_alt_texts_add_copy      (GPtrArray           *texts,
                                                const PiscesAltText *text);
GPtrArray     * pisces_alt_texts_differ        (GPtrArray           *texts,
                                                GPtrArray           *others);
gboolean        pisces_alt_texts_follow        (GPtrArray           *texts,
                                                GPtrArray           *before,
                                                GPtrArray           *now);
guint           pisces_alt_texts_count_doubtful
                                               (GPtrArray           *texts);
PiscesAltText * pisces_alt_texts_get           (GPtrArray           *texts,
                                                const gchar         *language);

gchar        ** pisces_alt_text_list_languages (GPtrArray           *texts,
                                                const gchar * const *user_locales);
const gchar   * pisces_alt_text_language_name  (const gchar         *language);

const gchar   * pisces_alt_text_pick           (GPtrArray           *candidates,
                                                const gchar         *present,
                                                gint                 change,
                                                gsize                limit);

G_END_DECLS
