/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate.c: turns words into a picture.  The language model writes the codes of
 * a picture, row by row, and the VQ decoder turns them into pixels.
 *
 * With guidance there is a second row beside the prompt's: the same tokens, but all
 * except the first and the last are replaced by the padding token.  Padding is
 * attended to like any other token.
 */

#include <glib/gi18n-lib.h>

#include <math.h>
#include <string.h>

#include "engine/backend/finite.h"
#include "engine/families/janus/codes.h"
#include "engine/model/blank.h"

#define DEFAULT_GUIDANCE     5.0
#define DEFAULT_TEMPERATURE  1.0

/* Few previews, because decoding one takes longer than writing many codes.  */
#define N_PREVIEWS 3

/* The part of a picture's time in which codes are written, roughly.  */
#define DRAWN 0.95

typedef struct
{
  JanusModel                  *model;
  const PiscesGenerateRequest *request;
  PiscesJob                   *job;
  JanusCodes                   codes;
  guint                        index;    /* of the picture                    */

  PiscesGround                *ground;   /* what is drawn into; NULL: nothing */
  gint32                      *known;    /* [n_codes]: its codes              */
} Drawing;


static const gchar * plan_of       (const PiscesGenerateRequest  *request);
static gboolean      drawing_init  (Drawing                      *drawing,
                                    GError                      **error);
static void          drawing_clear (Drawing                      *drawing);
static GArray      * without_words (JanusModel                   *model,
                                    const GArray                 *prompt);
static gboolean      look_at       (Drawing                      *drawing,
                                    GError                      **error);
static void          begin_picture (Drawing                      *drawing,
                                    guint32                       seed);
static void          on_codes      (gint                          n,
                                    gpointer                      user_data);
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
    .model   = model,
    .request = request,
    .job     = job,
    .codes   =
    {
      .model          = model,
      .guidance_scale = request->guidance_scale < 0.0 ? DEFAULT_GUIDANCE : request->guidance_scale,
      .temperature    = request->temperature < 0.0 ? DEFAULT_TEMPERATURE : request->temperature,
      .n_codes        = model->grid_size * model->grid_size,
      .on_codes       = on_codes,
      .user_data      = &drawing,
    },
  };
  gboolean    drawn;

  drawn = janus_parts_need (model, request->edit ? JANUS_PART_DRAW | JANUS_PART_FILL
                                                 : JANUS_PART_DRAW, error) &&
          drawing_init (&drawing, error);
  if (drawn)
    plan_memory (&drawing);
  drawn = drawn && (! drawing.ground || look_at (&drawing, error));

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
  JanusCodes                  *codes    = &drawing->codes;
  const gboolean               is_told  = ! pisces_text_is_blank (request->negative_prompt);
  g_autofree gchar            *prompt   = NULL;
  g_autofree gchar            *negative = NULL;

  prompt = janus_prompt_clean_text (model, plan_of (request) ? plan_of (request) : request->prompt,
                                    drawing->job, error);
  if (prompt == NULL)
    return FALSE;

  if (request->edit)
    {
      drawing->known  = g_new0 (gint32, codes->n_codes);
      drawing->ground = pisces_ground_new (request->edit, model->image_size, model->image_size,
                                           error);
      if (drawing->ground == NULL)
        return FALSE;
    }

  codes->codes      = g_new0 (gint32, codes->n_codes);
  codes->is_free    = g_new0 (gboolean, codes->n_codes);
  codes->prompts[0] = janus_prompt_new (model, JANUS_TEMPLATE_DRAW, prompt);
  codes->n_rows     = codes->guidance_scale == 1.0 ? 1 : 2;

  /* Only a picture that is drawn into may have no words: then it goes on as the model
   * likes it best, and there is nothing that guidance could lead to.  */
  if (pisces_text_is_blank (prompt))
    {
      g_autoptr (GArray) rows = g_steal_pointer (&codes->prompts[0]);

      codes->prompts[0] = without_words (model, rows);
      if (! is_told)
        codes->n_rows = 1;
    }

  if (codes->n_rows == 1)
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
      codes->prompts[1] = janus_prompt_new (model, JANUS_TEMPLATE_DRAW, negative);
    }
  else
    {
      codes->prompts[1] = without_words (model, codes->prompts[0]);
    }

  return pisces_backend_finish (model->backend, error);
}

