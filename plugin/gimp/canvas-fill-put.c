/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-fill-put.c: the layer that comes of filling a selection.  Nothing in the
 * image is changed: it is a new layer of the size of the selection's bounds, with
 * the selection as its mask.
 *
 * Main thread only, as all of libgimp.  Proxy objects have references here;
 * canvas.h explains why.
 */

#include <gegl.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/gimp/ai-mark.h"
#include "plugin/gimp/canvas-fill-private.h"
#include "plugin/gimp/provenance.h"
#include "plugin/gimp/undo-group.h"

static gboolean      fill_has_changed      (PiscesCanvasFill     *fill,
                                            GimpImage            *image);
static gboolean      fill_follow           (PiscesCanvasFill     *fill,
                                            GError              **error);
static GimpLayer   * fill_add_changed      (PiscesCanvasFill     *fill,
                                            GimpImage            *image,
                                            const PiscesPicture  *picture,
                                            GError              **error);
static GimpLayer   * fill_add_part         (PiscesCanvasFill     *fill,
                                            GimpImage            *image,
                                            const PiscesPicture  *picture,
                                            GError              **error);
static GimpLayer   * fill_add_group        (GimpImage            *image,
                                            GimpLayer            *old,
                                            gint32               *copy_id,
                                            GError              **error);
static void          fill_hide             (GimpLayer            *old);
static void          fill_copy_mode        (GimpLayer            *layer,
                                            GimpLayer            *old);
static GimpLayerMode fill_get_mode         (GimpLayer            *old);
static void          fill_lift             (GimpImage            *image,
                                            GimpLayer            *layer,
                                            gint32                below_id);
static GimpLayer   * fill_add_layers       (PiscesCanvasFill     *fill,
                                            GimpImage            *image,
                                            gint32                below_id,
                                            const PiscesPicture  *picture,
                                            GError              **error);
static GimpLayer   * fill_add_layer        (PiscesCanvasFill     *fill,
                                            GimpImage            *image,
                                            gint32                below_id,
                                            const gchar          *name,
                                            const PiscesImage    *pixels,
                                            GimpLayerMode         mode,
                                            GError              **error);


/*  public functions  */

/**
 * pisces_canvas_fill_put:
 * @fill: the work.
 * @picture: what was drawn.
 * @flags: only %PISCES_CANVAS_MARK has an effect.
 * @warnings: (element-type utf8): gets a sentence if the image has changed.
 * @error: set to a sentence if it cannot be added; then nothing is changed.
 *
 * Adds one layer, in one undo step; and one that erases below it, if a part of the
 * result is transparent.  If the canvas is to be extended, that is a part of the step; if
 * a layer is drawn anew, that is hidden.  If a selected part of a layer is drawn anew, the
 * new one lies over it.
 *
 * Returns: (transfer full) (nullable): the layer.
 */
GimpLayer *
pisces_canvas_fill_put (PiscesCanvasFill     *fill,
                        const PiscesPicture  *picture,
                        PiscesCanvasFlags     flags,
                        GPtrArray            *warnings,
                        GError              **error)
{
  g_autoptr (GimpImage) image = pisces_canvas_fill_find_image (fill, error);
  GimpLayer            *layer;

  if (! image || (fill->changes && ! fill_follow (fill, error)))
    return NULL;

  if (fill_has_changed (fill, image))
    g_ptr_array_add (warnings,
                     g_strdup (fill->changes ?
                               _("The layer was changed while it was being drawn "
                                 "anew, so the new one began with what it was "
                                 "before.") : fill->steps ?
                               _("The image was changed while its new borders were "
                                 "being drawn, so they may not fit it now.") :
                               _("The image was changed while the selection was "
                                 "being filled, so the new layer may not fit what "
                                 "is around it now.")));

  gegl_init (NULL, NULL);
  pisces_undo_group_start (image);

  if (fill->whole)
    layer = fill_add_changed (fill, image, picture, error);
  else if (fill->changes)
    layer = fill_add_part (fill, image, picture, error);
  else if (fill->steps)
    layer = pisces_canvas_extend_put (fill, image, picture, error);
  else
    layer = fill_add_layers (fill, image, fill->layer_id, picture, error);
  if (layer)
    {
      pisces_provenance_attach (GIMP_ITEM (layer), picture);
      pisces_canvas_fill_attach (fill, GIMP_ITEM (layer));
    }
  if (layer && flags & PISCES_CANVAS_MARK)
    pisces_ai_mark_put (image, &layer, 1);

  pisces_undo_group_end (image);
  gimp_displays_flush ();

  return layer;
}

