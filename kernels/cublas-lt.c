/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cublas-lt.c: products and what comes after them as one, by cuBLAS's light library.
 * With it a bias and a GELU need not read and write again what was multiplied.  The
 * library lies beside cuBLAS and is opened in the same way.  If there is none, or if it
 * does not take a product, cublas.c and a kernel after it are used.
 *
 * The library is asked once how to do a product of some shape, and its answer is
 * kept.
 */

#include <string.h>

#include <cublasLt.h>
#include <gmodule.h>

#include "kernels/backend.h"


/* So much memory the library may use for one product.  */
#define WORKSPACE_BYTES ((gsize) 8 << 20)

/* So many answers are kept.  Each length of a text makes new shapes.  */
#define MAX_PLANS 256

/* All that the library's answer depends on.  Plans are looked up by these bytes, so there
 * must be no padding between the fields.  */
typedef struct
{
  gint64 n_rows, n_in, n_out;
  gint64 y_stride, x_stride;
  gint32 y_type, type;
  gint32 epilogue, accumulate;
  gint32 y_alignment, x_alignment, weight_alignment, bias_alignment;
} Shape;

typedef struct
{
  Shape                   shape;
  PiscesCublasLt         *lt;
  cublasLtMatmulDesc_t    product;
  cublasLtMatrixLayout_t  weight, x, y;
  cublasLtMatmulAlgo_t    algorithm;
  gboolean                is_taken;
} Plan;

struct _PiscesCublasLt
{
  cublasLtHandle_t  handle;
  cudaStream_t      stream;
  gpointer          workspace;
  gsize             workspace_bytes;
  GHashTable       *plans;

  cublasStatus_t (* create)             (cublasLtHandle_t *handle);
  cublasStatus_t (* destroy)            (cublasLtHandle_t handle);
  cublasStatus_t (* desc_create)        (cublasLtMatmulDesc_t *desc,
                                         cublasComputeType_t compute_type,
                                         cudaDataType scale_type);
  cublasStatus_t (* desc_destroy)       (cublasLtMatmulDesc_t desc);
  cublasStatus_t (* desc_set)           (cublasLtMatmulDesc_t desc,
                                         cublasLtMatmulDescAttributes_t attribute,
                                         const void *value, size_t size);
  cublasStatus_t (* layout_create)      (cublasLtMatrixLayout_t *layout,
                                         cudaDataType type, uint64_t rows,
                                         uint64_t columns, int64_t ld);
  cublasStatus_t (* layout_destroy)     (cublasLtMatrixLayout_t layout);
  cublasStatus_t (* preference_create)  (cublasLtMatmulPreference_t *preference);
  cublasStatus_t (* preference_destroy) (cublasLtMatmulPreference_t preference);
  cublasStatus_t (* preference_set)     (cublasLtMatmulPreference_t preference,
                                         cublasLtMatmulPreferenceAttributes_t attribute,
                                         const void *value, size_t size);
  cublasStatus_t (* heuristic)          (cublasLtHandle_t handle,
                                         cublasLtMatmulDesc_t desc,
                                         cublasLtMatrixLayout_t a,
                                         cublasLtMatrixLayout_t b,
                                         cublasLtMatrixLayout_t c,
                                         cublasLtMatrixLayout_t d,
                                         cublasLtMatmulPreference_t preference,
                                         int n_wanted,
                                         cublasLtMatmulHeuristicResult_t results[],
                                         int *n_results);
  cublasStatus_t (* matmul)             (cublasLtHandle_t handle,
                                         cublasLtMatmulDesc_t desc,
                                         const void *alpha,
                                         const void *a, cublasLtMatrixLayout_t a_layout,
                                         const void *b, cublasLtMatrixLayout_t b_layout,
                                         const void *beta,
                                         const void *c, cublasLtMatrixLayout_t c_layout,
                                         void *d, cublasLtMatrixLayout_t d_layout,
                                         const cublasLtMatmulAlgo_t *algorithm,
                                         void *workspace, size_t workspace_bytes,
                                         cudaStream_t stream);
};

