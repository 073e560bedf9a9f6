/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * image-texts.c: the texts for those who do not see an image, in the fields
 * of the IPTC Photo Metadata Standard (2021.1):
 *
 *   Xmp.iptc.AltTextAccessibility    the short text
 *   Xmp.iptc.ExtDescrAccessibility   the long text
 *   Xmp.dc.description               the long text, or the short one, for
 *                                    programs that know neither of the above
 *
 * Each holds one text a language ("LangAlt").  Only the language that is
 * asked for is written; texts in others, and all other metadata, stay as
 * they are.  A dc.description of the user's own is never replaced.
 *
 * XMP wants a default text in such a field, `x-default`, which repeats one of
 * the others.  So a text that is the field's first in any language becomes
 * its default too, and a default that repeats a text follows it.
 */

#include <string.h>

#include "files/image-texts.h"

#define TAG_SHORT       "Xmp.iptc.AltTextAccessibility"
#define TAG_LONG        "Xmp.iptc.ExtDescrAccessibility"
#define TAG_DESCRIPTION "Xmp.dc.description"
#define TAG_KEYWORDS    "Xmp.dc.subject"

/* HTML says that an image is decoration by an alternative text that is there
 * and empty.  XMP could say the same, but exiv2 leaves an empty text out when
 * it writes (0.28.5), and the IPTC standard has no field for it.  So the
 * texts are removed, and a keyword that people and programs can read says
 * that this was meant.  Not translated: it is looked for.
 */
#define KEYWORD         "decorative"

const gchar * const pisces_image_texts_tags[] =
{
  TAG_SHORT, TAG_LONG, TAG_DESCRIPTION, NULL
};

static gchar    * texts_get          (GExiv2Metadata  *metadata,
                                      const gchar     *tag,
                                      const gchar     *language);
static gboolean   texts_set          (GExiv2Metadata  *metadata,
                                      const gchar     *tag,
                                      const gchar     *language,
                                      const gchar     *text,
                                      GError         **error);
static gboolean   description_is_ours (GExiv2Metadata *metadata,
                                       const gchar    *language);


/*  public functions  */

/**
 * pisces_image_texts_list_languages:
 * @metadata: an image's metadata.
 *
 * Returns: (transfer full): the languages that it has a short or a long text
 *   in, as RFC 3066 tags; `x-default` among them.
 */
gchar **
pisces_image_texts_list_languages (GExiv2Metadata *metadata)
{
  g_autoptr (GStrvBuilder)  builder = g_strv_builder_new ();
  g_autoptr (GHashTable)    seen    = g_hash_table_new_full (g_str_hash,
                                                             g_str_equal,
                                                             g_free, NULL);
  static const gchar *const tags[]  = { TAG_SHORT, TAG_LONG };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      g_autoptr (GPtrArray) texts = pisces_lang_alt_read (metadata, tags[i]);

      for (guint j = 0; j < texts->len; j++)
        {
          const PiscesLangText *text = texts->pdata[j];

          if (g_hash_table_add (seen, g_strdup (text->language)))
            g_strv_builder_add (builder, text->language);
        }
    }

  return g_strv_builder_end (builder);
}

/**
 * pisces_image_texts_read:
 * @metadata:   an image's metadata.
 * @language:   (nullable): an RFC 3066 tag; %NULL: the default, or the first
 *              there is.
 * @short_text: (out) (transfer full): the short text, or an empty one.
 * @long_text:  (out) (transfer full): the long text, or an empty one.
 */
void
pisces_image_texts_read (GExiv2Metadata  *metadata,
                         const gchar     *language,
                         gchar          **short_text,
                         gchar          **long_text)
{
  *short_text = texts_get (metadata, TAG_SHORT, language);
  *long_text  = texts_get (metadata, TAG_LONG,  language);
}

/**
 * pisces_image_texts_write:
 * @metadata:   an image's metadata.
 * @language:   (nullable): an RFC 3066 tag; %NULL: the default.
 * @short_text: the new short text; an empty one removes what there is.
 * @long_text:  the new long text, likewise.
 * @error:      set if exiv2 refuses a text; some may be written then.
 *
 * An image with texts is not decorative any more.
 *
 * Returns: %TRUE if @metadata has the texts now.
 */
