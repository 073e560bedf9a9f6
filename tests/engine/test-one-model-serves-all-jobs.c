/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engine loads its model once, runs jobs in the order in which they came,
 * gives the same bytes for the same request, and frees the model on request or
 * when no job has come for a while.
 */

#include <stdlib.h>
#include <sys/resource.h>

#include "tests/engine/fixture.h"

typedef struct
{
  GMainLoop *loop;
  GString   *order;
  gint       n_left;
} Jobs;

static void
run_for (guint ms)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add_once (ms, (GSourceOnceFunc) g_main_loop_quit, loop);
  g_main_loop_run (loop);
}

static PiscesGenerateResult *
generate (PiscesEngine *engine,
          guint32       seed)
{
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  PiscesGenerateResult             *result;
  GError                           *error   = NULL;

  request->seed = seed;
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  return result;
}

static gboolean
same_pixels (PiscesGenerateResult *a,
             PiscesGenerateResult *b)
{
  PiscesImage *first  = ((PiscesPicture *) a->pictures->pdata[0])->image;
  PiscesImage *second = ((PiscesPicture *) b->pictures->pdata[0])->image;

  return memcmp (first->pixels, second->pixels,
                 (gsize) first->width * first->height * 4) == 0;
}

static void
test_one_load (void)
{
  g_autoptr (PiscesEngine)         engine = tiny_engine ();
  g_autoptr (PiscesGenerateResult) first  = generate (engine, 1);
  g_autoptr (PiscesGenerateResult) again  = generate (engine, 1);
  g_autoptr (PiscesGenerateResult) other  = generate (engine, 2);
  g_autoptr (PiscesStatus)         status = pisces_engine_get_status (engine);
  PiscesPicture                   *picture = first->pictures->pdata[0];

  g_assert_true (status->loaded);
  g_assert_cmpuint (status->n_loads, ==, 1);
  g_assert_cmpuint (status->n_jobs, ==, 3);
  g_assert_cmpuint (status->resident_bytes, >, 600 * 1024);
  g_assert_cmpstr (status->backend, ==, "cpu");
  g_assert_cmpstr (picture->model_digest, ==, status->model_digest);
  g_assert_cmpstr (picture->backend, ==, "cpu");
  g_assert_true (same_pixels (first, again));
  g_assert_false (same_pixels (first, other));
}

static void
test_count_is_seeds_in_a_row (void)
{
  g_autoptr (PiscesEngine)          engine  = tiny_engine ();
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  g_autoptr (PiscesGenerateResult)  both    = NULL;
  g_autoptr (PiscesGenerateResult)  second  = NULL;
  GError                           *error   = NULL;

  request->count = 2;
  both = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (both->pictures->len, ==, 2);

  second = generate (engine, 8);
  g_ptr_array_remove_index (both->pictures, 0);
  g_assert_true (same_pixels (both, second));
}

/* Also if the model writes the plans: each picture has the same plan and
 * pixels as when its seed is drawn alone.  */
static void
test_count_writes_a_plan_for_each_seed (void)
{
  g_autoptr (PiscesEngine)          engine  = tiny_engine ();
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");
  g_autoptr (PiscesGenerateResult)  all     = NULL;
  g_autoptr (GError)                error   = NULL;

  request->seed  = 7;
  request->steps = 2;
  request->count = 3;
  all = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->pictures->len, ==, 3);

  request->count = 1;
  for (guint i = 0; i < 3; i++)
    {
      PiscesPicture                   *picture = all->pictures->pdata[i];
      g_autoptr (PiscesGenerateResult) alone   = NULL;
      g_autofree gchar                *plan    = NULL;

      request->seed = 7 + i;
      plan  = pisces_engine_plan (engine, request, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      alone = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
      g_assert_no_error (error);

      g_assert_cmpuint (picture->seed, ==, 7 + i);
      g_assert_cmpstr (picture->plan, ==, plan);
      g_assert_cmpstr (picture->plan, !=, "");
      if (i > 0)
        g_assert_cmpstr (picture->plan, !=, ((PiscesPicture *) all->pictures->pdata[0])->plan);
      g_assert_cmpmem (picture->image->pixels,
                       (gsize) picture->image->width * picture->image->height * 4,
                       ((PiscesPicture *) alone->pictures->pdata[0])->image->pixels,
                       (gsize) picture->image->width * picture->image->height * 4);
    }
}

static void
on_generated (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Jobs                             *jobs  = user_data;
  g_autoptr (GError)                error = NULL;
  g_autoptr (PiscesGenerateResult)  done  =
    pisces_engine_generate_finish (PISCES_ENGINE (source), result, &error);

  g_assert_no_error (error);
  g_string_append_printf (jobs->order, "%u ",
                          ((PiscesPicture *) done->pictures->pdata[0])->seed);
  if (--jobs->n_left == 0)
    g_main_loop_quit (jobs->loop);
}

static void
test_first_come_first_served (void)
{
  g_autoptr (PiscesEngine) engine = tiny_engine ();
  Jobs                     jobs   = { g_main_loop_new (NULL, FALSE), g_string_new (NULL), 5 };

  for (guint i = 1; i <= 5; i++)
    {
      g_autoptr (PiscesGenerateRequest) request = small_request ();

      request->seed = i;
      pisces_engine_generate_async (engine, request, NULL, NULL, NULL,
                                    on_generated, &jobs);
    }
  g_main_loop_run (jobs.loop);
  g_assert_cmpstr (jobs.order->str, ==, "1 2 3 4 5 ");

  g_string_free (jobs.order, TRUE);
  g_main_loop_unref (jobs.loop);
}