/* Returns: (transfer full) (nullable): the image, if its size is as it was.  */
GimpImage *
pisces_canvas_fill_find_image (PiscesCanvasFill  *fill,
                               GError           **error)
{
  g_autoptr (GimpImage) image = pisces_canvas_find_target (fill->image_id, error);

  if (! image || fill->changes ||
      (gimp_image_get_width (image)  == fill->image_width &&
       gimp_image_get_height (image) == fill->image_height))
    return g_steal_pointer (&image);

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                       fill->steps ?
                       _("The size of the image was changed while its new borders "
                         "were being drawn, so they do not fit it any more. Extend "
                         "the image again.") :
                       _("The size of the image was changed while the selection "
                         "was being filled, so it is no longer known where the "
                         "new layer belongs. Fill the selection again."));
  return NULL;
}


/*  private functions  */

/* Whether what the model saw around the hole is no longer there.  */
static gboolean
fill_has_changed (PiscesCanvasFill *fill,
                  GimpImage        *image)
{
  g_autoptr (PiscesImage) now    = fill->steps ? NULL :
                                   pisces_canvas_fill_read (fill, image, NULL);
  g_autofree gchar       *around = fill->steps ?
                                   pisces_canvas_extend_digest (fill, image) :
                                   now ? pisces_canvas_fill_find_around (fill, now) :
                                   NULL;

  return g_strcmp0 (around, fill->around) != 0;
}

/* Goes where the layer is now, which is drawn anew.  */
static gboolean
fill_follow (PiscesCanvasFill  *fill,
             GError           **error)
{
  g_autoptr (GimpLayer) layer = NULL;
  GeglRectangle         bounds = fill->canvas;
  gint                  x = 0, y = 0;

  if (gimp_item_id_is_layer (fill->seen_id))
    layer = g_object_ref (gimp_layer_get_by_id (fill->seen_id));
  if (! layer)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The layer was deleted while it was being drawn "
                             "anew."));
      return FALSE;
    }
  if (gimp_drawable_get_width (GIMP_DRAWABLE (layer)) != bounds.width ||
      gimp_drawable_get_height (GIMP_DRAWABLE (layer)) != bounds.height)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The size of the layer was changed while it was being "
                             "drawn anew."));
      return FALSE;
    }

  if (! pisces_canvas_fill_check_changeable (layer, error))
    return FALSE;

  gimp_drawable_get_offsets (GIMP_DRAWABLE (layer), &x, &y);
  fill->frame.x += x - bounds.x;
  fill->frame.y += y - bounds.y;
  pisces_fill_hole_move (fill->hole, x - bounds.x, y - bounds.y);
  bounds.x = x;
  bounds.y = y;
  pisces_canvas_fill_set_changing (fill, &bounds);

  return TRUE;
}

/* Adds the picture in the place of the layer that it began with, which is hidden and
 * not lost, and which a person, or Regenerate, may want again.
 */
static GimpLayer *
fill_add_changed (PiscesCanvasFill     *fill,
                  GimpImage            *image,
                  const PiscesPicture  *picture,
                  GError              **error)
{
  g_autoptr (GimpLayer)  old  = g_object_ref (gimp_layer_get_by_id (fill->seen_id));
  g_autofree gchar      *name = NULL;
  GimpLayer             *layer;

  name  = pisces_canvas_fill_make_name (picture, _("Changed layer"));
  layer = fill_add_layer (fill, image, fill->layer_id, name, picture->image,
                          fill_get_mode (old), error);
  if (layer)
    {
      fill_copy_mode (layer, old);
      fill_hide (old);
    }

  return layer;
}

