/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * If results are beyond the range of float16, every kernel that writes it
 * stores its largest number with the right sign; NaN remains NaN.  An infinity
 * would become NaN after the next norm, and the picture black.
 */

#include <functional>

#include "cuda-emulation.h"
#include "engine/backend/quantise.h"
#include "tests/cuda-ops/arrays.hpp"

#define F32 PISCES_CUDA_F32
#define F16 PISCES_CUDA_F16

static const float largest = 65504.0f;

/* SDXL's autoencoder reaches 3e5; 65520 is the first number that would become
 * infinite.  */
static const float beyond[] =
{
  3e5f, -3e5f, 65520.0f, -65520.0f, 65519.0f, 65504.0f, -65504.0f, 1e30f, -1e30f,
  INFINITY, -INFINITY, NAN, 0.0f, -1.0f, 1234.0f, 6e-5f
};
static const int n_beyond = sizeof beyond / sizeof beyond[0];

static int n_cases, n_failures;

static void
fill (Array &array, const std::function<float (Size, Size)> &value)
{
  for (Size r = 0; r < array.n_rows; r++)
    for (Size c = 0; c < array.width; c++)
      array.values[r * array.width + c] = value (r, c);
  array.write ();
}

static float
from_list (Size, Size c)
{
  return beyond[c % n_beyond];
}

static float
clamped (double x)
{
  return isnan (x) ? (float) x : x > largest ? largest : x < -largest ? -largest : (float) x;
}

/* n_cut: at least this many results must be beyond the range, or the case
 * would test nothing.  */
static void
expect (const char *op, cudaError_t status, Array &y, const std::function<double (Size, Size)> &value, int n_cut = 1)
{
  const Floats got   = y.read ();
  bool         right = status == cudaSuccess && y.type == F16;
  int          n     = 0;

  for (Size r = 0; r < y.n_rows; r++)
    for (Size c = 0; c < y.width; c++)
      {
        const double should = value (r, c);
        const float  is     = got[r * y.stride + c];

        n += fabs (should) > largest;
        if (isnan (should) ? ! isnan (is)
                           : ! (fabs (is - clamped (should)) <= 1e-3 * fmax (fabs (clamped (should)), 1e-3)))
          {
            printf ("# %s: [%lld, %lld] is %g, and %g was to be stored\n", op, r, c, is, should);
            right = false;
          }
      }
  right = right && n >= n_cut;
  n_failures += ! right;
  printf ("%sok %d - %s [%lld, %lld], %d beyond\n", right ? "" : "not ", ++n_cases, op, y.n_rows, y.width, n);
}

static void
moved ()
{
  Array x (F32, 3, n_beyond), y (F16, 3, n_beyond, 1, true);
  Array same (F16, 2, n_beyond), up (F16, 4 * 3, n_beyond, 0, true);
  Array ids (F32, 1, 3), from (F16, 3, n_beyond, 0, true), back (F16, 3, n_beyond, 0, true);
  const int numbers[] = { 2, 0, 1 };

  fill (x, from_list);
  expect ("copy", pisces_cuda_copy (0, y.rows (), x.rows ()), y, from_list);
  expect ("upsample", pisces_cuda_upsample (0, up.image (1, 2, 6), x.image (1, 1, 3)), up, from_list);
  check (cudaMemcpy (ids.data, numbers, sizeof numbers, cudaMemcpyHostToDevice));
  expect ("gather", pisces_cuda_gather (0, from.rows (), x.rows (), (const int *) ids.data), from,
          from_list);
}

static void
added ()
{
  Array x (F16, 3, 8), z (F16, 3, 8), y (F16, 3, 8, 0, true), v (F32, 1, 8);

  fill (x, [] (Size r, Size c) { return r == 1 && c == 3 ? NAN : c % 2 ? 60000.0f : -60000.0f; });
  fill (z, [] (Size, Size c) { return c % 2 ? 40000.0f : c == 0 ? 1.0f : -40000.0f; });
  fill (v, [] (Size, Size c) { return c == 5 ? -1e6f : 1e6f; });
  auto sum = [&] (Size r, Size c) { return (double) x.at (r, c) + z.at (r, c); };

  expect ("combine", pisces_cuda_combine (0, y.rows (), 1.5f, x.rows (), -1.0f, z.rows ()), y,
          [&] (Size r, Size c) { return 1.5 * x.at (r, c) - z.at (r, c); });
  expect ("add_broadcast", pisces_cuda_add_broadcast (0, y.rows (), x.rows (), z.rows (), 1), y, sum);
  expect ("add_weight", pisces_cuda_add_weight (0, y.rows (), x.rows (), (float *) v.data, 1,
          PISCES_CUDA_NO_ACTIVATION), y, [&] (Size r, Size c) { return (double) x.at (r, c) + v.at (0, c); });
  expect ("modulate", pisces_cuda_modulate (0, y.rows (), x.rows (), v.rows (), v.rows ()), y,
          [&] (Size r, Size c) { return x.at (r, c) * (1.0 + v.at (0, c)) + v.at (0, c); });
  expect ("add_gated", pisces_cuda_add_gated (0, y.rows (), x.rows (), v.rows (), z.rows ()), y,
          [&] (Size r, Size c) { return x.at (r, c) + (double) v.at (0, c) * z.at (r, c); });
  expect ("glu", pisces_cuda_glu (0, y.rows (), x.rows (), z.rows (), PISCES_CUDA_NO_ACTIVATION), y,
          [&] (Size r, Size c) { return (double) x.at (r, c) * z.at (r, c); });
}

