/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gemv_quantised.cu: y = activation (h Wᵀ + b), or y += h Wᵀ + b, or, with a
 * gate, the product of the two halves, for up to 4 rows, where W is held in
 * blocks of 32 values with one scale: 8 bits each (q8_0), or 4 (q4_0), as
 * quantise.c makes them.  h is x, or its RMS norm.
 *
 * Reads W once, whatever the number of rows: n_out * n_in * 8.5 / 8 or 4.5 / 8
 * bytes, by which it is bound; x, b and the norm's weight come from the caches.
 *
 * One warp for each output, 8 to a block.  Lanes read 4 bytes each, side by
 * side: 4 values of 8 bits, or the 4 lower and the 4 upper values of a block of
 * 4 bits; so a warp reads x side by side too, which 16 bytes of weights a lane
 * would not let it.  4 readings are under way at once, of one row; more rows
 * have more of x to read instead, and would spill registers.  Gates and norms as in gemv.cu.  Sums
 * are in float32 and in one order.
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
  const int LANES = BLOCK * BITS / 32;          /* of a block */

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

template <bool NORMED, typename Out, typename Element, int BITS>
static cudaError_t
launch_bits (cudaStream_t        stream,
             PiscesCudaRows      y,
             PiscesCudaRows      x,
             const void         *quants,
             const void         *scales,
             long long           n_rows,
             long long           n_in,
             long long           n_out,
             PiscesCudaNorm      norm,
             PiscesCudaEpilogue  epilogue)
{
  const dim3 grid       = dim3 ((unsigned) ((n_out + N_WARPS - 1) / N_WARPS));
  const int  is_aligned = rows_are_aligned<4, Element> (x) &&
                          (size_t) norm.weight % 16 == 0;

  if (n_rows == 1)
    LAUNCH ((gemv_quantised<Out, Element, BITS, 1, NORMED>), grid,
            dim3 (N_THREADS), 0, stream, (Out *) y.data, y.row_stride,
            (const Element *) x.data, x.row_stride, (const unsigned *) quants,
            (const __half *) scales, 1, (int) n_in, (int) n_out, is_aligned,
            norm, epilogue);
  else
    LAUNCH ((gemv_quantised<Out, Element, BITS, PISCES_CUDA_GEMV_ROWS, NORMED>),
            grid, dim3 (N_THREADS), 0, stream, (Out *) y.data, y.row_stride,
            (const Element *) x.data, x.row_stride, (const unsigned *) quants,
            (const __half *) scales, (int) n_rows, (int) n_in, (int) n_out,
            is_aligned, norm, epilogue);
  return cudaGetLastError ();
}

template <bool NORMED, typename Out, typename Element, typename... Arguments>
static cudaError_t
launch_kind (int          n_bits,
             Arguments... arguments)
{
  return n_bits == 8 ? launch_bits<NORMED, Out, Element, 8> (arguments...) :
         n_bits == 4 ? launch_bits<NORMED, Out, Element, 4> (arguments...) :
         cudaErrorInvalidValue;
}

template <typename Out, typename Element, typename... Arguments>
static cudaError_t
launch (Arguments... arguments)
{
  return launch_kind<false, Out, Element> (arguments...);
}

template <typename Out, typename... Arguments>
static cudaError_t
launch_normed (Arguments... arguments)
{
  return launch_kind<true, Out, float> (arguments...);
}

extern "C" cudaError_t
pisces_cuda_gemv_quantised (cudaStream_t        stream,
                            PiscesCudaType      y_type,
                            PiscesCudaType      x_type,
                            int                 n_bits,
                            PiscesCudaRows      y,
                            PiscesCudaRows      x,
                            const void         *quants,
                            const void         *scales,
                            long long           n_rows,
                            long long           n_in,
                            long long           n_out,
                            PiscesCudaNorm      norm,
                            PiscesCudaEpilogue  epilogue)
{
  if (n_rows == 0 || n_out == 0)
    return cudaSuccess;
  if (n_rows > PISCES_CUDA_GEMV_ROWS || n_in % BLOCK != 0 ||
      (norm.weight && x_type != PISCES_CUDA_F32))
    return cudaErrorInvalidValue;
  if (norm.weight)
    return dispatch (AnyType (), [&] (auto element)
      {
        return launch_normed<decltype (element)> (n_bits, stream, y, x, quants,
                                                  scales, n_rows, n_in, n_out,
                                                  norm, epilogue);
      }, y_type);
  return dispatch (SumsAndIn (), [&] (auto out, auto in)
    {
      return launch<decltype (out), decltype (in)> (n_bits, stream, y, x,
                                                    quants, scales, n_rows,
                                                    n_in, n_out, norm, epilogue);
    }, y_type, x_type);
}
