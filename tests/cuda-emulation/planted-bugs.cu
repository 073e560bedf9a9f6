/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * planted-bugs.cu: small kernels, each with a mistake that is made in CUDA.
 * The half that is compiled with `bug` set must be reported by the emulation,
 * the other half must pass: a harness that cannot fail proves nothing.
 *
 * Longer than 500 lines, as it is a list of mistakes, each a kernel of its own.
 */

#include "kernels/cuda.h"
#include "tests/cuda-emulation/cuda-emulation.h"
#include "tests/cuda-emulation/planted-bugs.h"

#define N 256

/* The sum of a block, read before the others have written their parts. */
template <bool bug>
static __global__ void
missing_barrier (float *y, const float *x, int n)
{
  __shared__ float parts[N];

  parts[threadIdx.x] = x[threadIdx.x];
  for (int half = N / 2; half > 0; half /= 2)
    {
      if (! bug || half < N / 4)
        __syncthreads ();
      if (threadIdx.x < half)
        parts[threadIdx.x] += parts[threadIdx.x + half];
    }
  if (threadIdx.x == 0)
    y[0] = parts[0];
}

/* The two halves of a block wait at different barriers. */
template <bool bug>
static __global__ void
divergent_barrier (float *y, const float *x, int n)
{
  __shared__ float values[N];

  values[threadIdx.x] = x[threadIdx.x];
  if (bug && threadIdx.x < N / 2)
    {
      __syncthreads ();
      values[threadIdx.x] += 0.0f;
    }
  else
    __syncthreads ();
  if (threadIdx.x == 0)
    for (int i = 0; i < N; i++)
      y[0] = (i ? y[0] : 0.0f) + values[i];
}

/* Some threads end before the barrier that their warp's others wait at. */
template <bool bug>
static __global__ void
barrier_in_a_branch (float *y, const float *x, int n)
{
  float sum = x[threadIdx.x];

  if (bug && threadIdx.x % 2)
    __syncwarp (0x55555555u);
  __syncthreads ();
  sum = warp_sum (sum);
  if (threadIdx.x % 32 == 0)
    y[threadIdx.x / 32] = sum;
}

/* One element too many is read, or written. */
template <bool bug>
static __global__ void
tail_read (float *y, const float *x, int n)
{
  const int i = blockIdx.x * blockDim.x + threadIdx.x;

  if (bug ? i <= n : i < n)
    y[i % n] = x[i];
}

template <bool bug>
static __global__ void
tail_write (float *y, const float *x, int n)
{
  const int i = blockIdx.x * blockDim.x + threadIdx.x;

  if (bug ? i <= n : i < n)
    y[i] = i < n ? x[i] : 0.0f;
}

/* Only the lanes that have an element come to the shuffle. */
template <bool bug>
static __global__ void
absent_lanes (float *y, const float *x, int n)
{
  float sum;

  if (bug && threadIdx.x >= 20)
    return;
  sum = warp_sum (threadIdx.x < 20 ? x[threadIdx.x] : 0.0f);
  if (threadIdx.x == 0)
    y[0] = sum;
}

/* Lanes name different lanes as those that they wait for. */
template <bool bug>
static __global__ void
wrong_mask (float *y, const float *x, int n)
{
  const unsigned mask = bug && threadIdx.x >= 16 ? 0xfffffffeu : 0xffffffffu;

  y[threadIdx.x] = __shfl_sync (mask, x[threadIdx.x], 31);
}

template <bool bug>
static __global__ void
shared_index (float *y, const float *x, int n)
{
  __shared__ float values[32];

  values[threadIdx.x] = x[threadIdx.x];
  __syncthreads ();
  y[threadIdx.x] = values[threadIdx.x + (bug ? 1 : 0)];
}

/* The same by a pointer into memory whose size the launch gives. */
template <bool bug>
static __global__ void
dynamic_shared_index (float *y, const float *x, int n)
{
  DYN_SHARED (float, values);

  values[threadIdx.x + (bug ? 1 : 0)] = x[threadIdx.x];
  __syncthreads ();
  y[threadIdx.x] = values[threadIdx.x];
}

