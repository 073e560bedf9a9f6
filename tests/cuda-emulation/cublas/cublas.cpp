/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cublas.cpp: the few functions of cuBLAS that the project uses, as plain
 * loops.  It is a separate library with cuBLAS's name, so that searching for
 * it by name, and its absence, are tested too.  Sums are in float32.
 */

#include "cublas_api.h"

#include <cstdint>
#include <vector>

#include "cuda-emulation.h"
#include "emulation/small-floats.hpp"

struct cublasContext
{
  cudaStream_t stream;
};

struct Product
{
  bool         transpose_a, transpose_b;
  int          m, n, k, n_batch;
  float        alpha, beta;
  const void  *a, *b;
  void        *c;
  cudaDataType a_type, b_type, c_type;
  long long    lda, ldb, ldc, stride_a, stride_b, stride_c;
};

static float
load (const void *p, cudaDataType type, long long i)
{
  switch (type)
    {
    case CUDA_R_16F:  return cuda_emulation::half_to_float (static_cast<const uint16_t *> (p)[i]);
    case CUDA_R_16BF: return cuda_emulation::bfloat16_to_float (static_cast<const uint16_t *> (p)[i]);
    default:          return static_cast<const float *> (p)[i];
    }
}

static void
save (void *p, cudaDataType type, long long i, float x)
{
  switch (type)
    {
    case CUDA_R_16F:  static_cast<uint16_t *> (p)[i] = cuda_emulation::float_to_half (x); break;
    case CUDA_R_16BF: static_cast<uint16_t *> (p)[i] = cuda_emulation::float_to_bfloat16 (x); break;
    default:          static_cast<float *> (p)[i] = x;
    }
}

static void
run (void *data)
{
  const Product     *p = static_cast<Product *> (data);
  std::vector<float> a ((size_t) p->m * p->k), b ((size_t) p->n * p->k);

  for (int batch = 0; batch < p->n_batch; batch++)
    {
      for (long long i = 0; i < p->m; i++)
        for (long long l = 0; l < p->k; l++)
          a[i * p->k + l] = load (p->a, p->a_type, batch * p->stride_a
                                  + (p->transpose_a ? i * p->lda + l : l * p->lda + i));
      for (long long j = 0; j < p->n; j++)
        for (long long l = 0; l < p->k; l++)
          b[j * p->k + l] = load (p->b, p->b_type, batch * p->stride_b
                                  + (p->transpose_b ? l * p->ldb + j : j * p->ldb + l));
      for (long long j = 0; j < p->n; j++)
        for (long long i = 0; i < p->m; i++)
          {
            const long long at    = batch * p->stride_c + j * p->ldc + i;
            const float    *row   = &a[i * p->k];
            const float    *col   = &b[j * p->k];
            float           sums[8] = {};
            float           sum;
            int             l     = 0;

            for (; l + 8 <= p->k; l += 8)
              for (int v = 0; v < 8; v++)
                sums[v] += row[l + v] * col[l + v];
            for (; l < p->k; l++)
              sums[0] += row[l] * col[l];
            sum = ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
            /* The old value is not read if beta is 0, because it may be NaN. */
            save (p->c, p->c_type, at,
                  p->alpha * sum + (p->beta == 0.0f ? 0.0f : p->beta * load (p->c, p->c_type, at)));
          }
    }
}

static void
destroy (void *data)
{
  delete static_cast<Product *> (data);
}

/* Cards before 8.0 have no products of bfloat16. */
static bool
is_known (cudaDataType type)
{
  int major = 0;

  cudaDeviceGetAttribute (&major, cudaDevAttrComputeCapabilityMajor, 0);
  return type == CUDA_R_32F || type == CUDA_R_16F || (type == CUDA_R_16BF && major >= 8);
}

extern "C"
{

cublasStatus_t
cublasCreate_v2 (cublasHandle_t *handle)
{
  int n_devices;

  if (cuda_emulation_begin ("cublasCreate") != cudaSuccess)
    return CUBLAS_STATUS_NOT_INITIALIZED;
  if (cudaGetDeviceCount (&n_devices) != cudaSuccess)
    return CUBLAS_STATUS_NOT_INITIALIZED;
  *handle = new cublasContext ();
  cuda_emulation_hold (1);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasDestroy_v2 (cublasHandle_t handle)
{
  cuda_emulation_begin ("cublasDestroy");
  cuda_emulation_hold (-1);
  delete handle;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasGetVersion_v2 (cublasHandle_t, int *version)
{
  *version = CUBLAS_VERSION;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasSetStream_v2 (cublasHandle_t handle, cudaStream_t stream)
{
  if (cuda_emulation_begin ("cublasSetStream") != cudaSuccess)
    return CUBLAS_STATUS_NOT_INITIALIZED;
  handle->stream = stream;
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasSetMathMode (cublasHandle_t, cublasMath_t)
{
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasSetWorkspace_v2 (cublasHandle_t, void *, size_t)
{
  return CUBLAS_STATUS_SUCCESS;
}

const char *
cublasGetStatusString (cublasStatus_t status)
{
  return status == CUBLAS_STATUS_SUCCESS ? "CUBLAS_STATUS_SUCCESS" : "a cuBLAS error";
}

cublasStatus_t
cublasGemmStridedBatchedEx (cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb,
                            int m, int n, int k, const void *alpha,
                            const void *a, cudaDataType a_type, int lda, long long stride_a,
                            const void *b, cudaDataType b_type, int ldb, long long stride_b,
                            const void *beta, void *c, cudaDataType c_type, int ldc, long long stride_c,
                            int n_batch, cublasComputeType_t compute_type, cublasGemmAlgo_t)
{
  if (! handle)
    return CUBLAS_STATUS_NOT_INITIALIZED;
  if (cuda_emulation_begin ("cublasGemm") != cudaSuccess)
    return CUBLAS_STATUS_EXECUTION_FAILED;
  if (m < 0 || n < 0 || k < 0 || n_batch < 0
      || lda < (transa == CUBLAS_OP_N ? m : k) || ldb < (transb == CUBLAS_OP_N ? k : n) || ldc < m)
    return CUBLAS_STATUS_INVALID_VALUE;
  if (! is_known (a_type) || ! is_known (b_type) || ! is_known (c_type) || a_type != b_type
      || (c_type != a_type && c_type != CUDA_R_32F) || compute_type == CUBLAS_COMPUTE_16F)
    return CUBLAS_STATUS_NOT_SUPPORTED;
  cuda_emulation_enqueue (handle->stream, run, destroy,
                          new Product { transa != CUBLAS_OP_N, transb != CUBLAS_OP_N, m, n, k, n_batch,
                                        *static_cast<const float *> (alpha), *static_cast<const float *> (beta),
                                        a, b, c, a_type, b_type, c_type, lda, ldb, ldc,
                                        stride_a, stride_b, stride_c });
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasGemmEx (cublasHandle_t handle, cublasOperation_t transa, cublasOperation_t transb,
              int m, int n, int k, const void *alpha, const void *a, cudaDataType a_type, int lda,
              const void *b, cudaDataType b_type, int ldb, const void *beta,
              void *c, cudaDataType c_type, int ldc, cublasComputeType_t compute_type,
              cublasGemmAlgo_t algorithm)
{
  return cublasGemmStridedBatchedEx (handle, transa, transb, m, n, k, alpha, a, a_type, lda, 0,
                                     b, b_type, ldb, 0, beta, c, c_type, ldc, 0, 1,
                                     compute_type, algorithm);
}

}
