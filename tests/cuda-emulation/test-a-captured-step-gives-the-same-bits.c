/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decoding by a captured and replayed step gives, bit for bit, the same as op
 * by op: across several splits of the attention, after a rewind, in a cache of
 * another size, when memory that the graph uses is freed, when CUDA refuses to
 * capture or to launch, when the job is cancelled, and with weights that are
 * freed and loaded again.  It also needs few calls: one for the token, one for
 * its position, one for the graph.
 *
 * Longer than 500 lines, as its claims are many and share one model.
 */

#include <string.h>

#include "cuda-emulation.h"
#include "engine/networks/llama.h"
#include "engine/pisces.h"
#include "tests/networks/golden.h"

/* The cache of an ordinary run, with more than two splits of 64 keys.  */
#define N_POSITIONS 150
#define N_PROMPT    30
#define N_TOKENS    (N_POSITIONS - N_PROMPT)

/* More memory than a job needs.  */
#define ARENA_BYTES ((gsize) 1 << 20)

/* The first run of a step is op by op; if it allocates memory, as the device's
 * first run or one that loads weights again, so is the second.  */
#define N_BEFORE    1
#define N_TAKING    2

typedef struct
{
  GoldenCase       *golden;
  PiscesBackend    *backend;
  PiscesLlama      *llama;
  gint              hidden, n_words;
  gsize             mark;
  PiscesLlamaCache *cache;
  PiscesTensor      x, y;
} Decoder;


/*  decoding  */

static Decoder *
decoder_new (const gchar *name,
             gsize        budget)
{
  Decoder *decoder = g_new0 (Decoder, 1);
  GError  *error   = NULL;

  decoder->golden  = golden_case_open (name, "model");
  decoder->backend = decoder->golden->backend;
  decoder->backend->memory_budget = budget;
  decoder->backend->may_stream    = budget > 0;
  pisces_backend_reserve (decoder->backend, ARENA_BYTES);
  decoder->llama   = pisces_llama_load (decoder->backend, decoder->golden->config,
                                        decoder->golden->files, "", &error);
  g_assert_no_error (error);
  decoder->hidden  = pisces_llama_get_config (decoder->llama)->hidden_size;
  decoder->n_words = pisces_llama_get_config (decoder->llama)->vocab_size;

  return decoder;
}

static void
decoder_free (Decoder *decoder)
{
  pisces_llama_free (decoder->llama);
  golden_case_close (decoder->golden);
  g_free (decoder);
  g_assert_cmpint (cuda_emulation_n_live (), ==, 0);
}

/* Begins a job, which reads a prompt.  */
static void
job_begin (Decoder *decoder,
           gint64   n_positions)
{
  PiscesBackend *backend = decoder->backend;
  gint32         ids[N_PROMPT];
  PiscesTensor   x, y;
  gsize          mark;

  for (gint i = 0; i < N_PROMPT; i++)
    ids[i] = i * i % decoder->n_words;

  decoder->mark  = pisces_backend_mark (backend);
  decoder->cache = pisces_llama_cache_new (decoder->llama, n_positions);
  decoder->x     = pisces_backend_alloc (backend, 2, 1, decoder->hidden);
  decoder->y     = pisces_backend_alloc (backend, 2, 1, decoder->hidden);

  mark = pisces_backend_mark (backend);
  x    = pisces_backend_alloc (backend, 2, N_PROMPT, decoder->hidden);
  y    = pisces_backend_alloc (backend, 2, N_PROMPT, decoder->hidden);
  pisces_llama_embed (decoder->llama, x, ids);
  pisces_llama_forward (decoder->llama, decoder->cache, y, x);
  pisces_backend_release (backend, mark);
}

static void
job_end (Decoder *decoder)
{
  GError *error = NULL;

  pisces_backend_finish (decoder->backend, &error);
  g_assert_no_error (error);
  g_clear_pointer (&decoder->cache, pisces_llama_cache_free);
  pisces_backend_release (decoder->backend, decoder->mark);
}

/* Writes the state after each of some tokens, [n, hidden], into the next
 * rows.  */
