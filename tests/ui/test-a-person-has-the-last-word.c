/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Describe Image window: the model's text streams into the right field, is
 * marked as the model's until a person changes it, never replaces what a
 * person wrote for good, and is saved only on request.
 */

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/describe/pisces-describe-window.h"

static gchar *saved_short = NULL;
static gchar *saved_long  = NULL;
static gchar *as_prompt   = NULL;
static guint  wanted      = 0;
static guint  n_saved     = 0;

static void
keep_texts (PiscesDescribeWindow *window,
            GPtrArray            *texts)
{
  const PiscesAltText *text = texts->pdata[0];

  g_free (saved_short);
  g_free (saved_long);
  saved_short = g_strdup (text->short_text);
  saved_long  = g_strdup (text->long_text);
  n_saved     = texts->len;
}

static void
keep_prompt (PiscesDescribeWindow *window,
             const gchar          *text)
{
  g_free (as_prompt);
  as_prompt = g_strdup (text);
}

static void
keep_wanted (PiscesDescribeWindow *window,
             guint                 what)
{
  wanted = what;
}

static PiscesDescribeWindow *
open_window (void)
{
  GtkWidget              *window = pisces_describe_window_new ();
  g_autoptr (PiscesImage) image  = sample_image_scene (64, 0);

  g_clear_pointer (&saved_short, g_free);
  g_clear_pointer (&saved_long, g_free);
  g_signal_connect (window, "save-requested", G_CALLBACK (keep_texts), NULL);
  g_signal_connect (window, "use-as-prompt", G_CALLBACK (keep_prompt), NULL);
  g_signal_connect (window, "describe-requested", G_CALLBACK (keep_wanted),
                    NULL);
  pisces_describe_window_set_image (PISCES_DESCRIBE_WINDOW (window), image,
                                    "house.jpg");
  hands_show (window);

  return PISCES_DESCRIBE_WINDOW (window);
}

static GtkWidget *
get_part (PiscesDescribeWindow *window,
          const gchar          *field,
          const gchar          *id)
{
  return hands_find (hands_find (GTK_WIDGET (window), field), id);
}

static void
assert_text (PiscesDescribeWindow *window,
             const gchar          *field,
             const gchar          *expected)
{
  g_autofree gchar *text = hands_get_text (get_part (window, field, "view"));

  g_assert_cmpstr (text, ==, expected);
}

static gboolean
has_note (PiscesDescribeWindow *window,
          const gchar          *field)
{
  return *gtk_label_get_text (GTK_LABEL (get_part (window, field, "note")));
}

static void
write_text (PiscesDescribeWindow *window,
            const gchar          *field,
            const gchar          *text)
{
  hands_set_text (get_part (window, field, "view"), text);
}

static void
stream (PiscesDescribeWindow *window,
        guint                 index,
        const gchar          *text)
{
  PiscesProgress progress = { PISCES_STAGE_WRITING, 0.5, index, text };

  pisces_describe_window_show_progress (window, &progress);
}

static void
test_streaming (void)
{
  PiscesDescribeWindow *window = open_window ();
  GtkTextView          *view   = GTK_TEXT_VIEW (get_part (window, "short_field",
                                                          "view"));

  hands_click (GTK_WIDGET (window), "start");
  g_assert_cmpuint (wanted, ==, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_LONG |
                             PISCES_DESCRIBE_KEYWORDS);
  pisces_describe_window_set_running (window, TRUE);

  stream (window, 0, "A h.");
  assert_text (window, "short_field", "A h.");
  g_assert_false (gtk_text_view_get_editable (view));
  stream (window, 0, "A house.");
  assert_text (window, "short_field", "A house.");
  stream (window, 1, "A white house on");
  assert_text (window, "short_field", "A house.");
  assert_text (window, "long_field", "A white house on");
  g_assert_true (has_note (window, "short_field"));

  /* After a stop, the present text stays and can be edited.  */
  pisces_describe_window_set_running (window, FALSE);
  assert_text (window, "long_field", "A white house on");
  g_assert_true (gtk_text_view_get_editable (view));

  gtk_widget_destroy (GTK_WIDGET (window));
}

static void
test_note (void)
{
  PiscesDescribeWindow *window = open_window ();

  g_assert_false (has_note (window, "short_field"));
  pisces_describe_window_set_texts (window, "A house.", "A white house.", PISCES_TEXTS_WRITTEN);
  g_assert_true (has_note (window, "short_field"));
  g_assert_true (has_note (window, "long_field"));

  write_text (window, "short_field", "My house.");
  g_assert_false (has_note (window, "short_field"));
  g_assert_true (has_note (window, "long_field"));

  /* Texts that come from the image are not a change by the user.  */
  pisces_describe_window_set_texts (window, "Saved.", NULL, PISCES_TEXTS_SAVED);
  g_assert_false (has_note (window, "short_field"));
  assert_text (window, "long_field", "");

  gtk_widget_destroy (GTK_WIDGET (window));
}

