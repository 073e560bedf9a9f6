/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The vision encoder of Qwen2.5-VL (arXiv 2502.13923, section 2.1.1), the same as
 * transformers' Qwen2_5_VisionTransformerPretrainedModel for one picture: RMSNorm
 * before each half of a layer, positions by rotation in rows and columns, SwiGLU with
 * biases.  Most layers see windows; a few see the whole picture.  At the end, each
 * square of patches becomes one row of a text.
 *
 * The patches of a film are of several pictures that follow each other.  For one
 * picture these are all the same, so their kernels are added when they are loaded,
 * and a patch is read once.
 */

#include <math.h>

#include "engine/networks/projector.h"
#include "engine/networks/qwen-vit-config.h"
#include "engine/networks/qwen-windows.h"
#include "engine/networks/weight-source.h"

#define N_CHANNELS 3
#define EPSILON    1e-6
#define THETA      10000.0

typedef struct
{
  PiscesParameters norm1;
  PiscesParameters qkv;
  PiscesParameters proj;
  PiscesParameters norm2;
  PiscesParameters gate_up;
  PiscesParameters down;
} Layer;

struct _PiscesQwenVit
{
  PiscesBackend       *backend;
  PiscesQwenVitConfig  config;
  GPtrArray           *weights;            /* owns all but the projector's   */

  const PiscesWeight  *patch_embed;        /* [hidden_size, 3 * side * side] */
  const PiscesWeight  *frequencies;        /* [head_dim / 2]                 */
  Layer               *layers;
  PiscesParameters     ln_q;
  PiscesProjector     *merger;
};

static void load_weights (PiscesQwenVit           *vit,
                          PiscesWeightSource      *source);
static const PiscesWeight *
            load_patches (PiscesQwenVit           *vit,
                          PiscesWeightSource      *source);
static const PiscesWeight *
            frequencies  (PiscesQwenVit           *vit,
                          PiscesWeightSource      *source);
static void load_layer   (PiscesQwenVit           *vit,
                          PiscesWeightSource      *source,
                          Layer                   *layer);
static void attend       (PiscesQwenVit           *vit,
                          const Layer             *layer,
                          const PiscesRope        *rope,
                          const PiscesQwenWindows *windows,
                          gboolean                 sees_all,
                          PiscesTensor             x);
static void feed_forward (PiscesQwenVit           *vit,
                          const Layer             *layer,
                          PiscesTensor             x);
static void merge        (PiscesQwenVit           *vit,
                          const PiscesQwenWindows *windows,
                          PiscesTensor             y,
                          PiscesTensor             x);


/**
 * pisces_qwen_vit_load:
 * @backend: that will run it; must outlive it.
 * @config: a `Qwen2_5_VLVisionConfig`.
 * @files: with the tensors of the model.
 * @prefix: before their names, `"visual."` for example.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the encoder, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID, %PISCES_ERROR_MODEL_UNSUPPORTED or an error of the
 *   backend.
 */
PiscesQwenVit *
pisces_qwen_vit_load (PiscesBackend      *backend,
                      PiscesConfig       *config,
                      PiscesWeightFiles  *files,
                      const gchar        *prefix,
                      GError            **error)
{
  g_autoptr (PiscesQwenVit)      vit    = g_new0 (PiscesQwenVit, 1);
  g_autoptr (PiscesWeightSource) source = NULL;
  g_autofree gchar              *merger = g_strconcat (prefix, "merger.mlp", NULL);

  vit->backend = backend;
  if (! pisces_qwen_vit_config_read (&vit->config, config, error))
    return NULL;

  source = pisces_weight_source_new (backend, files, prefix);
  load_weights (vit, source);
  vit->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;

  vit->merger = pisces_projector_load (backend, files, merger,
                                       (gint64) vit->config.hidden_size *
                                       vit->config.merge_size * vit->config.merge_size,
                                       vit->config.out_size, error);
  if (vit->merger == NULL)
    return NULL;

  return g_steal_pointer (&vit);
}

void
pisces_qwen_vit_free (PiscesQwenVit *vit)
{
  if (! vit)
    return;

  g_clear_pointer (&vit->merger, pisces_projector_free);
  g_clear_pointer (&vit->weights, g_ptr_array_unref);
  g_free (vit->config.sees_all);
  g_free (vit->layers);
  g_free (vit);
}

const PiscesQwenVitConfig *
pisces_qwen_vit_get_config (PiscesQwenVit *vit)
{
  return &vit->config;
}

/**
 * pisces_qwen_vit_forward:
 * @y: `[units, out_size]`: rows of a text, row by row of the picture.
 * @x: `[n_rows * n_columns, 3 * patch_size * patch_size]`: the patches, unit by unit,
 *   and those of a unit row by row; the values of a patch come channel by channel.
 * @n_rows: of patches; a multiple of merge_size.
 * @n_columns: the same.
 */
