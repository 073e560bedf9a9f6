/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clip-text.c: CLIP's text encoder (Radford et al., arXiv 2103.00020).
 */

#include "engine/networks/clip-text.h"
#include "engine/networks/encoder-layer.h"
#include "engine/pisces.h"

/* The end of a text in configurations from before transformers 4.31, in which it was
 * not the real one.  */
#define OLD_END 2

struct _PiscesClipText
{
  PiscesBackend        *backend;
  PiscesClipTextConfig  config;
  PiscesEncoderShape    shape;
  GPtrArray            *weights;           /* owns all weights */

  const PiscesWeight   *tokens;
  const PiscesWeight   *positions;
  PiscesEncoderLayer   *layers;
  PiscesParameters      final_norm;
  PiscesParameters      projection;
};

static const PiscesConfigNeutral neutral[] =
{
  { "model_type", "\"clip_text_model\"" },
};


static gboolean read_config  (PiscesClipText      *clip,
                              PiscesConfig        *config,
                              GError             **error);
static void     load_weights (PiscesClipText      *clip,
                              PiscesWeightSource  *source);
static gint64   find_end     (const PiscesClipText *clip,
                              const gint32        *ids,
                              gint64               n);


/*  public functions  */

/**
 * pisces_clip_text_load:
 * @backend: the backend that will run it; it must live longer than the encoder.
 * @config: a `CLIPTextConfig`.
 * @files: files with its tensors.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the encoder, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID, %PISCES_ERROR_MODEL_UNSUPPORTED or an error
 *   of the backend.
 */
PiscesClipText *
pisces_clip_text_load (PiscesBackend      *backend,
                       PiscesConfig       *config,
                       PiscesWeightFiles  *files,
                       GError            **error)
{
  g_autoptr (PiscesClipText)     clip   = g_new0 (PiscesClipText, 1);
  g_autoptr (PiscesWeightSource) source = NULL;

  clip->backend = backend;
  if (! read_config (clip, config, error))
    return NULL;

  source = pisces_weight_source_new (backend, files, "");
  load_weights (clip, source);
  clip->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;

  return g_steal_pointer (&clip);
}

void
pisces_clip_text_free (PiscesClipText *clip)
{
  if (! clip)
    return;

  g_clear_pointer (&clip->weights, g_ptr_array_unref);
  g_free (clip->layers);
  g_free (clip);
}

const PiscesClipTextConfig *
pisces_clip_text_get_config (PiscesClipText *clip)
{
  return &clip->config;
}

/**
 * pisces_clip_text_forward:
 * @states: (out): `[n, hidden_size]`: the rows before the last layer, without a norm.
 * @pooled: (out): `[1, projection_size]`: the projection of the last layer's row of
 *   the text's end.
 * @ids: (array length=n): the tokens, with those that pad; at most n_positions.
 *
 * Each row sees those before it, whether they pad or not.
 */
void
pisces_clip_text_forward (PiscesClipText *clip,
                          PiscesTensor    states,
                          PiscesTensor    pooled,
                          const gint32   *ids)
{
  PiscesBackend *backend = clip->backend;
  const gsize    mark    = pisces_backend_mark (backend);
  const gint64   n       = pisces_tensor_n_rows (states);
  const gint64   width   = clip->config.hidden_size;
  PiscesTensor   rows    = pisces_backend_alloc (backend, 2, n, width);
  PiscesTensor   end     = pisces_backend_alloc (backend, 2, (gint64) 1, width);

  g_return_if_fail (n <= clip->config.n_positions);

  pisces_gather (backend, rows, clip->tokens, ids);
  pisces_add_weight (backend, rows, rows, clip->positions);
  for (gint i = 0; i < clip->config.n_layers; i++)
    {
      if (i == clip->config.n_layers - 1)
        pisces_copy (backend, states, rows);
      pisces_encoder_layer_forward (backend, &clip->layers[i], &clip->shape, 1, rows);
    }

  pisces_layer_norm (backend, end, pisces_tensor_rows (rows, find_end (clip, ids, n), 1),
                     clip->final_norm.weight, clip->final_norm.bias, clip->shape.epsilon);
  pisces_linear (backend, pooled, end, clip->projection.weight, NULL, PISCES_ACT_NONE, FALSE);
  pisces_backend_release (backend, mark);
}


