/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In a list of files that are being described, what the model finds comes to the
 * keywords that a file has; a person's changes stay, and are kept until they are saved.
 * Needs no display.
 */

#include "ui/files/pisces-file-list.h"
#include "ui/files/pisces-file-words.h"

#define LIST(...) ((const gchar * const[]) { __VA_ARGS__ })

static void
assert_keywords (PiscesFileItem *item,
                 const gchar    *added,
                 const gchar    *removed,
                 gboolean        doubtful)
{
  PiscesFileKeywords *keywords = pisces_file_item_get_keywords (item);
  g_autofree gchar   *plus     = NULL;
  g_autofree gchar   *minus    = NULL;

  plus  = g_strjoinv ("|", (gchar **) pisces_file_keywords_get_added (keywords));
  minus = g_strjoinv ("|", (gchar **) pisces_file_keywords_get_removed (keywords));
  g_assert_cmpstr (plus, ==, added);
  g_assert_cmpstr (minus, ==, removed);
  g_assert_cmpint (pisces_file_keywords_get_doubtful (keywords), ==, doubtful);
  g_assert_cmpint (pisces_file_keywords_get_unsaved (keywords), ==, *added || *removed);
}

static void
test_keywords (void)
{
  g_autoptr (PiscesFileItem)  item     = pisces_file_item_new ("/a/b.jpg");
  PiscesFileKeywords         *keywords = pisces_file_item_get_keywords (item);
  g_autofree gchar           *words    = NULL;

  pisces_file_item_set_found (item, "Of the file", TRUE, FALSE);
  pisces_file_keywords_set_in_file (keywords, LIST ("Zoo", "Paris, France", NULL));
  g_assert_false (pisces_file_item_get_unsaved (item));

  /* What the model finds comes to them; what it finds later stands in its place.  */
  pisces_file_keywords_write (keywords, LIST ("zoo", "cup", NULL), TRUE);
  assert_keywords (item, "cup", "", TRUE);
  pisces_file_keywords_write (keywords, LIST ("boat", "sea", NULL), FALSE);
  assert_keywords (item, "boat|sea", "", FALSE);
  g_assert_cmpuint (pisces_file_item_count_unsaved (item), ==, 1);
  words = pisces_file_item_get_words (item);
  g_assert_cmpstr (words, ==, "Its keywords are not saved");
  g_assert_true (pisces_file_item_queue (item, TRUE));

  /* They are saved with a text, and then no more than that text.  */
  pisces_file_item_edit (item, "Mine");
  g_assert_cmpuint (pisces_file_item_count_unsaved (item), ==, 1);

  /* What a person took away does not come back, and what she wrote stays.  */
  pisces_file_keywords_edit (keywords, LIST ("mine", "sea", NULL), LIST ("Zoo", NULL));
  pisces_file_keywords_write (keywords, LIST ("zoo", "moon", NULL), TRUE);
  assert_keywords (item, "mine|sea|moon", "Zoo", TRUE);

  /* While it is being saved, she goes on, and another program adds one.  */
  pisces_file_keywords_edit (keywords, LIST ("mine", "sea", "moon", "more", NULL),
                             LIST ("Zoo", NULL));
  pisces_file_keywords_set_saved (keywords, LIST ("mine", "sea", "moon", NULL),
                                  LIST ("Zoo", NULL));
  assert_keywords (item, "more", "", FALSE);
  pisces_file_keywords_set_in_file (keywords, LIST ("Paris, France", "mine", "sea", "moon",
                                                    "night", NULL));
  assert_keywords (item, "more", "", FALSE);
  pisces_file_keywords_set_in_file (keywords, LIST ("More", NULL));
  assert_keywords (item, "", "", FALSE);
}

/* A row says that keywords are saved, and a file without a text still waits for it.  */
static void
test_keywords_saved (void)
{
  g_autoptr (PiscesFileItem) old = pisces_file_item_new ("/a/old.jpg");
  g_autoptr (PiscesFileItem) new = pisces_file_item_new ("/a/new.jpg");

  pisces_file_item_set_found (old, "Of the file", TRUE, FALSE);
  pisces_file_keywords_edit (pisces_file_item_get_keywords (old), LIST ("boat", NULL),
                             LIST (NULL));
  pisces_file_item_fail (old, "The disk is full.");
  pisces_file_item_set_keywords_saved (old, LIST ("boat", NULL), LIST (NULL));
  g_assert_cmpint (pisces_file_item_get_state (old), ==, PISCES_FILE_SAVED);
  g_assert_false (pisces_file_item_get_unsaved (old));

  pisces_file_item_set_found (new, "", FALSE, FALSE);
  pisces_file_keywords_edit (pisces_file_item_get_keywords (new), LIST ("boat", NULL),
                             LIST (NULL));
  pisces_file_item_set_keywords_saved (new, LIST ("boat", NULL), LIST (NULL));
  g_assert_cmpint (pisces_file_item_get_state (new), ==, PISCES_FILE_WAITING);
}

