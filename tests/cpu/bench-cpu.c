/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-cpu.c: how fast the CPU backend's products are, beside oneDNN alone
 * on the same shapes in the same run, and beside what the memory gives.  Both
 * are run by turns, and the best of each counts, so that what else the
 * machine does falls on both.
 *
 *   bench-cpu [FILE.json]
 */

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "engine/backend.h"
#include "tests/cpu/bench-peer.h"


/* Both together, for one shape.  */
#define SECONDS_PER_SHAPE 1.0

typedef struct
{
  const gchar *what;
  gint64       n_rows, n_in, n_out;
  gboolean     bf16;
} LinearShape;

typedef struct
{
  const gchar *what;
  gint64       n_batch, size, n_in, n_out, kernel, stride;
} ConvShape;

typedef struct
{
  gchar    *name;
  gdouble   operations;
  gdouble   weight_bytes;
  gdouble   seconds;
  gdouble   peer_seconds;
} Line;

static const LinearShape linear_shapes[] =
{
  { "decoder qkv, a token",         1,  192,  576 },
  { "decoder gate+up, a token",     1,  192, 1024 },
  { "decoder down, a token",        1,  512,  192 },
  { "decoder head, a token",        1,  192,  700 },
  { "decoder qkv, prompt",         64,  192,  576 },
  { "decoder o, prompt",           64,  192,  192 },
  { "decoder gate+up, prompt",     64,  192, 1024 },
  { "decoder down, prompt",        64,  512,  192 },
  { "UNet attention 8x8",         128,  128,  384 },
  { "UNet feed-forward 4x4",       32,  192, 1536 },
  { "8B q, a token",                1, 4096, 4096 },
  { "8B gate, a token",             1, 4096, 14336 },
  { "8B q, 64 tokens",             64, 4096, 4096 },
  { "8B q, 512 tokens",           512, 4096, 4096 },
  { "8B q, a token, bf16",          1, 4096, 4096, TRUE },
  { "8B gate, a token, bf16",       1, 4096, 14336, TRUE },
  { "8B q, 4 tokens, bf16",         4, 4096, 4096, TRUE },
  { "8B q, 64 tokens, bf16",       64, 4096, 4096, TRUE },
  { "8B q, 512 tokens, bf16",     512, 4096, 4096, TRUE }
};

static const ConvShape conv_shapes[] =
{
  { "UNet in 16x16",       2,  16,   4,  64, 3, 1 },
  { "UNet 16x16",          2,  16,  64,  64, 3, 1 },
  { "UNet 16x16 skip",     2,  16, 128,  64, 3, 1 },
  { "UNet 16x16 down",     2,  16,  64,  64, 3, 2 },
  { "UNet 8x8",            2,   8, 128, 128, 3, 1 },
  { "UNet 8x8 skip",       2,   8, 320, 128, 3, 1 },
  { "UNet 4x4",            2,   4, 192, 192, 3, 1 },
  { "UNet 4x4 skip",       2,   4, 384, 192, 3, 1 },
  { "UNet 8x8 shortcut",   2,   8, 320, 128, 1, 1 },
  { "VAE 16x16",           1,  16,  96,  96, 3, 1 },
  { "VAE 32x32",           1,  32,  96,  64, 3, 1 },
  { "VAE 64x64",           1,  64,  64,  64, 3, 1 },
  { "VAE 64x64 narrow",    1,  64,  64,  32, 3, 1 },
  { "VAE 128x128",         1, 128,  32,  32, 3, 1 },
  { "VAE 128x128 out",     1, 128,  32,   4, 3, 1 },
  { "SDXL 64x64",          1,  64, 320, 320, 3, 1 },
  { "SDXL 32x32",          1,  32, 640, 640, 3, 1 }
};

static gdouble
now (void)
{
  return g_get_monotonic_time () * 1e-6;
}

static gfloat *
filled (gint64 n)
{
  gfloat *values = g_new (gfloat, n);

  for (gint64 i = 0; i < n; i++)
    values[i] = (i * 7919 % 1000) * 1e-3f - 0.5f;
  return values;
}

