/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The random numbers are those of Philox4x32-10 (the known answers in
 * Random123's kat_vectors), do not depend on how many are drawn at a time, and
 * are normally distributed where they should be.
 */

#include <math.h>
#include <string.h>

#include <glib.h>

#include "engine/samplers/random.h"


static void
test_vectors (void)
{
  static const struct { guint32 counter[4], key[2], out[4]; } vectors[] =
    {
      { { 0, 0, 0, 0 }, { 0, 0 },
        { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
      { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, { 0xffffffff, 0xffffffff },
        { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
      { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, { 0xa4093822, 0x299f31d0 },
        { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } }
    };
  guint  i;

  for (i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      guint32  out[4];

      pisces_random_philox (vectors[i].counter, vectors[i].key, out);
      g_assert_cmpmem (out, sizeof (out), vectors[i].out, sizeof (out));
    }
}

/* A stream consists of its blocks, one after another.  */
static void
test_stream (void)
{
  const guint64  seed   = 0x299f31d0a4093822;
  const guint64  stream = 0x0370734413198a2e;
  PiscesRandom   random;
  guint32        i, j;

  pisces_random_init (&random, seed, stream);
  for (i = 0; i < 5; i++)
    {
      const guint32  counter[4] = { i, 0, 0x13198a2e, 0x03707344 };
      const guint32  key[2]     = { 0xa4093822, 0x299f31d0 };
      guint32        out[4];

      pisces_random_philox (counter, key, out);
      for (j = 0; j < 4; j++)
        g_assert_cmphex (pisces_random_next_u32 (&random), ==, out[j]);
    }
}

static void
test_portions (void)
{
  PiscesRandom  random;
  gfloat        whole[1000], parts[1000];
  gint          at = 0;
  gint          n;

  pisces_random_init (&random, 42, 1);
  pisces_random_fill_normal (&random, whole, 1000);

  pisces_random_init (&random, 42, 1);
  for (n = 1; at < 1000; n = n % 13 + 1)
    {
      gint  portion = MIN (n, 1000 - at);

      pisces_random_fill_normal (&random, parts + at, portion);
      at += portion;
    }
  g_assert_cmpmem (whole, sizeof (whole), parts, sizeof (parts));

  pisces_random_init (&random, 43, 1);
  pisces_random_fill_normal (&random, parts, 1000);
  g_assert_cmpint (memcmp (whole, parts, sizeof (whole)), !=, 0);
  pisces_random_init (&random, 42, 2);
  pisces_random_fill_normal (&random, parts, 1000);
  g_assert_cmpint (memcmp (whole, parts, sizeof (whole)), !=, 0);
}

/* Moments within five standard errors, and the tails.  */
static void
test_normal (void)
{
  const gsize        n      = 1000000;
  g_autofree gfloat *values = g_new (gfloat, n);
  gdouble            sum[5] = { 0.0 };
  gsize              beyond = 0;
  PiscesRandom       random;
  gsize              i;

  pisces_random_init (&random, 7, 0);
  pisces_random_fill_normal (&random, values, n);
  for (i = 0; i < n; i++)
    {
      gdouble  x = values[i];

      g_assert_true (isfinite (x));
      sum[1] += x;
      sum[2] += x * x;
      sum[3] += x * x * x;
      sum[4] += x * x * x * x;
      beyond += fabs (x) > 1.959964;
    }

  g_assert_cmpfloat (fabs (sum[1] / n), <, 5 * 1e-3);
  g_assert_cmpfloat (fabs (sum[2] / n - 1.0), <, 5 * sqrt (2.0) * 1e-3);
  g_assert_cmpfloat (fabs (sum[3] / n), <, 5 * sqrt (15.0) * 1e-3);
  g_assert_cmpfloat (fabs (sum[4] / n - 3.0), <, 5 * sqrt (96.0) * 1e-3);
  g_assert_cmpfloat (fabs (beyond / (gdouble) n - 0.05), <, 5 * sqrt (0.05 * 0.95) * 1e-3);
}

static void
test_uniform (void)
{
  PiscesRandom  random;
  gdouble       sum = 0.0;
  gint          i;

  pisces_random_init (&random, 3, 0);
  for (i = 0; i < 100000; i++)
    {
      gdouble  x = pisces_random_uniform (&random);

      g_assert_true (x >= 0.0 && x < 1.0);
      sum += x;
    }
  g_assert_cmpfloat (fabs (sum / 100000 - 0.5), <, 5 * sqrt (1.0 / 12.0 / 100000));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/random/vectors", test_vectors);
  g_test_add_func ("/random/stream", test_stream);
  g_test_add_func ("/random/portions", test_portions);
  g_test_add_func ("/random/normal", test_normal);
  g_test_add_func ("/random/uniform", test_uniform);

  return g_test_run ();
}
