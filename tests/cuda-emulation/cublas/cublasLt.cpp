/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cublasLt.cpp: the few functions of cuBLASLt that the project uses, as plain
 * loops, in a separate library that is found by its name.  A bias has the type
 * of the output, which is the default of the real one, and pointers must have
 * the alignment that the plan was given.  Sums are in float32.
 */

#include "cublasLt.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "cuda-emulation.h"
#include "emulation/small-floats.hpp"

struct cublasLtContext
{
};

struct cublasLtMatmulDesc
{
  cublasOperation_t   transpose_a, transpose_b;
  cublasLtEpilogue_t  epilogue;
  const void         *bias;
};

struct cublasLtMatrixLayout
{
  cudaDataType type;
  uint64_t     rows, columns;
  int64_t      ld;
};

struct cublasLtMatmulPreference
{
  uint32_t alignments[4];
};

struct Product
{
  cublasLtMatmulDesc    desc;
  cublasLtMatrixLayout  a, b, d;
  const void           *a_data, *b_data;
  void                 *d_data;
  float                 alpha, beta;
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

/* D = epilogue (alpha Aᵀ B + beta D), all column-major.  */
static void
run (void *data)
{
  const Product           *p = static_cast<Product *> (data);
  const long long          k = p->a.rows, m = p->d.rows, n = p->d.columns;
  std::vector<float>       a ((size_t) m * k), b ((size_t) n * k);

  for (long long i = 0; i < m; i++)
    for (long long l = 0; l < k; l++)
      a[i * k + l] = load (p->a_data, p->a.type, i * p->a.ld + l);
  for (long long j = 0; j < n; j++)
    for (long long l = 0; l < k; l++)
      b[j * k + l] = load (p->b_data, p->b.type, j * p->b.ld + l);
  for (long long j = 0; j < n; j++)
    for (long long i = 0; i < m; i++)
      {
        const float *row     = &a[i * k];
        const float *column  = &b[j * k];
        float        sums[8] = {};
        float        sum;
        long long    l       = 0;

        for (; l + 8 <= k; l += 8)
          for (int v = 0; v < 8; v++)
            sums[v] += row[l + v] * column[l + v];
        for (; l < k; l++)
          sums[0] += row[l] * column[l];
        sum = p->alpha * (((sums[0] + sums[4]) + (sums[2] + sums[6]))
                          + ((sums[1] + sums[5]) + (sums[3] + sums[7])));
        if (p->beta != 0.0f)
          sum += p->beta * load (p->d_data, p->d.type, j * p->d.ld + i);
        if (p->desc.epilogue & CUBLASLT_EPILOGUE_BIAS)
          sum += load (p->desc.bias, p->d.type, i);
        if (p->desc.epilogue & CUBLASLT_EPILOGUE_GELU)
          sum *= 0.5f * (1.0f + std::tanh (0.79788456f * (sum + 0.044715f * sum * sum * sum)));
        save (p->d_data, p->d.type, j * p->d.ld + i, sum);
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

static bool
is_aligned (const void *pointer, uint64_t alignment)
{
  return alignment && (uintptr_t) pointer % alignment == 0;
}

/* Objects that must be freed by the caller.  */
template <typename T>
static cublasStatus_t
make (const char *call, T **thing, const T &value)
{
  if (cuda_emulation_begin (call) != cudaSuccess)
    return CUBLAS_STATUS_NOT_INITIALIZED;
  *thing = new T (value);
  cuda_emulation_hold (1);
  return CUBLAS_STATUS_SUCCESS;
}

template <typename T>
static cublasStatus_t
drop (T *thing)
{
  cuda_emulation_hold (-1);
  delete thing;
  return CUBLAS_STATUS_SUCCESS;
}

extern "C"
{

cublasStatus_t
cublasLtCreate (cublasLtHandle_t *handle)
{
  int n_devices;

  if (cudaGetDeviceCount (&n_devices) != cudaSuccess)
    return CUBLAS_STATUS_NOT_INITIALIZED;
  return make ("cublasLtCreate", handle, {});
}

cublasStatus_t
cublasLtDestroy (cublasLtHandle_t handle)
{
  return drop (handle);
}

cublasStatus_t
cublasLtMatmulDescCreate (cublasLtMatmulDesc_t *desc, cublasComputeType_t compute_type,
                          cudaDataType scale_type)
{
  if (compute_type != CUBLAS_COMPUTE_32F || scale_type != CUDA_R_32F)
    return CUBLAS_STATUS_NOT_SUPPORTED;
  return make ("cublasLtMatmulDescCreate", desc,
               { CUBLAS_OP_N, CUBLAS_OP_N, CUBLASLT_EPILOGUE_DEFAULT, nullptr });
}

cublasStatus_t
cublasLtMatmulDescDestroy (cublasLtMatmulDesc_t desc)
{
  return drop (desc);
}

cublasStatus_t
cublasLtMatmulDescSetAttribute (cublasLtMatmulDesc_t desc, cublasLtMatmulDescAttributes_t attribute,
                                const void *value, size_t size)
{
  void *target = attribute == CUBLASLT_MATMUL_DESC_TRANSA     ? (void *) &desc->transpose_a
                 : attribute == CUBLASLT_MATMUL_DESC_TRANSB   ? (void *) &desc->transpose_b
                 : attribute == CUBLASLT_MATMUL_DESC_EPILOGUE ? (void *) &desc->epilogue
                                                              : (void *) &desc->bias;

  if (size != (attribute == CUBLASLT_MATMUL_DESC_BIAS_POINTER ? sizeof (void *) : 4))
    return CUBLAS_STATUS_INVALID_VALUE;
  memcpy (target, value, size);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtMatrixLayoutCreate (cublasLtMatrixLayout_t *layout, cudaDataType type, uint64_t rows,
                            uint64_t columns, int64_t ld)
{
  return make ("cublasLtMatrixLayoutCreate", layout, { type, rows, columns, ld });
}

cublasStatus_t
cublasLtMatrixLayoutDestroy (cublasLtMatrixLayout_t layout)
{
  return drop (layout);
}

cublasStatus_t
cublasLtMatmulPreferenceCreate (cublasLtMatmulPreference_t *preference)
{
  return make ("cublasLtMatmulPreferenceCreate", preference, { { 256, 256, 256, 256 } });
}

cublasStatus_t
cublasLtMatmulPreferenceDestroy (cublasLtMatmulPreference_t preference)
{
  return drop (preference);
}

cublasStatus_t
cublasLtMatmulPreferenceSetAttribute (cublasLtMatmulPreference_t preference,
                                      cublasLtMatmulPreferenceAttributes_t attribute,
                                      const void *value, size_t size)
{
  if (size != (attribute == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES ? 8 : 4))
    return CUBLAS_STATUS_INVALID_VALUE;
  if (attribute != CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES)
    memcpy (&preference->alignments[attribute - CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES], value, size);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtMatmulAlgoGetHeuristic (cublasLtHandle_t, cublasLtMatmulDesc_t desc,
                                cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                cublasLtMatmulPreference_t preference, int n_wanted,
                                cublasLtMatmulHeuristicResult_t results[], int *n_results)
{
  if (cuda_emulation_begin ("cublasLtMatmulAlgoGetHeuristic") != cudaSuccess)
    return CUBLAS_STATUS_INTERNAL_ERROR;
  if (n_wanted < 1 || ! is_known (a->type) || a->type != b->type
      || (d->type != a->type && d->type != CUDA_R_32F)
      || desc->transpose_a != CUBLAS_OP_T || desc->transpose_b != CUBLAS_OP_N
      || a->rows != b->rows || a->columns != d->rows || b->columns != d->columns
      || c->rows != d->rows || c->columns != d->columns || c->type != d->type
      || a->ld < (int64_t) a->rows || b->ld < (int64_t) b->rows || d->ld < (int64_t) d->rows)
    return CUBLAS_STATUS_NOT_SUPPORTED;
  /* As in the real library: 16-bit elements are read by vectors, or not at
   * all.  */
  *n_results = a->type == CUDA_R_32F || (a->ld % 8 == 0 && b->ld % 8 == 0) ? 1 : 0;
  results[0] = {};
  for (int i = 0; i < 4; i++)
    results[0].algo.data[i] = preference->alignments[i];
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t
cublasLtMatmul (cublasLtHandle_t, cublasLtMatmulDesc_t desc, const void *alpha,
                const void *a, cublasLtMatrixLayout_t a_layout,
                const void *b, cublasLtMatrixLayout_t b_layout, const void *beta,
                const void *c, cublasLtMatrixLayout_t, void *d, cublasLtMatrixLayout_t d_layout,
                const cublasLtMatmulAlgo_t *algorithm, void *, size_t, cudaStream_t stream)
{
  if (cuda_emulation_begin ("cublasLtMatmul") != cudaSuccess)
    return CUBLAS_STATUS_EXECUTION_FAILED;
  if (c != d || ! is_aligned (a, algorithm->data[0]) || ! is_aligned (b, algorithm->data[1])
      || ! is_aligned (c, algorithm->data[2]) || ! is_aligned (d, algorithm->data[3])
      || ((desc->epilogue & CUBLASLT_EPILOGUE_BIAS) && ! desc->bias))
    return CUBLAS_STATUS_INVALID_VALUE;
  cuda_emulation_enqueue (stream, run, destroy,
                          new Product { *desc, *a_layout, *b_layout, *d_layout, a, b, d,
                                        *static_cast<const float *> (alpha),
                                        *static_cast<const float *> (beta) });
  return CUBLAS_STATUS_SUCCESS;
}

}
