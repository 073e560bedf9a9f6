/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every launcher of kernels.h, run by the emulated device, is compared with
 * plain loops in double: odd sizes, all element types, rows with gaps between
 * them, in place.  Outputs are filled with NaN first, and what is between the
 * rows must not change.  Everything is done once for each order of the
 * threads, and every order must give the same bits.
 *
 * Longer than 500 lines, as it has the plain loop of every operation beside
 * the call of its kernel.
 */

#include <algorithm>
#include <functional>

#include "cuda-emulation.h"
#include "engine/backend/quantise.h"
#include "kernels/attention-choice.h"
#include "kernels/sampling.h"
#include "tests/cuda-ops/arrays.hpp"

static const PiscesCudaType types[]  = { PISCES_CUDA_F32, PISCES_CUDA_F16,
                                         PISCES_CUDA_BF16 };
static const char * const   names[]  = { "f32", "f16", "bf16" };
static const double         limits[] = { 1e-5, 2e-3, 1e-2 };

static const char * const orders[] = { "forward", "reversed", "shuffled", "shuffled otherwise" };

static double   worst[3];
static int      n_cases, n_failures, n_different;
static unsigned order;

/* Digests of the outputs of each case in the first order.  */
static std::vector<unsigned long long> digests;

/* FNV-1a over the bits.  */
static unsigned long long
digest_of (const Floats &values)
{
  unsigned long long digest = 14695981039346656037ull;

  for (const float &value : values)
    {
      unsigned bits;

      memcpy (&bits, &value, sizeof bits);
      digest = (digest ^ bits) * 1099511628211ull;
    }
  return digest;
}

/* Numbers that kernels read from the device.  */
struct Numbers
{
  long long *data;

  Numbers (const std::vector<long long> &values)
  {
    check (cudaMalloc ((void **) &data, values.size () * sizeof values[0]));
    check (cudaMemcpy (data, values.data (), values.size () * sizeof values[0], cudaMemcpyHostToDevice));
  }

  ~Numbers ()
  {
    cudaFree (data);
  }
};

static const double smallest = 1e-3;

/* Compares the values on the device with the expected ones, and in later
 * orders with those of the first.  The error is relative to the largest value,
 * or to scale, because the terms of a sum may cancel.  */
static void
expect (const char *op, cudaError_t status, Array &y,
        const std::function<double (Size, Size)> &value, double limit = 0.0,
        const double &scale = smallest)
{
  const Floats got     = y.read ();
  double       largest = 0.0;
  double       error   = 0.0;

  check (status);
  if (order == 0)
    digests.push_back (digest_of (got));
  else if (digests[n_cases] != digest_of (got))
    {
      n_different++;
      printf ("not ok - %s %s [%lld, %lld]: threads in order (%s) give other bits\n", op,
              names[y.type], y.n_rows, y.width, orders[order]);
    }
  n_cases++;
  if (order > 0)
    return;

  for (Size r = 0; r < y.n_rows; r++)
    for (Size c = 0; c < y.stride; c++)
      {
        const float out = got[r * y.stride + c];

        if (c >= y.width)
          {
            if (! isnan (out))
              error = INFINITY;
            continue;
          }
        const double should = value (r, c);

        largest = fmax (largest, fabs (should));
        error   = isnan (out) ? INFINITY : fmax (error, fabs (out - should));
      }
  error /= fmax (largest, fmax (scale, smallest));
  if (limit == 0.0)
    limit = limits[y.type];
  /* The limit depends on the narrowest type in the op.  */
  for (int t = 0; t < 3; t++)
    if (limits[t] == limit)
      worst[t] = fmax (worst[t], error);
  if (! (error <= limit))
    {
      n_failures++;
      printf ("not ok - %s %s [%lld, %lld]: error %g, limit %g\n", op,
              names[y.type], y.n_rows, y.width, error, limit);
    }
}

