/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In a list of files that are being described, a person's text is only ever
 * replaced by a person, and the list knows what is not saved, whatever happens
 * in between.  Needs no display.
 *
 * Longer than 500 lines, as its claims are many and share one list of files.
 */

#include "ui/files/pisces-file-list.h"
#include "ui/files/pisces-file-words.h"
#include "ui/widgets/pisces-alt-texts.h"

static GPtrArray *
make_paths (guint n)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (paths, g_strdup_printf ("/pictures/%u.jpg", i));

  return paths;
}

static PiscesFileItem *
get (PiscesFileList *list,
     guint           position)
{
  g_autoptr (PiscesFileItem) item = NULL;

  item = g_list_model_get_item (G_LIST_MODEL (list), position);

  return item;
}

static guint
count_unsaved (PiscesFileList *list)
{
  g_autoptr (GPtrArray) unsaved = pisces_file_list_get_unsaved (list);

  return unsaved->len;
}

static void
assert_is (PiscesFileItem  *item,
           PiscesFileState  state,
           const gchar     *text,
           gboolean         unsaved)
{
  g_assert_cmpint (pisces_file_item_get_state (item), ==, state);
  g_assert_cmpstr (pisces_file_item_get_text (item), ==, text);
  g_assert_cmpint (pisces_file_item_get_unsaved (item), ==, unsaved);
}

static void
test_way (void)
{
  g_autoptr (PiscesFileItem) item = pisces_file_item_new ("/a/b.jpg");

  assert_is (item, PISCES_FILE_WAITING, "", FALSE);
  g_assert_false (pisces_file_item_get_looked_at (item));
  pisces_file_item_set_found (item, "", FALSE, FALSE);
  g_assert_true (pisces_file_item_get_looked_at (item));
  g_assert_true (pisces_file_item_begin (item));
  g_assert_false (pisces_file_item_begin (item));
  assert_is (item, PISCES_FILE_DESCRIBING, "", FALSE);
  pisces_file_item_write (item, " A star. \n", FALSE);
  assert_is (item, PISCES_FILE_WRITTEN, "A star.", TRUE);
  g_assert_true (pisces_file_item_get_machine_made (item));
  pisces_file_item_edit (item, "A red star.");
  assert_is (item, PISCES_FILE_EDITED, "A red star.", TRUE);
  g_assert_false (pisces_file_item_get_machine_made (item));
  pisces_file_item_set_saved (item, PISCES_ALT_TEXT_DEFAULT, "A red star.");
  assert_is (item, PISCES_FILE_SAVED, "A red star.", FALSE);

  /* Once saved, it is described again only if the user wants it overwritten.  */
  g_assert_false (pisces_file_item_queue (item, FALSE));
  g_assert_true (pisces_file_item_queue (item, TRUE));
  pisces_file_item_set_saved (item, PISCES_ALT_TEXT_DEFAULT, "A red star.");

  /* A saved text can be edited further.  */
  pisces_file_item_edit (item, "A star, red");
  assert_is (item, PISCES_FILE_EDITED, "A star, red", TRUE);
  pisces_file_item_edit (item, "A red star.");
  assert_is (item, PISCES_FILE_HAS_TEXT, "A red star.", FALSE);
}

static void
test_person_first (void)
{
  g_autoptr (PiscesFileItem) item = pisces_file_item_new ("/a/b.jpg");

  /* While the model is writing.  */
  g_assert_true (pisces_file_item_begin (item));
  pisces_file_item_edit (item, "Mine");
  pisces_file_item_write (item, "A star.", FALSE);
  assert_is (item, PISCES_FILE_EDITED, "Mine", TRUE);

  /* It is not described again, with or without overwriting, and what is found
   * in the file does not replace it.  */
  g_assert_false (pisces_file_item_queue (item, TRUE));
  g_assert_false (pisces_file_item_begin (item));
  pisces_file_item_set_found (item, "Of the file", TRUE, FALSE);
  assert_is (item, PISCES_FILE_EDITED, "Mine", TRUE);

  /* While it is being saved.  */
  pisces_file_item_edit (item, "Mine, and more");
  pisces_file_item_set_saved (item, PISCES_ALT_TEXT_DEFAULT, "Mine");
  assert_is (item, PISCES_FILE_EDITED, "Mine, and more", TRUE);

  /* If it cannot be saved.  */
  pisces_file_item_fail (item, "The disk is full.");
  assert_is (item, PISCES_FILE_FAILED, "Mine, and more", TRUE);
  g_assert_cmpstr (pisces_file_item_get_problem (item), ==, "The disk is full.");
  g_assert_false (pisces_file_item_queue (item, TRUE));
  pisces_file_item_set_saved (item, PISCES_ALT_TEXT_DEFAULT, "Mine, and more");
  assert_is (item, PISCES_FILE_SAVED, "Mine, and more", FALSE);
  g_assert_null (pisces_file_item_get_problem (item));
}

