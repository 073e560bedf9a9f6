/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * product.h: a tile of 128 rows by 128 outputs of a product x Wᵀ, for matmul.cu,
 * matmul_quantised.cu and conv2d.cu.  These differ in where their elements lie.  What
 * gives a thread its elements, 16 bytes of a row at a time and in the weights' type,
 * is in product-sources.h.
 *
 * A block of 256 threads brings the tile's rows of x and of W into shared memory one
 * part after another: 64 bytes of each of the 128 and 128 rows, which take 20 KiB.
 * There is room for two parts.  While one is multiplied, the next is on its way through
 * registers, and one barrier a part is enough.  The 8 warps lie 2 by 4, and each has 64
 * rows by 32 outputs.
 *
 * Where weights have 16 bits, x is rounded to their type; tensor cores multiply pieces
 * of 16 x 8 and sum in float32.  Rows lie 80 bytes apart, so that a warp reads its
 * pieces from 32 different banks of shared memory.  Where weights are float32, a thread
 * has the same sums, but takes them by FMA.  Sums are in one order.
 */

#pragma once

#include "kernels/cuda.h"
#include "kernels/thresholds.h"


#define TILE_ROWS    128
#define TILE_COLUMNS 128
#define TILE_THREADS 256

#define WARP_ROWS    64
#define WARP_COLUMNS 32

/* From one row of a part to the next in shared memory; 64 of them are elements.  */
#define TILE_STRIDE_BYTES 80
#define TILE_PART_BYTES   ((TILE_ROWS + TILE_COLUMNS) * TILE_STRIDE_BYTES)
#define TILE_BYTES        (2 * TILE_PART_BYTES)

/* Floats from one row of sums in shared memory to the next.  */
#define SUMS_STRIDE (TILE_COLUMNS + 4)

#define TILE_GRID(n_rows, n_out, gate) \
  dim3 ((unsigned) (((n_rows) + TILE_ROWS - 1) / TILE_ROWS), \
        (unsigned) (((gate ? 2 : 1) * (n_out) + TILE_COLUMNS - 1) / \
                    TILE_COLUMNS))

/* How many elements are in 16 bytes, in one row of a part, and from one row of a part to
 * the next.  */
template <typename Weight>
struct Tile
{
  enum
  {
    VECTOR = 16 / sizeof (Weight),
    DEPTH  = 64 / sizeof (Weight),
    STRIDE = TILE_STRIDE_BYTES / sizeof (Weight)
  };
};

/* Two neighbouring elements in one word, the first in its lower half.  */
static __device__ __forceinline__ unsigned
two_elements (const void *elements)
{
  return *(const unsigned *) elements;
}

static __device__ __forceinline__ float2
two_floats (unsigned two,
            __half)
{
  __half element[2];

  memcpy (element, &two, sizeof (two));
  return make_float2 (__half2float (element[0]), __half2float (element[1]));
}

static __device__ __forceinline__ float2
two_floats (unsigned two,
            __nv_bfloat16)
{
  __nv_bfloat16 element[2];

  memcpy (element, &two, sizeof (two));
  return make_float2 (__bfloat162float (element[0]),
                      __bfloat162float (element[1]));
}

/* sums [16, 8] += a [16, 16] b [8, 16]ᵀ.  The lanes of a warp share out the three
 * matrices as the tensor cores want them (PTX ISA, mma.m16n8k16).  With g = lane / 4 and
 * t = lane % 4, a lane has
 *
 *   of a     columns 2 t and 2 t + 1 of rows g and g + 8, then the columns 8 further on
 *            of the same rows: 4 words of two elements;
 *   of b     columns 2 t and 2 t + 1 of row g, then the columns 8 further on: 2 words;
 *   of sums  columns 2 t and 2 t + 1 of row g, then of row g + 8.
 *
 * This one needs no tensor cores: lanes ask one another for their elements.  */
