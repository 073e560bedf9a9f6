/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * norms.c: the CPU backend's normalisations.  The mean is computed first and the
 * variance around it afterwards, so that a large mean costs little accuracy.
 */

#include <math.h>
#include <string.h>

#include "engine/cpu/cpu.h"


/* PIECE_ROWS rows are summed in float32 before their sums are added in double.
 * STRIP channels are summed at a time.  */
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
static gfloat sum_rest_row    (const gfloat *x,
                               gfloat        mean,
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


/* The arguments of all norms; each norm uses some of them.  */
typedef struct
{
  PiscesTensor     y, x;
  const gfloat    *scale, *shift;
  gdouble          epsilon;
  gint             head_dim;        /* for rms_norm_heads                 */
  gint64           row;             /* for group norm: first row of the image */
  gint64           n_rows;          /* and its number of rows             */
  gdouble         *sums;
  const gfloat    *mean, *factor;
  PiscesActivation activation;
} Norm;

static void
rms_rows (gint64   first,
          gint64   end,
          gpointer data)
{
  const Norm   *norm  = data;
  const gint64  width = pisces_tensor_width (norm->y);

  for (gint64 i = first; i < end; i++)
    {
      const gfloat  *in     = pisces_cpu_row (norm->x, i);
      const gdouble  square = sum_squares_row (in, 0.0f, width) / (gdouble) width;

      scale_row (pisces_cpu_row (norm->y, i), in, 0.0f,
                 1.0 / sqrt (square + norm->epsilon), norm->scale, NULL, width);
    }
}

void
pisces_cpu_rms_norm (PiscesBackend      *backend,
                     PiscesTensor        y,
                     PiscesTensor        x,
                     const PiscesWeight *weight,
                     gdouble             epsilon)
{
  Norm norm = { .y = y, .x = x, .scale = pisces_cpu_vector (weight), .epsilon = epsilon };

  pisces_cpu_share_rows (backend, pisces_tensor_count (y) * 2.0,
                         pisces_tensor_n_rows (y), rms_rows, &norm);
}

static void
rms_heads (gint64   first,
           gint64   end,
           gpointer data)
{
  const Norm   *norm  = data;
  const gint64  width = pisces_tensor_width (norm->y);

  for (gint64 i = first; i < end; i++)
    for (gint64 c = 0; c < width; c += norm->head_dim)
      {
        const gfloat  *in     = pisces_cpu_row (norm->x, i) + c;
        const gdouble  square = sum_squares_row (in, 0.0f, norm->head_dim) /
                                (gdouble) norm->head_dim;

        scale_row (pisces_cpu_row (norm->y, i) + c, in, 0.0f,
                   1.0 / sqrt (square + norm->epsilon), norm->scale, NULL,
                   norm->head_dim);
      }
}

void
pisces_cpu_rms_norm_heads (PiscesBackend      *backend,
                           PiscesTensor        y,
                           PiscesTensor        x,
                           const PiscesWeight *weight,
                           gint                head_dim,
                           gdouble             epsilon)
{
  Norm norm =
  {
    .y        = y,
    .x        = x,
    .scale    = pisces_cpu_vector (weight),
    .epsilon  = epsilon,
    .head_dim = head_dim,
  };

  pisces_cpu_share_rows (backend, pisces_tensor_count (y) * 2.0,
                         pisces_tensor_n_rows (y), rms_heads, &norm);
}

/* A float32 sum of thousands of values far from zero has a visible error: 7e-5 of
 * the result for 4096 values near 50.  So the mean is corrected by a second sum,
 * of the differences from the first mean, which has no such error.  */
static void
layer_rows (gint64   first,
            gint64   end,
            gpointer data)
{
  const Norm   *norm  = data;
  const gint64  width = pisces_tensor_width (norm->y);

  for (gint64 i = first; i < end; i++)
    {
      const gfloat  *in     = pisces_cpu_row (norm->x, i);
      const gfloat   rough  = sum_row (in, width) / width;
      const gfloat   mean   = rough + sum_rest_row (in, rough, width) / width;
      const gdouble  square = sum_squares_row (in, mean, width) /
                              (gdouble) width;

      scale_row (pisces_cpu_row (norm->y, i), in, mean,
                 1.0 / sqrt (square + norm->epsilon), norm->scale,
                 norm->shift, width);
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
  Norm norm =
  {
    .y       = y,
    .x       = x,
    .scale   = pisces_cpu_vector (weight),
    .shift   = pisces_cpu_vector (bias),
    .epsilon = epsilon,
  };

  pisces_cpu_share_rows (backend, pisces_tensor_count (y) * 3.0,
                         pisces_tensor_n_rows (y), layer_rows, &norm);
}

/* Computes the sums of some pieces, or, once there is a mean, the sums of the
 * squares.  */
static void
sum_pieces (gint64   first,
            gint64   end,
            gpointer data)
{
  const Norm   *norm     = data;
  const gint64  channels = pisces_tensor_width (norm->x);

  for (gint64 i = first; i < end; i++)
    sum_channels (norm->sums + i * channels,
                  pisces_cpu_row (norm->x, norm->row + i * PIECE_ROWS),
                  norm->x.row_stride, norm->mean,
                  MIN (PIECE_ROWS, norm->n_rows - i * PIECE_ROWS), channels);
}

static void
group_rows (gint64   first,
            gint64   end,
            gpointer data)
{
  const Norm   *norm     = data;
  const gint64  channels = pisces_tensor_width (norm->x);

  for (gint64 i = norm->row + first; i < norm->row + end; i++)
    {
      gfloat *out = pisces_cpu_row (norm->y, i);

      normalise_row (out, pisces_cpu_row (norm->x, i), norm->mean,
                     norm->factor, norm->shift, channels);
      if (norm->activation != PISCES_ACT_NONE)
        pisces_cpu_activate_row (out, out, channels, norm->activation);
    }
}

/* A group is a few neighbouring floats in each row.  So sums are computed for
 * each channel over all rows, which reads memory in order and fills vectors
 * whatever the size of a group is.  Then the sums of a group's channels are
 * added.  */
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
  const gdouble work     = pisces_tensor_count (x) * 10.0 / n_batch;
  g_autofree gdouble *sums    = g_new (gdouble, n_pieces * channels);
  g_autofree gfloat  *mean    = g_new (gfloat, channels);
  g_autofree gfloat  *factor  = g_new (gfloat, channels);
  g_autofree gfloat  *shift   = g_new0 (gfloat, channels);

  if (bias)
    memcpy (shift, pisces_cpu_vector (bias), channels * sizeof (gfloat));

  for (gint64 b = 0; b < n_batch; b++)
    {
      Norm norm =
      {
        .y          = y,
        .x          = x,
        .row        = b * n_rows,
        .n_rows     = n_rows,
        .sums       = sums,
        .factor     = factor,
        .shift      = shift,
        .activation = activation,
      };

      pisces_cpu_share_rows (backend, work, n_pieces, sum_pieces, &norm);
      gather_groups (mean, sums, n_pieces, channels, n_groups, n_rows);
      norm.mean = mean;
      pisces_cpu_share_rows (backend, work, n_pieces, sum_pieces, &norm);
      gather_groups (factor, sums, n_pieces, channels, n_groups, n_rows);
      for (gint64 c = 0; c < channels; c++)
        factor[c] = (weight ? pisces_cpu_vector (weight)[c] : 1.0f) /
                    sqrt (factor[c] + epsilon);

      pisces_cpu_share_rows (backend, work, n_rows, group_rows, &norm);
    }
}


/*  private functions  */

/* Computes sums of each channel over some rows: sums of x, or, if a mean is
 * given, of the squares of the differences from it.  */
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

/* Computes the mean of each group and writes it to all channels of the group.  */
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
sum_rest_row (const gfloat *x,
              gfloat        mean,
              gint64        n)
{
  gfloat sum = 0.0f;

  #pragma omp simd reduction (+ : sum)
  for (gint64 i = 0; i < n; i++)
    sum += x[i] - mean;
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
