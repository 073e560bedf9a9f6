/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weights.c: the form in which the CPU backend holds weights, see cpu.h: one
 * copy, in panels that products of one row and of many rows both read in
 * order.  Knows nothing of the products.
 *
 * Environment: PISCES_WEIGHTS: see backend.c.  PISCES_CPU_WEIGHTS, f32 or bf16 or auto: the element type.
 * auto (the default) is f32 for models below 1 GB, and for larger ones bf16
 * where the file has 16 bits, since decoding is bound by reading weights, but
 * for networks that are to be computed in float32 (force_upcast).
 */

#include <stdlib.h>
#include <string.h>

#include "engine/cpu/cpu.h"
#include "engine/pisces.h"
#include "engine/quantise.h"


#define SMALL_MODEL_BYTES ((gsize) 1 << 30)


static void     take_form     (PiscesBackend          *backend,
                               PiscesCpuWeight        *weight,
                               PiscesWeightUse         use,
                               const PiscesHostTensor *parts,
                               gint                    n_parts);
static void     quantise      (PiscesCpuWeight        *weight,
                               const PiscesHostTensor *parts,
                               gint                    n_parts);
static gboolean wants_bf16    (PiscesBackend          *backend,
                               PiscesWeightUse         use,
                               const PiscesHostTensor *parts,
                               gint                    n_parts);
static gsize    n_elements    (const PiscesCpuWeight  *weight);
static gint64   panel_width   (const PiscesCpuWeight  *weight,
                               gint64                  panel);
static void     pack_part     (PiscesCpuWeight        *weight,
                               const PiscesHostTensor *part,
                               gint64                  first_output,
                               gfloat                 *row);
static void     pack_output   (PiscesCpuWeight        *weight,
                               gint64                  output,
                               const gfloat           *row);
static void     store_rows    (PiscesCpuWeight        *weight,
                               const PiscesHostTensor *part,
                               gint64                  first);


/**
 * pisces_cpu_weight_form:
 * @weight: (out): filled in, but for the data.
 */
void
pisces_cpu_weight_form (PiscesBackend          *backend,
                        PiscesWeight           *weight,
                        PiscesWeightUse         use,
                        const PiscesHostTensor *parts,
                        gint                    n_parts)
{
  take_form (backend, (PiscesCpuWeight *) weight, use, parts, n_parts);
}

/**
 * pisces_cpu_upload_weight:
 *
 * See pisces_backend_upload().
 */
PiscesWeight *
pisces_cpu_upload_weight (PiscesBackend          *backend,
                          PiscesWeightUse         use,
                          const PiscesHostTensor *parts,
                          gint                    n_parts)
{
  PiscesCpuWeight   *weight  = g_new0 (PiscesCpuWeight, 1);
  const gboolean     is_flat = use == PISCES_WEIGHT_VECTOR ||
                               use == PISCES_WEIGHT_TABLE;
  g_autofree gfloat *row     = NULL;
  gint64             first   = 0;

  take_form (backend, weight, use, parts, n_parts);
  weight->data         = aligned_alloc (64, weight->base.n_bytes);
  if (! weight->data)
    {
      pisces_backend_refuse_memory (backend, weight->base.n_bytes);
      g_free (weight);
      return NULL;
    }

  if (weight->n_bits)
    {
      quantise (weight, parts, n_parts);
      backend->op_bytes = MAX (backend->op_bytes,
                               pisces_cpu_quantised_op_bytes (backend, weight));
      return &weight->base;
    }
  if (! is_flat)
    {
      memset (weight->data, 0, weight->base.n_bytes);
      row = g_new (gfloat, weight->n_in * weight->n_taps);
    }
  for (gint i = 0; i < n_parts; i++)
    {
      if (is_flat)
        store_rows (weight, &parts[i], first);
      else
        pack_part (weight, &parts[i], first, row);
      first += parts[i].dims[0];
    }
  return &weight->base;
}

/**
 * pisces_cpu_weight_free:
 *
 * See pisces_weight_free().
 */