/* Adds the picture above the layer of which it is a part.  What the layer is mixed
 * with by its mode and opacity, or what is below it and would be erased too, has to be
 * kept apart from the two; so then they are in a group in its place, and the layer is
 * there as a copy.
 */
static GimpLayer *
fill_add_part (PiscesCanvasFill     *fill,
               GimpImage            *image,
               const PiscesPicture  *picture,
               GError              **error)
{
  g_autoptr (GimpLayer)   old    = g_object_ref (gimp_layer_get_by_id (fill->seen_id));
  g_autoptr (PiscesImage) erased = pisces_canvas_fill_find_transparent (fill, picture->image);
  g_autoptr (GimpLayer)   group  = NULL;
  gboolean                alone  = ! erased &&
                                   gimp_layer_get_opacity (old) >= 100.0 &&
                                   fill_get_mode (old) == GIMP_LAYER_MODE_NORMAL &&
                                   gimp_item_get_visible (GIMP_ITEM (old));
  gboolean                seen   = gimp_item_get_visible (GIMP_ITEM (old));
  gint32                  below  = fill->layer_id;
  GimpLayer              *layer;

  if (! alone)
    group = fill_add_group (image, old, &below, error);
  if (! alone && ! group)
    return NULL;

  layer = fill_add_layers (fill, image, below, picture, error);
  if (! layer && group)
    {
      gimp_image_remove_layer (image, group);
      gimp_item_set_visible (GIMP_ITEM (old), seen);
    }

  return layer;
}

/* Puts a copy of the layer into a group of its own in its place, and hides it.
 *
 * @copy_id: (out): the copy.
 *
 * Returns: (transfer full) (nullable): the group.
 */
static GimpLayer *
fill_add_group (GimpImage  *image,
                GimpLayer  *old,
                gint32     *copy_id,
                GError    **error)
{
  GimpItem             *parent = gimp_item_get_parent (GIMP_ITEM (old));
  g_autoptr (GimpLayer) held   = parent ? g_object_ref (GIMP_LAYER (parent)) : NULL;
  g_autofree gchar     *name   = gimp_item_get_name (GIMP_ITEM (old));
  gint                  place  = gimp_image_get_item_position (image, GIMP_ITEM (old));
  g_autoptr (GimpLayer) group  = NULL;
  g_autoptr (GimpLayer) copy   = NULL;

  group = GIMP_LAYER (gimp_group_layer_new (image, name));
  if (group)
    g_object_ref (group);
  copy = gimp_layer_copy (old);
  if (copy)
    g_object_ref (copy);

  if (! group || ! copy || ! gimp_image_insert_layer (image, group, held, place) ||
      ! gimp_image_insert_layer (image, copy, group, 0))
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not copy the layer: %s"));
      if (group && gimp_image_get_item_position (image, GIMP_ITEM (group)) >= 0)
        gimp_image_remove_layer (image, group);
      return NULL;
    }

  fill_copy_mode (group, old);
  gimp_item_set_lock_visibility (GIMP_ITEM (copy), FALSE);
  gimp_layer_set_mode (copy, GIMP_LAYER_MODE_NORMAL);
  gimp_layer_set_opacity (copy, 100.0);
  gimp_item_set_visible (GIMP_ITEM (copy), TRUE);
  fill_hide (old);
  *copy_id = gimp_item_get_id (GIMP_ITEM (copy));

  return g_steal_pointer (&group);
}

/* GIMP does not hide a layer whose visibility is locked, and both would be seen.  */
static void
fill_hide (GimpLayer *old)
{
  GimpItem *item   = GIMP_ITEM (old);
  gboolean  locked = gimp_item_get_lock_visibility (item);

  if (locked)
    gimp_item_set_lock_visibility (item, FALSE);
  gimp_item_set_visible (item, FALSE);
  if (locked)
    gimp_item_set_lock_visibility (item, TRUE);
}

/* Mixes the layer with what is below it as the old one is.  Setting the mode resets
 * the other three.
 */
