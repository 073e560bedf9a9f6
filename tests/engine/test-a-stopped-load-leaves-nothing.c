/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A load that is stopped ends before the next weight is read, and leaves no
 * model and no memory behind; the engine can load again afterwards.
 */

#include "engine/backend/backend.h"
#include "engine/families/family.h"
#include "tests/engine/fixture.h"


/*  by the uploads  */

static const PiscesBackendTable *inner;        /* of the real backend */
static GCancellable             *cancellable;
static guint                     n_uploads;
static guint                     stop_after;   /* uploads; 0: never */

static PiscesWeight *
counted_upload (PiscesBackend          *backend,
                PiscesWeightUse         use,
                const PiscesHostTensor *parts,
                gint                    n_parts)
{
  if (++n_uploads == stop_after)
    g_cancellable_cancel (cancellable);

  return inner->upload_weight (backend, use, parts, n_parts);
}

static void
report_nothing (PiscesJob            *job,
                const PiscesProgress *progress)
{
}

/* Loads the small model and stops it after some uploads.
 *
 * Returns: whether it was loaded.  */
static gboolean
load (guint stop)
{
  g_autofree gchar      *folder  = tiny_model ();
  g_autoptr (GError)     error   = NULL;
  PiscesBackend         *backend = pisces_backend_open ("cpu", &error);
  const PiscesFamily    *family  = pisces_family_find (folder, &error);
  PiscesJob              job     = { .report = report_nothing };
  PiscesBackendTable     table;
  gpointer               model;
  gboolean               loaded;

  g_assert_no_error (error);
  inner                = backend->table;
  table                = *inner;
  table.upload_weight  = counted_upload;
  backend->table       = &table;
  n_uploads            = 0;
  stop_after           = stop;
  cancellable          = g_cancellable_new ();
  job.cancellable      = cancellable;
  job.warnings         = g_ptr_array_new_with_free_func (g_free);

  pisces_backend_begin (backend, cancellable);
  model  = family->load (folder, backend, &job, &error);
  loaded = model != NULL;
  if (loaded)
    {
      g_assert_no_error (error);
      family->free (model);
    }
  else
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  g_assert_cmpuint (backend->weight_bytes, ==, 0);

  pisces_backend_close (backend);
  g_ptr_array_unref (job.warnings);
  g_clear_object (&cancellable);

  return loaded;
}

static void
test_no_weight_is_read_after (void)
{
  guint n_all;

  g_assert_true (load (0));
  n_all = n_uploads;
  g_assert_cmpuint (n_all, >, 100);

  for (guint stop = 1; stop <= n_all; stop += stop < 4 ? 1 : 17)
    {
      g_assert_false (load (stop));
      g_assert_cmpuint (n_uploads, ==, stop);
    }
}


/*  by an engine  */

typedef struct
{
  GCancellable *cancellable;
  gboolean      saw_loading;
  gboolean      done;
  gboolean      loaded;
} Load;

static void
on_progress (const PiscesProgress *progress,
             gpointer              user_data)
{
  Load *load = user_data;

  g_assert_false (load->done);
  g_assert_cmpint (progress->stage, ==, PISCES_STAGE_LOADING);
  load->saw_loading = TRUE;
  g_cancellable_cancel (load->cancellable);
}

static void
on_loaded (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Load              *load  = user_data;
  g_autoptr (GError) error = NULL;

  load->loaded = pisces_engine_load_finish (PISCES_ENGINE (source), result, &error);
  load->done   = TRUE;
  if (! load->loaded)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Threads that compute; they are created and destroyed with the device.  */
static guint
n_cpu_threads (void)
{
  g_autoptr (GDir) threads = g_dir_open ("/proc/self/task", 0, NULL);
  guint            n       = 0;
  const gchar     *id;

  while ((id = g_dir_read_name (threads)) != NULL)
    {
      g_autofree gchar *path = g_build_filename ("/proc/self/task", id, "comm", NULL);
      g_autofree gchar *name = NULL;

      n += g_file_get_contents (path, &name, NULL, NULL) &&
           g_str_has_prefix (name, "pisces-cpu");
    }

  return n;
}

/* The load should be stopped while the model's files are read, if this thread
 * gets a processor in time; so it is tried more than once.  */
static void
test_engine_holds_nothing (void)
{
  gboolean stopped = FALSE;

  for (guint i = 0; i < 50 && ! stopped; i++)
    {
      g_autoptr (PiscesEngine) engine = pisces_engine_new (PISCES_NANO, "cpu");
      g_autoptr (PiscesStatus) status = NULL;
      g_autoptr (PiscesStatus) again  = NULL;
      g_autoptr (GError)       error  = NULL;
      Load                     load   = { .cancellable = g_cancellable_new () };

      pisces_engine_load_async (engine, on_progress, &load, load.cancellable,
                                on_loaded, &load);
      while (! load.done)
        g_main_context_iteration (NULL, TRUE);
      g_object_unref (load.cancellable);
      if (load.loaded)
        continue;

      stopped = TRUE;
      g_assert_true (load.saw_loading);
      status = pisces_engine_get_status (engine);
      g_assert_false (status->loaded);
      g_assert_false (status->busy);
      g_assert_cmpuint (status->n_loads, ==, 0);
      g_assert_cmpuint (status->n_jobs, ==, 1);
      g_assert_cmpuint (status->resident_bytes, ==, 0);
      g_assert_cmpint (status->loaded_since, ==, 0);
      g_assert_cmpuint (n_cpu_threads (), ==, 0);

      g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, &error));
      g_assert_no_error (error);
      again = pisces_engine_get_status (engine);
      g_assert_true (again->loaded);
      g_assert_cmpuint (again->n_loads, ==, 1);
    }
  g_assert_true (stopped);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/stopped-load/no-weight-is-read-after", test_no_weight_is_read_after);
  g_test_add_func ("/engine/stopped-load/engine-holds-nothing", test_engine_holds_nothing);

  return g_test_run ();
}
