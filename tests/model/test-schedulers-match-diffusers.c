/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same timesteps, scales and steps as diffusers' schedulers, and a
 * sentence for unsupported settings.  Golden values:
 * golden/make-schedulers.py.
 */

#include <math.h>

#include "engine/samplers/scheduler.h"

#include "fixture.h"

/* diffusers computes the steps in float32; the largest x are several
 * hundred.  */
static void
assert_near (gdouble x,
             gdouble golden)
{
  if (! (fabs (x - golden) <= 2e-5 * MAX (fabs (golden), 1.0)))
    g_error ("%.9g instead of %.9g", x, golden);
}

static void
check_run (PiscesScheduler *scheduler,
           yyjson_val      *golden)
{
  yyjson_val *last = yyjson_obj_get (golden, "last");
  gint        n    = golden_number (golden, "n_steps");
  gdouble     x[3] = { 0.5, -1.0, 2.0 };
  gint        i, j;

  pisces_scheduler_set_steps (scheduler, n);
  g_assert_cmpint (pisces_scheduler_n_steps (scheduler), ==, n);
  assert_near (pisces_scheduler_initial_scale (scheduler),
               golden_number (golden, "initial_scale"));
  for (j = 0; j < 3; j++)
    x[j] *= pisces_scheduler_initial_scale (scheduler);

  for (i = 0; i < n; i++)
    {
      gdouble  output[3] = { sin (i + 1), cos (i), 0.3 };
      gdouble  a, b;

      assert_near (pisces_scheduler_timestep (scheduler, i),
                   yyjson_get_num (yyjson_arr_get (yyjson_obj_get (golden, "timesteps"), i)));
      assert_near (x[2] * pisces_scheduler_input_scale (scheduler, i),
                   yyjson_get_num (yyjson_arr_get (yyjson_obj_get (golden, "inputs"), i)));

      pisces_scheduler_estimate (scheduler, i, &a, &b);
      assert_near (a * x[0] + b * output[0],
                   yyjson_get_num (yyjson_arr_get (yyjson_obj_get (golden, "estimates"), i)));

      pisces_scheduler_step (scheduler, i, &a, &b);
      for (j = 0; j < 3; j++)
        x[j] = a * x[j] + b * output[j];
    }

  for (j = 0; j < 3; j++)
    assert_near (x[j], yyjson_get_num (yyjson_arr_get (last, j)));
}

static void
test_golden (void)
{
  g_autofree gchar *folder = make_folder ();
  yyjson_doc       *golden = golden_document ("schedulers.json");
  yyjson_val       *cases  = yyjson_obj_get (yyjson_doc_get_root (golden), "cases");
  yyjson_val       *value;
  yyjson_arr_iter   iter;
  gsize             i;

  g_assert_cmpuint (yyjson_arr_size (cases), >, 8);
  yyjson_arr_iter_init (cases, &iter);
  while ((value = yyjson_arr_iter_next (&iter)))
    {
      g_autoptr (PiscesScheduler)  scheduler = NULL;
      g_autoptr (GError)           error     = NULL;
      g_autofree gchar            *path      = NULL;
      yyjson_val                  *runs      = yyjson_obj_get (value, "runs");
      gchar                       *json      =
        yyjson_val_write (yyjson_obj_get (value, "config"), 0, NULL);

      g_test_message ("%s", json);
      path      = write_file (folder, "scheduler_config.json", json, -1);
      scheduler = pisces_scheduler_load (path, &error);
      g_assert_no_error (error);
      for (i = 0; i < yyjson_arr_size (runs); i++)
        check_run (scheduler, yyjson_arr_get (runs, i));
      free (json);
    }

  yyjson_doc_free (golden);
  remove_folder (folder);
}

/* With SDXL's betas, the smallest sigma is sqrt (b / (1 - b)) for the first of
 * them, 0.00085, and a run may end there and not at 0.  */
