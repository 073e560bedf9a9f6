/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-steps.c: draws what goes into an image.  New borders are drawn in steps,
 * each with a picture of its own to draw into and the next seed; together they look
 * like one job.
 */

#include "plugin/generate/generate-steps.h"
#include "plugin/wait.h"

/* Between the plans of the steps, in the one text that is kept with the layer.  */
#define PLAN_SEPARATOR "\n\n"

/* The work; it is the data of the task.  */
typedef struct
{
  PiscesCanvasFill      *fill;
  PiscesGenerateRequest *request;
  gchar                **plans;        /* (nullable): one for each step    */
  guint                  n_steps;      /* 0: what the request has is all    */
  guint                  step;         /* that is drawn now                */
  PiscesProgressFunc     progress;
  gpointer               progress_data;
  PiscesGenerateResult  *result;       /* of the first step, NULL before   */
  GPtrArray             *own_plans;    /* what the steps were drawn from   */
  GPtrArray             *warnings;
} Steps;

static void     steps_free      (gpointer               data);
static void     steps_begin     (GTask                 *task);
static void     steps_report    (const PiscesProgress  *progress,
                                 gpointer               data);
static void     steps_drawn     (GObject               *source,
                                 GAsyncResult          *answer,
                                 gpointer               data);
static void     steps_take      (Steps                 *steps,
                                 PiscesGenerateResult  *result);
static void     steps_end       (Steps                 *steps);
static gchar ** steps_find_plans
                                (PiscesCanvasFill      *fill,
                                 const gchar           *plan);


/*  public functions  */

/**
 * pisces_generate_steps_async:
 * @engine: the engine.
 * @fill: (nullable): where the picture goes.
 * @request: what to draw, one picture; and what the model sees of the image, unless
 *   @fill extends it.
 * @progress: (nullable): see pisces_engine_generate_async().
 * @cancellable: (nullable): the same.
 * @callback: the same.
 */
void
pisces_generate_steps_async (PiscesEngine                *engine,
                             PiscesCanvasFill            *fill,
                             const PiscesGenerateRequest *request,
                             PiscesProgressFunc           progress,
                             gpointer                     progress_data,
                             GCancellable                *cancellable,
                             GAsyncReadyCallback          callback,
                             gpointer                     user_data)
{
  GTask *task  = g_task_new (engine, cancellable, callback, user_data);
  Steps *steps = g_new0 (Steps, 1);

  steps->fill          = fill ? pisces_canvas_fill_ref (fill) : NULL;
  steps->request       = pisces_generate_request_copy (request);
  steps->n_steps       = fill ? pisces_canvas_fill_get_n_steps (fill) : 0;
  steps->plans         = fill ? steps_find_plans (fill, request->plan) : NULL;
  steps->progress      = progress;
  steps->progress_data = progress_data;
  steps->own_plans     = g_ptr_array_new_null_terminated (0, g_free, TRUE);
  steps->warnings      = g_ptr_array_new_with_free_func (g_free);

  g_task_set_source_tag (task, pisces_generate_steps_async);
  g_task_set_task_data (task, steps, steps_free);
  steps_begin (task);
}

/**
 * pisces_generate_steps_finish:
 *
 * Returns: (transfer full) (nullable): the picture of the first step, with the plans
 *   and warnings of all.
 */
PiscesGenerateResult *
pisces_generate_steps_finish (PiscesEngine  *engine,
                              GAsyncResult  *answer,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (answer, engine), NULL);

  return g_task_propagate_pointer (G_TASK (answer), error);
}

/* Waits for it, as pisces_wait_for_generate() does.  */
PiscesGenerateResult *
pisces_generate_steps_wait (PiscesEngine                 *engine,
                            PiscesCanvasFill             *fill,
                            const PiscesGenerateRequest  *request,
                            GError                      **error)
{
  g_autoptr (GAsyncResult) answer = NULL;
  PiscesWait               wait;

  pisces_wait_init (&wait);
  pisces_generate_steps_async (engine, fill, request, pisces_wait_tell, &wait, NULL,
                               pisces_wait_notify, &wait);
  answer = pisces_wait_run (&wait);

  return pisces_generate_steps_finish (engine, answer, error);
}


/*  private functions  */

