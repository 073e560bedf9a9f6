/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One engine: it keeps one model, and does jobs one after another on a thread
 * of its own.  Here is all that is about residency, order, progress and
 * cancelling; what a job does is the family's business.
 *
 * The lock guards everything that two threads see.  The model and its
 * backend belong to the worker alone.
 */

#include <malloc.h>
#include <math.h>
#include <string.h>

#include "engine/backend.h"
#include "engine/families/family.h"
#include "engine/pisces.h"

#define DEFAULT_IDLE_TIMEOUT 600   /* seconds */

/* A first job also loads; that much of its progress is the loading.  */
#define LOADING_SHARE 0.1

typedef enum
{
  JOB_LOAD,
  JOB_UNLOAD,
  JOB_GENERATE,
  JOB_DESCRIBE,
  JOB_COMPARE
} JobKind;

typedef struct
{
  PiscesJob               base;

  JobKind                 kind;
  GTask                  *task;
  GMainContext           *context;      /* of the caller */
  PiscesGenerateRequest  *generate;
  PiscesDescribeRequest  *describe;
  PiscesImage            *compare[2];
  PiscesProgressFunc      progress;
  gpointer                progress_data;
  gulong                  cancelled_id;

  /* Of the worker.  */
  gdouble                 fraction;
  gdouble                 fraction_start;
  const gchar            *model_name;
  const gchar            *model_digest;
  const gchar            *backend_name;
} Job;

/* Progress on its way to the caller's thread.  */
typedef struct
{
  PiscesProgressFunc  func;
  gpointer            user_data;
  PiscesProgress      progress;
} Delivery;

struct _PiscesEngine
{
  GObject              parent_instance;

  gchar               *model_folder;
  gchar               *backend_wish;

  GMutex               lock;
  GCond                changed;         /* the queue, or the worker's state */
  GThread             *worker;
  GQueue               queue;           /* Job */
  gboolean             quit;
  guint                idle_timeout;
  PiscesStatus         status;          /* as the worker last left it */

  /* Of the worker.  */
  PiscesBackend       *backend;
  const PiscesFamily  *family;
  gpointer             model;
  gboolean            *finalized;       /* set by a finalize on the worker */
};

G_DEFINE_FINAL_TYPE (PiscesEngine, pisces_engine, G_TYPE_OBJECT)


static void      pisces_engine_finalize (GObject              *object);

static void      enqueue                (PiscesEngine         *engine,
                                         Job                  *job);
static Job     * job_new                (PiscesEngine         *engine,
                                         JobKind               kind,
                                         PiscesProgressFunc    progress,
                                         gpointer              progress_data,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data,
                                         gpointer              source_tag);
static void      job_free               (Job                  *job);
static void      job_report             (PiscesJob            *base,
                                         const PiscesProgress *progress);
static void      on_cancelled           (GCancellable         *cancellable,
                                         GTask                *task);

static gpointer  worker_main            (gpointer              data);
static void      run_job                (PiscesEngine         *engine,
                                         Job                  *job);
static gboolean  ensure_model           (PiscesEngine         *engine,
                                         Job                  *job,
                                         GError              **error);
static void      drop_model             (PiscesEngine         *engine);


/*  public functions  */

static void
pisces_engine_class_init (PiscesEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pisces_engine_finalize;
}

static void
pisces_engine_init (PiscesEngine *engine)
{
  g_mutex_init (&engine->lock);
  g_cond_init (&engine->changed);
  g_queue_init (&engine->queue);
  engine->idle_timeout = DEFAULT_IDLE_TIMEOUT;
}

/**
 * pisces_engine_new:
 * @model_folder: (nullable): the folder of the model to use; %NULL:
 *   pisces_default_model_folder().
 * @backend: (nullable): `"cpu"`, `"cuda"`, ... or %NULL: the best that works.
 *
 * Makes an engine.  Reads nothing and starts nothing yet.
 *
 * Returns: (transfer full): the engine.
 */
PiscesEngine *
pisces_engine_new (const gchar *model_folder,
                   const gchar *backend)
{
  PiscesEngine *engine = g_object_new (PISCES_TYPE_ENGINE, NULL);

  engine->model_folder = model_folder ? g_strdup (model_folder)
                                      : pisces_default_model_folder ();
  engine->backend_wish = g_strdup (backend);

  return engine;
}

/**
 * pisces_engine_set_idle_timeout:
 * @engine: the engine.
 * @seconds: how long after the last job the model is freed; 0: never.
 *   600 at first.
 */
