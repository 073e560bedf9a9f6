/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Prompt, seed, count, guidance and steps are there again in the next session;
 * a damaged settings file does no harm.
 */

#include "tests/ui/hands.h"
#include "ui/generate/pisces-generate-window.h"
#include "ui/generate/pisces-result-actions.h"

#define PROMPT "two stars; \"red\" = [x]\nand 🐟 \\n"

static gdouble
get_number (GtkWidget   *window,
            const gchar *id)
{
  return gtk_spin_button_get_value (GTK_SPIN_BUTTON (hands_find (window, id)));
}

static void
set_number (GtkWidget   *window,
            const gchar *id,
            gdouble      value)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, id)), value);
}

static const gchar *
get_choice (GtkWidget   *window,
            const gchar *id)
{
  return gtk_combo_box_get_active_id (GTK_COMBO_BOX (hands_find (window, id)));
}

static void
choose (GtkWidget   *window,
        const gchar *id,
        const gchar *choice)
{
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (hands_find (window, id)), choice);
}

/* For a toggle of the results.  */
static gboolean
is_on (GtkWidget   *window,
       const gchar *name)
{
  GActionGroup *group =
    gtk_widget_get_action_group (hands_find (window, "result_pane"),
                                 "results");

  return pisces_result_actions_is_on (G_SIMPLE_ACTION_GROUP (group), name);
}

static void
turn (GtkWidget   *window,
      const gchar *name)
{
  g_action_group_activate_action (
    gtk_widget_get_action_group (hands_find (window, "result_pane"),
                                 "results"), name, NULL);
}

static void
test_round_trip (void)
{
  GtkWidget            *window   = pisces_generate_window_new ();
  g_autoptr (GKeyFile)  settings = g_key_file_new ();
  g_autoptr (GKeyFile)  loaded   = g_key_file_new ();
  g_autofree gchar     *data     = NULL;
  g_autofree gchar     *prompt   = NULL;

  hands_set_text (hands_find (window, "prompt_view"), PROMPT);
  set_number (window, "seed", 4294967295.0);
  set_number (window, "count", 7);
  set_number (window, "guidance", 6.5);
  set_number (window, "steps", 44);
  gtk_toggle_button_set_active (
    GTK_TOGGLE_BUTTON (hands_find (window, "new_seed")), FALSE);
  gtk_toggle_button_set_active (
    GTK_TOGGLE_BUTTON (hands_find (window, "model_settings")), FALSE);
  gtk_expander_set_expanded (GTK_EXPANDER (hands_find (window, "advanced")),
                             TRUE);
  choose (window, "place", "fill");
  set_number (window, "strength", 0.35);
  set_number (window, "surroundings", 1.5);
  set_number (window, "grow", -12);
  choose (window, "source", "below");
  g_assert_true (is_on (window, PISCES_MARK_AS_AI));
  g_assert_false (is_on (window, PISCES_KEEP_PROMPTS_OUT));
  turn (window, PISCES_MARK_AS_AI);
  turn (window, PISCES_KEEP_PROMPTS_OUT);
  pisces_generate_window_get_settings (PISCES_GENERATE_WINDOW (window),
                                       settings);
  gtk_widget_destroy (window);

  /* Through a file, as in real use.  */
  data = g_key_file_to_data (settings, NULL, NULL);
  g_assert_true (g_key_file_load_from_data (loaded, data, -1, 0, NULL));

  window = pisces_generate_window_new ();
  pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (window), loaded);

  prompt = hands_get_text (hands_find (window, "prompt_view"));
  g_assert_cmpstr (prompt, ==, PROMPT);
  g_assert_cmpfloat (get_number (window, "seed"), ==, 4294967295.0);
  g_assert_cmpfloat (get_number (window, "count"), ==, 7);
  g_assert_cmpfloat (get_number (window, "guidance"), ==, 6.5);
  g_assert_cmpfloat (get_number (window, "steps"), ==, 44);
  g_assert_false (gtk_toggle_button_get_active (
                    GTK_TOGGLE_BUTTON (hands_find (window, "new_seed"))));
  g_assert_false (gtk_toggle_button_get_active (
                    GTK_TOGGLE_BUTTON (hands_find (window, "model_settings"))));
  g_assert_true (gtk_expander_get_expanded (
                   GTK_EXPANDER (hands_find (window, "advanced"))));
  g_assert_cmpstr (get_choice (window, "place"), ==, "fill");
  g_assert_cmpfloat (get_number (window, "strength"), ==, 0.35);
  g_assert_cmpfloat (get_number (window, "surroundings"), ==, 1.5);
  g_assert_cmpfloat (get_number (window, "grow"), ==, -12);
  g_assert_cmpstr (get_choice (window, "source"), ==, "below");
  g_assert_false (is_on (window, PISCES_MARK_AS_AI));
  g_assert_true (is_on (window, PISCES_KEEP_PROMPTS_OUT));

  gtk_widget_destroy (window);
}

