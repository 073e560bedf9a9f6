/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engine's jobs in the form that waits: each runs the asynchronous form in
 * a main context of its own.  So progress arrives in the calling thread, and
 * no other sources of the caller run in the meantime.
 */

#include "engine/engine-private.h"

typedef struct
{
  GMainContext *context;
  GAsyncResult *result;
} Wait;

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Wait *wait = user_data;

  wait->result = g_object_ref (result);
}

static void
wait_begin (Wait *wait)
{
  wait->context = g_main_context_new ();
  wait->result  = NULL;
  g_main_context_push_thread_default (wait->context);
}

static void
wait_end (Wait *wait)
{
  while (wait->result == NULL)
    g_main_context_iteration (wait->context, TRUE);

  g_main_context_pop_thread_default (wait->context);
  g_main_context_unref (wait->context);
}

gboolean
pisces_engine_load (PiscesEngine        *engine,
                    PiscesProgressFunc   progress,
                    gpointer             progress_data,
                    GCancellable        *cancellable,
                    GError             **error)
{
  Wait     wait;
  gboolean loaded;

  wait_begin (&wait);
  pisces_engine_load_async (engine, progress, progress_data, cancellable,
                            on_done, &wait);
  wait_end (&wait);
  loaded = pisces_engine_load_finish (engine, wait.result, error);
  g_object_unref (wait.result);

  return loaded;
}

/**
 * pisces_engine_generate:
 *
 * Like pisces_engine_generate_async(), but waits.  @progress is called in the
 * calling thread; other sources of the caller's main context do not run in the
 * meantime.
 *
 * Returns: (transfer full) (nullable): the pictures.
 */
PiscesGenerateResult *
pisces_engine_generate (PiscesEngine                *engine,
                        const PiscesGenerateRequest *request,
                        PiscesProgressFunc           progress,
                        gpointer                     progress_data,
                        GCancellable                *cancellable,
                        GError                     **error)
{
  Wait                  wait;
  PiscesGenerateResult *generated;

  wait_begin (&wait);
  pisces_engine_generate_async (engine, request, progress, progress_data,
                                cancellable, on_done, &wait);
  wait_end (&wait);
  generated = pisces_engine_generate_finish (engine, wait.result, error);
  g_object_unref (wait.result);

  return generated;
}

/**
 * pisces_engine_plan:
 *
 * Like pisces_engine_plan_async(), but waits.
 *
 * Returns: (transfer full) (nullable): the plan.
 */
gchar *
pisces_engine_plan (PiscesEngine                *engine,
                    const PiscesGenerateRequest *request,
                    PiscesProgressFunc           progress,
                    gpointer                     progress_data,
                    GCancellable                *cancellable,
                    GError                     **error)
{
  Wait   wait;
  gchar *plan;

  wait_begin (&wait);
  pisces_engine_plan_async (engine, request, progress, progress_data,
                            cancellable, on_done, &wait);
  wait_end (&wait);
  plan = pisces_engine_plan_finish (engine, wait.result, error);
  g_object_unref (wait.result);

  return plan;
}

PiscesDescribeResult *
pisces_engine_describe (PiscesEngine                *engine,
                        const PiscesDescribeRequest *request,
                        PiscesProgressFunc           progress,
                        gpointer                     progress_data,
                        GCancellable                *cancellable,
                        GError                     **error)
{
  Wait                  wait;
  PiscesDescribeResult *described;

  wait_begin (&wait);
  pisces_engine_describe_async (engine, request, progress, progress_data,
                                cancellable, on_done, &wait);
  wait_end (&wait);
  described = pisces_engine_describe_finish (engine, wait.result, error);
  g_object_unref (wait.result);

  return described;
}

/**
 * pisces_engine_score:
 *
 * Like pisces_engine_score_async(), but waits.
 *
 * Returns: (transfer full) (nullable): the score.
 */
PiscesScore *
pisces_engine_score (PiscesEngine  *engine,
                     PiscesImage   *image,
                     const gchar   *prompt,
                     GCancellable  *cancellable,
                     GError       **error)
{
  Wait         wait;
  PiscesScore *score;

  wait_begin (&wait);
  pisces_engine_score_async (engine, image, prompt, cancellable, on_done, &wait);
  wait_end (&wait);
  score = pisces_engine_score_finish (engine, wait.result, error);
  g_object_unref (wait.result);

  return score;
}

/**
 * pisces_engine_compare:
 * @engine: the engine.
 * @first: a picture.
 * @second: another picture.
 * @likeness: (out): the cosine of the angle between the two in the space of
 *   the generation encoder: 1 for the same picture, around 0 for unrelated
 *   ones.
 * @cancellable: (nullable): stops the job.
 * @error: return location for an error.
 *
 * Measures how alike two pictures are.  If the second was drawn from a
 * description of the first, this is how UAE measures the description (arXiv
 * 2509.09666), with the model's own encoder instead of CLIP and DINO.
 *
 * Returns: whether @likeness was set.
 */
gboolean
pisces_engine_compare (PiscesEngine  *engine,
                       PiscesImage   *first,
                       PiscesImage   *second,
                       gdouble       *likeness,
                       GCancellable  *cancellable,
                       GError       **error)
{
  Wait     wait;
  Job     *job;
  gdouble *cosine;

  g_return_val_if_fail (PISCES_IS_ENGINE (engine), FALSE);

  wait_begin (&wait);
  job = pisces_job_new (engine, JOB_COMPARE, NULL, NULL, cancellable, on_done, &wait,
                 pisces_engine_compare);
  job->images[0] = pisces_image_ref (first);
  job->images[1] = pisces_image_ref (second);
  pisces_queue_push (engine, job);
  wait_end (&wait);
  cosine = g_task_propagate_pointer (G_TASK (wait.result), error);
  g_object_unref (wait.result);

  if (cosine == NULL)
    return FALSE;

  *likeness = *cosine;
  g_free (cosine);

  return TRUE;
}
