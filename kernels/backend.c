/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend.c: the table of the CUDA backend, and those of its entries that have no file
 * of their own: memory, transfers, norms and images.  They turn the engine's tensors
 * into what the launchers take, all on one stream, and know nothing of how a kernel
 * works.
 *
 * Environment: with PISCES_CUDA_GRAPHS=no no step is captured (graph.c).
 */

#include "engine/pisces.h"
#include "kernels/backend.h"


/* The tests compile this file with other names, for devices that are not there.  */
#ifndef PISCES_CUDA_BACKEND_NAME
#define PISCES_CUDA_BACKEND_NAME "cuda"
#endif

#define STREAM(backend) (((PiscesCuda *) (backend))->stream)
#define WIDTH(tensor)   pisces_tensor_width (tensor)
#define N_ROWS(tensor)  pisces_tensor_n_rows (tensor)



/*  memory  */

static void
close_backend (PiscesBackend *backend)
{
  PiscesCuda *cuda = (PiscesCuda *) backend;

  pisces_cublas_lt_close (cuda->cublas_lt);
  pisces_cublas_close (cuda->cublas);
  cudaFree (cuda->scratch);
  cudaFree (cuda->positions);
  pisces_staging_free (cuda->staging);
  cudaStreamDestroy (cuda->stream);
  g_free (cuda);
}

static gpointer
block_new (PiscesBackend *backend,
           gsize          n_bytes)
{
  gpointer    block = NULL;
  cudaError_t status;

  if (pisces_backend_is_uncapturable (backend, "taking memory"))
    return NULL;
  status = cudaMalloc (&block, n_bytes);
  if (status == cudaSuccess)
    return block;

  /* Where there is only no memory left, the engine says so.  Any other error must be
   * reported here, as it would otherwise be taken for one of the next launch.  */
  cudaGetLastError ();
  if (status != cudaErrorMemoryAllocation)
    pisces_cuda_fail (backend, status, "The CUDA device gives no memory");
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
    pisces_cuda_fail (backend, status, "The CUDA device failed");
}

/* The rows of a tensor as the host has them, float32 without gaps, in a buffer.  */
static PiscesCudaRows
floats_of (PiscesTensor  tensor,
           gpointer      buffer)
{
  return (PiscesCudaRows)
  {
    buffer, WIDTH (tensor), N_ROWS (tensor), WIDTH (tensor), PISCES_CUDA_F32
  };
}

static void
upload (PiscesBackend *backend,
        PiscesTensor   y,
        const gfloat  *values)
{
  const gsize  n_bytes = N_ROWS (y) * WIDTH (y) * sizeof (gfloat);
  gpointer     buffer  = pisces_cuda_scratch (backend, "upload", y, n_bytes);
  cudaError_t  status;

  if (! buffer)
    return;

  /* The values are not in pinned memory, so CUDA has taken them over when this returns,
   * and the caller may change them at once.  */
  status = cudaMemcpyAsync (buffer, values, n_bytes, cudaMemcpyHostToDevice,
                            STREAM (backend));
  if (status == cudaSuccess)
    status = pisces_cuda_copy (STREAM (backend), rows_of (y), floats_of (y, buffer));
  pisces_cuda_expect (backend, "upload", y, status);
}

static void
download (PiscesBackend *backend,
          gfloat        *values,
          PiscesTensor   x)
{
  const gsize  n_bytes = N_ROWS (x) * WIDTH (x) * sizeof (gfloat);
  gpointer     buffer  = x.data;
  cudaError_t  status  = cudaSuccess;

  /* What is float32 without gaps already needs no copy in the right form.  */
  if (x.dtype != PISCES_F32 || (x.row_stride != WIDTH (x) && N_ROWS (x) > 1))
    {
      buffer = pisces_cuda_scratch (backend, "download", x, n_bytes);
      if (! buffer)
        return;
      status = pisces_cuda_copy (STREAM (backend), floats_of (x, buffer), rows_of (x));
    }
  if (status == cudaSuccess)
    status = cudaMemcpyAsync (values, buffer, n_bytes, cudaMemcpyDeviceToHost,
                              STREAM (backend));
  if (status == cudaSuccess)
    status = cudaStreamSynchronize (STREAM (backend));
  pisces_cuda_expect (backend, "download", x, status);
}


/*  norms  */

static void
rms_norm (PiscesBackend      *backend,
          PiscesTensor        y,
          PiscesTensor        x,
          const PiscesWeight *weight,
          gdouble             epsilon)
{
  pisces_cuda_expect (backend, "rms_norm", y,
                      pisces_cuda_rms_norm (STREAM (backend), rows_of (y), rows_of (x),
                                            data_of (weight), epsilon));
}

static void
layer_norm (PiscesBackend      *backend,
            PiscesTensor        y,
            PiscesTensor        x,
            const PiscesWeight *weight,
            const PiscesWeight *bias,
            gdouble             epsilon)
{
  pisces_cuda_expect (backend, "layer_norm", y,
                      pisces_cuda_layer_norm (STREAM (backend), rows_of (y), rows_of (x),
                                              data_of (weight), data_of (bias), epsilon));
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
  PiscesCudaGroupNorm how =
  {
    .y          = rows_of (y),
    .x          = rows_of (x),
    .weight     = data_of (weight),
    .bias       = data_of (bias),
    .n_batch    = x.n_dims > 2 ? x.dims[0] : 1,
    .n_groups   = n_groups,
    .epsilon    = epsilon,
    .activation = activation_of (activation)
  };
  const gint64        n_floats = pisces_cuda_group_norm_scratch (how.n_batch, WIDTH (x));

  how.scratch = pisces_cuda_scratch (backend, "group_norm", y, n_floats * sizeof (float));
  if (! how.scratch)
    return;
  pisces_cuda_expect (backend, "group_norm", y,
                      pisces_cuda_group_norm (STREAM (backend), &how));
}


