/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engine's jobs in their asynchronous form: each copies its request and
 * joins the queue. engine-wait.c has the forms that wait; worker.c does the
 * work.
 */

#include "engine/engine-private.h"


/**
 * pisces_engine_load_async:
 * @engine: the engine.
 * @progress: (nullable) (scope notified): called in the caller's context.
 * @progress_data: for @progress.
 * @cancellable: (nullable): stops the job.
 * @callback: called when it is done.
 * @user_data: for @callback.
 *
 * Loads the chosen models that are not loaded.  Other jobs do this by themselves,
 * for the one that they need.
 */
void
pisces_engine_load_async (PiscesEngine        *engine,
                          PiscesProgressFunc   progress,
                          gpointer             progress_data,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_return_if_fail (PISCES_IS_ENGINE (engine));

  pisces_queue_push (engine,
                     pisces_job_new (engine, JOB_LOAD, progress, progress_data,
                                     cancellable, callback, user_data,
                                     pisces_engine_load_async));
}

gboolean
pisces_engine_load_finish (PiscesEngine  *engine,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * pisces_engine_generate_async:
 * @engine: the engine.
 * @request: what to draw; it is copied.
 * @progress: (nullable): called in the caller's context.
 * @progress_data: for @progress.
 * @cancellable: (nullable): stops the job.
 * @callback: called when it is done.
 * @user_data: for @callback.
 *
 * Draws pictures from words.  Finish with pisces_engine_generate_finish().
 */
void
pisces_engine_generate_async (PiscesEngine                *engine,
                              const PiscesGenerateRequest *request,
                              PiscesProgressFunc           progress,
                              gpointer                     progress_data,
                              GCancellable                *cancellable,
                              GAsyncReadyCallback          callback,
                              gpointer                     user_data)
{
  Job *job;

  g_return_if_fail (PISCES_IS_ENGINE (engine));
  g_return_if_fail (request != NULL);

  job = pisces_job_new (engine, JOB_GENERATE, progress, progress_data, cancellable,
                        callback, user_data, pisces_engine_generate_async);
  job->generate = pisces_generate_request_copy (request);
  pisces_queue_push (engine, job);
}

PiscesGenerateResult *
pisces_engine_generate_finish (PiscesEngine  *engine,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pisces_engine_plan_async:
 * @engine: the engine.
 * @request: what to plan for; only its prompt, seed and temperature are used.
 *   It is copied.
 * @progress: (nullable): called in the caller's context.
 * @progress_data: for @progress.
 * @cancellable: (nullable): stops the job.
 * @callback: called when it is done.
 * @user_data: for @callback.
 *
 * Writes the plan that drawing the first picture of @request would write, and
 * draws nothing.  It is empty if the model has no plans.
 */
void
pisces_engine_plan_async (PiscesEngine                *engine,
                          const PiscesGenerateRequest *request,
                          PiscesProgressFunc           progress,
                          gpointer                     progress_data,
                          GCancellable                *cancellable,
                          GAsyncReadyCallback          callback,
                          gpointer                     user_data)
{
  Job *job;

  g_return_if_fail (PISCES_IS_ENGINE (engine));
  g_return_if_fail (request != NULL);

  job = pisces_job_new (engine, JOB_PLAN, progress, progress_data, cancellable,
                        callback, user_data, pisces_engine_plan_async);
  job->generate = pisces_generate_request_copy (request);
  pisces_queue_push (engine, job);
}

gchar *
pisces_engine_plan_finish (PiscesEngine  *engine,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pisces_engine_describe_async:
 * @engine: the engine.
 * @request: what to describe, and how.  It is copied, except for the image, of
 *   which a reference is taken.
 * @progress: (nullable): called in the caller's context.
 * @progress_data: for @progress.
 * @cancellable: (nullable): stops the job.
 * @callback: called when it is done.
 * @user_data: for @callback.
 *
 * Writes texts about what a picture shows.
 */
void
pisces_engine_describe_async (PiscesEngine                *engine,
                              const PiscesDescribeRequest *request,
                              PiscesProgressFunc           progress,
                              gpointer                     progress_data,
                              GCancellable                *cancellable,
                              GAsyncReadyCallback          callback,
                              gpointer                     user_data)
{
  Job *job;

  g_return_if_fail (PISCES_IS_ENGINE (engine));
  g_return_if_fail (request != NULL);

  job = pisces_job_new (engine, JOB_DESCRIBE, progress, progress_data, cancellable,
                        callback, user_data, pisces_engine_describe_async);
  job->describe = pisces_describe_request_copy (request);
  pisces_queue_push (engine, job);
}

PiscesDescribeResult *
pisces_engine_describe_finish (PiscesEngine  *engine,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pisces_engine_score_async:
 * @engine: the engine.
 * @image: a picture.
 * @prompt: what it should show.
 * @cancellable: (nullable): stops the job.
 * @callback: called when it is done.
 * @user_data: for @callback.
 *
 * Measures how well a picture shows what was asked for: the model checks its
 * own work (after UAE, arXiv 2509.09666).  The model writes a plan of what it
 * sees in the picture, and the match is how likely @prompt makes that plan: 0
 * if as unlikely as without any words, 1 if as likely as with the model's own
 * description of the picture.  It is an estimate, and it grows with the length
 * of the prompt, so it is good for comparing pictures of one prompt, and less
 * good for comparing prompts.
 */
void
pisces_engine_score_async (PiscesEngine        *engine,
                           PiscesImage         *image,
                           const gchar         *prompt,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  Job *job;

  g_return_if_fail (PISCES_IS_ENGINE (engine));
  g_return_if_fail (image != NULL && prompt != NULL);

  job = pisces_job_new (engine, JOB_SCORE, NULL, NULL, cancellable,
                        callback, user_data, pisces_engine_score_async);
  job->images[0] = pisces_image_ref (image);
  job->prompt    = g_strdup (prompt);
  pisces_queue_push (engine, job);
}

PiscesScore *
pisces_engine_score_finish (PiscesEngine  *engine,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pisces_engine_compare_async:
 * @engine: the engine.
 * @first: a picture.
 * @second: another picture.
 * @cancellable: (nullable): stops the job.
 * @callback: called when it is done.
 * @user_data: for @callback.
 *
 * Compares two pictures; pisces_engine_compare() says what is measured.
 */
void
pisces_engine_compare_async (PiscesEngine        *engine,
                             PiscesImage         *first,
                             PiscesImage         *second,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  Job *job;

  g_return_if_fail (PISCES_IS_ENGINE (engine));
  g_return_if_fail (first != NULL && second != NULL);

  job = pisces_job_new (engine, JOB_COMPARE, NULL, NULL, cancellable,
                        callback, user_data, pisces_engine_compare_async);
  job->images[0] = pisces_image_ref (first);
  job->images[1] = pisces_image_ref (second);
  pisces_queue_push (engine, job);
}

gboolean
pisces_engine_compare_finish (PiscesEngine  *engine,
                              GAsyncResult  *result,
                              gdouble       *likeness,
                              GError       **error)
{
  g_autofree gdouble *cosine = NULL;

  g_return_val_if_fail (g_task_is_valid (result, engine), FALSE);

  cosine = g_task_propagate_pointer (G_TASK (result), error);
  if (cosine == NULL)
    return FALSE;

  *likeness = *cosine;

  return TRUE;
}
