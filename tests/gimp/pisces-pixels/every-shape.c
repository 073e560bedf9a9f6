/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * every-shape.c: what is visible of layers with masks, filters and offsets, of
 * groups and floating selections, of selections of any shape, and of images
 * that are larger than what is read.
 */

#include <math.h>

#include "claims.h"

#define SIDE 64

static const gdouble red[4]   = { 200, 30, 30, 255 };
static const gdouble blue[4]  = { 30, 30, 200, 255 };
static const gdouble green[4] = { 30, 160, 40, 255 };
static const gdouble clear[4] = { 0, 0, 0, 0 };

static GimpImage *
make_image (gint width,
            gint height)
{
  GimpImage *image = gimp_image_new (width, height, GIMP_RGB);

  gimp_image_undo_disable (image);

  return image;
}

static void
fill (GimpDrawable        *drawable,
      const GeglRectangle *place,
      const gdouble        color[4])
{
  GeglBuffer *buffer = gimp_drawable_get_buffer (drawable);
  GeglColor  *filled = gegl_color_new (NULL);
  gdouble     parts[4];

  for (gint c = 0; c < 4; c++)
    parts[c] = color[c] / 255.0;
  gegl_color_set_pixel (filled, babl_format ("R'G'B'A double"), parts);
  gegl_buffer_set_color (buffer, place, filled);
  g_object_unref (filled);
  g_object_unref (buffer);
  gimp_drawable_update (drawable, 0, 0, gimp_drawable_get_width (drawable),
                        gimp_drawable_get_height (drawable));
}

static GimpLayer *
add_layer (GimpImage     *image,
           GimpLayer     *group,
           gint           width,
           gint           height,
           const gdouble  color[4])
{
  GimpLayer *layer = gimp_layer_new (image, "layer", width, height,
                                     GIMP_RGBA_IMAGE, 100.0,
                                     GIMP_LAYER_MODE_NORMAL);

  gimp_image_insert_layer (image, layer, group, 0);
  fill (GIMP_DRAWABLE (layer), NULL, color);

  return layer;
}

/* One colour left of the middle, another right of it.  */
static void
claim_halves (Claims        *claims,
              PiscesImage   *pixels,
              const gdouble  left[4],
              const gdouble  right[4],
              const gchar   *what)
{
  gboolean good = pixels && pixels->width == SIDE && pixels->height == SIDE;

  for (gint y = 2; good && y < SIDE - 2; y += 7)
    good = is_near (claims, pixels, SIDE / 4, y, left, 2.0, what) &&
           is_near (claims, pixels, 3 * SIDE / 4, y, right, 2.0, what);

  claim (claims, good, "%s", what);
  g_clear_pointer (&pixels, pisces_image_unref);
}

/* A mask that shows the left half.  */
static void
add_mask (GimpLayer *layer)
{
  GimpLayerMask *mask = gimp_layer_create_mask (layer, GIMP_ADD_MASK_WHITE);
  const gdouble  black[4] = { 0, 0, 0, 255 };

  gimp_layer_add_mask (layer, mask);
  fill (GIMP_DRAWABLE (mask),
        GEGL_RECTANGLE (SIDE / 2, 0, SIDE / 2, SIDE), black);
}

