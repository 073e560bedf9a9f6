/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate.c: turns words into a picture, as diffusers' StableDiffusion3Pipeline:
 * the prompt is read once, the network denoises a latent with guidance and, in some
 * steps, skip-layer guidance, and the autoencoder turns it into pixels.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/sd3/model.h"
#include "engine/model/blank.h"

/* The progress of one picture, as parts of its time.  These are estimates.  */
#define READ  0.02
#define DRAWN 0.90

typedef struct
{
  Sd3Model                    *model;
  const PiscesGenerateRequest *request;
  PiscesJob                   *job;
  guint                        index;         /* of the picture              */

  gint                         width, height; /* in pixels                   */
  gint                         steps;
  gdouble                      guidance;
  gint64                       n_batch;       /* 2: with guidance            */
  gchar                       *texts[2];      /* the prompt, and what to avoid */
  PiscesGround                *ground;        /* what is drawn into; or NULL */

  PiscesMmditContext          *context;
  PiscesDiffusion              diffusion;
  PiscesTensor                 without;       /* [1, h, w, c]: outputs without
                                               * some layers                 */
} Drawing;


static gboolean      drawing_init    (Drawing              *drawing,
                                      GError              **error);
static void          drawing_clear   (Drawing              *drawing);
static gboolean      read_texts      (Drawing              *drawing,
                                      GError              **error);
static void          begin_picture   (Drawing              *drawing);
static gsize         plan            (gint64                tile,
                                      gpointer              user_data);
static gboolean      draw_one        (Drawing              *drawing,
                                      GPtrArray            *pictures,
                                      GError              **error);
static void          predict         (PiscesTensor          output,
                                      PiscesTensor          input,
                                      gdouble               timestep,
                                      gpointer              user_data);
static void          skip_layers     (PiscesTensor          guided,
                                      PiscesTensor          output,
                                      PiscesTensor          input,
                                      gint                  step,
                                      gint                  n_steps,
                                      gdouble               timestep,
                                      gpointer              user_data);
static PiscesImage * develop         (PiscesTensor          latent,
                                      gpointer              user_data,
                                      GError              **error);
static void          encode          (PiscesTensor          latent,
                                      const PiscesGround   *ground,
                                      gpointer              user_data);
static void          on_step         (gint                  step,
                                      gint                  n_steps,
                                      PiscesImage          *preview,
                                      gpointer              user_data);
static void          report          (Drawing              *drawing,
                                      PiscesStage           stage,
                                      gdouble               fraction,
                                      PiscesImage          *preview,
                                      PiscesPicture        *picture);


/*  public functions  */

/**
 * sd3_generate:
 *
 * The family's `generate`.
 */
gboolean
sd3_generate (gpointer                      data,
              const PiscesGenerateRequest  *request,
              PiscesJob                    *job,
              GPtrArray                    *pictures,
              GError                      **error)
{
  Sd3Model      *model   = data;
  PiscesBackend *backend = model->backend;
  const gsize    start   = pisces_backend_mark (backend);
  Drawing        drawing = { .model = model, .request = request, .job = job };
  gboolean       drawn;

  drawn = drawing_init (&drawing, error);
  if (drawn)
    {
      const gint64 longer = MAX (drawing.width, drawing.height);

      pisces_latents_reserve (backend, longer / pisces_vae_get_config (model->vae)->downscale,
                              plan, &drawing, job);
      report (&drawing, PISCES_STAGE_IMAGINING, 0.0, NULL, NULL);
      drawn = read_texts (&drawing, error);
    }

  for (; drawn && drawing.index < request->count; drawing.index++)
    {
      const gsize mark = pisces_backend_mark (backend);

      drawn = draw_one (&drawing, pictures, error);
      pisces_backend_release (backend, mark);
    }

  drawing_clear (&drawing);
  pisces_backend_release (backend, start);

  return drawn;
}


/*  private functions  */

/* Prepares what all pictures of a request have in common.  As in the reference, there
 * is guidance only above 1, and what is to be avoided is read only then.  */
