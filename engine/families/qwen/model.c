/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.c: loads a model of the family `qwen`, and says what a folder with one
 * contains.  Names and defaults are those of `Qwen2_5_VLForConditionalGeneration` in
 * transformers, which has written the tensors and the configuration in two layouts.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/known-settings.h"
#include "engine/families/loading.h"
#include "engine/families/qwen/model.h"

/* Rows for which memory is counted: of a picture of the usual size, of the words around
 * it and of a question, which are read at once; and those of a text after them.  */
#define READ_ROWS  (PISCES_USUAL_UNITS + QWEN_TEMPLATE_ROOM + 512)
#define CACHE_ROWS (READ_ROWS + PISCES_ASKING_MOST_TOKENS)

/* Settings that would change what is computed.  */
static const PiscesConfigNeutral neutral[] =
{
  { "quantization_config", NULL },
};

/* Where the two layouts have the parts.  */
typedef struct
{
  const gchar *visual;
  const gchar *body;
} Layout;

typedef struct
{
  PiscesConfig      *config;
  PiscesConfig      *text;                 /* owned by config; may be config itself */
  PiscesConfig      *generation;           /* NULL: there is no such file   */
  PiscesConfig      *preprocess_file;
  PiscesConfig      *preprocess_config;    /* owned by the file */
  PiscesWeightFiles *weights;
} ModelFiles;


static gboolean read_settings  (ModelFiles     *files,
                                const gchar    *folder,
                                GError        **error);
static gboolean files_open     (ModelFiles     *files,
                                const gchar    *folder,
                                GError        **error);
static void     files_close    (ModelFiles     *files);
static void     list_remarks   (ModelFiles     *files,
                                GPtrArray      *remarks);
static gboolean read_words     (QwenModel      *model,
                                const gchar    *folder,
                                ModelFiles     *files,
                                GError        **error);
static Layout   find_layout    (ModelFiles     *files);
static gboolean load_networks  (QwenModel      *model,
                                ModelFiles     *files,
                                GError        **error);
static gboolean check_fit      (QwenModel      *model,
                                const gchar    *folder,
                                GError        **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ModelFiles, files_close)


/*  public functions  */

/**
 * qwen_model_load:
 *
 * The family's `load`.
 */
gpointer
qwen_model_load (const gchar    *folder,
                 PiscesBackend  *backend,
                 PiscesJob      *job,
                 GError        **error)
{
  backend->may_map = TRUE;           /* verify checks all values instead   */
  return qwen_model_load_remarking (folder, backend, NULL, error);
}

/**
 * qwen_model_load_remarking:
 * @remarks: (nullable): as in the family's table; %NULL: none are wanted.
 *
 * The family's `load_remarking`.
 */
