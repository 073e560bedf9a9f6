/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.c: loads a model of the family `janus`, and says what a folder with one
 * contains.  Names and defaults are those of `JanusForConditionalGeneration` in
 * transformers.  The encoder of its VQ autoencoder is not read, because nothing
 * here turns pictures into codes.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/janus/model.h"
#include "engine/families/known-settings.h"
#include "engine/networks/weight-source.h"

#define BEGIN        "<｜begin▁of▁sentence｜>"
#define END          "<｜end▁of▁sentence｜>"
#define PAD          "<｜▁pad▁｜>"
#define BEGIN_IMAGE  "<begin_of_image>"
#define END_IMAGE    "<end_of_image>"

/* The most layers before or after the language model.  */
#define MAX_DEPTH 8

/* Larger models stay in 16 bits, as on the CPU backend.  */
#define SMALL_MODEL_BYTES ((guint64) 1 << 30)

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

typedef struct
{
  gchar             *folder;
  PiscesConfig      *config;
  PiscesConfig      *preprocess_config;
  PiscesWeightFiles *weights;
} ModelFiles;


static gboolean    files_open     (ModelFiles    *files,
                                   const gchar   *folder,
                                   GError       **error);
static void        files_close    (ModelFiles    *files);
static gboolean    read_words     (JanusModel    *model,
                                   const gchar   *folder,
                                   PiscesConfig  *config,
                                   GError       **error);
static gboolean    load_networks  (JanusModel    *model,
                                   ModelFiles    *files,
                                   GError       **error);
static PiscesProjector *
                   load_aligner   (JanusModel    *model,
                                   ModelFiles    *files,
                                   const gchar   *name,
                                   gint           depth,
                                   gint64         n_in,
                                   GError       **error);
static gboolean    load_codes     (JanusModel    *model,
                                   ModelFiles    *files,
                                   GError       **error);
static gboolean    check_fit      (JanusModel    *model,
                                   const gchar   *folder,
                                   GError       **error);
static JanusModel *
                   load_remarking (const gchar   *folder,
                                   PiscesBackend *backend,
                                   GPtrArray     *remarks,
                                   GError       **error);
static void        list_remarks   (ModelFiles    *files,
                                   GPtrArray     *remarks);
static gboolean    is_gelu        (PiscesConfig  *config);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ModelFiles, files_close)


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
  return load_remarking (folder, backend, NULL, error);
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
  g_clear_pointer (&model->weights, pisces_weight_files_free);
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
  g_auto (ModelFiles) files = { 0 };
  PiscesConfig       *text, *vision, *vq;
  gint                hidden, n_layers, side, base;
  guint64             n_rows, cache;

  if (! files_open (&files, folder, error))
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

  info->n_parameters  = pisces_weight_files_n_parameters (files.weights);
  info->n_bytes       = pisces_weight_files_n_bytes (files.weights);
  info->picture_width = info->picture_height = side;

  /* The cache has two rows of codes.  The last level of images begins with the
   * channels of the level before it.  */
  n_rows = 2 * (guint64) (side / 16) * (side / 16) + 256;
  cache  = 2 * n_rows * hidden * n_layers;
  info->memory_bytes = info->n_bytes > SMALL_MODEL_BYTES
                         ? info->n_bytes + 2 * cache
                         : info->n_parameters * sizeof (gfloat) + sizeof (gfloat) * cache;
  info->memory_bytes += sizeof (gfloat) * N_CANVASES * (guint64) side * side * base;
  info->summary =
    g_strdup_printf ("a Janus of %.1f million parameters: decoder of %d layers × %d, SigLIP's "
                     "eye, pictures of %d × %d pixels written in codes",
                     info->n_parameters / 1e6, n_layers, hidden, side, side);

  return TRUE;
}

/**
 * janus_model_verify:
 *
 * The family's `verify`: loads the model, because loading checks every name and
 * shape.
 */
