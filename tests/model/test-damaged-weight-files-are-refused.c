/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every kind of damage in a safetensors file is refused with a sentence that
 * names the file, and no change of its bytes makes the reader read beyond
 * them.
 */

#include <sys/stat.h>

#include "engine/model/weight-files.h"

#include "fixture.h"
#include "safetensors-bytes.h"

#define N_MUTATIONS  4000

static gchar *folder;
static gchar *path;


static void
assert_refused (gconstpointer  data,
                gsize          n_bytes,
                const gchar   *part)
{
  g_autoptr (PiscesWeightFiles) files = NULL;
  g_autoptr (GError)            error = NULL;

  g_free (write_file (folder, "model.safetensors", n_bytes ? data : "", n_bytes));
  files = pisces_weight_files_open (folder, "model", &error);
  if (files)
    g_error ("“%s” was not refused", part ? part : "a file cut off");
  assert_sentence (error, PISCES_ERROR_MODEL_INVALID, path, part);
}

/* Cuts the file at every byte.  */
static void
test_cut_off (void)
{
  g_autoptr (GByteArray) bytes = safetensors_bytes (SOUND_HEADER, SOUND_DATA);
  gsize                  n;

  for (n = 0; n < bytes->len; n++)
    assert_refused (bytes->data, n, NULL);
}

static void
test_lengths (void)
{
  static const guint64 lengths[] =
    {
      0, 1, 100000001, G_GUINT64_CONSTANT (0x7fffffffffffffff), G_MAXUINT64,
      G_MAXUINT64 - 7, 1000000
    };
  g_autoptr (GByteArray) bytes = safetensors_bytes (SOUND_HEADER, SOUND_DATA);
  guint                  i;

  for (i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      guint64 length = GUINT64_TO_LE (lengths[i]);

      memcpy (bytes->data, &length, 8);
      assert_refused (bytes->data, bytes->len, NULL);
    }
}

static void
test_headers (void)
{
#define ONE(dtype, shape, offsets) \
  "{\"x\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}}"
#define TWO(first, second) \
  "{\"x\":{\"dtype\":\"U8\",\"shape\":[16],\"data_offsets\":" first "}," \
  "\"y\":{\"dtype\":\"U8\",\"shape\":[16],\"data_offsets\":" second "}}"
  static const struct { const gchar *header; const gchar *part; } cases[] =
    {
      { "nonsense", "JSON" },
      { "[1, 2]", "object" },
      { "{\"x\":7}", "“x”" },
      { "{\"x\":{}}", "“x”" },
      { "{}", "32 bytes" },
      { ONE ("F32", "[8]", "[0,32,32]"), "data_offsets" },
      { ONE ("F32", "[8]", "[0,\"32\"]"), "data_offsets" },
      { ONE ("F32", "[8]", "[0.0,32]"), "data_offsets" },
      { ONE ("F32", "[8]", "[-1,31]"), "data_offsets" },
      { ONE ("F32", "8", "[0,32]"), "shape" },
      { ONE ("F32", "[-8]", "[0,32]"), "shape" },
      { ONE ("F32", "[8.5]", "[0,32]"), "shape" },
      { ONE ("F33", "[8]", "[0,32]"), "F33" },
      { ONE ("F32", "[9]", "[0,32]"), "9 elements" },
      { ONE ("F16", "[8]", "[0,32]"), "8 elements" },
      { ONE ("F32", "[8]", "[32,0]"), "32 to 0" },
      { ONE ("F32", "[9]", "[0,36]"), "36" },
      { ONE ("F32", "[7]", "[4,32]"), "begins at byte 4" },
      { ONE ("F32", "[7]", "[0,28]"), "28" },
      { ONE ("F32", "[1000000000000]", "[0,4000000000000]"), "4000000000000" },
      { ONE ("F32", "[4294967296,4294967296]", "[0,0]"), "shape" },
      { ONE ("F32", "[4294967296,2147483648]", "[0,0]"), "elements" },
      { ONE ("F32", "[4611686018427387912]", "[0,32]"), "elements" },
      { ONE ("F32", "[18446744073709551615]", "[0,32]"), "shape" },
      { ONE ("F32", "[99999999999999999999999]", "[0,32]"), "shape" },
      { ONE ("F4", "[63]", "[0,32]"), "63 elements" },
      { TWO ("[0,16]", "[8,24]"), "begins at byte 8" },
      { TWO ("[0,16]", "[0,16]"), "begins at byte 0" },
      { TWO ("[0,16]", "[17,33]"), "33" },
      { "{\"x\":{\"dtype\":\"U8\",\"shape\":[16],\"data_offsets\":[0,16]},"
        "\"x\":{\"dtype\":\"U8\",\"shape\":[16],\"data_offsets\":[16,32]}}", "two tensors" },
      { "{\"x\\u0000y\":{\"dtype\":\"U8\",\"shape\":[32],\"data_offsets\":[0,32]}}", "“x”" },
      { "{\"a\\u001b[2Jb\":{\"dtype\":\"U8\",\"shape\":[32],\"data_offsets\":[0,32]}}", "cannot be printed" },
      { "{\"\377\":{\"dtype\":\"U8\",\"shape\":[32],\"data_offsets\":[0,32]}}", "JSON" }
    };
  g_autoptr (GString) deep = g_string_new ("{\"x\":");
  g_autoptr (GString) dims = g_string_new ("{\"x\":{\"dtype\":\"U8\",\"data_offsets\":[0,32],\"shape\":[32");
  guint               i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) bytes = safetensors_bytes (cases[i].header, SOUND_DATA);

      assert_refused (bytes->data, bytes->len, cases[i].part);
    }

  /* Deep nesting must not overflow the stack, and many dimensions must do no
   * harm.  */
  for (i = 0; i < 1000000; i++)
    g_string_append_c (deep, '[');
  for (i = 0; i < 1000; i++)
    g_string_append (dims, ",1");
  g_string_append (dims, "]}}");
  {
    g_autoptr (GByteArray) nested = safetensors_bytes (deep->str, SOUND_DATA);
    g_autoptr (GByteArray) many   = safetensors_bytes (dims->str, SOUND_DATA);

    assert_refused (nested->data, nested->len, "JSON");
    assert_refused (many->data, many->len, "1001 dimensions");
  }
}

