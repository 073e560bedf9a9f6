/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SigLIP's vision encoder (arXiv 2303.15343), the same as transformers'
 * SiglipVisionModel: patches, learned positions, layers with LayerNorm before
 * each half, and a final LayerNorm; without class token and pooling head.  That of
 * SmolVLM and Idefics3 is the same for pictures of its own size, and takes others.
 */

#include <string.h>

#include "engine/networks/encoder-layer.h"
#include "engine/networks/vit-config.h"
#include "engine/networks/vit.h"
#include "engine/networks/weight-source.h"

typedef struct
{
  PiscesParameters conv;
  PiscesParameters norm;
} StemStage;

struct _PiscesVit
{
  PiscesBackend      *backend;
  PiscesVitConfig     config;
  PiscesVitStem       stem;
  GPtrArray          *weights;             /* owns all weights */

  StemStage           stages[PISCES_VIT_MAX_STEM];
  PiscesParameters    patch_embedding;
  const PiscesWeight *position_embedding;
  PiscesEncoderShape  shape;
  PiscesEncoderLayer *layers;
  PiscesParameters    post_layernorm;
};

static void load_weights (PiscesVit          *vit,
                          PiscesWeightSource *source);
static void load_stem    (PiscesVit          *vit,
                          PiscesWeightSource *source);
static const PiscesWeight *
            load_positions
                         (PiscesVit          *vit,
                          PiscesWeightSource *source);
static void embed        (PiscesVit          *vit,
                          PiscesTensor        tokens,
                          PiscesTensor        x);

/**
 * pisces_vit_load:
 * @backend: that will run it; must outlive it.
 * @config: a `SiglipVisionConfig`, `JanusVisionConfig`, `SmolVLMVisionConfig` or
 *   `Idefics3VisionConfig`.
 * @files: with the tensors of the model of that class.
 * @prefix: before their names, `"vision_tower."` for example.
 *
 * Returns: (transfer full) (nullable): the encoder, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID, %PISCES_ERROR_MODEL_UNSUPPORTED or an error
 *   of the backend.
 */
PiscesVit *
pisces_vit_load (PiscesBackend      *backend,
                 PiscesConfig       *config,
                 PiscesWeightFiles  *files,
                 const gchar        *prefix,
                 GError            **error)
{
  return pisces_vit_load_sized (backend, config, files, prefix, 0, error);
}

/**
 * pisces_vit_load_sized:
 * @input_size: the side of the pictures that it will be given, in pixels; 0: that in
 *   @config.  Another one is possible only for an encoder of SmolVLM or Idefics3.
 *
 * The same as pisces_vit_load().
 */
PiscesVit *
pisces_vit_load_sized (PiscesBackend      *backend,
                       PiscesConfig       *config,
                       PiscesWeightFiles  *files,
                       const gchar        *prefix,
                       gint                input_size,
                       GError            **error)
{
  g_autoptr (PiscesVit)          vit    = g_new0 (PiscesVit, 1);
  g_autoptr (PiscesWeightSource) source = NULL;

  vit->backend = backend;
  if (! pisces_vit_config_read (&vit->config, &vit->stem, config, input_size, error))
    return NULL;

  source = pisces_weight_source_new (backend, files, prefix);
  load_weights (vit, source);
  vit->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;

  return g_steal_pointer (&vit);
}

void
pisces_vit_free (PiscesVit *vit)
{
  if (! vit)
    return;

  g_clear_pointer (&vit->weights, g_ptr_array_unref);
  g_free (vit->layers);
  g_free (vit);
}

const PiscesVitConfig *
pisces_vit_get_config (PiscesVit *vit)
{
  return &vit->config;
}

/**
 * pisces_vit_forward:
 * @y: `[b * n_tokens, hidden_size]`: the tokens of each image, row by row of
 *   its grid, after the last norm.
 * @x: `[b, image_size, image_size, n_channels]`: images.
 */
void
pisces_vit_forward (PiscesVit    *vit,
                    PiscesTensor  y,
                    PiscesTensor  x)
{
  PiscesBackend *backend = vit->backend;
  gsize          mark    = pisces_backend_mark (backend);
  gint           n_batch = x.dims[0];
  gint64         grid    = vit->config.grid_size;
  gint64         width   = vit->config.hidden_size;
  PiscesTensor   tokens;

  tokens = pisces_backend_alloc (backend, 4, n_batch, grid, grid,
                                 width);
  embed (vit, tokens, x);
  tokens = pisces_tensor_reshape (tokens, 2, n_batch * grid * grid, width);

  for (gint i = 0; i < vit->config.n_layers; i++)
    pisces_encoder_layer_forward (backend, &vit->layers[i], &vit->shape, n_batch, tokens);

  pisces_layer_norm (backend, y, tokens, vit->post_layernorm.weight,
                     vit->post_layernorm.bias, vit->config.layer_norm_eps);
  pisces_backend_release (backend, mark);
}

/*  private functions  */

