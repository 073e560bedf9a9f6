/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * group_norm.cu: normalises an image over all places and the channels of each group:
 * y = activation ((x - mean) / sqrt (variance + epsilon) * weight + bias).
 *
 * Reads x [n_batch * rows_per_batch, channels], weight and bias [channels],
 * writes y like x, which may be x.  Bound by memory: x is read three times, once of
 * them from the caches, and y is written once: 3 * n_rows * channels elements.
 *
 * A group of a large image is too much for one block (an image of a million pixels has
 * 32 groups), and the few channels of a group lie apart in memory.  So there are three
 * steps.  First blocks of 32 channels, one line of memory, by 8 rows take the mean and
 * the squares of each channel over a piece of the rows.  Then one block for each group
 * brings its pieces together.  At last every element is normalised for itself.
 *
 * The squares are taken around the mean of their piece (Chan, Golub and LeVeque 1979),
 * so nothing is lost where the mean is large.  All sums are in one order.
 */

#include "kernels/cuda.h"


#define COLUMNS     32
#define LINES       8
#define PIECE_ROWS  64
#define MAX_PIECES  256

/* The mean of a channel over a piece of the rows, and the sum of the squared
 * differences of its elements from that mean.  */
typedef struct
{
  float mean;
  float squares;
} Moments;

static __device__ __forceinline__ float
sum_lines (float sum,
           float lines[LINES][COLUMNS])
{
  lines[threadIdx.y][threadIdx.x] = sum;
  __syncthreads ();
  sum = 0.0f;
  for (int line = 0; line < LINES; line++)
    sum += lines[line][threadIdx.x];
  return sum;
}

template <typename Element>
static __global__ void
__launch_bounds__ (COLUMNS * LINES)
take_moments (Moments       *moments,
              const Element *x,
              long long      x_stride,
              long long      n_rows,
              long long      piece_rows,
              int            channels)
{
  __shared__ float  sums[LINES][COLUMNS];
  __shared__ float  squares[LINES][COLUMNS];
  const int         channel   = blockIdx.y * COLUMNS + threadIdx.x;
  const bool        is_inside = channel < channels;
  const long long   first     = blockIdx.x * piece_rows;
  const long long   end       = first + piece_rows < n_rows
                                ? first + piece_rows : n_rows;
  const Element    *in        = x + blockIdx.z * n_rows * x_stride + channel;
  float             sum       = 0.0f;
  float             mean;

  if (is_inside)
    for (long long row = first + threadIdx.y; row < end; row += LINES)
      sum += to_float (in[row * x_stride]);
  mean = sum_lines (sum, sums) / (end - first);

  sum = 0.0f;
  if (is_inside)
    for (long long row = first + threadIdx.y; row < end; row += LINES)
      {
        const float rest = to_float (in[row * x_stride]) - mean;

        sum += rest * rest;
      }
  sum = sum_lines (sum, squares);

  if (is_inside && threadIdx.y == 0)
    {
      Moments *out = moments + ((long long) blockIdx.z * gridDim.x +
                                blockIdx.x) * channels + channel;

      out->mean    = mean;
      out->squares = sum;
    }
}

/* groups[batch][group] gets the mean, and in the place of the squares
 * 1 / sqrt (variance + epsilon).  */
static __global__ void
__launch_bounds__ (256)
merge_moments (Moments       *groups,
               const Moments *moments,
               int            n_pieces,
               long long      n_rows,
               long long      piece_rows,
               int            channels,
               float          epsilon)
{
  __shared__ float  sums[256 / WARP_SIZE];
  __shared__ float  squares[256 / WARP_SIZE];
  const int         size    = channels / gridDim.x;
  const int         n       = n_pieces * size;
  const Moments    *in      = moments +
                              (long long) blockIdx.y * n_pieces * channels +
                              blockIdx.x * size;
  const float       count   = (float) n_rows * size;
  float             sum     = 0.0f;
  float             mean;

  for (int i = threadIdx.x; i < n; i += 256)
    {
      const int       piece = i / size;
      const long long left  = n_rows - piece * piece_rows;

      sum += (float) (left < piece_rows ? left : piece_rows) / count *
             in[(long long) piece * channels + i % size].mean;
    }
  mean = block_sum (sum, sums);

  sum = 0.0f;
  for (int i = threadIdx.x; i < n; i += 256)
    {
      const int       piece  = i / size;
      const long long left   = n_rows - piece * piece_rows;
      const Moments   moment = in[(long long) piece * channels + i % size];
      const float     rest   = moment.mean - mean;

      sum += moment.squares +
             (float) (left < piece_rows ? left : piece_rows) * rest * rest;
    }
  sum = block_sum (sum, squares);

  if (threadIdx.x == 0)
    {
      Moments *out = groups + blockIdx.y * gridDim.x + blockIdx.x;

      out->mean    = mean;
      out->squares = 1.0f / sqrtf (sum / count + epsilon);
    }
}