static void
normed ()
{
  Array x (F32, 4, 64), weight (F32, 1, 64), bias (F32, 1, 64), y (F16, 4, 64, 0, true), scratch (F32, 1, 1 << 16);
  double rms[4], mean[4], variance[4];

  fill (weight, [] (Size, Size c) { return c % 3 ? 1.0f : 1e5f; });
  fill (bias, [] (Size, Size c) { return c == 7 ? -2e5f : 0.0f; });
  for (Size r = 0; r < 4; r++)
    {
      rms[r] = mean[r] = variance[r] = 0;
      for (Size c = 0; c < 64; c++)
        {
          rms[r]  += (double) x.at (r, c) * x.at (r, c) / 64;
          mean[r] += x.at (r, c) / 64.0;
        }
      for (Size c = 0; c < 64; c++)
        variance[r] += pow (x.at (r, c) - mean[r], 2) / 64;
    }
  expect ("rms_norm", pisces_cuda_rms_norm (0, y.rows (), x.rows (), (float *) weight.data, 1e-5f), y,
          [&] (Size r, Size c) { return x.at (r, c) / sqrt (rms[r] + 1e-5) * weight.at (0, c); });
  expect ("rms_norm_heads", pisces_cuda_rms_norm_heads (0, y.rows (), x.rows (), (float *) weight.data, 64, 1e-5f), y,
          [&] (Size r, Size c) { return x.at (r, c) / sqrt (rms[r] + 1e-5) * weight.at (0, c); });
  auto shifted = [&] (Size r, Size c) {
    return (x.at (r, c) - mean[r]) / sqrt (variance[r] + 1e-5) * weight.at (0, c) + bias.at (0, c); };
  expect ("layer_norm", pisces_cuda_layer_norm (0, y.rows (), x.rows (), (float *) weight.data,
                                             (float *) bias.data, 1e-5f),
          y, shifted);
  /* Each row is an image of one pixel, in one group.  */
  const PiscesCudaGroupNorm how = {
    .y = y.rows (), .x = x.rows (), .weight = (float *) weight.data, .bias = (float *) bias.data,
    .n_batch = 4, .n_groups = 1,
    .epsilon = 1e-5f, .activation = PISCES_CUDA_NO_ACTIVATION, .scratch = (float *) scratch.data };
  expect ("group_norm", pisces_cuda_group_norm (0, &how), y, shifted);
}

static void
turned ()
{
  const float turn = 0.6f;                 /* radians from one row to the next */
  Array x (F16, 2, 8), f (F32, 1, 4), qkv (F16, 2, 24), cache (F16, 2, 16, 0, true);

  for (float &value : f.values)
    value = turn;
  f.write ();
  fill (x, [] (Size, Size) { return 60000.0f; });
  fill (qkv, [] (Size, Size) { return -60000.0f; });
  auto angle = [&] (Size r) { return (double) turn * r; };
  auto value = [&] (double v, Size r, Size c) {
    return c % 8 < 4 ? v * (cos (angle (r)) - sin (angle (r))) : v * (cos (angle (r)) + sin (angle (r))); };

  const PiscesCudaRope how = { (float *) f.data, 8, 0, { 4, 4, 4 }, nullptr, 0, 0 };
  expect ("rope", pisces_cuda_rope (0, x.rows (), &how), x,
          [&] (Size r, Size c) { return value (60000.0, r, c); });
  const PiscesCudaAppend all = { cache.rows (), qkv.rows (), 1, 1, how, 2, 2, nullptr };
  const cudaError_t status = pisces_cuda_rope_append (0, &all);
  expect ("rope_append", status, cache, [&] (Size r, Size c) { return c < 8 ? value (-60000.0, r, c) : -60000.0; });
}

