/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The request contains exactly what the user has entered in the Generate Layer
 * window; a blank prompt is not sent, and a message explains why.
 */

#include <string.h>

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/generate/pisces-generate-window.h"

static PiscesGenerateRequest *requested = NULL;
static guint                  n_requests = 0;

static void
keep_request (PiscesGenerateWindow        *window,
              const PiscesGenerateRequest *request)
{
  g_clear_pointer (&requested, pisces_generate_request_free);
  requested = pisces_generate_request_copy (request);
  n_requests++;
}

static GtkWidget *
open_window (const gchar *prompt)
{
  GtkWidget *window = pisces_generate_window_new ();

  n_requests = 0;
  g_signal_connect (window, "generate-requested", G_CALLBACK (keep_request),
                    NULL);
  hands_show (window);
  hands_set_text (hands_find (window, "prompt_view"), prompt);

  return window;
}

static void
spin (GtkWidget   *window,
      const gchar *id,
      gdouble      value)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, id)), value);
}

static void
toggle (GtkWidget   *window,
        const gchar *id,
        gboolean     active)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (hands_find (window, id)),
                                active);
}

static void
test_fields (void)
{
  GtkWidget *window = open_window ("  two red stars\n");

  toggle (window, "new_seed", FALSE);
  spin (window, "seed", 4294967295.0);
  spin (window, "count", 3);
  toggle (window, "model_settings", FALSE);
  spin (window, "guidance", 4.5);
  spin (window, "steps", 33);
  hands_click (window, "start");

  g_assert_cmpuint (n_requests, ==, 1);
  g_assert_cmpstr (requested->prompt, ==, "two red stars");
  g_assert_cmpuint (requested->seed, ==, 4294967295u);
  g_assert_cmpuint (requested->count, ==, 3);
  g_assert_cmpfloat (requested->guidance_scale, ==, 4.5);
  g_assert_cmpuint (requested->steps, ==, 33);
  g_assert_null (requested->plan);
  g_assert_true (requested->want_previews);

  gtk_widget_destroy (window);
}

static void
test_model_settings (void)
{
  GtkWidget *window = open_window ("a hill");

  spin (window, "guidance", 4.5);
  spin (window, "steps", 33);
  hands_click (window, "start");

  g_assert_cmpfloat (requested->guidance_scale, <, 0);
  g_assert_cmpuint (requested->steps, ==, 0);
  g_assert_false (hands_can_use (window, "guidance"));

  gtk_widget_destroy (window);
}

static void
test_ctrl_enter (void)
{
  GtkWidget        *window = open_window ("a hill");
  g_autofree gchar *text   = NULL;

  hands_press (window, GDK_KEY_Return, GDK_CONTROL_MASK);
  g_assert_cmpuint (n_requests, ==, 1);
  hands_press (window, GDK_KEY_KP_Enter, GDK_CONTROL_MASK);
  g_assert_cmpuint (n_requests, ==, 2);

  text = hands_get_text (hands_find (window, "prompt_view"));
  g_assert_cmpstr (text, ==, "a hill");

  gtk_widget_destroy (window);
}

static void
test_seeds (void)
{
  GtkWidget *window = open_window ("a hill");
  guint32    first;

  hands_click (window, "start");
  first = requested->seed;
  g_assert_cmpfloat (gtk_spin_button_get_value (
                       GTK_SPIN_BUTTON (hands_find (window, "seed"))),
                     ==, first);
  hands_click (window, "start");
  g_assert_cmpuint (requested->seed, !=, first);

  toggle (window, "new_seed", FALSE);
  first = requested->seed;
  hands_click (window, "start");
  g_assert_cmpuint (requested->seed, ==, first);

  hands_click (window, "dice");
  hands_click (window, "start");
  g_assert_cmpuint (requested->seed, !=, first);

  gtk_widget_destroy (window);
}

static void
keep_sentence (GtkWidget   *pane,
               const gchar *sentence,
               gchar      **kept)
{
  g_free (*kept);
  *kept = g_strdup (sentence);
}

/* Text that is not an allowed number is refused with a sentence that names it;
 * the previous number stays, and is used in the request.
 */
static void
test_refused (void)
{
  static const struct { const gchar *id, *text; gdouble before; gboolean taken; } cases[] =
  {
    { "seed",     "112358132141", 7.0, FALSE }, { "seed",  "4294967296", 7.0, FALSE },
    { "seed",     "-1",           7.0, FALSE }, { "seed",  "",           7.0, FALSE },
    { "seed",     "4294967295",   7.0, TRUE  }, { "seed",  "0",          7.0, TRUE  },
    { "count",    "100000",       2.0, FALSE }, { "count", "0",          2.0, FALSE },
    { "count",    "3",            2.0, TRUE  }, { "steps", "99999",      9.0, FALSE },
    { "guidance", "1000",         3.0, FALSE }, { "guidance", "4",       3.0, TRUE  }
  };
  GtkWidget        *window   = open_window ("a hill");
  g_autofree gchar *sentence = NULL;

  toggle (window, "new_seed", FALSE);
  toggle (window, "model_settings", FALSE);
  g_signal_connect (hands_find (window, "prompt_pane"), "message",
                    G_CALLBACK (keep_sentence), &sentence);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkWidget *field = hands_find (window, cases[i].id);

      g_test_message ("%s: “%s”", cases[i].id, cases[i].text);
      g_clear_pointer (&sentence, g_free);
      spin (window, cases[i].id, cases[i].before);
      gtk_entry_set_text (GTK_ENTRY (field), cases[i].text);
      gtk_spin_button_update (GTK_SPIN_BUTTON (field));

      g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (field)), ==,
                         cases[i].taken ? g_ascii_strtod (cases[i].text, NULL) :
                                          cases[i].before);
      g_assert_true (cases[i].taken == (sentence == NULL));
      if (sentence)
        g_assert_nonnull (strstr (sentence, cases[i].text));
    }

  gtk_widget_destroy (window);
}

