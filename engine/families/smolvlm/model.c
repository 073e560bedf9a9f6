/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.c: loads a model of the family `smolvlm`, and says what a folder with one
 * contains.  Names and defaults are those of `SmolVLMForConditionalGeneration` in
 * transformers.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/known-settings.h"
#include "engine/families/loading.h"
#include "engine/families/smolvlm/model.h"

/* Positions of a text for which memory is counted.  */
#define USUAL_ROWS 1024

/* Settings that would change what is computed.  Related models use them.  */
static const PiscesConfigNeutral neutral[] =
{
  { "rope_theta",          NULL },
  { "rope_parameters",     NULL },
  { "rope_scaling",        NULL },
  { "quantization_config", NULL },
  { "use_resampler",       "false" },
  { "qk_layer_norms",      "false" },
};

typedef struct
{
  PiscesConfig      *config;
  PiscesConfig      *preprocess_file;
  PiscesConfig      *preprocess_config;    /* owned by the file */
  PiscesWeightFiles *weights;
} ModelFiles;


static gboolean files_open     (ModelFiles     *files,
                                const gchar    *folder,
                                GError        **error);
static void     files_close    (ModelFiles     *files);
static void     list_remarks   (ModelFiles     *files,
                                GPtrArray      *remarks);
static gboolean read_words     (SmolvlmModel   *model,
                                const gchar    *folder,
                                PiscesConfig   *config,
                                PiscesConfig   *preprocess,
                                GError        **error);
static gboolean load_networks  (SmolvlmModel   *model,
                                ModelFiles     *files,
                                GError        **error);
static gboolean check_fit      (SmolvlmModel   *model,
                                const gchar    *folder,
                                GError        **error);
static gint     scale_factor   (PiscesConfig   *config);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ModelFiles, files_close)


/*  public functions  */

/**
 * smolvlm_model_load:
 *
 * The family's `load`.
 */
gpointer
smolvlm_model_load (const gchar    *folder,
                    PiscesBackend  *backend,
                    PiscesJob      *job,
                    GError        **error)
{
  backend->may_map = TRUE;           /* verify checks all values instead   */
  return smolvlm_model_load_remarking (folder, backend, NULL, error);
}

/**
 * smolvlm_model_load_remarking:
 * @remarks: (nullable): as in the family's table; %NULL: none are wanted.
 *
 * The family's `load_remarking`.
 */
gpointer
smolvlm_model_load_remarking (const gchar    *folder,
                              PiscesBackend  *backend,
                              GPtrArray      *remarks,
                              GError        **error)
{
  g_auto (ModelFiles)  files = { 0 };
  SmolvlmModel        *model = g_new0 (SmolvlmModel, 1);

  model->backend = backend;
  if (files_open (&files, folder, error))
    {
      pisces_loading_begin (backend, pisces_weight_files_n_bytes (files.weights));
      pisces_config_keep_neutral (files.config, neutral, G_N_ELEMENTS (neutral));
      if (read_words (model, folder, files.config, files.preprocess_config, error) &&
          load_networks (model, &files, error) &&
          check_fit (model, folder, error) &&
          pisces_backend_finish (backend, error))
        {
          if (remarks)
            list_remarks (&files, remarks);
          if (pisces_loading_needs_files (backend))
            model->weights = g_steal_pointer (&files.weights);
          return model;
        }
    }

  smolvlm_model_free (model);

  return NULL;
}

void
smolvlm_model_free (gpointer data)
{
  SmolvlmModel *model = data;

  g_clear_pointer (&model->llama, pisces_llama_free);
  g_clear_pointer (&model->vision_model, pisces_vit_free);
  g_clear_pointer (&model->connector, pisces_connector_free);
  g_clear_pointer (&model->weights, pisces_weight_files_free);
  g_clear_pointer (&model->tokenizer, pisces_tokenizer_free);
  g_clear_pointer (&model->stop_ids, g_array_unref);
  g_free (model);
}

/**
 * smolvlm_model_load_words:
 *
 * The family's `load_words`.
 */
