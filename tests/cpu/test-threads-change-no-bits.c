/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A product gives the same bits with any number of threads, for every type of
 * matrices, with few rows and with many; so do a convolution and the attention of
 * one query.
 */

#include <string.h>

#include "engine/backend/backend.h"

#define N_IN  512
#define N_OUT 700

static const gint n_rows[] = { 1, 3, 8, 9, 70 };

typedef struct
{
  const gchar *name;
  PiscesDType  type;
  gint         weight_bits;
} Kind;

static const Kind kinds[] =
{
  { "float32",  PISCES_F32,  0 },
  { "bfloat16", PISCES_BF16, 0 },
  { "float16",  PISCES_F16,  0 },
  { "8-bits",   PISCES_F32,  8 },
  { "4-bits",   PISCES_F32,  4 }
};

/* From -1 to 1.  */
static void
fill (gpointer    values,
      PiscesDType type,
      gint64      count)
{
  for (gint64 i = 0; i < count; i++)
    {
      const gfloat   value = (i * 7919 % 1009) / 504.5f - 1.0f;
      const _Float16 half  = value;
      guint32        bits;

      memcpy (&bits, &value, sizeof (bits));
      if (type == PISCES_F32)
        ((gfloat *) values)[i] = value;
      else if (type == PISCES_BF16)
        ((guint16 *) values)[i] = bits >> 16;
      else
        memcpy ((guint16 *) values + i, &half, sizeof (half));
    }
}

/* [n_rows, N_OUT] */
static gfloat *
product (const Kind  *kind,
         gint         rows,
         const gchar *n_threads)
{
  g_autoptr (GError)  error   = NULL;
  g_autofree gfloat  *inputs  = g_new (gfloat, rows * N_IN);
  g_autofree gfloat  *weights = g_new (gfloat, N_OUT * N_IN);
  gfloat             *outputs = g_new (gfloat, rows * N_OUT);
  PiscesHostTensor    part    = { "weights", kind->type, 2, { N_OUT, N_IN }, weights };
  PiscesBackend      *backend;
  PiscesWeight       *weight;
  PiscesTensor        x, y;

  g_setenv ("PISCES_THREADS", n_threads, TRUE);
  backend = pisces_backend_open ("cpu", &error);
  g_assert_no_error (error);
  backend->weight_bits = kind->weight_bits;
  backend->model_bytes = kind->type == PISCES_F32 ? 0 : (gsize) 2 << 30;

  fill (inputs, PISCES_F32, rows * N_IN);
  fill (weights, kind->type, N_OUT * N_IN);
  pisces_backend_begin (backend, NULL);
  weight = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, &part, 1);
  x      = pisces_backend_alloc (backend, 2, rows, N_IN);
  y      = pisces_backend_alloc (backend, 2, rows, N_OUT);
  pisces_upload (backend, x, inputs);
  pisces_linear (backend, y, x, weight, NULL, PISCES_ACT_GELU, FALSE);
  g_assert_true (pisces_download (backend, outputs, y));
  g_assert_true (pisces_backend_finish (backend, &error));

  pisces_weight_free (weight);
  pisces_backend_close (backend);
  return outputs;
}

static void
test_kind (gconstpointer data)
{
  static const gchar *const n_threads[] = { "2", "3", "7" };
  const Kind               *kind        = data;

  for (guint r = 0; r < G_N_ELEMENTS (n_rows); r++)
    {
      g_autofree gfloat *one = product (kind, n_rows[r], "1");

      for (guint t = 0; t < G_N_ELEMENTS (n_threads); t++)
        {
          g_autofree gfloat *some = product (kind, n_rows[r], n_threads[t]);

          g_assert_cmpmem (some, n_rows[r] * N_OUT * sizeof (gfloat),
                           one, n_rows[r] * N_OUT * sizeof (gfloat));
        }
    }
}

static PiscesBackend *
open_with (const gchar *n_threads)
{
  g_autoptr (GError)  error = NULL;
  PiscesBackend      *backend;

  g_setenv ("PISCES_THREADS", n_threads, TRUE);
  backend = pisces_backend_open ("cpu", &error);
  g_assert_no_error (error);
  pisces_backend_begin (backend, NULL);

  return backend;
}

static PiscesTensor
filled (PiscesBackend *backend,
        gint           n_dims,
        const gint64  *dims)
{
  PiscesTensor       tensor = pisces_backend_alloc_dims (backend, n_dims, dims);
  g_autofree gfloat *values = g_new (gfloat, pisces_tensor_count (tensor));

  fill (values, PISCES_F32, pisces_tensor_count (tensor));
  pisces_upload (backend, tensor, values);

  return tensor;
}

static gfloat *
results (PiscesBackend *backend,
         PiscesTensor   y)
{
  gfloat *values = g_new (gfloat, pisces_tensor_count (y));

  g_assert_true (pisces_download (backend, values, y));
  g_assert_true (pisces_backend_finish (backend, NULL));

  return values;
}