static void
try_layers (Claims *claims)
{
  GimpImage          *image = make_image (SIDE, SIDE);
  GimpLayer          *below = add_layer (image, NULL, SIDE, SIDE, blue);
  GimpLayer          *layer = add_layer (image, NULL, SIDE, SIDE, red);
  GimpLayer          *group;
  GimpDrawableFilter *filter;

  add_mask (layer);
  claim_halves (claims, pisces_canvas_read (image, NULL), red, blue,
                "visible: the mask lets the layer below be seen");
  claim_halves (claims, pisces_canvas_read_layer (image, NULL), red, clear,
                "layer: its mask cuts it");
  gimp_layer_set_show_mask (layer, TRUE);
  claim_halves (claims, pisces_canvas_read_layer (image, NULL), red, clear,
                "layer: also while the mask itself is shown");
  gimp_layer_set_show_mask (layer, FALSE);
  gimp_layer_set_apply_mask (layer, FALSE);
  claim_halves (claims, pisces_canvas_read_layer (image, NULL), red, red,
                "layer: a mask that is turned off cuts nothing");

  gimp_layer_set_opacity (layer, 20.0);
  gimp_layer_set_mode (layer, GIMP_LAYER_MODE_MULTIPLY);
  gimp_item_set_visible (GIMP_ITEM (layer), FALSE);
  gimp_layer_set_offsets (layer, 30, -20);
  claim_halves (claims, pisces_canvas_read_layer (image, NULL), red, red,
                "layer: its own pixels, hidden, faint and beside the canvas");
  claim_halves (claims, pisces_canvas_read (image, NULL), blue, blue,
                "visible: nothing of a hidden layer");

  fill (GIMP_DRAWABLE (layer), NULL, red);
  filter = gimp_drawable_append_new_filter (GIMP_DRAWABLE (layer), "gegl:invert-gamma",
                                            "", GIMP_LAYER_MODE_REPLACE, 1.0,
                                            NULL);
  gimp_drawable_filter_update (filter);
  claim_halves (claims, pisces_canvas_read_layer (image, NULL),
                (gdouble[]) { 55, 225, 225, 255 },
                (gdouble[]) { 55, 225, 225, 255 },
                "layer: with its filters");

  group = GIMP_LAYER (gimp_group_layer_new (image, "group"));
  gimp_image_insert_layer (image, group, NULL, 0);
  add_layer (image, group, SIDE, SIDE, green);
  layer = add_layer (image, group, SIDE / 2, SIDE, red);
  gimp_layer_set_mode (group, GIMP_LAYER_MODE_PASS_THROUGH);
  gimp_image_set_selected_layers (image, (const GimpLayer *[]) { group, NULL });
  claim_halves (claims, pisces_canvas_read_layer (image, NULL), red, green,
                "layer: a group is its layers together");
  gimp_item_set_visible (GIMP_ITEM (layer), FALSE);
  add_mask (group);
  claim_halves (claims, pisces_canvas_read_layer (image, NULL), green, clear,
                "layer: a group has a mask and hidden layers too");
  claim_halves (claims, pisces_canvas_read (image, NULL), green, blue,
                "visible: a group over a layer");

  gimp_image_set_selected_layers (image,
                                  (const GimpLayer *[]) { group, below, NULL });
  claim (claims, ! pisces_canvas_read_layer (image, NULL),
         "layer: of two that are selected, none");
  gimp_image_delete (image);
}

static void
try_floating_selection (Claims *claims)
{
  GimpImage *image = make_image (SIDE, SIDE);
  GimpLayer *layer = add_layer (image, NULL, SIDE, SIDE, red);
  GimpLayer *floating;

  gimp_image_select_rectangle (image, GIMP_CHANNEL_OP_REPLACE, 0, 0,
                               SIDE / 2, SIDE);
  floating = gimp_selection_float (image,
                                   (GimpDrawable *[]) { GIMP_DRAWABLE (layer), NULL },
                                   SIDE / 2, 0);
  fill (GIMP_DRAWABLE (floating), NULL, green);
  claim_halves (claims, pisces_canvas_read (image, NULL), clear, green,
                "visible: what was moved is seen at its new place");
  claim (claims, gimp_image_get_floating_sel (image) == floating,
         "visible: and stays floating");
  gimp_image_delete (image);
}

