/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * embedder.c: loads a model of the families `clip` and `dinov2`, says what a folder with
 * one contains, and turns pictures into vectors.  The folders are those of
 * transformers' `CLIPModel`, `CLIPVisionModelWithProjection` and `Dinov2Model`; of a
 * `CLIPModel`, the half that reads texts is left in its file.
 */

#include <glib/gi18n-lib.h>

#include "engine/backend/finite.h"
#include "engine/families/embedder.h"
#include "engine/families/known-settings.h"
#include "engine/families/loading.h"

/* Settings that would change what is computed.  */
static const PiscesConfigNeutral neutral[] =
{
  { "quantization_config", NULL },
};

typedef struct
{
  PiscesConfig      *config;
  PiscesConfig      *vision;               /* owned by config; may be config itself */
  PiscesConfig      *preprocess_file;
  PiscesConfig      *preprocess_config;    /* owned by the file */
  PiscesWeightFiles *weights;
} ModelFiles;


static gboolean files_open   (ModelFiles          *files,
                              const gchar         *folder,
                              GError             **error);
static void     files_close  (ModelFiles          *files);
static gpointer load         (const gchar         *folder,
                              PiscesClassVitKind   kind,
                              PiscesBackend       *backend,
                              GPtrArray           *remarks,
                              GError             **error);
static void     list_remarks (ModelFiles          *files,
                              GPtrArray           *remarks);
static guint64  used_bytes   (ModelFiles          *files,
                              gboolean             is_large);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ModelFiles, files_close)


/*  public functions  */

gpointer
embedder_load_clip (const gchar    *folder,
                    PiscesBackend  *backend,
                    PiscesJob      *job,
                    GError        **error)
{
  backend->may_map = TRUE;           /* verify checks all values instead   */
  return load (folder, PISCES_CLASS_VIT_CLIP, backend, NULL, error);
}

gpointer
embedder_load_dinov2 (const gchar    *folder,
                      PiscesBackend  *backend,
                      PiscesJob      *job,
                      GError        **error)
{
  backend->may_map = TRUE;
  return load (folder, PISCES_CLASS_VIT_DINOV2, backend, NULL, error);
}

gpointer
embedder_load_clip_remarking (const gchar    *folder,
                              PiscesBackend  *backend,
                              GPtrArray      *remarks,
                              GError        **error)
{
  return load (folder, PISCES_CLASS_VIT_CLIP, backend, remarks, error);
}

gpointer
embedder_load_dinov2_remarking (const gchar    *folder,
                                PiscesBackend  *backend,
                                GPtrArray      *remarks,
                                GError        **error)
{
  return load (folder, PISCES_CLASS_VIT_DINOV2, backend, remarks, error);
}

void
embedder_free (gpointer data)
{
  EmbedderModel *model = data;

  g_clear_pointer (&model->vit, pisces_class_vit_free);
  g_clear_pointer (&model->weights, pisces_weight_files_free);
  g_free (model);
}

/**
 * embedder_inspect:
 *
 * The family's `inspect`.
 */
gboolean
embedder_inspect (const gchar      *folder,
                  PiscesModelInfo  *info,
                  GError          **error)
{
  g_auto (ModelFiles) files      = { 0 };
  PiscesPreprocess    preprocess = { 0 };
  gint                hidden, n_layers, patch;
  guint64             n_rows, work;

  if (! files_open (&files, folder, error))
    return FALSE;

  hidden        = pisces_config_int_or (files.vision, "hidden_size", 1, 1 << 16, 768);
  n_layers      = pisces_config_int_or (files.vision, "num_hidden_layers", 1, 1 << 10, 12);
  patch         = pisces_config_int_or (files.vision, "patch_size", 1, 1 << 13, 14);
  info->licence = g_strdup (pisces_config_string_or (files.config, "license", NULL));
  pisces_preprocess_read_middle (&preprocess, files.preprocess_config);
  if (! pisces_config_check (files.config, error) ||
      ! pisces_config_check (files.preprocess_file, error))
    return FALSE;

  info->n_parameters = pisces_weight_files_n_parameters (files.weights);
  info->n_bytes      = pisces_weight_files_n_bytes (files.weights);
  /* The most that is needed at once: a layer's rows, queries, keys and values.  */
  n_rows = (guint64) (preprocess.size / patch) * (preprocess.size / patch) + 1;
  work   = sizeof (gfloat) * (n_rows * 6 * hidden + 3 * (guint64) preprocess.size * preprocess.size);
  info->memory_bytes = work + used_bytes (&files, info->n_bytes > PISCES_SMALL_MODEL_BYTES);
  info->summary =
    g_strdup_printf ("%.1f million parameters: an encoder of %d layers × %d for pictures of "
                     "%d × %d pixels; compares pictures",
                     info->n_parameters / 1e6, n_layers, hidden, preprocess.size, preprocess.size);

  return TRUE;
}

