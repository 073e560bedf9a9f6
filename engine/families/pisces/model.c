/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.c: loads a model of the family `pisces`.  It opens the files, loads each
 * part with the code of its network, and checks that the parts fit together.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/families/known-settings.h"
#include "engine/families/loading.h"
#include "engine/families/pisces/model.h"

/* The UNet's time ids: two numbers each for the size of the original picture, for
 * its crop, and for the size asked for.  */
#define N_TIME_IDS 6

/* The files while they are read.  They are closed once the backend has the
 * weights.  */
typedef struct
{
  const gchar       *folder;
  PiscesConfig      *config;
  PiscesConfig      *unet_config;
  PiscesConfig      *vae_config;
  PiscesConfig      *scheduler_config;
  PiscesConfig      *preprocess_config;
  PiscesWeightFiles *weights;
  PiscesWeightFiles *unet_weights;
  PiscesWeightFiles *vae_weights;
} ModelFiles;


static void     keep_files     (PiscesModel  *model,
                                ModelFiles   *files);
static gboolean files_open     (ModelFiles   *files,
                                const gchar  *folder,
                                GError      **error);
static void     files_close    (ModelFiles   *files);
static guint64  files_n_bytes  (const ModelFiles *files);
static void     list_remarks   (ModelFiles   *files,
                                GPtrArray    *remarks);
static gboolean read_small     (PiscesModel  *model,
                                ModelFiles   *files,
                                GError      **error);
static gboolean read_words     (PiscesModel  *model,
                                const gchar  *folder,
                                PiscesConfig *config,
                                GError      **error);
static gboolean load_language  (PiscesModel  *model,
                                ModelFiles   *files,
                                GError      **error);
static gboolean load_decoder   (PiscesModel  *model,
                                ModelFiles   *files,
                                GError      **error);
static gboolean check_fit      (PiscesModel  *model,
                                const gchar  *folder,
                                GError      **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ModelFiles, files_close)


/*  public functions  */

/**
 * pisces_model_load:
 *
 * The family's `load`.  Copies the weights once into the backend's memory and
 * closes the files again, unless the backend leaves weights in them.
 */
gpointer
pisces_model_load (const gchar    *folder,
                   PiscesBackend  *backend,
                   PiscesJob      *job,
                   GError        **error)
{
  /* This is not set when a model is verified, because verifying checks all
   * values.  */
  backend->may_map = TRUE;

  return pisces_model_load_remarking (folder, backend, NULL, error);
}

/**
 * pisces_model_load_remarking:
 * @remarks: (nullable): as in the family's table; %NULL: none are wanted.
 *
 * The family's `load_remarking`.
 */
gpointer
pisces_model_load_remarking (const gchar    *folder,
                             PiscesBackend  *backend,
                             GPtrArray      *remarks,
                             GError        **error)
{
  g_auto (ModelFiles) files = { 0 };
  PiscesModel        *model = g_new0 (PiscesModel, 1);

  model->backend = backend;
  if (files_open (&files, folder, error))
    {
      pisces_loading_begin (backend, files_n_bytes (&files));
      if (read_small (model, &files, error) &&
          load_language (model, &files, error) &&
          load_decoder (model, &files, error) &&
          check_fit (model, folder, error) &&
          pisces_templates_check_room (model, error) &&
          pisces_adapter_load (model, files.weights, error) &&
          pisces_backend_finish (backend, error))
        {
          if (remarks)
            list_remarks (&files, remarks);
          if (pisces_loading_needs_files (backend))
            keep_files (model, &files);
          return model;
        }
    }

  pisces_model_free (model);

  return NULL;
}

void
pisces_model_free (gpointer data)
{
  PiscesModel *model = data;

  g_clear_pointer (&model->llama, pisces_llama_free);
  g_clear_pointer (&model->vision_tower, pisces_vit_free);
  g_clear_pointer (&model->mm_projector, pisces_projector_free);
  g_clear_pointer (&model->gen_vision_tower, pisces_vit_free);
  g_clear_pointer (&model->gen_projector, pisces_projector_free);
  g_clear_pointer (&model->down_projector, pisces_projector_free);
  g_clear_pointer (&model->unet, pisces_unet_free);
  g_clear_pointer (&model->vae, pisces_vae_free);
  g_clear_pointer (&model->adapter_weights, g_ptr_array_unref);
  g_clear_pointer (&model->weights, pisces_weight_files_free);
  g_clear_pointer (&model->unet_weights, pisces_weight_files_free);
  g_clear_pointer (&model->vae_weights, pisces_weight_files_free);
  g_clear_pointer (&model->scheduler, pisces_scheduler_free);
  g_clear_pointer (&model->tokenizer, pisces_tokenizer_free);
  pisces_settings_clear (&model->settings);
  g_free (model);
}

