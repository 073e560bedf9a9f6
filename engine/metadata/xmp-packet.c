/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * xmp-packet.c: reads and writes our texts, and how a picture was made, in an
 * XMP packet, which may come from a stranger's file.  Everything else in the
 * packet is kept.
 */

#include <string.h>

#include <glib/gi18n-lib.h>
#include <libxml/parser.h>
#include <libxml/xmlsave.h>

#include "engine/metadata/keywords.h"
#include "engine/metadata/xmp-packet.h"
#include "engine/metadata/xmp-property.h"
#include "engine/pisces.h"

#define IPTC "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
#define DC   "http://purl.org/dc/elements/1.1/"

static const PiscesXmpName field_names[PISCES_N_FIELDS] =
{
  [PISCES_FIELD_SHORT]       = { IPTC, "Iptc4xmpCore", "AltTextAccessibility" },
  [PISCES_FIELD_LONG]        = { IPTC, "Iptc4xmpCore", "ExtDescrAccessibility" },
  [PISCES_FIELD_DESCRIPTION] = { DC,   "dc",           "description" },
};

static const PiscesXmpName source_name =
{
  "http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "Iptc4xmpExt",
  "DigitalSourceType"
};

static const PiscesXmpName keywords_name = { DC, "dc", "subject" };

/* The character U+FEFF shows the encoding.  */
static const gchar empty_packet[] =
  "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
  "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
  " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
  "  <rdf:Description rdf:about=\"\"/>\n"
  " </rdf:RDF>\n"
  "</x:xmpmeta>\n"
  "<?xpacket end=\"w\"?>";

struct _PiscesXmp
{
  xmlDoc  *document;
  xmlNode *rdf;
};

static const gchar * xmp_get_encoding (const gchar *bytes,
                                       gsize        n_bytes);
static gboolean      xmp_can_hold     (const gchar *text);
static gboolean      xmp_set_field    (PiscesXmp   *xmp,
                                       guint        field,
                                       GPtrArray   *old_texts,
                                       GPtrArray   *new_texts);
static gboolean      xmp_set_keywords (PiscesXmp   *xmp,
                                       gchar      **old_keywords,
                                       gchar      **new_keywords);
static gboolean      xmp_is_the_end   (xmlNode     *node);


/*  public functions  */

/**
 * pisces_xmp_new:
 * @packet: (nullable): an XMP packet; %NULL: an empty one.
 * @error: %PISCES_ERROR_FAILED if it is not XMP.
 *
 * Returns: (transfer full) (nullable): the packet, for reading and changing.
 */
PiscesXmp *
pisces_xmp_new (GBytes  *packet,
                GError **error)
{
  g_autoptr (PiscesXmp)  xmp     = g_new0 (PiscesXmp, 1);
  gsize                  n_bytes = sizeof empty_packet - 1;
  const gchar           *bytes   = empty_packet;
  const gchar           *encoding;

  if (packet)
    bytes = g_bytes_get_data (packet, &n_bytes);
  encoding = xmp_get_encoding (bytes, n_bytes);
  /* Some programs add a zero byte at the end, as for a C string.  */
  while (encoding && n_bytes > 0 && (bytes[n_bytes - 1] == '\0' ||
                                     g_ascii_isspace (bytes[n_bytes - 1])))
    n_bytes--;

  if (n_bytes > 0 && n_bytes <= G_MAXINT)
    xmp->document = xmlReadMemory (bytes, n_bytes, NULL, encoding,
                                   XML_PARSE_NONET | XML_PARSE_NOERROR |
                                   XML_PARSE_NOWARNING);
  /* XMP must not have a document type, and one could define anything, so it is
   * refused.  */
  if (xmp->document && ! xmlGetIntSubset (xmp->document))
    xmp->rdf = pisces_xmp_find_rdf (xmp->document);
  if (! xmp->rdf)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("Its XMP metadata is damaged."));
      return NULL;
    }

  /* The packet will be written in UTF-8.  */
  xmlFree ((xmlChar *) xmp->document->encoding);
  xmp->document->encoding = xmlStrdup (BAD_CAST "UTF-8");

  return g_steal_pointer (&xmp);
}

