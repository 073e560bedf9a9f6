/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A listener need not poll the engine: its signal comes after a load, an
 * unload, a change of the model, and the begin and end of a job, in the
 * context in which the engine was made.  Many changes give one signal, and
 * none comes after the engine is gone.
 */

#include "tests/engine/fixture.h"

typedef struct
{
  guint         n;        /* signals */
  gboolean      seen_busy;
  PiscesStatus *last;     /* at the latest signal */
  GThread      *thread;
} Heard;

static void
on_changed (PiscesEngine *engine,
            Heard        *heard)
{
  heard->n++;
  g_clear_pointer (&heard->last, pisces_status_free);
  heard->last       = pisces_engine_get_status (engine);
  heard->seen_busy |= heard->last->busy;
  heard->thread     = g_thread_self ();
}

static PiscesEngine *
listen_to (Heard *heard)
{
  PiscesEngine *engine = tiny_engine ();

  *heard = (Heard) { 0 };
  g_signal_connect (engine, "status-changed", G_CALLBACK (on_changed), heard);

  return engine;
}

/* All signals that have been sent so far are delivered here.  */
static void
hear (GMainContext *context)
{
  while (g_main_context_iteration (context, FALSE))
    ;
}

/* Waits without running the main context.  */
static void
wait_until_idle (PiscesEngine *engine)
{
  for (;;)
    {
      g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);

      if (! status->busy && status->n_waiting == 0)
        return;
      g_usleep (1000);
    }
}

static void
quit_loop (GObject      *source,
           GAsyncResult *result,
           gpointer      loop)
{
  g_main_loop_quit (loop);
}

static void
test_told (void)
{
  Heard                             heard;
  g_autoptr (PiscesEngine)          engine  = listen_to (&heard);
  g_autoptr (GMainLoop)             loop    = g_main_loop_new (NULL, FALSE);
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  guint                             n, n_jobs;

  hear (NULL);
  g_assert_cmpuint (heard.n, ==, 0);

  pisces_engine_load_async (engine, NULL, NULL, NULL, quit_loop, loop);
  g_main_loop_run (loop);
  hear (NULL);
  g_assert_cmpuint (heard.n, >, 0);
  g_assert_true (heard.last->loaded && ! heard.last->busy);
  g_assert_true (heard.thread == g_thread_self ());

  /* On a busy machine a job may be over before this thread runs again. */
  request->steps  = 60;
  heard.seen_busy = FALSE;
  for (n_jobs = 1; ! heard.seen_busy && n_jobs < 20; n_jobs++)
    {
      n = heard.n;
      pisces_engine_generate_async (engine, request, NULL, NULL, NULL,
                                    quit_loop, loop);
      g_main_loop_run (loop);
      hear (NULL);
      g_assert_cmpuint (heard.n, >, n);
    }
  g_assert_true (heard.seen_busy);
  g_assert_false (heard.last->busy);
  g_assert_cmpuint (heard.last->n_jobs, ==, n_jobs);

  n = heard.n;
  pisces_engine_unload (engine);
  hear (NULL);
  g_assert_cmpuint (heard.n, >, n);
  g_assert_false (heard.last->loaded);

  /* Unloading an engine that has nothing loaded.  */
  wait_until_idle (engine);
  hear (NULL);
  n = heard.n;
  pisces_engine_set_model (engine, PISCES_ALL_ROLES, PISCES_NANO, "cpu");
  wait_until_idle (engine);
  hear (NULL);
  g_assert_cmpuint (heard.n, >, n);
  g_assert_cmpstr (heard.last->model_folder, ==, PISCES_NANO);

  pisces_status_free (heard.last);
}

/* Freeing the model after a while is a change too.  */
static void
test_idle (void)
{
  Heard                    heard;
  g_autoptr (PiscesEngine) engine = listen_to (&heard);

  pisces_engine_set_idle_timeout (engine, 1);
  g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, NULL));
  hear (NULL);
  g_assert_true (heard.last->loaded);

  while (heard.last->loaded)
    g_main_context_iteration (NULL, TRUE);

  pisces_status_free (heard.last);
}

