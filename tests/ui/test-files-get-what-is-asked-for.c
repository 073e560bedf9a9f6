/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In the Describe Files window a person says once what all the pictures are for, and
 * whether keywords are to be found.  The keywords of the selected file are shown and
 * edited in one line; those that are not changed stay.
 */

#include <string.h>

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/files/pisces-files-table.h"
#include "ui/files/pisces-files-window.h"
#include "ui/widgets/pisces-alt-texts.h"

typedef const gchar * const *List;

#define LIST(...) ((const gchar *[]) { __VA_ARGS__ })

static GtkWidget *
open_window (PiscesFileList *list,
             const gchar    *name,
             ...)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  va_list               names;
  GtkWidget            *window;

  va_start (names, name);
  for (; name; name = va_arg (names, const gchar *))
    g_ptr_array_add (paths, (gpointer) name);
  va_end (names);
  pisces_file_list_add (list, paths);
  window = pisces_files_window_new (list);
  hands_show (window);

  return window;
}

/* The line of a field, which comes after its label.  */
static GtkEntry *
get_entry (GtkWidget   *window,
           const gchar *id)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (hands_find (window, id)));

  return GTK_ENTRY (g_list_last (children)->data);
}

static void
assert_line (GtkWidget   *window,
             const gchar *line)
{
  g_assert_cmpstr (gtk_entry_get_text (get_entry (window, "keywords")), ==, line);
}

static PiscesFileKeywords *
get_keywords (PiscesFileList *list,
              const gchar    *path)
{
  return pisces_file_item_get_keywords (pisces_file_list_find (list, path));
}

static void
select_file (GtkWidget      *window,
             PiscesFileList *list,
             const gchar    *path)
{
  pisces_files_table_select (PISCES_FILES_TABLE (hands_find (window, "table")),
                             pisces_file_list_find (list, path));
  hands_wait (50);
}

static void
test_line (void)
{
  g_autoptr (PiscesFileList)  list   = pisces_file_list_new ();
  GtkWidget                  *window = open_window (list, "/a/1.jpg", "/a/2.jpg", NULL);
  PiscesFileKeywords         *first  = get_keywords (list, "/a/1.jpg");
  PiscesFileKeywords         *second = get_keywords (list, "/a/2.jpg");

  pisces_file_keywords_set_in_file (first, LIST ("Zoo", "Paris, France", NULL));
  pisces_file_keywords_set_in_file (second, LIST ("night", NULL));
  select_file (window, list, "/a/1.jpg");
  assert_line (window, "Zoo, \"Paris, France\"");
  g_assert_false (hands_can_use (window, "save_all"));

  pisces_file_keywords_write (first, LIST ("boat", "zoo", NULL), FALSE);
  assert_line (window, "Zoo, \"Paris, France\", boat");
  hands_wait (50);
  g_assert_true (hands_can_use (window, "save_all"));
  g_assert_true (hands_can_use (window, "save_selected"));

  gtk_entry_set_text (get_entry (window, "keywords"), "\"Paris, France\", boat, \"a, b\"");
  g_assert_true (g_strv_equal (pisces_file_keywords_get_added (first),
                               LIST ("boat", "a, b", NULL)));
  g_assert_true (g_strv_equal (pisces_file_keywords_get_removed (first), LIST ("Zoo", NULL)));

  /* Somebody is writing in the line, while another program changes the file.  */
  gtk_entry_set_text (get_entry (window, "keywords"), "\"Paris, France\", boat,  ");
  assert_line (window, "\"Paris, France\", boat,  ");
  pisces_file_keywords_set_in_file (first, LIST ("Zoo", "Paris, France", "new", NULL));
  assert_line (window, "\"Paris, France\", new, boat");

  select_file (window, list, "/a/2.jpg");
  assert_line (window, "night");
  g_assert_false (pisces_file_keywords_get_unsaved (second));
  select_file (window, list, "/a/1.jpg");
  assert_line (window, "\"Paris, France\", new, boat");
  g_assert_true (g_strv_equal (pisces_file_keywords_get_removed (first), LIST ("Zoo", NULL)));

  gtk_widget_destroy (window);
}

