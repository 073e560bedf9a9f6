/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * alt-text.c: the texts for those who do not see an image, in the fields of
 * the IPTC Photo Metadata Standard (2021.1), which GIMP keeps in XCF and
 * writes on export:
 *
 *   Xmp.iptc.AltTextAccessibility    the short text
 *   Xmp.iptc.ExtDescrAccessibility   the long text
 *   Xmp.dc.description               the long text, or the short one, for
 *                                    programs that know neither of the above
 *
 * Each holds one text a language ("LangAlt").  Only the default language is
 * written; texts in others, and all other metadata, stay as they are.  A
 * dc.description of the user's own is never replaced.
 */

#include <string.h>

#include <gexiv2/gexiv2.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "alt-text.h"
#include "lang-alt.h"

#define TAG_SHORT       "Xmp.iptc.AltTextAccessibility"
#define TAG_LONG        "Xmp.iptc.ExtDescrAccessibility"
#define TAG_DESCRIPTION "Xmp.dc.description"

static const gchar *const all_tags[] =
{
  TAG_SHORT, TAG_LONG, TAG_DESCRIPTION
};

static GimpMetadata * alt_text_get_metadata (GimpImage       *image);
static void           alt_text_mend         (GimpImage       *image,
                                             GExiv2Metadata  *metadata);
static gboolean       alt_text_set          (GExiv2Metadata  *metadata,
                                             const gchar     *tag,
                                             const gchar     *text,
                                             GError         **error);
static gchar        * alt_text_get          (GExiv2Metadata  *metadata,
                                             const gchar     *tag);
static gboolean       alt_text_survives     (GimpMetadata    *metadata,
                                             GError         **error);


/*  public functions  */

/**
 * pisces_alt_text_write:
 * @image:      an image.
 * @short_text: the new short text; an empty one removes what there is.
 * @long_text:  the new long text, likewise.
 * @error:      set if GIMP cannot keep the texts; the image is unchanged.
 *
 * One undo step.
 *
 * Returns: %TRUE if the image has the texts now.
 */
gboolean
pisces_alt_text_write (GimpImage    *image,
                       const gchar  *short_text,
                       const gchar  *long_text,
                       GError      **error)
{
  g_autoptr (GimpMetadata)  metadata    = alt_text_get_metadata (image);
  GExiv2Metadata           *gexiv2      = GEXIV2_METADATA (metadata);
  g_autofree gchar         *old_short   = NULL;
  g_autofree gchar         *old_long    = NULL;
  g_autofree gchar         *description = NULL;

  old_short   = alt_text_get (gexiv2, TAG_SHORT);
  old_long    = alt_text_get (gexiv2, TAG_LONG);
  description = alt_text_get (gexiv2, TAG_DESCRIPTION);

  if (! alt_text_set (gexiv2, TAG_SHORT, short_text, error) ||
      ! alt_text_set (gexiv2, TAG_LONG,  long_text,  error))
    return FALSE;

  /* Ours is one that says what our own fields said.  */
  if (! *description ||
      ! strcmp (description, old_long) ||
      ! strcmp (description, old_short))
    {
      if (! alt_text_set (gexiv2, TAG_DESCRIPTION,
                          *long_text ? long_text : short_text, error))
        return FALSE;
    }

  if (! alt_text_survives (metadata, error))
    return FALSE;

  if (! gimp_image_set_metadata (image, metadata))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("GIMP did not take the image's metadata: %s"),
                   gimp_pdb_get_last_error (gimp_get_pdb ()));
      return FALSE;
    }

  return TRUE;
}

/**
 * pisces_alt_text_read:
 * @image:      an image.
 * @short_text: (out) (transfer full): its short text, or an empty one.
 * @long_text:  (out) (transfer full): its long text, or an empty one.
 */
void
pisces_alt_text_read (GimpImage  *image,
                      gchar     **short_text,
                      gchar     **long_text)
{
  g_autoptr (GimpMetadata) metadata = alt_text_get_metadata (image);

  *short_text = alt_text_get (GEXIV2_METADATA (metadata), TAG_SHORT);
  *long_text  = alt_text_get (GEXIV2_METADATA (metadata), TAG_LONG);
}


