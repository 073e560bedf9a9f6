/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rows.c: the CPU backend's ops that work on each element separately: copies,
 * sums, activations, gather.  The speed of all of them is limited by memory.
 */

#include <math.h>
#include <string.h>

#include "engine/cpu/cpu.h"
#include "engine/cpu/vector-math.h"


static void add_rows     (gfloat       *y,
                          const gfloat *x,
                          const gfloat *v,
                          gint64        n);
static void combine_rows (gfloat       *y,
                          gfloat        a,
                          const gfloat *x,
                          gfloat        b,
                          const gfloat *z,
                          gint64        n);
static void modulate_row (gfloat       *y,
                          const gfloat *x,
                          const gfloat *scale,
                          const gfloat *shift,
                          gint64        n);
static void add_products (gfloat       *y,
                          const gfloat *x,
                          const gfloat *gate,
                          const gfloat *z,
                          gint64        n);
static void multiply_row (gfloat       *y,
                          const gfloat *x,
                          gint64        n);
static void glu_row      (gfloat           *y,
                          const gfloat     *gate,
                          const gfloat     *up,
                          gint64            n,
                          PiscesActivation  activation);


/* The arguments of all ops here; each op uses some of them.  */
typedef struct
{
  PiscesTensor     y, x, z;
  gint64           width;
  gdouble          a, b;
  PiscesActivation activation;
  PiscesTensor     shift;                /* of modulate           */
  PiscesTensor     gate;                 /* of add_gated          */
  gint64           rows_per_v, n_v;      /* of what is broadcast  */
} Rows;

/* What is beyond the range of float16 becomes its largest number.  */
PISCES_VECTORISED static void
round_row (_Float16     *y,
           const gfloat *x,
           gint64        n)
{
  #pragma GCC ivdep
  for (gint64 i = 0; i < n; i++)
    {
      const gfloat value = x[i] > 65504.0f ? 65504.0f : x[i];

      y[i] = (_Float16) (value < -65504.0f ? -65504.0f : value);
    }
}

static void
copy_some (gint64   first,
           gint64   end,
           gpointer data)
{
  const Rows *rows = data;

  const gsize size = pisces_dtype_size (rows->y.dtype);

  for (gint64 i = first; i < end; i++)
    {
      guint8 *y = (guint8 *) rows->y.data + i * rows->y.row_stride * size;

      if (rows->y.dtype == rows->x.dtype)
        memcpy (y, (const guint8 *) rows->x.data + i * rows->x.row_stride * size,
                rows->width * size);
      else
        round_row ((_Float16 *) y, pisces_cpu_row (rows->x, i), rows->width);
    }
}

/* Keys and values become float16 in the cache.  */
void
pisces_cpu_copy (PiscesBackend *backend,
                 PiscesTensor   y,
                 PiscesTensor   x)
{
  Rows rows = { .y = y, .x = x, .width = pisces_tensor_width (y) };

  pisces_cpu_share_rows (backend, pisces_tensor_count (y),
                         pisces_tensor_n_rows (y), copy_some, &rows);
}

void
pisces_cpu_gather (PiscesBackend      *backend,
                   PiscesTensor        y,
                   const PiscesWeight *table,
                   const gint32       *ids)
{
  const PiscesCpuWeight *rows  = (const PiscesCpuWeight *) table;
  const gint64           width = pisces_tensor_width (y);

  for (gint64 i = 0; i < pisces_tensor_n_rows (y); i++)
    {
      const gint64  first = ids[i] * width;
      gfloat       *out   = pisces_cpu_row (y, i);

      if (rows->is_unchecked && ! pisces_cpu_weight_check_row (backend, rows, ids[i]))
        return;
      if (! rows->bf16)
        memcpy (out, (const gfloat *) rows->data + first,
                width * sizeof (gfloat));
      else
        for (gint64 c = 0; c < width; c++)
          out[c] = pisces_bf16_to_f32 (((const guint16 *) rows->data)[first + c]);
    }
}

void
pisces_cpu_gather_rows (PiscesBackend *backend,
                        PiscesTensor   y,
                        PiscesTensor   x,
                        const gint32  *ids)
{
  for (gint64 i = 0; i < pisces_tensor_n_rows (y); i++)
    memcpy (pisces_cpu_row (y, i), pisces_cpu_row (x, ids[i]),
            pisces_tensor_width (y) * sizeof (gfloat));
}

static void
activate_some (gint64   first,
               gint64   end,
               gpointer data)
{
  const Rows *rows = data;

  for (gint64 i = first; i < end; i++)
    pisces_cpu_activate_row (pisces_cpu_row (rows->y, i),
                             pisces_cpu_row (rows->x, i),
                             rows->width, rows->activation);
}

void
pisces_cpu_activate (PiscesBackend    *backend,
                     PiscesTensor      y,
                     PiscesTensor      x,
                     PiscesActivation  activation)
{
  Rows rows = { .y = y, .x = x, .width = pisces_tensor_width (y), .activation = activation };

  pisces_cpu_share_rows (backend, pisces_tensor_count (y) * 8.0,
                         pisces_tensor_n_rows (y), activate_some, &rows);
}

