/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend.c: the table of the CUDA backend: turns the engine's tensors into
 * what the launchers take, on one stream, and every failure into a sentence
 * with the op, its shape and CUDA's own words.  Knows no kernel's inside.
 */

#include <string.h>

#include "engine/pisces.h"
#include "kernels/backend.h"


/* The same code on a device that is not there says so.  */
#ifndef PISCES_CUDA_BACKEND_NAME
#define PISCES_CUDA_BACKEND_NAME "cuda"
#endif

#define STREAM(backend) (((PiscesCuda *) (backend))->stream)
#define WIDTH(tensor)   pisces_tensor_width (tensor)
#define N_ROWS(tensor)  pisces_tensor_n_rows (tensor)


static PiscesCudaRows       rows_of       (PiscesTensor        tensor);
static PiscesCudaImage      image_of      (PiscesTensor        tensor);
static PiscesCudaType       type_of       (PiscesTensor        tensor);
static PiscesCudaActivation activation_of (PiscesActivation    activation);
static gpointer             data_of       (const PiscesWeight *weight);
static void                 expect        (PiscesBackend      *backend,
                                           const gchar        *op,
                                           PiscesTensor        y,
                                           cudaError_t         status);
static gpointer             scratch       (PiscesBackend      *backend,
                                           const gchar        *op,
                                           PiscesTensor        y,
                                           gsize               n_bytes);


/*  memory  */

static void
close_backend (PiscesBackend *backend)
{
  PiscesCuda *cuda = (PiscesCuda *) backend;

  pisces_cublas_close (cuda->cublas);
  cudaFree (cuda->scratch);
  cudaStreamDestroy (cuda->stream);
  g_free (cuda);
}

static gpointer
block_new (PiscesBackend *backend,
           gsize          n_bytes)
{
  gpointer block = NULL;

  if (cudaMalloc (&block, n_bytes) == cudaSuccess)
    return block;

  /* The engine says it; else the next launch would report it again.  */
  cudaGetLastError ();
  return NULL;
}

static void
block_free (PiscesBackend *backend,
            gpointer       block,
            gsize          n_bytes)
{
  cudaFree (block);
}

static void
synchronize (PiscesBackend *backend)
{
  const cudaError_t status = cudaStreamSynchronize (STREAM (backend));

  if (status != cudaSuccess)
    pisces_backend_fail (backend, PISCES_ERROR_BACKEND,
                         "The CUDA device failed: %s.",
                         cudaGetErrorString (status));
}

static void
upload (PiscesBackend *backend,
        PiscesTensor   y,
        const gfloat  *values)
{
  const gsize  n_bytes = N_ROWS (y) * WIDTH (y) * sizeof (gfloat);
  gpointer     buffer  = scratch (backend, "upload", y, n_bytes);
  cudaError_t  status;

  if (! buffer)
    return;

  status = cudaMemcpyAsync (buffer, values, n_bytes, cudaMemcpyHostToDevice,
                            STREAM (backend));
  if (status == cudaSuccess)
    status = pisces_cuda_copy (STREAM (backend), type_of (y), PISCES_CUDA_F32,
                               rows_of (y),
                               (PiscesCudaRows) { buffer, WIDTH (y) },
                               N_ROWS (y), WIDTH (y));
  /* The caller's memory is not ours to read later.  */
  if (status == cudaSuccess)
    status = cudaStreamSynchronize (STREAM (backend));
  expect (backend, "upload", y, status);
}

static void
download (PiscesBackend *backend,
          gfloat        *values,
          PiscesTensor   x)
{
  const gsize  n_bytes = N_ROWS (x) * WIDTH (x) * sizeof (gfloat);
  gpointer     buffer  = scratch (backend, "download", x, n_bytes);
  cudaError_t  status;

  if (! buffer)
    return;

  status = pisces_cuda_copy (STREAM (backend), PISCES_CUDA_F32, type_of (x),
                             (PiscesCudaRows) { buffer, WIDTH (x) },
                             rows_of (x), N_ROWS (x), WIDTH (x));
  if (status == cudaSuccess)
    status = cudaMemcpyAsync (values, buffer, n_bytes, cudaMemcpyDeviceToHost,
                              STREAM (backend));
  if (status == cudaSuccess)
    status = cudaStreamSynchronize (STREAM (backend));
  expect (backend, "download", x, status);
}


/*  products  */

