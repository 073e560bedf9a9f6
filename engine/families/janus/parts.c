/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * parts.c: loads the networks of a model, each with the first job that needs it.
 * Drawing needs no eye, and no head of the language model; describing needs no VQ
 * decoder; only drawing into a picture needs the VQ encoder.  Everybody needs the
 * language model itself, and everything is loaded when a model is verified.
 */

#include "engine/families/janus/model.h"
#include "engine/families/loading.h"
#include "engine/networks/weight-source.h"

/* The most layers before or after the language model.  */
#define MAX_DEPTH 8


static gboolean    load_eye       (JanusModel    *model,
                                   GError       **error);
static gboolean    load_hand      (JanusModel    *model,
                                   GError       **error);
static gboolean    load_encoder   (JanusModel    *model,
                                   GError       **error);
static PiscesProjector *
                   load_aligner   (JanusModel    *model,
                                   const gchar   *name,
                                   gint           depth,
                                   gint64         n_in,
                                   GError       **error);
static gboolean    load_codes     (JanusModel    *model,
                                   GError       **error);
static gboolean    is_gelu        (PiscesConfig  *config);
static PiscesLlamaNames
                   names_of       (JanusModel    *model);


gboolean
janus_files_open (JanusFiles   *files,
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

void
janus_files_close (JanusFiles *files)
{
  g_clear_pointer (&files->config, pisces_config_free);
  g_clear_pointer (&files->preprocess_config, pisces_config_free);
  g_clear_pointer (&files->weights, pisces_weight_files_free);
  g_clear_pointer (&files->folder, g_free);
}

/**
 * janus_parts_begin:
 * @model: a model with open files.
 * @error: return location for an error.
 *
 * Checks the settings of all parts, and loads what every job needs.
 *
 * Returns: whether that succeeded.
 */
gboolean
janus_parts_begin (JanusModel  *model,
                   GError     **error)
{
  PiscesConfig *config = model->files.config;
  PiscesConfig *vision = pisces_config_child (config, "vision_config");
  PiscesConfig *vq     = pisces_config_child (config, "vq_config");

  model->see_depth  = pisces_config_int_or (vision, "depth", 1, MAX_DEPTH, 2);
  model->code_depth = pisces_config_int_or (vq, "num_hidden_layers", 1, MAX_DEPTH, 2);
  if (! is_gelu (vq) || ! pisces_config_check (config, error))
    return FALSE;

  model->llama = pisces_llama_load_named (model->backend, pisces_config_child (config, "text_config"),
                                          model->files.weights, names_of (model), error);

  model->own_parts = JANUS_ALL_PARTS;
  if (pisces_weight_files_has (model->files.weights, JANUS_ENCODER_WEIGHT))
    model->own_parts |= JANUS_PART_FILL;

  return model->llama != NULL;
}

/**
 * janus_parts_need:
 * @model: the model; its arena is empty.
 * @parts: what a job needs.
 * @error: return location for an error.
 *
 * Loads the parts that are not loaded yet.
 *
 * Returns: whether all of them are loaded.
 */
gboolean
janus_parts_need (JanusModel  *model,
                  JanusParts   parts,
                  GError     **error)
{
  const JanusParts missing = parts & ~model->parts;

  if (missing == 0)
    return TRUE;

  /* What other jobs have worked with is free for the weights.  */
  pisces_backend_trim (model->backend);

  if (((missing & JANUS_PART_SEE) && ! load_eye (model, error)) ||
      ((missing & JANUS_PART_WRITE) &&
       ! pisces_llama_load_head (model->llama, model->files.weights, names_of (model), error)) ||
      ((missing & JANUS_PART_DRAW) && ! load_hand (model, error)) ||
      ((missing & JANUS_PART_FILL) && ! load_encoder (model, error)) ||
      ! pisces_backend_finish (model->backend, error))
    return FALSE;

  model->parts |= missing;
  if (model->parts == model->own_parts && ! pisces_loading_needs_files (model->backend))
    janus_files_close (&model->files);

  return TRUE;
}


/*  private functions  */

/* A part that was loaded in an earlier attempt, before another one failed, is
 * used.  */
static gboolean
load_eye (JanusModel  *model,
          GError     **error)
{
  PiscesConfig *vision = pisces_config_child (model->files.config, "vision_config");

  if (model->vision_model == NULL)
    model->vision_model = pisces_vit_load (model->backend, vision, model->files.weights,
                                           "model.", error);
  if (model->vision_model == NULL)
    return FALSE;
  if (model->aligner == NULL)
    model->aligner =
      load_aligner (model, "model.aligner", model->see_depth,
                    pisces_vit_get_config (model->vision_model)->hidden_size, error);

  return model->aligner != NULL;
}

static gboolean
load_hand (JanusModel  *model,
           GError     **error)
{
  PiscesConfig *vq   = pisces_config_child (model->files.config, "vq_config");
  gint          side;

  if (model->vq == NULL)
    model->vq = pisces_vq_load (model->backend, vq, model->files.weights, "model.vqmodel.", error);
  if (model->vq == NULL)
    return FALSE;

  side = pisces_vq_get_config (model->vq)->downscale * model->grid_size;
  if (side != model->image_size)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The parts of the model in “%s” do not fit each other: its VQ decoder makes "
                   "pictures of %d pixels of %d × %d codes, and its eye sees %d pixels.",
                   model->files.folder, side, model->grid_size, model->grid_size,
                   model->image_size);
      return FALSE;
    }

  if (model->code_aligner == NULL)
    model->code_aligner =
      load_aligner (model, "model.generation_aligner", model->code_depth,
                    pisces_vq_get_config (model->vq)->code_size, error);

  return model->code_aligner && (model->code_head || load_codes (model, error));
}

