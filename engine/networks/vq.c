/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The decoder of a `JanusVQVAE` as transformers has it.  Its codes are brought to
 * the length 1 before they are decoded.
 */

#include <string.h>

#include "engine/networks/vq-blocks.h"

struct _PiscesVq
{
  PiscesBackend      *backend;
  PiscesVqConfig      config;
  GPtrArray          *weights;             /* owns them all                  */

  gfloat             *codebook;            /* [n_codes, code_size], length 1 */
  PiscesParameters    post_quant_conv;
  PiscesParameters    conv_in;
  PiscesVaeMiddle     middle;
  PiscesVqLevel       levels[PISCES_VQ_MAX_LEVELS];  /* the coarsest first   */
  PiscesParameters    norm_out;
  PiscesParameters    conv_out;
};

static void load_weights (PiscesVq           *vq,
                          PiscesWeightSource *source);


/*  public functions  */

/**
 * pisces_vq_load:
 * @backend: that will run it; must outlive it.
 * @config: a `JanusVQVAEConfig`.
 * @files: with the tensors of a `JanusVQVAE`; those of its encoder are not read.
 * @prefix: before their names, `"model.vqmodel."` for example.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the decoder, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID, %PISCES_ERROR_MODEL_UNSUPPORTED or what the
 *   backend said.
 */
PiscesVq *
pisces_vq_load (PiscesBackend      *backend,
                PiscesConfig       *config,
                PiscesWeightFiles  *files,
                const gchar        *prefix,
                GError            **error)
{
  g_autoptr (PiscesVq)           vq     = g_new0 (PiscesVq, 1);
  g_autoptr (PiscesWeightSource) source = NULL;

  vq->backend = backend;
  if (! pisces_vq_config_read (&vq->config, config, error))
    return NULL;

  source = pisces_weight_source_new (backend, files, prefix);
  load_weights (vq, source);
  vq->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;

  return g_steal_pointer (&vq);
}

void
pisces_vq_free (PiscesVq *vq)
{
  if (! vq)
    return;

  for (gint i = 0; i < PISCES_VQ_MAX_LEVELS; i++)
    pisces_vq_level_clear (&vq->levels[i]);
  g_clear_pointer (&vq->weights, g_ptr_array_unref);
  g_free (vq->codebook);
  g_free (vq);
}

const PiscesVqConfig *
pisces_vq_get_config (PiscesVq *vq)
{
  return &vq->config;
}

/**
 * pisces_vq_decode:
 * @y: `[1, downscale * height, downscale * width, out_channels]`: the picture,
 *   -1 to 1 but not clipped.
 * @codes: `[height * width]` in host memory, row by row; each a row of the
 *   codebook.
 * @height: of the grid of codes.
 * @width: of it.
 */
void
pisces_vq_decode (PiscesVq     *vq,
                  PiscesTensor  y,
                  const gint32 *codes,
                  gint64        height,
                  gint64        width)
{
  PiscesBackend        *backend = vq->backend;
  const PiscesVqConfig *config  = &vq->config;
  const gint64          n_codes = height * width;
  const gsize           mark    = pisces_backend_mark (backend);
  g_autofree gfloat    *values  = g_new0 (gfloat, n_codes * config->code_size);
  PiscesCanvas          canvas  = pisces_canvas_new (backend, pisces_vq_canvas_size (config, height, width));
  PiscesTensor          z, latent;

  for (gint64 i = 0; i < n_codes; i++)
    {
      g_return_if_fail (codes[i] >= 0 && codes[i] < config->n_codes);

      memcpy (values + i * config->code_size,
              vq->codebook + (gsize) codes[i] * config->code_size,
              config->code_size * sizeof (gfloat));
    }

  z      = pisces_backend_alloc (backend, 4, (gint64) 1, height, width,
                                 (gint64) config->code_size);
  latent = pisces_backend_alloc (backend, 4, (gint64) 1, height, width,
                                 (gint64) config->latent_channels);
  pisces_upload (backend, z, values);
  pisces_linear (backend, latent, z, vq->post_quant_conv.weight, vq->post_quant_conv.bias,
                 PISCES_ACT_NONE, FALSE);

  pisces_canvas_reshape (&canvas, 1, height, width, config->level_channels[config->n_levels - 1]);
  pisces_conv3 (backend, canvas.image, latent, vq->conv_in);
  pisces_vae_middle (&canvas, &vq->middle, PISCES_VQ_GROUPS);

  for (gint i = 0; i < config->n_levels; i++)
    {
      const PiscesVqLevel *level = &vq->levels[i];

      pisces_vq_level_run (level, &canvas);
      if (level->sampler.weight)
        pisces_canvas_upsample (&canvas, level->sampler,
                                2 * canvas.image.dims[1], 2 * canvas.image.dims[2]);
    }

  pisces_group_norm (backend, canvas.image, canvas.image, vq->norm_out.weight, vq->norm_out.bias,
                     PISCES_VQ_GROUPS, PISCES_VQ_EPSILON, PISCES_ACT_SILU);
  pisces_conv3 (backend, y, canvas.image, vq->conv_out);
  pisces_backend_release (backend, mark);
}


/*  private functions  */

static void
load_weights (PiscesVq           *vq,
              PiscesWeightSource *source)
{
  const PiscesVqConfig *config = &vq->config;
  const gint            last   = config->n_levels - 1;
  const gint64          deep   = config->level_channels[last];

  vq->codebook = pisces_vq_load_codes (config, source);
  vq->post_quant_conv = pisces_weight_source_linear (source, "post_quant_conv",
                                                     config->latent_channels,
                                                     config->code_size, TRUE);

  pisces_weight_source_enter (source, "decoder.");
  vq->conv_in = pisces_weight_source_conv (source, "conv_in", deep,
                                           config->latent_channels, 3, TRUE);
  pisces_vq_load_middle (&vq->middle, source, deep);

  for (gint i = 0; i <= last; i++)
    {
      pisces_weight_source_enter (source, "up.%d.", i);
      pisces_vq_load_level (&vq->levels[i], source, config->n_resnets,
                            config->level_channels[MIN (last - i + 1, last)],
                            config->level_channels[last - i], i == 0,
                            i < last ? "upsample.conv" : NULL);
      pisces_weight_source_leave (source);
    }

  vq->norm_out = pisces_weight_source_norm (source, "norm_out", config->level_channels[0], TRUE);
  vq->conv_out = pisces_weight_source_conv (source, "conv_out", config->out_channels,
                                            config->level_channels[0], 3, TRUE);
  pisces_weight_source_leave (source);
}
