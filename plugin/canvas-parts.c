/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-parts.c: the pixels of a part of GIMP's image, as sRGB: the active
 * layer alone, or what is visible within the selection's bounds.  The image is
 * not touched.  Main thread only, as all of libgimp.
 */

#include <string.h>

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "canvas.h"

/* For the reason that canvas.c gives.  */
#define READ_SIZE_MAX 768

static PiscesImage * read_part  (GimpDrawable *drawable,
                                 gint          x,
                                 gint          y,
                                 gint          width,
                                 gint          height,
                                 GError      **error);
static gboolean      has_pixels (PiscesImage  *pixels);


/*  public functions  */

/**
 * pisces_canvas_read_layer:
 * @image: an image.
 * @error: set if no single layer is selected, or nothing is in it.
 *
 * Returns: (transfer full) (nullable): the layer's own pixels, whether it is
 *   visible or not.
 */
PiscesImage *
pisces_canvas_read_layer (GimpImage  *image,
                          GError    **error)
{
  g_autofree GimpLayer   **layers = gimp_image_get_selected_layers (image);
  g_autoptr (GimpDrawable) layer  = NULL;

  if (! layers || ! layers[0] || layers[1])
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("Not exactly one layer is selected. Select one "
                             "and try again."));
      return NULL;
    }

  layer = g_object_ref (GIMP_DRAWABLE (layers[0]));

  return read_part (layer, 0, 0, gimp_drawable_get_width (layer),
                    gimp_drawable_get_height (layer), error);
}

/**
 * pisces_canvas_read_selection:
 * @image: an image.
 * @error: set if nothing is selected, or nothing is visible there.
 *
 * Returns: (transfer full) (nullable): what is visible within the selection's
 *   bounds, at the image's own resolution where that is not too large.
 */
PiscesImage *
pisces_canvas_read_selection (GimpImage  *image,
                              GError    **error)
{
  g_autoptr (GimpImage)  held    = g_object_ref (image);
  g_autoptr (GimpImage)  scratch = NULL;
  g_autoptr (GimpLayer)  layer   = NULL;
  PiscesImage           *pixels  = NULL;
  gboolean               is_set  = FALSE;
  gint                   x1, y1, x2, y2;

  if (! gimp_selection_bounds (image, &is_set, &x1, &y1, &x2, &y2) || ! is_set)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("Nothing is selected. Select a part of the "
                             "image and try again."));
      return NULL;
    }

  /* The composite of a part can be had only from a layer.  */
  scratch = gimp_image_new (gimp_image_get_width (image),
                            gimp_image_get_height (image), GIMP_RGB);
  g_object_ref (scratch);
  gimp_image_undo_disable (scratch);
  layer = gimp_layer_new_from_visible (image, scratch, "pisces");
  if (layer)
    g_object_ref (layer);

  if (layer && gimp_image_insert_layer (scratch, layer, NULL, -1))
    pixels = read_part (GIMP_DRAWABLE (layer), x1, y1, x2 - x1, y2 - y1, error);
  else
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED, "%s: %s",
                 _("GIMP did not give the image's pixels"),
                 gimp_pdb_get_last_error (gimp_get_pdb ()));

  gimp_image_delete (scratch);

  return pixels;
}


/*  private functions  */

static PiscesImage *
read_part (GimpDrawable  *drawable,
           gint           x,
           gint           y,
           gint           width,
           gint           height,
           GError       **error)
{
  gdouble                 scale;
  gint                    out_width;
  gint                    out_height;
  gint                    bpp   = 0;
  g_autoptr (GBytes)      bytes = NULL;
  g_autoptr (PiscesImage) pixels = NULL;
  const guint8           *from;

  scale      = MIN (1.0, READ_SIZE_MAX / (gdouble) MAX (width, height));
  out_width  = MAX (1, (gint) (width  * scale + 0.5));
  out_height = MAX (1, (gint) (height * scale + 0.5));

  bytes = gimp_drawable_get_sub_thumbnail_data (drawable, x, y, width, height,
                                                out_width, out_height,
                                                &out_width, &out_height, &bpp);
  if (! bytes || bpp < 1 || bpp > 4 ||
      g_bytes_get_size (bytes) < (gsize) out_width * out_height * bpp)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED, "%s: %s",
                   _("GIMP did not give the image's pixels"),
                   gimp_pdb_get_last_error (gimp_get_pdb ()));
      return NULL;
    }

  pixels = pisces_image_new (out_width, out_height, error);
  if (! pixels)
    return NULL;

  /* Gray has one byte of color, with alpha two.  */
  from = g_bytes_get_data (bytes, NULL);
  for (gsize i = 0; i < (gsize) out_width * out_height; i++, from += bpp)
    {
      for (gint c = 0; c < 3; c++)
        pixels->pixels[4 * i + c] = from[bpp < 3 ? 0 : c];
      pixels->pixels[4 * i + 3] = bpp % 2 ? 255 : from[bpp - 1];
    }

  if (! has_pixels (pixels))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("There is nothing to see there: all of it is "
                             "transparent."));
      return NULL;
    }

  return g_steal_pointer (&pixels);
}

static gboolean
has_pixels (PiscesImage *pixels)
{
  for (gsize i = 0; i < (gsize) pixels->width * pixels->height; i++)
    if (pixels->pixels[4 * i + 3] != 0)
      return TRUE;

  return FALSE;
}
