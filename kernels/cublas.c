/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cublas.c: opens cuBLAS at run time, if the machine has it, and multiplies by it.  It
 * is never linked, so that the module loads on machines without it, too.
 */

#include <cublas_v2.h>
#include <gmodule.h>

#include "kernels/backend.h"


struct _PiscesCublas
{
  cublasHandle_t handle;

  cublasStatus_t (* create)     (cublasHandle_t *handle);
  cublasStatus_t (* destroy)    (cublasHandle_t handle);
  cublasStatus_t (* set_stream) (cublasHandle_t handle, cudaStream_t stream);
  cublasStatus_t (* gemm_ex)    (cublasHandle_t handle,
                                 cublasOperation_t transa,
                                 cublasOperation_t transb,
                                 int m, int n, int k, const void *alpha,
                                 const void *a, cudaDataType a_type, int lda,
                                 const void *b, cudaDataType b_type, int ldb,
                                 const void *beta,
                                 void *c, cudaDataType c_type, int ldc,
                                 cublasComputeType_t compute_type,
                                 cublasGemmAlgo_t algorithm);
};

static const gchar * const libraries[] = { "libcublas.so.13", "libcublas.so.12" };


/**
 * pisces_cublas_open:
 *
 * Returns: (nullable): cuBLAS on that stream; %NULL if there is none, or if it does
 *   not start.
 */
PiscesCublas *
pisces_cublas_open (cudaStream_t stream)
{
  PiscesCublas *cublas = g_new0 (PiscesCublas, 1);

  for (guint i = 0; i < G_N_ELEMENTS (libraries); i++)
    {
      GModule *module = g_module_open (libraries[i],
                                       G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);

      if (! module)
        continue;
      if (g_module_symbol (module, "cublasCreate_v2",
                           (gpointer *) &cublas->create) &&
          g_module_symbol (module, "cublasDestroy_v2",
                           (gpointer *) &cublas->destroy) &&
          g_module_symbol (module, "cublasSetStream_v2",
                           (gpointer *) &cublas->set_stream) &&
          g_module_symbol (module, "cublasGemmEx",
                           (gpointer *) &cublas->gemm_ex) &&
          cublas->create (&cublas->handle) == CUBLAS_STATUS_SUCCESS)
        {
          /* cuBLAS has threads of its own that may still run, so it is never
           * unloaded.  */
          g_module_make_resident (module);
          if (cublas->set_stream (cublas->handle,
                                  stream) == CUBLAS_STATUS_SUCCESS)
            return cublas;
          cublas->destroy (cublas->handle);
        }
      else
        g_module_close (module);
    }
  g_free (cublas);
  /* Clears an error that was made here; the first kernel would report it otherwise.  */
  cudaGetLastError ();
  return NULL;
}

/**
 * pisces_cublas_close:
 * @cublas: (nullable) (transfer full):
 */
void
pisces_cublas_close (PiscesCublas *cublas)
{
  if (! cublas)
    return;

  cublas->destroy (cublas->handle);
  g_free (cublas);
}

static cudaDataType
data_type_of (PiscesCudaType type)
{
  return type == PISCES_CUDA_F16  ? CUDA_R_16F :
         type == PISCES_CUDA_BF16 ? CUDA_R_16BF : CUDA_R_32F;
}

/**
 * pisces_cublas_product:
 * @how: a product whose x has the weight's type, and y that type or float32.  Of the
 *   epilogue only @accumulate is looked at.
 *
 * y = x Wᵀ, or y += x Wᵀ, summed in float32.  cuBLAS sees columns where we
 * have rows, so it is asked for yᵀ = W xᵀ.
 *
 * Returns: whether cuBLAS took it.
 */
gboolean
pisces_cublas_product (PiscesCublas            *cublas,
                       const PiscesCudaProduct *how)
{
  const PiscesCudaRows y    = how->y;
  const PiscesCudaRows x    = how->x;
  const cudaDataType   type = data_type_of (how->weight.type);
  const float          one  = 1.0f;
  const float          beta = how->epilogue.accumulate ? 1.0f : 0.0f;

  if (cublas->gemm_ex (cublas->handle, CUBLAS_OP_T, CUBLAS_OP_N,
                       y.width, y.n_rows, x.width, &one,
                       how->weight.data, type, x.width, x.data, type, x.row_stride,
                       &beta, y.data, data_type_of (y.type), y.row_stride,
                       CUBLAS_COMPUTE_32F,
                       CUBLAS_GEMM_DEFAULT) == CUBLAS_STATUS_SUCCESS)
    return TRUE;

  /* This takes the error back, which the next kernel would report otherwise.  A lost
   * device reports its error again.  */
  cudaGetLastError ();
  return FALSE;
}
