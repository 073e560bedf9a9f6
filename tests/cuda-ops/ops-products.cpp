/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Products: of few rows and of many, with weights in 32, 16, 8 and 4 bits.
 */

#include "engine/backend/quantise.h"
#include "tests/cuda-ops/cases.hpp"
#include "tests/cuda-ops/compare.hpp"

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
quantised_tiles (PiscesCudaType o, PiscesCudaType t, PiscesCudaType u, int n_bits, Size n, Size n_in, Size n_out,
                 int gap,
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

void
cases_of_fused_products (PiscesCudaType t)
{
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

void
cases_of_products (PiscesCudaType o, PiscesCudaType t, PiscesCudaType u)
{
  product (o, t, u, 1, 1, 1, false);
  product (o, t, u, 1, 264, 19, true);
  product (o, t, u, 3, 130, 66, false);
  product (o, t, u, 4, 64, 9, false);
  product (o, t, u, 67, 35, 70, true);
  product (o, t, u, 64, 64, 64, false);
  product (o, t, u, 130, 136, 131, true);
  if (o == PISCES_CUDA_F32 || o == t)
    for (int n_bits = 4; n_bits <= 8; n_bits += 4)
      {
        quantised (o, t, n_bits, 1, 32, 1, 0, false);
        quantised (o, t, n_bits, 1, 1312, 19, 0, true);
        quantised (o, t, n_bits, 3, 288, 9, 5, false);
      }
  if (u != PISCES_CUDA_F32)
    for (int n_bits = 4; n_bits <= 8; n_bits += 4)
      {
        quantised_tiles (o, t, u, n_bits, 5, 32, 1, 0, PISCES_CUDA_NO_GATE, false);
        quantised_tiles (o, t, u, n_bits, 67, 96, 131, 8, PISCES_CUDA_NO_GATE, true);
        quantised_tiles (o, t, u, n_bits, 131, 64, 69, 5, PISCES_CUDA_GATE_LAST, false);
        quantised_tiles (o, t, u, n_bits, 9, 160, 70, 0, PISCES_CUDA_GATE_FIRST, false);
      }
}