static void
fill_copy_mode (GimpLayer *layer,
                GimpLayer *old)
{
  gimp_layer_set_mode (layer, fill_get_mode (old));
  gimp_layer_set_blend_space (layer, gimp_layer_get_blend_space (old));
  gimp_layer_set_composite_space (layer, gimp_layer_get_composite_space (old));
  gimp_layer_set_composite_mode (layer, gimp_layer_get_composite_mode (old));
  gimp_layer_set_opacity (layer, gimp_layer_get_opacity (old));
}

/* Only a group can pass through what is below it.  */
static GimpLayerMode
fill_get_mode (GimpLayer *old)
{
  GimpLayerMode mode = gimp_layer_get_mode (old);

  return mode == GIMP_LAYER_MODE_PASS_THROUGH ? GIMP_LAYER_MODE_NORMAL : mode;
}

/* Adds the picture as a layer.  GIMP has no mode in which what is transparent in a
 * layer is so in the image, so another layer below it first takes away what was
 * there.
 */
static GimpLayer *
fill_add_layers (PiscesCanvasFill     *fill,
                 GimpImage            *image,
                 gint32                below_id,
                 const PiscesPicture  *picture,
                 GError              **error)
{
  g_autofree gchar        *name     = NULL;
  g_autoptr (PiscesImage)  erased   = pisces_canvas_fill_find_transparent (fill, picture->image);
  g_autoptr (GimpLayer)    eraser   = NULL;
  GimpLayer               *layer;

  name = pisces_canvas_fill_make_name (picture, fill->changes ? _("Changed layer") :
                                                _("Filled selection"));

  if (erased)
    {
      eraser = fill_add_layer (fill, image, below_id, _("Taken away"), erased,
                               GIMP_LAYER_MODE_ERASE, error);
      if (! eraser)
        return NULL;
      below_id = gimp_item_get_id (GIMP_ITEM (eraser));
    }

  layer = fill_add_layer (fill, image, below_id, name, picture->image,
                          gimp_image_get_default_new_layer_mode (image), error);
  if (! layer && eraser)
    gimp_image_remove_layer (image, eraser);

  return layer;
}

static GimpLayer *
fill_add_layer (PiscesCanvasFill   *fill,
                GimpImage          *image,
                gint32              below_id,
                const gchar        *name,
                const PiscesImage  *pixels,
                GimpLayerMode       mode,
                GError            **error)
{
  const GeglRectangle   *bounds = &fill->hole->bounds;
  const GeglRectangle   *frame  = &fill->frame;
  g_autoptr (GimpLayer)  layer  = NULL;

  layer = pisces_canvas_make_layer (image, name, pixels, mode, below_id, error);
  if (! layer)
    return NULL;

  if (fill->changes)
    fill_lift (image, layer, below_id);
  else if (fill->options.source == PISCES_FILL_VISIBLE)
    pisces_canvas_lift_layer (image, layer, bounds);

  if (! pisces_canvas_scale_layer (layer, frame->width, frame->height) ||
      ! gimp_layer_set_offsets (layer, frame->x, frame->y) ||
      ! gimp_layer_resize (layer, bounds->width, bounds->height,
                           frame->x - bounds->x, frame->y - bounds->y))
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not scale the new layer: %s"));
      gimp_image_remove_layer (image, layer);
      return NULL;
    }

  if (! pisces_fill_hole_make_mask (fill->hole, layer))
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not make a layer mask: %s"));
      gimp_image_remove_layer (image, layer);
      return NULL;
    }

  return g_steal_pointer (&layer);
}

/* GIMP puts a new layer into the group that is selected; here that is what was drawn
 * anew, so the layer belongs above it.
 */
static void
fill_lift (GimpImage *image,
           GimpLayer *layer,
           gint32     below_id)
{
  GimpItem             *above  = gimp_item_get_parent (GIMP_ITEM (layer));
  g_autoptr (GimpItem)  group  = above ? g_object_ref (above) : NULL;
  g_autoptr (GimpItem)  parent = NULL;

  if (! group || gimp_item_get_id (group) != below_id)
    return;

  g_set_object (&parent, gimp_item_get_parent (group));
  gimp_image_reorder_item (image, GIMP_ITEM (layer), parent,
                           gimp_image_get_item_position (image, group));
}
