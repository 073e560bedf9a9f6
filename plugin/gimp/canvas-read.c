/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-read.c: reads pixels of GIMP's images in the engine's format, which
 * is sRGB with 8 bits: the whole visible image, the active layer alone, or the
 * selected part of the visible image.  The image is not changed: GIMP copies
 * what is needed into a scratch image, which is deleted afterwards.
 *
 * An image may be RGB, GRAY or INDEXED, of any precision, linear or not, and
 * have any profile.  GIMP itself converts all of these to the scratch image,
 * which is RGB with 8 bits and without a profile; so the engine gets what GIMP
 * would show and export.  Values outside sRGB, from a wider profile or
 * brighter than white, are clipped.  GIMP's own thumbnails are not used: they
 * have the image's own format, and are only a placeholder if previews are
 * turned off.
 *
 * Main thread only, as all of libgimp.
 */

#include <math.h>

#include <gegl.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/gimp/canvas.h"

/* Models look at 384 pixels or fewer on each side.  Reading twice as many
 * leaves the final scaling to the exact preprocessing of the model.
 */
#define READ_SIZE_MAX 768

/* How many pixels are read at a time; each takes 16 bytes.  */
#define BAND_PIXELS (1 << 18)

#define N_CHANNELS 4

static GimpImage   * read_scratch_new   (gint                  width,
                                         gint                  height);
static GimpLayer   * read_copy_visible  (GimpImage            *image,
                                         GimpImage            *scratch,
                                         GError              **error);
static GimpLayer   * read_copy_layer    (GimpLayer            *layer,
                                         GimpImage            *scratch,
                                         GError              **error);
static PiscesImage * read_pixels        (GimpLayer            *layer,
                                         GimpSelection        *selection,
                                         const GeglRectangle  *part,
                                         GError              **error);
static PiscesImage * read_scaled        (GimpLayer            *layer,
                                         GimpSelection        *selection,
                                         const GeglRectangle  *part,
                                         gint                  width,
                                         gint                  height,
                                         GError              **error);
static void          read_band          (GeglBuffer           *buffer,
                                         GeglBuffer           *mask,
                                         const GeglRectangle  *band,
                                         gfloat               *pixels,
                                         gfloat               *opacities);
static void          read_add_row       (const gfloat         *row,
                                         gint                  width,
                                         gdouble               weight,
                                         gint                  out_width,
                                         gfloat               *out);
static gboolean      read_is_empty      (const PiscesImage    *pixels);


/*  public functions  */

/**
 * pisces_canvas_read:
 * @image: an image.
 * @error: set if nothing in it is visible.
 *
 * Reads what the user sees.  A large image is scaled down; no image is scaled
 * up.
 *
 * Returns: (transfer full) (nullable): the pixels.
 */
PiscesImage *
pisces_canvas_read (GimpImage  *image,
                    GError    **error)
{
  g_autoptr (GimpImage)  held    = g_object_ref (image);
  GeglRectangle          canvas  = { 0, 0,
                                     gimp_image_get_width (image),
                                     gimp_image_get_height (image) };
  g_autoptr (GimpImage)  scratch = read_scratch_new (canvas.width,
                                                     canvas.height);
  g_autoptr (GimpLayer)  layer   = read_copy_visible (image, scratch, error);
  PiscesImage           *pixels  = NULL;

  if (layer)
    pixels = read_pixels (layer, NULL, &canvas, error);

  gimp_image_delete (scratch);

  if (pixels && read_is_empty (pixels))
    {
      g_clear_pointer (&pixels, pisces_image_unref);
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("There is nothing to see in the image: it has "
                             "no visible layer, or all of it is "
                             "transparent. Make a layer visible and try "
                             "again."));
    }

  return pixels;
}

/**
 * pisces_canvas_read_layer:
 * @image: an image.
 * @error: set if not exactly one layer is selected, or it is empty.
 *
 * Returns: (transfer full) (nullable): the layer's own pixels with its mask
 *   and its filters, also those outside the canvas.  Its visibility and
 *   opacity do not matter.  For a group, its layers are combined.
 */
