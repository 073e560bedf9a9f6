/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * extend.c: new borders around a picture: in which steps they are drawn, and what
 * the model is shown in each.  Knows no model.
 *
 * Each step draws a part of one side, and sees beside it at least as much as it
 * draws, in the proportions of the model's pictures.  The other way, one frame
 * around all of the new picture, was measured with nano on 40 of its scenes, from 1:1
 * to 16:9 (`./dev bench edit`).  Without words the step over the edge was 1.18 times
 * that inside the scene, at worst 4.0 times, against 1.03 and 1.13 in this way; with
 * words no thing was right, against 90 % of them, because each lay across the edge and
 * was cut off there: the middle of what is new is the old picture.
 */

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

/* How many pixels of a picture may become one of the model's, at the most: along a
 * longer side, several steps draw beside each other.  With words, each draws what they
 * say, so there should be few.  */
#define REDUCTION_MAX 4

/* A border is drawn in steps along the side only if it is this many times as long as
 * it is wide.  */
#define LENGTH_OF_WIDTH 4

/* Steps along a side see so much of the one before.  */
#define OVERLAP 0.25

/* A frame is not smaller, or a pixel would become a large square in it.  */
#define FRAME_SIDE_MIN 16

/* A thin picture shows at least so much of a frame's width.  */
#define SHOWN_MIN (1.0 / 8)

/* One side of the picture.  */
typedef enum
{
  SIDE_LEFT,
  SIDE_RIGHT,
  SIDE_TOP,
  SIDE_BOTTOM
} Side;

static gdouble         find_scale    (gint                   along,
                                      gint                   across,
                                      gint                   width,
                                      gint                   model_along,
                                      gint                   model_across);
static gboolean        add_side      (GArray                *steps,
                                      PiscesRectangle       *known,
                                      Side                   side,
                                      gint                   width,
                                      gint                   model_width,
                                      gint                   model_height);
static void            add_row       (GArray                *steps,
                                      const PiscesRectangle *known,
                                      Side                   side,
                                      gint                   width,
                                      gint                   n_parts,
                                      gint                   frame_along,
                                      gint                   frame_across);
static PiscesRectangle turn          (gboolean               upright,
                                      gint                   along,
                                      gint                   across,
                                      gint                   length,
                                      gint                   width);
static void            grow          (PiscesRectangle       *known,
                                      Side                   side,
                                      gint                   width);
static gint            place_frame   (gint                   start,
                                      gint                   length,
                                      gint                   side,
                                      gint                   frame_side);
static gboolean        too_much      (GError               **error);
static PiscesRectangle map_rectangle (const PiscesRectangle *rectangle,
                                      const PiscesRectangle *frame,
                                      const PiscesImage     *pixels);
static GBytes        * mask_of_part  (const PiscesRectangle *part,
                                      const PiscesRectangle *frame,
                                      const PiscesImage     *pixels,
                                      guint8                *hole);


/*  public functions  */

/**
 * pisces_extend_to_aspect:
 * @width: of a picture.
 * @height: the same.
 * @aspect: two numbers with a colon, "16:9" or "2.39:1".
 * @borders: (out): what has to be added, half of it on each side.
 * @error: set to a sentence if that is no aspect, or the picture has it.
 *
 * Returns: whether there is something to add.
 */
gboolean
pisces_extend_to_aspect (gint            width,
                         gint            height,
                         const gchar    *aspect,
                         PiscesBorders  *borders,
                         GError        **error)
{
  gdouble across, down, ratio, new_width, new_height;

  *borders = (PiscesBorders) { 0 };
  if (! pisces_sizes_parse_aspect (aspect, &across, &down))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                   _("“%s” is not an aspect. Write it as 16:9, for example."), aspect);
      return FALSE;
    }

  ratio      = across / down;
  new_width  = MAX (round (height * ratio), width);
  new_height = MAX (round (width / ratio), height);
  if (! (MAX (new_width, new_height) <= PISCES_EXTEND_SIDE_MAX))
    return too_much (error);

  *borders = pisces_extend_to_size (width, height, new_width, new_height);
  if (new_width > width || new_height > height)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("The picture has the aspect %s already, so there is nothing to add."),
               aspect);
  return FALSE;
}

/**
 * pisces_extend_to_size:
 * @width: of a picture.
 * @height: the same.
 * @new_width: at least as much.
 * @new_height: the same.
 *
 * Returns: what has to be added, so that the picture comes into the middle.
 */
PiscesBorders
pisces_extend_to_size (gint width,
                       gint height,
                       gint new_width,
                       gint new_height)
{
  const gint left = (new_width - width) / 2;
  const gint top  = (new_height - height) / 2;

  return (PiscesBorders) { .left = left, .right  = new_width - width - left,
                           .top  = top,  .bottom = new_height - height - top };
}

/**
 * pisces_extend_plan:
 * @width: of a picture.
 * @height: the same.
 * @borders: by how much it grows.
 * @model_width: of the pictures that the model draws.
 * @model_height: the same.
 * @error: set to a sentence if that is nothing, or too much.
 *
 * First both borders at the sides, then those above and below, which are then as wide
 * as the new picture.
 *
 * Returns: (transfer full) (nullable) (element-type PiscesExtendStep): the steps.
 */
