/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plan that the user has changed or asked for is drawn as long as the prompt
 * is the same, never silently for another prompt, and is never lost when the
 * model writes another one.
 */

#include "tests/ui/hands.h"
#include "ui/generate/pisces-generate-window.h"

static PiscesGenerateRequest *requested = NULL;
static PiscesGenerateRequest *planned   = NULL;
static GCancellable          *planning  = NULL;

static void
keep_request (gpointer                     window,
              const PiscesGenerateRequest *request)
{
  g_clear_pointer (&requested, pisces_generate_request_free);
  requested = pisces_generate_request_copy (request);
}

static void
keep_plan_request (gpointer                     pane,
                   const PiscesGenerateRequest *request,
                   GCancellable                *cancellable)
{
  g_clear_pointer (&planned, pisces_generate_request_free);
  planned  = pisces_generate_request_copy (request);
  planning = cancellable;
}

static PiscesPromptPane *
get_pane (GtkWidget *window)
{
  return pisces_generate_window_get_prompt_pane (
    PISCES_GENERATE_WINDOW (window));
}

static GtkWidget *
open_window (void)
{
  GtkWidget *window = pisces_generate_window_new ();

  g_clear_pointer (&requested, pisces_generate_request_free);
  g_clear_pointer (&planned, pisces_generate_request_free);
  g_signal_connect (window, "generate-requested", G_CALLBACK (keep_request),
                    NULL);
  g_signal_connect (get_pane (window), "plan-requested",
                    G_CALLBACK (keep_plan_request), NULL);
  hands_show (window);
  hands_set_text (hands_find (window, "prompt_view"), "two stars");

  return window;
}

static void
assert_plan (GtkWidget   *window,
             const gchar *expected)
{
  g_autofree gchar *plan = hands_get_text (hands_find (window, "plan_view"));

  g_assert_cmpstr (plan, ==, expected);
}

static gboolean
says_something (GtkWidget *window)
{
  return gtk_widget_get_visible (hands_find (window, "plan_state"));
}

static void
test_edited (void)
{
  GtkWidget        *window = open_window ();
  g_autofree gchar *in_force = NULL;

  /* The plan is as the model wrote it, so Generate writes a new one.  */
  pisces_prompt_pane_show_plan (get_pane (window), "two red stars");
  g_assert_false (says_something (window));
  hands_click (window, "start");
  g_assert_null (requested->plan);

  hands_set_text (hands_find (window, "plan_view"), "two blue stars");
  g_assert_true (says_something (window));
  in_force = g_strdup (hands_get_label (window, "plan_state"));
  hands_click (window, "start");
  g_assert_cmpstr (requested->plan, ==, "two blue stars");

  /* Another prompt: the field says so, and the plan is not drawn ...  */
  hands_set_text (hands_find (window, "prompt_view"), "two moons");
  g_assert_true (says_something (window));
  g_assert_cmpstr (hands_get_label (window, "plan_state"), !=, in_force);
  hands_click (window, "start");
  g_assert_null (requested->plan);

  /* ... unless the user asks for it.  */
  hands_click (window, "draw_plan");
  g_assert_cmpstr (requested->plan, ==, "two blue stars");
  g_assert_cmpstr (requested->prompt, ==, "two moons");

  hands_set_text (hands_find (window, "prompt_view"), "two stars");
  g_assert_cmpstr (hands_get_label (window, "plan_state"), ==, in_force);
  hands_set_text (hands_find (window, "plan_view"), " ");
  hands_click (window, "start");
  g_assert_null (requested->plan);

  gtk_widget_destroy (window);
}

