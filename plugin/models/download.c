/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * download.c: downloads all files of a model in a thread, and then makes them
 * available as a model in one step.  Knows nothing of GIMP.
 */

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "plugin/models/download.h"
#include "plugin/models/staging.h"

#define REPORT_MS   100
#define RATE_TIME   G_TIME_SPAN_SECOND
#define RATE_WEIGHT 0.3                       /* weight of the latest second */

typedef struct
{
  PiscesCatalogModel         *model;
  gchar                      *store;
  PiscesDownloadLimits        limits;
  PiscesDownloadProgressFunc  progress;
  gpointer                    progress_data;

  GMutex                      lock;          /* for the fields below */
  guint64                     done_bytes;
  guint64                     told_bytes;    /* reported to the caller */
  gint64                      rate_time;     /* when the speed was measured, */
  guint64                     rate_bytes;    /* and the bytes at that time */
  gdouble                     rate;          /* bytes a second; 0: not yet */
} Download;

static void     download_free      (gpointer       data);
static void     download_thread    (GTask         *task,
                                    gpointer       source,
                                    gpointer       data,
                                    GCancellable  *cancellable);
static gchar  * download_all       (Download      *download,
                                    GCancellable  *cancellable,
                                    GError       **error);
static gboolean download_files     (Download      *download,
                                    const gchar   *staging,
                                    GCancellable  *cancellable,
                                    GError       **error);
static gboolean download_one       (Download                *download,
                                    SoupSession             *session,
                                    const PiscesCatalogFile *file,
                                    const gchar             *staging,
                                    GCancellable            *cancellable,
                                    GError                 **error);
static gboolean download_sharded   (Download                *download,
                                    SoupSession             *session,
                                    const PiscesCatalogFile *file,
                                    const gchar             *staging,
                                    GCancellable            *cancellable,
                                    GError                 **error);
static gchar ** map_addresses      (const PiscesCatalogFile *file,
                                    const gchar             *suffix,
                                    const gchar             *name);
static guint64  shards_kept        (const PiscesCatalogFile *file,
                                    const gchar             *staging);
static void     file_changed       (gint64         difference,
                                    gpointer       data);
static void     set_done_bytes     (Download      *download,
                                    guint64        n_bytes);
static gboolean report             (gpointer       data);


/*  public functions  */

/**
 * pisces_download_model_async:
 * @model: the model to download.
 * @store: the folder of the models, which is made if it is missing.
 * @limits: (nullable): how long and how often to try; %NULL: the default.
 * @progress: (nullable): called with the progress, until @callback is called.
 * @cancellable: (nullable): stops it; what has arrived is kept.
 *
 * Starts or continues a download.
 */
void
pisces_download_model_async (PiscesCatalogModel          *model,
                             const gchar                 *store,
                             const PiscesDownloadLimits  *limits,
                             PiscesDownloadProgressFunc   progress,
                             gpointer                     progress_data,
                             GCancellable                *cancellable,
                             GAsyncReadyCallback          callback,
                             gpointer                     user_data)
{
  g_autoptr (GTask)  task     = g_task_new (NULL, cancellable, callback, user_data);
  Download          *download = g_new0 (Download, 1);

  download->model         = g_object_ref (model);
  download->store         = g_strdup (store);
  download->limits        = limits ? *limits : pisces_download_default_limits;
  download->progress      = progress;
  download->progress_data = progress_data;
  download->told_bytes    = G_MAXUINT64;
  g_mutex_init (&download->lock);

  g_task_set_source_tag (task, pisces_download_model_async);
  g_task_set_task_data (task, download, download_free);

  if (progress)
    {
      g_autoptr (GSource) source = g_timeout_source_new (REPORT_MS);

      g_source_set_callback (source, report, g_object_ref (task),
                             g_object_unref);
      g_source_attach (source, g_task_get_context (task));
    }
  g_task_run_in_thread (task, download_thread);
}

/**
 * pisces_download_model_finish:
 * @error: %PISCES_DOWNLOAD_ERROR or %G_IO_ERROR.
 *
 * Returns: (transfer full) (nullable): the folder of the model.
 */
