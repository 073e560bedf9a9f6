/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A `SiglipVisionConfig`, `JanusVisionConfig`, `SmolVLMVisionConfig` or
 * `Idefics3VisionConfig` as transformers writes it, its defaults included, and the
 * key `stem_channels` of models/FORMAT.md.
 */

#include <glib/gi18n-lib.h>

#include "engine/networks/encoder-layer.h"
#include "engine/networks/vit-config.h"
#include "engine/pisces.h"

/* Settings of classes related to SigLIP.  */
static const PiscesConfigNeutral neutral[] =
{
  { "qkv_bias",               "true" },
  { "attention_bias",         "true" },
  { "use_rope",               "false" },
  { "use_qk_norm",            "false" },
  { "qk_normalization",       "false" },
  { "use_swiglu_ffn",         "false" },
  { "layerscale_value",       NULL },
  { "vision_feature_layer",   NULL },
  { "use_mask_token",         "false" },
  { "norm_type",              "\"layer_norm\"" },
};

typedef enum
{
  SIGLIP,
  JANUS,
  IDEFICS                      /* also SmolVLM's */
} Kind;

static Kind             read_kind       (PiscesConfig    *config,
                                         gint             input_size);
static void             read_siglip_sizes
                                        (PiscesVitConfig *vit_config,
                                         PiscesConfig    *config);
static void             read_janus_sizes
                                        (PiscesVitConfig *vit_config,
                                         PiscesConfig    *config);
static void             read_idefics_sizes
                                        (PiscesVitConfig *vit_config,
                                         PiscesConfig    *config);
static void             read_stem       (PiscesVitStem   *stem,
                                         PiscesVitConfig *vit_config,
                                         PiscesConfig    *config);

/**
 * pisces_vit_config_read:
 * @vit_config: (out): filled in.
 * @stem: (out): filled in; it has no stages if there is no stem.
 * @input_size: the side of its pictures, in pixels; 0: that in @config.
 *
 * Returns: whether the encoder is supported; if not, @error is set.
 */
gboolean
pisces_vit_config_read (PiscesVitConfig  *vit_config,
                        PiscesVitStem    *stem,
                        PiscesConfig     *config,
                        gint              input_size,
                        GError          **error)
{
  const Kind kind = read_kind (config, input_size);
  gint       hidden_size, n_heads, image_size, patch_size;

  if (kind == JANUS)
    read_janus_sizes (vit_config, config);
  else if (kind == IDEFICS)
    read_idefics_sizes (vit_config, config);
  else
    read_siglip_sizes (vit_config, config);
  hidden_size = vit_config->hidden_size;
  n_heads     = vit_config->n_heads;
  image_size  = vit_config->image_size;
  patch_size  = vit_config->patch_size;
  vit_config->n_channels =
    pisces_config_int_or (config, "num_channels", 1, 64, 3);
  vit_config->layer_norm_eps =
    pisces_config_double_or (config, "layer_norm_eps", 0, 1, 1e-6);
  pisces_config_keep_neutral (config, neutral, G_N_ELEMENTS (neutral));
  if (! pisces_config_check (config, error))
    return FALSE;

  if (hidden_size % n_heads != 0)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“num_attention_heads” is %d and does not divide "
                        "“hidden_size”, which is %d.", n_heads, hidden_size);
  if (patch_size > image_size)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“patch_size” is %d and above “image_size”, "
                        "which is %d.", patch_size, image_size);

  vit_config->n_positions = image_size / patch_size;
  if (kind == IDEFICS && input_size > 0)
    vit_config->image_size = input_size;
  else if (input_size > 0 && input_size != image_size)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "the vision encoder is for pictures of %d pixels and would be given "
                        "%d.", image_size, input_size);
  vit_config->grid_size = vit_config->image_size / patch_size;
  if (vit_config->grid_size < 1)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“patch_size” is %d and above the pictures' %d pixels.",
                        patch_size, vit_config->image_size);
  vit_config->n_tokens  = vit_config->grid_size * vit_config->grid_size;
  vit_config->activation = pisces_encoder_read_activation (config, kind == JANUS ? "gelu" : "gelu_pytorch_tanh");
  read_stem (stem, vit_config, config);

  return pisces_config_check (config, error);
}

/*  private functions  */

/* A class that is a part of another one need not say its type.  Only SmolVLM's is
 * given pictures of a size of their own.  */