/* Another picture is selected, or a job writes its plan.  */
static void
test_kept (void)
{
  GtkWidget        *window = open_window ();
  PiscesPromptPane *pane   = get_pane (window);

  pisces_prompt_pane_show_plan (pane, "two red stars");
  hands_set_text (hands_find (window, "plan_view"), "mine");
  pisces_prompt_pane_show_plan (pane, "of another picture");
  assert_plan (window, "mine");
  pisces_prompt_pane_stream_plan (pane, "of a jo");
  assert_plan (window, "mine");

  /* After it was drawn, it is stored with its picture; Ctrl+Down brings it
   * back too.  */
  hands_click (window, "draw_plan");
  pisces_prompt_pane_stream_plan (pane, "of a job");
  assert_plan (window, "mine");
  hands_set_text (hands_find (window, "plan_view"), "mine, changed");
  pisces_prompt_pane_show_plan (pane, "of another picture");
  assert_plan (window, "mine, changed");
  hands_set_text (hands_find (window, "plan_view"), "mine");
  hands_click (window, "draw_plan");
  pisces_prompt_pane_show_plan (pane, "of another picture");
  assert_plan (window, "of another picture");
  gtk_widget_grab_focus (hands_find (window, "plan_view"));
  hands_press (window, GDK_KEY_Down, GDK_CONTROL_MASK);
  assert_plan (window, "mine");

  /* It is for another prompt, and was never drawn.  */
  hands_set_text (hands_find (window, "plan_view"), "mine too");
  hands_set_text (hands_find (window, "prompt_view"), "two moons");
  pisces_prompt_pane_stream_plan (pane, "two mo");
  assert_plan (window, "mine too");
  hands_click (window, "start");
  pisces_prompt_pane_stream_plan (pane, "two mo");
  assert_plan (window, "two mo");
  pisces_prompt_pane_stream_plan (pane, "two moons");
  assert_plan (window, "two moons");
  hands_press (window, GDK_KEY_Down, GDK_CONTROL_MASK);
  assert_plan (window, "mine too");

  gtk_widget_destroy (window);
}

static void
test_asked_for (void)
{
  GtkWidget        *window = open_window ();
  PiscesPromptPane *pane   = get_pane (window);

  g_assert_false (hands_can_use (window, "draw_plan"));
  gtk_toggle_button_set_active (
    GTK_TOGGLE_BUTTON (hands_find (window, "new_seed")), FALSE);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, "seed")), 7);

  hands_click (window, "expand");
  g_assert_null (requested);
  g_assert_cmpstr (planned->prompt, ==, "two stars");
  g_assert_cmpuint (planned->seed, ==, 7);
  pisces_prompt_pane_write_plan (pane, "two st");
  assert_plan (window, "two st");
  pisces_prompt_pane_stream_plan (pane, "of a job");
  assert_plan (window, "two st");
  pisces_prompt_pane_finish_plan (pane, "two stars, side by side");
  assert_plan (window, "two stars, side by side");
  hands_click (window, "start");
  g_assert_cmpstr (requested->plan, ==, "two stars, side by side");

  /* Another plan gets another seed; Escape stops it, and everything is as
   * before.  */
  hands_click (window, "new_plan");
  g_assert_cmpuint (planned->seed, !=, 7);
  pisces_prompt_pane_write_plan (pane, "a sta");
  g_assert_false (g_cancellable_is_cancelled (planning));
  hands_press (window, GDK_KEY_Escape, 0);
  g_assert_true (g_cancellable_is_cancelled (planning));
  pisces_prompt_pane_finish_plan (pane, NULL);
  assert_plan (window, "two stars, side by side");
  hands_click (window, "start");
  g_assert_cmpstr (requested->plan, ==, "two stars, side by side");

  /* The prompt changes while a plan for it is written. */
  hands_click (window, "new_plan");
  hands_set_text (hands_find (window, "prompt_view"), "two moons");
  pisces_prompt_pane_finish_plan (pane, "two stars, in a row");
  assert_plan (window, "two stars, in a row");
  hands_click (window, "start");
  g_assert_null (requested->plan);

  gtk_widget_destroy (window);
}

static void
test_settings (void)
{
  GtkWidget            *window   = open_window ();
  g_autoptr (GKeyFile)  settings = g_key_file_new ();

  hands_set_text (hands_find (window, "plan_view"), "mine");
  pisces_generate_window_get_settings (PISCES_GENERATE_WINDOW (window),
                                       settings);
  gtk_widget_destroy (window);

  window = open_window ();
  pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (window),
                                       settings);
  assert_plan (window, "mine");
  hands_click (window, "start");
  g_assert_cmpstr (requested->plan, ==, "mine");

  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/plan/edited-is-drawn-for-its-prompt", test_edited);
  g_test_add_func ("/ui/plan/of-the-users-is-kept", test_kept);
  g_test_add_func ("/ui/plan/can-be-asked-for", test_asked_for);
  g_test_add_func ("/ui/plan/comes-back-with-the-settings", test_settings);

  return g_test_run ();
}
