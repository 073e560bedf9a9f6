/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the model writes about a picture that it does not know is marked in
 * both windows, and is only saved if a person has edited it or confirms it.
 * What a person wrote is saved without a question.
 */

#include <string.h>

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/describe/pisces-describe-window.h"
#include "ui/files/pisces-file-words.h"
#include "ui/files/pisces-files-window.h"
#include "ui/widgets/pisces-doubt-question.h"

/*  what both windows have  */

static GtkDialog *
find_question (GtkWidget *window)
{
  g_autoptr (GList) tops = gtk_window_list_toplevels ();

  for (GList *top = tops; top; top = top->next)
    if (GTK_IS_MESSAGE_DIALOG (top->data) &&
        gtk_window_get_transient_for (top->data) == GTK_WINDOW (window))
      return top->data;

  return NULL;
}

static void
answer (GtkWidget *window,
        gint       response)
{
  GtkDialog *question = find_question (window);

  g_assert_nonnull (question);
  g_assert_nonnull (gtk_dialog_get_widget_for_response (question, response));
  gtk_dialog_response (question, response);
  hands_wait (20);
  g_assert_null (find_question (window));
}

static void
take (GtkWidget  *window,
      GPtrArray  *items,
      GPtrArray **taken)
{
  g_clear_pointer (taken, g_ptr_array_unref);
  *taken = g_ptr_array_ref (items);
}

/* Presses a button of the window; returns how many things this saved.  */
static guint
press (GtkWidget   *window,
       const gchar *button,
       GPtrArray  **taken)
{
  g_clear_pointer (taken, g_ptr_array_unref);
  hands_click (window, button);

  return *taken ? (*taken)->len : 0;
}


/*  Describe Image  */

static GtkWidget *
get_part (GtkWidget   *window,
          const gchar *field,
          const gchar *id)
{
  return hands_find (hands_find (window, field), id);
}

static gboolean
is_marked (GtkWidget   *window,
           const gchar *field)
{
  GtkLabel *note = GTK_LABEL (get_part (window, field, "note"));

  return strstr (gtk_label_get_text (note), "Probably wrong") != NULL;
}

static GtkWidget *
open_describe_window (GPtrArray **taken)
{
  GtkWidget              *window = pisces_describe_window_new ();
  g_autoptr (PiscesImage) image  = sample_image_scene (64, 0);

  g_signal_connect (window, "save-requested", G_CALLBACK (take), taken);
  pisces_describe_window_set_image (PISCES_DESCRIBE_WINDOW (window), image,
                                    "sea.jpg");
  hands_show (window);

  return window;
}

static void
test_image (void)
{
  g_autoptr (GPtrArray)  taken    = NULL;
  GtkWidget             *window   = open_describe_window (&taken);
  PiscesDescribeWindow  *describe = PISCES_DESCRIBE_WINDOW (window);

  /* A text about something that the model knows is saved at once.  */
  pisces_describe_window_set_texts (describe, "A star.", "A red star.",
                                    PISCES_TEXTS_WRITTEN);
  g_assert_false (is_marked (window, "short_field"));
  g_assert_cmpuint (press (window, "save", &taken), ==, 1);

  pisces_describe_window_set_texts (describe, "A cup.", "A cup on a fish.",
                                    PISCES_TEXTS_DOUBTFUL);
  g_assert_true (is_marked (window, "short_field"));
  g_assert_true (is_marked (window, "long_field"));
  g_assert_cmpuint (press (window, "save", &taken), ==, 0);
  answer (window, GTK_RESPONSE_CANCEL);
  g_assert_null (taken);
  g_assert_true (pisces_describe_window_has_unsaved_texts (describe));

  g_assert_cmpuint (press (window, "save", &taken), ==, 0);
  answer (window, PISCES_DOUBT_SAVE_ALL);
  g_assert_nonnull (taken);
  g_assert_cmpstr (((PiscesAltText *) taken->pdata[0])->short_text, ==, "A cup.");

  /* A person has changed one of the two.  */
  hands_set_text (get_part (window, "short_field", "view"), "The sea.");
  g_assert_false (is_marked (window, "short_field"));
  g_assert_cmpuint (press (window, "save", &taken), ==, 0);
  answer (window, GTK_RESPONSE_CANCEL);

  /* A person has changed both.  */
  hands_set_text (get_part (window, "long_field", "view"), "The sea at night.");
  g_assert_cmpuint (press (window, "save", &taken), ==, 1);
  g_assert_null (find_question (window));

  gtk_widget_destroy (window);
}

/* A stopped job leaves the text that was written until then.  */
static void
test_stopped (void)
{
  g_autoptr (GPtrArray)  taken    = NULL;
  GtkWidget             *window   = open_describe_window (&taken);
  PiscesDescribeWindow  *describe = PISCES_DESCRIBE_WINDOW (window);
  PiscesProgress         progress = { .stage = PISCES_STAGE_WRITING,
                                      .text = "A cup on", .doubt = "It is odd." };

  pisces_describe_window_set_running (describe, TRUE);
  pisces_describe_window_show_progress (describe, &progress);
  pisces_describe_window_set_running (describe, FALSE);

  g_assert_true (is_marked (window, "short_field"));
  g_assert_cmpuint (press (window, "save", &taken), ==, 0);
  answer (window, GTK_RESPONSE_CANCEL);

  gtk_widget_destroy (window);
}

