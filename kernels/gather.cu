/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gather.cu: y[i] = table[ids[i]].
 *
 * Reads n_rows rows of table [.., width], writes y [n_rows, width]. Bound by
 * memory: n_rows * width elements of both.
 *
 * Blocks of 256 threads over columns and rows, as rows_block() says:
 * neighbouring threads read neighbouring columns, and narrow images still fill
 * their warps.
 */

#include "kernels/cuda.h"


template <typename Out, typename In>
static __global__ void
gather (Out       *y,
        long long  y_stride,
        const In  *table,
        const int *ids,
        long long  n_rows,
        int        width)
{
  const long long  row = THIS_ROW;
  const In        *in;

  if (row >= n_rows)
    return;

  in = table + (long long) ids[row] * width;
  FOR_COLUMNS (c, width)
    store (y + row * y_stride + c, to_float (in[c]));
}

template <typename Out, typename In>
static cudaError_t
launch_pair (cudaStream_t    stream,
             PiscesCudaRows  y,
             const void     *table,
             const int      *ids,
             long long       n_rows,
             long long       width)
{
  LAUNCH ((gather<Out, In>), rows_grid (n_rows, width), rows_block (width), 0,
          stream, (Out *) y.data, y.row_stride, (const In *) table, ids,
          n_rows, (int) width);
  return cudaGetLastError ();
}

template <typename Out>
static cudaError_t
launch (cudaStream_t    stream,
        PiscesCudaType  table_type,
        PiscesCudaRows  y,
        const void     *table,
        const int      *ids,
        long long       n_rows,
        long long       width)
{
  switch (table_type)
    {
    case PISCES_CUDA_F32:
      return launch_pair<Out, float> (stream, y, table, ids, n_rows, width);
    case PISCES_CUDA_F16:
      return launch_pair<Out, __half> (stream, y, table, ids, n_rows, width);
    case PISCES_CUDA_BF16:
      return launch_pair<Out, __nv_bfloat16> (stream, y, table, ids, n_rows,
                                              width);
    }
  return cudaErrorInvalidValue;
}

extern "C" cudaError_t
pisces_cuda_gather (cudaStream_t    stream,
                    PiscesCudaType  y_type,
                    PiscesCudaType  table_type,
                    PiscesCudaRows  y,
                    const void     *table,
                    const int      *ids,
                    long long       n_rows,
                    long long       width)
{
  if (n_rows == 0 || width == 0)
    return cudaSuccess;
  return WITH_TYPE (y_type, launch, stream, table_type, y, table, ids, n_rows,
                    width);
}
