/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * least.c: wraps a backend's table, and adds up what products, convolutions
 * and attention must at least do: read their weights once, read the input and
 * write the output once, in 16 bits; if they add to the output, also read it.
 * Norms, activations, sums and copies could be parts of those, so they count
 * as nothing.  Knows nothing of how the backend does it.
 */

#include "tests/bench/cuda/counting.h"
#include "tests/bench/cuda/least.h"

#define ACTIVATION_BYTES 2.0

static const PiscesBackendTable *real;
static PiscesBackendTable        watched;
static gboolean                  is_in_fused;

/* The linker's --wrap redirects every call from another file to this
 * function.  */
void __real_pisces_fused_linear (PiscesBackend      *backend,
                                 PiscesTensor        y,
                                 PiscesTensor        x,
                                 const PiscesWeight *weight,
                                 const PiscesWeight *bias,
                                 const PiscesFusion *fusion);
void __wrap_pisces_fused_linear (PiscesBackend      *backend,
                                 PiscesTensor        y,
                                 PiscesTensor        x,
                                 const PiscesWeight *weight,
                                 const PiscesWeight *bias,
                                 const PiscesFusion *fusion);


static void
add (gdouble n_bytes,
     gdouble n_operations)
{
  if (is_in_fused)
    return;
  counts.least_bytes      += n_bytes;
  counts.least_operations += n_operations;
}

static gdouble
bytes_of (PiscesTensor tensor)
{
  return (gdouble) pisces_tensor_count (tensor) * ACTIVATION_BYTES;
}

static void
linear (PiscesBackend      *backend,
        PiscesTensor        y,
        PiscesTensor        x,
        const PiscesWeight *weight,
        const PiscesWeight *bias,
        PiscesActivation    activation,
        gboolean            accumulate)
{
  add (weight->n_bytes + bytes_of (x) + bytes_of (y) * (accumulate ? 2 : 1),
       2.0 * pisces_tensor_count (x) * pisces_tensor_width (y));
  real->linear (backend, y, x, weight, bias, activation, accumulate);
}

static void
conv2d (PiscesBackend          *backend,
        PiscesTensor            y,
        PiscesTensor            x,
        const PiscesWeight     *weight,
        const PiscesWeight     *bias,
        const PiscesConvParams *params)
{
  add (weight->n_bytes + bytes_of (x) +
       bytes_of (y) * (params->accumulate ? 2 : 1),
       2.0 * pisces_tensor_count (y) * weight->dims[1] * weight->dims[2] *
       weight->dims[3]);
  real->conv2d (backend, y, x, weight, bias, params);
}

static void
attention (PiscesBackend               *backend,
           PiscesTensor                 y,
           PiscesTensor                 q,
           PiscesTensor                 k,
           PiscesTensor                 v,
           const PiscesAttentionParams *params)
{
  const gdouble n_there   = (gdouble) pisces_tensor_n_rows (k) / params->n_batch;
  const gdouble n_queries = (gdouble) pisces_tensor_n_rows (q) / params->n_batch;
  const gdouble n_keys    = params->lengths ? params->lengths[0] : n_there;

  add (bytes_of (q) + (bytes_of (k) + bytes_of (v)) * n_keys / n_there + bytes_of (y),
       4.0 * pisces_tensor_count (q) * n_keys *
       (params->causal && n_keys == n_queries ? 0.5 : 1.0));
  real->attention (backend, y, q, k, v, params);
}

/* The norm and the gate could be parts of the product, so the outputs that a
 * gate combines need not be written, whatever the backend does.  */
void
__wrap_pisces_fused_linear (PiscesBackend      *backend,
                            PiscesTensor        y,
                            PiscesTensor        x,
                            const PiscesWeight *weight,
                            const PiscesWeight *bias,
                            const PiscesFusion *fusion)
{
  add (weight->n_bytes + bytes_of (x) + bytes_of (y),
       2.0 * pisces_tensor_count (x) * weight->dims[0]);
  is_in_fused = TRUE;
  __real_pisces_fused_linear (backend, y, x, weight, bias, fusion);
  is_in_fused = FALSE;
}

/**
 * least_watch:
 * @backend: the backend whose ops are counted from now on.
 */
void
least_watch (PiscesBackend *backend)
{
  real    = backend->table;
  watched = *real;
  watched.linear    = linear;
  watched.conv2d    = conv2d;
  watched.attention = attention;
  backend->table    = &watched;
}