/* y = x Wᵀ by cuBLAS, bias and activation after it.  Returns FALSE where
 * cuBLAS does not take it; the own kernel then does.  */
static gboolean
linear_by_cublas (PiscesBackend          *backend,
                  PiscesTensor            y,
                  PiscesTensor            x,
                  const PiscesCudaWeight *weight,
                  const float            *bias,
                  PiscesActivation        activation,
                  gboolean                accumulate)
{
  PiscesCuda     *cuda   = (PiscesCuda *) backend;
  const gint64    n_rows = N_ROWS (x);
  const gint64    n_in   = WIDTH (x);
  PiscesCudaRows  in     = rows_of (x);
  cudaError_t     status = cudaSuccess;

  if (! cuda->cublas || n_rows > G_MAXINT || y.row_stride > G_MAXINT ||
      x.row_stride > G_MAXINT)
    return FALSE;

  if (weight->type != PISCES_CUDA_F32)
    {
      in.data       = scratch (backend, "linear", y, n_rows * n_in * 2);
      in.row_stride = n_in;
      if (! in.data)
        return TRUE;
      status = pisces_cuda_copy (cuda->stream, weight->type, type_of (x), in,
                                 rows_of (x), n_rows, n_in);
    }
  if (status == cudaSuccess &&
      ! pisces_cublas_product (cuda->cublas, weight->type, y.data,
                               y.row_stride, in.data, in.row_stride,
                               weight->data, n_rows, n_in, WIDTH (y),
                               accumulate))
    return FALSE;
  if (status == cudaSuccess && (bias || activation != PISCES_ACT_NONE))
    status = pisces_cuda_add_weight (cuda->stream, type_of (y), rows_of (y),
                                     rows_of (y), bias, 1, n_rows, WIDTH (y),
                                     activation_of (activation));
  expect (backend, "linear", y, status);
  return TRUE;
}

static void
linear (PiscesBackend      *backend,
        PiscesTensor        y,
        PiscesTensor        x,
        const PiscesWeight *weight,
        const PiscesWeight *bias,
        PiscesActivation    activation,
        gboolean            accumulate)
{
  const PiscesCudaWeight   *w        = (const PiscesCudaWeight *) weight;
  const PiscesCudaEpilogue  epilogue =
  {
    data_of (bias), activation_of (activation), accumulate
  };

  if (N_ROWS (x) <= PISCES_CUDA_GEMV_ROWS)
    expect (backend, "linear", y,
            pisces_cuda_gemv (STREAM (backend), type_of (y), w->type,
                              rows_of (y), rows_of (x), w->data,
                              epilogue.bias, N_ROWS (x), WIDTH (x), WIDTH (y),
                              epilogue.activation, accumulate));
  else if (! linear_by_cublas (backend, y, x, w, epilogue.bias, activation,
                               accumulate))
    expect (backend, "linear", y,
            pisces_cuda_matmul (STREAM (backend), type_of (y), w->type,
                                rows_of (y), rows_of (x), w->data, N_ROWS (x),
                                WIDTH (x), WIDTH (y), epilogue));
}

static void
conv2d (PiscesBackend          *backend,
        PiscesTensor            y,
        PiscesTensor            x,
        const PiscesWeight     *weight,
        const PiscesWeight     *bias,
        const PiscesConvParams *params)
{
  const PiscesCudaWeight   *w        = (const PiscesCudaWeight *) weight;
  const PiscesCudaEpilogue  epilogue =
  {
    data_of (bias), activation_of (params->activation), params->accumulate
  };

  /* Without a window it is a product of pixels.  */
  if (weight->dims[2] == 1 && weight->dims[3] == 1 && params->stride == 1 &&
      N_ROWS (x) == N_ROWS (y) && ! params->pad_top && ! params->pad_left)
    linear (backend, y, x, weight, bias, params->activation,
            params->accumulate);
  else
    expect (backend, "conv2d", y,
            pisces_cuda_conv2d (STREAM (backend), type_of (y), w->type,
                                image_of (y), image_of (x), w->data,
                                WIDTH (x), WIDTH (y), weight->dims[2],
                                weight->dims[3], params->stride,
                                params->pad_top, params->pad_left, epilogue));
}

