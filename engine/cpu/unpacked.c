/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unpacked.c: products of many rows with matrices that lie as in their file,
 * quantised or in 16 bits: some outputs at a time become float32 panels, which
 * product.c multiplies with the inputs as they are.  For processors on which
 * nothing of fewer bits is faster.
 */

#include <string.h>

#include "engine/backend/quantise.h"
#include "engine/cpu/cpu.h"


/* Of outputs that are float32 at a time: they should stay in the last cache.  */
#define ELEMENTS_BYTES ((gsize) 16 << 20)

/* Inputs that are turned over at a time.  */
#define STEP PISCES_QUANTISED_BLOCK


static gint64 outputs_at_once (const PiscesCpuWeight *weight);
static void   unpack_panel    (gint64                 panel,
                               gpointer               data);
static void   unpack_some     (const PiscesCpuWeight *weight,
                               gint64                 output,
                               gint64                 input,
                               gfloat                *values,
                               gint64                 n);


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
 * Returns: what pisces_cpu_linear_unpacked() takes of the arena.
 */
gsize
pisces_cpu_unpacked_bytes (const PiscesCpuWeight *weight)
{
  return outputs_at_once (weight) * weight->n_in * sizeof (gfloat);
}


/*  private functions  */

/* Whole panels, so that there is room for a last one that is not full.  */
static gint64
outputs_at_once (const PiscesCpuWeight *weight)
{
  const gint64 whole = (weight->n_out + PISCES_PANEL - 1) / PISCES_PANEL * PISCES_PANEL;
  const gint64 most  = ELEMENTS_BYTES / sizeof (gfloat) / weight->n_in /
                       PISCES_PANEL * PISCES_PANEL;

  return CLAMP (most, PISCES_PANEL, whole);
}

/* 64 outputs in float32, as weights.c packs them.  */
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

  /* Some inputs at a time, so that both sides stay in the first cache.  */
  for (gint64 c = 0; c < n_in; c += STEP)
    {
      const gint64 count = MIN (STEP, n_in - c);

      for (gint64 o = 0; o < n; o++)
        unpack_some (weight, first + o, c, values + o * STEP, count);
      for (gint64 i = 0; i < count; i++)
        for (gint64 o = 0; o < width; o++)
          out[(c + i) * width + o] = values[o * STEP + i];
    }
}

/* Some inputs of an output.  */
static void
unpack_some (const PiscesCpuWeight *weight,
             gint64                 output,
             gint64                 input,
             gfloat                *values,
             gint64                 n)
{
  const gint64   at = output * weight->n_in + input;
  const guint16 *halves;

  if (weight->n_bits)
    {
      pisces_dequantise_row (weight->n_bits, weight->quants + at * weight->n_bits / 8,
                             weight->scales + at / PISCES_QUANTISED_BLOCK, values, n);
      return;
    }

  halves = (const guint16 *) weight->data + at;
  for (gint64 i = 0; i < n; i++)
    values[i] = weight->row_type == PISCES_BF16 ? pisces_bf16_to_f32 (halves[i])
                                                : pisces_f16_to_f32 (halves[i]);
}
