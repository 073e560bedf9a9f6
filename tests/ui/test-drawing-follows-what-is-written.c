/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With “Draw live” on, what is written is drawn a moment after the last key, as
 * Generate would draw it, but with few steps.  Each draft takes the place of the one
 * before and is in no list.  Nothing is drawn that nobody would see, and a draft
 * that the user likes is not lost.
 *
 * Longer than 500 lines, as it has a test for each thing that a user may do while a
 * draft is drawn.
 */

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/generate/pisces-generate-window.h"
#include "ui/generate/pisces-picture-strip.h"
#include "ui/generate/pisces-result-pane.h"

/* Longer than the pause after the last key, also on a busy machine.  */
#define PAUSE (PISCES_LIVE_PAUSE_MS + 150)

/* A window, and what it asked for.  */
typedef struct
{
  GtkWidget             *window;
  PiscesGenerateRequest *draft;      /* the last one; NULL: none is wanted */
  PiscesGenerateRequest *job;        /* the last one of Generate           */
  guint                  n_drafts;
  guint                  n_given_up;
  guint                  n_jobs;
  guint                  n_added;
} Fixture;

static void
on_live (PiscesLiveDrafts      *drafts,
         PiscesGenerateRequest *request,
         Fixture               *fixture)
{
  g_clear_pointer (&fixture->draft, pisces_generate_request_free);
  if (request)
    fixture->draft = pisces_generate_request_copy (request);
  fixture->n_drafts   += request != NULL;
  fixture->n_given_up += request == NULL;
}

static void
on_generate (PiscesGenerateWindow  *window,
             PiscesGenerateRequest *request,
             Fixture               *fixture)
{
  g_clear_pointer (&fixture->job, pisces_generate_request_free);
  fixture->job = pisces_generate_request_copy (request);
  fixture->n_jobs++;
}

static void
on_add (PiscesGenerateWindow *window,
        PiscesPicture        *picture,
        Fixture              *fixture)
{
  fixture->n_added++;
}

static PiscesLiveDrafts *
get_drafts (Fixture *fixture)
{
  return pisces_generate_window_get_live_drafts (
    PISCES_GENERATE_WINDOW (fixture->window));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->window = pisces_generate_window_new ();
  g_signal_connect (get_drafts (fixture), "requested", G_CALLBACK (on_live), fixture);
  g_signal_connect (fixture->window, "generate-requested", G_CALLBACK (on_generate),
                    fixture);
  g_signal_connect (fixture->window, "add-requested", G_CALLBACK (on_add), fixture);
  hands_show (fixture->window);
  sample_set_target (fixture->window, "house.xcf");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_widget_destroy (fixture->window);
  g_clear_pointer (&fixture->draft, pisces_generate_request_free);
  g_clear_pointer (&fixture->job, pisces_generate_request_free);
}

static void
write_text (Fixture     *fixture,
            const gchar *text)
{
  hands_set_text (hands_find (fixture->window, "prompt_view"), text);
}

static PiscesResultPane *
get_pane (Fixture *fixture)
{
  return PISCES_RESULT_PANE (pisces_generate_window_get_results (
    PISCES_GENERATE_WINDOW (fixture->window)));
}

static guint
count_listed (Fixture *fixture)
{
  g_autoptr (GPtrArray) list = pisces_result_pane_list (get_pane (fixture));

  return list->len;
}

/* Answers the last request with a picture; returns that, which the window keeps.  */
static PiscesPicture *
answer (Fixture               *fixture,
        PiscesGenerateRequest *request)
{
  g_autoptr (PiscesImage)   image   = sample_image_scene (64, fixture->n_drafts);
  g_autoptr (PiscesPicture) picture = sample_picture (request->prompt, "a plan",
                                                      request->seed, image);

  picture->steps = request->steps;
  pisces_live_drafts_show (get_drafts (fixture), picture, 2);

  return picture;   /* the pane has a reference */
}

