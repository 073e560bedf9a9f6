/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention.h: the kinds of attention, each in a file of its own.  attention.cu has the
 * launcher of kernels.h, which chooses between them once it has seen that there are
 * queries and keys.
 */

#pragma once

#include "kernels/attention-choice.h"
#include "kernels/cuda.h"


/* One query of each sequence; without starts and without a bias.  scratch has as many
 * floats as pisces_cuda_attention_scratch() says.  */
cudaError_t  pisces_cuda_attention_split (cudaStream_t               stream,
                                          const PiscesCudaAttention *how,
                                          float                     *scratch);

/* Many queries on tensor cores, as pisces_cuda_attention_by_tiles() says: heads of up to
 * ATTENTION_TILES_WIDTH columns, and wider heads.  The kernel for wider heads has no
 * registers left for sequences of unequal lengths.  */
cudaError_t  pisces_cuda_attention_tiles (cudaStream_t               stream,
                                          const PiscesCudaAttention *how);
cudaError_t  pisces_cuda_attention_wide  (cudaStream_t               stream,
                                          const PiscesCudaAttention *how);

/* Everything that the others do not take.  */
cudaError_t  pisces_cuda_attention_uneven
                                         (cudaStream_t               stream,
                                          const PiscesCudaAttention *how);

/* Where the rows of a sequence begin, and how many there are.  They are fewer than 2^31,
 * and a long long would take two registers.  */
struct Sequence
{
  int q_row, n_queries;
  int kv_row, n_keys;
  int position;                  /* of the first query among the keys */
};

/* The same where all sequences have the same length.  */
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
