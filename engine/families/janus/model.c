/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.c: loads a model of the family `janus`, and says what a folder with one
 * contains.  Names and defaults are those of `JanusForConditionalGeneration` in
 * transformers.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/janus/model.h"
#include "engine/families/known-settings.h"
#include "engine/families/loading.h"
#include "engine/networks/weight-source.h"

#define BEGIN        "<｜begin▁of▁sentence｜>"
#define END          "<｜end▁of▁sentence｜>"
#define PAD          "<｜▁pad▁｜>"
#define BEGIN_IMAGE  "<begin_of_image>"
#define END_IMAGE    "<end_of_image>"

/* Rows of a conversation about an image, besides the image.  */
#define MOST_ROWS 1632

/* Images at full size that the VQ decoder's last level holds.  */
#define N_CANVASES 4

/* Settings that would change what is computed.  Related models use them.  */
static const PiscesConfigNeutral neutral[] =
{
  { "rope_theta",          NULL },
  { "rope_parameters",     NULL },
  { "rope_scaling",        NULL },
  { "quantization_config", NULL },
};


static void        count_parts    (PiscesWeightFiles *weights,
                                   gboolean       is_large,
                                   guint64       *common,
                                   guint64       *describes,
                                   guint64       *draws);
static gboolean    read_words     (JanusModel    *model,
                                   const gchar   *folder,
                                   PiscesConfig  *config,
                                   GError       **error);
static gboolean    check_fit      (JanusModel    *model,
                                   const gchar   *folder,
                                   GError       **error);
static JanusModel *
                   load           (const gchar   *folder,
                                   PiscesBackend *backend,
                                   GError       **error);
static void        list_remarks   (JanusFiles    *files,
                                   GPtrArray     *remarks);



/*  public functions  */

/**
 * janus_model_load:
 *
 * The family's `load`.
 */
gpointer
janus_model_load (const gchar    *folder,
                  PiscesBackend  *backend,
                  PiscesJob      *job,
                  GError        **error)
{
  backend->may_map = TRUE;           /* verify checks all values instead   */
  return load (folder, backend, error);
}

/**
 * janus_model_load_remarking:
 *
 * The family's `load_remarking`.
 */
gpointer
janus_model_load_remarking (const gchar    *folder,
                            PiscesBackend  *backend,
                            GPtrArray      *remarks,
                            GError        **error)
{
  JanusModel *model = load (folder, backend, error);

  if (model == NULL)
    return NULL;

  /* The files stay open, for the remarks.  */
  backend->may_stream = TRUE;
  if (janus_parts_need (model, model->own_parts, error))
    {
      list_remarks (&model->files, remarks);
      return model;
    }

  janus_model_free (model);

  return NULL;
}

void
janus_model_free (gpointer data)
{
  JanusModel *model = data;

  g_clear_pointer (&model->llama, pisces_llama_free);
  g_clear_pointer (&model->vision_model, pisces_vit_free);
  g_clear_pointer (&model->aligner, pisces_projector_free);
  g_clear_pointer (&model->code_aligner, pisces_projector_free);
  g_clear_pointer (&model->code_head, pisces_projector_free);
  g_clear_pointer (&model->vq, pisces_vq_free);
  g_clear_pointer (&model->vq_encoder, pisces_vq_encoder_free);
  janus_files_close (&model->files);
  g_clear_pointer (&model->tokenizer, pisces_tokenizer_free);
  g_clear_pointer (&model->stop_ids, g_array_unref);
  g_free (model->code_embeddings);
  g_free (model);
}

/**
 * janus_model_load_words:
 *
 * The family's `load_words`.
 */
gpointer
janus_model_load_words (const gchar  *folder,
                        GError      **error)
{
  g_autofree gchar         *path   = g_build_filename (folder, "config.json", NULL);
  g_autoptr (PiscesConfig)  config = pisces_config_load (path, error);
  JanusModel               *model;

  if (config == NULL)
    return NULL;

  model = g_new0 (JanusModel, 1);
  if (read_words (model, folder, config, error))
    return model;

  janus_model_free (model);

  return NULL;
}

