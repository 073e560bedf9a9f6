/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * norms.c: the CPU backend's normalisations.  The mean is taken first and the
 * variance about it, so that a large mean costs little accuracy.
 */

#include <math.h>
#include <string.h>

#include "engine/cpu/cpu.h"


/* Rows whose sums of float32 are taken together, and channels at a time.  */
#define PIECE_ROWS 128
#define STRIP      64


static void   sum_channels    (gdouble      *sums,
                               const gfloat *x,
                               gint64        stride,
                               const gfloat *mean,
                               gint64        n_rows,
                               gint64        channels);
static void   gather_groups   (gfloat        *means,
                               const gdouble *sums,
                               gint64         n_pieces,
                               gint64         channels,
                               gint           n_groups,
                               gint64         n_rows);
static void   normalise_row   (gfloat       *y,
                               const gfloat *x,
                               const gfloat *mean,
                               const gfloat *factor,
                               const gfloat *shift,
                               gint64        n);
static gfloat sum_row         (const gfloat *x,
                               gint64        n);
static gfloat sum_squares_row (const gfloat *x,
                               gfloat        mean,
                               gint64        n);
static void   scale_row       (gfloat       *y,
                               const gfloat *x,
                               gfloat        mean,
                               gfloat        factor,
                               const gfloat *weight,
                               const gfloat *bias,
                               gint64        n);


void
pisces_cpu_rms_norm (PiscesBackend      *backend,
                     PiscesTensor        y,
                     PiscesTensor        x,
                     const PiscesWeight *weight,
                     gdouble             epsilon)
{
  const gfloat *scale  = pisces_cpu_vector (weight);
  const gint64  n_rows = pisces_tensor_n_rows (y);
  const gint64  width  = pisces_tensor_width (y);
  const gint    n      = pisces_cpu_threads_for (backend, n_rows * width * 2.0);

  #pragma omp parallel for num_threads (n) if (n > 1)
  for (gint64 i = 0; i < n_rows; i++)
    {
      const gfloat  *in     = pisces_cpu_row (x, i);
      const gdouble  square = sum_squares_row (in, 0.0f, width) / (gdouble) width;

      scale_row (pisces_cpu_row (y, i), in, 0.0f, 1.0 / sqrt (square + epsilon),
                 scale, NULL, width);
    }
}

void
pisces_cpu_layer_norm (PiscesBackend      *backend,
                       PiscesTensor        y,
                       PiscesTensor        x,
                       const PiscesWeight *weight,
                       const PiscesWeight *bias,
                       gdouble             epsilon)
{
  const gfloat *scale  = pisces_cpu_vector (weight);
  const gfloat *shift  = pisces_cpu_vector (bias);
  const gint64  n_rows = pisces_tensor_n_rows (y);
  const gint64  width  = pisces_tensor_width (y);
  const gint    n      = pisces_cpu_threads_for (backend, n_rows * width * 3.0);

  #pragma omp parallel for num_threads (n) if (n > 1)
  for (gint64 i = 0; i < n_rows; i++)
    {
      const gfloat  *in       = pisces_cpu_row (x, i);
      const gfloat   mean     = sum_row (in, width) / width;
      const gdouble  variance = sum_squares_row (in, mean, width) /
                                (gdouble) width;

      scale_row (pisces_cpu_row (y, i), in, mean,
                 1.0 / sqrt (variance + epsilon), scale, shift, width);
    }
}

/* Groups of neighbouring channels are a few floats in each row, so sums are
 * taken channel by channel over all rows, which reads memory in order and
 * fills vectors whatever the group's size; groups are put together from their
 * channels.  */
