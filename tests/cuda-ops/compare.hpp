/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * compare.hpp: compares what a kernel wrote with what a plain loop expects, and
 * with what other orders of the threads wrote; counts what was wrong.
 */

#pragma once

#include <functional>

#include "tests/cuda-ops/arrays.hpp"

inline const PiscesCudaType types[]  = { PISCES_CUDA_F32, PISCES_CUDA_F16,
                                         PISCES_CUDA_BF16 };
inline const char * const   names[]  = { "f32", "f16", "bf16" };
inline const double         limits[] = { 1e-5, 2e-3, 1e-2 };

inline const char * const orders[] = { "forward", "reversed", "shuffled", "shuffled otherwise" };

inline double   worst[3];
inline int      n_cases, n_failures, n_different;
inline unsigned order;

/* Digests of the outputs of each case in the first order.  */
inline std::vector<unsigned long long> digests;

/* FNV-1a over the bits.  */
inline unsigned long long
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

inline const double smallest = 1e-3;

/* Compares the values on the device with the expected ones, and in later
 * orders with those of the first.  The error is relative to the largest value,
 * or to scale, because the terms of a sum may cancel.  */
inline void
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

inline double
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
/* Some columns of an array, as a separate tensor.  */
inline PiscesCudaRows
columns (const Array &array, int first, int n)
{
  return { (char *) array.data + first * (array.type == PISCES_CUDA_F32 ? 4 : 2), array.stride, array.n_rows, n, array.type };
}
