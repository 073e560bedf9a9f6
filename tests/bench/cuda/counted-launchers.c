/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * counted-launchers.c: wraps every launcher (with the linker's --wrap) and
 * counts, from its arguments, each array that it reads or writes once, if the
 * comment at its head promises that; repeated reads from caches do not count.
 * Then the real launcher runs. cuBLAS is replaced, and counts as one launch.
 */

#include "kernels/attention-choice.h"
#include "kernels/backend.h"
#include "kernels/sampling.h"
#include "tests/bench/cuda/counting.h"

#define SIZE(type) ((type) == PISCES_CUDA_F32 ? 4.0 : 2.0)
#define UNIT(type) ((type) == PISCES_CUDA_F32 ? COUNT_FLOAT_CORES \
                                              : COUNT_TENSOR_CORES)

/* A launcher, its parameters and arguments in brackets, and the unit that
 * computes it.  */
#define COUNTED(name, parameters, arguments, unit, n_bytes, n_operations) \
  cudaError_t __real_pisces_cuda_##name parameters; \
  cudaError_t __wrap_pisces_cuda_##name parameters; \
  cudaError_t \
  __wrap_pisces_cuda_##name parameters \
  { \
    count_call (#name, (unit), (n_bytes), (n_operations)); \
    return __real_pisces_cuda_##name arguments; \
  }

static double
bytes (PiscesCudaRows rows)
{
  return (double) rows.n_rows * rows.width * SIZE (rows.type);
}

static double
image_bytes (PiscesCudaImage image)
{
  return (double) image.n_batch * image.height * image.width * image.channels *
         SIZE (image.type);
}

/* Sums of a product, of which a gate takes two for each output.  */
static double
sums_of (const PiscesCudaProduct *how)
{
  return (double) how->y.n_rows * how->y.width * (how->epilogue.gate ? 2 : 1);
}

/* Of a matrix of values; blocks of 32 quants have a scale of 16 bits.  */
static double
matrix_bytes (PiscesCudaMatrix matrix,
              double           n_values)
{
  return n_values * (matrix.n_bits ? (matrix.n_bits + 0.5) / 8 : SIZE (matrix.type));
}

static double
product_bytes (const PiscesCudaProduct *how)
{
  return bytes (how->x) + bytes (how->y) * (how->epilogue.accumulate ? 2 : 1) +
         matrix_bytes (how->weight, sums_of (how) / how->y.n_rows * how->x.width) +
         (how->norm.weight ? 4.0 * how->x.width : 0.0);
}

static double
product_operations (const PiscesCudaProduct *how)
{
  return 2.0 * sums_of (how) * how->x.width;
}

/* Weights of a convolution, of which each output channel has as many.  */
static double
conv2d_weights (const PiscesCudaConv2d *how)
{
  return (double) how->kernel_height * how->kernel_width * how->x.channels *
         how->y.channels;
}

static double
conv2d_bytes (const PiscesCudaConv2d *how)
{
  return image_bytes (how->x) +
         image_bytes (how->y) * (how->epilogue.accumulate ? 2 : 1) +
         matrix_bytes (how->weight, conv2d_weights (how));
}

static double
conv2d_operations (const PiscesCudaConv2d *how)
{
  return 2.0 * how->y.n_batch * how->y.height * how->y.width * conv2d_weights (how);
}

/* The number of keys in a sequence, as far as the host knows it.  */
static double
keys_of (const PiscesCudaAttention *how)
{
  const double n_last = how->first_position + how->n_queries;

  return how->starts || n_last > how->n_keys ? how->n_keys : n_last;
}

/* The number of keys that are seen; half of them in a causal square.  */
static double
keys_seen (const PiscesCudaAttention *how)
{
  return how->causal ? keys_of (how) - (how->n_queries - 1) / 2.0 : keys_of (how);
}

static double
attention_bytes (const PiscesCudaAttention *how)
{
  const double q = 2.0 * how->n_queries * how->n_heads;
  const double k = 2.0 * keys_of (how) * how->n_kv_heads;

  return how->n_batch * (q + k) * how->head_dim * SIZE (how->q.type) +
         8.0 * pisces_cuda_attention_scratch (how) * keys_of (how) / how->n_keys;
}

/* For wide heads, each block of 256 columns computes all scores again.  */
static double
attention_operations (const PiscesCudaAttention *how)
{
  const int n_slices = pisces_cuda_attention_scratch (how) ? 1 : (how->head_dim + 255) / 256;

  return 2.0 * how->n_batch * how->n_heads * how->n_queries * keys_seen (how) *
         how->head_dim * (n_slices + 1);
}

static CountUnit
attention_unit (const PiscesCudaAttention *how)
{
  return ! pisces_cuda_attention_scratch (how) && pisces_cuda_attention_by_tiles (how)
         ? UNIT (how->q.type) : COUNT_FLOAT_CORES;
}

COUNTED (rms_norm, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x, const float *weight,
                    float epsilon),
         (stream, y, x, weight, epsilon),
         COUNT_NOTHING,
         bytes (y) + bytes (x) + 4.0 * x.width,
         0)

