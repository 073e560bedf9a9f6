/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ops that treat each element separately, and those that move pixels, give
 * the same as their definitions, in slices and in place.
 */

#include <math.h>
#include <string.h>

#include "tests/cpu/op-case.h"


typedef struct
{
  gint64    n_rows, width;
  gint      x_extra, y_extra;
  gboolean  in_place;
} RowsCase;

static const RowsCase rows_cases[] =
{
  {    1,    1, 0, 0, FALSE },
  {    1,  700, 0, 0, TRUE  },
  {    7,   33, 3, 4, FALSE },
  {   64,  192, 0, 0, TRUE  },
  {   64, 1024, 8, 1, FALSE },
  { 5000,   65, 1, 0, FALSE }
};

static Array
output (const RowsCase *c,
        Array           x)
{
  return c->in_place ? x : ARRAY_NEW (c->y_extra, 2, c->n_rows, c->width);
}

static void
test_copy (gconstpointer data)
{
  const RowsCase *c       = data;
  PiscesBackend  *backend = case_begin ();
  Array           x       = ARRAY_RANDOM (c->x_extra, 2, c->n_rows, c->width);
  Array           y       = ARRAY_NEW (c->y_extra, 2, c->n_rows, c->width);

  pisces_copy (backend, y.tensor, x.tensor);
  assert_array (&y, x.values);
  case_end ();
}

static void
test_activate (gconstpointer data)
{
  const RowsCase *c = data;

  for (gint a = PISCES_ACT_NONE; a <= PISCES_ACT_GELU_QUICK; a++)
    {
      PiscesBackend      *backend  = case_begin ();
      Array               x        = ARRAY_RANDOM (c->x_extra, 2, c->n_rows,
                                                   c->width);
      Array               y        = output (c, x);
      const gint64        count    = x.n_rows * x.width;
      g_autofree gdouble *expected = g_new (gdouble, count);

      /* Includes values for which exp overflows.  */
      for (gint64 i = 0; i < count; i++)
        x.values[i] = (gfloat) (x.values[i] * pow (10.0, i % 7 - 4));
      array_set (&x, x.values);
      for (gint64 i = 0; i < count; i++)
        expected[i] = activation_value (a, x.values[i]);

      pisces_activate (backend, y.tensor, x.tensor, a);
      assert_array (&y, expected);
      case_end ();
    }
}

static void
test_glu (gconstpointer data)
{
  const RowsCase     *c        = data;
  PiscesBackend      *backend  = case_begin ();
  Array               both     = ARRAY_RANDOM (c->x_extra, 2, c->n_rows,
                                               2 * c->width);
  Array               y        = ARRAY_NEW (c->y_extra, 2, c->n_rows, c->width);
  PiscesTensor        gate     = pisces_tensor_columns (both.tensor, 0, c->width);
  PiscesTensor        up       = pisces_tensor_columns (both.tensor, c->width,
                                                        c->width);
  g_autofree gdouble *expected = g_new (gdouble, c->n_rows * c->width);

  for (gint64 i = 0; i < c->n_rows * c->width; i++)
    {
      const gdouble *row = both.values + i / c->width * both.width;

      expected[i] = activation_value (PISCES_ACT_SILU, row[i % c->width]) *
                    row[c->width + i % c->width];
    }
  pisces_glu (backend, y.tensor, gate, up, PISCES_ACT_SILU);
  assert_array (&y, expected);

  /* In place, with the second operand as the output.  */
  if (c->in_place)
    {
      Array part = { up, up, c->n_rows, c->width, both.values };

      pisces_glu (backend, up, gate, up, PISCES_ACT_SILU);
      assert_array (&part, expected);
    }
  case_end ();
}