/**
 * janus_model_language:
 * @model: the model.
 *
 * Returns: the parts that write its texts.  The model still owns them.
 */
PiscesLanguage
janus_model_language (JanusModel *model)
{
  const PiscesLanguage language =
  {
    .backend   = model->backend,
    .llama     = model->llama,
    .tokenizer = model->tokenizer,
    .stop_ids  = model->stop_ids,
  };

  return language;
}

/**
 * janus_model_inspect:
 *
 * The family's `inspect`.
 */
gboolean
janus_model_inspect (const gchar      *folder,
                     PiscesModelInfo  *info,
                     GError          **error)
{
  g_auto (JanusFiles) files = { 0 };
  PiscesConfig       *text, *vision, *vq;
  gint                hidden, n_layers, side, base;
  gboolean            is_large;
  guint64             n_codes, n_asked, per_row, common, describes, draws, described, drawn;

  if (! janus_files_open (&files, folder, error))
    return FALSE;

  text     = pisces_config_child (files.config, "text_config");
  vision   = pisces_config_child (files.config, "vision_config");
  vq       = pisces_config_child (files.config, "vq_config");
  hidden   = pisces_config_int (text, "hidden_size", 1, 1 << 16);
  n_layers = pisces_config_int (text, "num_hidden_layers", 1, 1 << 16);
  side     = pisces_config_int_or (vision, "image_size", 1, 1 << 13, 384);
  base     = pisces_config_int_or (vq, "base_channels", 1, 1 << 12, 128);
  info->licence = g_strdup (pisces_config_string_or (files.config, "license", NULL));
  if (! pisces_config_check (files.config, error))
    return FALSE;

  if (! pisces_weight_files_has (files.weights, JANUS_ENCODER_WEIGHT))
    {
      info->abilities.fills        = FALSE;
      info->abilities.fill_refusal = pisces_fill_needs_encoder;
    }
  info->n_parameters  = pisces_weight_files_n_parameters (files.weights);
  info->n_bytes       = pisces_weight_files_n_bytes (files.weights);
  info->picture_width = info->picture_height = side;
  pisces_sizes_set_only (&info->abilities.sizes, side, side);

  /* The cache has two rows of codes to draw, and room for an image, a question and a
   * text to describe.  The last level of images begins with the channels of the level
   * before it.  */
  n_codes  = (guint64) (side / 16) * (side / 16);
  n_asked  = MIN (n_codes + MOST_ROWS, (guint64) pisces_llama_config_max_positions (text));
  is_large = info->n_bytes > PISCES_SMALL_MODEL_BYTES;
  per_row  = 2 * (guint64) hidden * n_layers * (is_large ? sizeof (guint16) : sizeof (gfloat));
  count_parts (files.weights, is_large, &common, &describes, &draws);
  described = n_asked * per_row;
  drawn     = (2 * n_codes + 256) * per_row +
              sizeof (gfloat) * N_CANVASES * (guint64) side * side * base;
  info->describe_bytes = common + describes + described;
  info->draw_bytes     = common + draws + drawn;
  info->memory_bytes   = common + describes + draws + MAX (described, drawn);
  info->summary =
    g_strdup_printf ("a Janus of %.1f million parameters: decoder of %d layers × %d, SigLIP's "
                     "eye, pictures of %d × %d pixels written in codes",
                     info->n_parameters / 1e6, n_layers, hidden, side, side);

  return TRUE;
}


/*  private functions  */

static JanusModel *
load (const gchar    *folder,
      PiscesBackend  *backend,
      GError        **error)
{
  JanusModel *model = g_new0 (JanusModel, 1);
  JanusFiles *files = &model->files;

  model->backend = backend;
  if (janus_files_open (files, folder, error))
    {
      pisces_loading_begin (backend, pisces_weight_files_n_bytes (files->weights));
      pisces_config_keep_neutral (files->config, neutral, G_N_ELEMENTS (neutral));
      pisces_preprocess_read (&model->preprocess, files->preprocess_config);
      if (pisces_config_check (files->preprocess_config, error) &&
          read_words (model, folder, files->config, error) &&
          janus_parts_begin (model, error) &&
          check_fit (model, folder, error) &&
          pisces_backend_finish (backend, error))
        return model;
    }

  janus_model_free (model);

  return NULL;
}