static PiscesTensor
tensor (PiscesBackend *backend,
        gint           n_dims,
        const gint64  *dims)
{
  PiscesTensor       t      = pisces_backend_alloc_dims (backend, n_dims, dims);
  g_autofree gfloat *values = filled (pisces_tensor_count (t));

  pisces_upload (backend, t, values);
  return t;
}

static PiscesWeight *
weight (PiscesBackend   *backend,
        PiscesWeightUse  use,
        gint             n_dims,
        const gint64    *dims,
        gboolean         bf16)
{
  PiscesHostTensor    part   = { .dtype = PISCES_F32, .n_dims = n_dims };
  g_autofree gfloat  *values = NULL;
  g_autofree guint16 *halves = NULL;
  gint64              count  = 1;

  for (gint d = 0; d < n_dims; d++)
    count *= part.dims[d] = dims[d];
  values    = filled (count);
  part.data = values;
  if (bf16)
    {
      halves = g_new (guint16, count);
      for (gint64 i = 0; i < count; i++)
        {
          guint32 bits;

          memcpy (&bits, &values[i], 4);
          halves[i] = bits >> 16;
        }
      part.dtype = PISCES_BF16;
      part.data  = halves;
    }
  return pisces_backend_upload (backend, use, &part, 1);
}

static Line
bench_linear (PiscesBackend     *backend,
              const LinearShape *s)
{
  Line          line = { .seconds = INFINITY, .peer_seconds = INFINITY };
  gsize         mark = pisces_backend_mark (backend);
  PiscesTensor  x    = tensor (backend, 2, (gint64[]) { s->n_rows, s->n_in });
  PiscesTensor  y    = tensor (backend, 2, (gint64[]) { s->n_rows, s->n_out });
  PiscesWeight *w;
  Peer         *peer = peer_new_linear (s->n_rows, s->n_in, s->n_out, s->bf16);
  gdouble       end;

  backend->model_bytes = s->bf16 ? (gsize) 16 << 30 : 0;
  w = weight (backend, PISCES_WEIGHT_LINEAR, 2,
              (gint64[]) { s->n_out, s->n_in }, s->bf16);

  end = now () + SECONDS_PER_SHAPE;
  for (gint i = 0; i < 3 || now () < end; i++)
    {
      gdouble start = now ();

      for (gint j = 0; j < 4; j++, start = now ())
        {
          pisces_linear (backend, y, x, w, NULL, PISCES_ACT_NONE, FALSE);
          line.seconds = MIN (line.seconds, now () - start);
        }
      for (gint j = 0; j < 4; j++, start = now ())
        {
          peer_run (peer);
          line.peer_seconds = MIN (line.peer_seconds, now () - start);
        }
    }

  line.name         = g_strdup_printf ("%s: %dx%d to %d", s->what,
                                       (gint) s->n_rows, (gint) s->n_in,
                                       (gint) s->n_out);
  line.operations   = 2.0 * s->n_rows * s->n_in * s->n_out;
  line.weight_bytes = s->n_in * s->n_out * (s->bf16 ? 2.0 : 4.0);
  pisces_weight_free (w);
  peer_free (peer);
  pisces_backend_release (backend, mark);
  return line;
}

static Line
bench_conv (PiscesBackend   *backend,
            const ConvShape *s)
{
  Line             line   = { .seconds = INFINITY, .peer_seconds = INFINITY };
  gsize            mark   = pisces_backend_mark (backend);
  const gint       pad    = s->kernel / 2;
  const gint64     out    = (s->size + 2 * pad - s->kernel) / s->stride + 1;
  PiscesConvParams params = { s->stride, pad, pad, pad, pad };
  PiscesTensor     x      = tensor (backend, 4,
                                    (gint64[]) { s->n_batch, s->size, s->size,
                                                 s->n_in });
  PiscesTensor     y      = tensor (backend, 4,
                                    (gint64[]) { s->n_batch, out, out,
                                                 s->n_out });
  PiscesWeight    *w;
  Peer            *peer   = peer_new_conv (s->n_batch, s->size, s->n_in,
                                           s->n_out, s->kernel, s->stride);
  gdouble          end;

  backend->model_bytes = 0;
  w = weight (backend, PISCES_WEIGHT_CONV, 4,
              (gint64[]) { s->n_out, s->n_in, s->kernel, s->kernel }, FALSE);

  end = now () + SECONDS_PER_SHAPE;
  for (gint i = 0; i < 3 || now () < end; i++)
    {
      gdouble start = now ();

      for (gint j = 0; j < 4; j++, start = now ())
        {
          pisces_conv2d (backend, y, x, w, NULL, &params);
          line.seconds = MIN (line.seconds, now () - start);
        }
      for (gint j = 0; j < 4; j++, start = now ())
        {
          peer_run (peer);
          line.peer_seconds = MIN (line.peer_seconds, now () - start);
        }
    }

  line.name         = g_strdup_printf ("%s: %dx%d %d to %d", s->what,
                                       (gint) s->kernel, (gint) s->kernel,
                                       (gint) s->n_in, (gint) s->n_out);
  line.operations   = 2.0 * s->n_batch * out * out * s->n_in * s->n_out *
                      s->kernel * s->kernel;
  line.weight_bytes = 4.0 * s->n_in * s->n_out * s->kernel * s->kernel;
  pisces_weight_free (w);
  peer_free (peer);
  pisces_backend_release (backend, mark);
  return line;
}

