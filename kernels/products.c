/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * products.c: the entries of the table that multiply.  They choose between our own
 * kernels and cuBLAS, and bring operands into types that these take.
 */

#include "kernels/backend.h"
#include "engine/backend/quantise.h"


#define STREAM(backend) (((PiscesCuda *) (backend))->stream)
#define WIDTH(tensor)   pisces_tensor_width (tensor)
#define N_ROWS(tensor)  pisces_tensor_n_rows (tensor)


/* The operands of a product in types that its kernel takes: the tensors themselves, or
 * copies of them in the scratch memory.  */
typedef struct
{
  PiscesTensor y;
  PiscesTensor x;
} Operands;


static gboolean operands_fit   (PiscesBackend          *backend,
                                const gchar            *op,
                                Operands               *fit,
                                PiscesTensor            y,
                                PiscesTensor            x,
                                const PiscesCudaWeight *weight,
                                gboolean                by_cublas,
                                gboolean                accumulate);
static void     operands_done  (PiscesBackend          *backend,
                                const gchar            *op,
                                const Operands         *fit,
                                PiscesTensor            y,
                                cudaError_t             status);
static void     linear_quantised
                               (PiscesBackend          *backend,
                                PiscesTensor            y,
                                PiscesTensor            x,
                                const PiscesCudaWeight *weight,
                                const PiscesWeight     *bias,
                                PiscesActivation        activation,
                                gboolean                accumulate);
static gboolean cublas_takes   (PiscesBackend          *backend,
                                PiscesTensor            y,
                                PiscesTensor            x);
static gboolean try_cublas     (PiscesBackend          *backend,
                                const PiscesCudaProduct
                                                       *how,
                                const PiscesCudaWeight *bias,
                                cudaError_t            *status);


/**
 * pisces_cuda_own_product:
 *
 * A product by our own kernel; which one depends on its rows and its weight.
 */
cudaError_t
pisces_cuda_own_product (PiscesBackend           *backend,
                         const PiscesCudaProduct *how)
{
  const gboolean is_few = how->x.n_rows <= PISCES_CUDA_GEMV_ROWS;

  if (how->weight.n_bits)
    return is_few ? pisces_cuda_gemv_quantised (STREAM (backend), how)
                  : pisces_cuda_matmul_quantised (STREAM (backend), how);

  return is_few ? pisces_cuda_gemv (STREAM (backend), how)
                : pisces_cuda_matmul (STREAM (backend), how);
}

/**
 * pisces_cuda_linear_op:
 *
 * See pisces_linear().
 */
void
pisces_cuda_linear_op (PiscesBackend      *backend,
                       PiscesTensor        y,
                       PiscesTensor        x,
                       const PiscesWeight *weight,
                       const PiscesWeight *bias,
                       PiscesActivation    activation,
                       gboolean            accumulate)
{
  const PiscesCudaWeight    own       = weight_for (weight, x);
  const PiscesCudaWeight   *w         = &own;
  const gboolean            is_few    = N_ROWS (x) <= PISCES_CUDA_GEMV_ROWS;
  const gboolean            by_cublas = ! is_few && ! w->n_bits &&
                                        cublas_takes (backend, y, x);
  cudaError_t               status    = cudaSuccess;
  PiscesCudaProduct         how;
  Operands                  fit;

  if (w->n_bits && ! is_few &&
      ! pisces_cuda_reads_quants (backend, N_ROWS (x), FALSE))
    {
      linear_quantised (backend, y, x, w, bias, activation, accumulate);
      return;
    }
  if (! operands_fit (backend, "linear", &fit, y, x, w, by_cublas, accumulate))
    return;

  how = (PiscesCudaProduct)
  {
    .y        = rows_of (fit.y),
    .x        = rows_of (fit.x),
    .weight   = matrix_of (w),
    .epilogue =
    {
      .bias       = data_of (bias),
      .activation = activation_of (activation),
      .accumulate = accumulate
    }
  };
  if (! by_cublas ||
      ! try_cublas (backend, &how, (const PiscesCudaWeight *) bias, &status))
    status = pisces_cuda_own_product (backend, &how);
  operands_done (backend, "linear", &fit, y, status);
}

/**
 * pisces_cuda_conv2d_op:
 *
 * See pisces_conv2d().
 */