static void
test_skipped (void)
{
  g_autoptr (PiscesFileItem) text       = pisces_file_item_new ("/a/text.jpg");
  g_autoptr (PiscesFileItem) decoration = pisces_file_item_new ("/a/decoration.jpg");
  g_autofree gchar          *words      = NULL;

  pisces_file_item_set_found (text, "Of the file", TRUE, FALSE);
  assert_is (text, PISCES_FILE_HAS_TEXT, "Of the file", FALSE);
  g_assert_false (pisces_file_item_queue (text, FALSE));
  g_assert_false (pisces_file_item_begin (text));

  pisces_file_item_set_found (decoration, "", FALSE, TRUE);
  assert_is (decoration, PISCES_FILE_HAS_TEXT, "", FALSE);
  words = pisces_file_item_get_words (decoration);
  g_assert_cmpstr (words, ==, "Needs no text: decoration");
  g_assert_false (pisces_file_item_queue (decoration, FALSE));

  /* Unless the user wants it overwritten; the old text stays until the end.  */
  g_assert_true (pisces_file_item_queue (text, TRUE));
  g_assert_true (pisces_file_item_begin (text));
  assert_is (text, PISCES_FILE_DESCRIBING, "Of the file", FALSE);
  pisces_file_item_write (text, "A star.", FALSE);
  assert_is (text, PISCES_FILE_WRITTEN, "A star.", TRUE);

  /* What the model writes may be the text that is already there.  */
  pisces_file_item_edit (text, "Of the file");
  assert_is (text, PISCES_FILE_HAS_TEXT, "Of the file", FALSE);
}

static void
test_stop (void)
{
  g_autoptr (PiscesFileList) list  = pisces_file_list_new ();
  g_autoptr (GPtrArray)      paths = make_paths (3);

  pisces_file_list_add (list, paths);
  g_assert_cmpuint (pisces_file_list_queue (list, FALSE), ==, 3);
  pisces_file_item_begin (get (list, 0));
  pisces_file_item_write (get (list, 0), "A star.", FALSE);
  pisces_file_item_begin (get (list, 1));
  pisces_file_item_stop (get (list, 1));
  assert_is (get (list, 0), PISCES_FILE_WRITTEN, "A star.", TRUE);
  g_assert_true (pisces_file_list_find_state (list, PISCES_FILE_WAITING) ==
                 get (list, 1));

  /* A failed file is tried again.  */
  pisces_file_item_fail (get (list, 1), "The picture could not be read.");
  g_assert_cmpuint (pisces_file_list_count (list, PISCES_FILE_WAITING), ==, 1);
  g_assert_cmpuint (pisces_file_list_queue (list, FALSE), ==, 2);
  g_assert_cmpuint (pisces_file_list_count (list, PISCES_FILE_FAILED), ==, 0);
}

static void
take_item (PiscesFileList  *list,
           PiscesFileItem  *item,
           PiscesFileItem **taken)
{
  *taken = item;
}