static void
test_damaged (void)
{
  GtkWidget            *window   = pisces_generate_window_new ();
  g_autoptr (GKeyFile)  settings = g_key_file_new ();
  g_autofree gchar     *prompt   = NULL;

  hands_set_text (hands_find (window, "prompt_view"), "kept");
  g_key_file_load_from_data (settings,
                             "[generate]\n"
                             "prompt=\xff\xfe\n"
                             "seed=-1\n"
                             "count=9999999999999\n"
                             "guidance=nan\n"
                             "steps=many\n"
                             "new-seed=perhaps\n"
                             "mark-as-ai=perhaps\n"
                             "fill-strength=nan\n"
                             "fill-surroundings=-3\n"
                             "fill-grow=9999999\n"
                             "fill-source=behind\n"
                             "window-width=-5\n"
                             "window-height=100000000\n"
                             "pane-width=2147483647\n",
                             -1, 0, NULL);
  pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (window),
                                       settings);

  prompt = hands_get_text (hands_find (window, "prompt_view"));
  g_assert_cmpstr (prompt, ==, "kept");
  g_assert_cmpfloat (get_number (window, "seed"), ==, 0);
  g_assert_cmpfloat (get_number (window, "count"), ==, 64);
  g_assert_cmpfloat (get_number (window, "guidance"), ==, 3);
  g_assert_cmpfloat (get_number (window, "steps"), ==, 20);
  g_assert_true (gtk_toggle_button_get_active (
                   GTK_TOGGLE_BUTTON (hands_find (window, "new_seed"))));
  g_assert_true (is_on (window, PISCES_MARK_AS_AI));
  g_assert_cmpfloat (get_number (window, "strength"), ==, 1);
  g_assert_cmpfloat (get_number (window, "surroundings"), ==, 0);
  g_assert_cmpfloat (get_number (window, "grow"), ==, 1000);
  g_assert_cmpstr (get_choice (window, "source"), ==, "visible");
  hands_show (window);

  gtk_widget_destroy (window);
}

/* A user who goes back to an older prompt and changes it has two texts that
 * were not used yet: the unfinished one, and the changed one.
 */
static void
test_draft (void)
{
  static const gchar *const names[] = { "prompt", "draft", "negative-prompt",
                                        "plan", "plan-prompt" };
  GtkWidget            *window   = pisces_generate_window_new ();
  g_autoptr (GKeyFile)  settings = g_key_file_new ();
  g_autoptr (GKeyFile)  other    = g_key_file_new ();

  g_key_file_set_string (settings, "generate", "prompt", "an older one, in blue");
  g_key_file_set_string (settings, "generate", "draft", "half wri");
  g_key_file_set_string (settings, "generate", "negative-prompt", "a frame");
  g_key_file_set_string (settings, "generate", "plan", "a plan of my own");
  g_key_file_set_string (settings, "generate", "plan-prompt",
                         "an older one, in blue");
  g_key_file_set_string (settings, "describe", "language", "de");

  /* Loaded and stored twice, as in two sessions.  */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GKeyFile) stored = g_key_file_new ();
      g_autofree gchar    *data   = g_key_file_to_data (settings, NULL, NULL);

      pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (window),
                                           settings);
      g_assert_true (g_key_file_load_from_data (stored, data, -1, 0, NULL));
      for (guint j = 0; j < G_N_ELEMENTS (names); j++)
        g_key_file_remove_key (stored, "generate", names[j], NULL);
      pisces_generate_window_get_settings (PISCES_GENERATE_WINDOW (window),
                                           stored);

      for (guint j = 0; j < G_N_ELEMENTS (names); j++)
        {
          g_autofree gchar *before = g_key_file_get_string (settings, "generate",
                                                            names[j], NULL);
          g_autofree gchar *after  = g_key_file_get_string (stored, "generate",
                                                            names[j], NULL);

          g_assert_cmpstr (after, ==, before);
        }
      g_assert_true (g_key_file_has_key (stored, "describe", "language", NULL));

      gtk_widget_destroy (window);
      window = pisces_generate_window_new ();
    }

  /* In an existing window, settings without these values do not change them. */
  hands_show (window);
  pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (window),
                                       settings);
  g_key_file_set_integer (other, "generate", "count", 2);
  pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (window), other);
  {
    g_autofree gchar *prompt = hands_get_text (hands_find (window,
                                                           "prompt_view"));

    g_assert_cmpstr (prompt, ==, "an older one, in blue");
  }
  gtk_widget_grab_focus (hands_find (window, "prompt_view"));
  hands_press (window, GDK_KEY_Down, GDK_CONTROL_MASK);
  {
    g_autofree gchar *prompt = hands_get_text (hands_find (window,
                                                           "prompt_view"));

    g_assert_cmpstr (prompt, ==, "half wri");
  }

  gtk_widget_destroy (window);
}

/* Typing is one change to be stored; loading is none; closing stores.  */
static void
test_told (void)
{
  GtkWidget            *window   = pisces_generate_window_new ();
  g_autoptr (GKeyFile)  settings = g_key_file_new ();
  guint                 n        = 0;

  g_signal_connect_swapped (window, "settings-changed",
                            G_CALLBACK (hands_count), &n);
  hands_show (window);
  g_key_file_set_string (settings, "generate", "prompt", "from the file");
  pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (window),
                                       settings);
  hands_wait (700);
  g_assert_cmpuint (n, ==, 0);

  hands_set_text (hands_find (window, "prompt_view"), "a");
  hands_set_text (hands_find (window, "prompt_view"), "ab");
  set_number (window, "count", 3);
  g_assert_cmpuint (n, ==, 0);
  hands_wait (700);
  g_assert_cmpuint (n, ==, 1);

  hands_set_text (hands_find (window, "prompt_view"), "abc");
  gtk_window_close (GTK_WINDOW (window));
  hands_wait (50);
  g_assert_cmpuint (n, ==, 2);
  hands_wait (700);
  g_assert_cmpuint (n, ==, 2);

  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/settings/come-back-as-they-were", test_round_trip);
  g_test_add_func ("/ui/settings/prompt-and-draft-survive", test_draft);
  g_test_add_func ("/ui/settings/damaged-ones-do-no-harm", test_damaged);
  g_test_add_func ("/ui/settings/are-told-once-for-many-changes", test_told);

  return g_test_run ();
}