void
pisces_cuda_conv2d_op (PiscesBackend          *backend,
                       PiscesTensor            y,
                       PiscesTensor            x,
                       const PiscesWeight     *weight,
                       const PiscesWeight     *bias,
                       const PiscesConvParams *params)
{
  const PiscesCudaWeight *w = (const PiscesCudaWeight *) weight;
  PiscesCudaConv2d        how;
  Operands                fit;

  /* With kernels of one pixel it is a product whose rows are the pixels.  */
  if (! params->shift.data && weight->dims[2] == 1 && weight->dims[3] == 1 &&
      params->stride == 1 && N_ROWS (x) == N_ROWS (y) && ! params->pad_top && ! params->pad_left)
    {
      pisces_cuda_linear_op (backend, y, x, weight, bias, params->activation,
                             params->accumulate);
      return;
    }

  if (! operands_fit (backend, "conv2d", &fit, y, x, w, FALSE,
                      params->accumulate))
    return;

  how = (PiscesCudaConv2d)
  {
    .y             = image_of (fit.y),
    .x             = image_of (fit.x),
    .weight        = matrix_of (w),
    .kernel_height = weight->dims[2],
    .kernel_width  = weight->dims[3],
    .stride        = params->stride,
    .pad_top       = params->pad_top,
    .pad_left      = params->pad_left,
    .epilogue      =
    {
      .bias           = data_of (bias),
      .activation     = activation_of (params->activation),
      .accumulate     = params->accumulate,
      .shift          = params->shift.data,
      .shift_stride   = params->shift.row_stride,
      .rows_per_shift = params->shift.data ? N_ROWS (y) / N_ROWS (params->shift) : 1
    }
  };
  operands_done (backend, "conv2d", &fit, y,
                 pisces_cuda_conv2d (STREAM (backend), &how));
}


/*  private functions  */

static PiscesDType
dtype_of (PiscesCudaType type)
{
  return type == PISCES_CUDA_F16  ? PISCES_F16 :
         type == PISCES_CUDA_BF16 ? PISCES_BF16 : PISCES_F32;
}

/* A tensor of the same shape in other memory, without gaps.  */
static PiscesTensor
elsewhere (PiscesTensor tensor,
           PiscesDType  dtype,
           gpointer     data)
{
  tensor.dtype      = dtype;
  tensor.row_stride = WIDTH (tensor);
  tensor.data       = data;
  return tensor;
}

/* Usually only an x of float32 that cuBLAS shall multiply is copied.
 *
 * A y of its own is needed in a model of mixed types, and also where cuBLAS would write
 * float16 for a model that was not published in float16: beyond the range of this type
 * cuBLAS writes infinities, where our own kernels write the largest number.  */
static gboolean
operands_fit (PiscesBackend          *backend,
              const gchar            *op,
              Operands               *fit,
              PiscesTensor            y,
              PiscesTensor            x,
              const PiscesCudaWeight *weight,
              gboolean                by_cublas,
              gboolean                accumulate)
{
  const PiscesDType dtype  = dtype_of (weight->type);
  const gboolean    is_cut = by_cublas && y.dtype == PISCES_F16 &&
                             ! weight->was_float16;
  const gboolean    new_y  = y.dtype != PISCES_F32 &&
                             (y.dtype != dtype || is_cut);
  const gboolean    new_x  = x.dtype != dtype &&
                             (by_cublas || x.dtype != PISCES_F32 ||
                              (! new_y && y.dtype != PISCES_F32));
  const gsize       y_size = new_y ? pisces_tensor_count (y) * sizeof (gfloat)
                                   : 0;
  const gsize       x_size = new_x ? pisces_tensor_count (x) *
                                     pisces_dtype_size (dtype)
                                   : 0;
  cudaError_t       status = cudaSuccess;
  guint8           *buffer;

  fit->y = y;
  fit->x = x;
  if (! new_y && ! new_x)
    return TRUE;

  buffer = pisces_cuda_scratch (backend, op, y, y_size + x_size);
  if (! buffer)
    return FALSE;

  if (new_y)
    fit->y = elsewhere (y, PISCES_F32, buffer);
  if (new_x)
    fit->x = elsewhere (x, dtype, buffer + y_size);
  if (new_x)
    status = pisces_cuda_copy (STREAM (backend), rows_of (fit->x), rows_of (x));
  if (status == cudaSuccess && new_y && accumulate)
    status = pisces_cuda_copy (STREAM (backend), rows_of (fit->y), rows_of (y));
  pisces_cuda_expect (backend, op, y, status);
  return status == cudaSuccess;
}