static void
test_list (void)
{
  g_autoptr (PiscesFileList) list  = pisces_file_list_new ();
  g_autoptr (GPtrArray)      paths = make_paths (4);
  g_autoptr (GPtrArray)      some  = g_ptr_array_new ();
  PiscesFileItem            *taken = NULL;

  g_assert_cmpuint (pisces_file_list_add (list, paths), ==, 4);
  g_assert_cmpuint (pisces_file_list_add (list, paths), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 4);
  g_assert_true (pisces_file_list_find (list, "/pictures/2.jpg") == get (list, 2));

  g_signal_connect (list, "changed", G_CALLBACK (take_item), &taken);
  pisces_file_item_edit (get (list, 3), "Mine");
  g_assert_true (taken == get (list, 3));
  g_assert_cmpuint (count_unsaved (list), ==, 1);

  /* A file that has been read is not read again, until another language is
   * shown.  */
  pisces_file_item_set_found (get (list, 0), "", FALSE, FALSE);
  g_assert_true (pisces_file_list_find_unknown (list) == get (list, 1));
  for (guint i = 1; i < 4; i++)
    pisces_file_item_set_found (get (list, i), "", FALSE, FALSE);
  g_assert_null (pisces_file_list_find_unknown (list));
  pisces_file_list_set_language (list, "de");
  g_assert_true (pisces_file_list_find_unknown (list) == get (list, 0));
  g_assert_cmpuint (count_unsaved (list), ==, 1);

  g_ptr_array_add (some, get (list, 0));
  g_ptr_array_add (some, get (list, 2));
  pisces_file_list_remove (list, some);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  g_assert_null (pisces_file_list_find (list, "/pictures/0.jpg"));
  g_assert_cmpuint (pisces_file_list_add (list, paths), ==, 2);
  pisces_file_list_clear (list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  g_assert_cmpuint (pisces_file_list_add (list, paths), ==, 4);
}

/* Through a file, with names and texts that are difficult to store in one.  */
static void
test_kept (void)
{
  static const gchar        *names[] = { "/a/b.jpg", "/a/=[x]\n.png", "/a/\377.jpg" };
  static const gchar        *texts[] = { "Mine; and yours", "Two\nlines = \\n", "日本語" };
  g_autoptr (PiscesFileList) list    = pisces_file_list_new ();
  g_autoptr (PiscesFileList) later   = pisces_file_list_new ();
  g_autoptr (GPtrArray)      paths   = g_ptr_array_new ();
  g_autoptr (GKeyFile)       file    = g_key_file_new ();
  g_autoptr (GKeyFile)       again   = g_key_file_new ();
  g_autofree gchar          *data    = NULL;
  gsize                      length;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (paths, (gpointer) names[i]);
  g_ptr_array_add (paths, (gpointer) "/a/untouched.jpg");
  pisces_file_list_add (list, paths);
  pisces_file_item_edit (get (list, 0), texts[0]);
  pisces_file_item_set_version (get (list, 0), "1 2 3.4 5.6");
  pisces_file_item_edit (get (list, 1), texts[1]);
  pisces_file_item_begin (get (list, 2));
  pisces_file_item_write (get (list, 2), texts[2], FALSE);

  pisces_file_list_keep (list, file);
  data = g_key_file_to_data (file, &length, NULL);
  g_assert_true (g_key_file_load_from_data (again, data, length, 0, NULL));
  pisces_file_list_call_back (later, again);

  /* So that it is not saved in another file that is there by then.  */
  g_assert_cmpstr (pisces_file_item_get_version (get (later, 0)), ==, "1 2 3.4 5.6");
  g_assert_null (pisces_file_item_get_version (get (later, 1)));

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (later)), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpstr (pisces_file_item_get_path (get (later, i)), ==, names[i]);
      assert_is (get (later, i), i == 2 ? PISCES_FILE_WRITTEN : PISCES_FILE_EDITED,
                 texts[i], TRUE);
      pisces_file_item_set_found (get (later, i), "Of the file", TRUE, FALSE);
      assert_is (get (later, i), i == 2 ? PISCES_FILE_WRITTEN : PISCES_FILE_EDITED,
                 texts[i], TRUE);
    }
}

/* So that it is not saved in another file that has taken the path, even if
 * that is read in between, for example for another language.
 */
