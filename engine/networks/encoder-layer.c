/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * encoder-layer.c: see encoder-layer.h.  The same as transformers' SiglipEncoderLayer,
 * CLIPEncoderLayer and Dinov2Layer.
 */

#include <math.h>

#include "engine/networks/encoder-layer.h"
#include "engine/pisces.h"


static const PiscesEncoderNames usual_names =
{
  .layer_norm1 = "layer_norm1",
  .qkv         = { "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", NULL },
  .out_proj    = "self_attn.out_proj",
  .layer_norm2 = "layer_norm2",
  .fc1         = "mlp.fc1",
  .fc2         = "mlp.fc2",
};


static void attend       (PiscesBackend            *backend,
                          const PiscesEncoderLayer *layer,
                          const PiscesEncoderShape *shape,
                          gint                      n_batch,
                          PiscesTensor              x);
static void feed_forward (PiscesBackend            *backend,
                          const PiscesEncoderLayer *layer,
                          const PiscesEncoderShape *shape,
                          PiscesTensor              x);
static void add          (PiscesBackend            *backend,
                          PiscesTensor              x,
                          PiscesTensor              h,
                          PiscesParameters          linear,
                          const PiscesWeight       *scale);


/*  public functions  */

/**
 * pisces_encoder_layer_load:
 * @layer: (out): the layer.
 * @source: has entered the layer.
 * @shape: its sizes.
 */
void
pisces_encoder_layer_load (PiscesEncoderLayer       *layer,
                           PiscesWeightSource       *source,
                           const PiscesEncoderShape *shape)
{
  const PiscesEncoderNames *names    = shape->names ? shape->names : &usual_names;
  const gint64              width    = shape->width;
  const gint64              n[]      = { width, width, width };
  const gboolean            is_janus =
    pisces_weight_source_has (source, "self_attn.projection_layer.weight");

  layer->layer_norm1 =
    pisces_weight_source_norm (source, names->layer_norm1, width, TRUE);
  layer->qkv =
    pisces_weight_source_fused (source, names->qkv, n, width, TRUE);
  layer->out_proj =
    pisces_weight_source_linear (source, is_janus ? "self_attn.projection_layer"
                                                  : names->out_proj,
                                 width, width, TRUE);
  layer->layer_norm2 =
    pisces_weight_source_norm (source, names->layer_norm2, width, TRUE);
  layer->fc1 =
    pisces_weight_source_linear (source, names->fc1, shape->inner, width, TRUE);
  layer->fc2 =
    pisces_weight_source_linear (source, names->fc2, width, shape->inner, TRUE);

  for (guint i = 0; i < G_N_ELEMENTS (layer->scales); i++)
    if (names->scales[i])
      {
        g_autofree gfloat *values = pisces_weight_source_floats (source, names->scales[i], 1, width);

        if (values)
          layer->scales[i] = pisces_weight_source_values (source, names->scales[i],
                                                          PISCES_WEIGHT_TABLE, values, 1, width);
      }
}

/**
 * pisces_encoder_layer_forward:
 * @n_batch: b: how many sequences there are.
 * @x: (inout): `[b * n, width]`.
 */
void
pisces_encoder_layer_forward (PiscesBackend            *backend,
                              const PiscesEncoderLayer *layer,
                              const PiscesEncoderShape *shape,
                              gint                      n_batch,
                              PiscesTensor              x)
{
  attend (backend, layer, shape, n_batch, x);
  feed_forward (backend, layer, shape, x);
}

/**
 * pisces_encoder_read_activation:
 * @config: the configuration of an encoder.
 * @fallback: what it is if the configuration does not say so.
 *
 * Returns: the activation between the two feed-forward layers.
 */
