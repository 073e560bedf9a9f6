/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gemv.h: what gemv.cu and gemv_quantised.cu share: how a warp reads pieces of
 * x, and how it finishes and writes its sums.
 */

#pragma once

#include "kernels/cuda.h"


#define N_THREADS 256
#define N_WARPS   (N_THREADS / WARP_SIZE)

/* Whether load_floats() may read N elements of these rows by vectors.  */
template <int N, typename Element>
static inline bool
rows_are_aligned (PiscesCudaRows x)
{
  const size_t size = N * sizeof (Element) % 16 == 0 ? 16 : 8;

  return (size_t) x.data % size == 0 && x.row_stride % N == 0;
}

/* Reads N values of x that are to be multiplied.  With a norm it multiplies them by the
 * norm's weight and sums their squares.  The other factor of the norm follows from all
 * squares of the row, so store_sums() multiplies by it at the end.  */
template <int N, bool NORMED, typename Element>
static __device__ __forceinline__ void
load_input (float          values[N],
            float         *squares,
            const Element *x,
            const float   *norm,
            bool           is_aligned)
{
  float factors[N];

  load_floats<N> (values, x, is_aligned);
  if (! NORMED)
    return;

  load_floats<N> (factors, norm, is_aligned);
#pragma unroll
  for (int k = 0; k < N; k++)
    {
      *squares  += values[k] * values[k];
      values[k] *= factors[k];
    }
}

/* Finishes and writes what a warp has summed: first of its own output and, with a gate,
 * second of the output in the other half.  Which of the two is the gate, the epilogue
 * says.  */
template <int N_ROWS, bool NORMED, typename Out>
static __device__ __forceinline__ void
store_sums (Out                *y,
            long long           y_stride,
            const float         first[N_ROWS],
            const float         second[N_ROWS],
            const float         squares[N_ROWS],
            int                 n_rows,
            int                 n_in,
            int                 out,
            int                 n_out,
            float               epsilon,
            PiscesCudaEpilogue  epilogue)
{
  const bool has_bias = epilogue.bias != NULL;

#pragma unroll
  for (int row = 0; row < N_ROWS; row++)
    if (row < n_rows)
      {
        Out   *target = y + row * y_stride + out;
        float  factor = 1.0f;
        float  value  = warp_sum (first[row]);
        float  other  = epilogue.gate ? warp_sum (second[row]) : 0.0f;

        if (NORMED)
          factor = 1.0f / sqrtf (warp_sum (squares[row]) / n_in + epsilon);
        value = value * factor + (has_bias ? epilogue.bias[out] : 0.0f);
        if (epilogue.gate)
          {
            other = other * factor +
                    (has_bias ? epilogue.bias[n_out + out] : 0.0f);
            value = epilogue.gate == PISCES_CUDA_GATE_FIRST
                    ? activated (value, epilogue.activation) * other
                    : activated (other, epilogue.activation) * value;
          }
        else if (! epilogue.accumulate)
          {
            value = activated (value, epilogue.activation);
          }
        if (threadIdx.x % WARP_SIZE == 0)
          store (target, epilogue.accumulate ? to_float (*target) + value
                                             : value);
      }
}
