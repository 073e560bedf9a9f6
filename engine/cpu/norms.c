/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * norms.c: the CPU backend's normalisations.  Two passes over the values,
 * mean first, so that a large mean costs no accuracy.
 */

#include <math.h>

#include "engine/cpu/cpu.h"


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
  const gfloat *scale    = pisces_cpu_vector (weight);
  const gfloat *shift    = pisces_cpu_vector (bias);
  const gint64  n_batch  = x.n_dims > 2 ? x.dims[0] : 1;
  const gint64  n_rows   = pisces_tensor_n_rows (x) / n_batch;
  const gint64  channels = pisces_tensor_width (x);
  const gint64  size     = channels / n_groups;
  const gint    n        = pisces_cpu_threads_for (backend,
                                                   pisces_tensor_count (x) *
                                                   8.0);

  #pragma omp parallel for num_threads (n) if (n > 1)
  for (gint64 i = 0; i < n_batch * n_groups; i++)
    {
      const gint64 first    = i / n_groups * n_rows;
      const gint64 channel  = i % n_groups * size;
      gdouble      sum      = 0.0;
      gdouble      variance = 0.0;
      gfloat       mean, factor;

      for (gint64 row = first; row < first + n_rows; row++)
        sum += sum_row (pisces_cpu_row (x, row) + channel, size);
      mean = sum / (n_rows * size);
      for (gint64 row = first; row < first + n_rows; row++)
        variance += sum_squares_row (pisces_cpu_row (x, row) + channel, mean,
                                     size);
      factor = 1.0 / sqrt (variance / (n_rows * size) + epsilon);

      for (gint64 row = first; row < first + n_rows; row++)
        {
          gfloat *out = pisces_cpu_row (y, row) + channel;

          scale_row (out, pisces_cpu_row (x, row) + channel, mean, factor,
                     scale ? scale + channel : NULL,
                     shift ? shift + channel : NULL, size);
          pisces_cpu_activate_row (out, out, size, activation);
        }
    }
}


/*  private functions  */

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
