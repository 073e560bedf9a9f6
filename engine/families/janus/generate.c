/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate.c: turns words into a picture.  The language model writes the codes of
 * a picture, row by row, and the VQ decoder turns them into pixels.
 *
 * Source: `JanusForConditionalGeneration.generate` in transformers, and
 * generation_inference.py in deepseek-ai/Janus.  With guidance there is a second
 * row beside the prompt's: the same tokens, but all except the first and the last
 * are replaced by the padding token.  Padding is attended to like any other
 * token.
 */

#include <glib/gi18n-lib.h>

#include <math.h>

#include "engine/backend/finite.h"
#include "engine/families/janus/model.h"
#include "engine/model/blank.h"
#include "engine/samplers/text-sampler.h"

#define DEFAULT_GUIDANCE     5.0
#define DEFAULT_TEMPERATURE  1.0

/* Which of the streams of random numbers of one seed is used for the codes.  */
#define STREAM_CODES 0

/* Few previews, because decoding one takes longer than writing many codes.  */
#define N_PREVIEWS 3

/* The part of a picture's time in which codes are written, roughly.  */
#define DRAWN 0.95

/* The row of the prompt, and the row that guidance leads away from.  */
#define MAX_ROWS 2

typedef struct
{
  JanusModel                  *model;
  const PiscesGenerateRequest *request;
  PiscesJob                   *job;
  gdouble                      guidance_scale;
  gdouble                      temperature;
  gint                         n_rows;            /* 1 without guidance       */
  GArray                      *prompts[MAX_ROWS]; /* gint32                   */

  guint                        index;             /* of the picture           */
  gint32                      *codes;             /* [n_codes], those written so far */
  gint                         n_codes;
} Drawing;

/* The tensors of the loop that writes codes.  */
typedef struct
{
  PiscesLlamaCache *cache;
  PiscesTensor      states;           /* [n_rows, hidden], last output       */
  PiscesTensor      inputs;           /* [n_rows, hidden], next input        */
  PiscesTensor      code;             /* [1, code_size]                      */
  PiscesTensor      logits;           /* [n_rows, n_codes of the codebook]   */
  PiscesTensor      guided;           /* [1, n_codes of the codebook]        */
} Loop;


static const gchar * plan_of       (const PiscesGenerateRequest  *request);
static gboolean      drawing_init  (Drawing                      *drawing,
                                    GError                      **error);
static void          drawing_clear (Drawing                      *drawing);
static GArray      * without_words (JanusModel                   *model,
                                    const GArray                 *prompt);
static void          loop_init     (Loop                         *loop,
                                    Drawing                      *drawing);
static void          read_prompts  (Loop                         *loop,
                                    Drawing                      *drawing);
static void          choose_codes  (Loop                         *loop,
                                    Drawing                      *drawing,
                                    PiscesRandom                 *random);
static void          feed_code     (Loop                         *loop,
                                    Drawing                      *drawing,
                                    gint32                        code);
static PiscesImage * develop       (Drawing                      *drawing,
                                    gint                          n_lines,
                                    GError                      **error);
static void          plan_memory   (Drawing                      *drawing);
static gboolean      draw_one      (Drawing                      *drawing,
                                    GPtrArray                    *pictures,
                                    GError                      **error);
static void          report        (Drawing                      *drawing,
                                    PiscesStage                   stage,
                                    gdouble                       fraction,
                                    PiscesImage                  *preview,
                                    PiscesPicture                *picture);


/*  public functions  */

/**
 * janus_generate:
 *
 * The family's `generate`.
 */
gboolean
janus_generate (gpointer                      data,
                const PiscesGenerateRequest  *request,
                PiscesJob                    *job,
                GPtrArray                    *pictures,
                GError                      **error)
{
  JanusModel *model   = data;
  const gsize start   = pisces_backend_mark (model->backend);
  Drawing     drawing =
  {
    .model          = model,
    .request        = request,
    .job            = job,
    .guidance_scale = request->guidance_scale < 0.0 ? DEFAULT_GUIDANCE : request->guidance_scale,
    .temperature    = request->temperature < 0.0 ? DEFAULT_TEMPERATURE : request->temperature,
    .n_codes        = model->grid_size * model->grid_size,
  };
  gboolean    drawn;

  drawn = janus_parts_need (model, JANUS_PART_DRAW, error) && drawing_init (&drawing, error);
  if (drawn)
    plan_memory (&drawing);

  for (; drawn && drawing.index < request->count; drawing.index++)
    {
      const gsize mark = pisces_backend_mark (model->backend);

      drawn = draw_one (&drawing, pictures, error);
      pisces_backend_release (model->backend, mark);
    }

  drawing_clear (&drawing);
  pisces_backend_release (model->backend, start);

  return drawn;
}