COUNTED (layer_norm, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x, const float *weight,
                      const float *bias, float epsilon),
         (stream, y, x, weight, bias, epsilon),
         COUNT_NOTHING,
         bytes (y) + bytes (x) + 8.0 * x.width,
         0)

COUNTED (group_norm, (cudaStream_t stream, const PiscesCudaGroupNorm *how),
         (stream, how),
         COUNT_NOTHING,
         bytes (how->y) + 2 * bytes (how->x),
         0)

COUNTED (rope, (cudaStream_t stream, PiscesCudaRows x, const PiscesCudaRope *rope),
         (stream, x, rope),
         COUNT_NOTHING,
         2 * bytes (x),
         0)

COUNTED (copy, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x),
         (stream, y, x),
         COUNT_NOTHING,
         bytes (y) + bytes (x),
         0)

COUNTED (activate, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x,
                    PiscesCudaActivation activation),
         (stream, y, x, activation),
         COUNT_NOTHING,
         2 * bytes (y),
         0)

COUNTED (glu, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows gate, PiscesCudaRows up,
               PiscesCudaActivation activation),
         (stream, y, gate, up, activation),
         COUNT_NOTHING,
         bytes (y) + bytes (gate) + bytes (up),
         0)

COUNTED (add_broadcast, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x, PiscesCudaRows v,
                         long long rows_per_v),
         (stream, y, x, v, rows_per_v),
         COUNT_NOTHING,
         2 * bytes (y) + bytes (v),
         0)

COUNTED (add_weight, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x, const float *v,
                      long long n_v, PiscesCudaActivation activation),
         (stream, y, x, v, n_v, activation),
         COUNT_NOTHING,
         2 * bytes (y) + 4.0 * n_v * y.width,
         0)

COUNTED (combine, (cudaStream_t stream, PiscesCudaRows y, float a, PiscesCudaRows x, float b,
                   PiscesCudaRows z),
         (stream, y, a, x, b, z),
         COUNT_NOTHING,
         (b == 0 ? 2 : 3) * bytes (y),
         0)

COUNTED (rms_norm_heads, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x,
                          const float *weight, int head_dim, float epsilon),
         (stream, y, x, weight, head_dim, epsilon),
         COUNT_NOTHING,
         bytes (y) + bytes (x) + 4.0 * head_dim,
         0)

COUNTED (modulate, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x, PiscesCudaRows scale,
                    PiscesCudaRows shift),
         (stream, y, x, scale, shift),
         COUNT_NOTHING,
         bytes (y) + bytes (x) + bytes (scale) + bytes (shift),
         0)

COUNTED (add_gated, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x, PiscesCudaRows gate,
                     PiscesCudaRows z),
         (stream, y, x, gate, z),
         COUNT_NOTHING,
         bytes (y) + bytes (x) + bytes (gate) + bytes (z),
         0)

COUNTED (gather, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaRows x, const int *ids),
         (stream, y, x, ids),
         COUNT_NOTHING,
         bytes (y) + (double) y.n_rows * (y.width * SIZE (x.type) + 4),
         0)

