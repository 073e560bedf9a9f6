/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * engine-private.h: what the files of the engine itself share. engine.c
 * creates and frees the engine, engine-status.c reports its state,
 * engine-model.c says which models it uses, engine-async.c and engine-wait.c
 * have the jobs, engine-words.c has the questions about a prompt that need no
 * job, job.c a job's data and progress, queue.c the queue, worker.c the thread
 * that runs the jobs, role.c finds the model for a job, loaded-model.c has the
 * models in memory, room.c makes room for them, tasks.c what each kind of job
 * does, fallback.c what happens when the device fails, memory-budget.c how
 * much memory may be used, and status-notice.c tells others about changes of
 * the status.
 *
 * The lock protects everything that two threads use.  Only the worker uses the
 * models and their backends.
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
  JOB_FORGET,             /* frees the models that are no longer chosen */
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

/* The place of a role in arrays.  */
#define PISCES_ROLE_INDEX(role) g_bit_nth_lsf ((role), -1)

/* Which model is to be used for a role.  */
typedef struct
{
  gchar *folder;                        /* NULL: none is chosen */
  gchar *backend_wish;                  /* NULL: any */
} Choice;

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
  Choice                  choices[PISCES_N_ROLES];
                                        /* the engine's when the job was
                                         * requested */
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

/* A model in memory, or one that is being loaded.  The worker sets what is in
 * it.  Other threads read it while they hold one of the engine's two locks, and
 * ask the family while they hold the model lock.  */
typedef struct
{
  Choice               source;
  gchar               *stamp;           /* of its files when it was found */
  PiscesModelInfo     *info;
  const PiscesFamily  *family;
  PiscesBackend       *backend;         /* NULL: not open   */
  gpointer             model;           /* NULL: not loaded */
  gchar               *digest;
  gchar               *backend_name;
  gchar               *backend_reason;
  gint64               last_use;        /* monotonic clock  */
  guint64              budget;          /* for all models, when this one was
                                         * loaded; 0: none */
  Plan                 plan;
  gchar               *plan_reason;     /* why the plan is not PLAN_AS_ASKED, a
                                         * sentence                        */

  /* As last published.  */
  guint64              resident_bytes;
  guint64              device_free_bytes;
  gint64               loaded_since;    /* Unix time */
  gdouble              load_seconds;
} LoadedModel;

/* What is known of a chosen model after it was freed.  */
typedef struct
{
  gchar *name;
  gchar *digest;
  gchar *backend;
  gchar *backend_reason;
} Known;

typedef struct _StatusNotice StatusNotice;

struct _PiscesEngine
{
  GObject              parent_instance;

  StatusNotice        *notice;

  Choice               choices[PISCES_N_ROLES];
  Known                known[PISCES_N_ROLES];

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
  gboolean             busy;
  guint                n_loads;
  guint                n_jobs;
  gdouble              load_seconds;    /* of the last load */

  /* Used by the worker.  Other threads may ask a model short questions while
   * they hold the model lock; the worker takes both locks, the model lock
   * first, to set or free a model.  */
  GMutex               model_lock;
  GQueue               models;          /* LoadedModel, the one used last first */
  const PiscesFamily  *words_family;    /* the family that made words */
  gpointer             words;           /* reads prompts without a model   */
  gchar               *words_folder;    /* NULL: nobody has asked yet      */
  gboolean            *finalized;       /* set by finalize when the worker runs
                                         * it */
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

/*  role.c  */

gboolean   pisces_role_of_job  (PiscesEngine        *engine,
                                Job                 *job,
                                PiscesRole          *role,
                                GError             **error);
LoadedModel * pisces_role_find_model
                               (PiscesEngine        *engine,
                                const Choice        *choice,
                                PiscesRole           role,
                                GError             **error);

/*  loaded-model.c  */

gboolean   pisces_choice_is_same
                               (const Choice        *a,
                                const Choice        *b);
void       pisces_choice_set   (Choice              *choice,
                                const gchar         *folder,
                                const gchar         *backend_wish);
void       pisces_choice_clear (Choice              *choice);
void       pisces_known_clear  (Known               *known);

LoadedModel * pisces_loaded_model_find
                               (PiscesEngine        *engine,
                                const Choice        *choice);
LoadedModel * pisces_loaded_model_new
                               (PiscesEngine        *engine,
                                const Choice        *source,
                                GError             **error);
gboolean   pisces_loaded_model_is_current
                               (const LoadedModel   *loaded);
void       pisces_loaded_model_use
                               (PiscesEngine        *engine,
                                LoadedModel         *loaded);
void       pisces_loaded_model_set
                               (PiscesEngine        *engine,
                                LoadedModel         *loaded,
                                gpointer             model,
                                gchar               *digest,
                                gdouble              seconds);
void       pisces_loaded_model_close
                               (PiscesEngine        *engine,
                                LoadedModel         *loaded);
void       pisces_loaded_model_drop
                               (PiscesEngine        *engine,
                                LoadedModel         *loaded);
void       pisces_loaded_model_drop_all
                               (PiscesEngine        *engine);
void       pisces_loaded_model_publish
                               (PiscesEngine        *engine);

/*  room.c  */

void       pisces_room_make    (PiscesEngine        *engine,
                                LoadedModel         *loaded,
                                PiscesRole           role);
void       pisces_room_share   (PiscesEngine        *engine,
                                LoadedModel         *loaded);
gboolean   pisces_room_give_way
                               (PiscesEngine        *engine,
                                LoadedModel         *loaded);

/*  engine-words.c  */

void       pisces_words_drop   (PiscesEngine        *engine);

/*  fallback.c  */

PiscesBackend * pisces_fallback_open
                               (PiscesEngine        *engine,
                                LoadedModel         *loaded,
                                GError             **error);
gboolean   pisces_fallback_next
                               (PiscesEngine        *engine,
                                Job                 *job,
                                LoadedModel         *loaded,
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

gboolean   pisces_task_check   (LoadedModel         *loaded,
                                Job                 *job,
                                GError             **error);
gpointer   pisces_task_run     (LoadedModel         *loaded,
                                Job                 *job,
                                GDestroyNotify      *free_result,
                                GError             **error);

G_END_DECLS
