/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * metadata-fields.c: reads and writes the texts of an image in a
 * GExiv2Metadata, the form in which GIMP passes metadata on.
 *
 * They are read from the XMP packet that exiv2 makes of it. gexiv2's own
 * functions return all languages of a field as one string, in which a text
 * that contains `, lang="fr"` looks like two texts.
 *
 * They are written by gexiv2.  GIMP writes an image's metadata as XML, and
 * reads such fields for that with gexiv2_metadata_get_tag_multiple().  That
 * function treats any comma in a text as the end of the text (gexiv2 0.14.3;
 * 0.16.2 only in a field with several texts, and then not in the first one).
 * So "A star, and a moon" would already be "A star" in the image, and in every
 * exported file.  Therefore a text with a comma is stored twice: up to its
 * first comma in the field itself, and complete under the XMP path of that
 * same entry, which gexiv2 treats as a separate tag of a plain type:
 *
 *   Xmp.iptc.AltTextAccessibility                             A star
 *   Xmp.iptc.AltTextAccessibility[?xml:lang='x-default']      A star, and ...
 *
 * When a packet is made, exiv2's XMP toolkit replaces the first with the
 * second, because the path names the same entry.  The packet then has one
 * complete entry, as the standard requires.
 *
 * exiv2's XMP has state that all threads share, so call these functions in the
 * main thread only.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/metadata/xmp-packet.h"
#include "engine/pisces.h"

#include "plugin/gimp/metadata-fields.h"

#define TAG_KEYWORDS      "Xmp.dc.subject"
#define TAG_IPTC_KEYWORDS "Iptc.Application2.Keywords"

#define PATH_START        "[?xml:lang='"
#define PATH_END          "']"

/* A bad entry is a path in one of our fields that names no language.  Only a
 * hostile file has one, and exiv2 fails on it.
 */
typedef enum
{
  METADATA_TAG_OURS,
  METADATA_TAG_BAD,
  METADATA_TAG_OTHER,
} MetadataTagKind;

static const gchar * const field_tags[PISCES_N_FIELDS] =
{
  [PISCES_FIELD_SHORT]       = "Xmp.iptc.AltTextAccessibility",
  [PISCES_FIELD_LONG]        = "Xmp.iptc.ExtDescrAccessibility",
  [PISCES_FIELD_DESCRIPTION] = "Xmp.dc.description",
};

/* Other fields in which a person may have described the image.  */
static const gchar * const caption_tags[] =
{
  "Iptc.Application2.Caption", "Exif.Image.ImageDescription",
  "Exif.Image.XPComment", "Exif.Photo.UserComment",
};

static void       metadata_drop           (GExiv2Metadata        *metadata,
                                           MetadataTagKind        kind);
static MetadataTagKind
                  metadata_get_kind       (const gchar           *tag);
static gboolean   metadata_has_caption    (GExiv2Metadata        *metadata);
static gboolean   metadata_set_field      (GExiv2Metadata        *metadata,
                                           const gchar           *tag,
                                           GPtrArray             *old_texts,
                                           GPtrArray             *texts,
                                           GError               **error);
static gboolean   metadata_set_text       (GExiv2Metadata        *metadata,
                                           const gchar           *tag,
                                           const PiscesLangText  *text,
                                           GError               **error);
static gchar    * metadata_make_path      (const gchar           *tag,
                                           const gchar           *language);
static gboolean   metadata_set_keywords   (GExiv2Metadata         *metadata,
                                           const PiscesTextFields *old,
                                           const PiscesTextFields *fields,
                                           GError                **error);
static void       metadata_add_iptc_keywords
                                          (GExiv2Metadata        *metadata,
                                           PiscesTextFields      *fields);


/*  public functions  */

/**
 * pisces_metadata_take_fields:
 * @metadata: a copy of an image's metadata.  All other entries are removed
 *   from it, because exiv2 fails on some of them, such as GIMP's own history
 *   of an image.
 * @error: set to a sentence if exiv2 cannot write it as XMP.
 *
 * Returns: (transfer full) (nullable): the texts.
 */
