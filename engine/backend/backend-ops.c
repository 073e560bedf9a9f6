/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-ops.c: the ops that networks call, and what each of them computes.
 * Attention and the ops that depend on positions are in backend-attention.c.
 * Every function does nothing once the job has failed or been cancelled,
 * checks shapes (a wrong one is a programming mistake), and calls the
 * backend's table.
 *
 * All tensors are treated as rows x columns: the last axis is the columns, all
 * others together are the rows, and the distance between rows may be larger
 * than their width. y may be the same tensor as an input if the comment says
 * "in place"; otherwise y must not overlap an input.
 *
 * Longer than 500 lines, as it has one function for each operation, half of
 * them documentation.
 */

#include "engine/backend/op-arguments.h"


/**
 * pisces_upload:
 * @y: any shape.
 * @values: `[rows, width]` contiguous.
 *
 * Copies from the host.
 */
void
pisces_upload (PiscesBackend *backend,
               PiscesTensor   y,
               const gfloat  *values)
{
  if (! READY (backend, y) || pisces_backend_is_uncapturable (backend, "an upload"))
    return;

  backend->table->upload (backend, y, values);
}

/**
 * pisces_download:
 * @values: room for `[rows, width]` contiguous.
 * @x: any shape.
 *
 * Waits for all earlier ops, and copies to the host.
 *
 * Returns: whether @values were written; %FALSE after a failure, and also if a
 *   file was changed in which weights still are, because the values are then
 *   meaningless.
 */
gboolean
pisces_download (PiscesBackend *backend,
                 gfloat        *values,
                 PiscesTensor   x)
{
  if (! READY (backend, x) || pisces_backend_is_uncapturable (backend, "a download"))
    return FALSE;

  backend->table->download (backend, values, x);
  pisces_backend_judge_sources (backend);
  return ! backend->error;
}

/**
 * pisces_copy:
 * @y: `[rows, width]`.
 * @x: `[rows, width]`, the same numbers of rows and columns; any strides.
 *
 * y = x.  Used to put tensors side by side or one below the other, and to
 * append to the KV cache.
 */
void
pisces_copy (PiscesBackend *backend,
             PiscesTensor   y,
             PiscesTensor   x)
{
  if (! READY (backend, y, x))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (x) && N_ROWS (y) == N_ROWS (x));

  backend->table->copy (backend, y, x);
}

/**
 * pisces_linear:
 * @y: `[rows, n_out]`.
 * @x: `[rows, n_in]`.
 * @weight: LINEAR, `[n_out, n_in]`.
 * @bias: (nullable): VECTOR of n_out.
 * @activation: applied last; NONE with @accumulate.
 * @accumulate: whether to add to the values in @y.
 *
 * y = activation (x Wᵀ + b), or y += x Wᵀ + b.
 */
void
pisces_linear (PiscesBackend      *backend,
               PiscesTensor        y,
               PiscesTensor        x,
               const PiscesWeight *weight,
               const PiscesWeight *bias,
               PiscesActivation    activation,
               gboolean            accumulate)
{
  if (! READY (backend, y, x))
    return;
  g_return_if_fail (weight && weight->n_dims == 2);
  g_return_if_fail (WIDTH (x) == weight->dims[1]);
  g_return_if_fail (WIDTH (y) == weight->dims[0]);
  g_return_if_fail (N_ROWS (y) == N_ROWS (x));
  g_return_if_fail (! bias || weight_count (bias) == weight->dims[0]);
  g_return_if_fail (! accumulate || activation == PISCES_ACT_NONE);

  if (! pisces_weight_touch (weight))
    return;
  backend->table->linear (backend, y, x, weight, bias, activation, accumulate);
}

/**
 * pisces_conv2d:
 * @y: `[batch, height_out, width_out, n_out]`, where height_out = (height +
 *   pad_top + pad_bottom - kernel_height) / stride + 1.
 * @x: `[batch, height, width, n_in]`.
 * @weight: CONV, `[n_out, n_in, kernel_height, kernel_width]`.
 * @bias: (nullable): VECTOR of n_out.
 * @params: stride, the four paddings (with zeros), activation or accumulate.
 *   A shift is added as by pisces_add_broadcast(); it cannot be combined with
 *   an activation.
 *
 * Computes what PyTorch calls a convolution, which is a cross-correlation.
 */