static void
drawing_clear (Drawing *drawing)
{
  for (gint i = 0; i < JANUS_MAX_ROWS; i++)
    g_clear_pointer (&drawing->codes.prompts[i], g_array_unref);
  g_clear_pointer (&drawing->ground, pisces_ground_free);
  g_free (drawing->known);
  g_free (drawing->codes.codes);
  g_free (drawing->codes.is_free);
}

/* Turns the picture that is drawn into into codes, and says what the model will not
 * see of it.  */
static gboolean
look_at (Drawing  *drawing,
         GError  **error)
{
  JanusModel *model = drawing->model;
  gboolean    looked;

  report (drawing, PISCES_STAGE_LOOKING, 0.0, NULL, NULL);
  looked = janus_fill_look (model, drawing->ground, drawing->known);
  if (! pisces_backend_finish (model->backend, error) || ! looked)
    return FALSE;

  begin_picture (drawing, 0);
  if (drawing->codes.n_read > 0 &&
      drawing->codes.n_read <= drawing->codes.n_codes - model->grid_size)
    g_ptr_array_add (drawing->job->warnings,
                     g_strdup (_("This model draws row by row from the top, and does not see what "
                                 "is below the place that it fills. If the lower edge does not "
                                 "fit, try other seeds.")));

  return TRUE;
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

  picture->prompt = g_strdup (request->prompt);
  if (request->negative_prompt && *request->negative_prompt)
    picture->negative_prompt = g_strdup (request->negative_prompt);
  picture->plan           = g_strdup (plan_of (request) ? plan_of (request) : "");
  picture->seed           = request->seed + drawing->index;
  picture->steps          = drawing->codes.n_codes;
  picture->guidance_scale = drawing->codes.guidance_scale;
  picture->temperature    = drawing->codes.temperature;
  pisces_picture_note_edit (picture, request->edit);

  report (drawing, PISCES_STAGE_DRAWING, 0.0, NULL, NULL);
  begin_picture (drawing, picture->seed);
  janus_codes_begin (&drawing->codes);
  janus_codes_write (&drawing->codes, picture->seed);
  janus_codes_end (&drawing->codes);
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

/* Sets the codes that are known, and which are to be written.  */
static void
begin_picture (Drawing *drawing,
               guint32  seed)
{
  JanusCodes *codes = &drawing->codes;

  codes->n_read = codes->n_codes;
  if (drawing->ground)
    {
      memcpy (codes->codes, drawing->known, codes->n_codes * sizeof (gint32));
      codes->n_read = janus_fill_choose (drawing->model, drawing->ground, seed, codes->is_free);
    }
  else
    {
      for (gint i = 0; i < codes->n_codes; i++)
        codes->is_free[i] = TRUE;
    }
}

static void
on_codes (gint     n,
          gpointer user_data)
{
  Drawing     *drawing = user_data;
  const gint   side    = drawing->model->grid_size;
  const gint   every   = MAX (1, side / (N_PREVIEWS + 1));
  PiscesImage *preview = NULL;

  if (n % side == 0 && drawing->request->want_previews && n / side % every == 0)
    preview = develop (drawing, n / side, NULL);
  report (drawing, PISCES_STAGE_DRAWING, DRAWN * n / drawing->codes.n_read, preview, NULL);
  g_clear_pointer (&preview, pisces_image_unref);
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
  pisces_vq_decode (model->vq, pixels, drawing->codes.codes, n_lines, model->grid_size);
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
  if (drawing->ground)
    pisces_ground_mend (drawing->ground, image);

  return g_steal_pointer (&image);
}

/* Reserves the memory for a picture before it begins.  */
static void
plan_memory (Drawing *drawing)
{
  JanusModel    *model   = drawing->model;
  PiscesBackend *backend = model->backend;
  gsize          mark;

  pisces_backend_plan_begin (backend);
  mark = pisces_backend_mark (backend);
  if (drawing->ground)
    janus_fill_look (model, drawing->ground, drawing->known);
  janus_codes_begin (&drawing->codes);
  janus_codes_plan (&drawing->codes, drawing->ground ? model->grid_size : 1);
  /* A preview is made while the loop still has its memory.  The last picture is
   * made after that memory was released.  */
  if (drawing->request->want_previews)
    develop (drawing, MAX (1, model->grid_size * N_PREVIEWS / (N_PREVIEWS + 1)), NULL);
  janus_codes_end (&drawing->codes);
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
