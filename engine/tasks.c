/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the worker does for each kind of job when the model is loaded: it calls
 * the family and wraps up the result.
 */

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "engine/description.h"
#include "engine/engine-private.h"


static gchar **
take_warnings (Job *job)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < job->base.warnings->len; i++)
    g_strv_builder_add (builder, job->base.warnings->pdata[i]);

  return g_strv_builder_end (builder);
}

static gpointer
run_generate (PiscesEngine  *engine,
              Job           *job,
              GError       **error)
{
  g_autoptr (PiscesGenerateResult) result = g_new0 (PiscesGenerateResult, 1);
  gint64                           begin  = g_get_monotonic_time ();

  result->pictures =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_picture_unref);
  if (! engine->family->generate (engine->model, job->generate, &job->base,
                                  result->pictures, error))
    return NULL;

  /* An earlier attempt may already have given the first pictures to the
   * caller, so the result has those.  */
  g_ptr_array_set_size (result->pictures, 0);
  for (guint i = 0; i < job->pictures->len; i++)
    g_ptr_array_add (result->pictures, pisces_picture_ref (job->pictures->pdata[i]));

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

static gpointer
run_describe (PiscesEngine  *engine,
              Job           *job,
              GError       **error)
{
  g_autoptr (PiscesDescribeResult) result = g_new0 (PiscesDescribeResult, 1);
  gint64                           begin  = g_get_monotonic_time ();

  if (! engine->family->describe (engine->model, job->describe, &job->base,
                                  result, error))
    return NULL;

  result->short_text = pisces_description_tidy (result->short_text);
  result->long_text  = pisces_description_tidy (result->long_text);
  result->answer     = pisces_description_tidy (result->answer);
  shorten (job, result);

  result->warnings = take_warnings (job);
  result->seconds  = (g_get_monotonic_time () - begin) / 1e6;

  return g_steal_pointer (&result);
}

static gpointer
run_compare (PiscesEngine  *engine,
             Job           *job,
             GError       **error)
{
  g_autoptr (GArray) a = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autoptr (GArray) b = g_array_new (FALSE, FALSE, sizeof (gfloat));
  gdouble            dot = 0.0, aa = 0.0, bb = 0.0;
  gdouble           *cosine;

  if (! engine->family->embed (engine->model, job->images[0], &job->base, a, error) ||
      ! engine->family->embed (engine->model, job->images[1], &job->base, b, error))
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
run_score (PiscesEngine  *engine,
           Job           *job,
           GError       **error)
{
  g_autoptr (PiscesScore) score = g_new0 (PiscesScore, 1);

  if (! engine->family->score (engine->model, job->images[0], job->prompt,
                               &job->base, score, error))
    return NULL;

  score->description = pisces_description_tidy (score->description);

  return g_steal_pointer (&score);
}

/**
 * pisces_task_run:
 * @engine: the engine, whose model is loaded.
 * @job: the job to do.
 * @free_result: (out): a function that frees the result.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the job's result; %NULL also for a kind
 *   of job that has none.
 */
gpointer
pisces_task_run (PiscesEngine    *engine,
                 Job             *job,
                 GDestroyNotify  *free_result,
                 GError         **error)
{
  switch (job->kind)
    {
    case JOB_GENERATE:
      *free_result = (GDestroyNotify) pisces_generate_result_free;
      return run_generate (engine, job, error);

    case JOB_PLAN:
      *free_result = g_free;
      return engine->family->plan (engine->model, job->generate, &job->base, error);

    case JOB_DESCRIBE:
      *free_result = (GDestroyNotify) pisces_describe_result_free;
      return run_describe (engine, job, error);

    case JOB_SCORE:
      *free_result = (GDestroyNotify) pisces_score_free;
      return run_score (engine, job, error);

    case JOB_COMPARE:
      *free_result = g_free;
      return run_compare (engine, job, error);

    case JOB_LOAD:
    case JOB_UNLOAD:
      break;
    }

  return NULL;
}