static const gchar * const libraries[] = { "libcublasLt.so.13", "libcublasLt.so.12" };


static gboolean   find_functions (PiscesCublasLt *lt,
                                  GModule        *module);
static Plan     * plan_of        (PiscesCublasLt *lt,
                                  const Shape    *shape,
                                  gconstpointer   bias);
static gboolean   make_plan      (Plan           *plan,
                                  gconstpointer   bias);
static gboolean   choose         (Plan           *plan);
static void       free_plan      (gpointer        data);
static guint      hash_shape     (gconstpointer   shape);
static gboolean   shapes_equal   (gconstpointer   a,
                                  gconstpointer   b);
static gint32     alignment_of   (gconstpointer   pointer);


/**
 * pisces_cublas_lt_open:
 *
 * Returns: (nullable): cuBLAS's light library on that stream; %NULL if there is
 *   none, or if it does not start.
 */
PiscesCublasLt *
pisces_cublas_lt_open (cudaStream_t stream)
{
  PiscesCublasLt *lt = g_new0 (PiscesCublasLt, 1);

  lt->stream = stream;
  for (guint i = 0; i < G_N_ELEMENTS (libraries); i++)
    {
      GModule *module = g_module_open (libraries[i],
                                       G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);

      if (! module)
        continue;
      if (find_functions (lt, module) &&
          lt->create (&lt->handle) == CUBLAS_STATUS_SUCCESS)
        {
          g_module_make_resident (module);
          lt->plans = g_hash_table_new_full (hash_shape, shapes_equal, NULL,
                                             free_plan);
          if (cudaMalloc (&lt->workspace, WORKSPACE_BYTES) == cudaSuccess)
            lt->workspace_bytes = WORKSPACE_BYTES;
          /* The library can do without this memory.  The error is taken back, as the
           * first kernel would report it otherwise.  */
          cudaGetLastError ();
          return lt;
        }
      g_module_close (module);
    }
  g_free (lt);
  cudaGetLastError ();
  return NULL;
}

/**
 * pisces_cublas_lt_close:
 * @lt: (nullable) (transfer full):
 */
void
pisces_cublas_lt_close (PiscesCublasLt *lt)
{
  if (! lt)
    return;

  g_hash_table_unref (lt->plans);
  lt->destroy (lt->handle);
  if (lt->workspace_bytes)
    cudaFree (lt->workspace);
  g_free (lt);
}

/**
 * pisces_cublas_lt_product:
 * @how: a product whose x has the weight's type, and y that type or float32.
 * @bias: n_out values of the type of y, in place of those of the epilogue, which are
 *   float32.
 *
 * y = activation (x Wᵀ + b), or y += x Wᵀ + b, summed in float32.  The library knows
 * no activation but GELU_TANH, which it calls GELU.  Rows and columns are exchanged as
 * in pisces_cublas_product().
 *
 * Returns: whether it took it.
 */
gboolean
pisces_cublas_lt_product (PiscesCublasLt          *lt,
                          const PiscesCudaProduct *how,
                          gconstpointer            bias)
{
  const PiscesCudaActivation  activation = how->epilogue.activation;
  const PiscesCudaRows        y          = how->y;
  const PiscesCudaRows        x          = how->x;
  const void                 *weight     = how->weight.data;
  const float                 one        = 1.0f;
  const float                 beta       = how->epilogue.accumulate ? 1.0f : 0.0f;
  Shape                       shape      = { 0 };
  const Plan                 *plan;

  if (activation != PISCES_CUDA_NO_ACTIVATION && activation != PISCES_CUDA_GELU_TANH)
    return FALSE;

  shape.n_rows           = y.n_rows;
  shape.n_in             = x.width;
  shape.n_out            = y.width;
  shape.y_stride         = y.row_stride;
  shape.x_stride         = x.row_stride;
  shape.y_type           = y.type;
  shape.type             = how->weight.type;
  shape.accumulate       = how->epilogue.accumulate;
  shape.epilogue         = activation == PISCES_CUDA_NO_ACTIVATION
                           ? CUBLASLT_EPILOGUE_BIAS
                           : CUBLASLT_EPILOGUE_GELU_BIAS;
  shape.y_alignment      = alignment_of (y.data);
  shape.x_alignment      = alignment_of (x.data);
  shape.weight_alignment = alignment_of (weight);
  shape.bias_alignment   = alignment_of (bias);

  plan = plan_of (lt, &shape, bias);
  if (plan->is_taken &&
      lt->desc_set (plan->product, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &bias,
                    sizeof (bias)) == CUBLAS_STATUS_SUCCESS &&
      lt->matmul (lt->handle, plan->product, &one, weight, plan->weight,
                  x.data, plan->x, &beta, y.data, plan->y, y.data, plan->y,
                  &plan->algorithm, lt->workspace, lt->workspace_bytes,
                  lt->stream) == CUBLAS_STATUS_SUCCESS)
    return TRUE;

  /* This takes the error back, which the next call would report otherwise.  A lost
   * device reports its error again.  */
  cudaGetLastError ();
  return FALSE;
}


