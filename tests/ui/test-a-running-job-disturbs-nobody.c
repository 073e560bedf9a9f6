/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * While a job runs, only its start is disabled; Escape stops the job and
 * never closes a window; the words and the bar say how far it is.
 */

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/pisces-describe-window.h"
#include "ui/pisces-generate-window.h"

static GtkWidget *
open_generate (guint *n_starts,
               guint *n_stops)
{
  GtkWidget *window = pisces_generate_window_new ();

  *n_starts = *n_stops = 0;
  g_signal_connect_swapped (window, "generate-requested",
                            G_CALLBACK (hands_count), n_starts);
  g_signal_connect_swapped (window, "stop-requested",
                            G_CALLBACK (hands_count), n_stops);
  hands_show (window);
  hands_set_text (hands_find (window, "prompt_view"), "a hill");

  return window;
}

static void
test_fields_stay (void)
{
  static const gchar *ids[] = { "prompt_view", "plan_view", "count", "seed",
                                "new_seed", "dice", "model_settings", "stop" };
  guint               n_starts, n_stops, i;
  GtkWidget          *window = open_generate (&n_starts, &n_stops);

  pisces_generate_window_set_running (PISCES_GENERATE_WINDOW (window), TRUE);

  for (i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_true (gtk_widget_is_sensitive (hands_find (window, ids[i])));
  g_assert_true (gtk_text_view_get_editable (
                   GTK_TEXT_VIEW (hands_find (window, "prompt_view"))));
  g_assert_false (hands_can_use (window, "start"));

  hands_press (window, GDK_KEY_Return, GDK_CONTROL_MASK);
  g_assert_cmpuint (n_starts, ==, 0);

  gtk_widget_destroy (window);
}

static void
test_escape (void)
{
  guint      n_starts, n_stops;
  GtkWidget *window = open_generate (&n_starts, &n_stops);

  hands_press (window, GDK_KEY_Escape, 0);
  g_assert_cmpuint (n_stops, ==, 0);
  g_assert_true (gtk_widget_get_visible (window));

  pisces_generate_window_set_running (PISCES_GENERATE_WINDOW (window), TRUE);
  hands_press (window, GDK_KEY_Escape, 0);
  hands_press (window, GDK_KEY_Escape, 0);
  hands_click (window, "stop");
  g_assert_cmpuint (n_stops, ==, 1);
  g_assert_true (gtk_widget_get_visible (window));
  g_assert_cmpstr (hands_get_label (window, "stage"), ==, "Stopping");

  pisces_generate_window_set_running (PISCES_GENERATE_WINDOW (window), FALSE);
  g_assert_true (hands_can_use (window, "start"));
  g_assert_false (hands_can_use (window, "stop"));

  gtk_widget_destroy (window);
}

/* The focus goes from Generate to Stop and back, and is never lost. */
static void
test_focus (void)
{
  guint      n_starts, n_stops;
  GtkWidget *window = open_generate (&n_starts, &n_stops);

  gtk_widget_grab_focus (hands_find (window, "start"));
  pisces_generate_window_set_running (PISCES_GENERATE_WINDOW (window), TRUE);
  g_assert_true (gtk_widget_is_focus (hands_find (window, "stop")));
  hands_click (window, "stop");
  g_assert_true (gtk_widget_is_focus (hands_find (window, "stop")));
  pisces_generate_window_set_running (PISCES_GENERATE_WINDOW (window), FALSE);
  g_assert_true (gtk_widget_is_focus (hands_find (window, "start")));

  gtk_widget_destroy (window);
}

static void
test_progress (void)
{
  guint           n_starts, n_stops;
  GtkWidget      *widget   = open_generate (&n_starts, &n_stops);
  PiscesProgress  progress = { PISCES_STAGE_DRAWING, 0.25, 1 };
  GtkWidget      *bar      = hands_find (widget, "progress_bar");

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (widget, "count")), 4);
  hands_click (widget, "start");
  pisces_generate_window_set_running (PISCES_GENERATE_WINDOW (widget), TRUE);
  pisces_generate_window_show_progress (PISCES_GENERATE_WINDOW (widget),
                                        &progress);
  g_assert_cmpstr (hands_get_label (widget, "stage"), ==,
                   "Drawing picture 2 of 4");
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)),
                     ==, 0.25);

  progress.stage = PISCES_STAGE_LOADING;
  pisces_generate_window_show_progress (PISCES_GENERATE_WINDOW (widget),
                                        &progress);
  g_assert_cmpstr (hands_get_label (widget, "stage"), ==, "Loading the model");

  /* After the end a late word changes nothing. */
  pisces_generate_window_set_running (PISCES_GENERATE_WINDOW (widget), FALSE);
  progress.fraction = 0.75;
  pisces_generate_window_show_progress (PISCES_GENERATE_WINDOW (widget),
                                        &progress);
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)),
                     ==, 0.25);

  gtk_widget_destroy (widget);
}

