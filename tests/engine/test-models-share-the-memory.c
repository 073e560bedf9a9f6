/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Several models share the memory budget: both stay if it holds both, the one
 * that was used least recently makes room if not, and nothing is freed in vain.
 * Each is freed when it has been idle.
 */

#include "tests/engine/two-models.h"

/* What the models hold after they have worked, one after the other.  */
static void
measure (guint64 *draws,
         guint64 *describes)
{
  g_autoptr (PiscesEngine) engine = mixed_engine ();

  draw_and_describe (engine);
  *draws     = held_by (engine, PISCES_ROLE_DRAW);
  *describes = held_by (engine, PISCES_ROLE_DESCRIBE);
  g_test_message ("one holds %" G_GUINT64_FORMAT " bytes to draw, the other %"
                  G_GUINT64_FORMAT " to describe", *draws, *describes);
}

/* More than a model is estimated to need, and less than both.  */
static guint64
budget_for_one (void)
{
  g_autofree gchar            *tiny  = tiny_model ();
  g_autofree gchar            *janus = janus_model ();
  g_autoptr (PiscesModelInfo)  one   = pisces_model_inspect (tiny, NULL);
  g_autoptr (PiscesModelInfo)  other = pisces_model_inspect (janus, NULL);
  const guint64                most  = MAX (one->describe_bytes, other->draw_bytes);
  guint64                      draws, describes;

  measure (&draws, &describes);
  g_assert_cmpuint (MAX (draws, describes), <=, most * 3 / 2);
  g_assert_cmpuint (most, <, one->describe_bytes + other->draw_bytes);

  return MAX (most, MAX (draws, describes));
}

/* The one that was used least recently makes room, and both work.  */
static void
test_memory_for_one_but_not_for_both (void)
{
  const guint64            budget = budget_for_one ();
  g_autoptr (PiscesEngine) engine = mixed_engine ();
  g_autoptr (GError)       error  = NULL;

  pisces_engine_set_memory_budget (engine, budget);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (PiscesGenerateResult) drawn = draw (engine, &error);
      g_autoptr (PiscesDescribeResult) told  = NULL;

      g_assert_no_error (error);
      g_assert_true (is_loaded (engine, PISCES_ROLE_DRAW));
      g_assert_false (is_loaded (engine, PISCES_ROLE_DESCRIBE));
      g_assert_cmpuint (held_by (engine, PISCES_ROLE_DRAW), <=, budget);

      told = describe (engine, &error);
      g_assert_no_error (error);
      g_assert_false (is_loaded (engine, PISCES_ROLE_DRAW));
      g_assert_true (is_loaded (engine, PISCES_ROLE_DESCRIBE));
      g_assert_cmpuint (held_by (engine, PISCES_ROLE_DESCRIBE), <=, budget);
    }
  g_assert_cmpuint (n_loads (engine), ==, 4);
}

static void
test_memory_for_both (void)
{
  g_autoptr (PiscesEngine) engine = mixed_engine ();

  pisces_engine_set_memory_budget (engine, 4 * budget_for_one ());
  draw_and_describe (engine);
  draw_and_describe (engine);
  g_assert_cmpuint (n_loads (engine), ==, 2);
}

/* If the estimate is too low, the job itself finds that memory is missing.  Then
 * the other model makes room, and the job is done all the same.  */
static void
test_a_job_that_is_refused_memory_gets_it (void)
{
  guint64 draws, describes;
  guint   n_dropped = 0;

  measure (&draws, &describes);

  /* At every budget from one model to two, both jobs end well.  */
  for (guint i = 0; i <= 8; i++)
    {
      const guint64            budget = MAX (draws, describes) + i * MIN (draws, describes) / 8;
      g_autoptr (PiscesEngine) engine = mixed_engine ();
      g_autoptr (PiscesStatus) status = NULL;

      pisces_engine_set_memory_budget (engine, budget);
      draw_and_describe (engine);
      draw_and_describe (engine);
      status     = pisces_engine_get_status (engine);
      n_dropped += status->n_loads > 2;
      g_assert_cmpuint (status->resident_bytes, <=, budget);
    }
  g_assert_cmpuint (n_dropped, >, 0);
}

