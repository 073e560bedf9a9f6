/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Attention and what goes with it: rotation, the cache, and choosing a token.
 */

#include <algorithm>

#include "kernels/attention-choice.h"
#include "kernels/sampling.h"
#include "tests/cuda-ops/cases.hpp"
#include "tests/cuda-ops/compare.hpp"

/* The last pair of each axis, plus one.  */
static const int one_axis[]         = { 4, 4, 4 };
static const int rows_and_columns[] = { 20, 40, 40 };
static const int mrope[]            = { 16, 40, 64 };
static const int four_axes[]        = { 3, 4, 8 };

/* ends: the last pair of each axis except the last axis; NULL: rows are
 * counted.  */
static PiscesCudaRope
rope_of (const Array &frequencies, const Array &places, int d, bool interleaved, Size first, const int *ends)
{
  PiscesCudaRope how = { (float *) frequencies.data, d, interleaved, { d / 2, d / 2, d / 2 }, nullptr, 0, first };

  if (ends)
    {
      std::copy (ends, ends + 3, how.axis_ends);
      how.positions       = (float *) places.data;
      how.position_stride = places.stride;
    }
  return how;
}

/* Returns the position of a row for a pair.  */
static double
place_of (const Array &places, const int *ends, Size r, Size pair)
{
  int axis = 0;

  while (axis < 3 && pair >= ends[axis])
    axis++;
  return places.at (r, axis);
}

/* Whole numbers up to 2000.  */
static void
number (Array &places)
{
  for (float &value : places.values)
    value = floorf ((value + 1) * 1000);
  places.write ();
}

static void
turn (PiscesCudaType t, int n_heads, int d, bool interleaved, const int *ends = nullptr)
{
  const Size n = 7, first = 2001;
  Array x (t, n, n_heads * d, 3), f (PISCES_CUDA_F32, 1, d / 2), places (PISCES_CUDA_F32, n, 4, 1);
  const Floats in = x.values;
  const PiscesCudaRope how = rope_of (f, places, d, interleaved, first, ends);

  number (places);
  expect (interleaved ? "rope interleaved" : "rope",
          pisces_cuda_rope (0, x.rows (), &how), x,
          [&] (Size r, Size c) {
            const Size h = c / d * d, i = c % d, half = d / 2;
            const Size j = interleaved ? i / 2 : i % half;
            const bool second = interleaved ? i % 2 : i >= half;
            const double a = in[r * x.width + h + (interleaved ? 2 * j : j)];
            const double b = in[r * x.width + h + (interleaved ? 2 * j + 1 : j + half)];
            const double angle = (ends ? place_of (places, ends, r, j) : (double) (first + r)) * f.at (0, j);
            return second ? b * cos (angle) + a * sin (angle) : a * cos (angle) - b * sin (angle);
          });
}

/* Queries are rotated in place, keys are rotated on their way, values are
 * copied; n rows for each of several sequences.  */
static void
appended (PiscesCudaType t, Size n, int n_heads, int n_kv, int d, const std::vector<long long> &first, bool on_device,
          const int *ends = nullptr)
{
  const int width = (n_heads + 2 * n_kv) * d;
  const Size n_sequences = (Size) first.size (), n_room = *std::max_element (first.begin (), first.end ()) + n + 1;
  Array qkv (t, n_sequences * n, width, 2), cache (t, n_sequences * n_room, 2 * n_kv * d, 3),
        frequencies (PISCES_CUDA_F32, 1, d / 2), places (PISCES_CUDA_F32, n_sequences * n, 4, 2);
  Numbers positions (first);
  PiscesCudaAppend how = {};
  const Floats before = qkv.values, held = cache.values;

  number (places);
  how.cache = cache.rows (), how.qkv = qkv.rows (), how.n_heads = n_heads, how.n_kv_heads = n_kv;
  how.rope = rope_of (frequencies, places, d, false, on_device ? 0 : first[0], ends);
  how.rows_per_sequence = n, how.cache_rows_per_sequence = n_room;
  how.first_rows = on_device ? positions.data : nullptr;
  auto turned = [&] (Size r, Size c) {
    const int    i = c % d, pair = i % (d / 2);
    const double place = ends ? place_of (places, ends, r, pair) : (double) (first[r / n] + r % n);
    const double angle = place * frequencies.at (0, pair);
    const Size   at = r * width + c - i + pair;
    return i < d / 2 ? before[at] * cos (angle) - before[at + d / 2] * sin (angle)
                     : before[at + d / 2] * cos (angle) + before[at] * sin (angle); };

  const cudaError_t status = pisces_cuda_rope_append (0, &how);
  expect ("rope_append", status, cache, [&] (Size at, Size c) {
    const Size s = at / n_room, r = s * n + at % n_room - first[s];
    if (at % n_room < first[s] || at % n_room >= first[s] + n)
      return (double) held[at * cache.width + c];
    return c < n_kv * d ? turned (r, n_heads * d + c) : before[r * width + n_heads * d + c]; });
  expect ("rope_append", status, qkv, [&] (Size r, Size c) {
    return c < n_heads * d ? turned (r, c) : before[r * width + c]; });
}

