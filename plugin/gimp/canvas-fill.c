/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * canvas-fill.c: see canvas-fill.h.  Nothing in the image is changed: the result is
 * a new layer of the size of the selection's bounds, with the selection as its
 * mask.
 *
 * Main thread only, as all of libgimp.  Proxy objects have references here;
 * canvas.h explains why.
 */

#include <string.h>

#include <gegl.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/gimp/ai-mark.h"
#include "plugin/gimp/canvas-fill.h"
#include "plugin/gimp/fill-hole.h"
#include "plugin/gimp/provenance.h"
#include "plugin/gimp/undo-group.h"

/* The engine scales pictures exactly, but gets no larger ones.  */
#define FRAME_SIZE_MAX 2048

/* A frame that is so many times as large as what it shows of the canvas is not
 * read: it is for a selection that is as long and thin as a line.  */
#define EMPTY_FRAME_MAX 64

struct _PiscesCanvasFill
{
  gint32            image_id;
  gint32            layer_id;    /* above which the layer goes; -1: the selected one */
  PiscesFillSource  source;
  GeglRectangle     canvas;
  GeglRectangle     frame;       /* what the engine gets of the canvas     */
  PiscesFillHole   *hole;
  PiscesImage      *pixels;      /* of the frame                           */
  GBytes           *mask;        /* of the frame, in the size of @pixels   */
};

static gboolean      fill_check_image    (GimpImage               *image,
                                          GError                 **error);
static gboolean      fill_find_frame     (PiscesCanvasFill        *fill,
                                          const PiscesModelInfo   *model,
                                          gdouble                  surroundings,
                                          GError                 **error);
static PiscesImage * fill_read           (PiscesCanvasFill        *fill,
                                          GimpImage               *image,
                                          GError                 **error);
static GimpImage   * fill_find_image     (PiscesCanvasFill        *fill,
                                          GError                 **error);
static gboolean      fill_has_changed    (PiscesCanvasFill        *fill,
                                          GimpImage               *image);
static GimpLayer   * fill_add_layers     (PiscesCanvasFill        *fill,
                                          GimpImage               *image,
                                          const PiscesPicture     *picture,
                                          GError                 **error);
static GimpLayer   * fill_add_layer      (PiscesCanvasFill        *fill,
                                          GimpImage               *image,
                                          const gchar             *name,
                                          const PiscesImage       *pixels,
                                          GimpLayerMode            mode,
                                          GError                 **error);
static gboolean      fill_add_mask       (PiscesCanvasFill        *fill,
                                          GimpLayer               *layer);
static PiscesImage * fill_find_transparent
                                         (PiscesCanvasFill        *fill,
                                          const PiscesImage       *drawn);


/*  public functions  */

/**
 * pisces_canvas_fill_new:
 * @image: an image.
 * @layer_id: the layer above which the result goes; -1: the selected one.
 * @source: what the model sees.
 * @model: the model that will draw.
 * @surroundings: see pisces_fill_frame().
 * @error: set to a sentence if the selection cannot be filled.
 *
 * Reads all that is needed, so that a person may change the image while the model
 * draws.
 *
 * Returns: (transfer full) (nullable): the work to do.
 */
PiscesCanvasFill *
pisces_canvas_fill_new (GimpImage              *image,
                        gint32                  layer_id,
                        PiscesFillSource        source,
                        const PiscesModelInfo  *model,
                        gdouble                 surroundings,
                        GError                **error)
{
  g_autoptr (GimpImage)        held = g_object_ref (image);
  g_autoptr (PiscesCanvasFill) fill = g_new0 (PiscesCanvasFill, 1);

  if (! model->abilities.fills)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                           _(model->abilities.fill_refusal));
      return NULL;
    }
  if (! fill_check_image (image, error))
    return NULL;

  fill->image_id = gimp_image_get_id (image);
  fill->layer_id = layer_id;
  fill->source   = source;
  fill->canvas   = *GEGL_RECTANGLE (0, 0, gimp_image_get_width (image),
                                    gimp_image_get_height (image));
  fill->hole     = pisces_fill_hole_new (image, error);

  if (! fill->hole || ! fill_find_frame (fill, model, surroundings, error))
    return NULL;

  fill->pixels = fill_read (fill, image, error);
  if (! fill->pixels)
    return NULL;

  fill->mask = pisces_fill_hole_reduce (fill->hole, &fill->canvas, &fill->frame,
                                        fill->pixels->width, fill->pixels->height);

  return g_steal_pointer (&fill);
}

void
pisces_canvas_fill_free (PiscesCanvasFill *fill)
{
  g_clear_pointer (&fill->hole, pisces_fill_hole_free);
  g_clear_pointer (&fill->pixels, pisces_image_unref);
  g_clear_pointer (&fill->mask, g_bytes_unref);
  g_free (fill);
}

/**
 * pisces_canvas_fill_set_edit:
 * @fill: the work to do.
 * @request: gets the picture and the mask.
 * @strength: see #PiscesEdit.
 */