gboolean
pisces_image_texts_write (GExiv2Metadata  *metadata,
                          const gchar     *language,
                          const gchar     *short_text,
                          const gchar     *long_text,
                          GError         **error)
{
  gboolean describe;

  if (! language)
    language = PISCES_LANG_ALT_DEFAULT;

  describe = description_is_ours (metadata, language);

  if (! texts_set (metadata, TAG_SHORT, language, short_text, error) ||
      ! texts_set (metadata, TAG_LONG,  language, long_text,  error))
    return FALSE;

  if (describe &&
      ! texts_set (metadata, TAG_DESCRIPTION, language,
                   *long_text ? long_text : short_text, error))
    return FALSE;

  if (! *short_text && ! *long_text)
    return TRUE;

  return pisces_image_texts_set_decorative (metadata, FALSE, error);
}

/**
 * pisces_image_texts_get_decorative:
 * @metadata: an image's metadata.
 *
 * Returns: whether it says that the image is decoration that needs no text.
 */
gboolean
pisces_image_texts_get_decorative (GExiv2Metadata *metadata)
{
  g_auto (GStrv) keywords =
    gexiv2_metadata_try_get_tag_multiple (metadata, TAG_KEYWORDS, NULL);

  return keywords && g_strv_contains ((const gchar *const *) keywords, KEYWORD);
}

/**
 * pisces_image_texts_set_decorative:
 * @metadata:   an image's metadata.
 * @decorative: %TRUE takes the texts of all languages away too.
 * @error:      set if exiv2 refuses it.
 *
 * Other keywords stay, in their order.
 *
 * Returns: %TRUE on success.
 */
gboolean
pisces_image_texts_set_decorative (GExiv2Metadata  *metadata,
                                   gboolean         decorative,
                                   GError         **error)
{
  g_auto (GStrv) keywords  = NULL;
  g_auto (GStrv) languages = NULL;

  if (decorative)
    {
      languages = pisces_image_texts_list_languages (metadata);
      for (guint i = 0; languages[i]; i++)
        if (! pisces_image_texts_write (metadata, languages[i], "", "", error))
          return FALSE;
    }

  if (pisces_image_texts_get_decorative (metadata) == decorative)
    return TRUE;

  /* Setting a second keyword leaves the first.  */
  if (decorative)
    return gexiv2_metadata_try_set_tag_string (metadata, TAG_KEYWORDS,
                                               KEYWORD, error);

  keywords = gexiv2_metadata_try_get_tag_multiple (metadata, TAG_KEYWORDS,
                                                   error);
  if (! keywords ||
      ! gexiv2_metadata_try_clear_tag (metadata, TAG_KEYWORDS, error))
    return FALSE;

  for (guint i = 0; keywords[i]; i++)
    if (strcmp (keywords[i], KEYWORD) != 0 &&
        ! gexiv2_metadata_try_set_tag_string (metadata, TAG_KEYWORDS,
                                              keywords[i], error))
      return FALSE;

  return TRUE;
}


/*  private functions  */

static gchar *
texts_get (GExiv2Metadata *metadata,
           const gchar    *tag,
           const gchar    *language)
{
  g_autoptr (GPtrArray)  texts = pisces_lang_alt_read (metadata, tag);
  const gchar           *text;

  text = pisces_lang_alt_get (texts, language ? language :
                                                PISCES_LANG_ALT_DEFAULT);
  if (! text && ! language && texts->len > 0)
    text = ((PiscesLangText *) texts->pdata[0])->text;

  return g_strdup (text ? text : "");
}

static gboolean
texts_set (GExiv2Metadata  *metadata,
           const gchar     *tag,
           const gchar     *language,
           const gchar     *text,
           GError         **error)
{
  g_autoptr (GPtrArray) texts    = pisces_lang_alt_read (metadata, tag);
  const gchar          *old      = pisces_lang_alt_get (texts, language);
  const gchar          *fallback = pisces_lang_alt_get (texts,
                                                        PISCES_LANG_ALT_DEFAULT);
  gboolean              follows;

  follows = fallback ? g_strcmp0 (fallback, old) == 0 : texts->len == 0;

  pisces_lang_alt_set (texts, language, text);
  if (follows)
    pisces_lang_alt_set (texts, PISCES_LANG_ALT_DEFAULT, text);

  return pisces_lang_alt_write (metadata, tag, texts, error);
}

/* Ours is one that says what our own fields say, or none.  */
static gboolean
description_is_ours (GExiv2Metadata *metadata,
                     const gchar    *language)
{
  g_autofree gchar *description = texts_get (metadata, TAG_DESCRIPTION,
                                             language);
  g_autofree gchar *short_text  = texts_get (metadata, TAG_SHORT, language);
  g_autofree gchar *long_text   = texts_get (metadata, TAG_LONG, language);

  return ! *description ||
         ! strcmp (description, long_text) ||
         ! strcmp (description, short_text);
}