static void
test_sums (gconstpointer data)
{
  const RowsCase     *c           = data;
  PiscesBackend      *backend     = case_begin ();
  const gint64        width       = c->width;
  gdouble            *w;
  PiscesWeight       *weight      = weight_random (PISCES_WEIGHT_VECTOR, 3,
                                                   DIMS (1, 3, width), &w);
  Array               x           = ARRAY_RANDOM (c->x_extra, 2, c->n_rows, width);
  Array               v           = ARRAY_RANDOM (c->y_extra, 2, 2, width);
  Array               broadcast   = ARRAY_NEW (c->y_extra, 2, c->n_rows, width);
  Array               with_weight = ARRAY_NEW (c->y_extra, 2, c->n_rows, width);
  Array               combined    = output (c, x);
  const gint64        count       = c->n_rows * width;
  const gint64        per_v       = 3;
  g_autofree gdouble *expected    = g_new (gdouble, count);

  for (gint64 i = 0; i < count; i++)
    expected[i] = x.values[i] +
                  v.values[i / width / per_v % 2 * width + i % width];
  pisces_add_broadcast (backend, broadcast.tensor, x.tensor, v.tensor, per_v);
  assert_array (&broadcast, expected);

  for (gint64 i = 0; i < count; i++)
    expected[i] = x.values[i] + w[i / width % 3 * width + i % width];
  pisces_add_weight (backend, with_weight.tensor, x.tensor, weight);
  assert_array (&with_weight, expected);

  for (gint64 i = 0; i < count; i++)
    expected[i] = 3.5 * x.values[i] - 2.5 * expected[i];
  pisces_combine (backend, combined.tensor, 3.5, x.tensor, -2.5,
                  with_weight.tensor);
  assert_array (&combined, expected);
  case_end ();
}

/* Scale, shift and gate are columns of one tensor, with a row for each part of
 * the rows.  */
static void
test_modulated (gconstpointer data)
{
  const RowsCase     *c        = data;
  PiscesBackend      *backend  = case_begin ();
  const gint64        width    = c->width;
  const gint64        count    = c->n_rows * width;
  const gint64        n_parts  = c->n_rows % 4 ? c->n_rows : 4;
  const gint64        per_part = c->n_rows / n_parts;
  Array               all      = ARRAY_RANDOM (c->x_extra, 2, n_parts, 3 * width);
  PiscesTensor        shift    = pisces_tensor_columns (all.tensor, 0, width);
  PiscesTensor        scale    = pisces_tensor_columns (all.tensor, width, width);
  PiscesTensor        gate     = pisces_tensor_columns (all.tensor, 2 * width, width);
  Array               x        = ARRAY_RANDOM (c->x_extra, 2, c->n_rows, width);
  Array               z        = ARRAY_RANDOM (c->y_extra, 2, c->n_rows, width);
  Array               y        = ARRAY_NEW (c->y_extra, 2, c->n_rows, width);
  Array               sum      = output (c, x);
  g_autofree gdouble *expected = g_new (gdouble, count);

  for (gint64 i = 0; i < count; i++)
    {
      const gdouble *own = all.values + i / width / per_part * all.width + i % width;

      expected[i] = x.values[i] * (1.0 + own[width]) + own[0];
    }
  pisces_modulate (backend, y.tensor, x.tensor, scale, shift);
  assert_array (&y, expected);

  for (gint64 i = 0; i < count; i++)
    expected[i] = x.values[i] + z.values[i] *
                  all.values[i / width / per_part * all.width + 2 * width + i % width];
  pisces_add_gated (backend, sum.tensor, x.tensor, gate, z.tensor);
  assert_array (&sum, expected);
  case_end ();
}

static void
test_gather_rows (gconstpointer data)
{
  const RowsCase     *c        = data;
  PiscesBackend      *backend  = case_begin ();
  Array               x        = ARRAY_RANDOM (c->x_extra, 2, 11, c->width);
  Array               y        = ARRAY_NEW (c->y_extra, 2, c->n_rows, c->width);
  g_autofree gint32  *ids      = g_new (gint32, c->n_rows);
  g_autofree gdouble *expected = g_new (gdouble, c->n_rows * c->width);

  for (gint64 i = 0; i < c->n_rows; i++)
    {
      ids[i] = (i * 7 + 10) % 11;
      memcpy (expected + i * c->width, x.values + ids[i] * c->width,
              c->width * sizeof (gdouble));
    }
  pisces_gather_rows (backend, y.tensor, x.tensor, ids);
  assert_array (&y, expected);
  case_end ();
}

static void
test_gather (gconstpointer data)
{
  const RowsCase     *c       = data;
  PiscesBackend      *backend = case_begin ();
  gdouble            *w;
  PiscesWeight       *table   = weight_random (PISCES_WEIGHT_TABLE, 2,
                                               DIMS (11, c->width), &w);
  Array               y       = ARRAY_NEW (c->y_extra, 2, c->n_rows, c->width);
  g_autofree gint32  *ids     = g_new (gint32, c->n_rows);
  g_autofree gdouble *expected = g_new (gdouble, c->n_rows * c->width);

  for (gint64 i = 0; i < c->n_rows; i++)
    {
      ids[i] = (i * 7 + 10) % 11;
      memcpy (expected + i * c->width, w + ids[i] * c->width,
              c->width * sizeof (gdouble));
    }
  pisces_gather (backend, y.tensor, table, ids);
  assert_array (&y, expected);
  case_end ();
}

