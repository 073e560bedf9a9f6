/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * kernels.h: the launchers, one for each op.  They put work
 * on a stream and return at once; all pointers are to device memory, strides
 * are in elements.  Plain C without GLib, whose headers nvcc warns about.
 */

#pragma once

#include <cuda_runtime_api.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum
{
  PISCES_CUDA_F32,
  PISCES_CUDA_F16,
  PISCES_CUDA_BF16
} PiscesCudaType;

typedef enum
{
  PISCES_CUDA_NO_ACTIVATION,
  PISCES_CUDA_SILU,
  PISCES_CUDA_GELU,
  PISCES_CUDA_GELU_TANH,
  PISCES_CUDA_GELU_QUICK
} PiscesCudaActivation;

/* A tensor as rows and columns, row_stride elements from one row to the next.
 * Launchers that take the number of rows, the width and the types beside it read
 * the first two only.  */
typedef struct
{
  void           *data;
  long long       row_stride;
  long long       n_rows;
  int             width;
  PiscesCudaType  type;
} PiscesCudaRows;

/* An image in rows of pixels, [batch, height, width, channels].  */
typedef struct
{
  void      *data;
  long long  row_stride;
  int        n_batch, height, width;
} PiscesCudaImage;

/* Where an op has a y_type and an x_type, they are the same, or x is f32.  */

cudaError_t  pisces_cuda_rms_norm      (cudaStream_t          stream,
                                        PiscesCudaType        y_type,
                                        PiscesCudaType        x_type,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const float          *weight,
                                        long long             n_rows,
                                        long long             width,
                                        float                 epsilon);

/* Over each head of each row; weight is of head_dim.  y is like x, or x is
 * f32.  */
cudaError_t  pisces_cuda_rms_norm_heads
                                       (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const float          *weight,
                                        int                   head_dim,
                                        float                 epsilon);

cudaError_t  pisces_cuda_layer_norm    (cudaStream_t          stream,
                                        PiscesCudaType        y_type,
                                        PiscesCudaType        x_type,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const float          *weight,
                                        const float          *bias,
                                        long long             n_rows,
                                        long long             width,
                                        float                 epsilon);

/* scratch has room for pisces_cuda_group_norm_scratch() floats.  */
long long    pisces_cuda_group_norm_scratch
                                       (long long             n_batch,
                                        long long             channels);
cudaError_t  pisces_cuda_group_norm    (cudaStream_t          stream,
                                        PiscesCudaType        y_type,
                                        PiscesCudaType        x_type,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const float          *weight,
                                        const float          *bias,
                                        long long             n_batch,
                                        long long             rows_per_batch,
                                        long long             channels,
                                        int                   n_groups,
                                        float                 epsilon,
                                        PiscesCudaActivation  activation,
                                        float                *scratch);

#define PISCES_CUDA_MAX_AXES 4

/* How heads are turned: pair j by the position on its axis times
 * frequencies[j].  Passed to kernels as it is.  */
typedef struct
{
  const float     *frequencies;           /* [head_dim / 2] */
  int              head_dim;
  int              interleaved;           /* pairs are 2j and 2j + 1, else j and
                                           * j + head_dim / 2 */
  int              axis_ends[PISCES_CUDA_MAX_AXES - 1];
                                          /* the first pair behind those of each
                                           * axis but the last */
  const float     *positions;             /* of each row on each axis; NULL: rows
                                           * are counted, on one axis */
  long long        position_stride;       /* between two rows of them */
  long long        first_position;        /* where rows are counted */
} PiscesCudaRope;

cudaError_t  pisces_cuda_rope          (cudaStream_t          stream,
                                        PiscesCudaType        type,
                                        PiscesCudaRows        x,
                                        long long             n_rows,
                                        int                   n_heads,
                                        const PiscesCudaRope *rope);

/* Queries, keys and values of some sequences, as many rows for each: queries are
 * turned in place, keys and values go to the cache, [keys, values].  */
typedef struct
{
  PiscesCudaRows   cache;
  PiscesCudaRows   qkv;                   /* of the same type */
  int              n_heads, n_kv_heads;
  PiscesCudaRope   rope;                  /* not interleaved; where it has no
                                           * positions, first_position is that of
                                           * the first row of each sequence, and
                                           * the row of the cache */
  long long        rows_per_sequence;     /* of qkv */
  long long        cache_rows_per_sequence;
  const long long *first_rows;            /* NULL, or of each sequence, on the
                                           * device, in place of first_position:
                                           * a captured launch reads them anew
                                           * each time */
} PiscesCudaAppend;

