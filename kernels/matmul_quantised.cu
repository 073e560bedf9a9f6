/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matmul_quantised.cu: y = activation (x Wᵀ + b), or y += x Wᵀ + b, or, with a
 * gate, the product of the two halves, for any number of rows, where W is held
 * in blocks of 32 values with one scale: 8 bits each (q8_0), or 4 (q4_0), as
 * quantise.c makes them.  What is multiplied are the elements that dequantise.cu
 * writes, so the bits are those of matmul.cu with them.
 *
 * Reads x [n_rows, n_in], W in 8.5 / 8 or 4.5 / 8 bytes a value and b [n_out],
 * writes y [n_rows, n_out]; 2 * n_rows * n_in * n_out operations.  Bound by W's
 * bytes for few rows, by the operations for many: from 38 rows on by data-sheet
 * rates of an RTX 3060, from 157 on an H100 (q8_0).
 *
 * Tiles as product.h describes them, whose parts are as deep as a block: 4
 * threads share one, of 8 values each.  They turn them into elements on the way
 * to shared memory, after the part before has been multiplied.
 */

#include "kernels/matmul_quantised.h"
#include "kernels/product-sources.h"


#define BLOCK 32

/* A byte of a word, less zero, by way of the lowest bits of 2²³: a subtraction in
 * place of a conversion, for which there are fewer units.  */
static __device__ __forceinline__ float
number_in (unsigned word,
           int      byte,
           int      zero)
{
  return __uint_as_float (__byte_perm (word, 0x4b000000, 0x7650 | byte)) -
         (float) (8388608 + zero);
}

template <typename Weight, int BITS>
struct Quantised
{
  typedef Weight Element;

  /* The scale is in the lower half of its word.  */
  struct Held
  {
    uint2    quants;
    unsigned scale;
  };

  const uint2          *quants;
  const unsigned short *scales;
  long long             depth;

  /* Values 16 on of a block of 4 bits are the upper halves of the bytes that
   * have 0 on: two threads read the same 8.  */
  __device__ __forceinline__ Held
  take (long long out,
        long long first) const
  {
    const unsigned long long value = out < 0 ? 0 : out * depth + first;
    const unsigned long long block = value / BLOCK;

    return {
      quants[BITS == 8 ? value / 8 : block * 2 + value / 8 % 2], scales[block]
    };
  }

  __device__ __forceinline__ uint4
  elements (const Held &held) const
  {
    const unsigned       words[2] = { held.quants.x, held.quants.y };
    const int            shift    = threadIdx.x % 4 / 2 * 4;
    const unsigned short bits     = (unsigned short) held.scale;
    Weight               part[8];
    uint4                vector;
    __half               scale;

    memcpy (&scale, &bits, sizeof (scale));
#pragma unroll
    for (int k = 0; k < 8; k++)
      {
        const unsigned word = BITS == 8 ? words[k / 4] ^ 0x80808080u
                                        : words[k / 4] >> shift & 0x0f0f0f0fu;

        /* Weights are within any range.  */
        round_to (&part[k], to_float (scale) *
                            number_in (word, k % 4, BITS == 8 ? 128 : 8));
      }
    memcpy (&vector, part, sizeof (vector));
    return vector;
  }
};

template <typename Out, typename Element, typename Weight, int BITS>
static __global__ void
__launch_bounds__ (TILE_THREADS, TILE_BLOCKS)
matmul_quantised (Out                     *y,
                  long long                y_stride,
                  Rows<Element, Weight>    rows,
                  Quantised<Weight, BITS>  weights,
                  int                      n_out,
                  PiscesCudaEpilogue       epilogue)
{
  __shared__ __align__ (16) unsigned char shared[TILE_BYTES];

  tile_product (y, y_stride, rows, weights, rows.n_rows, rows.n_in, n_out,
                shared, epilogue);
}

template <typename Out, typename Element, typename Weight, int BITS>
static cudaError_t
launch_bits (cudaStream_t        stream,
             PiscesCudaRows      y,
             PiscesCudaRows      x,
             const void         *quants,
             const void         *scales,
             long long           n_rows,
             long long           n_in,
             long long           n_out,
             PiscesCudaEpilogue  epilogue)
{
  const int                     VECTOR  = Tile<Weight>::VECTOR;
  const Rows<Element, Weight>   rows    =
  {
    (const Element *) x.data, x.row_stride, n_rows, n_in,
    x.row_stride % VECTOR == 0 && (size_t) x.data % 16 == 0
  };
  const Quantised<Weight, BITS> weights =
  {
    (const uint2 *) quants, (const unsigned short *) scales, n_in
  };

  LAUNCH ((matmul_quantised<Out, Element, Weight, BITS>),
          TILE_GRID (n_rows, n_out, epilogue.gate), dim3 (TILE_THREADS), 0,
          stream, (Out *) y.data, y.row_stride, rows, weights, (int) n_out,
          epilogue);
  return cudaGetLastError ();
}

template <typename Out, typename Element, typename Weight, typename... Arguments>
static cudaError_t
launch (int          n_bits,
        Arguments... arguments)
{
  return n_bits == 8 ? launch_bits<Out, Element, Weight, 8> (arguments...) :
         n_bits == 4 ? launch_bits<Out, Element, Weight, 4> (arguments...) :
         cudaErrorInvalidValue;
}

extern "C" cudaError_t
pisces_cuda_matmul_quantised (cudaStream_t        stream,
                              PiscesCudaType      y_type,
                              PiscesCudaType      x_type,
                              PiscesCudaType      weight_type,
                              int                 n_bits,
                              PiscesCudaRows      y,
                              PiscesCudaRows      x,
                              const void         *quants,
                              const void         *scales,
                              long long           n_rows,
                              long long           n_in,
                              long long           n_out,
                              PiscesCudaEpilogue  epilogue)
{
  if (n_rows == 0 || n_out == 0)
    return cudaSuccess;
  if (n_in % BLOCK != 0)
    return cudaErrorInvalidValue;
  return dispatch (ProductTypesOfHalves (), [&] (auto out, auto in, auto weights)
    {
      return launch<decltype (out), decltype (in), decltype (weights)>
        (n_bits, stream, y, x, quants, scales, n_rows, n_in, n_out, epilogue);
    }, y_type, x_type, weight_type);
}
