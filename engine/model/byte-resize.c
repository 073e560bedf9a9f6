/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * byte-resize.c: see byte-resize.h.  Pillow resizes the columns first and rounds
 * to bytes between the two passes, with weights in fixed point
 * (src/libImaging/Resample.c).  Encoders were trained on pictures that were
 * resized in this way, so this does the same.
 */

#include <string.h>

#include "engine/model/byte-resize.h"

/* How many bits of a fixed-point weight are behind the point.  */
#define PRECISION_BITS 22

#define N_CHANNELS PISCES_BYTE_CHANNELS

/* Where the rows of a picture come from.  */
typedef struct
{
  const guint8 *bytes;               /* [height, width, 3]; NULL: from the image */
  PiscesImage  *image;
  const guint8 *under;               /* what shows through the image             */
  gint          width;
  gint          height;
} Rows;


static gboolean resize     (const Rows             *source,
                            gint                    width,
                            gint                    height,
                            PiscesResample          filter,
                            const gint             *part,
                            guint8                 *out,
                            gsize                   row_step,
                            GError                **error);
static void     flatten    (const Rows             *source,
                            gint                    y,
                            guint8                 *row);
static gint32 * fixed_from (const PiscesResizeLine *line);
static void     narrow_row (const PiscesResizeLine *line,
                            const gint32           *weights,
                            const guint8           *in,
                            guint8                 *out);
static guint8   clip       (gint32                  value);


/*  public functions  */

/**
 * pisces_byte_resize:
 * @in: `[in_height, in_width, 3]` bytes.
 * @filter: Pillow's.
 * @out: (out caller-allocates): `[height, width, 3]` bytes.
 * @error: return location for an error.
 *
 * Returns: %FALSE with %PISCES_ERROR_OUT_OF_MEMORY.
 */
gboolean
pisces_byte_resize (const guint8    *in,
                    gint             in_width,
                    gint             in_height,
                    gint             width,
                    gint             height,
                    PiscesResample   filter,
                    guint8          *out,
                    GError         **error)
{
  const Rows source = { .bytes = in, .width = in_width, .height = in_height };
  const gint part[] = { 0, 0, width, height };

  return resize (&source, width, height, filter, part, out, (gsize) width * N_CHANNELS, error);
}

/**
 * pisces_byte_resize_image:
 * @image: a picture, which may be transparent.
 * @under: the colour below it.
 * @filter: Pillow's.
 * @out: (out caller-allocates): the bytes of @height rows, @row_step bytes apart.
 * @error: return location for an error.
 *
 * Returns: %FALSE with %PISCES_ERROR_OUT_OF_MEMORY.
 */
gboolean
pisces_byte_resize_image (PiscesImage     *image,
                          const guint8    *under,
                          gint             width,
                          gint             height,
                          PiscesResample   filter,
                          guint8          *out,
                          gsize            row_step,
                          GError         **error)
{
  const gint part[] = { 0, 0, width, height };

  return pisces_byte_resize_part (image, under, width, height, filter, part, out, row_step, error);
}

/**
 * pisces_byte_resize_part:
 * @image: a picture, which may be transparent.
 * @under: the colour below it.
 * @width: of the whole resized picture, as @height.
 * @filter: Pillow's.
 * @part: (array fixed-size=4): what is needed of it: left, top, width and height.
 * @out: (out caller-allocates): the bytes of the part's rows, @row_step bytes apart.
 * @error: return location for an error.
 *
 * The rest of the resized picture, which may be very long, is never made.
 *
 * Returns: %FALSE with %PISCES_ERROR_OUT_OF_MEMORY.
 */
gboolean
pisces_byte_resize_part (PiscesImage     *image,
                         const guint8    *under,
                         gint             width,
                         gint             height,
                         PiscesResample   filter,
                         const gint      *part,
                         guint8          *out,
                         gsize            row_step,
                         GError         **error)
{
  const Rows source = { .image = image, .under = under,
                        .width = image->width, .height = image->height };

  return resize (&source, width, height, filter, part, out, row_step, error);
}


/*  private functions  */

