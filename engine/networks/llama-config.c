/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads a `LlamaConfig` or a `Qwen2_5_VLTextConfig` as transformers writes it, with
 * the same defaults.  Settings that the decoder does not support are refused, never
 * ignored.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/networks/llama-config.h"
#include "engine/networks/rope-config.h"
#include "engine/pisces.h"

/* Settings of related classes, of older versions of this class, and of files
 * that were converted to it.  */
static const PiscesConfigNeutral neutral[] =
{
  { "attention_bias",             "false" },
  { "mlp_bias",                   "false" },
  { "qkv_bias",                   "false" },
  { "partial_rotary_factor",      "1" },
  { "rotary_pct",                 "1" },
  { "rotary_dim",                 NULL },
  { "rope_interleave",            "false" },
  { "rope_interleaved",           "false" },
  { "qk_layer_norms",             "false" },
  { "use_resampler",              "false" },
  { "rope_local_base_freq",       NULL },
  { "rope_ratio",                 "1" },
  { "no_rope_layers",             NULL },
  { "attention_chunk_size",       NULL },
  { "attn_logit_softcapping",     NULL },
  { "final_logit_softcapping",    NULL },
  { "query_pre_attn_scalar",      NULL },
  { "attention_multiplier",       NULL },
  { "embedding_multiplier",       "1" },
  { "residual_multiplier",        "1" },
  { "logits_scaling",             "1" },
  { "logit_scale",                "1" },
  { "scale_emb",                  "1" },
  { "scale_depth",                NULL },
  { "use_qk_norm",                "false" },
  { "qk_layernorm",               "false" },
  { "clip_qkv",                   NULL },
  { "alibi",                      "false" },
  { "parallel_attn",              "false" },
  { "use_parallel_residual",      "false" },
  { "multi_query",                "false" },
  { "num_kv_heads",               NULL },
  { "num_experts",                NULL },
  { "num_local_experts",          NULL },
  { "layer_norm_eps",             NULL },
  { "layer_norm_epsilon",         NULL },
  { "norm_epsilon",               NULL },
  { "norm_eps",                   NULL },
  { "cross_attention_layers",     NULL },
  { "use_bidirectional_attention", "false" },
};

/* What distinguishes the classes, and their defaults.  */
typedef struct
{
  const gchar *type;                 /* model_type, in JSON                 */
  gboolean     qkv_bias;
  gboolean     has_axes;             /* positions on several axes           */
  gint         n_layers;
  gint         n_heads;
  gint         n_kv_heads;           /* 0: as many as there are heads       */
  gint         max_positions;
  gdouble      rms_norm_eps;
  gdouble      theta;
} Decoder;

/* The first is also that of a file without a type.  An older file has the settings of
 * Qwen's language model beside those of the whole, and so the type of the whole.  */
static const Decoder decoders[] =
{
  { "\"llama\"",           FALSE, FALSE, 32, 32, 0, 2048,  1e-6, 1e4 },
  { "\"qwen2_5_vl_text\"", TRUE,  TRUE,  80, 64, 8, 32768, 1e-5, 1e6 },
  { "\"qwen2_5_vl\"",      TRUE,  TRUE,  80, 64, 8, 32768, 1e-5, 1e6 },
};

static const Decoder *
                  decoder_of        (PiscesConfig      *config);
static void       read_sizes        (PiscesLlamaConfig *llama_config,
                                     const Decoder     *decoder,
                                     PiscesConfig      *config);
static void       check_supported   (PiscesConfig      *config);
static void       check_windows     (PiscesConfig      *config);

/**
 * pisces_llama_config_read:
 * @llama_config: (out): filled in.
 * @config: a `LlamaConfig` or a `Qwen2_5_VLTextConfig`.
 *
 * Returns: (transfer full) (nullable): `[head_dim / 2]` rotary frequencies in
 *   radians per position, or %NULL with an error.
 */
gdouble *
pisces_llama_config_read (PiscesLlamaConfig  *llama_config,
                          PiscesConfig       *config,
                          GError            **error)
{
  g_autofree gdouble *frequencies = NULL;
  const Decoder      *decoder     = decoder_of (config);

  if (decoder == NULL)
    {
      pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                          _("the language model is of type “%s”; this version can run "
                            "“llama” there."),
                          pisces_config_string (config, "model_type"));
      decoder = &decoders[0];
    }

  read_sizes (llama_config, decoder, config);
  check_supported (config);
  if (! pisces_config_check (config, error))
    return NULL;

  frequencies = pisces_rope_config_read (config, llama_config->head_dim, decoder->theta,
                                         decoder->has_axes ? llama_config->sections : NULL);
  if (! pisces_config_check (config, error))
    return NULL;

  return g_steal_pointer (&frequencies);
}

/**
 * pisces_llama_config_max_positions:
 * @config: a `LlamaConfig` or a `Qwen2_5_VLTextConfig`.
 *
 * Returns: how many tokens a text may have, including what the model writes.
 */
gint
pisces_llama_config_max_positions (PiscesConfig *config)
{
  const Decoder *decoder = decoder_of (config);

  return pisces_config_int_or (config, "max_position_embeddings", 1, 1 << 24,
                               decoder ? decoder->max_positions : decoders[0].max_positions);
}