static void
operands_done (PiscesBackend  *backend,
               const gchar    *op,
               const Operands *fit,
               PiscesTensor    y,
               cudaError_t     status)
{
  if (status == cudaSuccess && fit->y.data != y.data)
    status = pisces_cuda_copy (STREAM (backend), rows_of (y), rows_of (fit->y));
  pisces_cuda_expect (backend, op, y, status);
}

/* A product with a quantised matrix by way of its elements, for as many outputs at a time
 * as there is room for.  The elements are in the arena, because the product itself uses
 * the scratch memory for its operands.  */
static void
linear_quantised (PiscesBackend          *backend,
                  PiscesTensor            y,
                  PiscesTensor            x,
                  const PiscesCudaWeight *weight,
                  const PiscesWeight     *bias,
                  PiscesActivation        activation,
                  gboolean                accumulate)
{
  const gsize  mark  = pisces_backend_mark (backend);
  const gint64 n_in  = WIDTH (x);
  const gint64 room  = ((PiscesCuda *) backend)->thresholds->elements_bytes / 2;
  const gint64 most  = CLAMP (room / n_in, 1, WIDTH (y));
  PiscesTensor elements;

  elements = pisces_backend_alloc (backend, 2, (most + 1) / 2, n_in);
  for (gint64 first = 0;
       first < WIDTH (y) && ! pisces_backend_is_failed (backend); first += most)
    {
      const gint64         n         = MIN (most, WIDTH (y) - first);
      const PiscesCudaRows rows      = { elements.data, n_in, n, n_in, weight->type };
      PiscesCudaMatrix     quants    = matrix_of (weight);
      PiscesCudaWeight     some      = *weight;
      PiscesCudaWeight     some_bias = { 0 };

      quants.data   = (const guint8 *) weight->data + first * n_in * weight->n_bits / 8;
      quants.scales = (const guint16 *) weight->scales +
                      first * n_in / PISCES_QUANTISED_BLOCK;
      pisces_cuda_expect (backend, "dequantise", y,
                          pisces_cuda_dequantise (STREAM (backend), rows, quants));

      some.n_bits       = 0;
      some.data         = elements.data;
      some.base.dims[0] = n;
      if (bias)
        {
          const PiscesCudaWeight *all = (const PiscesCudaWeight *) bias;

          some_bias.data = (gfloat *) all->data + first;
          for (gint i = 0; i < 2; i++)
            some_bias.halves[i] = (const guint16 *) all->halves[i] + first;
        }
      pisces_cuda_linear_op (backend, pisces_tensor_columns (y, first, n), x,
                             &some.base, bias ? &some_bias.base : NULL,
                             activation, accumulate);
    }
  pisces_backend_release (backend, mark);
}

static gboolean
cublas_takes (PiscesBackend *backend,
              PiscesTensor   y,
              PiscesTensor   x)
{
  return ((PiscesCuda *) backend)->cublas && N_ROWS (x) <= G_MAXINT &&
         y.row_stride <= G_MAXINT && x.row_stride <= G_MAXINT;
}

/* The product by cuBLAS, bias and activation with it or by a kernel after it.  Returns
 * FALSE where cuBLAS does not take it; our own kernel must do it then.  */
static gboolean
try_cublas (PiscesBackend           *backend,
            const PiscesCudaProduct *how,
            const PiscesCudaWeight  *bias,
            cudaError_t             *status)
{
  PiscesCuda               *cuda     = (PiscesCuda *) backend;
  const PiscesCudaEpilogue *epilogue = &how->epilogue;

  if (bias && cuda->cublas_lt &&
      pisces_cublas_lt_product (cuda->cublas_lt, how,
                                how->y.type == PISCES_CUDA_F32 ? bias->data :
                                how->y.type == PISCES_CUDA_F16 ? bias->halves[0]
                                                               : bias->halves[1]))
    return TRUE;

  if (! pisces_cublas_product (cuda->cublas, how))
    return FALSE;

  if (bias || epilogue->activation != PISCES_CUDA_NO_ACTIVATION)
    *status = pisces_cuda_add_weight (cuda->stream, how->y, how->y, epilogue->bias, 1,
                                      epilogue->activation);
  return TRUE;
}