PiscesImage *
pisces_canvas_read_layer (GimpImage  *image,
                          GError    **error)
{
  g_autofree GimpLayer  **layers  = gimp_image_get_selected_layers (image);
  g_autoptr (GimpImage)   scratch = NULL;
  g_autoptr (GimpLayer)   layer   = NULL;
  g_autoptr (GimpLayer)   copy    = NULL;
  PiscesImage            *pixels  = NULL;
  GeglRectangle           whole;

  if (! layers || ! layers[0] || layers[1])
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("Not exactly one layer is selected. Select one "
                             "and try again."));
      return NULL;
    }

  layer = g_object_ref (layers[0]);
  whole = *GEGL_RECTANGLE (0, 0,
                           gimp_drawable_get_width (GIMP_DRAWABLE (layer)),
                           gimp_drawable_get_height (GIMP_DRAWABLE (layer)));

  scratch = read_scratch_new (whole.width, whole.height);
  copy    = read_copy_layer (layer, scratch, error);
  if (copy)
    pixels = read_pixels (copy, NULL, &whole, error);

  gimp_image_delete (scratch);

  if (pixels && read_is_empty (pixels))
    {
      g_clear_pointer (&pixels, pisces_image_unref);
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("There is nothing to see in the layer: all of it "
                             "is transparent."));
    }

  return pixels;
}

/**
 * pisces_canvas_read_selection:
 * @image: an image.
 * @error: set if nothing is selected, or nothing is visible in the selection.
 *
 * Returns: (transfer full) (nullable): what is visible in the selection, in
 *   the size of its bounds unless that is too large.  Pixels that are not
 *   selected are transparent, and partly selected ones are partly transparent.
 */
PiscesImage *
pisces_canvas_read_selection (GimpImage  *image,
                              GError    **error)
{
  g_autoptr (GimpImage)      held      = g_object_ref (image);
  g_autoptr (GimpImage)      scratch   = NULL;
  g_autoptr (GimpLayer)      layer     = NULL;
  g_autoptr (GimpSelection)  selection = NULL;
  PiscesImage               *pixels    = NULL;
  gboolean                   is_set    = FALSE;
  gint                       x1, y1, x2, y2;

  if (! gimp_selection_bounds (image, &is_set, &x1, &y1, &x2, &y2) || ! is_set)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("Nothing is selected. Select a part of the "
                             "image and try again."));
      return NULL;
    }

  selection = g_object_ref (gimp_image_get_selection (image));
  scratch   = read_scratch_new (gimp_image_get_width (image),
                                gimp_image_get_height (image));
  layer     = read_copy_visible (image, scratch, error);
  if (layer)
    pixels = read_pixels (layer, selection,
                          GEGL_RECTANGLE (x1, y1, x2 - x1, y2 - y1), error);

  gimp_image_delete (scratch);

  if (pixels && read_is_empty (pixels))
    {
      g_clear_pointer (&pixels, pisces_image_unref);
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("There is nothing to see in the selection: all "
                             "of it is transparent."));
    }

  return pixels;
}

/**
 * pisces_canvas_read_frame:
 * @image: an image.
 * @only: (nullable): a layer of it; %NULL: all that is visible.
 * @frame: a part of the canvas, which may reach over its edges.
 * @width: of the result, not more than that of @frame.
 * @height: the same.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): what is seen in the frame; outside the
 *   canvas, or outside the layer, that is nothing.
 */
PiscesImage *
pisces_canvas_read_frame (GimpImage            *image,
                          GimpLayer            *only,
                          const GeglRectangle  *frame,
                          gint                  width,
                          gint                  height,
                          GError              **error)
{
  g_autoptr (GimpImage)  held     = g_object_ref (image);
  g_autoptr (GimpImage)  scratch  = NULL;
  g_autoptr (GimpLayer)  layer    = NULL;
  g_autoptr (GimpLayer)  original = only ? g_object_ref (only) : NULL;
  PiscesImage           *pixels   = NULL;
  GeglRectangle          part     = *frame;

  if (only)
    {
      gint x = 0, y = 0;

      gimp_drawable_get_offsets (GIMP_DRAWABLE (original), &x, &y);
      part.x -= x;
      part.y -= y;
      scratch = read_scratch_new (gimp_drawable_get_width (GIMP_DRAWABLE (original)),
                                  gimp_drawable_get_height (GIMP_DRAWABLE (original)));
      layer   = read_copy_layer (original, scratch, error);
    }
  else
    {
      scratch = read_scratch_new (gimp_image_get_width (image),
                                  gimp_image_get_height (image));
      layer   = read_copy_visible (image, scratch, error);
    }

  if (layer)
    pixels = read_scaled (layer, NULL, &part, width, height, error);

  gimp_image_delete (scratch);

  return pixels;
}

