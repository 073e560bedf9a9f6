/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * While a job runs everything can be used, and further jobs queue up.  Escape
 * stops the job and does not close its window; if no job runs, it closes the
 * window, unless one has just ended.  The words and the bar of each job show
 * its progress.
 */

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/describe/pisces-describe-window.h"
#include "ui/generate/pisces-generate-window.h"
#include "ui/widgets/pisces-close-question.h"

static void
queue (PiscesGenerateWindow  *window,
       PiscesGenerateRequest *request,
       GPtrArray             *jobs)
{
  PiscesJobItem *job = pisces_job_item_new (request);

  g_ptr_array_add (jobs, job);
  pisces_generate_window_add_job (window, job);
}

/* A window, and the jobs that it requests.  */
static GtkWidget *
open_generate (GPtrArray **jobs)
{
  GtkWidget *window = pisces_generate_window_new ();

  *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (window, "generate-requested", G_CALLBACK (queue), *jobs);
  hands_show (window);
  hands_set_text (hands_find (window, "prompt_view"), "a hill");

  return window;
}

static GtkWidget *
nth_row (GtkWidget *window,
         guint      n)
{
  GtkWidget         *list = hands_find (window, "job_list");
  g_autoptr (GList)  views = gtk_container_get_children (GTK_CONTAINER (list));
  g_autoptr (GList)  boxes = gtk_container_get_children (views->data);

  return GTK_WIDGET (gtk_list_box_get_row_at_index (boxes->data, n));
}

static PiscesJobState
state_of (GPtrArray *jobs,
          guint      n)
{
  return pisces_job_item_get_state (jobs->pdata[n]);
}

static void
test_fields_stay (void)
{
  static const gchar   *ids[] = { "prompt_view", "plan_view", "count", "seed",
                                  "new_seed", "dice", "model_settings", "stop",
                                  "start" };
  g_autoptr (GPtrArray) jobs   = NULL;
  GtkWidget            *window = open_generate (&jobs);

  hands_press (window, GDK_KEY_Return, GDK_CONTROL_MASK);
  g_assert_cmpuint (jobs->len, ==, 1);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_true (gtk_widget_is_sensitive (hands_find (window, ids[i])));
  g_assert_true (gtk_text_view_get_editable (
                   GTK_TEXT_VIEW (hands_find (window, "prompt_view"))));

  hands_set_text (hands_find (window, "prompt_view"), "a blue fish");
  hands_press (window, GDK_KEY_Return, GDK_CONTROL_MASK);
  g_assert_cmpuint (jobs->len, ==, 2);
  g_assert_cmpuint (pisces_generate_window_get_n_jobs (
                      PISCES_GENERATE_WINDOW (window)), ==, 2);
  g_assert_cmpstr (hands_get_label (nth_row (window, 0), "job_prompt"), ==,
                   "a hill");
  g_assert_cmpstr (hands_get_label (nth_row (window, 1), "job_prompt"), ==,
                   "a blue fish");
  g_assert_cmpstr (hands_get_label (nth_row (window, 1), "job_stage"), ==,
                   "Waiting");

  gtk_widget_destroy (window);
}

static void
test_escape (void)
{
  g_autoptr (GPtrArray) jobs   = NULL;
  GtkWidget            *window = open_generate (&jobs);

  hands_click (window, "start");
  hands_click (window, "start");
  hands_press (window, GDK_KEY_Escape, 0);
  hands_press (window, GDK_KEY_Escape, 0);
  g_assert_true (gtk_widget_get_visible (window));
  g_assert_cmpint (state_of (jobs, 0), ==, PISCES_JOB_STOPPING);
  g_assert_true (g_cancellable_is_cancelled (
                   pisces_job_item_get_cancellable (jobs->pdata[0])));
  g_assert_cmpint (state_of (jobs, 1), ==, PISCES_JOB_WAITING);
  g_assert_cmpstr (hands_get_label (nth_row (window, 0), "job_stage"), ==,
                   "Stopping");

  pisces_job_item_end (jobs->pdata[0]);
  g_assert_true (hands_can_use (window, "stop"));
  pisces_job_item_end (jobs->pdata[1]);
  g_assert_true (hands_can_use (window, "start"));
  hands_wait (50);
  g_assert_false (gtk_widget_get_visible (hands_find (window, "job_list")));

  /* An Escape that was meant for the job, and comes when the job has just
   * ended.  */
  hands_press (window, GDK_KEY_Escape, 0);
  hands_wait (20);
  g_assert_true (gtk_widget_get_visible (window));

  hands_wait (1200);
  hands_press (window, GDK_KEY_Escape, 0);
  hands_wait (20);
  g_assert_false (gtk_widget_get_visible (window));

  /* Nothing that was written is lost. */
  hands_show (window);
  {
    g_autofree gchar *text =
      hands_get_text (hands_find (window, "prompt_view"));

    g_assert_cmpstr (text, ==, "a hill");
  }

  gtk_widget_destroy (window);
}

/* Also stops a waiting job with its own button; the others are not affected. */
static void
test_own_button (void)
{
  g_autoptr (GPtrArray) jobs   = NULL;
  GtkWidget            *window = open_generate (&jobs);

  for (guint i = 0; i < 3; i++)
    hands_click (window, "start");

  hands_click (nth_row (window, 1), "job_stop");
  g_assert_cmpint (state_of (jobs, 0), ==, PISCES_JOB_WAITING);
  g_assert_cmpint (state_of (jobs, 1), ==, PISCES_JOB_STOPPING);
  g_assert_cmpint (state_of (jobs, 2), ==, PISCES_JOB_WAITING);
  pisces_job_item_end (jobs->pdata[1]);
  g_assert_cmpuint (pisces_generate_window_get_n_jobs (
                      PISCES_GENERATE_WINDOW (window)), ==, 2);

  gtk_widget_destroy (window);
}