COUNTED (upsample, (cudaStream_t stream, PiscesCudaImage y, PiscesCudaImage x),
         (stream, y, x),
         COUNT_NOTHING,
         image_bytes (y) + image_bytes (x),
         0)

COUNTED (average_pool, (cudaStream_t stream, PiscesCudaImage y, PiscesCudaImage x, int stride),
         (stream, y, x, stride),
         COUNT_NOTHING,
         image_bytes (y) + image_bytes (x),
         0)

COUNTED (fold, (cudaStream_t stream, PiscesCudaImage many, PiscesCudaImage deep, int r, int unfold),
         (stream, many, deep, r, unfold),
         COUNT_NOTHING,
         2 * image_bytes (many),
         0)

COUNTED (rope_append, (cudaStream_t stream, const PiscesCudaAppend *how),
         (stream, how),
         COUNT_NOTHING,
         2 * bytes (how->qkv),
         0)

COUNTED (gemv, (cudaStream_t stream, const PiscesCudaProduct *how),
         (stream, how),
         COUNT_FLOAT_CORES,
         product_bytes (how),
         product_operations (how))

COUNTED (gemv_quantised, (cudaStream_t stream, const PiscesCudaProduct *how),
         (stream, how),
         COUNT_FLOAT_CORES,
         product_bytes (how),
         product_operations (how))

COUNTED (dequantise, (cudaStream_t stream, PiscesCudaRows y, PiscesCudaMatrix weight),
         (stream, y, weight),
         COUNT_NOTHING,
         bytes (y) + matrix_bytes (weight, (double) y.n_rows * y.width),
         0)

COUNTED (matmul, (cudaStream_t stream, const PiscesCudaProduct *how),
         (stream, how),
         UNIT (how->weight.type),
         product_bytes (how),
         product_operations (how))

COUNTED (matmul_quantised, (cudaStream_t stream, const PiscesCudaProduct *how),
         (stream, how),
         UNIT (how->weight.type),
         product_bytes (how),
         product_operations (how))

COUNTED (conv2d, (cudaStream_t stream, const PiscesCudaConv2d *how),
         (stream, how),
         UNIT (how->weight.type),
         conv2d_bytes (how),
         conv2d_operations (how))

COUNTED (attention, (cudaStream_t stream, const PiscesCudaAttention *how, float *scratch),
         (stream, how, scratch),
         attention_unit (how),
         attention_bytes (how),
         attention_operations (how))

COUNTED (sample, (cudaStream_t stream, int *id, const float *logits, int n,
                  PiscesCudaSampling sampling),
         (stream, id, logits, n, sampling),
         COUNT_NOTHING,
         4.0 * n + 4,
         0)

/*  cuBLAS  */

PiscesCublas *
pisces_cublas_open (cudaStream_t stream)
{
  return (PiscesCublas *) &counts;
}

void
pisces_cublas_close (PiscesCublas *cublas)
{
}

gboolean
pisces_cublas_product (PiscesCublas            *cublas,
                       const PiscesCudaProduct *how)
{
  count_call ("cublas", UNIT (how->weight.type), product_bytes (how),
              product_operations (how));
  count_launch ();
  return TRUE;
}

PiscesCublasLt *
pisces_cublas_lt_open (cudaStream_t stream)
{
  return (PiscesCublasLt *) &counts;
}

void
pisces_cublas_lt_close (PiscesCublasLt *lt)
{
}

/* Like cublas-lt.c; products that it does not do are not counted here.  */
gboolean
pisces_cublas_lt_product (PiscesCublasLt          *lt,
                          const PiscesCudaProduct *how,
                          gconstpointer            bias)
{
  if (how->epilogue.activation != PISCES_CUDA_NO_ACTIVATION &&
      how->epilogue.activation != PISCES_CUDA_GELU_TANH)
    return FALSE;

  count_call ("cublas_lt", UNIT (how->weight.type), product_bytes (how),
              product_operations (how));
  count_launch ();
  return TRUE;
}
