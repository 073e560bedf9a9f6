/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fill-hole.c: see fill-hole.h.
 *
 * Main thread only, as all of libgimp.
 *
 * Longer than 500 lines, as each way to make a hole has a function here, and the rest of
 * the plug-in need not know how its mask is stored.
 */

#include <math.h>

#include <gegl.h>
#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/gimp/canvas.h"
#include "plugin/gimp/fill-hole.h"
#include "plugin/gimp/placement.h"

/* How many values of the mask are read at a time.  */
#define BAND_VALUES (1 << 18)

/* What is done with each band of the mask.  */
typedef gboolean (* HoleFunc) (const GeglRectangle *band,
                               const gfloat        *values,
                               gpointer             data);

/* The mask in the size that the engine gets.  */
typedef struct
{
  const GeglRectangle *frame;
  gint                 width, height;
  gdouble             *sums;
} Reduction;

static PiscesFillHole *
                hole_copy          (GimpImage            *image);
static PiscesFillHole *
                hole_copy_grown    (GimpImage            *image,
                                    gint                  grow,
                                    GError              **error);
static void     hole_cut           (PiscesFillHole       *hole,
                                    const GeglRectangle  *from,
                                    const GeglRectangle  *to);
static gboolean hole_grow          (GimpImage            *scratch,
                                    GeglBuffer           *mask,
                                    gint                  grow);
static gboolean hole_for_each_band (const PiscesFillHole *hole,
                                    const GeglRectangle  *part,
                                    HoleFunc              func,
                                    gpointer              data);
static gboolean hole_add           (const GeglRectangle  *band,
                                    const gfloat         *values,
                                    gpointer              data);
static gboolean hole_band_is_whole (const GeglRectangle  *band,
                                    const gfloat         *values,
                                    gpointer              data);


/*  public functions  */

/**
 * pisces_fill_hole_new:
 * @image: an image.
 * @grow: by how many pixels the copy is larger on all sides; below 0: smaller.
 * @error: set if nothing is selected, or nothing is left of it.
 *
 * The selection itself stays as it is.
 *
 * Returns: (transfer full) (nullable): a copy of the selection.
 */
PiscesFillHole *
pisces_fill_hole_new (GimpImage  *image,
                      gint        grow,
                      GError    **error)
{
  g_autoptr (GimpImage) held = g_object_ref (image);

  gegl_init (NULL, NULL);
  if (gimp_selection_is_empty (image))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("Nothing is selected. Select what should be drawn "
                             "anew and try again."));
      return NULL;
    }

  return grow == 0 ? hole_copy (image) : hole_copy_grown (image, grow, error);
}

/**
 * pisces_fill_hole_of_layer:
 * @layer: a layer.
 *
 * Returns: (transfer full): a copy of its mask; all of it if it has none.
 */
PiscesFillHole *
pisces_fill_hole_of_layer (GimpLayer *layer)
{
  g_autoptr (GimpLayer)     held   = g_object_ref (layer);
  g_autoptr (GimpLayerMask) mask   = NULL;
  const GeglRectangle       bounds = pisces_placement_get_bounds (layer);
  PiscesFillHole           *hole   = pisces_fill_hole_of_bounds (&bounds);
  GimpLayerMask            *own;

  own = gimp_layer_get_mask (layer);
  if (own)
    mask = g_object_ref (own);

  if (mask)
    {
      GeglBuffer *buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (mask));

      gegl_buffer_copy (buffer, NULL, GEGL_ABYSS_NONE, hole->mask, &hole->bounds);
      g_object_unref (buffer);
    }

  return hole;
}

/**
 * pisces_fill_hole_of_bounds:
 * @bounds: a part of the canvas.
 *
 * Returns: (transfer full): all of it.
 */
PiscesFillHole *
pisces_fill_hole_of_bounds (const GeglRectangle *bounds)
{
  PiscesFillHole *hole  = g_new0 (PiscesFillHole, 1);
  GeglColor      *white = NULL;

  gegl_init (NULL, NULL);
  white        = gegl_color_new ("white");
  hole->bounds = *bounds;
  hole->mask   = gegl_buffer_new (bounds, babl_format ("Y float"));
  gegl_buffer_set_color (hole->mask, bounds, white);
  g_object_unref (white);

  return hole;
}