gpointer
qwen_model_load_remarking (const gchar    *folder,
                           PiscesBackend  *backend,
                           GPtrArray      *remarks,
                           GError        **error)
{
  g_auto (ModelFiles)  files = { 0 };
  QwenModel           *model = g_new0 (QwenModel, 1);

  model->backend = backend;
  if (files_open (&files, folder, error))
    {
      pisces_loading_begin (backend, pisces_weight_files_n_bytes (files.weights));
      pisces_config_keep_neutral (files.config, neutral, G_N_ELEMENTS (neutral));
      if (read_words (model, folder, &files, error) &&
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

  qwen_model_free (model);

  return NULL;
}

void
qwen_model_free (gpointer data)
{
  QwenModel *model = data;

  g_clear_pointer (&model->llama, pisces_llama_free);
  g_clear_pointer (&model->visual, pisces_qwen_vit_free);
  g_clear_pointer (&model->weights, pisces_weight_files_free);
  g_clear_pointer (&model->tokenizer, pisces_tokenizer_free);
  g_clear_pointer (&model->stop_ids, g_array_unref);
  g_free (model);
}

/**
 * qwen_model_load_words:
 *
 * The family's `load_words`.
 */
gpointer
qwen_model_load_words (const gchar  *folder,
                       GError      **error)
{
  g_auto (ModelFiles)  files = { 0 };
  QwenModel           *model;

  if (! read_settings (&files, folder, error))
    return NULL;

  model = g_new0 (QwenModel, 1);
  if (read_words (model, folder, &files, error))
    return model;

  qwen_model_free (model);

  return NULL;
}

/**
 * qwen_model_language:
 * @model: the model.
 *
 * Returns: the parts that write its texts.  The model still owns them.
 */
PiscesLanguage
qwen_model_language (QwenModel *model)
{
  const PiscesLanguage language =
  {
    .backend            = model->backend,
    .llama              = model->llama,
    .tokenizer          = model->tokenizer,
    .stop_ids           = model->stop_ids,
    .repetition_penalty = model->repetition_penalty,
    .image_id           = model->image_id,
  };

  return language;
}

/**
 * qwen_model_inspect:
 *
 * The family's `inspect`.
 */
gboolean
qwen_model_inspect (const gchar      *folder,
                    PiscesModelInfo  *info,
                    GError          **error)
{
  g_auto (ModelFiles)  files      = { 0 };
  PiscesPreprocess     preprocess = { 0 };
  PiscesConfig        *text;
  gint                 hidden, inner, n_layers, n_heads, n_kv_heads;
  guint64              cache, work;

  if (! files_open (&files, folder, error))
    return FALSE;

  text       = files.text;
  hidden     = pisces_config_int (text, "hidden_size", 1, 1 << 16);
  inner      = pisces_config_int (text, "intermediate_size", 1, 1 << 18);
  n_layers   = pisces_config_int_or (text, "num_hidden_layers", 1, 1 << 16, 80);
  n_heads    = pisces_config_int_or (text, "num_attention_heads", 1, 1 << 10, 64);
  n_kv_heads = pisces_config_int_or (text, "num_key_value_heads", 1, 1 << 10, 8);
  info->licence = g_strdup (pisces_config_string_or (files.config, "license", NULL));
  pisces_preprocess_read (&preprocess, files.preprocess_config);
  if (! pisces_config_check (files.config, error) ||
      ! pisces_config_check (files.preprocess_file, error))
    return FALSE;

  info->n_parameters = pisces_weight_files_n_parameters (files.weights);
  info->n_bytes      = pisces_weight_files_n_bytes (files.weights);

  /* Most of the work is the gate, what it is for, and their product.  */
  cache = sizeof (gfloat) * 2 * (guint64) CACHE_ROWS * n_kv_heads *
          (hidden / MAX (n_heads, 1)) * n_layers;
  work  = sizeof (gfloat) * (guint64) READ_ROWS * (3 * inner + 4 * hidden);
  info->memory_bytes = cache + work +
                       pisces_weight_files_loaded_bytes (files.weights, NULL,
                                                         info->n_bytes > PISCES_SMALL_MODEL_BYTES);
  info->summary =
    g_strdup_printf ("%.1f million parameters: Qwen2.5 decoder of %d layers × %d, an eye for "
                     "pictures of any proportions in patches of %d pixels; describes pictures and "
                     "draws none",
                     info->n_parameters / 1e6, n_layers, hidden, preprocess.patch_size);

  return TRUE;
}


/*  private functions  */

/* All but the weights.  */
static gboolean
read_settings (ModelFiles   *files,
               const gchar  *folder,
               GError      **error)
{
  g_autofree gchar *config     = g_build_filename (folder, "config.json", NULL);
  g_autofree gchar *generation = g_build_filename (folder, "generation_config.json", NULL);

  files->config = pisces_config_load (config, error);
  if (files->config == NULL ||
      ! (files->preprocess_file = pisces_preprocess_open (folder, &files->preprocess_config,
                                                          error)))
    return FALSE;

  files->text = pisces_config_has_child (files->config, "text_config")
                ? pisces_config_child (files->config, "text_config") : files->config;
  if (! g_file_test (generation, G_FILE_TEST_EXISTS))
    return TRUE;

  files->generation = pisces_config_load (generation, error);

  return files->generation != NULL;
}

static gboolean
files_open (ModelFiles   *files,
            const gchar  *folder,
            GError      **error)
{
  return read_settings (files, folder, error) &&
         (files->weights = pisces_weight_files_open (folder, "model", error));
}

static void
files_close (ModelFiles *files)
{
  g_clear_pointer (&files->config, pisces_config_free);
  g_clear_pointer (&files->generation, pisces_config_free);
  g_clear_pointer (&files->preprocess_file, pisces_config_free);
  g_clear_pointer (&files->weights, pisces_weight_files_free);
}

static void
list_remarks (ModelFiles *files,
              GPtrArray  *remarks)
{
  const PiscesKnownSettings objects[] =
  {
    { "qwen",         files->config },
    { "llama",        files->text == files->config ? NULL : files->text },
    { "qwen-eye",     pisces_config_child (files->config, "vision_config") },
    { "preprocessor", files->preprocess_config },
  };

  pisces_known_settings_remark (objects, G_N_ELEMENTS (objects), remarks);
}

/* Reads all that is needed for reading a prompt.  */
static gboolean
read_words (QwenModel    *model,
            const gchar  *folder,
            ModelFiles   *files,
            GError      **error)
{
  static const gchar *const  needed[] = { "<|im_start|>", "<|vision_start|>", "<|vision_end|>" };
  static const gchar *const  ends[]   = { "<|im_end|>", "<|endoftext|>" };
  g_autofree gchar          *path     = g_build_filename (folder, "tokenizer.json", NULL);

  pisces_preprocess_read (&model->preprocess, files->preprocess_config);
  if (model->preprocess.patch_size == 0)
    pisces_config_fail (files->preprocess_config, PISCES_ERROR_MODEL_INVALID,
                        _("“%s” is missing, so the file belongs to another model; get the "
                          "model's files again."), "merge_size");
  if (files->generation)
    model->repetition_penalty = pisces_config_double_or (files->generation, "repetition_penalty",
                                                         0.01, 100.0, 0.0);
  model->max_positions = pisces_llama_config_max_positions (files->text);
  if (! pisces_config_check (files->preprocess_file, error) ||
      ! pisces_config_check (files->config, error) ||
      (files->generation && ! pisces_config_check (files->generation, error)) ||
      ! (model->tokenizer = pisces_tokenizer_load (path, error)))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    if (pisces_template_token (model->tokenizer, needed[i], folder, error) < 0)
      return FALSE;
  model->image_id = pisces_template_token (model->tokenizer, "<|image_pad|>", folder, error);
  if (model->image_id < 0)
    return FALSE;

  model->stop_ids = g_array_new (FALSE, FALSE, sizeof (gint32));
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      const gint32 end = pisces_template_token (model->tokenizer, ends[i], folder, error);

      if (end < 0)
        return FALSE;
      g_array_append_val (model->stop_ids, end);
    }

  return TRUE;
}

/* A file of which only one part could be copied is told of by that part's name in the
 * layout that the rest has.  */
static Layout
find_layout (ModelFiles *files)
{
  static const Layout older = { "visual.", "model." };
  static const Layout newer = { "model.visual.", "model.language_model." };

  return pisces_weight_files_has (files->weights, "model.visual.patch_embed.proj.weight") ||
         pisces_weight_files_has (files->weights, "model.language_model.embed_tokens.weight")
         ? newer : older;
}

static gboolean
load_networks (QwenModel   *model,
               ModelFiles  *files,
               GError     **error)
{
  PiscesBackend          *backend = model->backend;
  const Layout            layout  = find_layout (files);
  const PiscesLlamaNames  names   =
  {
    .body         = layout.body,
    .head         = "lm_head",
    .head_decides = TRUE,
    .head_is_own  = pisces_llama_config_unties (files->config, files->text),
  };

  model->llama = pisces_llama_load_named (backend, files->text, files->weights, names, error);
  if (model->llama == NULL)
    return FALSE;

  model->visual = pisces_qwen_vit_load (backend,
                                        pisces_config_child (files->config, "vision_config"),
                                        files->weights, layout.visual, error);

  return model->visual != NULL;
}

/* Checks whether the parts fit together, which no part can check alone.  */
static gboolean
check_fit (QwenModel    *model,
           const gchar  *folder,
           GError      **error)
{
  const PiscesLanguage       language   = qwen_model_language (model);
  const PiscesPreprocess    *preprocess = &model->preprocess;
  const PiscesQwenVitConfig *see        = pisces_qwen_vit_get_config (model->visual);
  const gint                 hidden     = pisces_llama_get_config (model->llama)->hidden_size;
  const gint                 unit       = see->patch_size * see->merge_size;
  const gint64               least      = preprocess->min_pixels / ((gint64) unit * unit);
  const gint64               room       = QWEN_LEAST_ROOM + MAX (0, 2 * least - QWEN_LEAST_ROWS);

  if (see->out_size != hidden)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                 "The parts of the model in “%s” do not fit each other: its eye gives rows of %d "
                 "numbers, and the language model reads rows of %d.",
                 folder, see->out_size, hidden);
  else if (see->patch_size != preprocess->patch_size || see->merge_size != preprocess->merge_size ||
           see->temporal_patch_size != preprocess->temporal_patch_size)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                 "The parts of the model in “%s” do not fit each other: pictures would be cut "
                 "into patches of %d pixels, of which %d × %d become one, and its eye is for "
                 "patches of %d pixels and %d × %d.",
                 folder, preprocess->patch_size, preprocess->merge_size, preprocess->merge_size,
                 see->patch_size, see->merge_size, see->merge_size);
  else if (room >= model->max_positions)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                 "The language model in “%s” has %d positions, which leaves too few for words "
                 "beside a picture.", folder, model->max_positions);
  else
    return pisces_language_check (&language, folder, error);

  return FALSE;
}