gpointer
smolvlm_model_load_words (const gchar  *folder,
                          GError      **error)
{
  g_autofree gchar         *path       = g_build_filename (folder, "config.json", NULL);
  PiscesConfig             *settings   = NULL;
  g_autoptr (PiscesConfig)  config     = pisces_config_load (path, error);
  g_autoptr (PiscesConfig)  preprocess = NULL;
  SmolvlmModel             *model;

  if (config == NULL || ! (preprocess = pisces_preprocess_open (folder, &settings, error)))
    return NULL;

  model = g_new0 (SmolvlmModel, 1);
  if (read_words (model, folder, config, settings, error))
    return model;

  smolvlm_model_free (model);

  return NULL;
}

/**
 * smolvlm_model_language:
 * @model: the model.
 *
 * Returns: the parts that write its texts.  The model still owns them.
 */
PiscesLanguage
smolvlm_model_language (SmolvlmModel *model)
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
 * smolvlm_model_inspect:
 *
 * The family's `inspect`.
 */
gboolean
smolvlm_model_inspect (const gchar      *folder,
                       PiscesModelInfo  *info,
                       GError          **error)
{
  g_auto (ModelFiles) files      = { 0 };
  PiscesPreprocess    preprocess = { 0 };
  PiscesConfig       *text;
  gint                hidden, n_layers, n_heads, n_kv_heads, head_dim;
  guint64             cache;

  if (! files_open (&files, folder, error))
    return FALSE;

  text       = pisces_config_child (files.config, "text_config");
  hidden     = pisces_config_int (text, "hidden_size", 1, 1 << 16);
  n_layers   = pisces_config_int_or (text, "num_hidden_layers", 1, 1 << 16, 32);
  n_heads    = pisces_config_int_or (text, "num_attention_heads", 1, 1 << 10, 32);
  n_kv_heads = pisces_config_int_or (text, "num_key_value_heads", 1, 1 << 10, n_heads);
  head_dim   = pisces_config_int_or (text, "head_dim", 1, 1 << 12, MAX (hidden / MAX (n_heads, 1), 1));
  info->licence = g_strdup (pisces_config_string_or (files.config, "license", NULL));
  pisces_preprocess_read (&preprocess, files.preprocess_config);
  if (! pisces_config_check (files.config, error) ||
      ! pisces_config_check (files.preprocess_file, error))
    return FALSE;

  info->n_parameters = pisces_weight_files_n_parameters (files.weights);
  info->n_bytes      = pisces_weight_files_n_bytes (files.weights);

  cache = sizeof (gfloat) * 2 * (guint64) USUAL_ROWS * n_kv_heads * head_dim * n_layers;
  info->memory_bytes = cache +
                       pisces_weight_files_loaded_bytes (files.weights, NULL,
                                                         info->n_bytes > PISCES_SMALL_MODEL_BYTES);
  info->summary =
    g_strdup_printf ("a SmolVLM of %.1f million parameters: decoder of %d layers × %d, SigLIP's "
                     "eye for tiles of %d × %d pixels; describes pictures and draws none",
                     info->n_parameters / 1e6, n_layers, hidden, preprocess.size, preprocess.size);

  return TRUE;
}


/*  private functions  */

static gboolean
files_open (ModelFiles   *files,
            const gchar  *folder,
            GError      **error)
{
  g_autofree gchar *config = g_build_filename (folder, "config.json", NULL);

  return (files->config          = pisces_config_load (config, error)) &&
         (files->preprocess_file = pisces_preprocess_open (folder, &files->preprocess_config,
                                                           error)) &&
         (files->weights         = pisces_weight_files_open (folder, "model", error));
}

static void
files_close (ModelFiles *files)
{
  g_clear_pointer (&files->config, pisces_config_free);
  g_clear_pointer (&files->preprocess_file, pisces_config_free);
  g_clear_pointer (&files->weights, pisces_weight_files_free);
}

static void
list_remarks (ModelFiles *files,
              GPtrArray  *remarks)
{
  const PiscesKnownSettings objects[] =
  {
    { "smolvlm",      files->config },
    { "llama",        pisces_config_child (files->config, "text_config") },
    { "siglip",       pisces_config_child (files->config, "vision_config") },
    { "preprocessor", files->preprocess_config },
  };

  pisces_known_settings_remark (objects, G_N_ELEMENTS (objects), remarks);
}