gchar *
pisces_download_model_finish (GAsyncResult  *result,
                              GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pisces_download_model_kept:
 *
 * Returns: how many bytes of @model have arrived in earlier attempts.
 */
guint64
pisces_download_model_kept (PiscesCatalogModel *model,
                            const gchar        *store)
{
  g_autofree gchar *staging = pisces_staging_get_folder (model, store);
  guint64           n_bytes = 0;

  for (guint i = 0; i < pisces_catalog_model_get_n_files (model); i++)
    {
      const PiscesCatalogFile *file = pisces_catalog_model_get_file (model, i);

      n_bytes += file->is_sharded ? shards_kept (file, staging)
                                  : pisces_download_file_kept (file, staging);
    }

  return n_bytes;
}

/**
 * pisces_download_model_discard:
 *
 * Deletes what has arrived of @model in earlier attempts, but not a complete
 * model.
 */
gboolean
pisces_download_model_discard (PiscesCatalogModel  *model,
                               const gchar         *store,
                               GError             **error)
{
  g_autofree gchar *staging = pisces_staging_get_folder (model, store);

  return pisces_staging_delete (staging, error);
}


/*  private functions  */

static void
download_free (gpointer data)
{
  Download *download = data;

  g_object_unref (download->model);
  g_free (download->store);
  g_mutex_clear (&download->lock);
  g_free (download);
}

static void
download_thread (GTask        *task,
                 gpointer      source,
                 gpointer      data,
                 GCancellable *cancellable)
{
  GError *error  = NULL;
  gchar  *folder = download_all (data, cancellable, &error);

  if (folder)
    g_task_return_pointer (task, folder, g_free);
  else
    g_task_return_error (task, error);
}

static gchar *
download_all (Download      *download,
              GCancellable  *cancellable,
              GError       **error)
{
  PiscesCatalogModel *model   = download->model;
  g_autofree gchar   *staging = NULL;
  g_autofree gchar   *folder  = NULL;
  gboolean            done;
  int                 lock;

  folder  = g_build_filename (download->store,
                              pisces_catalog_model_get_folder (model), NULL);
  staging = pisces_staging_get_folder (model, download->store);

  if (g_file_test (folder, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_EXISTS,
                   _("There is a folder “%s” already. Delete that model, or "
                     "move its folder away, before you download it again."),
                   folder);
      return NULL;
    }

  if (g_mkdir_with_parents (download->store, 0755) != 0)
    {
      int number = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number),
                   _("The folder “%s” for models could not be made: %s."),
                   download->store, g_strerror (number));
      return NULL;
    }

  lock = pisces_staging_lock (model, download->store, error);
  if (lock < 0)
    return NULL;

  pisces_staging_drop_others (model, download->store);
  done = download_files (download, staging, cancellable, error) &&
         (! download->limits.verify || download->limits.verify (staging, error));

  /* After this, other programs can see the model.  */
  if (done && g_rename (staging, folder) != 0)
    {
      int number = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number),
                   _("The folder “%s” could not be made: %s."), folder,
                   g_strerror (number));
      done = FALSE;
    }
  pisces_staging_unlock (model, download->store, lock);

  return done ? g_steal_pointer (&folder) : NULL;
}

static gboolean
download_files (Download      *download,
                const gchar   *staging,
                GCancellable  *cancellable,
                GError       **error)
{
  PiscesCatalogModel       *model = download->model;
  g_autoptr (GMainContext)  own   = g_main_context_new ();
  g_autoptr (SoupSession)   session = NULL;
  gboolean                  done  = TRUE;
  guint64                   kept;

  kept = pisces_download_model_kept (model, download->store);
  if (! pisces_staging_check_space (download->store,
                                    pisces_catalog_model_get_n_bytes (model) -
                                    MIN (kept, pisces_catalog_model_get_n_bytes (model)),
                                    error))
    return FALSE;

  set_done_bytes (download, kept);

  /* libsoup uses the thread's main context for its timers; the default one
   * belongs to another thread.
   */
  g_main_context_push_thread_default (own);
  session = pisces_http_session_new (download->limits.timeout_seconds);

  for (guint i = 0; i < pisces_catalog_model_get_n_files (model) && done; i++)
    {
      const PiscesCatalogFile *file = pisces_catalog_model_get_file (model, i);

      done = file->is_sharded
               ? download_sharded (download, session, file, staging, cancellable, error)
               : download_one (download, session, file, staging, cancellable, error);
    }

  g_clear_object (&session);
  g_main_context_pop_thread_default (own);

  return done;
}

/* What has arrived of weights that may be in several files.  */
static guint64
shards_kept (const PiscesCatalogFile *file,
             const gchar             *staging)
{
  g_autofree gchar *stem    = g_strndup (file->path, strcspn (file->path, "."));
  g_autoptr (GDir)  dir     = g_dir_open (staging, 0, NULL);
  guint64           n_bytes = 0;
  const gchar      *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree gchar *path = g_build_filename (staging, name, NULL);
      GStatBuf          info;

      if (g_str_has_prefix (name, stem) &&
          (g_str_has_suffix (name, ".safetensors") || g_str_has_suffix (name, ".json") ||
           g_str_has_suffix (name, ".part")) &&
          g_stat (path, &info) == 0)
        n_bytes += info.st_size;
    }

  return n_bytes;
}