void
pisces_conv2d (PiscesBackend          *backend,
               PiscesTensor            y,
               PiscesTensor            x,
               const PiscesWeight     *weight,
               const PiscesWeight     *bias,
               const PiscesConvParams *params)
{
  if (! READY (backend, y, x))
    return;
  g_return_if_fail (weight && weight->n_dims == 4);
  g_return_if_fail (x.n_dims == 4 && y.n_dims == 4);
  g_return_if_fail (params->stride >= 1);
  g_return_if_fail (x.dims[0] == y.dims[0]);
  g_return_if_fail (x.dims[3] == weight->dims[1]);
  g_return_if_fail (y.dims[3] == weight->dims[0]);
  g_return_if_fail (y.dims[1] == (x.dims[1] + params->pad_top +
                                  params->pad_bottom - weight->dims[2]) /
                                 params->stride + 1);
  g_return_if_fail (y.dims[2] == (x.dims[2] + params->pad_left +
                                  params->pad_right - weight->dims[3]) /
                                 params->stride + 1);
  g_return_if_fail (! bias || weight_count (bias) == weight->dims[0]);
  g_return_if_fail (! params->accumulate ||
                    params->activation == PISCES_ACT_NONE);

  if (params->shift.data)
    {
      g_return_if_fail (params->activation == PISCES_ACT_NONE);
      g_return_if_fail (WIDTH (params->shift) == weight->dims[0]);
      g_return_if_fail (x.dims[0] % N_ROWS (params->shift) == 0);
    }

  if (! pisces_weight_touch (weight))
    return;

  backend->table->conv2d (backend, y, x, weight, bias, params);
  if (params->shift.data && ! backend->table->conv2d_shifts)
    pisces_add_broadcast (backend, y, y, params->shift,
                          N_ROWS (y) / N_ROWS (params->shift));
}

/**
 * pisces_rms_norm:
 * @y: `[rows, width]`; may be @x (in place).
 * @x: `[rows, width]`.
 * @weight: (nullable): VECTOR of width.
 *
 * y = x / sqrt (mean (x²) + epsilon) * weight, over each row (Zhang and
 * Sennrich, arXiv 1910.07467, equation 4).
 */
void
pisces_rms_norm (PiscesBackend      *backend,
                 PiscesTensor        y,
                 PiscesTensor        x,
                 const PiscesWeight *weight,
                 gdouble             epsilon)
{
  if (! READY (backend, y, x))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (x) && N_ROWS (y) == N_ROWS (x));
  g_return_if_fail (! weight || weight_count (weight) == WIDTH (x));

  backend->table->rms_norm (backend, y, x, weight, epsilon);
}

/**
 * pisces_rms_norm_heads:
 * @y: `[rows, n_heads * head_dim]`; may be @x (in place).
 * @x: the same shape as @y.  Both may be column slices, such as the queries in
 *   the result of a product that gives queries, keys and values.
 * @weight: (nullable): VECTOR of head_dim.
 * @head_dim: divides the width.
 *
 * pisces_rms_norm() of each head of each row: the norm of queries and keys in
 * Stable Diffusion 3.5 (Esser et al., arXiv 2403.03206) and Qwen3.
 */
void
pisces_rms_norm_heads (PiscesBackend      *backend,
                       PiscesTensor        y,
                       PiscesTensor        x,
                       const PiscesWeight *weight,
                       gint                head_dim,
                       gdouble             epsilon)
{
  if (! READY (backend, y, x))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (x) && N_ROWS (y) == N_ROWS (x));
  g_return_if_fail (head_dim >= 1 && WIDTH (x) % head_dim == 0);
  g_return_if_fail (! weight || weight_count (weight) == head_dim);

  backend->table->rms_norm_heads (backend, y, x, weight, head_dim, epsilon);
}

/**
 * pisces_layer_norm:
 * @y: `[rows, width]`; may be @x (in place).
 * @x: `[rows, width]`.
 * @weight: (nullable): VECTOR of width.
 * @bias: (nullable): VECTOR of width.
 *
 * y = (x - mean) / sqrt (variance + epsilon) * weight + bias, over each row,
 * with the variance of the whole population (divided by n, not n - 1).
 */
