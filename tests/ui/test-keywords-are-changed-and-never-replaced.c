/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The keywords of an image are shown in one line.  What a person adds and removes
 * there are changes to the image's list, and what the model finds comes to it;
 * what another program adds meanwhile stays.
 */

#include <string.h>

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/describe/pisces-describe-window.h"

typedef const gchar * const *List;

#define LIST(...) ((const gchar *[]) { __VA_ARGS__ })

static gboolean saved;

static void
take_save (PiscesDescribeWindow *window,
           GPtrArray            *texts,
           gpointer              data)
{
  saved = TRUE;
}

static GtkWidget *
open_window (List keywords)
{
  GtkWidget               *window = pisces_describe_window_new ();
  PiscesTextsPane         *pane;
  g_autoptr (PiscesImage)  image  = sample_image_scene (64, 0);
  g_autoptr (GPtrArray)    texts  = pisces_alt_texts_new ();

  saved = FALSE;
  g_signal_connect (window, "save-requested", G_CALLBACK (take_save), NULL);
  pisces_describe_window_set_image (PISCES_DESCRIBE_WINDOW (window), image, "house.jpg");
  pisces_describe_window_set_saved_texts (PISCES_DESCRIBE_WINDOW (window), texts, FALSE);
  pane = pisces_describe_window_get_texts_pane (PISCES_DESCRIBE_WINDOW (window));
  pisces_keywords_field_set_saved (pisces_texts_pane_get_keywords (pane), keywords);
  hands_show (window);

  return window;
}

static PiscesKeywordsField *
get_field (GtkWidget *window)
{
  return pisces_texts_pane_get_keywords (
    pisces_describe_window_get_texts_pane (PISCES_DESCRIBE_WINDOW (window)));
}

static GtkEntry *
get_entry (GtkWidget *window)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (get_field (window)));

  return GTK_ENTRY (g_list_last (children)->data);
}

static void
assert_changes (GtkWidget   *window,
                const gchar *added,
                const gchar *removed)
{
  g_auto (GStrv)    plus       = NULL;
  g_auto (GStrv)    minus      = NULL;
  g_autofree gchar *plus_line  = NULL;
  g_autofree gchar *minus_line = NULL;
  gboolean          any;

  any        = pisces_keywords_field_get_changes (get_field (window), &plus, &minus);
  plus_line  = g_strjoinv ("|", plus);
  minus_line = g_strjoinv ("|", minus);
  g_assert_cmpstr (plus_line, ==, added);
  g_assert_cmpstr (minus_line, ==, removed);
  g_assert_cmpint (any, ==, *added || *removed);
  g_assert_cmpint (pisces_describe_window_has_unsaved_texts (PISCES_DESCRIBE_WINDOW (window)),
                   ==, any);
}

static void
assert_line (GtkWidget   *window,
             const gchar *line)
{
  g_assert_cmpstr (gtk_entry_get_text (get_entry (window)), ==, line);
}

static void
test_person (void)
{
  GtkWidget *window = open_window (LIST ("Zoo", "Paris, France", "cat", NULL));

  assert_line (window, "Zoo, \"Paris, France\", cat");
  assert_changes (window, "", "");

  gtk_entry_set_text (get_entry (window), "Zoo, \"Paris, France\", cat, boat");
  assert_changes (window, "boat", "");
  gtk_entry_set_text (get_entry (window), "boat, zoo, \"paris, france\"");
  assert_changes (window, "boat", "cat");
  hands_click (window, "save");
  g_assert_true (saved);

  pisces_texts_pane_discard (
    pisces_describe_window_get_texts_pane (PISCES_DESCRIBE_WINDOW (window)));
  assert_line (window, "Zoo, \"Paris, France\", cat");
  assert_changes (window, "", "");

  gtk_widget_destroy (window);
}

static void
test_model (void)
{
  GtkWidget *window = open_window (LIST ("Zoo", NULL));

  pisces_keywords_field_write (get_field (window), LIST ("zoo", "boat", "red", NULL), FALSE);
  assert_line (window, "Zoo, boat, red");
  assert_changes (window, "boat|red", "");

  /* When it is asked again, its own words make place.  */
  pisces_keywords_field_write (get_field (window), LIST ("red", "sea", NULL), FALSE);
  assert_line (window, "Zoo, red, sea");

  /* Unless a person has looked at them.  */
  gtk_entry_set_text (get_entry (window), "Zoo, red, sea, mine");
  pisces_keywords_field_write (get_field (window), LIST ("moon", NULL), FALSE);
  assert_line (window, "Zoo, red, sea, mine, moon");
  g_assert_false (pisces_keywords_field_get_doubtful (get_field (window)));

  gtk_widget_destroy (window);
}

