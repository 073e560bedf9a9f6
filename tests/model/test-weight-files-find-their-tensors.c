/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tensors are found by name with their type, shape and bytes, in one file or
 * in shards; and the digest sees any change.
 */

#include "engine/model/weight-files.h"

#include "fixture.h"
#include "safetensors-bytes.h"


static gchar *
write_tensors (const gchar *folder,
               const gchar *name,
               const gchar *header,
               gsize        n_data)
{
  g_autoptr (GByteArray) bytes = safetensors_bytes (header, n_data);

  return write_file (folder, name, bytes->data, bytes->len);
}

/* The bytes of a tensor.  Returns: (transfer full).  */
static guint8 *
bytes_of (const PiscesHostTensor *tensor)
{
  PiscesHostTensor    loaded;
  gpointer            memory;
  g_autoptr (GError)  error = NULL;

  pisces_host_tensor_load (tensor, &loaded, &memory, &error);
  g_assert_no_error (error);
  g_assert_true (loaded.data == memory);

  return memory;
}

static gchar *
digest_of (PiscesWeightFiles *files)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GError)    error    = NULL;

  pisces_weight_files_digest_update (files, checksum, &error);
  g_assert_no_error (error);

  return g_strdup (g_checksum_get_string (checksum));
}

static void
test_single (void)
{
  g_autofree gchar              *folder = make_folder ();
  g_autofree gchar              *path   = NULL;
  g_autoptr (PiscesWeightFiles)  files  = NULL;
  g_autoptr (GError)             error  = NULL;
  g_autofree guint8             *bytes  = NULL;
  g_autofree guint8             *other  = NULL;
  const gchar * const           *names;
  PiscesHostTensor               tensor;
  guint                          n_names;
  guint                          i;

  path  = write_tensors (folder, "model.safetensors", SOUND_HEADER, SOUND_DATA);
  files = pisces_weight_files_open (folder, "model", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pisces_weight_files_get_path (files), ==, path);

  g_assert_true (pisces_weight_files_find (files, "a.weight", &tensor));
  g_assert_cmpstr (tensor.name, ==, "a.weight");
  g_assert_cmpint (tensor.dtype, ==, PISCES_F32);
  g_assert_cmpint (tensor.n_dims, ==, 2);
  g_assert_cmpint (tensor.dims[0], ==, 2);
  g_assert_cmpint (tensor.dims[1], ==, 3);
  bytes = bytes_of (&tensor);
  for (i = 0; i < 24; i++)
    g_assert_cmpint (bytes[i], ==, i);

  g_assert_true (pisces_weight_files_find (files, "b", &tensor));
  g_assert_cmpint (tensor.dtype, ==, PISCES_BF16);
  other = bytes_of (&tensor);
  g_assert_cmpint (other[0], ==, 24);
  g_assert_false (pisces_weight_files_find (files, "c", &tensor));
  g_assert_false (pisces_weight_files_find (files, "__metadata__", &tensor));

  names = pisces_weight_files_get_names (files, &n_names);
  g_assert_cmpuint (n_names, ==, 2);
  g_assert_cmpstr (names[0], ==, "a.weight");
  g_assert_cmpstr (names[1], ==, "b");
  g_assert_null (names[2]);
  g_assert_cmpuint (pisces_weight_files_n_bytes (files), ==, 32);
  g_assert_cmpuint (pisces_weight_files_n_parameters (files), ==, 10);

  remove_folder (folder);
}

/* An empty tensor has the same offset as the next one, whichever the header
 * names first.  */
static void
test_empty (void)
{
  static const gchar *const headers[] =
    {
      "{\"full\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
      "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[0,0]}}",
      "{\"empty\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[0,0]},"
      "\"full\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      "{\"empty\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]},"
      "\"full\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
    };
  g_autofree gchar *folder = make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autofree gchar             *path  = write_tensors (folder, "model.safetensors",
                                                           headers[i], 8);
      g_autoptr (PiscesWeightFiles) files = NULL;
      g_autoptr (GError)            error = NULL;
      PiscesHostTensor              tensor;

      files = pisces_weight_files_open (folder, "model", &error);
      g_assert_no_error (error);
      g_assert_true (pisces_weight_files_find (files, "full", &tensor));
      g_assert_cmpint (tensor.dims[0], ==, 2);
    }

  remove_folder (folder);
}