template <typename Weight>
static __device__ __forceinline__ void
warp_multiply_plain (float           sums[4],
                     const unsigned  a[4],
                     const unsigned  b[2],
                     Weight          tag)
{
  const int lane = threadIdx.x % WARP_SIZE;

#pragma unroll 1
  for (int t = 0; t < 4; t++)
#pragma unroll
    for (int half = 0; half < 2; half++)
      {
        const int    from  = lane / 4 * 4 + t;
        const int    left  = lane % 4 * 8 + t;
        const float2 upper = two_floats (
          __shfl_sync (0xffffffffu, a[2 * half], from), tag);
        const float2 lower = two_floats (
          __shfl_sync (0xffffffffu, a[2 * half + 1], from), tag);
        const float2 b0    = two_floats (
          __shfl_sync (0xffffffffu, b[half], left), tag);
        const float2 b1    = two_floats (
          __shfl_sync (0xffffffffu, b[half], left + 4), tag);

        sums[0] += upper.x * b0.x + upper.y * b0.y;
        sums[1] += upper.x * b1.x + upper.y * b1.y;
        sums[2] += lower.x * b0.x + lower.y * b0.y;
        sums[3] += lower.x * b1.x + lower.y * b1.y;
      }
}

/* The same by tensor cores, where these know the type.  Those of 7.5 know no bfloat16,
 * and take float16 in two steps of 8 columns.  */
static __device__ __forceinline__ void
warp_multiply (float           sums[4],
               const unsigned  a[4],
               const unsigned  b[2],
               __half          tag)
{
#if defined (__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile ("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
                "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                "{%0, %1, %2, %3};"
                : "+f" (sums[0]), "+f" (sums[1]), "+f" (sums[2]),
                  "+f" (sums[3])
                : "r" (a[0]), "r" (a[1]), "r" (a[2]), "r" (a[3]),
                  "r" (b[0]), "r" (b[1]));
#elif defined (__CUDA_ARCH__)
  for (int half = 0; half < 2; half++)
    asm volatile ("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 "
                  "{%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
                  : "+f" (sums[0]), "+f" (sums[1]), "+f" (sums[2]),
                    "+f" (sums[3])
                  : "r" (a[2 * half]), "r" (a[2 * half + 1]),
                    "r" (b[half]));
#elif CUDA_EMULATION_MMA
  cuda_emulation_mma_m16n8k16 (sums, a, b, false);
#else
  warp_multiply_plain (sums, a, b, tag);
#endif
}

static __device__ __forceinline__ void
warp_multiply (float           sums[4],
               const unsigned  a[4],
               const unsigned  b[2],
               __nv_bfloat16   tag)
{
#if defined (__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  asm volatile ("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
                "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                "{%0, %1, %2, %3};"
                : "+f" (sums[0]), "+f" (sums[1]), "+f" (sums[2]),
                  "+f" (sums[3])
                : "r" (a[0]), "r" (a[1]), "r" (a[2]), "r" (a[3]),
                  "r" (b[0]), "r" (b[1]));
#elif ! defined (__CUDA_ARCH__) && CUDA_EMULATION_MMA
  cuda_emulation_mma_m16n8k16 (sums, a, b, true);
#else
  warp_multiply_plain (sums, a, b, tag);
#endif
}

/* Multiplies a warp's rows of one part and adds them to its sums.  sums[i][j] lies in
 * the lanes as warp_multiply() says, and is of the 16 rows from 16 i on and the 8
 * outputs from 8 j on.  */
template <typename Weight>
static __device__ __forceinline__ void
tile_multiply (float         sums[4][4][4],
               const Weight *x,
               const Weight *w)
{
  const int     stride = Tile<Weight>::STRIDE;
  const int     lane   = threadIdx.x % WARP_SIZE;
  const Weight *row    = x + lane / 4 * stride + lane % 4 * 2;
  const Weight *column = w + lane / 4 * stride + lane % 4 * 2;

#pragma unroll
  for (int k = 0; k < Tile<Weight>::DEPTH; k += 16)
    {
      unsigned b[4][2];

#pragma unroll
      for (int j = 0; j < 4; j++)
        {
          b[j][0] = two_elements (column + 8 * j * stride + k);
          b[j][1] = two_elements (column + 8 * j * stride + k + 8);
        }
#pragma unroll
      for (int i = 0; i < 4; i++)
        {
          const Weight   *upper = row + 16 * i * stride + k;
          const unsigned  a[4]  =
          {
            two_elements (upper), two_elements (upper + 8 * stride),
            two_elements (upper + 8), two_elements (upper + 8 * stride + 8)
          };

#pragma unroll
          for (int j = 0; j < 4; j++)
            warp_multiply (sums[i][j], a, b[j], Weight ());
        }
    }
}

