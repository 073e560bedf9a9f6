/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the worker does for each kind of job when the model is loaded: it calls
 * the family and wraps up the result.  What the model cannot do is refused or
 * told here, by its abilities, so that no family has to.
 */

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/description.h"
#include "engine/engine-private.h"
#include "engine/model/blank.h"


static gboolean check_drawing (const PiscesAbilities        *abilities,
                               const gchar                  *name,
                               const PiscesGenerateRequest  *request,
                               GError                      **error);
static void     prepare_variation
                              (const PiscesAbilities        *abilities,
                               PiscesGenerateRequest        *request);
static gboolean check_size    (const PiscesSizes            *sizes,
                               const PiscesGenerateRequest  *request,
                               GError                      **error);
static void     warn_ignored  (const PiscesAbilities        *abilities,
                               Job                          *job);
static void     warn_of_hints (const PiscesAbilities        *abilities,
                               Job                          *job);
static void     warn_steps    (const PiscesAbilities        *abilities,
                               Job                          *job);


static gchar **
take_warnings (Job *job)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < job->base.warnings->len; i++)
    g_strv_builder_add (builder, job->base.warnings->pdata[i]);

  return g_strv_builder_end (builder);
}

static gpointer
run_generate (LoadedModel   *loaded,
              Job           *job,
              GError       **error)
{
  g_autoptr (PiscesGenerateResult) result = g_new0 (PiscesGenerateResult, 1);
  gint64                           begin  = g_get_monotonic_time ();

  result->pictures =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_picture_unref);
  warn_ignored (&loaded->info->abilities, job);
  prepare_variation (&loaded->info->abilities, job->generate);
  if (! loaded->family->generate (loaded->model, job->generate, &job->base,
                                  result->pictures, error))
    return NULL;

  /* An earlier attempt may already have given the first pictures to the
   * caller, so the result has those.  */
  g_ptr_array_set_size (result->pictures, 0);
  for (guint i = 0; i < job->pictures->len; i++)
    g_ptr_array_add (result->pictures, pisces_picture_ref (job->pictures->pdata[i]));

  warn_steps (&loaded->info->abilities, job);
  result->warnings = take_warnings (job);
  result->seconds  = (g_get_monotonic_time () - begin) / 1e6;

  return g_steal_pointer (&result);
}

/* Nothing that the model wrote is lost: the user is told what did not fit, unless
 * the long text says the same.  */
static void
shorten (Job                  *job,
         PiscesDescribeResult *result)
{
  g_autofree gchar *rest = NULL;

  result->short_text = pisces_description_shorten (result->short_text,
                                                   PISCES_SHORT_TEXT_CHARACTERS, &rest);
  if (rest && ! (result->long_text && strstr (result->long_text, rest)))
    g_ptr_array_add (job->base.warnings,
                     g_strdup_printf (_("The short text was longer than what screen readers read "
                                        "without a pause, and was cut. It went on: “%s”"),
                                      rest));
}

/* A model may end a text before its first word.  Such a text must not replace one
 * that a person wrote, so it counts as not written: it becomes NULL if there is
 * another text, and an error if there is none.  */
static gboolean
drop_blank (Job                   *job,
            PiscesDescribeResult  *result,
            GError               **error)
{
  gchar **texts[]   = { &result->short_text, &result->long_text, &result->answer };
  guint   n_blank   = 0;
  guint   n_written = 0;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (*texts[i] && pisces_text_is_blank (*texts[i]))
      {
        g_clear_pointer (texts[i], g_free);
        n_blank++;
      }
    else if (*texts[i])
      {
        n_written++;
      }

  if (n_blank == 0)
    return TRUE;

  if (n_written > 0)
    {
      g_ptr_array_add (job->base.warnings,
                       g_strdup (_("The model wrote only one of the two texts; nothing takes "
                                   "the place of the other.")));
      return TRUE;
    }

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("The model wrote nothing about this picture. Try another model, or ask "
                         "a question about the picture."));

  return FALSE;
}

static gpointer
run_describe (LoadedModel   *loaded,
              Job           *job,
              GError       **error)
{
  g_autoptr (PiscesDescribeResult) result = g_new0 (PiscesDescribeResult, 1);
  gint64                           begin  = g_get_monotonic_time ();
  PiscesDescribeRequest            asked  = *job->describe;

  warn_of_hints (&loaded->info->abilities, job);
  if (! loaded->info->abilities.writes_languages)
    asked.language = NULL;
  if (! loaded->info->abilities.follows_context)
    asked.context = NULL;
  if (job->describe->look_closer && ! loaded->info->abilities.looks_closer)
    g_ptr_array_add (job->base.warnings,
                     g_strdup (_("Looking closer had no effect, because this model sees a "
                                 "picture only as a whole.")));
  if (! loaded->family->describe (loaded->model, &asked, &job->base, result, error))
    return NULL;

  result->short_text = pisces_description_tidy (result->short_text);
  result->long_text  = pisces_description_tidy (result->long_text);
  result->answer     = pisces_description_tidy (result->answer);
  if (! drop_blank (job, result, error))
    return NULL;
  shorten (job, result);

  result->warnings     = take_warnings (job);
  result->model_name   = g_strdup (job->model_name);
  result->model_digest = g_strdup (job->model_digest);
  result->backend      = g_strdup (job->backend_name);
  result->seconds      = (g_get_monotonic_time () - begin) / 1e6;

  return g_steal_pointer (&result);
}