/* A tensor that is valid in the file, but not supported by the engine, is
 * reported when it is used.  */
static void
test_unusable (void)
{
  g_autofree gchar              *folder = make_folder ();
  g_autofree gchar              *path   = NULL;
  g_autofree gchar              *double_text = NULL;
  g_autofree gchar              *deep_text   = NULL;
  g_autofree gchar              *absent_text = NULL;
  g_autofree guint8             *bytes  = NULL;
  g_autoptr (PiscesWeightFiles)  files  = NULL;
  PiscesHostTensor               tensor;

  path  = write_tensors (folder, "model.safetensors",
                         "{\"double\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                         "\"deep\":{\"dtype\":\"U8\",\"shape\":[1,1,2,1,2,1],\"data_offsets\":[8,12]},"
                         "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[12,12]},"
                         "\"scalar\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[12,20]}}", 20);
  files = pisces_weight_files_open (folder, "model", NULL);
  g_assert_nonnull (files);

  g_assert_false (pisces_weight_files_find (files, "double", &tensor));
  g_assert_false (pisces_weight_files_find (files, "deep", &tensor));
  double_text = pisces_weight_files_explain (files, "double");
  deep_text   = pisces_weight_files_explain (files, "deep");
  absent_text = pisces_weight_files_explain (files, "absent");
  g_assert_nonnull (strstr (double_text, "F64"));
  g_assert_nonnull (strstr (deep_text, "6 dimensions"));
  g_assert_nonnull (strstr (absent_text, "“absent”"));
  g_assert_nonnull (strstr (absent_text, path));

  g_assert_true (pisces_weight_files_find (files, "empty", &tensor));
  g_assert_cmpint (tensor.dims[0], ==, 0);

  /* This header ends at an odd offset, where 8-byte numbers must not begin.  */
  g_assert_true (pisces_weight_files_find (files, "scalar", &tensor));
  g_assert_cmpint (tensor.n_dims, ==, 0);
  bytes = bytes_of (&tensor);
  g_assert_cmpuint (GPOINTER_TO_SIZE (bytes) % 8, ==, 0);
  g_assert_cmpint (bytes[0], ==, 12);

  remove_folder (folder);
}

static void
test_shards (void)
{
  g_autofree gchar              *folder = make_folder ();
  g_autofree gchar              *one    = NULL;
  g_autofree gchar              *two    = NULL;
  g_autofree gchar              *index  = NULL;
  g_autofree guint8             *bytes  = NULL;
  g_autoptr (PiscesWeightFiles)  files  = NULL;
  g_autoptr (GError)             error  = NULL;
  PiscesHostTensor               tensor;

  one   = write_tensors (folder, "model-00001-of-00002.safetensors", SOUND_HEADER, SOUND_DATA);
  two   = write_tensors (folder, "model-00002-of-00002.safetensors",
                         "{\"c\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}", 3);
  index = write_file (folder, "model.safetensors.index.json",
                      "{\"metadata\":{\"total_size\":35},\"weight_map\":{"
                      "\"c\":\"model-00002-of-00002.safetensors\","
                      "\"a.weight\":\"model-00001-of-00002.safetensors\","
                      "\"b\":\"model-00001-of-00002.safetensors\"}}", -1);

  files = pisces_weight_files_open (folder, "model", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pisces_weight_files_get_path (files), ==, index);
  g_assert_true (pisces_weight_files_find (files, "b", &tensor));
  g_assert_true (pisces_weight_files_find (files, "c", &tensor));
  bytes = bytes_of (&tensor);
  g_assert_cmpint (bytes[2], ==, 2);
  g_assert_cmpuint (pisces_weight_files_n_bytes (files), ==, 35);

  remove_folder (folder);
}

/* The message says which file of the shards it is in, its type, and what would
 * help.  */
