/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file-texts.h: the texts in a picture file's metadata.
 */

#pragma once

#include "engine/metadata/replace-file.h"
#include "engine/metadata/text-fields.h"

G_BEGIN_DECLS

/**
 * PiscesFileTexts:
 * @short_text: not %NULL, but may be empty.
 * @long_text: the same.
 * @decorative: whether the file says that the picture needs no text.
 * @other_language: (nullable): the language of these texts, if texts for
 *   everyone were requested and there are none.
 * @keywords: not %NULL; see pisces_text_fields_get_keywords().
 * @version: the version of the file before it was read; see
 *   pisces_file_version_new().
 */
typedef struct
{
  gchar    *short_text;
  gchar    *long_text;
  gboolean  decorative;
  gchar    *other_language;
  gchar   **keywords;
  gchar    *version;
} PiscesFileTexts;

/**
 * PiscesNewTexts:
 * @language: (nullable): a language tag; %NULL: the default.
 * @short_text: (nullable): the new short text; an empty one removes the old one,
 *   %NULL leaves it as it is.
 * @long_text: (nullable): the same for the long text.
 * @keywords: (nullable): keywords that the file should have besides its own.
 * @removed_keywords: (nullable): those of its own that a person took away.
 *
 * What to write into a file.
 */
typedef struct
{
  const gchar         *language;
  const gchar         *short_text;
  const gchar         *long_text;
  const gchar * const *keywords;
  const gchar * const *removed_keywords;
} PiscesNewTexts;

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
                                             const PiscesNewTexts   *texts,
                                             GError                **error);
gboolean          pisces_file_texts_has_any (const PiscesFileTexts  *texts);
gchar           * pisces_file_texts_tell    (const PiscesFileTexts  *texts,
                                             const gchar            *path);
void              pisces_file_texts_free    (PiscesFileTexts        *texts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesFileTexts, pisces_file_texts_free)

G_END_DECLS
