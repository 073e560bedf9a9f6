/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas.c: puts pictures into GIMP's images.  A picture becomes a new layer
 * in one undo step; existing layers are never written to. canvas-layer.c makes
 * the layers, and canvas-read.c reads pixels from images.
 *
 * Main thread only, as all of libgimp.
 */

#include <gegl.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/gimp/ai-mark.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/provenance.h"
#include "plugin/gimp/undo-group.h"

/* How many rows are checked at a time.  */
#define MASK_ROWS 64

static GimpLayer * canvas_add_picture   (GimpImage            *image,
                                         const PiscesPicture  *picture,
                                         const GeglRectangle  *target,
                                         gboolean              with_mask,
                                         GError              **error);
static gboolean    canvas_add_mask      (GimpImage            *image,
                                         GimpLayer            *layer,
                                         const GeglRectangle  *bounds);
static gboolean    canvas_is_selected   (GimpImage            *image,
                                         const GeglRectangle  *bounds);


/*  public functions  */

/**
 * pisces_canvas_find_image:
 * @image_id: the ID of an image that may have been closed since.
 *
 * gimp_image_get_by_id() alone is not enough: it returns this process's object
 * even if the image no longer exists in GIMP.
 *
 * Returns: (transfer none) (nullable): the image, if it is still open.
 */
GimpImage *
pisces_canvas_find_image (gint32 image_id)
{
  if (! gimp_image_id_is_valid (image_id))
    return NULL;

  return gimp_image_get_by_id (image_id);
}

/**
 * pisces_canvas_check_target:
 * @image: an image.
 * @error: set if it cannot take a picture.
 *
 * Call this before a picture is drawn, so that the user does not wait for
 * nothing.
 *
 * Returns: %TRUE if a picture can become a layer of @image.
 */
gboolean
pisces_canvas_check_target (GimpImage  *image,
                            GError    **error)
{
  if (gimp_image_get_base_type (image) != GIMP_INDEXED)
    return TRUE;

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("The image has a palette of a few colors, which a "
                         "picture does not fit into. Choose "
                         "Image ▸ Mode ▸ RGB and try again."));
  return FALSE;
}

/**
 * pisces_canvas_find_target:
 * @image_id: the ID of an image that may have been closed since.
 * @error: set if it was, or cannot take a picture.
 *
 * Returns: (transfer full) (nullable): the image that a picture that was drawn
 *   for it goes into.
 */
GimpImage *
pisces_canvas_find_target (gint32   image_id,
                           GError **error)
{
  g_autoptr (GimpImage)  held  = NULL;
  GimpImage             *image = pisces_canvas_find_image (image_id);

  if (! image)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The image was closed while the picture was being "
                             "drawn."));
      return NULL;
    }

  held = g_object_ref (image);

  return pisces_canvas_check_target (held, error) ? g_steal_pointer (&held) : NULL;
}

/**
 * pisces_canvas_add_pictures:
 * @image: the image to add to.
 * @pictures: (element-type PiscesPicture): the pictures.
 * @place: where in the image, see placement.h.
 * @flags: see #PiscesCanvasFlags.
 * @error: set if GIMP refuses a layer; then none is added.
 *
 * Adds each picture as a layer above the selected one, as large as fits
 * without changing its proportions.  All in one undo step.  The selection
 * stays.
 *
 * Returns: (transfer full) (element-type GimpLayer) (nullable): the new
 *   layers.
 */
GPtrArray *
pisces_canvas_add_pictures (GimpImage          *image,
                            GPtrArray          *pictures,
                            PiscesPlace         place,
                            PiscesCanvasFlags   flags,
                            GError            **error)
{
  g_autoptr (GimpImage) held    = g_object_ref (image);
  g_autoptr (GPtrArray) layers  =
    g_ptr_array_new_with_free_func (g_object_unref);
  gboolean              success = TRUE;
  gboolean              with_mask;
  GeglRectangle         target;

  if (! pisces_canvas_check_target (image, error))
    return NULL;

  /* Finds the target once for all pictures, because each new layer becomes the
   * selected one.  */
  target    = pisces_placement_get_target (image, place, &place);
  with_mask = flags & PISCES_CANVAS_MASK && place == PISCES_PLACE_SELECTION;

  gegl_init (NULL, NULL);
  pisces_undo_group_start (image);
  for (guint i = 0; success && i < pictures->len; i++)
    {
      GimpLayer *layer = canvas_add_picture (image, pictures->pdata[i],
                                             &target, with_mask, error);

      if (layer)
        g_ptr_array_add (layers, layer);
      else
        success = FALSE;
    }

  if (! success)
    {
      for (guint i = 0; i < layers->len; i++)
        gimp_image_remove_layer (image, layers->pdata[i]);
    }
  else if (flags & PISCES_CANVAS_MARK)
    pisces_ai_mark_put (image, (GimpLayer **) layers->pdata, layers->len);

  pisces_undo_group_end (image);
  gimp_displays_flush ();

  return success ? g_steal_pointer (&layers) : NULL;
}