static void
test_bring_back (void)
{
  PiscesDescribeWindow *window = open_window ();
  GtkWidget            *button = get_part (window, "short_field", "bring_back");

  g_assert_false (gtk_widget_get_visible (button));
  write_text (window, "short_field", "My house.");
  pisces_describe_window_set_running (window, TRUE);
  stream (window, 0, "A");
  stream (window, 0, "A house.");
  pisces_describe_window_set_running (window, FALSE);
  pisces_describe_window_set_texts (window, "A house.", "A white house.", PISCES_TEXTS_WRITTEN);

  g_assert_true (gtk_widget_get_visible (button));
  gtk_button_clicked (GTK_BUTTON (button));
  assert_text (window, "short_field", "My house.");
  g_assert_false (has_note (window, "short_field"));
  gtk_button_clicked (GTK_BUTTON (button));
  assert_text (window, "short_field", "A house.");
  g_assert_true (has_note (window, "short_field"));

  /* Another image: undo does not bring back this one's texts.  */
  pisces_describe_window_set_texts (window, "", "", PISCES_TEXTS_SAVED);
  g_assert_false (gtk_widget_get_visible (button));

  gtk_widget_destroy (GTK_WIDGET (window));
}

static void
test_count (void)
{
  PiscesDescribeWindow *window  = open_window ();
  GtkLabel             *count   = GTK_LABEL (get_part (window, "short_field",
                                                       "count"));
  GtkWidget            *warning = get_part (window, "short_field", "warning");
  g_autofree gchar     *fits    = g_strnfill (125, 'x');
  g_autofree gchar     *longish = g_strnfill (250, 'x');
  g_autofree gchar     *large   = g_strnfill (251, 'x');

  write_text (window, "short_field", "Fünf 🐟");
  g_assert_cmpstr (gtk_label_get_text (count), ==, "6 of 125 characters");
  write_text (window, "short_field", fits);
  g_assert_cmpstr (gtk_label_get_text (count), ==, "125 of 125 characters");
  write_text (window, "short_field", longish);
  g_assert_cmpstr (gtk_label_get_text (count), ==,
                   "250 characters, better at most 125");
  g_assert_false (gtk_widget_get_visible (warning));
  write_text (window, "short_field", large);
  g_assert_true (gtk_widget_get_visible (warning));
  write_text (window, "long_field", large);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (get_part (window, "long_field",
                                                            "count"))),
                   ==, "251 characters");
  g_assert_false (gtk_widget_get_visible (get_part (window, "long_field",
                                                    "warning")));

  gtk_widget_destroy (GTK_WIDGET (window));
}

static void
test_save (void)
{
  PiscesDescribeWindow *window = open_window ();
  GtkWidget            *widget = GTK_WIDGET (window);

  pisces_describe_window_set_texts (window, "A house.", "A white house.", PISCES_TEXTS_WRITTEN);
  g_assert_true (pisces_describe_window_has_unsaved_texts (window));
  g_assert_null (saved_short);

  write_text (window, "short_field", " My house. \n");
  hands_click (widget, "save");
  g_assert_cmpstr (saved_short, ==, "My house.");
  g_assert_cmpstr (saved_long, ==, "A white house.");
  g_assert_true (pisces_describe_window_has_unsaved_texts (window));

  pisces_describe_window_set_saved (window);
  g_assert_false (pisces_describe_window_has_unsaved_texts (window));
  g_assert_cmpstr (hands_get_label (widget, "saved"), ==, "Saved in the image.");
  write_text (window, "long_field", "Mine.");
  g_assert_cmpstr (hands_get_label (widget, "saved"), ==, "");
  g_assert_true (pisces_describe_window_has_unsaved_texts (window));

  /* Empty texts can be saved, which removes them from the image.  */
  write_text (window, "short_field", "");
  write_text (window, "long_field", "");
  hands_click (widget, "save");
  g_assert_cmpstr (saved_short, ==, "");

  /* The image was closed: the texts stay, so that they can be copied.  */
  write_text (window, "short_field", "kept");
  pisces_describe_window_set_image (window, NULL, NULL);
  assert_text (window, "short_field", "kept");
  g_assert_false (hands_can_use (widget, "save"));
  g_assert_false (hands_can_use (widget, "start"));

  gtk_widget_destroy (widget);
}

static void
test_copy_and_prompt (void)
{
  PiscesDescribeWindow *window = open_window ();
  GtkWidget            *widget = GTK_WIDGET (window);
  GtkClipboard         *clipboard;
  g_autofree gchar     *text   = NULL;

  g_assert_false (hands_can_use (widget, "use_as_prompt"));
  g_assert_false (gtk_widget_is_sensitive (get_part (window, "short_field",
                                                     "copy")));

  write_text (window, "short_field", "A house. 🐟");
  clipboard = gtk_widget_get_clipboard (widget, GDK_SELECTION_CLIPBOARD);
  gtk_button_clicked (GTK_BUTTON (get_part (window, "short_field", "copy")));
  text = gtk_clipboard_wait_for_text (clipboard);
  g_assert_cmpstr (text, ==, "A house. 🐟");

  hands_click (widget, "use_as_prompt");
  g_assert_cmpstr (as_prompt, ==, "A house. 🐟");
  write_text (window, "long_field", "A white house.");
  hands_click (widget, "use_as_prompt");
  g_assert_cmpstr (as_prompt, ==, "A white house.");

  gtk_widget_destroy (widget);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/describe/text-streams-into-its-field", test_streaming);
  g_test_add_func ("/ui/describe/the-note-goes-when-a-person-edits", test_note);
  g_test_add_func ("/ui/describe/a-persons-text-can-be-brought-back",
                   test_bring_back);
  g_test_add_func ("/ui/describe/characters-are-counted", test_count);
  g_test_add_func ("/ui/describe/saves-only-when-asked", test_save);
  g_test_add_func ("/ui/describe/copies-and-becomes-a-prompt",
                   test_copy_and_prompt);

  return g_test_run ();
}