static double
act (double x, PiscesCudaActivation activation)
{
  switch (activation)
    {
    case PISCES_CUDA_SILU:
      return x / (1 + exp (-x));
    case PISCES_CUDA_GELU:
      return 0.5 * x * (1 + erf (x / sqrt (2.0)));
    case PISCES_CUDA_GELU_TANH:
      return 0.5 * x * (1 + tanh (sqrt (2 / M_PI) * (x + 0.044715 * x * x * x)));
    case PISCES_CUDA_GELU_QUICK:
      return x / (1 + exp (-1.702 * x));
    default:
      return x;
    }
}

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
                [&] (Size r, Size c) { return (x.at (r, c) - mean[r]) / sqrt (variance[r] + 1e-2) * weight.at (0, c) + bias.at (0, c); });
      }
  /* In place.  */
  Array same (t, n, w, gap);
  const Floats before = same.values;
  expect ("combine in place", pisces_cuda_combine (0, same.rows (), 2.0f, same.rows (), 1.0f, z.rows ()), same,
          [&] (Size r, Size c) { return 2.0 * before[r * w + c] + z.at (r, c); });
}

/* Some columns of an array, as a separate tensor.  */
static PiscesCudaRows
columns (const Array &array, int first, int n)
{
  return { (char *) array.data + first * (array.type == PISCES_CUDA_F32 ? 4 : 2), array.stride, array.n_rows, n, array.type };
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
                [&] (Size r, Size c) { return x.at (r, c) * (1.0 + all.at (r / per_part, w + c)) + all.at (r / per_part, c); });
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

        expect ("rms_norm_heads", pisces_cuda_rms_norm_heads (0, y.rows (), columns (x, d, w), dw, d, 1e-2f), y, normed);
      }
  expect ("rms_norm_heads in place", pisces_cuda_rms_norm_heads (0, columns (x, d, w), columns (x, d, w), dw, d, 1e-2f), x,
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
            return act ((x.at (r, c) - mean[g]) / sqrt (variance[g] + 1e-2) * weight.at (0, c) + bias.at (0, c), PISCES_CUDA_SILU);
          });
}

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

static void
images (PiscesCudaType t, PiscesCudaType u, int n, int h, int w, int c, int r)
{
  Array x (t, n * h * r * w * r, c, 2), deep (t, n * h * w, r * r * c, 1, true),
        up (u, 4 * n * h * r * w * r, c, 1, true), pool (t, n * h * w, c, 1, true);
  const PiscesCudaImage ix = x.image (n, h * r, w * r);
  const PiscesCudaImage id = deep.image (n, h, w);
  auto pixel = [&] (Size b, Size yy, Size xx, Size k) { return x.at ((b * h * r + yy) * w * r + xx, k); };

  expect ("upsample", pisces_cuda_upsample (0, up.image (n, 2 * h * r, 2 * w * r), ix), up, [&] (Size row, Size k) {
    const Size xx = row % (2 * w * r), line = row / (2 * w * r);
    return pixel (line / (2 * h * r), line % (2 * h * r) / 2, xx / 2, k); });
  expect ("average_pool", pisces_cuda_average_pool (0, pool.image (n, h, w), ix, r), pool, [&] (Size row, Size k) {
    double sum = 0;
    for (int i = 0; i < r * r; i++)
      sum += pixel (row / w / h, row / w % h * r + i / r, row % w * r + i % r, k);
    return sum / (r * r); });
  auto folded = [&] (Size row, Size k) {
    const Size i = k / c;
    return pixel (row / w / h, row / w % h * r + i / r, row % w * r + i % r, k % c); };
  expect ("fold", pisces_cuda_fold (0, ix, id, r, 0), deep, folded);
  Array back (t, x.n_rows, c, 1, true);
  expect ("unfold", pisces_cuda_fold (0, back.image (n, h * r, w * r), id, r, 1), back,
          [&] (Size row, Size k) { return x.at (row, k); });
}

/* Rows and columns that are left over at the lower and right edges are
 * ignored, in each picture.  */
static void
pool_with_rest (PiscesCudaType t, int n, int h, int w, int c, int r)
{
  const Size height = h * r + r - 1, width = w * r + 1;
  Array x (t, n * height * width, c, 2), pool (t, n * h * w, c, 1, true);

  expect ("average_pool", pisces_cuda_average_pool (0, pool.image (n, h, w), x.image (n, (int) height, (int) width), r), pool,
          [&] (Size row, Size k) {
    const Size first = (row / w / h * height + row / w % h * r) * width + row % w * r;
    double sum = 0;
    for (int i = 0; i < r * r; i++)
      sum += x.at (first + i / r * width + i % r, k);
    return sum / (r * r); });
}