/*  private functions  */

/* Returns the text that is drawn from in place of the prompt, or NULL.  */
static const gchar *
plan_of (const PiscesGenerateRequest *request)
{
  return pisces_text_is_blank (request->plan) ? NULL : request->plan;
}

/* Prepares what all pictures of a request have in common.  */
static gboolean
drawing_init (Drawing  *drawing,
              GError  **error)
{
  const PiscesGenerateRequest *request  = drawing->request;
  JanusModel                  *model    = drawing->model;
  const gboolean               is_told  = ! pisces_text_is_blank (request->negative_prompt);
  g_autofree gchar            *prompt   = NULL;
  g_autofree gchar            *negative = NULL;

  prompt = janus_prompt_clean_text (model, plan_of (request) ? plan_of (request) : request->prompt,
                                    drawing->job, error);
  if (prompt == NULL)
    return FALSE;

  drawing->codes      = g_new0 (gint32, drawing->n_codes);
  drawing->prompts[0] = janus_prompt_new (model, JANUS_TEMPLATE_DRAW, prompt);
  drawing->n_rows     = drawing->guidance_scale == 1.0 ? 1 : 2;

  if (drawing->n_rows == 1)
    {
      if (is_told)
        g_ptr_array_add (drawing->job->warnings,
                         g_strdup (_("The words to avoid had no effect, because "
                                     "the guidance is 1.")));
    }
  else if (is_told)
    {
      negative = janus_prompt_clean_text (model, request->negative_prompt, drawing->job, error);
      if (negative == NULL)
        return FALSE;
      drawing->prompts[1] = janus_prompt_new (model, JANUS_TEMPLATE_DRAW, negative);
    }
  else
    {
      drawing->prompts[1] = without_words (model, drawing->prompts[0]);
    }

  return pisces_backend_finish (model->backend, error);
}

static void
drawing_clear (Drawing *drawing)
{
  for (gint i = 0; i < MAX_ROWS; i++)
    g_clear_pointer (&drawing->prompts[i], g_array_unref);
  g_free (drawing->codes);
}

/* Makes the row without the prompt's words.  It is as long as the prompt, so that
 * the codes have the same positions in both rows.  */
static GArray *
without_words (JanusModel   *model,
               const GArray *prompt)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (gint32));

  for (guint i = 0; i < prompt->len; i++)
    {
      gint32 id = g_array_index (prompt, gint32, i);

      if (id != model->tokens.begin && id != model->tokens.begin_image)
        id = model->tokens.pad;
      g_array_append_val (rows, id);
    }

  return rows;
}

static gboolean
draw_one (Drawing    *drawing,
          GPtrArray  *pictures,
          GError    **error)
{
  const PiscesGenerateRequest *request = drawing->request;
  JanusModel                  *model   = drawing->model;
  const gsize                  mark    = pisces_backend_mark (model->backend);
  g_autoptr (PiscesPicture)    picture = pisces_picture_new ();
  PiscesRandom                 random;
  Loop                         loop;

  picture->prompt = g_strdup (request->prompt);
  if (request->negative_prompt && *request->negative_prompt)
    picture->negative_prompt = g_strdup (request->negative_prompt);
  picture->plan           = g_strdup (plan_of (request) ? plan_of (request) : "");
  picture->seed           = request->seed + drawing->index;
  picture->steps          = drawing->n_codes;
  picture->guidance_scale = drawing->guidance_scale;
  picture->temperature    = drawing->temperature;

  report (drawing, PISCES_STAGE_DRAWING, 0.0, NULL, NULL);
  pisces_random_init (&random, picture->seed, STREAM_CODES);
  loop_init (&loop, drawing);
  read_prompts (&loop, drawing);
  choose_codes (&loop, drawing, &random);
  pisces_llama_cache_free (loop.cache);
  pisces_backend_release (model->backend, mark);
  if (! pisces_backend_finish (model->backend, error))
    return FALSE;

  report (drawing, PISCES_STAGE_DEVELOPING, DRAWN, NULL, NULL);
  picture->image = develop (drawing, model->grid_size, error);
  if (picture->image == NULL)
    return FALSE;

  report (drawing, PISCES_STAGE_DEVELOPING, 1.0, NULL, picture);
  g_ptr_array_add (pictures, g_steal_pointer (&picture));

  return TRUE;
}

