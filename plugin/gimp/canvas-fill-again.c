/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-fill-again.c: draws a layer again that has filled a selection.  The layer
 * remembers, in a parasite, which part of the image the model saw, and the digest
 * of what was there.  What is filled is its mask.
 *
 * Images from strangers may contain such parasites too, so everything that is read
 * is checked.  Main thread only, as all of libgimp.
 */

#include <string.h>

#include <gegl.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-json.h"

#include "plugin/gimp/canvas-fill-private.h"
#include "plugin/gimp/placement.h"
#include "plugin/gimp/provenance.h"
#include "plugin/gimp/undo-group.h"

#define PARASITE       "pisces-fill"
#define TEXT_BYTES_MAX 4096

/* The largest size and offset that GIMP knows.  */
#define SIZE_MAX_GIMP  262144

static gboolean    again_read       (PiscesCanvasFill  *fill,
                                     GimpLayer         *layer,
                                     GeglRectangle     *seen,
                                     gboolean          *extended);
static void        again_find_place (PiscesCanvasFill  *fill,
                                     GimpImage         *image,
                                     GimpLayer         *layer);


/*  public functions  */

/**
 * pisces_canvas_fill_attach:
 * @item: the layer that is made of it.
 *
 * Lets the layer remember what is needed to draw it again.
 *
 * Returns: %TRUE if it was stored.
 */
gboolean
pisces_canvas_fill_attach (PiscesCanvasFill *fill,
                           GimpItem         *item)
{
  g_autoptr (yyjson_mut_doc) document = yyjson_mut_doc_new (NULL);
  yyjson_mut_val            *object   = yyjson_mut_obj (document);
  const GeglRectangle       *bounds   = &fill->hole->bounds;
  const GeglRectangle       *seen     = fill->steps ? &fill->canvas : &fill->frame;
  g_autofree gchar          *text     = NULL;

  /* The frame, or the canvas before it was extended, lies relative to the layer, so
   * that both can be moved.  */
  yyjson_mut_obj_add_int (document, object, "x", seen->x - bounds->x);
  yyjson_mut_obj_add_int (document, object, "y", seen->y - bounds->y);
  yyjson_mut_obj_add_int (document, object, "width", seen->width);
  yyjson_mut_obj_add_int (document, object, "height", seen->height);
  yyjson_mut_obj_add_int (document, object, "extended", fill->steps != NULL);
  yyjson_mut_obj_add_int (document, object, "whole", fill->whole);
  yyjson_mut_obj_add_int (document, object, "changes", fill->changes);
  yyjson_mut_obj_add_int (document, object, "layer-width", bounds->width);
  yyjson_mut_obj_add_int (document, object, "layer-height", bounds->height);
  yyjson_mut_obj_add_int (document, object, "masked",
                          ! pisces_fill_hole_is_whole (fill->hole));
  yyjson_mut_obj_add_int (document, object, "source", fill->options.source);
  pisces_json_add_text (document, object, "around", fill->around);
  yyjson_mut_doc_set_root (document, object);

  text = pisces_json_write (document, FALSE);

  return pisces_provenance_attach_text (item, PARASITE, text);
}

/**
 * pisces_canvas_fill_again:
 * @layer: a layer that has filled a selection.
 * @strength: how much was changed then.
 * @model: the model that will draw.
 * @changed: (out): whether what is around it is not as it was then.
 * @error: set to a sentence if it cannot be drawn again.
 *
 * Returns: (transfer full) (nullable): the work to do.
 */
PiscesCanvasFill *
pisces_canvas_fill_again (GimpLayer              *layer,
                          gdouble                 strength,
                          const PiscesModelInfo  *model,
                          gboolean               *changed,
                          GError                **error)
{
  g_autoptr (GimpLayer)         held  = g_object_ref (layer);
  g_autoptr (GimpImage)         image = NULL;
  g_autoptr (PiscesCanvasFill)  fill  = g_rc_box_new0 (PiscesCanvasFill);
  g_autofree gchar             *then  = NULL;
  gboolean                      extended;
  GeglRectangle                 seen;

  if (! pisces_canvas_fill_check_model (model, error))
    return NULL;

  image                  = g_object_ref (gimp_item_get_image (GIMP_ITEM (layer)));
  pisces_canvas_fill_set_image (fill, image);
  fill->again_id         = gimp_item_get_id (GIMP_ITEM (layer));
  fill->options.strength = strength;
  fill->hole             = pisces_fill_hole_of_layer (layer);

  if (! again_read (fill, layer, &seen, &extended))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("This layer was drawn to fit what was around it, but "
                             "its size was changed, its layer mask is gone, or it "
                             "does not say what was seen. Select its place, hide "
                             "the layer, and choose Layer ▸ Fill from Prompt."));
      return NULL;
    }

  then = g_steal_pointer (&fill->around);
  if (fill->changes)
    again_find_place (fill, image, layer);
  if (extended ? ! pisces_canvas_extend_again (fill, image, &seen, model, error) :
      ! pisces_canvas_fill_set_frame (fill, &seen, error) ||
      ! pisces_canvas_fill_look (fill, image, error))
    return NULL;

  *changed = g_strcmp0 (then, fill->around) != 0;

  return g_steal_pointer (&fill);
}