/*  images  */

static void
upsample (PiscesBackend *backend,
          PiscesTensor   y,
          PiscesTensor   x)
{
  pisces_cuda_expect (backend, "upsample", y,
                      pisces_cuda_upsample (STREAM (backend), image_of (y), image_of (x)));
}

static void
average_pool (PiscesBackend *backend,
              PiscesTensor   y,
              PiscesTensor   x,
              gint           stride)
{
  pisces_cuda_expect (backend, "average_pool", y,
                      pisces_cuda_average_pool (STREAM (backend), image_of (y),
                                                image_of (x), stride));
}

static void
fold (PiscesBackend *backend,
      PiscesTensor   y,
      PiscesTensor   x,
      gint           r)
{
  const gboolean unfold = WIDTH (y) < WIDTH (x);

  pisces_cuda_expect (backend, "fold", y,
                      pisces_cuda_fold (STREAM (backend), image_of (unfold ? y : x),
                                        image_of (unfold ? x : y), r, unfold));
}


static const PiscesBackendTable cuda_table =
{
  .name          = PISCES_CUDA_BACKEND_NAME,
  .conv2d_shifts = TRUE,
  .linear_reads_tables = TRUE,
  .close         = close_backend,
  .block_new     = block_new,
  .block_free    = block_free,
  .free_bytes    = pisces_cuda_free_bytes,
  .weight_size   = sizeof (PiscesCudaWeight),
  .weight_form   = pisces_cuda_weight_form,
  .upload_weight = pisces_cuda_upload_weight,
  .weight_free   = pisces_cuda_weight_free,
  .upload        = upload,
  .download      = download,
  .synchronize   = synchronize,
  .copy          = pisces_cuda_copy_op,
  .linear        = pisces_cuda_linear_op,
  .conv2d        = pisces_cuda_conv2d_op,
  .rms_norm      = rms_norm,
  .rms_norm_heads = pisces_cuda_rms_norm_heads_op,
  .layer_norm    = layer_norm,
  .group_norm    = group_norm,
  .rope          = pisces_cuda_rope_op,
  .attention     = pisces_cuda_attention_op,
  .gather        = pisces_cuda_gather_op,
  .gather_rows   = pisces_cuda_gather_rows_op,
  .activate      = pisces_cuda_activate_op,
  .glu           = pisces_cuda_glu_op,
  .add_broadcast = pisces_cuda_add_broadcast_op,
  .add_weight    = pisces_cuda_add_weight_op,
  .combine       = pisces_cuda_combine_op,
  .modulate      = pisces_cuda_modulate_op,
  .add_gated     = pisces_cuda_add_gated_op,
  .upsample      = upsample,
  .average_pool  = average_pool,
  .fold          = fold,
  .fused_linear  = pisces_cuda_fused_linear_op,
  .rope_append   = pisces_cuda_rope_append_op,
  .sample        = pisces_cuda_sample_op,
  .capture_begin = pisces_cuda_capture_begin,
  .capture_end   = pisces_cuda_capture_end,
  .graph_replay  = pisces_cuda_graph_replay,
  .graph_free    = pisces_cuda_graph_free
};

/**
 * pisces_cuda_backend_new:
 * @description: of the device that is current.
 * @capability: its compute capability, 75 for 7.5.
 *
 * Returns: (transfer full) (nullable): its backend.  Errors:
 *   %G_IO_ERROR_FAILED.
 */
PiscesBackend *
pisces_cuda_backend_new (const gchar  *description,
                         gint          capability,
                         GError      **error)
{
  PiscesCuda  *cuda;
  cudaError_t  status;
  gint         weight_bits;

  if (! pisces_backend_read_weight_bits (&weight_bits, error))
    return NULL;

  cuda   = g_new0 (PiscesCuda, 1);
  status = cudaStreamCreate (&cuda->stream);
  if (status != cudaSuccess)
    {
      pisces_cuda_set_start_error (error, description, status);
      g_free (cuda);
      return NULL;
    }

  pisces_backend_init (&cuda->base, &cuda_table);
  cuda->base.can_round   = TRUE;
  cuda->base.may_capture = g_strcmp0 (g_getenv ("PISCES_CUDA_GRAPHS"), "no") != 0;
  cuda->base.weight_bits = weight_bits;
  cuda->thresholds       = pisces_cuda_thresholds_of (capability);
  cuda->cublas           = pisces_cublas_open (cuda->stream);
  if (cuda->cublas)
    cuda->cublas_lt      = pisces_cublas_lt_open (cuda->stream);
  cuda->base.description = g_strdup_printf (cuda->cublas
                                            ? "%s"
                                            : "%s, without cuBLAS",
                                            description);
  return &cuda->base;
}
