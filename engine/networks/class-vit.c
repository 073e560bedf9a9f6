/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * class-vit.c: the vision encoders of CLIP (Radford et al., arXiv 2103.00020) and
 * DINOv2 (Oquab et al., arXiv 2304.07193).  Both put a row of their own before those
 * of the patches, and what becomes of it stands for the whole picture.
 */

#include <math.h>
#include <string.h>

#include "engine/networks/class-vit.h"
#include "engine/networks/encoder-layer.h"
#include "engine/pisces.h"

struct _PiscesClassVit
{
  PiscesBackend        *backend;
  PiscesClassVitConfig  config;
  PiscesEncoderShape    shape;
  GPtrArray            *weights;           /* owns all weights               */

  PiscesParameters      patches;
  const PiscesWeight   *class_row;         /* its position is added          */
  const PiscesWeight   *positions;         /* of the patches                 */
  PiscesParameters      first_norm;        /* only CLIP's                    */
  PiscesEncoderLayer   *layers;
  PiscesParameters      last_norm;
  PiscesParameters      projection;        /* only CLIP's                    */
};

static const PiscesEncoderNames dinov2_names =
{
  .layer_norm1 = "norm1",
  .qkv         = { "attention.attention.query", "attention.attention.key",
                   "attention.attention.value", NULL },
  .out_proj    = "attention.output.dense",
  .layer_norm2 = "norm2",
  .fc1         = "mlp.fc1",
  .fc2         = "mlp.fc2",
  .scales      = { "layer_scale1.lambda1", "layer_scale2.lambda1" },
};

/* Settings that would change what is computed.  */
static const PiscesConfigNeutral neutral[] =
{
  { "num_channels",   "3"     },
  { "qkv_bias",       "true"  },
  { "use_swiglu_ffn", "false" },
};


static gboolean read_config    (PiscesClassVit      *vit,
                                PiscesConfig        *config,
                                GError             **error);
static void     read_clip      (PiscesClassVit      *vit,
                                PiscesConfig        *config);
static void     read_dinov2    (PiscesClassVit      *vit,
                                PiscesConfig        *config);
static void     load_clip      (PiscesClassVit      *vit,
                                PiscesWeightSource  *source);
static void     load_dinov2    (PiscesClassVit      *vit,
                                PiscesWeightSource  *source);
static void     load_layers    (PiscesClassVit      *vit,
                                PiscesWeightSource  *source,
                                const gchar         *list);
static void     set_positions  (PiscesClassVit      *vit,
                                PiscesWeightSource  *source,
                                const gfloat        *class_row,
                                const gfloat        *table);
static void     stretch        (const gfloat        *table,
                                gint64               side,
                                gint64               width,
                                gint64               grid,
                                gfloat              *rows);
static void     find_taps      (gint64               i,
                                gint64               side,
                                gint64               grid,
                                gint64              *at,
                                gdouble             *weights);


/*  public functions  */

/**
 * pisces_class_vit_load:
 * @backend: the backend that will run it; it must live longer than the encoder.
 * @kind: which encoder it is.
 * @config: a `CLIPVisionConfig` or `Dinov2Config`.
 * @files: with the tensors of a `CLIPModel`, `CLIPVisionModelWithProjection` or
 *   `Dinov2Model`.
 * @projection_size: what CLIP's last layer makes of a row; not used for DINOv2.
 * @input_size: the side of the pictures that it will be given, in pixels.  Only
 *   DINOv2 takes another one than that in @config.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the encoder, or %NULL with
 *   %PISCES_ERROR_MODEL_INVALID, %PISCES_ERROR_MODEL_UNSUPPORTED or an error
 *   of the backend.
 */