void
pisces_qwen_vit_forward (PiscesQwenVit *vit,
                         PiscesTensor   y,
                         PiscesTensor   x,
                         gint           n_rows,
                         gint           n_columns)
{
  PiscesBackend                 *backend = vit->backend;
  const PiscesQwenVitConfig     *config  = &vit->config;
  const gsize                    mark    = pisces_backend_mark (backend);
  const gint64                   n       = pisces_tensor_n_rows (x);
  const gint                     pairs   = config->hidden_size / config->n_heads / 2;
  g_autoptr (PiscesQwenWindows)  windows =
    pisces_qwen_windows_new (n_rows, n_columns, config->merge_size, config->window_size);
  PiscesTensor                   tokens  = pisces_backend_alloc (backend, 2, n,
                                                                 config->hidden_size);
  PiscesRope                     rope    = { .frequencies = vit->frequencies,
                                             .head_dim    = 2 * pairs,
                                             .axis_pairs  = { pairs / 2, pairs / 2 } };
  gsize                          before;
  PiscesTensor                   patches;

  g_return_if_fail (windows->n_patches == n);

  rope.positions = pisces_backend_alloc_typed (backend, PISCES_F32, 2, n, 2);
  pisces_upload (backend, rope.positions, windows->positions);

  before  = pisces_backend_mark (backend);
  patches = pisces_backend_alloc (backend, 2, n, config->hidden_size);
  pisces_linear (backend, patches, x, vit->patch_embed, NULL, PISCES_ACT_NONE, FALSE);
  pisces_gather_rows (backend, tokens, patches, windows->patches);
  pisces_backend_release (backend, before);

  for (gint i = 0; i < config->n_layers; i++)
    {
      attend (vit, &vit->layers[i], &rope, windows, config->sees_all[i], tokens);
      feed_forward (vit, &vit->layers[i], tokens);
    }

  merge (vit, windows, y, tokens);
  pisces_backend_release (backend, mark);
}


/*  private functions  */

static void
load_weights (PiscesQwenVit      *vit,
              PiscesWeightSource *source)
{
  const PiscesQwenVitConfig *config = &vit->config;

  vit->patch_embed = load_patches (vit, source);
  vit->frequencies = frequencies (vit, source);

  vit->layers = g_new0 (Layer, config->n_layers);
  for (gint i = 0; i < config->n_layers; i++)
    {
      pisces_weight_source_enter (source, "blocks.%d.", i);
      load_layer (vit, source, &vit->layers[i]);
      pisces_weight_source_leave (source);
    }

  vit->ln_q = pisces_weight_source_norm (source, "merger.ln_q", config->hidden_size, FALSE);
}

/* The sum of the kernels for pictures that follow each other.  */
static const PiscesWeight *
load_patches (PiscesQwenVit      *vit,
              PiscesWeightSource *source)
{
  static const gchar *const  name   = "patch_embed.proj.weight";
  const gint64               width  = vit->config.hidden_size;
  const gint64               times  = vit->config.temporal_patch_size;
  const gint64               side   = vit->config.patch_size;
  const gint64               area   = side * side;
  g_autofree gfloat         *kernel = NULL;
  g_autofree gfloat         *sums   = NULL;

  kernel = pisces_weight_source_floats (source, name, 5, width, (gint64) N_CHANNELS, times,
                                        side, side);
  if (kernel == NULL)
    return NULL;

  sums = g_new0 (gfloat, width * N_CHANNELS * area);
  for (gint64 i = 0; i < width * N_CHANNELS; i++)
    for (gint64 time = 0; time < times; time++)
      for (gint64 j = 0; j < area; j++)
        sums[i * area + j] += kernel[(i * times + time) * area + j];

  return pisces_weight_source_values (source, name, PISCES_WEIGHT_LINEAR, sums, width,
                                      N_CHANNELS * area);
}

/* Half of the pairs turn with the row, the others with the column, both by the same
 * frequencies.  */
static const PiscesWeight *
frequencies (PiscesQwenVit      *vit,
             PiscesWeightSource *source)
{
  const gint         pairs  = vit->config.hidden_size / vit->config.n_heads / 2;
  g_autofree gfloat *values = g_new (gfloat, pairs);

  for (gint i = 0; i < pairs; i++)
    values[i] = pow (THETA, -2.0 * (i % (pairs / 2)) / pairs);

  return pisces_weight_source_values (source, NULL, PISCES_WEIGHT_VECTOR, values, 1, pairs);
}