static void
load_weights (PiscesVit          *vit,
              PiscesWeightSource *source)
{
  const PiscesVitConfig *config = &vit->config;

  pisces_weight_source_enter (source, "vision_model.");
  pisces_weight_source_enter (source, "embeddings.");
  load_stem (vit, source);
  vit->position_embedding = load_positions (vit, source);
  pisces_weight_source_leave (source);

  vit->shape = (PiscesEncoderShape)
  {
    .width      = config->hidden_size,
    .inner      = config->intermediate_size,
    .n_heads    = config->n_heads,
    .epsilon    = config->layer_norm_eps,
    .activation = config->activation,
  };
  vit->layers = g_new0 (PiscesEncoderLayer, config->n_layers);
  for (gint i = 0; i < config->n_layers; i++)
    {
      pisces_weight_source_enter (source, "encoder.layers.%d.", i);
      pisces_encoder_layer_load (&vit->layers[i], source, &vit->shape);
      pisces_weight_source_leave (source);
    }

  vit->post_layernorm = pisces_weight_source_norm (source, "post_layernorm",
                                                   config->hidden_size, TRUE);
  pisces_weight_source_leave (source);
}

/* An encoder that is given pictures of another size than it was made for stretches
 * its grid of positions over them (NaViT, arXiv 2307.06304): a patch takes the last
 * position that does not begin after it.  transformers computes this in float32,
 * where two fractions that should be equal may differ; integers say what is meant.  */
static const PiscesWeight *
load_positions (PiscesVit          *vit,
                PiscesWeightSource *source)
{
  static const gchar *const name   = "position_embedding.weight";
  const PiscesVitConfig    *config = &vit->config;
  const gint64              width  = config->hidden_size;
  const gint64              side   = config->n_positions;
  const gint64              grid   = config->grid_size;
  g_autofree gfloat        *table  = NULL;
  g_autofree gfloat        *rows   = NULL;

  if (side == grid)
    return pisces_weight_source_table (source, name, PISCES_WEIGHT_VECTOR, config->n_tokens, width);

  table = pisces_weight_source_floats (source, name, 2, side * side, width);
  if (table == NULL)
    return NULL;

  rows = g_new (gfloat, grid * grid * width);
  for (gint64 y = 0; y < grid; y++)
    for (gint64 x = 0; x < grid; x++)
      memcpy (rows + (y * grid + x) * width,
              table + (y * side / grid * side + x * side / grid) * width,
              width * sizeof (gfloat));

  return pisces_weight_source_values (source, name, PISCES_WEIGHT_VECTOR, rows, grid * grid, width);
}

static void
load_stem (PiscesVit          *vit,
           PiscesWeightSource *source)
{
  gint n_channels = vit->config.n_channels;
  gint kernel     = vit->stem.n_stages > 0 ? 3 : vit->config.patch_size;

  for (gint i = 0; i < vit->stem.n_stages; i++)
    {
      pisces_weight_source_enter (source, "stem.%d.", i);
      vit->stages[i].conv =
        pisces_weight_source_conv (source, "conv", vit->stem.channels[i],
                                   n_channels, 3, TRUE);
      vit->stages[i].norm =
        pisces_weight_source_norm (source, "norm", vit->stem.channels[i],
                                   TRUE);
      pisces_weight_source_leave (source);
      n_channels = vit->stem.channels[i];
    }

  vit->patch_embedding =
    pisces_weight_source_conv (source, "patch_embedding",
                               vit->config.hidden_size, n_channels, kernel,
                               TRUE);
}

/* Converts pixels to tokens, and adds their positions.  */
static void
embed (PiscesVit    *vit,
       PiscesTensor  tokens,
       PiscesTensor  x)
{
  PiscesBackend          *backend = vit->backend;
  gsize                   mark    = pisces_backend_mark (backend);
  const PiscesConvParams  halve   = { .stride = 2,
                                      .pad_top = 1, .pad_left = 1,
                                      .pad_bottom = 1, .pad_right = 1 };
  PiscesConvParams        patches = { .stride = vit->config.patch_size };

  for (gint i = 0; i < vit->stem.n_stages; i++)
    {
      const StemStage *stage  = &vit->stages[i];
      gint64           height = (x.dims[1] + 1) / 2;
      gint64           width  = (x.dims[2] + 1) / 2;
      gint64           n_out  = vit->stem.channels[i];
      PiscesTensor     half;

      half = pisces_backend_alloc (backend, 4, x.dims[0], height, width, n_out);
      pisces_conv2d (backend, half, x, stage->conv.weight, stage->conv.bias,
                     &halve);
      pisces_group_norm (backend, half, half, stage->norm.weight,
                         stage->norm.bias, PISCES_VIT_STEM_GROUPS, 1e-5,
                         PISCES_ACT_GELU_TANH);
      x = half;
    }

  if (vit->stem.n_stages > 0)
    {
      patches        = halve;
      patches.stride = vit->config.patch_size >> vit->stem.n_stages;
    }
  pisces_conv2d (backend, tokens, x, vit->patch_embedding.weight,
                 vit->patch_embedding.bias, &patches);
  pisces_add_weight (backend, tokens, tokens, vit->position_embedding);
  pisces_backend_release (backend, mark);
}