/* Switches it on and lets a first draft be drawn.  */
static PiscesPicture *
draw_first (Fixture     *fixture,
            const gchar *text)
{
  write_text (fixture, text);
  hands_click (fixture->window, "live");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 1);

  return answer (fixture, fixture->draft);
}

static PiscesPicture *
get_shown (Fixture *fixture)
{
  return pisces_generate_window_get_picture (PISCES_GENERATE_WINDOW (fixture->window));
}

static void
test_pause (Fixture       *fixture,
            gconstpointer  data)
{
  static const gchar *parts[] = { "a", "a r", "a red", "a red s", "a red star" };

  write_text (fixture, "a blue fish");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 0);

  hands_click (fixture->window, "live");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 1);
  answer (fixture, fixture->draft);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      write_text (fixture, parts[i]);
      hands_wait (PISCES_LIVE_PAUSE_MS / 3);
      g_assert_cmpuint (fixture->n_drafts, ==, 1);
    }
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 2);
  g_assert_cmpstr (fixture->draft->prompt, ==, "a red star");
  g_assert_cmpuint (fixture->n_given_up, ==, 0);
  answer (fixture, fixture->draft);

  /* What changes nothing in a draft draws none.  */
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (fixture->window, "count")), 4);
  gtk_expander_set_expanded (GTK_EXPANDER (hands_find (fixture->window, "advanced")), TRUE);
  write_text (fixture, "a red star, ");
  write_text (fixture, "a red star");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 2);

  /* Off again.  */
  hands_click (fixture->window, "live");
  write_text (fixture, "a green tree");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 2);
}

/* A draft is what Generate would draw first, but with few steps.  */
static void
test_request (Fixture       *fixture,
              gconstpointer  data)
{
  GtkWidget              *window = fixture->window;
  g_autoptr (PiscesImage) like   = sample_image_scene (32, 1);
  gdouble                 seed;

  write_text (fixture, "a hill");
  gtk_combo_box_set_active (GTK_COMBO_BOX (hands_find (window, "style")), 1);
  gtk_entry_set_text (GTK_ENTRY (hands_find (window, "negative_prompt")), "a house");
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, "count")), 5);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (hands_find (window, "model_settings")),
                                FALSE);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, "guidance")), 4.5);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, "steps")), 30);
  hands_set_text (hands_find (window, "plan_view"), "a green hill");
  pisces_reference_pane_set_image (
    pisces_generate_window_get_reference_pane (PISCES_GENERATE_WINDOW (window)), like,
    "layer");
  seed = gtk_spin_button_get_value (GTK_SPIN_BUTTON (hands_find (window, "seed")));

  draw_first (fixture, "a hill");
  g_assert_cmpfloat (gtk_spin_button_get_value (
                       GTK_SPIN_BUTTON (hands_find (window, "seed"))), ==, seed);
  g_assert_cmpuint (fixture->draft->count, ==, 1);
  g_assert_cmpuint (fixture->draft->steps, ==, PISCES_DRAFT_STEPS);
  g_assert_cmpuint (fixture->draft->seed, ==, (guint32) seed);
  g_assert_false (fixture->draft->want_previews);

  hands_click (window, "start");
  g_assert_cmpuint (fixture->n_jobs, ==, 1);
  g_assert_cmpstr (fixture->draft->prompt, ==, fixture->job->prompt);
  g_assert_cmpstr (fixture->draft->prompt, !=, "a hill");
  g_assert_cmpstr (fixture->draft->negative_prompt, ==, "a house");
  g_assert_cmpstr (fixture->draft->plan, ==, "a green hill");
  g_assert_cmpstr (fixture->job->plan, ==, "a green hill");
  g_assert_cmpfloat (fixture->draft->guidance_scale, ==, 4.5);
  g_assert_cmpuint (fixture->draft->references->len, ==, 1);
  g_assert_cmpuint (fixture->draft->seed, ==, fixture->job->seed);
  g_assert_cmpuint (fixture->job->steps, ==, 30);
  g_assert_cmpuint (fixture->job->count, ==, 5);

  /* Each of them draws anew.  */
  gtk_entry_set_text (GTK_ENTRY (hands_find (window, "negative_prompt")), "a tree");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 2);
  answer (fixture, fixture->draft);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, "guidance")), 2);
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 3);
  answer (fixture, fixture->draft);
  hands_click (window, "dice");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 4);
  answer (fixture, fixture->draft);
  pisces_reference_pane_set_image (
    pisces_generate_window_get_reference_pane (PISCES_GENERATE_WINDOW (window)), NULL,
    NULL);
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 5);
  answer (fixture, fixture->draft);

  /* Fewer steps of the user's own.  */
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, "steps")), 5);
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 6);
  g_assert_cmpuint (fixture->draft->steps, ==, 5);
}