/*  private functions  */

static gboolean
find_functions (PiscesCublasLt *lt,
                GModule        *module)
{
  const struct
  {
    const gchar *name;
    gpointer    *function;
  } wanted[] =
  {
    { "cublasLtCreate",                       (gpointer *) &lt->create },
    { "cublasLtDestroy",                      (gpointer *) &lt->destroy },
    { "cublasLtMatmulDescCreate",             (gpointer *) &lt->desc_create },
    { "cublasLtMatmulDescDestroy",            (gpointer *) &lt->desc_destroy },
    { "cublasLtMatmulDescSetAttribute",       (gpointer *) &lt->desc_set },
    { "cublasLtMatrixLayoutCreate",           (gpointer *) &lt->layout_create },
    { "cublasLtMatrixLayoutDestroy",          (gpointer *) &lt->layout_destroy },
    { "cublasLtMatmulPreferenceCreate",       (gpointer *) &lt->preference_create },
    { "cublasLtMatmulPreferenceDestroy",      (gpointer *) &lt->preference_destroy },
    { "cublasLtMatmulPreferenceSetAttribute", (gpointer *) &lt->preference_set },
    { "cublasLtMatmulAlgoGetHeuristic",       (gpointer *) &lt->heuristic },
    { "cublasLtMatmul",                       (gpointer *) &lt->matmul }
  };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (! g_module_symbol (module, wanted[i].name, wanted[i].function))
      return FALSE;
  return TRUE;
}

static Plan *
plan_of (PiscesCublasLt *lt,
         const Shape    *shape,
         gconstpointer   bias)
{
  Plan *plan = g_hash_table_lookup (lt->plans, shape);

  if (plan)
    return plan;

  if (g_hash_table_size (lt->plans) >= MAX_PLANS)
    g_hash_table_remove_all (lt->plans);

  plan           = g_new0 (Plan, 1);
  plan->shape    = *shape;
  plan->lt       = lt;
  plan->is_taken = make_plan (plan, bias);
  g_hash_table_insert (lt->plans, &plan->shape, plan);
  return plan;
}

static cudaDataType
data_type_of (gint32 type)
{
  return type == PISCES_CUDA_F16  ? CUDA_R_16F :
         type == PISCES_CUDA_BF16 ? CUDA_R_16BF : CUDA_R_32F;
}

