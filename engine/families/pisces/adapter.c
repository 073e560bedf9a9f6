/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * adapter.c: the weights between the networks of the family `pisces`: the
 * projection after the generation encoder, the positions of the vectors, the layer
 * that paints them into the latent, and what tells known pictures (doubt.c).
 */

#include <string.h>

#include "engine/families/pisces/model.h"
#include "engine/networks/weight-source.h"

#define PAINT "decoder_adapter.paint"


static void load_paint (PiscesModel        *model,
                        PiscesWeightSource *source);


/**
 * pisces_adapter_load:
 * @model: a model whose settings and networks are loaded.
 * @files: the weight files in the model's root folder.
 * @error: return location for an error.
 *
 * Returns: whether all weights were there, with the shapes that the configuration
 *   asks for; if not, @error is set.
 */
gboolean
pisces_adapter_load (PiscesModel        *model,
                     PiscesWeightFiles  *files,
                     GError            **error)
{
  const PiscesSettings          *settings = &model->settings;
  g_autoptr (PiscesWeightSource) source   =
    pisces_weight_source_new (model->backend, files, "");

  model->latent_shift = pisces_latents_load_shift (model->vae, source);
  if (settings->gen_vision && settings->projection_dim > 0)
    model->visual_projection =
      pisces_weight_source_linear (source, "gen_vision_tower.visual_projection",
                                   settings->projection_dim,
                                   pisces_vit_get_config (model->gen_vision_tower)->hidden_size,
                                   FALSE).weight;
  if (settings->vector_positions)
    model->position_embedding =
      pisces_weight_source_table (source, "decoder_adapter.position_embedding",
                                  PISCES_WEIGHT_VECTOR, settings->num_gen_vectors,
                                  settings->gen_vector_size);
  if (settings->paint_channels > 0)
    load_paint (model, source);
  if (settings->known_pictures)
    {
      const gint64     width = pisces_vit_get_config (model->vision_tower)->hidden_size;
      PiscesParameters known = pisces_weight_source_linear (source, "known_pictures",
                                                            width, width, TRUE);

      model->known_weight = known.weight;
      model->known_bias   = known.bias;
    }

  model->adapter_weights = pisces_weight_source_take (source);

  return pisces_weight_source_check (source, error);
}


/*  private functions  */

/* In the file, the rows of the paint layer are in the order [channel, y, x].
 * Images on a backend have their channels last, so the rows are sorted to [y, x,
 * channel] here, once.  */
static void
load_paint (PiscesModel        *model,
            PiscesWeightSource *source)
{
  const PiscesSettings *settings = &model->settings;
  const gint64          n_cells  = settings->paint_cell_size * settings->paint_cell_size;
  const gint64          n_out    = n_cells * settings->paint_channels;
  const gint64          width    = settings->gen_vector_size;
  g_autofree gfloat    *weight   = NULL;
  g_autofree gfloat    *bias     = NULL;
  g_autofree gfloat    *sorted   = NULL;
  g_autofree gfloat    *sorted_bias = NULL;

  weight = pisces_weight_source_floats (source, PAINT ".weight", 2, n_out, width);
  bias   = pisces_weight_source_floats (source, PAINT ".bias", 1, n_out);
  if (weight == NULL || bias == NULL)
    return;

  /* These are as large as what was just read, so their size needs no check.  */
  sorted      = g_new (gfloat, n_out * width);
  sorted_bias = g_new (gfloat, n_out);
  for (gint64 channel = 0; channel < settings->paint_channels; channel++)
    for (gint64 cell = 0; cell < n_cells; cell++)
      {
        const gint64 from = channel * n_cells + cell;
        const gint64 to   = cell * settings->paint_channels + channel;

        memcpy (sorted + to * width, weight + from * width, width * sizeof (gfloat));
        sorted_bias[to] = bias[from];
      }

  model->paint_weight = pisces_weight_source_values (source, PAINT ".weight", PISCES_WEIGHT_LINEAR,
                                                     sorted, n_out, width);
  model->paint_bias   = pisces_weight_source_values (source, PAINT ".bias", PISCES_WEIGHT_VECTOR,
                                                     sorted_bias, 1, n_out);
}
