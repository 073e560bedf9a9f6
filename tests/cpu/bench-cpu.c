/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-cpu.c: measures how fast the CPU backend's products are, compared with
 * oneDNN alone on the same shapes in the same run, and with the speed of the
 * memory.  The two alternate, and the best time of each counts, so that other
 * work of the machine affects both.
 *
 *   bench-cpu [FILE.json [PART]]
 *
 * PART: only ops with this in their names.
 *
 * Longer than 500 lines, as it is a list of shapes and how each is timed.
 */

#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/backend/backend.h"
#include "engine/cpu/int8.h"
#include "tests/cpu/bench-peaks.h"
#include "tests/cpu/bench-peer.h"


/* For both together, for one shape.  */
#define SECONDS_PER_SHAPE 1.0

typedef struct
{
  const gchar *what;
  gint64       n_rows, n_in, n_out;
  PiscesDType  type;        /* of the weights; float32 by default */
} LinearShape;

typedef struct
{
  const gchar *what;
  gint64       n_batch, size, n_in, n_out, kernel, stride;
} ConvShape;

typedef struct
{
  const gchar *what;
  gint64       n_batch, n_queries, n_keys, n_heads, head_dim;
} AttentionShape;

/* One measured op.  Bytes: of the weights, or of the keys and values, or of
 * what is read once and written once.  */
typedef struct
{
  gchar    *name;
  gdouble   operations;
  gdouble   bytes;
  gdouble   seconds;
  gdouble   peer_seconds;     /* infinite if there is no peer */
  gdouble   limit;            /* operations per second; 0: not known */
} Line;

/* Operations per second of all threads, measured in this run.  */
static struct
{
  gdouble float32;
  gdouble bfloat16;
  gdouble int8;
  gdouble int4;
} backend_peaks;

typedef struct
{
  PiscesBackend         *backend;
  PiscesTensor           x, y, k, v;
  PiscesWeight          *weight;
  PiscesConvParams       params;
  PiscesAttentionParams  attention;
} Product;

typedef void (* RunFunc) (gpointer data);

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
  { "SigLIP-L q, 576 rows",       576, 1024, 1024 },
  { "SigLIP-L up, 576 rows",      576, 1024, 4096 },
  { "SigLIP-L down, 576 rows",    576, 4096, 1024 },
  { "8B q, a token",                1, 4096, 4096 },
  { "8B gate, a token",             1, 4096, 14336 },
  { "8B q, 64 tokens",             64, 4096, 4096 },
  { "8B q, 512 tokens",           512, 4096, 4096 },
  { "8B q, a token, bf16",          1, 4096, 4096, PISCES_BF16 },
  { "8B gate, a token, bf16",       1, 4096, 14336, PISCES_BF16 },
  { "8B q, 2 tokens, bf16",         2, 4096, 4096, PISCES_BF16 },
  { "8B gate, 2 tokens, bf16",      2, 4096, 14336, PISCES_BF16 },
  { "8B q, 4 tokens, bf16",         4, 4096, 4096, PISCES_BF16 },
  { "8B q, 64 tokens, bf16",       64, 4096, 4096, PISCES_BF16 },
  { "8B q, 512 tokens, bf16",     512, 4096, 4096, PISCES_BF16 },
  { "8B q, a token, q8_0",          1, 4096, 4096, PISCES_Q8_0 },
  { "8B gate, a token, q8_0",       1, 4096, 14336, PISCES_Q8_0 },
  { "8B q, 4 tokens, q8_0",         4, 4096, 4096, PISCES_Q8_0 },
  { "8B q, 64 tokens, q8_0",       64, 4096, 4096, PISCES_Q8_0 },
  { "8B q, 512 tokens, q8_0",     512, 4096, 4096, PISCES_Q8_0 },
  { "width 960, a token, q8_0",     1,  960, 2560, PISCES_Q8_0 },
  { "width 1024, a token, q8_0",    1, 1024, 2560, PISCES_Q8_0 },
  { "width 960, a token, q4_0",     1,  960, 2560, PISCES_Q4_0 },
  { "width 1024, a token, q4_0",    1, 1024, 2560, PISCES_Q4_0 },
  { "8B q, a token, q4_0",          1, 4096, 4096, PISCES_Q4_0 },
  { "8B gate, a token, q4_0",       1, 4096, 14336, PISCES_Q4_0 },
  { "8B q, 4 tokens, q4_0",         4, 4096, 4096, PISCES_Q4_0 },
  { "8B q, 64 tokens, q4_0",       64, 4096, 4096, PISCES_Q4_0 },
  { "8B q, 512 tokens, q4_0",     512, 4096, 4096, PISCES_Q4_0 }
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