static void
product (PiscesCudaType o, PiscesCudaType t, PiscesCudaType u, Size n, Size n_in, Size n_out, bool accumulate)
{
  Array x (t, n, n_in, n_in % 8 ? 1 : 8), w (u, n_out, n_in), b (PISCES_CUDA_F32, 1, n_out), y (o, n, n_out, 3);
  const PiscesCudaActivation f = accumulate ? PISCES_CUDA_NO_ACTIVATION : PISCES_CUDA_GELU;
  const PiscesCudaProduct how = {
    .y = y.rows (), .x = x.rows (), .weight = w.matrix (),
    .epilogue = { .bias = (float *) b.data, .activation = f, .accumulate = accumulate } };
  /* float32 that is multiplied with 16 bits is rounded to these.  */
  const double limit = fmax (limits[o], fmax (limits[t], limits[u]));
  const Floats before = y.values;
  double term = 0.0;
  auto value = [&] (Size r, Size c) {
    double sum = b.at (0, c);
    for (Size k = 0; k < n_in; k++)
      {
        sum += (double) x.at (r, k) * w.at (c, k);
        term = fmax (term, fabs ((double) x.at (r, k) * w.at (c, k)));
      }
    return accumulate ? before[r * n_out + c] + sum : act (sum, f); };

  expect ("matmul", pisces_cuda_matmul (0, &how), y, value, limit, term);
  if (n <= PISCES_CUDA_GEMV_ROWS)
    {
      y.write ();
      expect ("gemv", pisces_cuda_gemv (0, &how), y, value);
    }
}

/* What products of few rows also do: the norm of x before, a gate after. bits:
 * W is quantised to this many bits, and the expected values use the quantised
 * ones.  */
