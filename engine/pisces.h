/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces.h: the public interface of the engine, and the only engine header
 * that programs outside engine/ include.
 *
 * An engine uses one model to describe and one to draw, which may be the same.
 * It loads a model for the first job that needs it, and keeps it until it has
 * been idle for a while, or until another one needs the memory.  Jobs run one
 * after another, in the order of the calls, on one thread of the engine's own:
 *
 *   g_autoptr (PiscesEngine)          engine  = pisces_engine_new (NULL, NULL);
 *   g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");
 *   g_autoptr (PiscesGenerateResult)  result  =
 *     pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
 *
 * When the result of pisces_engine_get_status() may have changed, "status-changed"
 * is emitted in the thread-default main context of pisces_engine_new().
 *
 * Functions may be called from any thread, but from only one at a time.  The
 * callbacks of asynchronous calls, and all progress, arrive in the
 * thread-default main context of the caller.  Strings are UTF-8.
 *
 * It has four parts in headers of their own, which it includes: requests and
 * results in pisces-requests.h, models and devices in pisces-models.h, the places of
 * what is drawn into a picture in pisces-fill.h, and around it in pisces-extend.h.
 */

#pragma once

#include "engine/pisces-extend.h"
#include "engine/pisces-fill.h"
#include "engine/pisces-models.h"
#include "engine/pisces-requests.h"

G_BEGIN_DECLS

#define PISCES_VERSION "0.1.0"

#define PISCES_TYPE_ENGINE (pisces_engine_get_type ())
G_DECLARE_FINAL_TYPE (PiscesEngine, pisces_engine, PISCES, ENGINE, GObject)

/**
 * PiscesModelStatus:
 * @roles: what the model is chosen for; 0: it was chosen before, and is freed
 *   soon.
 * @loaded: whether it is in memory.
 * @folder: its folder.
 * @name: (nullable): its name, once it has been loaded.
 * @digest: (nullable): the SHA-256, in hexadecimal, of the model's configuration
 *   files and of the headers, the sizes and samples of the contents of its
 *   weight files; once it has been loaded.
 * @backend: (nullable): `"cpu"`, `"cuda"`, ... once loaded.
 * @backend_reason: (nullable): why this backend was chosen, as a sentence.
 * @resident_bytes: the memory that the engine uses for it and its work.
 * @device_free_bytes: the memory of the device that was free after the last
 *   job; 0 if the backend does not say.
 * @loaded_since: Unix time in seconds, 0 if it is not loaded.
 */
typedef struct
{
  PiscesRole  roles;
  gboolean    loaded;
  gchar      *folder;
  gchar      *name;
  gchar      *digest;
  gchar      *backend;
  gchar      *backend_reason;
  guint64     resident_bytes;
  guint64     device_free_bytes;
  gint64      loaded_since;
} PiscesModelStatus;

/**
 * PiscesStatus:
 * @models: (element-type PiscesModelStatus): the models in memory, the one that
 *   was used last first; then those that are chosen and not in memory.
 * @loaded: whether any is in memory.
 * @model_folder: of the loaded model that was used last; if none is loaded, of
 *   the one that draws.
 * @model_name: (nullable): the same model's name, and so on, as in
 *   #PiscesModelStatus.
 * @resident_bytes: the memory that the engine uses for all models and their work.
 * @load_seconds: how long the last load took.
 * @n_loads: how often a model was loaded in this process.
 * @n_jobs: how many jobs have been done, failed or were cancelled.
 * @n_waiting: how many jobs are waiting.
 * @busy: whether one is running.
 */
typedef struct
{
  GPtrArray *models;
  gboolean   loaded;
  gchar     *model_folder;
  gchar     *model_name;
  gchar     *model_digest;
  gchar     *backend;
  gchar     *backend_reason;
  guint64    resident_bytes;
  guint64    device_free_bytes;
  gint64     loaded_since;
  gdouble    load_seconds;
  guint      n_loads;
  guint      n_jobs;
  guint      n_waiting;
  gboolean   busy;
} PiscesStatus;

const PiscesModelStatus *
                        pisces_status_get_model      (const PiscesStatus    *status,
                                                      PiscesRole             role);