template <bool bug>
static __global__ void
misaligned_load (float *y, const float *x, int n)
{
  const float4 four = *(const float4 *) (x + threadIdx.x * 4 + (bug ? 1 : 0));

  y[threadIdx.x] = four.x + four.w;
}

template <bool bug>
static __global__ void
misaligned_cached_load (float *y, const float *x, int n)
{
  const float4 four = __ldg ((const float4 *) (x + threadIdx.x * 4 + (bug ? 1 : 0)));

  y[threadIdx.x] = four.x + four.w;
}

/* A sum of many small numbers in float16 stops growing. */
template <bool bug>
static __global__ void
half_sum (float *y, const float *x, int n)
{
  __half narrow = __float2half (0.0f);
  float  wide   = 0.0f;

  for (int i = 0; i < n; i++)
    {
      narrow += __float2half (x[i]);
      wide   += x[i];
    }
  y[threadIdx.x] = bug ? __half2float (narrow) : wide;
}

template <bool bug>
static __global__ void
unwritten_shared (float *y, const float *x, int n)
{
  __shared__ float sum;

  if (! bug && threadIdx.x == 0)
    sum = 0.0f;
  __syncthreads ();
  if (threadIdx.x == 0)
    y[blockIdx.x] = sum + x[0];
}

/* The last to write wins. */
template <bool bug>
static __global__ void
race (float *y, const float *x, int n)
{
  if (bug || threadIdx.x == 3)
    y[0] = x[threadIdx.x];
}

/* Parts of an array in turn, through two halves of shared memory: the next is
 * written while one is read, as products do it, but nobody waits for it. */
template <bool bug>
static __global__ void
two_halves (float *y, const float *x, int n)
{
  __shared__ float halves[2][N];
  float            sum = 0.0f;

  for (int part = 0; part <= n / N; part++)
    {
      if (part > 0)
        sum += halves[(part - 1) % 2][N - 1 - threadIdx.x];
      if (part < n / N)
        halves[part % 2][threadIdx.x] = x[part * N + threadIdx.x];
      if (! bug || part == 0)
        __syncthreads ();
    }
  y[threadIdx.x] = sum;
}

static unsigned
two_halves_of (float a, float b)
{
  const __half2 pair = __floats2half2_rn (a, b);
  unsigned      two;

  memcpy (&two, &pair, sizeof two);
  return two;
}

/* x [16, 16] times 1 times x [16, 8] by tensor cores: sums are the left side of
 * the next product, as in attention, but in another order. */
template <bool bug>
static __global__ void
sums_as_operand (float *y, const float *x, int n)
{
  const int      group   = threadIdx.x / 4;
  const int      two     = threadIdx.x % 4 * 2;
  const float   *row     = x + 16 * group + two;
  const unsigned left[4] = { two_halves_of (row[0], row[1]), two_halves_of (row[128], row[129]),
                             two_halves_of (row[8], row[9]), two_halves_of (row[136], row[137]) };
  float          once[2][4] = {}, twice[4] = {};
  unsigned       right[2];

  for (int j = 0; j < 2; j++)
    {
      for (int i = 0; i < 2; i++)
        right[i] = two_halves_of (two + 8 * i == 8 * j + group, two + 8 * i + 1 == 8 * j + group);
      cuda_emulation_mma_m16n8k16 (once[j], left, right, false);
    }

  const unsigned upper[2] = { two_halves_of (once[0][0], once[0][1]), two_halves_of (once[1][0], once[1][1]) };
  const unsigned lower[2] = { two_halves_of (once[0][2], once[0][3]), two_halves_of (once[1][2], once[1][3]) };
  const unsigned again[4] = { upper[0], bug ? upper[1] : lower[0], bug ? lower[0] : upper[1], lower[1] };

  for (int i = 0; i < 2; i++)
    right[i] = two_halves_of (x[(two + 8 * i) * 8 + group], x[(two + 8 * i + 1) * 8 + group]);
  cuda_emulation_mma_m16n8k16 (twice, again, right, false);
  for (int i = 0; i < 4; i++)
    y[(group + i / 2 * 8) * 8 + two + i % 2] = twice[i];
}

