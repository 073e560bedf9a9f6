/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rms_norm, rms_norm_heads, layer_norm and group_norm give the same as their
 * definitions computed in double: also in place, without weights, with a mean
 * far from zero, and with values so small that the epsilon matters.
 */

#include <math.h>

#include "tests/cpu/op-case.h"


typedef struct
{
  gint64            n_batch, n_rows, width;
  gint              n_groups;       /* of group_norm                     */
  gboolean          with_weight, with_bias, in_place;
  PiscesActivation  activation;
  gdouble           offset;         /* added to all values               */
  gint              extra;
  gdouble           scale;          /* of all values, 0: 1             */
} NormCase;

static const NormCase row_cases[] =
{
  { 1,  1,    1, 0, TRUE,  TRUE,  FALSE, PISCES_ACT_NONE,  0.0, 0 },
  { 1,  1,  192, 0, TRUE,  TRUE,  FALSE, PISCES_ACT_NONE,  0.0, 0 },
  { 1, 64,  192, 0, TRUE,  TRUE,  TRUE,  PISCES_ACT_NONE,  0.0, 0 },
  { 1,  7,   33, 0, TRUE,  FALSE, FALSE, PISCES_ACT_NONE,  0.0, 5 },
  { 1,  7,  100, 0, FALSE, FALSE, TRUE,  PISCES_ACT_NONE,  0.0, 2 },
  { 1,  5, 4096, 0, TRUE,  TRUE,  FALSE, PISCES_ACT_NONE, 50.0, 0 },
  { 1, 99,   48, 0, FALSE, TRUE,  FALSE, PISCES_ACT_NONE, -8.0, 3 },
  { 1,  1, 65536, 0, TRUE, TRUE,  FALSE, PISCES_ACT_NONE, 100.0, 0 },
  { 1,  3,   65, 0, TRUE,  TRUE,  FALSE, PISCES_ACT_NONE,  0.0, 0, 3e-3 }
};

static const NormCase group_cases[] =
{
  { 1,   1,   1,  1, TRUE,  TRUE,  FALSE, PISCES_ACT_NONE,       0.0, 0 },
  { 2, 256,  64, 16, TRUE,  TRUE,  FALSE, PISCES_ACT_SILU,       0.0, 0 },
  { 2,  64, 128, 32, TRUE,  TRUE,  TRUE,  PISCES_ACT_NONE,       0.0, 0 },
  { 2,  16, 192, 32, TRUE,  TRUE,  FALSE, PISCES_ACT_GELU_TANH,  0.0, 0 },
  { 3,  35,  12,  4, TRUE,  FALSE, FALSE, PISCES_ACT_NONE,       0.0, 5 },
  { 1, 100,  10, 10, FALSE, FALSE, TRUE,  PISCES_ACT_SILU,       3.0, 3 },
  { 1,  63,  10,  1, FALSE, TRUE,  FALSE, PISCES_ACT_NONE,     -20.0, 0 },
  { 1, 999,  96,  8, TRUE,  TRUE,  TRUE,  PISCES_ACT_SILU,       0.5, 2 },
  { 2,  70,  12,  3, TRUE,  TRUE,  FALSE, PISCES_ACT_NONE,       0.0, 0, 3e-3 }
};

/* In some cases it is so large that its place in the formula matters.  */
static gdouble
epsilon_of (const NormCase *c)
{
  return c->extra > 0 ? 0.3 : 1e-5;
}

/* n values at x, x + stride, ..., of `inner` each.  */
static void
moments (const gdouble *x,
         gint64         n,
         gint64         stride,
         gint64         inner,
         gdouble       *mean,
         gdouble       *variance)
{
  gdouble sum = 0.0;

  for (gint64 i = 0; i < n; i++)
    for (gint64 j = 0; j < inner; j++)
      sum += x[i * stride + j];
  *mean     = sum / (n * inner);
  *variance = 0.0;
  for (gint64 i = 0; i < n; i++)
    for (gint64 j = 0; j < inner; j++)
      *variance += (x[i * stride + j] - *mean) * (x[i * stride + j] - *mean);
  *variance /= n * inner;
}

static Array
random_with_offset (const NormCase *c)
{
  Array x = ARRAY_RANDOM (c->extra, 3, c->n_batch, c->n_rows, c->width);

  for (gint64 i = 0; i < x.n_rows * x.width; i++)
    x.values[i] = (gfloat) (x.values[i] * (c->scale != 0.0 ? c->scale : 1.0) + c->offset);
  array_set (&x, x.values);
  return x;
}