void
pisces_xmp_free (PiscesXmp *xmp)
{
  if (xmp == NULL)
    return;

  if (xmp->document)
    xmlFreeDoc (xmp->document);
  g_free (xmp);
}

/**
 * pisces_xmp_get_fields:
 * @xmp: a packet.
 *
 * Returns: (transfer full): its texts.
 */
PiscesTextFields *
pisces_xmp_get_fields (PiscesXmp *xmp)
{
  static const gchar * const ours[] = { PISCES_DECORATIVE_KEYWORD, NULL };
  g_auto (GStrv)             items  = NULL;
  PiscesTextFields          *fields = g_new0 (PiscesTextFields, 1);

  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    fields->texts[i] = pisces_xmp_get_lang_texts (xmp->rdf, &field_names[i]);
  fields->decorative = pisces_xmp_has_item (xmp->rdf, &keywords_name,
                                            PISCES_DECORATIVE_KEYWORD);
  items = pisces_xmp_get_items (xmp->rdf, &keywords_name);
  fields->keywords      = pisces_keywords_without ((const gchar **) items, ours);
  fields->iptc_keywords = g_new0 (gchar *, 1);

  return fields;
}

/**
 * pisces_xmp_set_fields:
 * @xmp: a packet.
 * @fields: the new texts.  Those that are already in the packet are not
 *   touched.
 * @error: %PISCES_ERROR_FAILED if that is not possible; the packet may then be
 *   changed in part.
 *
 * Returns: whether the packet has these texts now.
 */
gboolean
pisces_xmp_set_fields (PiscesXmp               *xmp,
                       const PiscesTextFields  *fields,
                       GError                 **error)
{
  g_autoptr (PiscesTextFields) old      = pisces_xmp_get_fields (xmp);
  gboolean                     possible = TRUE;
  gboolean                     done     = TRUE;

  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    for (guint j = 0; j < fields->texts[i]->len; j++)
      {
        const PiscesLangText *text = fields->texts[i]->pdata[j];

        possible = possible && xmp_can_hold (text->text);
      }
  for (guint i = 0; fields->keywords[i]; i++)
    possible = possible && xmp_can_hold (fields->keywords[i]);
  if (! possible)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The text has a control character that "
                             "metadata cannot hold. Remove it and try "
                             "again."));
      return FALSE;
    }

  for (guint i = 0; done && i < PISCES_N_FIELDS; i++)
    done = xmp_set_field (xmp, i, old->texts[i], fields->texts[i]);

  done = done && xmp_set_keywords (xmp, old->keywords, fields->keywords);
  if (done && fields->decorative != old->decorative)
    done = fields->decorative ?
             pisces_xmp_add_item (xmp->rdf, &keywords_name,
                                  PISCES_DECORATIVE_KEYWORD) :
             pisces_xmp_remove_item (xmp->rdf, &keywords_name,
                                     PISCES_DECORATIVE_KEYWORD);

  if (! done)
    g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                         _("Its XMP metadata has the same field twice."));

  return done;
}

/**
 * pisces_xmp_set_source:
 * @xmp: a packet.
 * @source: one of the addresses of source-type.h.
 *
 * Adds how the picture was made, unless the packet already has that property.
 */
void
pisces_xmp_set_source (PiscesXmp   *xmp,
                       const gchar *source)
{
  pisces_xmp_add_value (xmp->rdf, &source_name, source);
}

/**
 * pisces_xmp_to_packet:
 * @xmp: a packet.
 * @length: the wanted length in bytes; 0: no padding.
 *
 * A packet ends in white space, which lets programs change it without moving
 * other data.  So a packet that is shorter than @length is filled up with
 * white space.
 *
 * Returns: (transfer full): the packet in UTF-8.
 */
