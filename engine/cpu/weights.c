/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weights.c: the form in which the CPU backend holds weights, see cpu.h: one
 * copy, in float32, in panels that products of one row and of many rows both
 * read in order.  Knows nothing of the products.
 */

#include <stdlib.h>
#include <string.h>

#include "engine/cpu/cpu.h"
#include "engine/pisces.h"


static gsize panels_length (gint64                  n_out,
                            gint64                  n_inner);
static void  pack_part     (PiscesCpuWeight        *weight,
                            const PiscesHostTensor *part,
                            gint64                  first_output,
                            gfloat                 *row);


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
  PiscesCpuWeight  *weight = g_new0 (PiscesCpuWeight, 1);
  g_autofree gfloat *row   = NULL;
  gint64             first = 0;
  gsize              n_elements;

  weight->base.backend = backend;
  weight->base.n_dims  = parts[0].n_dims;
  for (gint d = 0; d < parts[0].n_dims; d++)
    weight->base.dims[d] = parts[0].dims[d];
  for (gint i = 1; i < n_parts; i++)
    weight->base.dims[0] += parts[i].dims[0];
  weight->use   = use;
  weight->n_out = weight->base.dims[0];

  if (use == PISCES_WEIGHT_LINEAR || use == PISCES_WEIGHT_CONV)
    {
      weight->n_in   = weight->base.dims[1];
      weight->n_taps = use == PISCES_WEIGHT_CONV
                       ? weight->base.dims[2] * weight->base.dims[3] : 1;
      n_elements     = panels_length (weight->n_out,
                                      weight->n_in * weight->n_taps);
      row            = g_new (gfloat, weight->n_in * weight->n_taps);
    }
  else
    {
      n_elements = 0;
      for (gint i = 0; i < n_parts; i++)
        n_elements += pisces_host_tensor_count (&parts[i]);
    }

  weight->base.n_bytes = (n_elements * sizeof (gfloat) + 63) & ~(gsize) 63;
  weight->data         = aligned_alloc (64, MAX (weight->base.n_bytes, 64));
  if (! weight->data)
    {
      pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY,
                           "%" G_GSIZE_FORMAT " bytes of memory for the "
                           "weight '%s' were refused.", weight->base.n_bytes,
                           parts[0].name ? parts[0].name : "without a name");
      g_free (weight);
      return NULL;
    }

  if (row)
    memset (weight->data, 0, weight->base.n_bytes);
  for (gint i = 0; i < n_parts; i++)
    {
      if (row)
        {
          pack_part (weight, &parts[i], first, row);
          first += parts[i].dims[0];
        }
      else
        {
          pisces_host_tensor_to_f32 (&parts[i], weight->data + first);
          first += pisces_host_tensor_count (&parts[i]);
        }
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
 * Returns: `[n_taps][n_in][width]`.
 */
const gfloat *
pisces_cpu_weight_panel (const PiscesCpuWeight *weight,
                         gint64                 panel,
                         gint64                *width)
{
  const gint64 left = weight->n_out - panel * PISCES_PANEL;

  *width = left >= PISCES_PANEL
           ? PISCES_PANEL
           : (left + PISCES_PANEL_STEP - 1) / PISCES_PANEL_STEP *
             PISCES_PANEL_STEP;
  return weight->data + panel * PISCES_PANEL * weight->n_in * weight->n_taps;
}


/*  private functions  */

static gsize
panels_length (gint64 n_out,
               gint64 n_inner)
{
  const gsize padded = (n_out + PISCES_PANEL_STEP - 1) / PISCES_PANEL_STEP *
                       PISCES_PANEL_STEP;

  return padded * n_inner;
}

/* Turns [n_out, n_in, taps] of a file, an output at a time, into columns of
 * panels.  */
static void
pack_part (PiscesCpuWeight        *weight,
           const PiscesHostTensor *part,
           gint64                  first_output,
           gfloat                 *row)
{
  const gint64     n_inner = weight->n_in * weight->n_taps;
  PiscesHostTensor one     = *part;

  one.dims[0] = 1;
  for (gint64 o = 0; o < part->dims[0]; o++)
    {
      const gint64  output = first_output + o;
      gint64        width;
      gfloat       *column;

      column = (gfloat *) pisces_cpu_weight_panel (weight,
                                                   output / PISCES_PANEL,
                                                   &width) +
               output % PISCES_PANEL;
      one.data = (const guint8 *) part->data +
                 o * n_inner * pisces_dtype_size (part->dtype);
      pisces_host_tensor_to_f32 (&one, row);
      for (gint64 tap = 0; tap < weight->n_taps; tap++)
        for (gint64 c = 0; c < weight->n_in; c++)
          column[(tap * weight->n_in + c) * width] =
            row[c * weight->n_taps + tap];
    }
}