/**
 * pisces_canvas_set_pdb_error:
 * @error: set to @sentence.
 * @sentence: what GIMP failed to do, with a %s for GIMP's reason.
 */
void
pisces_canvas_set_pdb_error (GError      **error,
                             const gchar  *sentence)
{
  GimpPDB     *pdb    = gimp_get_pdb ();
  const gchar *reason = gimp_pdb_get_last_error (pdb);

  /* If a call failed without a reason, GIMP's message would be "success".  */
  if (gimp_pdb_get_last_status (pdb) == GIMP_PDB_SUCCESS ||
      ! reason || ! *reason)
    /* Translators: instead of what GIMP says, at the end of a sentence.  */
    reason = _("no reason is known");

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED, sentence, reason);
}


/*  private functions  */

static GimpImage *
read_scratch_new (gint width,
                  gint height)
{
  GimpImage *scratch = gimp_image_new (width, height, GIMP_RGB);

  gimp_image_undo_disable (scratch);

  return g_object_ref (scratch);
}

/* Returns a layer of @scratch, which may be @image itself.  */
static GimpLayer *
read_copy_visible (GimpImage  *image,
                   GimpImage  *scratch,
                   GError    **error)
{
  g_autoptr (GimpLayer) layer = NULL;

  layer = gimp_layer_new_from_visible (image, scratch, "pisces");
  if (layer)
    g_object_ref (layer);

  if (! layer || ! gimp_image_insert_layer (scratch, layer, NULL, 0))
    {
      pisces_canvas_set_pdb_error (error,
                                   _("GIMP did not give the image's pixels: %s"));
      return NULL;
    }

  return g_steal_pointer (&layer);
}

/* The copy is made fully visible.  Then what is visible in the scratch image
 * includes its mask, its filters and, for a group, its layers.
 */
static GimpLayer *
read_copy_layer (GimpLayer  *layer,
                 GimpImage  *scratch,
                 GError    **error)
{
  g_autoptr (GimpLayer) copy = NULL;

  copy = gimp_layer_new_from_drawable (GIMP_DRAWABLE (layer), scratch);
  if (copy)
    g_object_ref (copy);

  if (! copy || ! gimp_image_insert_layer (scratch, copy, NULL, 0))
    {
      pisces_canvas_set_pdb_error (error,
                                   _("GIMP did not give the layer's pixels: %s"));
      return NULL;
    }

  /* A locked layer is copied with its locks, and then GIMP does not move it.  */
  gimp_item_set_lock_position (GIMP_ITEM (copy), FALSE);
  gimp_item_set_visible (GIMP_ITEM (copy), TRUE);
  gimp_layer_set_offsets (copy, 0, 0);
  gimp_layer_set_opacity (copy, 100.0);
  gimp_layer_set_mode (copy, GIMP_LAYER_MODE_NORMAL);
  if (gimp_layer_get_show_mask (copy))
    gimp_layer_set_show_mask (copy, FALSE);

  return read_copy_visible (scratch, scratch, error);
}

/* Reads @part of @layer, with its own size or, if that is too large, the
 * largest size that is allowed.  */
static PiscesImage *
read_pixels (GimpLayer            *layer,
             GimpSelection        *selection,
             const GeglRectangle  *part,
             GError              **error)
{
  GeglRectangle size = { 0, 0, part->width, part->height };

  if (MAX (part->width, part->height) > READ_SIZE_MAX)
    size = pisces_placement_fit (part->width, part->height,
                                 GEGL_RECTANGLE (0, 0, READ_SIZE_MAX,
                                                 READ_SIZE_MAX));

  return read_scaled (layer, selection, part, size.width, size.height, error);
}

/* Reads @part of @layer, multiplied by the @selection if there is one, with
 * another size that is not larger.  Each pixel is then the average of the light
 * in its area.  GEGL's own scaling is not used, because it also mixes in pixels
 * outside the edge.
 */