static void
test_type_of_eight_bits (void)
{
  g_autofree gchar              *folder = make_folder ();
  g_autofree gchar              *one    = NULL;
  g_autofree gchar              *index  = NULL;
  g_autofree gchar              *text   = NULL;
  g_autoptr (PiscesWeightFiles)  files  = NULL;
  PiscesHostTensor               tensor;

  one   = write_tensors (folder, "model-00001-of-00001.safetensors",
                         "{\"q\":{\"dtype\":\"F8_E4M3\",\"shape\":[2,2],\"data_offsets\":[0,4]}}", 4);
  index = write_file (folder, "model.safetensors.index.json",
                      "{\"weight_map\":{\"q\":\"model-00001-of-00001.safetensors\"}}", -1);
  files = pisces_weight_files_open (folder, "model", NULL);
  g_assert_nonnull (files);

  g_assert_false (pisces_weight_files_find (files, "q", &tensor));
  text = pisces_weight_files_explain (files, "q");
  g_test_message ("%s", text);
  g_assert_nonnull (strstr (text, one));
  g_assert_nonnull (strstr (text, "“q”"));
  g_assert_nonnull (strstr (text, "F8_E4M3"));
  g_assert_nonnull (strstr (text, "BF16"));

  remove_folder (folder);
}

/* Which parts of a model exist, and which are missing.  */
static void
test_incomplete (void)
{
  g_autofree gchar   *folder = make_folder ();
  g_autofree gchar   *one    = write_tensors (folder, "model-00001-of-00003.safetensors",
                                              SOUND_HEADER, SOUND_DATA);
  g_autofree gchar   *three  = NULL;
  g_autofree gchar   *index  = NULL;
  g_autoptr (GError)  two    = NULL;
  g_autoptr (GError)  single = NULL;

  index = write_file (folder, "model.safetensors.index.json",
                      "{\"weight_map\":{\"a.weight\":\"model-00001-of-00003.safetensors\","
                      "\"c\":\"model-00002-of-00003.safetensors\","
                      "\"d\":\"model-00003-of-00003.safetensors\","
                      "\"e\":\"model-00003-of-00003.safetensors\"}}", -1);
  g_assert_null (pisces_weight_files_open (folder, "model", &two));
  assert_sentence (two, PISCES_ERROR_MODEL_NOT_FOUND, "incomplete download", "2 files");
  assert_sentence (two, PISCES_ERROR_MODEL_NOT_FOUND, folder, "model-00002-of-00003.safetensors");

  three = write_tensors (folder, "model-00003-of-00003.safetensors", SOUND_HEADER, SOUND_DATA);
  g_assert_null (pisces_weight_files_open (folder, "model", &single));
  assert_sentence (single, PISCES_ERROR_MODEL_NOT_FOUND, "incomplete download",
                   "1 file that its index names is missing: “model-00002-of-00003.safetensors”");

  remove_folder (folder);
}

/* A single file beside an index: it is unknown which is the model.  */
static void
test_stray (void)
{
  g_autofree gchar   *folder = make_folder ();
  g_autofree gchar   *shard  = write_tensors (folder, "model-00001-of-00001.safetensors",
                                              SOUND_HEADER, SOUND_DATA);
  g_autofree gchar   *stray  = write_tensors (folder, "model.safetensors", SOUND_HEADER, SOUND_DATA);
  g_autofree gchar   *index  = NULL;
  g_autoptr (GError)  error  = NULL;

  index = write_file (folder, "model.safetensors.index.json",
                      "{\"weight_map\":{\"b\":\"model-00001-of-00001.safetensors\"}}", -1);
  g_assert_null (pisces_weight_files_open (folder, "model", &error));
  assert_sentence (error, PISCES_ERROR_MODEL_INVALID, "“model.safetensors”", "“model.safetensors.index.json”");

  remove_folder (folder);
}