/*  private functions  */

static gboolean
read_config (PiscesClipText  *clip,
             PiscesConfig    *config,
             GError         **error)
{
  PiscesClipTextConfig *own   = &clip->config;
  PiscesEncoderShape   *shape = &clip->shape;

  pisces_config_keep_neutral (config, neutral, G_N_ELEMENTS (neutral));
  own->hidden_size     = pisces_config_int_or (config, "hidden_size", 1, 1 << 16, 512);
  own->projection_size = pisces_config_int_or (config, "projection_dim", 1, 1 << 16, 512);
  own->n_layers        = pisces_config_int_or (config, "num_hidden_layers", 1, 1 << 10, 12);
  own->n_positions     = pisces_config_int_or (config, "max_position_embeddings", 3, 1 << 16, 77);
  own->n_tokens        = pisces_config_int_or (config, "vocab_size", 1, 1 << 24, 49408);
  own->end             = pisces_config_int_or (config, "eos_token_id", 0, 1 << 24, 49407);
  if (own->end == OLD_END)
    own->end = -1;

  shape->width      = own->hidden_size;
  shape->inner      = pisces_config_int_or (config, "intermediate_size", 1, 1 << 18, 2048);
  shape->n_heads    = pisces_config_int_or (config, "num_attention_heads", 1, 1 << 10, 8);
  shape->epsilon    = pisces_config_double_or (config, "layer_norm_eps", 0.0, 1.0, 1e-5);
  shape->activation = pisces_encoder_read_activation (config, "quick_gelu");
  shape->causal     = TRUE;
  if (! pisces_config_check (config, error))
    return FALSE;

  if (own->hidden_size % shape->n_heads != 0)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“num_attention_heads” is %d and does not divide “hidden_size”, which "
                        "is %d.", shape->n_heads, own->hidden_size);

  return pisces_config_check (config, error);
}

static void
load_weights (PiscesClipText     *clip,
              PiscesWeightSource *source)
{
  const PiscesClipTextConfig *config = &clip->config;
  const gint64                width  = config->hidden_size;

  pisces_weight_source_enter (source, "text_model.");
  clip->tokens    = pisces_weight_source_table (source, "embeddings.token_embedding.weight",
                                                PISCES_WEIGHT_TABLE, config->n_tokens, width);
  clip->positions = pisces_weight_source_table (source, "embeddings.position_embedding.weight",
                                                PISCES_WEIGHT_VECTOR, config->n_positions, width);

  clip->layers = g_new0 (PiscesEncoderLayer, config->n_layers);
  for (gint i = 0; i < config->n_layers; i++)
    {
      pisces_weight_source_enter (source, "encoder.layers.%d.", i);
      pisces_encoder_layer_load (&clip->layers[i], source, &clip->shape);
      pisces_weight_source_leave (source);
    }
  clip->final_norm = pisces_weight_source_norm (source, "final_layer_norm", width, TRUE);
  pisces_weight_source_leave (source);

  clip->projection = pisces_weight_source_linear (source, "text_projection",
                                                  config->projection_size, width, FALSE);
}

/* The first row of the token that ends the text.  If the text has none, it is the
 * first row, as in transformers.  */
static gint64
find_end (const PiscesClipText *clip,
          const gint32         *ids,
          gint64                n)
{
  gint64 found = 0;

  for (gint64 i = 0; i < n; i++)
    {
      if (clip->config.end >= 0 && ids[i] == clip->config.end)
        return i;
      if (clip->config.end < 0 && ids[i] > ids[found])
        found = i;
    }

  return found;
}
