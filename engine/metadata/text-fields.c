/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * text-fields.c: the texts for people who do not see a picture, in the fields
 * of the IPTC Photo Metadata Standard (2021.1), and the rules for these
 * fields:
 *
 *   the short text   Iptc4xmpCore:AltTextAccessibility
 *   the long text    Iptc4xmpCore:ExtDescrAccessibility
 *   the long text,
 *   or the short one dc:description, for programs that know neither
 *   the keywords     dc:subject
 *
 * Only the language that is requested is written.  Readers of the picture
 * should see a description by a person, in any language or field.  So
 * dc:description is only written if it contains nothing but what our own
 * fields say, and no other field describes the picture.
 *
 * XMP requires a default text in such a field, `x-default`, which repeats one
 * of the others.  So the first text of a field, in any language, also becomes
 * its default, and a default that repeats a text changes with it.
 *
 * Keywords may also be in IPTC-IIM, an older form beside XMP.  A program that finds
 * dc:subject may not look there any more.  So when keywords are written for the
 * first time, those of IPTC-IIM come first in dc:subject.  IPTC-IIM itself stays as
 * it is, as its encoding is not always known.
 *
 * Knows nothing of how the fields are stored.
 */

#include <string.h>

#include "engine/metadata/keywords.h"
#include "engine/metadata/text-fields.h"

/* The list of languages is for people to choose from, so it must not be too
 * long.  */
#define LANGUAGES_LISTED_MAX 64

static void     text_fields_set             (PiscesTextFields       *fields,
                                             PiscesTextField         field,
                                             const gchar            *language,
                                             const gchar            *text);
static gboolean text_fields_own_description (const PiscesTextFields *fields);


/*  public functions  */

PiscesTextFields *
pisces_text_fields_new (void)
{
  PiscesTextFields *fields = g_new0 (PiscesTextFields, 1);

  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    fields->texts[i] = pisces_lang_texts_new ();
  fields->keywords      = g_new0 (gchar *, 1);
  fields->iptc_keywords = g_new0 (gchar *, 1);

  return fields;
}

PiscesTextFields *
pisces_text_fields_copy (const PiscesTextFields *fields)
{
  PiscesTextFields *copy = g_memdup2 (fields, sizeof *fields);

  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    copy->texts[i] = pisces_lang_texts_copy (fields->texts[i]);
  copy->keywords      = g_strdupv (fields->keywords);
  copy->iptc_keywords = g_strdupv (fields->iptc_keywords);

  return copy;
}

void
pisces_text_fields_free (PiscesTextFields *fields)
{
  if (fields == NULL)
    return;

  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    g_ptr_array_unref (fields->texts[i]);
  g_strfreev (fields->keywords);
  g_strfreev (fields->iptc_keywords);
  g_free (fields);
}

/**
 * pisces_text_fields_list_languages:
 *
 * Returns: (transfer full): the languages that have a short or a long text,
 *   including `x-default`; at most 64 of them.
 */
gchar **
pisces_text_fields_list_languages (const PiscesTextFields *fields)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GPtrArray)    seen    = pisces_lang_texts_new ();

  for (guint i = PISCES_FIELD_SHORT; i <= PISCES_FIELD_LONG; i++)
    for (guint j = 0; j < fields->texts[i]->len; j++)
      {
        const PiscesLangText *text = fields->texts[i]->pdata[j];

        if (seen->len == LANGUAGES_LISTED_MAX ||
            pisces_lang_texts_get (seen, text->language))
          continue;
        pisces_lang_texts_add (seen, text->language, "");
        g_strv_builder_add (builder, text->language);
      }

  return g_strv_builder_end (builder);
}

/**
 * pisces_text_fields_get:
 * @fields: the fields of a picture.
 * @field: which field.
 * @language: (nullable): a language tag; %NULL: the default language, or else
 *   the first one.
 *
 * Returns: (transfer none): the text, or an empty one.
 */
const gchar *
pisces_text_fields_get (const PiscesTextFields *fields,
                        PiscesTextField         field,
                        const gchar            *language)
{
  GPtrArray   *texts = fields->texts[field];
  const gchar *text;

  text = pisces_lang_texts_get (texts, language ? language :
                                                  PISCES_LANGUAGE_DEFAULT);
  if (! text && ! language && texts->len > 0)
    text = ((PiscesLangText *) texts->pdata[0])->text;

  return text ? text : "";
}