void
pisces_cpu_weight_free (PiscesWeight *weight)
{
  free (((PiscesCpuWeight *) weight)->data);
  g_free (weight);
}

/**
 * pisces_cpu_weight_panel:
 * @panel: its number.
 * @width: (out): the outputs of one row of it, 64 but for the last panel.
 *
 * Returns: `[n_taps][n_in][width]` in float32, or
 *   `[n_taps][n_in / 2][width][2]` in bfloat16.
 */
const guint8 *
pisces_cpu_weight_panel (const PiscesCpuWeight *weight,
                         gint64                 panel,
                         gint64                *width)
{
  *width = panel_width (weight, panel);
  return (const guint8 *) weight->data +
         panel * PISCES_PANEL * weight->n_in * weight->n_taps *
         (weight->bf16 ? 2 : 4);
}


/*  private functions  */

/* All but the data.  */
static void
take_form (PiscesBackend          *backend,
           PiscesCpuWeight        *weight,
           PiscesWeightUse         use,
           const PiscesHostTensor *parts,
           gint                    n_parts)
{
  weight->base.backend = backend;
  weight->base.n_dims  = parts[0].n_dims;
  for (gint d = 0; d < parts[0].n_dims; d++)
    weight->base.dims[d] = parts[0].dims[d];
  for (gint i = 1; i < n_parts; i++)
    weight->base.dims[0] += parts[i].dims[0];

  weight->use    = use;
  weight->n_bits = pisces_backend_bits_of (backend, use, parts, n_parts);
  weight->bf16   = ! weight->n_bits && wants_bf16 (backend, use, parts, n_parts);
  weight->n_out  = weight->base.dims[0];
  weight->n_in   = 1;
  weight->n_taps = 1;
  for (gint d = 1; d < weight->base.n_dims; d++)
    if (d == 1)
      weight->n_in = weight->base.dims[d];
    else
      weight->n_taps *= weight->base.dims[d];

  weight->base.n_bytes = n_elements (weight) * (weight->bf16 ? 2 : 4);
  if (weight->n_bits)
    weight->base.n_bytes = weight->n_out * weight->n_in / PISCES_QUANTISED_BLOCK *
                           (PISCES_QUANTISED_BLOCK * weight->n_bits / 8 + 2);
  weight->base.n_bytes = (weight->base.n_bytes + 63) & ~(gsize) 63;
}

static void
quantise (PiscesCpuWeight        *weight,
          const PiscesHostTensor *parts,
          gint                    n_parts)
{
  const gsize        n_in   = weight->n_in;
  const gsize        line   = n_in * weight->n_bits / 8;
  const gsize        marks  = n_in / PISCES_QUANTISED_BLOCK;
  guint8            *quants = weight->data;
  _Float16          *scales = (_Float16 *) (quants + weight->n_out * line);
  g_autofree gfloat *row    = g_new (gfloat, n_in);

  weight->quants = quants;
  weight->scales = scales;
  for (gint i = 0; i < n_parts; i++)
    for (gint64 o = 0; o < parts[i].dims[0]; o++, quants += line, scales += marks)
      {
        const PiscesHostTensor one = pisces_host_tensor_rows (&parts[i], o, 1);

        if (pisces_dtype_bits (one.dtype) == weight->n_bits)
          {
            memcpy (quants, one.data, line);
            memcpy (scales, one.scales, 2 * marks);
            continue;
          }
        pisces_host_tensor_to_f32 (&one, row);
        pisces_quantise_row (weight->n_bits, quants, scales, row, n_in);
      }
}