/**
 * pisces_fill_hole_in_bounds:
 * @image: an image.
 * @bounds: where a layer of it lies.
 * @error: set if something is selected, but nothing in @bounds.
 *
 * Returns: (transfer full) (nullable): a copy of the selection in @bounds; all of
 *   them if nothing is selected.
 */
PiscesFillHole *
pisces_fill_hole_in_bounds (GimpImage            *image,
                            const GeglRectangle  *bounds,
                            GError              **error)
{
  g_autoptr (GimpImage)      held  = g_object_ref (image);
  g_autoptr (PiscesFillHole) hole  = NULL;
  GeglRectangle              place = *bounds;

  if (! pisces_fill_hole_clip (image, &place, error))
    return NULL;

  if (gimp_selection_is_empty (image))
    return pisces_fill_hole_of_bounds (bounds);

  hole = pisces_fill_hole_new (image, 0, error);
  if (! hole)
    return NULL;

  hole_cut (hole, &place, &place);

  return g_steal_pointer (&hole);
}

/**
 * pisces_fill_hole_clip:
 * @image: an image.
 * @bounds: (inout): where a layer of it lies; what is selected of it, if something is.
 * @error: set if something is selected, but nothing there.
 *
 * Returns: whether something is left.
 */
gboolean
pisces_fill_hole_clip (GimpImage      *image,
                       GeglRectangle  *bounds,
                       GError        **error)
{
  gboolean non_empty = FALSE;
  gint     x1 = 0, y1 = 0, x2 = 0, y2 = 0;

  if (! gimp_selection_bounds (image, &non_empty, &x1, &y1, &x2, &y2) || ! non_empty ||
      gegl_rectangle_intersect (bounds, bounds,
                                GEGL_RECTANGLE (x1, y1, x2 - x1, y2 - y1)))
    return TRUE;

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("The selection is beside the layer. Select a part of the "
                         "layer, or choose Select ▸ None to change all of it."));
  return FALSE;
}

/* Moves the hole by so many pixels.  */
void
pisces_fill_hole_move (PiscesFillHole *hole,
                       gint            x,
                       gint            y)
{
  GeglRectangle from = hole->bounds;
  GeglRectangle to   = from;

  to.x += x;
  to.y += y;
  hole_cut (hole, &from, &to);
}

/**
 * pisces_fill_hole_around:
 * @canvas: the bounds of a canvas.
 * @borders: by how much it grows, on at least one side.
 *
 * Returns: (transfer full): what is new then.
 */
PiscesFillHole *
pisces_fill_hole_around (const GeglRectangle *canvas,
                         const PiscesBorders *borders)
{
  PiscesFillHole *hole  = g_new0 (PiscesFillHole, 1);
  GeglRectangle   whole = *canvas;
  GeglColor      *white = NULL;
  GeglColor      *black = NULL;

  gegl_init (NULL, NULL);
  white = gegl_color_new ("white");
  black = gegl_color_new ("black");

  whole.x      -= borders->left;
  whole.y      -= borders->top;
  whole.width  += borders->left + borders->right;
  whole.height += borders->top + borders->bottom;
  gegl_rectangle_subtract_bounding_box (&hole->bounds, &whole, canvas);

  hole->mask = gegl_buffer_new (&hole->bounds, babl_format ("Y float"));
  gegl_buffer_set_color (hole->mask, &hole->bounds, white);
  gegl_buffer_set_color (hole->mask, canvas, black);
  g_object_unref (white);
  g_object_unref (black);

  return hole;
}

void
pisces_fill_hole_free (PiscesFillHole *hole)
{
  g_object_unref (hole->mask);
  g_free (hole);
}

/**
 * pisces_fill_hole_reduce:
 * @hole: a hole.
 * @canvas: the bounds of the canvas.
 * @frame: the part of the canvas that the engine gets.
 * @width: in which it gets it, not more than that of @frame.
 * @height: the same.
 *
 * Returns: (transfer full): the mask of that part, `[height, width]` bytes.  What
 *   is outside the canvas is drawn anew too, because there is nothing to keep.
 */