/* Lanes whose rows are not there leave the others alone with the tensor cores. */
template <bool bug>
static __global__ void
ragged_product (float *y, const float *x, int n)
{
  const unsigned ones    = two_halves_of (1.0f, 1.0f);
  const unsigned left[4] = { ones, ones, ones, ones }, right[2] = { ones, ones };
  float          sums[4] = {};

  if (! bug || threadIdx.x / 4 < 5)
    cuda_emulation_mma_m16n8k16 (sums, left, right, false);
  y[threadIdx.x] = sums[0];
}

/* What weighs little is added to a large sum by float atomics, whose order is
 * any: integers do not mind. */
template <bool bug>
static __global__ void
float_atomics (float *y, const float *x, int n)
{
  __shared__ float              total;
  __shared__ unsigned long long mass;
  const float                   weight = x[threadIdx.x] / (1.0f + threadIdx.x * threadIdx.x);

  if (threadIdx.x == 0)
    {
      total = 0.0f;
      mass  = 0;
    }
  __syncthreads ();
  if (bug)
    atomicAdd (&total, weight);
  else
    atomicAdd (&mass, (unsigned long long) (weight * 1099511627776.0f));
  __syncthreads ();
  if (threadIdx.x == 0)
    y[0] = bug ? total : (float) (mass * (1.0 / 1099511627776.0));
}

/* A residual of 3e5 is narrowed to float16 as it is, and scaled back: infinity. */
template <bool bug>
static __global__ void
beyond_half (float *y, const float *x, int n)
{
  const float large = x[threadIdx.x] * 1e6f;
  __half      narrow;

  if (bug)
    narrow = __float2half (large);
  else
    store (&narrow, large);
  y[threadIdx.x] = __half2float (narrow) / 65504.0f;
}

/* fminf and fmaxf know no NaN: a broken number becomes the largest. */
template <bool bug>
static __global__ void
lost_nan (float *y, const float *x, int n)
{
  const float value = threadIdx.x == 3 ? NAN : x[threadIdx.x];
  __half      narrow;

  if (bug)
    narrow = __float2half (fminf (fmaxf (value, -65504.0f), 65504.0f));
  else
    store (&narrow, value);
  y[threadIdx.x] = __half2float (narrow);
}

/* Blocks add up without an atomic. */
template <bool bug>
static __global__ void
race_of_blocks (int *y, const float *x, int n)
{
  if (threadIdx.x == 0)
    {
      if (bug)
        y[0] += (int) blockIdx.x;
      else
        atomicAdd (y, (int) blockIdx.x);
    }
}

/* A pointer to the host's memory is handed to a kernel. */
template <bool bug>
static __global__ void
host_pointer (float *y, const float *x, const float *host)
{
  y[threadIdx.x] = bug ? host[threadIdx.x] : x[threadIdx.x];
}

static float *device_x, *device_y;
static float  host_x[4 * N], host_y[N];

static void
begin (unsigned order)
{
  cuda_emulation_set_order (order);
  cudaMalloc (&device_x, sizeof host_x);
  cudaMalloc (&device_y, sizeof host_y);
  for (int i = 0; i < 4 * N; i++)
    host_x[i] = 0.25f + (float) (i % 7) / 8.0f;
  cudaMemcpy (device_x, host_x, sizeof host_x, cudaMemcpyHostToDevice);
  cudaMemset (device_y, 0, sizeof host_y);
}

static void
end ()
{
  cudaDeviceSynchronize ();
  cudaMemcpy (host_y, device_y, sizeof host_y, cudaMemcpyDeviceToHost);
  cudaFree (device_x);
  cudaFree (device_y);
}

static float
sum_of (int n)
{
  float sum = 0.0f;

  for (int i = 0; i < n; i++)
    sum += host_x[i];
  return sum;
}

static float
product_of (int row, int column)
{
  float sum = 0.0f;

  for (int i = 0; i < 16; i++)
    sum += host_x[16 * row + i] * host_x[8 * i + column];
  return sum;
}