void
pisces_engine_set_idle_timeout (PiscesEngine *engine,
                                guint         seconds)
{
  g_return_if_fail (PISCES_IS_ENGINE (engine));

  g_mutex_lock (&engine->lock);
  engine->idle_timeout = seconds;
  g_cond_broadcast (&engine->changed);
  g_mutex_unlock (&engine->lock);
}

guint
pisces_engine_get_idle_timeout (PiscesEngine *engine)
{
  g_return_val_if_fail (PISCES_IS_ENGINE (engine), 0);

  return engine->idle_timeout;
}

/**
 * pisces_engine_get_status:
 * @engine: the engine.
 *
 * Never waits for a job.
 *
 * Returns: (transfer full): what the engine holds and does now.
 */
PiscesStatus *
pisces_engine_get_status (PiscesEngine *engine)
{
  PiscesStatus *status;

  g_return_val_if_fail (PISCES_IS_ENGINE (engine), NULL);

  g_mutex_lock (&engine->lock);
  status = g_memdup2 (&engine->status, sizeof engine->status);
  status->model_folder   = g_strdup (engine->model_folder);
  status->model_name     = g_strdup (engine->status.model_name);
  status->model_digest   = g_strdup (engine->status.model_digest);
  status->backend        = g_strdup (engine->status.backend);
  status->backend_reason = g_strdup (engine->status.backend_reason);
  status->n_waiting      = g_queue_get_length (&engine->queue);
  g_mutex_unlock (&engine->lock);

  return status;
}

/**
 * pisces_engine_unload:
 * @engine: the engine.
 *
 * Frees the model and all memory that was used with it.  Where jobs run or
 * wait, that happens after them and the function returns at once; where none
 * does, the memory is free when it returns.
 */
void
pisces_engine_unload (PiscesEngine *engine)
{
  gboolean idle;

  g_return_if_fail (PISCES_IS_ENGINE (engine));

  g_mutex_lock (&engine->lock);
  if (engine->worker == NULL)
    {
      g_mutex_unlock (&engine->lock);
      return;
    }
  idle = ! engine->status.busy && g_queue_is_empty (&engine->queue);
  g_mutex_unlock (&engine->lock);

  enqueue (engine, job_new (engine, JOB_UNLOAD, NULL, NULL, NULL, NULL, NULL,
                            pisces_engine_unload));

  g_mutex_lock (&engine->lock);
  while (idle && (engine->status.loaded || engine->status.busy))
    g_cond_wait (&engine->changed, &engine->lock);
  g_mutex_unlock (&engine->lock);
}

/**
 * pisces_engine_load_async:
 * @engine: the engine.
 * @progress: (nullable) (scope notified): called in the caller's context.
 * @progress_data: for @progress.
 * @cancellable: (nullable): ends the job.
 * @callback: called when it is done.
 * @user_data: for @callback.
 *
 * Loads the model if it is not resident.  Other jobs do so by themselves.
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

  enqueue (engine, job_new (engine, JOB_LOAD, progress, progress_data,
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
 * @request: what to draw; copied.
 * @progress: (nullable): called in the caller's context.
 * @progress_data: for @progress.
 * @cancellable: (nullable): ends the job, not the engine.
 * @callback: called when it is done.
 * @user_data: for @callback.
 *
 * Draws pictures from words.
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

  job = job_new (engine, JOB_GENERATE, progress, progress_data, cancellable,
                 callback, user_data, pisces_engine_generate_async);
  job->generate = pisces_generate_request_copy (request);
  enqueue (engine, job);
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
 * pisces_engine_describe_async:
 * @engine: the engine.
 * @request: what to describe, and how; copied, the image referenced.
 * @progress: (nullable): called in the caller's context.
 * @progress_data: for @progress.
 * @cancellable: (nullable): ends the job, not the engine.
 * @callback: called when it is done.
 * @user_data: for @callback.
 *
 * Writes what a picture shows.
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

  job = job_new (engine, JOB_DESCRIBE, progress, progress_data, cancellable,
                 callback, user_data, pisces_engine_describe_async);
  job->describe = pisces_describe_request_copy (request);
  enqueue (engine, job);
}

PiscesDescribeResult *
pisces_engine_describe_finish (PiscesEngine  *engine,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, engine), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}


/*  the synchronous forms: the asynchronous one in a main context of its own,
 *  so that progress comes in the calling thread  */

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
 * As pisces_engine_generate_async(), but waits.  Other sources of the caller's
 * main context do not run meanwhile; @progress does, in the calling thread.
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
 * pisces_engine_compare:
 * @engine: the engine.
 * @first: a picture.
 * @second: another.
 * @likeness: (out): the cosine of the angle between the two in the space of
 *   the generation encoder: 1 for the same picture, around 0 for unrelated
 *   ones.
 * @cancellable: (nullable): ends the job.
 * @error: return location for an error.
 *
 * How well one picture stands for the other; after a picture was described
 * and drawn again from the description, this is UAE's measure of the
 * description (arXiv 2509.09666), with the model's own encoder in place of
 * CLIP and DINO.
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
  job = job_new (engine, JOB_COMPARE, NULL, NULL, cancellable, on_done, &wait,
                 pisces_engine_compare);
  job->compare[0] = pisces_image_ref (first);
  job->compare[1] = pisces_image_ref (second);
  enqueue (engine, job);
  wait_end (&wait);
  cosine = g_task_propagate_pointer (G_TASK (wait.result), error);
  g_object_unref (wait.result);

  if (cosine == NULL)
    return FALSE;

  *likeness = *cosine;
  g_free (cosine);

  return TRUE;
}