static void
test_one_place (Fixture       *fixture,
                gconstpointer  data)
{
  GtkWidget                 *prompt = hands_find (fixture->window, "prompt_view");
  g_autoptr (PiscesImage)    image  = sample_image_stars (64, 0);
  g_autoptr (PiscesPicture)  older  = sample_picture ("older", "", 9, image);
  g_autoptr (GPtrArray)      list   = NULL;
  PiscesPicture             *first, *second, *third;
  guint                      n_places = 0;

  pisces_generate_window_add_picture (PISCES_GENERATE_WINDOW (fixture->window), older);
  gtk_widget_grab_focus (prompt);
  first = draw_first (fixture, "a hill");
  g_assert_true (get_shown (fixture) == first);
  g_assert_cmpuint (count_listed (fixture), ==, 1);
  g_assert_true (gtk_widget_has_focus (prompt));

  /* The place stays the same, and GIMP, which may be busy, is not asked for it.  */
  g_signal_connect_swapped (fixture->window, "place-changed", G_CALLBACK (hands_count),
                            &n_places);
  write_text (fixture, "a hill and");
  g_assert_true (get_shown (fixture) == first);
  hands_wait (PAUSE);
  second = answer (fixture, fixture->draft);
  g_assert_true (get_shown (fixture) == second);
  g_assert_true (pisces_result_pane_get_draft (get_pane (fixture)) == second);
  g_assert_cmpuint (count_listed (fixture), ==, 1);
  g_assert_cmpuint (n_places, ==, 0);

  /* A picture that the user has turned to stays, until the user writes again.  */
  write_text (fixture, "a hill and a");
  hands_wait (PAUSE);
  list = pisces_result_pane_list (get_pane (fixture));
  pisces_picture_strip_select (PISCES_PICTURE_STRIP (hands_find (fixture->window, "strip")),
                               list->pdata[0]);
  g_assert_true (get_shown (fixture) == older);
  g_assert_cmpuint (n_places, ==, 1);
  third = answer (fixture, fixture->draft);
  g_assert_true (get_shown (fixture) == older);
  write_text (fixture, "a hill and a t");
  g_assert_true (get_shown (fixture) == third);
  g_assert_cmpuint (count_listed (fixture), ==, 1);
}

/* Words that were written since make a draft old before it is there.  */
static void
test_newer_words (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (PiscesGenerateRequest) late  = NULL;
  PiscesPicture                    *first = draw_first (fixture, "a hill");

  write_text (fixture, "a hill and");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 2);
  late = pisces_generate_request_copy (fixture->draft);

  write_text (fixture, "a hill and a house");
  g_assert_cmpuint (fixture->n_given_up, ==, 1);
  g_assert_null (fixture->draft);
  answer (fixture, late);
  g_assert_true (get_shown (fixture) == first);

  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 3);
  g_assert_cmpstr (fixture->draft->prompt, ==, "a hill and a house");
  answer (fixture, fixture->draft);
  g_assert_cmpstr (get_shown (fixture)->prompt, ==, "a hill and a house");

  /* Switching it off ends a draft too.  */
  write_text (fixture, "a hill");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 4);
  hands_click (fixture->window, "live");
  g_assert_null (fixture->draft);
  g_assert_cmpuint (fixture->n_given_up, ==, 2);
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 4);
}

