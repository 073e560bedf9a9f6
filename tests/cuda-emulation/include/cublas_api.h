/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cublas_api.h: the part of cuBLAS that the project uses, with its own names
 * and numbers.  The functions are in cublas.cpp.
 */

#pragma once

#include "cuda_runtime_api.h"
#include "library_types.h"

#define CUBLAS_VERSION 130000

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
  CUBLAS_STATUS_SUCCESS          = 0,
  CUBLAS_STATUS_NOT_INITIALIZED  = 1,
  CUBLAS_STATUS_ALLOC_FAILED     = 3,
  CUBLAS_STATUS_INVALID_VALUE    = 7,
  CUBLAS_STATUS_ARCH_MISMATCH    = 8,
  CUBLAS_STATUS_EXECUTION_FAILED = 13,
  CUBLAS_STATUS_INTERNAL_ERROR   = 14,
  CUBLAS_STATUS_NOT_SUPPORTED    = 15
} cublasStatus_t;

typedef enum
{
  CUBLAS_OP_N = 0, CUBLAS_OP_T = 1, CUBLAS_OP_C = 2
} cublasOperation_t;

typedef enum
{
  CUBLAS_DEFAULT_MATH = 0, CUBLAS_TENSOR_OP_MATH = 1, CUBLAS_PEDANTIC_MATH = 2,
  CUBLAS_TF32_TENSOR_OP_MATH = 3,
  CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION = 16
} cublasMath_t;

typedef enum
{
  CUBLAS_COMPUTE_16F           = 64,
  CUBLAS_COMPUTE_32F           = 68,
  CUBLAS_COMPUTE_32F_PEDANTIC  = 69,
  CUBLAS_COMPUTE_32F_FAST_16F  = 74,
  CUBLAS_COMPUTE_32F_FAST_16BF = 75,
  CUBLAS_COMPUTE_32F_FAST_TF32 = 77
} cublasComputeType_t;

typedef enum
{
  CUBLAS_GEMM_DEFAULT           = -1,
  CUBLAS_GEMM_DEFAULT_TENSOR_OP = 99
} cublasGemmAlgo_t;

typedef struct cublasContext *cublasHandle_t;

cublasStatus_t cublasCreate_v2      (cublasHandle_t *handle);
cublasStatus_t cublasDestroy_v2     (cublasHandle_t handle);
cublasStatus_t cublasGetVersion_v2  (cublasHandle_t handle, int *version);
cublasStatus_t cublasSetStream_v2   (cublasHandle_t handle, cudaStream_t stream);
cublasStatus_t cublasSetMathMode    (cublasHandle_t handle, cublasMath_t mode);
cublasStatus_t cublasSetWorkspace_v2 (cublasHandle_t handle, void *workspace, size_t n_bytes);
const char *   cublasGetStatusString (cublasStatus_t status);

cublasStatus_t cublasGemmEx         (cublasHandle_t handle,
                                     cublasOperation_t transa, cublasOperation_t transb,
                                     int m, int n, int k,
                                     const void *alpha,
                                     const void *a, cudaDataType a_type, int lda,
                                     const void *b, cudaDataType b_type, int ldb,
                                     const void *beta,
                                     void *c, cudaDataType c_type, int ldc,
                                     cublasComputeType_t compute_type,
                                     cublasGemmAlgo_t algorithm);
cublasStatus_t cublasGemmStridedBatchedEx (cublasHandle_t handle,
                                     cublasOperation_t transa, cublasOperation_t transb,
                                     int m, int n, int k,
                                     const void *alpha,
                                     const void *a, cudaDataType a_type, int lda, long long stride_a,
                                     const void *b, cudaDataType b_type, int ldb, long long stride_b,
                                     const void *beta,
                                     void *c, cudaDataType c_type, int ldc, long long stride_c,
                                     int n_batch,
                                     cublasComputeType_t compute_type,
                                     cublasGemmAlgo_t algorithm);

#ifdef __cplusplus
}
#endif
