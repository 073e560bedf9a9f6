/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * images.c: the CPU backend's ops that move pixels: upsample, average pool, fold.
 * The speed of all of them is limited by memory.
 */

#include <string.h>

#include "engine/cpu/cpu.h"


static inline gfloat * pixel (PiscesTensor tensor,
                              gint64       batch,
                              gint64       row,
                              gint64       column);


typedef struct
{
  PiscesTensor y, x;
} Images;

static void
upsample_lines (gint64   first,
                gint64   end,
                gpointer data)
{
  const PiscesTensor y = ((const Images *) data)->y;
  const PiscesTensor x = ((const Images *) data)->x;

  for (gint64 line = first; line < end; line++)
    for (gint64 column = 0; column < y.dims[2]; column++)
      memcpy (pixel (y, 0, line, column),
              pixel (x, line / y.dims[1], line % y.dims[1] / 2, column / 2),
              y.dims[3] * sizeof (gfloat));
}

void
pisces_cpu_upsample (PiscesBackend *backend,
                     PiscesTensor   y,
                     PiscesTensor   x)
{
  Images images = { y, x };

  pisces_cpu_share_rows (backend, pisces_tensor_count (y),
                         y.dims[0] * y.dims[1], upsample_lines, &images);
}

void
pisces_cpu_average_pool (PiscesBackend *backend,
                         PiscesTensor   y,
                         PiscesTensor   x,
                         gint           stride)
{
  const gfloat share    = 1.0f / (stride * stride);
  const gint64 channels = y.dims[3];

  for (gint64 b = 0; b < y.dims[0]; b++)
    for (gint64 row = 0; row < y.dims[1]; row++)
      for (gint64 column = 0; column < y.dims[2]; column++)
        {
          gfloat *mean = pixel (y, b, row, column);

          memset (mean, 0, channels * sizeof (gfloat));
          for (gint i = 0; i < stride * stride; i++)
            {
              const gfloat *source = pixel (x, b, row * stride + i / stride,
                                            column * stride + i % stride);

              for (gint64 c = 0; c < channels; c++)
                mean[c] += source[c];
            }
          for (gint64 c = 0; c < channels; c++)
            mean[c] *= share;
        }
}

void
pisces_cpu_fold (PiscesBackend *backend,
                 PiscesTensor   y,
                 PiscesTensor   x,
                 gint           r)
{
  const gboolean     reverse  = pisces_tensor_width (y) <
                                pisces_tensor_width (x);
  const PiscesTensor many     = reverse ? y : x;
  const PiscesTensor deep     = reverse ? x : y;
  const gint64       channels = many.dims[3];

  for (gint64 b = 0; b < many.dims[0]; b++)
    for (gint64 row = 0; row < many.dims[1]; row++)
      for (gint64 column = 0; column < many.dims[2]; column++)
        {
          const gint64  place   = row % r * r + column % r;
          gfloat       *one     = pixel (many, b, row, column);
          gfloat       *channel = pixel (deep, b, row / r, column / r) +
                                  place * channels;

          memcpy (reverse ? one : channel, reverse ? channel : one,
                  channels * sizeof (gfloat));
        }
}


/*  private functions  */

static inline gfloat *
pixel (PiscesTensor tensor,
       gint64       batch,
       gint64       row,
       gint64       column)
{
  return pisces_cpu_row (tensor,
                         (batch * tensor.dims[1] + row) * tensor.dims[2] +
                         column);
}
