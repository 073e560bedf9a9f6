/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In the window: Ctrl+Up and Ctrl+Down go through the prompts that were used,
 * a style is applied to what is sent and removed when a picture's prompt is
 * used again, and words that the model does not know are underlined.
 */

#include <string.h>

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/generate/pisces-generate-window.h"

static gchar *sent = NULL;

static void
keep_request (gpointer                     window,
              const PiscesGenerateRequest *request)
{
  g_free (sent);
  sent = g_strdup (request->prompt);
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

  g_signal_connect (window, "generate-requested", G_CALLBACK (keep_request),
                    NULL);
  hands_show (window);
  gtk_widget_grab_focus (hands_find (window, "prompt_view"));

  return window;
}

static void
write_prompt (GtkWidget   *window,
              const gchar *text)
{
  hands_set_text (hands_find (window, "prompt_view"), text);
}

static void
assert_prompt (GtkWidget   *window,
               const gchar *expected)
{
  g_autofree gchar *text = hands_get_text (hands_find (window, "prompt_view"));

  g_assert_cmpstr (text, ==, expected);
}

static void
test_keys (void)
{
  GtkWidget            *window   = open_window ();
  g_autoptr (GKeyFile)  settings = g_key_file_new ();

  write_prompt (window, "one");
  hands_press (window, GDK_KEY_Return, GDK_CONTROL_MASK);
  write_prompt (window, "two\n");
  hands_press (window, GDK_KEY_Return, GDK_CONTROL_MASK);
  write_prompt (window, "half wri");

  hands_press (window, GDK_KEY_Up, GDK_CONTROL_MASK);
  assert_prompt (window, "two");
  hands_press (window, GDK_KEY_Up, GDK_CONTROL_MASK);
  assert_prompt (window, "one");
  hands_press (window, GDK_KEY_Up, GDK_CONTROL_MASK);
  assert_prompt (window, "one");

  /* The unfinished prompt survives the session too.  */
  pisces_generate_window_get_settings (PISCES_GENERATE_WINDOW (window),
                                       settings);
  hands_press (window, GDK_KEY_Down, GDK_CONTROL_MASK);
  hands_press (window, GDK_KEY_Down, GDK_CONTROL_MASK);
  assert_prompt (window, "half wri");
  gtk_widget_destroy (window);

  window = open_window ();
  pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (window),
                                       settings);
  assert_prompt (window, "one");
  hands_press (window, GDK_KEY_Down, GDK_CONTROL_MASK);
  assert_prompt (window, "half wri");

  gtk_widget_destroy (window);
}

static void
test_style (void)
{
  GtkWidget                *window  = open_window ();
  g_autoptr (PiscesStyles)  styles  = pisces_styles_new (NULL);
  g_autoptr (PiscesImage)   image   = sample_image_scene (16, 0);
  g_autoptr (PiscesPicture) picture = NULL;

  g_assert_true (pisces_styles_put (styles, NULL, "Sky", "{prompt} at night",
                                    NULL));
  pisces_prompt_pane_set_styles (get_pane (window), styles);
  write_prompt (window, " two stars ");
  gtk_combo_box_set_active (GTK_COMBO_BOX (hands_find (window, "style")),
                            pisces_styles_get_n (styles));
  hands_click (window, "start");
  g_assert_cmpstr (sent, ==, "two stars at night");
  assert_prompt (window, " two stars ");

  picture = sample_picture (sent, "a plan", 4294967295u, image);
  gtk_combo_box_set_active (GTK_COMBO_BOX (hands_find (window, "style")), 0);
  write_prompt (window, "in work");
  pisces_prompt_pane_use_picture (get_pane (window), picture);
  assert_prompt (window, "two stars");
  hands_click (window, "start");
  g_assert_cmpstr (sent, ==, "two stars at night");
  g_assert_cmpfloat (gtk_spin_button_get_value (
                       GTK_SPIN_BUTTON (hands_find (window, "seed"))),
                     ==, 4294967295.0);
  g_assert_false (gtk_toggle_button_get_active (
                    GTK_TOGGLE_BUTTON (hands_find (window, "new_seed"))));
  gtk_widget_grab_focus (hands_find (window, "prompt_view"));
  hands_press (window, GDK_KEY_Down, GDK_CONTROL_MASK);
  assert_prompt (window, "in work");

  /* A style that was removed is no longer applied.  */
  g_assert_true (pisces_styles_remove (styles, "Sky", NULL));
  hands_click (window, "start");
  g_assert_cmpstr (sent, ==, "in work");

  gtk_widget_destroy (window);
}