/**
 * pisces_canvas_new_image:
 * @picture: the picture.
 * @flags: see #PiscesCanvasFlags.
 * @error: set if GIMP refuses it.
 *
 * Returns: (transfer none) (nullable): an image of the size of @picture with
 *   one layer and no undo steps; it is not shown yet.
 */
GimpImage *
pisces_canvas_new_image (PiscesPicture      *picture,
                         PiscesCanvasFlags   flags,
                         GError            **error)
{
  g_autoptr (GPtrArray)  pictures = g_ptr_array_new ();
  g_autoptr (GPtrArray)  layers   = NULL;
  GimpImage             *image;

  image = gimp_image_new (picture->image->width, picture->image->height,
                          GIMP_RGB);
  if (! image)
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not make a new image: %s"));
      return NULL;
    }

  g_ptr_array_add (pictures, picture);
  gimp_image_undo_disable (image);
  layers = pisces_canvas_add_pictures (image, pictures, PISCES_PLACE_CANVAS,
                                       flags, error);
  gimp_image_undo_enable (image);

  if (layers)
    return image;

  gimp_image_delete (image);

  return NULL;
}


/*  private functions  */

static GimpLayer *
canvas_add_picture (GimpImage            *image,
                    const PiscesPicture  *picture,
                    const GeglRectangle  *target,
                    gboolean              with_mask,
                    GError              **error)
{
  const PiscesImage     *pixels = picture->image;
  g_autofree gchar      *name   = pisces_canvas_new_name (picture->prompt);
  g_autoptr (GimpLayer)  layer  = NULL;
  GeglRectangle          bounds = pisces_placement_cover (pixels->width,
                                                          pixels->height, target);

  layer = pisces_canvas_make_layer (image, name, pixels,
                                    gimp_image_get_default_new_layer_mode (image), -1,
                                    error);
  if (! layer)
    return NULL;

  if (! pisces_canvas_scale_layer (layer, bounds.width, bounds.height) ||
      ! gimp_layer_set_offsets (layer, bounds.x, bounds.y))
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not scale the new layer: %s"));
      gimp_image_remove_layer (image, layer);
      return NULL;
    }

  if (with_mask && ! canvas_add_mask (image, layer, &bounds))
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not make a layer mask: %s"));
      gimp_image_remove_layer (image, layer);
      return NULL;
    }

  pisces_provenance_attach (GIMP_ITEM (layer), picture);

  return g_steal_pointer (&layer);
}

/* A mask that would hide nothing is not added.  */
static gboolean
canvas_add_mask (GimpImage           *image,
                 GimpLayer           *layer,
                 const GeglRectangle *bounds)
{
  g_autoptr (GimpLayerMask) mask = NULL;

  if (canvas_is_selected (image, bounds))
    return TRUE;

  mask = pisces_canvas_new_mask (layer, GIMP_ADD_MASK_SELECTION);

  return mask != NULL;
}

/* Returns whether the whole area is fully selected.  */
static gboolean
canvas_is_selected (GimpImage           *image,
                    const GeglRectangle *bounds)
{
  g_autoptr (GimpDrawable)  selection = NULL;
  g_autofree guint8        *values    = NULL;
  GeglBuffer               *buffer;
  gboolean                  all       = TRUE;

  selection = g_object_ref (GIMP_DRAWABLE (gimp_image_get_selection (image)));
  buffer    = gimp_drawable_get_buffer (selection);
  values    = g_malloc ((gsize) bounds->width * MASK_ROWS);

  for (gint y = 0; all && y < bounds->height; y += MASK_ROWS)
    {
      GeglRectangle rows = { bounds->x, bounds->y + y, bounds->width,
                             MIN (MASK_ROWS, bounds->height - y) };

      gegl_buffer_get (buffer, &rows, 1.0, babl_format ("Y u8"), values,
                       GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_BLACK);
      for (gsize i = 0; all && i < (gsize) rows.width * rows.height; i++)
        all = values[i] == 255;
    }

  g_object_unref (buffer);

  return all;
}
