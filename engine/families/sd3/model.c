/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model.c: loads a model of the family `sd3`.  Names and defaults are those of
 * diffusers' StableDiffusion3Pipeline.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/known-settings.h"
#include "engine/families/loading.h"
#include "engine/families/sd3/model.h"


static Sd3Model * load         (const gchar    *folder,
                                PiscesBackend  *backend,
                                GPtrArray      *remarks,
                                GError        **error);
static gboolean   load_parts   (Sd3Model       *model,
                                Sd3Files       *files,
                                GError        **error);
static gboolean   check_fit    (Sd3Model       *model,
                                const gchar    *folder,
                                GError        **error);
static gboolean   check_clips  (Sd3Model       *model,
                                const gchar    *folder,
                                GError        **error);
static void       list_remarks (Sd3Files       *files,
                                GPtrArray      *remarks);


/*  public functions  */

/**
 * sd3_model_load:
 *
 * The family's `load`.
 */
gpointer
sd3_model_load (const gchar    *folder,
                PiscesBackend  *backend,
                PiscesJob      *job,
                GError        **error)
{
  backend->may_map = TRUE;           /* verify checks all values instead   */
  return load (folder, backend, NULL, error);
}

/**
 * sd3_model_load_remarking:
 *
 * The family's `load_remarking`.
 */
gpointer
sd3_model_load_remarking (const gchar    *folder,
                          PiscesBackend  *backend,
                          GPtrArray      *remarks,
                          GError        **error)
{
  return load (folder, backend, remarks, error);
}

void
sd3_model_free (gpointer data)
{
  Sd3Model *model = data;

  for (guint i = 0; i < SD3_N_READERS; i++)
    {
      g_clear_pointer (&model->readers[i].clip, pisces_clip_text_free);
      g_clear_pointer (&model->readers[i].tokenizer, pisces_tokenizer_free);
    }
  g_clear_pointer (&model->mmdit, pisces_mmdit_free);
  g_clear_pointer (&model->vae, pisces_vae_free);
  g_clear_pointer (&model->weights, g_ptr_array_unref);
  g_clear_pointer (&model->scheduler, pisces_scheduler_free);
  sd3_files_close (&model->files);
  g_free (model);
}

/**
 * sd3_model_load_words:
 *
 * The family's `load_words`.
 */
gpointer
sd3_model_load_words (const gchar  *folder,
                      GError      **error)
{
  Sd3Model *model = g_new0 (Sd3Model, 1);

  if (sd3_readers_open (model, folder, error))
    return model;

  sd3_model_free (model);

  return NULL;
}

/**
 * sd3_model_latents:
 * @model: the model.
 *
 * Returns: how its latents stand for pictures.  The model still owns the parts.
 */
PiscesLatents
sd3_model_latents (Sd3Model *model)
{
  const PiscesLatents latents =
  {
    .backend       = model->backend,
    .vae           = model->vae,
    .shift         = model->shift,
    .pixel_shuffle = 1,
  };

  return latents;
}


/*  private functions  */

static Sd3Model *
load (const gchar    *folder,
      PiscesBackend  *backend,
      GPtrArray      *remarks,
      GError        **error)
{
  g_auto (Sd3Files) files = { 0 };
  Sd3Model         *model = g_new0 (Sd3Model, 1);

  model->backend = backend;
  if (sd3_files_open (&files, folder, error))
    {
      guint64 n_bytes = 0;

      for (guint i = 0; i < SD3_N_NETWORKS; i++)
        n_bytes += pisces_weight_files_n_bytes (files.weights[i]);
      pisces_loading_begin (backend, n_bytes);
      if (sd3_readers_open (model, folder, error) &&
          load_parts (model, &files, error) &&
          check_fit (model, folder, error) &&
          pisces_backend_finish (backend, error))
        {
          if (remarks)
            list_remarks (&files, remarks);
          if (pisces_loading_needs_files (backend))
            {
              model->files        = files;
              model->files.folder = NULL;
              files               = (Sd3Files) { 0 };
            }
          return model;
        }
    }

  sd3_model_free (model);

  return NULL;
}