PiscesClassVit *
pisces_class_vit_load (PiscesBackend       *backend,
                       PiscesClassVitKind   kind,
                       PiscesConfig        *config,
                       PiscesWeightFiles   *files,
                       gint                 projection_size,
                       gint                 input_size,
                       GError             **error)
{
  g_autoptr (PiscesClassVit)     vit    = g_new0 (PiscesClassVit, 1);
  g_autoptr (PiscesWeightSource) source = NULL;

  vit->backend            = backend;
  vit->config.kind        = kind;
  vit->config.vector_size = projection_size;
  vit->config.input_size  = input_size;
  if (! read_config (vit, config, error))
    return NULL;

  source = pisces_weight_source_new (backend, files, "");
  if (kind == PISCES_CLASS_VIT_CLIP)
    load_clip (vit, source);
  else
    load_dinov2 (vit, source);
  vit->weights = pisces_weight_source_take (source);
  if (! pisces_weight_source_check (source, error))
    return NULL;

  return g_steal_pointer (&vit);
}

void
pisces_class_vit_free (PiscesClassVit *vit)
{
  if (! vit)
    return;

  g_clear_pointer (&vit->weights, g_ptr_array_unref);
  g_free (vit->layers);
  g_free (vit);
}

const PiscesClassVitConfig *
pisces_class_vit_get_config (PiscesClassVit *vit)
{
  return &vit->config;
}

/**
 * pisces_class_vit_forward:
 * @vector: (out): `[1, vector_size]`: what the picture is summed up in: CLIP's
 *   projection, or DINOv2's class token after the last norm.
 * @x: `[1, input_size, input_size, 3]`: a picture.
 */
void
pisces_class_vit_forward (PiscesClassVit *vit,
                          PiscesTensor    vector,
                          PiscesTensor    x)
{
  PiscesBackend          *backend = vit->backend;
  const gsize             mark    = pisces_backend_mark (backend);
  const gint64            grid    = vit->config.grid_size;
  const gint64            width   = vit->config.hidden_size;
  const PiscesConvParams  params  = { .stride = vit->config.patch_size };
  const gint32            one     = 0;
  const gboolean          is_clip = vit->config.kind == PISCES_CLASS_VIT_CLIP;
  PiscesTensor            rows    = pisces_backend_alloc (backend, 2, 1 + grid * grid, width);
  PiscesTensor            first   = pisces_tensor_rows (rows, 0, 1);
  PiscesTensor            patches = pisces_tensor_rows (rows, 1, grid * grid);
  PiscesTensor            sum     = vector;

  pisces_gather (backend, first, vit->class_row, &one);
  pisces_conv2d (backend, pisces_tensor_reshape (patches, 4, (gint64) 1, grid, grid, width), x,
                 vit->patches.weight, vit->patches.bias, &params);
  pisces_add_weight (backend, patches, patches, vit->positions);

  if (is_clip)
    pisces_layer_norm (backend, rows, rows, vit->first_norm.weight, vit->first_norm.bias,
                       vit->shape.epsilon);
  for (gint i = 0; i < vit->config.n_layers; i++)
    pisces_encoder_layer_forward (backend, &vit->layers[i], &vit->shape, 1, rows);

  if (is_clip)
    sum = pisces_backend_alloc (backend, 2, (gint64) 1, width);
  pisces_layer_norm (backend, sum, first, vit->last_norm.weight, vit->last_norm.bias,
                     vit->shape.epsilon);
  if (is_clip)
    pisces_linear (backend, vector, sum, vit->projection.weight, NULL, PISCES_ACT_NONE, FALSE);
  pisces_backend_release (backend, mark);
}


/*  private functions  */