/* The rows of one sequence.  */
struct Part
{
  Size q, n_q, k, n_k;
};

/* The expected result of attention: [rows of q, n_heads * d]. bias: NULL, or
 * that of the head.  */
static std::vector<double>
attended (const Array &q, const Array &k, const Array &v, const std::vector<Part> &parts, int n_heads, int n_kv, int d,
          bool causal, const std::function<double (int, Size, Size)> &bias)
{
  std::vector<double> should (q.n_rows * n_heads * d);

  for (const Part &part : parts)
    for (Size r = 0; r < part.n_q; r++)
      for (int h = 0; h < n_heads; h++)
        {
          const int  g    = h / (n_heads / n_kv) * d;
          const Size sees = causal ? part.n_k - part.n_q + r + 1 : part.n_k;
          double    *out  = &should[(part.q + r) * n_heads * d + h * d];
          double     total = 0;
          for (Size j = 0; j < sees; j++)
            {
              double s = 0;
              for (int c = 0; c < d; c++)
                s += (double) q.at (part.q + r, h * d + c) * k.at (part.k + j, g + c);
              s = exp (s / sqrt (d) + (bias ? bias (h, r, j) : 0.0));
              total += s;
              for (int c = 0; c < d; c++)
                out[c] += s * v.at (part.k + j, g + c);
            }
          for (int c = 0; c < d; c++)
            out[c] /= total;
        }
  return should;
}

/* n_unseen: keys after all that are seen; gap: 8 if rows should be read by
 * vectors.  */
static void
attention (PiscesCudaType t, int n_batch, int n_heads, int n_kv, int d, Size n_q, Size n_k, Size kv_rows, bool causal,
           Size n_unseen = 0, int gap = 1)
{
  const Size kv = kv_rows ? kv_rows : n_k, first = n_k - n_unseen - n_q;
  Array q (t, n_batch * n_q, n_heads * d, 2 * gap), k (t, kv * n_batch, n_kv * d, gap),
        v (t, kv * n_batch, n_kv * d, 3 * gap), y (t, n_batch * n_q, n_heads * d, gap, true);
  PiscesCudaAttention how = {};
  std::vector<Part> parts;

  how.y = y.rows (), how.q = q.rows (), how.k = k.rows (), how.v = v.rows ();
  how.n_batch = n_batch, how.n_heads = n_heads, how.n_kv_heads = n_kv, how.head_dim = d;
  how.n_queries = n_q, how.n_keys = n_k, how.kv_rows_per_batch = kv;
  how.causal = causal, how.first_position = first, how.scale = 1.0f / sqrtf (d);
  for (Size i = 0; i < n_batch; i++)
    parts.push_back ({ i * n_q, n_q, i * kv, n_k - n_unseen });
  Array scratch (PISCES_CUDA_F32, 1, pisces_cuda_attention_scratch (&how) + 1, 0, true);
  const std::vector<double> should = attended (q, k, v, parts, n_heads, n_kv, d, causal, nullptr);

  expect ("attention", pisces_cuda_attention (0, &how, (float *) scratch.data), y,
          [&] (Size r, Size c) { return should[r * n_heads * d + c]; });

  /* With positions from the device: other blocks, but the same bits if the
   * method is the same.  */
  const Floats        once = y.read ();
  const bool          by_tiles = pisces_cuda_attention_by_tiles (&how);
  Numbers             positions (std::vector<long long> (n_batch, first));
  PiscesCudaAttention moving = how;

  moving.first_position = -1;
  moving.positions      = positions.data;
  y.write ();
  scratch.write ();
  expect ("attention of its positions", pisces_cuda_attention (0, &moving, (float *) scratch.data), y,
          [&] (Size r, Size c) { return should[r * n_heads * d + c]; });
  if ((pisces_cuda_attention_scratch (&how) || (by_tiles && pisces_cuda_attention_by_tiles (&moving))) &&
      digest_of (once) != digest_of (y.read ()))
    {
      n_different++;
      printf ("not ok - attention %s [%lld of %lld keys]: a position on the device gives other bits\n",
              names[t], first + n_q,
              n_k);
    }
}

/* Sequences of different lengths, with and without a bias: in one cache, each
 * with the same number of queries, or as the windows of a picture.  */