static void
test_sigma_min (void)
{
  g_autofree gchar            *folder    = make_folder ();
  g_autofree gchar            *path      = NULL;
  g_autoptr (PiscesScheduler)  scheduler = NULL;
  g_autoptr (GError)           error     = NULL;
  gdouble                      sigma, a, b, estimate_a, estimate_b;

  path = write_file (folder, "scheduler_config.json",
                     "{\"_class_name\": \"EulerDiscreteScheduler\", \"beta_schedule\": \"scaled_linear\", "
                     "\"beta_start\": 0.00085, \"beta_end\": 0.012, \"timestep_spacing\": \"leading\", "
                     "\"steps_offset\": 1, \"final_sigmas_type\": \"sigma_min\"}", -1);
  scheduler = pisces_scheduler_load (path, &error);
  g_assert_no_error (error);
  pisces_scheduler_set_steps (scheduler, 20);

  /* With epsilon prediction, a step adds (next sigma - sigma) times the
   * output.  */
  pisces_scheduler_estimate (scheduler, 19, &estimate_a, &estimate_b);
  pisces_scheduler_step (scheduler, 19, &a, &b);
  sigma = -estimate_b;
  g_assert_cmpfloat_with_epsilon (b + sigma, sqrt (0.00085 / (1 - 0.00085)), 1e-6);
  g_assert_cmpfloat_with_epsilon (b + sigma, 0.0291671, 1e-6);
  remove_folder (folder);
}

static void
test_refused (void)
{
  static const struct { const gchar *json; gint code; const gchar *part; } cases[] =
    {
      { "{\"_class_name\": \"DDIMScheduler\"}",
        PISCES_ERROR_MODEL_UNSUPPORTED, "DDIMScheduler" },
      { "{}", PISCES_ERROR_MODEL_INVALID, "_class_name" },
      { "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"use_dynamic_shifting\": true}",
        PISCES_ERROR_MODEL_UNSUPPORTED, "use_dynamic_shifting" },
      { "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": -1}",
        PISCES_ERROR_MODEL_INVALID, "shift" },
      { "{\"_class_name\": \"EulerDiscreteScheduler\", \"use_karras_sigmas\": true}",
        PISCES_ERROR_MODEL_UNSUPPORTED, "use_karras_sigmas" },
      { "{\"_class_name\": \"EulerDiscreteScheduler\", \"prediction_type\": \"guess\"}",
        PISCES_ERROR_MODEL_UNSUPPORTED, "guess" },
      { "{\"_class_name\": \"EulerDiscreteScheduler\", \"beta_schedule\": \"sigmoid\"}",
        PISCES_ERROR_MODEL_UNSUPPORTED, "sigmoid" },
      { "{\"_class_name\": \"EulerDiscreteScheduler\", \"num_train_timesteps\": 10000000000000}",
        PISCES_ERROR_MODEL_INVALID, "10000000000000" },
      { "{\"_class_name\": \"EulerDiscreteScheduler\", \"beta_end\": 0.9}",
        PISCES_ERROR_MODEL_INVALID, "no signal" },
      { "{\"_class_name\": \"EulerDiscreteScheduler\", \"trained_betas\": [0.1, 0.2]}",
        PISCES_ERROR_MODEL_INVALID, "trained_betas" }
    };
  g_autofree gchar *folder = make_folder ();
  guint             i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError)  error = NULL;
      g_autofree gchar   *path  = write_file (folder, "scheduler_config.json",
                                              cases[i].json, -1);

      g_assert_null (pisces_scheduler_load (path, &error));
      assert_sentence (error, cases[i].code, path, cases[i].part);
    }

  remove_folder (folder);
}

static void
test_step_count_is_held (void)
{
  g_autofree gchar            *folder    = make_folder ();
  g_autofree gchar            *path      = write_file (folder, "s.json",
    "{\"_class_name\": \"EulerDiscreteScheduler\", \"num_train_timesteps\": 100}", -1);
  g_autoptr (PiscesScheduler)  scheduler = pisces_scheduler_load (path, NULL);

  g_assert_nonnull (scheduler);
  g_assert_cmpint (pisces_scheduler_max_steps (scheduler), ==, 100);
  pisces_scheduler_set_steps (scheduler, 0);
  g_assert_cmpint (pisces_scheduler_n_steps (scheduler), ==, 1);
  pisces_scheduler_set_steps (scheduler, G_MAXINT);
  g_assert_cmpint (pisces_scheduler_n_steps (scheduler), ==, 100);

  remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scheduler/golden", test_golden);
  g_test_add_func ("/scheduler/sigma-min-of-sdxl", test_sigma_min);
  g_test_add_func ("/scheduler/refused", test_refused);
  g_test_add_func ("/scheduler/step-count-is-held", test_step_count_is_held);

  return g_test_run ();
}