#define SIZE     21
#define CHANNELS 40
#define HEADS    3
#define WIDTH    (HEADS * 64)
#define KEYS     1900
#define QUERIES  50

/* [SIZE, SIZE, 2 * CHANNELS] */
static gfloat *
convolution (const gchar *n_threads)
{
  PiscesBackend          *backend = open_with (n_threads);
  const PiscesConvParams  params  = { 1, 1, 1, 1, 1 };
  g_autofree gfloat      *weights = g_new (gfloat, 2 * CHANNELS * CHANNELS * 9);
  PiscesHostTensor        part    = { "weights", PISCES_F32, 4, { 2 * CHANNELS, CHANNELS, 3, 3 },
                                      weights };
  PiscesTensor            x, y;
  PiscesWeight           *weight;
  gfloat                 *values;

  fill (weights, PISCES_F32, 2 * CHANNELS * CHANNELS * 9);
  weight = pisces_backend_upload (backend, PISCES_WEIGHT_CONV, &part, 1);
  x      = filled (backend, 4, (gint64[]) { 1, SIZE, SIZE, CHANNELS });
  y      = pisces_backend_alloc (backend, 4, 1, SIZE, SIZE, 2 * CHANNELS);
  pisces_conv2d (backend, y, x, weight, NULL, &params);
  values = results (backend, y);

  pisces_weight_free (weight);
  pisces_backend_close (backend);
  return values;
}

/* [2, WIDTH]: one query of each of two sequences.  */
static gfloat *
attention (const gchar *n_threads)
{
  PiscesBackend               *backend = open_with (n_threads);
  const gint64                 lengths[2] = { KEYS, 70 };
  const PiscesAttentionParams  params  =
  {
    .n_batch = 2, .n_heads = HEADS, .n_kv_heads = HEADS, .head_dim = 64, .scale = 0.3,
    .causal = TRUE, .lengths = lengths
  };
  PiscesTensor                 q       = filled (backend, 2, (gint64[]) { 2, WIDTH });
  PiscesTensor                 k       = filled (backend, 2, (gint64[]) { 2 * KEYS, WIDTH });
  PiscesTensor                 cache   = pisces_backend_alloc_typed (backend, PISCES_F16, 2,
                                                                     2 * KEYS, WIDTH);
  PiscesTensor                 y       = pisces_backend_alloc (backend, 2, 2, WIDTH);
  gfloat                      *values;

  pisces_copy (backend, cache, k);
  pisces_attention (backend, y, q, cache, cache, &params);
  values = results (backend, y);

  pisces_backend_close (backend);
  return values;
}

/* Divided among threads, the last task has two queries of QUERIES.  */
static gfloat *
many_queries (const gchar *n_threads)
{
  PiscesBackend               *backend = open_with (n_threads);
  const PiscesAttentionParams  params  =
  {
    .n_batch = 1, .n_heads = HEADS, .n_kv_heads = HEADS, .head_dim = 64, .scale = 0.3
  };
  PiscesTensor                 q       = filled (backend, 2, (gint64[]) { QUERIES, WIDTH });
  PiscesTensor                 k       = filled (backend, 2, (gint64[]) { KEYS, WIDTH });
  PiscesTensor                 y       = pisces_backend_alloc (backend, 2, QUERIES, WIDTH);
  gfloat                      *values;

  pisces_attention (backend, y, q, k, k, &params);
  values = results (backend, y);

  pisces_backend_close (backend);
  return values;
}

static void
test_convolution (void)
{
  g_autofree gfloat *one  = convolution ("1");
  g_autofree gfloat *two  = convolution ("2");
  g_autofree gfloat *five = convolution ("5");
  const gsize        size = SIZE * SIZE * 2 * CHANNELS * sizeof (gfloat);

  g_assert_cmpmem (two, size, one, size);
  g_assert_cmpmem (five, size, one, size);
}

static void
test_attention (void)
{
  g_autofree gfloat *one  = attention ("1");
  g_autofree gfloat *two  = attention ("2");
  g_autofree gfloat *five = attention ("5");
  const gsize        size = 2 * WIDTH * sizeof (gfloat);

  g_assert_cmpmem (two, size, one, size);
  g_assert_cmpmem (five, size, one, size);
}

static void
test_many_queries (void)
{
  g_autofree gfloat *one  = many_queries ("1");
  g_autofree gfloat *two  = many_queries ("2");
  g_autofree gfloat *five = many_queries ("5");
  const gsize        size = QUERIES * WIDTH * sizeof (gfloat);

  g_assert_cmpmem (two, size, one, size);
  g_assert_cmpmem (five, size, one, size);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree gchar *path = g_strconcat ("/threads/", kinds[i].name, NULL);

      g_test_add_data_func (path, &kinds[i], test_kind);
    }
  g_test_add_func ("/threads/convolution", test_convolution);
  g_test_add_func ("/threads/attention-of-one-query", test_attention);
  g_test_add_func ("/threads/attention-of-fifty-queries", test_many_queries);
  return g_test_run ();
}
