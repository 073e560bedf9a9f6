/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * text-fields.h: the texts for people who do not see a picture, and the rules
 * for which fields they go into.
 */

#pragma once

#include "engine/metadata/lang-texts.h"

G_BEGIN_DECLS

typedef enum
{
  PISCES_FIELD_SHORT,           /* Iptc4xmpCore:AltTextAccessibility */
  PISCES_FIELD_LONG,            /* Iptc4xmpCore:ExtDescrAccessibility */
  PISCES_FIELD_DESCRIPTION,     /* dc:description */
  PISCES_N_FIELDS
} PiscesTextField;

/**
 * PISCES_DECORATIVE_KEYWORD:
 *
 * HTML marks an image as decoration by an alternative text that exists and is
 * empty. exiv2, and therefore GIMP, drops an empty text in XMP (0.28.5), and
 * the IPTC standard has no field for decoration.  So the texts are removed,
 * and this keyword in dc:subject says that this was intended.  It is long
 * because people use "decorative" as a keyword of their own.  It is not
 * translated because programs search for it.
 */
#define PISCES_DECORATIVE_KEYWORD "decorative image without alternative text"

/**
 * PiscesTextFields:
 * @texts: (element-type PiscesLangText): the texts of each field.
 * @has_caption: whether a person has described the picture in another field
 *   (IPTC caption, EXIF description or comment, a text of the file's format).
 * @decorative: whether it has our keyword.
 * @keywords: the other keywords in dc:subject, in their order.
 * @iptc_keywords: those of the older IPTC-IIM; not %NULL.
 */
typedef struct
{
  GPtrArray *texts[PISCES_N_FIELDS];
  gboolean   has_caption;
  gboolean   decorative;
  gchar    **keywords;
  gchar    **iptc_keywords;
} PiscesTextFields;

PiscesTextFields * pisces_text_fields_new            (void);
PiscesTextFields * pisces_text_fields_copy           (const PiscesTextFields *fields);
void               pisces_text_fields_free           (PiscesTextFields       *fields);

gchar           ** pisces_text_fields_list_languages (const PiscesTextFields *fields);
const gchar      * pisces_text_fields_get            (const PiscesTextFields *fields,
                                                      PiscesTextField         field,
                                                      const gchar            *language);
void               pisces_text_fields_write          (PiscesTextFields       *fields,
                                                      const gchar            *language,
                                                      const gchar            *short_text,
                                                      const gchar            *long_text);
const gchar * const *
                   pisces_text_fields_get_keywords   (const PiscesTextFields *fields);
void               pisces_text_fields_change_keywords
                                                     (PiscesTextFields       *fields,
                                                      const gchar * const    *added,
                                                      const gchar * const    *removed);
void               pisces_text_fields_set_decorative (PiscesTextFields       *fields,
                                                      gboolean                decorative);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesTextFields, pisces_text_fields_free)

G_END_DECLS
