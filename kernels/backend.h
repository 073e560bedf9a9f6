/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend.h: the inside of the CUDA backend: its struct, its weights, and the
 * functions by which its files call one another.
 */

#pragma once

#include <cuda_runtime_api.h>

#include "engine/backend/backend.h"
#include "kernels/kernels.h"
#include "kernels/thresholds.h"

G_BEGIN_DECLS

typedef struct _PiscesCublas   PiscesCublas;
typedef struct _PiscesCublasLt PiscesCublasLt;
typedef struct _PiscesStaging  PiscesStaging;

/* Activations are float32, but operands of products have the type of their network's
 * matrices: a product would round them to it anyway.  */
typedef struct
{
  PiscesBackend   base;
  cudaStream_t    stream;
  PiscesCublas   *cublas;        /* NULL: there is none, and our own
                                  * kernels multiply */
  PiscesCublasLt *cublas_lt;     /* NULL: there is none */
  PiscesStaging  *staging;       /* made for the first weight */
  const PiscesCudaThresholds
                 *thresholds;    /* of the device's architecture */
  void           *scratch;       /* base.scratch_bytes for one operation */
  long long      *positions;     /* [PISCES_MAX_SEQUENCES], which graphs
                                  * read; made for the first graph */
} PiscesCuda;

/* A weight on the device.
 *
 * The elements of LINEAR and TABLE lie as in the file, those of CONV as [n_out, height,
 * width, n_in].  Elements of 16 bits keep their type and all others become float32, with
 * two exceptions: float16 of a network that needs a wider range becomes float32, and
 * bfloat16 becomes float16 where tensor cores know only this and nothing is lost by it.
 *
 * A VECTOR is float32, and behind that lies once more in both types of 16 bits, because
 * cuBLAS wants a bias in the type that it writes.
 *
 * A LINEAR whose rows are whole blocks may be quantised (quantise.c).  Then data is the
 * quants, and products of many rows turn them into elements of type, or of the type of
 * x where that has 16 bits.  */
typedef struct
{
  PiscesWeight    base;
  PiscesCudaType  type;
  gboolean        was_float16;     /* in the file */
  void           *data;
  gint            n_bits;          /* 0: not quantised */
  gconstpointer   scales;          /* in @data, behind the quants */
  gconstpointer   halves[2];       /* in @data: a VECTOR in float16 and in
                                    * bfloat16 */
} PiscesCudaWeight;

PiscesBackend * pisces_cuda_backend_new   (const gchar             *description,
                                           gint                     capability,
                                           GError                 **error);

/*  device.c  */

gboolean        pisces_cuda_is_lost       (cudaError_t              status);
void            pisces_cuda_set_start_error
                                          (GError                 **error,
                                           const gchar             *description,
                                           cudaError_t              status);
void            pisces_cuda_fail          (PiscesBackend           *backend,
                                           cudaError_t              status,
                                           const gchar             *format,
                                           ...) G_GNUC_PRINTF (3, 4);

void            pisces_cuda_expect        (PiscesBackend           *backend,
                                           const gchar             *op,
                                           PiscesTensor             y,
                                           cudaError_t              status);
gsize           pisces_cuda_free_bytes    (PiscesBackend           *backend);
gpointer        pisces_cuda_scratch       (PiscesBackend           *backend,
                                           const gchar             *op,
                                           PiscesTensor             y,
                                           gsize                    n_bytes);
void            pisces_cuda_refused       (PiscesBackend           *backend,
                                           gsize                    n_bytes,
                                           const gchar             *purpose,
                                           cudaError_t              status);

/*  products.c: entries of the table, and what fused.c needs, too  */

cudaError_t     pisces_cuda_own_product   (PiscesBackend           *backend,
                                           const PiscesCudaProduct *how);
void            pisces_cuda_linear_op     (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             x,
                                           const PiscesWeight      *weight,
                                           const PiscesWeight      *bias,
                                           PiscesActivation         activation,
                                           gboolean                 accumulate);
void            pisces_cuda_conv2d_op     (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             x,
                                           const PiscesWeight      *weight,
                                           const PiscesWeight      *bias,
                                           const PiscesConvParams  *params);

/*  row-ops.c: entries of the table  */

void            pisces_cuda_rms_norm_heads_op
                                          (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             x,
                                           const PiscesWeight      *weight,
                                           gint                     head_dim,
                                           gdouble                  epsilon);
void            pisces_cuda_gather_op     (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           const PiscesWeight      *table,
                                           const gint32            *ids);
void            pisces_cuda_gather_rows_op
                                          (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             x,
                                           const gint32            *ids);
void            pisces_cuda_copy_op       (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             x);
void            pisces_cuda_activate_op   (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             x,
                                           PiscesActivation         activation);
void            pisces_cuda_glu_op        (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             gate,
                                           PiscesTensor             up,
                                           PiscesActivation         activation);
void            pisces_cuda_add_broadcast_op
                                          (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             x,
                                           PiscesTensor             v,
                                           gint64                   rows_per_v);
void            pisces_cuda_add_weight_op (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             x,
                                           const PiscesWeight      *v);
void            pisces_cuda_combine_op    (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           gdouble                  a,
                                           PiscesTensor             x,
                                           gdouble                  b,
                                           PiscesTensor             z);
void            pisces_cuda_modulate_op   (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             x,
                                           PiscesTensor             scale,
                                           PiscesTensor             shift);
void            pisces_cuda_add_gated_op  (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             x,
                                           PiscesTensor             gate,
                                           PiscesTensor             z);

/*  attention-ops.c: entries of the table  */

void            pisces_cuda_rope_op       (PiscesBackend           *backend,
                                           PiscesTensor             x,
                                           const PiscesRope        *rope,
                                           gint64                   first_position);
