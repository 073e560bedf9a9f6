/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * lang-alt.c: XMP fields of the type "LangAlt": one text a language, the
 * default first.
 *
 * GIMP hands metadata around as XML, and reads such fields for that with
 * gexiv2_metadata_try_get_tag_multiple().  That function takes any comma in a
 * text for the end of the text (gexiv2 0.14.3), so "A star, and a moon" would
 * be "A star" already in the image, and in every file that is exported.
 *
 * So a text with a comma is stored twice: up to its first comma in the field
 * itself, and whole under the XMP path of that very entry, which to gexiv2 is
 * a tag of its own, of a plain type:
 *
 *   Xmp.iptc.AltTextAccessibility                             A star
 *   Xmp.iptc.AltTextAccessibility[?xml:lang='x-default']      A star, and ...
 *
 * When a file is written, exiv2's XMP toolkit sets the second over the first,
 * as the path says, and the file has the one entry, whole, as the standard
 * wants it.
 */

#include <string.h>

#include "files/lang-alt.h"

/* exiv2's way to write such a field as one string.  */
#define LANGUAGE_START "lang=\""
#define LANGUAGE_END   "\" "
#define LANGUAGE_NEXT  ", lang=\""

#define PATH_START     "[?xml:lang='"
#define PATH_END       "']"

static GPtrArray * lang_alt_new        (void);
static void        lang_text_free      (PiscesLangText *text);
static void        lang_alt_add_entry  (GPtrArray      *texts,
                                        const gchar    *entry);
static void        lang_alt_add_path   (GPtrArray      *texts,
                                        GExiv2Metadata *metadata,
                                        const gchar    *path,
                                        const gchar    *language);
static void        lang_alt_clear      (GExiv2Metadata *metadata,
                                        const gchar    *tag);
static gchar     * lang_alt_make_entry (const PiscesLangText *text);


/*  public functions  */

/**
 * pisces_lang_alt_read:
 * @metadata: an image's metadata.
 * @tag:      name of a field.
 *
 * Returns: (transfer full) (element-type PiscesLangText): its texts, in no
 *   certain order; none if it is not set.
 */
GPtrArray *
pisces_lang_alt_read (GExiv2Metadata *metadata,
                      const gchar    *tag)
{
  GPtrArray        *texts = lang_alt_new ();
  g_autofree gchar *all   = NULL;
  g_auto (GStrv)    tags  = NULL;
  const gchar      *start;

  all = gexiv2_metadata_try_get_tag_string (metadata, tag, NULL);

  for (start = all; start && *start; )
    {
      const gchar      *next  = strstr (start, LANGUAGE_NEXT);
      g_autofree gchar *entry = NULL;

      entry = next ? g_strndup (start, next - start) : g_strdup (start);
      lang_alt_add_entry (texts, entry);
      start = next ? next + strlen (", ") : NULL;
    }

  tags = gexiv2_metadata_get_xmp_tags (metadata);

  for (guint i = 0; tags && tags[i]; i++)
    if (g_str_has_prefix (tags[i], tag) &&
        g_str_has_prefix (tags[i] + strlen (tag), PATH_START) &&
        g_str_has_suffix (tags[i], PATH_END))
      lang_alt_add_path (texts, metadata, tags[i],
                         tags[i] + strlen (tag) + strlen (PATH_START));

  return texts;
}

/**
 * pisces_lang_alt_write:
 * @metadata: an image's metadata.
 * @tag:      name of a field.
 * @texts:    (element-type PiscesLangText): all of its texts; if there are
 *            none the field is removed.
 * @error:    set if exiv2 refuses them.
 *
 * Returns: %TRUE if the field is written.
 */
gboolean
pisces_lang_alt_write (GExiv2Metadata  *metadata,
                       const gchar     *tag,
                       GPtrArray       *texts,
                       GError         **error)
{
  lang_alt_clear (metadata, tag);

  /* Setting a second language leaves the first.  */
  for (guint i = 0; i < texts->len; i++)
    {
      g_autofree gchar *entry = lang_alt_make_entry (texts->pdata[i]);

      if (! gexiv2_metadata_try_set_tag_string (metadata, tag, entry, error))
        return FALSE;
    }

  for (guint i = 0; i < texts->len; i++)
    {
      const PiscesLangText *text = texts->pdata[i];
      g_autofree gchar     *path = NULL;

      if (! strchr (text->text, ','))
        continue;

      path = g_strconcat (tag, PATH_START, text->language, PATH_END, NULL);
      if (! gexiv2_metadata_try_set_tag_string (metadata, path, text->text,
                                                error))
        return FALSE;
    }

  return TRUE;
}

