/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Results are kept: a picture comes back from its file with the same pixels
 * and all that it was made from; the folder stays within its limit, and first
 * loses what no image lists; damaged files and lists give a sentence, and
 * nothing else is lost.  Needs no display.
 *
 * Longer than 500 lines, as its claims are many and share one store.
 */

#include <string.h>

#include <glib/gstdio.h>

#include "tests/ui/sample.h"
#include "ui/generate/pisces-picture-file.h"
#include "ui/generate/pisces-picture-json.h"
#include "ui/generate/pisces-result-list.h"
#include "ui/generate/pisces-result-store.h"
#include "ui/widgets/pisces-short-text.h"

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
  picture->begun_with      = g_strnfill (64, 'b');
  picture->begun_strength  = 0.3;

  return pisces_result_new (picture, NULL);
}

/* The result as a later session has it: without its image.  */
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
  g_assert_cmpstr (picture->begun_with, ==, wanted->begun_with);
  g_assert_true (picture->begun_strength == wanted->begun_strength);
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

  /* Without any list, the folder alone is enough.  */
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

/* The size of their files together.  */
static guint64
count_bytes (Fixture       *fixture,
             PiscesResult **results,
             guint          n)
{
  guint64 n_bytes = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree gchar *path = path_of (fixture, results[i]);
      GStatBuf          status;

      g_assert_cmpint (g_stat (path, &status), ==, 0);
      n_bytes += status.st_size;
    }

  return n_bytes;
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

  /* A file by somebody else, older than all, which this code must not
   * delete.  */
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

  /* All of them fit, so nothing is deleted; also if they fit exactly.  */
  g_assert_cmpuint (pisces_result_store_trim (fixture->store, NULL), ==, 0);
  small = pisces_result_store_new (fixture->folder, count_bytes (fixture, results, G_N_ELEMENTS (results)));
  g_assert_false (pisces_result_store_is_full (small));
  g_assert_cmpuint (pisces_result_store_trim (small, NULL), ==, 0);
  g_clear_object (&small);
  small = pisces_result_store_new (fixture->folder, count_bytes (fixture, results, G_N_ELEMENTS (results)) - 1);
  g_assert_true (pisces_result_store_is_full (small));
  g_clear_object (&small);

  /* The oldest is listed, so the next two are deleted; and a picture that was
   * just used does not count as old.
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

  /* If all are listed, the limit still applies, but the last one stays.  */
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

  /* The file does not exist.  */
  g_assert_false (pisces_result_store_load (fixture->store, later, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  /* The file is cut, as after a full disk.  */
  g_assert_true (pisces_result_store_save (fixture->store, result, NULL));
  g_assert_true (g_file_set_contents (path, "\211PNG\r\n\032\n", 8, NULL));
  g_assert_false (pisces_result_store_load (fixture->store, later, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  /* Another picture under this name.  */
  g_assert_true (pisces_picture_save (pisces_result_get_picture (other),
                                      PISCES_PICTURE_FILE_WORDS,
                                      path, NULL));
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
  g_autoptr (PiscesResultList)  list  = pisces_result_list_new ();
  g_autoptr (PiscesResultList)  later = NULL;
  g_autofree gchar             *text  = NULL;
  g_autoptr (GError)            error = NULL;

  for (guint i = 0; i < 3; i++)
    g_ptr_array_add (list->results, make_result (i));
  pisces_result_set_score (list->results->pdata[1], 0.625, "two stars", PISCES_SCORE_BY_YES);
  pisces_result_set_n_carried (list->results->pdata[2], 4711);

  text  = pisces_result_list_to_text (list, &error);
  g_assert_no_error (error);
  later = pisces_result_list_from_text (text, strlen (text) + 1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (later->results->len, ==, 3);
  g_assert_cmpuint (later->n_more, ==, 0);

  for (guint i = 0; i < 3; i++)
    {
      PiscesResult *result = list->results->pdata[i];
      PiscesResult *again  = later->results->pdata[i];

      assert_same (pisces_result_get_picture (again),
                   pisces_result_get_picture (result));
      g_assert_cmpstr (pisces_result_get_digest (again), ==,
                       pisces_result_get_digest (result));
      g_assert_cmpfloat (pisces_result_get_match (again), ==,
                         i == 1 ? 0.625 : PISCES_RESULT_NO_MATCH);
      g_assert_cmpuint (pisces_result_get_n_carried (again), ==,
                        i == 2 ? 4711 : 0);
    }
  g_assert_cmpstr (pisces_result_get_description (later->results->pdata[1]),
                   ==, "two stars");

  /* Private results are in no file.  */
  g_free (text);
  pisces_result_set_private (list->results->pdata[0], TRUE);
  text = pisces_result_list_to_text (list, NULL);
  g_clear_pointer (&later, pisces_result_list_free);
  later = pisces_result_list_from_text (text, strlen (text), NULL);
  g_assert_cmpuint (later->results->len, ==, 2);
}

static void
test_nonsense (Fixture       *fixture,
               gconstpointer  data)
{
  static const gchar *broken[] =
  {
    "", "x", "[]", "{", "{}", "{\"results\": 3}", "null", "{} {}", "[] []",
    "{\"results\": []} 1", "{\"results\": [\"\xff\"]}",
    "{\"results\": [\"\\ud800\"]}", "{\"format\": 2, \"results\": []}"
  };
  g_autoptr (PiscesResultList)  later   = NULL;
  PiscesPicture                *picture = NULL;
  g_autofree gchar             *text    = NULL;
  g_autofree gchar             *name    = g_strnfill (64, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pisces_result_list_from_text (broken[i],
                                                   strlen (broken[i]),
                                                   &error));
      g_assert_nonnull (error);
    }

  /* Entries that lead out of the folder, lack a prompt, or have nonsense
   * instead of numbers; the last one is good.
   */
  text  = g_strdup_printf ("{\"results\": [7, {}, {\"prompt\": 3},"
                           "{\"prompt\": \"a\", \"file\": \"../../x\"},"
                           "{\"prompt\": \"a\", \"file\": 4},"
                           "{\"prompt\": \"a\\u0000b\", \"file\": \"%s\"},"
                           "{\"prompt\": \"good\", \"file\": \"%s\","
                           " \"seed\": -1, \"steps\": \"many\","
                           " \"guidance\": [], \"model\": {},"
                           " \"temperature\": 123456789012345678901234567890,"
                           " \"references\": 4294967296,"
                           " \"match\": \"well\", \"carried\": -5}]}",
                           name, name);
  later = pisces_result_list_from_text (text, strlen (text), NULL);
  g_assert_cmpuint (later->results->len, ==, 1);
  g_assert_cmpuint (later->n_more, ==, 6);

  picture = pisces_result_get_picture (later->results->pdata[0]);
  g_assert_cmpstr (picture->prompt, ==, "good");
  g_assert_cmpuint (picture->seed, ==, 0);
  g_assert_cmpuint (picture->steps, ==, 0);
  g_assert_cmpuint (picture->n_references, ==, 0);
  g_assert_cmpfloat (picture->guidance_scale, ==, -1);
  g_assert_cmpfloat (picture->temperature, ==, -1);
  g_assert_cmpstr (picture->model_name, ==, "");
  g_assert_cmpfloat (pisces_result_get_match (later->results->pdata[0]), ==,
                     PISCES_RESULT_NO_MATCH);
  g_assert_cmpuint (pisces_result_get_n_carried (later->results->pdata[0]), ==,
                    0);
}

/* Entries beyond the limits stay in the file as they were.  */
static void
test_beyond_limits (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree gchar             *name   = g_strnfill (64, 'a');
  g_autofree gchar             *prompt = g_strnfill (100 * 1024, 'p');
  g_autofree gchar             *text   = NULL;
  g_autofree gchar             *again  = NULL;
  g_autoptr (PiscesResultList)  list   = NULL;
  g_autoptr (PiscesResultList)  later  = NULL;
  g_autoptr (GString)           json   = g_string_new ("{\"results\":[");
  g_autoptr (GError)            error  = NULL;

  g_string_append_printf (json, "{\"prompt\":\"%s\",\"file\":\"%s\"}", prompt,
                          name);
  for (guint i = 0; i < 8000; i++)
    g_string_append_printf (json, ",{\"prompt\":\"red %u\",\"file\":\"%s\"}", i,
                            name);
  g_string_append (json, "]}");

  list = pisces_result_list_from_text (json->str, json->len, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->results->len, ==, PISCES_RESULT_LIST_SHOWN_MAX);
  g_assert_cmpuint (list->n_more, ==, 8001 - PISCES_RESULT_LIST_SHOWN_MAX);

  g_ptr_array_insert (list->results, 0, make_result (1));
  text = pisces_result_list_to_text (list, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (text, prompt));
  g_assert_nonnull (strstr (text, "\"red 0\""));
  g_assert_nonnull (strstr (text, "\"red 7999\""));
  later = pisces_result_list_from_text (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (later->results->len + later->n_more, ==, 8002);

  /* No more is written than would be read again.  */
  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (list->more, ",\"%s\"", prompt);
  again = pisces_result_list_to_text (list, &error);
  g_assert_null (again);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_FAILED);
  g_clear_error (&error);

  while (json->len <= PISCES_RESULT_LIST_BYTES_MAX)
    g_string_append_printf (json, "%1000s", " ");
  g_clear_pointer (&list, pisces_result_list_free);
  list = pisces_result_list_from_text (json->str, json->len, &error);
  g_assert_null (list);
  g_assert_nonnull (strstr (error->message, "at most"));
}

/* A PNG of some hundred bytes that claims to have a gigabyte of pixels, and a
 * file that is not a PNG, although another loader would open it.
 */
static void
test_bombs (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (PiscesResult)  result = make_result (1);
  g_autoptr (PiscesResult)  later  = forget_image (result);
  g_autofree gchar         *path   = path_of (fixture, result);
  g_autoptr (GError)        error  = NULL;
  g_autoptr (GBytes)        png    = NULL;
  guint8                   *bytes;
  gsize                     length = 0;
  static const gchar        gif[]  =
    "GIF89a\1\0\1\0\200\0\0\0\0\0\377\377\377,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";

  png   = pisces_picture_to_png (pisces_result_get_picture (result),
                                 PISCES_PICTURE_FILE_WORDS, NULL);
  bytes = g_bytes_unref_to_data (g_steal_pointer (&png), &length);
  bytes[18] = bytes[22] = 0x40;   /* the second byte of four is not zero */
  g_assert_true (g_file_set_contents (path, (gchar *) bytes, length, NULL));
  g_assert_false (pisces_result_store_load (fixture->store, later, &error));
  g_assert_nonnull (strstr (error->message, "too large"));
  g_clear_error (&error);
  g_free (bytes);

  g_assert_true (g_file_set_contents (path, gif, sizeof gif - 1, NULL));
  g_assert_false (pisces_result_store_load (fixture->store, later, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_FAILED);
}

/* The note that a model made it is optional; pixels and words stay.  */
static void
test_mark (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (PiscesResult)  result  = make_result (7);
  PiscesPicture            *picture = pisces_result_get_picture (result);
  const gchar              *mark    = "http://cv.iptc.org/newscodes/"
                                      "digitalsourcetype/"
                                      "trainedAlgorithmicMedia"
                                      "</Iptc4xmpExt:DigitalSourceType>";

  for (guint flags = 0; flags < 4; flags++)
    {
      g_autoptr (GBytes)        png   = pisces_picture_to_png (picture, flags,
                                                               NULL);
      g_autoptr (PiscesPicture) again = NULL;
      g_autoptr (PiscesImage)   image = NULL;
      gsize                     n     = 0;
      gconstpointer             bytes = g_bytes_get_data (png, &n);

      g_assert_cmpint (memmem (bytes, n, mark, strlen (mark)) != NULL, ==,
                       (flags & PISCES_PICTURE_FILE_MARK) != 0);
      image = pisces_image_from_png (png, "it", NULL);
      g_assert_cmpmem (image->pixels, image->width * image->height * 4,
                       picture->image->pixels,
                       picture->image->width * picture->image->height * 4);
      again = pisces_picture_from_png (png, "it", NULL);
      g_assert_cmpint (again != NULL, ==,
                       (flags & PISCES_PICTURE_FILE_WORDS) != 0);
    }
}

/* Without the option for words, they are not in the file.  */
static void
test_without_words (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (PiscesResult)  result  = make_result (7);
  PiscesPicture            *picture = pisces_result_get_picture (result);
  g_autoptr (GBytes)        with    = pisces_picture_to_png (picture,
                                                             PISCES_PICTURE_FILE_WORDS,
                                                             NULL);
  g_autoptr (GBytes)        without = pisces_picture_to_png (picture,
                                                             PISCES_PICTURE_FILE_PLAIN,
                                                             NULL);
  const gchar              *words   = "zwei rote";
  gsize                     n_with, n_without;
  gconstpointer             a       = g_bytes_get_data (with, &n_with);
  gconstpointer             b       = g_bytes_get_data (without, &n_without);

  g_assert_nonnull (memmem (a, n_with, words, strlen (words)));
  g_assert_null (memmem (b, n_without, words, strlen (words)));
  g_assert_null (memmem (b, n_without, "fog", 3));
  g_assert_null (memmem (b, n_without, "a plan", 6));
}

static void
test_short_text (void)
{
  const struct
  {
    const gchar *text;
    guint        n_max;
    const gchar *wanted;
  } cases[] =
  {
    { NULL,                  5, ""             },
    { "",                    5, ""             },
    { " \n\t ",              5, ""             },
    { "a red\r\n\n star ",   20, "a red star"   },
    { "abcde",               5, "abcde"        },
    { "abcdef",              5, "abcd…"        },
    { "ab cdef",             5, "ab c…"        },
    { "ab c d",              3, "ab…"          },
    { "富士山富士山",        4, "富士山…"      },
    { "a\xff\xfe z",         9, "a\357\277\275\357\277\275 z" },
    { "\xe5\xaf",            9, "\357\277\275\357\277\275"     },
    { "a\033[31mb\177",      9, "a [31mb"      },
  };
  g_autofree gchar *huge = g_strnfill (50 * 1024 * 1024, 'x');
  g_autofree gchar *line = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *text = pisces_short_text (cases[i].text,
                                                  cases[i].n_max);

      g_assert_cmpstr (text, ==, cases[i].wanted);
      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (text, -1), <=, cases[i].n_max);
    }

  line = pisces_short_text (huge, 200);
  g_assert_cmpint (g_utf8_strlen (line, -1), ==, 200);
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
  ADD ("stay-in-the-file-beyond-the-limits", test_beyond_limits);
  ADD ("are-not-unpacked-from-bombs", test_bombs);
  ADD ("can-be-saved-without-their-words", test_without_words);
  ADD ("say-that-a-model-drew-them", test_mark);
  g_test_add_func ("/ui/results/are-named-in-a-short-line", test_short_text);

  return g_test_run ();
}
