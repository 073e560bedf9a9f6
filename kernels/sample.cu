/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sample.cu: a token from logits: the likeliest, or one drawn by temperature,
 * top-p from softmax, with a number that the host has drawn.
 *
 * Reads logits [n] once to find the largest, once for each of up to 4 digits
 * of a cut, and once to find the token, from the second cache all but the first
 * time; writes one number, so that 4 bytes go to the host and not the logits.
 * Bound by the latency of one multiprocessor, some 10 microseconds a reading of
 * 128 k.
 *
 * One block of 1024 threads.  A weight is exp ((logit - largest) /
 * temperature), from 0 to 1; masses are sums of weights in steps of 2^-40, in
 * integers, so that they do not depend on the order in which threads add.  The
 * largest weights up to a mass are found digit by digit from the
 * top, by a histogram of 256 (radix select over the bits of a float, which
 * sort as it does); no list is ever sorted.  Of equal weights the lowest ids
 * come first, as on the CPU.
 */

#include "kernels/cuda.h"
#include "kernels/sampling.h"


#define N_THREADS 1024
#define N_WARPS   (N_THREADS / WARP_SIZE)

typedef unsigned long long Mass;

/* The tokens that are looked at: those with a weight above the lowest, and the
 * first so many of those that have it.  */
typedef struct
{
  unsigned lowest;          /* bits of the weight       */
  unsigned n_left_out;      /* of those that have it    */
  Mass     mass;            /* of all                   */
} Choice;

typedef struct
{
  const float *logits;
  int          n;
  float        largest;
  float        inverse;     /* of the temperature       */
} Logits;

static __device__ __forceinline__ unsigned
weight_bits (const Logits &in,
             int           i)
{
  const float logit = in.logits[i];

  return logit > -INFINITY
         ? __float_as_uint (expf ((logit - in.largest) * in.inverse)) : 0;
}

static __device__ __forceinline__ Mass
mass_of (unsigned bits)
{
  return (Mass) (__uint_as_float (bits) * 1099511627776.0f);
}

/* The largest logit, and the lowest id that has it; -1: none is a number.  */
static __device__ __forceinline__ int
likeliest (const float *logits,
           int          n,
           float       *largest,
           float        values[N_WARPS],
           int          ids[N_WARPS])
{
  const int lane  = threadIdx.x % WARP_SIZE;
  float     value = -INFINITY;
  int       id    = -1;

  for (int i = threadIdx.x; i < n; i += N_THREADS)
    if (logits[i] > value)
      {
        value = logits[i];
        id    = i;
      }

  for (int round = 0; round < 2; round++)
    {
      for (int distance = WARP_SIZE / 2; distance > 0; distance /= 2)
        {
          const float other    = __shfl_xor_sync (0xffffffffu, value, distance);
          const int   other_id = __shfl_xor_sync (0xffffffffu, id, distance);

          if (other_id >= 0 &&
              (id < 0 || other > value || (other == value && other_id < id)))
            {
              value = other;
              id    = other_id;
            }
        }
      if (round == 0)
        {
          if (lane == 0)
            {
              values[threadIdx.x / WARP_SIZE] = value;
              ids[threadIdx.x / WARP_SIZE]    = id;
            }
          __syncthreads ();
          value = values[lane];
          id    = ids[lane];
        }
    }
  *largest = value;
  return id;
}

/* What is counted of the weights that have one digit.  */
typedef struct
{
  unsigned counts[256];
  Mass     masses[256];
  Choice   cut;             /* what was found                             */
  unsigned prefix;          /* digits that are known                      */
  Mass     left;            /* of what is looked for, in the ones below   */
  Mass     above;           /* the mass of all that are larger            */
  unsigned rank;            /* of those with the last weight, from 1      */
} Histogram;

/* Thread 0: the digit in which the cut lies.  */
static __device__ void
choose_digit (Histogram    *histogram,
              const Choice &choice,
              int           shift)
{
  int digit = 255;

  /* Those that are left out lie under the lowest weight.  */
  if (shift == 24 || (choice.lowest ^ histogram->prefix) >> (shift + 8) == 0)
    {
      const unsigned lowest = choice.lowest >> shift & 255;

      histogram->counts[lowest] -= choice.n_left_out;
      histogram->masses[lowest] -= choice.n_left_out * mass_of (choice.lowest);
    }

  for (; digit > 0; digit--)
    {
      const Mass here = histogram->masses[digit];

      if (here >= histogram->left)
        break;
      histogram->left  -= here;
      histogram->above += histogram->masses[digit];
    }
  histogram->prefix |= (unsigned) digit << shift;

  if (shift == 0)
    {
      const unsigned n_all = histogram->counts[digit];
      const Mass     each  = mass_of (histogram->prefix);
      const Mass     rank  = each ? (histogram->left + each - 1) / each : 1;

      histogram->rank           = rank < 1 ? 1 : rank > n_all ? n_all
                                                 : (unsigned) rank;
      histogram->cut.lowest     = histogram->prefix;
      histogram->cut.n_left_out = n_all - histogram->rank;
      if (histogram->prefix == choice.lowest)
        histogram->cut.n_left_out += choice.n_left_out;
      histogram->cut.mass       = histogram->above + histogram->rank * each;
    }
}

