/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gemv_quantised.cu: y = activation (h Wᵀ + b), or y += h Wᵀ + b, or, with a
 * gate, the product of the two halves, for up to 4 rows, where W is held in
 * blocks of 32 values with one scale: 8 bits each (q8_0), or 4 (q4_0), as
 * quantise.c makes them.  h is x, or its RMS norm.
 *
 * Reads W once, whatever the number of rows: n_out * n_in * 8.5 / 8 or 4.5 / 8
 * bytes, by which it is bound.  x, b and the norm's weight come from the caches.
 *
 * One warp for each output, 8 to a block.  Neighbouring lanes read neighbouring 4 bytes:
 * these are 4 values of 8 bits, or 4 values of the first half of a block of 4 bits and 4
 * of the second.  With so few, the warp reads neighbouring values of x too, which it
 * could not if a lane took 16 bytes.
 *
 * A lane has 4 readings under way at once where there is one row.  More rows have more
 * of x to read instead, and would spill registers.  Gates and norms are as in gemv.cu.
 * Sums are in float32 and in one order.
 */

#include "kernels/gemv.h"


#define BLOCK 32

template <int BITS, int N_ROWS, bool NORMED, typename Element>
static __device__ __forceinline__ void
multiply (float           sum[N_ROWS],
          float           squares[N_ROWS],
          const unsigned *words,
          const __half   *scale,
          const Element  *x,
          long long       x_stride,
          const float    *norm,
          int             n_rows,
          int             n_words,
          bool            is_aligned)
{
  const int LANES = BLOCK * BITS / 32;          /* that share a block */

#pragma unroll
  for (int row = 0; row < N_ROWS; row++)
    sum[row] = squares[row] = 0.0f;

#pragma unroll (N_ROWS == 1 ? 4 : 1)
  for (int i = threadIdx.x % WARP_SIZE; i < n_words; i += WARP_SIZE)
    {
      const unsigned word  = words[i];
      const float    d     = to_float (scale[i / LANES]);
      const int      first = i / LANES * BLOCK + i % LANES * 4;

#pragma unroll
      for (int row = 0; row < N_ROWS; row++)
        if (row < n_rows)
          {
            const Element *in   = x + row * x_stride + first;
            const float   *by   = NORMED ? norm + first : norm;
            float          part = 0.0f;
            float          four[4];

            load_input<4, NORMED> (four, &squares[row], in, by, is_aligned);
#pragma unroll
            for (int k = 0; k < 4; k++)
              part += four[k] *
                      (BITS == 8 ? (float) (signed char) (word >> 8 * k)
                                 : (float) ((int) (word >> 8 * k & 15) - 8));
            if (BITS == 4)
              {
                load_input<4, NORMED> (four, &squares[row], in + BLOCK / 2,
                                       NORMED ? by + BLOCK / 2 : by,
                                       is_aligned);
#pragma unroll
                for (int k = 0; k < 4; k++)
                  part += four[k] *
                          (float) ((int) (word >> (8 * k + 4) & 15) - 8);
              }
            sum[row] += d * part;
          }
    }
}

template <typename Out, typename Element, int BITS, int N_ROWS, bool NORMED>
static __global__ void
__launch_bounds__ (N_THREADS, N_ROWS == 1 ? 4 : 2)
gemv_quantised (Out                *y,
                long long           y_stride,
                const Element      *x,
                long long           x_stride,
                const unsigned     *quants,
                const __half       *scales,
                int                 n_rows,
                int                 n_in,
                int                 n_out,
                int                 is_aligned,
                PiscesCudaNorm      norm,
                PiscesCudaEpilogue  epilogue)
{
  const int       out      = blockIdx.x * N_WARPS + threadIdx.x / WARP_SIZE;
  const int       n_words  = n_in * BITS / 32;
  const int       n_scales = n_in / BLOCK;
  const unsigned *words    = quants + (long long) out * n_words;
  const __half   *scale    = scales + (long long) out * n_scales;
  float           sum[N_ROWS], other[N_ROWS] = { 0.0f }, squares[N_ROWS];

  if (out >= n_out)
    return;

  multiply<BITS, N_ROWS, NORMED> (sum, squares, words, scale, x, x_stride,
                                  norm.weight, n_rows, n_words, is_aligned);
  if (epilogue.gate)
    multiply<BITS, N_ROWS, NORMED> (other, squares,
                                    words + (long long) n_out * n_words,
                                    scale + (long long) n_out * n_scales, x,
                                    x_stride, norm.weight, n_rows, n_words,
                                    is_aligned);
  store_sums<N_ROWS, NORMED> (y, y_stride, sum, other, squares, n_rows, n_in,
                              out, n_out, norm.epsilon, epilogue);
}

template <int N_ROWS, bool NORMED, typename Out, typename Element, int BITS>
static cudaError_t
launch_rows (cudaStream_t             stream,
             const PiscesCudaProduct *how)
{
  const PiscesCudaRows  y          = how->y;
  const PiscesCudaRows  x          = how->x;
  const dim3            grid       = dim3 ((y.width + N_WARPS - 1) / N_WARPS);
  const int             is_aligned = rows_are_aligned<4, Element> (x) &&
                                     (size_t) how->norm.weight % 16 == 0;

  LAUNCH ((gemv_quantised<Out, Element, BITS, N_ROWS, NORMED>), grid,
          dim3 (N_THREADS), 0, stream, (Out *) y.data, y.row_stride,
          (const Element *) x.data, x.row_stride,
          (const unsigned *) how->weight.data, (const __half *) how->weight.scales,
          (int) x.n_rows, x.width, y.width, is_aligned, how->norm, how->epilogue);
  return cudaGetLastError ();
}

template <bool NORMED, typename Out, typename Element, int BITS>
static cudaError_t
launch_bits (cudaStream_t             stream,
             const PiscesCudaProduct *how)
{
  if (how->x.n_rows == 1)
    return launch_rows<1, NORMED, Out, Element, BITS> (stream, how);
  return launch_rows<PISCES_CUDA_GEMV_ROWS, NORMED, Out, Element, BITS> (stream, how);
}

template <bool NORMED, typename Out, typename Element>
static cudaError_t
launch (cudaStream_t             stream,
        const PiscesCudaProduct *how)
{
  return how->weight.n_bits == 8
         ? launch_bits<NORMED, Out, Element, 8> (stream, how)
         : launch_bits<NORMED, Out, Element, 4> (stream, how);
}

extern "C" cudaError_t
pisces_cuda_gemv_quantised (cudaStream_t             stream,
                            const PiscesCudaProduct *how)
{
  const int n_bits = how->weight.n_bits;

  if (how->y.n_rows == 0 || how->y.width == 0)
    return cudaSuccess;
  if (how->x.n_rows > PISCES_CUDA_GEMV_ROWS || (n_bits != 8 && n_bits != 4) ||
      how->x.width % BLOCK != 0 ||
      (how->norm.weight && how->x.type != PISCES_CUDA_F32))
    return cudaErrorInvalidValue;
  if (how->norm.weight)
    return dispatch (AnyType (), [&] (auto out)
      {
        return launch<true, decltype (out), float> (stream, how);
      }, how->y.type);
  return dispatch (SumsAndIn (), [&] (auto out, auto in)
    {
      return launch<false, decltype (out), decltype (in)> (stream, how);
    }, how->y.type, how->x.type);
}
