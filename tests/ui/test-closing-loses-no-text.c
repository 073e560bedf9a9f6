/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The Describe Image window asks before it closes with unsaved texts, reports
 * all texts that have to be kept, shows kept ones again, and offers those of
 * other images.
 */

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/describe/pisces-describe-window.h"
#include "ui/describe/pisces-texts-question.h"

static const gchar * const none[] = { NULL };

static GtkWidget *
open_window (const gchar *language,
             const gchar *short_text)
{
  GtkWidget              *window = pisces_describe_window_new ();
  g_autoptr (PiscesImage) image  = sample_image_scene (64, 0);
  g_autoptr (GPtrArray)   texts  = pisces_alt_texts_new ();

  pisces_describe_window_set_image (PISCES_DESCRIBE_WINDOW (window), image,
                                    "house.jpg");
  if (short_text)
    pisces_alt_texts_add (texts, language, short_text, NULL);
  pisces_describe_window_set_saved_texts (PISCES_DESCRIBE_WINDOW (window),
                                          texts, FALSE);
  hands_show (window);

  return window;
}

static PiscesTextsPane *
get_pane (GtkWidget *window)
{
  return pisces_describe_window_get_texts_pane (PISCES_DESCRIBE_WINDOW (window));
}

static GtkWidget *
get_view (GtkWidget *window)
{
  return hands_find (hands_find (window, "short_field"), "view");
}

static void
assert_text (GtkWidget   *window,
             const gchar *text)
{
  g_autofree gchar *shown = hands_get_text (get_view (window));

  g_assert_cmpstr (shown, ==, text);
}

static guint
count_unsaved (GtkWidget *window)
{
  g_autoptr (GPtrArray) unsaved = pisces_texts_pane_get_unsaved (get_pane (window));

  return unsaved->len;
}

static void
choose_language (GtkWidget   *window,
                 const gchar *language)
{
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (hands_find (window, "language")),
                               language);
}

static void
close_and_answer (GtkWidget *window,
                  gint       response)
{
  gtk_window_close (GTK_WINDOW (window));
  hands_wait (50);
  g_assert_nonnull (hands_find_question (window));
  gtk_dialog_response (hands_find_question (window), response);
  g_assert_null (hands_find_question (window));
}

/* Does what the session does on success.  */
static void
save (PiscesDescribeWindow *window,
      GPtrArray            *texts,
      GPtrArray           **saved)
{
  g_clear_pointer (saved, g_ptr_array_unref);
  *saved = g_ptr_array_ref (texts);
  pisces_describe_window_set_saved (window);
}

static void
test_question (void)
{
  GtkWidget             *window = open_window ("en", "A star");
  g_autoptr (GPtrArray)  saved  = NULL;
  gulong                 id;

  /* If nothing would be lost, nothing is asked; also if a change was undone. */
  hands_set_text (get_view (window), "A sta");
  hands_set_text (get_view (window), "A star");
  gtk_window_close (GTK_WINDOW (window));
  hands_wait (50);
  g_assert_false (gtk_widget_get_visible (window));

  hands_show (window);
  hands_set_text (get_view (window), "A red star");
  close_and_answer (window, GTK_RESPONSE_DELETE_EVENT);
  g_assert_true (gtk_widget_get_visible (window));
  assert_text (window, "A red star");

  /* What cannot be saved stays in the window.  */
  close_and_answer (window, PISCES_TEXTS_SAVE);
  g_assert_true (gtk_widget_get_visible (window));
  assert_text (window, "A red star");

  /* All languages are saved, whichever is shown.  */
  choose_language (window, "de");
  hands_set_text (get_view (window), "Ein roter Stern");
  choose_language (window, "fr");
  id = g_signal_connect (window, "save-requested", G_CALLBACK (save), &saved);
  close_and_answer (window, PISCES_TEXTS_SAVE);
  g_signal_handler_disconnect (window, id);
  g_assert_false (gtk_widget_get_visible (window));
  g_assert_cmpuint (saved->len, ==, 2);
  g_assert_cmpstr (pisces_alt_texts_get (saved, "de")->short_text, ==,
                   "Ein roter Stern");
  g_assert_cmpstr (pisces_alt_texts_get (saved, "en")->short_text, ==,
                   "A red star");
  g_assert_cmpuint (count_unsaved (window), ==, 0);

  /* An emptied text is a change too.  */
  hands_show (window);
  choose_language (window, "de");
  hands_set_text (get_view (window), "");
  g_assert_cmpuint (count_unsaved (window), ==, 1);
  close_and_answer (window, PISCES_TEXTS_DISCARD);
  g_assert_false (gtk_widget_get_visible (window));
  g_assert_cmpuint (count_unsaved (window), ==, 0);
  assert_text (window, "Ein roter Stern");

  gtk_widget_destroy (window);
}

/* There is no image to save in, but the texts can be kept.  */
static void
test_closed_image (void)
{
  GtkWidget *window = open_window (NULL, NULL);

  hands_set_text (get_view (window), "Mine");
  pisces_describe_window_set_image (PISCES_DESCRIBE_WINDOW (window), NULL, NULL);
  g_assert_false (hands_can_use (window, "save"));
  gtk_window_close (GTK_WINDOW (window));
  hands_wait (50);
  g_assert_null (gtk_dialog_get_widget_for_response (hands_find_question (window),
                                                     PISCES_TEXTS_SAVE));
  gtk_dialog_response (hands_find_question (window), PISCES_TEXTS_KEEP);
  g_assert_false (gtk_widget_get_visible (window));
  g_assert_cmpuint (count_unsaved (window), ==, 1);

  gtk_widget_destroy (window);
}