static const AttentionShape attention_shapes[] =
{
  { "decoder, a token",    1,    1,  128,  6,  32 },
  { "decoder, prompt",     1,   64,   64,  6,  32 },
  { "UNet 8x8 self",       2,   64,   64,  4,  32 },
  { "UNet 8x8 cross",      2,   64,   16,  4,  32 },
  { "VAE 16x16",           1,  256,  256,  1,  96 },
  { "ViT",                 1,  729,  729, 16,  72 },
  { "SigLIP-L",            1,  576,  576, 16,  64 },
  { "SDXL 64x64 self",     1, 4096, 4096, 10,  64 },
  { "8B, a token",         1,    1, 2000, 32, 128 },
  { "8B, prompt",          1,  512,  512, 32, 128 }
};

/* With one thread, times are those for which it had a processor, so that other
 * work of the machine only affects caches and memory.  */
static gboolean by_processor;

static gdouble
now (void)
{
  struct timespec time;

  clock_gettime (by_processor ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

/* Keeps the least of the times since @start, each for @n runs.  MIN() alone would look
 * at the clock twice.  */
static void
keep_least (gdouble *seconds,
            gdouble  start,
            gint     n)
{
  const gdouble took = (now () - start) / n;

  *seconds = MIN (*seconds, took);
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
        PiscesDType      type)
{
  PiscesHostTensor    part   = { .dtype = PISCES_F32, .n_dims = n_dims };
  g_autofree gfloat  *values = NULL;
  g_autofree guint16 *halves = NULL;
  PiscesWeight       *made;
  gint64              count  = 1;

  for (gint d = 0; d < n_dims; d++)
    count *= part.dims[d] = dims[d];
  values    = filled (count);
  part.data = values;
  if (type == PISCES_BF16)
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
  backend->weight_bits = pisces_dtype_bits (type);
  made = pisces_backend_upload (backend, use, &part, 1);
  backend->weight_bits = 0;
  return made;
}

/* Runs both in turn, each often enough in a row that the resolution of the
 * clock does not matter.  */
static void
race (Line     *line,
      RunFunc   run,
      gpointer  data,
      Peer     *peer)
{
  const gdouble end = now () + SECONDS_PER_SHAPE;
  gdouble       start, once;
  gint          n;

  run (data);
  start = now ();
  run (data);
  once = now () - start;
  n    = once > 100e-6 ? 1 : once < 1e-6 ? 100 : (gint) (100e-6 / once);

  line->seconds = line->peer_seconds = INFINITY;
  for (gint i = 0; i < 3 || now () < end; i++)
    {
      for (gint j = 0; j < 3; j++)
        {
          start = now ();
          for (gint k = 0; k < n; k++)
            run (data);
          keep_least (&line->seconds, start, n);
        }
      for (gint j = 0; peer && j < 3; j++)
        {
          start = now ();
          for (gint k = 0; k < n; k++)
            peer_run (peer);
          keep_least (&line->peer_seconds, start, n);
        }
    }
}

static void
run_linear (gpointer data)
{
  const Product *p = data;

  pisces_linear (p->backend, p->y, p->x, p->weight, NULL, PISCES_ACT_NONE,
                 FALSE);
}

static void
run_conv (gpointer data)
{
  const Product *p = data;

  pisces_conv2d (p->backend, p->y, p->x, p->weight, NULL, &p->params);
}

static void
run_attention (gpointer data)
{
  const Product *p = data;

  pisces_attention (p->backend, p->y, p->x, p->k, p->v, &p->attention);
}

static void
run_group_norm (gpointer data)
{
  const Product *p = data;

  pisces_group_norm (p->backend, p->y, p->x, p->weight, p->weight, 16, 1e-5,
                     PISCES_ACT_SILU);
}

static Line
bench_linear (PiscesBackend     *backend,
              const LinearShape *s)
{
  Line     line = { 0 };
  gsize    mark = pisces_backend_mark (backend);
  Product  p    = { .backend = backend };
  Peer    *peer = pisces_dtype_bits (s->type)
                  ? NULL : peer_new_linear (s->n_rows, s->n_in, s->n_out,
                                            s->type == PISCES_BF16);

  backend->model_bytes = s->type == PISCES_BF16 ? (gsize) 16 << 30 : 0;
  p.x      = tensor (backend, 2, (gint64[]) { s->n_rows, s->n_in });
  p.y      = tensor (backend, 2, (gint64[]) { s->n_rows, s->n_out });
  p.weight = weight (backend, PISCES_WEIGHT_LINEAR, 2,
                     (gint64[]) { s->n_out, s->n_in }, s->type);
  race (&line, run_linear, &p, peer);

  line.name       = g_strdup_printf ("%s: %dx%d to %d", s->what,
                                     (gint) s->n_rows, (gint) s->n_in,
                                     (gint) s->n_out);
  line.operations = 2.0 * s->n_rows * s->n_in * s->n_out;
  line.bytes      = p.weight->n_bytes;
  line.limit      = pisces_dtype_bits (s->type) == 8 ? backend_peaks.int8
                  : pisces_dtype_bits (s->type) == 4 ? backend_peaks.int4
                  : s->type == PISCES_BF16 ? backend_peaks.bfloat16
                  : backend_peaks.float32;
  pisces_weight_free (p.weight);
  peer_free (peer);
  pisces_backend_release (backend, mark);
  return line;
}

static Line
bench_conv (PiscesBackend   *backend,
            const ConvShape *s)
{
  Line         line = { 0 };
  gsize        mark = pisces_backend_mark (backend);
  const gint   pad  = s->kernel / 2;
  const gint64 out  = (s->size + 2 * pad - s->kernel) / s->stride + 1;
  Product      p    = { .backend = backend,
                        .params  = { s->stride, pad, pad, pad, pad } };
  Peer        *peer = peer_new_conv (s->n_batch, s->size, s->n_in, s->n_out,
                                     s->kernel, s->stride);

  backend->model_bytes = 0;
  p.x      = tensor (backend, 4, (gint64[]) { s->n_batch, s->size, s->size,
                                              s->n_in });
  p.y      = tensor (backend, 4, (gint64[]) { s->n_batch, out, out, s->n_out });
  p.weight = weight (backend, PISCES_WEIGHT_CONV, 4,
                     (gint64[]) { s->n_out, s->n_in, s->kernel, s->kernel },
                     PISCES_F32);
  race (&line, run_conv, &p, peer);

  line.name       = g_strdup_printf ("%s: %dx%d %d to %d", s->what,
                                     (gint) s->kernel, (gint) s->kernel,
                                     (gint) s->n_in, (gint) s->n_out);
  line.operations = 2.0 * s->n_batch * out * out * s->n_in * s->n_out *
                    s->kernel * s->kernel;
  line.bytes      = 4.0 * s->n_in * s->n_out * s->kernel * s->kernel;
  pisces_weight_free (p.weight);
  peer_free (peer);
  pisces_backend_release (backend, mark);
  return line;
}

static Line
bench_attention (PiscesBackend        *backend,
                 const AttentionShape *s)
{
  Line         line  = { 0 };
  gsize        mark  = pisces_backend_mark (backend);
  const gint64 width = s->n_heads * s->head_dim;
  Product      p     = { .backend = backend };

  p.x = tensor (backend, 2, (gint64[]) { s->n_batch * s->n_queries, width });
  p.y = tensor (backend, 2, (gint64[]) { s->n_batch * s->n_queries, width });
  p.k = tensor (backend, 2, (gint64[]) { s->n_batch * s->n_keys, width });
  p.v = tensor (backend, 2, (gint64[]) { s->n_batch * s->n_keys, width });
  p.attention = (PiscesAttentionParams)
  {
    .n_batch = s->n_batch, .n_heads = s->n_heads, .n_kv_heads = s->n_heads,
    .head_dim = s->head_dim, .scale = 0.1
  };
  race (&line, run_attention, &p, NULL);

  line.name       = g_strdup_printf ("%s: %dx%d, %d heads of %d", s->what,
                                     (gint) s->n_queries, (gint) s->n_keys,
                                     (gint) s->n_heads, (gint) s->head_dim);
  line.operations = 4.0 * s->n_batch * s->n_queries * s->n_keys * width;
  line.bytes      = 8.0 * s->n_batch * s->n_keys * width;
  pisces_backend_release (backend, mark);
  return line;
}

static Line
bench_group_norm (PiscesBackend *backend,
                  gint64         size,
                  gint64         channels)
{
  Line    line = { 0 };
  gsize   mark = pisces_backend_mark (backend);
  Product p    = { .backend = backend };

  p.x      = tensor (backend, 4, (gint64[]) { 1, size, size, channels });
  p.y      = tensor (backend, 4, (gint64[]) { 1, size, size, channels });
  p.weight = weight (backend, PISCES_WEIGHT_VECTOR, 1, &channels, PISCES_F32);
  race (&line, run_group_norm, &p, NULL);

  line.name       = g_strdup_printf ("group norm and SiLU: %dx%dx%d",
                                     (gint) size, (gint) size,
                                     (gint) channels);
  line.bytes      = 8.0 * size * size * channels;
  pisces_weight_free (p.weight);
  pisces_backend_release (backend, mark);
  return line;
}

static void
print (FILE    *json,
       Line     line,
       gdouble  memory)
{
  static gboolean is_first = TRUE;
  const gboolean  has_peer = isfinite (line.peer_seconds);
  gchar           peer[32] = "";
  gchar           json_peer[96] = "";
  gdouble         share;

  if (has_peer)
    {
      g_snprintf (peer, sizeof (peer), "%8.1f %6.2f",
                  line.operations / line.peer_seconds * 1e-9,
                  line.peer_seconds / line.seconds);
      g_snprintf (json_peer, sizeof (json_peer),
                  "\"onednn_seconds\": %.4g, \"ratio\": %.3f, ",
                  line.peer_seconds, line.peer_seconds / line.seconds);
    }
  /* The share of the limit that is closer.  */
  if (line.limit > 0)
    share = MAX (line.bytes / memory, line.operations / line.limit) / line.seconds;
  else
    share = line.bytes / line.seconds / memory;
  printf ("%-46s %9.1f %8.1f %15s %7.1f %6.2f\n", line.name, line.seconds * 1e6,
          line.operations / line.seconds * 1e-9, peer,
          line.bytes / line.seconds * 1e-9, share);
  fflush (stdout);
  if (json)
    fprintf (json, "%s    { \"op\": \"%s\", \"seconds\": %.4g, %s"
             "\"gflops\": %.1f, \"share_of_memory\": %.3f, \"share_of_limit\": %.3f }",
             is_first ? "" : ",\n", line.name, line.seconds, json_peer,
             line.operations / line.seconds * 1e-9,
             line.bytes / line.seconds / memory, share);
  is_first = FALSE;
  g_free (line.name);
}

int
main (int    argc,
      char **argv)
{
  PiscesBackend *backend   = pisces_backend_open ("cpu", NULL);
  FILE          *json      = argc > 1 ? fopen (argv[1], "w") : NULL;
  const gchar   *part      = argc > 2 ? argv[2] : "";
  const gchar   *threads   = g_getenv ("PISCES_THREADS");
  const gint     n_threads = threads ? atoi (threads) : (gint) g_get_num_processors ();
  gdouble        memory;

  if (argc > 1 && ! json)
    {
      perror (argv[1]);
      return 1;
    }

  by_processor = n_threads == 1;
  memory       = peak_memory ();
  backend_peaks.float32  = n_threads * peak_float32 ();
  backend_peaks.bfloat16 = n_threads * peak_bfloat16 (backend);
  backend_peaks.int8     = n_threads * peak_int8 (8);
  backend_peaks.int4     = n_threads * peak_int8 (4);
  printf ("%s; memory gives %.1f GB/s, float32 %.0f GFLOP/s, bfloat16 %.0f,\n"
          "integers (%s) %.0f GOP/s of 8 bits, %.0f of 4; limit: the share of the nearer of them\n\n"
          "%-46s %9s %8s %8s %6s %7s %6s\n",
          backend->description, memory * 1e-9, backend_peaks.float32 * 1e-9,
          backend_peaks.bfloat16 * 1e-9,
          pisces_int8_choose ()->name, backend_peaks.int8 * 1e-9, backend_peaks.int4 * 1e-9,
          "", "us", "GFLOP/s", "oneDNN", "ratio", "GB/s", "limit");
  if (json)
    fprintf (json, "{\n  \"machine\": \"%s\",\n  "
             "\"memory_bytes_per_second\": %.4g,\n  "
             "\"float32_per_second\": %.4g,\n  \"bfloat16_per_second\": %.4g,\n  \"int8_per_second\": %.4g,\n  "
             "\"int4_per_second\": %.4g,\n  \"int8\": \"%s\",\n  \"ops\": [\n",
             backend->description, memory, backend_peaks.float32, backend_peaks.bfloat16,
             backend_peaks.int8, backend_peaks.int4, pisces_int8_choose ()->name);

  pisces_backend_begin (backend, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (linear_shapes); i++)
    if (strstr (linear_shapes[i].what, part))
      print (json, bench_linear (backend, &linear_shapes[i]), memory);
  for (guint i = 0; i < G_N_ELEMENTS (conv_shapes); i++)
    if (strstr (conv_shapes[i].what, part))
      print (json, bench_conv (backend, &conv_shapes[i]), memory);
  for (guint i = 0; i < G_N_ELEMENTS (attention_shapes); i++)
    if (strstr (attention_shapes[i].what, part))
      print (json, bench_attention (backend, &attention_shapes[i]), memory);
  if (! *part)
    {
      print (json, bench_group_norm (backend, 16, 64), memory);
      print (json, bench_group_norm (backend, 128, 32), memory);
    }

  if (json)
    {
      fprintf (json, "\n  ]\n}\n");
      fclose (json);
    }
  pisces_backend_close (backend);
  return 0;
}
