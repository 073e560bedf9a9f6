/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * kernels.h: the launchers, one for each operation.  They put work on a stream and
 * return at once.  All pointers are to device memory and strides count elements.  A
 * launcher returns cudaErrorInvalidValue for types that do not go together.  Whether the
 * shapes do, the engine has checked before.  This is plain C without GLib, whose headers
 * nvcc warns about.
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

/* A tensor as rows and columns, row_stride elements from one row to the next.  */
typedef struct
{
  void           *data;
  long long       row_stride;
  long long       n_rows;
  int             width;
  PiscesCudaType  type;
} PiscesCudaRows;

/* An image, [n_batch, height, width, channels].  Each pixel is a row, row_stride
 * elements from one to the next.  */
typedef struct
{
  void           *data;
  long long       row_stride;
  int             n_batch, height, width, channels;
  PiscesCudaType  type;
} PiscesCudaImage;

/* A matrix of weights without gaps.  It has elements of @type, or it is quantised: then
 * each 32 values of a row have one scale, and @type says what matmul_quantised turns
 * the values into before it multiplies.  */
typedef struct
{
  const void     *data;                   /* elements, or quants */
  PiscesCudaType  type;
  int             n_bits;                 /* of a quant, 8 or 4; 0: not quantised */
  const void     *scales;                 /* of quants, float16 */
} PiscesCudaMatrix;


/*  Norms.  y has the type of x, or x is float32.  */

cudaError_t  pisces_cuda_rms_norm      (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const float          *weight,
                                        float                 epsilon);

/* Normalises each head of each row for itself; the weight has head_dim values.  */
cudaError_t  pisces_cuda_rms_norm_heads
                                       (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const float          *weight,
                                        int                   head_dim,
                                        float                 epsilon);

cudaError_t  pisces_cuda_layer_norm    (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const float          *weight,
                                        const float          *bias,
                                        float                 epsilon);

typedef struct
{
  PiscesCudaRows        y, x;             /* [n_batch * pixels, channels] */
  const float          *weight, *bias;    /* [channels], or NULL */
  long long             n_batch;
  int                   n_groups;
  float                 epsilon;
  PiscesCudaActivation  activation;       /* of what has been normalised */
  float                *scratch;          /* as many floats as
                                           * pisces_cuda_group_norm_scratch() says */
} PiscesCudaGroupNorm;

long long    pisces_cuda_group_norm_scratch
                                       (long long             n_batch,
                                        long long             channels);
cudaError_t  pisces_cuda_group_norm    (cudaStream_t          stream,
                                        const PiscesCudaGroupNorm *how);


/*  Positions  */

#define PISCES_CUDA_MAX_AXES 4

/* How heads are turned: pair j by the position on its axis times frequencies[j].
 * Kernels are given this struct as it is.  */
typedef struct
{
  const float     *frequencies;           /* [head_dim / 2] */
  int              head_dim;
  int              interleaved;           /* whether a pair is 2j and 2j + 1, or j and
                                           * j + head_dim / 2 */
  int              axis_ends[PISCES_CUDA_MAX_AXES - 1];
                                          /* of each axis but the last: the first pair
                                           * that is not on it or on one before it */
  const float     *positions;             /* of each row on each axis; NULL: there is
                                           * one axis, and rows are counted */
  long long        position_stride;       /* between the positions of two rows */
  long long        first_position;        /* that of the first row, where rows are
                                           * counted */
} PiscesCudaRope;

/* Turns each head of x in place.  */
cudaError_t  pisces_cuda_rope          (cudaStream_t          stream,
                                        PiscesCudaRows        x,
                                        const PiscesCudaRope *how);

/* Queries, keys and values of some sequences, as many rows for each.  Queries are
 * turned in place; keys, turned, and values go to the cache, whose rows are [keys,
 * values].  */
typedef struct
{
  PiscesCudaRows   cache;
  PiscesCudaRows   qkv;                   /* of the same type */
  int              n_heads, n_kv_heads;
  PiscesCudaRope   rope;                  /* not interleaved.  Its first_position is
                                           * the row of the cache that the first row of
                                           * each sequence goes to, and, where the rope
                                           * has no positions, also where that row
                                           * stands */
  long long        rows_per_sequence;     /* of qkv */
  long long        cache_rows_per_sequence;
  const long long *first_rows;            /* NULL, or for each sequence a number that
                                           * replaces first_position.  They are on the
                                           * device, because a captured launch must read
                                           * them anew each time */
} PiscesCudaAppend;