typedef struct
{
  gint64  n_batch, height, width, channels;
  gint    r;
  gint    x_extra, y_extra;
} ImageCase;

static const ImageCase image_cases[] =
{
  { 1,  1,  1,   1, 1, 0, 0 },
  { 2,  4,  6,   3, 2, 0, 0 },
  { 1,  9,  6,   7, 3, 5, 4 },
  { 2, 16, 16, 192, 4, 1, 1 },
  { 1, 64, 64,  65, 2, 0, 3 }
};

/* Returns where a pixel begins in the values of [batch, height, width,
 * channels].  */
static gint64
place (gint64 height,
       gint64 width,
       gint64 channels,
       gint64 b,
       gint64 row,
       gint64 column)
{
  return ((b * height + row) * width + column) * channels;
}

static void
test_images (gconstpointer data)
{
  const ImageCase    *c       = data;
  PiscesBackend      *backend = case_begin ();
  const gint64        h = c->height, w = c->width, n = c->channels, r = c->r;
  Array               x       = ARRAY_RANDOM (c->x_extra, 4, c->n_batch, h, w, n);
  Array               up      = ARRAY_NEW (c->y_extra, 4, c->n_batch,
                                           2 * h, 2 * w, n);
  Array               mean    = ARRAY_NEW (c->y_extra, 4, c->n_batch,
                                           h / r, w / r, n);
  Array               deep    = ARRAY_NEW (c->y_extra, 4, c->n_batch,
                                           h / r, w / r, r * r * n);
  Array               again   = ARRAY_NEW (c->y_extra, 4, c->n_batch, h, w, n);
  g_autofree gdouble *doubled = g_new (gdouble, up.n_rows * n);
  g_autofree gdouble *means   = g_new0 (gdouble, mean.n_rows * n);
  g_autofree gdouble *folded  = g_new (gdouble, deep.n_rows * deep.width);

  for (gint64 i = 0; i < c->n_batch * h * w * n; i++)
    {
      const gint64  channel = i % n;
      const gint64  column  = i / n % w;
      const gint64  row     = i / n / w % h;
      const gint64  b       = i / n / w / h;
      const gint64  block   = row % r * r + column % r;
      const gdouble value   = x.values[i];

      for (gint j = 0; j < 4; j++)
        doubled[place (2 * h, 2 * w, n, b, 2 * row + j / 2,
                       2 * column + j % 2) + channel] = value;
      means[place (h / r, w / r, n, b, row / r, column / r) + channel] +=
        value / (r * r);
      folded[place (h / r, w / r, r * r * n, b, row / r, column / r) +
             block * n + channel] = value;
    }

  pisces_upsample (backend, up.tensor, x.tensor);
  assert_array (&up, doubled);
  pisces_average_pool (backend, mean.tensor, x.tensor, r);
  assert_array (&mean, means);
  pisces_fold (backend, deep.tensor, x.tensor, r);
  assert_array (&deep, folded);
  pisces_fold (backend, again.tensor, deep.tensor, r);
  assert_array (&again, x.values);
  case_end ();
}

static void
add_rows_cases (const gchar   *name,
                GTestDataFunc  func)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows_cases); i++)
    {
      g_autofree gchar *path =
        g_strdup_printf ("/rows/%s/%d-%dx%d", name, i,
                         (gint) rows_cases[i].n_rows,
                         (gint) rows_cases[i].width);

      g_test_add_data_func (path, &rows_cases[i], func);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_rows_cases ("copy", test_copy);
  add_rows_cases ("activate", test_activate);
  add_rows_cases ("glu", test_glu);
  add_rows_cases ("sums", test_sums);
  add_rows_cases ("modulated", test_modulated);
  add_rows_cases ("gather", test_gather);
  add_rows_cases ("gather-rows", test_gather_rows);
  for (guint i = 0; i < G_N_ELEMENTS (image_cases); i++)
    {
      g_autofree gchar *path = g_strdup_printf ("/images/%d", i);

      g_test_add_data_func (path, &image_cases[i], test_images);
    }
  return g_test_run ();
}