static void
test_impostors (void)
{
  static const struct { const gchar *bytes; gsize n; const gchar *part; } cases[] =
    {
      { "PK\003\004\000\000\010\010\000\000archive/data.pkl", 27, "zip archive" },
      { "\200\002}q\000(X\005\000\000\000dense", 15, "pickle" },
      { "\200\004\225\000\000\000\000\000\000\000\000", 11, "pickle" },
      { "version https://git-lfs.github.com/spec/v1\noid sha256:1", 55, "Git LFS" },
      { "GGUF\003\000\000\000\000\000\000\000", 12, "GGUF" },
      { "<!DOCTYPE html><html>", 21, "web page" }
    };
  guint  i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (cases[i].bytes, cases[i].n, cases[i].part);
}

/* Opening a named pipe would wait; a folder cannot be read.  */
static void
test_no_file (void)
{
  g_autoptr (GError) pipe_error = NULL;
  g_autoptr (GError) dir_error  = NULL;

  g_unlink (path);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  g_assert_null (pisces_weight_files_open (folder, "model", &pipe_error));
  assert_sentence (pipe_error, PISCES_ERROR_MODEL_INVALID, path, "regular file");
  g_unlink (path);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_null (pisces_weight_files_open (folder, "model", &dir_error));
  assert_sentence (dir_error, PISCES_ERROR_MODEL_INVALID, path, "regular file");
  g_rmdir (path);
}

/* The sum of all bytes of all tensors, to read everything that the reader
 * returns.  */
static guint64
read_all (PiscesWeightFiles *files)
{
  const gchar * const *names = pisces_weight_files_get_names (files, NULL);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  PiscesHostTensor     tensor;
  gpointer             memory;
  guint64              sum = 0;

  for (; *names; names++)
    if (pisces_weight_files_find (files, *names, &tensor) &&
        pisces_host_tensor_load (&tensor, &tensor, &memory, NULL))
      {
        gint64  n = pisces_host_tensor_count (&tensor) * pisces_dtype_size (tensor.dtype);
        gint64  i;

        for (i = 0; i < n; i++)
          sum += ((const guint8 *) tensor.data)[i];
        g_free (memory);
      }
  g_assert_true (pisces_weight_files_digest_update (files, checksum, NULL));

  return sum;
}

static void
test_mutations (void)
{
  static const gchar  alphabet[] = "0123456789{}[],:\"- eE.xFB\\";
  g_autoptr (GRand)   rand       = g_rand_new_with_seed (1);
  gint                n_accepted = 0;
  gint                i;

  for (i = 0; i < N_MUTATIONS; i++)
    {
      g_autoptr (GByteArray)        bytes = safetensors_bytes (SOUND_HEADER, SOUND_DATA);
      g_autoptr (PiscesWeightFiles) files = NULL;
      g_autoptr (GError)            error = NULL;
      gint                          n     = g_rand_int_range (rand, 1, 5);

      for (; n > 0; n--)
        {
          guint  at = g_rand_int_range (rand, 0, bytes->len);

          switch (g_rand_int_range (rand, 0, 5))
            {
            case 0:
              bytes->data[at] = g_rand_int (rand);
              break;
            case 1:
              bytes->data[at] ^= 1 << g_rand_int_range (rand, 0, 8);
              break;
            case 2:
              if (bytes->len > 16)
                g_byte_array_remove_range (bytes, at, MIN (3, bytes->len - at));
              break;
            default:
              bytes->data[at] = alphabet[g_rand_int_range (rand, 0, sizeof (alphabet) - 1)];
              break;
            }
        }

      g_free (write_file (folder, "model.safetensors", (gchar *) bytes->data, bytes->len));
      files = pisces_weight_files_open (folder, "model", &error);
      if (files)
        {
          read_all (files);
          n_accepted++;
        }
      else
        {
          assert_sentence (error, PISCES_ERROR_MODEL_INVALID, path, NULL);
        }
    }

  /* Changes of data, names and metadata leave a valid file.  */
  g_test_message ("%d of %d are sound files", n_accepted, N_MUTATIONS);
  g_assert_cmpint (n_accepted, >, 0);
  g_assert_cmpint (n_accepted, <, N_MUTATIONS / 2);
}

int
main (int   argc,
      char *argv[])
{
  gint  result;

  g_test_init (&argc, &argv, NULL);

  folder = make_folder ();
  path   = g_build_filename (folder, "model.safetensors", NULL);

  g_test_add_func ("/weight-files/cut-off", test_cut_off);
  g_test_add_func ("/weight-files/lengths", test_lengths);
  g_test_add_func ("/weight-files/headers", test_headers);
  g_test_add_func ("/weight-files/impostors", test_impostors);
  g_test_add_func ("/weight-files/no-file", test_no_file);
  g_test_add_func ("/weight-files/mutations", test_mutations);

  result = g_test_run ();

  remove_folder (folder);
  g_free (folder);
  g_free (path);

  return result;
}