static void
test_rows (const NormCase *c,
           gboolean        rms)
{
  PiscesBackend      *backend = case_begin ();
  gdouble            *w = NULL, *b = NULL;
  PiscesWeight       *weight  = c->with_weight
                                ? weight_random (PISCES_WEIGHT_VECTOR, 1,
                                                 DIMS (c->width), &w) : NULL;
  PiscesWeight       *bias    = c->with_bias
                                ? weight_random (PISCES_WEIGHT_VECTOR, 1,
                                                 DIMS (c->width), &b) : NULL;
  Array               x       = random_with_offset (c);
  Array               y       = c->in_place ? x : ARRAY_NEW (c->extra, 3,
                                                             c->n_batch,
                                                             c->n_rows,
                                                             c->width);
  g_autofree gdouble *expected = g_new (gdouble, x.n_rows * x.width);

  for (gint64 row = 0; row < x.n_rows; row++)
    {
      const gdouble *in = x.values + row * x.width;
      gdouble        mean, variance;

      moments (in, 1, 0, x.width, &mean, &variance);
      if (rms)
        {
          variance += mean * mean;
          mean      = 0.0;
        }
      for (gint64 i = 0; i < x.width; i++)
        expected[row * x.width + i] = (in[i] - mean) /
                                      sqrt (variance + epsilon_of (c)) *
                                      (w ? w[i] : 1.0) +
                                      (b && ! rms ? b[i] : 0.0);
    }

  if (rms)
    pisces_rms_norm (backend, y.tensor, x.tensor, weight, epsilon_of (c));
  else
    pisces_layer_norm (backend, y.tensor, x.tensor, weight, bias, epsilon_of (c));
  assert_array (&y, expected);
  case_end ();
}

static void
test_rms_norm (gconstpointer data)
{
  test_rows (data, TRUE);
}

static void
test_layer_norm (gconstpointer data)
{
  test_rows (data, FALSE);
}

static void
test_group_norm (gconstpointer data)
{
  const NormCase     *c       = data;
  PiscesBackend      *backend = case_begin ();
  const gint64        size    = c->width / c->n_groups;
  gdouble            *w = NULL, *b = NULL;
  PiscesWeight       *weight  = c->with_weight
                                ? weight_random (PISCES_WEIGHT_VECTOR, 1,
                                                 DIMS (c->width), &w) : NULL;
  PiscesWeight       *bias    = c->with_bias
                                ? weight_random (PISCES_WEIGHT_VECTOR, 1,
                                                 DIMS (c->width), &b) : NULL;
  Array               x       = random_with_offset (c);
  Array               y       = c->in_place ? x : ARRAY_NEW (c->extra, 3,
                                                             c->n_batch,
                                                             c->n_rows,
                                                             c->width);
  g_autofree gdouble *expected = g_new (gdouble, x.n_rows * x.width);

  for (gint64 i = 0; i < c->n_batch * c->n_groups; i++)
    {
      const gint64   channel = i % c->n_groups * size;
      const gint64   first   = i / c->n_groups * c->n_rows * c->width + channel;
      gdouble        mean, variance;

      moments (x.values + first, c->n_rows, c->width, size, &mean, &variance);
      for (gint64 row = 0; row < c->n_rows; row++)
        for (gint64 j = 0; j < size; j++)
          {
            const gint64 at    = first + row * c->width + j;
            gdouble      value = (x.values[at] - mean) /
                                 sqrt (variance + epsilon_of (c));

            if (w)
              value *= w[channel + j];
            if (b)
              value += b[channel + j];
            expected[at] = activation_value (c->activation, value);
          }
    }

  pisces_group_norm (backend, y.tensor, x.tensor, weight, bias, c->n_groups,
                     epsilon_of (c), c->activation);
  assert_array (&y, expected);
  case_end ();
}

/* Uses heads as wide as a group's channels, in each row.  */
static void
test_rms_norm_heads (gconstpointer data)
{
  const NormCase     *c        = data;
  PiscesBackend      *backend  = case_begin ();
  const gint64        head_dim = c->width / c->n_groups;
  gdouble            *w        = NULL;
  PiscesWeight       *weight   = c->with_weight
                                 ? weight_random (PISCES_WEIGHT_VECTOR, 1,
                                                  DIMS (head_dim), &w) : NULL;
  Array               x        = random_with_offset (c);
  Array               y        = c->in_place ? x : ARRAY_NEW (c->extra, 3,
                                                              c->n_batch,
                                                              c->n_rows,
                                                              c->width);
  g_autofree gdouble *expected = g_new (gdouble, x.n_rows * x.width);

  for (gint64 first = 0; first < x.n_rows * x.width; first += head_dim)
    {
      gdouble square = 0.0;

      for (gint64 i = first; i < first + head_dim; i++)
        square += x.values[i] * x.values[i] / head_dim;
      for (gint64 i = first; i < first + head_dim; i++)
        expected[i] = x.values[i] / sqrt (square + epsilon_of (c)) *
                      (w ? w[i - first] : 1.0);
    }

  pisces_rms_norm_heads (backend, y.tensor, x.tensor, weight, head_dim, epsilon_of (c));
  assert_array (&y, expected);
  case_end ();
}

static void
add_cases (const gchar    *name,
           const NormCase *cases,
           guint           n_cases,
           GTestDataFunc   func)
{
  for (guint i = 0; i < n_cases; i++)
    {
      g_autofree gchar *path =
        g_strdup_printf ("/norms/%s/%d-%dx%dx%d", name, i,
                         (gint) cases[i].n_batch, (gint) cases[i].n_rows,
                         (gint) cases[i].width);

      g_test_add_data_func (path, &cases[i], func);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_cases ("rms", row_cases, G_N_ELEMENTS (row_cases), test_rms_norm);
  add_cases ("layer", row_cases, G_N_ELEMENTS (row_cases), test_layer_norm);
  add_cases ("rms-heads", group_cases, G_N_ELEMENTS (group_cases), test_rms_norm_heads);
  add_cases ("group", group_cases, G_N_ELEMENTS (group_cases), test_group_norm);
  return g_test_run ();
}
