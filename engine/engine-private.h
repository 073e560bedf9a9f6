/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine-private.h: what the files of the engine proper share.  engine.c has
 * the engine's life, engine-model.c which model it holds, engine-async.c and
 * engine-wait.c the jobs it can be given, engine-words.c what it can say of a
 * prompt without a job, job.c a job's life and its progress, queue.c how jobs
 * wait, worker.c the thread that does them, loaded-model.c the model that it
 * keeps, tasks.c what it does for each job, fallback.c what is done when the
 * device refuses, memory-budget.c how much of it may be used, status-notice.c
 * how others hear of its status.
 *
 * The lock guards everything that two threads see.  The model and its
 * backend belong to the worker alone.
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

/* How a model is held: each needs less of the device than the one before.  */
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
  GMainContext           *context;      /* of the caller */
  PiscesGenerateRequest  *generate;
  PiscesDescribeRequest  *describe;
  PiscesImage            *images[2];    /* to be compared or scored */
  gchar                  *prompt;       /* to be scored against     */
  gchar                  *model_folder; /* as it was when the job came */
  gchar                  *backend_wish;
  PiscesProgressFunc      progress;
  gpointer                progress_data;
  gulong                  cancelled_id;
  gboolean                ended;        /* cancelled while it waited; is in
                                         * the queue only to be freed  */

  /* Of the worker.  */
  gdouble                 fraction;
  gdouble                 fraction_start;
  GPtrArray              *pictures;     /* that the caller has been given */
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
  GCond                changed;         /* the queue, or the worker's state */
  GThread             *worker;
  GQueue               queue;           /* Job */
  gboolean             quit;
  guint                idle_timeout;
  gint                 niceness;
  guint64              memory_budget;   /* 0: the environment's, or none */
  PiscesStatus         status;          /* as the worker last left it */

  /* Of the worker.  Others may use the model for short questions while they
   * hold the model lock, which the worker takes to set or to clear it.  */
  GMutex               model_lock;
  PiscesBackend       *backend;
  const PiscesFamily  *family;
  gpointer             model;
  const PiscesFamily  *words_family;    /* of words                  */
  gpointer             words;           /* reads prompts without a model   */
  gchar               *words_folder;    /* NULL: nobody asked              */
  gchar               *loaded_folder;   /* NULL: no model is loaded */
  gchar               *loaded_backend;  /* as it was wished for     */
  gboolean            *finalized;       /* set by a finalize on the worker */
  Plan                 plan;
  gchar               *plan_reason;     /* why not as asked, a sentence    */
  gchar               *proved_backend;  /* whose ops agreed with the CPU's */
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
