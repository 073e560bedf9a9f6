/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unpacked.c: products of many rows with matrices that lie as in their file,
 * quantised or in 16 bits.  64 outputs at a time become a float32 panel, which
 * product.c multiplies with the unchanged inputs, in the same thread, while the panel
 * is still in its cache.  This is for processors on which types of fewer bits are not
 * faster.
 */

#include <string.h>

#include "engine/backend/quantise.h"
#include "engine/cpu/cpu.h"


/* The inputs that are converted at a time.  */
#define STEP PISCES_QUANTISED_BLOCK

/* How far ahead the weights of each output are prefetched, in bytes.  64 outputs
 * lie on 64 pages, and the processor itself prefetches on only a few pages at a
 * time.  */
#define AHEAD 512

typedef struct
{
  PiscesBackend         *backend;
  PiscesTensor           y, x;
  const PiscesCpuWeight *weight;
  const gfloat          *bias;
  PiscesActivation       activation;
  gboolean               accumulate;

  gint64                 n_parts;      /* of the rows                         */
  gfloat                *panels;       /* `[64][n_in]` for each thread         */
  atomic_bool           *is_taken;     /* which panels are in use             */
} Product;


static void   multiply_panel  (gint64                 task,
                               gpointer               data);
static void   unpack          (const PiscesCpuWeight *weight,
                               gfloat                *panel);
static void   unpack_some     (const PiscesCpuWeight *weight,
                               gint64                 output,
                               gint64                 input,
                               gfloat                *values,
                               gint64                 n);
static void   widen_16        (gfloat                *values,
                               const guint16         *halves,
                               gint64                 n,
                               gboolean               bf16);
static void   widen_8         (gfloat                *values,
                               const guint8          *quants,
                               const _Float16        *scale);
static void   widen_4         (gfloat                *values,
                               const guint8          *quants,
                               const _Float16        *scale);


/**
 * pisces_cpu_linear_unpacked:
 *
 * See pisces_linear().
 */
void
pisces_cpu_linear_unpacked (PiscesBackend         *backend,
                            PiscesTensor           y,
                            PiscesTensor           x,
                            const PiscesCpuWeight *weight,
                            const PiscesWeight    *bias,
                            PiscesActivation       activation,
                            gboolean               accumulate)
{
  const gint              n_threads = ((const PiscesCpu *) backend)->n_threads;
  const gint64            n_rows    = pisces_tensor_n_rows (x);
  const gint64            n_panels  = (weight->n_out + PISCES_PANEL - 1) / PISCES_PANEL;
  const gint              n         = pisces_cpu_threads_for (backend, 2.0 * n_rows *
                                                              weight->n_out * weight->n_in);
  const PiscesTensor      panels    = pisces_backend_alloc (backend, 2, n_threads * PISCES_PANEL,
                                                            weight->n_in);
  g_autofree atomic_bool *is_taken  = g_new0 (atomic_bool, n_threads);
  Product                 product   =
  {
    .backend    = backend,
    .y          = y,
    .x          = x,
    .weight     = weight,
    .bias       = pisces_cpu_vector (bias),
    .activation = activation,
    .accumulate = accumulate,
    .panels     = panels.data,
    .is_taken   = is_taken,
    /* Only where threads would have nothing to do, a panel is made twice.  */
    .n_parts    = MIN ((n + n_panels - 1) / n_panels, n_rows)
  };

  if (panels.data)
    pisces_cpu_share (backend, n, n_panels * product.n_parts, multiply_panel, &product);
}

/**
 * pisces_cpu_unpacked_bytes:
 *
 * Returns: the bytes that pisces_cpu_linear_unpacked() takes of the arena.
 */
gsize
pisces_cpu_unpacked_bytes (const PiscesCpuWeight *weight)
{
  return ((const PiscesCpu *) weight->base.backend)->n_threads *
         PISCES_PANEL * weight->n_in * sizeof (gfloat);
}


/*  private functions  */

