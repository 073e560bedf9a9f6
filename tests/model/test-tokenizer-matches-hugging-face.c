/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same ids and the same texts as Hugging Face's tokenizers, for the kinds
 * of tokenizer.json that checkpoints have.  Golden values:
 * golden/make-tokenizers.py.
 */

#include "engine/model/tokenizer.h"

#include "fixture.h"


static void
assert_ids (GArray      *ids,
            yyjson_val  *golden,
            const gchar *text)
{
  yyjson_val       *list  = yyjson_obj_get (golden, "ids");
  gsize             n_ids = list ? yyjson_arr_size (list)
                                 : yyjson_get_uint (yyjson_obj_get (golden, "n_ids"));
  g_autofree gchar *shown = g_strndup (text, 60);
  gsize             i;

  if (ids->len != n_ids)
    g_error ("“%s”: %u ids instead of %zu", shown, ids->len, n_ids);

  for (i = 0; list && i < n_ids; i++)
    if (g_array_index (ids, gint32, i) != yyjson_get_int (yyjson_arr_get (list, i)))
      g_error ("“%s”: id %zu is %d instead of %d", shown, i,
               g_array_index (ids, gint32, i),
               yyjson_get_int (yyjson_arr_get (list, i)));

  if (! list)
    {
      g_autofree gchar *digest =
        g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) ids->data,
                                     ids->len * sizeof (gint32));

      g_assert_cmpstr (digest, ==, yyjson_get_str (yyjson_obj_get (golden, "sha256")));
    }
}

static void
check_text (PiscesTokenizer *tokenizer,
            yyjson_val      *golden)
{
  g_autoptr (GString)  text  = g_string_new (NULL);
  g_autoptr (GArray)   ids   = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GError)   error = NULL;
  yyjson_val          *plain = yyjson_obj_get (golden, "plain");
  const gchar         *piece = yyjson_get_str (yyjson_obj_get (golden, "text"));
  gint                 n     = yyjson_get_int (yyjson_obj_get (golden, "repeat"));
  gint64               begun = g_get_monotonic_time ();
  gint                 i;

  for (i = 0; i < n; i++)
    g_string_append (text, piece);

  if (! pisces_tokenizer_encode (tokenizer, text->str, ids, NULL, &error))
    g_error ("%zu bytes of “%s”: %s", text->len, piece, error->message);
  assert_ids (ids, golden, text->str);
  if (n > 1)
    g_test_message ("%zu bytes of “%s”: %.0f ms", text->len, piece,
                    (g_get_monotonic_time () - begun) / 1e3);

  if (yyjson_obj_get (golden, "decoded"))
    {
      g_autofree gchar *all     = pisces_tokenizer_decode (tokenizer, (gint32 *) ids->data,
                                                           ids->len, FALSE, NULL, NULL);
      g_autofree gchar *visible = pisces_tokenizer_decode (tokenizer, (gint32 *) ids->data,
                                                           ids->len, TRUE, NULL, NULL);

      g_assert_cmpstr (all, ==, yyjson_get_str (yyjson_obj_get (golden, "decoded")));
      g_assert_cmpstr (visible, ==,
                       yyjson_get_str (yyjson_obj_get (golden, "without_special")));
    }

  g_array_set_size (ids, 0);
  g_assert_true (pisces_tokenizer_encode_plain (tokenizer, text->str, ids, NULL, NULL));
  assert_ids (ids, plain ? plain : golden, text->str);
}

/* Ids in arbitrary order, which may not form characters.  A zero byte, which
 * Python shows and C cannot, is U+FFFD here.  */
static void
check_decoding (PiscesTokenizer *tokenizer,
                yyjson_val      *golden)
{
  g_autoptr (GArray)  ids      = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree gchar   *text     = NULL;
  yyjson_val         *list     = yyjson_obj_get (golden, "ids");
  yyjson_val         *string   = yyjson_obj_get (golden, "text");
  gsize               i;

  for (i = 0; i < yyjson_arr_size (list); i++)
    {
      gint32 id = yyjson_get_int (yyjson_arr_get (list, i));

      g_array_append_val (ids, id);
    }
  for (i = 0; i < yyjson_get_len (string); i++)
    if (yyjson_get_str (string)[i])
      g_string_append_c (expected, yyjson_get_str (string)[i]);
    else
      g_string_append (expected, "\357\277\275");

  text = pisces_tokenizer_decode (tokenizer, (gint32 *) ids->data, ids->len, TRUE, NULL, NULL);
  g_assert_cmpstr (text, ==, expected->str);
}

static void
test_kind (gconstpointer data)
{
  const gchar                 *kind      = data;
  g_autofree gchar            *name      = g_strconcat (kind, ".tokens.json", NULL);
  g_autofree gchar            *file      = g_strconcat (kind, ".tokenizer.json", NULL);
  g_autofree gchar            *path      = golden_path (file);
  g_autoptr (GError)           error     = NULL;
  g_autoptr (PiscesTokenizer)  tokenizer = NULL;
  yyjson_doc                  *golden    = golden_document (name);
  yyjson_val                  *root      = yyjson_doc_get_root (golden);
  yyjson_val                  *list;
  yyjson_arr_iter              iter;
  yyjson_val                  *value;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      tokenizer = pisces_tokenizer_load (path, &error);
    }
  else
    {
      g_autofree gchar *folder = golden_path (kind);

      tokenizer = pisces_tokenizer_load_clip (folder, &error);
    }
  g_assert_no_error (error);
  g_assert_cmpint (pisces_tokenizer_n_tokens (tokenizer), ==,
                   golden_number (root, "n_tokens"));

  list = yyjson_obj_get (root, "cases");
  g_assert_cmpuint (yyjson_arr_size (list), >, 200);
  yyjson_arr_iter_init (list, &iter);
  while ((value = yyjson_arr_iter_next (&iter)))
    check_text (tokenizer, value);

  list = yyjson_obj_get (root, "decodings");
  g_assert_cmpuint (yyjson_arr_size (list), >, 50);
  yyjson_arr_iter_init (list, &iter);
  while ((value = yyjson_arr_iter_next (&iter)))
    check_decoding (tokenizer, value);

  yyjson_doc_free (golden);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/tokenizer/byte-level", "byte-level", test_kind);
  g_test_add_data_func ("/tokenizer/llama3", "llama3", test_kind);
  g_test_add_data_func ("/tokenizer/janus", "janus", test_kind);
  g_test_add_data_func ("/tokenizer/sentencepiece", "sentencepiece", test_kind);
  g_test_add_data_func ("/tokenizer/clip", "clip", test_kind);
  g_test_add_data_func ("/tokenizer/nano", "nano", test_kind);

  return g_test_run ();
}