/**
 * pisces_canvas_fill_put_again:
 * @fill: from pisces_canvas_fill_again().
 * @picture: what was drawn.
 * @flags: only %PISCES_CANVAS_MARK has an effect.
 * @error: set to a sentence on failure; then nothing is changed.
 *
 * Replaces the pixels of the layer, and of the one that erases below it, in one
 * undo step.
 *
 * Returns: %TRUE if the layer shows the picture now.
 */
gboolean
pisces_canvas_fill_put_again (PiscesCanvasFill     *fill,
                              const PiscesPicture  *picture,
                              PiscesCanvasFlags     flags,
                              GError              **error)
{
  g_autoptr (GimpLayer)   layer  = pisces_canvas_fill_get_layer (fill, error);
  g_autoptr (GimpLayer)   eraser = NULL;
  g_autoptr (GimpImage)   image  = NULL;
  g_autoptr (PiscesImage) erased = NULL;
  GeglRectangle           frame  = fill->frame;
  gboolean                done;

  if (! layer)
    return FALSE;

  frame.x -= fill->hole->bounds.x;
  frame.y -= fill->hole->bounds.y;
  image    = g_object_ref (gimp_item_get_image (GIMP_ITEM (layer)));
  eraser   = pisces_canvas_fill_get_eraser (image, layer);
  if (eraser && ! fill->steps)
    erased = pisces_canvas_fill_find_transparent (fill, picture->image);

  pisces_undo_group_start (image);
  done = fill->steps ?
         pisces_canvas_extend_put_again (fill, layer, picture, flags, error) :
         pisces_canvas_replace_part (layer, picture->image, &frame, picture, flags,
                                     error);
  if (done)
    pisces_canvas_fill_attach (fill, GIMP_ITEM (layer));
  if (done && erased)
    done = pisces_canvas_replace_part (eraser, erased, &frame, NULL,
                                       PISCES_CANVAS_PLAIN, error);
  pisces_undo_group_end (image);

  return done;
}


/*  private functions  */

/* Reads what the layer remembers.  Returns whether it fits the layer.
 *
 * @seen: (out): the frame; or, if the layer is the new borders of an image, where the
 *   canvas was before.
 */
static gboolean
again_read (PiscesCanvasFill *fill,
            GimpLayer        *layer,
            GeglRectangle    *seen,
            gboolean         *extended)
{
  GimpParasite          *parasite = gimp_item_get_parasite (GIMP_ITEM (layer), PARASITE);
  const GeglRectangle   *bounds   = &fill->hole->bounds;
  g_autoptr (yyjson_doc) document = NULL;
  g_autofree gchar      *reason   = NULL;
  g_autofree gchar      *text     = NULL;
  guint32                length   = 0;
  gconstpointer          data;
  yyjson_val            *root;

  if (! parasite)
    return FALSE;

  data = gimp_parasite_get_data (parasite, &length);
  text = g_strndup (data ? data : "", MIN (length, TEXT_BYTES_MAX));
  gimp_parasite_free (parasite);

  document = pisces_json_read (text, strlen (text), TEXT_BYTES_MAX, &reason);
  root     = document ? yyjson_doc_get_root (document) : NULL;
  if (! root)
    return FALSE;

  *extended    = pisces_json_get_number (root, "extended", 0, 1, 0) == 1;
  seen->x      = bounds->x + pisces_json_get_number (root, "x", - SIZE_MAX_GIMP,
                                                     SIZE_MAX_GIMP, SIZE_MAX_GIMP);
  seen->y      = bounds->y + pisces_json_get_number (root, "y", - SIZE_MAX_GIMP,
                                                     SIZE_MAX_GIMP, SIZE_MAX_GIMP);
  seen->width  = pisces_json_get_number (root, "width", 1, SIZE_MAX_GIMP, 0);
  seen->height = pisces_json_get_number (root, "height", 1, SIZE_MAX_GIMP, 0);
  fill->whole  = pisces_json_get_number (root, "whole", 0, 1, 0) == 1;
  fill->changes = fill->whole ||
                  pisces_json_get_number (root, "changes", 0, 1, 0) == 1;
  fill->options.source = pisces_json_get_number (root, "source", PISCES_FILL_VISIBLE,
                                                 PISCES_FILL_LAYER,
                                                 PISCES_FILL_VISIBLE);
  fill->around  = g_strdup (pisces_json_get_text (root, "around"));

  /* A mask that was applied or deleted no longer says what may be drawn over.  */
  if (pisces_json_get_number (root, "masked", 0, 1, 0) == 1 &&
      ! gimp_layer_get_mask (layer))
    return FALSE;

  return pisces_json_get_number (root, "layer-width", 1, SIZE_MAX_GIMP, 0) == bounds->width &&
         pisces_json_get_number (root, "layer-height", 1, SIZE_MAX_GIMP, 0) == bounds->height &&
         gegl_rectangle_contains (seen, bounds) != *extended &&
         ! gegl_rectangle_is_empty (seen);
}

/* Finds where the layer lies of which a part is drawn anew.  If it is gone, what the
 * model saw cannot be read either.  */
static void
again_find_place (PiscesCanvasFill *fill,
                  GimpImage        *image,
                  GimpLayer        *layer)
{
  g_autoptr (GimpLayer) seen = fill->whole ? NULL :
                               pisces_canvas_fill_get_seen (image, layer);

  fill->canvas = seen ? pisces_placement_get_bounds (seen) : fill->hole->bounds;
}
