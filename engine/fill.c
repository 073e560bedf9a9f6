/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fill.c: the part of a large picture that the model is shown when a hole in it is
 * filled, and the way back.  Knows no model.
 */

#include <math.h>
#include <string.h>

#include "engine/model/float-resize.h"
#include "engine/pisces.h"

/* So many pixels are seen around a small hole.  */
#define LEAST_SURROUNDINGS 16

/* A hole that is smaller than this part of what the model sees is drawn badly, so
 * its surroundings are then scaled up.  */
#define LEAST_SHARE (1.0 / 2)

/* Of a hole that nearly fills a side of the picture, at least so much is seen beyond
 * its ends, as a part of its longer side: the frame then reaches over the edges.  */
#define LEAST_BEYOND (1.0 / 4)


static gint     place_side      (gint               hole_start,
                                 gint               hole_side,
                                 gint               side,
                                 gint               canvas_side);
static gfloat * multiply_pixels (const PiscesImage *image);


/*  public functions  */

/**
 * pisces_fill_bounds:
 * @mask: `[height, width]` bytes, see #PiscesEdit.
 * @width: of the mask.
 * @height: of the mask.
 * @hole: (out): the bounds of what is not 0 in it; not set if there is nothing.
 *
 * Returns: whether anything is drawn anew.
 */
gboolean
pisces_fill_bounds (GBytes          *mask,
                    gint             width,
                    gint             height,
                    PiscesRectangle *hole)
{
  const guint8 *bytes = g_bytes_get_data (mask, NULL);
  gint          left = width, top = height, right = -1, bottom = -1;

  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++)
      if (bytes[(gsize) y * width + x] != 0)
        {
          left   = MIN (left, x);
          right  = MAX (right, x);
          top    = MIN (top, y);
          bottom = MAX (bottom, y);
        }

  if (right < 0)
    return FALSE;

  *hole = (PiscesRectangle) { left, top, right - left + 1, bottom - top + 1 };

  return TRUE;
}

/**
 * pisces_fill_frame:
 * @width: of the whole picture.
 * @height: of the whole picture.
 * @hole: the bounds of what is filled, inside the picture.
 * @model_width: of the pictures that the model draws.
 * @model_height: the same.
 * @surroundings: how much is seen on each side of the hole, as a part of its
 *   longer side.
 *
 * Chooses the part of a picture that the model is shown, with the proportions of
 * its pictures: the hole with its surroundings; and as much as the model takes
 * without scaling, if the hole is not too small for that.  It only reaches over
 * the picture's edges if the hole would not fit otherwise with what is beyond its
 * ends, as in a panorama.
 *
 * Returns: the part.
 */
PiscesRectangle
pisces_fill_frame (gint                   width,
                   gint                   height,
                   const PiscesRectangle *hole,
                   gint                   model_width,
                   gint                   model_height,
                   gdouble                surroundings)
{
  const gint      longer = MAX (hole->width, hole->height);
  const gdouble   around = MAX (CLAMP (surroundings, 0.0, PISCES_SURROUNDINGS_MAX) * longer,
                                LEAST_SURROUNDINGS);
  const gdouble   hole_scale = MAX ((gdouble) hole->width / model_width,
                                    (gdouble) hole->height / model_height);
  const gdouble   whole      = MIN ((gdouble) width / model_width,
                                    (gdouble) height / model_height);
  const gdouble   reach      = MAX ((gdouble) width / model_width,
                                    (gdouble) height / model_height);
  const gdouble   most       = MAX (whole, hole_scale * (1.0 + 2.0 * LEAST_BEYOND));
  gdouble         scale      = MAX ((hole->width  + 2 * around) / model_width,
                                    (hole->height + 2 * around) / model_height);
  PiscesRectangle frame;

  if (scale < 1.0 && hole_scale >= LEAST_SHARE)
    scale = 1.0;
  scale = MAX (MIN (scale, MIN (most, reach)), hole_scale);

  frame.width  = MAX (lround (scale * model_width), hole->width);
  frame.height = MAX (lround (scale * model_height), hole->height);
  frame.x      = place_side (hole->x, hole->width, frame.width, width);
  frame.y      = place_side (hole->y, hole->height, frame.height, height);

  return frame;
}

/**
 * pisces_fill_cut:
 * @image: the whole picture.
 * @mask: `[height, width]` bytes: what is drawn anew, see #PiscesEdit.
 * @frame: the part to cut out, which may reach over the edges.
 * @frame_mask: (out): the mask of the part; what is outside the picture is drawn
 *   anew, so that nobody takes the emptiness there for a part of the picture.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the part of the picture.
 */
PiscesImage *
pisces_fill_cut (const PiscesImage      *image,
                 GBytes                 *mask,
                 const PiscesRectangle  *frame,
                 GBytes                **frame_mask,
                 GError                **error)
{
  PiscesImage  *part   = pisces_image_new (frame->width, frame->height, error);
  const guint8 *values = g_bytes_get_data (mask, NULL);
  const gint    first  = MAX (frame->x, 0);
  const gint    end    = MIN (frame->x + frame->width, image->width);
  guint8       *bytes;

  if (part == NULL)
    return NULL;

  bytes = g_malloc ((gsize) frame->width * frame->height);
  memset (bytes, 255, (gsize) frame->width * frame->height);
  for (gint y = MAX (frame->y, 0); y < MIN (frame->y + frame->height, image->height); y++)
    {
      const gsize from = (gsize) y * image->width + first;
      const gsize to   = (gsize) (y - frame->y) * frame->width + first - frame->x;

      memcpy (part->pixels + to * 4, image->pixels + from * 4, (gsize) (end - first) * 4);
      memcpy (bytes + to, values + from, end - first);
    }
  *frame_mask = g_bytes_new_take (bytes, (gsize) frame->width * frame->height);

  return part;
}