/* A number that was typed while the field still has the focus.  */
static void
test_typed_seed (void)
{
  GtkWidget *window = open_window ("a hill");

  toggle (window, "new_seed", FALSE);
  gtk_widget_grab_focus (hands_find (window, "seed"));
  gtk_entry_set_text (GTK_ENTRY (hands_find (window, "seed")), "77");
  hands_press (window, GDK_KEY_Return, GDK_CONTROL_MASK);
  g_assert_cmpuint (requested->seed, ==, 77);

  gtk_widget_destroy (window);
}

static void
test_blank (void)
{
  GtkWidget *window = open_window (" \n\t ");

  hands_click (window, "start");
  g_assert_cmpuint (n_requests, ==, 0);
  g_assert_true (gtk_widget_get_visible (hands_find (window, "message_bar")));
  g_assert_true (gtk_widget_is_focus (hands_find (window, "prompt_view")));

  hands_set_text (hands_find (window, "prompt_view"), "a hill");
  hands_click (window, "start");
  g_assert_cmpuint (n_requests, ==, 1);
  g_assert_false (gtk_widget_get_visible (hands_find (window, "message_bar")));

  gtk_widget_destroy (window);
}

static void
test_long_and_odd (void)
{
  g_autofree gchar *letters = g_strnfill (100000, 'x');
  GtkWidget        *window  = open_window (letters);

  hands_click (window, "start");
  g_assert_cmpuint (strlen (requested->prompt), ==, 100000);

  hands_set_text (hands_find (window, "prompt_view"), "🐟🐠👩‍👩‍👧");
  hands_click (window, "start");
  g_assert_cmpstr (requested->prompt, ==, "🐟🐠👩‍👩‍👧");

  gtk_widget_destroy (window);
}

/* The chosen pixels and their weight; the weight is remembered.  */
static void
test_reference (void)
{
  GtkWidget              *window   = open_window ("a hill");
  GtkWidget              *pane     = hands_find (window, "reference_pane");
  g_autoptr (PiscesImage) image    = sample_image_scene (32, 1);
  g_autoptr (GKeyFile)    settings = g_key_file_new ();
  PiscesReference        *reference;

  hands_click (window, "start");
  g_assert_true (! requested->references || requested->references->len == 0);

  pisces_reference_pane_set_image (PISCES_REFERENCE_PANE (pane), image, "sky");
  gtk_range_set_value (GTK_RANGE (hands_find (window, "weight")), 0.75);
  hands_click (window, "start");
  g_assert_cmpuint (requested->references->len, ==, 1);
  reference = requested->references->pdata[0];
  g_assert_cmpfloat (reference->weight, ==, 0.75);
  g_assert_cmpmem (reference->image->pixels, 4 * 32 * 32,
                   image->pixels, 4 * 32 * 32);

  pisces_generate_window_get_settings (PISCES_GENERATE_WINDOW (window),
                                       settings);
  g_assert_cmpfloat (g_key_file_get_double (settings, "generate",
                                            "reference-weight", NULL),
                     ==, 0.75);

  gtk_range_set_value (GTK_RANGE (hands_find (window, "weight")), 0);
  hands_click (window, "start");
  g_assert_true (! requested->references || requested->references->len == 0);

  gtk_range_set_value (GTK_RANGE (hands_find (window, "weight")), 1);
  hands_click (window, "remove");
  g_assert_null (pisces_reference_pane_get_image (PISCES_REFERENCE_PANE (pane)));
  hands_click (window, "start");
  g_assert_true (! requested->references || requested->references->len == 0);

  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/request/has-what-the-fields-say", test_fields);
  g_test_add_func ("/ui/request/leaves-the-rest-to-the-model",
                   test_model_settings);
  g_test_add_func ("/ui/request/is-sent-by-ctrl-enter", test_ctrl_enter);
  g_test_add_func ("/ui/request/has-a-new-seed-only-if-wanted", test_seeds);
  g_test_add_func ("/ui/request/refused-numbers", test_refused);
  g_test_add_func ("/ui/request/has-the-seed-that-is-being-typed",
                   test_typed_seed);
  g_test_add_func ("/ui/request/is-not-sent-without-a-prompt", test_blank);
  g_test_add_func ("/ui/request/keeps-long-and-odd-prompts",
                   test_long_and_odd);
  g_test_add_func ("/ui/request/has-the-picture-to-be-near", test_reference);

  return g_test_run ();
}
