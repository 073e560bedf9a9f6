/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dnnl-linear.c: products of many rows with weights in bfloat16, by oneDNN, for
 * processors that can multiply pairs of bfloat16 (AVX-512 BF16, AMX).  The
 * weights are read as they lie in their file.  x is rounded to bfloat16, and sums
 * are float32.  Making a primitive takes longer than running it, so there is a
 * cache with one for each shape.
 */

#include <dnnl.h>
#include <omp.h>
#include <string.h>

#include "engine/cpu/cpu.h"
#include "engine/pisces.h"


/* Everything that a primitive depends on.  It is compared as bytes, so the struct
 * must have no padding.  */
typedef struct
{
  gint64  n_rows;
  gint64  n_in;
  gint64  n_out;
  gint64  y_stride;
  gint64  with_bias;
  gint64  accumulate;
} Shape;

struct _PiscesCpuDnnl
{
  dnnl_engine_t  engine;
  dnnl_stream_t  stream;
  GHashTable    *primitives;     /* Shape -> dnnl_primitive_t; NULL where oneDNN has
                                  * none  */
};

static PiscesCpuDnnl    * get_dnnl         (PiscesBackend  *backend);
static dnnl_primitive_t   get_primitive    (PiscesCpuDnnl  *dnnl,
                                            const Shape    *shape);
static dnnl_primitive_t   make_primitive   (PiscesCpuDnnl  *dnnl,
                                            const Shape    *shape);
static gboolean           execute          (PiscesCpuDnnl  *dnnl,
                                            dnnl_primitive_t primitive,
                                            gpointer        x,
                                            gpointer        weights,
                                            gpointer        bias,
                                            gpointer        y);
static guint              shape_hash       (gconstpointer   key);
static gboolean           shape_equal      (gconstpointer   a,
                                            gconstpointer   b);
static void               destroy_primitive
                                           (gpointer        primitive);
static void               round_row        (guint16        *y,
                                            const gfloat   *x,
                                            gint64          n);


typedef struct
{
  PiscesTensor  x;
  guint16      *rounded;
  gint64        n_in;
} Rounding;

static void
round_rows (gint64   first,
            gint64   end,
            gpointer data)
{
  const Rounding *rounding = data;

  for (gint64 i = first; i < end; i++)
    round_row (rounding->rounded + i * rounding->n_in, pisces_cpu_row (rounding->x, i),
               rounding->n_in);
}

/**
 * pisces_cpu_dnnl_linear:
 *
 * Does what pisces_linear() does, for a weight in bfloat16.
 *
 * Returns: whether oneDNN did it; if not, nothing was written.
 */
gboolean
pisces_cpu_dnnl_linear (PiscesBackend         *backend,
                        PiscesTensor           y,
                        PiscesTensor           x,
                        const PiscesCpuWeight *weight,
                        const gfloat          *bias,
                        PiscesActivation       activation,
                        gboolean               accumulate)
{
  const Shape       shape = { pisces_tensor_n_rows (x), weight->n_in,
                              weight->n_out, y.row_stride, bias != NULL,
                              accumulate };
  const gsize       mark  = pisces_backend_mark (backend);
  PiscesCpuDnnl    *dnnl  = get_dnnl (backend);
  dnnl_primitive_t  primitive;
  PiscesTensor      rounded;
  gboolean          done;

  if (! dnnl->stream)
    return FALSE;
  primitive = get_primitive (dnnl, &shape);
  if (! primitive)
    return FALSE;

  rounded = pisces_backend_alloc (backend, 2, shape.n_rows, (shape.n_in + 1) / 2);
  if (! rounded.data)
    return TRUE;      /* the job has failed */
  pisces_cpu_share_rows (backend, 2.0 * shape.n_rows * shape.n_in, shape.n_rows, round_rows,
                         &(Rounding) { x, rounded.data, shape.n_in });

  done = execute (dnnl, primitive, rounded.data, weight->data,
                  (gpointer) bias, y.data);
  if (! done)
    pisces_backend_fail (backend, PISCES_ERROR_BACKEND,
                         "oneDNN could not multiply.");
  pisces_backend_release (backend, mark);
  if (done && activation != PISCES_ACT_NONE)
    pisces_cpu_activate (backend, y, y, activation);
  return TRUE;
}