void
pisces_layer_norm (PiscesBackend      *backend,
                   PiscesTensor        y,
                   PiscesTensor        x,
                   const PiscesWeight *weight,
                   const PiscesWeight *bias,
                   gdouble             epsilon)
{
  if (! READY (backend, y, x))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (x) && N_ROWS (y) == N_ROWS (x));
  g_return_if_fail (! weight || weight_count (weight) == WIDTH (x));
  g_return_if_fail (! bias || weight_count (bias) == WIDTH (x));

  backend->table->layer_norm (backend, y, x, weight, bias, epsilon);
}

/**
 * pisces_group_norm:
 * @y: `[batch, height, width, channels]` or `[batch, rows, channels]`; may be
 *   @x (in place).  With two axes the batch is 1.
 * @x: as @y.
 * @weight: (nullable): VECTOR of channels.
 * @bias: (nullable): VECTOR of channels.
 * @n_groups: divides channels.
 * @activation: applied last.
 *
 * Normalises over all pixels and the channels of each group (Wu and He, arXiv
 * 1803.08494).
 */
void
pisces_group_norm (PiscesBackend      *backend,
                   PiscesTensor        y,
                   PiscesTensor        x,
                   const PiscesWeight *weight,
                   const PiscesWeight *bias,
                   gint                n_groups,
                   gdouble             epsilon,
                   PiscesActivation    activation)
{
  if (! READY (backend, y, x))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (x) && N_ROWS (y) == N_ROWS (x));
  g_return_if_fail (x.n_dims >= 2);
  g_return_if_fail (n_groups >= 1 && WIDTH (x) % n_groups == 0);
  g_return_if_fail (! weight || weight_count (weight) == WIDTH (x));
  g_return_if_fail (! bias || weight_count (bias) == WIDTH (x));

  backend->table->group_norm (backend, y, x, weight, bias, n_groups, epsilon,
                              activation);
}

/**
 * pisces_gather:
 * @y: `[n, width]`.
 * @table: TABLE, `[n_rows, width]`.
 * @ids: (array): n row numbers, in host memory.
 *
 * y[i] = table[ids[i]].
 */
void
pisces_gather (PiscesBackend      *backend,
               PiscesTensor        y,
               const PiscesWeight *table,
               const gint32       *ids)
{
  if (! READY (backend, y) || pisces_backend_is_uncapturable (backend, "a gather"))
    return;
  g_return_if_fail (table && table->n_dims == 2);
  g_return_if_fail (table->dims[1] == WIDTH (y));
  for (gint64 i = 0; i < N_ROWS (y); i++)
    g_return_if_fail (ids[i] >= 0 && ids[i] < table->dims[0]);

  if (! pisces_weight_touch (table))
    return;
  backend->table->gather (backend, y, table, ids);
}

/**
 * pisces_gather_rows:
 * @y: `[n, width]`.
 * @x: `[rows, width]`.
 * @ids: (array): n row numbers, in host memory; a number may occur several
 *   times.
 *
 * y[i] = x[ids[i]].  Used to put the patches of a picture into the order of
 * windows and back, and to pick the rows of a batch that are needed.
 */
void
pisces_gather_rows (PiscesBackend *backend,
                    PiscesTensor   y,
                    PiscesTensor   x,
                    const gint32  *ids)
{
  if (! READY (backend, y, x) ||
      pisces_backend_is_uncapturable (backend, "a gather"))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (x));
  for (gint64 i = 0; i < N_ROWS (y); i++)
    g_return_if_fail (ids[i] >= 0 && ids[i] < N_ROWS (x));

  backend->table->gather_rows (backend, y, x, ids);
}

/**
 * pisces_activate:
 * @y: `[rows, width]`; may be @x (in place).
 * @x: `[rows, width]`.
 *
 * y = activation (x).
 */
void
pisces_activate (PiscesBackend    *backend,
                 PiscesTensor      y,
                 PiscesTensor      x,
                 PiscesActivation  activation)
{
  if (! READY (backend, y, x))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (x) && N_ROWS (y) == N_ROWS (x));

  backend->table->activate (backend, y, x, activation);
}

/**
 * pisces_glu:
 * @y: `[rows, width]`; may be @gate or @up (in place).
 * @gate: `[rows, width]`.
 * @up: `[rows, width]`; @gate and @up may be column slices of one tensor.
 *
 * y = activation (gate) * up (Shazeer, arXiv 2002.05202, equation 5).
 */