/* The same sums in the same lanes, without tensor cores, which would round float32.  */
static __device__ __forceinline__ void
tile_multiply (float        sums[4][4][4],
               const float *x,
               const float *w)
{
  const int    stride = Tile<float>::STRIDE;
  const int    lane   = threadIdx.x % WARP_SIZE;
  const float *row    = x + lane / 4 * stride;
  const float *column = w + lane % 4 * 2 * stride;

#pragma unroll 2
  for (int k = 0; k < Tile<float>::DEPTH; k++)
    {
      float b[4][2];

#pragma unroll
      for (int j = 0; j < 4; j++)
        {
          b[j][0] = column[8 * j * stride + k];
          b[j][1] = column[(8 * j + 1) * stride + k];
        }
#pragma unroll
      for (int i = 0; i < 4; i++)
        {
          const float upper = row[16 * i * stride + k];
          const float lower = row[(16 * i + 8) * stride + k];

#pragma unroll
          for (int j = 0; j < 4; j++)
            {
              sums[i][j][0] += upper * b[j][0];
              sums[i][j][1] += upper * b[j][1];
              sums[i][j][2] += lower * b[j][0];
              sums[i][j][3] += lower * b[j][1];
            }
        }
    }
}

/* The row of W that a column of the tile is made from, or -1 where there is none.  With
 * a gate, 16 outputs of the first half of W and the 16 of the second half that belong
 * to them are neighbours in the tile, so that one block has both.  */
static __device__ __forceinline__ long long
tile_output (int            column,
             int            n_out,
             PiscesCudaGate gate)
{
  const int out = gate
                  ? blockIdx.y * (TILE_COLUMNS / 2) + column / 32 * 16 +
                    column % 16
                  : blockIdx.y * TILE_COLUMNS + column;

  if (out >= n_out)
    return -1;
  return gate && column % 32 >= 16 ? (long long) n_out + out : out;
}

/* Finishes the sums and writes them to y.  32 rows of the tile at a time go through
 * shared memory: then neighbouring threads write neighbouring outputs, and the code of
 * the activations is compiled only once.  */
template <typename Out>
static __device__ __forceinline__ void
tile_store (Out                *y,
            long long           y_stride,
            float              *shared,
            const float         sums[4][4][4],
            long long           n_rows,
            int                 n_out,
            PiscesCudaEpilogue  epilogue)
{
  const int lane    = threadIdx.x % WARP_SIZE;
  const int warp    = threadIdx.x / WARP_SIZE;
  float    *own     = shared + (warp / 4 * 16 + lane / 4) * SUMS_STRIDE +
                      warp % 4 * WARP_COLUMNS + lane % 4 * 2;
  const int columns = epilogue.gate ? TILE_COLUMNS / 2 : TILE_COLUMNS;

#pragma unroll 1
  for (int part = 0; part < 4; part++)
    {
#pragma unroll
      for (int i = 0; i < 4; i++)
        if (i == part)
          {
#pragma unroll
            for (int j = 0; j < 4; j++)
              {
                own[8 * j]                       = sums[i][j][0];
                own[8 * j + 1]                   = sums[i][j][1];
                own[8 * SUMS_STRIDE + 8 * j]     = sums[i][j][2];
                own[8 * SUMS_STRIDE + 8 * j + 1] = sums[i][j][3];
              }
          }
      __syncthreads ();

#pragma unroll 1
      for (int i = threadIdx.x; i < 32 * columns; i += TILE_THREADS)
        {
          const int        line   = i / columns;
          const int        column = epilogue.gate
                                    ? i % columns / 16 * 32 + i % 16
                                    : i % columns;
          const long long  row    = (long long) blockIdx.x * TILE_ROWS +
                                    line / 16 * WARP_ROWS + part * 16 +
                                    line % 16;
          const long long  out    = tile_output (column, n_out, epilogue.gate);
          float            value  = shared[line * SUMS_STRIDE + column];
          Out             *target = y + row * y_stride + out;

          if (row >= n_rows || out < 0)
            continue;

          value += epilogue.bias ? epilogue.bias[out] : 0.0f;
          value += epilogue.shift
                   ? epilogue.shift[row / epilogue.rows_per_shift *
                                    epilogue.shift_stride + out]
                   : 0.0f;
          if (epilogue.gate)
            {
              const float other = shared[line * SUMS_STRIDE + column + 16] +
                                  (epilogue.bias ? epilogue.bias[n_out + out]
                                                 : 0.0f);
              const bool  first = epilogue.gate == PISCES_CUDA_GATE_FIRST;

              store (target, activated (first ? value : other,
                                        epilogue.activation) *
                             (first ? other : value));
            }
          else
            {
              store (target, epilogue.accumulate
                             ? to_float (*target) + value
                             : activated (value, epilogue.activation));
            }
        }
      __syncthreads ();
    }
}