cudaError_t  pisces_cuda_rope_append   (cudaStream_t          stream,
                                        const PiscesCudaAppend *how);


/*  Each element for itself  */

/* From any type to any.  */
cudaError_t  pisces_cuda_copy          (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x);

/* y = activation (x), both of one type.  */
cudaError_t  pisces_cuda_activate      (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        PiscesCudaActivation  activation);

/* y = activation (gate) * up.  gate and up have one type; y has it too, or they are
 * float32.  */
cudaError_t  pisces_cuda_glu           (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        gate,
                                        PiscesCudaRows        up,
                                        PiscesCudaActivation  activation);

/* y = x + v, all of one type.  Each row of v is for rows_per_v rows of x; after
 * the last row of v comes the first again.  */
cudaError_t  pisces_cuda_add_broadcast (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        PiscesCudaRows        v,
                                        long long             rows_per_v);

/* y = x (1 + scale) + shift.  The rows of x are in as many equal parts as scale and shift,
 * which are float32, have rows, and each part has one row of these.  y has the type of x,
 * or x is float32.  */
cudaError_t  pisces_cuda_modulate      (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        PiscesCudaRows        scale,
                                        PiscesCudaRows        shift);

/* y = x + gate z.  The rows of x are in as many equal parts as gate, which is float32, has
 * rows, and each part has one row of it.  y and x have one type; z has it too, or they
 * are float32.  */
cudaError_t  pisces_cuda_add_gated     (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        PiscesCudaRows        gate,
                                        PiscesCudaRows        z);

/* y = activation (x + v), y and x of one type.  v is [n_v, width] and is taken over
 * and over; NULL: nothing is added.  */
cudaError_t  pisces_cuda_add_weight    (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const float          *v,
                                        long long             n_v,
                                        PiscesCudaActivation  activation);

/* y = a x + b z, all of one type.  */
cudaError_t  pisces_cuda_combine       (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        float                 a,
                                        PiscesCudaRows        x,
                                        float                 b,
                                        PiscesCudaRows        z);

/* y[i] = x[ids[i]], from any type to any.  */
cudaError_t  pisces_cuda_gather        (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const int            *ids);


/*  Images  */

/* y has the type of x, or x is float32.  */
cudaError_t  pisces_cuda_upsample      (cudaStream_t          stream,
                                        PiscesCudaImage       y,
                                        PiscesCudaImage       x);

cudaError_t  pisces_cuda_average_pool  (cudaStream_t          stream,
                                        PiscesCudaImage       y,
                                        PiscesCudaImage       x,
                                        int                   stride);

/* many has single pixels, and deep has r by r of them as one.  unfold says which is
 * written: many if it is set, else deep.  */
cudaError_t  pisces_cuda_fold          (cudaStream_t          stream,
                                        PiscesCudaImage       many,
                                        PiscesCudaImage       deep,
                                        int                   r,
                                        int                   unfold);


/*  Products  */

/* A product with a gate has 2 n_out sums, and one half of them is the gate:
 * y = activation (gate + bias) * (other + bias).  */
typedef enum
{
  PISCES_CUDA_NO_GATE,
  PISCES_CUDA_GATE_FIRST,
  PISCES_CUDA_GATE_LAST
} PiscesCudaGate;

/* What a product does with its sums: y = activation (sum + bias), or y += sum +
 * bias.  */
typedef struct
{
  const float          *bias;             /* of each sum, or NULL */
  PiscesCudaActivation  activation;       /* none where @accumulate is set */
  int                   accumulate;       /* not with a gate */
  PiscesCudaGate        gate;
  const float          *shift;            /* NULL, or rows that are added as the bias
                                           * is; gemv does not read it */
  long long             shift_stride;     /* between two of them */
  long long             rows_per_shift;   /* so many rows of y share one */
} PiscesCudaEpilogue;

/* What gemv does with x first: x / sqrt (mean (x²) + epsilon) * weight.  */
typedef struct
{
  const float *weight;                    /* [n_in]; NULL: x stays as it is */
  float        epsilon;
} PiscesCudaNorm;

