/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-networks.c: measures a vision encoder, a UNet or an MMDiT on the CPU backend.  A
 * benchmark, not a test; it prints one line of JSON.
 *
 *   bench-networks vit|unet|mmdit FOLDER TURNS
 *
 * FOLDER has config.json, model.safetensors and the inputs as plain float32
 * files, as networks.py writes them: pixels.f32, or x.f32, states.f32 and
 * pooled.f32.  What came out is written to ours.f32.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include "engine/networks/mmdit.h"
#include "engine/networks/unet.h"
#include "engine/networks/vit.h"


/* A step of a picture of 512 × 512, as SDXL's conditioning says it: original
 * size, corner, size that is wanted.  */
static const gfloat  time_ids[] = { 512, 512, 0, 0, 512, 512 };
static const gdouble timestep   = 500;

typedef struct
{
  const gchar       *folder;
  PiscesBackend     *backend;
  PiscesConfig      *config;
  PiscesWeightFiles *files;
  gint               n_turns;
  gdouble           *seconds;
} Bench;

static void
die_of (GError *error)
{
  g_printerr ("bench-networks: %s\n", error->message);
  exit (1);
}

/* The numbers of one file as a tensor [n / width, width].  */
static PiscesTensor
input_of (Bench       *bench,
          const gchar *name,
          gint64       width)
{
  g_autofree gchar *path  = g_build_filename (bench->folder, name, NULL);
  g_autofree gchar *bytes = NULL;
  GError           *error = NULL;
  PiscesTensor      x;
  gsize             n;

  if (! g_file_get_contents (path, &bytes, &n, &error))
    die_of (error);
  x = pisces_backend_alloc (bench->backend, 2, (gint64) (n / sizeof (gfloat)) / width, width);
  pisces_upload (bench->backend, x, (const gfloat *) bytes);

  return x;
}

static void
write_output (Bench        *bench,
              PiscesTensor  y)
{
  g_autofree gchar  *path   = g_build_filename (bench->folder, "ours.f32", NULL);
  const gsize        n      = pisces_tensor_count (y);
  g_autofree gfloat *values = g_new (gfloat, n);
  GError            *error  = NULL;

  if (! pisces_download (bench->backend, values, y) ||
      ! pisces_backend_finish (bench->backend, &error) ||
      ! g_file_set_contents (path, (const gchar *) values, n * sizeof (gfloat), &error))
    die_of (error);
}

static void
run_vit (Bench *bench)
{
  GError                *error  = NULL;
  g_autoptr (PiscesVit)  vit    = pisces_vit_load (bench->backend, bench->config, bench->files,
                                                   "", &error);
  const PiscesVitConfig *config;
  PiscesTensor           x, y;

  if (! vit)
    die_of (error);
  config = pisces_vit_get_config (vit);
  x = input_of (bench, "pixels.f32", config->n_channels);
  x = pisces_tensor_reshape (x, 4, 1, config->image_size,
                          config->image_size, config->n_channels);
  y = pisces_backend_alloc (bench->backend, 2, config->n_tokens,
                            config->hidden_size);
  for (gint i = -1; i < bench->n_turns; i++)
    {
      const gint64 start = g_get_monotonic_time ();

      pisces_vit_forward (vit, y, x);
      if (i >= 0)
        bench->seconds[i] = (g_get_monotonic_time () - start) * 1e-6;
    }
  write_output (bench, y);
}

