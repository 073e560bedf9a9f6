/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The time that is shown as left is close to the time that will pass: for an
 * even job soon after the first second, for one that changes its speed after a
 * while, and it does not jump around if the steps are uneven.  Needs no
 * display.
 */

#include "ui/widgets/pisces-job-item.h"
#include "ui/widgets/pisces-time-left.h"

#define SECOND G_TIME_SPAN_SECOND

static void
test_silent_at_first (void)
{
  PiscesTimeLeft left = { 0 };

  g_assert_cmpint (pisces_time_left_seconds (&left, SECOND), ==, -1);
  pisces_time_left_update (&left, 0.1, SECOND);
  g_assert_cmpint (pisces_time_left_seconds (&left, 5 * SECOND), ==, -1);
  pisces_time_left_update (&left, 0.2, SECOND + SECOND / 2);
  g_assert_cmpint (pisces_time_left_seconds (&left, SECOND + SECOND / 2),
                   ==, -1);
  g_assert_cmpint (pisces_time_left_seconds (&left, 2 * SECOND), !=, -1);
}

/* 20 seconds in equal steps of a quarter second.  */
static void
test_even (void)
{
  PiscesTimeLeft left = { 0 };

  for (gint i = 0; i < 80; i++)
    {
      gint64 now = SECOND + i * SECOND / 4;

      pisces_time_left_update (&left, i / 80.0, now);
      if (i >= 4)
        g_assert_cmpint (ABS (pisces_time_left_seconds (&left, now) -
                              (80 - i + 3) / 4), <=, 1);
    }
}

/* The first half in 2 seconds, the second in 20. */
static void
test_slower_half (void)
{
  PiscesTimeLeft left = { 0 };
  gint64         now  = SECOND;

  for (gint i = 0; i <= 20; i++, now += SECOND / 10)
    pisces_time_left_update (&left, i / 40.0, now);
  for (gint i = 1; i <= 10; i++)
    {
      now += SECOND;
      pisces_time_left_update (&left, 0.5 + i / 40.0, now);
    }

  g_assert_cmpint (pisces_time_left_seconds (&left, now), >=, 7);
  g_assert_cmpint (pisces_time_left_seconds (&left, now), <=, 13);
}

/* Steps of 0.1 and 0.9 seconds alternate: the truth is 0.5 for each step.  */
static void
test_uneven_steps (void)
{
  PiscesTimeLeft left = { 0 };
  gint64         now  = SECOND;

  for (gint i = 0; i < 60; i++)
    {
      pisces_time_left_update (&left, i / 60.0, now);
      if (i >= 8)
        {
          gdouble truth = (60 - i) * 0.5;

          g_assert_cmpfloat (pisces_time_left_seconds (&left, now), >,
                             0.6 * truth - 1);
          g_assert_cmpfloat (pisces_time_left_seconds (&left, now), <,
                             1.6 * truth + 1);
        }
      now += (i % 2 ? 9 : 1) * SECOND / 10;
    }
}

static void
test_counts_down (void)
{
  PiscesTimeLeft left = { 0 };

  pisces_time_left_update (&left, 0.0, SECOND);
  pisces_time_left_update (&left, 0.1, 3 * SECOND);
  g_assert_cmpint (pisces_time_left_seconds (&left, 3 * SECOND), ==, 18);
  g_assert_cmpint (pisces_time_left_seconds (&left, 8 * SECOND), ==, 13);
  g_assert_cmpint (pisces_time_left_seconds (&left, 99 * SECOND), ==, 1);

  /* A report without progress, or at the same moment, does no harm.  */
  pisces_time_left_update (&left, 0.1, 8 * SECOND);
  pisces_time_left_update (&left, 0.05, 8 * SECOND);
  pisces_time_left_update (&left, 0.3, 3 * SECOND);
  g_assert_cmpint (pisces_time_left_seconds (&left, 8 * SECOND), ==, 13);
}

