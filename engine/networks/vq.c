/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The decoder of a `JanusVQVAE` as transformers has it.  It is built of the
 * same blocks as AutoencoderKL's, but its deepest level has an attention
 * behind each residual block, and its codes are brought to length 1 before
 * they are decoded.
 */

#include <math.h>
#include <string.h>

#include "engine/networks/vae-blocks.h"
#include "engine/networks/vq.h"
#include "engine/pisces.h"

/* The class has these as constants.  */
#define N_GROUPS 32
#define EPSILON  PISCES_VAE_EPSILON

typedef struct
{
  PiscesResnet       *resnets;
  PiscesVaeAttention *attentions;          /* NULL: none                     */
  PiscesParameters    upsample;            /* without weight: none           */
} Level;

struct _PiscesVq
{
  PiscesBackend      *backend;
  PiscesVqConfig      config;
  GPtrArray          *weights;             /* owns them all                  */

  gfloat             *codebook;            /* [n_codes, code_size], length 1 */
  PiscesParameters    post_quant_conv;
  PiscesParameters    conv_in;
  PiscesResnet        middle[2];
  PiscesVaeAttention  middle_attention;
  Level               levels[PISCES_VQ_MAX_LEVELS];  /* the coarsest first   */
  PiscesParameters    norm_out;
  PiscesParameters    conv_out;
};

/* Settings of related autoencoders that this decoder does not have.  */
static const PiscesConfigNeutral neutral[] =
{
  { "double_latent",    "false" },
  { "attn_resolutions", NULL },
  { "resolution",       NULL },
  { "attn_type",        NULL },
};


static gboolean read_config     (PiscesVqConfig        *vq_config,
                                 PiscesConfig          *config,
                                 GError               **error);
static void     load_weights    (PiscesVq              *vq,
                                 PiscesWeightSource    *source);
static void     load_level      (PiscesVq              *vq,
                                 PiscesWeightSource    *source,
                                 gint                   number,
                                 gint64                 n_in,
                                 gint64                 n_out);
static void     load_resnet     (PiscesResnet          *resnet,
                                 PiscesWeightSource    *source,
                                 gint64                 n_in,
                                 gint64                 n_out);
static void     normalize_codes (PiscesVq              *vq);
static gint64   canvas_size     (const PiscesVqConfig  *config,
                                 gint64                 height,
                                 gint64                 width);


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
  if (! read_config (&vq->config, config, error))
    return NULL;

  source = pisces_weight_source_new (backend, files, prefix);
  load_weights (vq, source);
  vq->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;
  normalize_codes (vq);

  return g_steal_pointer (&vq);
}

void
pisces_vq_free (PiscesVq *vq)
{
  if (! vq)
    return;

  for (gint i = 0; i < PISCES_VQ_MAX_LEVELS; i++)
    {
      g_free (vq->levels[i].resnets);
      g_free (vq->levels[i].attentions);
    }
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
  const PiscesTensor    no_time = { .data = NULL };
  const gint64          n_codes = height * width;
  const gsize           mark    = pisces_backend_mark (backend);
  g_autofree gfloat    *values  = g_new0 (gfloat, n_codes * config->code_size);
  PiscesCanvas          canvas  = pisces_canvas_new (backend, canvas_size (config, height, width));
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
  pisces_canvas_resnet (&canvas, &vq->middle[0], no_time);
  pisces_vae_attend (backend, &vq->middle_attention, N_GROUPS, canvas.image);
  pisces_canvas_resnet (&canvas, &vq->middle[1], no_time);

  for (gint i = 0; i < config->n_levels; i++)
    {
      const Level *level = &vq->levels[i];

      for (gint r = 0; r < config->n_resnets; r++)
        {
          pisces_canvas_resnet (&canvas, &level->resnets[r], no_time);
          if (level->attentions)
            pisces_vae_attend (backend, &level->attentions[r], N_GROUPS, canvas.image);
        }
      if (level->upsample.weight)
        pisces_canvas_upsample (&canvas, level->upsample,
                                2 * canvas.image.dims[1], 2 * canvas.image.dims[2]);
    }

  pisces_group_norm (backend, canvas.image, canvas.image, vq->norm_out.weight, vq->norm_out.bias,
                     N_GROUPS, EPSILON, PISCES_ACT_SILU);
  pisces_conv3 (backend, y, canvas.image, vq->conv_out);
  pisces_backend_release (backend, mark);
}