static void
try_selections (Claims *claims)
{
  GimpImage              *image  = make_image (SIDE, SIDE);
  g_autoptr (PiscesImage) round  = NULL;
  g_autoptr (PiscesImage) soft   = NULL;
  g_autoptr (PiscesImage) nobody = NULL;
  g_autoptr (PiscesImage) whole  = NULL;
  g_autoptr (GError)      error  = NULL;
  gint                    x1, y1, x2, y2;
  gboolean                is_set = FALSE;

  add_layer (image, NULL, SIDE, SIDE, red);

  gimp_image_select_ellipse (image, GIMP_CHANNEL_OP_REPLACE, 8, 8, 40, 40);
  round = pisces_canvas_read_selection (image, NULL);
  claim (claims, round && round->width == 40 && round->height == 40 &&
         is_near (claims, round, 20, 20, red, 2.0, "middle") &&
         is_near (claims, round, 0, 0, clear, 2.0, "corner"),
         "selection: a round one has clear corners");

  gimp_image_select_rectangle (image, GIMP_CHANNEL_OP_REPLACE, 20, 20, 24, 24);
  gimp_selection_feather (image, 8.0);
  gimp_selection_bounds (image, &is_set, &x1, &y1, &x2, &y2);
  soft = pisces_canvas_read_selection (image, NULL);
  claim (claims, soft && soft->width == x2 - x1 && soft->width > 24 &&
         soft->pixels[4 * (soft->width * (soft->height / 2) + 1) + 3] < 100 &&
         soft->pixels[4 * (soft->width * (soft->height / 2) +
                           soft->width / 2) + 3] > 200,
         "selection: a feathered one fades out");

  gimp_image_select_rectangle (image, GIMP_CHANNEL_OP_REPLACE, -50, -50, 60, 60);
  whole = pisces_canvas_read_selection (image, NULL);
  claim (claims, whole && whole->width == 10 && whole->height == 10 &&
         is_near (claims, whole, 0, 0, red, 2.0, "corner"),
         "selection: one that reaches over the edge ends there");

  gimp_selection_none (image);
  nobody = pisces_canvas_read_selection (image, &error);
  claim (claims, ! nobody && error && strstr (error->message, "selected"),
         "selection: without one, a sentence");
  gimp_image_delete (image);
}

/* A single colour stays the same in every size.  */
static void
try_size (Claims *claims,
          gint    width,
          gint    height)
{
  GimpImage              *image  = make_image (width, height);
  gdouble                 scale  = MIN (1.0, 768.0 / MAX (width, height));
  g_autoptr (PiscesImage) pixels = NULL;
  gboolean                right;

  add_layer (image, NULL, width, height, red);
  pixels = pisces_canvas_read (image, NULL);
  right  = pixels && pixels->width == MAX (1, lround (width * scale)) &&
           pixels->height == MAX (1, lround (height * scale));
  for (gint y = 0; right && y < pixels->height; y++)
    for (gint x = 0; right && x < pixels->width; x++)
      right = is_near (claims, pixels, x, y, red, 1.0, "size");

  claim (claims, right, "%d × %d: one colour, to the edges", width, height);
  gimp_image_delete (image);
}

/* Alternating black and white lines of one pixel become a grey of half the
 * light, which is 188 in sRGB.
 */
static void
try_fine_lines (Claims *claims)
{
  const gdouble           white[4] = { 255, 255, 255, 255 };
  const gdouble           black[4] = { 0, 0, 0, 255 };
  const gdouble           half[4]  = { 188, 188, 188, 255 };
  GimpImage              *image    = make_image (1536, 8);
  GimpLayer              *layer    = add_layer (image, NULL, 1536, 8, black);
  g_autoptr (PiscesImage) pixels   = NULL;
  gboolean                right;

  for (gint x = 0; x < 1536; x += 2)
    fill (GIMP_DRAWABLE (layer), GEGL_RECTANGLE (x, 0, 1, 8), white);
  pixels = pisces_canvas_read (image, NULL);
  right  = pixels && pixels->width == 768 && pixels->height == 4;
  for (gint x = 0; right && x < 768; x++)
    right = is_near (claims, pixels, x, 1, half, 1.0, "lines");

  claim (claims, right, "fine lines: the mean of their light");
  gimp_image_delete (image);
}

void
try_every_shape (Claims *claims)
{
  try_layers (claims);
  try_floating_selection (claims);
  try_selections (claims);
  try_size (claims, 1, 1);
  try_size (claims, 769, 767);
  try_size (claims, 3001, 1777);
  try_size (claims, 1, 20000);
  try_size (claims, 20000, 2);
  try_fine_lines (claims);
}