GArray *
pisces_extend_plan (gint                  width,
                    gint                  height,
                    const PiscesBorders  *borders,
                    gint                  model_width,
                    gint                  model_height,
                    GError              **error)
{
  const gint         widths[] = { borders->left, borders->right, borders->top, borders->bottom };
  PiscesRectangle    known    = { borders->left, borders->top, width, height };
  g_autoptr (GArray) steps    = g_array_new (FALSE, FALSE, sizeof (PiscesExtendStep));
  gboolean           possible =
    (gint64) borders->left + width + borders->right <= PISCES_EXTEND_SIDE_MAX &&
    (gint64) borders->top + height + borders->bottom <= PISCES_EXTEND_SIDE_MAX;

  for (Side side = SIDE_LEFT; side <= SIDE_BOTTOM; side++)
    possible = possible && widths[side] >= 0 &&
               add_side (steps, &known, side, widths[side], model_width, model_height);

  if (! possible)
    {
      too_much (error);
      return NULL;
    }
  if (steps->len > 0)
    return g_steal_pointer (&steps);

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("Nothing says by how much to extend the picture. Give an aspect, "
                         "16:9 for example, or pixels for at least one side."));
  return NULL;
}

/**
 * pisces_extend_see:
 * @pixels: the frame of a step, in its size or reduced.
 * @mask: `[height, width]` bytes: 0 where the old picture is, 255 elsewhere.
 * @steps: (element-type PiscesExtendStep): all steps.
 * @drawn: (element-type PiscesImage): what the steps before this one have drawn.
 * @seen_mask: (out): what is to be drawn in @pixels, see #PiscesEdit.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the frame as the model sees it, with what was
 *   drawn before.
 */
PiscesImage *
pisces_extend_see (const PiscesImage  *pixels,
                   GBytes             *mask,
                   const GArray       *steps,
                   const GPtrArray    *drawn,
                   GBytes            **seen_mask,
                   GError            **error)
{
  const PiscesRectangle  *frame = &g_array_index (steps, PiscesExtendStep, drawn->len).frame;
  const gsize             size  = (gsize) pixels->width * pixels->height;
  g_autofree guint8      *hole  = g_memdup2 (g_bytes_get_data (mask, NULL), size);
  g_autoptr (PiscesImage) seen  = pisces_image_new (pixels->width, pixels->height, error);

  if (seen == NULL)
    return NULL;
  memcpy (seen->pixels, pixels->pixels, size * 4);

  for (guint i = 0; i < drawn->len; i++)
    {
      const PiscesExtendStep *step = &g_array_index (steps, PiscesExtendStep, i);
      g_autoptr (GBytes)      part = mask_of_part (&step->part, frame, pixels, hole);
      PiscesRectangle         place;
      PiscesImage            *pasted;

      if (part == NULL)
        continue;
      place  = map_rectangle (&step->frame, frame, pixels);
      pasted = pisces_fill_paste (seen, part, &place, drawn->pdata[i], error);
      if (pasted == NULL)
        return NULL;
      pisces_image_unref (seen);
      seen = pasted;
    }

  *seen_mask = g_bytes_new_take (g_steal_pointer (&hole), size);

  return g_steal_pointer (&seen);
}


/*  private functions  */

/* Adds the steps of one side, from the picture outwards.  Returns FALSE if there are
 * too many.  */
static gboolean
add_side (GArray          *steps,
          PiscesRectangle *known,
          Side             side,
          gint             width,
          gint             model_width,
          gint             model_height)
{
  const gboolean upright = side <= SIDE_RIGHT;
  gint           left    = width;

  while (left > 0)
    {
      gint     along        = upright ? known->height : known->width;
      gint     across       = upright ? known->width : known->height;
      gint     model_along  = upright ? model_height : model_width;
      gint     model_across = upright ? model_width : model_height;
      gdouble  scale        = find_scale (along, across, left, model_along, model_across);
      gint     frame_along  = MAX (lround (scale * model_along), 1);
      gint     frame_across = MAX (lround (scale * model_across), 1);
      gint     most         = CLAMP (across, frame_across / 8, frame_across / 2);
      gint     n_rows       = (left - 1) / MAX (most, 1) + 1;
      gint     row          = (left - 1) / n_rows + 1;
      gint     n_parts      = frame_along >= along ? 1 :
                              (gint) ceil (along / ((1.0 - OVERLAP) * frame_along));

      if ((gint64) steps->len + n_parts > PISCES_EXTEND_STEPS_MAX)
        return FALSE;

      add_row (steps, known, side, row, n_parts, frame_along, frame_across);
      grow (known, side, row);
      left -= row;
    }

  return TRUE;
}

/* How many pixels of the picture become one of the model's.  */
static gdouble
find_scale (gint along,
            gint across,
            gint width,
            gint model_along,
            gint model_across)
{
  gdouble wide  = MIN ((gdouble) LENGTH_OF_WIDTH * width, across / SHOWN_MIN) / model_across;
  gdouble scale = MIN ((gdouble) along / model_along, MAX (REDUCTION_MAX, wide));

  return MAX (scale, (gdouble) FRAME_SIDE_MIN / MIN (model_along, model_across));
}