void
pisces_cpu_group_norm (PiscesBackend      *backend,
                       PiscesTensor        y,
                       PiscesTensor        x,
                       const PiscesWeight *weight,
                       const PiscesWeight *bias,
                       gint                n_groups,
                       gdouble             epsilon,
                       PiscesActivation    activation)
{
  const gint64  n_batch  = x.n_dims > 2 ? x.dims[0] : 1;
  const gint64  n_rows   = pisces_tensor_n_rows (x) / n_batch;
  const gint64  channels = pisces_tensor_width (x);
  const gint64  n_pieces = (n_rows + PIECE_ROWS - 1) / PIECE_ROWS;
  const gint    n        = pisces_cpu_threads_for (backend,
                                                   pisces_tensor_count (x) *
                                                   10.0);
  g_autofree gdouble *sums    = g_new (gdouble, n_pieces * channels);
  g_autofree gfloat  *mean    = g_new (gfloat, channels);
  g_autofree gfloat  *factor  = g_new (gfloat, channels);
  g_autofree gfloat  *shift   = g_new0 (gfloat, channels);

  if (bias)
    memcpy (shift, pisces_cpu_vector (bias), channels * sizeof (gfloat));

  for (gint64 b = 0; b < n_batch; b++)
    {
      const gint64 first = b * n_rows;

      #pragma omp parallel for num_threads (n) if (n > 1)
      for (gint64 i = 0; i < n_pieces; i++)
        sum_channels (sums + i * channels, pisces_cpu_row (x, first + i * PIECE_ROWS),
                      x.row_stride, NULL, MIN (PIECE_ROWS, n_rows - i * PIECE_ROWS),
                      channels);
      gather_groups (mean, sums, n_pieces, channels, n_groups, n_rows);

      #pragma omp parallel for num_threads (n) if (n > 1)
      for (gint64 i = 0; i < n_pieces; i++)
        sum_channels (sums + i * channels, pisces_cpu_row (x, first + i * PIECE_ROWS),
                      x.row_stride, mean, MIN (PIECE_ROWS, n_rows - i * PIECE_ROWS),
                      channels);
      gather_groups (factor, sums, n_pieces, channels, n_groups, n_rows);
      for (gint64 c = 0; c < channels; c++)
        factor[c] = (weight ? pisces_cpu_vector (weight)[c] : 1.0f) /
                    sqrt (factor[c] + epsilon);

      #pragma omp parallel for num_threads (n) if (n > 1)
      for (gint64 row = first; row < first + n_rows; row++)
        {
          gfloat *out = pisces_cpu_row (y, row);

          normalise_row (out, pisces_cpu_row (x, row), mean, factor, shift,
                         channels);
          if (activation != PISCES_ACT_NONE)
            pisces_cpu_activate_row (out, out, channels, activation);
        }
    }
}


/*  private functions  */

/* Sums of each channel over some rows, of x or, with a mean, of the squares
 * of what it is away from it.  */
PISCES_VECTORISED static void
sum_channels (gdouble      *sums,
              const gfloat *x,
              gint64        stride,
              const gfloat *mean,
              gint64        n_rows,
              gint64        channels)
{
  for (gint64 first = 0; first < channels; first += STRIP)
    {
      const gint64 n           = MIN (STRIP, channels - first);
      gfloat       sum[STRIP]  = { 0.0f };

      for (gint64 row = 0; row < n_rows; row++)
        {
          const gfloat *in = x + row * stride + first;

          if (! mean)
            for (gint64 c = 0; c < n; c++)
              sum[c] += in[c];
          else
            for (gint64 c = 0; c < n; c++)
              sum[c] += (in[c] - mean[first + c]) * (in[c] - mean[first + c]);
        }
      for (gint64 c = 0; c < n; c++)
        sums[first + c] = sum[c];
    }
}

/* The mean of each group, written to all its channels.  */
static void
gather_groups (gfloat        *means,
               const gdouble *sums,
               gint64         n_pieces,
               gint64         channels,
               gint           n_groups,
               gint64         n_rows)
{
  const gint64 size = channels / n_groups;

  for (gint group = 0; group < n_groups; group++)
    {
      gdouble sum = 0.0;

      for (gint64 i = 0; i < n_pieces; i++)
        for (gint64 c = group * size; c < (group + 1) * size; c++)
          sum += sums[i * channels + c];
      for (gint64 c = group * size; c < (group + 1) * size; c++)
        means[c] = sum / (n_rows * size);
    }
}

PISCES_VECTORISED static void
normalise_row (gfloat       *y,
               const gfloat *x,
               const gfloat *mean,
               const gfloat *factor,
               const gfloat *shift,
               gint64        n)
{
  #pragma GCC ivdep
  for (gint64 i = 0; i < n; i++)
    y[i] = (x[i] - mean[i]) * factor[i] + shift[i];
}

PISCES_VECTORISED static gfloat
sum_row (const gfloat *x,
         gint64        n)
{
  gfloat sum = 0.0f;

  #pragma omp simd reduction (+ : sum)
  for (gint64 i = 0; i < n; i++)
    sum += x[i];
  return sum;
}

PISCES_VECTORISED static gfloat
sum_squares_row (const gfloat *x,
                 gfloat        mean,
                 gint64        n)
{
  gfloat sum = 0.0f;

  #pragma omp simd reduction (+ : sum)
  for (gint64 i = 0; i < n; i++)
    sum += (x[i] - mean) * (x[i] - mean);
  return sum;
}

PISCES_VECTORISED static void
scale_row (gfloat       *y,
           const gfloat *x,
           gfloat        mean,
           gfloat        factor,
           const gfloat *weight,
           const gfloat *bias,
           gint64        n)
{
  if (weight && bias)
    {
      #pragma GCC ivdep
      for (gint64 i = 0; i < n; i++)
        y[i] = (x[i] - mean) * factor * weight[i] + bias[i];
      return;
    }
  for (gint64 i = 0; i < n; i++)
    y[i] = (x[i] - mean) * factor * (weight ? weight[i] : 1.0f) +
           (bias ? bias[i] : 0.0f);
}