/* Half-written words cause no alarm, and what is there stays.  */
static void
test_refusals (Fixture       *fixture,
               gconstpointer  data)
{
  PiscesPicture *first = draw_first (fixture, "a hill");

  write_text (fixture, "a hi");
  hands_wait (PAUSE);
  pisces_live_drafts_refuse (get_drafts (fixture), "It draws no such thing.");
  g_assert_cmpstr (hands_get_label (fixture->window, "live_word"), ==,
                   "It draws no such thing.");
  g_assert_false (gtk_widget_get_visible (hands_find (fixture->window, "message_bar")));
  g_assert_true (get_shown (fixture) == first);

  write_text (fixture, "a hill");
  hands_wait (PAUSE);
  answer (fixture, fixture->draft);
  g_assert_cmpstr (hands_get_label (fixture->window, "live_word"), ==, "");

  write_text (fixture, "  ");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 3);
  g_assert_cmpstr (get_shown (fixture)->prompt, ==, "a hill");
}

/* Adding a draft to the image makes it a picture like the others.  */
static void
test_kept (Fixture       *fixture,
           gconstpointer  data)
{
  PiscesPicture *draft = draw_first (fixture, "a hill");

  g_assert_cmpuint (count_listed (fixture), ==, 0);
  hands_click (fixture->window, "add");
  g_assert_cmpuint (fixture->n_added, ==, 1);
  g_assert_cmpuint (count_listed (fixture), ==, 1);
  g_assert_true (get_shown (fixture) == draft);
  g_assert_null (pisces_result_pane_get_draft (get_pane (fixture)));

  write_text (fixture, "a house");
  hands_wait (PAUSE);
  answer (fixture, fixture->draft);
  g_assert_cmpuint (count_listed (fixture), ==, 1);
  g_assert_cmpstr (get_shown (fixture)->prompt, ==, "a house");

  /* It can be deleted, too, and brought back.  */
  gtk_widget_grab_focus (hands_find (fixture->window, "prompt_view"));
  g_action_group_activate_action (
    gtk_widget_get_action_group (GTK_WIDGET (get_pane (fixture)), "results"), "delete",
    NULL);
  g_assert_null (pisces_result_pane_get_draft (get_pane (fixture)));
  g_assert_true (get_shown (fixture) == draft);
  gtk_info_bar_response (GTK_INFO_BAR (
      hands_find (GTK_WIDGET (get_pane (fixture)), "info_bar")), 1);
  g_assert_cmpuint (count_listed (fixture), ==, 2);
}

/* Generate draws the draft properly, also if each picture is to have a new seed.  */
static void
test_generate (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (PiscesImage)    image = sample_image_scene (64, 3);
  g_autoptr (PiscesPicture)  drawn = NULL;
  PiscesPicture             *draft = draw_first (fixture, "a hill");
  const guint32              seed  = draft->seed;
  PiscesJobItem             *job;

  g_assert_true (gtk_toggle_button_get_active (
                   GTK_TOGGLE_BUTTON (hands_find (fixture->window, "new_seed"))));
  hands_click (fixture->window, "start");
  g_assert_cmpuint (fixture->job->seed, ==, seed);
  g_assert_cmpuint (fixture->job->steps, ==, 0);

  /* Until the picture is there, the draft is.  */
  job = pisces_job_item_new (fixture->job);
  pisces_generate_window_add_job (PISCES_GENERATE_WINDOW (fixture->window), job);
  g_assert_true (pisces_result_pane_get_draft (get_pane (fixture)) == draft);
  drawn = sample_picture ("a hill", "a plan", seed, image);
  pisces_generate_window_add_picture (PISCES_GENERATE_WINDOW (fixture->window), drawn);
  g_assert_null (pisces_result_pane_get_draft (get_pane (fixture)));
  pisces_job_item_end (job);
  g_object_unref (job);
  g_assert_true (get_shown (fixture) == drawn);
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 1);

  hands_click (fixture->window, "start");
  g_assert_cmpuint (fixture->job->seed, !=, seed);
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 1);
}