static void
fused (PiscesCudaType o, PiscesCudaType t, PiscesCudaType u, int bits, Size n, Size n_in, Size n_out,
       bool has_norm, PiscesCudaGate gate)
{
  const Size n_sums = gate ? 2 * n_out : n_out;
  Array x (t, n, n_in, 4), w (u, n_sums, n_in), b (PISCES_CUDA_F32, 1, n_sums), g (PISCES_CUDA_F32, 1, n_in),
        y (o, n, n_out, 3, true), plain (PISCES_CUDA_F32, n_sums, n_in);
  PiscesCudaProduct how = {
    .y = y.rows (), .x = x.rows (), .weight = w.matrix (),
    .norm = { .weight = has_norm ? (float *) g.data : nullptr, .epsilon = 1e-2f },
    .epilogue = { .bias = (float *) b.data, .activation = PISCES_CUDA_SILU, .gate = gate } };
  const Size n_bytes = n_sums * n_in * bits / 8;
  std::vector<unsigned char> quants (n_bytes);
  std::vector<__half> scales (n_sums * n_in / 32);
  void *on_device = nullptr, *scales_on_device = nullptr;
  Floats inputs (n * n_in);

  for (Size r = 0; r < n; r++)
    {
      double square = 0;
      for (Size k = 0; k < n_in; k++)
        square += (double) x.at (r, k) * x.at (r, k) / n_in;
      for (Size k = 0; k < n_in; k++)
        inputs[r * n_in + k] = x.at (r, k) * (has_norm ? g.at (0, k) / sqrt (square + 1e-2) : 1.0);
    }
  auto sum_of = [&] (Size r, Size out) {
    double sum = b.at (0, out);
    for (Size k = 0; k < n_in; k++)
      sum += (double) inputs[r * n_in + k] * (bits ? plain : w).at (out, k);
    return sum; };
  auto value = [&] (Size r, Size c) {
    if (! gate)
      return act (sum_of (r, c), PISCES_CUDA_SILU);
    const double first = sum_of (r, c), second = sum_of (r, n_out + c);
    return gate == PISCES_CUDA_GATE_FIRST ? act (first, PISCES_CUDA_SILU) * second
                                          : act (second, PISCES_CUDA_SILU) * first; };

  if (! bits)
    {
      if (! has_norm)
        {
          expect ("matmul fused", pisces_cuda_matmul (0, &how), y, value);
          y.values.assign (y.values.size (), NAN);
          y.write ();
        }
      if (n > PISCES_CUDA_GEMV_ROWS)
        return;
      expect ("gemv fused", pisces_cuda_gemv (0, &how), y, value);
      return;
    }

  pisces_quantise_row (bits, quants.data (), scales.data (), w.values.data (), n_sums * n_in);
  check (cudaMalloc (&on_device, n_bytes));
  check (cudaMalloc (&scales_on_device, n_sums * n_in / 16));
  check (cudaMemcpy (on_device, quants.data (), n_bytes, cudaMemcpyHostToDevice));
  check (cudaMemcpy (scales_on_device, scales.data (), n_sums * n_in / 16, cudaMemcpyHostToDevice));
  how.weight = { .data = on_device, .type = u, .n_bits = bits, .scales = scales_on_device };
  check (pisces_cuda_dequantise (0, plain.rows (), how.weight));
  plain.values = plain.read ();
  expect ("gemv_quantised fused", pisces_cuda_gemv_quantised (0, &how), y, value);
  cudaFree (on_device);
  cudaFree (scales_on_device);
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

/* Compares with the values that the quants represent.  These must be near the
 * original ones: within half a step of 8 bits, or one step of 4 bits, where
 * the extreme value on one side is cut.  */
static void
quantised (PiscesCudaType o, PiscesCudaType t, int n_bits, Size n, Size n_in, Size n_out, int gap, bool accumulate)
{
  Array x (t, n, n_in, gap), b (PISCES_CUDA_F32, 1, n_out), y (o, n, n_out, 3), plain (t, n_out, n_in, 0, true);
  const PiscesCudaActivation f = accumulate ? PISCES_CUDA_NO_ACTIVATION : PISCES_CUDA_SILU;
  const Floats before = y.values;
  const Size n_values = n_out * n_in, n_bytes = n_values * n_bits / 8;
  Floats w (n_values), stands_for (n_values);
  std::vector<unsigned char> quants (n_bytes);
  std::vector<__half> scales (n_values / 32);
  void *on_device, *scales_on_device;
  double worst_step = 0.0;

  for (float &value : w)
    value = noise ();
  pisces_quantise_row (n_bits, quants.data (), scales.data (), w.data (), n_values);
  for (Size i = 0; i < n_values; i++)
    {
      const unsigned char byte = quants[n_bits == 8 ? i : i / 32 * 16 + i % 16];
      const float scale = __half2float (scales[i / 32]);

      stands_for[i] = scale * (n_bits == 8 ? (signed char) byte : (i % 32 < 16 ? byte & 15 : byte >> 4) - 8);
      worst_step = fmax (worst_step, fabs (stands_for[i] - w[i]) / fabs (scale));
    }
  if (! (worst_step <= (n_bits == 8 ? 0.6 : 1.02)))
    {
      n_failures++;
      printf ("not ok - %d bits are %g steps off\n", n_bits, worst_step);
    }

  check (cudaMalloc (&on_device, n_bytes));
  check (cudaMalloc (&scales_on_device, n_values / 16));
  check (cudaMemcpy (on_device, quants.data (), n_bytes, cudaMemcpyHostToDevice));
  check (cudaMemcpy (scales_on_device, scales.data (), n_values / 16, cudaMemcpyHostToDevice));
  const PiscesCudaProduct how = {
    .y = y.rows (), .x = x.rows (),
    .weight = { .data = on_device, .type = t, .n_bits = n_bits, .scales = scales_on_device },
    .epilogue = { .bias = (float *) b.data, .activation = f, .accumulate = accumulate } };
  expect ("gemv_quantised", pisces_cuda_gemv_quantised (0, &how), y, [&] (Size r, Size c) {
    double sum = b.at (0, c);
    for (Size k = 0; k < n_in; k++)
      sum += (double) x.at (r, k) * stands_for[c * n_in + k];
    return accumulate ? before[r * n_out + c] + sum : act (sum, f); }, limits[o]);
  expect ("dequantise", pisces_cuda_dequantise (0, plain.rows (), how.weight), plain,
          [&] (Size r, Size c) { return stands_for[r * n_in + c]; });
  cudaFree (on_device);
  cudaFree (scales_on_device);
}

/* Many rows, with the quants and with the elements that they represent, which
 * must give the same bits.  */
static void
quantised_tiles (PiscesCudaType o, PiscesCudaType t, PiscesCudaType u, int n_bits, Size n, Size n_in, Size n_out, int gap,
                 PiscesCudaGate gate, bool accumulate)
{
  const Size n_sums = gate ? 2 * n_out : n_out, n_values = n_sums * n_in, n_bytes = n_values * n_bits / 8;
  Array x (t, n, n_in, gap), b (PISCES_CUDA_F32, 1, n_sums), y (o, n, n_out, 3), elements (u, n_sums, n_in);
  const PiscesCudaActivation f = accumulate ? PISCES_CUDA_NO_ACTIVATION : PISCES_CUDA_SILU;
  const double limit = fmax (limits[o], fmax (limits[t], limits[u]));
  const Floats before = y.values;
  std::vector<unsigned char> quants (n_bytes);
  std::vector<__half> scales (n_values / 32);
  void *on_device, *scales_on_device;
  double term = 0.0;

  pisces_quantise_row (n_bits, quants.data (), scales.data (), elements.values.data (), n_values);
  check (cudaMalloc (&on_device, n_bytes));
  check (cudaMalloc (&scales_on_device, n_values / 16));
  check (cudaMemcpy (on_device, quants.data (), n_bytes, cudaMemcpyHostToDevice));
  check (cudaMemcpy (scales_on_device, scales.data (), n_values / 16, cudaMemcpyHostToDevice));
  PiscesCudaProduct how = {
    .y = y.rows (), .x = x.rows (),
    .weight = { .data = on_device, .type = u, .n_bits = n_bits, .scales = scales_on_device },
    .epilogue = { .bias = (float *) b.data, .activation = f, .accumulate = accumulate, .gate = gate } };
  check (pisces_cuda_dequantise (0, elements.rows (), how.weight));
  elements.values = elements.read ();

  auto sum_of = [&] (Size r, Size out) {
    double sum = b.at (0, out);
    for (Size k = 0; k < n_in; k++)
      {
        sum += (double) x.at (r, k) * elements.at (out, k);
        term = fmax (term, fabs ((double) x.at (r, k) * elements.at (out, k)));
      }
    return sum; };
  auto value = [&] (Size r, Size c) {
    if (! gate)
      return accumulate ? before[r * n_out + c] + sum_of (r, c) : act (sum_of (r, c), f);
    const double first = sum_of (r, c), second = sum_of (r, n_out + c);
    return gate == PISCES_CUDA_GATE_FIRST ? act (first, f) * second : act (second, f) * first; };

  expect ("matmul_quantised", pisces_cuda_matmul_quantised (0, &how), y, value, limit, term);
  const Floats once = y.read ();
  y.write ();
  how.weight = elements.matrix ();
  check (pisces_cuda_matmul (0, &how));
  if (digest_of (once) != digest_of (y.read ()))
    {
      n_different++;
      printf ("not ok - matmul_quantised %s [%lld, %lld]: elements give other bits\n", names[o], n, n_out);
    }
  cudaFree (on_device);
  cudaFree (scales_on_device);
}

static void
convolution (PiscesCudaType o, PiscesCudaType t, PiscesCudaType u, int n, int h, int w, int n_in, int n_out, int kh, int kw,
             int stride, int top, int left, int bottom, int right, bool accumulate)
{
  const int oh = (h + top + bottom - kh) / stride + 1, ow = (w + left + right - kw) / stride + 1;
  Array x (t, n * h * w, n_in, n_in % 8 ? 1 : 8), k (u, n_out, kh * kw * n_in), b (PISCES_CUDA_F32, 1, n_out), y (o, n * oh * ow, n_out, 2);
  const PiscesCudaActivation f = accumulate ? PISCES_CUDA_NO_ACTIVATION : PISCES_CUDA_SILU;
  const Floats before = y.values;

  const PiscesCudaConv2d how = {
    .y = y.image (n, oh, ow), .x = x.image (n, h, w), .weight = k.matrix (), .kernel_height = kh, .kernel_width = kw,
    .stride = stride, .pad_top = top, .pad_left = left,
    .epilogue = { .bias = (float *) b.data, .activation = f, .accumulate = accumulate } };
  expect ("conv2d", pisces_cuda_conv2d (0, &how), y, [&] (Size r, Size c) {
    double sum = b.at (0, c);
    for (int dy = 0; dy < kh; dy++)
      for (int dx = 0; dx < kw; dx++)
        {
          const int yy = r / ow % oh * stride - top + dy, xx = r % ow * stride - left + dx;
          if (yy < 0 || yy >= h || xx < 0 || xx >= w)
            continue;
          for (int i = 0; i < n_in; i++)
            sum += (double) x.at ((r / ow / oh * h + yy) * w + xx, i) * k.at (c, (dy * kw + dx) * n_in + i);
        }
    return accumulate ? before[r * n_out + c] + sum : act (sum, f); }, fmax (limits[t], limits[u]));
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
      printf ("not ok - attention %s [%lld of %lld keys]: a position on the device gives other bits\n", names[t], first + n_q,
              n_k);
    }
}