void
pisces_canvas_fill_set_edit (PiscesCanvasFill      *fill,
                             PiscesGenerateRequest *request,
                             gdouble                strength)
{
  pisces_generate_request_set_edit (request, fill->pixels, fill->mask, strength);
}

/**
 * pisces_canvas_fill_put:
 * @fill: the work.
 * @picture: what was drawn.
 * @flags: only %PISCES_CANVAS_MARK has an effect.
 * @warnings: (element-type utf8): gets a sentence if the image has changed.
 * @error: set to a sentence if it cannot be added; then nothing is changed.
 *
 * Adds one layer, in one undo step; and one that erases below it, if a part of the
 * result is transparent.
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
  g_autoptr (GimpImage) image = fill_find_image (fill, error);
  GimpLayer            *layer;

  if (! image)
    return NULL;

  if (fill_has_changed (fill, image))
    g_ptr_array_add (warnings,
                     g_strdup (_("The image was changed while the selection was "
                                 "being filled, so the new layer may not fit what "
                                 "is around it now.")));

  gegl_init (NULL, NULL);
  pisces_undo_group_start (image);

  /* The new layer becomes the selected one anyway.  */
  pisces_placement_select (image, fill->layer_id);
  layer = fill_add_layers (fill, image, picture, error);
  if (layer && flags & PISCES_CANVAS_MARK)
    pisces_ai_mark_put (image, &layer, 1);

  pisces_undo_group_end (image);
  gimp_displays_flush ();

  return layer;
}


/*  private functions  */

static gboolean
fill_check_image (GimpImage  *image,
                  GError    **error)
{
  if (! pisces_canvas_check_target (image, error))
    return FALSE;

  if (! gimp_image_get_floating_sel (image))
    return TRUE;

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("There is a floating selection. Anchor it or make it a "
                         "layer, and try again."));
  return FALSE;
}

static gboolean
fill_find_frame (PiscesCanvasFill       *fill,
                 const PiscesModelInfo  *model,
                 gdouble                 surroundings,
                 GError                **error)
{
  const GeglRectangle   *bounds = &fill->hole->bounds;
  const PiscesRectangle  hole   = { bounds->x, bounds->y, bounds->width, bounds->height };
  PiscesRectangle        frame;
  GeglRectangle          shown;

  frame = pisces_fill_frame (fill->canvas.width, fill->canvas.height, &hole,
                             model->picture_width, model->picture_height,
                             surroundings);
  fill->frame = *GEGL_RECTANGLE (frame.x, frame.y, frame.width, frame.height);

  gegl_rectangle_intersect (&shown, &fill->frame, &fill->canvas);
  if (MAX (frame.width, frame.height) <= FRAME_SIZE_MAX ||
      (gdouble) frame.width * frame.height <=
      (gdouble) EMPTY_FRAME_MAX * shown.width * shown.height)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("The selection is %d × %d pixels, too long and thin to be filled "
                 "at once. Select a part of it and try again."),
               hole.width, hole.height);
  return FALSE;
}

/* Reads the frame, reduced if it is large.  */
static PiscesImage *
fill_read (PiscesCanvasFill  *fill,
           GimpImage         *image,
           GError           **error)
{
  GeglRectangle         size = { 0, 0, fill->frame.width, fill->frame.height };
  g_autoptr (GimpLayer) only = NULL;

  if (fill->source == PISCES_FILL_LAYER)
    {
      g_autofree GimpLayer **selected = gimp_image_get_selected_layers (image);

      if (gimp_item_id_is_layer (fill->layer_id))
        only = g_object_ref (gimp_layer_get_by_id (fill->layer_id));
      else if (selected && selected[0] && ! selected[1])
        only = g_object_ref (selected[0]);

      if (! only)
        {
          g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                               _("Not exactly one layer is selected. Select one "
                                 "and try again."));
          return NULL;
        }
    }

  if (MAX (size.width, size.height) > FRAME_SIZE_MAX)
    size = pisces_placement_fit (size.width, size.height,
                                 GEGL_RECTANGLE (0, 0, FRAME_SIZE_MAX,
                                                 FRAME_SIZE_MAX));

  return pisces_canvas_read_frame (image, only, &fill->frame, size.width,
                                   size.height, error);
}

static GimpImage *
fill_find_image (PiscesCanvasFill  *fill,
                 GError           **error)
{
  g_autoptr (GimpImage) image = pisces_canvas_find_target (fill->image_id, error);

  if (! image || (gimp_image_get_width (image)  == fill->canvas.width &&
                  gimp_image_get_height (image) == fill->canvas.height))
    return g_steal_pointer (&image);

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                       _("The size of the image was changed while the selection "
                         "was being filled, so it is no longer known where the "
                         "new layer belongs. Fill the selection again."));
  return NULL;
}