GBytes *
pisces_fill_hole_reduce (const PiscesFillHole *hole,
                         const GeglRectangle  *canvas,
                         const GeglRectangle  *frame,
                         gint                  width,
                         gint                  height)
{
  gsize               size  = (gsize) width * height;
  g_autofree gdouble *sums  = g_new0 (gdouble, size);
  guint8             *bytes = g_new (guint8, size);
  gdouble             area  = (gdouble) width / frame->width * height / frame->height;
  Reduction           reduction = { frame, width, height, sums };

  hole_for_each_band (hole, frame, hole_add, &reduction);

  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++)
      {
        gsize i = (gsize) y * width + x;
        gint  left = frame->x + floor ((x + 0.5) * frame->width / width);
        gint  top  = frame->y + floor ((y + 0.5) * frame->height / height);

        bytes[i] = CLAMP (ceil (sums[i] * area * 255.0 - 1e-3), 0, 255);
        if (left < canvas->x || left >= canvas->x + canvas->width ||
            top < canvas->y || top >= canvas->y + canvas->height)
          bytes[i] = 255;
      }

  return g_bytes_new_take (bytes, size);
}

/**
 * pisces_fill_hole_is_whole:
 * @hole: a hole.
 *
 * Returns: whether all in its bounds is fully selected.
 */
gboolean
pisces_fill_hole_is_whole (const PiscesFillHole *hole)
{
  return hole_for_each_band (hole, &hole->bounds, hole_band_is_whole, NULL);
}

/**
 * pisces_fill_hole_make_mask:
 * @hole: a hole.
 * @layer: a layer with its bounds.
 *
 * Makes the hole the mask of the layer.  A mask that would hide nothing is not added.
 *
 * Returns: %FALSE if GIMP refuses it.
 */
gboolean
pisces_fill_hole_make_mask (const PiscesFillHole *hole,
                            GimpLayer            *layer)
{
  const GeglRectangle      *bounds = &hole->bounds;
  g_autoptr (GimpLayerMask) mask   = NULL;
  GeglBuffer               *buffer;

  if (pisces_fill_hole_is_whole (hole))
    return TRUE;

  mask = pisces_canvas_new_mask (layer, GIMP_ADD_MASK_WHITE);
  if (! mask)
    return FALSE;

  buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (mask));
  gegl_buffer_copy (hole->mask, bounds, GEGL_ABYSS_NONE, buffer,
                    GEGL_RECTANGLE (0, 0, bounds->width, bounds->height));
  g_object_unref (buffer);
  gimp_drawable_update (GIMP_DRAWABLE (mask), 0, 0, bounds->width, bounds->height);

  return TRUE;
}


/*  private functions  */

static PiscesFillHole *
hole_copy (GimpImage *image)
{
  g_autoptr (GimpDrawable) selection = NULL;
  g_autoptr (GeglBuffer)   buffer    = NULL;
  PiscesFillHole          *hole;
  gboolean                 non_empty = FALSE;
  gint                     x1 = 0, y1 = 0, x2 = 0, y2 = 0;

  gimp_selection_bounds (image, &non_empty, &x1, &y1, &x2, &y2);
  if (! non_empty)
    return NULL;

  selection    = g_object_ref (GIMP_DRAWABLE (gimp_image_get_selection (image)));
  buffer       = gimp_drawable_get_buffer (selection);
  hole         = g_new0 (PiscesFillHole, 1);
  hole->bounds = *GEGL_RECTANGLE (x1, y1, x2 - x1, y2 - y1);
  hole->mask   = gegl_buffer_new (&hole->bounds, babl_format ("Y float"));
  gegl_buffer_copy (buffer, &hole->bounds, GEGL_ABYSS_NONE, hole->mask,
                    &hole->bounds);

  return hole;
}

/* Leaves of the hole what is in @from, and puts it where @to is.  */
static void
hole_cut (PiscesFillHole      *hole,
          const GeglRectangle *from,
          const GeglRectangle *to)
{
  GeglBuffer *mask = gegl_buffer_new (to, babl_format ("Y float"));

  gegl_buffer_copy (hole->mask, from, GEGL_ABYSS_NONE, mask, to);
  g_object_unref (hole->mask);
  hole->mask   = mask;
  hole->bounds = *to;
}

/* GIMP grows selections only in an image, so this is done in one that nobody
 * sees; in the user's it would be an undo step.
 */