/* Adds steps that lie beside each other along one side.  */
static void
add_row (GArray                *steps,
         const PiscesRectangle *known,
         Side                   side,
         gint                   width,
         gint                   n_parts,
         gint                   frame_along,
         gint                   frame_across)
{
  const gboolean  upright = side <= SIDE_RIGHT;
  const gboolean  before  = side == SIDE_LEFT || side == SIDE_TOP;
  PiscesRectangle row     = *known;
  gint            along, across;

  grow (&row, side, width);
  along  = upright ? row.height : row.width;
  across = upright ? row.width : row.height;

  for (gint i = 0; i < n_parts; i++)
    {
      const gint       start  = (gint64) along * i / n_parts;
      const gint       length = (gint64) along * (i + 1) / n_parts - start;
      PiscesExtendStep step;

      step.part  = turn (upright, start, before ? 0 : across - width, length, width);
      step.frame = turn (upright, place_frame (start, length, along, frame_along),
                         before ? 0 : across - frame_across, frame_along, frame_across);
      step.part.x  += row.x;
      step.part.y  += row.y;
      step.frame.x += row.x;
      step.frame.y += row.y;
      g_array_append_val (steps, step);
    }
}

/* Returns a rectangle that is given along a side and across it.  */
static PiscesRectangle
turn (gboolean upright,
      gint     along,
      gint     across,
      gint     length,
      gint     width)
{
  return upright ? (PiscesRectangle) { across, along, width, length } :
                   (PiscesRectangle) { along, across, length, width };
}

static void
grow (PiscesRectangle *known,
      Side             side,
      gint             width)
{
  if (side == SIDE_LEFT)
    known->x -= width;
  if (side == SIDE_TOP)
    known->y -= width;
  if (side <= SIDE_RIGHT)
    known->width += width;
  else
    known->height += width;
}

/* Puts the part into the frame's middle, as far as the side's ends allow.  */
static gint
place_frame (gint start,
             gint length,
             gint side,
             gint frame_side)
{
  if (frame_side >= side)
    return (side - frame_side) / 2;

  return CLAMP (start + length / 2 - frame_side / 2, 0, side - frame_side);
}

static gboolean
too_much (GError **error)
{
  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("So much cannot be added at once. Extend the picture by less, and "
                         "then again."));
  return FALSE;
}

/* From pixels of the extended picture to those of a frame.  */
static PiscesRectangle
map_rectangle (const PiscesRectangle *rectangle,
               const PiscesRectangle *frame,
               const PiscesImage     *pixels)
{
  const gdouble x_scale = (gdouble) pixels->width / frame->width;
  const gdouble y_scale = (gdouble) pixels->height / frame->height;
  const gint    left    = lround ((rectangle->x - frame->x) * x_scale);
  const gint    top     = lround ((rectangle->y - frame->y) * y_scale);
  const gint    right   = lround ((rectangle->x + rectangle->width - frame->x) * x_scale);
  const gint    bottom  = lround ((rectangle->y + rectangle->height - frame->y) * y_scale);

  return (PiscesRectangle) { left, top, MAX (right - left, 1), MAX (bottom - top, 1) };
}

/* What was drawn is shown in each pixel that its part touches, so that none is left
 * half empty in a reduced frame.
 *
 * Returns: (nullable): the mask of the part in the frame, which is taken out of @hole;
 *   NULL if it is not in the frame.  */
static GBytes *
mask_of_part (const PiscesRectangle *part,
              const PiscesRectangle *frame,
              const PiscesImage     *pixels,
              guint8                *hole)
{
  const gdouble x_scale = (gdouble) frame->width / pixels->width;
  const gdouble y_scale = (gdouble) frame->height / pixels->height;
  const gsize   size    = (gsize) pixels->width * pixels->height;
  guint8       *bytes;
  gboolean      any     = FALSE;

  if (part->x >= frame->x + frame->width || part->x + part->width <= frame->x ||
      part->y >= frame->y + frame->height || part->y + part->height <= frame->y)
    return NULL;

  bytes = g_malloc0 (size);
  for (gint y = 0; y < pixels->height; y++)
    for (gint x = 0; x < pixels->width; x++)
      {
        const gdouble left = frame->x + x * x_scale, top = frame->y + y * y_scale;
        const gsize   at   = (gsize) y * pixels->width + x;

        if (left >= part->x + part->width || left + x_scale <= part->x ||
            top >= part->y + part->height || top + y_scale <= part->y)
          continue;
        bytes[at] = 255;
        any       = TRUE;
        if (left + x_scale / 2 >= part->x && left + x_scale / 2 < part->x + part->width &&
            top + y_scale / 2 >= part->y && top + y_scale / 2 < part->y + part->height)
          hole[at] = 0;
      }

  if (any)
    return g_bytes_new_take (bytes, size);

  g_free (bytes);
  return NULL;
}