/* The library sees columns where we have rows, so it is asked for yᵀ = W xᵀ.  */
static gboolean
make_plan (Plan          *plan,
           gconstpointer  bias)
{
  const PiscesCublasLt    *lt        = plan->lt;
  const Shape             *shape     = &plan->shape;
  const cublasOperation_t  transpose = CUBLAS_OP_T;
  const cublasLtEpilogue_t epilogue  = shape->epilogue;

  return lt->desc_create (&plan->product, CUBLAS_COMPUTE_32F,
                          CUDA_R_32F) == CUBLAS_STATUS_SUCCESS &&
         lt->desc_set (plan->product, CUBLASLT_MATMUL_DESC_TRANSA, &transpose,
                       sizeof (transpose)) == CUBLAS_STATUS_SUCCESS &&
         lt->desc_set (plan->product, CUBLASLT_MATMUL_DESC_EPILOGUE, &epilogue,
                       sizeof (epilogue)) == CUBLAS_STATUS_SUCCESS &&
         lt->desc_set (plan->product, CUBLASLT_MATMUL_DESC_BIAS_POINTER, &bias,
                       sizeof (bias)) == CUBLAS_STATUS_SUCCESS &&
         lt->layout_create (&plan->weight, data_type_of (shape->type),
                            shape->n_in, shape->n_out,
                            shape->n_in) == CUBLAS_STATUS_SUCCESS &&
         lt->layout_create (&plan->x, data_type_of (shape->type), shape->n_in,
                            shape->n_rows,
                            shape->x_stride) == CUBLAS_STATUS_SUCCESS &&
         lt->layout_create (&plan->y, data_type_of (shape->y_type),
                            shape->n_out, shape->n_rows,
                            shape->y_stride) == CUBLAS_STATUS_SUCCESS &&
         choose (plan);
}

/* Asks the library how to do the product.  It takes all pointers to be multiples of 256
 * bytes unless it is told what they are.  */
static gboolean
choose (Plan *plan)
{
  const PiscesCublasLt            *lt        = plan->lt;
  const guint64                    workspace = lt->workspace_bytes;
  const guint32                    weight    = plan->shape.weight_alignment;
  const guint32                    x         = plan->shape.x_alignment;
  const guint32                    y         = plan->shape.y_alignment;
  cublasLtMatmulPreference_t       preference;
  cublasLtMatmulHeuristicResult_t  result    = { 0 };
  int                              n_results = 0;
  gboolean                         found;

  if (lt->preference_create (&preference) != CUBLAS_STATUS_SUCCESS)
    return FALSE;

  found =
    lt->preference_set (preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                        &workspace, sizeof (workspace)) == CUBLAS_STATUS_SUCCESS &&
    lt->preference_set (preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES,
                        &weight, sizeof (weight)) == CUBLAS_STATUS_SUCCESS &&
    lt->preference_set (preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
                        &x, sizeof (x)) == CUBLAS_STATUS_SUCCESS &&
    lt->preference_set (preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES,
                        &y, sizeof (y)) == CUBLAS_STATUS_SUCCESS &&
    lt->preference_set (preference, CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES,
                        &y, sizeof (y)) == CUBLAS_STATUS_SUCCESS &&
    lt->heuristic (lt->handle, plan->product, plan->weight, plan->x, plan->y,
                   plan->y, preference, 1, &result,
                   &n_results) == CUBLAS_STATUS_SUCCESS &&
    n_results == 1 && result.state == CUBLAS_STATUS_SUCCESS;
  lt->preference_destroy (preference);

  plan->algorithm = result.algo;
  return found;
}

static void
free_plan (gpointer data)
{
  Plan *plan = data;

  if (plan->product)
    plan->lt->desc_destroy (plan->product);
  if (plan->weight)
    plan->lt->layout_destroy (plan->weight);
  if (plan->x)
    plan->lt->layout_destroy (plan->x);
  if (plan->y)
    plan->lt->layout_destroy (plan->y);
  g_free (plan);
}

/* FNV-1a.  */
static guint
hash_shape (gconstpointer shape)
{
  const guint8 *bytes = shape;
  guint         hash  = 2166136261u;

  for (gsize i = 0; i < sizeof (Shape); i++)
    hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

static gboolean
shapes_equal (gconstpointer a,
              gconstpointer b)
{
  return memcmp (a, b, sizeof (Shape)) == 0;
}

/* The largest power of two, 256 at most, that the address is a multiple of. */
static gint32
alignment_of (gconstpointer pointer)
{
  const guintptr address = GPOINTER_TO_SIZE (pointer) | 256;

  return address & -address;
}
