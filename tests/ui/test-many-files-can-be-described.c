/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In the Describe Files window thousands of files cause no delay, every change
 * to a text takes effect at once, and nothing unsaved is lost without a
 * question.
 */

#include <string.h>

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/files/pisces-file-words.h"
#include "ui/files/pisces-files-question.h"
#include "ui/files/pisces-files-table.h"
#include "ui/files/pisces-files-window.h"
#include "ui/widgets/pisces-alt-texts.h"
#include "ui/widgets/pisces-message-bar.h"

/* 1024 × 600 without the space for a panel and a title bar.  */
#define SCREEN_WIDTH  1000
#define SCREEN_HEIGHT 540

static PiscesFileItem *
get (PiscesFileList *list,
     guint           position)
{
  g_autoptr (PiscesFileItem) item = NULL;

  item = g_list_model_get_item (G_LIST_MODEL (list), position);

  return item;
}

static void
save_picture (GtkWidget   *window,
              const gchar *name)
{
  const gchar          *folder = g_getenv ("PISCES_TEST_PICTURES");
  g_autofree gchar     *path   = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  GdkWindow            *gdk_window;

  if (! folder)
    return;

  hands_wait (300);
  gdk_window = gtk_widget_get_window (window);
  pixbuf = gdk_pixbuf_get_from_window (gdk_window, 0, 0,
                                       gdk_window_get_width (gdk_window),
                                       gdk_window_get_height (gdk_window));
  path   = g_build_filename (folder, name, NULL);
  g_assert_true (gdk_pixbuf_save (pixbuf, path, "png", NULL, NULL));
}

static void
add_files (PiscesFileList *list,
           guint           n)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (paths, g_strdup_printf ("/home/me/pictures/holiday-%03u.jpg", i));
  pisces_file_list_add (list, paths);
}

static void
give_thumbnail (PiscesFilesWindow *window,
                PiscesFileItem    *item,
                guint             *n)
{
  g_autoptr (PiscesImage) image  = sample_image_scene (48, (*n)++);
  g_autoptr (GdkPixbuf)   pixbuf = NULL;
  g_autoptr (GBytes)      bytes  = NULL;

  bytes  = g_bytes_new (image->pixels, (gsize) image->width * image->height * 4);
  pixbuf = gdk_pixbuf_new_from_bytes (bytes, GDK_COLORSPACE_RGB, TRUE, 8,
                                      image->width, image->height,
                                      image->width * 4);
  pisces_file_item_set_thumbnail (item, pixbuf);
}

/* One file in each state. */
static GtkWidget *
open_window (PiscesFileList *list,
             guint          *n_thumbnails)
{
  GtkWidget    *window = pisces_files_window_new (list);
  PiscesStatus  status;

  sample_status (&status);
  pisces_files_window_set_status (PISCES_FILES_WINDOW (window), &status);
  g_signal_connect (window, "thumbnail-wanted", G_CALLBACK (give_thumbnail),
                    n_thumbnails);

  return hands_show (window);
}

static void
fill (PiscesFileList *list)
{
  add_files (list, 7);
  pisces_file_item_begin (get (list, 0));
  pisces_file_item_write (get (list, 0), "A small white house with a red roof on "
                          "a green hill under a yellow sun.", FALSE);
  pisces_file_item_edit (get (list, 1), "Our house in the hills.");
  pisces_file_item_edit (get (list, 2), "The hill behind the house.");
  pisces_file_item_set_saved (get (list, 2), PISCES_ALT_TEXT_DEFAULT,
                              "The hill behind the house.");
  pisces_file_item_set_found (get (list, 3), "By somebody else", TRUE, FALSE);
  pisces_file_item_fail (get (list, 4),
                         "The picture “/home/me/pictures/holiday-004.jpg” could "
                         "not be read: the file may be damaged.");
  pisces_file_item_begin (get (list, 5));
}

static void
select_file (GtkWidget      *window,
             PiscesFileItem *item)
{
  pisces_files_table_select (PISCES_FILES_TABLE (hands_find (window, "table")),
                             item);
  hands_wait (50);
}

static GtkWidget *
get_view (GtkWidget *window)
{
  return hands_find (hands_find (hands_find (window, "pane"), "field"), "view");
}

static void
take_items (PiscesFilesWindow *window,
            GPtrArray         *items,
            GPtrArray        **taken)
{
  g_clear_pointer (taken, g_ptr_array_unref);
  *taken = g_ptr_array_ref (items);
}