static void
decode (Decoder *decoder,
        gint     first,
        gint     n,
        GArray  *states)
{
  for (gint i = first; i < first + n; i++)
    {
      const gint32 id  = (7 * i + 3) % decoder->n_words;
      const guint  row = states->len;

      pisces_llama_embed (decoder->llama, decoder->x, &id);
      pisces_llama_forward (decoder->llama, decoder->cache, decoder->y, decoder->x);
      g_array_set_size (states, row + decoder->hidden);
      g_assert_true (pisces_download (decoder->backend,
                                      &g_array_index (states, gfloat, row),
                                      decoder->y));
    }
}

/* The states of some tokens when they are computed op by op.  */
static GArray *
decode_plainly (Decoder *decoder,
                gint64   n_positions,
                gint     n)
{
  GArray        *states = g_array_new (FALSE, FALSE, sizeof (gfloat));
  const gboolean may    = decoder->backend->may_capture;

  decoder->backend->may_capture = FALSE;
  cuda_emulation_reset_counts ();
  job_begin (decoder, n_positions);
  decode (decoder, 0, n, states);
  job_end (decoder);
  decoder->backend->may_capture = may;
  g_assert_cmpint (cuda_emulation_n_calls ("cudaStreamBeginCapture"), ==, 0);
  g_assert_cmpint (cuda_emulation_n_calls ("cudaGraphLaunch"), ==, 0);

  return states;
}

static gboolean
is_same (const GArray *a,
         const GArray *b)
{
  return a->len == b->len && memcmp (a->data, b->data, a->len * sizeof (gfloat)) == 0;
}

static void
expect_graphs (glong n_captured,
               glong n_replayed)
{
  g_assert_cmpint (cuda_emulation_n_calls ("cudaStreamBeginCapture"), ==, n_captured);
  g_assert_cmpint (cuda_emulation_n_calls ("cudaGraphLaunch"), ==, n_replayed);
}


/*  the claims  */

static void
test_same (gconstpointer name)
{
  Decoder           *decoder = decoder_new (name, 0);
  g_autoptr (GArray) plain   = decode_plainly (decoder, N_POSITIONS, N_TOKENS);
  g_autoptr (GArray) states  = g_array_new (FALSE, FALSE, sizeof (gfloat));
  glong              n_plain;

  n_plain = cuda_emulation_n_calls ("cudaLaunchKernel");
  for (guint order = 0; order < 4; order += 3)
    {
      cuda_emulation_set_order (order);
      g_array_set_size (states, 0);
      cuda_emulation_reset_counts ();
      job_begin (decoder, N_POSITIONS);
      decode (decoder, 0, N_BEFORE + 1, states);
      expect_graphs (1, 1);

      /* One gather for each token; the state is read directly from its
       * memory.  */
      cuda_emulation_reset_counts ();
      decode (decoder, N_BEFORE + 1, N_TOKENS - N_BEFORE - 1, states);
      expect_graphs (0, N_TOKENS - N_BEFORE - 1);
      g_assert_cmpint (cuda_emulation_n_calls ("cudaLaunchKernel"), ==,
                       N_TOKENS - N_BEFORE - 1);
      g_assert_cmpint (cuda_emulation_n_calls ("cudaMalloc"), ==, 0);
      g_assert_cmpint (cuda_emulation_n_calls ("cudaFree"), ==, 0);
      g_assert_cmpint (cuda_emulation_n_calls ("cudaMemcpyAsync"), ==,
                       3 * (N_TOKENS - N_BEFORE - 1));
      job_end (decoder);
      g_assert_true (is_same (states, plain));
    }
  cuda_emulation_set_order (0);
  g_test_message ("%s: %d tokens, %ld launches op by op, the same bits", (const gchar *) name,
                  N_TOKENS, n_plain);

  decoder_free (decoder);
}

static void
test_rewind (void)
{
  Decoder           *decoder = decoder_new ("llama", 0);
  g_autoptr (GArray) plain   = decode_plainly (decoder, N_POSITIONS, 90);
  g_autoptr (GArray) states  = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autoptr (GArray) other   = g_array_new (FALSE, FALSE, sizeof (gfloat));

  cuda_emulation_reset_counts ();
  job_begin (decoder, N_POSITIONS);
  decode (decoder, 5, 70, other);
  pisces_llama_cache_rewind (decoder->cache, N_PROMPT);
  decode (decoder, 0, 90, states);
  job_end (decoder);

  expect_graphs (1, 70 + 90 - N_BEFORE);
  g_assert_true (is_same (states, plain));
  decoder_free (decoder);
}

