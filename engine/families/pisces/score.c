/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * score.c: measures how well a picture shows what a prompt asks for.
 *
 * UAE, arXiv 2509.09666: a picture is understood if its description could be used
 * to draw it again.  So the model describes the picture, writes the plan that
 * would draw the description, and computes how likely that plan is after the
 * prompt.  The score is 0 if the plan is only as likely as without any words, and
 * 1 if it is as likely as after the description itself.  A prompt that leaves
 * things open loses little; a wrong colour or thing loses much.
 *
 * Measured with nano on 120 correct renders of its world, half of them
 * combinations that it never saw, against 836 wrong prompts: the area under the
 * ROC curve is 1.00 against prompts of other pictures, and 0.94 against prompts
 * with one thing wrong (class, colour, missing, one too many, background).  Other
 * measures were worse: the cosine of the generation encoder's vectors and the
 * prompt's gives 0.98 and 0.67, that of their means 1.00 and 0.79, and the
 * prompt's likelihood as a description of the picture 0.82 and 0.59.
 */

#include <math.h>
#include <string.h>

#include "engine/backend/finite.h"
#include "engine/families/pisces/model.h"
#include "engine/families/text-room.h"

/* In nats per token.  If even the model's own description makes its plan hardly
 * more likely than no words do, the model cannot judge the picture.  */
#define LEAST_GAIN 0.05

/* Of a longer plan the order is not looked for.  */
#define MAX_PARTS 12

/* More rows than any template has besides the texts.  */
#define TEMPLATE_ROWS 64


static gboolean match_plans   (PiscesModel                 *model,
                               const gchar                 *prompt,
                               const PiscesDescribeResult  *told,
                               PiscesJob                   *job,
                               gdouble                     *match,
                               GError                     **error);
static gchar *  write_plan    (PiscesModel                 *model,
                               const gchar                 *text);
static gdouble  likelihood    (PiscesModel                 *model,
                               PiscesWriter                *writer,
                               const gchar                 *text,
                               const gchar                 *plan);
static gchar *  in_order_of   (PiscesModel                 *model,
                               PiscesWriter                *writer,
                               const gchar                 *prompt,
                               const gchar                 *plan);
static gboolean match_vectors (PiscesModel                 *model,
                               const gchar                 *prompt,
                               PiscesImage                 *image,
                               PiscesJob                   *job,
                               gdouble                     *match,
                               GError                     **error);


/*  public functions  */

/**
 * pisces_family_score:
 *
 * The family's `score`.  A model that draws without a plan is compared by the
 * visual vectors instead.
 */
gboolean
pisces_family_score (gpointer       data,
                     PiscesImage   *image,
                     const gchar   *prompt,
                     PiscesJob     *job,
                     PiscesScore   *score,
                     GError       **error)
{
  PiscesModel                      *model   = data;
  gsize                             mark    = pisces_backend_mark (model->backend);
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  told    = g_new0 (PiscesDescribeResult, 1);
  g_autofree gchar                 *text    = NULL;
  gboolean                          done;

  text = pisces_prompt_clean_text (model, prompt, TEXT_OTHER, job, NULL, error);
  if (text == NULL)
    return FALSE;

  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG);
  if (! pisces_family_describe (model, request, job, told, error))
    return FALSE;

  done = model->settings.templates[TEMPLATE_PLAN]
           ? match_plans (model, text, told, job, &score->match, error)
           : match_vectors (model, text, image, job, &score->match, error);
  pisces_backend_release (model->backend, mark);
  score->description = g_steal_pointer (&told->short_text);

  return done;
}


/*  private functions  */

/* A description was turned into a sentence for people.  The model knows texts
 * without the full stop, and, if its vocabulary is closed, in lower case.  This
 * undoes the change.  */
static gchar *
as_prompt (PiscesModel *model,
           const gchar *text,
           PiscesJob   *job)
{
  g_autofree gchar *plain = model->settings.closed_vocabulary ? g_utf8_strdown (text, -1)
                                                              : g_strdup (text);
  gchar            *clean;
  GError           *error = NULL;

  if (g_str_has_suffix (plain, "."))
    plain[strlen (plain) - 1] = '\0';

  clean = pisces_prompt_clean_text (model, plain, TEXT_OTHER, job, NULL, &error);
  if (clean)
    return clean;

  pisces_backend_take_error (model->backend, error);

  return g_strdup ("");
}

