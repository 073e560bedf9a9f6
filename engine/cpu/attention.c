/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention.c: the CPU backend's attention.  Scores are never held but for
 * one query; the sum over keys is that of softmax, rescaled whenever a larger
 * score comes (Milakov and Gimelshein, arXiv 1805.02867).
 */

#include <math.h>

#include "engine/cpu/cpu.h"


static gfloat dot        (const gfloat *x,
                          const gfloat *y,
                          gint64        n);
static void   add_scaled (gfloat       *y,
                          gfloat        a,
                          const gfloat *x,
                          gint64        n);


void
pisces_cpu_attention (PiscesBackend               *backend,
                      PiscesTensor                 y,
                      PiscesTensor                 q,
                      PiscesTensor                 k,
                      PiscesTensor                 v,
                      const PiscesAttentionParams *params)
{
  const gint64 n_queries = pisces_tensor_n_rows (q) / params->n_batch;
  const gint64 stride    = params->kv_rows_per_batch
                           ? params->kv_rows_per_batch
                           : pisces_tensor_n_rows (k) / params->n_batch;
  const gint64 n_keys    = pisces_tensor_n_rows (k) -
                           stride * (params->n_batch - 1);
  const gint   d         = params->head_dim;
  const gint   share     = params->n_heads / params->n_kv_heads;
  const gint64 n_tasks   = params->n_batch * params->n_heads * n_queries;
  const gint   n         = pisces_cpu_threads_for (backend,
                                                   4.0 * n_tasks * n_keys * d);

  #pragma omp parallel for num_threads (n) if (n > 1)
  for (gint64 task = 0; task < n_tasks; task++)
    {
      const gint64  row   = task / params->n_heads;
      const gint64  head  = task % params->n_heads;
      const gint64  batch = row / n_queries;
      const gint64  query = row % n_queries;
      const gint64  n_see = params->causal
                            ? MIN (n_keys, params->first_position + query + 1)
                            : n_keys;
      const gfloat *one   = pisces_cpu_row (q, row) + head * d;
      gfloat       *out   = pisces_cpu_row (y, row) + head * d;
      gfloat        maximum = -INFINITY;
      gfloat        sum     = 0.0f;

      for (gint c = 0; c < d; c++)
        out[c] = 0.0f;
      for (gint64 j = 0; j < n_see; j++)
        {
          const gfloat score  = params->scale *
                                dot (one, pisces_cpu_row (k, batch * stride + j) +
                                          head / share * d, d);
          const gfloat before = maximum;

          maximum = MAX (maximum, score);
          if (maximum > before)
            {
              const gfloat factor = expf (before - maximum);

              sum *= factor;
              for (gint c = 0; c < d; c++)
                out[c] *= factor;
            }
          sum += expf (score - maximum);
          add_scaled (out, expf (score - maximum),
                      pisces_cpu_row (v, batch * stride + j) +
                      head / share * d, d);
        }
      for (gint c = 0; c < d; c++)
        out[c] /= sum;
    }
}


/*  private functions  */

PISCES_VECTORISED static gfloat
dot (const gfloat *x,
     const gfloat *y,
     gint64        n)
{
  gfloat sum = 0.0f;

  #pragma omp simd reduction (+ : sum)
  for (gint64 i = 0; i < n; i++)
    sum += x[i] * y[i];
  return sum;
}

PISCES_VECTORISED static void
add_scaled (gfloat       *y,
            gfloat        a,
            const gfloat *x,
            gint64        n)
{
  #pragma omp simd
  for (gint64 i = 0; i < n; i++)
    y[i] += a * x[i];
}