static void
test_unload (void)
{
  g_autoptr (PiscesEngine)         engine = tiny_engine ();
  g_autoptr (PiscesGenerateResult) first  = generate (engine, 1);
  g_autoptr (PiscesGenerateResult) again  = NULL;
  g_autoptr (PiscesStatus)         empty  = NULL;
  g_autoptr (PiscesStatus)         full   = NULL;

  pisces_engine_unload (engine);
  empty = pisces_engine_get_status (engine);
  g_assert_false (empty->loaded);
  g_assert_cmpuint (empty->resident_bytes, ==, 0);
  g_assert_cmpint (empty->loaded_since, ==, 0);
  g_assert_cmpuint (empty->n_jobs, ==, 1);

  again = generate (engine, 1);
  full  = pisces_engine_get_status (engine);
  g_assert_cmpuint (full->n_loads, ==, 2);
  g_assert_true (same_pixels (first, again));
}

static void
test_idle_unload (void)
{
  g_autoptr (PiscesEngine)         engine = tiny_engine ();
  g_autoptr (PiscesGenerateResult) first  = NULL;
  g_autoptr (PiscesStatus)         early  = NULL;
  g_autoptr (PiscesStatus)         late   = NULL;

  g_assert_cmpuint (pisces_engine_get_idle_timeout (engine), ==, 600);
  pisces_engine_set_idle_timeout (engine, 1);
  first = generate (engine, 1);
  early = pisces_engine_get_status (engine);
  g_assert_true (early->loaded);

  run_for (1600);
  late = pisces_engine_get_status (engine);
  g_assert_false (late->loaded);
  g_assert_cmpuint (late->resident_bytes, ==, 0);
}

/* The time counts from the last job, not from the first.  */
static void
test_idle_counts_from_the_last_job (void)
{
  g_autoptr (PiscesEngine)         engine = tiny_engine ();
  g_autoptr (PiscesGenerateResult) first  = NULL;
  g_autoptr (PiscesGenerateResult) second = NULL;
  g_autoptr (PiscesStatus)         status = NULL;
  gint64                           last;

  pisces_engine_set_idle_timeout (engine, 2);
  first = generate (engine, 1);
  run_for (1400);
  last   = g_get_monotonic_time ();
  second = generate (engine, 1);
  run_for (1000);
  status = pisces_engine_get_status (engine);
  /* If the machine is too busy to return in time, this cannot be tested.  */
  if (g_get_monotonic_time () - last < 2 * G_TIME_SPAN_SECOND)
    g_assert_true (status->loaded);
  else
    g_test_skip ("The machine is too busy.");
}

static void
test_never_unload (void)
{
  g_autoptr (PiscesEngine)         engine = tiny_engine ();
  g_autoptr (PiscesGenerateResult) first  = NULL;
  g_autoptr (PiscesStatus)         late   = NULL;

  pisces_engine_set_idle_timeout (engine, 0);
  first = generate (engine, 1);
  run_for (1200);
  late = pisces_engine_get_status (engine);
  g_assert_true (late->loaded);
}

/* The niceness of each thread of this process, by the thread's name.  */
static GHashTable *
niceness_of_threads (void)
{
  GHashTable      *niceness = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GDir) threads  = g_dir_open ("/proc/self/task", 0, NULL);
  const gchar     *id;

  while ((id = g_dir_read_name (threads)) != NULL)
    {
      g_autofree gchar *path = g_build_filename ("/proc/self/task", id, "comm", NULL);
      gchar            *name = NULL;

      if (g_file_get_contents (path, &name, NULL, NULL))
        g_hash_table_insert (niceness, g_strstrip (name),
                             GINT_TO_POINTER (getpriority (PRIO_PROCESS, (id_t) atoi (id))));
    }

  return niceness;
}

static void
test_gives_way (void)
{
  g_autoptr (PiscesEngine)         engine = tiny_engine ();
  g_autoptr (PiscesGenerateResult) result = NULL;
  g_autoptr (GHashTable)           threads = NULL;
  gint                             usual   = getpriority (PRIO_PROCESS, 0);

  pisces_engine_set_niceness (engine, 5);
  result  = generate (engine, 1);
  threads = niceness_of_threads ();

  g_assert_true (g_hash_table_contains (threads, "pisces-engine"));
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (threads, "pisces-engine")),
                   ==, MIN (19, usual + 5));
  if (g_hash_table_contains (threads, "pisces-cpu"))
    g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (threads, "pisces-cpu")),
                     ==, MIN (19, usual + 5));
  g_assert_cmpint (getpriority (PRIO_PROCESS, 0), ==, usual);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/one-load-for-all-jobs", test_one_load);
  g_test_add_func ("/engine/count-is-seeds-in-a-row", test_count_is_seeds_in_a_row);
  g_test_add_func ("/engine/count-writes-a-plan-for-each-seed",
                   test_count_writes_a_plan_for_each_seed);
  g_test_add_func ("/engine/first-come-first-served", test_first_come_first_served);
  g_test_add_func ("/engine/unload-frees-and-reloads", test_unload);
  g_test_add_func ("/engine/idle-model-is-unloaded", test_idle_unload);
  g_test_add_func ("/engine/idle-counts-from-the-last-job", test_idle_counts_from_the_last_job);
  g_test_add_func ("/engine/computes-at-the-niceness-asked-for", test_gives_way);
  g_test_add_func ("/engine/timeout-zero-keeps-the-model", test_never_unload);

  return g_test_run ();
}