PiscesActivation
pisces_encoder_read_activation (PiscesConfig *config,
                                const gchar  *fallback)
{
  const gchar *name;

  name = pisces_config_string_or (config, "hidden_act", fallback);
  if (g_strcmp0 (name, "gelu_pytorch_tanh") == 0)
    return PISCES_ACT_GELU_TANH;
  if (g_strcmp0 (name, "gelu") == 0)
    return PISCES_ACT_GELU;
  if (g_strcmp0 (name, "quick_gelu") == 0)
    return PISCES_ACT_GELU_QUICK;

  pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                      "an encoder has the activation “%s”; this "
                      "version knows “gelu_pytorch_tanh”, “gelu” and "
                      "“quick_gelu” there.", name);
  return PISCES_ACT_NONE;
}


/*  private functions  */

/* x += attention (norm (x)) */
static void
attend (PiscesBackend            *backend,
        const PiscesEncoderLayer *layer,
        const PiscesEncoderShape *shape,
        gint                      n_batch,
        PiscesTensor              x)
{
  const gsize                 mark     = pisces_backend_mark (backend);
  const gint64                n        = pisces_tensor_n_rows (x);
  const gint64                width    = shape->width;
  const gint                  head_dim = width / shape->n_heads;
  PiscesTensor                h        = pisces_backend_alloc_operand (backend, layer->qkv.weight,
                                                                       2, n, width);
  PiscesTensor                qkv      = pisces_backend_alloc_operand (backend, layer->qkv.weight,
                                                                       2, n, 3 * width);
  const PiscesAttentionParams params   =
  {
    .n_batch    = n_batch,
    .n_heads    = shape->n_heads,
    .n_kv_heads = shape->n_heads,
    .head_dim   = head_dim,
    .scale      = 1 / sqrt (head_dim),
    .causal     = shape->causal,
  };

  pisces_layer_norm (backend, h, x, layer->layer_norm1.weight,
                     layer->layer_norm1.bias, shape->epsilon);
  pisces_linear (backend, qkv, h, layer->qkv.weight, layer->qkv.bias,
                 PISCES_ACT_NONE, FALSE);
  pisces_attention (backend, h, pisces_tensor_columns (qkv, 0, width),
                    pisces_tensor_columns (qkv, width, width),
                    pisces_tensor_columns (qkv, 2 * width, width), &params);
  add (backend, x, h, layer->out_proj, layer->scales[0]);
  pisces_backend_release (backend, mark);
}

/* x += fc2 (activation (fc1 (norm (x)))) */
static void
feed_forward (PiscesBackend            *backend,
              const PiscesEncoderLayer *layer,
              const PiscesEncoderShape *shape,
              PiscesTensor              x)
{
  const gsize  mark  = pisces_backend_mark (backend);
  const gint64 n     = pisces_tensor_n_rows (x);
  PiscesTensor h     = pisces_backend_alloc_operand (backend, layer->fc1.weight, 2, n,
                                                     shape->width);
  PiscesTensor inner = pisces_backend_alloc_operand (backend, layer->fc2.weight, 2, n,
                                                     shape->inner);

  pisces_layer_norm (backend, h, x, layer->layer_norm2.weight,
                     layer->layer_norm2.bias, shape->epsilon);
  pisces_linear (backend, inner, h, layer->fc1.weight, layer->fc1.bias,
                 shape->activation, FALSE);
  add (backend, x, inner, layer->fc2, layer->scales[1]);
  pisces_backend_release (backend, mark);
}

/* x += scale · linear (h) */
static void
add (PiscesBackend      *backend,
     PiscesTensor        x,
     PiscesTensor        h,
     PiscesParameters    linear,
     const PiscesWeight *scale)
{
  const gint64 n     = pisces_tensor_n_rows (x);
  const gint64 width = pisces_tensor_width (x);
  const gint32 first = 0;
  PiscesTensor z, row;

  if (scale == NULL)
    {
      pisces_linear (backend, x, h, linear.weight, linear.bias, PISCES_ACT_NONE, TRUE);
      return;
    }

  z   = pisces_backend_alloc (backend, 2, n, width);
  row = pisces_backend_alloc (backend, 2, (gint64) 1, width);
  pisces_gather (backend, row, scale, &first);
  pisces_linear (backend, z, h, linear.weight, linear.bias, PISCES_ACT_NONE, FALSE);
  pisces_add_gated (backend, x, x, row, z);
}
