/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * product-sources.h: what gives a tile of product.h its elements: from rows of x, from
 * rows of W, and how elements of x of any type become elements of the weights' type.
 */

#pragma once

#include "kernels/product.h"


/* Reads elements of x as 16 bytes of the weights' type; those from the n-th on become
 * zeros.  is_aligned says that x begins at a multiple of a vector.  */
template <typename Weight, typename Element>
struct Take
{
  static __device__ __forceinline__ uint4
  from (const Element *x,
        bool           is_aligned,
        long long      n)
  {
    const int N = Tile<Weight>::VECTOR;
    float     values[N];
    Weight    part[N];
    uint4     vector;

    if (is_aligned && n >= N)
      load_floats<N> (values, x, true);
    else
#pragma unroll
      for (int k = 0; k < N; k++)
        values[k] = k < n ? to_float (x[k]) : 0.0f;
#pragma unroll
    for (int k = 0; k < N; k++)
      store (&part[k], values[k]);
    memcpy (&vector, part, sizeof (vector));
    return vector;
  }
};

/* Elements that have the weights' type already are only moved.  */
template <typename Weight>
struct Take<Weight, Weight>
{
  static __device__ __forceinline__ uint4
  from (const Weight *x,
        bool          is_aligned,
        long long     n)
  {
    const int N = Tile<Weight>::VECTOR;
    Weight    part[N];
    uint4     vector;

    if (is_aligned && n >= N)
      return *(const uint4 *) x;
#pragma unroll
    for (int k = 0; k < N; k++)
      if (k < n)
        part[k] = x[k];
      else
        store (&part[k], 0.0f);
    memcpy (&vector, part, sizeof (vector));
    return vector;
  }
};

/* Rows of x, as they lie in memory.  A place is the number of an element.  */
template <typename Element, typename Weight>
struct Rows
{
  const Element *x;
  long long      stride;
  long long      n_rows;
  long long      n_in;
  int            is_aligned;

  __device__ __forceinline__ long long
  place (int k) const
  {
    return k;
  }

  __device__ __forceinline__ void
  next (long long &first,
        int        n) const
  {
    first += n;
  }

  __device__ __forceinline__ uint4
  load (int       line,
        long long first) const
  {
    const long long row  = (long long) blockIdx.x * TILE_ROWS + line;
    const long long left = row < n_rows ? n_in - first : 0;

    return Take<Weight, Element>::from (x + (left > 0 ? row * stride + first
                                                      : 0),
                                        is_aligned, left);
  }
};

/* The rows of a product that is launched.  */
template <typename Element, typename Weight>
static inline Rows<Element, Weight>
rows_of (PiscesCudaRows x)
{
  const int VECTOR = Tile<Weight>::VECTOR;

  return {
    (const Element *) x.data, x.row_stride, x.n_rows, x.width,
    x.row_stride % VECTOR == 0 && (size_t) x.data % 16 == 0
  };
}

/* Rows of W, depth elements without gaps.  An output that is not there gets zeros.  */
template <typename Weight>
struct Plain
{
  typedef Weight Element;
  typedef uint4  Held;

  const Weight *weight;
  long long     depth;
  int           is_aligned;

  __device__ __forceinline__ uint4
  take (long long out,
        long long first) const
  {
    const long long left = out < 0 ? 0 : depth - first;

    return Take<Weight, Weight>::from (weight + (left > 0 ? out * depth + first
                                                          : 0),
                                       is_aligned, left);
  }

  __device__ __forceinline__ uint4
  elements (const uint4 &held) const
  {
    return held;
  }
};