/**
 * embedder_embed:
 *
 * The family's `embed`: the vector that the model was trained for.
 */
gboolean
embedder_embed (gpointer      data,
                PiscesImage  *image,
                PiscesJob    *job,
                GArray       *vector,
                GError      **error)
{
  EmbedderModel              *model   = data;
  PiscesBackend              *backend = model->backend;
  const PiscesClassVitConfig *config  = pisces_class_vit_get_config (model->vit);
  const gint64                size    = config->input_size;
  const gsize                 mark    = pisces_backend_mark (backend);
  g_autofree gfloat          *values  = g_try_new (gfloat, size * size * 3);
  gboolean                    done;
  PiscesTensor                pixels, sum;

  if (values == NULL)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory for a picture of %d × %d pixels.", (gint) size, (gint) size);
      return FALSE;
    }
  if (! pisces_preprocess_run (&model->preprocess, image, size, 3, values, error))
    return FALSE;

  sum    = pisces_backend_alloc (backend, 2, (gint64) 1, (gint64) config->vector_size);
  pixels = pisces_backend_alloc (backend, 4, (gint64) 1, size, size, (gint64) 3);
  pisces_upload (backend, pixels, values);
  pisces_class_vit_forward (model->vit, sum, pixels);
  g_array_set_size (vector, config->vector_size);
  pisces_download_finite (backend, (gfloat *) vector->data, sum);
  done = pisces_backend_finish (backend, error);
  pisces_backend_release (backend, mark);

  return done;
}


/*  private functions  */

static gboolean
files_open (ModelFiles   *files,
            const gchar  *folder,
            GError      **error)
{
  g_autofree gchar *config = g_build_filename (folder, "config.json", NULL);

  files->config = pisces_config_load (config, error);
  if (files->config == NULL ||
      ! (files->preprocess_file = pisces_preprocess_open (folder, &files->preprocess_config,
                                                          error)))
    return FALSE;

  /* A `CLIPModel` has a half for texts, too.  */
  files->vision = pisces_config_is (files->config, "model_type", "\"clip\"") ||
                  pisces_config_has_child (files->config, "vision_config")
                  ? pisces_config_child (files->config, "vision_config") : files->config;
  if (! pisces_config_check (files->config, error))
    return FALSE;

  files->weights = pisces_weight_files_open (folder, "model", error);

  return files->weights != NULL;
}

static void
files_close (ModelFiles *files)
{
  g_clear_pointer (&files->config, pisces_config_free);
  g_clear_pointer (&files->preprocess_file, pisces_config_free);
  g_clear_pointer (&files->weights, pisces_weight_files_free);
}

/* remarks: (nullable): as in the family's table; NULL: none are wanted.  */
static gpointer
load (const gchar         *folder,
      PiscesClassVitKind   kind,
      PiscesBackend       *backend,
      GPtrArray           *remarks,
      GError             **error)
{
  g_auto (ModelFiles)  files = { 0 };
  EmbedderModel       *model = g_new0 (EmbedderModel, 1);

  model->backend = backend;
  if (files_open (&files, folder, error))
    {
      gint projection = 0;

      pisces_loading_begin (backend, pisces_weight_files_n_bytes (files.weights));
      pisces_config_keep_neutral (files.config, neutral, G_N_ELEMENTS (neutral));
      pisces_preprocess_read_middle (&model->preprocess, files.preprocess_config);
      if (kind == PISCES_CLASS_VIT_CLIP)
        projection = pisces_config_int_or (files.config, "projection_dim", 1, 1 << 16, 512);
      if (pisces_config_check (files.preprocess_file, error) &&
          pisces_config_check (files.config, error) &&
          (model->vit = pisces_class_vit_load (backend, kind, files.vision, files.weights,
                                               projection, model->preprocess.size, error)) &&
          pisces_backend_finish (backend, error))
        {
          if (remarks)
            list_remarks (&files, remarks);
          if (pisces_loading_needs_files (backend))
            model->weights = g_steal_pointer (&files.weights);
          return model;
        }
    }

  embedder_free (model);

  return NULL;
}

static void
list_remarks (ModelFiles *files,
              GPtrArray  *remarks)
{
  const PiscesKnownSettings objects[] =
  {
    { "embedder",     files->config },
    { "embedder",     files->vision == files->config ? NULL : files->vision },
    { "preprocessor", files->preprocess_config },
  };

  pisces_known_settings_remark (objects, G_N_ELEMENTS (objects), remarks);
}

/* What is in memory of the weights: not what a CLIPModel reads texts with.  */
static guint64
used_bytes (ModelFiles *files,
            gboolean    is_large)
{
  guint                n_names;
  const gchar * const *names = pisces_weight_files_get_names (files->weights, &n_names);
  guint64              sum   = 0;

  for (guint i = 0; i < n_names; i++)
    if (! g_str_has_prefix (names[i], "text_"))
      sum += pisces_weight_files_loaded_bytes (files->weights, names[i], is_large);

  return sum;
}
