/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ops on rows: activations, sums, norms, modulation.
 */

#include "tests/cuda-ops/cases.hpp"
#include "tests/cuda-ops/compare.hpp"

static void
rows (PiscesCudaType t, Size n, Size w, int gap)
{
  Array x (t, n, w, gap), z (t, n, w), v (t, 2, w, gap), weight (PISCES_CUDA_F32, 1, w),
        bias (PISCES_CUDA_F32, 1, w), table (PISCES_CUDA_F32, 3, w);
  const float *dw = (float *) weight.data, *db = (float *) bias.data;

  for (int a = 0; a < 5; a++)
    {
      const PiscesCudaActivation f = (PiscesCudaActivation) a;
      Array y (t, n, w, gap, true);

      expect ("activate", pisces_cuda_activate (0, y.rows (), x.rows (), f), y,
              [&] (Size r, Size c) { return act (x.at (r, c), f); });
      for (PiscesCudaType u : types)
        if (t == u || t == PISCES_CUDA_F32)
          {
            Array g (u, n, w, 0, true);

            expect ("glu", pisces_cuda_glu (0, g.rows (), x.rows (), z.rows (), f), g,
                    [&] (Size r, Size c) { return act (x.at (r, c), f) * z.at (r, c); });
          }
      expect ("add_weight", pisces_cuda_add_weight (0, y.rows (), x.rows (), (float *) table.data, 3, f), y,
              [&] (Size r, Size c) { return act (x.at (r, c) + table.at (r % 3, c), f); });
    }

  for (PiscesCudaType u : types)
    {
      Array y (u, n, w, gap, true), from (u, 5, w, gap);
      std::vector<int> ids (n);
      int *on_device;

      expect ("copy", pisces_cuda_copy (0, y.rows (), x.rows ()), y,
              [&] (Size r, Size c) { return x.at (r, c); });
      for (Size i = 0; i < n; i++)
        ids[i] = (int) (i * 3 % 5);
      check (cudaMalloc ((void **) &on_device, n * sizeof (int)));
      check (cudaMemcpy (on_device, ids.data (), n * sizeof (int), cudaMemcpyHostToDevice));
      Array out (t, n, w, gap, true);
      expect ("gather", pisces_cuda_gather (0, out.rows (), from.rows (), on_device), out,
              [&] (Size r, Size c) { return from.at (ids[r], c); });
      cudaFree (on_device);
    }

  Array y (t, n, w, gap, true);
  expect ("combine", pisces_cuda_combine (0, y.rows (), 0.7f, x.rows (), -1.3f, z.rows ()), y,
          [&] (Size r, Size c) { return 0.7 * x.at (r, c) - 1.3 * z.at (r, c); });
  expect ("add_broadcast", pisces_cuda_add_broadcast (0, y.rows (), x.rows (), v.rows (), 3), y,
          [&] (Size r, Size c) { return x.at (r, c) + v.at (r / 3 % 2, c); });

  std::vector<double> mean (n), variance (n), square (n);
  for (Size r = 0; r < n; r++)
    {
      for (Size c = 0; c < w; c++)
        {
          mean[r]   += x.at (r, c) / w;
          square[r] += (double) x.at (r, c) * x.at (r, c) / w;
        }
      for (Size c = 0; c < w; c++)
        variance[r] += pow (x.at (r, c) - mean[r], 2) / w;
    }
  /* The epsilon avoids a division by 0 for rows of one element.  */
  for (PiscesCudaType u : types)
    if (t == u || t == PISCES_CUDA_F32)
      {
        Array rms (u, n, w, gap, true), layer (u, n, w, gap, true);

        expect ("rms_norm", pisces_cuda_rms_norm (0, rms.rows (), x.rows (), dw, 1e-2f), rms,
                [&] (Size r, Size c) { return x.at (r, c) / sqrt (square[r] + 1e-2) * weight.at (0, c); });
        expect ("layer_norm", pisces_cuda_layer_norm (0, layer.rows (), x.rows (), dw, db, 1e-2f), layer,
                [&] (Size r, Size c) {
                  return (x.at (r, c) - mean[r]) / sqrt (variance[r] + 1e-2) * weight.at (0, c) + bias.at (0, c);
                });
      }
  /* In place.  */
  Array same (t, n, w, gap);
  const Floats before = same.values;
  expect ("combine in place", pisces_cuda_combine (0, same.rows (), 2.0f, same.rows (), 1.0f, z.rows ()), same,
          [&] (Size r, Size c) { return 2.0 * before[r * w + c] + z.at (r, c); });
}

/* The effect of a time embedding: for each part of the rows, one row of scale,
 * shift and gate, which are columns of one array.  */