/* The next job has another cache, in the same memory.  */
static void
test_next_job (void)
{
  static const gint64 n_positions[] = { N_POSITIONS, 60, N_POSITIONS };
  Decoder            *decoder       = decoder_new ("llama-3-tied", 0);

  for (guint i = 0; i < G_N_ELEMENTS (n_positions); i++)
    {
      const gint         n      = n_positions[i] - N_PROMPT;
      g_autoptr (GArray) plain  = decode_plainly (decoder, n_positions[i], n);
      g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (gfloat));

      cuda_emulation_reset_counts ();
      job_begin (decoder, n_positions[i]);
      decode (decoder, 0, n, states);
      job_end (decoder);
      expect_graphs (1, n - N_BEFORE);
      g_assert_true (is_same (states, plain));
    }
  decoder_free (decoder);
}

/* Between two tokens, something needs more scratch memory, other tensors are
 * passed, or the arena grows.  */
static void
test_moved_memory (void)
{
  Decoder           *decoder = decoder_new ("llama", 0);
  PiscesBackend     *backend = decoder->backend;
  g_autoptr (GArray) plain   = decode_plainly (decoder, N_POSITIONS, 40);
  g_autoptr (GArray) states  = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autofree gfloat *values  = g_new0 (gfloat, 1 << 20);
  PiscesTensor       large, x, y;
  gsize              mark;

  cuda_emulation_reset_counts ();
  job_begin (decoder, N_POSITIONS);
  decode (decoder, 0, 10, states);
  expect_graphs (1, 10 - N_BEFORE);

  mark  = pisces_backend_mark (backend);
  large = pisces_backend_alloc (backend, 2, 1 << 10, 1 << 10);
  pisces_upload (backend, large, values);
  pisces_backend_release (backend, mark);
  decode (decoder, 10, 10, states);
  expect_graphs (2, 20 - 2 * N_BEFORE);

  /* Frees the empty blocks of the arena.  */
  pisces_backend_trim (backend);
  decode (decoder, 20, 10, states);
  expect_graphs (3, 30 - 3 * N_BEFORE);

  x = decoder->x;
  y = decoder->y;
  decoder->x = pisces_backend_alloc (backend, 2, 1, decoder->hidden);
  decoder->y = pisces_backend_alloc (backend, 2, 1, decoder->hidden);
  decode (decoder, 30, 5, states);
  expect_graphs (4, 35 - 4 * N_BEFORE);
  decoder->x = x;
  decoder->y = y;
  decode (decoder, 35, 5, states);
  expect_graphs (5, 40 - 5 * N_BEFORE);
  job_end (decoder);

  g_assert_true (is_same (states, plain));
  decoder_free (decoder);
}

static void
test_refused (gconstpointer call)
{
  Decoder           *decoder = decoder_new ("llama", 0);
  g_autoptr (GArray) plain   = decode_plainly (decoder, N_POSITIONS, 20);

  for (glong n = 1; n <= 3; n += 2)
    {
      g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (gfloat));

      cuda_emulation_reset_counts ();
      job_begin (decoder, N_POSITIONS);
      decode (decoder, 0, N_BEFORE, states);
      /* The first launch is that of the token itself.  */
      cuda_emulation_fail (call, n + (strcmp (call, "cudaLaunchKernel") == 0),
                           cudaErrorStreamCaptureUnsupported);
      decode (decoder, N_BEFORE, 20 - N_BEFORE, states);
      cuda_emulation_fail (NULL, 0, cudaSuccess);
      job_end (decoder);
      g_assert_true (is_same (states, plain));
      if (n == 1)
        g_assert_cmpint (cuda_emulation_n_calls ("cudaGraphLaunch"), ==,
                         strcmp (call, "cudaGraphLaunch") == 0);
    }
  decoder_free (decoder);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Decoder                 *decoder     = decoder_new ("llama", 0);
  g_autoptr (GArray)       plain       = decode_plainly (decoder, N_POSITIONS, 30);
  g_autoptr (GArray)       states      = g_array_new (FALSE, FALSE, sizeof (gfloat));
  GError                  *error       = NULL;

  /* Before the first token, before the one that is captured, and later.  */
  for (gint n = 0; n < 4; n++)
    {
      pisces_backend_begin (decoder->backend, cancellable);
      job_begin (decoder, N_POSITIONS);
      decode (decoder, 0, n, states);
      g_cancellable_cancel (cancellable);
      cuda_emulation_reset_counts ();
      pisces_llama_forward (decoder->llama, decoder->cache, decoder->y, decoder->x);
      expect_graphs (0, 0);
      g_assert_false (pisces_backend_finish (decoder->backend, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&error);
      g_cancellable_reset (cancellable);
      pisces_backend_begin (decoder->backend, NULL);
      job_end (decoder);
    }

  g_array_set_size (states, 0);
  job_begin (decoder, N_POSITIONS);
  decode (decoder, 0, 30, states);
  job_end (decoder);
  g_assert_true (is_same (states, plain));
  decoder_free (decoder);
}

