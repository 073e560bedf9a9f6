/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fused.c: the entries of the table that stand for several operations.  Each of them
 * refuses the shapes and types that it has no kernel for, and the engine then does the
 * operations one by one.
 */

#include "kernels/backend.h"
#include "kernels/sampling.h"


#define STREAM(backend) (((PiscesCuda *) (backend))->stream)
#define WIDTH(tensor)   pisces_tensor_width (tensor)
#define N_ROWS(tensor)  pisces_tensor_n_rows (tensor)


static gboolean gemv_takes   (const PiscesCudaWeight *weight,
                              PiscesTensor            y,
                              PiscesTensor            x,
                              gboolean                has_norm);
static gboolean matmul_takes (PiscesBackend          *backend,
                              const PiscesCudaWeight *weight,
                              PiscesTensor            y,
                              PiscesTensor            x,
                              const PiscesFusion     *fusion);
static gboolean types_agree  (const PiscesCudaWeight *weight,
                              PiscesTensor            y,
                              PiscesTensor            x);


/**
 * pisces_cuda_fused_linear_op:
 *
 * See pisces_fused_linear().
 */
gboolean
pisces_cuda_fused_linear_op (PiscesBackend      *backend,
                             PiscesTensor        y,
                             PiscesTensor        x,
                             const PiscesWeight *weight,
                             const PiscesWeight *bias,
                             const PiscesFusion *fusion)
{
  const PiscesCudaWeight    own      = weight_for (weight, x);
  const PiscesCudaWeight   *w        = &own;
  const PiscesCudaProduct   how      =
  {
    .y        = rows_of (y),
    .x        = rows_of (x),
    .weight   = matrix_of (w),
    .norm     = { .weight = data_of (fusion->norm), .epsilon = fusion->epsilon },
    .epilogue =
    {
      .bias       = data_of (bias),
      .activation = activation_of (fusion->activation),
      .gate       = (PiscesCudaGate) fusion->gate
    }
  };

  /* Both lists are in one order.  */
  G_STATIC_ASSERT ((int) PISCES_CUDA_GATE_LAST == (int) PISCES_GATE_LAST);
  if (! matmul_takes (backend, w, y, x, fusion) &&
      ! gemv_takes (w, y, x, fusion->norm != NULL))
    return FALSE;

  pisces_cuda_expect (backend, "fused_linear", y,
                      pisces_cuda_own_product (backend, &how));
  return TRUE;
}

/**
 * pisces_cuda_sample_op:
 *
 * See pisces_sample().  Waits for the token.
 */
gint32
pisces_cuda_sample_op (PiscesBackend        *backend,
                       PiscesTensor          logits,
                       const PiscesSampling *sampling)
{
  const PiscesCudaSampling  how    =
  {
    sampling->temperature, sampling->top_p, sampling->uniform
  };
  gpointer                  buffer = pisces_cuda_scratch (backend, "sample",
                                                          logits,
                                                          sizeof (gint32));
  gint32                    id     = -1;
  cudaError_t               status;

  if (! buffer)
    return -1;

  status = pisces_cuda_sample (STREAM (backend), buffer, logits.data,
                               WIDTH (logits), how);
  if (status == cudaSuccess)
    status = cudaMemcpyAsync (&id, buffer, sizeof (id), cudaMemcpyDeviceToHost,
                              STREAM (backend));
  if (status == cudaSuccess)
    status = cudaStreamSynchronize (STREAM (backend));
  pisces_cuda_expect (backend, "sample", logits, status);
  return status == cudaSuccess ? id : -1;
}


/*  private functions  */

/* Whether gemv or gemv_quantised takes this, as kernels.h says.  */
static gboolean
gemv_takes (const PiscesCudaWeight *weight,
            PiscesTensor            y,
            PiscesTensor            x,
            gboolean                has_norm)
{
  if (N_ROWS (x) > PISCES_CUDA_GEMV_ROWS)
    return FALSE;

  if (has_norm)
    return x.dtype == PISCES_F32 &&
           (weight->n_bits || y.dtype == PISCES_F32 ||
            type_of (y) == weight->type);
  if (weight->n_bits)
    return y.dtype == PISCES_F32 || y.dtype == x.dtype;
  return types_agree (weight, y, x);
}

/* Whether matmul or matmul_quantised takes this, and is thought to be faster than
 * cuBLAS with a gate after it.  */
static gboolean
matmul_takes (PiscesBackend          *backend,
              const PiscesCudaWeight *weight,
              PiscesTensor            y,
              PiscesTensor            x,
              const PiscesFusion     *fusion)
{
  const PiscesCuda *cuda = (const PiscesCuda *) backend;

  if (fusion->gate == PISCES_GATE_NONE || fusion->norm ||
      N_ROWS (x) <= PISCES_CUDA_GEMV_ROWS || ! types_agree (weight, y, x))
    return FALSE;

  return ! cuda->cublas || WIDTH (x) <= cuda->thresholds->gated_inputs ||
         (weight->n_bits && pisces_cuda_reads_quants (backend, N_ROWS (x), TRUE));
}

/* Whether a product without a norm takes these types.  */
static gboolean
types_agree (const PiscesCudaWeight *weight,
             PiscesTensor            y,
             PiscesTensor            x)
{
  if (x.dtype == PISCES_F32)
    return y.dtype == PISCES_F32;
  return type_of (x) == weight->type &&
         (y.dtype == PISCES_F32 || y.dtype == x.dtype);
}