static gboolean
wants_bf16 (PiscesBackend          *backend,
            PiscesWeightUse         use,
            const PiscesHostTensor *parts,
            gint                    n_parts)
{
  const gchar *wanted = g_getenv ("PISCES_CPU_WEIGHTS");

  /* Vectors are small, and an odd number of inputs has no pairs.  */
  if (use == PISCES_WEIGHT_VECTOR ||
      (use != PISCES_WEIGHT_TABLE && parts[0].dims[1] % 2 != 0))
    return FALSE;
  if (wanted && strcmp (wanted, "bf16") == 0)
    return TRUE;
  if (wanted && strcmp (wanted, "f32") == 0)
    return FALSE;

  for (gint i = 0; i < n_parts; i++)
    if (parts[i].dtype != PISCES_BF16 &&
        (parts[i].dtype != PISCES_F16 || parts[i].is_wide))
      return FALSE;
  return MAX (backend->model_bytes, backend->weight_bytes) > SMALL_MODEL_BYTES;
}

static gsize
n_elements (const PiscesCpuWeight *weight)
{
  gint64 n_panels = (weight->n_out + PISCES_PANEL - 1) / PISCES_PANEL;
  gint64 n_rows   = weight->n_out;

  if (weight->use == PISCES_WEIGHT_LINEAR || weight->use == PISCES_WEIGHT_CONV)
    n_rows = (n_panels - 1) * PISCES_PANEL + panel_width (weight, n_panels - 1);
  return n_rows * weight->n_in * weight->n_taps;
}

static gint64
panel_width (const PiscesCpuWeight *weight,
             gint64                 panel)
{
  const gint64 left = weight->n_out - panel * PISCES_PANEL;

  /* oneDNN wants whole panels; the models that are held in bfloat16 have
   * sizes that are multiples of 64 anyway.  */
  if (weight->bf16 || left >= PISCES_PANEL)
    return PISCES_PANEL;
  return (left + PISCES_PANEL_STEP - 1) / PISCES_PANEL_STEP * PISCES_PANEL_STEP;
}

/* Turns [n_out, n_in, taps] of a file, an output at a time, into columns of
 * panels.  */
static void
pack_part (PiscesCpuWeight        *weight,
           const PiscesHostTensor *part,
           gint64                  first_output,
           gfloat                 *row)
{
  PiscesHostTensor one;

  for (gint64 o = 0; o < part->dims[0]; o++)
    {
      one = pisces_host_tensor_rows (part, o, 1);
      pisces_host_tensor_to_f32 (&one, row);
      pack_output (weight, first_output + o, row);
    }
}

static void
pack_output (PiscesCpuWeight *weight,
             gint64           output,
             const gfloat    *row)
{
  const gint64  column = output % PISCES_PANEL;
  gint64        width;
  const guint8 *panel  = pisces_cpu_weight_panel (weight,
                                                  output / PISCES_PANEL,
                                                  &width);
  gfloat       *f32    = (gfloat *) panel;
  guint16      *bf16   = (guint16 *) panel;

  for (gint64 tap = 0; tap < weight->n_taps; tap++)
    for (gint64 c = 0; c < weight->n_in; c++)
      {
        const gfloat value = row[c * weight->n_taps + tap];
        const gint64 line  = tap * weight->n_in + c;

        if (weight->bf16)
          bf16[(line / 2 * width + column) * 2 + line % 2] =
            pisces_cpu_to_bf16 (value);
        else
          f32[line * width + column] = value;
      }
}

/* VECTOR and TABLE.  */
static void
store_rows (PiscesCpuWeight        *weight,
            const PiscesHostTensor *part,
            gint64                  first)
{
  const gint64      width = weight->n_in * weight->n_taps;
  PiscesHostTensor  one;
  g_autofree gfloat *row  = NULL;

  if (! weight->bf16)
    {
      pisces_host_tensor_to_f32 (part, (gfloat *) weight->data + first * width);
      return;
    }

  row = g_new (gfloat, width);
  for (gint64 i = 0; i < part->dims[0]; i++)
    {
      one = pisces_host_tensor_rows (part, i, 1);
      pisces_host_tensor_to_f32 (&one, row);
      for (gint64 c = 0; c < width; c++)
        ((guint16 *) weight->data)[(first + i) * width + c] =
          pisces_cpu_to_bf16 (row[c]);
    }
}