static gpointer
run_compare (LoadedModel   *loaded,
             Job           *job,
             GError       **error)
{
  g_autoptr (GArray) a = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autoptr (GArray) b = g_array_new (FALSE, FALSE, sizeof (gfloat));
  gdouble            dot = 0.0, aa = 0.0, bb = 0.0;
  gdouble           *cosine;

  if (! loaded->family->embed (loaded->model, job->images[0], &job->base, a, error) ||
      ! loaded->family->embed (loaded->model, job->images[1], &job->base, b, error))
    return NULL;

  for (guint i = 0; i < MIN (a->len, b->len); i++)
    {
      gdouble x = g_array_index (a, gfloat, i);
      gdouble y = g_array_index (b, gfloat, i);

      dot += x * y;
      aa  += x * x;
      bb  += y * y;
    }

  cosine  = g_new (gdouble, 1);
  *cosine = dot / sqrt (MAX (aa * bb, 1e-30));

  return cosine;
}

static gpointer
run_score (LoadedModel   *loaded,
           Job           *job,
           GError       **error)
{
  g_autoptr (PiscesScore) score = g_new0 (PiscesScore, 1);

  if (! loaded->family->score (loaded->model, job->images[0], job->prompt,
                               &job->base, score, error))
    return NULL;

  score->description = pisces_description_tidy (score->description);
  score->model_name  = g_strdup (job->model_name);
  score->way         = loaded->info->abilities.score_way;

  return g_steal_pointer (&score);
}

/**
 * pisces_task_check:
 * @loaded: the job's model, which need not be loaded yet.
 * @job: the job.
 * @error: return location for an error.
 *
 * Finds out what can be known before the model is loaded.
 *
 * Returns: %FALSE with @error set if the model cannot do the job.
 */
gboolean
pisces_task_check (LoadedModel  *loaded,
                   Job          *job,
                   GError      **error)
{
  const PiscesAbilities *abilities = &loaded->info->abilities;
  const gchar           *name      = loaded->info->name;

  if (job->kind == JOB_GENERATE)
    return check_drawing (abilities, name, job->generate, error);
  if (job->kind == JOB_DESCRIBE && job->describe->language &&
      ! pisces_language_tag_check (job->describe->language, error))
    return FALSE;
  if (job->kind == JOB_SCORE && ! pisces_score_check_prompt (job->prompt, error))
    return FALSE;

  if (job->kind == JOB_PLAN && ! abilities->writes_plan)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                 _("The model “%s” draws without a plan. To see a plan, choose another model "
                   "to draw with in “Models and Memory”."), name);
  else if (job->kind == JOB_SCORE && abilities->score_way == PISCES_SCORE_NONE)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                 _("The model “%s” cannot say how well a picture fits a prompt. Choose "
                   "another model to describe with in “Models and Memory”."), name);
  else if (job->kind == JOB_COMPARE && ! abilities->has_embedding)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                 _("None of the chosen models can compare pictures. Choose another model "
                   "in “Models and Memory”."));
  else
    return TRUE;

  return FALSE;
}

/**
 * pisces_task_run:
 * @loaded: the job's model.
 * @job: the job to do.
 * @free_result: (out): a function that frees the result.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the job's result; %NULL also for a kind
 *   of job that has none.
 */
gpointer
pisces_task_run (LoadedModel     *loaded,
                 Job             *job,
                 GDestroyNotify  *free_result,
                 GError         **error)
{
  switch (job->kind)
    {
    case JOB_GENERATE:
      *free_result = (GDestroyNotify) pisces_generate_result_free;
      return run_generate (loaded, job, error);

    case JOB_PLAN:
      *free_result = g_free;
      return loaded->family->plan (loaded->model, job->generate, &job->base, error);

    case JOB_DESCRIBE:
      *free_result = (GDestroyNotify) pisces_describe_result_free;
      return run_describe (loaded, job, error);

    case JOB_SCORE:
      *free_result = (GDestroyNotify) pisces_score_free;
      return run_score (loaded, job, error);

    case JOB_COMPARE:
      *free_result = g_free;
      return run_compare (loaded, job, error);

    case JOB_LOAD:
    case JOB_UNLOAD:
    case JOB_FORGET:
      break;
    }

  return NULL;
}


/*  private functions  */

