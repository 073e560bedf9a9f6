/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results are kept: a picture comes back from its file with the same pixels
 * and all that it was made from; the folder stays within its limit and loses
 * first what no image lists; damaged files and lists give a sentence and
 * nothing else is lost.  No display is needed.
 */

#include <string.h>

#include <glib/gstdio.h>

#include "tests/ui/sample.h"
#include "ui/pisces-picture-file.h"
#include "ui/pisces-picture-json.h"
#include "ui/pisces-result-list.h"
#include "ui/pisces-result-store.h"

#define PROMPT "zwei rote Sterne über 富士山 “now”\nand a second line"

typedef struct
{
  gchar             *folder;
  PiscesResultStore *store;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("pisces-results-XXXXXX", NULL);
  fixture->store  = pisces_result_store_new (fixture->folder, 1 << 20);
}

static gchar *
path_of (Fixture      *fixture,
         PiscesResult *result)
{
  g_autofree gchar *name = g_strconcat (pisces_result_get_digest (result),
                                        ".png", NULL);

  return g_build_filename (fixture->folder, name, NULL);
}

static gboolean
is_stored (Fixture      *fixture,
           PiscesResult *result)
{
  g_autofree gchar *path = path_of (fixture, result);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GDir)  folder = g_dir_open (fixture->folder, 0, NULL);
  const gchar      *name;

  while (folder && (name = g_dir_read_name (folder)))
    {
      g_autofree gchar *path = g_build_filename (fixture->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_object_unref (fixture->store);
}

static PiscesResult *
make_result (guint seed)
{
  g_autoptr (PiscesImage)   image   = NULL;
  g_autoptr (PiscesPicture) picture = NULL;

  image   = sample_image_stars (48, 0.4 + seed / 100.0);
  picture = sample_picture (PROMPT, "a plan \"so\"", seed, image);
  picture->negative_prompt = g_strdup ("fog");
  picture->model_digest    = g_strdup ("abc");
  picture->guidance_scale  = 0.1 + 0.2;
  picture->temperature     = 1.0 / 3.0;
  picture->n_references    = 2;

  return pisces_result_new (picture, NULL);
}

/* The result as a later session has it: without its image. */
static PiscesResult *
forget_image (PiscesResult *result)
{
  g_autofree gchar          *text    =
    pisces_picture_to_text (pisces_result_get_picture (result));
  g_autoptr (PiscesPicture)  picture = pisces_picture_from_text (text, NULL);

  return pisces_result_new (picture, pisces_result_get_digest (result));
}

static void
assert_same (PiscesPicture *picture,
             PiscesPicture *wanted)
{
  g_assert_cmpstr (picture->prompt, ==, wanted->prompt);
  g_assert_cmpstr (picture->negative_prompt, ==, wanted->negative_prompt);
  g_assert_cmpstr (picture->plan, ==, wanted->plan);
  g_assert_cmpstr (picture->model_name, ==, wanted->model_name);
  g_assert_cmpstr (picture->model_digest, ==, wanted->model_digest);
  g_assert_cmpstr (picture->backend, ==, wanted->backend);
  g_assert_cmpuint (picture->seed, ==, wanted->seed);
  g_assert_cmpuint (picture->steps, ==, wanted->steps);
  g_assert_cmpuint (picture->n_references, ==, wanted->n_references);
  g_assert_true (picture->guidance_scale == wanted->guidance_scale);
  g_assert_true (picture->temperature == wanted->temperature);
}

static void
assert_same_pixels (PiscesImage *image,
                    PiscesImage *wanted)
{
  g_assert_nonnull (image);
  g_assert_cmpmem (image->pixels, image->width * image->height * 4,
                   wanted->pixels, wanted->width * wanted->height * 4);
}

static void
test_round_trip (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (PiscesResult)  result = make_result (4294967291u);
  g_autoptr (PiscesResult)  later  = forget_image (result);
  g_autoptr (GPtrArray)     found  = NULL;
  g_autoptr (GError)        error  = NULL;

  g_assert_true (pisces_result_store_save (fixture->store, result, &error));
  g_assert_no_error (error);
  g_assert_true (pisces_result_store_load (fixture->store, later, &error));
  g_assert_no_error (error);
  assert_same (pisces_result_get_picture (later),
               pisces_result_get_picture (result));
  assert_same_pixels (pisces_result_get_picture (later)->image,
                      pisces_result_get_picture (result)->image);

  /* Without any list, the folder alone is enough. */
  found = pisces_result_store_list (fixture->store, 10);
  g_assert_cmpuint (found->len, ==, 1);
  assert_same (pisces_result_get_picture (found->pdata[0]),
               pisces_result_get_picture (result));
  assert_same_pixels (pisces_result_get_picture (found->pdata[0])->image,
                      pisces_result_get_picture (result)->image);
}

/* What another program reads in the file. */
static void
test_identify (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (PiscesResult)  result = make_result (7);
  g_autofree gchar         *path   = path_of (fixture, result);
  g_autofree gchar         *magick = g_find_program_in_path ("magick");
  g_autofree gchar         *read   = NULL;
  gchar                    *arguments[] =
  {
    magick, "identify", "-format",
    "%[Description]|%[Seed]|%[Model]|%[Software]", path, NULL
  };

  if (! magick)
    {
      g_test_skip ("ImageMagick is not installed");
      return;
    }

  g_assert_true (pisces_result_store_save (fixture->store, result, NULL));
  g_assert_true (g_spawn_sync (NULL, arguments, NULL, 0, NULL, NULL, &read,
                               NULL, NULL, NULL));
  g_assert_cmpstr (g_strchomp (read), ==,
                   PROMPT "|7|nano|Pisces " PISCES_VERSION);
}

static void
test_trim (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (PiscesResultStore) small  = NULL;
  g_autoptr (GHashTable)        listed = g_hash_table_new (g_str_hash,
                                                           g_str_equal);
  g_autofree gchar             *mine   = g_build_filename (fixture->folder,
                                                           "mine.png", NULL);
  PiscesResult                 *results[4];
  GStatBuf                      status;

  /* By somebody else, older than all, and not this list's to delete. */
  g_assert_true (g_file_set_contents (mine, "mine", -1, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autofree gchar *path = NULL;

      results[i] = make_result (i);
      path       = path_of (fixture, results[i]);
      g_assert_true (pisces_result_store_save (fixture->store, results[i],
                                               NULL));
      g_assert_cmpint (g_stat (path, &status), ==, 0);
      g_usleep (20000);
    }

  /* All of them fit: nothing goes. */
  g_assert_cmpuint (pisces_result_store_trim (fixture->store, NULL), ==, 0);

  /* The oldest is listed, so the two next to it go; and a picture that was
   * looked at just now is not old.
   */
  g_hash_table_add (listed,
                    (gpointer) pisces_result_get_digest (results[0]));
  small = pisces_result_store_new (fixture->folder, status.st_size * 5 / 2);
  g_usleep (20000);
  {
    g_autoptr (PiscesResult) looked_at = forget_image (results[1]);

    g_assert_true (pisces_result_store_load (small, looked_at, NULL));
  }
  g_assert_cmpuint (pisces_result_store_trim (small, listed), ==, 2);
  g_assert_true  (is_stored (fixture, results[0]));
  g_assert_true  (is_stored (fixture, results[1]));
  g_assert_false (is_stored (fixture, results[2]));
  g_assert_false (is_stored (fixture, results[3]));

  /* Where all are listed, the limit holds all the same, but the last stays. */
  g_clear_object (&small);
  small = pisces_result_store_new (fixture->folder, 1);
  g_hash_table_add (listed,
                    (gpointer) pisces_result_get_digest (results[1]));
  g_assert_cmpuint (pisces_result_store_trim (small, listed), ==, 1);
  g_assert_false (is_stored (fixture, results[0]));
  g_assert_true  (is_stored (fixture, results[1]));
  g_assert_true (g_file_test (mine, G_FILE_TEST_EXISTS));

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    g_object_unref (results[i]);
}

static void
test_damaged (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (PiscesResult)  result = make_result (1);
  g_autoptr (PiscesResult)  other  = make_result (2);
  g_autoptr (PiscesResult)  later  = forget_image (result);
  g_autofree gchar         *path   = path_of (fixture, result);
  g_autoptr (GPtrArray)     found  = NULL;
  g_autoptr (GError)        error  = NULL;

  /* Not there. */
  g_assert_false (pisces_result_store_load (fixture->store, later, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  /* Cut, as by a full disk of some other program. */
  g_assert_true (pisces_result_store_save (fixture->store, result, NULL));
  g_assert_true (g_file_set_contents (path, "\211PNG\r\n\032\n", 8, NULL));
  g_assert_false (pisces_result_store_load (fixture->store, later, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  /* Another picture under this name. */
  g_assert_true (pisces_picture_save (pisces_result_get_picture (other), path,
                                      NULL));
  g_assert_false (pisces_result_store_load (fixture->store, later, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_FAILED);
  g_assert_null (pisces_result_get_picture (later)->image);

  found = pisces_result_store_list (fixture->store, 10);
  g_assert_cmpuint (found->len, ==, 0);
}

static void
test_no_folder (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (PiscesResult)       result = make_result (1);
  g_autofree gchar              *file   = g_build_filename (fixture->folder,
                                                            "file", NULL);
  g_autofree gchar              *below  = g_build_filename (file, "below",
                                                            NULL);
  g_autoptr (PiscesResultStore)  store  = pisces_result_store_new (below, 1);
  g_autoptr (GPtrArray)          found  = NULL;
  g_autoptr (GError)             error  = NULL;

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_false (pisces_result_store_save (store, result, &error));
  g_assert_nonnull (g_strrstr (error->message, below));
  g_assert_nonnull (g_strrstr (error->message, "add them as layers"));
  g_assert_cmpuint (pisces_result_store_trim (store, NULL), ==, 0);
  found = pisces_result_store_list (store, 10);
  g_assert_cmpuint (found->len, ==, 0);
}

static void
test_list (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GPtrArray)  results = g_ptr_array_new_with_free_func (
    g_object_unref);
  g_autoptr (GPtrArray)  later   = NULL;
  g_autofree gchar      *text    = NULL;
  g_autoptr (GError)     error   = NULL;

  for (guint i = 0; i < 3; i++)
    g_ptr_array_add (results, make_result (i));
  pisces_result_set_score (results->pdata[1], 0.625, "two stars");

  text  = pisces_result_list_to_text (results);
  later = pisces_result_list_from_text (text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (later->len, ==, 3);

  for (guint i = 0; i < 3; i++)
    {
      assert_same (pisces_result_get_picture (later->pdata[i]),
                   pisces_result_get_picture (results->pdata[i]));
      g_assert_cmpstr (pisces_result_get_digest (later->pdata[i]), ==,
                       pisces_result_get_digest (results->pdata[i]));
      g_assert_cmpfloat (pisces_result_get_match (later->pdata[i]), ==,
                         i == 1 ? 0.625 : PISCES_RESULT_NO_MATCH);
    }
  g_assert_cmpstr (pisces_result_get_description (later->pdata[1]), ==,
                   "two stars");
}

static void
test_nonsense (Fixture       *fixture,
               gconstpointer  data)
{
  static const gchar *broken[] =
  {
    "", "x", "[]", "{", "{}", "{\"results\": 3}", "null"
  };
  g_autoptr (GPtrArray) later = NULL;
  g_autofree gchar     *text  = NULL;
  g_autofree gchar     *name  = g_strnfill (64, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pisces_result_list_from_text (broken[i], &error));
      g_assert_nonnull (error);
    }

  /* Entries that lead out of the folder, lack a prompt, or hold nonsense in
   * place of numbers; the last is good.
   */
  text  = g_strdup_printf ("{\"results\": [7, {}, {\"prompt\": 3},"
                           "{\"prompt\": \"a\", \"file\": \"../../x\"},"
                           "{\"prompt\": \"a\", \"file\": 4},"
                           "{\"prompt\": \"good\", \"file\": \"%s\","
                           " \"seed\": -1, \"steps\": \"many\","
                           " \"guidance\": [], \"model\": {}}]}", name);
  later = pisces_result_list_from_text (text, NULL);
  g_assert_cmpuint (later->len, ==, 1);
  g_assert_cmpstr (pisces_result_get_picture (later->pdata[0])->prompt, ==,
                   "good");
  g_assert_cmpuint (pisces_result_get_picture (later->pdata[0])->seed, ==, 0);
  g_assert_cmpstr (pisces_result_get_picture (later->pdata[0])->model_name,
                   ==, "");
}

int
main (int    argc,
      char **argv)
{
#define ADD(name, function) \
  g_test_add ("/ui/results/" name, Fixture, NULL, set_up, function, tear_down)

  g_test_init (&argc, &argv, NULL);

  ADD ("come-back-with-the-same-pixels", test_round_trip);
  ADD ("tell-other-programs-their-prompt", test_identify);
  ADD ("stay-within-a-limit", test_trim);
  ADD ("are-not-mistaken-where-files-are-damaged", test_damaged);
  ADD ("say-where-they-cannot-be-kept", test_no_folder);
  ADD ("keep-their-list", test_list);
  ADD ("survive-a-damaged-list", test_nonsense);

  return g_test_run ();
}