static void
loop_init (Loop    *loop,
           Drawing *drawing)
{
  JanusModel           *model    = drawing->model;
  PiscesBackend        *backend  = model->backend;
  const PiscesVqConfig *vq       = pisces_vq_get_config (model->vq);
  const gint64          hidden   = pisces_llama_get_config (model->llama)->hidden_size;
  const gint64          n        = drawing->n_rows;
  guint                 longest  = 0;

  for (gint i = 0; i < drawing->n_rows; i++)
    longest = MAX (longest, drawing->prompts[i]->len);

  loop->cache  = pisces_llama_cache_new_batch (model->llama, n, longest + drawing->n_codes);
  loop->states = pisces_backend_alloc (backend, 2, n, hidden);
  loop->inputs = pisces_backend_alloc (backend, 2, n, hidden);
  loop->code   = pisces_backend_alloc (backend, 2, (gint64) 1, (gint64) vq->code_size);
  loop->logits = pisces_backend_alloc (backend, 2, n, (gint64) vq->n_codes);
  loop->guided = pisces_backend_alloc (backend, 2, (gint64) 1, (gint64) vq->n_codes);
}

static void
read_prompts (Loop    *loop,
              Drawing *drawing)
{
  JanusModel    *model   = drawing->model;
  PiscesBackend *backend = model->backend;
  const gint64   hidden  = pisces_llama_get_config (model->llama)->hidden_size;

  for (gint i = 0; i < drawing->n_rows; i++)
    {
      const GArray *prompt = drawing->prompts[i];
      const gsize   mark   = pisces_backend_mark (backend);
      PiscesTensor  x      = pisces_backend_alloc (backend, 2, (gint64) prompt->len, hidden);
      PiscesTensor  y      = pisces_backend_alloc (backend, 2, (gint64) prompt->len, hidden);

      pisces_llama_embed (model->llama, x, (const gint32 *) prompt->data);
      pisces_llama_forward_one (model->llama, loop->cache, i, y, x);
      pisces_copy (backend, pisces_tensor_rows (loop->states, i, 1),
                   pisces_tensor_rows (y, prompt->len - 1, 1));
      pisces_backend_release (backend, mark);
    }
}

static void
choose_codes (Loop         *loop,
              Drawing      *drawing,
              PiscesRandom *random)
{
  const PiscesSampling  sampling = { .temperature = drawing->temperature, .top_p = 1.0 };
  JanusModel           *model    = drawing->model;
  PiscesBackend        *backend  = model->backend;
  const gint            side     = model->grid_size;
  const gint            every    = MAX (1, side / (N_PREVIEWS + 1));

  for (gint i = 0; i < drawing->n_codes && ! pisces_backend_is_failed (backend); i++)
    {
      const gint   n_lines = (i + 1) / side;
      PiscesImage *preview = NULL;
      gint32       code;

      pisces_projector_forward (model->code_head, loop->logits, loop->states);
      if (drawing->n_rows == 2)
        pisces_combine (backend, loop->guided,
                        drawing->guidance_scale, pisces_tensor_rows (loop->logits, 0, 1),
                        1.0 - drawing->guidance_scale, pisces_tensor_rows (loop->logits, 1, 1));
      else
        pisces_copy (backend, loop->guided, loop->logits);

      code = pisces_sample (backend, loop->guided, sampling, random);
      if (code < 0)
        {
          /* If something failed earlier, the backend keeps that error.  */
          pisces_backend_fail_of_numbers (backend);
          return;
        }
      drawing->codes[i] = code;
      if (i + 1 == drawing->n_codes)
        return;

      feed_code (loop, drawing, code);
      if ((i + 1) % side == 0 && drawing->request->want_previews && n_lines % every == 0)
        preview = develop (drawing, n_lines, NULL);
      report (drawing, PISCES_STAGE_DRAWING, DRAWN * (i + 1) / drawing->n_codes, preview, NULL);
      g_clear_pointer (&preview, pisces_image_unref);
    }
}