static void
list_remarks (JanusFiles *files,
              GPtrArray  *remarks)
{
  const PiscesKnownSettings objects[] =
  {
    { "janus",        files->config },
    { "llama",        pisces_config_child (files->config, "text_config") },
    { "siglip",       pisces_config_child (files->config, "vision_config") },
    { "vq",           pisces_config_child (files->config, "vq_config") },
    { "preprocessor", files->preprocess_config },
  };

  pisces_known_settings_remark (objects, G_N_ELEMENTS (objects), remarks);
}

/* Adds up what the weights take in memory: those of every job, those that only
 * describing needs, and those that only drawing needs.  parts.c loads them.  */
static void
count_parts (PiscesWeightFiles *weights,
             gboolean           is_large,
             guint64           *common,
             guint64           *describes,
             guint64           *draws)
{
  const struct { const gchar *prefix; guint64 *sum; } places[] =
  {
    { "model.vision_model.",   describes },
    { "model.aligner.",        describes },
    { "lm_head.",              describes },
    { "model.vqmodel.",        draws     },
    { "model.generation_",     draws     },
    { "",                      common    },
  };
  guint                n_names;
  const gchar * const *names = pisces_weight_files_get_names (weights, &n_names);

  *common = *describes = *draws = 0;
  for (guint i = 0; i < n_names; i++)
    {
      guint p = 0;

      while (! g_str_has_prefix (names[i], places[p].prefix))
        p++;
      *places[p].sum += pisces_weight_files_loaded_bytes (weights, names[i], is_large);
    }
}

/* Reads all that is needed for reading a prompt.  */
static gboolean
read_words (JanusModel    *model,
            const gchar   *folder,
            PiscesConfig  *config,
            GError       **error)
{
  g_autofree gchar *path   = g_build_filename (folder, "tokenizer.json", NULL);
  PiscesConfig     *vision = pisces_config_child (config, "vision_config");
  gint32            end;

  model->max_positions =
    pisces_llama_config_max_positions (pisces_config_child (config, "text_config"));
  model->image_size = pisces_config_int_or (vision, "image_size", 1, 1 << 13, 384);
  model->grid_size  = model->image_size /
                     pisces_config_int_or (vision, "patch_size", 1, 1 << 13, 16);
  if (! pisces_config_check (config, error) ||
      ! (model->tokenizer = pisces_tokenizer_load (path, error)))
    return FALSE;

  if ((model->tokens.begin       = pisces_template_token (model->tokenizer, BEGIN, folder, error)) < 0 ||
      (model->tokens.begin_image = pisces_template_token (model->tokenizer, BEGIN_IMAGE, folder, error)) < 0 ||
      (model->tokens.pad         = pisces_template_token (model->tokenizer, PAD, folder, error)) < 0 ||
      pisces_template_token (model->tokenizer, END_IMAGE, folder, error) < 0 ||
      (end = pisces_template_token (model->tokenizer, END, folder, error)) < 0)
    return FALSE;

  model->stop_ids = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_array_append_val (model->stop_ids, end);

  return TRUE;
}

/* Checks whether the parts fit together, which no part can check alone.  */
static gboolean
check_fit (JanusModel   *model,
           const gchar  *folder,
           GError      **error)
{
  const PiscesLanguage language = janus_model_language (model);
  const gint           codes    = model->grid_size * model->grid_size;

  /* The eye gives as many rows as a picture has codes.  */
  if (codes + JANUS_TEMPLATE_ROOM <= model->max_positions)
    return pisces_language_check (&language, folder, error);

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               "The parts of the model in “%s” do not fit each other: a picture has %d codes, "
               "and the language model %d positions, which leaves too few for words.", folder,
               codes, model->max_positions);

  return FALSE;
}