static void
test_first_is_selected (void)
{
  g_autoptr (PiscesFileList)  list         = pisces_file_list_new ();
  guint                       n_thumbnails = 0;
  GtkWidget                  *window       = open_window (list, &n_thumbnails);
  PiscesFilesTable           *table;
  g_autoptr (GPtrArray)       first        = NULL;
  g_autoptr (GPtrArray)       still        = NULL;
  g_autoptr (GPtrArray)       more         = NULL;

  table = PISCES_FILES_TABLE (hands_find (window, "table"));
  g_assert_false (hands_can_use (window, "remove"));

  add_files (list, 3);
  hands_wait (50);
  first = pisces_files_table_get_selected (table);
  g_assert_cmpuint (first->len, ==, 1);
  g_assert_true (first->pdata[0] == get (list, 0));
  g_assert_true (hands_can_use (window, "remove"));
  g_assert_true (gtk_widget_is_sensitive (get_view (window)));

  /* The user's selection stays when more files are added.  */
  select_file (window, get (list, 1));
  more = g_ptr_array_new ();
  g_ptr_array_add (more, (gpointer) "/home/me/pictures/one-more.jpg");
  pisces_file_list_add (list, more);
  hands_wait (50);
  still = pisces_files_table_get_selected (table);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 4);
  g_assert_cmpuint (still->len, ==, 1);
  g_assert_true (still->pdata[0] == get (list, 1));

  gtk_widget_destroy (window);
}

static void
test_editing (void)
{
  g_autoptr (PiscesFileList) list   = pisces_file_list_new ();
  guint                      n      = 0;
  GtkWidget                 *window = open_window (list, &n);
  g_autofree gchar          *text   = NULL;
  g_autofree gchar          *other  = NULL;

  save_picture (window, "files-1-empty.png");
  g_assert_true (gtk_widget_get_visible (hands_find (window, "empty")));
  g_assert_false (hands_can_use (window, "save_all"));

  fill (list);
  pisces_files_window_set_running (PISCES_FILES_WINDOW (window), TRUE);
  pisces_files_window_show_progress (PISCES_FILES_WINDOW (window), 4, 7, 0.3);
  hands_wait (200);
  g_assert_false (gtk_widget_get_visible (hands_find (window, "empty")));
  select_file (window, get (list, 0));
  save_picture (window, "files-2-running.png");
  text = hands_get_text (get_view (window));
  g_assert_cmpstr (text, ==, pisces_file_item_get_text (get (list, 0)));

  hands_set_text (get_view (window), "A house");
  g_assert_cmpstr (pisces_file_item_get_text (get (list, 0)), ==, "A house");
  g_assert_cmpint (pisces_file_item_get_state (get (list, 0)), ==, PISCES_FILE_EDITED);

  /* The next file has its own text; and what the model writes for a file that
   * is not shown does not appear in the field.  */
  gtk_widget_grab_focus (get_view (window));
  hands_press (window, GDK_KEY_Down, GDK_CONTROL_MASK);
  hands_wait (50);
  other = hands_get_text (get_view (window));
  g_assert_cmpstr (other, ==, "Our house in the hills.");
  pisces_file_item_write (get (list, 5), "A star.", FALSE);
  g_clear_pointer (&other, g_free);
  other = hands_get_text (get_view (window));
  g_assert_cmpstr (other, ==, "Our house in the hills.");
  select_file (window, get (list, 5));
  g_clear_pointer (&other, g_free);
  other = hands_get_text (get_view (window));
  g_assert_cmpstr (other, ==, "A star.");

  select_file (window, get (list, 4));
  g_assert_nonnull (strstr (hands_get_label (hands_find (window, "pane"), "note"), "may be damaged"));
  pisces_files_window_set_running (PISCES_FILES_WINDOW (window), FALSE);
  save_picture (window, "files-3-failed.png");
  gtk_widget_destroy (window);
}

static void
test_saving (void)
{
  g_autoptr (PiscesFileList) list   = pisces_file_list_new ();
  guint                      n      = 0;
  GtkWidget                 *window = open_window (list, &n);
  g_autoptr (GPtrArray)      taken  = NULL;

  fill (list);
  g_signal_connect (window, "save-requested", G_CALLBACK (take_items), &taken);
  select_file (window, get (list, 3));
  hands_wait (50);
  g_assert_false (hands_can_use (window, "save_selected"));
  select_file (window, get (list, 1));
  hands_wait (50);
  hands_click (window, "save_selected");
  g_assert_cmpuint (taken->len, ==, 1);
  g_assert_true (taken->pdata[0] == get (list, 1));
  hands_press (window, GDK_KEY_s, GDK_CONTROL_MASK);
  g_assert_cmpuint (taken->len, ==, 2);
  g_assert_true (taken->pdata[0] == get (list, 0));
  gtk_widget_destroy (window);
}