static void
glu_some (gint64   first,
          gint64   end,
          gpointer data)
{
  const Rows *rows = data;

  for (gint64 i = first; i < end; i++)
    glu_row (pisces_cpu_row (rows->y, i), pisces_cpu_row (rows->x, i),
             pisces_cpu_row (rows->z, i), rows->width, rows->activation);
}

void
pisces_cpu_glu (PiscesBackend    *backend,
                PiscesTensor      y,
                PiscesTensor      gate,
                PiscesTensor      up,
                PiscesActivation  activation)
{
  Rows rows =
  {
    .y          = y,
    .x          = gate,
    .z          = up,
    .width      = pisces_tensor_width (y),
    .activation = activation,
  };

  pisces_cpu_share_rows (backend, pisces_tensor_count (y) * 40.0 /* an exponential */,
                         pisces_tensor_n_rows (y), glu_some, &rows);
}

static void
add_some (gint64   first,
          gint64   end,
          gpointer data)
{
  const Rows *rows = data;

  for (gint64 i = first; i < end; i++)
    add_rows (pisces_cpu_row (rows->y, i), pisces_cpu_row (rows->x, i),
              pisces_cpu_row (rows->z, i / rows->rows_per_v % rows->n_v),
              rows->width);
}

void
pisces_cpu_add_broadcast (PiscesBackend *backend,
                          PiscesTensor   y,
                          PiscesTensor   x,
                          PiscesTensor   v,
                          gint64         rows_per_v)
{
  Rows rows =
  {
    .y          = y,
    .x          = x,
    .z          = v,
    .width      = pisces_tensor_width (y),
    .rows_per_v = rows_per_v,
    .n_v        = pisces_tensor_n_rows (v),
  };

  pisces_cpu_share_rows (backend, pisces_tensor_count (y),
                         pisces_tensor_n_rows (y), add_some, &rows);
}

void
pisces_cpu_add_weight (PiscesBackend      *backend,
                       PiscesTensor        y,
                       PiscesTensor        x,
                       const PiscesWeight *v)
{
  const gfloat *rows   = pisces_cpu_vector (v);
  const gint64  n_rows = pisces_tensor_n_rows (y);
  const gint64  width  = pisces_tensor_width (y);
  gint64        n_v    = 1;

  for (gint d = 0; d < v->n_dims; d++)
    n_v *= v->dims[d];
  n_v /= width;

  for (gint64 i = 0; i < n_rows; i++)
    add_rows (pisces_cpu_row (y, i), pisces_cpu_row (x, i),
              rows + i % n_v * width, width);
}

static void
combine_some (gint64   first,
              gint64   end,
              gpointer data)
{
  const Rows *rows = data;

  for (gint64 i = first; i < end; i++)
    combine_rows (pisces_cpu_row (rows->y, i),
                  rows->a, pisces_cpu_row (rows->x, i),
                  rows->b, pisces_cpu_row (rows->z, i), rows->width);
}

void
pisces_cpu_combine (PiscesBackend *backend,
                    PiscesTensor   y,
                    gdouble        a,
                    PiscesTensor   x,
                    gdouble        b,
                    PiscesTensor   z)
{
  Rows rows =
  {
    .y     = y,
    .x     = x,
    .z     = z,
    .width = pisces_tensor_width (y),
    .a     = a,
    .b     = b,
  };

  pisces_cpu_share_rows (backend, pisces_tensor_count (y),
                         pisces_tensor_n_rows (y), combine_some, &rows);
}

static void
modulate_some (gint64   first,
               gint64   end,
               gpointer data)
{
  const Rows *rows = data;

  for (gint64 i = first; i < end; i++)
    modulate_row (pisces_cpu_row (rows->y, i), pisces_cpu_row (rows->x, i),
                  pisces_cpu_row (rows->z, i / rows->rows_per_v),
                  pisces_cpu_row (rows->shift, i / rows->rows_per_v), rows->width);
}

void
pisces_cpu_modulate (PiscesBackend *backend,
                     PiscesTensor   y,
                     PiscesTensor   x,
                     PiscesTensor   scale,
                     PiscesTensor   shift)
{
  Rows rows =
  {
    .y          = y,
    .x          = x,
    .z          = scale,
    .shift      = shift,
    .width      = pisces_tensor_width (y),
    .rows_per_v = pisces_tensor_n_rows (y) / pisces_tensor_n_rows (scale),
  };

  pisces_cpu_share_rows (backend, pisces_tensor_count (y) * 2.0,
                         pisces_tensor_n_rows (y), modulate_some, &rows);
}