static gboolean
drawing_init (Drawing  *drawing,
              GError  **error)
{
  const PiscesGenerateRequest *request = drawing->request;
  Sd3Model                    *model   = drawing->model;
  const gint                   side    = pisces_mmdit_get_config (model->mmdit)->sample_size *
                                         pisces_vae_get_config (model->vae)->downscale;
  const gboolean               is_told = ! pisces_text_is_blank (request->negative_prompt);

  drawing->width    = request->width ? request->width : side / model->cell * model->cell;
  drawing->height   = request->height ? request->height : side / model->cell * model->cell;
  drawing->steps    = request->steps ? (gint) request->steps : model->settings.steps;
  drawing->guidance = request->guidance_scale < 0.0 ? model->settings.guidance
                                                    : request->guidance_scale;
  if (! pisces_generate_request_check (request, error) ||
      ! pisces_diffusion_check_steps (model->scheduler, request->steps, error))
    return FALSE;

  drawing->texts[0] = sd3_prompt_clean_text (model, request->prompt, drawing->job, error);
  if (drawing->texts[0] == NULL)
    return FALSE;
  drawing->n_batch = drawing->guidance > 1.0 &&
                     (is_told || ! pisces_text_is_blank (drawing->texts[0])) ? 2 : 1;

  if (drawing->n_batch == 2)
    drawing->texts[1] = sd3_prompt_clean_text (model, is_told ? request->negative_prompt : "",
                                               drawing->job, error);
  else if (is_told)
    g_ptr_array_add (drawing->job->warnings,
                     g_strdup (_("The words to avoid had no effect, because this model has no "
                                 "guidance at values up to 1.")));
  if (drawing->n_batch == 2 && drawing->texts[1] == NULL)
    return FALSE;

  /* A model that was trained for a few steps is meant to be used so.  */
  if (request->guidance_scale >= 0.0 && request->guidance_scale <= 1.0 &&
      model->settings.guidance > 1.0 && ! pisces_text_is_blank (drawing->texts[0]))
    g_ptr_array_add (drawing->job->warnings,
                     g_strdup_printf (_("With a guidance of %g this model follows the prompt only "
                                        "loosely. %g is usual."),
                                      request->guidance_scale, model->settings.guidance));

  if (request->edit)
    drawing->ground = pisces_ground_new (request->edit, drawing->width, drawing->height, error);

  return ! request->edit || drawing->ground;
}

static void
drawing_clear (Drawing *drawing)
{
  g_clear_pointer (&drawing->context, pisces_mmdit_context_free);
  g_clear_pointer (&drawing->ground, pisces_ground_free);
  for (guint i = 0; i < G_N_ELEMENTS (drawing->texts); i++)
    g_free (drawing->texts[i]);
}

static gboolean
read_texts (Drawing  *drawing,
            GError  **error)
{
  Sd3Model                *model    = drawing->model;
  PiscesBackend           *backend  = model->backend;
  const PiscesMmditConfig *mmdit    = pisces_mmdit_get_config (model->mmdit);
  const gint64             downscale = pisces_vae_get_config (model->vae)->downscale;
  const gint64             n        = sd3_prompt_n_rows (model);
  PiscesTensor             states, pooled;

  states = pisces_backend_alloc (backend, 2, drawing->n_batch * n, mmdit->context_size);
  pooled = pisces_backend_alloc (backend, 2, drawing->n_batch, mmdit->pooled_size);
  for (gint64 i = 0; i < drawing->n_batch; i++)
    if (! sd3_prompt_read (model, drawing->texts[i], pisces_tensor_rows (states, i * n, n),
                           pisces_tensor_rows (pooled, i, 1), drawing->job->cancellable, error))
      return FALSE;

  drawing->context = pisces_mmdit_context_new (model->mmdit, drawing->n_batch,
                                               drawing->height / downscale,
                                               drawing->width / downscale, states, pooled);

  return TRUE;
}

static void
begin_picture (Drawing *drawing)
{
  Sd3Model     *model     = drawing->model;
  const gint64  downscale = pisces_vae_get_config (model->vae)->downscale;
  const gint64  channels  = pisces_vae_get_config (model->vae)->latent_channels;
  const gint64  h         = drawing->height / downscale;
  const gint64  w         = drawing->width / downscale;

  pisces_diffusion_init (&drawing->diffusion, model->backend, model->scheduler,
                         (PiscesDiffusionShape) {
                           .height     = h,
                           .width      = w,
                           .n_channels = channels,
                           .n_batch    = drawing->n_batch,
                           .ground     = drawing->ground,
                         });
  drawing->diffusion.guidance_scale = drawing->guidance;
  drawing->diffusion.predict        = predict;
  drawing->diffusion.develop        = develop;
  drawing->diffusion.encode         = encode;
  drawing->diffusion.on_step        = on_step;
  drawing->diffusion.on_step_data   = drawing;
  drawing->diffusion.user_data      = drawing;
  if (drawing->n_batch == 2 && model->settings.skip_scale > 0.0)
    {
      drawing->diffusion.correct = skip_layers;
      drawing->without = pisces_backend_alloc (model->backend, 4, (gint64) 1, h, w, channels);
    }
}

static gsize
plan (gint64   tile,
      gpointer user_data)
{
  Drawing       *drawing = user_data;
  PiscesBackend *backend = drawing->model->backend;

  pisces_vae_set_tile (drawing->model->vae, tile);
  pisces_backend_plan_begin (backend);
  if (read_texts (drawing, NULL))
    {
      begin_picture (drawing);
      pisces_diffusion_plan (&drawing->diffusion);
    }
  g_clear_pointer (&drawing->context, pisces_mmdit_context_free);

  return pisces_backend_plan_end (backend);
}