void
pisces_glu (PiscesBackend    *backend,
            PiscesTensor      y,
            PiscesTensor      gate,
            PiscesTensor      up,
            PiscesActivation  activation)
{
  if (! READY (backend, y, gate, up))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (gate) && N_ROWS (y) == N_ROWS (gate));
  g_return_if_fail (WIDTH (y) == WIDTH (up) && N_ROWS (y) == N_ROWS (up));

  backend->table->glu (backend, y, gate, up, activation);
}

/**
 * pisces_add_broadcast:
 * @y: `[rows, width]`; may be @x (in place).
 * @x: `[rows, width]`.
 * @v: `[n, width]`.
 * @rows_per_v: how many consecutive rows use the same row of @v.
 *
 * y[i] = x[i] + v[(i / rows_per_v) % n].  Used for the sum of two tensors
 * (with rows_per_v = 1 and n = rows), and to add a time embedding to every
 * pixel of an image.
 */
void
pisces_add_broadcast (PiscesBackend *backend,
                      PiscesTensor   y,
                      PiscesTensor   x,
                      PiscesTensor   v,
                      gint64         rows_per_v)
{
  if (! READY (backend, y, x, v))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (x) && N_ROWS (y) == N_ROWS (x));
  g_return_if_fail (WIDTH (y) == WIDTH (v));
  g_return_if_fail (rows_per_v >= 1);

  backend->table->add_broadcast (backend, y, x, v, rows_per_v);
}

/**
 * pisces_add_weight:
 * @y: `[rows, width]`; may be @x (in place).
 * @x: `[rows, width]`.
 * @v: VECTOR of n * width elements, read as n rows.
 *
 * y[i] = x[i] + v[i % n].  Used for learned position embeddings.
 */
void
pisces_add_weight (PiscesBackend      *backend,
                   PiscesTensor        y,
                   PiscesTensor        x,
                   const PiscesWeight *v)
{
  if (! READY (backend, y, x))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (x) && N_ROWS (y) == N_ROWS (x));
  g_return_if_fail (v && weight_count (v) % WIDTH (x) == 0);

  backend->table->add_weight (backend, y, x, v);
}

/**
 * pisces_combine:
 * @y: `[rows, width]`; may be @x or @z (in place).
 * @x: `[rows, width]`.
 * @z: `[rows, width]`.
 *
 * y = a x + b z.  Used for guidance, and for the steps of a sampler.
 */
void
pisces_combine (PiscesBackend *backend,
                PiscesTensor   y,
                gdouble        a,
                PiscesTensor   x,
                gdouble        b,
                PiscesTensor   z)
{
  if (! READY (backend, y, x, z))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (x) && N_ROWS (y) == N_ROWS (x));
  g_return_if_fail (WIDTH (y) == WIDTH (z) && N_ROWS (y) == N_ROWS (z));

  backend->table->combine (backend, y, a, x, b, z);
}

/**
 * pisces_modulate:
 * @y: `[rows, width]`; may be @x (in place).
 * @x: `[rows, width]`.
 * @scale: `[n, width]` of float32, where each row is for one n-th of the rows
 *   of @x, such as one picture of a batch.
 * @shift: as @scale; both may be column slices of one tensor.
 *
 * y = x (1 + scale) + shift.  This is how a time embedding changes normalised
 * activations (Peebles and Xie, arXiv 2212.09748, section 3.2, adaLN).
 */
void
pisces_modulate (PiscesBackend *backend,
                 PiscesTensor   y,
                 PiscesTensor   x,
                 PiscesTensor   scale,
                 PiscesTensor   shift)
{
  if (! READY (backend, y, x, scale, shift))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (x) && N_ROWS (y) == N_ROWS (x));
  g_return_if_fail (WIDTH (scale) == WIDTH (x) && WIDTH (shift) == WIDTH (x));
  g_return_if_fail (N_ROWS (scale) == N_ROWS (shift));
  g_return_if_fail (N_ROWS (x) % N_ROWS (scale) == 0);
  g_return_if_fail (scale.dtype == PISCES_F32 && shift.dtype == PISCES_F32);

  backend->table->modulate (backend, y, x, scale, shift);
}