static void
test_version (void)
{
  g_autoptr (PiscesFileItem) item = pisces_file_item_new ("/a/b.jpg");

  pisces_file_item_see_version (item, "first");
  g_assert_cmpstr (pisces_file_item_get_version (item), ==, "first");
  pisces_file_item_see_version (item, "second");
  g_assert_cmpstr (pisces_file_item_get_version (item), ==, "second");

  /* The model uses the file that is there when it begins.  */
  pisces_file_item_begin (item);
  pisces_file_item_see_version (item, "third");
  pisces_file_item_write (item, "A star.", FALSE);
  g_assert_cmpstr (pisces_file_item_get_version (item), ==, "third");
  pisces_file_item_see_version (item, "fourth");
  g_assert_cmpstr (pisces_file_item_get_version (item), ==, "third");

  /* A person has seen it, or it was saved.  */
  pisces_file_item_set_version (item, "fifth");
  g_assert_cmpstr (pisces_file_item_get_version (item), ==, "fifth");
  pisces_file_item_set_saved (item, PISCES_ALT_TEXT_DEFAULT, "A star.");
  pisces_file_item_see_version (item, "sixth");
  g_assert_cmpstr (pisces_file_item_get_version (item), ==, "sixth");
}

/* The file is listed, but never described, whatever is requested.  */
static void
test_passed_over (void)
{
  g_autoptr (PiscesFileList) list  = pisces_file_list_new ();
  g_autoptr (GPtrArray)      paths = make_paths (2);

  pisces_file_list_add (list, paths);
  pisces_file_item_pass_over (get (list, 0), "It cannot be read here.");
  assert_is (get (list, 0), PISCES_FILE_FAILED, "", FALSE);
  g_assert_cmpuint (pisces_file_list_queue (list, TRUE), ==, 1);
  assert_is (get (list, 0), PISCES_FILE_FAILED, "", FALSE);
  g_assert_cmpstr (pisces_file_item_get_problem (get (list, 0)), ==,
                   "It cannot be read here.");
  g_assert_true (pisces_file_list_find_unknown (list) == get (list, 1));

  /* Unless the user wants it after all, which does not affect others.  */
  pisces_file_item_pass_over (get (list, 1), NULL);
  pisces_file_item_pass_over (get (list, 0), NULL);
  assert_is (get (list, 0), PISCES_FILE_WAITING, "", FALSE);
  g_assert_true (pisces_file_item_begin (get (list, 0)));
}

static void
assert_unsaved (PiscesFileItem *item,
                const gchar    *language,
                const gchar    *text)
{
  const PiscesFileText *unsaved = pisces_file_item_get_unsaved_text (item, language);

  g_assert_nonnull (unsaved);
  g_assert_cmpstr (unsaved->language, ==, language);
  g_assert_cmpstr (unsaved->text, ==, text);
}

/* A German text is saved as German, whatever language is shown by then.  */
static void
test_languages (void)
{
  g_autoptr (PiscesFileItem)  item  = pisces_file_item_new ("/a/b.jpg");
  g_autofree gchar           *words = NULL;

  pisces_file_item_set_found (item, "Of the file", TRUE, FALSE);
  pisces_file_item_edit (item, "Mine");

  pisces_file_item_set_language (item, "de");
  g_assert_cmpstr (pisces_file_item_get_text (item), ==, "");
  g_assert_false (pisces_file_item_get_looked_at (item));
  g_assert_true (pisces_file_item_get_unsaved (item));
  words = pisces_file_item_get_words (item);
  g_assert_cmpstr (words, ==, "Not saved: the text in Any (default)");
  pisces_file_item_set_found (item, "", FALSE, FALSE);
  pisces_file_item_edit (item, "Meins");
  assert_unsaved (item, PISCES_ALT_TEXT_DEFAULT, "Mine");
  assert_unsaved (item, "de", "Meins");

  pisces_file_item_set_language (item, "fr");
  pisces_file_item_set_found (item, "À lui", TRUE, FALSE);
  g_assert_cmpstr (pisces_file_item_get_text (item), ==, "À lui");
  g_assert_null (pisces_file_item_get_unsaved_text (item, "fr"));
  assert_unsaved (item, "de", "Meins");

  /* Goes back, and saves it while another language is shown.  */
  pisces_file_item_set_language (item, PISCES_ALT_TEXT_DEFAULT);
  assert_is (item, PISCES_FILE_EDITED, "Mine", TRUE);
  pisces_file_item_set_saved (item, "de", "Meins");
  assert_is (item, PISCES_FILE_EDITED, "Mine", TRUE);
  g_assert_null (pisces_file_item_get_unsaved_text (item, "de"));
  pisces_file_item_set_saved (item, PISCES_ALT_TEXT_DEFAULT, "Mine");
  assert_is (item, PISCES_FILE_SAVED, "Mine", FALSE);
}

