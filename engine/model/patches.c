/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * patches.c: see patches.h.  Sizes, resizing and the order of the patches are those
 * of transformers' Qwen2VLImageProcessor with Pillow.
 */

#include <glib/gi18n-lib.h>

#include <math.h>

#include "engine/model/byte-resize.h"
#include "engine/model/patches.h"

/* The reference refuses a picture that is longer than so many times its width.  */
#define LONGEST_ASPECT 200


static gint whole_units (gdouble side,
                         gint    unit);


/*  public functions  */

/**
 * pisces_patches_size:
 * @preprocess: settings with a size of patches.
 * @width: of a picture, in pixels.
 * @height: the same.
 * @most_units: the most units that it may become; 0: as many as @preprocess allows.
 * @patches: (out): gets the size and the number of patches, without pixels.
 * @error: return location for an error.
 *
 * Chooses the size that a picture is resized to (`smart_resize` in transformers): the
 * nearest whole units; if those are too many or too few pixels, the picture is made
 * smaller or larger in its proportions first.
 *
 * Returns: %FALSE with %PISCES_ERROR_INVALID_REQUEST if the picture is too narrow.
 */
gboolean
pisces_patches_size (const PiscesPreprocess  *preprocess,
                     gint                     width,
                     gint                     height,
                     gint                     most_units,
                     PiscesPatches           *patches,
                     GError                 **error)
{
  const gint   unit   = preprocess->patch_size * preprocess->merge_size;
  const gint64 area   = (gint64) unit * unit;
  gint64       most   = preprocess->max_pixels;
  gint64       pixels;

  *patches = (PiscesPatches) { 0 };
  if (MAX (width, height) > (gint64) LONGEST_ASPECT * MIN (width, height))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   _("The picture has %d × %d pixels. This model looks at no picture narrower "
                     "than 1 : %d; choose a part of it."),
                   width, height, LONGEST_ASPECT);
      return FALSE;
    }
  if (most_units > 0)
    most = MAX (MIN (most, most_units * area), preprocess->min_pixels);

  patches->width  = whole_units (width, unit);
  patches->height = whole_units (height, unit);
  pixels          = (gint64) patches->width * patches->height;
  if (pixels > most)
    {
      const gdouble shrink = sqrt ((gdouble) width * height / most);

      patches->width  = MAX (unit, (gint) floor (width / shrink / unit) * unit);
      patches->height = MAX (unit, (gint) floor (height / shrink / unit) * unit);
    }
  else if (pixels < preprocess->min_pixels)
    {
      const gdouble grow = sqrt (preprocess->min_pixels / ((gdouble) width * height));

      patches->width  = (gint) ceil (width * grow / unit) * unit;
      patches->height = (gint) ceil (height * grow / unit) * unit;
    }
  patches->n_rows    = patches->height / preprocess->patch_size;
  patches->n_columns = patches->width / preprocess->patch_size;

  return TRUE;
}

/**
 * pisces_patches_cut:
 * @patches: (out): the resized picture; pisces_patches_clear() frees it.
 * @preprocess: settings with a size of patches.
 * @image: a picture of any size.  Where it is transparent, white shows.
 * @most_units: as for pisces_patches_size().
 * @error: return location for an error.
 *
 * Returns: %FALSE with %PISCES_ERROR_INVALID_REQUEST or %PISCES_ERROR_OUT_OF_MEMORY.
 */
gboolean
pisces_patches_cut (PiscesPatches           *patches,
                    const PiscesPreprocess  *preprocess,
                    PiscesImage             *image,
                    gint                     most_units,
                    GError                 **error)
{
  static const guint8 white[] = { 255, 255, 255 };

  if (! pisces_patches_size (preprocess, image->width, image->height, most_units, patches, error))
    return FALSE;

  patches->bytes = g_try_new (guint8, (gsize) patches->width * patches->height *
                                      PISCES_BYTE_CHANNELS);
  if (patches->bytes == NULL)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory for a picture of %d × %d pixels.",
                   patches->width, patches->height);
      return FALSE;
    }

  return pisces_byte_resize_image (image, white, patches->width, patches->height,
                                   preprocess->resample, patches->bytes,
                                   (gsize) patches->width * PISCES_BYTE_CHANNELS, error);
}

/**
 * pisces_patches_n_units:
 *
 * Returns: how many rows of a text the picture becomes.
 */
gint
pisces_patches_n_units (const PiscesPatches    *patches,
                        const PiscesPreprocess *preprocess)
{
  return patches->n_rows / preprocess->merge_size * (patches->n_columns / preprocess->merge_size);
}

/**
 * pisces_patches_get:
 * @patches: the resized picture.
 * @preprocess: the settings that it was made with.
 * @error: return location for an error.
 *
 * The patches come unit by unit, and those of a unit row by row; the values of a
 * patch come channel by channel.
 *
 * Returns: (transfer full) (nullable): `[n_rows * n_columns, 3 * patch_size *
 *   patch_size]`: (x * scale - mean) / std; %NULL with %PISCES_ERROR_OUT_OF_MEMORY.
 */
gfloat *
pisces_patches_get (const PiscesPatches     *patches,
                    const PiscesPreprocess  *preprocess,
                    GError                 **error)
{
  const gint  side   = preprocess->patch_size;
  const gint  merge  = preprocess->merge_size;
  const gsize n_row  = (gsize) patches->width * PISCES_BYTE_CHANNELS;
  const gint  across = patches->n_columns / merge;
  gfloat     *values = g_try_new (gfloat, n_row * patches->height);
  gfloat     *out    = values;

  if (values == NULL)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory for a picture of %d × %d pixels.",
                   patches->width, patches->height);
      return NULL;
    }

  for (gint i = 0; i < patches->n_rows * patches->n_columns; i++)
    {
      const gint    unit   = i / (merge * merge);
      const gint    within = i % (merge * merge);
      const gint    top    = (unit / across * merge + within / merge) * side;
      const gint    left   = (unit % across * merge + within % merge) * side;
      const guint8 *corner = patches->bytes + top * n_row + left * PISCES_BYTE_CHANNELS;

      for (gint c = 0; c < PISCES_BYTE_CHANNELS; c++)
        for (gint y = 0; y < side; y++)
          for (gint x = 0; x < side; x++)
            *out++ = (corner[y * n_row + x * PISCES_BYTE_CHANNELS + c] * preprocess->scale -
                      preprocess->mean[c]) / preprocess->std[c];
    }

  return values;
}

void
pisces_patches_clear (PiscesPatches *patches)
{
  g_clear_pointer (&patches->bytes, g_free);
}


/*  private functions  */

/* The nearest number of pixels that is whole units; halves go to the even number of
 * units, as in Python.  */
static gint
whole_units (gdouble side,
             gint    unit)
{
  return (gint) nearbyint (side / unit) * unit;
}
