/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vq-blocks.c: see vq-blocks.h.  The settings and the parts of a `JanusVQVAE` as
 * transformers has it.  It is built of the same blocks as AutoencoderKL, but its
 * deepest level has an attention behind each residual block.
 */

#include <math.h>

#include "engine/networks/vq-blocks.h"
#include "engine/pisces.h"

/* Settings of related autoencoders that this decoder does not have.  */
static const PiscesConfigNeutral neutral[] =
{
  { "double_latent",    "false" },
  { "attn_resolutions", NULL },
  { "resolution",       NULL },
  { "attn_type",        NULL },
};


static void normalize_codes (const PiscesVqConfig *config,
                             gfloat               *codes);
static void load_resnet     (PiscesResnet         *resnet,
                             PiscesWeightSource   *source,
                             gint64                n_in,
                             gint64                n_out);


gboolean
pisces_vq_config_read (PiscesVqConfig  *vq_config,
                       PiscesConfig    *config,
                       GError         **error)
{
  static const gint64 usual[]     = { 1, 1, 2, 2, 4 };
  g_autofree gint64  *multipliers = NULL;
  guint               n           = 0;
  gint                base;

  pisces_config_keep_neutral (config, neutral, G_N_ELEMENTS (neutral));
  base = pisces_config_int_or (config, "base_channels", 1, 1 << 12, 128);
  vq_config->n_codes         = pisces_config_int_or (config, "num_embeddings", 1, 1 << 24, 16384);
  vq_config->code_size       = pisces_config_int_or (config, "embed_dim", 1, 1 << 12, 8);
  vq_config->latent_channels = pisces_config_int_or (config, "latent_channels", 1, 1 << 12, 256);
  vq_config->out_channels    = pisces_config_int_or (config, "out_channels", 3, 3, 3);
  vq_config->n_resnets       = 1 + pisces_config_int_or (config, "num_res_blocks", 1, 64, 2);
  if (pisces_config_has (config, "channel_multiplier"))
    {
      multipliers = pisces_config_int_array (config, "channel_multiplier", 1, 1 << 10, &n);
    }
  else
    {
      n           = G_N_ELEMENTS (usual);
      multipliers = g_memdup2 (usual, sizeof (usual));
    }
  if (n < 1 || n > PISCES_VQ_MAX_LEVELS)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“channel_multiplier” has %u entries; 1 to %d are possible.",
                        n, PISCES_VQ_MAX_LEVELS);

  vq_config->n_levels  = CLAMP (n, 1, PISCES_VQ_MAX_LEVELS);
  vq_config->downscale = 1 << (vq_config->n_levels - 1);
  for (gint i = 0; i < vq_config->n_levels && i < (gint) n; i++)
    {
      vq_config->level_channels[i] = base * multipliers[i];
      if (vq_config->level_channels[i] % PISCES_VQ_GROUPS != 0)
        pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                            "The channels of the VQ decoder's level %d are %d; they must be a "
                            "multiple of %d.", i, vq_config->level_channels[i],
                            PISCES_VQ_GROUPS);
    }

  return pisces_config_check (config, error);
}

/* Returns the codebook, [n_codes, code_size], each code of the length 1; NULL where
 * the source has none.  */
gfloat *
pisces_vq_load_codes (const PiscesVqConfig *config,
                      PiscesWeightSource   *source)
{
  gfloat *codes = pisces_weight_source_floats (source, "quantize.embedding.weight", 2,
                                               (gint64) config->n_codes,
                                               (gint64) config->code_size);

  if (codes)
    normalize_codes (config, codes);

  return codes;
}

void
pisces_vq_load_middle (PiscesVaeMiddle    *middle,
                       PiscesWeightSource *source,
                       gint64              width)
{
  for (gint i = 0; i < 2; i++)
    {
      pisces_weight_source_enter (source, "mid.block_%d.", i + 1);
      load_resnet (&middle->resnets[i], source, width, width);
      pisces_weight_source_leave (source);
    }
  pisces_weight_source_enter (source, "mid.attn_1.");
  pisces_vae_load_attention (&middle->attention, source, width);
  pisces_weight_source_leave (source);
}

void
pisces_vq_load_level (PiscesVqLevel      *level,
                      PiscesWeightSource *source,
                      gint                n_resnets,
                      gint64              n_in,
                      gint64              n_out,
                      gboolean            attends,
                      const gchar        *sampler)
{
  level->n_resnets = n_resnets;
  level->resnets   = g_new0 (PiscesResnet, n_resnets);
  if (attends)
    level->attentions = g_new0 (PiscesVaeAttention, n_resnets);

  for (gint i = 0; i < n_resnets; i++)
    {
      pisces_weight_source_enter (source, "block.%d.", i);
      load_resnet (&level->resnets[i], source, i == 0 ? n_in : n_out, n_out);
      pisces_weight_source_leave (source);

      if (level->attentions)
        {
          pisces_weight_source_enter (source, "attn.%d.", i);
          pisces_vae_load_attention (&level->attentions[i], source, n_out);
          pisces_weight_source_leave (source);
        }
    }
  if (sampler)
    level->sampler = pisces_weight_source_conv (source, sampler, n_out, n_out, 3, TRUE);
}

void
pisces_vq_level_clear (PiscesVqLevel *level)
{
  g_free (level->resnets);
  g_free (level->attentions);
}

/* All but the change of size.  */
void
pisces_vq_level_run (const PiscesVqLevel *level,
                     PiscesCanvas        *canvas)
{
  const PiscesTensor no_time = { .data = NULL };

  for (gint i = 0; i < level->n_resnets; i++)
    {
      pisces_canvas_resnet (canvas, &level->resnets[i], no_time);
      if (level->attentions)
        pisces_vae_attend (canvas->backend, &level->attentions[i], PISCES_VQ_GROUPS, canvas->image);
    }
}

/* The largest image on the way: of a level, or, between two, of the coarser one in
 * this one's size.  */
gint64
pisces_vq_canvas_size (const PiscesVqConfig *config,
                       gint64                height,
                       gint64                width)
{
  gint64 size = 0;

  for (gint i = 0; i < config->n_levels; i++)
    {
      const gint   coarser  = MIN (i + 1, config->n_levels - 1);
      const gint64 scale    = config->downscale >> i;
      const gint64 channels = MAX (config->level_channels[i], config->level_channels[coarser]);

      size = MAX (size, height * scale * width * scale * channels);
    }

  return size;
}


/*  private functions  */

static void
load_resnet (PiscesResnet       *resnet,
             PiscesWeightSource *source,
             gint64              n_in,
             gint64              n_out)
{
  pisces_resnet_load (resnet, source, n_in, n_out, 0, PISCES_VQ_GROUPS, PISCES_VQ_EPSILON);
}

/* As torch.nn.functional.normalize() does it.  */
static void
normalize_codes (const PiscesVqConfig *config,
                 gfloat               *codes)
{
  const gint n = config->code_size;

  for (gint i = 0; i < config->n_codes; i++)
    {
      gfloat  *code = codes + (gsize) i * n;
      gdouble  sum  = 0.0;

      for (gint j = 0; j < n; j++)
        sum += (gdouble) code[j] * code[j];
      for (gint j = 0; j < n; j++)
        code[j] /= MAX (sqrt (sum), 1e-12);
    }
}