/* Deleting a text is also a change by a person.  */
static void
test_languages_emptied (void)
{
  g_autoptr (PiscesFileItem) item = pisces_file_item_new ("/a/b.jpg");

  pisces_file_item_set_found (item, "Of the file", TRUE, FALSE);
  pisces_file_item_edit (item, "");
  pisces_file_item_set_language (item, "de");
  assert_unsaved (item, PISCES_ALT_TEXT_DEFAULT, "");
  pisces_file_item_set_language (item, PISCES_ALT_TEXT_DEFAULT);
  assert_is (item, PISCES_FILE_EDITED, "", TRUE);
}

/* Also while the model works: a text in another language does not prevent a
 * description, and a text that is found does not count as a person's.
 */
static void
test_languages_described (void)
{
  g_autoptr (PiscesFileItem) item  = pisces_file_item_new ("/a/b.jpg");
  g_autoptr (PiscesFileItem) other = pisces_file_item_new ("/a/c.jpg");

  pisces_file_item_edit (item, "Mine");
  pisces_file_item_set_language (item, "de");
  assert_is (item, PISCES_FILE_WAITING, "", TRUE);
  g_assert_true (pisces_file_item_queue (item, FALSE));
  g_assert_true (pisces_file_item_begin (item));
  pisces_file_item_write (item, "Ein Stern.", FALSE);
  assert_is (item, PISCES_FILE_WRITTEN, "Ein Stern.", TRUE);
  assert_unsaved (item, PISCES_ALT_TEXT_DEFAULT, "Mine");

  /* Neither does a text that is saved in the file.  */
  pisces_file_item_set_found (other, "Of the file", TRUE, FALSE);
  assert_is (other, PISCES_FILE_HAS_TEXT, "Of the file", FALSE);
  pisces_file_item_set_language (other, "de");
  assert_is (other, PISCES_FILE_WAITING, "", FALSE);
}

/* Saving one text changes the file, which must not prevent saving the next.  */
static void
test_languages_version (void)
{
  g_autoptr (PiscesFileItem) item = pisces_file_item_new ("/a/b.jpg");

  pisces_file_item_see_version (item, "first");
  pisces_file_item_edit (item, "Mine");
  pisces_file_item_set_language (item, "de");
  pisces_file_item_see_version (item, "first");
  pisces_file_item_edit (item, "Meins");
  pisces_file_item_set_language (item, "fr");
  pisces_file_item_see_version (item, "of another file");
  pisces_file_item_edit (item, "À moi");

  pisces_file_item_move_version (item, "first", "second");
  g_assert_cmpstr (pisces_file_item_get_unsaved_text (item, "de")->version, ==,
                   "second");
  g_assert_cmpstr (pisces_file_item_get_unsaved_text (item, PISCES_ALT_TEXT_DEFAULT)->version,
                   ==, "second");
  g_assert_cmpstr (pisces_file_item_get_version (item), ==, "of another file");
}

static void
test_languages_kept (void)
{
  g_autoptr (PiscesFileList) list  = pisces_file_list_new ();
  g_autoptr (PiscesFileList) later = pisces_file_list_new ();
  g_autoptr (GPtrArray)      paths = make_paths (2);
  g_autoptr (GKeyFile)       file  = g_key_file_new ();

  pisces_file_list_add (list, paths);
  pisces_file_item_set_found (get (list, 0), "Of the file", TRUE, FALSE);
  pisces_file_item_edit (get (list, 0), "");
  pisces_file_item_edit (get (list, 1), "Mine");
  pisces_file_list_set_language (list, "de");
  pisces_file_item_edit (get (list, 0), "Meins");
  g_assert_cmpuint (count_unsaved (list), ==, 2);
  g_assert_cmpuint (pisces_file_list_count_unsaved (list), ==, 3);

  pisces_file_list_keep (list, file);
  pisces_file_list_set_language (later, "fr");
  pisces_file_list_call_back (later, file);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (later)), ==, 2);
  g_assert_cmpuint (pisces_file_list_count_unsaved (later), ==, 3);
  assert_unsaved (get (later, 0), PISCES_ALT_TEXT_DEFAULT, "");
  assert_unsaved (get (later, 0), "de", "Meins");
  assert_unsaved (get (later, 1), PISCES_ALT_TEXT_DEFAULT, "Mine");
  g_assert_cmpstr (pisces_file_item_get_text (get (later, 0)), ==, "");

  /* New files get the language that is shown.  */
  g_ptr_array_add (paths, g_strdup ("/pictures/new.jpg"));
  pisces_file_list_add (later, paths);
  g_assert_cmpstr (pisces_file_item_get_language (get (later, 2)), ==, "fr");
}