gboolean
janus_model_verify (const gchar      *folder,
                    PiscesModelInfo  *info,
                    GError          **error)
{
  g_autoptr (GPtrArray)  remarks = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  PiscesBackend         *backend = pisces_backend_open ("cpu", error);
  JanusModel            *model;

  if (backend == NULL)
    return FALSE;

  pisces_backend_begin (backend, NULL);
  model = load_remarking (folder, backend, remarks, error);
  if (model)
    janus_model_free (model);
  pisces_backend_close (backend);

  info->remarks = g_strdupv ((gchar **) remarks->pdata);

  return model != NULL && janus_model_inspect (folder, info, error);
}


/*  private functions  */

static gboolean
files_open (ModelFiles   *files,
            const gchar  *folder,
            GError      **error)
{
  g_autofree gchar *config     = g_build_filename (folder, "config.json", NULL);
  g_autofree gchar *preprocess = g_build_filename (folder, "preprocessor_config.json", NULL);

  files->folder = g_strdup (folder);

  return (files->config            = pisces_config_load (config, error)) &&
         (files->preprocess_config = pisces_config_load (preprocess, error)) &&
         (files->weights           = pisces_weight_files_open (folder, "model", error));
}

static void
files_close (ModelFiles *files)
{
  g_clear_pointer (&files->config, pisces_config_free);
  g_clear_pointer (&files->preprocess_config, pisces_config_free);
  g_clear_pointer (&files->weights, pisces_weight_files_free);
  g_clear_pointer (&files->folder, g_free);
}

static JanusModel *
load_remarking (const gchar    *folder,
                PiscesBackend  *backend,
                GPtrArray      *remarks,
                GError        **error)
{
  g_auto (ModelFiles)  files = { 0 };
  JanusModel          *model = g_new0 (JanusModel, 1);

  model->backend = backend;
  if (files_open (&files, folder, error))
    {
      /* Set before the first upload, which depends on it.  */
      backend->model_bytes = pisces_weight_files_n_bytes (files.weights);
      backend->may_stream  = backend->memory_budget > 0;

      pisces_config_keep_neutral (files.config, neutral, G_N_ELEMENTS (neutral));
      pisces_preprocess_read (&model->preprocess, files.preprocess_config);
      if (pisces_config_check (files.preprocess_config, error) &&
          read_words (model, folder, files.config, error) &&
          load_networks (model, &files, error) &&
          check_fit (model, folder, error) &&
          pisces_backend_finish (backend, error))
        {
          if (remarks)
            list_remarks (&files, remarks);
          if (backend->may_stream || pisces_backend_has_sources (backend))
            model->weights = g_steal_pointer (&files.weights);
          return model;
        }
    }

  janus_model_free (model);

  return NULL;
}