static void
steps_free (gpointer data)
{
  Steps *steps = data;

  g_clear_pointer (&steps->fill, pisces_canvas_fill_unref);
  g_clear_pointer (&steps->result, pisces_generate_result_free);
  pisces_generate_request_free (steps->request);
  g_ptr_array_unref (steps->own_plans);
  g_ptr_array_unref (steps->warnings);
  g_strfreev (steps->plans);
  g_free (steps);
}

/* @task: (transfer full): its next step is begun.  */
static void
steps_begin (GTask *task)
{
  Steps                             *steps   = g_task_get_task_data (task);
  g_autoptr (PiscesGenerateRequest)  request = NULL;
  GError                            *error   = NULL;

  request        = pisces_generate_request_copy (steps->request);
  request->seed += steps->step;
  if (steps->plans)
    {
      g_free (request->plan);
      request->plan = g_strdup (steps->plans[steps->step]);
    }

  if (steps->n_steps > 0 &&
      ! pisces_canvas_extend_set_edit (steps->fill, request, &error))
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  pisces_engine_generate_async (g_task_get_source_object (task), request,
                                steps_report, task, g_task_get_cancellable (task),
                                steps_drawn, task);
}

/* Only the first step tells what is wrong with the words; with the others it would
 * be told again.  */
static void
steps_report (const PiscesProgress *progress,
              gpointer              data)
{
  Steps          *steps = g_task_get_task_data (data);
  PiscesProgress  whole = *progress;

  whole.fraction = (steps->step + progress->fraction) / MAX (steps->n_steps, 1);
  if (steps->step > 0)
    whole.warnings = NULL;

  if (steps->progress)
    steps->progress (&whole, steps->progress_data);
}

static void
steps_drawn (GObject      *source,
             GAsyncResult *answer,
             gpointer      data)
{
  GTask                *task   = data;
  Steps                *steps  = g_task_get_task_data (task);
  PiscesGenerateResult *result = NULL;
  GError               *error  = NULL;

  result = pisces_engine_generate_finish (PISCES_ENGINE (source), answer, &error);
  if (! result)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }

  steps_take (steps, result);
  if (steps->step < steps->n_steps)
    {
      steps_begin (task);
      return;
    }

  steps_end (steps);
  g_task_return_pointer (task, g_steal_pointer (&steps->result),
                         (GDestroyNotify) pisces_generate_result_free);
  g_object_unref (task);
}

/* @result: (transfer full): of the present step.  */
static void
steps_take (Steps                *steps,
            PiscesGenerateResult *result)
{
  const PiscesPicture *picture = result->pictures->pdata[0];

  for (guint i = 0; result->warnings && result->warnings[i]; i++)
    if (! g_ptr_array_find_with_equal_func (steps->warnings, result->warnings[i],
                                            g_str_equal, NULL))
      g_ptr_array_add (steps->warnings, g_strdup (result->warnings[i]));
  g_ptr_array_add (steps->own_plans, g_strdup (picture->plan ? picture->plan : ""));

  if (steps->n_steps > 0)
    pisces_canvas_extend_take (steps->fill, picture);
  steps->step++;

  if (! steps->result)
    {
      steps->result = result;
      return;
    }
  steps->result->seconds += result->seconds;
  pisces_generate_result_free (result);
}

static void
steps_end (Steps *steps)
{
  PiscesPicture *picture = steps->result->pictures->pdata[0];
  gboolean       differ  = FALSE;

  g_strfreev (steps->result->warnings);
  g_ptr_array_add (steps->warnings, NULL);
  steps->result->warnings = (gchar **) g_ptr_array_steal (steps->warnings, NULL);

  for (guint i = 1; i < steps->own_plans->len; i++)
    differ |= ! g_str_equal (steps->own_plans->pdata[0], steps->own_plans->pdata[i]);
  if (differ)
    {
      g_free (picture->plan);
      picture->plan = g_strjoinv (PLAN_SEPARATOR, (gchar **) steps->own_plans->pdata);
    }
}

/* Returns: (transfer full) (nullable): the plan of each step, if the text has them
 *   all.
 */
static gchar **
steps_find_plans (PiscesCanvasFill *fill,
                  const gchar      *plan)
{
  g_auto (GStrv) plans   = plan ? g_strsplit (plan, PLAN_SEPARATOR, -1) : NULL;
  guint          n_steps = pisces_canvas_fill_get_n_steps (fill);

  return plans && n_steps > 1 && g_strv_length (plans) == n_steps ?
         g_steal_pointer (&plans) : NULL;
}