static gboolean
resize (const Rows      *source,
        gint             width,
        gint             height,
        PiscesResample   filter,
        const gint      *part,
        guint8          *out,
        gsize            row_step,
        GError         **error)
{
  const gsize                  n_row   = (gsize) part[2] * N_CHANNELS;
  g_autoptr (PiscesResizeLine) columns = pisces_resize_line_new_part (source->width, width, filter,
                                                                      part[0], part[2]);
  g_autoptr (PiscesResizeLine) rows    = pisces_resize_line_new_part (source->height, height, filter,
                                                                      part[1], part[3]);
  g_autofree gint32           *across  = columns ? fixed_from (columns) : NULL;
  g_autofree gint32           *down    = rows ? fixed_from (rows) : NULL;
  g_autofree guint8           *row     = g_try_new (guint8, (gsize) source->width * N_CHANNELS);
  g_autofree guint8           *narrow  = g_try_new (guint8, n_row * source->height);
  g_autofree gint32           *sums    = g_try_new (gint32, n_row);

  if (! across || ! down || ! row || ! narrow || ! sums)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory to resize an image of %d × %d pixels to %d × %d.",
                   source->width, source->height, width, height);
      return FALSE;
    }

  for (gint y = rows->begin[0]; y < rows->end[part[3] - 1]; y++)
    {
      flatten (source, y, row);
      narrow_row (columns, across, row, narrow + y * n_row);
    }

  for (gint i = 0; i < part[3]; i++)
    {
      for (gsize j = 0; j < n_row; j++)
        sums[j] = 1 << (PRECISION_BITS - 1);
      for (gint y = rows->begin[i]; y < rows->end[i]; y++)
        {
          const gint32  weight = down[(gsize) i * rows->stride + y - rows->begin[i]];
          const guint8 *in     = narrow + y * n_row;

          for (gsize j = 0; j < n_row; j++)
            sums[j] += weight * in[j];
        }
      for (gsize j = 0; j < n_row; j++)
        out[i * row_step + j] = clip (sums[j]);
    }

  return TRUE;
}

static void
flatten (const Rows *source,
         gint        y,
         guint8     *row)
{
  const guint8 *pixel;

  if (source->bytes)
    {
      memcpy (row, source->bytes + (gsize) y * source->width * N_CHANNELS,
              (gsize) source->width * N_CHANNELS);
      return;
    }

  pixel = source->image->pixels + (gsize) y * source->width * 4;
  for (gint x = 0; x < source->width; x++, pixel += 4)
    for (gint c = 0; c < N_CHANNELS; c++)
      *row++ = (pixel[c] * pixel[3] + source->under[c] * (255 - pixel[3]) + 127) / 255;
}

/* Returns (transfer full) the weights in fixed point, or NULL without memory.  */
static gint32 *
fixed_from (const PiscesResizeLine *line)
{
  const gsize n     = (gsize) line->n_out * line->stride;
  gint32     *fixed = g_try_new (gint32, n);

  for (gsize i = 0; fixed && i < n; i++)
    {
      const gdouble weight = line->weights[i] * (1 << PRECISION_BITS);

      fixed[i] = weight < 0.0 ? weight - 0.5 : weight + 0.5;
    }

  return fixed;
}

static void
narrow_row (const PiscesResizeLine *line,
            const gint32           *weights,
            const guint8           *in,
            guint8                 *out)
{
  for (gint i = 0; i < line->n_out; i++, weights += line->stride)
    {
      const guint8 *pixel            = in + (gsize) line->begin[i] * N_CHANNELS;
      const gint    n                = line->end[i] - line->begin[i];
      gint32        sums[N_CHANNELS] = { 1 << (PRECISION_BITS - 1), 1 << (PRECISION_BITS - 1),
                                         1 << (PRECISION_BITS - 1) };

      for (gint j = 0; j < n; j++)
        for (gint c = 0; c < N_CHANNELS; c++)
          sums[c] += weights[j] * *pixel++;
      for (gint c = 0; c < N_CHANNELS; c++)
        *out++ = clip (sums[c]);
    }
}

static guint8
clip (gint32 value)
{
  return CLAMP (value >> PRECISION_BITS, 0, 255);
}