/**
 * pisces_llama_config_unties:
 * @config: the configuration of the whole model.
 * @text: the part of it for the language model.
 *
 * Versions of transformers differ in which of the two they read, so the head is
 * only missed if one says so and the other does not contradict.
 *
 * Returns: whether the model must have an output layer of its own.
 */
gboolean
pisces_llama_config_unties (PiscesConfig *config,
                            PiscesConfig *text)
{
  const gchar   *key   = "tie_word_embeddings";
  const gboolean ties  = pisces_config_boolean_or (config, key, FALSE) ||
                         pisces_config_boolean_or (text, key, FALSE);
  const gboolean known = ! pisces_config_boolean_or (config, key, TRUE) ||
                         ! pisces_config_boolean_or (text, key, TRUE);

  return known && ! ties;
}


/*  private functions  */

/* NULL: it is of another class.  */
static const Decoder *
decoder_of (PiscesConfig *config)
{
  for (guint i = 0; i < G_N_ELEMENTS (decoders); i++)
    if (pisces_config_is (config, "model_type", decoders[i].type))
      return &decoders[i];

  return NULL;
}

static void
read_sizes (PiscesLlamaConfig *llama_config,
            const Decoder     *decoder,
            PiscesConfig      *config)
{
  gint n_heads;
  gint hidden_size;

  hidden_size = pisces_config_int (config, "hidden_size", 1, 1 << 16);
  n_heads     = pisces_config_int_or (config, "num_attention_heads", 1, 1 << 10, decoder->n_heads);
  n_heads     = MAX (n_heads, 1);

  llama_config->hidden_size = hidden_size;
  llama_config->intermediate_size =
    pisces_config_int (config, "intermediate_size", 1, 1 << 18);
  llama_config->n_layers =
    pisces_config_int_or (config, "num_hidden_layers", 1, 1 << 10, decoder->n_layers);
  llama_config->n_heads = n_heads;
  llama_config->n_kv_heads =
    pisces_config_int_or (config, "num_key_value_heads", 1, n_heads,
                          decoder->n_kv_heads > 0 ? MIN (decoder->n_kv_heads, n_heads) : n_heads);
  llama_config->head_dim =
    pisces_config_int_or (config, "head_dim", 2, 1 << 12,
                          hidden_size / n_heads);
  llama_config->vocab_size =
    pisces_config_int (config, "vocab_size", 1, 1 << 24);
  llama_config->max_positions = pisces_llama_config_max_positions (config);
  llama_config->rms_norm_eps =
    pisces_config_double_or (config, "rms_norm_eps", 0, 1, decoder->rms_norm_eps);
  llama_config->tie_word_embeddings =
    pisces_config_boolean_or (config, "tie_word_embeddings", FALSE);
  llama_config->qkv_bias = decoder->qkv_bias;

  if (llama_config->n_kv_heads < 1 || n_heads % llama_config->n_kv_heads != 0)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“num_key_value_heads” is %d and does not divide "
                        "“num_attention_heads”, which is %d.",
                        llama_config->n_kv_heads, n_heads);
  if (llama_config->head_dim < 2 || llama_config->head_dim % 2 != 0)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "the heads are %d wide; rotary positions need an "
                        "even width.", llama_config->head_dim);
}

static void
check_supported (PiscesConfig *config)
{
  const gchar *activation;

  activation = pisces_config_string_or (config, "hidden_act", "silu");
  if (g_strcmp0 (activation, "silu") != 0)
    pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                        "the language model has the activation “%s”; this "
                        "version knows only “silu” there.", activation);

  pisces_config_keep_neutral (config, neutral, G_N_ELEMENTS (neutral));
  check_windows (config);
}

/* Only attention to all earlier positions is supported.  A setting for a
 * sliding window is accepted if it is not used, or if the window is at least
 * as long as a text can be.  */
static void
check_windows (PiscesConfig *config)
{
  g_auto (GStrv) kinds = NULL;

  if (pisces_config_is (config, "use_sliding_window", "true") &&
      pisces_config_has (config, "sliding_window") &&
      pisces_config_int (config, "sliding_window", 0, G_MAXINT64) <
      pisces_llama_config_max_positions (config))
    {
      const gint n = pisces_config_int (config, "sliding_window", 0, G_MAXINT);

      pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                          g_dngettext (GETTEXT_PACKAGE,
                                       "the language model sees only the last %d "
                                       "position (“sliding_window”), which this version "
                                       "does not know how to follow.",
                                       "the language model sees only the last %d "
                                       "positions (“sliding_window”), which this version "
                                       "does not know how to follow.", n), n);
    }

  if (! pisces_config_has (config, "layer_types"))
    return;

  kinds = pisces_config_string_array (config, "layer_types");
  for (guint i = 0; kinds[i]; i++)
    if (strcmp (kinds[i], "full_attention") != 0)
      pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                          _("the language model has layers of the kind “%s” "
                            "(“layer_types”), which this version does not know how to "
                            "follow."), kinds[i]);
}