/* Sequences of different lengths, with and without a bias: in one cache, each
 * with the same number of queries, or as the windows of a picture.  */
static void
uneven (PiscesCudaType t, int n_heads, int n_kv, int d, Size n_q, const std::vector<Size> &lengths, bool causal, bool windows,
        int n_biases, int gap = 1)
{
  const Size n = (Size) lengths.size (), most = *std::max_element (lengths.begin (), lengths.end ());
  std::vector<long long> numbers;
  std::vector<Part> parts;
  Size rows = 0;

  for (Size i = 0; i < n; i++)
    {
      parts.push_back (windows ? Part { rows, lengths[i], rows, lengths[i] } : Part { i * n_q, n_q, i * (most + 3), lengths[i] });
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

static void
run_table ()
{
  /* y, x, the weight */
  static const PiscesCudaType triples[][3] = {
    { PISCES_CUDA_F32, PISCES_CUDA_F32, PISCES_CUDA_F32 }, { PISCES_CUDA_F32, PISCES_CUDA_F32, PISCES_CUDA_F16 },
    { PISCES_CUDA_F32, PISCES_CUDA_F32, PISCES_CUDA_BF16 }, { PISCES_CUDA_F32, PISCES_CUDA_F16, PISCES_CUDA_F16 },
    { PISCES_CUDA_F32, PISCES_CUDA_BF16, PISCES_CUDA_BF16 }, { PISCES_CUDA_F16, PISCES_CUDA_F16, PISCES_CUDA_F16 },
    { PISCES_CUDA_BF16, PISCES_CUDA_BF16, PISCES_CUDA_BF16 } };
  /* The last pair of each axis, plus one.  */
  static const int one_axis[]         = { 4, 4, 4 };
  static const int rows_and_columns[] = { 20, 40, 40 };
  static const int mrope[]            = { 16, 40, 64 };
  static const int four_axes[]        = { 3, 4, 8 };

  for (PiscesCudaType t : types)
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
      turn (t, 3, 8, false);
      turn (t, 9, 72, false);
      turn (t, 2, 10, true);
      turn (t, 3, 8, false, one_axis);
      turn (t, 2, 80, false, rows_and_columns);
      turn (t, 9, 128, false, mrope);
      turn (t, 2, 20, true, four_axes);
      images (t, t, 2, 3, 2, 5, 2);
      pool_with_rest (t, 2, 3, 2, 5, 2);
      images (PISCES_CUDA_F32, t, 1, 1, 2, 33, 3);
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
      for (PiscesCudaType o : types)
        if (o == t || o == PISCES_CUDA_F32)
          {
            fused (o, PISCES_CUDA_F32, t, 0, 1, 264, 19, true, PISCES_CUDA_NO_GATE);
            fused (o, PISCES_CUDA_F32, t, 0, 3, 130, 9, true, PISCES_CUDA_GATE_FIRST);
            fused (o, t, t, 0, 2, 72, 17, false, PISCES_CUDA_GATE_LAST);
            fused (o, t, t, 0, 131, 72, 69, false, PISCES_CUDA_GATE_LAST);
            fused (o, t, t, 0, 5, 35, 16, false, PISCES_CUDA_GATE_FIRST);
            for (int bits = 4; bits <= 8; bits += 4)
              {
                fused (o, PISCES_CUDA_F32, PISCES_CUDA_F32, bits, 1, 288, 9, true, PISCES_CUDA_NO_GATE);
                fused (o, PISCES_CUDA_F32, PISCES_CUDA_F32, bits, 4, 64, 17, true, PISCES_CUDA_GATE_FIRST);
                fused (o, t, PISCES_CUDA_F32, bits, 2, 96, 5, false, PISCES_CUDA_GATE_LAST);
              }
          }
    }
  for (int i = 0; i < 5; i++)
    {
      token (1, 1, 1, 0.2 * i);
      token (1500, 0, 1, 0.5);
      token (3001, 1, 1, 0.07 + 0.2 * i);
      token (1024, 2, 1, 0.07 + 0.2 * i);
      token (2049, 1.5f, 0.8, 0.07 + 0.2 * i);
      token (700, 3, 0.5, 0.07 + 0.2 * i);
    }
  for (auto &p : triples)
    {
      product (p[0], p[1], p[2], 1, 1, 1, false);
      product (p[0], p[1], p[2], 1, 264, 19, true);
      product (p[0], p[1], p[2], 3, 130, 66, false);
      product (p[0], p[1], p[2], 4, 64, 9, false);
      product (p[0], p[1], p[2], 67, 35, 70, true);
      product (p[0], p[1], p[2], 64, 64, 64, false);
      product (p[0], p[1], p[2], 130, 136, 131, true);
      if (p[0] == PISCES_CUDA_F32 || p[0] == p[1])
        for (int n_bits = 4; n_bits <= 8; n_bits += 4)
          {
            quantised (p[0], p[1], n_bits, 1, 32, 1, 0, false);
            quantised (p[0], p[1], n_bits, 1, 1312, 19, 0, true);
            quantised (p[0], p[1], n_bits, 3, 288, 9, 5, false);
          }
      if (p[2] != PISCES_CUDA_F32)
        for (int n_bits = 4; n_bits <= 8; n_bits += 4)
          {
            quantised_tiles (p[0], p[1], p[2], n_bits, 5, 32, 1, 0, PISCES_CUDA_NO_GATE, false);
            quantised_tiles (p[0], p[1], p[2], n_bits, 67, 96, 131, 8, PISCES_CUDA_NO_GATE, true);
            quantised_tiles (p[0], p[1], p[2], n_bits, 131, 64, 69, 5, PISCES_CUDA_GATE_LAST, false);
            quantised_tiles (p[0], p[1], p[2], n_bits, 9, 160, 70, 0, PISCES_CUDA_GATE_FIRST, false);
          }
      convolution (p[0], p[1], p[2], 2, 5, 7, 3, 5, 3, 3, 1, 1, 1, 1, 1, false);
      convolution (p[0], p[1], p[2], 1, 9, 8, 33, 65, 3, 3, 2, 0, 0, 1, 1, true);
      convolution (p[0], p[1], p[2], 1, 8, 12, 3, 10, 4, 4, 4, 0, 0, 0, 0, false);
      convolution (p[0], p[1], p[2], 3, 3, 3, 8, 4, 1, 1, 1, 0, 0, 0, 0, false);
      convolution (p[0], p[1], p[2], 1, 4, 5, 2, 3, 2, 3, 1, 1, 2, 0, 1, false);
      convolution (p[0], p[1], p[2], 1, 12, 12, 16, 20, 3, 3, 1, 1, 1, 1, 1, true);
      convolution (p[0], p[1], p[2], 1, 6, 5, 40, 12, 3, 3, 1, 1, 1, 1, 1, false);
    }
}

int
main (int argc, char **argv)
{
  const unsigned n_orders = argc > 1 ? (unsigned) atoi (argv[1]) : 4;

  for (order = 0; order < n_orders; order++)
    {
      seed    = 1;
      n_cases = 0;
      cuda_emulation_set_order (order);
      run_table ();
    }
  if (cuda_emulation_n_live ())
    {
      n_failures++;
      printf ("not ok - %ld allocations were not freed\n", cuda_emulation_n_live ());
    }

  printf ("cuda: %d op cases in %u order(s) of threads: %d wrong, %d not the same bits; "
          "worst error f32 %.2g, f16 %.2g, bf16 %.2g\n",
          n_cases, n_orders, n_failures, n_different, worst[0], worst[1], worst[2]);
  return n_failures || n_different;
}