/*  private functions: jobs  */

static void
pisces_engine_finalize (GObject *object)
{
  PiscesEngine *engine = PISCES_ENGINE (object);

  /* Every job holds a reference, so none is left.  The worker's own last
   * unref may be what brought us here.  */
  if (engine->worker == g_thread_self ())
    {
      drop_model (engine);
      *engine->finalized = TRUE;
      g_thread_unref (engine->worker);
    }
  else if (engine->worker)
    {
      g_mutex_lock (&engine->lock);
      engine->quit = TRUE;
      g_cond_broadcast (&engine->changed);
      g_mutex_unlock (&engine->lock);
      g_thread_join (engine->worker);
    }

  g_free (engine->model_folder);
  g_free (engine->backend_wish);
  g_mutex_clear (&engine->lock);
  g_cond_clear (&engine->changed);

  G_OBJECT_CLASS (pisces_engine_parent_class)->finalize (object);
}

static Job *
job_new (PiscesEngine        *engine,
         JobKind              kind,
         PiscesProgressFunc   progress,
         gpointer             progress_data,
         GCancellable        *cancellable,
         GAsyncReadyCallback  callback,
         gpointer             user_data,
         gpointer             source_tag)
{
  Job *job = g_new0 (Job, 1);

  job->base.report   = job_report;
  job->base.warnings = g_ptr_array_new_with_free_func (g_free);
  if (cancellable)
    job->base.cancellable = g_object_ref (cancellable);

  job->kind          = kind;
  job->progress      = progress;
  job->progress_data = progress_data;
  job->context       = g_main_context_ref_thread_default ();
  job->task          = g_task_new (engine, cancellable, callback, user_data);
  g_task_set_source_tag (job->task, source_tag);
  /* A picture that was finished before the cancel is still returned.  */
  g_task_set_check_cancellable (job->task, FALSE);

  return job;
}

static void
job_free (Job *job)
{
  if (job->cancelled_id)
    g_cancellable_disconnect (job->base.cancellable, job->cancelled_id);
  g_clear_object (&job->base.cancellable);
  g_ptr_array_unref (job->base.warnings);

  g_clear_pointer (&job->generate, pisces_generate_request_free);
  g_clear_pointer (&job->describe, pisces_describe_request_free);
  g_clear_pointer (&job->compare[0], pisces_image_unref);
  g_clear_pointer (&job->compare[1], pisces_image_unref);
  g_main_context_unref (job->context);
  g_object_unref (job->task);
  g_free (job);
}

static void
enqueue (PiscesEngine *engine,
         Job          *job)
{
  /* Once it is in the queue the worker may end and free it at any time.  */
  g_autoptr (GTask)        task        = g_object_ref (job->task);
  g_autoptr (GCancellable) cancellable = NULL;

  if (job->base.cancellable)
    {
      cancellable = g_object_ref (job->base.cancellable);
      job->cancelled_id =
        g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled),
                               g_object_ref (task), g_object_unref);
    }

  g_mutex_lock (&engine->lock);
  g_queue_push_tail (&engine->queue, job);
  if (engine->worker == NULL)
    engine->worker = g_thread_new ("pisces-engine", worker_main, engine);
  g_cond_broadcast (&engine->changed);
  g_mutex_unlock (&engine->lock);
}

static gboolean
free_later (gpointer job)
{
  job_free (job);

  return G_SOURCE_REMOVE;
}

