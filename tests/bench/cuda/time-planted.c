/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * time-planted BACKEND MODELS: measures how long the steps of a Pisces with
 * planted weights take on an available backend, compared with what the data
 * sheet of its card allows, if that is known.  For gpu-check; PISCES_WEIGHTS
 * chooses the form of the matrices.  The exit status is 1 if something failed,
 * or gave numbers that are not finite.
 */

#include <math.h>
#include <string.h>

#include "engine/pisces.h"
#include "tests/bench/cuda/counting.h"
#include "tests/bench/cuda/gpus.h"
#include "tests/bench/cuda/least.h"
#include "tests/bench/cuda/planted-steps.h"

/* A step is repeated until one of these limits is reached.  */
#define MAX_RUNS 20
#define MAX_US   (2 * G_USEC_PER_SEC)

/* One run allocates, one captures, and the clock rate rises.  */
#define N_BEFORE 3

/* Only least.c counts here.  */
Counts counts;

static gint    find_gpu     (const gchar   *description);
static void    time_step    (Planted       *planted,
                             gint           gpu,
                             const gchar   *what,
                             PlantedStep    step,
                             gdouble        per_second,
                             const gchar   *unit);
static gint64  run_once     (Planted       *planted,
                             PlantedStep    step);
static gint    compare_time (gconstpointer  a,
                             gconstpointer  b);
static void    expect_finite
                            (Planted       *planted,
                             const gchar   *what,
                             PiscesTensor   tensor);


gint
main (gint    argc,
      gchar **argv)
{
  Planted        planted = { .backend = NULL };
  GError        *error   = NULL;
  gint64         began   = g_get_monotonic_time ();
  PiscesBackend *backend;
  gint           gpu;
  gint           tile;

  if (argc != 3)
    {
      g_printerr ("time-planted BACKEND MODELS\n");
      return 2;
    }

  planted_weights_fill ();
  backend = pisces_backend_open (argv[1], &error);
  if (! backend)
    g_error ("%s", error->message);

  if (! planted_load (&planted, backend, argv[2], &error))
    {
      const gboolean is_small = g_error_matches (error, PISCES_ERROR,
                                                 PISCES_ERROR_OUT_OF_MEMORY);

      g_print ("  not run: %s\n", error->message);
      planted_free (&planted);
      return is_small ? 0 : 1;
    }
  gpu  = find_gpu (backend->description);
  tile = planted_reserve (&planted);
  planted_begin (&planted);
  if (! pisces_backend_finish (backend, &error))
    g_error ("%s", error->message);
  g_print ("  loaded in %.1f s: %.2f GB of weights, %.2f GB for results; the picture is decoded %s\n",
           (g_get_monotonic_time () - began) / 1e6, backend->weight_bytes / 1e9,
           backend->arena_bytes / 1e9, tile ? "in tiles" : "whole");

  least_watch (backend);
  if (backend->may_capture)
    {
      backend->may_capture = FALSE;
      time_step (&planted, gpu, "a token, op by op", planted_decode, 1, "tokens");
      backend->may_capture = TRUE;
      time_step (&planted, gpu, "a token, replayed", planted_decode, 1, "tokens");
    }
  else
    {
      time_step (&planted, gpu, "a token", planted_decode, 1, "tokens");
    }
  expect_finite (&planted, "logits", planted.logits);
  time_step (&planted, gpu, "a prompt", planted_prompt, PLANTED_PROMPT, "tokens");
  time_step (&planted, gpu, "a short prompt", planted_words, PLANTED_WORDS, "tokens");
  time_step (&planted, gpu, "an image seen", planted_see, 1, "images");
  expect_finite (&planted, "visual tokens", planted.tokens);
  time_step (&planted, gpu, "a denoising step", planted_denoise, 1, "steps");
  time_step (&planted, gpu, "a latent decoded", planted_develop, 1, "pictures");
  expect_finite (&planted, "picture", planted.picture);

  planted_free (&planted);
  return 0;
}


/*  private functions  */

static gint
find_gpu (const gchar *description)
{
  for (guint i = 0; i < G_N_ELEMENTS (gpus) && description; i++)
    if (strstr (description, gpus[i].said))
      return i;
  return -1;
}

/* Rates refer to the least bytes and operations, as in bench-cuda.  */
static void
time_step (Planted     *planted,
           gint         gpu,
           const gchar *what,
           PlantedStep  step,
           gdouble      per_second,
           const gchar *unit)
{
  gint64  times[MAX_RUNS];
  gint64  all = 0;
  gint    n   = 0;
  gdouble seconds, least_bytes, least_operations;

  /* In the first run the ops run one by one, so that least.c sees them.  */
  memset (&counts, 0, sizeof (counts));
  run_once (planted, step);
  least_bytes      = counts.least_bytes;
  least_operations = counts.least_operations;
  for (gint i = 1; i < N_BEFORE; i++)
    run_once (planted, step);

  for (; n < MAX_RUNS && all < MAX_US; n++)
    {
      times[n] = run_once (planted, step);
      all     += times[n];
    }
  qsort (times, n, sizeof (*times), compare_time);
  seconds = times[n / 2] / 1e6;

  g_print ("  %-18s %9.2f ms, fastest %9.2f, of %2d; %9.1f %s/s; %7.1f GB/s, %6.1f TFLOP/s",
           what, seconds * 1000, times[0] / 1e3, n, per_second / seconds, unit,
           least_bytes / seconds / GIGA, least_operations / seconds / TERA);
  if (gpu >= 0)
    {
      const gdouble bound = MAX (least_bytes / gpus[gpu].bytes_s,
                                 least_operations / gpus[gpu].tensor_s);

      g_print ("; %3.0f %% of what an %s allows", 100 * bound / seconds, gpus[gpu].name);
    }
  g_print ("\n");
}

static gint64
run_once (Planted     *planted,
          PlantedStep  step)
{
  const gint64  began = g_get_monotonic_time ();
  GError       *error = NULL;

  step (planted);
  if (! pisces_backend_finish (planted->backend, &error))
    g_error ("%s", error->message);

  return g_get_monotonic_time () - began;
}

static gint
compare_time (gconstpointer a,
              gconstpointer b)
{
  const gint64 x = *(const gint64 *) a;
  const gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static void
expect_finite (Planted      *planted,
               const gchar  *what,
               PiscesTensor  tensor)
{
  const gint64       n      = pisces_tensor_count (tensor);
  g_autofree gfloat *values = g_new (gfloat, n);
  gfloat             most   = 0;

  if (! pisces_download (planted->backend, values, tensor))
    g_error ("The %s could not be read.", what);
  for (gint64 i = 0; i < n; i++)
    {
      if (! isfinite (values[i]))
        g_error ("The %s are not all finite.", what);
      most = MAX (most, ABS (values[i]));
    }
  if (most == 0)
    g_error ("The %s are nothing but zeros.", what);
}
