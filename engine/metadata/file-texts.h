/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file-texts.h: the texts that a picture file carries in its metadata.
 */

#pragma once

#include "engine/metadata/replace-file.h"
#include "engine/metadata/text-fields.h"

G_BEGIN_DECLS

/**
 * PiscesFileTexts:
 * @short_text: never %NULL, may be empty; so too @long_text.
 * @decorative: the file says that the picture needs no text.
 * @other_language: (nullable): whose texts these are, where texts for everyone
 *   were asked for and there are none.
 * @version: the file as it was before it was read; see
 *   pisces_file_version_new().
 */
typedef struct
{
  gchar    *short_text;
  gchar    *long_text;
  gboolean  decorative;
  gchar    *other_language;
  gchar    *version;
} PiscesFileTexts;

gboolean          pisces_file_texts_check   (const gchar            *path,
                                             GError                **error);
PiscesFileTexts * pisces_file_texts_read    (const gchar            *path,
                                             const gchar            *language,
                                             GError                **error);
PiscesTextFields * pisces_file_texts_read_fields
                                            (const gchar            *path,
                                             GError                **error);
gboolean          pisces_file_texts_write   (const gchar            *path,
                                             const gchar            *version,
                                             PiscesReplaceFlags      flags,
                                             const gchar            *language,
                                             const gchar            *short_text,
                                             const gchar            *long_text,
                                             GError                **error);
gboolean          pisces_file_texts_write_short
                                            (const gchar            *path,
                                             const gchar            *version,
                                             PiscesReplaceFlags      flags,
                                             const gchar            *language,
                                             const gchar            *short_text,
                                             GError                **error);
gboolean          pisces_file_texts_has_any (const PiscesFileTexts  *texts);
gchar           * pisces_file_texts_tell    (const PiscesFileTexts  *texts,
                                             const gchar            *path);
void              pisces_file_texts_free    (PiscesFileTexts        *texts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesFileTexts, pisces_file_texts_free)

G_END_DECLS