static void
attention (PiscesBackend               *backend,
           PiscesTensor                 y,
           PiscesTensor                 q,
           PiscesTensor                 k,
           PiscesTensor                 v,
           const PiscesAttentionParams *params)
{
  const gint64 kv_rows = params->kv_rows_per_batch
                         ? params->kv_rows_per_batch
                         : N_ROWS (k) / params->n_batch;
  const PiscesCudaAttention shape =
  {
    .n_batch           = params->n_batch,
    .n_heads           = params->n_heads,
    .n_kv_heads        = params->n_kv_heads,
    .head_dim          = params->head_dim,
    .n_queries         = N_ROWS (q) / params->n_batch,
    .n_keys            = N_ROWS (k) - kv_rows * (params->n_batch - 1),
    .kv_rows_per_batch = kv_rows,
    .causal            = params->causal,
    .first_position    = params->first_position,
    .scale             = params->scale
  };
  const gsize n_bytes = pisces_cuda_attention_scratch (&shape) *
                        sizeof (float);
  gpointer    buffer  = NULL;

  if (n_bytes)
    {
      buffer = scratch (backend, "attention", y, n_bytes);
      if (! buffer)
        return;
    }
  expect (backend, "attention", y,
          pisces_cuda_attention (STREAM (backend), type_of (y), rows_of (y),
                                 rows_of (q), rows_of (k), rows_of (v),
                                 &shape, buffer));
}


/*  norms  */

static void
rms_norm (PiscesBackend      *backend,
          PiscesTensor        y,
          PiscesTensor        x,
          const PiscesWeight *weight,
          gdouble             epsilon)
{
  expect (backend, "rms_norm", y,
          pisces_cuda_rms_norm (STREAM (backend), type_of (y), y.data,
                                y.row_stride, x.data, x.row_stride,
                                data_of (weight), N_ROWS (x), WIDTH (x),
                                epsilon));
}

static void
layer_norm (PiscesBackend      *backend,
            PiscesTensor        y,
            PiscesTensor        x,
            const PiscesWeight *weight,
            const PiscesWeight *bias,
            gdouble             epsilon)
{
  expect (backend, "layer_norm", y,
          pisces_cuda_layer_norm (STREAM (backend), type_of (y), rows_of (y),
                                  rows_of (x), data_of (weight),
                                  data_of (bias), N_ROWS (x), WIDTH (x),
                                  epsilon));
}

static void
group_norm (PiscesBackend      *backend,
            PiscesTensor        y,
            PiscesTensor        x,
            const PiscesWeight *weight,
            const PiscesWeight *bias,
            gint                n_groups,
            gdouble             epsilon,
            PiscesActivation    activation)
{
  const gint64 n_batch = x.n_dims > 2 ? x.dims[0] : 1;
  float       *buffer  = scratch (backend, "group_norm", y,
                                  pisces_cuda_group_norm_scratch (n_batch,
                                                                  WIDTH (x)) *
                                  sizeof (float));

  if (! buffer)
    return;
  expect (backend, "group_norm", y,
          pisces_cuda_group_norm (STREAM (backend), type_of (y), rows_of (y),
                                  rows_of (x), data_of (weight),
                                  data_of (bias), n_batch,
                                  N_ROWS (x) / n_batch, WIDTH (x), n_groups,
                                  epsilon, activation_of (activation),
                                  buffer));
}


/*  rows  */

static void
copy (PiscesBackend *backend,
      PiscesTensor   y,
      PiscesTensor   x)
{
  expect (backend, "copy", y,
          pisces_cuda_copy (STREAM (backend), type_of (y), type_of (x),
                            rows_of (y), rows_of (x), N_ROWS (y), WIDTH (y)));
}

static void
rope (PiscesBackend      *backend,
      PiscesTensor        x,
      const PiscesWeight *frequencies,
      gint                head_dim,
      gint64              rows_per_sequence,
      gint64              first_position,
      gboolean            interleaved)
{
  expect (backend, "rope", x,
          pisces_cuda_rope (STREAM (backend), type_of (x), rows_of (x),
                            data_of (frequencies), N_ROWS (x),
                            WIDTH (x) / head_dim, head_dim, rows_per_sequence,
                            first_position, interleaved));
}