/* Whether what the model saw around the hole is no longer there.  */
static gboolean
fill_has_changed (PiscesCanvasFill *fill,
                  GimpImage        *image)
{
  g_autoptr (PiscesImage)  now  = fill_read (fill, image, NULL);
  const guint8            *mask = g_bytes_get_data (fill->mask, NULL);

  if (! now)
    return TRUE;

  for (gsize i = 0; i < (gsize) now->width * now->height; i++)
    if (mask[i] == 0 &&
        memcmp (now->pixels + 4 * i, fill->pixels->pixels + 4 * i, 4) != 0)
      return TRUE;

  return FALSE;
}

/* Adds the picture as a layer.  GIMP has no mode in which what is transparent in a
 * layer is so in the image, so another layer below it first takes away what was
 * there.
 */
static GimpLayer *
fill_add_layers (PiscesCanvasFill     *fill,
                 GimpImage            *image,
                 const PiscesPicture  *picture,
                 GError              **error)
{
  g_autofree gchar        *name     = NULL;
  g_autoptr (PiscesImage)  erased   = fill_find_transparent (fill, picture->image);
  g_autoptr (GimpLayer)    eraser   = NULL;
  GimpLayer               *layer;

  name = picture->prompt && *picture->prompt ?
         pisces_canvas_new_name (picture->prompt) : g_strdup (_("Filled selection"));

  if (erased)
    {
      eraser = fill_add_layer (fill, image, _("Taken away"), erased,
                               GIMP_LAYER_MODE_ERASE, error);
      if (! eraser)
        return NULL;
    }

  layer = fill_add_layer (fill, image, name, picture->image,
                          gimp_image_get_default_new_layer_mode (image), error);
  if (layer)
    pisces_provenance_attach (GIMP_ITEM (layer), picture);
  else if (eraser)
    gimp_image_remove_layer (image, eraser);

  return layer;
}

static GimpLayer *
fill_add_layer (PiscesCanvasFill   *fill,
                GimpImage          *image,
                const gchar        *name,
                const PiscesImage  *pixels,
                GimpLayerMode       mode,
                GError            **error)
{
  const GeglRectangle   *bounds = &fill->hole->bounds;
  const GeglRectangle   *frame  = &fill->frame;
  g_autoptr (GimpLayer)  layer  = NULL;

  layer = pisces_canvas_make_layer (image, name, pixels, mode, error);
  if (! layer)
    return NULL;

  if (! pisces_canvas_scale_layer (layer, frame->width, frame->height) ||
      ! gimp_layer_set_offsets (layer, frame->x, frame->y) ||
      ! gimp_layer_resize (layer, bounds->width, bounds->height,
                           frame->x - bounds->x, frame->y - bounds->y))
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not scale the new layer: %s"));
      gimp_image_remove_layer (image, layer);
      return NULL;
    }

  if (! fill_add_mask (fill, layer))
    {
      pisces_canvas_set_pdb_error (error, _("GIMP did not make a layer mask: %s"));
      gimp_image_remove_layer (image, layer);
      return NULL;
    }

  return g_steal_pointer (&layer);
}

/* A mask that would hide nothing is not added.  */
static gboolean
fill_add_mask (PiscesCanvasFill *fill,
               GimpLayer        *layer)
{
  const GeglRectangle      *bounds = &fill->hole->bounds;
  g_autoptr (GimpLayerMask) mask   = NULL;
  GeglBuffer               *buffer;

  if (pisces_fill_hole_is_whole (fill->hole))
    return TRUE;

  mask = gimp_layer_create_mask (layer, GIMP_ADD_MASK_WHITE);
  if (! mask)
    return FALSE;
  g_object_ref (mask);

  if (! gimp_layer_add_mask (layer, mask))
    {
      gimp_item_delete (GIMP_ITEM (mask));
      return FALSE;
    }

  buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (mask));
  gegl_buffer_copy (fill->hole->mask, bounds, GEGL_ABYSS_NONE, buffer,
                    GEGL_RECTANGLE (0, 0, bounds->width, bounds->height));
  g_object_unref (buffer);
  gimp_drawable_update (GIMP_DRAWABLE (mask), 0, 0, bounds->width, bounds->height);

  return gimp_layer_set_edit_mask (layer, FALSE);
}

/* Returns a picture that is as opaque as what was drawn in the hole is transparent;
 * NULL if all of it is opaque.  */
static PiscesImage *
fill_find_transparent (PiscesCanvasFill  *fill,
                       const PiscesImage *drawn)
{
  const guint8           *mask   = g_bytes_get_data (fill->mask, NULL);
  g_autoptr (PiscesImage) erased = pisces_image_new (drawn->width, drawn->height, NULL);
  gboolean                any    = FALSE;

  for (gint y = 0; erased && y < drawn->height; y++)
    for (gint x = 0; x < drawn->width; x++)
      {
        gint64 from_x = (gint64) x * fill->pixels->width / drawn->width;
        gint64 from_y = (gint64) y * fill->pixels->height / drawn->height;
        gsize  at     = 4 * ((gsize) y * drawn->width + x) + 3;

        erased->pixels[at] = 255 - drawn->pixels[at];
        any |= mask[from_y * fill->pixels->width + from_x] != 0 && erased->pixels[at] != 0;
      }

  return any ? g_steal_pointer (&erased) : NULL;
}