/* A job that still waits ends at once; a running one ends between two ops.  */
static void
on_cancelled (GCancellable *cancellable,
              GTask        *task)
{
  PiscesEngine *engine = g_task_get_source_object (task);
  Job          *found  = NULL;
  g_autoptr (GSource) source = NULL;

  g_mutex_lock (&engine->lock);
  for (GList *link = engine->queue.head; link && ! found; link = link->next)
    if (((Job *) link->data)->task == task)
      found = link->data;
  if (found)
    g_queue_remove (&engine->queue, found);
  g_mutex_unlock (&engine->lock);

  if (found == NULL)
    return;

  g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                   "The job was stopped before it began.");

  /* Later, since a handler cannot be disconnected from within.  */
  source = g_idle_source_new ();
  g_source_set_callback (source, free_later, found, NULL);
  g_source_attach (source, found->context);
}

static gboolean
deliver (gpointer data)
{
  Delivery *delivery = data;

  delivery->func (&delivery->progress, delivery->user_data);

  return G_SOURCE_REMOVE;
}

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;

  g_free ((gchar *) delivery->progress.text);
  g_clear_pointer (&delivery->progress.preview, pisces_image_unref);
  g_clear_pointer (&delivery->progress.picture, pisces_picture_unref);
  g_free (delivery);
}

/* Called by families, on the worker, with the fraction of their own work.  */
static void
job_report (PiscesJob            *base,
            const PiscesProgress *progress)
{
  Job               *job = (Job *) base;
  Delivery          *delivery;
  g_autoptr (GSource) source = NULL;

  job->fraction = MAX (job->fraction,
                       job->fraction_start + (1.0 - job->fraction_start) *
                       CLAMP (progress->fraction, 0.0, 1.0));

  if (progress->picture)
    {
      PiscesPicture *picture = progress->picture;

      picture->model_name   = g_strdup (job->model_name);
      picture->model_digest = g_strdup (job->model_digest);
      picture->backend      = g_strdup (job->backend_name);
    }

  if (job->progress == NULL)
    return;

  delivery = g_new0 (Delivery, 1);
  delivery->func              = job->progress;
  delivery->user_data         = job->progress_data;
  delivery->progress          = *progress;
  delivery->progress.fraction = job->fraction;
  delivery->progress.text     = g_strdup (progress->text);
  if (progress->preview)
    pisces_image_ref (progress->preview);
  if (progress->picture)
    pisces_picture_ref (progress->picture);

  /* The same priority as a task's return, so that all progress comes before
   * the end.  */
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver, delivery, delivery_free);
  g_source_attach (source, job->context);
}


/*  private functions: the worker  */

static void
set_busy (PiscesEngine *engine,
          gboolean      busy)
{
  engine->status.busy = busy;
  g_cond_broadcast (&engine->changed);
}

/* Waits for a job.  Returns NULL when the engine ends; unloads what has been
 * idle for too long.  Called, and returns, with the lock held.  */
static Job *
next_job (PiscesEngine *engine,
          gint64        idle_since)
{
  while (! engine->quit && g_queue_is_empty (&engine->queue))
    {
      gint64 deadline = idle_since +
                        (gint64) engine->idle_timeout * G_TIME_SPAN_SECOND;

      if (! engine->status.loaded || engine->idle_timeout == 0)
        {
          g_cond_wait (&engine->changed, &engine->lock);
        }
      else if (g_get_monotonic_time () >= deadline)
        {
          g_mutex_unlock (&engine->lock);
          drop_model (engine);
          g_mutex_lock (&engine->lock);
        }
      else
        {
          g_cond_wait_until (&engine->changed, &engine->lock, deadline);
        }
    }

  return engine->quit ? NULL : g_queue_pop_head (&engine->queue);
}

static gpointer
worker_main (gpointer data)
{
  PiscesEngine *engine    = data;
  gboolean      finalized = FALSE;
  gint64        idle_since = g_get_monotonic_time ();
  Job          *job;

  engine->finalized = &finalized;

  g_mutex_lock (&engine->lock);
  while ((job = next_job (engine, idle_since)) != NULL)
    {
      set_busy (engine, TRUE);
      g_mutex_unlock (&engine->lock);

      run_job (engine, job);

      idle_since = g_get_monotonic_time ();
      job_free (job);             /* may be the engine's last reference */
      if (finalized)
        return NULL;

      g_mutex_lock (&engine->lock);
    }
  g_mutex_unlock (&engine->lock);

  drop_model (engine);

  return NULL;
}

/* What the engine shows to others after its model came or went.  */
static void
publish (PiscesEngine *engine)
{
  g_mutex_lock (&engine->lock);
  engine->status.loaded         = engine->model != NULL;
  engine->status.resident_bytes = engine->backend ?
    pisces_backend_resident_bytes (engine->backend) : 0;
  if (engine->model == NULL)
    engine->status.loaded_since = 0;
  g_cond_broadcast (&engine->changed);
  g_mutex_unlock (&engine->lock);
}