static void
gather (PiscesBackend      *backend,
        PiscesTensor        y,
        const PiscesWeight *table,
        const gint32       *ids)
{
  const gsize  n_bytes = N_ROWS (y) * sizeof (gint32);
  gpointer     buffer  = scratch (backend, "gather", y, n_bytes);
  cudaError_t  status;

  if (! buffer)
    return;

  /* From memory that is not pinned: the ids have been taken over when this
   * returns.  */
  status = cudaMemcpyAsync (buffer, ids, n_bytes, cudaMemcpyHostToDevice,
                            STREAM (backend));
  if (status == cudaSuccess)
    status = pisces_cuda_gather (STREAM (backend), type_of (y),
                                 ((const PiscesCudaWeight *) table)->type,
                                 rows_of (y), data_of (table), buffer,
                                 N_ROWS (y), WIDTH (y));
  expect (backend, "gather", y, status);
}

static void
activate (PiscesBackend    *backend,
          PiscesTensor      y,
          PiscesTensor      x,
          PiscesActivation  activation)
{
  expect (backend, "activate", y,
          pisces_cuda_activate (STREAM (backend), type_of (y), rows_of (y),
                                rows_of (x), N_ROWS (y), WIDTH (y),
                                activation_of (activation)));
}

static void
glu (PiscesBackend    *backend,
     PiscesTensor      y,
     PiscesTensor      gate,
     PiscesTensor      up,
     PiscesActivation  activation)
{
  expect (backend, "glu", y,
          pisces_cuda_glu (STREAM (backend), type_of (y), rows_of (y),
                           rows_of (gate), rows_of (up), N_ROWS (y), WIDTH (y),
                           activation_of (activation)));
}

static void
add_broadcast (PiscesBackend *backend,
               PiscesTensor   y,
               PiscesTensor   x,
               PiscesTensor   v,
               gint64         rows_per_v)
{
  expect (backend, "add_broadcast", y,
          pisces_cuda_add_broadcast (STREAM (backend), type_of (y),
                                     rows_of (y), rows_of (x), rows_of (v),
                                     N_ROWS (y), WIDTH (y), rows_per_v,
                                     N_ROWS (v)));
}

static void
add_weight (PiscesBackend      *backend,
            PiscesTensor        y,
            PiscesTensor        x,
            const PiscesWeight *v)
{
  gint64 count = 1;

  for (gint d = 0; d < v->n_dims; d++)
    count *= v->dims[d];
  expect (backend, "add_weight", y,
          pisces_cuda_add_weight (STREAM (backend), type_of (y), rows_of (y),
                                  rows_of (x), data_of (v), count / WIDTH (x),
                                  N_ROWS (y), WIDTH (y),
                                  PISCES_CUDA_NO_ACTIVATION));
}

static void
combine (PiscesBackend *backend,
         PiscesTensor   y,
         gdouble        a,
         PiscesTensor   x,
         gdouble        b,
         PiscesTensor   z)
{
  expect (backend, "combine", y,
          pisces_cuda_combine (STREAM (backend), type_of (y), rows_of (y), a,
                               rows_of (x), b, rows_of (z), N_ROWS (y),
                               WIDTH (y)));
}


/*  images  */

static void
upsample (PiscesBackend *backend,
          PiscesTensor   y,
          PiscesTensor   x)
{
  expect (backend, "upsample", y,
          pisces_cuda_upsample (STREAM (backend), type_of (y), image_of (y),
                                image_of (x), WIDTH (x)));
}

static void
average_pool (PiscesBackend *backend,
              PiscesTensor   y,
              PiscesTensor   x,
              gint           stride)
{
  expect (backend, "average_pool", y,
          pisces_cuda_average_pool (STREAM (backend), type_of (y),
                                    image_of (y), image_of (x), WIDTH (x),
                                    stride));
}

static void
fold (PiscesBackend *backend,
      PiscesTensor   y,
      PiscesTensor   x,
      gint           r)
{
  const gboolean unfold = WIDTH (y) < WIDTH (x);

  expect (backend, "fold", y,
          pisces_cuda_fold (STREAM (backend), type_of (y),
                            image_of (unfold ? y : x),
                            image_of (unfold ? x : y),
                            MIN (WIDTH (x), WIDTH (y)), r, unfold));
}


