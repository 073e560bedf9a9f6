/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Several texts of different lengths in one cache, with one token of each at a
 * time, give the same as each of them alone: op by op and, if the backend
 * captures the step, replayed.  A text can begin as a copy of another, and one
 * that has no room ends the job with a sentence.
 */

#include "engine/networks/llama.h"
#include "engine/pisces.h"
#include "tests/networks/golden.h"

#define N_TEXTS  3
#define N_TOKENS 12
#define N_ROOM   40

static const gint64 prompts[N_TEXTS] = { 5, 1, 9 };

typedef struct
{
  GoldenCase  *golden;
  PiscesLlama *llama;
  gint         hidden, n_words;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  name)
{
  GError *error = NULL;

  fixture->golden = golden_case_open (name, "model");
  fixture->llama  = pisces_llama_load (fixture->golden->backend, fixture->golden->config,
                                       fixture->golden->files, "", &error);
  g_assert_no_error (error);
  fixture->hidden  = pisces_llama_get_config (fixture->llama)->hidden_size;
  fixture->n_words = pisces_llama_get_config (fixture->llama)->vocab_size;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  name)
{
  pisces_llama_free (fixture->llama);
  golden_case_close (fixture->golden);
}

static gint32
token_of (const Fixture *fixture,
          gint           text,
          gint64         place)
{
  return (gint32) ((place * 7 + text * 13 + 3) % fixture->n_words);
}

/* Runs the first tokens of a text through the decoder.  */
static void
read_prompt (Fixture          *fixture,
             PiscesLlamaCache *cache,
             gint              sequence,
             gint              text)
{
  PiscesBackend *backend = fixture->golden->backend;
  const gsize    mark    = pisces_backend_mark (backend);
  const gint64   n       = prompts[text];
  PiscesTensor   x       = pisces_backend_alloc (backend, 2, n, fixture->hidden);
  PiscesTensor   y       = pisces_backend_alloc (backend, 2, n, fixture->hidden);
  gint32         ids[N_ROOM];

  for (gint64 i = 0; i < n; i++)
    ids[i] = token_of (fixture, text, i);
  pisces_llama_embed (fixture->llama, x, ids);
  pisces_llama_forward_one (fixture->llama, cache, sequence, y, x);
  pisces_backend_release (backend, mark);
}

/* Writes N_TOKENS of each of several texts; states: [N_TOKENS, n_texts,
 * hidden].  */
static void
write_texts (Fixture          *fixture,
             PiscesLlamaCache *cache,
             const gint       *texts,
             gint              n_texts,
             gfloat           *states)
{
  PiscesBackend *backend = fixture->golden->backend;
  const gsize    mark    = pisces_backend_mark (backend);
  PiscesTensor   x       = pisces_backend_alloc (backend, 2, n_texts, fixture->hidden);
  PiscesTensor   y       = pisces_backend_alloc (backend, 2, n_texts, fixture->hidden);
  gint32         ids[N_TEXTS];

  for (gint i = 0; i < N_TOKENS; i++)
    {
      for (gint t = 0; t < n_texts; t++)
        ids[t] = token_of (fixture, texts[t], prompts[texts[t]] + i);
      pisces_llama_embed (fixture->llama, x, ids);
      pisces_llama_forward (fixture->llama, cache, y, x);
      g_assert_true (pisces_download (backend, states + (gsize) i * n_texts * fixture->hidden, y));
    }
  pisces_backend_release (backend, mark);
}

/* [N_TOKENS, hidden] */
static gfloat *
write_alone (Fixture *fixture,
             gint     text)
{
  const gsize       mark   = pisces_backend_mark (fixture->golden->backend);
  gfloat           *states = g_new (gfloat, N_TOKENS * fixture->hidden);
  PiscesLlamaCache *cache  = pisces_llama_cache_new (fixture->llama, N_ROOM);

  read_prompt (fixture, cache, 0, text);
  write_texts (fixture, cache, &text, 1, states);
  g_assert_cmpint (pisces_llama_cache_length (cache), ==, prompts[text] + N_TOKENS);
  pisces_llama_cache_free (cache);
  pisces_backend_release (fixture->golden->backend, mark);

  return states;
}