/* Asking twice for the same draft gives two pictures.  */
static void
test_generate_twice (Fixture       *fixture,
                     gconstpointer  data)
{
  const guint32 seed = draw_first (fixture, "a hill")->seed;

  hands_click (fixture->window, "start");
  g_assert_cmpuint (fixture->job->seed, ==, seed);
  hands_click (fixture->window, "start");
  g_assert_cmpuint (fixture->job->seed, !=, seed);
}

/* A picture that is varied from a draft is shown when it is there.  */
static void
test_beside_a_job (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (PiscesImage)            image   = sample_image_scene (64, 3);
  g_autoptr (PiscesPicture)          varied  = sample_picture ("a hill", "", 77, image);
  g_autoptr (PiscesGenerateRequest)  request = pisces_generate_request_new ("a hill");
  g_autoptr (PiscesJobItem)          job     = pisces_job_item_new (request);
  g_autoptr (PiscesJobItem)          second  = pisces_job_item_new (request);
  g_autoptr (PiscesPicture)          other   = sample_picture ("a tree", "", 78, image);
  PiscesPicture                     *draft   = draw_first (fixture, "a hill");

  pisces_generate_window_add_job (PISCES_GENERATE_WINDOW (fixture->window), job);
  pisces_generate_window_add_picture (PISCES_GENERATE_WINDOW (fixture->window), varied);
  pisces_job_item_end (job);
  g_assert_true (get_shown (fixture) == varied);
  g_assert_true (pisces_result_pane_get_draft (get_pane (fixture)) == draft);
  g_assert_cmpuint (count_listed (fixture), ==, 1);

  /* Who writes on goes on watching the job; the draft comes after it.  */
  pisces_generate_window_add_job (PISCES_GENERATE_WINDOW (fixture->window), second);
  write_text (fixture, "a hill and a house");
  g_assert_true (pisces_result_pane_is_following (get_pane (fixture)));
  hands_wait (PAUSE);
  pisces_generate_window_add_picture (PISCES_GENERATE_WINDOW (fixture->window), other);
  pisces_job_item_end (second);
  g_assert_true (get_shown (fixture) == other);
  draft = answer (fixture, fixture->draft);
  g_assert_true (get_shown (fixture) == draft);
}

static void
test_hidden (Fixture       *fixture,
             gconstpointer  data)
{
  draw_first (fixture, "a hill");

  /* While one is drawn.  */
  write_text (fixture, "a house");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 2);
  gtk_window_close (GTK_WINDOW (fixture->window));
  hands_wait (PAUSE);
  g_assert_false (gtk_widget_get_visible (fixture->window));
  g_assert_null (fixture->draft);
  g_assert_cmpuint (fixture->n_given_up, ==, 1);

  write_text (fixture, "a tree");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 2);

  hands_show (fixture->window);
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 3);
  g_assert_cmpstr (fixture->draft->prompt, ==, "a tree");
  answer (fixture, fixture->draft);

  /* Nothing is missed, so nothing is drawn.  */
  gtk_window_close (GTK_WINDOW (fixture->window));
  hands_wait (50);
  hands_show (fixture->window);
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 3);
}

static void
test_minimised (Fixture       *fixture,
                gconstpointer  data)
{
  draw_first (fixture, "a hill");

  gtk_window_iconify (GTK_WINDOW (fixture->window));
  hands_wait (500);
  g_assert_true (gdk_window_get_state (gtk_widget_get_window (fixture->window)) &
                 GDK_WINDOW_STATE_ICONIFIED);
  write_text (fixture, "a house");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 1);

  gtk_window_deiconify (GTK_WINDOW (fixture->window));
  hands_show (fixture->window);
  hands_wait (500 + PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 2);
  g_assert_cmpstr (fixture->draft->prompt, ==, "a house");
}