/* Reads all that is needed for reading a prompt.  */
static gboolean
read_words (SmolvlmModel  *model,
            const gchar   *folder,
            PiscesConfig  *config,
            PiscesConfig  *preprocess,
            GError       **error)
{
  /* The other tokens of the templates are plain text in the older models.  */
  static const gchar *const  needed[] = { "<|im_start|>", "<fake_token_around_image>", "<image>" };
  g_autofree gchar          *path     = g_build_filename (folder, "tokenizer.json", NULL);
  PiscesConfig              *vision   = pisces_config_child (config, "vision_config");
  gint                       side;
  gint32                     end;

  pisces_preprocess_read (&model->preprocess, preprocess);
  if (model->preprocess.longest_edge == 0)
    pisces_config_fail (preprocess, PISCES_ERROR_MODEL_INVALID,
                        _("“%s” is missing, so the file belongs to another model; get the "
                          "model's files again."), "max_image_size");
  if (! pisces_config_check (preprocess, error))
    return FALSE;

  model->max_positions =
    pisces_llama_config_max_positions (pisces_config_child (config, "text_config"));
  side = model->preprocess.size / pisces_config_int_or (vision, "patch_size", 1, 1 << 13, 32) /
         scale_factor (config);
  model->n_image_rows = side * side;
  if (! pisces_config_check (config, error) ||
      ! (model->tokenizer = pisces_tokenizer_load (path, error)))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    if (pisces_template_token (model->tokenizer, needed[i], folder, error) < 0)
      return FALSE;
  end = pisces_template_token (model->tokenizer, "<end_of_utterance>", folder, error);
  if (end < 0)
    return FALSE;

  model->stop_ids = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_array_append_val (model->stop_ids, end);

  return TRUE;
}

static gboolean
load_networks (SmolvlmModel  *model,
               ModelFiles    *files,
               GError       **error)
{
  PiscesBackend          *backend = model->backend;
  PiscesConfig           *text    = pisces_config_child (files->config, "text_config");
  PiscesConfig           *vision  = pisces_config_child (files->config, "vision_config");
  const PiscesLlamaNames  names   =
  {
    .body         = "model.text_model.",
    .head         = "lm_head",
    .head_decides = TRUE,
    .head_is_own  = pisces_llama_config_unties (files->config, text),
  };
  const PiscesVitConfig  *see;

  model->llama = pisces_llama_load_named (backend, text, files->weights, names, error);
  if (model->llama == NULL)
    return FALSE;

  model->vision_model = pisces_vit_load_sized (backend, vision, files->weights, "model.",
                                               model->preprocess.size, error);
  if (model->vision_model == NULL)
    return FALSE;

  see = pisces_vit_get_config (model->vision_model);
  model->connector = pisces_connector_load (backend, files->weights,
                                            "model.connector.modality_projection.proj",
                                            see->grid_size, scale_factor (files->config),
                                            see->hidden_size,
                                            pisces_llama_get_config (model->llama)->hidden_size,
                                            error);

  return model->connector != NULL;
}

/* Checks whether the parts fit together, which no part can check alone.  */
static gboolean
check_fit (SmolvlmModel  *model,
           const gchar   *folder,
           GError       **error)
{
  const PiscesLanguage   language = smolvlm_model_language (model);
  const PiscesVitConfig *see      = pisces_vit_get_config (model->vision_model);

  if (see->n_channels != 3)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                 "The eye of the model in “%s” sees %d channels; this version gives such a model "
                 "pictures of 3.", folder, see->n_channels);
  else if (model->n_image_rows + SMOLVLM_TEMPLATE_ROOM > model->max_positions)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                 "The parts of the model in “%s” do not fit each other: a picture takes %d of the "
                 "language model's %d positions, which leaves too few for words.", folder,
                 model->n_image_rows, model->max_positions);
  else
    return pisces_language_check (&language, folder, error);

  return FALSE;
}

static gint
scale_factor (PiscesConfig *config)
{
  return pisces_config_int_or (config, "scale_factor", 1, 64, 2);
}
