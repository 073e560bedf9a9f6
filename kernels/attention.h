/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention.h: the ways to attend, one a file; attention.cu has the launcher
 * of kernels.h, which chooses, and knows that there are queries and keys.
 */

#pragma once

#include "kernels/attention-choice.h"
#include "kernels/cuda.h"


/* One query of each of the batch; scratch as
 * pisces_cuda_attention_scratch() says.  No starts, no bias.  */
cudaError_t  pisces_cuda_attention_split (cudaStream_t               stream,
                                          const PiscesCudaAttention *how,
                                          float                     *scratch);

/* Many queries of 16 bits, rows and heads made of vectors of 16 bytes, on
 * tensor cores: heads up to ATTENTION_TILES_WIDTH, and wider ones, which have no
 * registers for sequences of unequal lengths.  No bias.  */
cudaError_t  pisces_cuda_attention_tiles (cudaStream_t               stream,
                                          const PiscesCudaAttention *how);
cudaError_t  pisces_cuda_attention_wide  (cudaStream_t               stream,
                                          const PiscesCudaAttention *how);

/* All that the others do not take.  */
cudaError_t  pisces_cuda_attention_uneven
                                         (cudaStream_t               stream,
                                          const PiscesCudaAttention *how);

/* Where the rows of a sequence begin, and how many there are: fewer than 2^31, and
 * registers are few.  */
struct Sequence
{
  int q_row, n_queries;
  int kv_row, n_keys;
  int position;                  /* of the first query among the keys */
};

/* Where all sequences are as long.  */
static __device__ __forceinline__ Sequence
even_sequence_of (const PiscesCudaAttention &how,
                  int                        batch)
{
  Sequence sequence;

  sequence.n_queries = (int) how.n_queries;
  sequence.q_row     = batch * sequence.n_queries;
  sequence.kv_row    = batch * (int) how.kv_rows_per_batch;
  sequence.position  = (int) how.first_position;
  sequence.n_keys    = sequence.position + sequence.n_queries;
  return sequence;
}

static __device__ __forceinline__ Sequence
sequence_of (const PiscesCudaAttention &how,
             int                        batch)
{
  Sequence sequence;

  if (how.starts)
    {
      sequence.q_row     = (int) how.starts[batch];
      sequence.kv_row    = sequence.q_row;
      sequence.n_queries = (int) how.starts[batch + 1] - sequence.q_row;
      sequence.n_keys    = sequence.n_queries;
      sequence.position  = 0;
      return sequence;
    }

  sequence.n_queries = (int) how.n_queries;
  sequence.q_row     = batch * sequence.n_queries;
  sequence.kv_row    = batch * (int) how.kv_rows_per_batch;
  sequence.position  = (int) (how.positions ? how.positions[batch]
                                            : how.first_position);
  sequence.n_keys    = sequence.position + sequence.n_queries;
  if (how.n_keys < sequence.n_keys)
    sequence.n_keys = (int) how.n_keys;
  return sequence;
}