static gboolean
draw_one (Drawing    *drawing,
          GPtrArray  *pictures,
          GError    **error)
{
  const PiscesGenerateRequest *request = drawing->request;
  g_autoptr (PiscesPicture)    picture = pisces_picture_new ();

  picture->prompt = g_strdup (request->prompt);
  if (request->negative_prompt && *request->negative_prompt)
    picture->negative_prompt = g_strdup (request->negative_prompt);
  picture->plan           = g_strdup ("");
  picture->width          = drawing->width;
  picture->height         = drawing->height;
  picture->seed           = request->seed + drawing->index;
  picture->steps          = drawing->steps;
  picture->guidance_scale = drawing->guidance;
  pisces_picture_note_edit (picture, request->edit);

  report (drawing, PISCES_STAGE_DRAWING, READ, NULL, NULL);
  begin_picture (drawing);
  picture->image = pisces_diffusion_run (&drawing->diffusion, drawing->steps, picture->seed,
                                         request->want_previews, error);
  if (picture->image == NULL)
    return FALSE;

  report (drawing, PISCES_STAGE_DEVELOPING, 1.0, NULL, picture);
  g_ptr_array_add (pictures, g_steal_pointer (&picture));

  return TRUE;
}

/* Predicts velocities, with and without the condition.  */
static void
predict (PiscesTensor output,
         PiscesTensor input,
         gdouble      timestep,
         gpointer     user_data)
{
  Drawing *drawing = user_data;

  pisces_mmdit_forward (drawing->model->mmdit, output, input, timestep, drawing->context, NULL);
}

/* guided += scale · (what the network says for the prompt - the same without some
 * layers), as in diffusers' pipeline.  */
static void
skip_layers (PiscesTensor guided,
             PiscesTensor output,
             PiscesTensor input,
             gint         step,
             gint         n_steps,
             gdouble      timestep,
             gpointer     user_data)
{
  Drawing           *drawing  = user_data;
  const Sd3Settings *settings = &drawing->model->settings;
  PiscesBackend     *backend  = drawing->model->backend;
  const gint64       h        = guided.dims[1], w = guided.dims[2], c = guided.dims[3];
  PiscesTensor       rows     = pisces_tensor_reshape (guided, 2, h * w, c);
  PiscesTensor       without  = pisces_tensor_reshape (drawing->without, 2, h * w, c);
  PiscesTensor       own      = pisces_tensor_reshape (output, 2, 2 * h * w, c);
  PiscesTensor       first    = pisces_tensor_reshape (input, 2, 2 * h * w, c);

  if (! backend->is_planning &&
      ! (step > n_steps * settings->skip_start && step < n_steps * settings->skip_stop))
    return;

  first = pisces_tensor_reshape (pisces_tensor_rows (first, 0, h * w), 4, (gint64) 1, h, w, c);
  pisces_mmdit_forward (drawing->model->mmdit, drawing->without, first, timestep,
                        drawing->context, settings->skipped);
  pisces_combine (backend, without, settings->skip_scale, pisces_tensor_rows (own, 0, h * w),
                  -settings->skip_scale, without);
  pisces_combine (backend, rows, 1.0, rows, 1.0, without);
}

static PiscesImage *
develop (PiscesTensor   latent,
         gpointer       user_data,
         GError       **error)
{
  Drawing             *drawing = user_data;
  const PiscesLatents  latents = sd3_model_latents (drawing->model);

  return pisces_latents_develop (&latents, latent, error);
}

static void
encode (PiscesTensor        latent,
        const PiscesGround *ground,
        gpointer            user_data)
{
  Drawing             *drawing = user_data;
  const PiscesLatents  latents = sd3_model_latents (drawing->model);
  g_autofree gfloat   *values  = pisces_latents_load_pixels (&latents, ground);

  pisces_latents_encode (&latents, latent, values);
}

static void
on_step (gint         step,
         gint         n_steps,
         PiscesImage *preview,
         gpointer     user_data)
{
  report (user_data, step < n_steps ? PISCES_STAGE_DRAWING : PISCES_STAGE_DEVELOPING,
          READ + (DRAWN - READ) * step / n_steps, preview, NULL);
}

static void
report (Drawing       *drawing,
        PiscesStage    stage,
        gdouble        fraction,
        PiscesImage   *preview,
        PiscesPicture *picture)
{
  const PiscesProgress progress =
  {
    .stage    = stage,
    .fraction = (drawing->index + fraction) / drawing->request->count,
    .index    = drawing->index,
    .preview  = preview,
    .picture  = picture,
  };

  drawing->job->report (drawing->job, &progress);
}