/**
 * pisces_fill_shown:
 * @canvas: where there is a picture.
 * @frame: the part of it that is seen, which may reach over its edges.
 * @width: in which the frame is seen, in pixels.
 * @height: the same.
 * @shown: (out): where the picture lies in what is seen, at least one pixel; see
 *   pisces_generate_request_set_shown().
 *
 * Returns: whether it lies there at all.
 */
gboolean
pisces_fill_shown (const PiscesRectangle *canvas,
                   const PiscesRectangle *frame,
                   gint                   width,
                   gint                   height,
                   PiscesRectangle       *shown)
{
  const gint left   = MAX (canvas->x, frame->x) - frame->x;
  const gint top    = MAX (canvas->y, frame->y) - frame->y;
  const gint right  = MIN (canvas->x + canvas->width, frame->x + frame->width) - frame->x;
  const gint bottom = MIN (canvas->y + canvas->height, frame->y + frame->height) - frame->y;
  gint       end_x, end_y;

  if (left >= right || top >= bottom)
    return FALSE;

  /* A pixel that is partly outside counts as outside, unless nothing else is left.  */
  shown->x = MIN (((gint64) left * width + frame->width - 1) / frame->width, width - 1);
  shown->y = MIN (((gint64) top * height + frame->height - 1) / frame->height, height - 1);
  end_x    = (gint64) right * width / frame->width;
  end_y    = (gint64) bottom * height / frame->height;

  shown->width  = MAX (end_x - shown->x, 1);
  shown->height = MAX (end_y - shown->y, 1);

  return TRUE;
}

/**
 * pisces_fill_paste:
 * @image: the whole picture.
 * @mask: `[height, width]` bytes: what was drawn anew.
 * @frame: the part of it that was drawn.
 * @drawn: what was drawn, of any size.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): a copy of the picture in which, where the
 *   mask is not 0, @drawn is blended in.
 */
PiscesImage *
pisces_fill_paste (const PiscesImage      *image,
                   GBytes                 *mask,
                   const PiscesRectangle  *frame,
                   const PiscesImage      *drawn,
                   GError                **error)
{
  const guint8           *weights = g_bytes_get_data (mask, NULL);
  g_autoptr (PiscesImage) result  = pisces_image_new (image->width, image->height, error);
  g_autofree gfloat      *values  = multiply_pixels (drawn);
  g_autofree gfloat      *scaled  = g_try_malloc_n ((gsize) frame->width * 4 * sizeof (gfloat),
                                                    frame->height);

  if (result == NULL)
    return NULL;

  if (values == NULL || scaled == NULL ||
      ! pisces_float_resize (values, drawn->width, drawn->height, 4, PISCES_RESAMPLE_BICUBIC,
                             frame->width, frame->height, scaled))
    {
      pisces_image_set_no_memory (error, frame->width, frame->height);
      return NULL;
    }

  memcpy (result->pixels, image->pixels, (gsize) image->width * image->height * 4);
  for (gint y = MAX (frame->y, 0); y < MIN (frame->y + frame->height, image->height); y++)
    for (gint x = MAX (frame->x, 0); x < MIN (frame->x + frame->width, image->width); x++)
      {
        const gsize   at     = (gsize) y * image->width + x;
        const gfloat  weight = weights[at] / 255.0f;
        const gfloat *from   = scaled + ((gsize) (y - frame->y) * frame->width +
                                         x - frame->x) * 4;
        const guint8 *old    = image->pixels + at * 4;
        guint8       *to     = result->pixels + at * 4;
        gfloat        alpha;

        if (weights[at] == 0)
          continue;
        alpha = weight * CLAMP (from[3], 0.0f, 255.0f) + (1.0f - weight) * old[3];
        for (gint c = 0; c < 3; c++)
          {
            const gfloat value = weight * from[c] + (1.0f - weight) * old[c] * old[3] / 255.0f;

            to[c] = alpha < 0.5f ? 0 : CLAMP (lrintf (value / alpha * 255.0f), 0, 255);
          }
        to[3] = lrintf (alpha);
      }

  return g_steal_pointer (&result);
}


/*  private functions  */

/* Puts the hole into the middle, as far as the picture's edges allow.  */
static gint
place_side (gint hole_start,
            gint hole_side,
            gint side,
            gint canvas_side)
{
  const gint start = hole_start + hole_side / 2 - side / 2;

  if (side >= canvas_side)
    return CLAMP ((canvas_side - side) / 2, hole_start + hole_side - side, hole_start);

  return CLAMP (start, 0, canvas_side - side);
}

/* From 0 to 255, and not to 1 as pisces_float_pixels_new() has them: the bytes of an
 * opaque picture stay whole numbers, and a product of two bytes is rounded once.
 *
 * Returns: (nullable): `[height, width, 4]`; NULL if there is not enough memory.  */
static gfloat *
multiply_pixels (const PiscesImage *image)
{
  const gsize  size   = (gsize) image->width * image->height;
  gfloat      *values = g_try_malloc_n (size, 4 * sizeof (gfloat));

  for (gsize i = 0; values && i < size; i++)
    {
      const guint8 *pixel = image->pixels + i * 4;

      for (gint c = 0; c < 3; c++)
        values[i * 4 + c] = pixel[c] * pixel[3] / 255.0f;
      values[i * 4 + 3] = pixel[3];
    }

  return values;
}