static void
load_layer (PiscesQwenVit      *vit,
            PiscesWeightSource *source,
            Layer              *layer)
{
  const gint64        width     = vit->config.hidden_size;
  const gint64        inner     = vit->config.intermediate_size;
  const gint64        n[]       = { inner, inner };
  static const gchar *gate_up[] = { "mlp.gate_proj", "mlp.up_proj", NULL };

  layer->norm1   = pisces_weight_source_norm (source, "norm1", width, FALSE);
  layer->qkv     = pisces_weight_source_linear (source, "attn.qkv", 3 * width, width, TRUE);
  layer->proj    = pisces_weight_source_linear (source, "attn.proj", width, width, TRUE);
  layer->norm2   = pisces_weight_source_norm (source, "norm2", width, FALSE);
  layer->gate_up = pisces_weight_source_fused (source, gate_up, n, width, TRUE);
  layer->down    = pisces_weight_source_linear (source, "mlp.down_proj", width, inner, TRUE);
}

/* x += proj (attention (norm1 (x))) */
static void
attend (PiscesQwenVit           *vit,
        const Layer             *layer,
        const PiscesRope        *rope,
        const PiscesQwenWindows *windows,
        gboolean                 sees_all,
        PiscesTensor             x)
{
  PiscesBackend               *backend = vit->backend;
  const gsize                  mark    = pisces_backend_mark (backend);
  const gint64                 n       = pisces_tensor_n_rows (x);
  const gint64                 width   = vit->config.hidden_size;
  const PiscesFusion           fusion  = { .norm = layer->norm1.weight, .epsilon = EPSILON };
  const PiscesAttentionParams  params  =
    {
      .n_batch    = sees_all ? 1 : windows->n_windows,
      .n_heads    = vit->config.n_heads,
      .n_kv_heads = vit->config.n_heads,
      .head_dim   = rope->head_dim,
      .scale      = 1 / sqrt (rope->head_dim),
      .starts     = sees_all ? NULL : windows->starts,
    };
  PiscesTensor                 qkv     = pisces_backend_alloc_operand (backend, layer->qkv.weight,
                                                                       2, n, 3 * width);
  PiscesTensor                 heads   = pisces_backend_alloc_operand (backend, layer->qkv.weight,
                                                                       2, n, width);

  pisces_fused_linear (backend, qkv, x, layer->qkv.weight, layer->qkv.bias, &fusion);
  /* Queries and keys are adjacent.  */
  pisces_rope (backend, pisces_tensor_columns (qkv, 0, 2 * width), rope, 0);
  pisces_attention (backend, heads, pisces_tensor_columns (qkv, 0, width),
                    pisces_tensor_columns (qkv, width, width),
                    pisces_tensor_columns (qkv, 2 * width, width), &params);
  pisces_linear (backend, x, heads, layer->proj.weight, layer->proj.bias, PISCES_ACT_NONE, TRUE);
  pisces_backend_release (backend, mark);
}

/* x += down (silu (gate (h)) * up (h)), h = norm2 (x) */
static void
feed_forward (PiscesQwenVit *vit,
              const Layer   *layer,
              PiscesTensor   x)
{
  PiscesBackend      *backend = vit->backend;
  const gsize         mark    = pisces_backend_mark (backend);
  PiscesTensor        gated   = pisces_backend_alloc_operand (backend, layer->down.weight, 2,
                                                              pisces_tensor_n_rows (x),
                                                              vit->config.intermediate_size);
  const PiscesFusion  fusion  = { .norm       = layer->norm2.weight,
                                  .epsilon    = EPSILON,
                                  .gate       = PISCES_GATE_FIRST,
                                  .activation = PISCES_ACT_SILU };

  pisces_fused_linear (backend, gated, x, layer->gate_up.weight, layer->gate_up.bias, &fusion);
  pisces_linear (backend, x, gated, layer->down.weight, layer->down.bias, PISCES_ACT_NONE, TRUE);
  pisces_backend_release (backend, mark);
}

/* The patches of a unit are adjacent, so that a unit is one longer row.  */
static void
merge (PiscesQwenVit           *vit,
       const PiscesQwenWindows *windows,
       PiscesTensor             y,
       PiscesTensor             x)
{
  PiscesBackend *backend = vit->backend;
  const gsize    mark    = pisces_backend_mark (backend);
  const gint64   n       = windows->n_units;
  PiscesTensor   normed  = pisces_backend_alloc (backend, 2, pisces_tensor_n_rows (x),
                                                 vit->config.hidden_size);
  PiscesTensor   rows    = pisces_backend_alloc (backend, 2, n, vit->config.out_size);

  pisces_rms_norm (backend, normed, x, vit->ln_q.weight, EPSILON);
  pisces_projector_forward (vit->merger, rows,
                            pisces_tensor_reshape (normed, 2, n,
                                                   pisces_tensor_count (normed) / n));
  pisces_gather_rows (backend, y, rows, windows->places);
  pisces_backend_release (backend, mark);
}