static Kind
read_kind (PiscesConfig *config,
           gint          input_size)
{
  static const struct { const gchar *type; Kind kind; } kinds[] =
  {
    { "\"siglip_vision_model\"", SIGLIP  },
    { "\"janus_vision_model\"",  JANUS   },
    { "\"smolvlm_vision\"",      IDEFICS },
    { "\"idefics3_vision\"",     IDEFICS },
    { "\"idefics3\"",            IDEFICS },
  };

  if (! pisces_config_has (config, "model_type"))
    return input_size > 0 ? IDEFICS : SIGLIP;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (pisces_config_is (config, "model_type", kinds[i].type))
      return kinds[i].kind;

  pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                      _("a vision encoder is of type “%s”; this version can run "
                        "“siglip_vision_model” there."),
                      pisces_config_string (config, "model_type"));

  return SIGLIP;
}

static void
read_siglip_sizes (PiscesVitConfig *vit_config,
                   PiscesConfig    *config)
{
  vit_config->hidden_size = pisces_config_int (config, "hidden_size", 1, 1 << 16);
  vit_config->n_heads     = pisces_config_int (config, "num_attention_heads", 1, 1 << 10);
  vit_config->image_size  = pisces_config_int_or (config, "image_size", 1, 1 << 13, 224);
  vit_config->patch_size  = pisces_config_int_or (config, "patch_size", 1, 1 << 13, 16);
  vit_config->intermediate_size =
    pisces_config_int (config, "intermediate_size", 1, 1 << 18);
  vit_config->n_layers =
    pisces_config_int (config, "num_hidden_layers", 1, 1 << 10);
}

/* Its defaults are those of SigLIP-L at 384 pixels, so a published file says
 * nearly nothing.  */
static void
read_janus_sizes (PiscesVitConfig *vit_config,
                  PiscesConfig    *config)
{
  gdouble ratio = pisces_config_double_or (config, "mlp_ratio", 0.01, 64, 4);

  vit_config->hidden_size =
    pisces_config_int_or (config, "hidden_size", 1, 1 << 16, 1024);
  vit_config->n_heads =
    pisces_config_int_or (config, "num_attention_heads", 1, 1 << 10, 16);
  vit_config->image_size =
    pisces_config_int_or (config, "image_size", 1, 1 << 13, 384);
  vit_config->patch_size =
    pisces_config_int_or (config, "patch_size", 1, 1 << 13, 16);
  vit_config->n_layers =
    pisces_config_int_or (config, "num_hidden_layers", 1, 1 << 10, 24);
  vit_config->intermediate_size = vit_config->hidden_size * ratio;
}

/* What differs from these defaults is all that a published file says.  */
static void
read_idefics_sizes (PiscesVitConfig *vit_config,
                    PiscesConfig    *config)
{
  vit_config->hidden_size =
    pisces_config_int_or (config, "hidden_size", 1, 1 << 16, 1152);
  vit_config->n_heads =
    pisces_config_int_or (config, "num_attention_heads", 1, 1 << 10, 16);
  vit_config->image_size =
    pisces_config_int_or (config, "image_size", 1, 1 << 13, 224);
  vit_config->patch_size =
    pisces_config_int_or (config, "patch_size", 1, 1 << 13, 32);
  vit_config->n_layers =
    pisces_config_int_or (config, "num_hidden_layers", 1, 1 << 10, 12);
  vit_config->intermediate_size =
    pisces_config_int_or (config, "intermediate_size", 1, 1 << 18, 3072);
}

static void
read_stem (PiscesVitStem   *stem,
           PiscesVitConfig *vit_config,
           PiscesConfig    *config)
{
  g_autofree gint64 *channels = NULL;
  guint              n        = 0;
  gint               side     = vit_config->image_size;
  gint               stride;

  stem->n_stages = 0;
  if (! pisces_config_has (config, "stem_channels"))
    return;

  channels = pisces_config_int_array (config, "stem_channels", 1, 1 << 16, &n);
  if (n > PISCES_VIT_MAX_STEM)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“stem_channels” has %u entries; at most "
                        "%d are possible.", n, PISCES_VIT_MAX_STEM);

  for (guint i = 0; i < MIN (n, PISCES_VIT_MAX_STEM); i++)
    {
      if (channels[i] % PISCES_VIT_STEM_GROUPS != 0)
        pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                            "“stem_channels” has %"
                            G_GINT64_FORMAT ", which is not a multiple of %d.",
                            channels[i], PISCES_VIT_STEM_GROUPS);
      stem->channels[i] = channels[i];
      stem->n_stages++;
      side = (side + 1) / 2;
    }

  /* The output of a 3 × 3 convolution with padding 1 has the side (side - 1) /
   * stride + 1.  */
  stride = vit_config->patch_size >> stem->n_stages;
  if (stride < 1 || stride << stem->n_stages != vit_config->patch_size ||
      (side - 1) / stride + 1 != vit_config->grid_size)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "a stem of %d stages does not make patches "
                        "of %d pixels of an image of %d.", stem->n_stages,
                        vit_config->patch_size, vit_config->image_size);
}