PiscesTextFields *
pisces_metadata_take_fields (GExiv2Metadata  *metadata,
                             GError         **error)
{
  g_autoptr (GError)     reason = NULL;
  g_autofree gchar      *text   = NULL;
  g_autoptr (GBytes)     packet = NULL;
  g_autoptr (PiscesXmp)  xmp    = NULL;
  PiscesTextFields      *fields;

  metadata_drop (metadata, METADATA_TAG_BAD);
  metadata_drop (metadata, METADATA_TAG_OTHER);

  if (gexiv2_metadata_has_xmp (metadata))
    {
      text = gexiv2_metadata_generate_xmp_packet (metadata,
                                                  GEXIV2_USE_COMPACT_FORMAT,
                                                  0, &reason);
      if (text)
        packet = g_bytes_new (text, strlen (text));
    }

  if (! reason)
    xmp = pisces_xmp_new (packet, &reason);
  if (! xmp)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("The metadata of this image could not be read: %s"),
                   reason->message);
      return NULL;
    }

  fields              = pisces_xmp_get_fields (xmp);
  fields->has_caption = metadata_has_caption (metadata);
  metadata_add_iptc_keywords (metadata, fields);

  return fields;
}

/**
 * pisces_metadata_set_fields:
 * @metadata: an image's metadata.
 * @old: what pisces_metadata_take_fields() has read from it.
 * @fields: the new texts.
 * @error: set to a sentence if exiv2 refuses a text; some may have been
 *   written then.
 *
 * Returns: whether all texts were written.
 */
gboolean
pisces_metadata_set_fields (GExiv2Metadata          *metadata,
                            const PiscesTextFields  *old,
                            const PiscesTextFields  *fields,
                            GError                 **error)
{
  metadata_drop (metadata, METADATA_TAG_BAD);

  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    if (! metadata_set_field (metadata, field_tags[i], old->texts[i],
                              fields->texts[i], error))
      return FALSE;

  return (g_strv_equal ((const gchar **) old->keywords, (const gchar **) fields->keywords) &&
          old->decorative == fields->decorative) ||
         metadata_set_keywords (metadata, old, fields, error);
}

/**
 * pisces_metadata_set_cut:
 * @metadata: metadata that has no texts yet.
 * @fields: the texts of a file.
 *
 * Writes the texts as exiv2 stores them after reading the file, so that GIMP
 * cuts them at commas when it passes them on.
 *
 * Returns: whether exiv2 accepted them.
 */
gboolean
pisces_metadata_set_cut (GExiv2Metadata         *metadata,
                         const PiscesTextFields *fields)
{
  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    for (guint j = 0; j < fields->texts[i]->len; j++)
      {
        const PiscesLangText *text  = fields->texts[i]->pdata[j];
        g_autofree gchar     *entry = NULL;

        entry = g_strdup_printf ("lang=\"%s\" %s", text->language, text->text);
        if (! gexiv2_metadata_set_tag_string (metadata, field_tags[i],
                                              entry, NULL))
          return FALSE;
      }

  return TRUE;
}


/*  private functions  */

static void
metadata_drop (GExiv2Metadata  *metadata,
               MetadataTagKind  kind)
{
  g_auto (GStrv) tags = gexiv2_metadata_get_xmp_tags (metadata);

  for (guint i = 0; tags && tags[i]; i++)
    if (metadata_get_kind (tags[i]) == kind)
      gexiv2_metadata_clear_tag (metadata, tags[i], NULL);
}

static MetadataTagKind
metadata_get_kind (const gchar *tag)
{
  if (! strcmp (tag, TAG_KEYWORDS))
    return METADATA_TAG_OURS;

  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    {
      g_autofree gchar *language = NULL;
      g_autofree gchar *normal   = NULL;
      const gchar      *rest;

      if (! g_str_has_prefix (tag, field_tags[i]))
        continue;

      rest = tag + strlen (field_tags[i]);
      if (*rest == '\0')
        return METADATA_TAG_OURS;
      if (*rest != PATH_START[0])
        return METADATA_TAG_OTHER;
      if (! g_str_has_prefix (rest, PATH_START) ||
          ! g_str_has_suffix (rest + strlen (PATH_START), PATH_END))
        return METADATA_TAG_BAD;

      rest    += strlen (PATH_START);
      language = g_strndup (rest, strlen (rest) - strlen (PATH_END));
      normal   = pisces_language_tag_normalize (language);

      return normal ? METADATA_TAG_OURS : METADATA_TAG_BAD;
    }

  return METADATA_TAG_OTHER;
}

static gboolean
metadata_has_caption (GExiv2Metadata *metadata)
{
  for (guint i = 0; i < G_N_ELEMENTS (caption_tags); i++)
    {
      g_autofree gchar *text = NULL;

      text = gexiv2_metadata_get_tag_interpreted_string (metadata,
                                                         caption_tags[i],
                                                         NULL);
      if (text && *g_strstrip (text))
        return TRUE;
    }

  return FALSE;
}