/*  private functions  */

static GimpMetadata *
alt_text_get_metadata (GimpImage *image)
{
  GimpMetadata *metadata = gimp_image_get_metadata (image);

  if (! metadata)
    return gimp_metadata_new ();

  alt_text_mend (image, GEXIV2_METADATA (metadata));

  return metadata;
}

/* GIMP has cut texts with commas when it opened the file, see lang-alt.c.  If
 * the image still has just what GIMP makes of the file's texts, then the
 * file's own are meant.
 */
static void
alt_text_mend (GimpImage      *image,
               GExiv2Metadata *metadata)
{
  g_autoptr (GFile)        file  = NULL;
  g_autoptr (GimpMetadata) whole = NULL;
  g_autoptr (GimpMetadata) once  = NULL;
  g_autoptr (GimpMetadata) twice = NULL;

  file = gimp_image_get_imported_file (image);
  if (! file)
    file = gimp_image_get_file (image);
  if (! file)
    return;

  whole = gimp_metadata_load_from_file (file, NULL);
  if (! whole)
    return;

  /* To GIMP and back again.  */
  once  = gimp_metadata_duplicate (whole);
  twice = gimp_metadata_duplicate (once);

  for (guint i = 0; i < G_N_ELEMENTS (all_tags); i++)
    {
      g_autoptr (GPtrArray) ours = NULL;
      g_autoptr (GPtrArray) cut  = NULL;
      g_autoptr (GPtrArray) full = NULL;

      ours = pisces_lang_alt_read (metadata, all_tags[i]);
      cut  = pisces_lang_alt_read (GEXIV2_METADATA (twice), all_tags[i]);
      full = pisces_lang_alt_read (GEXIV2_METADATA (whole), all_tags[i]);

      if (pisces_lang_alt_equal (ours, cut) &&
          ! pisces_lang_alt_equal (cut, full))
        pisces_lang_alt_write (metadata, all_tags[i], full, NULL);
    }
}

static gboolean
alt_text_set (GExiv2Metadata  *metadata,
              const gchar     *tag,
              const gchar     *text,
              GError         **error)
{
  g_autoptr (GPtrArray) texts = pisces_lang_alt_read (metadata, tag);

  pisces_lang_alt_set (texts, PISCES_LANG_ALT_DEFAULT, text);

  return pisces_lang_alt_write (metadata, tag, texts, error);
}

/* The text of the default language, else of any, else "".  */
static gchar *
alt_text_get (GExiv2Metadata *metadata,
              const gchar    *tag)
{
  g_autoptr (GPtrArray)  texts = pisces_lang_alt_read (metadata, tag);
  const gchar           *text;

  text = pisces_lang_alt_get (texts, PISCES_LANG_ALT_DEFAULT);
  if (! text && texts->len > 0)
    text = ((PiscesLangText *) texts->pdata[0])->text;

  return g_strdup (text ? text : "");
}

/* GIMP hands metadata around as XML, and what it cannot write so is lost
 * without a word; lang-alt.c tells of one such trap.  So the same is done
 * here, on a copy, and looked at.
 */
static gboolean
alt_text_survives (GimpMetadata  *metadata,
                   GError       **error)
{
  g_autoptr (GimpMetadata) copy = gimp_metadata_duplicate (metadata);

  for (guint i = 0; i < G_N_ELEMENTS (all_tags); i++)
    {
      g_autoptr (GPtrArray) ours   = NULL;
      g_autoptr (GPtrArray) theirs = NULL;

      ours   = pisces_lang_alt_read (GEXIV2_METADATA (metadata), all_tags[i]);
      theirs = pisces_lang_alt_read (GEXIV2_METADATA (copy), all_tags[i]);

      if (! pisces_lang_alt_equal (ours, theirs))
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                       _("GIMP cannot keep this text whole in %s, so nothing "
                         "was saved. Remove unusual characters from it and "
                         "try again."),
                       all_tags[i]);
          return FALSE;
        }
    }

  return TRUE;
}