static void
assert_obstacle (Fixture     *fixture,
                 const gchar *why)
{
  g_assert_false (hands_can_use (fixture->window, "live"));
  g_assert_cmpstr (hands_get_label (fixture->window, "live_word"), ==, why);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (hands_find (fixture->window, "live")),
                   ==, why);
}

/* The switch says why nothing is drawn live, and keeps what the user chose.  */
static void
test_obstacles (Fixture       *fixture,
                gconstpointer  data)
{
  GtkToggleButton *live = GTK_TOGGLE_BUTTON (hands_find (fixture->window, "live"));

  draw_first (fixture, "a hill");
  write_text (fixture, "a house");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 2);

  pisces_live_drafts_set_obstacle (get_drafts (fixture), "It is slow.");
  g_assert_null (fixture->draft);
  assert_obstacle (fixture, "It is slow.");
  g_assert_true (gtk_toggle_button_get_active (live));
  write_text (fixture, "a tree");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 2);
  pisces_live_drafts_set_obstacle (get_drafts (fixture), NULL);
  g_assert_true (hands_can_use (fixture->window, "live"));
  write_text (fixture, "a hill");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 3);

  gtk_combo_box_set_active_id (GTK_COMBO_BOX (hands_find (fixture->window, "place")),
                               "fill");
  g_assert_null (fixture->draft);
  assert_obstacle (fixture, "A selection is not filled live. Choose Generate.");
  write_text (fixture, "a tree");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 3);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (hands_find (fixture->window, "place")),
                               "canvas");
  g_assert_true (hands_can_use (fixture->window, "live"));
  write_text (fixture, "a house");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 4);
}

/* The choice is kept; what was written then is not drawn by itself.  */
static void
test_settings (Fixture       *fixture,
               gconstpointer  data)
{
  PiscesGenerateWindow *window   = PISCES_GENERATE_WINDOW (fixture->window);
  g_autoptr (GKeyFile)  settings = g_key_file_new ();

  pisces_generate_window_get_settings (window, settings);
  g_assert_false (g_key_file_get_boolean (settings, "generate", "live", NULL));
  hands_click (fixture->window, "live");
  pisces_generate_window_get_settings (window, settings);
  g_assert_true (g_key_file_get_boolean (settings, "generate", "live", NULL));

  g_key_file_set_string (settings, "generate", "prompt", "a hill");
  tear_down (fixture, NULL);
  fixture->n_drafts = 0;
  fixture->window = pisces_generate_window_new ();
  g_signal_connect (get_drafts (fixture), "requested", G_CALLBACK (on_live), fixture);
  pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (fixture->window), settings);
  hands_show (fixture->window);
  g_assert_true (gtk_toggle_button_get_active (
                   GTK_TOGGLE_BUTTON (hands_find (fixture->window, "live"))));
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 0);
  write_text (fixture, "a house");
  hands_wait (PAUSE);
  g_assert_cmpuint (fixture->n_drafts, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  const struct
  {
    const gchar *path;
    void      (* test) (Fixture *, gconstpointer);
  } tests[] =
  {
    { "/ui/live/draws-the-last-words-after-a-pause",   test_pause          },
    { "/ui/live/draws-what-generate-would-draw",       test_request        },
    { "/ui/live/replaces-the-picture",                 test_one_place      },
    { "/ui/live/newer-words-end-a-draft",              test_newer_words    },
    { "/ui/live/says-quietly-what-cannot-be-drawn",    test_refusals       },
    { "/ui/live/a-draft-can-be-kept",                  test_kept           },
    { "/ui/live/generate-draws-it-properly",           test_generate       },
    { "/ui/live/generate-twice-draws-two",             test_generate_twice },
    { "/ui/live/a-draft-stands-beside-a-job",          test_beside_a_job   },
    { "/ui/live/draws-nothing-in-a-hidden-window",     test_hidden         },
    { "/ui/live/draws-nothing-in-a-minimised-window",  test_minimised      },
    { "/ui/live/says-what-is-in-the-way",              test_obstacles      },
    { "/ui/live/is-remembered",                        test_settings       }
  };

  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);

  return g_test_run ();
}