static void
uneven (PiscesCudaType t, int n_heads, int n_kv, int d, Size n_q, const std::vector<Size> &lengths, bool causal,
        bool windows,
        int n_biases, int gap = 1)
{
  const Size n = (Size) lengths.size (), most = *std::max_element (lengths.begin (), lengths.end ());
  std::vector<long long> numbers;
  std::vector<Part> parts;
  Size rows = 0;

  for (Size i = 0; i < n; i++)
    {
      parts.push_back (windows ? Part { rows, lengths[i], rows, lengths[i] }
                               : Part { i * n_q, n_q, i * (most + 3), lengths[i] });
      numbers.push_back (windows ? rows : lengths[i] - n_q);
      rows += windows ? lengths[i] : n_q;
    }
  numbers.push_back (rows);
  const Size kv_rows = windows ? rows : n * (most + 3);
  Array q (t, rows, n_heads * d, 2 * gap), k (t, kv_rows, n_kv * d, gap), v (t, kv_rows, n_kv * d, 3 * gap),
        y (t, rows, n_heads * d, gap, true), bias (PISCES_CUDA_F32, n_q * std::max (n_biases, 1), most, 3);
  Numbers on_device (numbers);
  PiscesCudaAttention how = {};

  how.y = y.rows (), how.q = q.rows (), how.k = k.rows (), how.v = v.rows ();
  how.n_batch = (int) n, how.n_heads = n_heads, how.n_kv_heads = n_kv, how.head_dim = d;
  how.n_queries = windows ? most : n_q, how.n_keys = most, how.kv_rows_per_batch = most + 3;
  how.causal = causal, how.scale = 1.0f / sqrtf (d);
  (windows ? how.starts : how.positions) = on_device.data;
  if (n_biases)
    {
      /* Values up to 8, and some keys are hidden.  */
      for (Size i = 0; i < (Size) bias.values.size (); i++)
        bias.values[i] = i % 7 == 3 ? -1e30f : bias.values[i] * 8;
      bias.write ();
      how.bias             = (float *) bias.data;
      how.bias_row_stride  = bias.stride;
      how.bias_head_stride = n_biases > 1 ? n_q * bias.stride : 0;
    }
  auto added = [&] (int h, Size r, Size j) { return (double) bias.at ((n_biases > 1 ? h * n_q : 0) + r, j); };
  const std::vector<double> should = attended (q, k, v, parts, n_heads, n_kv, d, causal,
                                               n_biases ? added : std::function<double (int, Size, Size)> ());
  Array scratch (PISCES_CUDA_F32, 1, pisces_cuda_attention_scratch (&how) + 1, 0, true);

  expect (windows ? "attention of windows" : n_biases ? "attention with bias" : "attention of lengths",
          pisces_cuda_attention (0, &how, (float *) scratch.data), y,
          [&] (Size r, Size c) { return should[r * n_heads * d + c]; });
}

/* Compares a token with the one that is found by sorting all tokens.  */
static void
token (int n, float temperature, double top_p, double uniform)
{
  Array logits (PISCES_CUDA_F32, 1, n), y (PISCES_CUDA_F32, 1, 1);
  std::vector<std::pair<double, int>> all (n);
  double sum = 0, kept = 0, largest = -INFINITY;
  int *on_device, id = -2;
  size_t n_kept = 0;

  /* Values in steps, so that some are equal.  */
  for (float &value : logits.values)
    {
      value   = floorf (value * 20) / 4;
      largest = fmax (largest, value);
    }
  if (n > 3)
    logits.values[n / 2] = NAN;
  logits.write ();
  for (int i = 0; i < n; i++)
    all[i] = { isnan (logits.values[i]) ? 0 : exp ((logits.values[i] - largest) / fmax (temperature, 0.01)), i };
  if (temperature <= 0 || top_p < 1)
    std::stable_sort (all.begin (), all.end (), [] (auto &a, auto &b) { return a.first > b.first; });
  for (auto &one : all)
    sum += one.first;
  while (n_kept < all.size () && (n_kept == 0 || kept < top_p * sum))
    kept += all[n_kept++].first;
  double point = uniform * kept;
  size_t at = 0;
  while (temperature > 0 && at + 1 < n_kept && (point -= all[at].first) >= 0)
    at++;

  check (cudaMalloc ((void **) &on_device, sizeof id));
  const cudaError_t status = pisces_cuda_sample (0, on_device, (float *) logits.data, n,
                                                 { temperature, top_p, uniform });
  check (cudaMemcpy (&id, on_device, sizeof id, cudaMemcpyDeviceToHost));
  cudaFree (on_device);
  y.values[0] = (float) id;
  y.write ();
  expect ("sample", status, y, [&] (Size, Size) { return all[at].second; });
}