static void
test_bad_index (void)
{
  static const struct { const gchar *json; gint code; const gchar *part; } cases[] =
    {
      { "", PISCES_ERROR_MODEL_INVALID, "empty" },
      { "{\"weight_map\":", PISCES_ERROR_MODEL_INVALID, "index.json" },
      { "[]", PISCES_ERROR_MODEL_INVALID, "weight_map" },
      { "{\"weight_map\":{}}", PISCES_ERROR_MODEL_INVALID, "weight_map" },
      { "{\"weight_map\":{\"a\":7}}", PISCES_ERROR_MODEL_INVALID, "null" },
      { "{\"weight_map\":{\"a\":\"../one.safetensors\"}}",
        PISCES_ERROR_MODEL_INVALID, "../one.safetensors" },
      { "{\"weight_map\":{\"a\":\"/etc/passwd\"}}", PISCES_ERROR_MODEL_INVALID, "/etc/passwd" },
      { "{\"weight_map\":{\"a\":\"gone.safetensors\"}}",
        PISCES_ERROR_MODEL_NOT_FOUND, "gone.safetensors" },
      { "{\"weight_map\":{\"z\":\"one.safetensors\"}}", PISCES_ERROR_MODEL_INVALID, "“z”" },
      { "{\"weight_map\":{\"b\":\"one.safetensors\",\"b\":\"one.safetensors\"}}",
        PISCES_ERROR_MODEL_INVALID, "twice" }
    };
  g_autofree gchar *folder = make_folder ();
  g_autofree gchar *one    = write_tensors (folder, "one.safetensors",
                                            SOUND_HEADER, SOUND_DATA);
  guint             i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)  error = NULL;
      g_autofree gchar   *index = write_file (folder, "model.safetensors.index.json",
                                              cases[i].json, -1);

      g_assert_null (pisces_weight_files_open (folder, "model", &error));
      assert_sentence (error, cases[i].code, folder, cases[i].part);
    }

  remove_folder (folder);
}

static void
test_missing (void)
{
  g_autofree gchar   *folder = make_folder ();
  g_autofree gchar   *pickle = NULL;
  g_autoptr (GError)  absent = NULL;
  g_autoptr (GError)  error  = NULL;
  g_autoptr (GError)  other  = NULL;

  g_assert_null (pisces_weight_files_open ("/nowhere/at/all", "model", &absent));
  assert_sentence (absent, PISCES_ERROR_MODEL_NOT_FOUND, "/nowhere/at/all", NULL);

  g_assert_null (pisces_weight_files_open (folder, "model", &error));
  assert_sentence (error, PISCES_ERROR_MODEL_NOT_FOUND, folder, "model.safetensors");

  pickle = write_file (folder, "pytorch_model.bin", "PK\003\004", 4);
  g_assert_null (pisces_weight_files_open (folder, "model", &other));
  assert_sentence (other, PISCES_ERROR_MODEL_UNSUPPORTED, folder, "pickles");

  remove_folder (folder);
}

static void
test_digest (void)
{
  g_autofree gchar              *folder = make_folder ();
  g_autofree gchar              *path   = NULL;
  g_autofree gchar              *first  = NULL;
  g_autofree gchar              *again  = NULL;
  g_autofree gchar              *other  = NULL;
  g_autofree gchar              *longer = NULL;
  g_autoptr (GByteArray)         bytes  = safetensors_bytes (SOUND_HEADER, SOUND_DATA);
  PiscesWeightFiles             *files;

  path  = write_file (folder, "model.safetensors", bytes->data, bytes->len);
  files = pisces_weight_files_open (folder, "model", NULL);
  first = digest_of (files);
  again = digest_of (files);
  pisces_weight_files_free (files);
  g_assert_cmpstr (first, ==, again);

  bytes->data[bytes->len - 1] ^= 1;
  g_free (write_file (folder, "model.safetensors", bytes->data, bytes->len));
  files = pisces_weight_files_open (folder, "model", NULL);
  other = digest_of (files);
  pisces_weight_files_free (files);
  g_assert_cmpstr (first, !=, other);

  /* Large enough for the digest to use samples.  */
  g_free (write_tensors (folder, "model.safetensors",
                         "{\"c\":{\"dtype\":\"U8\",\"shape\":[1000001],"
                         "\"data_offsets\":[0,1000001]}}", 1000001));
  files  = pisces_weight_files_open (folder, "model", NULL);
  longer = digest_of (files);
  pisces_weight_files_free (files);
  g_assert_cmpuint (strlen (longer), ==, 64);

  remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/weight-files/single", test_single);
  g_test_add_func ("/weight-files/empty-tensors", test_empty);
  g_test_add_func ("/weight-files/unusable", test_unusable);
  g_test_add_func ("/weight-files/shards", test_shards);
  g_test_add_func ("/weight-files/type-of-eight-bits", test_type_of_eight_bits);
  g_test_add_func ("/weight-files/incomplete-download", test_incomplete);
  g_test_add_func ("/weight-files/stray-file-beside-an-index", test_stray);
  g_test_add_func ("/weight-files/bad-index", test_bad_index);
  g_test_add_func ("/weight-files/missing", test_missing);
  g_test_add_func ("/weight-files/digest", test_digest);

  return g_test_run ();
}
