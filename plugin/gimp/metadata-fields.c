/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * metadata-fields.c: the texts of an image in a GExiv2Metadata, as which GIMP
 * hands metadata around.
 *
 * Read they are from the XMP packet that exiv2 makes of it, because gexiv2's
 * own functions give all languages of a field as one string, in which a text
 * that contains `, lang="fr"` looks like two.
 *
 * Written they are by gexiv2.  GIMP writes an image's metadata as XML, and
 * reads such fields for that with gexiv2_metadata_get_tag_multiple().
 * That function takes any comma in a text for the end of the text (gexiv2
 * 0.14.3; 0.16.2 only in a field that has several texts, and then not in the
 * first), so "A star, and a moon" would be "A star" already in the image, and
 * in every file that is exported.  So a text with a comma is stored twice: up
 * to its first comma in the field itself, and whole under the XMP path of that
 * very entry, which to gexiv2 is a tag of its own, of a plain type:
 *
 *   Xmp.iptc.AltTextAccessibility                             A star
 *   Xmp.iptc.AltTextAccessibility[?xml:lang='x-default']      A star, and ...
 *
 * When a packet is made, exiv2's XMP toolkit sets the second over the first,
 * as the path says, and the packet has the one entry, whole, as the standard
 * wants it.
 *
 * exiv2's XMP has state that all threads share, so this is for the main thread.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/metadata/xmp-packet.h"
#include "engine/pisces.h"

#include "plugin/gimp/metadata-fields.h"

#define TAG_KEYWORDS "Xmp.dc.subject"

#define PATH_START   "[?xml:lang='"
#define PATH_END     "']"

/* A bad one is a path in a field of ours that names no language: somebody's
 * bad joke, over which exiv2 gives up.
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

/* Where else a person may have described the image.  */
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
static gboolean   metadata_set_keyword    (GExiv2Metadata        *metadata,
                                           gboolean               decorative,
                                           GError               **error);


/*  public functions  */

/**
 * pisces_metadata_take_fields:
 * @metadata: a copy of an image's metadata, in which nothing is left
 *   afterwards but what was taken: on other entries that GIMP hands around,
 *   such as its own history of an image, exiv2 gives up.
 * @error: a sentence, if exiv2 cannot write it as XMP.
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

  return fields;
}

/**
 * pisces_metadata_set_fields:
 * @metadata: an image's metadata.
 * @old: what pisces_metadata_take_fields() has read from it.
 * @fields: what it is to say.
 * @error: a sentence, if exiv2 refuses a text; some may be written then.
 *
 * Returns: whether it says so now.
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

  return old->decorative == fields->decorative ||
         metadata_set_keyword (metadata, fields->decorative, error);
}

/**
 * pisces_metadata_set_cut:
 * @metadata: metadata without texts.
 * @fields: the texts of a file.
 *
 * Writes them as exiv2 has them after reading the file, so that they are cut
 * at commas when GIMP hands them around.
 *
 * Returns: whether exiv2 took them.
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

/* A language can be written over, but not be taken out of a field.  A text
 * with a comma that stays is written again too: gexiv2 0.16 has given it whole
 * while it was alone, and would cut it now that another one is added.
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

/* Nothing stands before the first comma of ", and so on": a sign must.  */
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

/* Other keywords stay, in their order.  */
static gboolean
metadata_set_keyword (GExiv2Metadata  *metadata,
                      gboolean         decorative,
                      GError         **error)
{
  g_auto (GStrv) keywords = NULL;

  /* Setting a second keyword leaves the first.  */
  if (decorative)
    return gexiv2_metadata_set_tag_string (metadata, TAG_KEYWORDS,
                                           PISCES_DECORATIVE_KEYWORD, error);

  keywords = gexiv2_metadata_get_tag_multiple (metadata, TAG_KEYWORDS, error);
  if (! keywords ||
      ! gexiv2_metadata_clear_tag (metadata, TAG_KEYWORDS, error))
    return FALSE;

  for (guint i = 0; keywords[i]; i++)
    if (strcmp (keywords[i], PISCES_DECORATIVE_KEYWORD) != 0 &&
        ! gexiv2_metadata_set_tag_string (metadata, TAG_KEYWORDS,
                                          keywords[i], error))
      return FALSE;

  return TRUE;
}
