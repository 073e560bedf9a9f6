/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-cuda MODELS [JSON]: what the CUDA backend asks of a device for an 8B
 * Pisces (LLaMA-3.1-8B, SigLIP-so400m, SDXL's UNet and VAE at 1024²).  It is
 * counted on a device that executes nothing, and compared with the least that
 * is possible, and with the times that both would take at data-sheet rates.
 * No time here was measured; report.c prints.
 */

#include "kernels/backend.h"
#include "tests/bench/cuda/counting.h"
#include "tests/bench/cuda/least.h"
#include "tests/bench/cuda/planted-steps.h"
#include "tests/bench/cuda/report.h"

static void run     (const gchar *folder,
                     const gchar *format,
                     gdouble      target_gb);
static void measure (Planted     *planted,
                     const gchar *format,
                     const gchar *name,
                     const gchar *what,
                     gint         n_layers,
                     PlantedStep  step);
static void replay  (Planted     *planted,
                     const gchar *format,
                     gint         n_layers);


gint
main (gint    argc,
      gchar **argv)
{
  if (argc < 2)
    {
      g_printerr ("bench-cuda MODELS [JSON]\n");
      return 2;
    }

  report_begin (argc > 2 ? argv[2] : NULL);
  run (argv[1], "bf16", 24);
  run (argv[1], "q8_0", 0);
  run (argv[1], "q4_0", 10);
  report_end ();
  return 0;
}


/*  private functions  */

/* Runs all steps of one model whose matrices are in the given format.  */
static void
run (const gchar *folder,
     const gchar *format,
     gdouble      target_gb)
{
  Planted        planted = { .backend = NULL };
  GError        *error   = NULL;
  PiscesBackend *backend;
  gdouble        weights;
  gdouble        arena;
  gint           tile;

  /* The weights of the files are in bf16.  */
  if (g_strcmp0 (format, "bf16") == 0)
    g_unsetenv ("PISCES_WEIGHTS");
  else
    g_setenv ("PISCES_WEIGHTS", format, TRUE);
  counts_reset ();
  backend = pisces_cuda_backend_new ("counting device", 89, &error);
  if (! backend || ! planted_load (&planted, backend, folder, &error))
    g_error ("%s", error->message);
  least_watch (backend);
  weights = counts.device_bytes;
  backend->memory_budget = target_gb * 1e9;
  tile = planted_reserve (&planted);
  planted_begin (&planted);

  measure (&planted, format, "decode", "one token of LLaMA-3.1-8B behind 1023", 32, planted_decode);
  replay (&planted, format, 32);
  measure (&planted, format, "denoise", "one step of SDXL at 1024² with guidance", 0, planted_denoise);
  measure (&planted, format, "develop", tile ? "SDXL's VAE decodes 1024² in tiles"
                                             : "SDXL's VAE decodes 1024²", 0, planted_develop);
  measure (&planted, format, "see", "SigLIP-so400m sees 384²", 27, planted_see);
  measure (&planted, format, "prompt", "LLaMA-3.1-8B reads 768 positions", 32, planted_prompt);
  measure (&planted, format, "words", "LLaMA-3.1-8B reads 128 positions", 32, planted_words);
  arena = backend->arena_bytes;
  report_memory (format, weights, arena, counts.device_bytes, target_gb, tile);

  planted_free (&planted);
  report_left (counts.device_bytes);
}

/* Counts the second run of a step, because the first may allocate memory that
 * later ones use again.  The ops run one by one: what a graph does inside is
 * up to the device.  */
static void
measure (Planted      *planted,
         const gchar  *format,
         const gchar  *name,
         const gchar  *what,
         gint          n_layers,
         PlantedStep   step)
{
  GError *error = NULL;

  planted->backend->may_capture = FALSE;
  step (planted);
  counts_reset ();
  step (planted);
  report_step (format, name, what, n_layers);
  if (! pisces_backend_finish (planted->backend, &error))
    g_error ("%s: %s", name, error->message);
}

/* Counts a token after its step has been captured: the first run allocates,
 * the second captures.  */
static void
replay (Planted     *planted,
        const gchar *format,
        gint         n_layers)
{
  GError *error = NULL;

  planted->backend->may_capture = TRUE;
  planted_decode (planted);
  planted_decode (planted);
  counts_reset ();
  planted_decode (planted);
  report_replay (format, n_layers);
  if (! pisces_backend_finish (planted->backend, &error))
    g_error ("replay: %s", error->message);
}
