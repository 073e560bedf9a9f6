/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * attention and rope give the same as their definitions computed in double:
 * causal and not, grouped heads, one query with a cache, sequences of a batch
 * with gaps and of different lengths, windows, and a bias.
 */

#include <math.h>
#include <string.h>

#include "tests/cpu/op-case.h"


typedef struct
{
  gint64    n_batch, n_queries, n_keys, kv_rows;
  gint      n_heads, n_kv_heads, head_dim;
  gboolean  causal;
  gint64    first_position;
  gdouble   scale;
  gint      extra;
} AttentionCase;

static const AttentionCase attention_cases[] =
{
  { 1,   1,    1,   0,  1, 1,   1, FALSE,    0,  1.0, 0 },
  { 1,   1,    1,   0,  1, 1,  32, TRUE,     0,  1.0, 0 },
  { 1,   1,   77,   0,  6, 6,  32, TRUE,    76,  0.2, 0 },
  { 1,   1,   77,   0,  6, 2,  32, TRUE,    40,  0.2, 5 },
  { 2,   1,   30,  50,  4, 1,  17, TRUE,    29,  1.0, 3 },
  { 1,  64,   64,   0,  6, 6,  32, TRUE,     0,  0.2, 0 },
  { 2,  10,   23,  40,  4, 2,   8, TRUE,    13,  1.0, 1 },
  { 2,  64,   64,   0,  4, 4,  32, FALSE,    0,  0.2, 0 },
  { 2,  64,   16,   0,  4, 4,  48, FALSE,    0,  0.2, 2 },
  { 1, 256,  256,   0,  1, 1,  96, FALSE,    0,  0.1, 0 },
  { 2,  37,  131,   0,  3, 1,  33, FALSE,    0,  3.0, 7 },
  { 1,  65,  129,   0,  2, 2,  64, TRUE,    64,  1.0, 0 },
  { 1, 130,  200,   0,  2, 1, 128, TRUE,    70,  2.0, 0 },
  { 1,   3, 1000,   0,  8, 2, 128, TRUE,   997,  0.1, 0 },
  { 1,   1, 2000,   0, 32, 8, 128, TRUE,  1999,  0.1, 0 },
  { 2,   1, 1500, 1600, 4, 4,  80, TRUE,  1499,  2.0, 3 },
  { 2,   3,  130,   0,  5, 5,  64, TRUE,   100,  1.0, 1 },
  { 2,   2,   70,   0,  6, 1,  16, FALSE,    0,  3.0, 0 },
  { 1,  20,   20,   0,  2, 2,  72, FALSE,    0,  4.0, 0 }
};

static void
attend (const AttentionCase *c,
        const Array         *q,
        const Array         *k,
        const Array         *v,
        gint64               row,
        gint                 head,
        gdouble             *out)
{
  const gint64        kv_rows = c->kv_rows ? c->kv_rows : c->n_keys;
  const gint64        base    = row / c->n_queries * kv_rows;
  const gint          column  = head / (c->n_heads / c->n_kv_heads) * c->head_dim;
  const gint64        n_see   = c->causal
                                ? MIN (c->n_keys, c->first_position +
                                                  row % c->n_queries + 1)
                                : c->n_keys;
  g_autofree gdouble *scores  = g_new (gdouble, n_see);
  gdouble             largest = -INFINITY;
  gdouble             sum     = 0.0;

  for (gint64 j = 0; j < n_see; j++)
    {
      scores[j] = 0.0;
      for (gint i = 0; i < c->head_dim; i++)
        scores[j] += q->values[row * q->width + head * c->head_dim + i] *
                     k->values[(base + j) * k->width + column + i] * c->scale;
      largest = MAX (largest, scores[j]);
    }
  for (gint i = 0; i < c->head_dim; i++)
    out[i] = 0.0;
  for (gint64 j = 0; j < n_see; j++)
    {
      const gdouble weight = exp (scores[j] - largest);

      sum += weight;
      for (gint i = 0; i < c->head_dim; i++)
        out[i] += weight * v->values[(base + j) * v->width + column + i];
    }
  for (gint i = 0; i < c->head_dim; i++)
    out[i] /= sum;
}

/* Rounds the values, and puts them into a tensor of float16, as a cache has
 * them.  */
static void
keep_in_float16 (PiscesBackend *backend,
                 Array         *array)
{
  PiscesTensor whole = pisces_backend_alloc_typed (backend, PISCES_F16, 2, array->n_rows,
                                                   pisces_tensor_width (array->whole));

  for (gint64 i = 0; i < array->n_rows * array->width; i++)
    array->values[i] = (gdouble) (_Float16) array->values[i];
  array_set (array, array->values);
  pisces_copy (backend, whole, array->whole);
  array->tensor = pisces_tensor_columns (whole, (gfloat *) array->tensor.data -
                                                (gfloat *) array->whole.data, array->width);
}

