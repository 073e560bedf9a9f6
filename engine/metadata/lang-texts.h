/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lang-texts.h: a text in several languages.
 */

#pragma once

#include "engine/metadata/language-tag.h"

G_BEGIN_DECLS

/* More texts than this in one field are kept in the file, but not read:
 * thousands of languages are a mistake or an attack.
 */
#define PISCES_LANGUAGES_MAX 2048

typedef struct
{
  gchar *language;
  gchar *text;
} PiscesLangText;

GPtrArray   * pisces_lang_texts_new   (void);
void          pisces_lang_texts_add   (GPtrArray   *texts,
                                       const gchar *language,
                                       const gchar *text);
const gchar * pisces_lang_texts_get   (GPtrArray   *texts,
                                       const gchar *language);
void          pisces_lang_texts_set   (GPtrArray   *texts,
                                       const gchar *language,
                                       const gchar *text);
GPtrArray   * pisces_lang_texts_copy  (GPtrArray   *texts);
gboolean      pisces_lang_texts_equal (GPtrArray   *texts,
                                       GPtrArray   *others);

G_END_DECLS