static void
test_damaged (void)
{
  g_autoptr (PiscesFileList) list = pisces_file_list_new ();
  g_autoptr (GKeyFile)       file = g_key_file_new ();

  g_key_file_set_string (file, "0", "path", "/a/no-text.jpg");
  g_key_file_set_string (file, "1", "text", "no path");
  g_key_file_set_string (file, "2", "path", "%zz");
  g_key_file_set_string (file, "2", "text", "a path that is none");
  g_key_file_set_string (file, "3", "path", "/a/good.jpg");
  g_key_file_set_string (file, "3", "text", "Mine");
  g_key_file_set_string (file, "4", "path", "/a/good.jpg");
  g_key_file_set_string (file, "4", "text", "Twice");
  pisces_file_list_call_back (list, file);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  assert_is (get (list, 0), PISCES_FILE_EDITED, "Mine", TRUE);
  g_assert_cmpstr (pisces_file_item_get_language (get (list, 0)), ==,
                   PISCES_ALT_TEXT_DEFAULT);
}

/* Each file is read, begun and written; no step may go through all others.  */
static void
test_thousands (void)
{
  g_autoptr (PiscesFileList) list  = pisces_file_list_new ();
  g_autoptr (GPtrArray)      paths = make_paths (5000);
  PiscesFileItem            *item;
  gint64                     start = g_get_monotonic_time ();
  gdouble                    seconds;

  g_assert_cmpuint (pisces_file_list_add (list, paths), ==, 5000);
  while ((item = pisces_file_list_find_unknown (list)))
    pisces_file_item_set_found (item, "", FALSE, FALSE);
  seconds = (gdouble) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_test_message ("5000 files were listed and looked at in %.3f s", seconds);
  g_assert_cmpfloat (seconds, <, 5.0);
  g_assert_cmpuint (pisces_file_list_count (list, PISCES_FILE_WAITING), ==, 5000);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/file-list/a-text-goes-its-way", test_way);
  g_test_add_func ("/ui/file-list/a-person-comes-first", test_person_first);
  g_test_add_func ("/ui/file-list/files-with-texts-are-skipped", test_skipped);
  g_test_add_func ("/ui/file-list/a-stopped-run-goes-on", test_stop);
  g_test_add_func ("/ui/file-list/a-file-is-listed-once", test_list);
  g_test_add_func ("/ui/file-list/unsaved-texts-can-be-kept", test_kept);
  g_test_add_func ("/ui/file-list/a-text-is-of-one-file", test_version);
  g_test_add_func ("/ui/file-list/passed-over-files-do-not-wait", test_passed_over);
  g_test_add_func ("/ui/file-list/a-text-stays-in-its-language", test_languages);
  g_test_add_func ("/ui/file-list/an-emptied-text-stays-in-its-language", test_languages_emptied);
  g_test_add_func ("/ui/file-list/each-language-is-described-by-itself", test_languages_described);
  g_test_add_func ("/ui/file-list/texts-of-all-languages-are-of-one-file", test_languages_version);
  g_test_add_func ("/ui/file-list/texts-are-kept-with-their-languages", test_languages_kept);
  g_test_add_func ("/ui/file-list/a-damaged-file-loses-no-more", test_damaged);
  g_test_add_func ("/ui/file-list/thousands-are-no-trouble", test_thousands);

  return g_test_run ();
}
