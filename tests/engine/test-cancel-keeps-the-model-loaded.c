/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stopped job ends soon, whether it runs or waits; the model stays, the
 * other jobs go on, and progress never runs backwards.
 */

#include "tests/engine/fixture.h"

typedef struct
{
  GMainLoop    *loop;
  GCancellable *cancellable;
  gboolean      cancelled;
  gboolean      done;
  gint64        stopped_at;
  gint64        ended_at;
  gdouble       fraction;
  guint         n_previews;
  guint         n_pictures;
  gboolean      saw_drawing;
} Watch;

static void
on_progress (const PiscesProgress *progress,
             gpointer              user_data)
{
  Watch *watch = user_data;

  g_assert_cmpfloat (progress->fraction, >=, watch->fraction);
  g_assert_cmpfloat (progress->fraction, <=, 1.0);
  g_assert_false (watch->done);
  watch->fraction     = progress->fraction;
  watch->n_previews  += progress->preview != NULL;
  watch->n_pictures  += progress->picture != NULL;
  watch->saw_drawing |= progress->stage == PISCES_STAGE_DRAWING;

  if (watch->cancellable && progress->stage == PISCES_STAGE_DRAWING &&
      ! g_cancellable_is_cancelled (watch->cancellable))
    {
      watch->stopped_at = g_get_monotonic_time ();
      g_cancellable_cancel (watch->cancellable);
    }
}

static void
on_generated (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Watch                            *watch = user_data;
  g_autoptr (GError)                error = NULL;
  g_autoptr (PiscesGenerateResult)  done  =
    pisces_engine_generate_finish (PISCES_ENGINE (source), result, &error);

  watch->ended_at  = g_get_monotonic_time ();
  watch->done      = TRUE;
  watch->cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (done != NULL || watch->cancelled);
  g_main_loop_quit (watch->loop);
}

static void
run (PiscesEngine *engine,
     Watch        *watch,
     guint         steps)
{
  g_autoptr (PiscesGenerateRequest) request = small_request ();

  request->steps         = steps;
  request->want_previews = TRUE;
  watch->loop = g_main_loop_new (NULL, FALSE);
  pisces_engine_generate_async (engine, request, on_progress, watch,
                                watch->cancellable, on_generated, watch);
}

static void
wait_for (Watch *watch)
{
  while (! watch->done)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&watch->cancellable);
  g_clear_pointer (&watch->loop, g_main_loop_unref);
}

static void
test_cancel_while_drawing (void)
{
  g_autoptr (PiscesEngine) engine = tiny_engine ();
  g_autoptr (PiscesStatus) status = NULL;
  Watch                    stopped = { .cancellable = g_cancellable_new () };
  Watch                    after   = { 0 };

  run (engine, &stopped, 900);
  wait_for (&stopped);
  g_assert_true (stopped.cancelled);
  g_assert_cmpint (stopped.ended_at - stopped.stopped_at, <, 300 * 1000);

  run (engine, &after, 6);
  wait_for (&after);
  g_assert_false (after.cancelled);
  g_assert_cmpuint (after.n_pictures, ==, 1);
  g_assert_cmpuint (after.n_previews, >=, 2);
  g_assert_true (after.saw_drawing);

  status = pisces_engine_get_status (engine);
  g_assert_true (status->loaded);
  g_assert_cmpuint (status->n_loads, ==, 1);
}

static void
test_cancel_while_waiting (void)
{
  g_autoptr (PiscesEngine) engine  = tiny_engine ();
  Watch                    running = { 0 };
  Watch                    waiting = { .cancellable = g_cancellable_new () };
  GCancellable            *stop    = waiting.cancellable;

  run (engine, &running, 300);
  run (engine, &waiting, 300);
  g_cancellable_cancel (stop);
  wait_for (&waiting);
  g_assert_true (waiting.cancelled);
  g_assert_false (running.done);
  wait_for (&running);
  g_assert_false (running.cancelled);
}

static void
test_cancel_before_the_call (void)
{
  g_autoptr (PiscesEngine) engine = tiny_engine ();
  g_autoptr (PiscesStatus) status = NULL;
  Watch                    watch  = { .cancellable = g_cancellable_new () };

  g_cancellable_cancel (watch.cancellable);
  run (engine, &watch, 4);
  wait_for (&watch);
  g_assert_true (watch.cancelled);

  status = pisces_engine_get_status (engine);
  g_assert_cmpuint (status->n_loads, ==, 0);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/cancel-while-drawing", test_cancel_while_drawing);
  g_test_add_func ("/engine/cancel-while-waiting", test_cancel_while_waiting);
  g_test_add_func ("/engine/cancel-before-the-call", test_cancel_before_the_call);

  return g_test_run ();
}
