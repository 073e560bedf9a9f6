/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention-ops.c: the entries of the table for attention and for what knows
 * where a row stands: turns the engine's structs into those of kernels.h.
 */

#include "kernels/backend.h"


#define STREAM(backend) (((PiscesCuda *) (backend))->stream)
#define WIDTH(tensor)   pisces_tensor_width (tensor)
#define N_ROWS(tensor)  pisces_tensor_n_rows (tensor)


static PiscesCudaRope rope_of (const PiscesRope *rope,
                               gint64            first_position);


/**
 * pisces_cuda_rope_op:
 *
 * See pisces_rope().
 */
void
pisces_cuda_rope_op (PiscesBackend    *backend,
                     PiscesTensor      x,
                     const PiscesRope *rope,
                     gint64            first_position)
{
  const PiscesCudaRope how = rope_of (rope, first_position);

  pisces_cuda_expect (backend, "rope", x,
                      pisces_cuda_rope (STREAM (backend), type_of (x), rows_of (x),
                                        N_ROWS (x), WIDTH (x) / rope->head_dim, &how));
}

/**
 * pisces_cuda_rope_append_op:
 *
 * See pisces_rope_append().
 */
gboolean
pisces_cuda_rope_append_op (PiscesBackend    *backend,
                            PiscesTensor      keys_values,
                            PiscesTensor      qkv,
                            const PiscesRope *rope,
                            gint64            first_row)
{
  const PiscesCudaRope how        = rope_of (rope, first_row);
  const gint           n_kv_heads = WIDTH (keys_values) / (2 * rope->head_dim);
  const gint           n_heads    = WIDTH (qkv) / rope->head_dim - 2 * n_kv_heads;

  if (qkv.dtype != keys_values.dtype)
    return FALSE;

  pisces_cuda_expect (backend, "rope_append", qkv,
                      pisces_cuda_rope_append (STREAM (backend), type_of (qkv),
                                               rows_of (keys_values), rows_of (qkv),
                                               N_ROWS (qkv), n_heads, n_kv_heads,
                                               &how, pisces_cuda_position (backend)));
  return TRUE;
}

/**
 * pisces_cuda_attention_op:
 *
 * See pisces_attention().
 */
void
pisces_cuda_attention_op (PiscesBackend               *backend,
                          PiscesTensor                 y,
                          PiscesTensor                 q,
                          PiscesTensor                 k,
                          PiscesTensor                 v,
                          const PiscesAttentionParams *params)
{
  const gint64 kv_rows = params->kv_rows_per_batch
                         ? params->kv_rows_per_batch
                         : N_ROWS (k) / params->n_batch;
  const PiscesCudaAttention shape =
  {
    .n_batch           = params->n_batch,
    .n_heads           = params->n_heads,
    .n_kv_heads        = params->n_kv_heads,
    .head_dim          = params->head_dim,
    .n_queries         = N_ROWS (q) / params->n_batch,
    .n_keys            = N_ROWS (k) - kv_rows * (params->n_batch - 1),
    .kv_rows_per_batch = kv_rows,
    .causal            = params->causal,
    .first_position    = params->first_position,
    .scale             = params->scale,
    .position          = pisces_cuda_position (backend)
  };
  const gsize n_bytes = pisces_cuda_attention_scratch (&shape) *
                        sizeof (float);
  gpointer    buffer  = NULL;

  if (n_bytes)
    {
      buffer = pisces_cuda_scratch (backend, "attention", y, n_bytes);
      if (! buffer)
        return;
    }
  pisces_cuda_expect (backend, "attention", y,
                      pisces_cuda_attention (STREAM (backend), type_of (y),
                                             rows_of (y), rows_of (q),
                                             rows_of (k), rows_of (v), &shape,
                                             buffer));
}


/*  private functions  */

static PiscesCudaRope
rope_of (const PiscesRope *rope,
         gint64            first_position)
{
  const gint     n_axes = rope->positions.data ? WIDTH (rope->positions) : 1;
  PiscesCudaRope how    =
  {
    .frequencies     = data_of (rope->frequencies),
    .head_dim        = rope->head_dim,
    .interleaved     = rope->interleaved,
    .positions       = rope->positions.data,
    .position_stride = rope->positions.row_stride,
    .first_position  = first_position
  };
  gint           pair   = 0;

  G_STATIC_ASSERT (PISCES_CUDA_MAX_AXES == PISCES_MAX_AXES);
  for (gint axis = 0; axis + 1 < PISCES_MAX_AXES; axis++)
    {
      pair = axis + 1 < n_axes ? pair + rope->axis_pairs[axis] : rope->head_dim / 2;
      how.axis_ends[axis] = pair;
    }
  return how;
}