static void
drop_model (PiscesEngine *engine)
{
  if (engine->model)
    engine->family->free (engine->model);
  engine->model = NULL;
  if (engine->backend)
    pisces_backend_close (engine->backend);
  engine->backend = NULL;

  /* Large blocks were mapped and are gone; give back the small ones too.  */
  malloc_trim (0);
  publish (engine);
}

static gboolean
open_model (PiscesEngine  *engine,
            Job           *job,
            GError       **error)
{
  gint64           begin = g_get_monotonic_time ();
  g_autofree gchar *digest = NULL;

  engine->family = pisces_family_find (engine->model_folder, error);
  if (engine->family == NULL)
    return FALSE;

  digest = pisces_model_digest (engine->model_folder, error);
  if (digest == NULL)
    return FALSE;

  engine->backend = pisces_backend_open (engine->backend_wish, error);
  if (engine->backend == NULL)
    return FALSE;

  pisces_backend_begin (engine->backend, job->base.cancellable);
  engine->model = engine->family->load (engine->model_folder, engine->backend,
                                        &job->base, error);
  if (engine->model == NULL)
    return FALSE;

  g_mutex_lock (&engine->lock);
  g_free (engine->status.model_name);
  g_free (engine->status.model_digest);
  g_free (engine->status.backend);
  g_free (engine->status.backend_reason);
  engine->status.model_name     = g_path_get_basename (engine->model_folder);
  engine->status.model_digest   = g_steal_pointer (&digest);
  engine->status.backend        = g_strdup (engine->backend->table->name);
  engine->status.backend_reason = g_strdup (engine->backend->reason);
  engine->status.loaded_since   = g_get_real_time () / G_USEC_PER_SEC;
  engine->status.load_seconds   = (g_get_monotonic_time () - begin) / 1e6;
  engine->status.n_loads++;
  g_mutex_unlock (&engine->lock);

  return TRUE;
}

static gboolean
ensure_model (PiscesEngine  *engine,
              Job           *job,
              GError       **error)
{
  if (engine->model == NULL)
    {
      PiscesProgress loading = { .stage = PISCES_STAGE_LOADING };

      job_report (&job->base, &loading);
      if (! open_model (engine, job, error))
        {
          drop_model (engine);
          return FALSE;
        }
      publish (engine);
      job->fraction_start = LOADING_SHARE;
    }

  job->model_name   = engine->status.model_name;
  job->model_digest = engine->status.model_digest;
  job->backend_name = engine->status.backend;
  pisces_backend_begin (engine->backend, job->base.cancellable);

  return TRUE;
}

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

  result->warnings = take_warnings (job);
  result->seconds  = (g_get_monotonic_time () - begin) / 1e6;

  return g_steal_pointer (&result);
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

  if (! engine->family->embed (engine->model, job->compare[0], &job->base, a, error) ||
      ! engine->family->embed (engine->model, job->compare[1], &job->base, b, error))
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

static void
run_job (PiscesEngine *engine,
         Job          *job)
{
  gpointer  result = NULL;
  GError   *error  = NULL;

  if (job->kind == JOB_UNLOAD)
    drop_model (engine);
  else if (g_cancellable_set_error_if_cancelled (job->base.cancellable, &error))
    ;
  else if (ensure_model (engine, job, &error))
    switch (job->kind)
      {
      case JOB_GENERATE: result = run_generate (engine, job, &error); break;
      case JOB_DESCRIBE: result = run_describe (engine, job, &error); break;
      case JOB_COMPARE:  result = run_compare (engine, job, &error);  break;
      default:           break;
      }

  /* Before the caller hears of the end, so that a status it asks for then is
   * already the new one.  */
  publish (engine);
  g_mutex_lock (&engine->lock);
  if (job->kind != JOB_UNLOAD)
    engine->status.n_jobs++;
  set_busy (engine, FALSE);
  g_mutex_unlock (&engine->lock);

  if (error)
    g_task_return_error (job->task, error);
  else if (job->kind == JOB_LOAD || job->kind == JOB_UNLOAD)
    g_task_return_boolean (job->task, TRUE);
  else
    g_task_return_pointer (job->task, result,
                           job->kind == JOB_GENERATE ?
                             (GDestroyNotify) pisces_generate_result_free :
                           job->kind == JOB_DESCRIBE ?
                             (GDestroyNotify) pisces_describe_result_free :
                             g_free);
}