/* The model does not know such a picture: a person has to agree, or to edit.  */
static void
test_doubt (void)
{
  g_autoptr (PiscesFileList)  list   = pisces_file_list_new ();
  GtkWidget                  *window = open_window (list, "/a/1.jpg", NULL);
  PiscesFileItem             *item   = pisces_file_list_find (list, "/a/1.jpg");
  guint                       saves  = 0;

  g_signal_connect_swapped (window, "save-requested", G_CALLBACK (hands_count), &saves);
  pisces_file_item_edit (item, "Mine");
  pisces_file_keywords_write (pisces_file_item_get_keywords (item), LIST ("cup", NULL), TRUE);
  hands_wait (50);
  hands_click (window, "save_all");
  g_assert_cmpuint (saves, ==, 0);
  gtk_dialog_response (hands_find_question (window), GTK_RESPONSE_CANCEL);

  gtk_entry_set_text (get_entry (window, "keywords"), "cup, sea");
  hands_wait (50);
  hands_click (window, "save_all");
  g_assert_cmpuint (saves, ==, 1);

  gtk_widget_destroy (window);
}

static void
test_request (void)
{
  g_autoptr (PiscesFileList)         list    = pisces_file_list_new ();
  GtkWidget                         *window  = open_window (list, "/a/1.jpg", NULL);
  PiscesFilesWindow                 *files   = PISCES_FILES_WINDOW (window);
  GtkEntry                          *context = get_entry (window, "context");
  g_autoptr (PiscesImage)            image   = sample_image_scene (64, 0);
  g_autoptr (PiscesDescribeRequest)  plain   = NULL;
  g_autoptr (PiscesDescribeRequest)  rich    = NULL;
  g_autoptr (PiscesDescribeRequest)  unable  = NULL;

  plain = pisces_files_window_make_request (files, image, PISCES_ALT_TEXT_DEFAULT);
  g_assert_cmpint (plain->what, ==, PISCES_DESCRIBE_SHORT);
  g_assert_null (plain->context);
  g_assert_null (plain->language);

  gtk_entry_set_text (context, "product photo for a shop");
  hands_click (window, "find_keywords");
  rich = pisces_files_window_make_request (files, image, "de");
  g_assert_cmpint (rich->what, ==, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_KEYWORDS);
  g_assert_cmpstr (rich->context, ==, "product photo for a shop");
  g_assert_cmpstr (rich->language, ==, "de");

  pisces_files_window_set_abilities (files, &(PiscesAbilities) { 0 });
  unable = pisces_files_window_make_request (files, image, "de");
  g_assert_null (unable->context);
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (context)));
  g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (hands_find (window, "context")),
                            "nothing but the picture"));

  /* All files of a job are asked for the same.  */
  pisces_files_window_set_abilities (files, NULL);
  g_assert_true (gtk_widget_is_sensitive (GTK_WIDGET (context)));
  pisces_files_window_set_running (files, TRUE);
  hands_wait (50);
  g_assert_false (gtk_widget_is_sensitive (GTK_WIDGET (context)));
  g_assert_false (hands_can_use (window, "find_keywords"));

  gtk_widget_destroy (window);
}

static void
test_remembered (void)
{
  g_autoptr (PiscesFileList)  list     = pisces_file_list_new ();
  GtkWidget                  *first    = open_window (list, NULL);
  GtkWidget                  *second   = open_window (list, NULL);
  g_autoptr (GKeyFile)        settings = g_key_file_new ();
  guint                       n        = 0;

  g_signal_connect_swapped (first, "settings-changed", G_CALLBACK (hands_count), &n);
  hands_click (first, "find_keywords");
  g_assert_cmpuint (n, ==, 1);
  pisces_files_window_get_settings (PISCES_FILES_WINDOW (first), settings);
  pisces_files_window_set_settings (PISCES_FILES_WINDOW (second), settings);
  g_assert_true (gtk_toggle_button_get_active (
    GTK_TOGGLE_BUTTON (hands_find (second, "find_keywords"))));

  gtk_widget_destroy (first);
  gtk_widget_destroy (second);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/files-asked/keywords-are-edited-in-a-line", test_line);
  g_test_add_func ("/ui/files-asked/doubtful-keywords-are-asked-about", test_doubt);
  g_test_add_func ("/ui/files-asked/hints-go-with-each-file", test_request);
  g_test_add_func ("/ui/files-asked/keywords-are-remembered", test_remembered);

  return g_test_run ();
}