gboolean        pisces_cuda_rope_append_op
                                          (PiscesBackend           *backend,
                                           PiscesTensor             keys_values,
                                           PiscesTensor             qkv,
                                           const PiscesRope        *rope,
                                           gint                     n_sequences,
                                           const gint64            *first_rows);
void            pisces_cuda_attention_op  (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             q,
                                           PiscesTensor             k,
                                           PiscesTensor             v,
                                           const PiscesAttentionParams
                                                                   *params);

/*  fused.c: entries that stand for several  */

gboolean        pisces_cuda_fused_linear_op
                                          (PiscesBackend           *backend,
                                           PiscesTensor             y,
                                           PiscesTensor             x,
                                           const PiscesWeight      *weight,
                                           const PiscesWeight      *bias,
                                           const PiscesFusion      *fusion);
gint32          pisces_cuda_sample_op     (PiscesBackend           *backend,
                                           PiscesTensor             logits,
                                           const PiscesSampling    *sampling);

/*  graph.c: entries for steps that are captured  */

gboolean        pisces_cuda_capture_begin (PiscesBackend           *backend);
gpointer        pisces_cuda_capture_end   (PiscesBackend           *backend);
gboolean        pisces_cuda_graph_replay  (PiscesBackend           *backend,
                                           gpointer                 graph,
                                           const gint64            *positions,
                                           gint                     n);
void            pisces_cuda_graph_free    (PiscesBackend           *backend,
                                           gpointer                 graph);

/*  weights.c  */

void            pisces_cuda_weight_form   (PiscesBackend           *backend,
                                           PiscesWeight            *weight,
                                           PiscesWeightUse          use,
                                           const PiscesHostTensor  *parts,
                                           gint                     n_parts);
PiscesWeight  * pisces_cuda_upload_weight (PiscesBackend           *backend,
                                           PiscesWeightUse          use,
                                           const PiscesHostTensor  *parts,
                                           gint                     n_parts);
void            pisces_cuda_weight_free   (PiscesWeight            *weight);

/*  staging.c  */

PiscesStaging * pisces_staging_new        (void);
void            pisces_staging_free       (PiscesStaging           *staging);
cudaError_t     pisces_staging_copy       (PiscesStaging           *staging,
                                           cudaStream_t             stream,
                                           gpointer                 to,
                                           gconstpointer            from,
                                           gsize                    n_bytes);

/*  cublas.c  */

PiscesCublas  * pisces_cublas_open        (cudaStream_t             stream);
void            pisces_cublas_close       (PiscesCublas            *cublas);
gboolean        pisces_cublas_product     (PiscesCublas            *cublas,
                                           const PiscesCudaProduct *how);

/*  cublas-lt.c  */

PiscesCublasLt * pisces_cublas_lt_open    (cudaStream_t             stream);
void            pisces_cublas_lt_close    (PiscesCublasLt          *lt);
gboolean        pisces_cublas_lt_product  (PiscesCublasLt          *lt,
                                           const PiscesCudaProduct *how,
                                           gconstpointer            bias);

/*  the engine's types and tensors as those of kernels.h  */

static inline PiscesCudaType
type_of (PiscesTensor tensor)
{
  return tensor.dtype == PISCES_F16  ? PISCES_CUDA_F16 :
         tensor.dtype == PISCES_BF16 ? PISCES_CUDA_BF16 : PISCES_CUDA_F32;
}

static inline PiscesCudaRows
rows_of (PiscesTensor tensor)
{
  return (PiscesCudaRows)
  {
    tensor.data, tensor.row_stride, pisces_tensor_n_rows (tensor),
    pisces_tensor_width (tensor), type_of (tensor)
  };
}

static inline PiscesCudaImage
image_of (PiscesTensor tensor)
{
  return (PiscesCudaImage)
  {
    tensor.data, tensor.row_stride,
    tensor.dims[0], tensor.dims[1], tensor.dims[2],
    pisces_tensor_width (tensor), type_of (tensor)
  };
}

static inline PiscesCudaActivation
activation_of (PiscesActivation activation)
{
  /* Both lists are in one order.  */
  G_STATIC_ASSERT ((int) PISCES_CUDA_GELU_QUICK == (int) PISCES_ACT_GELU_QUICK);
  return (PiscesCudaActivation) activation;
}

/* Whether a product of more than PISCES_CUDA_GEMV_ROWS rows multiplies the quants of its
 * matrix in our own kernel.  */
static inline gboolean
pisces_cuda_reads_quants (PiscesBackend *backend,
                          gint64         n_rows,
                          gboolean       has_gate)
{
  const PiscesCuda *cuda = (const PiscesCuda *) backend;

  return ! cuda->cublas ||
         n_rows <= (has_gate ? cuda->thresholds->quants_gated_rows
                             : cuda->thresholds->quants_rows);
}

/* A weight as a product with x takes it: quants are multiplied in the type of x, where
 * that has 16 bits.  */
static inline PiscesCudaWeight
weight_for (const PiscesWeight *weight,
            PiscesTensor        x)
{
  PiscesCudaWeight own = *(const PiscesCudaWeight *) weight;

  if (own.n_bits && x.dtype != PISCES_F32)
    own.type = type_of (x);
  return own;
}

static inline PiscesCudaMatrix
matrix_of (const PiscesCudaWeight *weight)
{
  return (PiscesCudaMatrix)
  {
    weight->data, weight->type, weight->n_bits, weight->scales
  };
}

static inline gpointer
data_of (const PiscesWeight *weight)
{
  return weight ? ((const PiscesCudaWeight *) weight)->data : NULL;
}

G_END_DECLS