static float
weights_of (int n)
{
  unsigned long long mass = 0;

  for (int i = 0; i < n; i++)
    mass += (unsigned long long) (host_x[i] / (1.0f + i * i) * 1099511627776.0f);
  return (float) (mass * (1.0 / 1099511627776.0));
}

/* Defines run_NAME(): `right` is looked at after each order. */
#define RUN(kernel, grid, block, shared, right, ...) \
  static int \
  run_ ## kernel (int with_bug) \
  { \
    bool all_right = true; \
    for (unsigned order = 0; order < 4; order++) \
      { \
        begin (order); \
        if (with_bug) \
          LAUNCH (kernel<true>, dim3 (grid), dim3 (block), (shared), (cudaStream_t) 0, __VA_ARGS__); \
        else \
          LAUNCH (kernel<false>, dim3 (grid), dim3 (block), (shared), (cudaStream_t) 0, __VA_ARGS__); \
        end (); \
        all_right = all_right && (right); \
      } \
    return all_right; \
  }

RUN (missing_barrier,        1, N, 0, host_y[0] == sum_of (N), device_y, device_x, N)
RUN (divergent_barrier,      1, N, 0, host_y[0] == sum_of (N), device_y, device_x, N)
RUN (barrier_in_a_branch,    1, N, 0, host_y[0] == sum_of (32), device_y, device_x, N)
RUN (tail_read,              9, 128, 0, true, device_y, device_x + 4 * N - 200, 200)
RUN (tail_write,             9, 32, 0, host_y[N - 1] == host_x[N - 1], device_y, device_x, N)
RUN (absent_lanes,           1, 32, 0, host_y[0] == sum_of (20), device_y, device_x, N)
RUN (wrong_mask,             1, 32, 0, host_y[5] == host_x[31], device_y, device_x, N)
RUN (shared_index,           1, 32, 0, host_y[31] == host_x[31], device_y, device_x, N)
RUN (dynamic_shared_index,   1, 32, 128, host_y[31] == host_x[31], device_y, device_x, N)
RUN (misaligned_load,        1, 32, 0, host_y[1] == host_x[4] + host_x[7], device_y, device_x, N)
RUN (misaligned_cached_load, 1, 32, 0, host_y[1] == host_x[4] + host_x[7], device_y, device_x, N)
RUN (half_sum,               1, 1, 0, fabsf (host_y[0] / sum_of (4 * N) - 1.0f) < 2e-4f, device_y, device_x, 4 * N)
RUN (unwritten_shared,       3, 32, 0, host_y[2] == host_x[0], device_y, device_x, N)
RUN (race,                   1, 32, 0, host_y[0] == host_x[3], device_y, device_x, N)
RUN (race_of_blocks,         5, 32, 0, __float_as_int (host_y[0]) == 10, (int *) device_y, device_x, N)
RUN (two_halves,             1, N, 0, host_y[5] == host_x[250] + host_x[506] + host_x[762] + host_x[1018],
     device_y, device_x, 4 * N)
RUN (sums_as_operand,        1, 32, 0, host_y[5] == product_of (0, 5) && host_y[98] == product_of (12, 2),
     device_y, device_x, N)
RUN (ragged_product,         1, 32, 0, host_y[5] == 16.0f, device_y, device_x, N)
RUN (float_atomics,          1, N, 0, host_y[0] == weights_of (N), device_y, device_x, N)
RUN (beyond_half,            1, 32, 0, host_y[5] == 1.0f, device_y, device_x, N)
RUN (lost_nan,               1, 32, 0, isnan (host_y[3]) && host_y[5] == host_x[5], device_y, device_x, N)
RUN (host_pointer,           1, 32, 0, host_y[5] == host_x[5], device_y, device_x, new float[32] ())

/* The host reads what the device has not handed over. */
static int
run_host_access (int with_bug)
{
  volatile float *p;
  float           sum = 0.0f;

  begin (0);
  cudaDeviceSynchronize ();
  p = device_x;
  if (with_bug)
    sum += *p;
  end ();
  return sum == 0.0f;
}

