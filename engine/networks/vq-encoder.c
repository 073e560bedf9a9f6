/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vq-encoder.c: the encoder of Janus' VQ autoencoder: a picture into a grid of
 * codes.
 *
 * Source: LlamaGen's VQ-16 (arXiv 2406.06525) as deepseek-ai/Janus runs it.  Both the
 * vector of a place and the codes have the length 1 when the nearest code is looked
 * for, as in that program; transformers' JanusVQVAE.encode() leaves out both, so its
 * codes are others.
 */

#include <math.h>

#include "engine/backend/finite.h"
#include "engine/networks/vq-blocks.h"

struct _PiscesVqEncoder
{
  PiscesBackend      *backend;
  PiscesVqConfig      config;
  GPtrArray          *weights;             /* owns them all                  */

  PiscesParameters    conv_in;
  PiscesVqLevel       levels[PISCES_VQ_MAX_LEVELS];  /* the finest first     */
  PiscesVaeMiddle     middle;
  PiscesParameters    norm_out;
  PiscesParameters    conv_out;
  PiscesParameters    quant_conv;
  gfloat             *codebook;            /* [n_codes, code_size], length 1 */
};


static void   load_weights (PiscesVqEncoder      *encoder,
                            PiscesWeightSource   *source);
static gint32 nearest      (const PiscesVqConfig *config,
                            const gfloat         *codebook,
                            const gfloat         *vector);


/*  public functions  */

/**
 * pisces_vq_encoder_load:
 *
 * Like pisces_vq_load(), but loads the other half.
 */
PiscesVqEncoder *
pisces_vq_encoder_load (PiscesBackend      *backend,
                        PiscesConfig       *config,
                        PiscesWeightFiles  *files,
                        const gchar        *prefix,
                        GError            **error)
{
  g_autoptr (PiscesVqEncoder)    encoder = g_new0 (PiscesVqEncoder, 1);
  g_autoptr (PiscesWeightSource) source  = NULL;

  encoder->backend = backend;
  if (! pisces_vq_config_read (&encoder->config, config, error))
    return NULL;

  source = pisces_weight_source_new (backend, files, prefix);
  load_weights (encoder, source);
  encoder->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;

  return g_steal_pointer (&encoder);
}

void
pisces_vq_encoder_free (PiscesVqEncoder *encoder)
{
  if (! encoder)
    return;

  for (gint i = 0; i < PISCES_VQ_MAX_LEVELS; i++)
    pisces_vq_level_clear (&encoder->levels[i]);
  g_clear_pointer (&encoder->weights, g_ptr_array_unref);
  g_free (encoder->codebook);
  g_free (encoder);
}

/**
 * pisces_vq_encode:
 * @codes: (out): `[height * width]` in host memory, row by row.
 * @x: `[1, downscale * height, downscale * width, 3]`: the picture, -1 to 1.
 *
 * Returns: whether it could; if not, the backend has the error.
 */
gboolean
pisces_vq_encode (PiscesVqEncoder *encoder,
                  gint32          *codes,
                  PiscesTensor     x)
{
  PiscesBackend          *backend = encoder->backend;
  const PiscesVqConfig   *config  = &encoder->config;
  const PiscesConvParams  halve   = { .stride = 2, .pad_bottom = 1, .pad_right = 1 };
  const gint64            height  = x.dims[1] / config->downscale;
  const gint64            width   = x.dims[2] / config->downscale;
  const gsize             mark    = pisces_backend_mark (backend);
  g_autofree gfloat      *values  = g_new0 (gfloat, height * width * config->code_size);
  PiscesCanvas            canvas  = pisces_canvas_new (backend, pisces_vq_canvas_size (config, height, width));
  PiscesTensor            latent, z;
  gboolean                done;

  latent = pisces_backend_alloc (backend, 4, (gint64) 1, height, width,
                                 (gint64) config->latent_channels);
  z      = pisces_backend_alloc (backend, 4, (gint64) 1, height, width,
                                 (gint64) config->code_size);

  pisces_canvas_reshape (&canvas, 1, x.dims[1], x.dims[2], config->level_channels[0]);
  pisces_conv3 (backend, canvas.image, x, encoder->conv_in);
  for (gint i = 0; i < config->n_levels; i++)
    {
      pisces_vq_level_run (&encoder->levels[i], &canvas);
      if (encoder->levels[i].sampler.weight)
        pisces_canvas_downsample (&canvas, encoder->levels[i].sampler, &halve);
    }
  pisces_vae_middle (&canvas, &encoder->middle, PISCES_VQ_GROUPS);
  pisces_group_norm (backend, canvas.image, canvas.image, encoder->norm_out.weight,
                     encoder->norm_out.bias, PISCES_VQ_GROUPS, PISCES_VQ_EPSILON, PISCES_ACT_SILU);
  pisces_conv3 (backend, latent, canvas.image, encoder->conv_out);
  pisces_linear (backend, z, latent, encoder->quant_conv.weight, encoder->quant_conv.bias,
                 PISCES_ACT_NONE, FALSE);
  done = pisces_download_finite (backend, values, z);
  pisces_backend_release (backend, mark);

  /* What is only planned has no vectors, and looking for codes takes a while.  */
  for (gint64 i = 0; done && ! backend->is_planning && i < height * width; i++)
    codes[i] = nearest (config, encoder->codebook, values + i * config->code_size);

  return done;
}


/*  private functions  */

static void
load_weights (PiscesVqEncoder    *encoder,
              PiscesWeightSource *source)
{
  const PiscesVqConfig *config = &encoder->config;
  const gint            last   = config->n_levels - 1;
  const gint64          deep   = config->level_channels[last];

  encoder->codebook   = pisces_vq_load_codes (config, source);
  encoder->quant_conv = pisces_weight_source_linear (source, "quant_conv", config->code_size,
                                                     config->latent_channels, TRUE);

  pisces_weight_source_enter (source, "encoder.");
  encoder->conv_in = pisces_weight_source_conv (source, "conv_in", config->level_channels[0],
                                                config->out_channels, 3, TRUE);
  for (gint i = 0; i <= last; i++)
    {
      pisces_weight_source_enter (source, "down.%d.", i);
      /* One block fewer than the decoder has.  */
      pisces_vq_load_level (&encoder->levels[i], source, config->n_resnets - 1,
                            config->level_channels[MAX (i - 1, 0)], config->level_channels[i],
                            i == last, i < last ? "downsample.conv" : NULL);
      pisces_weight_source_leave (source);
    }
  pisces_vq_load_middle (&encoder->middle, source, deep);
  encoder->norm_out = pisces_weight_source_norm (source, "norm_out", deep, TRUE);
  encoder->conv_out = pisces_weight_source_conv (source, "conv_out", config->latent_channels,
                                                 deep, 3, TRUE);
  pisces_weight_source_leave (source);
}

/* The code at the smallest angle to the vector, which is the nearest one, as all codes
 * have the length 1.  */
static gint32
nearest (const PiscesVqConfig *config,
         const gfloat         *codebook,
         const gfloat         *vector)
{
  const gint size = config->code_size;
  gfloat     most = -G_MAXFLOAT;
  gint32     best = 0;

  for (gint32 i = 0; i < config->n_codes; i++)
    {
      const gfloat *code = codebook + (gsize) i * size;
      gfloat        sum  = 0.0f;

      for (gint j = 0; j < size; j++)
        sum += code[j] * vector[j];
      if (sum > most)
        {
          most = sum;
          best = i;
        }
    }

  return best;
}
