/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A language model whose output layer is its table of embeddings has this
 * table on the device only once, and computes the same bits as with two
 * copies.  If its matrices are quantised it needs both, because the table is
 * not.
 */

#include <string.h>

#include "engine/networks/llama.h"
#include "engine/networks/weight-source.h"
#include "tests/networks/golden.h"

typedef struct
{
  gsize   weight_bytes;
  gint    n_words, hidden;
  gfloat *logits;
} Result;

static Result
write_one (gboolean may_share)
{
  g_autoptr (GoldenCase)       golden  = golden_case_open ("llama-3-tied", "model");
  g_autoptr (PiscesLlama)      llama   = NULL;
  g_autoptr (PiscesLlamaCache) cache   = NULL;
  PiscesBackend               *backend = golden->backend;
  PiscesBackendTable           table   = *backend->table;
  Result                       result  = { 0 };
  GError                      *error   = NULL;
  const gint32                 ids[]   = { 5, 0, 66 };
  PiscesTensor                 x, y;

  g_assert_true (table.linear_reads_tables);
  table.linear_reads_tables = may_share;
  backend->table = &table;
  llama = pisces_llama_load (backend, golden->config, golden->files, "", &error);
  g_assert_no_error (error);

  result.weight_bytes = backend->weight_bytes;
  result.n_words      = pisces_llama_get_config (llama)->vocab_size;
  result.hidden       = pisces_llama_get_config (llama)->hidden_size;
  result.logits       = g_new0 (gfloat, result.n_words);

  cache = pisces_llama_cache_new (llama, 8);
  x     = pisces_backend_alloc (backend, 2, G_N_ELEMENTS (ids), result.hidden);
  y     = pisces_backend_alloc (backend, 2, G_N_ELEMENTS (ids), result.hidden);
  pisces_llama_embed (llama, x, ids);
  pisces_llama_forward (llama, cache, y, x);
  g_assert_true (pisces_llama_logits (llama, pisces_tensor_rows (y, 2, 1), result.logits));

  return result;
}

static void
test_once (void)
{
  Result once  = write_one (TRUE);
  Result twice = write_one (FALSE);

  /* bfloat16.  */
  g_assert_cmpuint (twice.weight_bytes - once.weight_bytes, ==, 2 * once.n_words * once.hidden);
  g_assert_cmpmem (once.logits, once.n_words * sizeof (gfloat),
                   twice.logits, twice.n_words * sizeof (gfloat));
  g_free (once.logits);
  g_free (twice.logits);
}

/* nano's table, as if it were tied.  */
static void
test_rounded (void)
{
  for (gint n_bits = 0; n_bits <= 8; n_bits += 4)
    {
      g_autoptr (PiscesWeightSource) source  = NULL;
      g_autoptr (PiscesWeightFiles)  files   = NULL;
      GError                        *error   = NULL;
      PiscesBackend                 *backend = pisces_backend_open (g_getenv ("PISCES_TEST_BACKEND"),
                                                                    &error);
      PiscesHostTensor               embeddings;
      const PiscesWeight            *table;
      PiscesParameters               head;

      g_assert_no_error (error);
      backend->weight_bits = n_bits;
      files = pisces_weight_files_open (PISCES_NANO, "model", &error);
      g_assert_no_error (error);
      g_assert_true (pisces_weight_files_find (files, "language_model.model.embed_tokens.weight",
                                               &embeddings));
      source = pisces_weight_source_new (backend, files, "language_model.");
      table  = pisces_weight_source_table (source, "model.embed_tokens.weight",
                                           PISCES_WEIGHT_TABLE, embeddings.dims[0],
                                           embeddings.dims[1]);
      head   = pisces_weight_source_tied (source, table, "model.embed_tokens");
      g_assert_true (pisces_weight_source_check (source, &error));
      g_assert_no_error (error);

      g_assert_nonnull (head.weight);
      g_assert_cmpint (head.weight == table, ==, n_bits == 0);
      g_assert_cmpint (head.weight->dims[0], ==, table->dims[0]);
      g_clear_pointer (&source, pisces_weight_source_free);
      pisces_backend_close (backend);
    }
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/cuda/tied-embeddings/once", test_once);
  g_test_add_func ("/cuda/tied-embeddings/not-where-they-are-rounded", test_rounded);

  return g_test_run ();
}