/* A job continues while the window is closed, and its texts are kept.  */
static void
test_running (void)
{
  GtkWidget *window = open_window (NULL, NULL);

  hands_set_text (get_view (window), "Mine");
  pisces_describe_window_set_running (PISCES_DESCRIBE_WINDOW (window), TRUE);
  gtk_window_close (GTK_WINDOW (window));
  hands_wait (50);
  g_assert_null (hands_find_question (window));
  g_assert_false (gtk_widget_get_visible (window));
  g_assert_cmpuint (count_unsaved (window), ==, 1);

  gtk_widget_destroy (window);
}

/* Kept texts come back in their language, together with those of the image.  */
static void
test_restore (void)
{
  GtkWidget             *window = open_window ("en", "A star");
  g_autoptr (GPtrArray)  kept   = pisces_alt_texts_new ();
  guint                  n      = 0;
  GtkWidget             *combo;

  g_signal_connect_swapped (get_pane (window), "changed", G_CALLBACK (hands_count), &n);
  pisces_alt_texts_add (kept, "de", "Ein Stern", NULL);
  pisces_texts_pane_restore (get_pane (window), kept);
  g_assert_cmpuint (n, >, 0);
  combo = hands_find (window, "language");
  g_assert_cmpstr (gtk_combo_box_get_active_id (GTK_COMBO_BOX (combo)), ==, "de");
  assert_text (window, "Ein Stern");
  g_assert_cmpuint (count_unsaved (window), ==, 1);
  choose_language (window, "en");
  assert_text (window, "A star");

  gtk_widget_destroy (window);
}

static void
take_draft (GtkWidget *widget,
            gpointer   draft,
            gpointer  *taken)
{
  *taken = draft;
}

static GtkWidget *
find_row_button (GtkWidget *window,
                 guint      index)
{
  GtkMenuButton     *kept    = GTK_MENU_BUTTON (hands_find (window, "kept"));
  GtkWidget         *popover = GTK_WIDGET (gtk_menu_button_get_popover (kept));
  GtkWidget         *list    = popover;
  g_autoptr (GList)  rows    = NULL;
  g_autoptr (GList)  parts   = NULL;
  g_autoptr (GList)  buttons = NULL;

  while (! GTK_IS_LIST_BOX (list))
    list = gtk_bin_get_child (GTK_BIN (list));
  rows    = gtk_container_get_children (GTK_CONTAINER (list));
  parts   = gtk_container_get_children (GTK_CONTAINER (gtk_bin_get_child (rows->data)));
  buttons = gtk_container_get_children (g_list_last (parts)->data);

  return g_list_nth_data (buttons, index);
}

/* Drafts of other images are offered; deleting one needs a confirmation.  */
static void
test_offer (void)
{
  GtkWidget                   *window = open_window (NULL, NULL);
  g_autoptr (PiscesTextDrafts) drafts = pisces_text_drafts_new ("/nowhere/x.ini", NULL);
  g_autoptr (GPtrArray)        texts  = pisces_alt_texts_new ();
  PiscesTextDraft             *draft  = pisces_text_drafts_add (drafts);
  gpointer                     used   = NULL;
  gpointer                     gone   = NULL;

  pisces_alt_texts_add (texts, "de", "Ein Stern", NULL);
  pisces_text_drafts_set_image (drafts, draft, "Untitled", (const gchar *[]) { NULL });
  pisces_text_drafts_set_texts (drafts, draft, texts, none, none);
  pisces_texts_pane_set_drafts (get_pane (window), drafts);
  g_signal_connect (get_pane (window), "use-draft", G_CALLBACK (take_draft), &used);
  g_signal_connect (window, "delete-draft", G_CALLBACK (take_draft), &gone);

  g_assert_false (gtk_widget_get_visible (hands_find (window, "kept")));
  pisces_text_drafts_set_shown (drafts, draft, FALSE);
  g_assert_true (gtk_widget_get_visible (hands_find (window, "kept")));

  gtk_button_clicked (GTK_BUTTON (find_row_button (window, 0)));
  g_assert_true (used == draft);

  gtk_button_clicked (GTK_BUTTON (find_row_button (window, 1)));
  hands_wait (50);
  gtk_dialog_response (hands_find_question (window), GTK_RESPONSE_CANCEL);
  g_assert_null (gone);
  gtk_button_clicked (GTK_BUTTON (find_row_button (window, 1)));
  hands_wait (50);
  gtk_dialog_response (hands_find_question (window), PISCES_TEXTS_DISCARD);
  g_assert_true (gone == draft);

  pisces_text_drafts_remove (drafts, draft);
  g_assert_false (gtk_widget_get_visible (hands_find (window, "kept")));
  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/closing/asks-about-texts", test_question);
  g_test_add_func ("/closing/texts-of-a-closed-image", test_closed_image);
  g_test_add_func ("/closing/a-running-job-asks-nothing", test_running);
  g_test_add_func ("/closing/kept-texts-come-back", test_restore);
  g_test_add_func ("/closing/texts-of-others-are-offered", test_offer);

  return g_test_run ();
}
