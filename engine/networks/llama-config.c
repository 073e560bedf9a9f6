/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A `LlamaConfig` as transformers writes it, its defaults included, and the
 * frequencies of the rotary positions that it asks for.  Settings that the
 * decoder does not have are refused, never ignored.
 */

#include <math.h>

#include "engine/pisces.h"
#include "engine/networks/llama-config.h"

static void       read_sizes        (PiscesLlamaConfig *llama_config,
                                     PiscesConfig      *config);
static void       check_supported   (PiscesConfig      *config);
static gdouble  * plain_frequencies (const PiscesLlamaConfig *llama_config);
static void       scale_frequencies (gdouble           *frequencies,
                                     gint               n_frequencies,
                                     PiscesConfig      *scaling);

/**
 * pisces_llama_config_read:
 * @llama_config: (out): filled in.
 * @config: a `LlamaConfig`.
 *
 * Returns: (transfer full) (nullable): `[head_dim / 2]` rotary frequencies in
 *   radians a position, or %NULL with an error.
 */
gdouble *
pisces_llama_config_read (PiscesLlamaConfig  *llama_config,
                          PiscesConfig       *config,
                          GError            **error)
{
  g_autofree gdouble *frequencies = NULL;

  read_sizes (llama_config, config);
  check_supported (config);
  if (! pisces_config_check (config, error))
    return NULL;

  frequencies = plain_frequencies (llama_config);
  if (pisces_config_has (config, "rope_scaling"))
    scale_frequencies (frequencies, llama_config->head_dim / 2,
                       pisces_config_child (config, "rope_scaling"));
  if (! pisces_config_check (config, error))
    return NULL;

  return g_steal_pointer (&frequencies);
}

/**
 * pisces_llama_config_max_positions:
 * @config: a `LlamaConfig`.
 *
 * Returns: how many tokens a text may have with all that is made of it.
 */
gint
pisces_llama_config_max_positions (PiscesConfig *config)
{
  return pisces_config_int_or (config, "max_position_embeddings", 1, 1 << 24, 2048);
}


/*  private functions  */

static void
read_sizes (PiscesLlamaConfig *llama_config,
            PiscesConfig      *config)
{
  gint n_heads;
  gint hidden_size;

  hidden_size = pisces_config_int (config, "hidden_size", 1, 1 << 16);
  n_heads     = pisces_config_int (config, "num_attention_heads", 1, 1 << 10);
  n_heads     = MAX (n_heads, 1);

  llama_config->hidden_size = hidden_size;
  llama_config->intermediate_size =
    pisces_config_int (config, "intermediate_size", 1, 1 << 18);
  llama_config->n_layers =
    pisces_config_int (config, "num_hidden_layers", 1, 1 << 10);
  llama_config->n_heads = n_heads;
  llama_config->n_kv_heads =
    pisces_config_int_or (config, "num_key_value_heads", 1, n_heads, n_heads);
  llama_config->head_dim =
    pisces_config_int_or (config, "head_dim", 2, 1 << 12,
                          hidden_size / n_heads);
  llama_config->vocab_size =
    pisces_config_int (config, "vocab_size", 1, 1 << 24);
  llama_config->max_positions = pisces_llama_config_max_positions (config);
  llama_config->rms_norm_eps =
    pisces_config_double_or (config, "rms_norm_eps", 0, 1, 1e-6);
  llama_config->rope_theta =
    pisces_config_double_or (config, "rope_theta", 1, 1e12, 10000);
  llama_config->tie_word_embeddings =
    pisces_config_boolean_or (config, "tie_word_embeddings", FALSE);

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

  if (pisces_config_boolean_or (config, "attention_bias", FALSE) ||
      pisces_config_boolean_or (config, "mlp_bias", FALSE))
    pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                        "the language model has biases (“attention_bias” or "
                        "“mlp_bias”); this version knows only language "
                        "models without.");
}

/* RoFormer (arXiv 2104.09864), section 3.2.2.  */
static gdouble *
plain_frequencies (const PiscesLlamaConfig *llama_config)
{
  gint     n           = llama_config->head_dim / 2;
  gdouble *frequencies = g_new (gdouble, n);

  for (gint i = 0; i < n; i++)
    frequencies[i] = pow (llama_config->rope_theta,
                          -2.0 * i / llama_config->head_dim);

  return frequencies;
}

/* Llama 3.1's way to longer texts: waves longer than the text it was trained
 * on are stretched, short ones are left, those between are mixed
 * (transformers, _compute_llama3_parameters).  */
static void
scale_frequencies (gdouble      *frequencies,
                   gint          n_frequencies,
                   PiscesConfig *scaling)
{
  const gchar *type;
  gdouble      factor, low, high, length;

  /* Older files say "type".  */
  type = pisces_config_has (scaling, "rope_type")
           ? pisces_config_string (scaling, "rope_type")
           : pisces_config_string_or (scaling, "type", "default");
  if (g_strcmp0 (type, "default") == 0)
    return;

  if (g_strcmp0 (type, "llama3") != 0)
    {
      pisces_config_fail (scaling, PISCES_ERROR_MODEL_UNSUPPORTED,
                          "the rotary scaling is “%s”; this version knows "
                          "only “llama3”.", type);
      return;
    }

  factor = pisces_config_double (scaling, "factor", 1, 1e6);
  low    = pisces_config_double (scaling, "low_freq_factor", 1e-6, 1e6);
  high   = pisces_config_double (scaling, "high_freq_factor", 1e-6, 1e6);
  length = pisces_config_double (scaling, "original_max_position_embeddings",
                                 1, 1e9);
  if (high <= low)
    {
      pisces_config_fail (scaling, PISCES_ERROR_MODEL_INVALID,
                          "“high_freq_factor” is %g and not above "
                          "“low_freq_factor”, which is %g.", high, low);
      return;
    }

  for (gint i = 0; i < n_frequencies; i++)
    {
      gdouble waves = length * frequencies[i] / (2 * G_PI);  /* in the text */
      gdouble smooth = (waves - low) / (high - low);

      if (waves < low)
        frequencies[i] /= factor;
      else if (waves <= high)
        frequencies[i] *= (1 - smooth) / factor + smooth;
    }
}
