/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unpacked.c: products of many rows with matrices that lie as in their file,
 * quantised or in 16 bits.  Some outputs at a time become float32 panels, which
 * product.c multiplies with the unchanged inputs.  This is for processors on
 * which types of fewer bits are not faster.
 */

#include <string.h>

#include "engine/backend/quantise.h"
#include "engine/cpu/cpu.h"


/* Bytes of outputs that are float32 at a time, for each thread.  They should stay
 * in a cache of that thread's processor until they are multiplied.  */
#define ELEMENTS_BYTES ((gsize) 1 << 20)

/* The inputs that are converted at a time.  */
#define STEP PISCES_QUANTISED_BLOCK

/* How far ahead the weights of each output are prefetched, in bytes.  64 outputs
 * lie on 64 pages, and the processor itself prefetches on only a few pages at a
 * time.  */
#define AHEAD 512

static gint64 outputs_at_once (const PiscesCpuWeight *weight);
static void   unpack_panel    (gint64                 panel,
                               gpointer               data);
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
  const gint64  most     = outputs_at_once (weight);
  const gfloat *values   = pisces_cpu_vector (bias);
  PiscesTensor  elements = pisces_backend_alloc (backend, 2, most, weight->n_in);

  for (gint64 first = 0; first < weight->n_out && elements.data; first += most)
    {
      PiscesCpuWeight some      = *weight;
      PiscesCpuWeight some_bias = { 0 };

      some.panels       = elements.data;
      some.n_out        = MIN (most, weight->n_out - first);
      some.base.dims[0] = some.n_out;
      if (some.n_bits)
        {
          some.quants += first * weight->n_in * weight->n_bits / 8;
          some.scales += first * weight->n_in / PISCES_QUANTISED_BLOCK;
        }
      else
        {
          some.data = (guint16 *) weight->data + first * weight->n_in;
        }
      some_bias.data = values ? (gfloat *) values + first : NULL;
      pisces_cpu_share (backend,
                        pisces_cpu_threads_for (backend, 2.0 * some.n_out * some.n_in),
                        (some.n_out + PISCES_PANEL - 1) / PISCES_PANEL, unpack_panel, &some);
      some.n_bits   = 0;
      some.row_type = PISCES_F32;
      some.data     = elements.data;
      pisces_cpu_linear_panels (backend, pisces_tensor_columns (y, first, some.n_out), x, &some,
                                values ? &some_bias.base : NULL, activation, accumulate);
    }
}

/**
 * pisces_cpu_unpacked_bytes:
 *
 * Returns: the bytes that pisces_cpu_linear_unpacked() takes of the arena.
 */
gsize
pisces_cpu_unpacked_bytes (const PiscesCpuWeight *weight)
{
  return outputs_at_once (weight) * weight->n_in * sizeof (gfloat);
}


/*  private functions  */

/* Returns a number of whole panels, so that there is room for a last panel that
 * is not full.  */
static gint64
outputs_at_once (const PiscesCpuWeight *weight)
{
  const gint64 whole = (weight->n_out + PISCES_PANEL - 1) / PISCES_PANEL * PISCES_PANEL;
  const gint64 n     = ((const PiscesCpu *) weight->base.backend)->n_threads;
  const gint64 most  = ELEMENTS_BYTES / sizeof (gfloat) / weight->n_in /
                       PISCES_PANEL * PISCES_PANEL;

  return MIN (n * MAX (most, PISCES_PANEL), whole);
}

/* Converts 64 outputs to a float32 panel with the layout that weights.c makes.  */
static void
unpack_panel (gint64   panel,
              gpointer data)
{
  const PiscesCpuWeight *weight = data;
  const gint64           n_in   = weight->n_in;
  const gint64           first  = panel * PISCES_PANEL;
  const gint64           n      = MIN (PISCES_PANEL, weight->n_out - first);
  PiscesCpuWeight        plain  = *weight;
  gint64                 width;
  gfloat                *out;
  gfloat                 values[PISCES_PANEL * STEP];

  plain.data = weight->panels;
  out        = (gfloat *) pisces_cpu_weight_panel (&plain, panel, &width);
  memset (values, 0, sizeof (values));

  /* Takes some inputs at a time, so that what is read and what is written stay in
   * the first level cache.  */
  for (gint64 c = 0; c < n_in; c += STEP)
    {
      const gint64 count = MIN (STEP, n_in - c);

      for (gint64 o = 0; o < n; o++)
        unpack_some (weight, first + o, c, values + o * STEP, count);
      pisces_cpu_transpose (out + c * width, width, values, STEP, width, count);
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
