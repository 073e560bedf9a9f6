/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * letterbox.c: see letterbox.h.  Pillow resizes the columns first and rounds
 * to bytes between the two passes, with weights in fixed point
 * (src/libImaging/Resample.c).  Encoders were trained on pictures that were
 * resized in this way, so this does the same.
 */

#include <string.h>

#include "engine/model/letterbox.h"
#include "engine/model/resize.h"

/* How many bits of a fixed-point weight are behind the point.  */
#define PRECISION_BITS 22

#define N_CHANNELS 3


static void   flatten      (const PiscesLetterbox  *letterbox,
                            PiscesImage            *image,
                            guint8                 *bytes);
static void   resize_lines (const PiscesResizeLine *line,
                            const guint8           *in,
                            gint                    n_lines,
                            gsize                   line_step,
                            gsize                   pixel_step,
                            guint8                 *out,
                            gsize                   out_line_step,
                            gsize                   out_pixel_step);
static guint8 clip         (gint64                  value);


/*  public functions  */

/**
 * pisces_letterbox_run:
 * @letterbox: sizes and colours.
 * @image: of any size.
 * @out: (out caller-allocates): `[size, size, 3]` bytes, row by row.
 * @error: return location for an error.
 *
 * Returns: %FALSE with %PISCES_ERROR_OUT_OF_MEMORY.
 */
gboolean
pisces_letterbox_run (const PiscesLetterbox  *letterbox,
                      PiscesImage            *image,
                      guint8                 *out,
                      GError                **error)
{
  const gint     size  = letterbox->size;
  const gint     long_ = MAX (image->width, image->height);
  const gdouble  scale = (gdouble) size / long_;
  /* The shorter side is cut off and not rounded; the longer one is exact.  */
  const gint     width  = image->width == long_
                            ? size : CLAMP ((gint) (image->width * scale), letterbox->min_side, size);
  const gint     height = image->height == long_
                            ? size : CLAMP ((gint) (image->height * scale), letterbox->min_side, size);
  const gint     left   = (size - width) / 2;
  const gint     top    = (size - height) / 2;

  g_autoptr (PiscesResizeLine) columns = pisces_resize_line_new (image->width, width, TRUE);
  g_autoptr (PiscesResizeLine) rows    = pisces_resize_line_new (image->height, height, TRUE);
  g_autofree guint8           *flat    = g_try_new (guint8, (gsize) image->width * image->height *
                                                            N_CHANNELS);
  g_autofree guint8           *narrow  = g_try_new (guint8, (gsize) width * image->height *
                                                            N_CHANNELS);

  if (! columns || ! rows || ! flat || ! narrow)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory to resize an image of %d × %d pixels to %d × %d.",
                   image->width, image->height, width, height);
      return FALSE;
    }

  for (gsize i = 0; i < (gsize) size * size; i++)
    memcpy (out + N_CHANNELS * i, letterbox->border, N_CHANNELS);

  flatten (letterbox, image, flat);
  resize_lines (columns, flat, image->height, (gsize) image->width * N_CHANNELS, N_CHANNELS,
                narrow, (gsize) width * N_CHANNELS, N_CHANNELS);
  resize_lines (rows, narrow, width, N_CHANNELS, (gsize) width * N_CHANNELS,
                out + ((gsize) top * size + left) * N_CHANNELS, N_CHANNELS,
                (gsize) size * N_CHANNELS);

  return TRUE;
}


/*  private functions  */

static void
flatten (const PiscesLetterbox *letterbox,
         PiscesImage           *image,
         guint8                *bytes)
{
  const gsize n = (gsize) image->width * image->height;

  for (gsize i = 0; i < n; i++)
    {
      const guint8 *pixel = image->pixels + 4 * i;

      for (gint c = 0; c < N_CHANNELS; c++)
        bytes[N_CHANNELS * i + c] = (pixel[c] * pixel[3] +
                                     letterbox->under[c] * (255 - pixel[3]) + 127) / 255;
    }
}

/* Lines may be rows or columns: pixels of a line are @pixel_step bytes apart,
 * and lines @line_step.  */
static void
resize_lines (const PiscesResizeLine *line,
              const guint8           *in,
              gint                    n_lines,
              gsize                   line_step,
              gsize                   pixel_step,
              guint8                 *out,
              gsize                   out_line_step,
              gsize                   out_pixel_step)
{
  g_autofree gint32 *weights = g_new (gint32, line->stride);

  for (gint i = 0; i < line->n_out; i++)
    {
      const gint n = line->end[i] - line->begin[i];

      for (gint j = 0; j < n; j++)
        {
          const gdouble weight = line->weights[(gsize) i * line->stride + j] *
                                 (1 << PRECISION_BITS);

          weights[j] = weight < 0.0 ? weight - 0.5 : weight + 0.5;
        }

      for (gint l = 0; l < n_lines; l++)
        {
          const guint8 *pixel = in + l * line_step + line->begin[i] * pixel_step;
          gint64        sums[N_CHANNELS];

          for (gint c = 0; c < N_CHANNELS; c++)
            sums[c] = 1 << (PRECISION_BITS - 1);
          for (gint j = 0; j < n; j++, pixel += pixel_step)
            for (gint c = 0; c < N_CHANNELS; c++)
              sums[c] += (gint64) weights[j] * pixel[c];
          for (gint c = 0; c < N_CHANNELS; c++)
            out[l * out_line_step + i * out_pixel_step + c] = clip (sums[c]);
        }
    }
}

static guint8
clip (gint64 value)
{
  return CLAMP (value >> PRECISION_BITS, 0, 255);
}