/* The doubt belongs to the text, and is kept with it.  */
static void
test_languages (void)
{
  g_autoptr (GPtrArray)  taken    = NULL;
  GtkWidget             *window   = open_describe_window (&taken);
  PiscesDescribeWindow  *describe = PISCES_DESCRIBE_WINDOW (window);
  GtkComboBox           *language = GTK_COMBO_BOX (hands_find (window, "language"));

  pisces_describe_window_set_texts (describe, "A cup.", NULL,
                                    PISCES_TEXTS_DOUBTFUL);
  gtk_combo_box_set_active_id (language, "de");
  g_assert_false (is_marked (window, "short_field"));
  hands_set_text (get_part (window, "short_field", "view"), "Das Meer.");
  g_assert_cmpuint (press (window, "save", &taken), ==, 0);
  answer (window, GTK_RESPONSE_CANCEL);

  gtk_combo_box_set_active_id (language, PISCES_ALT_TEXT_DEFAULT);
  g_assert_true (is_marked (window, "short_field"));
  g_assert_cmpuint (press (window, "save", &taken), ==, 0);
  answer (window, PISCES_DOUBT_SAVE_ALL);
  g_assert_cmpuint (taken->len, ==, 2);

  gtk_widget_destroy (window);
}


/*  Describe Files  */

static PiscesFileItem *
get (PiscesFileList *list,
     guint           i)
{
  g_autoptr (PiscesFileItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);

  return item;
}

/* Two doubtful texts, one that is not, and one by a person.  */
static PiscesFileList *
make_list (void)
{
  static const gchar *const  names[] = { "/p/1.jpg", "/p/2.jpg", "/p/3.jpg",
                                         "/p/4.jpg" };
  g_autoptr (GPtrArray)      paths   = g_ptr_array_new_with_free_func (g_free);
  PiscesFileList            *list    = pisces_file_list_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (paths, g_strdup (names[i]));
  pisces_file_list_add (list, paths);

  for (guint i = 0; i < 3; i++)
    {
      pisces_file_item_begin (get (list, i));
      pisces_file_item_write (get (list, i), "A cup.", i < 2);
    }
  pisces_file_item_edit (get (list, 3), "The sea.");

  return list;
}

static void
test_files (void)
{
  g_autoptr (PiscesFileList)  list   = make_list ();
  GtkWidget                  *window = pisces_files_window_new (list);
  g_autoptr (GPtrArray)       taken  = NULL;
  g_autofree gchar           *words  = pisces_file_item_get_words (get (list, 0));

  g_signal_connect (window, "save-requested", G_CALLBACK (take), &taken);
  hands_show (window);
  hands_wait (50);

  g_assert_cmpstr (words, ==, "Probably wrong, not saved");
  g_assert_true (is_marked (hands_find (window, "pane"), "field"));

  g_assert_cmpuint (press (window, "save_all", &taken), ==, 0);
  answer (window, GTK_RESPONSE_CANCEL);
  g_assert_null (taken);

  g_assert_cmpuint (press (window, "save_all", &taken), ==, 0);
  answer (window, PISCES_DOUBT_SAVE_OTHERS);
  g_assert_cmpuint (taken->len, ==, 2);
  g_assert_true (taken->pdata[0] == get (list, 2));
  g_assert_true (taken->pdata[1] == get (list, 3));

  g_assert_cmpuint (press (window, "save_all", &taken), ==, 0);
  answer (window, PISCES_DOUBT_SAVE_ALL);
  g_assert_cmpuint (taken->len, ==, 4);

  /* A person has changed all of them.  */
  pisces_file_item_edit (get (list, 0), "Waves.");
  pisces_file_item_edit (get (list, 1), "A beach.");
  hands_wait (20);
  g_assert_false (is_marked (hands_find (window, "pane"), "field"));
  g_assert_cmpuint (press (window, "save_all", &taken), ==, 4);
  g_assert_null (find_question (window));

  gtk_widget_destroy (window);
}

/* Closing the window can save too.  */
static void
test_close (void)
{
  g_autoptr (PiscesFileList)  list   = make_list ();
  GtkWidget                  *window = pisces_files_window_new (list);
  g_autoptr (GPtrArray)       taken  = NULL;

  g_signal_connect (window, "save-requested", G_CALLBACK (take), &taken);
  hands_show (window);

  gtk_window_close (GTK_WINDOW (window));
  hands_wait (50);
  gtk_dialog_response (find_question (window), 2 /* save */);
  hands_wait (20);
  g_assert_null (taken);
  answer (window, GTK_RESPONSE_CANCEL);
  g_assert_null (taken);
  g_assert_true (gtk_widget_get_visible (window));

  gtk_widget_destroy (window);
}

/* GIMP may end before the texts are saved.  */
static void
test_kept (void)
{
  g_autoptr (PiscesFileList) list  = make_list ();
  g_autoptr (PiscesFileList) again = pisces_file_list_new ();
  g_autoptr (GKeyFile)       file  = g_key_file_new ();

  pisces_file_list_keep (list, file);
  pisces_file_list_call_back (again, file);

  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (pisces_file_item_get_doubtful (
                       pisces_file_list_find (again, pisces_file_item_get_path (
                                                       get (list, i)))),
                     ==, i < 2);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/doubt/image", test_image);
  g_test_add_func ("/doubt/stopped", test_stopped);
  g_test_add_func ("/doubt/languages", test_languages);
  g_test_add_func ("/doubt/files", test_files);
  g_test_add_func ("/doubt/close", test_close);
  g_test_add_func ("/doubt/kept", test_kept);

  return g_test_run ();
}
