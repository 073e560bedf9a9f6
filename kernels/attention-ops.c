/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention-ops.c: the entries of the table for attention, and for the operations that
 * depend on the positions of rows.  They turn the engine's structs into those of
 * kernels.h.
 */

#include "kernels/backend.h"


#define STREAM(backend) (((PiscesCuda *) (backend))->stream)
#define WIDTH(tensor)   pisces_tensor_width (tensor)
#define N_ROWS(tensor)  pisces_tensor_n_rows (tensor)


static PiscesCudaRope rope_of       (const PiscesRope            *rope,
                                     gint64                       first_position);
static PiscesCudaAttention
                      attention_of  (PiscesTensor                 y,
                                     PiscesTensor                 q,
                                     PiscesTensor                 k,
                                     PiscesTensor                 v,
                                     const PiscesAttentionParams *params);
static gboolean       needs_numbers (const PiscesCudaAttention   *how,
                                     const PiscesAttentionParams *params);
static cudaError_t    send_numbers  (PiscesBackend               *backend,
                                     PiscesCudaAttention         *how,
                                     const PiscesAttentionParams *params,
                                     long long                   *to);
static gboolean       are_equal     (const gint64                *numbers,
                                     gint                         n);
static cudaError_t    send          (PiscesBackend               *backend,
                                     long long                   *to,
                                     const gint64                *numbers,
                                     gint                         n,
                                     gint64                       less);


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
                      pisces_cuda_rope (STREAM (backend), rows_of (x), &how));
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
                            gint              n_sequences,
                            const gint64     *first_rows)
{
  const gint       n_kv_heads = WIDTH (keys_values) / (2 * rope->head_dim);
  PiscesCudaAppend how        =
  {
    .cache                   = rows_of (keys_values),
    .qkv                     = rows_of (qkv),
    .n_heads                 = WIDTH (qkv) / rope->head_dim - 2 * n_kv_heads,
    .n_kv_heads              = n_kv_heads,
    .rope                    = rope_of (rope, first_rows[0]),
    .rows_per_sequence       = N_ROWS (qkv) / n_sequences,
    .cache_rows_per_sequence = N_ROWS (keys_values) / n_sequences
  };
  cudaError_t      status     = cudaSuccess;

  if (qkv.dtype != keys_values.dtype)
    return FALSE;

  if (backend->is_capturing)
    how.first_rows = ((PiscesCuda *) backend)->positions;
  else if (! are_equal (first_rows, n_sequences))
    {
      long long *numbers = pisces_cuda_scratch (backend, "rope_append", qkv,
                                                n_sequences * sizeof (*numbers));

      if (! numbers)
        return TRUE;
      status = send (backend, numbers, first_rows, n_sequences, 0);
      how.first_rows = numbers;
    }
  if (status == cudaSuccess)
    status = pisces_cuda_rope_append (STREAM (backend), &how);
  pisces_cuda_expect (backend, "rope_append", qkv, status);
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
  PiscesCudaAttention how     = attention_of (y, q, k, v, params);
  const gsize         n_bytes = (pisces_cuda_attention_scratch (&how) + 1) / 2 * 2 *
                                sizeof (float);
  gpointer            buffer  = NULL;
  cudaError_t         status  = cudaSuccess;

  if (params->lengths && backend->is_capturing)
    how.positions = ((PiscesCuda *) backend)->positions;
  if (n_bytes || needs_numbers (&how, params))
    {
      buffer = pisces_cuda_scratch (backend, "attention", y,
                                    n_bytes + (params->n_batch + 1) * sizeof (long long));
      if (! buffer)
        return;
    }
  if (needs_numbers (&how, params))
    status = send_numbers (backend, &how, params, (gpointer) ((guint8 *) buffer + n_bytes));
  if (status == cudaSuccess)
    status = pisces_cuda_attention (STREAM (backend), &how, buffer);
  pisces_cuda_expect (backend, "attention", y, status);
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

static PiscesCudaAttention
attention_of (PiscesTensor                 y,
              PiscesTensor                 q,
              PiscesTensor                 k,
              PiscesTensor                 v,
              const PiscesAttentionParams *params)
{
  PiscesCudaAttention how =
  {
    .y                 = rows_of (y),
    .q                 = rows_of (q),
    .k                 = rows_of (k),
    .v                 = rows_of (v),
    .n_batch           = params->n_batch,
    .n_heads           = params->n_heads,
    .n_kv_heads        = params->n_kv_heads,
    .head_dim          = params->head_dim,
    .scale             = params->scale,
    .causal            = params->causal,
    .n_queries         = N_ROWS (q) / params->n_batch,
    .n_keys            = pisces_attention_room (params, k),
    .bias              = params->bias.data,
    .bias_row_stride   = params->bias.row_stride
  };

  how.kv_rows_per_batch = params->kv_rows_per_batch ? params->kv_rows_per_batch : how.n_keys;
  how.first_position    = (params->lengths ? params->lengths[0] : how.n_keys) - how.n_queries;
  if (params->bias.data && N_ROWS (params->bias) > how.n_queries)
    how.bias_head_stride = how.n_queries * how.bias_row_stride;
  if (! params->starts)
    return how;

  how.n_queries = 0;
  for (gint i = 0; i < params->n_batch; i++)
    how.n_queries = MAX (how.n_queries, params->starts[i + 1] - params->starts[i]);
  how.n_keys = how.n_queries;
  return how;
}

/* Whether there are numbers that the kernel has to read from the device: a length that
 * all sequences share is an argument of the launch.  */
static gboolean
needs_numbers (const PiscesCudaAttention   *how,
               const PiscesAttentionParams *params)
{
  return params->starts ||
         (params->lengths && ! how->positions &&
          ! are_equal (params->lengths, params->n_batch));
}

static cudaError_t
send_numbers (PiscesBackend               *backend,
              PiscesCudaAttention         *how,
              const PiscesAttentionParams *params,
              long long                   *to)
{
  if (params->starts)
    {
      how->starts = to;
      return send (backend, to, params->starts, params->n_batch + 1, 0);
    }
  how->positions = to;
  return send (backend, to, params->lengths, params->n_batch, how->n_queries);
}

static gboolean
are_equal (const gint64 *numbers,
           gint          n)
{
  for (gint i = 1; i < n; i++)
    if (numbers[i] != numbers[0])
      return FALSE;
  return TRUE;
}

/* Sends numbers to the device, each of them less @less.  The memory here is not pinned,
 * so CUDA has taken the numbers over when this returns.  */
static cudaError_t
send (PiscesBackend *backend,
      long long     *to,
      const gint64  *numbers,
      gint           n,
      gint64         less)
{
  g_autofree long long *values = g_new (long long, n);

  for (gint i = 0; i < n; i++)
    values[i] = numbers[i] - less;
  return cudaMemcpyAsync (to, values, n * sizeof (*values), cudaMemcpyHostToDevice,
                          STREAM (backend));
}