static const PiscesBackendTable cuda_table =
{
  .name          = PISCES_CUDA_BACKEND_NAME,
  .close         = close_backend,
  .block_new     = block_new,
  .block_free    = block_free,
  .upload_weight = pisces_cuda_upload_weight,
  .weight_free   = pisces_cuda_weight_free,
  .upload        = upload,
  .download      = download,
  .synchronize   = synchronize,
  .copy          = copy,
  .linear        = linear,
  .conv2d        = conv2d,
  .rms_norm      = rms_norm,
  .layer_norm    = layer_norm,
  .group_norm    = group_norm,
  .rope          = rope,
  .attention     = attention,
  .gather        = gather,
  .activate      = activate,
  .glu           = glu,
  .add_broadcast = add_broadcast,
  .add_weight    = add_weight,
  .combine       = combine,
  .upsample      = upsample,
  .average_pool  = average_pool,
  .fold          = fold
};

/**
 * pisces_cuda_backend_new:
 * @description: of the device that is current.
 *
 * Returns: (transfer full) (nullable): its backend.  Errors:
 *   %G_IO_ERROR_FAILED.
 */
PiscesBackend *
pisces_cuda_backend_new (const gchar  *description,
                         GError      **error)
{
  PiscesCuda        *cuda = g_new0 (PiscesCuda, 1);
  const cudaError_t  status = cudaStreamCreate (&cuda->stream);

  if (status != cudaSuccess)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   "The CUDA device '%s' could not be started: %s.",
                   description, cudaGetErrorString (status));
      g_free (cuda);
      return NULL;
    }

  pisces_backend_init (&cuda->base, &cuda_table);
  cuda->cublas           = pisces_cublas_open (cuda->stream);
  cuda->base.description = g_strdup_printf (cuda->cublas
                                            ? "%s"
                                            : "%s, without cuBLAS",
                                            description);
  return &cuda->base;
}


/*  private functions  */

static PiscesCudaRows
rows_of (PiscesTensor tensor)
{
  return (PiscesCudaRows) { tensor.data, tensor.row_stride };
}

static PiscesCudaImage
image_of (PiscesTensor tensor)
{
  return (PiscesCudaImage)
  {
    tensor.data, tensor.row_stride,
    tensor.dims[0], tensor.dims[1], tensor.dims[2]
  };
}

static PiscesCudaType
type_of (PiscesTensor tensor)
{
  return tensor.dtype == PISCES_F16  ? PISCES_CUDA_F16 :
         tensor.dtype == PISCES_BF16 ? PISCES_CUDA_BF16 : PISCES_CUDA_F32;
}

static PiscesCudaActivation
activation_of (PiscesActivation activation)
{
  /* Both lists are in one order.  */
  G_STATIC_ASSERT ((int) PISCES_CUDA_GELU_QUICK == (int) PISCES_ACT_GELU_QUICK);
  return (PiscesCudaActivation) activation;
}

static gpointer
data_of (const PiscesWeight *weight)
{
  return weight ? ((const PiscesCudaWeight *) weight)->data : NULL;
}

static void
expect (PiscesBackend *backend,
        const gchar   *op,
        PiscesTensor   y,
        cudaError_t    status)
{
  if (status != cudaSuccess)
    pisces_backend_fail (backend, PISCES_ERROR_BACKEND,
                         "The CUDA device failed at %s of %" G_GINT64_FORMAT
                         " by %" G_GINT64_FORMAT ": %s.", op, N_ROWS (y),
                         WIDTH (y), cudaGetErrorString (status));
}

/* Memory for one op, used again by the next: the stream keeps them in order.
 * NULL after a failure.  */
static gpointer
scratch (PiscesBackend *backend,
         const gchar   *op,
         PiscesTensor   y,
         gsize          n_bytes)
{
  PiscesCuda  *cuda = (PiscesCuda *) backend;
  cudaError_t  status;

  if (n_bytes <= cuda->scratch_bytes)
    return cuda->scratch;

  /* cudaFree waits for the op that uses it.  */
  cudaFree (cuda->scratch);
  cuda->scratch       = NULL;
  cuda->scratch_bytes = 0;
  status = cudaMalloc (&cuda->scratch, n_bytes);
  if (status == cudaSuccess)
    {
      cuda->scratch_bytes = n_bytes;
      return cuda->scratch;
    }

  cudaGetLastError ();
  cuda->scratch = NULL;
  pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                       "%" G_GSIZE_FORMAT " bytes of the device's memory for "
                       "%s of %" G_GINT64_FORMAT " by %" G_GINT64_FORMAT
                       " were refused: %s.", n_bytes, op, N_ROWS (y),
                       WIDTH (y), cudaGetErrorString (status));
  return NULL;
}