/* Another program, or an undo, changes the image while a person edits.  */
static void
test_meanwhile (void)
{
  GtkWidget *window = open_window (LIST ("Zoo", "cat", NULL));

  gtk_entry_set_text (get_entry (window), "Zoo, boat");
  pisces_keywords_field_see_image (get_field (window), LIST ("Zoo", "cat", "night", NULL));
  assert_line (window, "Zoo, night, boat");
  assert_changes (window, "boat", "cat");

  /* The changes are in the image now.  */
  pisces_keywords_field_see_image (get_field (window), LIST ("Zoo", "night", "boat", NULL));
  assert_changes (window, "", "");

  /* And away again.  */
  pisces_keywords_field_see_image (get_field (window), LIST ("Zoo", "cat", NULL));
  assert_line (window, "Zoo, cat");

  gtk_widget_destroy (window);
}

/* The model does not know such a picture: a person has to agree, or to edit.  */
static void
test_doubt (void)
{
  GtkWidget *window = open_window (LIST (NULL));

  pisces_keywords_field_write (get_field (window), LIST ("cup", NULL), TRUE);
  g_assert_true (pisces_keywords_field_get_doubtful (get_field (window)));
  hands_click (window, "save");
  g_assert_false (saved);

  gtk_entry_set_text (get_entry (window), "cup, sea");
  g_assert_false (pisces_keywords_field_get_doubtful (get_field (window)));

  gtk_widget_destroy (window);
}

/* What the model should know goes with every request, unless it cannot use it.  */
static void
test_request (void)
{
  GtkWidget                        *window   = open_window (LIST (NULL));
  PiscesDescribeWindow             *describe = PISCES_DESCRIBE_WINDOW (window);
  GtkWidget                        *closer   = hands_find (window, "look_closer");
  g_autoptr (GList)                 parts    = NULL;
  g_autoptr (PiscesImage)           image    = sample_image_scene (64, 0);
  g_autoptr (PiscesDescribeRequest) plain    = NULL;
  g_autoptr (PiscesDescribeRequest) rich     = NULL;
  g_autoptr (PiscesDescribeRequest) unable   = NULL;

  plain = pisces_describe_window_make_request (describe, image, PISCES_DESCRIBE_SHORT);
  g_assert_null (plain->language);
  g_assert_null (plain->context);
  g_assert_false (plain->look_closer);

  parts = gtk_container_get_children (GTK_CONTAINER (hands_find (window, "context")));
  gtk_entry_set_text (GTK_ENTRY (g_list_last (parts)->data), "my dog Bella");
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (hands_find (hands_find (window, "texts"), "language")),
                               "de");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (closer), TRUE);
  rich = pisces_describe_window_make_request (describe, image, PISCES_DESCRIBE_SHORT);
  g_assert_cmpstr (rich->language, ==, "de");
  g_assert_cmpstr (rich->context, ==, "my dog Bella");
  g_assert_true (rich->look_closer);

  pisces_describe_window_set_abilities (describe, &(PiscesAbilities) { 0 });
  unable = pisces_describe_window_make_request (describe, image, PISCES_DESCRIBE_SHORT);
  g_assert_null (unable->context);
  g_assert_false (unable->look_closer);
  g_assert_false (gtk_widget_get_sensitive (closer));
  g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (closer), "only as a whole"));
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (g_list_last (parts)->data)));

  gtk_widget_destroy (window);
}

/* Whoever describes slides looks closer each time, also when another model was chosen
 * in between that cannot.  */
static void
test_remembered (void)
{
  GtkWidget            *first    = open_window (LIST (NULL));
  GtkWidget            *second   = open_window (LIST (NULL));
  g_autoptr (GKeyFile)  settings = g_key_file_new ();
  guint                 n        = 0;

  pisces_describe_window_set_settings (PISCES_DESCRIBE_WINDOW (first), settings);
  g_assert_false (gtk_toggle_button_get_active (
    GTK_TOGGLE_BUTTON (hands_find (first, "look_closer"))));

  g_signal_connect_swapped (first, "settings-changed", G_CALLBACK (hands_count), &n);
  hands_click (first, "look_closer");
  g_assert_cmpuint (n, ==, 1);
  pisces_describe_window_set_abilities (PISCES_DESCRIBE_WINDOW (first),
                                        &(PiscesAbilities) { 0 });
  pisces_describe_window_get_settings (PISCES_DESCRIBE_WINDOW (first), settings);
  pisces_describe_window_set_settings (PISCES_DESCRIBE_WINDOW (second), settings);
  g_assert_true (gtk_toggle_button_get_active (
    GTK_TOGGLE_BUTTON (hands_find (second, "look_closer"))));

  gtk_widget_destroy (first);
  gtk_widget_destroy (second);
}

gint
main (gint    argc,
      gchar **argv)
{
  gtk_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/keywords/a-person-changes-the-list", test_person);
  g_test_add_func ("/ui/keywords/the-model-adds-to-it",      test_model);
  g_test_add_func ("/ui/keywords/changes-meanwhile-stay",    test_meanwhile);
  g_test_add_func ("/ui/keywords/doubtful-ones-are-asked-about", test_doubt);
  g_test_add_func ("/ui/keywords/hints-go-with-a-request",   test_request);
  g_test_add_func ("/ui/keywords/looking-closer-is-remembered", test_remembered);

  return g_test_run ();
}
