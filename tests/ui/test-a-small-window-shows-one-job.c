/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The small window of a job that has no other: it says what the job does, can
 * stop it once by its button, by Escape or by being closed, and closes itself
 * unless there is something to read.
 */

#include "tests/ui/hands.h"
#include "ui/widgets/pisces-task-window.h"

typedef struct
{
  GtkWidget *widget;   /* cleared when it is destroyed */
  guint      n_stops;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree gchar *long_prompt = g_strnfill (1024 * 1024, 'W');

  fixture->widget = pisces_task_window_new ("Draw the Layer Again",
                                            data ? long_prompt : "a red star");
  g_signal_connect (fixture->widget, "destroy",
                    G_CALLBACK (gtk_widget_destroyed), &fixture->widget);
  g_signal_connect_swapped (fixture->widget, "stop-requested",
                            G_CALLBACK (hands_count), &fixture->n_stops);
  hands_show (fixture->widget);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_pointer (&fixture->widget, gtk_widget_destroy);
}

static PiscesTaskWindow *
get_window (Fixture *fixture)
{
  return PISCES_TASK_WINDOW (fixture->widget);
}

static void
tell (Fixture     *fixture,
      PiscesStage  stage,
      gdouble      fraction)
{
  PiscesProgress progress = { stage, fraction, 0, NULL, NULL, NULL };

  pisces_task_window_show_progress (get_window (fixture), &progress);
}

static gdouble
get_fraction (Fixture *fixture)
{
  return gtk_progress_bar_get_fraction (
    GTK_PROGRESS_BAR (hands_find (fixture->widget, "progress_bar")));
}

static void
test_progress (Fixture       *fixture,
               gconstpointer  data)
{
  g_assert_cmpstr (hands_get_label (fixture->widget, "what"), ==, "a red star");
  g_assert_cmpstr (hands_get_label (fixture->widget, "stage"), ==,
                   "Waiting for another job");

  tell (fixture, PISCES_STAGE_DRAWING, 0.5);
  g_assert_cmpstr (hands_get_label (fixture->widget, "stage"), ==,
                   "Drawing the picture");
  g_assert_cmpfloat (get_fraction (fixture), ==, 0.5);

  pisces_task_window_end (get_window (fixture), GTK_MESSAGE_INFO, NULL);
  g_assert_null (fixture->widget);
}

static void
test_stop (Fixture       *fixture,
           gconstpointer  data)
{
  hands_press (fixture->widget, GDK_KEY_Escape, 0);
  g_assert_cmpuint (fixture->n_stops, ==, 1);
  g_assert_cmpstr (hands_get_label (fixture->widget, "stage"), ==, "Stopping");
  g_assert_false (hands_can_use (fixture->widget, "stop"));

  /* One request to stop is enough, and a late progress report changes
   * nothing.  */
  hands_press (fixture->widget, GDK_KEY_Escape, 0);
  tell (fixture, PISCES_STAGE_DRAWING, 0.5);
  g_assert_cmpuint (fixture->n_stops, ==, 1);
  g_assert_cmpstr (hands_get_label (fixture->widget, "stage"), ==, "Stopping");
}

static void
test_close (Fixture       *fixture,
            gconstpointer  data)
{
  gtk_window_close (GTK_WINDOW (fixture->widget));
  hands_wait (100);
  g_assert_cmpuint (fixture->n_stops, ==, 1);
  g_assert_false (gtk_widget_get_visible (fixture->widget));

  /* A user who has closed the window is not shown a message.  */
  pisces_task_window_end (get_window (fixture), GTK_MESSAGE_ERROR,
                          "It could not be drawn.");
  g_assert_null (fixture->widget);
}

static void
test_sentence (Fixture       *fixture,
               gconstpointer  data)
{
  pisces_task_window_end (get_window (fixture), GTK_MESSAGE_ERROR,
                          "It could not be drawn.");
  hands_wait (100);
  g_assert_true (gtk_widget_get_mapped (hands_find (fixture->widget,
                                                    "sentence")));
  g_assert_cmpstr (hands_get_label (fixture->widget, "sentence"), ==,
                   "It could not be drawn.");
  g_assert_false (gtk_widget_get_visible (hands_find (fixture->widget,
                                                      "stop")));
  hands_click (fixture->widget, "close");
  g_assert_null (fixture->widget);
  g_assert_cmpuint (fixture->n_stops, ==, 0);
}

/* A prompt of a megabyte, as a stranger's layer may have it.  */
static void
test_long_prompt (Fixture       *fixture,
                  gconstpointer  data)
{
  gint width;

  g_assert_cmpint (g_utf8_strlen (hands_get_label (fixture->widget, "what"),
                                  -1), <=, 200);
  gtk_window_get_size (GTK_WINDOW (fixture->widget), &width, NULL);
  g_assert_cmpint (width, <, 800);
}

int
main (int    argc,
      char **argv)
{
#define ADD(name, data, function) \
  g_test_add ("/ui/task/" name, Fixture, data, set_up, function, tear_down)

  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  ADD ("says-how-far-it-is", NULL, test_progress);
  ADD ("is-stopped-once", NULL, test_stop);
  ADD ("is-stopped-by-being-closed", NULL, test_close);
  ADD ("stays-while-there-is-something-to-read", NULL, test_sentence);
  ADD ("keeps-its-size", "long", test_long_prompt);

  return g_test_run ();
}