static gboolean
check_drawing (const PiscesAbilities        *abilities,
               const gchar                  *name,
               const PiscesGenerateRequest  *request,
               GError                      **error)
{
  const gboolean has_references = request->references && request->references->len > 0;

  if (! pisces_generate_request_check (request, error))
    return FALSE;

  if (! abilities->takes_references && has_references)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                 _("The model “%s” draws from words alone. Leave out the pictures to draw "
                   "from, or choose another model to draw with in “Models and Memory”."),
                 name);
  else if (request->edit && ! abilities->fills)
    g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                         _(abilities->fill_refusal));
  else if (request->width != 0 && ! check_size (&abilities->sizes, request, error))
    return FALSE;
  else if (! abilities->takes_plan && ! has_references && ! request->edit &&
           pisces_text_is_blank (request->prompt))
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                 _("The model “%s” draws from the prompt, not from a plan, and the prompt is "
                   "empty. Say in a few words what you want to see."), name);
  else
    return TRUE;

  return FALSE;
}

/* The picture that a variation begins with is also one to draw from.  A job that failed
 * on one device is begun again on another, so it may be one already.  */
static void
prepare_variation (const PiscesAbilities *abilities,
                   PiscesGenerateRequest *request)
{
  const PiscesEdit *edit = request->edit;

  if (! edit || ! edit->varies || ! abilities->takes_references)
    return;

  for (guint i = 0; request->references && i < request->references->len; i++)
    if (((const PiscesReference *) request->references->pdata[i])->image == edit->image)
      return;

  pisces_generate_request_add_reference (request, edit->image, 1.0 - edit->strength);
}

/* What is drawn into a picture has the size that the model draws by itself; but not what
 * only begins with one.  */
static gboolean
check_size (const PiscesSizes            *sizes,
            const PiscesGenerateRequest  *request,
            GError                      **error)
{
  PiscesSizes only;

  if (! request->edit || request->edit->varies)
    return pisces_sizes_check (sizes, request->width, request->height, error);

  pisces_sizes_set_only (&only, sizes->width, sizes->height);

  return pisces_sizes_check (&only, request->width, request->height, error);
}

/* Tells which parts of the request the model does not use, before it draws.  */
static void
warn_ignored (const PiscesAbilities *abilities,
              Job                   *job)
{
  const PiscesGenerateRequest *request = job->generate;

  if (! abilities->takes_plan && ! pisces_text_is_blank (request->plan))
    g_ptr_array_add (job->base.warnings,
                     g_strdup (_("The plan had no effect, because this model draws without "
                                 "one.")));
  if (! abilities->takes_negative_prompt && ! pisces_text_is_blank (request->negative_prompt))
    g_ptr_array_add (job->base.warnings,
                     g_strdup (_("The words to avoid had no effect, because this model "
                                 "cannot be told what not to draw.")));
}

/* Tells what of the language and of the user's words about the picture the model does
 * not follow, in one sentence.  */
static void
warn_of_hints (const PiscesAbilities *abilities,
               Job                   *job)
{
  const gchar    *language = job->describe->language;
  const gboolean  ignored  = ! abilities->follows_context &&
                             ! pisces_text_is_blank (job->describe->context);
  const gboolean  foreign  = language && ! abilities->writes_languages &&
                             ! pisces_language_tag_is_english (language);
  gchar          *sentence = NULL;

  if (foreign && ignored)
    /* Translators: the language's tag, such as de.  */
    sentence = g_strdup_printf (_("This model writes English only and knows nothing but the "
                                  "picture, so what you say about it had no effect, and its "
                                  "text is in English, also where it is saved as “%s”."),
                                language);
  else if (foreign)
    /* Translators: the language's tag, such as de.  */
    sentence = g_strdup_printf (_("This model writes English only, so its text is in English, "
                                  "also where it is saved as “%s”."), language);
  else if (ignored)
    sentence = g_strdup (_("This model knows nothing but the picture, so what you say about it "
                           "had no effect."));
  else if (language && abilities->writes_languages && ! pisces_language_tag_get_name (language))
    sentence = g_strdup_printf (_("The name of the language “%s” is not known here, so the model "
                                  "was only told this tag, and may have written in another "
                                  "language."), language);

  if (sentence)
    g_ptr_array_add (job->base.warnings, sentence);
}

/* Says so if the model took another number of steps, its own.  */
static void
warn_steps (const PiscesAbilities *abilities,
            Job                   *job)
{
  const guint          asked   = job->generate->steps;
  const PiscesPicture *picture = job->pictures->len > 0 ? job->pictures->pdata[0] : NULL;

  if (abilities->takes_steps || asked == 0 || picture == NULL || picture->steps == asked)
    return;

  g_ptr_array_add (job->base.warnings,
                   g_strdup_printf (_("The number of steps, %u, had no effect, because this "
                                      "model always takes %u."), asked, picture->steps));
}