static gboolean
load_parts (Sd3Model  *model,
            Sd3Files  *files,
            GError   **error)
{
  PiscesBackend     *backend    = model->backend;
  const gboolean     can_fill   = pisces_weight_files_has (files->weights[SD3_VAE],
                                                           SD3_ENCODER_WEIGHT);
  PiscesMmditConfig  mmdit;
  PiscesSizes        sizes;
  g_autoptr (PiscesWeightSource) source = NULL;

  if (! (model->scheduler = pisces_scheduler_read (files->scheduler, error)) ||
      ! pisces_mmdit_config_read (&mmdit, files->configs[SD3_TRANSFORMER], error))
    return FALSE;

  sd3_settings_read (&model->settings, files->index, files->folder, &mmdit);
  if (! pisces_config_check (files->index, error) ||
      ! (model->vae = pisces_vae_load (backend, files->configs[SD3_VAE], files->weights[SD3_VAE],
                                       can_fill ? PISCES_VAE_DECODER | PISCES_VAE_ENCODER
                                                : PISCES_VAE_DECODER, error)))
    return FALSE;

  for (guint i = 0; i < SD3_N_READERS; i++)
    if (! (model->readers[i].clip = pisces_clip_text_load (backend, files->configs[SD3_READER + i],
                                                           files->weights[SD3_READER + i], error)))
      return FALSE;

  model->cell = pisces_vae_get_config (model->vae)->downscale * mmdit.patch_size;
  if (! sd3_find_sizes (&sizes, &mmdit, pisces_vae_get_config (model->vae)->downscale))
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The transformer of the model in “%s” has places for %d × %d patches; its "
                   "pictures need more.", files->folder, mmdit.n_places, mmdit.n_places);
      return FALSE;
    }
  if (! (model->mmdit = pisces_mmdit_load (backend, files->configs[SD3_TRANSFORMER],
                                           files->weights[SD3_TRANSFORMER],
                                           sizes.most / model->cell, error)))
    return FALSE;

  source         = pisces_weight_source_new (backend, files->weights[SD3_VAE], "");
  model->shift   = pisces_latents_load_shift (model->vae, source);
  model->weights = pisces_weight_source_take (source);

  return pisces_weight_source_check (source, error);
}

/* Checks whether the parts fit together, which no part can check alone.  */
static gboolean
check_fit (Sd3Model     *model,
           const gchar  *folder,
           GError      **error)
{
  const PiscesMmditConfig *mmdit = pisces_mmdit_get_config (model->mmdit);
  const PiscesVaeConfig   *vae   = pisces_vae_get_config (model->vae);

  if (mmdit->in_channels != vae->latent_channels || mmdit->out_channels != vae->latent_channels)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The parts of the model in “%s” do not fit each other: its transformer draws "
                   "latents of %d channels, and its autoencoder takes %d.", folder,
                   mmdit->out_channels, vae->latent_channels);
      return FALSE;
    }
  if (vae->in_channels != 3 || vae->out_channels != 3)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                   "The autoencoder of the model in “%s” has %d and %d channels of colour; this "
                   "version knows only 3.", folder, vae->in_channels, vae->out_channels);
      return FALSE;
    }

  return check_clips (model, folder, error);
}

static gboolean
check_clips (Sd3Model     *model,
             const gchar  *folder,
             GError      **error)
{
  const PiscesMmditConfig *mmdit  = pisces_mmdit_get_config (model->mmdit);
  gint                     width  = 0, length = 0;

  for (guint i = 0; i < SD3_N_READERS; i++)
    {
      const PiscesClipTextConfig *clip = pisces_clip_text_get_config (model->readers[i].clip);
      const gint                  n    = pisces_tokenizer_n_tokens (model->readers[i].tokenizer);

      width  += clip->hidden_size;
      length += clip->projection_size;
      if (n > clip->n_tokens)
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       "The parts of the model in “%s” do not fit each other: a tokenizer has %d "
                       "tokens, and its text encoder %d.", folder, n, clip->n_tokens);
          return FALSE;
        }
    }

  if (width > mmdit->context_size || length != mmdit->pooled_size)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The parts of the model in “%s” do not fit each other: its text encoders give "
                   "rows of %d and a vector of %d, and its transformer takes %d and %d.", folder,
                   width, length, mmdit->context_size, mmdit->pooled_size);
      return FALSE;
    }

  return TRUE;
}

static void
list_remarks (Sd3Files  *files,
              GPtrArray *remarks)
{
  const PiscesKnownSettings objects[] =
  {
    { "sd3",         files->index },
    { "mmdit",       files->configs[SD3_TRANSFORMER] },
    { "autoencoder", files->configs[SD3_VAE] },
    { "clip",        files->configs[SD3_READER] },
    { "clip",        files->configs[SD3_READER_2] },
    { "scheduler",   files->scheduler },
  };
  g_autofree gchar *third = g_build_filename (files->folder, "text_encoder_3", NULL);

  pisces_known_settings_remark (objects, G_N_ELEMENTS (objects), remarks);
  if (g_file_test (third, G_FILE_TEST_IS_DIR))
    g_ptr_array_add (remarks,
                     g_strdup (_("The third text encoder (T5) is not used: prompts are read by "
                                 "CLIP alone, and long sentences are followed less well. The "
                                 "folder text_encoder_3 is not needed.")));
}