/* The text of a language can be replaced, but not removed from a field.  A
 * text with a comma is written again even if it has not changed: gexiv2 0.16
 * returned it whole while it was the only one, and would cut it when another
 * one is added.
 */
static gboolean
metadata_set_field (GExiv2Metadata  *metadata,
                    const gchar     *tag,
                    GPtrArray       *old_texts,
                    GPtrArray       *texts,
                    GError         **error)
{
  gboolean anew = FALSE;

  if (pisces_lang_texts_equal (old_texts, texts))
    return TRUE;

  for (guint i = 0; i < old_texts->len; i++)
    {
      const PiscesLangText *text = old_texts->pdata[i];
      g_autofree gchar     *path = metadata_make_path (tag, text->language);

      if (pisces_lang_texts_get (texts, text->language))
        continue;
      anew = TRUE;
      gexiv2_metadata_clear_tag (metadata, path, NULL);
    }

  if (anew)
    gexiv2_metadata_clear_tag (metadata, tag, NULL);

  for (guint i = 0; i < texts->len; i++)
    {
      const PiscesLangText *text = texts->pdata[i];

      if ((anew || strchr (text->text, ',') ||
           g_strcmp0 (text->text, pisces_lang_texts_get (old_texts,
                                                         text->language))) &&
          ! metadata_set_text (metadata, tag, text, error))
        return FALSE;
    }

  return TRUE;
}

/* In a text such as ", and so on" nothing comes before the first comma, but
 * the field needs at least one character.  */
static gboolean
metadata_set_text (GExiv2Metadata        *metadata,
                   const gchar           *tag,
                   const PiscesLangText  *text,
                   GError               **error)
{
  gsize             length = strcspn (text->text, ",");
  g_autofree gchar *start  = g_strndup (text->text, length);
  g_autofree gchar *path   = metadata_make_path (tag, text->language);
  g_autofree gchar *entry  = NULL;

  entry = g_strdup_printf ("lang=\"%s\" %s", text->language,
                           *start ? start : "…");
  gexiv2_metadata_clear_tag (metadata, path, NULL);

  return gexiv2_metadata_set_tag_string (metadata, tag, entry, error) &&
         (text->text[length] == '\0' ||
          gexiv2_metadata_set_tag_string (metadata, path, text->text, error));
}

static gchar *
metadata_make_path (const gchar *tag,
                    const gchar *language)
{
  return g_strconcat (tag, PATH_START, language, PATH_END, NULL);
}

/* Setting another keyword keeps the others, but one alone cannot be removed.  */
static gboolean
metadata_set_keywords (GExiv2Metadata          *metadata,
                       const PiscesTextFields  *old,
                       const PiscesTextFields  *fields,
                       GError                 **error)
{
  const gchar * const *before = (const gchar * const *) old->keywords;
  const gchar * const *now    = (const gchar * const *) fields->keywords;
  gboolean             anew   = old->decorative && ! fields->decorative;

  for (guint i = 0; before[i]; i++)
    anew = anew || ! g_strv_contains (now, before[i]);

  if (anew && ! gexiv2_metadata_clear_tag (metadata, TAG_KEYWORDS, error))
    return FALSE;

  for (guint i = 0; now[i]; i++)
    if ((anew || ! g_strv_contains (before, now[i])) &&
        ! gexiv2_metadata_set_tag_string (metadata, TAG_KEYWORDS, now[i], error))
      return FALSE;

  return ! fields->decorative || (old->decorative && ! anew) ||
         gexiv2_metadata_set_tag_string (metadata, TAG_KEYWORDS,
                                         PISCES_DECORATIVE_KEYWORD, error);
}

static void
metadata_add_iptc_keywords (GExiv2Metadata   *metadata,
                            PiscesTextFields *fields)
{
  gchar **found = gexiv2_metadata_get_tag_multiple (metadata, TAG_IPTC_KEYWORDS, NULL);

  for (guint i = 0; found && found[i]; i++)
    if (! g_utf8_validate (found[i], -1, NULL))
      {
        gchar *text = g_convert (found[i], -1, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);

        g_free (found[i]);
        found[i] = text ? text : g_strdup ("");
      }

  if (found)
    {
      g_strfreev (fields->iptc_keywords);
      fields->iptc_keywords = found;
    }
}