static void
test_closing (void)
{
  g_autoptr (PiscesFileList) list   = pisces_file_list_new ();
  guint                      n      = 0;
  GtkWidget                 *window = open_window (list, &n);
  g_autoptr (GPtrArray)      taken  = NULL;
  guint                      stops  = 0;

  fill (list);
  g_signal_connect (window, "save-requested", G_CALLBACK (take_items), &taken);
  g_signal_connect_swapped (window, "stop-requested", G_CALLBACK (hands_count), &stops);

  gtk_window_close (GTK_WINDOW (window));
  hands_wait (100);
  g_assert_nonnull (hands_find_question (window));
  save_picture (GTK_WIDGET (hands_find_question (window)), "files-4-question.png");
  gtk_dialog_response (hands_find_question (window), GTK_RESPONSE_DELETE_EVENT);
  g_assert_null (hands_find_question (window));
  g_assert_true (gtk_widget_get_visible (window));

  /* Saves, and closes the window afterwards, unless one of them fails.  */
  gtk_window_close (GTK_WINDOW (window));
  hands_wait (100);
  gtk_dialog_response (hands_find_question (window), PISCES_FILES_SAVE);
  g_assert_cmpuint (taken->len, ==, 2);
  pisces_file_item_fail (get (list, 0), "The disk is full.");
  pisces_file_item_set_saved (get (list, 1), PISCES_ALT_TEXT_DEFAULT,
                              pisces_file_item_get_text (get (list, 1)));
  pisces_files_window_set_saving (PISCES_FILES_WINDOW (window), 0);
  g_assert_true (gtk_widget_get_visible (window));
  g_assert_cmpstr (hands_get_label (hands_find (window, "pane"), "note"), ==, "The disk is full.");

  gtk_window_close (GTK_WINDOW (window));
  hands_wait (100);
  gtk_dialog_response (hands_find_question (window), PISCES_FILES_SAVE);
  g_assert_cmpuint (taken->len, ==, 1);
  pisces_file_item_set_saved (get (list, 0), PISCES_ALT_TEXT_DEFAULT,
                              pisces_file_item_get_text (get (list, 0)));
  pisces_files_window_set_saving (PISCES_FILES_WINDOW (window), 0);
  g_assert_false (gtk_widget_get_visible (window));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 7);

  /* If nothing would be lost, a job is stopped without a question.  */
  gtk_window_present (GTK_WINDOW (window));
  hands_wait (100);
  pisces_files_window_set_running (PISCES_FILES_WINDOW (window), TRUE);
  gtk_window_close (GTK_WINDOW (window));
  hands_wait (100);
  g_assert_null (hands_find_question (window));
  g_assert_cmpuint (stops, ==, 1);
  g_assert_false (gtk_widget_get_visible (window));
  gtk_widget_destroy (window);
}

static void
test_removing (void)
{
  g_autoptr (PiscesFileList) list   = pisces_file_list_new ();
  guint                      n      = 0;
  GtkWidget                 *window = open_window (list, &n);

  fill (list);
  hands_wait (50);
  select_file (window, get (list, 3));
  hands_click (window, "remove");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 6);
  g_assert_null (hands_find_question (window));

  select_file (window, get (list, 1));
  hands_wait (50);
  hands_click (window, "remove");
  g_assert_nonnull (hands_find_question (window));
  gtk_dialog_response (hands_find_question (window), GTK_RESPONSE_CANCEL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 6);
  hands_click (window, "remove");
  gtk_dialog_response (hands_find_question (window), PISCES_FILES_DISCARD);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 5);
  gtk_widget_destroy (window);
}

static void
test_thousands (void)
{
  g_autoptr (PiscesFileList) list   = pisces_file_list_new ();
  guint                      n      = 0;
  GtkWidget                 *window = open_window (list, &n);
  gint64                     start  = g_get_monotonic_time ();
  gint64                     shown;

  add_files (list, 3000);
  hands_wait (1);
  shown = g_get_monotonic_time ();
  g_test_message ("3000 files were shown in %.0f ms",
                  (gdouble) (shown - start) / 1000.0);
  g_assert_cmpint (shown - start, <, 5 * G_TIME_SPAN_SECOND);
  hands_wait (500);

  /* Only the thumbnails for one screen are requested, and those at the end
   * after scrolling there.  */
  g_test_message ("%u thumbnails were asked for", n);
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <, 40);
  g_assert_null (pisces_file_item_get_thumbnail (get (list, 2999)));
  select_file (window, get (list, 2999));
  hands_wait (500);
  g_assert_nonnull (pisces_file_item_get_thumbnail (get (list, 2999)));
  g_assert_cmpuint (n, <, 80);
  gtk_widget_destroy (window);
}