static PiscesFillHole *
hole_copy_grown (GimpImage  *image,
                 gint        grow,
                 GError    **error)
{
  PiscesFillHole        *hole    = hole_copy (image);
  PiscesFillHole        *grown   = NULL;
  g_autoptr (GimpImage)  scratch = NULL;
  gboolean               done    = FALSE;

  scratch = gimp_image_new_with_precision (gimp_image_get_width (image),
                                           gimp_image_get_height (image),
                                           GIMP_RGB,
                                           gimp_image_get_precision (image));
  if (scratch)
    {
      g_object_ref (scratch);
      gimp_image_undo_disable (scratch);
      done = hole && hole_grow (scratch, hole->mask, grow);
    }
  g_clear_pointer (&hole, pisces_fill_hole_free);

  if (done)
    grown = hole_copy (scratch);

  if (! done)
    pisces_canvas_set_pdb_error (error,
                                 _("GIMP did not change the size of the "
                                   "selection: %s"));
  else if (! grown)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 g_dngettext (GETTEXT_PACKAGE,
                              "Nothing is left of the selection when it is "
                              "shrunk by %d pixel. Select more, or shrink it "
                              "less.",
                              "Nothing is left of the selection when it is "
                              "shrunk by %d pixels. Select more, or shrink it "
                              "less.", - grow), - grow);
  if (scratch)
    gimp_image_delete (scratch);

  return grown;
}

static gboolean
hole_grow (GimpImage  *scratch,
           GeglBuffer *mask,
           gint        grow)
{
  GeglColor              *color   = gegl_color_new ("black");
  g_autoptr (GimpChannel) channel = NULL;
  GeglBuffer             *buffer;

  channel = gimp_channel_new (scratch, "pisces", gimp_image_get_width (scratch),
                              gimp_image_get_height (scratch), 100.0, color);
  g_object_unref (color);
  if (! channel)
    return FALSE;
  g_object_ref (channel);

  if (! gimp_image_insert_channel (scratch, channel, NULL, 0))
    return FALSE;

  buffer = gimp_drawable_get_buffer (GIMP_DRAWABLE (channel));
  gegl_buffer_clear (buffer, NULL);
  gegl_buffer_copy (mask, NULL, GEGL_ABYSS_NONE, buffer,
                    gegl_buffer_get_extent (mask));
  g_object_unref (buffer);

  if (! gimp_image_select_item (scratch, GIMP_CHANNEL_OP_REPLACE,
                                GIMP_ITEM (channel)))
    return FALSE;

  return grow > 0 ? gimp_selection_grow (scratch, grow) :
                    gimp_selection_shrink (scratch, - grow);
}

/* Reads the hole where it is in @part.  Returns FALSE if the function did, and then
 * stops.  */
static gboolean
hole_for_each_band (const PiscesFillHole *hole,
                    const GeglRectangle  *part,
                    HoleFunc              func,
                    gpointer              data)
{
  g_autofree gfloat *values = NULL;
  GeglRectangle      shown;
  gint               n_rows;

  if (! gegl_rectangle_intersect (&shown, &hole->bounds, part))
    return TRUE;

  n_rows = CLAMP (BAND_VALUES / shown.width, 1, shown.height);
  values = g_new (gfloat, (gsize) shown.width * n_rows);

  for (gint y = 0; y < shown.height; y += n_rows)
    {
      GeglRectangle band = { shown.x, shown.y + y, shown.width,
                             MIN (n_rows, shown.height - y) };

      gegl_buffer_get (hole->mask, &band, 1.0, babl_format ("Y float"), values,
                       GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
      if (! func (&band, values, data))
        return FALSE;
    }

  return TRUE;
}

static gboolean
hole_add (const GeglRectangle *band,
          const gfloat        *values,
          gpointer             data)
{
  Reduction           *reduction = data;
  const GeglRectangle *frame     = reduction->frame;

  for (gint y = 0; y < band->height; y++)
    for (gint x = 0; x < band->width; x++)
      {
        gint to_x = (gint64) (band->x + x - frame->x) * reduction->width / frame->width;
        gint to_y = (gint64) (band->y + y - frame->y) * reduction->height / frame->height;

        if (to_x >= 0 && to_x < reduction->width &&
            to_y >= 0 && to_y < reduction->height)
          reduction->sums[(gsize) to_y * reduction->width + to_x] +=
            values[(gsize) y * band->width + x];
      }

  return TRUE;
}

static gboolean
hole_band_is_whole (const GeglRectangle *band,
                    const gfloat        *values,
                    gpointer             data)
{
  for (gsize i = 0; i < (gsize) band->width * band->height; i++)
    if (values[i] < 1.0f)
      return FALSE;

  return TRUE;
}