/**
 * pisces_cpu_dnnl_is_fast:
 *
 * Returns: whether oneDNN multiplies bfloat16 faster than pisces_tile_func()
 *   multiplies float32.  The instruction for pairs of bfloat16 does twice as many
 *   operations as that for float32 on AMD's processors, but half as many on those
 *   of Intel (86 and 174 GFLOP/s on a Sapphire Rapids), which have AMX instead.  A
 *   virtual machine may hide AMX.
 */
gboolean
pisces_cpu_dnnl_is_fast (PiscesBackend *backend)
{
#ifdef __x86_64__
  const dnnl_cpu_isa_t amx = dnnl_cpu_isa_avx512_core_amx;

  return get_dnnl (backend)->stream &&
         (__builtin_cpu_is ("amd") || (dnnl_get_effective_cpu_isa () & amx) == amx);
#else
  return get_dnnl (backend)->stream != NULL;
#endif
}

/**
 * pisces_cpu_dnnl_n_shapes:
 *
 * Returns: how many shapes of products oneDNN has been given, so that a test notices
 *   if it gets none any more: only the time would tell.
 */
guint
pisces_cpu_dnnl_n_shapes (PiscesBackend *backend)
{
  return g_hash_table_size (get_dnnl (backend)->primitives);
}

/**
 * pisces_cpu_dnnl_free:
 * @dnnl: (nullable) (transfer full): the state to free, with its primitives.
 */
void
pisces_cpu_dnnl_free (PiscesCpuDnnl *dnnl)
{
  if (! dnnl)
    return;

  g_hash_table_unref (dnnl->primitives);
  dnnl_stream_destroy (dnnl->stream);
  dnnl_engine_destroy (dnnl->engine);
  g_free (dnnl);
}


/*  private functions  */

/* Returns the backend's oneDNN state, which is made by the first call.  It has no
 * stream if the processor cannot multiply bfloat16.  */
static PiscesCpuDnnl *
get_dnnl (PiscesBackend *backend)
{
  PiscesCpu *cpu = (PiscesCpu *) backend;

  /* OpenMP keeps this number for each thread, and this thread may be a new one.  */
  omp_set_num_threads (cpu->n_threads);

  if (! cpu->dnnl)
    {
      cpu->dnnl = g_new0 (PiscesCpuDnnl, 1);
      cpu->dnnl->primitives = g_hash_table_new_full (shape_hash, shape_equal,
                                                     g_free,
                                                     destroy_primitive);
      if ((dnnl_get_effective_cpu_isa () & dnnl_cpu_isa_avx512_core_bf16) ==
          dnnl_cpu_isa_avx512_core_bf16 &&
          dnnl_engine_create (&cpu->dnnl->engine, dnnl_cpu, 0) == dnnl_success)
        dnnl_stream_create (&cpu->dnnl->stream, cpu->dnnl->engine,
                            dnnl_stream_default_flags);
    }
  return cpu->dnnl;
}

static dnnl_primitive_t
get_primitive (PiscesCpuDnnl *dnnl,
               const Shape   *shape)
{
  dnnl_primitive_t primitive;

  if (g_hash_table_lookup_extended (dnnl->primitives, shape, NULL,
                                    (gpointer *) &primitive))
    return primitive;

  primitive = make_primitive (dnnl, shape);
  g_hash_table_insert (dnnl->primitives, g_memdup2 (shape, sizeof (Shape)),
                       primitive);
  return primitive;
}