/* Wherever the focus was when its job ended.  */
static void
test_focus (void)
{
  g_autoptr (GPtrArray) jobs   = NULL;
  GtkWidget            *window = open_generate (&jobs);

  gtk_widget_grab_focus (hands_find (window, "start"));
  hands_click (window, "start");
  g_assert_true (gtk_widget_is_focus (hands_find (window, "start")));

  gtk_widget_grab_focus (hands_find (window, "stop"));
  hands_click (window, "stop");
  g_assert_true (gtk_widget_is_focus (hands_find (window, "stop")));
  pisces_job_item_end (jobs->pdata[0]);
  g_assert_true (gtk_widget_is_focus (hands_find (window, "start")));

  hands_click (window, "start");
  hands_wait (50);
  gtk_widget_grab_focus (hands_find (nth_row (window, 0), "job_stop"));
  pisces_job_item_end (jobs->pdata[1]);
  g_assert_nonnull (gtk_window_get_focus (GTK_WINDOW (window)));

  gtk_widget_destroy (window);
}

static void
test_progress (void)
{
  g_autoptr (GPtrArray) jobs     = NULL;
  GtkWidget            *window   = open_generate (&jobs);
  PiscesProgress        progress = { PISCES_STAGE_DRAWING, 0.25, 1 };
  GtkWidget            *row, *bar;

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, "count")), 4);
  hands_click (window, "start");
  row = nth_row (window, 0);
  bar = hands_find (row, "job_progress_bar");

  pisces_job_item_show_progress (jobs->pdata[0], &progress);
  g_assert_cmpstr (hands_get_label (row, "job_stage"), ==,
                   "Drawing picture 2 of 4");
  g_assert_cmpfloat (gtk_progress_bar_get_fraction (GTK_PROGRESS_BAR (bar)),
                     ==, 0.25);
  g_assert_cmpstr (hands_get_label (row, "job_time_left"), ==, "");

  hands_wait (1050);
  progress.fraction = 0.5;
  pisces_job_item_show_progress (jobs->pdata[0], &progress);
  g_assert_true (g_str_has_suffix (hands_get_label (row, "job_time_left"),
                                   " left"));

  progress.stage = PISCES_STAGE_LOADING;
  pisces_job_item_show_progress (jobs->pdata[0], &progress);
  g_assert_cmpstr (hands_get_label (row, "job_stage"), ==, "Loading the model");

  /* A progress report after the end changes nothing.  */
  pisces_job_item_end (jobs->pdata[0]);
  progress.fraction = 0.75;
  pisces_job_item_show_progress (jobs->pdata[0], &progress);
  g_assert_cmpfloat (pisces_job_item_get_fraction (jobs->pdata[0]), ==, 0.5);

  gtk_widget_destroy (window);
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

/* The window is closed while a job runs, and shown again unchanged.  */
static void
test_close (void)
{
  g_autoptr (GPtrArray)  jobs   = NULL;
  GtkWidget             *window = open_generate (&jobs);
  g_autofree gchar      *text   = NULL;

  hands_click (window, "start");
  hands_click (window, "start");

  hands_press (window, GDK_KEY_w, GDK_CONTROL_MASK);
  hands_wait (50);
  g_assert_true (gtk_widget_get_visible (window));
  gtk_dialog_response (hands_find_question (window),
                       GTK_RESPONSE_CANCEL);
  g_assert_true (gtk_widget_get_visible (window));
  g_assert_null (hands_find_question (window));

  gtk_window_close (GTK_WINDOW (window));
  hands_wait (50);
  gtk_dialog_response (hands_find_question (window),
                       PISCES_CLOSE_LEAVE_RUNNING);
  g_assert_false (gtk_widget_get_visible (window));
  g_assert_cmpint (state_of (jobs, 0), ==, PISCES_JOB_WAITING);

  hands_show (window);
  g_assert_cmpuint (pisces_generate_window_get_n_jobs (
                      PISCES_GENERATE_WINDOW (window)), ==, 2);
  text = hands_get_text (hands_find (window, "prompt_view"));
  g_assert_cmpstr (text, ==, "a hill");

  gtk_window_close (GTK_WINDOW (window));
  hands_wait (50);
  gtk_dialog_response (hands_find_question (window),
                       PISCES_CLOSE_STOP);
  g_assert_false (gtk_widget_get_visible (window));
  g_assert_cmpint (state_of (jobs, 0), ==, PISCES_JOB_STOPPING);
  g_assert_cmpint (state_of (jobs, 1), ==, PISCES_JOB_STOPPING);

  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/running/leaves-the-fields-usable", test_fields_stay);
  g_test_add_func ("/ui/running/each-job-can-be-stopped", test_own_button);
  g_test_add_func ("/ui/running/escape-stops-only-the-job", test_escape);
  g_test_add_func ("/ui/running/focus-is-never-lost", test_focus);
  g_test_add_func ("/ui/running/is-told-in-words-and-as-a-bar", test_progress);
  g_test_add_func ("/ui/running/describe-has-the-same-keys", test_describe);
  g_test_add_func ("/ui/running/closing-asks-what-becomes-of-the-jobs", test_close);

  return g_test_run ();
}
