/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-llama.c: measures how fast a LLaMA runs on the CPU backend: the time
 * to its first token, a prompt, and tokens one by one.  A benchmark, not a
 * test; it prints one line of JSON.
 *
 *   bench-llama FOLDER [PROMPT [TOKENS [TURNS]]]
 *
 * FOLDER has config.json and model.safetensors, as make-model.py writes them.
 * With TURNS 0 it ends after the first token, to measure whole processes.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <glib/gstdio.h>

#include "engine/networks/llama.h"
#include "tests/cpu/bench-peaks.h"

/* After so many tokens it is measured what the memory gives: where other machines use
 * it too, this changes from second to second.  */
#define TOKENS_BETWEEN 4


typedef struct
{
  PiscesBackend *backend;
  PiscesLlama   *llama;
  gint           n_prompt;
  gint           n_tokens;
  gdouble        memory_speeds;     /* bytes per second: the sum of all that were measured */
  gint           n_memory_speeds;
} Bench;

/* The time on the clock, and the time for which all threads had a processor,
 * which says more on a machine that does other work too.  */
typedef struct
{
  gdouble clock;
  gdouble processor;
} Seconds;

static Seconds
now (void)
{
  return (Seconds) { g_get_monotonic_time () * 1e-6, (gdouble) clock () / CLOCKS_PER_SEC };
}

/* Returns how long it took.  */
static Seconds
measure_memory (Bench *bench)
{
  const Seconds start = now ();
  Seconds       end;

  bench->memory_speeds += memory_now ();
  bench->n_memory_speeds++;
  end = now ();

  return (Seconds) { end.clock - start.clock, end.processor - start.processor };
}

static Seconds
since (Seconds start)
{
  const Seconds end = now ();

  return (Seconds) { end.clock - start.clock, end.processor - start.processor };
}

/* Runs @n tokens through the decoder, all at once or one by one, and picks the
 * next token after the last one, or after each.  */
static Seconds
run (Bench    *bench,
     gint      n,
     gboolean  one_by_one)
{
  PiscesBackend      *backend = bench->backend;
  const gsize         mark    = pisces_backend_mark (backend);
  const gint          width   = pisces_llama_get_config (bench->llama)->hidden_size;
  const gint          words   = pisces_llama_get_config (bench->llama)->vocab_size;
  const gint          rows    = one_by_one ? 1 : n;
  PiscesLlamaCache   *cache   = pisces_llama_cache_new (bench->llama, n);
  PiscesTensor        x       = pisces_backend_alloc (backend, 2, rows, width);
  PiscesTensor        y       = pisces_backend_alloc (backend, 2, rows, width);
  g_autofree gint32  *ids     = g_new (gint32, rows);
  g_autofree gfloat  *logits  = g_new (gfloat, words);
  g_autoptr (GError)  error   = NULL;
  Seconds             start   = now ();

  for (gint done = 0; done < n; done += rows)
    {
      if (one_by_one && n > 1 && done % TOKENS_BETWEEN == 0)
        {
          const Seconds not_ours = measure_memory (bench);

          start.clock     += not_ours.clock;
          start.processor += not_ours.processor;
        }
      for (gint i = 0; i < rows; i++)
        ids[i] = (done + i) * 7919 % words;
      pisces_llama_embed (bench->llama, x, ids);
      pisces_llama_forward (bench->llama, cache, y, x);
      pisces_llama_logits (bench->llama, pisces_tensor_rows (y, rows - 1, 1), logits);
    }

  if (pisces_backend_is_failed (backend) && ! pisces_backend_finish (backend, &error))
    g_error ("%s", error->message);
  pisces_llama_cache_free (cache);
  pisces_backend_release (backend, mark);

  return since (start);
}

static gint
compare (gconstpointer a,
         gconstpointer b)
{
  const gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static gdouble
median (gdouble *values,
        gint     n)
{
  qsort (values, n, sizeof (*values), compare);

  return n ? values[n / 2] : 0;
}

int
main (int    argc,
      char **argv)
{
  const Seconds                   start    = now ();
  const gchar                    *folder   = argc > 1 ? argv[1] : ".";
  g_autofree gchar               *path     = g_build_filename (folder, "config.json", NULL);
  Bench                           bench    = { .n_prompt = argc > 2 ? atoi (argv[2]) : 512,
                                               .n_tokens = argc > 3 ? atoi (argv[3]) : 32 };
  const gint                      n_turns  = argc > 4 ? atoi (argv[4]) : 3;
  const Seconds                   nothing  = { 1, 1 };
  gdouble                        *rates[4];
  g_autoptr (GError)              error    = NULL;
  PiscesConfig                   *config   = pisces_config_load (path, &error);
  PiscesWeightFiles              *files;
  g_autofree gchar               *weights  = g_build_filename (folder, "model.safetensors", NULL);
  GStatBuf                        info;
  Seconds                         loaded, first;

  if (! config)
    g_error ("%s", error->message);
  files = pisces_weight_files_open (folder, "model", &error);
  if (! files)
    g_error ("%s", error->message);
  bench.backend = pisces_backend_open ("cpu", &error);
  if (! bench.backend)
    g_error ("%s", error->message);

  if (g_stat (weights, &info) == 0)
    bench.backend->model_bytes = info.st_size;

  bench.backend->may_map = TRUE;
  pisces_backend_begin (bench.backend, NULL);
  bench.llama = pisces_llama_load (bench.backend, config, files, "", &error);
  if (! bench.llama)
    g_error ("%s", error->message);
  loaded = since (start);
  run (&bench, 1, TRUE);
  first = since (start);

  if (n_turns > 0 && bench.n_tokens > 0)
    memory_now ();          /* The first time it takes longer.  */
  for (gint i = 0; i < 4; i++)
    rates[i] = g_new0 (gdouble, n_turns + 1);
  for (gint i = 0; i < n_turns; i++)
    {
      const Seconds prompt = bench.n_prompt ? run (&bench, bench.n_prompt, FALSE) : nothing;
      const Seconds tokens = bench.n_tokens ? run (&bench, bench.n_tokens, TRUE) : nothing;

      rates[0][i] = bench.n_prompt / prompt.clock;
      rates[1][i] = bench.n_prompt / prompt.processor;
      rates[2][i] = bench.n_tokens / tokens.clock;
      rates[3][i] = bench.n_tokens / tokens.processor;
    }
  printf ("{\"loaded_s\": %.3f, \"loaded_cpu_s\": %.3f, \"first_token_s\": %.3f, "
          "\"prompt_per_s\": %.2f, \"prompt_per_cpu_s\": %.2f, \"tokens_per_s\": %.3f, "
          "\"tokens_per_cpu_s\": %.3f, \"memory_bytes_per_s\": %.4g, "
          "\"weight_bytes\": %" G_GSIZE_FORMAT "}\n",
          loaded.clock, loaded.processor, first.clock,
          median (rates[0], n_turns), median (rates[1], n_turns),
          median (rates[2], n_turns), median (rates[3], n_turns),
          bench.memory_speeds / MAX (1, bench.n_memory_speeds), bench.backend->weight_bytes);

  for (gint i = 0; i < 4; i++)
    g_free (rates[i]);
  pisces_llama_free (bench.llama);
  pisces_weight_files_free (files);
  pisces_config_free (config);
  pisces_backend_close (bench.backend);
  return 0;
}