static void
attention_of (const AttentionCase *c,
              gboolean             in_float16)
{
  PiscesBackend       *backend = case_begin ();
  const gint64         kv_rows = (c->kv_rows ? c->kv_rows : c->n_keys) *
                                 (c->n_batch - 1) + c->n_keys;
  const gint64         q_rows  = c->n_batch * c->n_queries;
  Array q = ARRAY_RANDOM (c->extra, 2, q_rows, c->n_heads * c->head_dim);
  Array k = ARRAY_RANDOM (c->extra, 2, kv_rows, c->n_kv_heads * c->head_dim);
  Array v = ARRAY_RANDOM (c->extra, 2, kv_rows, c->n_kv_heads * c->head_dim);
  Array y = ARRAY_NEW (c->extra, 2, q_rows, c->n_heads * c->head_dim);
  g_autofree gdouble *expected = g_new (gdouble, y.n_rows * y.width);
  gint64 lengths[2] = { c->first_position + c->n_queries, c->first_position + c->n_queries };

  if (in_float16)
    {
      keep_in_float16 (backend, &k);
      keep_in_float16 (backend, &v);
    }

  for (gint64 row = 0; row < q_rows; row++)
    for (gint head = 0; head < c->n_heads; head++)
      attend (c, &q, &k, &v, row, head,
              expected + row * y.width + head * c->head_dim);

  pisces_attention (backend, y.tensor, q.tensor, k.tensor, v.tensor,
                    &(PiscesAttentionParams)
                    {
                      .n_batch = c->n_batch, .n_heads = c->n_heads,
                      .n_kv_heads = c->n_kv_heads, .head_dim = c->head_dim,
                      .causal = c->causal, .lengths = c->causal ? lengths : NULL,
                      .kv_rows_per_batch = c->kv_rows, .scale = c->scale
                    });
  assert_array (&y, expected);
  case_end ();
}

static void
test_attention (gconstpointer data)
{
  attention_of (data, FALSE);
}

/* Only the CPU keeps keys and values in another type than queries.  */
static void
test_float16 (gconstpointer data)
{
  attention_of (data, TRUE);
}

/* What is too large for float16 becomes its largest number, so that no score is
 * infinite.  */
static void
test_range (void)
{
  static const gfloat values[4]  = { 1e6f, -1e30f, 0.5f, 65504.0f };
  static const guint16 rounded[4] = { 0x7bff, 0xfbff, 0x3800, 0x7bff };
  PiscesBackend *backend = case_begin ();
  PiscesTensor   x       = pisces_backend_alloc (backend, 2, 1, 4);
  PiscesTensor   y       = pisces_backend_alloc_typed (backend, PISCES_F16, 2, 1, 4);

  pisces_upload (backend, x, values);
  pisces_copy (backend, y, x);
  g_assert_cmpmem (y.data, sizeof (rounded), rounded, sizeof (rounded));
  case_end ();
}

#define MAX_SEQUENCES 6

/* n_queries: for each sequence; 0: they are windows. n_biases: 0, 1, or one
 * for each head. n_hidden: so many keys at the beginning are hidden by the bias.  */
typedef struct
{
  gint64    lengths[MAX_SEQUENCES];
  gint64    n_queries;
  gint      n_heads, n_kv_heads, head_dim;
  gboolean  causal;
  gint      n_biases;
  gint      extra;
  gint      n_hidden;
} UnevenCase;

static const UnevenCase uneven_cases[] =
{
  { { 7, 131, 70, 1 },         1,  4, 2,  40, TRUE,  0, 0 },
  { { 3, 50, 90 },             3,  2, 1,  24, TRUE,  0, 3 },
  { { 77, 5, 1, 130 },       100,  2, 2,  64, FALSE, 0, 2 },
  { { 64, 64, 16, 64, 1, 20 }, 0,  2, 2,  80, FALSE, 0, 0 },
  { { 70, 3, 133 },            0,  2, 1,  33, TRUE,  0, 5 },
  { { 66, 2 },                 0,  1, 1, 512, FALSE, 0, 0 },
  { { 40, 33 },               40,  3, 3,  64, FALSE, 3, 1 },
  { { 170, 50 },              33,  4, 2,  40, TRUE,  1, 0 },
  { { 35, 9 },                 1,  2, 2, 512, TRUE,  2, 0 },
  { { 170, 150 },             33,  4, 2,  40, FALSE, 1, 0, 100 },
  { { 150 },                   2,  2, 1,  64, TRUE,  2, 0, 130 }
};

