/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stopped job ends soon, whether it is running or waiting; the model stays
 * loaded, the other jobs continue, and progress never decreases.
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
  guint         count;             /* 0: one */
  guint         stop_at_picture;   /* 0: at the first step of drawing */
  guint         n_after_stop;      /* progress reports, without pictures */
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
  watch->n_after_stop += watch->cancellable && progress->picture == NULL &&
                         g_cancellable_is_cancelled (watch->cancellable);

  if (watch->cancellable && ! g_cancellable_is_cancelled (watch->cancellable) &&
      (watch->stop_at_picture ? watch->n_pictures == watch->stop_at_picture
                              : progress->stage == PISCES_STAGE_DRAWING))
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
  request->count         = watch->count ? watch->count : 1;
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
  g_assert_cmpuint (stopped.n_after_stop, ==, 0);

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

/* Waits until the worker has done @n_jobs, without handling its reports.  */
static void
let_it_work (PiscesEngine *engine,
             guint         n_jobs)
{
  for (guint n_done = 0; n_done < n_jobs;)
    {
      g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);

      n_done = status->n_jobs;
      g_usleep (1000);
    }
}

/* Reports that wait for the caller's main loop when the job is stopped are
 * dropped, but pictures that were finished before belong to the user.  */
static void
test_no_progress_after_a_cancel (void)
{
  g_autoptr (PiscesEngine) engine  = tiny_engine ();
  Watch                    drawing = { .cancellable = g_cancellable_new () };
  Watch                    many    = { .cancellable = g_cancellable_new (), .count = 8,
                                       .stop_at_picture = 2 };

  run (engine, &drawing, 20);
  let_it_work (engine, 1);
  wait_for (&drawing);
  g_assert_true (drawing.saw_drawing);
  g_assert_cmpuint (drawing.n_after_stop, ==, 0);
  g_assert_cmpuint (drawing.n_pictures, ==, 1);

  run (engine, &many, 1);
  let_it_work (engine, 2);
  wait_for (&many);
  g_assert_cmpuint (many.n_after_stop, ==, 0);
  g_assert_cmpuint (many.n_pictures, ==, 8);
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
  g_test_add_func ("/engine/no-progress-after-a-cancel", test_no_progress_after_a_cancel);
  g_test_add_func ("/engine/cancel-while-waiting", test_cancel_while_waiting);
  g_test_add_func ("/engine/cancel-before-the-call", test_cancel_before_the_call);

  return g_test_run ();
}