/* The largest weights, as few as have that many or that much mass together.  */
static __device__ Choice
cut_at (Histogram    *histogram,
        const Logits &in,
        const Choice &choice,
        Mass          wanted)
{
  if (threadIdx.x == 0)
    {
      histogram->prefix = 0;
      histogram->left   = wanted;
      histogram->above  = 0;
    }

  for (int shift = 24; shift >= 0; shift -= 8)
    {
      unsigned prefix;

      for (int i = threadIdx.x; i < 256; i += N_THREADS)
        histogram->counts[i] = histogram->masses[i] = 0;
      __syncthreads ();

      prefix = histogram->prefix;
      for (int i = threadIdx.x; i < in.n; i += N_THREADS)
        {
          const unsigned bits = weight_bits (in, i);

          if (bits < choice.lowest || mass_of (bits) == 0 ||
              (shift < 24 && (bits ^ prefix) >> (shift + 8) != 0))
            continue;
          atomicAdd (&histogram->counts[bits >> shift & 255], 1u);
          atomicAdd (&histogram->masses[bits >> shift & 255], mass_of (bits));
        }
      __syncthreads ();

      if (threadIdx.x == 0)
        choose_digit (histogram, choice, shift);
      __syncthreads ();
    }
  return histogram->cut;
}

/* What an id counts in the search for one: its mass, or, where the weight is
 * known, one.  */
static __device__ __forceinline__ Mass
share_of (const Logits &in,
          int           i,
          bool          is_known,
          unsigned      known)
{
  const unsigned bits = weight_bits (in, i);

  return is_known ? bits == known : mass_of (bits);
}

/* The first id, in their order, with which the shares reach what is wanted. */
static __device__ void
find (int          *id,
      const Logits &in,
      Mass          wanted,
      bool          is_known,
      unsigned      known,
      Mass          sums[N_WARPS])
{
  const int lane  = threadIdx.x % WARP_SIZE;
  const int warp  = threadIdx.x / WARP_SIZE;
  const int piece = (in.n + N_THREADS - 1) / N_THREADS;
  const int first = threadIdx.x * piece;
  const int end   = first + piece < in.n ? first + piece : in.n;
  Mass      own   = 0;
  Mass      before;

  for (int i = first; i < end; i++)
    own += share_of (in, i, is_known, known);

  /* Sums over the lanes up to this one, then over the warps before.  */
  before = own;
  for (int distance = 1; distance < WARP_SIZE; distance *= 2)
    {
      const Mass other = __shfl_up_sync (0xffffffffu, before, distance);

      if (lane >= distance)
        before += other;
    }
  if (lane == WARP_SIZE - 1)
    sums[warp] = before;
  __syncthreads ();
  before -= own;
  for (int w = 0; w < warp; w++)
    before += sums[w];

  if (before >= wanted || before + own < wanted)
    return;
  for (int i = first; i < end; i++)
    {
      before += share_of (in, i, is_known, known);
      if (before >= wanted)
        {
          *id = i;
          return;
        }
    }
}

static __global__ void
__launch_bounds__ (N_THREADS, 1)
sample (int                *id,
        const float        *logits,
        int                 n,
        PiscesCudaSampling  sampling)
{
  __shared__ Histogram  histogram;
  __shared__ float      values[N_WARPS];
  __shared__ int        ids[N_WARPS];
  __shared__ Mass       sums[N_WARPS];
  __shared__ Mass       total;
  Logits                in     = { logits, n, 0.0f, 0.0f };
  Choice                choice = { 0, 0, 0 };
  const int             best   = likeliest (logits, n, &in.largest, values,
                                            ids);
  Mass                  own    = 0;
  Mass                  wanted;

  if (threadIdx.x == 0)
    {
      *id   = best;
      total = 0;
    }
  /* All threads have the same of these.  */
  if (! (sampling.temperature > 0.0f) || best < 0 || in.largest == INFINITY)
    return;

  in.inverse = 1.0f / sampling.temperature;
  __syncthreads ();
  for (int i = threadIdx.x; i < n; i += N_THREADS)
    own += mass_of (weight_bits (in, i));
  atomicAdd (&total, own);
  __syncthreads ();
  choice.mass = total;

  if (sampling.top_p < 1.0)
    {
      wanted = sampling.top_p > 0.0 ? (Mass) (sampling.top_p * choice.mass) : 0;
      choice = cut_at (&histogram, in, choice, wanted ? wanted : 1);
    }

  /* By weight where something was cut, else by id, as the CPU draws.  */
  wanted = (Mass) (sampling.uniform * choice.mass) + 1;
  if (sampling.top_p < 1.0)
    {
      const Choice drawn = cut_at (&histogram, in, choice, wanted);

      find (id, in, histogram.rank, true, drawn.lowest, sums);
    }
  else
    {
      find (id, in, wanted, false, 0, sums);
    }
}

extern "C" cudaError_t
pisces_cuda_sample (cudaStream_t        stream,
                    int                *id,
                    const float        *logits,
                    int                 n,
                    PiscesCudaSampling  sampling)
{
  LAUNCH (sample, dim3 (1), dim3 (N_THREADS), 0, stream, id, logits, n,
          sampling);
  return cudaGetLastError ();
}
