/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-pixels.c: what is described of an image, as a viewer of the
 * exported file sees it.
 *
 * A file may say in its EXIF that its picture is to be shown turned.  When a
 * person opens it, GIMP turns the image and forgets the note.  When a script
 * opens it, or the person chooses to keep the image as it is, the canvas lies
 * on its side and the note stays: GIMP writes it into the JPEG, PNG or WebP
 * that it exports with EXIF, and viewers turn that (GIMP 3.0.4; a TIFF always
 * says that it is upright).  So the note is followed here too.
 */

#include <string.h>

#include <gexiv2/gexiv2.h>
#include <libgimp/gimp.h>

#include "files/picture-file.h"

#include "canvas.h"
#include "describe-pixels.h"

#define TAG_ORIENTATION "Exif.Image.Orientation"

#define UPRIGHT   1
#define N_CHANNELS 4

static guint         pixels_get_orientation (GimpImage          *image);
static PiscesImage * pixels_turn            (const PiscesImage  *pixels,
                                             guint               orientation,
                                             GError            **error);


/*  public functions  */

/**
 * pisces_describe_pixels_read:
 * @image: an image.
 * @source: which part of it.
 * @turned: (out) (optional): whether it is seen in another way than on GIMP's
 *   canvas.
 * @error: a sentence.
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

/* GIMP's metadata is asked for only where the image's own file does not say
 * that it is upright, as GIMP takes seconds to hand around some (2000 texts of
 * a hostile file: 7 s).
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
  number   = metadata ? gexiv2_metadata_try_get_tag_long (GEXIV2_METADATA (metadata),
                                                          TAG_ORIENTATION, NULL)
                      : UPRIGHT;

  return number >= 1 && number <= 8 ? (guint) number : UPRIGHT;
}

/* By EXIF (2.32, 4.6.4), which names where the first row and the first column
 * of what is stored are seen:
 *
 *   1 top left      2 top right     3 bottom right  4 bottom left
 *   5 left top      6 right top     7 right bottom  8 left bottom
 */
static PiscesImage *
pixels_turn (const PiscesImage  *pixels,
             guint               orientation,
             GError            **error)
{
  gboolean     swap   = orientation >= 5;
  gint         width  = swap ? pixels->height : pixels->width;
  gint         height = swap ? pixels->width : pixels->height;
  /* Whether the stored columns are seen from their end on; and the rows.  */
  gboolean     flip_x = orientation == 2 || orientation == 3 ||
                        orientation == 7 || orientation == 8;
  gboolean     flip_y = orientation == 3 || orientation == 4 ||
                        orientation == 6 || orientation == 7;
  PiscesImage *turned = pisces_image_new (width, height, error);

  for (gint y = 0; turned && y < height; y++)
    for (gint x = 0; x < width; x++)
      {
        gint from_x = swap ? y : x;
        gint from_y = swap ? x : y;

        if (flip_x)
          from_x = pixels->width - 1 - from_x;
        if (flip_y)
          from_y = pixels->height - 1 - from_y;
        memcpy (turned->pixels + N_CHANNELS * ((gsize) y * width + x),
                pixels->pixels + N_CHANNELS * ((gsize) from_y * pixels->width + from_x),
                N_CHANNELS);
      }

  return turned;
}