static void
list_remarks (ModelFiles *files,
              GPtrArray  *remarks)
{
  const struct { const gchar *kind; PiscesConfig *config; } objects[] =
  {
    { "janus",        files->config },
    { "llama",        pisces_config_child (files->config, "text_config") },
    { "siglip",       pisces_config_child (files->config, "vision_config") },
    { "vq",           pisces_config_child (files->config, "vq_config") },
    { "preprocessor", files->preprocess_config },
  };

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    pisces_known_settings_remark (objects[i].config, objects[i].kind, remarks);
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
  model->grid_size = pisces_config_int_or (vision, "image_size", 1, 1 << 13, 384) /
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

static gboolean
load_networks (JanusModel  *model,
               ModelFiles  *files,
               GError     **error)
{
  const PiscesLlamaNames  names  = { "model.language_model.", "lm_head", TRUE };
  PiscesBackend          *backend = model->backend;
  PiscesConfig           *text    = pisces_config_child (files->config, "text_config");
  PiscesConfig           *vision  = pisces_config_child (files->config, "vision_config");
  PiscesConfig           *vq      = pisces_config_child (files->config, "vq_config");
  const gint              see_depth  = pisces_config_int_or (vision, "depth", 1, MAX_DEPTH, 2);
  const gint              code_depth =
    pisces_config_int_or (vq, "num_hidden_layers", 1, MAX_DEPTH, 2);

  if (! is_gelu (vq) || ! pisces_config_check (files->config, error))
    return FALSE;

  model->llama = pisces_llama_load_named (backend, text, files->weights, names, error);
  if (model->llama == NULL)
    return FALSE;

  return (model->vision_model = pisces_vit_load (backend, vision, files->weights, "model.",
                                                 error)) &&
         (model->aligner =
            load_aligner (model, files, "model.aligner", see_depth,
                          pisces_vit_get_config (model->vision_model)->hidden_size, error)) &&
         (model->vq = pisces_vq_load (backend, vq, files->weights, "model.vqmodel.", error)) &&
         (model->code_aligner =
            load_aligner (model, files, "model.generation_aligner", code_depth,
                          pisces_vq_get_config (model->vq)->code_size, error)) &&
         load_codes (model, files, error);
}

/* Loads `fc1`, and `hidden_layers` for every layer after the first.  */
static PiscesProjector *
load_aligner (JanusModel   *model,
              ModelFiles   *files,
              const gchar  *name,
              gint          depth,
              gint64        n_in,
              GError      **error)
{
  g_autoptr (GPtrArray) layers = g_ptr_array_new_null_terminated (MAX_DEPTH, g_free, TRUE);

  g_ptr_array_add (layers, g_strdup_printf ("%s.fc1", name));
  for (gint i = 0; i + 1 < depth; i++)
    g_ptr_array_add (layers, g_strdup_printf ("%s.hidden_layers.%d", name, i));

  return pisces_projector_load_layers (model->backend, files->weights,
                                       (const gchar *const *) layers->pdata, n_in,
                                       pisces_llama_get_config (model->llama)->hidden_size,
                                       error);
}

/* Loads the language model's table of codes, which is not the VQ decoder's.  */
static gboolean
load_codes (JanusModel  *model,
            ModelFiles  *files,
            GError     **error)
{
  static const gchar *const      head[] = { "model.generation_head.proj_out",
                                            "model.generation_head.vision_head", NULL };
  const PiscesVqConfig          *vq     = pisces_vq_get_config (model->vq);
  g_autoptr (PiscesWeightSource) source =
    pisces_weight_source_new (model->backend, files->weights, "model.");

  model->code_embeddings =
    pisces_weight_source_floats (source, "generation_embeddings.weight", 2,
                                 (gint64) vq->n_codes, (gint64) vq->code_size);
  if (! pisces_weight_source_check (source, error))
    return FALSE;

  model->code_head =
    pisces_projector_load_layers (model->backend, files->weights, head,
                                  pisces_llama_get_config (model->llama)->hidden_size,
                                  vq->n_codes, error);

  return model->code_head != NULL;
}

/* Checks whether the parts fit together, which no part can check alone.  */
static gboolean
check_fit (JanusModel   *model,
           const gchar  *folder,
           GError      **error)
{
  const PiscesVqConfig  *vq     = pisces_vq_get_config (model->vq);
  const PiscesVitConfig *see    = pisces_vit_get_config (model->vision_model);
  const gint             codes  = model->grid_size * model->grid_size;
  const gint             tokens = pisces_tokenizer_n_tokens (model->tokenizer);
  const gint             vocab  = pisces_llama_get_config (model->llama)->vocab_size;

  if (vq->downscale * model->grid_size != see->image_size)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                 "The parts of the model in “%s” do not fit each other: its VQ decoder makes "
                 "pictures of %d pixels of %d × %d codes, and its eye sees %d pixels.", folder,
                 vq->downscale * model->grid_size, model->grid_size, model->grid_size,
                 see->image_size);
  else if (codes + 2 > model->max_positions)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                 "The parts of the model in “%s” do not fit each other: a picture has %d codes, "
                 "and the language model %d positions.", folder, codes, model->max_positions);
  else if (tokens > vocab)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                 "The parts of the model in “%s” do not fit each other: tokenizer.json has %d "
                 "tokens, and the language model knows %d.", folder, tokens, vocab);
  else
    return TRUE;

  return FALSE;
}

static gboolean
is_gelu (PiscesConfig *config)
{
  const gchar *name = pisces_config_string_or (config, "hidden_act", "gelu");

  if (g_strcmp0 (name, "gelu") != 0)
    pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                        "the VQ part has the activation “%s”; this version knows only “gelu” "
                        "there.", name);

  return TRUE;
}