/* If weights are freed for each other during a step, it is not captured.  If
 * all of them fit it is, although they could be freed.  */
static void
test_streamed (void)
{
  Decoder           *decoder = decoder_new ("llama", 0);
  g_autoptr (GArray) plain   = decode_plainly (decoder, N_POSITIONS, 20);
  const gsize        whole   = pisces_backend_resident_bytes (decoder->backend);
  const gsize        part    = whole - decoder->backend->weight_bytes / 2;
  gsize              held;

  decoder_free (decoder);
  for (guint i = 0; i < 2; i++)
    {
      const gsize        budget = i == 0 ? part : 2 * whole;
      g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (gfloat));

      decoder = decoder_new ("llama", budget);
      cuda_emulation_reset_counts ();
      job_begin (decoder, N_POSITIONS);
      decode (decoder, 0, 10, states);
      if (i == 0)
        g_assert_cmpuint (decoder->backend->n_evicted, >, 10);
      expect_graphs (i, i == 0 ? 0 : 10 - N_TAKING);

      /* Weights are freed between two tokens.  */
      held = pisces_backend_resident_bytes (decoder->backend);
      decoder->backend->memory_budget = held;
      pisces_backend_make_room (decoder->backend, decoder->backend->weight_bytes / 2, NULL);
      decoder->backend->memory_budget = budget;
      g_assert_cmpuint (pisces_backend_resident_bytes (decoder->backend), <, held);
      decode (decoder, 10, 10, states);
      job_end (decoder);
      expect_graphs (2 * i, i == 0 ? 0 : 20 - 2 * N_TAKING);
      g_assert_true (is_same (states, plain));
      decoder_free (decoder);
    }
}

/* Launches keep the position of the capture: this test must notice that.  */
static void
test_planted (void)
{
  g_autofree gchar  *usual   = g_strdup (g_getenv ("PISCES_TEST_BACKEND"));
  g_autoptr (GArray) plain   = NULL;
  g_autoptr (GArray) states  = g_array_new (FALSE, FALSE, sizeof (gfloat));
  Decoder           *decoder;

  g_setenv ("PISCES_TEST_BACKEND", "cuda-mistaken", TRUE);
  g_setenv ("PISCES_TEST_MISTAKE", "attention-keeps-its-position", TRUE);
  decoder = decoder_new ("llama", 0);
  plain   = decode_plainly (decoder, N_POSITIONS, 20);

  cuda_emulation_reset_counts ();
  job_begin (decoder, N_POSITIONS);
  decode (decoder, 0, 20, states);
  job_end (decoder);
  expect_graphs (1, 20 - N_BEFORE);

  /* Results are right as long as the position is that of the capture.  */
  g_assert_cmpint (memcmp (states->data, plain->data,
                           (N_BEFORE + 1) * decoder->hidden * sizeof (gfloat)), ==, 0);
  g_assert_false (is_same (states, plain));
  decoder_free (decoder);
  g_unsetenv ("PISCES_TEST_MISTAKE");
  g_setenv ("PISCES_TEST_BACKEND", usual, TRUE);
}

/* Whole jobs, with everything else in them: randomly chosen words, visual
 * vectors, a second text after the same image.  No step of the UNet is
 * captured, so it runs once, and for nano not at all.  */