/*  private functions  */

static gboolean
read_config (PiscesVqConfig  *vq_config,
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
      if (vq_config->level_channels[i] % N_GROUPS != 0)
        pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                            "The channels of the VQ decoder's level %d are %d; they must be a "
                            "multiple of %d.", i, vq_config->level_channels[i], N_GROUPS);
    }

  return pisces_config_check (config, error);
}

static void
load_weights (PiscesVq           *vq,
              PiscesWeightSource *source)
{
  const PiscesVqConfig *config = &vq->config;
  const gint            last   = config->n_levels - 1;
  const gint64          deep   = config->level_channels[last];

  vq->codebook = pisces_weight_source_floats (source, "quantize.embedding.weight", 2,
                                              (gint64) config->n_codes,
                                              (gint64) config->code_size);
  vq->post_quant_conv = pisces_weight_source_linear (source, "post_quant_conv",
                                                     config->latent_channels,
                                                     config->code_size, TRUE);

  pisces_weight_source_enter (source, "decoder.");
  vq->conv_in = pisces_weight_source_conv (source, "conv_in", deep,
                                           config->latent_channels, 3, TRUE);
  pisces_weight_source_enter (source, "mid.block_1.");
  load_resnet (&vq->middle[0], source, deep, deep);
  pisces_weight_source_leave (source);
  pisces_weight_source_enter (source, "mid.attn_1.");
  pisces_vae_load_attention (&vq->middle_attention, source, deep);
  pisces_weight_source_leave (source);
  pisces_weight_source_enter (source, "mid.block_2.");
  load_resnet (&vq->middle[1], source, deep, deep);
  pisces_weight_source_leave (source);

  for (gint i = 0; i <= last; i++)
    load_level (vq, source, i, config->level_channels[MIN (last - i + 1, last)],
                config->level_channels[last - i]);

  vq->norm_out = pisces_weight_source_norm (source, "norm_out", config->level_channels[0], TRUE);
  vq->conv_out = pisces_weight_source_conv (source, "conv_out", config->out_channels,
                                            config->level_channels[0], 3, TRUE);
  pisces_weight_source_leave (source);
}

static void
load_level (PiscesVq           *vq,
            PiscesWeightSource *source,
            gint                number,
            gint64              n_in,
            gint64              n_out)
{
  const gint n_resnets = vq->config.n_resnets;
  Level     *level     = &vq->levels[number];

  level->resnets = g_new0 (PiscesResnet, n_resnets);
  if (number == 0)
    level->attentions = g_new0 (PiscesVaeAttention, n_resnets);

  pisces_weight_source_enter (source, "up.%d.", number);
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
  if (number < vq->config.n_levels - 1)
    level->upsample = pisces_weight_source_conv (source, "upsample.conv", n_out, n_out, 3, TRUE);
  pisces_weight_source_leave (source);
}

static void
load_resnet (PiscesResnet       *resnet,
             PiscesWeightSource *source,
             gint64              n_in,
             gint64              n_out)
{
  pisces_resnet_load (resnet, source, n_in, n_out, 0, N_GROUPS, EPSILON);
}

/* As torch.nn.functional.normalize() does it.  */
static void
normalize_codes (PiscesVq *vq)
{
  const gint n = vq->config.code_size;

  for (gint i = 0; i < vq->config.n_codes; i++)
    {
      gfloat  *code = vq->codebook + (gsize) i * n;
      gdouble  sum  = 0.0;

      for (gint j = 0; j < n; j++)
        sum += (gdouble) code[j] * code[j];
      for (gint j = 0; j < n; j++)
        code[j] /= MAX (sqrt (sum), 1e-12);
    }
}

/* The largest image on the way: of a level, or, after upsampling, of the
 * coarser level in this level's size.  */
static gint64
canvas_size (const PiscesVqConfig *config,
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
