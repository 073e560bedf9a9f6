/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matmul_quantised.cu: y = activation (x Wᵀ + b), or y += x Wᵀ + b, or, with a
 * gate, the product of the two halves, for any number of rows, where W is held
 * in blocks of 32 values with one scale: 8 bits each (q8_0), or 4 (q4_0), as
 * quantise.c makes them.  It multiplies the very elements that dequantise.cu would
 * write, so its results have the same bits as those of matmul.cu with them.
 *
 * Reads x [n_rows, n_in], W in 8.5 / 8 or 4.5 / 8 bytes a value and b [n_out],
 * writes y [n_rows, n_out]; 2 * n_rows * n_in * n_out operations.  Few rows are bound by
 * the bytes of W, many by the operations: from 38 rows on by the data-sheet rates of an
 * RTX 3060, from 157 on by those of an H100 (q8_0).
 *
 * product.h describes the tiles.  A part of a tile is as deep as a block of W, and 4
 * threads share a block, 8 values each.  They turn these into elements on the way to
 * shared memory, once the part before has been multiplied.
 */

#include "kernels/product-sources.h"


#define BLOCK 32

/* A byte of a word as a number, less @zero.  The byte is put into the lowest bits of the
 * float 2²³, which thereby grows by as much; 2²³ is then subtracted.  A conversion would
 * do the same, but a card has fewer units for conversions than for subtractions.  */
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

  /* What has been read and is not yet turned into elements.  */
  struct Held
  {
    uint2    quants;
    unsigned scale;              /* in the lower half */
  };

  const uint2          *quants;
  const unsigned short *scales;
  long long             depth;

  /* In a block of 4 bits, byte i has value i in its lower half and value 16 + i in its
   * upper half.  So two of the 4 threads read the same 8 bytes.  */
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

        /* Not store(): no weight is beyond the range of its type.  */
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
launch (cudaStream_t             stream,
        const PiscesCudaProduct *how)
{
  const PiscesCudaRows          y       = how->y;
  const Rows<Element, Weight>   rows    = rows_of<Element, Weight> (how->x);
  const Quantised<Weight, BITS> weights =
  {
    (const uint2 *) how->weight.data, (const unsigned short *) how->weight.scales,
    how->x.width
  };

  LAUNCH ((matmul_quantised<Out, Element, Weight, BITS>),
          TILE_GRID (y.n_rows, y.width, how->epilogue.gate), dim3 (TILE_THREADS),
          0, stream, (Out *) y.data, y.row_stride, rows, weights, y.width,
          how->epilogue);
  return cudaGetLastError ();
}

extern "C" cudaError_t
pisces_cuda_matmul_quantised (cudaStream_t             stream,
                              const PiscesCudaProduct *how)
{
  const int n_bits = how->weight.n_bits;

  if (how->y.n_rows == 0 || how->y.width == 0)
    return cudaSuccess;
  if ((n_bits != 8 && n_bits != 4) || how->x.width % BLOCK != 0)
    return cudaErrorInvalidValue;
  return dispatch (ProductTypesOfHalves (), [&] (auto out, auto in, auto weights)
    {
      typedef decltype (out)     Out;
      typedef decltype (in)      In;
      typedef decltype (weights) Weight;

      return n_bits == 8 ? launch<Out, In, Weight, 8> (stream, how)
                         : launch<Out, In, Weight, 4> (stream, how);
    }, how->y.type, how->x.type, how->weight.type);
}