/* Bytes per second that all threads together can read from memory.  */
static gdouble
bench_memory (void)
{
  const gint64       count = (gint64) 64 << 20;
  g_autofree gfloat *data  = filled (count);
  gdouble            best  = INFINITY;
  volatile gfloat    sink;

  for (gint i = 0; i < 8; i++)
    {
      gdouble start = now ();
      gfloat  sum   = 0.0f;

      #pragma omp parallel for simd reduction (+ : sum)
      for (gint64 j = 0; j < count; j++)
        sum += data[j];
      sink = sum;
      best = MIN (best, now () - start);
    }
  (void) sink;
  return count * sizeof (gfloat) / best;
}

static void
print (FILE       *json,
       const Line *line,
       gdouble     memory,
       gboolean    is_last)
{
  printf ("%-46s %8.1f %8.1f %6.2f %9.1f\n", line->name,
          line->operations / line->seconds * 1e-9,
          line->operations / line->peer_seconds * 1e-9,
          line->peer_seconds / line->seconds,
          line->weight_bytes / line->seconds * 1e-9);
  fflush (stdout);
  if (json)
    fprintf (json, "    { \"shape\": \"%s\", \"seconds\": %.4g, "
             "\"onednn_seconds\": %.4g, \"gflops\": %.1f, \"ratio\": %.3f, "
             "\"weight_bytes_per_second_of_memory\": %.3f }%s\n",
             line->name, line->seconds, line->peer_seconds,
             line->operations / line->seconds * 1e-9,
             line->peer_seconds / line->seconds,
             line->weight_bytes / line->seconds / memory,
             is_last ? "" : ",");
}

int
main (int    argc,
      char **argv)
{
  PiscesBackend *backend = pisces_backend_open ("cpu", NULL);
  FILE          *json    = argc > 1 ? fopen (argv[1], "w") : NULL;
  gdouble        memory  = bench_memory ();
  const guint    n_conv  = G_N_ELEMENTS (conv_shapes);

  if (argc > 1 && ! json)
    {
      perror (argv[1]);
      return 1;
    }

  printf ("%s; memory gives %.1f GB/s\n\n%-46s %8s %8s %6s %9s\n",
          backend->description, memory * 1e-9, "", "GFLOP/s", "oneDNN",
          "ratio", "weights");
  printf ("%-46s %8s %8s %6s %9s\n", "", "", "", "", "GB/s");
  if (json)
    fprintf (json, "{\n  \"machine\": \"%s\",\n  "
             "\"memory_bytes_per_second\": %.4g,\n  \"products\": [\n",
             backend->description, memory);

  pisces_backend_begin (backend, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (linear_shapes); i++)
    {
      Line line = bench_linear (backend, &linear_shapes[i]);

      print (json, &line, memory, FALSE);
      g_free (line.name);
    }
  for (guint i = 0; i < n_conv; i++)
    {
      Line line = bench_conv (backend, &conv_shapes[i]);

      print (json, &line, memory, i + 1 == n_conv);
      g_free (line.name);
    }

  if (json)
    {
      fprintf (json, "  ]\n}\n");
      fclose (json);
    }
  pisces_backend_close (backend);
  return 0;
}