/**
 * pisces_model_check_gen_vision:
 *
 * Returns: whether the model has a generation encoder, which pictures to draw from
 *   need; if not, @error is set.
 */
gboolean
pisces_model_check_gen_vision (PiscesModel  *model,
                               GError      **error)
{
  if (model->gen_vision_tower)
    return TRUE;

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                       _("This model has no generation encoder, so it cannot draw "
                         "from pictures or compare them. Use words alone, or "
                         "another model."));

  return FALSE;
}

/**
 * pisces_model_latents:
 * @model: the model.
 *
 * Returns: how its latents stand for pictures.  The model still owns the parts.
 */
PiscesLatents
pisces_model_latents (PiscesModel *model)
{
  const PiscesLatents latents =
  {
    .backend       = model->backend,
    .vae           = model->vae,
    .shift         = model->latent_shift,
    .pixel_shuffle = model->settings.pixel_shuffle,
    .alpha         = model->settings.alpha,
  };

  return latents;
}

/**
 * pisces_model_load_words:
 *
 * The family's `load_words`: loads what reads prompts, and nothing that draws.
 */
gpointer
pisces_model_load_words (const gchar  *folder,
                         GError      **error)
{
  g_autofree gchar         *path   = g_build_filename (folder, "config.json", NULL);
  g_autoptr (PiscesConfig)  config = pisces_config_load (path, error);
  PiscesModel              *model;

  if (config == NULL)
    return NULL;

  model = g_new0 (PiscesModel, 1);
  if (read_words (model, folder, config, error))
    return model;

  pisces_model_free (model);

  return NULL;
}


/*  private functions  */

static gboolean
files_open (ModelFiles   *files,
            const gchar  *folder,
            GError      **error)
{
  g_autofree gchar *config      = g_build_filename (folder, "config.json", NULL);
  g_autofree gchar *unet        = g_build_filename (folder, "unet", NULL);
  g_autofree gchar *unet_config = g_build_filename (unet, "config.json", NULL);
  g_autofree gchar *vae         = g_build_filename (folder, "vae", NULL);
  g_autofree gchar *vae_config  = g_build_filename (vae, "config.json", NULL);
  g_autofree gchar *preprocess  = g_build_filename (folder, "preprocessor_config.json", NULL);
  g_autofree gchar *scheduler   = g_build_filename (folder, "scheduler",
                                                    "scheduler_config.json", NULL);

  files->folder = folder;

  return (files->config       = pisces_config_load (config, error)) &&
         (files->unet_config  = pisces_config_load (unet_config, error)) &&
         (files->vae_config   = pisces_config_load (vae_config, error)) &&
         (files->preprocess_config = pisces_config_load (preprocess, error)) &&
         (files->scheduler_config  = pisces_config_load (scheduler, error)) &&
         (files->weights      = pisces_weight_files_open (folder, "model", error)) &&
         (files->unet_weights = pisces_weight_files_open (unet, "diffusion_pytorch_model", error)) &&
         (files->vae_weights  = pisces_weight_files_open (vae, "diffusion_pytorch_model", error));
}

static void
keep_files (PiscesModel *model,
            ModelFiles  *files)
{
  model->weights      = g_steal_pointer (&files->weights);
  model->unet_weights = g_steal_pointer (&files->unet_weights);
  model->vae_weights  = g_steal_pointer (&files->vae_weights);
}

static guint64
files_n_bytes (const ModelFiles *files)
{
  return pisces_weight_files_n_bytes (files->weights) +
         pisces_weight_files_n_bytes (files->unet_weights) +
         pisces_weight_files_n_bytes (files->vae_weights);
}