static void
add_gated_some (gint64   first,
                gint64   end,
                gpointer data)
{
  const Rows *rows = data;

  for (gint64 i = first; i < end; i++)
    add_products (pisces_cpu_row (rows->y, i), pisces_cpu_row (rows->x, i),
                  pisces_cpu_row (rows->gate, i / rows->rows_per_v),
                  pisces_cpu_row (rows->z, i), rows->width);
}

void
pisces_cpu_add_gated (PiscesBackend *backend,
                      PiscesTensor   y,
                      PiscesTensor   x,
                      PiscesTensor   gate,
                      PiscesTensor   z)
{
  Rows rows =
  {
    .y          = y,
    .x          = x,
    .z          = z,
    .gate       = gate,
    .width      = pisces_tensor_width (y),
    .rows_per_v = pisces_tensor_n_rows (y) / pisces_tensor_n_rows (gate),
  };

  pisces_cpu_share_rows (backend, pisces_tensor_count (y) * 2.0,
                         pisces_tensor_n_rows (y), add_gated_some, &rows);
}


/*  one row  */

/**
 * pisces_cpu_activate_row:
 *
 * Computes y = activation (x) for @n floats; @y may be @x.
 */
PISCES_VECTORISED void
pisces_cpu_activate_row (gfloat           *y,
                         const gfloat     *x,
                         gint64            n,
                         PiscesActivation  activation)
{
  switch (activation)
    {
    case PISCES_ACT_NONE:
      if (y != x)
        memcpy (y, x, n * sizeof (gfloat));
      break;

    case PISCES_ACT_SILU:
      #pragma GCC ivdep
      for (gint64 i = 0; i < n; i++)
        y[i] = vector_swish (x[i], 1.0f);
      break;

    case PISCES_ACT_GELU:
      #pragma GCC ivdep
      for (gint64 i = 0; i < n; i++)
        y[i] = vector_gelu (x[i]);
      break;

    case PISCES_ACT_GELU_TANH:
      #pragma GCC ivdep
      for (gint64 i = 0; i < n; i++)
        y[i] = vector_gelu_tanh (x[i]);
      break;

    case PISCES_ACT_GELU_QUICK:
      #pragma GCC ivdep
      for (gint64 i = 0; i < n; i++)
        y[i] = vector_swish (x[i], 1.702f);
      break;
    }
}

/**
 * pisces_cpu_exp_row:
 * @y: `[n]` scores, which are replaced by exp (score - @maximum).
 * @sum: (out): the sum of the new values.
 */
PISCES_VECTORISED void
pisces_cpu_exp_row (gfloat *y,
                    gint64  n,
                    gfloat  maximum,
                    gfloat *sum)
{
  gfloat total = 0.0f;

  #pragma omp simd reduction (+ : total)
  for (gint64 i = 0; i < n; i++)
    {
      y[i]   = vector_exp (y[i] - maximum);
      total += y[i];
    }
  *sum = total;
}

PISCES_VECTORISED static void
add_rows (gfloat       *y,
          const gfloat *x,
          const gfloat *v,
          gint64        n)
{
  #pragma GCC ivdep
  for (gint64 i = 0; i < n; i++)
    y[i] = x[i] + v[i];
}

PISCES_VECTORISED static void
combine_rows (gfloat       *y,
              gfloat        a,
              const gfloat *x,
              gfloat        b,
              const gfloat *z,
              gint64        n)
{
  #pragma GCC ivdep
  for (gint64 i = 0; i < n; i++)
    y[i] = a * x[i] + b * z[i];
}

PISCES_VECTORISED static void
modulate_row (gfloat       *y,
              const gfloat *x,
              const gfloat *scale,
              const gfloat *shift,
              gint64        n)
{
  #pragma GCC ivdep
  for (gint64 i = 0; i < n; i++)
    y[i] = x[i] * (1.0f + scale[i]) + shift[i];
}

PISCES_VECTORISED static void
add_products (gfloat       *y,
              const gfloat *x,
              const gfloat *gate,
              const gfloat *z,
              gint64        n)
{
  #pragma GCC ivdep
  for (gint64 i = 0; i < n; i++)
    y[i] = x[i] + gate[i] * z[i];
}

PISCES_VECTORISED static void
multiply_row (gfloat       *y,
              const gfloat *x,
              gint64        n)
{
  #pragma GCC ivdep
  for (gint64 i = 0; i < n; i++)
    y[i] *= x[i];
}

/* Works in pieces that stay in the first level cache.  The pieces go through a
 * buffer, because y may be the same tensor as gate or up.  */
static void
glu_row (gfloat           *y,
         const gfloat     *gate,
         const gfloat     *up,
         gint64            n,
         PiscesActivation  activation)
{
  gfloat buffer[512];

  for (gint64 i = 0; i < n; i += G_N_ELEMENTS (buffer))
    {
      const gint64 piece = MIN (n - i, (gint64) G_N_ELEMENTS (buffer));

      pisces_cpu_activate_row (buffer, gate + i, piece, activation);
      multiply_row (buffer, up + i, piece);
      memcpy (y + i, buffer, piece * sizeof (gfloat));
    }
}