static void
check (GtkWidget *widget,
       gpointer   taken)
{
  AtkObject                 *object = gtk_widget_get_accessible (widget);
  g_autoptr (AtkRelationSet) set    = atk_object_ref_relation_set (object);
  const gchar               *name   = atk_object_get_name (object);

  if (! gtk_widget_get_visible (widget))
    return;

  /* The parts of a combo box have its name, and the column headers have names
   * too.  */
  if (gtk_widget_get_can_focus (widget) && ! GTK_IS_SCROLLED_WINDOW (widget) &&
      ! gtk_widget_get_ancestor (widget, GTK_TYPE_COMBO_BOX) &&
      ! (name && *name) && ! atk_relation_set_contains (set, ATK_RELATION_LABELLED_BY))
    g_error ("A %s has no accessible name.", G_OBJECT_TYPE_NAME (widget));

  if (GTK_IS_LABEL (widget) &&
      gtk_label_get_mnemonic_keyval (GTK_LABEL (widget)) != GDK_KEY_VoidSymbol &&
      ! g_hash_table_add (taken, GUINT_TO_POINTER (gtk_label_get_mnemonic_keyval (GTK_LABEL (widget)))))
    g_error ("The mnemonic of \"%s\" is taken.", gtk_label_get_label (GTK_LABEL (widget)));

  if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), check, taken);
}

static void
test_everyone (void)
{
  g_autoptr (PiscesFileList) list   = pisces_file_list_new ();
  guint                      n      = 0;
  GtkWidget                 *window = open_window (list, &n);
  g_autoptr (GHashTable)     taken  = g_hash_table_new (NULL, NULL);
  gint                       width, height;

  fill (list);
  select_file (window, get (list, 0));
  pisces_files_window_show_message (PISCES_FILES_WINDOW (window), GTK_MESSAGE_WARNING,
                                    "These texts were not saved last time.");
  hands_wait (200);
  gtk_container_forall (GTK_CONTAINER (window), check, taken);
  g_assert_cmpuint (g_hash_table_size (taken), >=, 11);

  gtk_window_get_size (GTK_WINDOW (window), &width, &height);
  g_test_message ("%d × %d", width, height);
  g_assert_cmpint (width, <=, SCREEN_WIDTH);
  g_assert_cmpint (height, <=, SCREEN_HEIGHT);
  gtk_window_resize (GTK_WINDOW (window), 1, 1);
  save_picture (window, "files-5-smallest.png");

  g_assert_cmpstr (pisces_files_window_get_language (PISCES_FILES_WINDOW (window)),
                   ==, PISCES_ALT_TEXT_DEFAULT);
  gtk_widget_destroy (window);
}

/* On most systems a file name is any bytes, and sentences contain them
 * unchanged.
 */
static void
test_any_name (void)
{
  g_autoptr (PiscesFileList)  list   = pisces_file_list_new ();
  GtkWidget                  *window = pisces_files_window_new (list);
  g_autoptr (GPtrArray)       paths  = g_ptr_array_new ();
  PiscesFileItem             *item;
  g_autofree gchar           *words  = NULL;
  g_autofree gchar           *all    = NULL;
  const gchar                *said   = "The picture “/tmp/caf\xe9.jpg” is damaged.";

  g_ptr_array_add (paths, (gpointer) "/tmp/caf\xe9.jpg");
  pisces_file_list_add (list, paths);
  hands_show (window);
  item = get (list, 0);
  pisces_file_item_fail (item, said);
  select_file (window, item);
  words = pisces_file_item_get_words (item);
  g_assert_cmpstr (words, ==, "The picture “caf\357\277\275.jpg” is damaged.");

  pisces_files_window_show_message (PISCES_FILES_WINDOW (window),
                                    GTK_MESSAGE_ERROR, said);
  all = g_strdup (pisces_message_bar_get_text (
    PISCES_MESSAGE_BAR (hands_find (window, "message_bar"))));
  g_assert_cmpstr (all, ==,
                   "The picture “/tmp/caf\357\277\275.jpg” is damaged.");
  hands_wait (50);

  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/files/the-first-is-selected",
                   test_first_is_selected);
  g_test_add_func ("/ui/files/a-text-is-edited-in-its-place", test_editing);
  g_test_add_func ("/ui/files/only-unsaved-texts-are-saved", test_saving);
  g_test_add_func ("/ui/files/closing-asks-first", test_closing);
  g_test_add_func ("/ui/files/removing-asks-first", test_removing);
  g_test_add_func ("/ui/files/thousands-are-no-trouble", test_thousands);
  g_test_add_func ("/ui/files/everyone-can-use-it", test_everyone);
  g_test_add_func ("/ui/files/may-be-named-in-any-bytes", test_any_name);

  return g_test_run ();
}