cudaError_t  pisces_cuda_rope_append   (cudaStream_t          stream,
                                        const PiscesCudaAppend *how);

cudaError_t  pisces_cuda_copy          (cudaStream_t          stream,
                                        PiscesCudaType        y_type,
                                        PiscesCudaType        x_type,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        long long             n_rows,
                                        long long             width);

cudaError_t  pisces_cuda_activate      (cudaStream_t          stream,
                                        PiscesCudaType        type,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        long long             n_rows,
                                        long long             width,
                                        PiscesCudaActivation  activation);

cudaError_t  pisces_cuda_glu           (cudaStream_t          stream,
                                        PiscesCudaType        y_type,
                                        PiscesCudaType        x_type,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        gate,
                                        PiscesCudaRows        up,
                                        long long             n_rows,
                                        long long             width,
                                        PiscesCudaActivation  activation);

cudaError_t  pisces_cuda_add_broadcast (cudaStream_t          stream,
                                        PiscesCudaType        type,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        PiscesCudaRows        v,
                                        long long             n_rows,
                                        long long             width,
                                        long long             rows_per_v,
                                        long long             n_v);

/* y = x (1 + scale) + shift.  Each row of scale and shift, which are f32, is for
 * an n-th of the rows of x.  y is like x, or x is f32.  */
cudaError_t  pisces_cuda_modulate      (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        PiscesCudaRows        scale,
                                        PiscesCudaRows        shift);

/* y = x + gate z.  Each row of gate, which is f32, is for an n-th of the rows of
 * x.  y and x are alike; z is like them, or they are f32.  */
cudaError_t  pisces_cuda_add_gated     (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        PiscesCudaRows        gate,
                                        PiscesCudaRows        z);

/* v may be NULL: then only the activation.  */
cudaError_t  pisces_cuda_add_weight    (cudaStream_t          stream,
                                        PiscesCudaType        type,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const float          *v,
                                        long long             n_v,
                                        long long             n_rows,
                                        long long             width,
                                        PiscesCudaActivation  activation);

cudaError_t  pisces_cuda_combine       (cudaStream_t          stream,
                                        PiscesCudaType        type,
                                        PiscesCudaRows        y,
                                        float                 a,
                                        PiscesCudaRows        x,
                                        float                 b,
                                        PiscesCudaRows        z,
                                        long long             n_rows,
                                        long long             width);

/* y[i] = x[ids[i]], of any types; ids in device memory.  */
cudaError_t  pisces_cuda_gather        (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const int            *ids);

cudaError_t  pisces_cuda_upsample      (cudaStream_t          stream,
                                        PiscesCudaType        y_type,
                                        PiscesCudaType        x_type,
                                        PiscesCudaImage       y,
                                        PiscesCudaImage       x,
                                        int                   channels);

cudaError_t  pisces_cuda_average_pool  (cudaStream_t          stream,
                                        PiscesCudaType        type,
                                        PiscesCudaImage       y,
                                        PiscesCudaImage       x,
                                        int                   channels,
                                        int                   stride);

/* many has the pixels, deep their r * r blocks; unfold: many is written.  */
cudaError_t  pisces_cuda_fold          (cudaStream_t          stream,
                                        PiscesCudaType        type,
                                        PiscesCudaImage       many,
                                        PiscesCudaImage       deep,
                                        int                   channels,
                                        int                   r,
                                        int                   unfold);

/* What a product does with its sums: y = activation (sum + bias), or
 * y += sum + bias; with a gate, which is one half of 2 n_out sums,
 * y = activation (gate + bias) * (other + bias).  */
typedef enum
{
  PISCES_CUDA_NO_GATE,
  PISCES_CUDA_GATE_FIRST,
  PISCES_CUDA_GATE_LAST
} PiscesCudaGate;

typedef struct
{
  const float          *bias;             /* of each sum, or NULL */
  PiscesCudaActivation  activation;
  int                   accumulate;       /* not with a gate */
  PiscesCudaGate        gate;
  const float          *shift;            /* NULL, or rows that are added as the
                                           * bias is, not by gemv */
  long long             shift_stride;     /* between two of them */
  long long             rows_per_shift;   /* so many rows of y share one */
} PiscesCudaEpilogue;

/* What gemv does with x: x / sqrt (mean (x²) + epsilon) * weight.  */
typedef struct
{
  const float *weight;                    /* of n_in; NULL: nothing */
  float        epsilon;
} PiscesCudaNorm;