static void
test_describe (void)
{
  GtkWidget              *widget   = pisces_describe_window_new ();
  PiscesDescribeWindow   *window   = PISCES_DESCRIBE_WINDOW (widget);
  g_autoptr (PiscesImage) image    = sample_image_scene (64, 0);
  guint                   n_starts = 0;
  guint                   n_stops  = 0;

  g_signal_connect_swapped (window, "describe-requested",
                            G_CALLBACK (hands_count), &n_starts);
  g_signal_connect_swapped (window, "stop-requested",
                            G_CALLBACK (hands_count), &n_stops);
  hands_show (widget);

  /* Without an image there is nothing to describe. */
  hands_press (widget, GDK_KEY_Return, GDK_CONTROL_MASK);
  g_assert_cmpuint (n_starts, ==, 0);

  pisces_describe_window_set_image (window, image, "house.jpg");
  hands_press (widget, GDK_KEY_Return, GDK_CONTROL_MASK);
  g_assert_cmpuint (n_starts, ==, 1);

  pisces_describe_window_set_running (window, TRUE);
  hands_press (widget, GDK_KEY_Return, GDK_CONTROL_MASK);
  hands_press (widget, GDK_KEY_Escape, 0);
  g_assert_cmpuint (n_starts, ==, 1);
  g_assert_cmpuint (n_stops, ==, 1);
  g_assert_true (gtk_widget_get_visible (widget));

  gtk_widget_destroy (widget);
}

/* Closed while a job runs, and shown again: all is as it was. */
static void
test_close (void)
{
  guint             n_starts, n_stops;
  GtkWidget        *window = open_generate (&n_starts, &n_stops);
  g_autofree gchar *text   = NULL;

  pisces_generate_window_set_running (PISCES_GENERATE_WINDOW (window), TRUE);
  hands_press (window, GDK_KEY_w, GDK_CONTROL_MASK);
  hands_wait (50);
  g_assert_false (gtk_widget_get_visible (window));
  g_assert_cmpuint (n_stops, ==, 0);

  hands_show (window);
  g_assert_true (pisces_generate_window_get_running (
                   PISCES_GENERATE_WINDOW (window)));
  text = hands_get_text (hands_find (window, "prompt_view"));
  g_assert_cmpstr (text, ==, "a hill");

  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/running/leaves-the-fields-usable", test_fields_stay);
  g_test_add_func ("/ui/running/escape-stops-only-the-job", test_escape);
  g_test_add_func ("/ui/running/focus-is-never-lost", test_focus);
  g_test_add_func ("/ui/running/is-told-in-words-and-as-a-bar", test_progress);
  g_test_add_func ("/ui/running/describe-has-the-same-keys", test_describe);
  g_test_add_func ("/ui/running/goes-on-when-the-window-is-closed", test_close);

  return g_test_run ();
}