static void
modulated (PiscesCudaType t, Size n_parts, Size per_part, int w, int gap)
{
  const Size n = n_parts * per_part;
  Array x (t, n, w, gap), all (PISCES_CUDA_F32, n_parts, 3 * w, gap);

  for (PiscesCudaType u : types)
    if (t == u || t == PISCES_CUDA_F32)
      {
        Array y (u, n, w, gap, true), z (u, n, w, 1), sum (t, n, w, gap, true);

        expect ("modulate", pisces_cuda_modulate (0, y.rows (), x.rows (), columns (all, w, w), columns (all, 0, w)), y,
                [&] (Size r, Size c) {
                  return x.at (r, c) * (1.0 + all.at (r / per_part, w + c)) + all.at (r / per_part, c);
                });
        expect ("add_gated", pisces_cuda_add_gated (0, sum.rows (), x.rows (), columns (all, 2 * w, w), z.rows ()), sum,
                [&] (Size r, Size c) { return x.at (r, c) + (double) all.at (r / per_part, 2 * w + c) * z.at (r, c); });
      }
}

/* Heads between other columns, in place and not.  */
static void
headed (PiscesCudaType t, Size n, int n_heads, int d, bool has_weight)
{
  const int w = n_heads * d;
  Array x (t, n, w + 2 * d, 3), weight (PISCES_CUDA_F32, 1, d);
  const Floats in = x.values;
  const float *dw = has_weight ? (float *) weight.data : nullptr;
  auto normed = [&] (Size r, Size c) {
    const Size first = r * x.width + d + c / d * d;
    double square = 0;
    for (int i = 0; i < d; i++)
      square += (double) in[first + i] * in[first + i] / d;
    return in[first + c % d] / sqrt (square + 1e-2) * (has_weight ? weight.at (0, c % d) : 1.0); };

  for (PiscesCudaType u : types)
    if (t == u || t == PISCES_CUDA_F32)
      {
        Array y (u, n, w, 1, true);

        expect ("rms_norm_heads", pisces_cuda_rms_norm_heads (0, y.rows (), columns (x, d, w), dw, d, 1e-2f), y,
                normed);
      }
  expect ("rms_norm_heads in place", pisces_cuda_rms_norm_heads (0, columns (x, d, w), columns (x, d, w), dw, d, 1e-2f),
          x,
          [&] (Size r, Size c) { return c < d || c >= d + w ? in[r * x.width + c] : normed (r, c - d); });
}

static void
group (PiscesCudaType t, PiscesCudaType u, Size n_batch, Size n, Size w, int n_groups, int gap)
{
  Array x (t, n_batch * n, w, gap), y (u, n_batch * n, w, gap, true),
        weight (PISCES_CUDA_F32, 1, w), bias (PISCES_CUDA_F32, 1, w),
        scratch (PISCES_CUDA_F32, 1, pisces_cuda_group_norm_scratch (n_batch, w), 0, true);
  const Size size = w / n_groups;
  std::vector<double> mean (n_batch * n_groups), variance (n_batch * n_groups);

  for (int pass = 0; pass < 2; pass++)
    for (Size r = 0; r < n_batch * n; r++)
      for (Size c = 0; c < w; c++)
        {
          const Size g = r / n * n_groups + c / size;
          if (pass == 0)
            mean[g] += x.at (r, c) / (double) (n * size);
          else
            variance[g] += pow (x.at (r, c) - mean[g], 2) / (n * size);
        }
  const PiscesCudaGroupNorm how = {
    .y = y.rows (), .x = x.rows (), .weight = (float *) weight.data, .bias = (float *) bias.data, .n_batch = n_batch,
    .n_groups = n_groups, .epsilon = 1e-2f, .activation = PISCES_CUDA_SILU, .scratch = (float *) scratch.data };
  expect ("group_norm", pisces_cuda_group_norm (0, &how), y,
          [&] (Size r, Size c) {
            const Size g = r / n * n_groups + c / size;
            return act ((x.at (r, c) - mean[g]) / sqrt (variance[g] + 1e-2) * weight.at (0, c) + bias.at (0, c),
                        PISCES_CUDA_SILU);
          });
}

void
cases_of_rows (PiscesCudaType t)
{
  rows (t, 1, 1, 0);
  rows (t, 7, 3, 2);
  rows (t, 1, 1153, 0);
  rows (t, 13, 40, 1);
  rows (t, 5, 257, 5);
  modulated (t, 1, 1, 1, 0);
  modulated (t, 2, 6, 65, 2);
  modulated (t, 3, 5, 40, 1);
  modulated (t, 2, 3, 1153, 0);
  headed (t, 1, 1, 1, true);
  headed (t, 5, 3, 64, true);
  headed (t, 3, 9, 40, false);
  headed (t, 2, 2, 515, true);
  group (t, t, 1, 1, 8, 4, 0);
  group (t, t, 2, 70, 12, 3, 1);
  group (PISCES_CUDA_F32, t, 1, 201, 66, 33, 2);
}