static PiscesImage *
read_scaled (GimpLayer            *layer,
             GimpSelection        *selection,
             const GeglRectangle  *part,
             gint                  width,
             gint                  height,
             GError              **error)
{
  g_autoptr (GeglBuffer)  buffer    = NULL;
  g_autoptr (GeglBuffer)  mask      = NULL;
  g_autoptr (PiscesImage) image     = NULL;
  g_autofree gfloat      *pixels    = NULL;
  g_autofree gfloat      *opacities = NULL;
  g_autofree gfloat      *sums      = NULL;
  gsize                   row_size  = (gsize) N_CHANNELS * part->width;
  gint                    n_rows    = CLAMP (BAND_PIXELS / part->width,
                                             1, part->height);
  GeglRectangle           size      = { 0, 0, width, height };

  image = pisces_image_new (size.width, size.height, error);
  if (! image)
    return NULL;

  gegl_init (NULL, NULL);
  buffer    = gimp_drawable_get_buffer (GIMP_DRAWABLE (layer));
  mask      = selection ? gimp_drawable_get_buffer (GIMP_DRAWABLE (selection))
                        : NULL;
  pixels    = g_new (gfloat, row_size * n_rows);
  opacities = g_new (gfloat, (gsize) part->width * n_rows);
  sums      = g_new0 (gfloat, (gsize) N_CHANNELS * size.width * size.height);

  for (gint y = 0; y < part->height; y++)
    {
      /* The position of the row in the result; it may belong to two rows
       * there.  */
      gdouble top    = (gdouble) y * size.height / part->height;
      gdouble bottom = (gdouble) (y + 1) * size.height / part->height;
      gint    out    = MIN ((gint) top, size.height - 1);
      gdouble middle = MIN (bottom, out + 1);
      gsize   stride = (gsize) N_CHANNELS * size.width;
      gfloat *row    = pixels + row_size * (y % n_rows);

      if (y % n_rows == 0)
        read_band (buffer, mask,
                   GEGL_RECTANGLE (part->x, part->y + y, part->width,
                                   MIN (n_rows, part->height - y)),
                   pixels, opacities);

      read_add_row (row, part->width, middle - top, size.width,
                    sums + stride * out);
      if (bottom > middle && out + 1 < size.height)
        read_add_row (row, part->width, bottom - middle, size.width,
                      sums + stride * (out + 1));
    }

  babl_process (babl_fish (babl_format ("RaGaBaA float"),
                           babl_format ("R'G'B'A u8")),
                sums, image->pixels, (glong) size.width * size.height);

  return g_steal_pointer (&image);
}

/* The values are linear light multiplied by opacity, because their average is
 * what a person sees from a distance.  */
static void
read_band (GeglBuffer          *buffer,
           GeglBuffer          *mask,
           const GeglRectangle *band,
           gfloat              *pixels,
           gfloat              *opacities)
{
  gegl_buffer_get (buffer, band, 1.0, babl_format ("RaGaBaA float"), pixels,
                   GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  if (! mask)
    return;

  gegl_buffer_get (mask, band, 1.0, babl_format ("Y float"), opacities,
                   GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  for (gsize i = 0; i < (gsize) band->width * band->height; i++)
    for (gint c = 0; c < N_CHANNELS; c++)
      pixels[N_CHANNELS * i + c] *= opacities[i];
}

/* Adds the row, reduced to @out_width pixels and multiplied by @weight, to
 * @out.  */
static void
read_add_row (const gfloat *row,
              gint          width,
              gdouble       weight,
              gint          out_width,
              gfloat       *out)
{
  gdouble reduction = (gdouble) out_width / width;

  for (gint x = 0; x < width; x++)
    {
      const gfloat *from   = row + (gsize) N_CHANNELS * x;
      gdouble       left   = x * reduction;
      gdouble       right  = (x + 1) * reduction;
      gint          i      = MIN ((gint) left, out_width - 1);
      gdouble       middle = MIN (right, i + 1);
      gfloat        first  = weight * (middle - left);
      gfloat        second = i + 1 < out_width ? weight * (right - middle) : 0;
      gfloat       *to     = out + (gsize) N_CHANNELS * i;

      for (gint c = 0; c < N_CHANNELS; c++)
        to[c] += first * from[c];
      if (second > 0)
        for (gint c = 0; c < N_CHANNELS; c++)
          to[N_CHANNELS + c] += second * from[c];
    }
}

static gboolean
read_is_empty (const PiscesImage *pixels)
{
  for (gsize i = 0; i < (gsize) pixels->width * pixels->height; i++)
    if (pixels->pixels[N_CHANNELS * i + N_CHANNELS - 1] != 0)
      return FALSE;

  return TRUE;
}