/* The whole tile.
 *
 *   shared                     TILE_BYTES of shared memory
 *   source.place (k)           where element k of a row is, in a form that the source
 *                              chooses
 *   source.next (place, n)     moves a place on by n elements
 *   source.load (row, place)   16 bytes of a row of x from there on
 *   weights.take (out, first)  what a row of W has from element first on, as it is held
 *   weights.elements (held)    turns that into 16 bytes of elements; this is done only
 *                              when the part before has been multiplied
 */
template <typename Out, typename Source, typename Weights>
static __device__ __forceinline__ void
tile_product (Out                *y,
              long long           y_stride,
              const Source       &source,
              const Weights      &weights,
              long long           n_rows,
              long long           depth,
              int                 n_out,
              unsigned char      *shared,
              PiscesCudaEpilogue  epilogue)
{
  typedef typename Weights::Element Weight;
  typedef typename Weights::Held    Held;

  const int        VECTOR        = Tile<Weight>::VECTOR;
  const int        STRIDE        = Tile<Weight>::STRIDE;
  const int        warp          = threadIdx.x / WARP_SIZE;
  const int        line          = threadIdx.x / 4;
  const int        k             = threadIdx.x % 4 * VECTOR;
  const int        first_row     = warp / 4 * WARP_ROWS;
  const int        first_column  = warp % 4 * WARP_COLUMNS;
  const long long  outs[2]       =
  {
    tile_output (line, n_out, epilogue.gate),
    tile_output (line + 64, n_out, epilogue.gate)
  };
  /* Where there are few outputs or few rows, some warps have nothing to multiply.  */
  const bool       has_outputs   =
    tile_output (first_column, n_out, epilogue.gate) >= 0 &&
    (long long) blockIdx.x * TILE_ROWS + first_row < n_rows;
  float            sums[4][4][4] = { };
  auto             place         = source.place (k);
  uint4            next[2];
  Held             held[2]       = { };
  int              part          = 0;

  for (long long first = 0; first < depth + Tile<Weight>::DEPTH;
       first += Tile<Weight>::DEPTH)
    {
      Weight *tile = (Weight *) (shared + part * TILE_PART_BYTES);

      if (first < depth)
        {
#pragma unroll
          for (int i = 0; i < 2; i++)
            {
              next[i] = source.load (line + 64 * i, place);
              held[i] = weights.take (outs[i], first + k);
            }
          source.next (place, Tile<Weight>::DEPTH);
        }

      /* While those are on their way, the part before them is multiplied.  */
      if (first > 0 && has_outputs)
        {
          const Weight *before = (const Weight *) (shared + (part ^ 1) *
                                                   TILE_PART_BYTES);

          tile_multiply (sums, before + first_row * STRIDE,
                         before + (TILE_ROWS + first_column) * STRIDE);
        }

      if (first < depth)
#pragma unroll
        for (int i = 0; i < 2; i++)
          {
            *(uint4 *) (tile + (line + 64 * i) * STRIDE + k) = next[i];
            *(uint4 *) (tile + (TILE_ROWS + line + 64 * i) * STRIDE + k) =
              weights.elements (held[i]);
          }
      part ^= 1;
      __syncthreads ();
    }

  tile_store (y, y_stride, (float *) shared, sums, n_rows, n_out, epilogue);
}