static dnnl_primitive_t
make_primitive (PiscesCpuDnnl *dnnl,
                const Shape   *shape)
{
  const dnnl_dims_t      x_dims     = { shape->n_rows, shape->n_in };
  const dnnl_dims_t      w_dims     = { shape->n_in, shape->n_out };
  const dnnl_dims_t      y_dims     = { shape->n_rows, shape->n_out };
  const dnnl_dims_t      y_strides  = { shape->y_stride, 1 };
  const dnnl_dims_t      bias_dims  = { 1, shape->n_out };
  dnnl_memory_desc_t     x = NULL, w = NULL, y = NULL, bias = NULL;
  dnnl_primitive_attr_t  attributes  = NULL;
  dnnl_post_ops_t        post_ops    = NULL;
  dnnl_primitive_desc_t  description = NULL;
  dnnl_primitive_t       primitive   = NULL;

  dnnl_memory_desc_create_with_tag (&x, 2, x_dims, dnnl_bf16, dnnl_ab);
  /* The file has one row for each output, so the matrix is transposed.  */
  dnnl_memory_desc_create_with_tag (&w, 2, w_dims, dnnl_bf16, dnnl_ba);
  dnnl_memory_desc_create_with_strides (&y, 2, y_dims, dnnl_f32, y_strides);
  if (shape->with_bias)
    dnnl_memory_desc_create_with_tag (&bias, 2, bias_dims, dnnl_f32, dnnl_ab);
  if (shape->accumulate)
    {
      dnnl_post_ops_create (&post_ops);
      dnnl_post_ops_append_sum (post_ops, 1.0f, 0, dnnl_f32);
      dnnl_primitive_attr_create (&attributes);
      dnnl_primitive_attr_set_post_ops (attributes, post_ops);
    }

  if (dnnl_matmul_primitive_desc_create (&description, dnnl->engine, x, w,
                                         bias, y, attributes) == dnnl_success)
    {
      if (dnnl_primitive_create (&primitive, description) != dnnl_success)
        primitive = NULL;
      dnnl_primitive_desc_destroy (description);
    }

  if (attributes)
    dnnl_primitive_attr_destroy (attributes);
  if (post_ops)
    dnnl_post_ops_destroy (post_ops);
  dnnl_memory_desc_destroy (x);
  dnnl_memory_desc_destroy (w);
  dnnl_memory_desc_destroy (y);
  if (bias)
    dnnl_memory_desc_destroy (bias);
  return primitive;
}

static gboolean
execute (PiscesCpuDnnl    *dnnl,
         dnnl_primitive_t  primitive,
         gpointer          x,
         gpointer          weights,
         gpointer          bias,
         gpointer          y)
{
  static const gint         slots[4]   = { DNNL_ARG_SRC, DNNL_ARG_WEIGHTS,
                                           DNNL_ARG_DST, DNNL_ARG_BIAS };
  static const dnnl_query_t queries[4] = { dnnl_query_src_md,
                                           dnnl_query_weights_md,
                                           dnnl_query_dst_md,
                                           dnnl_query_weights_md };
  const_dnnl_primitive_desc_t description;
  gpointer                    data[4]  = { x, weights, y, bias };
  dnnl_exec_arg_t             args[4]  = { 0 };
  const gint                  n_args   = bias ? 4 : 3;
  gboolean                    done;

  done = dnnl_primitive_get_primitive_desc (primitive, &description) ==
         dnnl_success;
  for (gint i = 0; done && i < n_args; i++)
    {
      const_dnnl_memory_desc_t desc =
        dnnl_primitive_desc_query_md (description, queries[i], i == 3 ? 1 : 0);

      args[i].arg = slots[i];
      done = dnnl_memory_create (&args[i].memory, desc, dnnl->engine,
                                 data[i]) == dnnl_success;
    }
  done = done &&
         dnnl_primitive_execute (primitive, dnnl->stream, n_args, args) ==
         dnnl_success &&
         dnnl_stream_wait (dnnl->stream) == dnnl_success;

  for (gint i = 0; i < n_args; i++)
    if (args[i].memory)
      dnnl_memory_destroy (args[i].memory);
  return done;
}

static guint
shape_hash (gconstpointer key)
{
  const gint64 *values = key;
  guint64       hash   = 0;

  for (gsize i = 0; i < sizeof (Shape) / sizeof (gint64); i++)
    hash = (hash ^ values[i]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return hash >> 32;
}

static gboolean
shape_equal (gconstpointer a,
             gconstpointer b)
{
  return memcmp (a, b, sizeof (Shape)) == 0;
}

static void
destroy_primitive (gpointer primitive)
{
  if (primitive)
    dnnl_primitive_destroy (primitive);
}

PISCES_VECTORISED static void
round_row (guint16      *y,
           const gfloat *x,
           gint64        n)
{
  for (gint64 i = 0; i < n; i++)
    y[i] = pisces_cpu_to_bf16 (x[i]);
}