static gboolean
match_plans (PiscesModel                 *model,
             const gchar                 *prompt,
             const PiscesDescribeResult  *told,
             PiscesJob                   *job,
             gdouble                     *match,
             GError                     **error)
{
  const gchar  *texts[] = { told->short_text, told->long_text };
  gint          room    = MIN (pisces_llama_get_config (model->llama)->max_positions,
                               2 * pisces_prompt_budget (model) +
                               MAX (model->template_room, TEMPLATE_ROWS));
  gdouble       least = 0.0, most = 0.0, asked = 0.0;
  PiscesWriter  writer;

  pisces_writer_init (&writer, pisces_model_language (model), room);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree gchar *text = as_prompt (model, texts[i], job);
      g_autofree gchar *plan = write_plan (model, text);
      g_autofree gchar *ordered = in_order_of (model, &writer, prompt, plan);

      least += likelihood (model, &writer, "", plan);
      most  += likelihood (model, &writer, text, plan);
      asked += likelihood (model, &writer, prompt, ordered);
    }
  pisces_writer_clear (&writer);

  *match = CLAMP ((asked - least) / MAX (most - least, LEAST_GAIN), 0.0, 1.0);

  return pisces_backend_finish (model->backend, error);
}

/* A text may have more tokens when it is read than it had when it was written: where
 * a model writes bytes that are no character, the text has the mark for these.  So what
 * does not fit is cut off, for all that is compared.  */
static gchar *
write_plan (PiscesModel *model,
            const gchar *text)
{
  g_autofree gchar             *plan  = pisces_plan_write (model, text, 0, 0.0, NULL, NULL);
  g_autoptr (PiscesPromptCheck) check = NULL;
  gchar                        *fits  = NULL;
  GError                       *error = NULL;

  check = pisces_open_text_check (model->tokenizer, plan, pisces_prompt_budget (model),
                                  model->backend->cancellable, &fits, &error);
  if (check)
    return fits;

  pisces_backend_take_error (model->backend, error);

  return g_strdup ("");
}

static gdouble
likelihood (PiscesModel  *model,
            PiscesWriter *writer,
            const gchar  *text,
            const gchar  *plan)
{
  g_autoptr (GArray) rows = pisces_prompt_new (model, TEMPLATE_PLAN, 0, text, NULL);

  return pisces_writer_log_likelihood (writer, rows, plan, TRUE);
}

/* The things of a plan stand in the order in which its text names them, and a prompt
 * may name the same things in another.  So the parts of the plan are put in the order
 * that is likeliest after the prompt, one after another.  A plan of another form,
 * which is one part, stays as it is.  */
static gchar *
in_order_of (PiscesModel  *model,
             PiscesWriter *writer,
             const gchar  *prompt,
             const gchar  *plan)
{
  g_autoptr (GArray)  rows    = pisces_prompt_new (model, TEMPLATE_PLAN, 0, prompt, NULL);
  g_auto (GStrv)      parts   = g_strsplit (plan, "; ", -1);
  guint               n_parts = g_strv_length (parts);
  g_autoptr (GString) ordered = g_string_new (n_parts > 0 ? parts[0] : plan);

  for (guint at = 1; at < n_parts; at++)
    {
      guint   best   = at;
      gdouble most   = -G_MAXDOUBLE;
      gsize   before = ordered->len;
      gchar  *part;

      for (guint i = at; i < n_parts && at + 1 < n_parts && n_parts <= MAX_PARTS; i++)
        {
          gdouble likely;

          g_string_append_printf (ordered, "; %s", parts[i]);
          likely = pisces_writer_log_likelihood (writer, rows, ordered->str, FALSE);
          g_string_truncate (ordered, before);
          if (likely > most)
            {
              most = likely;
              best = i;
            }
        }
      part        = parts[best];
      parts[best] = parts[at];
      parts[at]   = part;
      g_string_append_printf (ordered, "; %s", part);
    }

  return g_string_free (g_steal_pointer (&ordered), FALSE);
}

/* Computes the cosine of the means over all places, because a prompt does not say
 * where things are.  */
static gboolean
match_vectors (PiscesModel   *model,
               const gchar   *prompt,
               PiscesImage   *image,
               PiscesJob     *job,
               gdouble       *match,
               GError       **error)
{
  gint64             m     = model->settings.num_gen_vectors;
  gint64             width = model->settings.gen_vector_size;
  g_autoptr (GArray) seen  = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autofree gfloat *meant = g_new0 (gfloat, m * width);
  gdouble            dot = 0.0, aa = 0.0, bb = 0.0;
  PiscesTensor       vectors;

  if (! pisces_family_embed (model, image, job, seen, error))
    return FALSE;

  vectors = pisces_backend_alloc (model->backend, 2, m, width);
  pisces_imagine (model, prompt, "", vectors);
  pisces_download_finite (model->backend, meant, vectors);
  if (! pisces_backend_finish (model->backend, error))
    return FALSE;

  for (gint64 c = 0; c < width; c++)
    {
      gdouble a = 0.0, b = 0.0;

      for (gint64 i = 0; i < m; i++)
        {
          a += g_array_index (seen, gfloat, i * width + c);
          b += meant[i * width + c];
        }
      dot += a * b;
      aa  += a * a;
      bb  += b * b;
    }
  *match = CLAMP (dot / sqrt (MAX (aa * bb, 1e-30)), 0.0, 1.0);

  return TRUE;
}
