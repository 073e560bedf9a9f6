/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-pixels.c: reads the part of an image that is described, as a viewer
 * shows the exported file.
 *
 * The EXIF data of a file may say that its picture must be shown rotated.
 * When a person opens the file, GIMP rotates the image and removes this note.
 * When a script opens it, or the person chooses to keep the image as it is,
 * the canvas stays rotated the wrong way and keeps the note.  GIMP then writes
 * the note into the JPEG, PNG or WebP that it exports with EXIF, and viewers
 * rotate that file (GIMP 3.0.4; in a TIFF, GIMP always notes that it is
 * upright).  So this file obeys the note too.
 */

#include <libgimp/gimp.h>

#include "engine/metadata/image-pixbuf.h"
#include "engine/metadata/picture-file.h"

#include "plugin/describe/describe-pixels.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/gexiv2-names.h"

#define TAG_ORIENTATION "Exif.Image.Orientation"

#define UPRIGHT 1

static guint         pixels_get_orientation (GimpImage    *image);
static PiscesImage * pixels_turn            (PiscesImage  *pixels,
                                             guint         orientation,
                                             GError      **error);


/*  public functions  */

/**
 * pisces_describe_pixels_read:
 * @image: an image.
 * @source: which part of it.
 * @turned: (out) (optional): whether a viewer shows it differently from GIMP's
 *   canvas.
 * @error: set to a sentence on failure.
 *
 * Returns: (transfer full) (nullable): the pixels.
 */
PiscesImage *
pisces_describe_pixels_read (GimpImage             *image,
                             PiscesDescribeSource   source,
                             gboolean              *turned,
                             GError               **error)
{
  g_autoptr (GimpImage)   held        = g_object_ref (image);
  guint                   orientation = pixels_get_orientation (image);
  g_autoptr (PiscesImage) pixels      = NULL;

  if (turned)
    *turned = orientation != UPRIGHT;

  switch (source)
    {
    case PISCES_DESCRIBE_VISIBLE:
      pixels = pisces_canvas_read (image, error);
      break;
    case PISCES_DESCRIBE_LAYER:
      pixels = pisces_canvas_read_layer (image, error);
      break;
    case PISCES_DESCRIBE_SELECTION:
      pixels = pisces_canvas_read_selection (image, error);
      break;
    }

  if (! pixels || orientation == UPRIGHT)
    return g_steal_pointer (&pixels);

  return pixels_turn (pixels, orientation, error);
}


/*  private functions  */

/* GIMP is asked for the metadata only if the image's own file does not say
 * that it is upright, because passing some metadata around takes GIMP seconds
 * (a hostile file with 2000 texts: 7 s).
 */
static guint
pixels_get_orientation (GimpImage *image)
{
  g_autoptr (GimpMetadata)  metadata = NULL;
  g_autofree gchar         *path     = NULL;
  GFile                    *file     = gimp_image_get_imported_file (image);
  glong                     number;

  path = file ? g_file_get_path (file) : NULL;
  if (path && pisces_picture_file_get_orientation (path) == UPRIGHT)
    return UPRIGHT;

  metadata = gimp_image_get_metadata (image);
  number   = metadata ? gexiv2_metadata_get_tag_long (GEXIV2_METADATA (metadata),
                                                      TAG_ORIENTATION, NULL)
                      : UPRIGHT;

  return number >= 1 && number <= 8 ? (guint) number : UPRIGHT;
}

static PiscesImage *
pixels_turn (PiscesImage  *pixels,
             guint         orientation,
             GError      **error)
{
  g_autofree gchar     *number = g_strdup_printf ("%u", orientation);
  g_autoptr (GdkPixbuf) stored = pisces_image_to_pixbuf (pixels);
  g_autoptr (GdkPixbuf) turned = NULL;

  gdk_pixbuf_set_option (stored, "orientation", number);
  turned = gdk_pixbuf_apply_embedded_orientation (stored);
  if (! turned)
    {
      pisces_image_set_no_memory (error, pixels->height, pixels->width);
      return NULL;
    }

  return pisces_image_from_pixbuf (turned, error);
}