static void
files_close (ModelFiles *files)
{
  g_clear_pointer (&files->config, pisces_config_free);
  g_clear_pointer (&files->unet_config, pisces_config_free);
  g_clear_pointer (&files->vae_config, pisces_config_free);
  g_clear_pointer (&files->preprocess_config, pisces_config_free);
  g_clear_pointer (&files->scheduler_config, pisces_config_free);
  g_clear_pointer (&files->weights, pisces_weight_files_free);
  g_clear_pointer (&files->unet_weights, pisces_weight_files_free);
  g_clear_pointer (&files->vae_weights, pisces_weight_files_free);
}

static void
list_remarks (ModelFiles *files,
              GPtrArray  *remarks)
{
  const PiscesKnownSettings objects[] =
  {
    { "pisces",       files->config },
    { "templates",    pisces_config_child (files->config, "templates") },
    { "plan_places",  pisces_config_has_child (files->config, "plan_places")
                      ? pisces_config_child (files->config, "plan_places") : NULL },
    { "llama",        pisces_config_child (files->config, "text_config") },
    { "siglip",       pisces_config_child (files->config, "vision_config") },
    { "siglip",       pisces_config_has_child (files->config, "gen_vision_config")
                      ? pisces_config_child (files->config, "gen_vision_config") : NULL },
    { "unet",         files->unet_config },
    { "autoencoder",  files->vae_config },
    { "scheduler",    files->scheduler_config },
    { "preprocessor", files->preprocess_config },
  };

  pisces_known_settings_remark (objects, G_N_ELEMENTS (objects), remarks);
}

static gboolean
read_small (PiscesModel  *model,
            ModelFiles   *files,
            GError      **error)
{
  if (! read_words (model, files->folder, files->config, error))
    return FALSE;

  pisces_preprocess_read (&model->preprocess, files->preprocess_config);

  return pisces_config_check (files->preprocess_config, error) &&
         (model->scheduler = pisces_scheduler_read (files->scheduler_config, error));
}

/* Reads all that is needed for reading a prompt.  */
static gboolean
read_words (PiscesModel   *model,
            const gchar   *folder,
            PiscesConfig  *config,
            GError       **error)
{
  g_autofree gchar *tokenizer = g_build_filename (folder, "tokenizer.json", NULL);
  PiscesConfig     *text      = pisces_config_child (config, "text_config");

  model->max_positions = pisces_llama_config_max_positions (text);

  return (model->tokenizer = pisces_tokenizer_load (tokenizer, error)) &&
         pisces_settings_read (&model->settings, config, model->tokenizer, error) &&
         pisces_templates_read (model, error);
}

static gboolean
load_language (PiscesModel  *model,
               ModelFiles   *files,
               GError      **error)
{
  PiscesBackend        *backend  = model->backend;
  const PiscesSettings *settings = &model->settings;
  PiscesConfig         *text     = pisces_config_child (files->config, "text_config");
  PiscesConfig         *vision   = pisces_config_child (files->config, "vision_config");
  gint                  hidden, seen;

  if (! (model->llama = pisces_llama_load (backend, text, files->weights,
                                           "language_model.", error)) ||
      ! (model->vision_tower = pisces_vit_load (backend, vision, files->weights,
                                                "vision_tower.", error)))
    return FALSE;

  if (settings->gen_vision &&
      ! (model->gen_vision_tower =
           pisces_vit_load (backend, pisces_config_child (files->config, "gen_vision_config"),
                            files->weights, "gen_vision_tower.", error)))
    return FALSE;

  hidden = pisces_llama_get_config (model->llama)->hidden_size;
  seen   = pisces_vit_get_config (model->vision_tower)->hidden_size *
           settings->spatial_merge_size * settings->spatial_merge_size;

  return (model->mm_projector =
            pisces_projector_load (backend, files->weights, "mm_projector",
                                   seen, hidden, error)) &&
         (model->gen_projector =
            pisces_projector_load (backend, files->weights, "gen_projector",
                                   settings->gen_vector_size, hidden, error)) &&
         (model->down_projector =
            pisces_projector_load (backend, files->weights, "down_projector",
                                   hidden, settings->gen_vector_size, error));
}

/* The autoencoder's encoder is only needed for drawing into pictures, and a model
 * may come without it.  */