static gboolean
read_config (PiscesClassVit  *vit,
             PiscesConfig    *config,
             GError         **error)
{
  PiscesClassVitConfig *own = &vit->config;
  gint                  image_size;

  pisces_config_keep_neutral (config, neutral, G_N_ELEMENTS (neutral));
  if (own->kind == PISCES_CLASS_VIT_CLIP)
    read_clip (vit, config);
  else
    read_dinov2 (vit, config);

  own->hidden_size   = vit->shape.width;
  image_size         = pisces_config_int_or (config, "image_size", 1, 1 << 13, 224);
  vit->shape.n_heads = pisces_config_int_or (config, "num_attention_heads", 1, 1 << 10, 12);
  own->n_layers      = pisces_config_int_or (config, "num_hidden_layers", 1, 1 << 10, 12);
  if (! pisces_config_check (config, error))
    return FALSE;

  own->grid_size   = own->input_size / own->patch_size;
  own->n_positions = image_size / own->patch_size;
  if (own->hidden_size % vit->shape.n_heads != 0)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“num_attention_heads” is %d and does not divide “hidden_size”, which "
                        "is %d.", vit->shape.n_heads, own->hidden_size);
  if (own->kind == PISCES_CLASS_VIT_CLIP && own->input_size != image_size)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "the vision encoder is for pictures of %d pixels and would be given "
                        "%d.", image_size, own->input_size);
  if (own->grid_size < 1 || own->n_positions < 1)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "“patch_size” is %d and above the pictures' %d pixels.",
                        own->patch_size, MIN (own->input_size, image_size));

  return pisces_config_check (config, error);
}

static void
read_clip (PiscesClassVit *vit,
           PiscesConfig   *config)
{
  PiscesEncoderShape *shape = &vit->shape;

  shape->width      = pisces_config_int_or (config, "hidden_size", 1, 1 << 16, 768);
  shape->inner      = pisces_config_int_or (config, "intermediate_size", 1, 1 << 18, 3072);
  shape->epsilon    = pisces_config_double_or (config, "layer_norm_eps", 0.0, 1.0, 1e-5);
  shape->activation = pisces_encoder_read_activation (config, "quick_gelu");
  vit->config.patch_size = pisces_config_int_or (config, "patch_size", 1, 1 << 13, 32);
}

static void
read_dinov2 (PiscesClassVit *vit,
             PiscesConfig   *config)
{
  PiscesEncoderShape *shape = &vit->shape;
  const gdouble       ratio = pisces_config_double_or (config, "mlp_ratio", 0.01, 64.0, 4.0);

  shape->width      = pisces_config_int_or (config, "hidden_size", 1, 1 << 16, 768);
  shape->inner      = shape->width * ratio;
  shape->epsilon    = pisces_config_double_or (config, "layer_norm_eps", 0.0, 1.0, 1e-6);
  shape->activation = pisces_encoder_read_activation (config, "gelu");
  shape->names      = &dinov2_names;
  vit->config.patch_size  = pisces_config_int_or (config, "patch_size", 1, 1 << 13, 14);
  vit->config.vector_size = shape->width;
}

/* The first norm has this spelling in all checkpoints.  */
static void
load_clip (PiscesClassVit     *vit,
           PiscesWeightSource *source)
{
  const gint64       width = vit->config.hidden_size;
  const gint64       side  = vit->config.n_positions;
  g_autofree gfloat *first = NULL;
  g_autofree gfloat *table = NULL;

  pisces_weight_source_enter (source, "vision_model.");
  first = pisces_weight_source_floats (source, "embeddings.class_embedding", 1, width);
  table = pisces_weight_source_floats (source, "embeddings.position_embedding.weight",
                                       2, 1 + side * side, width);
  set_positions (vit, source, first, table);
  vit->patches    = pisces_weight_source_conv (source, "embeddings.patch_embedding", width, 3,
                                               vit->config.patch_size, FALSE);
  vit->first_norm = pisces_weight_source_norm (source, "pre_layrnorm", width, TRUE);
  load_layers (vit, source, "encoder.layers");
  vit->last_norm  = pisces_weight_source_norm (source, "post_layernorm", width, TRUE);
  pisces_weight_source_leave (source);

  vit->projection = pisces_weight_source_linear (source, "visual_projection",
                                                 vit->config.vector_size, width, FALSE);
}