GBytes *
pisces_xmp_to_packet (PiscesXmp *xmp,
                      gsize      length)
{
  g_autoptr (GString) packet = g_string_new (NULL);
  gssize              end    = -1;

  for (xmlNode *node = xmp->document->children; node; node = node->next)
    {
      xmlBuffer *buffer = xmlBufferCreate ();

      xmlNodeDump (buffer, xmp->document, node, 0, 0);
      if (xmp_is_the_end (node))
        end = packet->len;
      g_string_append_len (packet, (const gchar *) xmlBufferContent (buffer),
                           xmlBufferLength (buffer));
      if (node->next)
        g_string_append_c (packet, '\n');
      xmlBufferFree (buffer);
    }

  if (end >= 0 && packet->len < length)
    {
      g_autofree gchar *space = g_strnfill (length - packet->len, ' ');

      /* Breaks the white space into lines, because a person may look at it.  */
      for (gsize i = 99; i < length - packet->len; i += 100)
        space[i] = '\n';
      g_string_insert (packet, end, space);
    }

  return g_string_free_to_bytes (g_steal_pointer (&packet));
}


/*  private functions  */

/* XMP is UTF-8, whatever an XML declaration says; or UTF-16, which can be
 * recognised by the byte-order mark or by a zero byte near the beginning.
 */
static const gchar *
xmp_get_encoding (const gchar *bytes,
                  gsize        n_bytes)
{
  if (n_bytes > 1 && (! bytes[0] || ! bytes[1] ||
                      ! memcmp (bytes, "\xfe\xff", 2) ||
                      ! memcmp (bytes, "\xff\xfe", 2)))
    return NULL;

  return "UTF-8";
}

static gboolean
xmp_can_hold (const gchar *text)
{
  if (! g_utf8_validate (text, -1, NULL))
    return FALSE;

  for (; *text; text = g_utf8_next_char (text))
    {
      gunichar character = g_utf8_get_char (text);

      if ((character < ' ' && ! strchr ("\t\n\r", character)) ||
          character == 0xfffe || character == 0xffff)
        return FALSE;
    }

  return TRUE;
}

static gboolean
xmp_set_field (PiscesXmp *xmp,
               guint      field,
               GPtrArray *old_texts,
               GPtrArray *new_texts)
{
  for (guint i = 0; i < old_texts->len; i++)
    {
      const PiscesLangText *text = old_texts->pdata[i];

      if (! pisces_lang_texts_get (new_texts, text->language) &&
          ! pisces_xmp_set_lang_text (xmp->rdf, &field_names[field],
                                      text->language, ""))
        return FALSE;
    }

  for (guint i = 0; i < new_texts->len; i++)
    {
      const PiscesLangText *text = new_texts->pdata[i];

      if (g_strcmp0 (text->text, pisces_lang_texts_get (old_texts,
                                                        text->language)) &&
          ! pisces_xmp_set_lang_text (xmp->rdf, &field_names[field],
                                      text->language, text->text))
        return FALSE;
    }

  return TRUE;
}

/* What is in both lists is not touched.  */
static gboolean
xmp_set_keywords (PiscesXmp  *xmp,
                  gchar     **old_keywords,
                  gchar     **new_keywords)
{
  for (guint i = 0; old_keywords[i]; i++)
    if (! g_strv_contains ((const gchar * const *) new_keywords, old_keywords[i]) &&
        ! pisces_xmp_remove_item (xmp->rdf, &keywords_name, old_keywords[i]))
      return FALSE;

  for (guint i = 0; new_keywords[i]; i++)
    if (! g_strv_contains ((const gchar * const *) old_keywords, new_keywords[i]) &&
        ! pisces_xmp_add_item (xmp->rdf, &keywords_name, new_keywords[i]))
      return FALSE;

  return TRUE;
}

static gboolean
xmp_is_the_end (xmlNode *node)
{
  return node->type == XML_PI_NODE && node->content &&
         ! strcmp ((const gchar *) node->name, "xpacket") &&
         g_str_has_prefix ((const gchar *) node->content, "end=");
}