template <typename Out, typename In>
static __global__ void
normalise (Out                  *y,
           long long             y_stride,
           const In             *x,
           long long             x_stride,
           const Moments        *groups,
           const float          *weight,
           const float          *bias,
           long long             n_rows,
           long long             rows_per_batch,
           int                   channels,
           int                   n_groups,
           PiscesCudaActivation  activation)
{
  const long long  row  = THIS_ROW;
  const int        size = channels / n_groups;
  const Moments   *group;

  if (row >= n_rows)
    return;

  group = groups + row / rows_per_batch * n_groups;
  FOR_COLUMNS (c, channels)
    {
      const Moments moment = group[c / size];
      const float   value  = (to_float (x[row * x_stride + c]) - moment.mean) *
                             moment.squares * (weight ? weight[c] : 1.0f) +
                             (bias ? bias[c] : 0.0f);

      store (y + row * y_stride + c, activated (value, activation));
    }
}

template <typename Out, typename In>
static cudaError_t
launch (cudaStream_t               stream,
        const PiscesCudaGroupNorm *how)
{
  const PiscesCudaRows  y          = how->y;
  const PiscesCudaRows  x          = how->x;
  const long long       n_batch    = how->n_batch;
  const long long       n_rows     = x.n_rows / n_batch;
  const int             channels   = x.width;
  const int             n_groups   = how->n_groups;
  Moments              *groups     = (Moments *) how->scratch;
  Moments              *moments    = groups + n_batch * n_groups;
  long long             piece_rows = (n_rows + MAX_PIECES - 1) / MAX_PIECES;
  int                   n_pieces;
  cudaError_t           status;

  if (piece_rows < PIECE_ROWS)
    piece_rows = PIECE_ROWS;
  n_pieces = (int) ((n_rows + piece_rows - 1) / piece_rows);

  LAUNCH (take_moments<In>,
          dim3 (n_pieces, (channels + COLUMNS - 1) / COLUMNS, (unsigned) n_batch),
          dim3 (COLUMNS, LINES), 0, stream, moments,
          (const In *) x.data, x.row_stride, n_rows, piece_rows, channels);
  status = cudaGetLastError ();
  if (status != cudaSuccess)
    return status;

  LAUNCH (merge_moments, dim3 (n_groups, (unsigned) n_batch), dim3 (256), 0,
          stream, groups, moments, n_pieces, n_rows, piece_rows, channels,
          how->epsilon);
  status = cudaGetLastError ();
  if (status != cudaSuccess)
    return status;

  LAUNCH ((normalise<Out, In>), rows_grid (x.n_rows, channels),
          rows_block (channels), 0, stream, (Out *) y.data, y.row_stride,
          (const In *) x.data, x.row_stride, groups, how->weight, how->bias,
          x.n_rows, n_rows, channels, n_groups, how->activation);
  return cudaGetLastError ();
}

extern "C" long long
pisces_cuda_group_norm_scratch (long long n_batch,
                                long long channels)
{
  /* There are no more groups than channels.  */
  return n_batch * channels * (MAX_PIECES + 1) *
         (long long) (sizeof (Moments) / sizeof (float));
}

extern "C" cudaError_t
pisces_cuda_group_norm (cudaStream_t               stream,
                        const PiscesCudaGroupNorm *how)
{
  if (how->x.n_rows == 0 || how->x.width == 0)
    return cudaSuccess;
  return dispatch (OutAndIn (), [&] (auto out, auto in)
    {
      return launch<decltype (out), decltype (in)> (stream, how);
    }, how->y.type, how->x.type);
}