static void
load_dinov2 (PiscesClassVit     *vit,
             PiscesWeightSource *source)
{
  const gint64       width = vit->config.hidden_size;
  const gint64       side  = vit->config.n_positions;
  g_autofree gfloat *first = NULL;
  g_autofree gfloat *table = NULL;

  first = pisces_weight_source_floats (source, "embeddings.cls_token", 3, (gint64) 1, (gint64) 1,
                                       width);
  table = pisces_weight_source_floats (source, "embeddings.position_embeddings", 3, (gint64) 1,
                                       1 + side * side, width);
  set_positions (vit, source, first, table);
  vit->patches = pisces_weight_source_conv (source, "embeddings.patch_embeddings.projection",
                                            width, 3, vit->config.patch_size, TRUE);
  load_layers (vit, source, "encoder.layer");
  vit->last_norm = pisces_weight_source_norm (source, "layernorm", width, TRUE);
}

static void
load_layers (PiscesClassVit     *vit,
             PiscesWeightSource *source,
             const gchar        *list)
{
  vit->layers = g_new0 (PiscesEncoderLayer, vit->config.n_layers);
  for (gint i = 0; i < vit->config.n_layers; i++)
    {
      pisces_weight_source_enter (source, "%s.%d.", list, i);
      pisces_encoder_layer_load (&vit->layers[i], source, &vit->shape);
      pisces_weight_source_leave (source);
    }
}

/* Takes what was read; NULL: it could not be.  */
static void
set_positions (PiscesClassVit     *vit,
               PiscesWeightSource *source,
               const gfloat       *class_row,
               const gfloat       *table)
{
  const gint64       width = vit->config.hidden_size;
  const gint64       grid  = vit->config.grid_size;
  const gint64       side  = vit->config.n_positions;
  g_autofree gfloat *first = NULL;
  g_autofree gfloat *rows  = NULL;

  if (class_row == NULL || table == NULL)
    return;

  first = g_new (gfloat, width);
  for (gint64 i = 0; i < width; i++)
    first[i] = class_row[i] + table[i];

  rows = g_new (gfloat, grid * grid * width);
  if (grid == side)
    memcpy (rows, table + width, grid * grid * width * sizeof (gfloat));
  else
    stretch (table + width, side, width, grid, rows);

  vit->class_row = pisces_weight_source_values (source, NULL, PISCES_WEIGHT_TABLE, first, 1, width);
  vit->positions = pisces_weight_source_values (source, NULL, PISCES_WEIGHT_VECTOR, rows,
                                                grid * grid, width);
}

/* As PyTorch's interpolate() does it with “bicubic”, without antialiasing, which
 * is how DINOv2 was trained to see other sizes.  */
static void
stretch (const gfloat *table,
         gint64        side,
         gint64        width,
         gint64        grid,
         gfloat       *rows)
{
  for (gint64 y = 0; y < grid; y++)
    for (gint64 x = 0; x < grid; x++)
      {
        gfloat  *row = rows + (y * grid + x) * width;
        gint64   across[4], down[4];
        gdouble  of_column[4], of_row[4];

        find_taps (x, side, grid, across, of_column);
        find_taps (y, side, grid, down, of_row);
        for (gint64 i = 0; i < width; i++)
          {
            gdouble sum = 0.0;

            for (guint j = 0; j < 16; j++)
              sum += of_row[j / 4] * of_column[j % 4] *
                     table[(down[j / 4] * side + across[j % 4]) * width + i];
            row[i] = sum;
          }
      }
}

/* The four entries that number i of a stretched line is made from: Keys' cubic with
 * a = -0.75; the first and the last entry go on beyond the ends.  */
static void
find_taps (gint64   i,
           gint64   side,
           gint64   grid,
           gint64  *at,
           gdouble *weights)
{
  const gdouble a     = -0.75;
  const gdouble place = (i + 0.5) * side / grid - 0.5;
  const gdouble begin = floor (place);

  for (gint k = 0; k < 4; k++)
    {
      const gdouble x = fabs (place - (begin + k - 1));

      at[k]      = CLAMP ((gint64) begin + k - 1, 0, side - 1);
      weights[k] = x < 1.0 ? ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0
                           : ((x - 5.0) * x + 8.0) * x * a - 4.0 * a;
    }
}