void
cases_of_attention (PiscesCudaType t)
{
  turn (t, 3, 8, false);
  turn (t, 9, 72, false);
  turn (t, 2, 10, true);
  turn (t, 3, 8, false, one_axis);
  turn (t, 2, 80, false, rows_and_columns);
  turn (t, 9, 128, false, mrope);
  turn (t, 2, 20, true, four_axes);
  attention (t, 1, 1, 1, 8, 1, 1, 0, true);
  attention (t, 2, 4, 2, 40, 1, 131, 140, true);
  attention (t, 1, 2, 1, 160, 1, 70, 0, false);
  attention (t, 2, 2, 1, 24, 37, 50, 60, true);
  attention (t, 1, 2, 2, 72, 5, 77, 0, false);
  attention (t, 1, 1, 1, 160, 33, 33, 0, false);
  attention (t, 1, 1, 1, 515, 2, 40, 0, true);
  attention (t, 1, 1, 1, 515, 1, 40, 0, true, 7);
  attention (t, 2, 4, 2, 40, 1, 331, 340, true, 140);
  attention (t, 1, 2, 1, 128, 1, 200, 0, true, 199);
  attention (t, 1, 2, 1, 24, 3, 90, 0, true, 50);
  for (int gap : { 1, 8 })
    {
      uneven (t, 4, 2, 40, 1, { 7, 131, 70, 1 }, true, false, 0, gap);
      uneven (t, 2, 1, 24, 3, { 3, 50, 90 }, true, false, 0, gap);
      uneven (t, 2, 2, 64, 70, { 77, 5, 1, 130 }, false, false, 0, gap);
      uneven (t, 1, 1, 160, 5, { 40, 7 }, false, false, 0, gap);
      uneven (t, 2, 2, 80, 1, { 64, 64, 16, 64, 1, 20 }, false, true, 0, gap);
      uneven (t, 2, 1, 24, 1, { 70, 3, 33 }, true, true, 0, gap);
      uneven (t, 1, 1, 512, 1, { 66, 2 }, false, true, 0, gap);
      uneven (t, 3, 3, 64, 40, { 40, 33 }, false, false, 3, gap);
      uneven (t, 4, 2, 40, 33, { 70, 50 }, true, false, 1, gap);
      uneven (t, 2, 2, 136, 1, { 35, 9 }, true, false, 2, gap);
    }
  if (t != PISCES_CUDA_F32)
    {
      attention (t, 1, 1, 1, 8, 2, 1, 0, false, 0, 8);
      attention (t, 1, 2, 2, 40, 64, 64, 0, true, 0, 8);
      attention (t, 2, 3, 3, 64, 70, 77, 0, false, 0, 8);
      attention (t, 1, 1, 1, 64, 65, 210, 0, false, 0, 8);
      attention (t, 2, 2, 1, 64, 70, 75, 80, true, 3, 8);
      attention (t, 1, 2, 2, 72, 5, 77, 0, false, 0, 8);
      attention (t, 1, 1, 1, 96, 17, 64, 0, true, 0, 8);
      attention (t, 2, 4, 2, 128, 66, 150, 160, true, 20, 8);
      attention (t, 1, 1, 1, 128, 130, 60, 0, false, 0, 8);
      attention (t, 1, 2, 1, 160, 33, 131, 0, true, 7, 8);
      attention (t, 1, 1, 1, 264, 1, 40, 0, true, 7, 8);
      attention (t, 1, 1, 1, 512, 66, 70, 0, false, 0, 8);
    }
  for (bool on_device : { false, true })
    {
      appended (t, 1, 4, 2, 128, { 1023 }, on_device);
      appended (t, 5, 3, 1, 8, { 0 }, on_device);
      appended (t, 2, 2, 2, 10, { 77 }, on_device);
      appended (t, 1, 4, 2, 128, { 1023 }, on_device, mrope);
      appended (t, 5, 3, 1, 80, { 9 }, on_device, rows_and_columns);
    }
  appended (t, 1, 4, 2, 40, { 50, 3, 0, 17 }, true);
  appended (t, 3, 2, 1, 128, { 9, 60 }, true, mrope);
  appended (t, 2, 2, 1, 24, { 5, 5, 5 }, false);
}

void
cases_of_tokens ()
{
  for (int i = 0; i < 5; i++)
    {
      token (1, 1, 1, 0.2 * i);
      token (1500, 0, 1, 0.5);
      token (3001, 1, 1, 0.07 + 0.2 * i);
      token (1024, 2, 1, 0.07 + 0.2 * i);
      token (2049, 1.5f, 0.8, 0.07 + 0.2 * i);
      token (700, 3, 0.5, 0.07 + 0.2 * i);
    }
}