/* For 1 to PISCES_CUDA_GEMV_ROWS rows.  The weight is [n_out, n_in], with a
 * gate [2 * n_out, n_in].  y, x and the weight are of one type; or y and x are
 * f32, and the weight of any; or y is f32, x and the weight of one.  With a
 * norm x is f32, y too or like the weight.  */
#define PISCES_CUDA_GEMV_ROWS 4

cudaError_t  pisces_cuda_gemv          (cudaStream_t          stream,
                                        PiscesCudaType        y_type,
                                        PiscesCudaType        x_type,
                                        PiscesCudaType        weight_type,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const void           *weight,
                                        long long             n_rows,
                                        long long             n_in,
                                        long long             n_out,
                                        PiscesCudaNorm        norm,
                                        PiscesCudaEpilogue    epilogue);

/* The weight in blocks of 32 values of 8 or 4 bits, the scales apart; n_in is
 * a multiple of 32.  y is f32 or like x; with a norm x is f32 and y any.  */
cudaError_t  pisces_cuda_gemv_quantised
                                       (cudaStream_t          stream,
                                        PiscesCudaType        y_type,
                                        PiscesCudaType        x_type,
                                        int                   n_bits,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const void           *quants,
                                        const void           *scales,
                                        long long             n_rows,
                                        long long             n_in,
                                        long long             n_out,
                                        PiscesCudaNorm        norm,
                                        PiscesCudaEpilogue    epilogue);

/* y is [n_rows, width] without gaps; width is a multiple of 32.  */
cudaError_t  pisces_cuda_dequantise    (cudaStream_t          stream,
                                        PiscesCudaType        type,
                                        int                   n_bits,
                                        void                 *y,
                                        const void           *quants,
                                        const void           *scales,
                                        long long             n_rows,
                                        long long             width);

/* Types as for gemv, any number of rows.  */
cudaError_t  pisces_cuda_matmul        (cudaStream_t          stream,
                                        PiscesCudaType        y_type,
                                        PiscesCudaType        x_type,
                                        PiscesCudaType        weight_type,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const void           *weight,
                                        long long             n_rows,
                                        long long             n_in,
                                        long long             n_out,
                                        PiscesCudaEpilogue    epilogue);

/* weight is [n_out, kernel_height, kernel_width, n_in].  */
cudaError_t  pisces_cuda_conv2d        (cudaStream_t          stream,
                                        PiscesCudaType        y_type,
                                        PiscesCudaType        x_type,
                                        PiscesCudaType        weight_type,
                                        PiscesCudaImage       y,
                                        PiscesCudaImage       x,
                                        const void           *weight,
                                        int                   n_in,
                                        int                   n_out,
                                        int                   kernel_height,
                                        int                   kernel_width,
                                        int                   stride,
                                        int                   pad_top,
                                        int                   pad_left,
                                        PiscesCudaEpilogue    epilogue);

/* y = softmax (q kᵀ scale + bias) v for every head.  All tensors are of one type.
 * Passed to kernels as it is.  */
typedef struct
{
  PiscesCudaRows   y, q, k, v;
  int              n_batch;               /* sequences */
  int              n_heads, n_kv_heads, head_dim;
  float            scale;
  int              causal;                /* the last query sees all keys of its
                                           * sequence, the one before it one less */
  long long        n_queries;             /* of each sequence; with starts: at
                                           * most */
  long long        n_keys;                /* that there is room for, of each */
  long long        kv_rows_per_batch;     /* between two sequences */
  long long        first_position;        /* of each first query among its keys:
                                           * n_keys - n_queries where all are
                                           * seen */
  const long long *positions;             /* NULL, or [n_batch], on the device: of
                                           * each its own */
  const long long *starts;                /* NULL, or [n_batch + 1], on the device:
                                           * the rows of each sequence, which
                                           * attends to itself */
  const float     *bias;                  /* NULL, or [n_queries, n_keys] */
  long long        bias_row_stride;
  long long        bias_head_stride;      /* 0: the same for all heads */
} PiscesCudaAttention;

/* scratch has room for pisces_cuda_attention_scratch() floats, and may be
 * NULL where that is 0.  */
long long    pisces_cuda_attention_scratch
                                       (const PiscesCudaAttention *how);
cudaError_t  pisces_cuda_attention     (cudaStream_t          stream,
                                        const PiscesCudaAttention *how,
                                        float                *scratch);

#ifdef __cplusplus
}
#endif