/* A thread reads the tokenizer; then prompts can be checked.  */
static void
test_words (void)
{
  Heard                          heard;
  g_autoptr (PiscesEngine)       engine = listen_to (&heard);
  g_autoptr (PiscesPromptCheck)  check  = NULL;

  g_assert_null (pisces_engine_check_prompt (engine, "a red star"));
  while (heard.n == 0)
    g_main_context_iteration (NULL, TRUE);
  check = pisces_engine_check_prompt (engine, "a red star");
  g_assert_nonnull (check);

  pisces_status_free (heard.last);
}

static void
test_coalesced (void)
{
  Heard                             heard;
  g_autoptr (PiscesEngine)          engine      = listen_to (&heard);
  g_autoptr (PiscesGenerateRequest) request     = small_request ();
  g_autoptr (GCancellable)          cancellable = g_cancellable_new ();

  for (guint i = 0; i < 50; i++)
    pisces_engine_generate_async (engine, request, NULL, NULL, cancellable,
                                  NULL, NULL);
  g_cancellable_cancel (cancellable);
  wait_until_idle (engine);

  g_assert_cmpuint (heard.n, ==, 0);
  hear (NULL);
  g_assert_cmpuint (heard.n, ==, 1);
  g_assert_cmpuint (heard.last->n_waiting, ==, 0);

  pisces_status_free (heard.last);
}

/* The context of the thread that made the engine, not of the one that
 * requested the job.  */
static void
test_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Heard                    heard;
  g_autoptr (PiscesEngine) engine  = NULL;

  g_main_context_push_thread_default (context);
  engine = listen_to (&heard);
  g_main_context_pop_thread_default (context);

  g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, NULL));
  hear (NULL);
  g_assert_cmpuint (heard.n, ==, 0);
  hear (context);
  g_assert_cmpuint (heard.n, >, 0);

  pisces_status_free (heard.last);
}

static void
test_gone (void)
{
  Heard         heard;
  PiscesEngine *engine = listen_to (&heard);
  PiscesEngine *weak   = engine;

  g_object_add_weak_pointer (G_OBJECT (engine), (gpointer *) &weak);
  g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, NULL));
  wait_until_idle (engine);

  /* The engine is freed while a signal is on its way and a model is loaded.  */
  g_object_unref (engine);
  while (g_atomic_pointer_get (&weak))
    g_usleep (1000);
  hear (NULL);
  g_assert_cmpuint (heard.n, ==, 0);
}

/* The last reference may be released during the signal.  */
static void
drop (PiscesEngine *engine,
      PiscesEngine **kept)
{
  g_clear_object (kept);
}

static void
test_dropped (void)
{
  PiscesEngine *engine = tiny_engine ();
  PiscesEngine *weak   = engine;

  g_object_add_weak_pointer (G_OBJECT (engine), (gpointer *) &weak);
  g_signal_connect (engine, "status-changed", G_CALLBACK (drop), &engine);
  g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, NULL));
  while (engine)
    g_main_context_iteration (NULL, TRUE);
  while (g_atomic_pointer_get (&weak))
    g_usleep (1000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/status/is-told-when-it-changes", test_told);
  g_test_add_func ("/engine/status/is-told-when-the-model-goes", test_idle);
  g_test_add_func ("/engine/status/is-told-when-words-are-known", test_words);
  g_test_add_func ("/engine/status/many-changes-are-one-signal", test_coalesced);
  g_test_add_func ("/engine/status/comes-in-the-makers-context", test_context);
  g_test_add_func ("/engine/status/none-comes-when-it-is-gone", test_gone);
  g_test_add_func ("/engine/status/the-last-may-let-go", test_dropped);

  return g_test_run ();
}