/* Knows no word except "star", and reads 30 bytes.  */
static PiscesPromptCheck *
check_words (const gchar *text,
             gpointer     n_calls)
{
  g_auto (GStrv)     words   = g_strsplit_set (text, " ", -1);
  g_autoptr (GStrvBuilder) unknown = g_strv_builder_new ();
  PiscesPromptCheck *check   = g_new0 (PiscesPromptCheck, 1);
  guint              i;

  (*(guint *) n_calls)++;
  for (i = 0; words[i]; i++)
    {
      if (*words[i] && ! g_str_equal (words[i], "star"))
        g_strv_builder_add (unknown, words[i]);
    }

  check->unknown_words = g_strv_builder_end (unknown);
  check->n_bytes       = MIN (strlen (text), 30);
  if (strlen (text) > 30)
    check->left_out = g_strdup (text + 31);

  return check;
}

static gboolean
has_tag (GtkWidget   *window,
         gint         offset,
         const gchar *tag)
{
  GtkTextBuffer *buffer;
  GtkTextIter    iter;

  buffer = gtk_text_view_get_buffer (
    GTK_TEXT_VIEW (hands_find (window, "prompt_view")));
  gtk_text_buffer_get_iter_at_offset (buffer, &iter, offset);

  return gtk_text_iter_has_tag (&iter, gtk_text_tag_table_lookup (
                                  gtk_text_buffer_get_tag_table (buffer),
                                  tag));
}

static gboolean
is_underlined (GtkWidget *window,
               gint       offset)
{
  return has_tag (window, offset, "unknown");
}

static void
test_unknown (void)
{
  GtkWidget *window = open_window ();
  GtkWidget *label  = hands_find (window, "unknown_words");
  guint      n      = 0;

  write_prompt (window, "étoile star zep star zeppelin");
  hands_wait (400);
  g_assert_false (gtk_widget_get_visible (label));

  pisces_prompt_pane_set_word_check (get_pane (window), check_words, &n);
  hands_wait (400);
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (gtk_widget_get_visible (label));
  g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (label)),
                            "étoile, zep, zeppelin"));
  g_assert_true (is_underlined (window, 0));
  g_assert_false (is_underlined (window, 7));
  g_assert_true (is_underlined (window, 12));
  g_assert_false (is_underlined (window, 16));
  g_assert_true (is_underlined (window, 22));

  /* One check for many keystrokes.  */
  write_prompt (window, "s");
  write_prompt (window, "st");
  write_prompt (window, "star");
  g_assert_cmpuint (n, ==, 1);
  hands_wait (400);
  g_assert_cmpuint (n, ==, 2);
  g_assert_false (gtk_widget_get_visible (label));
  g_assert_false (is_underlined (window, 0));

  gtk_widget_destroy (window);
}

/* What the model does not read is struck out and listed, counting the style's
 * words.
 */
static void
test_cut (void)
{
  GtkWidget   *window = open_window ();
  GtkWidget   *label  = hands_find (window, "unknown_words");
  guint        n      = 0;
  const gchar *said;

  pisces_prompt_pane_set_word_check (get_pane (window), check_words, &n);
  write_prompt (window, "  star star star star star star star star");
  hands_wait (400);

  said = gtk_label_get_text (GTK_LABEL (label));
  g_assert_true (gtk_widget_get_visible (label));
  g_assert_nonnull (strstr (said, "“tar star”"));
  g_assert_null (strstr (said, "does not know"));
  g_assert_false (has_tag (window, 31, "left-out"));
  g_assert_true (has_tag (window, 32, "left-out"));
  g_assert_true (has_tag (window, 39, "left-out"));

  write_prompt (window, "star");
  hands_wait (400);
  g_assert_false (gtk_widget_get_visible (label));
  g_assert_false (has_tag (window, 2, "left-out"));

  gtk_widget_destroy (window);
}

static void
test_negative (void)
{
  GtkWidget *window = open_window ();
  g_autoptr (PiscesGenerateRequest) request = NULL;

  write_prompt (window, "star");
  gtk_entry_set_text (GTK_ENTRY (hands_find (window, "negative_prompt")),
                      " a moon ");
  request = pisces_prompt_pane_make_request (get_pane (window), FALSE);
  g_assert_cmpstr (request->negative_prompt, ==, "a moon");

  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/prompt/keys-go-through-used-ones", test_keys);
  g_test_add_func ("/ui/prompt/style-goes-on-and-off", test_style);
  g_test_add_func ("/ui/prompt/unknown-words-are-underlined", test_unknown);
  g_test_add_func ("/ui/prompt/what-is-left-out", test_cut);
  g_test_add_func ("/ui/prompt/has-what-to-avoid", test_negative);

  return g_test_run ();
}