/**
 * pisces_lang_alt_get:
 * @texts:    (element-type PiscesLangText): the texts of a field.
 * @language: an RFC 3066 language tag.
 *
 * Returns: (transfer none) (nullable): the text in @language.
 */
const gchar *
pisces_lang_alt_get (GPtrArray   *texts,
                     const gchar *language)
{
  for (guint i = 0; i < texts->len; i++)
    {
      const PiscesLangText *text = texts->pdata[i];

      if (! strcmp (text->language, language))
        return text->text;
    }

  return NULL;
}

/**
 * pisces_lang_alt_set:
 * @texts:    (element-type PiscesLangText): the texts of a field.
 * @language: an RFC 3066 language tag.
 * @text:     the new text; an empty one removes @language.
 */
void
pisces_lang_alt_set (GPtrArray   *texts,
                     const gchar *language,
                     const gchar *text)
{
  PiscesLangText *added;

  for (guint i = 0; i < texts->len; i++)
    {
      const PiscesLangText *old = texts->pdata[i];

      if (! strcmp (old->language, language))
        {
          g_ptr_array_remove_index (texts, i);
          break;
        }
    }

  if (! *text)
    return;

  added           = g_new0 (PiscesLangText, 1);
  added->language = g_strdup (language);
  added->text     = g_strdup (text);

  g_ptr_array_add (texts, added);
}

/**
 * pisces_lang_alt_equal:
 * @texts:  (element-type PiscesLangText): the texts of a field.
 * @others: (element-type PiscesLangText): those of another.
 *
 * Returns: %TRUE if both have the same texts in the same languages.
 */
gboolean
pisces_lang_alt_equal (GPtrArray *texts,
                       GPtrArray *others)
{
  if (texts->len != others->len)
    return FALSE;

  for (guint i = 0; i < texts->len; i++)
    {
      const PiscesLangText *text = texts->pdata[i];

      if (g_strcmp0 (text->text,
                     pisces_lang_alt_get (others, text->language)) != 0)
        return FALSE;
    }

  return TRUE;
}


/*  private functions  */

static GPtrArray *
lang_alt_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) lang_text_free);
}

static void
lang_text_free (PiscesLangText *text)
{
  g_free (text->language);
  g_free (text->text);
  g_free (text);
}

/* `lang="de-DE" Hallo`; a file may also hold a bare text.  */
static void
lang_alt_add_entry (GPtrArray   *texts,
                    const gchar *entry)
{
  g_autofree gchar *language = NULL;
  const gchar      *start;
  const gchar      *end;

  if (! g_str_has_prefix (entry, LANGUAGE_START) ||
      ! (end = strstr (entry, LANGUAGE_END)))
    {
      pisces_lang_alt_set (texts, PISCES_LANG_ALT_DEFAULT, entry);
      return;
    }

  start    = entry + strlen (LANGUAGE_START);
  language = g_strndup (start, end - start);

  pisces_lang_alt_set (texts, language, end + strlen (LANGUAGE_END));
}

static void
lang_alt_add_path (GPtrArray      *texts,
                   GExiv2Metadata *metadata,
                   const gchar    *path,
                   const gchar    *language)
{
  g_autofree gchar *name = NULL;
  g_autofree gchar *text = NULL;

  name = g_strndup (language, strlen (language) - strlen (PATH_END));
  text = gexiv2_metadata_try_get_tag_string (metadata, path, NULL);

  if (text)
    pisces_lang_alt_set (texts, name, text);
}

static void
lang_alt_clear (GExiv2Metadata *metadata,
                const gchar    *tag)
{
  g_auto (GStrv) tags = gexiv2_metadata_get_xmp_tags (metadata);

  for (guint i = 0; tags && tags[i]; i++)
    if (g_str_has_prefix (tags[i], tag) &&
        g_str_has_prefix (tags[i] + strlen (tag), PATH_START))
      gexiv2_metadata_try_clear_tag (metadata, tags[i], NULL);

  gexiv2_metadata_try_clear_tag (metadata, tag, NULL);
}

static gchar *
lang_alt_make_entry (const PiscesLangText *text)
{
  gsize             length = strcspn (text->text, ",");
  g_autofree gchar *start  = g_strndup (text->text, length);

  return g_strconcat (LANGUAGE_START, text->language, LANGUAGE_END,
                      *start ? start : "…", NULL);
}