static void
test_words (void)
{
  const struct
  {
    gint         seconds;
    const gchar *words;
  } cases[] =
  {
    { -1, "" }, { 1, "1 second left" }, { 12, "12 seconds left" },
    { 89, "89 seconds left" }, { 90, "2 minutes left" },
    { 3600, "60 minutes left" }, { 7200, "2 hours left" }
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *words = pisces_time_left_to_words (cases[i].seconds);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static void
count_ends (guint *n_ends)
{
  (*n_ends)++;
}

/* Progress never goes back, whatever is reported.  */
static void
test_item (void)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("a");
  g_autoptr (PiscesJobItem)         item    = pisces_job_item_new (request);
  g_autofree gchar                 *words   = pisces_job_item_get_words (item);
  PiscesProgress                    progress = { PISCES_STAGE_LOADING, 0.05 };
  guint                             n_ends  = 0;

  g_signal_connect_swapped (item, "ended", G_CALLBACK (count_ends), &n_ends);
  g_assert_cmpstr (words, ==, "Waiting");
  g_assert_cmpstr (pisces_job_item_get_request (item)->prompt, ==, "a");

  pisces_job_item_show_progress (item, &progress);
  g_assert_cmpint (pisces_job_item_get_state (item), ==, PISCES_JOB_RUNNING);
  pisces_job_item_stop (item);
  pisces_job_item_stop (item);
  pisces_job_item_show_progress (item, &progress);
  g_assert_cmpint (pisces_job_item_get_state (item), ==, PISCES_JOB_STOPPING);
  pisces_job_item_end (item);
  pisces_job_item_end (item);
  pisces_job_item_stop (item);
  g_assert_cmpint (pisces_job_item_get_state (item), ==, PISCES_JOB_ENDED);
  g_assert_cmpuint (n_ends, ==, 1);
}

/* The current time, which a test can set; it replaces GLib's function.  */
static gint64 now_us;

gint64 __real_g_get_monotonic_time (void);
gint64 __wrap_g_get_monotonic_time (void);

gint64
__wrap_g_get_monotonic_time (void)
{
  return now_us ? now_us : __real_g_get_monotonic_time ();
}

/* Waiting or loading the model says nothing about the rest of the time.  */
static void
test_item_seconds (void)
{
  g_autoptr (PiscesGenerateRequest) request  = pisces_generate_request_new ("a");
  g_autoptr (PiscesJobItem)         item     = pisces_job_item_new (request);
  PiscesProgress                    progress = { PISCES_STAGE_LOADING, 0.5 };

  now_us = 100 * SECOND;
  pisces_job_item_show_progress (item, &progress);
  g_assert_cmpint (pisces_job_item_get_seconds_left (item), ==, -1);

  now_us         = 160 * SECOND;
  progress.stage = PISCES_STAGE_DRAWING;
  pisces_job_item_show_progress (item, &progress);
  g_assert_cmpint (pisces_job_item_get_seconds_left (item), ==, -1);

  now_us            = 162 * SECOND;
  progress.fraction = 0.75;
  pisces_job_item_show_progress (item, &progress);
  g_assert_cmpint (pisces_job_item_get_seconds_left (item), ==, 2);

  pisces_job_item_stop (item);
  g_assert_cmpint (pisces_job_item_get_seconds_left (item), ==, -1);
  now_us = 0;
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ui/time-left/is-silent-at-first", test_silent_at_first);
  g_test_add_func ("/ui/time-left/of-an-even-job", test_even);
  g_test_add_func ("/ui/time-left/of-a-job-that-slows-down", test_slower_half);
  g_test_add_func ("/ui/time-left/of-uneven-steps", test_uneven_steps);
  g_test_add_func ("/ui/time-left/counts-down", test_counts_down);
  g_test_add_func ("/ui/time-left/in-words", test_words);
  g_test_add_func ("/ui/time-left/a-job-ends-once", test_item);
  g_test_add_func ("/ui/time-left/does-not-count-loading", test_item_seconds);

  return g_test_run ();
}