/* Computes one query of a sequence in the plainest way.  */
static void
attend_uneven (const UnevenCase *c,
               const Array      *q,
               const Array      *k,
               const Array      *v,
               const Array      *bias,
               gint64            q_row,
               gint64            kv_row,
               gint64            query,
               gint64            n_see,
               gint              head,
               gdouble          *out)
{
  const gint          column  = head / (c->n_heads / c->n_kv_heads) * c->head_dim;
  g_autofree gdouble *weights = g_new0 (gdouble, n_see);
  gdouble             sum     = 0.0;

  for (gint64 j = 0; j < n_see; j++)
    {
      for (gint i = 0; i < c->head_dim; i++)
        weights[j] += q->values[q_row * q->width + head * c->head_dim + i] *
                      k->values[(kv_row + j) * k->width + column + i];
      weights[j] = weights[j] / sqrt (c->head_dim);
      if (c->n_biases)
        weights[j] += bias->values[((c->n_biases > 1 ? head * c->n_queries : 0) + query) *
                                   bias->width + j];
      weights[j] = exp (weights[j]);
      sum += weights[j];
    }
  for (gint i = 0; i < c->head_dim; i++)
    {
      out[i] = 0.0;
      for (gint64 j = 0; j < n_see; j++)
        out[i] += weights[j] / sum * v->values[(kv_row + j) * v->width + column + i];
    }
}

static void
test_uneven (gconstpointer data)
{
  const UnevenCase     *c       = data;
  PiscesBackend        *backend = case_begin ();
  gint64                starts[MAX_SEQUENCES + 1] = { 0 };
  gint64                most    = 0, q_rows, kv_rows;
  PiscesAttentionParams params  =
  {
    .n_heads = c->n_heads, .n_kv_heads = c->n_kv_heads, .head_dim = c->head_dim,
    .causal = c->causal, .scale = 1.0 / sqrt (c->head_dim)
  };
  g_autofree gdouble   *expected = NULL;
  Array                 q, k, v, y, bias;

  for (; params.n_batch < MAX_SEQUENCES && c->lengths[params.n_batch]; params.n_batch++)
    {
      starts[params.n_batch + 1] = starts[params.n_batch] + c->lengths[params.n_batch];
      most = MAX (most, c->lengths[params.n_batch]);
    }
  if (c->n_queries)
    params.lengths = c->lengths;
  else
    params.starts = starts;
  q_rows  = c->n_queries ? c->n_queries * params.n_batch : starts[params.n_batch];
  kv_rows = c->n_queries ? most * params.n_batch : starts[params.n_batch];

  q    = ARRAY_RANDOM (c->extra, 2, q_rows, c->n_heads * c->head_dim);
  k    = ARRAY_RANDOM (c->extra, 2, kv_rows, c->n_kv_heads * c->head_dim);
  v    = ARRAY_RANDOM (c->extra, 2, kv_rows, c->n_kv_heads * c->head_dim);
  y    = ARRAY_NEW (c->extra, 2, q_rows, c->n_heads * c->head_dim);
  bias = ARRAY_RANDOM (c->extra, 2, MAX (c->n_biases, 1) * MAX (c->n_queries, 1), most);
  if (c->n_biases)
    {
      /* Hides some keys.  Where the first ones are all hidden, the first score that
       * counts is larger than all before it by more than exp() can tell.  */
      for (gint64 i = 0; i < bias.n_rows * bias.width; i++)
        bias.values[i] = i % 7 == 3 || i % bias.width < c->n_hidden ? (gfloat) -1e30
                                                                    : bias.values[i];
      array_set (&bias, bias.values);
      params.bias = bias.tensor;
    }

  expected = g_new (gdouble, y.n_rows * y.width);
  for (gint i = 0; i < params.n_batch; i++)
    {
      const gint64 n_keys    = c->lengths[i];
      const gint64 n_queries = c->n_queries ? c->n_queries : n_keys;
      const gint64 first     = c->n_queries ? i * c->n_queries : starts[i];

      for (gint64 query = 0; query < n_queries; query++)
        for (gint head = 0; head < c->n_heads; head++)
          attend_uneven (c, &q, &k, &v, &bias, first + query,
                         c->n_queries ? i * most : starts[i], query,
                         c->causal ? n_keys - n_queries + query + 1 : n_keys, head,
                         expected + (first + query) * y.width + head * c->head_dim);
    }
  pisces_attention (backend, y.tensor, q.tensor, k.tensor, v.tensor, &params);
  assert_array (&y, expected);
  case_end ();
}

/* pairs: for each axis; none: rows are counted from first_position on.  */
typedef struct
{
  gint64    n_rows, first_position;
  gint      n_heads, head_dim;
  gboolean  interleaved;
  gint      extra;
  gint      pairs[PISCES_MAX_AXES];
} RopeCase;

