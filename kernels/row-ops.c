/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * row-ops.c: the entries of the table that take each element, row or head for
 * itself.  They turn the engine's tensors into those of kernels.h.
 */

#include "kernels/backend.h"


#define STREAM(backend) (((PiscesCuda *) (backend))->stream)
#define WIDTH(tensor)   pisces_tensor_width (tensor)
#define N_ROWS(tensor)  pisces_tensor_n_rows (tensor)


static void gather_from (PiscesBackend  *backend,
                         PiscesTensor    y,
                         PiscesCudaRows  x,
                         const gint32   *ids);


/**
 * pisces_cuda_rms_norm_heads_op:
 *
 * See pisces_rms_norm_heads().
 */
void
pisces_cuda_rms_norm_heads_op (PiscesBackend      *backend,
                               PiscesTensor        y,
                               PiscesTensor        x,
                               const PiscesWeight *weight,
                               gint                head_dim,
                               gdouble             epsilon)
{
  pisces_cuda_expect (backend, "rms_norm_heads", y,
                      pisces_cuda_rms_norm_heads (STREAM (backend), rows_of (y), rows_of (x),
                                                  data_of (weight), head_dim, epsilon));
}

/**
 * pisces_cuda_copy_op:
 *
 * See pisces_copy().
 */
void
pisces_cuda_copy_op (PiscesBackend *backend,
                     PiscesTensor   y,
                     PiscesTensor   x)
{
  pisces_cuda_expect (backend, "copy", y,
                      pisces_cuda_copy (STREAM (backend), rows_of (y), rows_of (x)));
}

/**
 * pisces_cuda_gather_op:
 *
 * See pisces_gather().
 */
void
pisces_cuda_gather_op (PiscesBackend      *backend,
                       PiscesTensor        y,
                       const PiscesWeight *table,
                       const gint32       *ids)
{
  gather_from (backend, y,
               (PiscesCudaRows)
               {
                 data_of (table), table->dims[1], table->dims[0], table->dims[1],
                 ((const PiscesCudaWeight *) table)->type
               }, ids);
}

/**
 * pisces_cuda_gather_rows_op:
 *
 * See pisces_gather_rows().
 */
void
pisces_cuda_gather_rows_op (PiscesBackend *backend,
                            PiscesTensor   y,
                            PiscesTensor   x,
                            const gint32  *ids)
{
  gather_from (backend, y, rows_of (x), ids);
}

/**
 * pisces_cuda_activate_op:
 *
 * See pisces_activate().
 */
void
pisces_cuda_activate_op (PiscesBackend    *backend,
                         PiscesTensor      y,
                         PiscesTensor      x,
                         PiscesActivation  activation)
{
  pisces_cuda_expect (backend, "activate", y,
                      pisces_cuda_activate (STREAM (backend), rows_of (y), rows_of (x),
                                            activation_of (activation)));
}

/**
 * pisces_cuda_glu_op:
 *
 * See pisces_glu().
 */
void
pisces_cuda_glu_op (PiscesBackend    *backend,
                    PiscesTensor      y,
                    PiscesTensor      gate,
                    PiscesTensor      up,
                    PiscesActivation  activation)
{
  pisces_cuda_expect (backend, "glu", y,
                      pisces_cuda_glu (STREAM (backend), rows_of (y), rows_of (gate),
                                       rows_of (up), activation_of (activation)));
}

/**
 * pisces_cuda_add_broadcast_op:
 *
 * See pisces_add_broadcast().
 */
void
pisces_cuda_add_broadcast_op (PiscesBackend *backend,
                              PiscesTensor   y,
                              PiscesTensor   x,
                              PiscesTensor   v,
                              gint64         rows_per_v)
{
  pisces_cuda_expect (backend, "add_broadcast", y,
                      pisces_cuda_add_broadcast (STREAM (backend), rows_of (y),
                                                 rows_of (x), rows_of (v), rows_per_v));
}

/**
 * pisces_cuda_add_weight_op:
 *
 * See pisces_add_weight().
 */
void
pisces_cuda_add_weight_op (PiscesBackend      *backend,
                           PiscesTensor        y,
                           PiscesTensor        x,
                           const PiscesWeight *v)
{
  gint64 count = 1;

  for (gint d = 0; d < v->n_dims; d++)
    count *= v->dims[d];
  pisces_cuda_expect (backend, "add_weight", y,
                      pisces_cuda_add_weight (STREAM (backend), rows_of (y), rows_of (x),
                                              data_of (v), count / WIDTH (x),
                                              PISCES_CUDA_NO_ACTIVATION));
}

/**
 * pisces_cuda_combine_op:
 *
 * See pisces_combine().
 */
void
pisces_cuda_combine_op (PiscesBackend *backend,
                        PiscesTensor   y,
                        gdouble        a,
                        PiscesTensor   x,
                        gdouble        b,
                        PiscesTensor   z)
{
  pisces_cuda_expect (backend, "combine", y,
                      pisces_cuda_combine (STREAM (backend), rows_of (y), a, rows_of (x),
                                           b, rows_of (z)));
}

/**
 * pisces_cuda_modulate_op:
 *
 * See pisces_modulate().
 */
void
pisces_cuda_modulate_op (PiscesBackend *backend,
                         PiscesTensor   y,
                         PiscesTensor   x,
                         PiscesTensor   scale,
                         PiscesTensor   shift)
{
  pisces_cuda_expect (backend, "modulate", y,
                      pisces_cuda_modulate (STREAM (backend), rows_of (y), rows_of (x),
                                            rows_of (scale), rows_of (shift)));
}

/**
 * pisces_cuda_add_gated_op:
 *
 * See pisces_add_gated().
 */
void
pisces_cuda_add_gated_op (PiscesBackend *backend,
                          PiscesTensor   y,
                          PiscesTensor   x,
                          PiscesTensor   gate,
                          PiscesTensor   z)
{
  pisces_cuda_expect (backend, "add_gated", y,
                      pisces_cuda_add_gated (STREAM (backend), rows_of (y), rows_of (x),
                                             rows_of (gate), rows_of (z)));
}


/*  private functions  */

static void
gather_from (PiscesBackend  *backend,
             PiscesTensor    y,
             PiscesCudaRows  x,
             const gint32   *ids)
{
  const gsize  n_bytes = N_ROWS (y) * sizeof (gint32);
  gpointer     buffer  = pisces_cuda_scratch (backend, "gather", y, n_bytes);
  cudaError_t  status;

  if (! buffer)
    return;

  /* The ids are not in pinned memory, so CUDA has taken them over when this returns.  */
  status = cudaMemcpyAsync (buffer, ids, n_bytes, cudaMemcpyHostToDevice,
                            STREAM (backend));
  if (status == cudaSuccess)
    status = pisces_cuda_gather (STREAM (backend), rows_of (y), x, buffer);
  pisces_cuda_expect (backend, "gather", y, status);
}