static void
test_engine (gconstpointer folder)
{
  const gboolean    draws     = strcmp (folder, PISCES_TINY_MODEL) == 0;
  g_autofree gchar *words[2]  = { NULL };
  g_autofree gchar *plans[2]  = { NULL };
  GBytes           *pixels[2] = { NULL };

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PiscesImage)           image    = pisces_image_new (64, 64, NULL);
      g_autoptr (PiscesDescribeRequest) describe = NULL;
      g_autoptr (PiscesGenerateRequest) generate = pisces_generate_request_new ("a red star");
      g_autoptr (PiscesDescribeResult)  said     = NULL;
      g_autoptr (PiscesGenerateResult)  drawn    = NULL;
      PiscesEngine                     *engine;
      PiscesPicture                    *picture;
      GError                           *error    = NULL;

      g_setenv ("PISCES_CUDA_GRAPHS", i == 0 ? "no" : "yes", TRUE);
      engine = pisces_engine_new (folder, "cuda-emulated");
      for (gint p = 0; p < 64 * 64 * 4; p++)
        image->pixels[p] = p % 4 == 3 ? 255 : p / 4 % 64 * 4;
      describe = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_ANSWER);
      describe->question = g_strdup ("what colour");
      generate->seed           = 3;
      generate->steps          = 1;
      generate->guidance_scale = 1.0;

      cuda_emulation_reset_counts ();
      said = pisces_engine_describe (engine, describe, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      if (draws)
        drawn = pisces_engine_generate (engine, generate, NULL, NULL, NULL, &error);
      else
        plans[i] = pisces_engine_plan (engine, generate, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_test_message ("%ld graphs, %ld launches of them", cuda_emulation_n_calls ("cudaStreamBeginCapture"),
                      cuda_emulation_n_calls ("cudaGraphLaunch"));
      if (i == 0)
        expect_graphs (0, 0);
      else
        g_assert_cmpint (cuda_emulation_n_calls ("cudaGraphLaunch"), >, 3);

      words[i] = g_strconcat (said->short_text, "; ", said->answer, NULL);
      if (draws)
        {
          picture   = drawn->pictures->pdata[0];
          plans[i]  = g_strdup (picture->plan);
          pixels[i] = g_bytes_new (picture->image->pixels,
                                   (gsize) picture->image->width * picture->image->height * 4);
        }
      g_object_unref (engine);
      for (guint w = 0; w < 6000 && cuda_emulation_n_live () > 0; w++)
        g_usleep (10000);
      g_assert_cmpint (cuda_emulation_n_live (), ==, 0);
    }

  g_assert_cmpstr (words[0], ==, words[1]);
  g_assert_cmpstr (plans[0], ==, plans[1]);
  g_assert_true (! draws || g_bytes_equal (pixels[0], pixels[1]));
  g_clear_pointer (&pixels[0], g_bytes_unref);
  g_clear_pointer (&pixels[1], g_bytes_unref);
}

gint
main (gint    argc,
      gchar **argv)
{
  static const gchar *calls[] = { "cudaStreamBeginCapture", "cudaStreamEndCapture",
                                  "cudaGraphInstantiate", "cudaGraphLaunch",
                                  "cudaLaunchKernel" };

  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/cuda/captured/float32-is-the-same", "llama", test_same);
  g_test_add_data_func ("/cuda/captured/bfloat16-is-the-same", "llama-3-tied", test_same);
  g_test_add_func ("/cuda/captured/after-a-rewind", test_rewind);
  g_test_add_func ("/cuda/captured/in-the-next-job", test_next_job);
  g_test_add_func ("/cuda/captured/when-memory-has-moved", test_moved_memory);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree gchar *path = g_strdup_printf ("/cuda/captured/not-without/%s", calls[i]);

      g_test_add_data_func (path, calls[i], test_refused);
    }
  g_test_add_func ("/cuda/captured/not-when-cancelled", test_cancelled);
  g_test_add_func ("/cuda/captured/with-streamed-weights", test_streamed);
  g_test_add_func ("/cuda/captured/a-stale-position-is-seen", test_planted);
  g_test_add_data_func ("/cuda/captured/a-random-model-does-the-same", PISCES_TINY_MODEL, test_engine);
  g_test_add_data_func ("/cuda/captured/nano-does-the-same", PISCES_SOURCE_MODEL, test_engine);

  return g_test_run ();
}