static gboolean
load_encoder (JanusModel  *model,
              GError     **error)
{
  PiscesConfig *vq = pisces_config_child (model->files.config, "vq_config");

  if (model->vq_encoder == NULL)
    model->vq_encoder = pisces_vq_encoder_load (model->backend, vq, model->files.weights,
                                                "model.vqmodel.", error);

  return model->vq_encoder != NULL;
}

/* Loads `fc1`, and `hidden_layers` for every layer after the first.  */
static PiscesProjector *
load_aligner (JanusModel   *model,
              const gchar  *name,
              gint          depth,
              gint64        n_in,
              GError      **error)
{
  g_autoptr (GPtrArray) layers = g_ptr_array_new_null_terminated (MAX_DEPTH, g_free, TRUE);

  g_ptr_array_add (layers, g_strdup_printf ("%s.fc1", name));
  for (gint i = 0; i + 1 < depth; i++)
    g_ptr_array_add (layers, g_strdup_printf ("%s.hidden_layers.%d", name, i));

  return pisces_projector_load_layers (model->backend, model->files.weights,
                                       (const gchar *const *) layers->pdata, n_in,
                                       pisces_llama_get_config (model->llama)->hidden_size,
                                       error);
}

/* Loads the language model's table of codes, which is not the VQ decoder's.  */
static gboolean
load_codes (JanusModel  *model,
            GError     **error)
{
  static const gchar *const      head[] = { "model.generation_head.proj_out",
                                            "model.generation_head.vision_head", NULL };
  const PiscesVqConfig          *vq     = pisces_vq_get_config (model->vq);
  g_autoptr (PiscesWeightSource) source =
    pisces_weight_source_new (model->backend, model->files.weights, "model.");

  g_clear_pointer (&model->code_embeddings, g_free);
  model->code_embeddings =
    pisces_weight_source_floats (source, "generation_embeddings.weight", 2,
                                 (gint64) vq->n_codes, (gint64) vq->code_size);
  if (! pisces_weight_source_check (source, error))
    return FALSE;

  model->code_head =
    pisces_projector_load_layers (model->backend, model->files.weights, head,
                                  pisces_llama_get_config (model->llama)->hidden_size,
                                  vq->n_codes, error);

  return model->code_head != NULL;
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

static PiscesLlamaNames
names_of (JanusModel *model)
{
  PiscesConfig          *config = model->files.config;
  const PiscesLlamaNames names  =
  {
    .body         = "model.language_model.",
    .head         = "lm_head",
    .head_decides = TRUE,
    .head_is_own  = pisces_llama_config_unties (config, pisces_config_child (config, "text_config")),
    .head_later   = TRUE,
  };

  return names;
}
