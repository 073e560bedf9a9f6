/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tokens are drawn as often as their probabilities say, never outside top-p,
 * and logits that are not numbers are never drawn.
 */

#include <math.h>

#include <glib.h>

#include "engine/samplers/text-sampler.h"

#define N_DRAWS  40000


static void
draw_many (const gfloat *logits,
           gint          n,
           gdouble       temperature,
           gdouble       top_p,
           gint         *counts)
{
  PiscesRandom  random;
  gint          i;

  pisces_random_init (&random, 5, 0);
  for (i = 0; i < N_DRAWS; i++)
    {
      gint32  id = pisces_sample_token (logits, n, temperature, top_p, &random);

      g_assert_true (id >= 0 && id < n);
      counts[id]++;
    }
}

static void
assert_share (gint    count,
              gdouble p)
{
  g_assert_cmpfloat (fabs (count / (gdouble) N_DRAWS - p), <=,
                     5.0 * sqrt (p * (1.0 - p) / N_DRAWS));
}

static void
test_greedy (void)
{
  const gfloat  logits[] = { 1.0f, 3.0f, NAN, 3.0f, -INFINITY };
  const gfloat  none[]   = { NAN, NAN, -INFINITY };
  const gfloat  infinite[] = { 0.0f, INFINITY, 1.0f };
  PiscesRandom  random;

  pisces_random_init (&random, 1, 0);
  g_assert_cmpint (pisces_sample_token (logits, 5, 0.0, 1.0, NULL), ==, 1);
  g_assert_cmpint (pisces_sample_token (logits, 5, -1.0, 1.0, NULL), ==, 1);
  g_assert_cmpint (pisces_sample_token (logits, 5, NAN, 1.0, NULL), ==, 1);
  g_assert_cmpint (pisces_sample_token (none, 3, 0.0, 1.0, NULL), ==, -1);
  g_assert_cmpint (pisces_sample_token (none, 3, 1.0, 1.0, &random), ==, -1);
  g_assert_cmpint (pisces_sample_token (logits, 0, 1.0, 1.0, &random), ==, -1);
  g_assert_cmpint (pisces_sample_token (infinite, 3, 1.0, 1.0, &random), ==, 1);
  g_assert_cmpint (pisces_sample_token (logits, 5, 1e-300, 1.0, &random), !=, 0);
}

static void
test_distribution (void)
{
  const gdouble  p[5]      = { 0.1, 0.4, 0.2, 0.05, 0.25 };
  gfloat         logits[6];
  gint           plain[6]  = { 0 };
  gint           cold[6]   = { 0 };
  gint           top_p[6]  = { 0 };
  gdouble        sum       = 0.0;
  gint           i;

  for (i = 0; i < 5; i++)
    {
      logits[i] = logf (p[i]) + 3.0f;
      sum += p[i] * p[i];
    }
  logits[5] = NAN;

  draw_many (logits, 6, 1.0, 1.0, plain);
  draw_many (logits, 6, 0.5, 1.0, cold);
  draw_many (logits, 6, 1.0, 0.6, top_p);
  for (i = 0; i < 5; i++)
    {
      assert_share (plain[i], p[i]);
      assert_share (cold[i], p[i] * p[i] / sum);
      assert_share (top_p[i], p[i] >= 0.25 ? p[i] / 0.65 : 0.0);
    }
  g_assert_cmpint (plain[5], ==, 0);
}

/* The smallest nucleus is one token; equal ones are ordered by their ids.  */
static void
test_edges (void)
{
  const gfloat  logits[] = { 0.0f, 2.0f, 2.0f, 2.0f };
  gint          counts[4] = { 0 };

  draw_many (logits, 4, 1.0, 0.0, counts);
  g_assert_cmpint (counts[1], ==, N_DRAWS);
}

/* Of two equal tokens, the first alone reaches one half.  */
static void
test_half (void)
{
  const gfloat  logits[] = { 1.0f, 1.0f };
  gint          counts[2] = { 0 };

  draw_many (logits, 2, 1.0, 0.5, counts);
  g_assert_cmpint (counts[0], ==, N_DRAWS);
  draw_many (logits, 2, 1.0, 0.51, counts);
  g_assert_cmpint (counts[1], >, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/token-sampler/greedy", test_greedy);
  g_test_add_func ("/token-sampler/distribution", test_distribution);
  g_test_add_func ("/token-sampler/edges", test_edges);
  g_test_add_func ("/token-sampler/half", test_half);

  return g_test_run ();
}