static gboolean
load_decoder (PiscesModel  *model,
              ModelFiles   *files,
              GError      **error)
{
  PiscesHostTensor tensor;
  gboolean         encodes;

  model->can_fill = pisces_weight_files_find (files->vae_weights, PISCES_VAE_ENCODER_NAME,
                                              &tensor);
  encodes = model->can_fill || model->settings.mask_channels > 0;

  return (model->unet = pisces_unet_load (model->backend, files->unet_config,
                                          files->unet_weights, "", error)) &&
         (model->vae = pisces_vae_load (model->backend, files->vae_config,
                                        files->vae_weights,
                                        PISCES_VAE_DECODER |
                                        (encodes ? PISCES_VAE_ENCODER : 0),
                                        error));
}

static gboolean
misfit (const gchar  *folder,
        GError      **error,
        const gchar  *what,
        gint64        found,
        gint64        expected)
{
  if (found == expected)
    return FALSE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               "The parts of the model in “%s” do not fit each other: %s is %"
               G_GINT64_FORMAT " where the other parts ask for %"
               G_GINT64_FORMAT ".", folder, what, found, expected);

  return TRUE;
}

/* Checks whether the parts fit together, which no part can check alone.  */
static gboolean
check_fit (PiscesModel  *model,
           const gchar  *folder,
           GError      **error)
{
  PiscesSettings         *s    = &model->settings;
  const PiscesVitConfig  *see  = pisces_vit_get_config (model->vision_tower);
  const PiscesVitConfig  *gen  = s->gen_vision
                                   ? pisces_vit_get_config (model->gen_vision_tower) : NULL;
  const PiscesUnetConfig *unet = pisces_unet_get_config (model->unet);
  const PiscesVaeConfig  *vae  = pisces_vae_get_config (model->vae);
  gint                    picture_channels =
    (s->alpha ? 4 : 3) * s->pixel_shuffle * s->pixel_shuffle;

  s->latent_size     = s->sample_size / (s->pixel_shuffle * vae->downscale);
  s->paint_cell_size = s->latent_size / s->vector_grid_size;

  return ! (misfit (folder, error, "the remainder of the understanding grid by spatial_merge_size",
                    see->grid_size % s->spatial_merge_size, 0) ||
            (gen &&
             misfit (folder, error, "the pooled side of the generation encoder's grid",
                     gen->grid_size / s->gen_pool_size, s->vector_grid_size)) ||
            (gen &&
             misfit (folder, error, "the width of the generation encoder's vectors",
                     s->projection_dim > 0 ? s->projection_dim : gen->hidden_size,
                     s->gen_vector_size)) ||
            misfit (folder, error, "the UNet's cross_attention_dim",
                    unet->cross_attention_dim, s->gen_vector_size) ||
            (unet->text_time &&
             misfit (folder, error, "the UNet's projection_class_embeddings_input_dim",
                     unet->projection_input_dim,
                     s->gen_vector_size + N_TIME_IDS * unet->addition_time_embed_dim)) ||
            misfit (folder, error, "default_steps beyond the scheduler's num_train_timesteps",
                    MAX (0, s->default_steps - pisces_scheduler_max_steps (model->scheduler)), 0) ||
            (model->preprocess.size > 0 &&
             misfit (folder, error, "the size in preprocessor_config.json",
                     model->preprocess.size, see->image_size)) ||
            misfit (folder, error, "the UNet's number of input channels",
                    unet->in_channels,
                    vae->latent_channels + s->mask_channels + s->paint_channels) ||
            (s->mask_channels > 0 &&
             misfit (folder, error, "mask_channels", s->mask_channels,
                     1 + vae->latent_channels)) ||
            misfit (folder, error, "the UNet's number of output channels",
                    unet->out_channels, vae->latent_channels) ||
            misfit (folder, error, "the autoencoder's number of output channels",
                    vae->out_channels, picture_channels) ||
            misfit (folder, error, "the remainder of sample_size by the autoencoder's factor",
                    s->sample_size % (s->pixel_shuffle * vae->downscale), 0) ||
            (s->paint_channels > 0 &&
             misfit (folder, error, "the remainder of the latent's side by the vectors' grid",
                     s->latent_size % s->vector_grid_size, 0)) ||
            misfit (folder, error, "the number of tokens in tokenizer.json over vocab_size",
                    MAX (0, pisces_tokenizer_n_tokens (model->tokenizer) -
                            pisces_llama_get_config (model->llama)->vocab_size), 0));
}