/**
 * pisces_text_fields_write:
 * @fields: the fields of a picture.
 * @language: (nullable): a language tag; %NULL: the default.
 * @short_text: the new short text; an empty one removes the old one.
 * @long_text: the same for the long text.
 *
 * A picture with texts is no longer decorative.
 */
void
pisces_text_fields_write (PiscesTextFields *fields,
                          const gchar      *language,
                          const gchar      *short_text,
                          const gchar      *long_text)
{
  gboolean describe = text_fields_own_description (fields);

  if (! language)
    language = PISCES_LANGUAGE_DEFAULT;

  text_fields_set (fields, PISCES_FIELD_SHORT, language, short_text);
  text_fields_set (fields, PISCES_FIELD_LONG,  language, long_text);
  if (describe)
    text_fields_set (fields, PISCES_FIELD_DESCRIPTION, language,
                     *long_text ? long_text : short_text);

  if (*short_text || *long_text)
    fields->decorative = FALSE;
}

/**
 * pisces_text_fields_get_keywords:
 * @fields: the fields of a picture.
 *
 * Returns: (transfer none): its keywords: those of dc:subject, or of IPTC-IIM if
 *   there are none.
 */
const gchar * const *
pisces_text_fields_get_keywords (const PiscesTextFields *fields)
{
  return (const gchar * const *) (*fields->keywords ? fields->keywords
                                                    : fields->iptc_keywords);
}

/**
 * pisces_text_fields_change_keywords:
 * @fields: the fields of a picture.
 * @added: keywords that it should have.
 * @removed: keywords that a person took away.
 *
 * See pisces_keywords_change().
 */
void
pisces_text_fields_change_keywords (PiscesTextFields    *fields,
                                    const gchar * const *added,
                                    const gchar * const *removed)
{
  gchar **changed;

  if (! *added && ! *removed)
    return;

  changed = pisces_keywords_change (pisces_text_fields_get_keywords (fields), added, removed);
  g_strfreev (fields->keywords);
  fields->keywords = changed;
}

/**
 * pisces_text_fields_set_decorative:
 * @fields: the fields of a picture.
 * @decorative: %TRUE also removes the texts in all languages, and the
 *   description if it is ours.
 */
void
pisces_text_fields_set_decorative (PiscesTextFields *fields,
                                   gboolean          decorative)
{
  if (decorative)
    {
      if (text_fields_own_description (fields))
        g_ptr_array_set_size (fields->texts[PISCES_FIELD_DESCRIPTION], 0);
      g_ptr_array_set_size (fields->texts[PISCES_FIELD_SHORT], 0);
      g_ptr_array_set_size (fields->texts[PISCES_FIELD_LONG], 0);
    }

  fields->decorative = decorative;
}


/*  private functions  */

static void
text_fields_set (PiscesTextFields *fields,
                 PiscesTextField   field,
                 const gchar      *language,
                 const gchar      *text)
{
  GPtrArray   *texts    = fields->texts[field];
  const gchar *old      = pisces_lang_texts_get (texts, language);
  const gchar *fallback = pisces_lang_texts_get (texts, PISCES_LANGUAGE_DEFAULT);
  gboolean     follows;

  follows = fallback ? g_strcmp0 (fallback, old) == 0 : texts->len == 0;

  pisces_lang_texts_set (texts, language, text);
  if (follows)
    pisces_lang_texts_set (texts, PISCES_LANGUAGE_DEFAULT, text);
}

/* A description is ours if it says, in each language, the same as our own
 * fields, or if there is none.  */
static gboolean
text_fields_own_description (const PiscesTextFields *fields)
{
  GPtrArray *descriptions = fields->texts[PISCES_FIELD_DESCRIPTION];

  if (descriptions->len == 0)
    return ! fields->has_caption;

  for (guint i = 0; i < descriptions->len; i++)
    {
      const PiscesLangText *text = descriptions->pdata[i];

      if (strcmp (text->text,
                  pisces_text_fields_get (fields, PISCES_FIELD_SHORT,
                                          text->language)) != 0 &&
          strcmp (text->text,
                  pisces_text_fields_get (fields, PISCES_FIELD_LONG,
                                          text->language)) != 0)
        return FALSE;
    }

  return TRUE;
}