/* They belong to the file that they were written for, as texts do.  */
static void
test_keywords_version (void)
{
  g_autoptr (PiscesFileItem)  item     = pisces_file_item_new ("/a/b.jpg");
  PiscesFileKeywords         *keywords = pisces_file_item_get_keywords (item);

  pisces_file_item_see_version (item, "1");
  pisces_file_keywords_edit (keywords, LIST ("boat", NULL), LIST (NULL));
  pisces_file_item_see_version (item, "2");
  g_assert_cmpstr (pisces_file_keywords_get_version (keywords), ==, "1");
  g_assert_cmpstr (pisces_file_item_get_version (item), ==, "2");
  pisces_file_item_move_version (item, "1", "3");
  g_assert_cmpstr (pisces_file_keywords_get_version (keywords), ==, "3");
  pisces_file_keywords_set_in_file (keywords, LIST ("boat", NULL));
  pisces_file_item_see_version (item, "4");
  g_assert_cmpstr (pisces_file_keywords_get_version (keywords), ==, "4");
}

static void
test_keywords_kept (void)
{
  g_autoptr (PiscesFileList) list  = pisces_file_list_new ();
  g_autoptr (PiscesFileList) later = pisces_file_list_new ();
  g_autoptr (GPtrArray)      paths = g_ptr_array_new ();
  g_autoptr (GKeyFile)       file  = g_key_file_new ();
  g_autoptr (GKeyFile)       read  = g_key_file_new ();
  g_autofree gchar          *data  = NULL;
  PiscesFileItem            *item;

  g_ptr_array_add (paths, "/pictures/0.jpg");
  g_ptr_array_add (paths, "/pictures/1.jpg");
  g_ptr_array_add (paths, "/pictures/2.jpg");
  pisces_file_list_add (list, paths);
  item = pisces_file_list_find (list, "/pictures/1.jpg");
  pisces_file_item_see_version (item, "1");
  pisces_file_keywords_write (pisces_file_item_get_keywords (item),
                              LIST ("Paris, France", "a; b", NULL), TRUE);
  item = pisces_file_list_find (list, "/pictures/2.jpg");
  pisces_file_item_edit (item, "Mine");
  pisces_file_keywords_edit (pisces_file_item_get_keywords (item), LIST (NULL),
                             LIST ("Zoo", NULL));
  pisces_file_list_keep (list, file);
  data = g_key_file_to_data (file, NULL, NULL);
  g_assert_true (g_key_file_load_from_data (read, data, -1, G_KEY_FILE_NONE, NULL));

  pisces_file_list_call_back (later, read);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (later)), ==, 2);
  item = pisces_file_list_find (later, "/pictures/1.jpg");
  assert_keywords (item, "Paris, France|a; b", "", TRUE);
  g_assert_cmpstr (pisces_file_keywords_get_version (pisces_file_item_get_keywords (item)),
                   ==, "1");
  item = pisces_file_list_find (later, "/pictures/2.jpg");
  assert_keywords (item, "", "Zoo", FALSE);
  g_assert_cmpstr (pisces_file_item_get_text (item), ==, "Mine");

  /* What is in the list is newer.  */
  pisces_file_keywords_edit (pisces_file_item_get_keywords (item), LIST ("newer", NULL),
                             LIST (NULL));
  pisces_file_list_call_back (later, read);
  assert_keywords (item, "newer", "", FALSE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/file-keywords/come-to-those-of-the-file", test_keywords);
  g_test_add_func ("/ui/file-keywords/are-saved-without-a-text", test_keywords_saved);
  g_test_add_func ("/ui/file-keywords/are-of-one-file", test_keywords_version);
  g_test_add_func ("/ui/file-keywords/can-be-kept", test_keywords_kept);

  return g_test_run ();
}