/* Sums of 64 products of 100 by 100, of either sign, into float16.  */
static void
multiplied (Size n)
{
  Array x (F16, n, 64), w (F16, 40, 64), y (F16, n, 40), b (F32, 1, 40);
  const PiscesCudaProduct plain = {
    .y = y.rows (), .x = x.rows (), .weight = w.matrix (), .epilogue = { .bias = (float *) b.data } };
  PiscesCudaProduct added = plain, quantised = plain;
  std::vector<unsigned char> quants (40 * 64);
  std::vector<__half> scales (40 * 2);
  void *on_device, *scales_on_device;

  added.epilogue.accumulate = quantised.epilogue.accumulate = 1;
  fill (x, [] (Size r, Size) { return r % 2 ? -100.0f : 100.0f; });
  fill (w, [] (Size r, Size c) { return r % 3 ? 100.0f : c % 2 ? 1.0f : 0.0f; });
  fill (b, [] (Size, Size c) { return c == 7 ? 1e6f : 0.0f; });
  auto sum = [&] (Size r, Size c) {
    double total = b.at (0, c);
    for (Size k = 0; k < 64; k++)
      total += (double) x.at (r, k) * w.at (c, k);
    return total; };
  auto more = [&] (Size r, Size c) { return 40000.0 + sum (r, c); };
  auto again = [&] () { fill (y, [] (Size, Size) { return 40000.0f; }); };

  expect ("matmul", pisces_cuda_matmul (0, &plain), y, sum);
  again ();
  expect ("matmul that adds", pisces_cuda_matmul (0, &added), y, more);

  pisces_quantise_row (8, quants.data (), scales.data (), w.values.data (), 40 * 64);
  check (cudaMalloc (&on_device, quants.size ()));
  check (cudaMalloc (&scales_on_device, scales.size () * 2));
  check (cudaMemcpy (on_device, quants.data (), quants.size (), cudaMemcpyHostToDevice));
  check (cudaMemcpy (scales_on_device, scales.data (), scales.size () * 2, cudaMemcpyHostToDevice));
  quantised.weight = { .data = on_device, .type = F16, .n_bits = 8, .scales = scales_on_device };
  again ();
  expect ("matmul_quantised", pisces_cuda_matmul_quantised (0, &quantised), y, more);
  if (n <= PISCES_CUDA_GEMV_ROWS)
    {
      expect ("gemv", pisces_cuda_gemv (0, &plain), y, sum);
      again ();
      expect ("gemv_quantised", pisces_cuda_gemv_quantised (0, &quantised), y, more);
    }
  cudaFree (on_device);
  cudaFree (scales_on_device);

  /* Rows are treated as the pixels of an image.  */
  const PiscesCudaConv2d how = {
    .y = y.image (1, 1, (int) n), .x = x.image (1, 1, (int) n), .weight = w.matrix (),
    .kernel_height = 1, .kernel_width = 1,
    .stride = 1, .epilogue = added.epilogue };
  again ();
  expect ("conv2d", pisces_cuda_conv2d (0, &how), y, more);
}

/* x in float32 is multiplied with weights in float16: values beyond the range
 * are replaced by the largest number, and the sum is float32.  */
static void
met ()
{
  Array x (F32, 9, 64), w (F16, 40, 64), y (F32, 9, 40, 0, true);
  const PiscesCudaProduct how = { .y = y.rows (), .x = x.rows (), .weight = w.matrix () };
  bool right = true;

  fill (x, [] (Size r, Size c) { return c == r ? (r % 2 ? -3e5f : 3e5f) : 0.0f; });
  fill (w, [] (Size r, Size) { return r ? 1.0f : 0.5f; });
  check (pisces_cuda_matmul (0, &how));
  const Floats got = y.read ();
  for (Size r = 0; r < 9; r++)
    for (Size c = 0; c < 40; c++)
      right = right && got[r * 40 + c] == (r % 2 ? -largest : largest) * (c ? 1.0f : 0.5f);
  n_failures += ! right;
  printf ("%sok %d - operands of float32 in matmul\n", right ? "" : "not ", ++n_cases);
}

/* All keys have the same value, so their mean is that value.  But tensor cores
 * round the weights, and all except one are such that they are rounded up: exp
 * (-0.6925) is 0.50029, and 0.50049 in float16.  The sum of the weights, which
 * is not rounded, is the divisor.  */
static void
attended (int d, Size n_queries)
{
  const Size n_keys = 90;
  Array q (F16, n_queries, d), k (F16, n_keys, d), v (F16, n_keys, d), y (F16, n_queries, d, 0, true);
  PiscesCudaAttention how = {};

  fill (q, [] (Size, Size c) { return c < 2 ? 1.0f : 0.0f; });
  fill (k, [] (Size r, Size c) { return r == 0 ? 0.0f : c == 0 ? -0.69238281f : c == 1 ? -1.618e-4f : 0.5f; });
  fill (v, [] (Size, Size c) { return c % 2 ? largest : -largest; });
  how.y = y.rows (), how.q = q.rows (), how.k = k.rows (), how.v = v.rows ();
  how.n_batch = how.n_heads = how.n_kv_heads = 1, how.head_dim = d, how.scale = 1.0f;
  how.n_queries = n_queries, how.n_keys = how.kv_rows_per_batch = n_keys, how.first_position = n_keys - n_queries;
  Array scratch (F32, 1, pisces_cuda_attention_scratch (&how) + 1);
  expect ("attention", pisces_cuda_attention (0, &how, (float *) scratch.data), y,
          [&] (Size, Size c) { return c % 2 ? largest : -largest; }, 0);
}

int
main ()
{
  for (unsigned order = 0; order < 2; order++)
    {
      cuda_emulation_set_order (order);
      moved ();
      added ();
      normed ();
      turned ();
      multiplied (3);
      multiplied (70);
      met ();
      attended (64, 1);
      attended (64, 40);
      attended (160, 40);
      attended (36, 40);
    }
  printf ("1..%d\n", n_cases);
  return n_failures != 0;
}
