/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * counted-launchers.c: wraps every launcher (with the linker's --wrap) and
 * counts, from its arguments, each array that it reads or writes once, if the
 * comment at its head promises that; repeated reads from caches do not count.
 * Then the real launcher runs. cuBLAS is replaced, and counts as one launch.
 */

#include "kernels/attention-choice.h"
#include "kernels/backend.h"
#include "kernels/matmul_quantised.h"
#include "kernels/sampling.h"
#include "tests/bench/cuda/counting.h"

#define SIZE(type) ((type) == PISCES_CUDA_F32 ? 4.0 : 2.0)
#define UNIT(type) ((type) == PISCES_CUDA_F32 ? COUNT_FLOAT_CORES \
                                              : COUNT_TENSOR_CORES)

/* For a product with n_out outputs.  */
#define SUMS(n_out, epilogue) ((n_out) * ((epilogue).gate ? 2.0 : 1.0))

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
pixels (PiscesCudaImage image)
{
  return (double) image.n_batch * image.height * image.width;
}

static double
product_bytes (PiscesCudaType y_type,
               PiscesCudaType x_type,
               PiscesCudaType weight_type,
               double         n_rows,
               double         n_in,
               double         n_out,
               int            accumulate)
{
  return n_rows * n_in * SIZE (x_type) +
         n_rows * n_out * SIZE (y_type) * (accumulate ? 2 : 1) +
         n_in * n_out * SIZE (weight_type);
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

COUNTED (rms_norm, (cudaStream_t stream, PiscesCudaType y_type, PiscesCudaType x_type,
                    PiscesCudaRows y, PiscesCudaRows x, const float *weight, long long n_rows,
                    long long width, float epsilon),
         (stream, y_type, x_type, y, x, weight, n_rows, width, epsilon),
         COUNT_NOTHING,
         (double) n_rows * width * (SIZE (y_type) + SIZE (x_type)) + 4.0 * width,
         0)

COUNTED (layer_norm, (cudaStream_t stream, PiscesCudaType y_type, PiscesCudaType x_type,
                      PiscesCudaRows y, PiscesCudaRows x, const float *weight, const float *bias,
                      long long n_rows, long long width, float epsilon),
         (stream, y_type, x_type, y, x, weight, bias, n_rows, width, epsilon),
         COUNT_NOTHING,
         (double) n_rows * width * (SIZE (y_type) + SIZE (x_type)) + 8.0 * width,
         0)

COUNTED (group_norm, (cudaStream_t stream, PiscesCudaType y_type, PiscesCudaType x_type,
                      PiscesCudaRows y, PiscesCudaRows x, const float *weight, const float *bias,
                      long long n_batch, long long rows_per_batch, long long channels,
                      int n_groups, float epsilon, PiscesCudaActivation activation,
                      float *scratch),
         (stream, y_type, x_type, y, x, weight, bias, n_batch, rows_per_batch, channels, n_groups,
          epsilon, activation, scratch),
         COUNT_NOTHING,
         (double) n_batch * rows_per_batch * channels * (SIZE (y_type) + 2 * SIZE (x_type)),
         0)

COUNTED (rope, (cudaStream_t stream, PiscesCudaType type, PiscesCudaRows x,
                long long n_rows, int n_heads, const PiscesCudaRope *rope),
         (stream, type, x, n_rows, n_heads, rope),
         COUNT_NOTHING,
         2.0 * n_rows * n_heads * rope->head_dim * SIZE (type),
         0)

COUNTED (copy, (cudaStream_t stream, PiscesCudaType y_type, PiscesCudaType x_type,
                PiscesCudaRows y, PiscesCudaRows x, long long n_rows, long long width),
         (stream, y_type, x_type, y, x, n_rows, width),
         COUNT_NOTHING,
         (double) n_rows * width * (SIZE (y_type) + SIZE (x_type)),
         0)

COUNTED (activate, (cudaStream_t stream, PiscesCudaType type, PiscesCudaRows y, PiscesCudaRows x,
                    long long n_rows, long long width, PiscesCudaActivation activation),
         (stream, type, y, x, n_rows, width, activation),
         COUNT_NOTHING,
         2.0 * n_rows * width * SIZE (type),
         0)

COUNTED (glu, (cudaStream_t stream, PiscesCudaType y_type, PiscesCudaType x_type, PiscesCudaRows y,
               PiscesCudaRows gate, PiscesCudaRows up, long long n_rows, long long width,
               PiscesCudaActivation activation),
         (stream, y_type, x_type, y, gate, up, n_rows, width, activation),
         COUNT_NOTHING,
         (double) n_rows * width * (SIZE (y_type) + 2 * SIZE (x_type)),
         0)

COUNTED (add_broadcast, (cudaStream_t stream, PiscesCudaType type, PiscesCudaRows y,
                         PiscesCudaRows x, PiscesCudaRows v, long long n_rows, long long width,
                         long long rows_per_v, long long n_v),
         (stream, type, y, x, v, n_rows, width, rows_per_v, n_v),
         COUNT_NOTHING,
         (2.0 * n_rows + n_v) * width * SIZE (type),
         0)

COUNTED (add_weight, (cudaStream_t stream, PiscesCudaType type, PiscesCudaRows y, PiscesCudaRows x,
                      const float *v, long long n_v, long long n_rows, long long width,
                      PiscesCudaActivation activation),
         (stream, type, y, x, v, n_v, n_rows, width, activation),
         COUNT_NOTHING,
         2.0 * n_rows * width * SIZE (type) + 4.0 * n_v * width,
         0)

COUNTED (combine, (cudaStream_t stream, PiscesCudaType type, PiscesCudaRows y, float a,
                   PiscesCudaRows x, float b, PiscesCudaRows z, long long n_rows, long long width),
         (stream, type, y, a, x, b, z, n_rows, width),
         COUNT_NOTHING,
         (b == 0 ? 2.0 : 3.0) * n_rows * width * SIZE (type),
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

COUNTED (upsample, (cudaStream_t stream, PiscesCudaType y_type, PiscesCudaType x_type,
                    PiscesCudaImage y, PiscesCudaImage x, int channels),
         (stream, y_type, x_type, y, x, channels),
         COUNT_NOTHING,
         (pixels (y) * SIZE (y_type) + pixels (x) * SIZE (x_type)) * channels,
         0)

COUNTED (average_pool, (cudaStream_t stream, PiscesCudaType type, PiscesCudaImage y,
                        PiscesCudaImage x, int channels, int stride),
         (stream, type, y, x, channels, stride),
         COUNT_NOTHING,
         (pixels (y) + pixels (x)) * channels * SIZE (type),
         0)

COUNTED (fold, (cudaStream_t stream, PiscesCudaType type, PiscesCudaImage many,
                PiscesCudaImage deep, int channels, int r, int unfold),
         (stream, type, many, deep, channels, r, unfold),
         COUNT_NOTHING,
         2.0 * pixels (many) * channels * SIZE (type),
         0)

COUNTED (rope_append, (cudaStream_t stream, const PiscesCudaAppend *how),
         (stream, how),
         COUNT_NOTHING,
         2.0 * bytes (how->qkv),
         0)

/* Includes the norm's weight.  A gate doubles the sums, but not what is
 * written.  */
static double
fused_bytes (PiscesCudaType     y_type,
             double             n_rows,
             double             n_in,
             double             n_out,
             PiscesCudaNorm     norm,
             PiscesCudaEpilogue epilogue)
{
  return (norm.weight ? 4 * n_in : 0) -
         (epilogue.gate ? n_rows * n_out * SIZE (y_type) : 0);
}

COUNTED (gemv, (cudaStream_t stream, PiscesCudaType y_type, PiscesCudaType x_type,
                PiscesCudaType weight_type, PiscesCudaRows y, PiscesCudaRows x, const void *weight,
                long long n_rows, long long n_in, long long n_out, PiscesCudaNorm norm,
                PiscesCudaEpilogue epilogue),
         (stream, y_type, x_type, weight_type, y, x, weight, n_rows, n_in, n_out, norm, epilogue),
         COUNT_FLOAT_CORES,
         product_bytes (y_type, x_type, weight_type, n_rows, n_in, SUMS (n_out, epilogue),
                        epilogue.accumulate) +
         fused_bytes (y_type, n_rows, n_in, n_out, norm, epilogue),
         2.0 * n_rows * n_in * SUMS (n_out, epilogue))

COUNTED (gemv_quantised, (cudaStream_t stream, PiscesCudaType y_type, PiscesCudaType x_type,
                          int n_bits, PiscesCudaRows y, PiscesCudaRows x, const void *quants,
                          const void *scales, long long n_rows, long long n_in, long long n_out,
                          PiscesCudaNorm norm, PiscesCudaEpilogue epilogue),
         (stream, y_type, x_type, n_bits, y, x, quants, scales, n_rows, n_in, n_out, norm, epilogue),
         COUNT_FLOAT_CORES,
         product_bytes (y_type, x_type, PISCES_CUDA_F32, n_rows, n_in, SUMS (n_out, epilogue),
                        epilogue.accumulate) +
         fused_bytes (y_type, n_rows, n_in, n_out, norm, epilogue) +
         ((n_bits + 0.5) / 8 - 4) * n_in * SUMS (n_out, epilogue),
         2.0 * n_rows * n_in * SUMS (n_out, epilogue))

COUNTED (dequantise, (cudaStream_t stream, PiscesCudaType type, int n_bits, void *y,
                      const void *quants, const void *scales, long long n_rows, long long width),
         (stream, type, n_bits, y, quants, scales, n_rows, width),
         COUNT_NOTHING,
         ((n_bits + 0.5) / 8 + SIZE (type)) * n_rows * width,
         0)

COUNTED (matmul, (cudaStream_t stream, PiscesCudaType y_type, PiscesCudaType x_type,
                  PiscesCudaType weight_type, PiscesCudaRows y, PiscesCudaRows x,
                  const void *weight, long long n_rows, long long n_in, long long n_out,
                  PiscesCudaEpilogue epilogue),
         (stream, y_type, x_type, weight_type, y, x, weight, n_rows, n_in, n_out, epilogue),
         UNIT (weight_type),
         product_bytes (y_type, x_type, weight_type, n_rows, n_in, SUMS (n_out, epilogue),
                        epilogue.accumulate) -
         (epilogue.gate ? n_rows * n_out * SIZE (y_type) : 0),
         2.0 * n_rows * n_in * SUMS (n_out, epilogue))

COUNTED (matmul_quantised, (cudaStream_t stream, PiscesCudaType y_type, PiscesCudaType x_type,
                            PiscesCudaType weight_type, int n_bits, PiscesCudaRows y,
                            PiscesCudaRows x, const void *quants, const void *scales,
                            long long n_rows, long long n_in, long long n_out,
                            PiscesCudaEpilogue epilogue),
         (stream, y_type, x_type, weight_type, n_bits, y, x, quants, scales, n_rows, n_in, n_out,
          epilogue),
         UNIT (weight_type),
         product_bytes (y_type, x_type, PISCES_CUDA_F32, n_rows, n_in, SUMS (n_out, epilogue),
                        epilogue.accumulate) -
         (epilogue.gate ? n_rows * n_out * SIZE (y_type) : 0) +
         ((n_bits + 0.5) / 8 - 4) * n_in * SUMS (n_out, epilogue),
         2.0 * n_rows * n_in * SUMS (n_out, epilogue))

COUNTED (conv2d, (cudaStream_t stream, PiscesCudaType y_type, PiscesCudaType x_type,
                  PiscesCudaType weight_type, PiscesCudaImage y, PiscesCudaImage x,
                  const void *weight, int n_in, int n_out, int kernel_height, int kernel_width,
                  int stride, int pad_top, int pad_left, PiscesCudaEpilogue epilogue),
         (stream, y_type, x_type, weight_type, y, x, weight, n_in, n_out, kernel_height,
          kernel_width, stride, pad_top, pad_left, epilogue),
         UNIT (weight_type),
         pixels (x) * n_in * SIZE (x_type) +
         pixels (y) * n_out * SIZE (y_type) * (epilogue.accumulate ? 2 : 1) +
         (double) n_in * n_out * kernel_height * kernel_width * SIZE (weight_type),
         2.0 * pixels (y) * n_in * n_out * kernel_height * kernel_width)

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
pisces_cublas_product (PiscesCublas   *cublas,
                       PiscesCudaType  y_type,
                       PiscesCudaType  type,
                       gpointer        y,
                       gint64          y_stride,
                       gconstpointer   x,
                       gint64          x_stride,
                       gconstpointer   weight,
                       gint64          n_rows,
                       gint64          n_in,
                       gint64          n_out,
                       gboolean        accumulate)
{
  count_call ("cublas", UNIT (type),
              product_bytes (y_type, type, type, n_rows, n_in, n_out,
                             accumulate),
              2.0 * n_rows * n_in * n_out);
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
pisces_cublas_lt_product (PiscesCublasLt   *lt,
                          PiscesCudaType    y_type,
                          PiscesCudaType    type,
                          PiscesCudaRows    y,
                          PiscesCudaRows    x,
                          gconstpointer     weight,
                          gconstpointer     bias,
                          gint64            n_rows,
                          gint64            n_in,
                          gint64            n_out,
                          PiscesActivation  activation,
                          gboolean          accumulate)
{
  if (activation != PISCES_ACT_NONE && activation != PISCES_ACT_GELU_TANH)
    return FALSE;

  count_call ("cublas_lt", UNIT (type),
              product_bytes (y_type, type, type, n_rows, n_in, n_out,
                             accumulate),
              2.0 * n_rows * n_in * n_out);
  count_launch ();
  return TRUE;
}