/* Gives the same code to every row as its next input.  */
static void
feed_code (Loop    *loop,
           Drawing *drawing,
           gint32   code)
{
  JanusModel    *model   = drawing->model;
  PiscesBackend *backend = model->backend;
  const gint     size    = pisces_vq_get_config (model->vq)->code_size;

  pisces_upload (backend, loop->code, model->code_embeddings + (gsize) code * size);
  pisces_projector_forward (model->code_aligner, pisces_tensor_rows (loop->inputs, 0, 1),
                            loop->code);
  for (gint i = 1; i < drawing->n_rows; i++)
    pisces_copy (backend, pisces_tensor_rows (loop->inputs, i, 1),
                 pisces_tensor_rows (loop->inputs, 0, 1));
  pisces_llama_forward (model->llama, loop->cache, loop->states, loop->inputs);
}

/* Turns the first lines of codes into a picture.  The part whose codes are not
 * yet written is transparent.  */
static PiscesImage *
develop (Drawing  *drawing,
         gint      n_lines,
         GError  **error)
{
  JanusModel             *model   = drawing->model;
  PiscesBackend          *backend = model->backend;
  const PiscesVqConfig   *vq      = pisces_vq_get_config (model->vq);
  const gint64            height  = (gint64) n_lines * vq->downscale;
  const gint64            width   = (gint64) model->grid_size * vq->downscale;
  const gsize             mark    = pisces_backend_mark (backend);
  g_autofree gfloat      *values  = g_new (gfloat, height * width * vq->out_channels);
  g_autoptr (PiscesImage) image   = NULL;
  PiscesTensor            pixels;

  pixels = pisces_backend_alloc (backend, 4, (gint64) 1, height, width, (gint64) vq->out_channels);
  pisces_vq_decode (model->vq, pixels, drawing->codes, n_lines, model->grid_size);
  pisces_download_finite (backend, values, pixels);
  pisces_backend_release (backend, mark);
  if (pisces_backend_is_failed (backend))
    {
      if (error)
        pisces_backend_finish (backend, error);
      return NULL;
    }

  image = pisces_image_new (width, width, error);
  if (image == NULL)
    return NULL;

  /* The reference truncates here and does not round, so this does the same.  */
  for (gint64 i = 0; i < height * width; i++)
    {
      for (gint c = 0; c < 3; c++)
        image->pixels[4 * i + c] =
          CLAMP ((values[vq->out_channels * i + c] + 1.0f) * 127.5f, 0.0f, 255.0f);
      image->pixels[4 * i + 3] = 255;
    }

  return g_steal_pointer (&image);
}

/* Reserves the memory for a picture before it begins.  */
static void
plan_memory (Drawing *drawing)
{
  JanusModel    *model   = drawing->model;
  PiscesBackend *backend = model->backend;
  Loop           loop;
  gsize          mark;

  pisces_backend_plan_begin (backend);
  mark = pisces_backend_mark (backend);
  loop_init (&loop, drawing);
  read_prompts (&loop, drawing);
  pisces_projector_forward (model->code_head, loop.logits, loop.states);
  feed_code (&loop, drawing, 0);
  /* A preview is made while the loop still has its memory.  The last picture is
   * made after that memory was released.  */
  if (drawing->request->want_previews)
    develop (drawing, MAX (1, model->grid_size * N_PREVIEWS / (N_PREVIEWS + 1)), NULL);
  pisces_llama_cache_free (loop.cache);
  pisces_backend_release (backend, mark);
  develop (drawing, model->grid_size, NULL);
  pisces_backend_reserve (backend, pisces_backend_plan_end (backend));
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
