/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sample.cu: chooses a token by its logits: the likeliest one, or one that is drawn by
 * temperature and top-p, with a random number from the host.
 *
 * Reads logits [n] once to find the largest, once for their sum, once for each of the 4
 * digits of each of up to two cuts, and once to find the token; all but the first time
 * they come from the second cache.  Writes one number, so that 4 bytes go to the host
 * and not all logits.  Bound by the latency of one multiprocessor, estimated at some 10
 * microseconds for each reading of 128 k logits.
 *
 * One block of 1024 threads.  The weight of a token is exp ((logit - largest) /
 * temperature), from 0 to 1.  A mass is a sum of weights, counted in integers in steps
 * of 2^-40, so that it does not depend on the order in which threads add.
 *
 * A cut leaves the largest weights that have some mass together.  No list is sorted for
 * it.  The bits of floats sort as the floats do, so the smallest weight that is left is
 * found 8 bits at a time from the top, by a histogram of 256 for each (radix select).
 * Of equal weights the lowest ids come first, as on the CPU.
 */

#include "kernels/cuda.h"
#include "kernels/sampling.h"


#define N_THREADS 1024
#define N_WARPS   (N_THREADS / WARP_SIZE)

typedef unsigned long long Mass;

/* The tokens that may be drawn: all whose weight is above the lowest, and those with the
 * lowest weight but for the last n_left_out of them.  */
typedef struct
{
  unsigned lowest;          /* the bits of that weight */
  unsigned n_left_out;
  Mass     mass;            /* of all that may be drawn */
} Choice;

typedef struct
{
  const float *logits;
  int          n;
  float        largest;
  float        inverse;     /* of the temperature */
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

/* Finds the largest logit and returns the lowest id that has it; -1: no logit is a
 * number.  */
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

/* The search for the weight at which a cut lies, one digit of 8 bits after another.  */
typedef struct
{
  unsigned counts[256];     /* of the weights with each value of the digit */
  Mass     masses[256];     /* of these weights together */
  Choice   cut;             /* the result */
  unsigned prefix;          /* the digits that are known already */
  Mass     left;            /* what is still missing of the wanted mass */
  Mass     above;           /* the mass of all weights that are larger */
  unsigned rank;            /* how many tokens with the lowest weight are left, 1
                             * at least; a token that is drawn is the last of
                             * them */
} Histogram;

/* Finds the next digit of the weight at which the cut lies.  Only thread 0 does this.  */
static __device__ void
choose_digit (Histogram    *histogram,
              const Choice &choice,
              int           shift)
{
  int digit = 255;

  /* The histogram has also counted the tokens that an earlier cut left out.  They all have
   * the lowest weight of that cut.  */
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

/* The largest weights: as few as have the wanted mass together.  */
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

/* What a token adds in find(): its mass, or, if the token's weight is known already, 1
 * for each token with that weight.  */
static __device__ __forceinline__ Mass
share_of (const Logits &in,
          int           i,
          bool          is_known,
          unsigned      known)
{
  const unsigned bits = weight_bits (in, i);

  return is_known ? bits == known : mass_of (bits);
}

/* Finds the first id up to which the shares add up to what is wanted.  */
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

  /* Adds up the lanes before this one, then the warps before this one.  */
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
  /* All threads have the same values here, so they return together.  */
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

  /* Tokens are counted from the largest weight on where top-p cuts, and in the order of
   * their ids where it does not, as on the CPU.  */
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
