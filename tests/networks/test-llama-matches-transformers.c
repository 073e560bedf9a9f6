/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The decoder computes the same as transformers' LlamaForCausalLM, with and
 * without the KV cache.
 */

#include "engine/networks/llama.h"
#include "tests/networks/golden.h"

typedef struct
{
  GoldenCase       *golden;
  PiscesLlama      *llama;
  PiscesLlamaCache *cache;
  gint64            n;                     /* positions of the golden text */
  PiscesTensor      x;
  PiscesTensor      y;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  name)
{
  g_autoptr (GError) error = NULL;

  fixture->golden = golden_case_open (name, "model");
  fixture->llama  = pisces_llama_load (fixture->golden->backend,
                                       fixture->golden->config,
                                       fixture->golden->files, "", &error);
  g_assert_no_error (error);

  fixture->x     = golden_input (fixture->golden, "embeddings");
  fixture->y     = golden_output (fixture->golden, "states");
  fixture->n     = pisces_tensor_n_rows (fixture->x);
  fixture->cache = pisces_llama_cache_new (fixture->llama, fixture->n + 3);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  name)
{
  pisces_llama_cache_free (fixture->cache);
  pisces_llama_free (fixture->llama);
  golden_case_close (fixture->golden);
}

/* Runs rows [first, first + n) through the decoder.  */
static void
forward (Fixture *fixture,
         gint64   first,
         gint64   n)
{
  pisces_llama_forward (fixture->llama, fixture->cache,
                        pisces_tensor_rows (fixture->y, first, n),
                        pisces_tensor_rows (fixture->x, first, n));
}

static void
test_all_at_once (Fixture       *fixture,
                  gconstpointer  name)
{
  forward (fixture, 0, fixture->n);
  golden_compare (fixture->golden, "states", fixture->y);
  golden_compare (fixture->golden, "embeddings", fixture->x);
}

static void
test_one_by_one (Fixture       *fixture,
                 gconstpointer  name)
{
  for (gint64 i = 0; i < fixture->n; i++)
    forward (fixture, i, 1);

  g_assert_cmpint (pisces_llama_cache_length (fixture->cache), ==, fixture->n);
  golden_compare (fixture->golden, "states", fixture->y);
}

static void
test_in_pieces_after_rewind (Fixture       *fixture,
                             gconstpointer  name)
{
  /* Runs another text after the same beginning, and then goes back.  */
  forward (fixture, 0, 5);
  pisces_llama_forward (fixture->llama, fixture->cache,
                        pisces_tensor_rows (fixture->y, 5, 9),
                        pisces_tensor_rows (fixture->x, 10, 9));
  pisces_llama_cache_rewind (fixture->cache, 5);

  forward (fixture, 5, 11);
  forward (fixture, 16, 1);
  forward (fixture, 17, fixture->n - 17);
  golden_compare (fixture->golden, "states", fixture->y);
}

static void
test_logits (Fixture       *fixture,
             gconstpointer  name)
{
  gint                n_words = pisces_llama_get_config (fixture->llama)->vocab_size;
  PiscesHostTensor    golden  = golden_values (fixture->golden, "logits");
  g_autofree gfloat  *logits  = g_new (gfloat, n_words);
  g_autofree gfloat  *all     = g_new (gfloat, fixture->n * n_words);

  forward (fixture, 0, fixture->n);
  pisces_host_tensor_to_f32 (&golden, all);
  for (gint64 i = 0; i < fixture->n; i += 11)
    {
      g_assert_true (pisces_llama_logits (fixture->llama,
                                          pisces_tensor_rows (fixture->y, i, 1),
                                          logits));
      golden_compare_rows (fixture->golden, "logits", logits, all + i * n_words, n_words);
    }
}

/* Except for rows 7 to 10, which replace visual tokens.  */
static void
test_embeddings (Fixture       *fixture,
                 gconstpointer  name)
{
  PiscesHostTensor   golden = golden_values (fixture->golden, "ids");
  g_autofree gint32 *ids    = g_memdup2 (golden.data,
                                         fixture->n * sizeof (gint32));

  pisces_llama_embed (fixture->llama, pisces_tensor_rows (fixture->x, 0, 7),
                      ids);
  pisces_llama_embed (fixture->llama,
                      pisces_tensor_rows (fixture->x, 11, fixture->n - 11),
                      ids + 11);
  golden_compare (fixture->golden, "embeddings", fixture->x);
}

static void
test_full_cache (Fixture       *fixture,
                 gconstpointer  name)
{
  g_autoptr (GError) error = NULL;

  forward (fixture, 0, fixture->n);
  forward (fixture, 0, 4);
  pisces_backend_finish (fixture->golden->backend, &error);
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
}

static void
test_unknown_token (Fixture       *fixture,
                    gconstpointer  name)
{
  const gint32       ids[] = { 0, 1 << 30 };
  g_autoptr (GError) error = NULL;

  pisces_llama_embed (fixture->llama, pisces_tensor_rows (fixture->x, 0, 2),
                      ids);
  pisces_backend_finish (fixture->golden->backend, &error);
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
}

static void
test_scratch (Fixture       *fixture,
              gconstpointer  name)
{
  gsize mark = pisces_backend_mark (fixture->golden->backend);
  gsize resident;

  forward (fixture, 0, 9);
  resident = pisces_backend_resident_bytes (fixture->golden->backend);
  for (gint64 i = 9; i < fixture->n; i++)
    forward (fixture, i, 1);

  g_assert_cmpuint (pisces_backend_mark (fixture->golden->backend), ==, mark);
  g_assert_cmpuint (pisces_backend_resident_bytes (fixture->golden->backend),
                    ==, resident);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const gchar *claim;
    void      (* test) (Fixture *, gconstpointer);
  } claims[] =
  {
    { "all-at-once-matches",                test_all_at_once            },
    { "one-by-one-matches",                 test_one_by_one             },
    { "pieces-after-a-rewind-match",        test_in_pieces_after_rewind },
    { "logits-match",                       test_logits                 },
    { "embeddings-match",                   test_embeddings             },
    { "a-full-cache-gets-a-sentence",       test_full_cache             },
    { "an-unknown-token-gets-a-sentence",   test_unknown_token          },
    { "steps-take-no-more-memory",          test_scratch                },
  };
  static const gchar *cases[] = { "llama", "llama-3-tied" };

  g_test_init (&argc, &argv, NULL);

  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    for (guint i = 0; i < G_N_ELEMENTS (claims); i++)
      {
        g_autofree gchar *path = g_strdup_printf ("/networks/%s/%s", cases[c],
                                                  claims[i].claim);

        g_test_add (path, Fixture, cases[c], set_up, claims[i].test,
                    tear_down);
      }

  return g_test_run ();
}