/* Nothing is freed for a job that cannot be done anyway.  */
static void
test_a_vain_job_frees_nothing (void)
{
  const guint64                      budget  = budget_for_one ();
  g_autoptr (PiscesEngine)           engine  = mixed_engine ();
  g_autoptr (PiscesGenerateRequest)  empty   = pisces_generate_request_new (" ");
  g_autoptr (PiscesDescribeResult)   told    = NULL;
  g_autoptr (GError)                 error   = NULL;
  gchar                             *damaged = copy_janus ();

  pisces_engine_set_memory_budget (engine, budget);
  told = describe (engine, &error);
  g_assert_no_error (error);

  g_assert_null (pisces_engine_generate (engine, empty, NULL, NULL, NULL, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
  g_clear_error (&error);
  g_assert_true (is_loaded (engine, PISCES_ROLE_DESCRIBE));

  write_file (damaged, "model.safetensors", "no weights", -1);
  pisces_engine_set_model (engine, PISCES_ROLE_DRAW, damaged, "cpu");
  g_assert_null (draw (engine, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
  g_clear_error (&error);
  g_assert_true (is_loaded (engine, PISCES_ROLE_DESCRIBE));

  pisces_engine_set_model (engine, PISCES_ROLE_DRAW, "/nowhere", "cpu");
  g_assert_null (draw (engine, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (is_loaded (engine, PISCES_ROLE_DESCRIBE));

  /* nano needs far more than this budget.  */
  pisces_engine_set_model (engine, PISCES_ROLE_DRAW, PISCES_NANO, "cpu");
  g_assert_null (draw (engine, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY);
  g_test_message ("%s", error->message);
  g_clear_error (&error);
  g_assert_true (is_loaded (engine, PISCES_ROLE_DESCRIBE));

  remove_model (damaged);
}

/* A model that fills both roles loads what a role needs with the first job that
 * needs it: Janus draws without its eye, and describes without its VQ decoder.  */
static void
test_a_role_loads_what_it_needs (void)
{
  g_autofree gchar            *janus   = janus_model ();
  g_autoptr (PiscesModelInfo)  info    = pisces_model_inspect (janus, NULL);
  guint64                      held[3] = { 0 };

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (PiscesEngine)         engine = pisces_engine_new (janus, "cpu");
      g_autoptr (PiscesDescribeResult) told   = NULL;
      g_autoptr (PiscesGenerateResult) drawn  = NULL;
      g_autoptr (GError)               error  = NULL;

      if (i != 1)
        told = describe (engine, &error);
      g_assert_no_error (error);
      if (i != 0)
        drawn = draw (engine, &error);
      g_assert_no_error (error);
      held[i] = held_by (engine, PISCES_ROLE_DRAW);
      g_assert_cmpuint (n_loads (engine), ==, 1);
    }
  g_test_message ("%" G_GUINT64_FORMAT " bytes to describe, %" G_GUINT64_FORMAT " to draw, %"
                  G_GUINT64_FORMAT " for both; estimated: %" G_GUINT64_FORMAT ", %"
                  G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT, held[0], held[1], held[2],
                  info->describe_bytes, info->draw_bytes, info->memory_bytes);
  g_assert_cmpuint (held[0], <, held[2]);
  g_assert_cmpuint (held[1], <, held[2]);
  g_assert_cmpuint (info->describe_bytes, <, info->memory_bytes);
  g_assert_cmpuint (info->draw_bytes, <, info->memory_bytes);
}

/* The time without work counts for each model.  */
static void
test_idle_models_go_one_by_one (void)
{
  g_autoptr (PiscesEngine) engine   = mixed_engine ();
  g_autoptr (GError)       error    = NULL;
  const gint64             deadline = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  pisces_engine_set_idle_timeout (engine, 2);
  draw_and_describe (engine);
  while (is_loaded (engine, PISCES_ROLE_DRAW) && g_get_monotonic_time () < deadline)
    {
      g_autoptr (PiscesDescribeResult) told = describe (engine, &error);

      g_assert_no_error (error);
      g_assert_true (is_loaded (engine, PISCES_ROLE_DESCRIBE));
      g_usleep (100000);
    }
  g_assert_false (is_loaded (engine, PISCES_ROLE_DRAW));

  while (is_loaded (engine, PISCES_ROLE_DESCRIBE) && g_get_monotonic_time () < deadline)
    g_usleep (100000);
  g_assert_false (is_loaded (engine, PISCES_ROLE_DESCRIBE));
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/roles/memory-for-one-but-not-for-both",
                   test_memory_for_one_but_not_for_both);
  g_test_add_func ("/roles/memory-for-both", test_memory_for_both);
  g_test_add_func ("/roles/a-job-that-is-refused-memory-gets-it",
                   test_a_job_that_is_refused_memory_gets_it);
  g_test_add_func ("/roles/a-vain-job-frees-nothing", test_a_vain_job_frees_nothing);
  g_test_add_func ("/roles/a-role-loads-what-it-needs", test_a_role_loads_what_it_needs);
  g_test_add_func ("/roles/idle-models-go-one-by-one", test_idle_models_go_one_by_one);

  return g_test_run ();
}