/**
 * pisces_add_gated:
 * @y: `[rows, width]`; may be @x (in place).
 * @x: `[rows, width]`.
 * @gate: `[n, width]` of float32, where each row is for one n-th of the rows
 *   of @x.
 * @z: `[rows, width]`.
 *
 * y = x + gate z.  This is the residual of a block whose gate is a time
 * embedding (adaLN-Zero in the same section).
 */
void
pisces_add_gated (PiscesBackend *backend,
                  PiscesTensor   y,
                  PiscesTensor   x,
                  PiscesTensor   gate,
                  PiscesTensor   z)
{
  if (! READY (backend, y, x, gate, z))
    return;
  g_return_if_fail (WIDTH (y) == WIDTH (x) && N_ROWS (y) == N_ROWS (x));
  g_return_if_fail (WIDTH (z) == WIDTH (x) && N_ROWS (z) == N_ROWS (x));
  g_return_if_fail (WIDTH (gate) == WIDTH (x));
  g_return_if_fail (N_ROWS (x) % N_ROWS (gate) == 0);
  g_return_if_fail (gate.dtype == PISCES_F32);

  backend->table->add_gated (backend, y, x, gate, z);
}

/**
 * pisces_upsample:
 * @y: `[batch, 2 * height, 2 * width, channels]`.
 * @x: `[batch, height, width, channels]`.
 *
 * Repeats every pixel in a block of 2 by 2.
 */
void
pisces_upsample (PiscesBackend *backend,
                 PiscesTensor   y,
                 PiscesTensor   x)
{
  if (! READY (backend, y, x))
    return;
  g_return_if_fail (x.n_dims == 4 && y.n_dims == 4);
  g_return_if_fail (y.dims[0] == x.dims[0] && y.dims[3] == x.dims[3]);
  g_return_if_fail (y.dims[1] == 2 * x.dims[1] && y.dims[2] == 2 * x.dims[2]);

  backend->table->upsample (backend, y, x);
}

/**
 * pisces_average_pool:
 * @y: `[batch, height / stride, width / stride, channels]`.
 * @x: `[batch, height, width, channels]`; the rest at the lower and right
 *   edges is ignored.
 *
 * Computes the mean of every block of stride by stride pixels.
 */
void
pisces_average_pool (PiscesBackend *backend,
                     PiscesTensor   y,
                     PiscesTensor   x,
                     gint           stride)
{
  if (! READY (backend, y, x))
    return;
  g_return_if_fail (x.n_dims == 4 && y.n_dims == 4 && stride >= 1);
  g_return_if_fail (y.dims[0] == x.dims[0] && y.dims[3] == x.dims[3]);
  g_return_if_fail (y.dims[1] == x.dims[1] / stride &&
                    y.dims[2] == x.dims[2] / stride);

  backend->table->average_pool (backend, y, x, stride);
}

/**
 * pisces_fold:
 * @y: `[batch, height / r, width / r, r * r * channels]`.
 * @x: `[batch, height, width, channels]`.
 *
 * Space to depth: puts the pixels of every r by r block one after another, in
 * the order [dy][dx][channel], as SmolVLM's pixel shuffle does with its
 * patches.
 *
 * If y has fewer channels than x, this is the reverse, depth to space, by
 * which the patches of a diffusion transformer become a latent: x is then
 * `[batch, height, width, r * r * channels]` and y is `[batch, r * height, r *
 * width, channels]`.
 */
void
pisces_fold (PiscesBackend *backend,
             PiscesTensor   y,
             PiscesTensor   x,
             gint           r)
{
  const PiscesTensor *many;
  const PiscesTensor *deep;

  if (! READY (backend, y, x))
    return;
  g_return_if_fail (x.n_dims == 4 && y.n_dims == 4 && r >= 1);
  many = WIDTH (y) < WIDTH (x) ? &y : &x;
  deep = WIDTH (y) < WIDTH (x) ? &x : &y;
  g_return_if_fail (many->dims[0] == deep->dims[0]);
  g_return_if_fail (many->dims[1] == deep->dims[1] * r);
  g_return_if_fail (many->dims[2] == deep->dims[2] * r);
  g_return_if_fail (many->dims[3] * r * r == deep->dims[3]);

  backend->table->fold (backend, y, x, r);
}