static void
run_unet (Bench *bench)
{
  GError                        *error   = NULL;
  g_autoptr (PiscesUnet)         unet    = pisces_unet_load (bench->backend, bench->config,
                                                             bench->files, "", &error);
  g_autoptr (PiscesUnetContext)  context = NULL;
  const PiscesUnetConfig        *config;
  PiscesTensor                   x, y, states, pooled;

  if (! unet)
    die_of (error);
  config = pisces_unet_get_config (unet);
  x      = input_of (bench, "x.f32", config->in_channels);
  x      = pisces_tensor_reshape (x, 4, 1, config->sample_size,
                               config->sample_size, config->in_channels);
  y      = pisces_backend_alloc (bench->backend, 4, 1, config->sample_size,
                                 config->sample_size, config->out_channels);
  states = input_of (bench, "states.f32", config->cross_attention_dim);
  states = pisces_tensor_reshape (states, 3, 1, pisces_tensor_n_rows (states),
                               config->cross_attention_dim);
  pooled = input_of (bench, "pooled.f32",
                     config->projection_input_dim -
                     6 * config->addition_time_embed_dim);
  context = pisces_unet_context_new (unet, 1, states, pooled, time_ids, 6);
  for (gint i = -1; i < bench->n_turns; i++)
    {
      const gint64 start = g_get_monotonic_time ();

      pisces_unet_forward (unet, y, x, timestep, context);
      if (i >= 0)
        bench->seconds[i] = (g_get_monotonic_time () - start) * 1e-6;
    }
  write_output (bench, y);
}

/* A latent of 64 × 64, for a picture of 512 × 512.  */
static void
run_mmdit (Bench *bench)
{
  const gint64                    side    = 64;
  GError                         *error   = NULL;
  g_autoptr (PiscesMmdit)         mmdit   = pisces_mmdit_load (bench->backend, bench->config,
                                                               bench->files, side, &error);
  g_autoptr (PiscesMmditContext)  context = NULL;
  const PiscesMmditConfig        *config;
  PiscesTensor                    x, y, states, pooled;

  if (! mmdit)
    die_of (error);
  config  = pisces_mmdit_get_config (mmdit);
  x       = input_of (bench, "x.f32", config->in_channels);
  x       = pisces_tensor_reshape (x, 4, 1, side, side, config->in_channels);
  y       = pisces_backend_alloc (bench->backend, 4, 1, side, side, config->out_channels);
  states  = input_of (bench, "states.f32", config->context_size);
  pooled  = input_of (bench, "pooled.f32", config->pooled_size);
  context = pisces_mmdit_context_new (mmdit, 1, side, side, states, pooled);
  for (gint i = -1; i < bench->n_turns; i++)
    {
      const gint64 start = g_get_monotonic_time ();

      pisces_mmdit_forward (mmdit, y, x, timestep, context, NULL);
      if (i >= 0)
        bench->seconds[i] = (g_get_monotonic_time () - start) * 1e-6;
    }
  write_output (bench, y);
}

int
main (int    argc,
      char **argv)
{
  Bench             bench   = { .folder = argc > 2 ? argv[2] : "." };
  g_autofree gchar *path    = g_build_filename (bench.folder, "config.json", NULL);
  g_autofree gchar *weights = g_build_filename (bench.folder, "model.safetensors", NULL);
  GError           *error   = NULL;
  GStatBuf          info;

  if (argc != 4)
    {
      g_printerr ("bench-networks vit|unet|mmdit FOLDER TURNS\n");
      return 2;
    }
  bench.n_turns = atoi (argv[3]);
  bench.seconds = g_new0 (gdouble, bench.n_turns + 1);
  bench.config  = pisces_config_load (path, &error);
  if (! bench.config)
    die_of (error);
  bench.files = pisces_weight_files_open (bench.folder, "model", &error);
  if (! bench.files)
    die_of (error);
  bench.backend = pisces_backend_open ("cpu", &error);
  if (! bench.backend)
    die_of (error);

  if (g_stat (weights, &info) == 0)
    bench.backend->model_bytes = info.st_size;
  bench.backend->may_map = TRUE;
  pisces_backend_begin (bench.backend, NULL);
  if (strcmp (argv[1], "vit") == 0)
    run_vit (&bench);
  else if (strcmp (argv[1], "mmdit") == 0)
    run_mmdit (&bench);
  else
    run_unet (&bench);

  printf ("[");
  for (gint i = 0; i < bench.n_turns; i++)
    printf ("%s%.4f", i ? ", " : "", bench.seconds[i]);
  printf ("]\n");

  pisces_weight_files_free (bench.files);
  pisces_config_free (bench.config);
  pisces_backend_close (bench.backend);
  g_free (bench.seconds);

  return 0;
}