static const RopeCase rope_cases[] =
{
  {   1,    0,  1,   2, FALSE, 0 },
  {   1, 4000,  6,  32, FALSE, 0 },
  {  64,    0,  6,  32, FALSE, 0 },
  {  64,    0,  6,  32, TRUE,  3 },
  {  21,   11,  3,  10, FALSE, 5 },
  {  21, 8000,  3,  10, TRUE,  0 },
  { 300,    0,  8, 128, FALSE, 4 },
  {  21,    0,  3,  10, FALSE, 5, { 5 } },
  {  40,    0,  2,  80, FALSE, 0, { 20, 20 } },
  {  33,    0,  4, 128, FALSE, 2, { 16, 24, 24 } },
  {  33,    0,  2,  20, TRUE,  1, { 3, 1, 4, 2 } }
};

/* Returns the axis of a pair.  */
static gint
axis_of (const RopeCase *c,
         gint            pair)
{
  gint axis = 0;

  while (pair >= c->pairs[axis])
    pair -= c->pairs[axis++];
  return axis;
}

static void
test_rope (gconstpointer data)
{
  const RopeCase     *c       = data;
  PiscesBackend      *backend = case_begin ();
  const gint          half    = c->head_dim / 2;
  gdouble            *frequencies;
  PiscesWeight       *weight  = weight_random (PISCES_WEIGHT_VECTOR, 1,
                                               DIMS (half), &frequencies);
  PiscesRope          rope    = { .frequencies = weight, .head_dim = c->head_dim,
                                  .interleaved = c->interleaved };
  const gint          n_axes  = c->pairs[0] ? axis_of (c, half - 1) + 1 : 0;
  Array               x       = ARRAY_RANDOM (c->extra, 2, c->n_rows,
                                              c->n_heads * c->head_dim);
  Array               places  = ARRAY_RANDOM (c->extra, 2, c->n_rows, MAX (n_axes, 1));
  g_autofree gdouble *expected = g_new (gdouble, x.n_rows * x.width);

  /* Uses whole numbers, like the rows and columns of a picture.  */
  for (gint64 i = 0; i < places.n_rows * places.width; i++)
    places.values[i] = floor (500.0 * (places.values[i] + 1.0));
  array_set (&places, places.values);
  if (n_axes > 0)
    rope.positions = places.tensor;
  memcpy (rope.axis_pairs, c->pairs, sizeof (c->pairs));

  for (gint64 row = 0; row < c->n_rows; row++)
    for (gint i = 0; i < c->n_heads * half; i++)
      {
        const gint     pair     = i % half;
        const gint     head     = i / half * c->head_dim;
        const gint     one      = c->interleaved ? 2 * pair : pair;
        const gint     two      = c->interleaved ? 2 * pair + 1 : pair + half;
        const gdouble *in       = x.values + row * x.width + head;
        gdouble       *out      = expected + row * x.width + head;
        const gdouble  position = n_axes > 0
                                  ? places.values[row * n_axes + axis_of (c, pair)]
                                  : c->first_position + row;
        const gdouble  angle    = position * frequencies[pair];

        out[one] = in[one] * cos (angle) - in[two] * sin (angle);
        out[two] = in[two] * cos (angle) + in[one] * sin (angle);
      }

  pisces_rope (backend, x.tensor, &rope, c->first_position);
  assert_array (&x, expected);
  case_end ();
}

int
main (int    argc,
      char **argv)
{
  const gchar   *name   = g_getenv ("PISCES_TEST_BACKEND");
  const gboolean on_cpu = ! name || strcmp (name, "cpu") == 0;

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (attention_cases); i++)
    {
      const AttentionCase *c    = &attention_cases[i];
      g_autofree gchar    *path =
        g_strdup_printf ("/attention/%d-%dx%d-keys-%d-heads-of-%d", i,
                         (gint) c->n_queries, (gint) c->n_keys, c->n_heads,
                         c->head_dim);

      g_test_add_data_func (path, c, test_attention);
      if (on_cpu)
        {
          g_autofree gchar *halves = g_strconcat (path, "-in-float16", NULL);

          g_test_add_data_func (halves, c, test_float16);
        }
    }
  if (on_cpu)
    g_test_add_func ("/attention/float16-ends-at-its-largest-number", test_range);
  for (guint i = 0; i < G_N_ELEMENTS (uneven_cases); i++)
    {
      g_autofree gchar *path = g_strdup_printf ("/attention/uneven/%d", i);

      g_test_add_data_func (path, &uneven_cases[i], test_uneven);
    }
  for (guint i = 0; i < G_N_ELEMENTS (rope_cases); i++)
    {
      g_autofree gchar *path = g_strdup_printf ("/rope/%d", i);

      g_test_add_data_func (path, &rope_cases[i], test_rope);
    }
  return g_test_run ();
}