/* texts: which text each sequence of a cache is.  */
static void
compare (Fixture      *fixture,
         const gint   *texts,
         const gfloat *states)
{
  for (gint t = 0; t < N_TEXTS; t++)
    {
      g_autofree gfloat *alone = write_alone (fixture, texts[t]);

      for (gint i = 0; i < N_TOKENS; i++)
        golden_compare_rows (fixture->golden, "a text among others",
                             states + (gsize) (i * N_TEXTS + t) * fixture->hidden,
                             alone + (gsize) i * fixture->hidden, fixture->hidden);
    }
}

static void
test_at_once (Fixture       *fixture,
              gconstpointer  name)
{
  static const gint  texts[N_TEXTS] = { 0, 1, 2 };
  const gsize        mark           = pisces_backend_mark (fixture->golden->backend);
  g_autofree gfloat *states         = g_new (gfloat, N_TOKENS * N_TEXTS * fixture->hidden);
  PiscesLlamaCache  *cache          = pisces_llama_cache_new_batch (fixture->llama, N_TEXTS,
                                                                    N_ROOM);

  for (gint t = 0; t < N_TEXTS; t++)
    read_prompt (fixture, cache, t, t);
  write_texts (fixture, cache, texts, N_TEXTS, states);
  for (gint t = 0; t < N_TEXTS; t++)
    g_assert_cmpint (pisces_llama_cache_sequence_length (cache, t), ==, prompts[t] + N_TOKENS);
  pisces_llama_cache_free (cache);
  pisces_backend_release (fixture->golden->backend, mark);

  compare (fixture, texts, states);
}

static void
test_copy (Fixture       *fixture,
           gconstpointer  name)
{
  static const gint  texts[N_TEXTS] = { 2, 0, 2 };
  const gsize        mark           = pisces_backend_mark (fixture->golden->backend);
  g_autofree gfloat *states         = g_new (gfloat, N_TOKENS * N_TEXTS * fixture->hidden);
  PiscesLlamaCache  *cache          = pisces_llama_cache_new_batch (fixture->llama, N_TEXTS,
                                                                    N_ROOM);

  read_prompt (fixture, cache, 0, 2);
  read_prompt (fixture, cache, 1, 0);
  pisces_llama_cache_copy (cache, 2, 0);
  write_texts (fixture, cache, texts, N_TEXTS, states);
  pisces_llama_cache_free (cache);
  pisces_backend_release (fixture->golden->backend, mark);

  compare (fixture, texts, states);
}

/* One of them is full.  */
static void
test_no_room (Fixture       *fixture,
              gconstpointer  name)
{
  PiscesBackend    *backend = fixture->golden->backend;
  PiscesLlamaCache *cache   = pisces_llama_cache_new_batch (fixture->llama, 2, prompts[2]);
  PiscesTensor      x       = pisces_backend_alloc (backend, 2, 2, fixture->hidden);
  PiscesTensor      y       = pisces_backend_alloc (backend, 2, 2, fixture->hidden);
  const gint32      ids[2]  = { 0, 0 };
  GError           *error   = NULL;

  read_prompt (fixture, cache, 0, 0);
  read_prompt (fixture, cache, 1, 2);
  pisces_llama_embed (fixture->llama, x, ids);
  pisces_llama_forward (fixture->llama, cache, y, x);
  g_assert_false (pisces_backend_finish (backend, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
  g_assert_cmpstr (error->message, ==, "The text is too long: it needs 10 positions, and "
                   "there is room for 9.");
  g_clear_error (&error);
  pisces_llama_cache_free (cache);
  pisces_backend_begin (backend, NULL);
}

gint
main (gint    argc,
      gchar **argv)
{
  static const gchar *names[] = { "llama", "llama-3-tied" };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree gchar *at_once = g_strdup_printf ("/llama/%s/texts-at-once", names[i]);
      g_autofree gchar *copy    = g_strdup_printf ("/llama/%s/a-copy-goes-on", names[i]);
      g_autofree gchar *no_room = g_strdup_printf ("/llama/%s/no-room-for-one", names[i]);

      g_test_add (at_once, Fixture, names[i], set_up, test_at_once, tear_down);
      g_test_add (copy, Fixture, names[i], set_up, test_copy, tear_down);
      g_test_add (no_room, Fixture, names[i], set_up, test_no_room, tear_down);
    }

  return g_test_run ();
}