/* A file that the host may not have is not missed.  */
static gboolean
download_one (Download                 *download,
              SoupSession              *session,
              const PiscesCatalogFile  *file,
              const gchar              *staging,
              GCancellable             *cancellable,
              GError                  **error)
{
  g_autoptr (GError) local = NULL;

  if (pisces_download_file (session, file, staging, &download->limits, file_changed, download,
                            cancellable, &local))
    return TRUE;

  if (file->is_optional && g_error_matches (local, PISCES_DOWNLOAD_ERROR,
                                            PISCES_DOWNLOAD_ERROR_MISSING))
    {
      g_autofree gchar *empty = g_strconcat (staging, "/", file->path, ".part", NULL);

      g_unlink (empty);
      return TRUE;
    }

  g_propagate_error (error, g_steal_pointer (&local));

  return FALSE;
}

/* Weights are in one file, or in those that an index beside it names.  */
static gboolean
download_sharded (Download                 *download,
                  SoupSession              *session,
                  const PiscesCatalogFile  *file,
                  const gchar              *staging,
                  GCancellable             *cancellable,
                  GError                  **error)
{
  g_autofree gchar  *name  = g_strconcat (file->path, ".index.json", NULL);
  g_autofree gchar  *path  = g_build_filename (staging, name, NULL);
  g_auto (GStrv)     index_addresses = NULL;
  g_auto (GStrv)     names = NULL;
  g_autofree gchar  *text  = NULL;
  g_autoptr (GBytes) bytes = NULL;
  PiscesCatalogFile  index = { .path = name, .n_bytes = 1, .is_optional = TRUE };
  gsize              length;

  index_addresses = map_addresses (file, ".index.json", NULL);
  index.addresses = index_addresses;
  if (! download_one (download, session, &index, staging, cancellable, error))
    return FALSE;
  if (! g_file_get_contents (path, &text, &length, NULL))
    return download_one (download, session, file, staging, cancellable, error);

  bytes = g_bytes_new (text, length);
  names = pisces_catalog_parse_index (bytes, error);
  for (guint i = 0; names && names[i]; i++)
    {
      g_auto (GStrv)    addresses = map_addresses (file, NULL, names[i]);
      PiscesCatalogFile shard     = { .path = names[i], .n_bytes = 1, .addresses = addresses };

      if (! download_one (download, session, &shard, staging, cancellable, error))
        return FALSE;
    }

  return names != NULL;
}

/* Returns (transfer full) the addresses of another file in the same place.  */
static gchar **
map_addresses (const PiscesCatalogFile *file,
               const gchar             *suffix,
               const gchar             *name)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; file->addresses[i]; i++)
    {
      g_autofree gchar *address = suffix
                                    ? g_strconcat (file->addresses[i], suffix, NULL)
                                    : g_uri_resolve_relative (file->addresses[i], name,
                                                              G_URI_FLAGS_NONE, NULL);

      if (address)
        g_strv_builder_add (builder, address);
    }

  return g_strv_builder_end (builder);
}

static void
file_changed (gint64   difference,
              gpointer data)
{
  Download *download = data;

  /* No lock is needed to read it, because only this thread changes it.  */
  set_done_bytes (download, download->done_bytes + difference);
}

static void
set_done_bytes (Download *download,
                guint64   n_bytes)
{
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&download->lock);

  /* Bytes that are downloaded again do not count for the speed.  */
  if (n_bytes < download->done_bytes || download->rate_time == 0)
    {
      download->rate_time  = now;
      download->rate_bytes = n_bytes;
    }
  else if (now - download->rate_time >= RATE_TIME)
    {
      gdouble rate = (n_bytes - download->rate_bytes) * 1e6 /
                     (now - download->rate_time);

      download->rate = download->rate == 0 ? rate :
                       download->rate + RATE_WEIGHT * (rate - download->rate);
      download->rate_time  = now;
      download->rate_bytes = n_bytes;
    }

  download->done_bytes = n_bytes;
  g_mutex_unlock (&download->lock);
}

/* Runs ten times a second in the caller's thread, even if nothing arrives, so
 * that the caller always knows the latest state.
 */
static gboolean
report (gpointer data)
{
  GTask    *task         = data;
  Download *download     = g_task_get_task_data (task);
  gdouble   seconds_left = -1.0;
  guint64   done_bytes;
  gboolean  is_new;

  if (g_task_get_completed (task))
    return G_SOURCE_REMOVE;

  g_mutex_lock (&download->lock);
  done_bytes = download->done_bytes;
  is_new     = done_bytes != download->told_bytes && download->rate_time != 0;
  if (download->rate > 0)
    seconds_left = (pisces_catalog_model_get_n_bytes (download->model) -
                    MIN (done_bytes, pisces_catalog_model_get_n_bytes (download->model))) /
                   download->rate;
  if (is_new)
    download->told_bytes = done_bytes;
  g_mutex_unlock (&download->lock);

  if (is_new)
    download->progress (done_bytes, seconds_left, download->progress_data);

  return G_SOURCE_CONTINUE;
}