/* y [n_rows, n_out] = x [n_rows, n_in] Wᵀ, and what is done before and after.  */
typedef struct
{
  PiscesCudaRows      y, x;
  PiscesCudaMatrix    weight;             /* [n_out, n_in], with a gate
                                           * [2 * n_out, n_in] */
  PiscesCudaNorm      norm;               /* only for gemv and gemv_quantised */
  PiscesCudaEpilogue  epilogue;
} PiscesCudaProduct;

/* How many rows gemv and gemv_quantised take at most: they are compiled for so many.  */
#define PISCES_CUDA_GEMV_ROWS 4

/* y, x and the weight have one type; or y and x are float32, and the weight is of any
 * type; or y is float32, and x has the weight's type.  With a norm x is float32, and y
 * is float32 or has the weight's type.  */
cudaError_t  pisces_cuda_gemv          (cudaStream_t          stream,
                                        const PiscesCudaProduct *how);

/* n_in is a multiple of 32.  y is float32 or has the type of x; with a norm x is
 * float32, and y is of any type.  */
cudaError_t  pisces_cuda_gemv_quantised
                                       (cudaStream_t          stream,
                                        const PiscesCudaProduct *how);

/* Types as for gemv, any number of rows.  */
cudaError_t  pisces_cuda_matmul        (cudaStream_t          stream,
                                        const PiscesCudaProduct *how);

/* The same of a quantised matrix whose type has 16 bits.  n_in is a multiple of 32. */
cudaError_t  pisces_cuda_matmul_quantised
                                       (cudaStream_t          stream,
                                        const PiscesCudaProduct *how);

/* The elements of a quantised matrix.  y has no gaps, and its width is a multiple of
 * 32.  */
cudaError_t  pisces_cuda_dequantise    (cudaStream_t          stream,
                                        PiscesCudaRows        y,
                                        PiscesCudaMatrix      weight);

typedef struct
{
  PiscesCudaImage     y, x;
  PiscesCudaMatrix    weight;             /* [y.channels, kernel_height, kernel_width,
                                           * x.channels], not quantised; types as for
                                           * gemv */
  int                 kernel_height, kernel_width;
  int                 stride;
  int                 pad_top, pad_left;  /* what y needs at the other two edges
                                           * follows from its size */
  PiscesCudaEpilogue  epilogue;           /* without a gate */
} PiscesCudaConv2d;

cudaError_t  pisces_cuda_conv2d        (cudaStream_t          stream,
                                        const PiscesCudaConv2d *how);


/*  Attention  */

/* y = softmax (q kᵀ scale + bias) v for every head.  All tensors have one type.
 * Kernels are given this struct as it is.  */
typedef struct
{
  PiscesCudaRows   y, q, k, v;
  int              n_batch;               /* sequences */
  int              n_heads, n_kv_heads, head_dim;
  float            scale;
  int              causal;                /* the last query of a sequence sees all its
                                           * keys, the one before it one key less */
  long long        n_queries;             /* of each sequence, or with starts of the
                                           * longest */
  long long        n_keys;                /* that there is room for in each sequence */
  long long        kv_rows_per_batch;     /* from one sequence to the next */
  long long        first_position;        /* of the first query of each sequence among
                                           * its keys: n_keys - n_queries where the
                                           * keys fill the room */
  const long long *positions;             /* NULL, or on the device [n_batch]: one for
                                           * each sequence, in place of
                                           * first_position */
  const long long *starts;                /* NULL, or on the device [n_batch + 1]: the
                                           * row where each sequence begins, and the end
                                           * of the last.  Each attends to itself */
  const float     *bias;                  /* NULL, or [n_queries, n_keys] */
  long long        bias_row_stride;
  long long        bias_head_stride;      /* 0: all heads have the same */
} PiscesCudaAttention;

/* scratch has room for pisces_cuda_attention_scratch() floats, and may be NULL where
 * that is 0.  */
long long    pisces_cuda_attention_scratch
                                       (const PiscesCudaAttention *how);
cudaError_t  pisces_cuda_attention     (cudaStream_t          stream,
                                        const PiscesCudaAttention *how,
                                        float                *scratch);

#ifdef __cplusplus
}
#endif
