/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * alt-text.c: the texts for those who do not see an image, in the metadata
 * that GIMP keeps for it, in XCF and in what it exports.  Which fields these
 * are files/image-texts.c knows; here is how they get past GIMP whole.
 */

#include <gexiv2/gexiv2.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "engine/pisces.h"
#include "files/image-texts.h"
#include "files/metadata-lock.h"

#include "alt-text.h"

static GimpMetadata * alt_text_get_metadata (GimpImage       *image);
static void           alt_text_mend         (GimpImage       *image,
                                             GExiv2Metadata  *metadata);
static gboolean       alt_text_survives     (GimpMetadata    *metadata,
                                             GError         **error);
static gboolean       alt_text_give_back    (GimpImage       *image,
                                             GimpMetadata    *metadata,
                                             GError         **error);


/*  public functions  */

/**
 * pisces_alt_text_write:
 * @image: an image.
 * @texts: (element-type PiscesAltText): the new texts of one or more
 *         languages; an empty one removes what there is, and languages that
 *         are not named stay as they are.
 * @error: set if GIMP cannot keep the texts; the image is unchanged.
 *
 * One undo step.
 *
 * Returns: %TRUE if the image has the texts now.
 */
gboolean
pisces_alt_text_write (GimpImage  *image,
                       GPtrArray  *texts,
                       GError    **error)
{
  PISCES_METADATA_LOCK ();
  g_autoptr (GimpMetadata) metadata = alt_text_get_metadata (image);

  for (guint i = 0; i < texts->len; i++)
    {
      const PiscesAltText *text = texts->pdata[i];

      if (! pisces_image_texts_write (GEXIV2_METADATA (metadata),
                                      text->language,
                                      text->short_text, text->long_text,
                                      error))
        return FALSE;
    }

  return alt_text_give_back (image, metadata, error);
}

/**
 * pisces_alt_text_read:
 * @image:      an image.
 * @decorative: (out) (optional): whether it is marked as decoration.
 *
 * Returns: (transfer full) (element-type PiscesAltText): the texts that it
 *   has, one for each language.
 */
GPtrArray *
pisces_alt_text_read (GimpImage *image,
                      gboolean  *decorative)
{
  PISCES_METADATA_LOCK ();
  g_autoptr (GimpMetadata)  metadata  = alt_text_get_metadata (image);
  GExiv2Metadata           *gexiv2    = GEXIV2_METADATA (metadata);
  g_auto (GStrv)            languages = NULL;
  GPtrArray                *texts     = pisces_alt_texts_new ();

  languages = pisces_image_texts_list_languages (gexiv2);

  for (guint i = 0; languages[i]; i++)
    {
      g_autofree gchar *short_text = NULL;
      g_autofree gchar *long_text  = NULL;

      pisces_image_texts_read (gexiv2, languages[i], &short_text, &long_text);
      pisces_alt_texts_add (texts, languages[i], short_text, long_text);
    }

  if (decorative)
    *decorative = pisces_image_texts_get_decorative (gexiv2);

  return texts;
}

/**
 * pisces_alt_text_set_decorative:
 * @image:      an image.
 * @decorative: %TRUE takes its texts away, in all languages.
 * @error:      set if GIMP cannot keep it; the image is unchanged.
 *
 * One undo step.
 *
 * Returns: %TRUE on success.
 */
gboolean
pisces_alt_text_set_decorative (GimpImage  *image,
                                gboolean    decorative,
                                GError    **error)
{
  PISCES_METADATA_LOCK ();
  g_autoptr (GimpMetadata) metadata = alt_text_get_metadata (image);

  return pisces_image_texts_set_decorative (GEXIV2_METADATA (metadata),
                                            decorative, error) &&
         alt_text_give_back (image, metadata, error);
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

/* GIMP has cut texts with commas when it opened the file, see files/lang-alt.c.  If
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

  for (guint i = 0; pisces_image_texts_tags[i]; i++)
    {
      const gchar          *tag  = pisces_image_texts_tags[i];
      g_autoptr (GPtrArray) ours = NULL;
      g_autoptr (GPtrArray) cut  = NULL;
      g_autoptr (GPtrArray) full = NULL;

      ours = pisces_lang_alt_read (metadata, tag);
      cut  = pisces_lang_alt_read (GEXIV2_METADATA (twice), tag);
      full = pisces_lang_alt_read (GEXIV2_METADATA (whole), tag);

      if (pisces_lang_alt_equal (ours, cut) &&
          ! pisces_lang_alt_equal (cut, full))
        pisces_lang_alt_write (metadata, tag, full, NULL);
    }
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

  for (guint i = 0; pisces_image_texts_tags[i]; i++)
    {
      const gchar          *tag    = pisces_image_texts_tags[i];
      g_autoptr (GPtrArray) ours   = NULL;
      g_autoptr (GPtrArray) theirs = NULL;

      ours   = pisces_lang_alt_read (GEXIV2_METADATA (metadata), tag);
      theirs = pisces_lang_alt_read (GEXIV2_METADATA (copy), tag);

      if (! pisces_lang_alt_equal (ours, theirs))
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                       _("GIMP cannot keep this text whole in %s, so nothing "
                         "was saved. Remove unusual characters from it and "
                         "try again."),
                       tag);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
alt_text_give_back (GimpImage     *image,
                    GimpMetadata  *metadata,
                    GError       **error)
{
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
