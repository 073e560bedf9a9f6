/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine-private.h: what the files of the engine itself share. engine.c
 * creates and frees the engine, engine-model.c says which model it uses,
 * engine-async.c and engine-wait.c have the jobs, engine-words.c has the
 * questions about a prompt that need no job, job.c a job's data and progress,
 * queue.c the queue, worker.c the thread that runs the jobs, loaded-model.c
 * the model in memory, tasks.c what each kind of job does, fallback.c what
 * happens when the device fails, memory-budget.c how much memory may be used,
 * and status-notice.c tells others about changes of the status.
 *
 * The lock protects everything that two threads use.  Only the worker uses the
 * model and its backend.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/families/family.h"
#include "engine/pisces.h"

G_BEGIN_DECLS

typedef enum
{
  JOB_LOAD,
  JOB_UNLOAD,
  JOB_GENERATE,
  JOB_PLAN,
  JOB_DESCRIBE,
  JOB_SCORE,
  JOB_COMPARE
} JobKind;

/* How a model is loaded.  Each plan needs less of the device than the one
 * before it.  */
typedef enum
{
  PLAN_AS_ASKED,
  PLAN_ROUNDED_WEIGHTS,   /* on the same device, matrices in 8 bits */
  PLAN_CPU
} Plan;

typedef struct
{
  PiscesJob               base;

  JobKind                 kind;
  GTask                  *task;
  GMainContext           *context;      /* the caller's */
  PiscesGenerateRequest  *generate;
  PiscesDescribeRequest  *describe;
  PiscesImage            *images[2];    /* to compare or score */
  gchar                  *prompt;       /* to score against         */
  gchar                  *model_folder; /* the engine's when the job was
                                         * requested */
  gchar                  *backend_wish;
  PiscesProgressFunc      progress;
  gpointer                progress_data;
  gulong                  cancelled_id;
  gboolean                ended;        /* cancelled while it waited; only in
                                         * the queue to be freed       */

  /* Used by the worker only.  */
  gdouble                 fraction;
  gdouble                 fraction_start;
  GPtrArray              *pictures;     /* those the caller has already
                                         * received */
  const gchar            *model_name;
  const gchar            *model_digest;
  const gchar            *backend_name;
} Job;

typedef struct _StatusNotice StatusNotice;

struct _PiscesEngine
{
  GObject              parent_instance;

  StatusNotice        *notice;

  gchar               *model_folder;
  gchar               *backend_wish;

  GMutex               lock;
  GCond                changed;         /* signals a change of the queue or the
                                         * worker */
  GThread             *worker;
  GQueue               queue;           /* Job */
  gboolean             quit;
  guint                idle_timeout;
  gint                 niceness;
  guint64              memory_budget;   /* 0: the one in the environment, or
                                         * none */
  PiscesStatus         status;          /* as the worker last set it */

  /* Used by the worker.  Other threads may ask the model short questions while
   * they hold the model lock; the worker takes that lock to set or clear the
   * model.  */
  GMutex               model_lock;
  PiscesBackend       *backend;
  const PiscesFamily  *family;
  gpointer             model;
  const PiscesFamily  *words_family;    /* the family that made words */
  gpointer             words;           /* reads prompts without a model   */
  gchar               *words_folder;    /* NULL: nobody has asked yet      */
  gchar               *loaded_folder;   /* NULL: no model is loaded */
  gchar               *loaded_backend;  /* as it was requested      */
  gboolean            *finalized;       /* set by finalize when the worker runs
                                         * it */
  Plan                 plan;
  gchar               *plan_reason;     /* why the plan is not PLAN_AS_ASKED, a
                                         * sentence                        */
  gchar               *proved_backend;  /* its ops have agreed with the
                                         * CPU's */
};

/*  job.c  */

Job      * pisces_job_new      (PiscesEngine        *engine,
                                JobKind              kind,
                                PiscesProgressFunc   progress,
                                gpointer             progress_data,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data,
                                gpointer             source_tag);
void       pisces_job_free     (Job                 *job);

/*  queue.c  */

void       pisces_queue_push   (PiscesEngine        *engine,
                                Job                 *job);

/*  worker.c  */

gpointer   pisces_worker_main  (gpointer             engine);

/*  loaded-model.c  */

void       pisces_loaded_model_set
                               (PiscesEngine        *engine,
                                gpointer             model,
                                const gchar         *folder,
                                const gchar         *backend_wish,
                                gchar               *digest,
                                gdouble              seconds);
void       pisces_loaded_model_drop
                               (PiscesEngine        *engine);
void       pisces_loaded_model_publish
                               (PiscesEngine        *engine);

/*  engine-words.c  */

void       pisces_words_drop   (PiscesEngine        *engine);

/*  fallback.c  */

PiscesBackend * pisces_fallback_open
                               (PiscesEngine        *engine,
                                const gchar         *wish,
                                GError             **error);
gboolean   pisces_fallback_next
                               (PiscesEngine        *engine,
                                Job                 *job,
                                const GError        *failure);

/*  memory-budget.c  */

gboolean   pisces_memory_budget_get
                               (PiscesEngine        *engine,
                                gsize               *bytes,
                                GError             **error);
gboolean   pisces_memory_budget_parse
                               (const gchar         *text,
                                gsize               *bytes);

/*  status-notice.c  */

StatusNotice * pisces_status_notice_new
                               (PiscesEngine        *engine,
                                guint                signal_id);
void       pisces_status_notice_send
                               (StatusNotice        *notice);
void       pisces_status_notice_mute
                               (StatusNotice        *notice);
void       pisces_status_notice_unref
                               (StatusNotice        *notice);

/*  tasks.c  */

gpointer   pisces_task_run     (PiscesEngine        *engine,
                                Job                 *job,
                                GDestroyNotify      *free_result,
                                GError             **error);

G_END_DECLS
