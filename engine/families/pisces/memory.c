/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * memory.c: finds how much memory the intermediate results of a job take, by
 * running the same code on a backend that only plans.  The memory is then taken
 * in one piece before the job, so that no loop has to ask the device for memory.
 * If it does not fit beside the weights, the picture is decoded in tiles, the
 * largest that fit.
 */

#include <string.h>

#include "engine/families/looking.h"
#include "engine/families/pisces/model.h"
#include "engine/model/blank.h"

/* What is drawn, and how many pictures are denoised together.  */
typedef struct
{
  PiscesModel                 *model;
  const PiscesGenerateRequest *request;
  const PiscesShape           *shape;
  gint64                       n_batch;
} DrawPlan;


static void  plan_describe (PiscesModel                 *model,
                            gint64                       n_prompt,
                            gint64                       n_text);
static void  plan_look     (PiscesModel                 *model);
static void  plan_surroundings
                           (PiscesModel                 *model);
static void  plan_embed    (PiscesModel                 *model);
static gsize plan_draw     (gint64                       tile,
                            gpointer                     user_data);


/*  public functions  */

/**
 * pisces_memory_reserve_describe:
 * @model: the model.
 *
 * Takes the memory for a description, unless the backend already has as much.  If
 * the backend refuses it, the job has failed.
 */
void
pisces_memory_reserve_describe (PiscesModel *model)
{
  pisces_backend_plan_begin (model->backend);
  plan_describe (model, pisces_prompt_budget (model), 2 * PISCES_MAX_LONG_TOKENS);
  pisces_backend_reserve (model->backend, pisces_backend_plan_end (model->backend));
}

/**
 * pisces_memory_reserve_generate:
 * @model: the model.
 * @request: what the job will draw.
 * @shape: the size of the latent, as many windows as any plan may need, and what is
 *   drawn into.
 * @guided: whether there is guidance, which doubles the batch.
 * @job: gets a warning if the picture will be decoded in tiles.
 *
 * Does the same for a picture.
 */
void
pisces_memory_reserve_generate (PiscesModel                 *model,
                                const PiscesGenerateRequest *request,
                                const PiscesShape           *shape,
                                gboolean                     guided,
                                PiscesJob                   *job)
{
  const DrawPlan plan = { model, request, shape, guided ? 2 : 1 };

  pisces_latents_reserve (model->backend, MAX (shape->height, shape->width), plan_draw,
                          (gpointer) &plan, job);
}


/*  private functions  */

/* Plans a description.  Besides the image, its prompt has so many rows.  */
static void
plan_describe (PiscesModel *model,
               gint64       n_prompt,
               gint64       n_text)
{
  const gint64 side = pisces_vit_get_config (model->vision_tower)->grid_size /
                      model->settings.spatial_merge_size;
  const gsize  mark = pisces_backend_mark (model->backend);

  plan_look (model);
  pisces_writer_plan (pisces_model_language (model), side * side + n_prompt, n_text);
  pisces_backend_release (model->backend, mark);
}

/* Plans what pisces_look() does.  The rows stay in the arena.  */
static void
plan_look (PiscesModel *model)
{
  PiscesBackend         *backend = model->backend;
  const PiscesVitConfig *config  = pisces_vit_get_config (model->vision_tower);
  const gint64           merge   = model->settings.spatial_merge_size;
  const gint64           side    = config->grid_size / merge;
  const gint64           width   = config->hidden_size * merge * merge;
  const gint64           hidden  = pisces_llama_get_config (model->llama)->hidden_size;
  PiscesTensor           rows, merged;
  gsize                  mark;

  rows   = pisces_backend_alloc (backend, 2, side * side, hidden);
  mark   = pisces_backend_mark (backend);
  merged = pisces_backend_alloc (backend, 2, side * side, width);

  pisces_doubt_measure (model, pisces_looking_plan (backend, model->vision_tower));
  pisces_projector_forward (model->mm_projector, rows, merged);
  pisces_backend_release (backend, mark);
}

/* Plans what pisces_fill_look() writes: a description, and the plan for it.  */
static void
plan_surroundings (PiscesModel *model)
{
  if (model->settings.plan_grid == 0)
    return;

  plan_describe (model, model->template_room, PISCES_MAX_SHORT_TOKENS);
  pisces_writer_plan (pisces_model_language (model),
                      model->template_room + PISCES_MAX_SHORT_TOKENS,
                      pisces_prompt_budget (model));
}

/* Plans what pisces_family_embed() does.  */
static void
plan_embed (PiscesModel *model)
{
  PiscesBackend         *backend  = model->backend;
  const PiscesSettings  *settings = &model->settings;
  const PiscesVitConfig *config   = pisces_vit_get_config (model->gen_vision_tower);
  const gint64           m        = settings->num_gen_vectors;
  const gsize            mark     = pisces_backend_mark (backend);

  pisces_looking_plan (backend, model->gen_vision_tower);
  pisces_backend_alloc (backend, 2, m, (gint64) config->hidden_size);
  pisces_backend_alloc (backend, 2, m, (gint64) settings->gen_vector_size);
  pisces_backend_release (backend, mark);
}

/* The most tokens of a text.  Each token stands for at least one byte.  */
static gint64
tokens_of (PiscesModel *model,
           const gchar *text)
{
  return MIN ((gsize) pisces_prompt_budget (model), text ? strlen (text) + 1 : 1);
}

/* Plans all steps of a picture.  The size of the tile stays set afterwards.  */
static gsize
plan_draw (gint64   tile,
           gpointer user_data)
{
  const DrawPlan       *plan     = user_data;
  PiscesModel          *model    = plan->model;
  const PiscesShape    *shape    = plan->shape;
  const PiscesGenerateRequest
                       *request  = plan->request;
  const PiscesSettings *settings = &model->settings;
  PiscesBackend        *backend  = model->backend;
  const gint64          budget   = pisces_prompt_budget (model);
  const gint64          m        = settings->num_gen_vectors;
  const gint64          n_prompt = MAX (tokens_of (model, request->prompt),
                                        tokens_of (model, request->negative_prompt)) +
                                   model->template_room;
  const gboolean        has_plan = request->plan && *request->plan &&
                                   ! (request->negative_prompt && *request->negative_prompt);
  const gint64          n        = shape->windows ? shape->windows->n : 1;
  const gboolean        embeds   = shape->ground || (request->references && request->references->len > 0);

  pisces_vae_set_tile (model->vae, tile);
  pisces_backend_plan_begin (backend);

  /* The vectors of the references and of the ground, those that guidance leads away
   * from, and the picture's own.  */
  for (gint i = 0; i < 4; i++)
    pisces_backend_alloc (backend, 2, n * m, settings->gen_vector_size);

  if (shape->ground && pisces_text_is_blank (request->plan))
    plan_surroundings (model);
  if (embeds && settings->gen_vision)
    plan_embed (model);
  if (! has_plan && settings->templates[TEMPLATE_PLAN])
    pisces_writer_plan (pisces_model_language (model), n_prompt, budget);
  /* The numbers of a window's plan may be longer than those of the whole.  */
  pisces_writer_plan (pisces_model_language (model),
                      n_prompt + (shape->windows ? 2 : 1) *
                      (has_plan ? tokens_of (model, request->plan) : budget), m);
  pisces_decoder_plan (model, shape, plan->n_batch);

  return pisces_backend_plan_end (backend);
}