/* Multiplies some rows, or all of them, with one panel.  */
static void
multiply_panel (gint64   task,
                gpointer data)
{
  const Product   *product = data;
  const gint64     n_rows  = pisces_tensor_n_rows (product->x);
  const gint64     part    = task % product->n_parts;
  const gint64     first   = part * n_rows / product->n_parts;
  const gint64     count   = (part + 1) * n_rows / product->n_parts - first;
  const gint64     output  = task / product->n_parts * PISCES_PANEL;
  const gint       place   = pisces_cpu_take_place (product->is_taken);
  gfloat          *panel   = product->panels + place * PISCES_PANEL * product->weight->n_in;
  PiscesCpuWeight  one     = *product->weight;

  one.n_out        = MIN (PISCES_PANEL, one.n_out - output);
  one.base.dims[0] = one.n_out;
  if (one.n_bits)
    {
      one.quants += output * one.n_in * one.n_bits / 8;
      one.scales += output * one.n_in / PISCES_QUANTISED_BLOCK;
    }
  else
    {
      one.data = (guint16 *) one.data + output * one.n_in;
    }
  unpack (&one, panel);

  one.n_bits   = 0;
  one.row_type = PISCES_F32;
  one.data     = panel;
  pisces_cpu_linear_here (product->backend,
                          pisces_tensor_columns (pisces_tensor_rows (product->y, first, count),
                                                 output, one.n_out),
                          pisces_tensor_rows (product->x, first, count), &one,
                          product->bias ? product->bias + output : NULL,
                          product->activation, product->accumulate);
  atomic_store (&product->is_taken[place], FALSE);
}

/* Converts up to 64 outputs to a float32 panel with the layout that weights.c
 * makes.  */
static void
unpack (const PiscesCpuWeight *weight,
        gfloat                *panel)
{
  const gint64 n_in  = weight->n_in;
  const gint64 width = pisces_cpu_panel_width (weight, 0);
  gfloat       values[PISCES_PANEL * STEP];

  memset (values, 0, sizeof (values));

  /* Takes some inputs at a time, so that what is read and what is written stay in
   * the first level cache.  */
  for (gint64 c = 0; c < n_in; c += STEP)
    {
      const gint64 count = MIN (STEP, n_in - c);

      for (gint64 o = 0; o < weight->n_out; o++)
        unpack_some (weight, o, c, values + o * STEP, count);
      pisces_cpu_transpose (panel + c * width, width, values, STEP, width, count);
    }
}

/* Converts some inputs of one output; for a quantised matrix they are a whole
 * block.  */
static void
unpack_some (const PiscesCpuWeight *weight,
             gint64                 output,
             gint64                 input,
             gfloat                *values,
             gint64                 n)
{
  const gint64    at    = output * weight->n_in + input;
  const _Float16 *scale = weight->scales + at / PISCES_QUANTISED_BLOCK;
  const guint8   *bytes = weight->n_bits ? weight->quants + at * weight->n_bits / 8
                                         : (const guint8 *) weight->data + at * 2;

  __builtin_prefetch (bytes + AHEAD, 0, 2);
  if (weight->n_bits == 8)
    widen_8 (values, bytes, scale);
  else if (weight->n_bits == 4)
    widen_4 (values, bytes, scale);
  else
    widen_16 (values, (const guint16 *) bytes, n, weight->row_type == PISCES_BF16);
}

PISCES_VECTORISED static void
widen_16 (gfloat        *values,
          const guint16 *halves,
          gint64         n,
          gboolean       bf16)
{
  if (bf16)
    for (gint64 i = 0; i < n; i++)
      values[i] = pisces_bf16_to_f32 (halves[i]);
  else
    for (gint64 i = 0; i < n; i++)
      values[i] = pisces_f16_to_f32 (halves[i]);
}

/* Converts one block; the values are those of pisces_dequantise_row().  */
PISCES_VECTORISED static void
widen_8 (gfloat         *values,
         const guint8   *quants,
         const _Float16 *scale)
{
  const gfloat by = *scale;

  for (gint i = 0; i < PISCES_QUANTISED_BLOCK; i++)
    values[i] = by * (gint8) quants[i];
}

PISCES_VECTORISED static void
widen_4 (gfloat         *values,
         const guint8   *quants,
         const _Float16 *scale)
{
  const gfloat by = *scale;

  for (gint i = 0; i < PISCES_QUANTISED_BLOCK / 2; i++)
    {
      values[i]                              = by * ((quants[i] & 15) - 8);
      values[PISCES_QUANTISED_BLOCK / 2 + i] = by * ((quants[i] >> 4) - 8);
    }
}