/* The host looks at a result before it is there. */
static int
run_missing_synchronization (int with_bug)
{
  float *pinned;
  int    is_right;

  begin (0);
  cudaMallocHost (&pinned, sizeof host_x);
  pinned[0] = -1.0f;
  cudaMemcpyAsync (pinned, device_x, sizeof host_x, cudaMemcpyDeviceToHost, 0);
  if (! with_bug)
    cudaStreamSynchronize (0);
  is_right = pinned[0] == host_x[0];
  end ();
  cudaFreeHost (pinned);
  return is_right;
}

/* A lost device is reset and used on, as if that would mend it. */
static int
run_reset_of_a_lost_device (int with_bug)
{
  float *p;
  int    is_right;

  begin (0);
  cuda_emulation_fail ("cudaStreamSynchronize", 1, cudaErrorIllegalAddress);
  cudaStreamSynchronize (0);
  if (with_bug)
    cudaDeviceReset ();
  else
    cuda_emulation_relaunch ();
  is_right = cudaMalloc (&p, 64) == cudaSuccess && cudaFree (p) == cudaSuccess;
  cuda_emulation_relaunch ();
  end ();
  return is_right;
}

static int
run_block_too_large (int with_bug)
{
  cudaError_t error;

  begin (0);
  LAUNCH (tail_write<false>, dim3 (1), dim3 (with_bug ? 1025 : 1024), 0, (cudaStream_t) 0,
          device_y, device_x, N);
  error = cudaGetLastError ();
  end ();
  return error == cudaSuccess;
}

static int
run_shared_too_large (int with_bug)
{
  cudaError_t error;

  begin (0);
  LAUNCH (tail_write<false>, dim3 (1), dim3 (N), (size_t) (48 << 10) + (with_bug ? 4 : 0), (cudaStream_t) 0,
          device_y, device_x, N);
  error = cudaGetLastError ();
  end ();
  return error == cudaSuccess;
}

const PlantedBug planted_bugs[] =
{
  { "missing barrier",          run_missing_barrier,         "has written",         NULL },
  { "divergent barrier",        run_divergent_barrier,       "divergent barrier",   "divergent barrier" },
  { "lane not in its mask",     run_barrier_in_a_branch,     "leaves it out",       "leaves it out" },
  { "tail read",                run_tail_read,               "behind the end",      "" },
  { "tail write",               run_tail_write,              "behind the end",      "behind the end" },
  { "shuffle of absent lanes",  run_absent_lanes,            "takes no part",       "takes no part" },
  { "lanes disagree on masks",  run_wrong_mask,              "disagree",            "disagree" },
  { "shared index",             run_shared_index,            "outside of its array", NULL },
  { "dynamic shared index",     run_dynamic_shared_index,    "outside of the 128",  "behind the end" },
  { "misaligned load",          run_misaligned_load,         "misaligned",          "" },
  { "misaligned cached load",   run_misaligned_cached_load,  "misaligned",          "misaligned" },
  { "sum in float16",           run_half_sum,                NULL,                  NULL },
  { "unwritten shared memory",  run_unwritten_shared,        "has written",         NULL },
  { "data race",                run_race,                    "data race",           NULL },
  { "data race of blocks",      run_race_of_blocks,          "data race",           "" },
  { "half not waited for",      run_two_halves,              "has written",         NULL },
  { "operand in another order", run_sums_as_operand,     NULL,                  NULL },
  { "tensor cores by rows",     run_ragged_product,      "needs all lanes",     "needs all lanes" },
  { "sum by float atomics",     run_float_atomics,           NULL,                  NULL },
  { "beyond float16",           run_beyond_half,             NULL,                  NULL },
  { "NaN lost in a limit",      run_lost_nan,                NULL,                  NULL },
  { "host pointer in a kernel", run_host_pointer,            "host's memory",       NULL },
  { "device pointer on host",   run_host_access,             "the host touches",    "the host touches" },
  { "missing synchronization",  run_missing_synchronization, NULL,                  NULL },
  { "reset of a lost device",   run_reset_of_a_lost_device,  NULL,                  NULL },
  { "block too large",          run_block_too_large,         NULL,                  NULL },
  { "shared memory too large",  run_shared_too_large,        NULL,                  NULL }
};

const int n_planted_bugs = sizeof planted_bugs / sizeof planted_bugs[0];
