/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * mmdit-places.c: the table of places of an MMDiT.  It is far larger than any
 * picture, 384 × 384 places in SD3.5 medium, and a picture gets its centre.  So only
 * the part that the largest picture needs is kept.
 */

#include <string.h>

#include "engine/networks/mmdit-block.h"
#include "engine/pisces.h"

#define TABLE "pos_embed.pos_embed"


static void keep_centre (PiscesMmditPlaces       *places,
                         const PiscesHostTensor  *table,
                         gint64                   n_places);


/**
 * pisces_mmdit_places_load:
 * @places: (out): the centre of the table.
 * @source: where the table is.
 * @config: the network's.
 * @most: how many patches the longer side of the largest picture has.
 */
void
pisces_mmdit_places_load (PiscesMmditPlaces       *places,
                          PiscesWeightSource      *source,
                          const PiscesMmditConfig *config,
                          gint                     most)
{
  const gint64        side   = config->n_places;
  const gint64        dims[] = { 1, side * side, config->width };
  g_autofree gpointer memory = NULL;
  PiscesHostTensor    table;

  if (! pisces_weight_source_find (source, TABLE, &table, G_N_ELEMENTS (dims), dims))
    return;

  if (pisces_dtype_bits (table.dtype))
    {
      source->error = g_error_new (PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                                   "The weight “%s” is quantised, but only matrices can be.", TABLE);
      return;
    }
  if (! pisces_host_tensor_map (&table, &table) &&
      ! pisces_host_tensor_load (&table, &table, &memory, &source->error))
    return;

  table.n_dims  = 2;
  table.dims[0] = side * side;
  table.dims[1] = config->width;

  /* The part has its centre where the table has it, so that a picture's centre is
   * found in it in the same way.  */
  places->side = MIN (most, side);
  if ((side - places->side) % 2 != 0)
    places->side++;
  keep_centre (places, &table, side);
  if (! pisces_host_tensor_is_finite (&places->rows))
    source->error = g_error_new (PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                                 "The weight “%s” has values that are not finite numbers.", TABLE);
}

void
pisces_mmdit_places_clear (PiscesMmditPlaces *places)
{
  g_clear_pointer (&places->memory, g_free);
}

/**
 * pisces_mmdit_places_cut:
 * @places: the table's centre.
 * @backend: the backend.
 * @rows: (out): `[height * width, width of the network]`.
 * @height: of the picture, in patches.
 * @width: of the picture, in patches.
 *
 * The places of a picture, as diffusers' cropped_pos_embed().
 */
void
pisces_mmdit_places_cut (const PiscesMmditPlaces *places,
                         PiscesBackend           *backend,
                         PiscesTensor             rows,
                         gint64                   height,
                         gint64                   width)
{
  const gint64       top    = (places->side - height) / 2;
  const gint64       left   = (places->side - width) / 2;
  const gint64       n      = pisces_tensor_width (rows);
  g_autofree gfloat *values = NULL;

  g_return_if_fail (height <= places->side && width <= places->side);

  values = g_new (gfloat, height * width * n);
  for (gint64 y = 0; y < height; y++)
    {
      const PiscesHostTensor line =
        pisces_host_tensor_rows (&places->rows, (top + y) * places->side + left, width);

      pisces_host_tensor_to_f32 (&line, values + y * width * n);
    }
  pisces_upload (backend, rows, values);
}


/*  private functions  */

static void
keep_centre (PiscesMmditPlaces      *places,
             const PiscesHostTensor *table,
             gint64                  n_places)
{
  const gint64 first   = (n_places - places->side) / 2;
  const gsize  n_bytes = (gsize) places->side * table->dims[1] * pisces_dtype_size (table->dtype);

  places->memory       = g_malloc (n_bytes * places->side);
  places->rows         = *table;
  places->rows.dims[0] = places->side * places->side;
  places->rows.data    = places->memory;
  places->rows.access  = NULL;
  for (gint64 y = 0; y < places->side; y++)
    {
      const PiscesHostTensor line =
        pisces_host_tensor_rows (table, (first + y) * n_places + first, places->side);

      memcpy ((guint8 *) places->memory + y * n_bytes, line.data, n_bytes);
    }
}