void                    pisces_status_free           (PiscesStatus          *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesStatus, pisces_status_free)

PiscesEngine          * pisces_engine_new            (const gchar           *model_folder,
                                                      const gchar           *backend);
void                    pisces_engine_set_idle_timeout
                                                     (PiscesEngine          *engine,
                                                      guint                  seconds);
guint                   pisces_engine_get_idle_timeout
                                                     (PiscesEngine          *engine);
void                    pisces_engine_set_niceness   (PiscesEngine          *engine,
                                                      gint                   niceness);
void                    pisces_engine_set_memory_budget
                                                     (PiscesEngine          *engine,
                                                      guint64                bytes);
PiscesStatus          * pisces_engine_get_status     (PiscesEngine          *engine);

gboolean                pisces_engine_load           (PiscesEngine          *engine,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GError               **error);
void                    pisces_engine_load_async     (PiscesEngine          *engine,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
gboolean                pisces_engine_load_finish    (PiscesEngine          *engine,
                                                      GAsyncResult          *result,
                                                      GError               **error);

void                    pisces_engine_unload         (PiscesEngine          *engine);
void                    pisces_engine_set_model      (PiscesEngine          *engine,
                                                      PiscesRole             roles,
                                                      const gchar           *model_folder,
                                                      const gchar           *backend);
PiscesPromptCheck     * pisces_engine_check_prompt   (PiscesEngine          *engine,
                                                      const gchar           *text);

PiscesGenerateResult  * pisces_engine_generate       (PiscesEngine          *engine,
                                                      const PiscesGenerateRequest
                                                                            *request,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GError               **error);
void                    pisces_engine_generate_async (PiscesEngine          *engine,
                                                      const PiscesGenerateRequest
                                                                            *request,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
PiscesGenerateResult  * pisces_engine_generate_finish
                                                     (PiscesEngine          *engine,
                                                      GAsyncResult          *result,
                                                      GError               **error);

gchar                 * pisces_engine_plan           (PiscesEngine          *engine,
                                                      const PiscesGenerateRequest
                                                                            *request,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GError               **error);
void                    pisces_engine_plan_async     (PiscesEngine          *engine,
                                                      const PiscesGenerateRequest
                                                                            *request,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
gchar                 * pisces_engine_plan_finish    (PiscesEngine          *engine,
                                                      GAsyncResult          *result,
                                                      GError               **error);

PiscesDescribeResult  * pisces_engine_describe       (PiscesEngine          *engine,
                                                      const PiscesDescribeRequest
                                                                            *request,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GError               **error);
void                    pisces_engine_describe_async (PiscesEngine          *engine,
                                                      const PiscesDescribeRequest
                                                                            *request,
                                                      PiscesProgressFunc     progress,
                                                      gpointer               progress_data,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
PiscesDescribeResult  * pisces_engine_describe_finish
                                                     (PiscesEngine          *engine,
                                                      GAsyncResult          *result,
                                                      GError               **error);

PiscesScore           * pisces_engine_score          (PiscesEngine          *engine,
                                                      PiscesImage           *image,
                                                      const gchar           *prompt,
                                                      GCancellable          *cancellable,
                                                      GError               **error);
void                    pisces_engine_score_async    (PiscesEngine          *engine,
                                                      PiscesImage           *image,
                                                      const gchar           *prompt,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
PiscesScore           * pisces_engine_score_finish   (PiscesEngine          *engine,
                                                      GAsyncResult          *result,
                                                      GError               **error);

gboolean                pisces_engine_compare        (PiscesEngine          *engine,
                                                      PiscesImage           *first,
                                                      PiscesImage           *second,
                                                      gdouble               *likeness,
                                                      GCancellable          *cancellable,
                                                      GError               **error);

void                    pisces_engine_compare_async  (PiscesEngine          *engine,
                                                      PiscesImage           *first,
                                                      PiscesImage           *second,
                                                      GCancellable          *cancellable,
                                                      GAsyncReadyCallback    callback,
                                                      gpointer               user_data);
gboolean                pisces_engine_compare_finish (PiscesEngine          *engine,
                                                      GAsyncResult          *result,
                                                      gdouble               *likeness,
                                                      GError               **error);

G_END_DECLS
