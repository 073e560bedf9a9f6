/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One model describes and another one draws.  Each is loaded once, each result
 * says which it is from, and what is chosen, asked, or changed on disk concerns
 * only the model that it is about.
 */

#include "tests/engine/two-models.h"

static void
test_each_is_loaded_once (void)
{
  g_autofree gchar                *tiny   = tiny_model ();
  g_autofree gchar                *janus  = janus_model ();
  g_autoptr (PiscesEngine)         engine = mixed_engine ();
  g_autoptr (PiscesGenerateResult) drawn  = NULL;
  g_autoptr (PiscesDescribeResult) told   = NULL;
  g_autoptr (PiscesStatus)         status = NULL;
  g_autoptr (GError)               error  = NULL;
  const PiscesModelStatus         *draws, *describes;
  PiscesPicture                   *picture;

  for (guint i = 0; i < 3; i++)
    draw_and_describe (engine);
  drawn = draw (engine, &error);
  g_assert_no_error (error);
  told = describe (engine, &error);
  g_assert_no_error (error);

  status    = pisces_engine_get_status (engine);
  draws     = pisces_status_get_model (status, PISCES_ROLE_DRAW);
  describes = pisces_status_get_model (status, PISCES_ROLE_DESCRIBE);
  picture   = drawn->pictures->pdata[0];
  g_assert_cmpuint (status->n_loads, ==, 2);
  g_assert_cmpuint (status->models->len, ==, 2);
  g_assert_true (status->models->pdata[0] == describes);
  g_assert_cmpint (draws->roles, ==, PISCES_ROLE_DRAW);
  g_assert_cmpint (describes->roles, ==, PISCES_ROLE_DESCRIBE);
  g_assert_cmpstr (draws->folder, ==, janus);
  g_assert_cmpstr (describes->folder, ==, tiny);
  g_assert_cmpuint (draws->resident_bytes, >, 0);
  g_assert_cmpuint (status->resident_bytes, ==,
                    draws->resident_bytes + describes->resident_bytes);

  /* Each result says which model it is from.  */
  g_assert_cmpstr (picture->model_digest, ==, draws->digest);
  g_assert_cmpstr (picture->model_name, ==, draws->name);
  g_assert_cmpstr (told->model_digest, ==, describes->digest);
  g_assert_cmpstr (told->model_name, ==, describes->name);
  g_assert_cmpstr (told->backend, ==, "cpu");
  g_assert_cmpstr (draws->digest, !=, describes->digest);

  pisces_engine_unload (engine);
  g_assert_false (is_loaded (engine, PISCES_ROLE_DRAW));
  g_assert_false (is_loaded (engine, PISCES_ROLE_DESCRIBE));
}

static void
test_one_for_both_is_loaded_once (void)
{
  g_autofree gchar         *janus  = janus_model ();
  g_autoptr (PiscesEngine)  engine = mixed_engine ();
  g_autoptr (PiscesStatus)  status = NULL;

  draw_and_describe (engine);
  g_assert_cmpuint (n_loads (engine), ==, 2);

  /* Janus is there already, and the other one is freed.  */
  pisces_engine_set_model (engine, PISCES_ROLE_DESCRIBE, janus, "cpu");
  draw_and_describe (engine);
  status = pisces_engine_get_status (engine);
  g_assert_cmpuint (status->n_loads, ==, 2);
  g_assert_cmpuint (status->models->len, ==, 1);
  g_assert_cmpint (pisces_status_get_model (status, PISCES_ROLE_DRAW)->roles, ==,
                   PISCES_ALL_ROLES);
}

/* The describer is described with, the drawer draws, and the drawer's space says
 * how alike the two are.  */
static void
test_round_trip (void)
{
  g_autoptr (PiscesEngine)           engine   = mixed_engine ();
  g_autoptr (PiscesImage)            image    = sample_picture ();
  g_autoptr (PiscesDescribeResult)   told     = NULL;
  g_autoptr (PiscesGenerateRequest)  request  = NULL;
  g_autoptr (PiscesGenerateResult)   drawn    = NULL;
  g_autoptr (PiscesScore)            score    = NULL;
  g_autoptr (GError)                 error    = NULL;
  PiscesPicture                     *picture;
  gdouble                            likeness = 2.0;

  told = describe (engine, &error);
  g_assert_no_error (error);
  request = pisces_generate_request_new (told->short_text);
  drawn   = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  picture = drawn->pictures->pdata[0];
  g_assert_cmpstr (picture->model_digest, !=, told->model_digest);

  g_assert_true (pisces_engine_compare (engine, image, picture->image, &likeness, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (likeness, <=, 1.0);
  g_assert_cmpfloat (likeness, >=, -1.0);

  score = pisces_engine_score (engine, picture->image, told->short_text, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (score->way, ==, PISCES_SCORE_BY_PLAN);
  g_assert_cmpstr (score->model_name, ==, told->model_name);
  g_assert_cmpuint (n_loads (engine), ==, 2);

  /* The other way round, the score is Janus' share of "yes".  */
  {
    g_autofree gchar       *tiny  = tiny_model ();
    g_autofree gchar       *janus = janus_model ();
    g_autoptr (PiscesScore) other = NULL;

    pisces_engine_set_model (engine, PISCES_ROLE_DESCRIBE, janus, "cpu");
    pisces_engine_set_model (engine, PISCES_ROLE_DRAW, tiny, "cpu");
    other = pisces_engine_score (engine, picture->image, told->short_text, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpint (other->way, ==, PISCES_SCORE_BY_YES);
    g_assert_cmpstr (other->model_name, ==, picture->model_name);
  }
}

/* If the drawer has no space to compare in, the describer compares.  */
static void
test_the_describer_compares_if_the_drawer_cannot (void)
{
  g_autofree gchar         *janus    = janus_model ();
  gchar                    *blind    = copy_model ();
  g_autoptr (PiscesEngine)  engine   = NULL;
  g_autoptr (PiscesImage)   image    = sample_picture ();
  g_autoptr (GError)        error    = NULL;
  gdouble                   likeness = 0.0;

  replace (blind, "config.json", "\"gen_vision_config\": {",
           "\"gen_vision_config\": null, \"other_vision_config\": {");
  engine = pisces_engine_new (blind, "cpu");
  pisces_engine_set_model (engine, PISCES_ROLE_DESCRIBE, janus, "cpu");
  g_assert_true (pisces_engine_compare (engine, image, image, &likeness, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (likeness, 1.0, 1e-5);
  g_assert_true (is_loaded (engine, PISCES_ROLE_DESCRIBE));
  g_assert_false (is_loaded (engine, PISCES_ROLE_DRAW));

  g_clear_object (&engine);
  remove_model (blind);
}

/* A prompt is read by the model that draws.  */
static void
test_the_drawer_reads_prompts (void)
{
  g_autofree gchar              *janus  = janus_model ();
  g_autoptr (PiscesEngine)       engine = pisces_engine_new (PISCES_NANO, "cpu");
  g_autoptr (PiscesPromptCheck)  closed = NULL;
  g_autoptr (PiscesPromptCheck)  open   = NULL;

  pisces_engine_set_model (engine, PISCES_ROLE_DESCRIBE, janus, "cpu");
  g_assert_true (pisces_engine_load (engine, NULL, NULL, NULL, NULL));
  g_assert_cmpuint (n_loads (engine), ==, 2);
  closed = pisces_engine_check_prompt (engine, "a red giraffe");
  g_assert_cmpuint (g_strv_length (closed->unknown_words), ==, 1);

  pisces_engine_set_model (engine, PISCES_ROLE_DRAW, janus, "cpu");
  pisces_engine_set_model (engine, PISCES_ROLE_DESCRIBE, PISCES_NANO, "cpu");
  open = pisces_engine_check_prompt (engine, "a red giraffe");
  g_assert_nonnull (open);
  g_assert_cmpuint (g_strv_length (open->unknown_words), ==, 0);
}

/* What a model cannot do is refused or told, and never silently left out.  */
static void
test_what_a_model_cannot_do_is_told (void)
{
  g_autoptr (PiscesEngine)          engine  = mixed_engine ();
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");
  g_autoptr (PiscesGenerateResult)  drawn   = NULL;
  g_autoptr (PiscesGenerateResult)  again   = NULL;
  g_autoptr (GError)                error   = NULL;
  PiscesPicture                    *picture;

  request->steps = 12;
  drawn = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (drawn->warnings), ==, 1);
  g_assert_nonnull (strstr (drawn->warnings[0], "steps, 12, had no effect"));

  /* The number that it always takes is no reason for a warning.  */
  picture = drawn->pictures->pdata[0];
  request->steps = picture->steps;
  again = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (again->warnings), ==, 0);

  {
    g_autofree gchar                 *tiny   = tiny_model ();
    g_autoptr (PiscesEngine)          whole  = pisces_engine_new (tiny, "cpu");
    g_autoptr (PiscesImage)           image  = sample_picture ();
    g_autoptr (PiscesDescribeRequest) closer =
      pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
    g_autoptr (PiscesDescribeResult)  told   = NULL;

    closer->look_closer = TRUE;
    told = pisces_engine_describe (whole, closer, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (strstr (told->warnings[0], "closer had no effect"));
  }
}

/* The same of a model that draws from the prompt alone.  */
static void
test_a_plan_without_effect_is_told (void)
{
  gchar                            *folder  = copy_model ();
  g_autoptr (PiscesEngine)          engine  = NULL;
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");
  g_autoptr (PiscesGenerateResult)  drawn   = NULL;
  g_autoptr (PiscesModelInfo)       info    = NULL;
  g_autoptr (GError)                error   = NULL;

  replace (folder, "config.json", "\"plan\": \"", "\"unused\": \"");
  replace (folder, "config.json", "{plan}", "");
  info = pisces_model_inspect (folder, &error);
  g_assert_no_error (error);
  g_assert_false (info->abilities.writes_plan);
  g_assert_false (info->abilities.takes_plan);
  g_assert_false (info->abilities.follows_context);
  g_assert_false (info->abilities.writes_languages);

  engine = pisces_engine_new (folder, "cpu");
  g_assert_null (pisces_engine_plan (engine, request, NULL, NULL, NULL, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "without a plan"));
  g_assert_cmpuint (n_loads (engine), ==, 0);
  g_clear_error (&error);

  request->plan  = g_strdup ("a blue circle");
  request->steps = 1;
  drawn = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (drawn->warnings[0], "plan had no effect"));

  g_free (request->prompt);
  request->prompt = g_strdup ("");
  g_assert_null (pisces_engine_generate (engine, request, NULL, NULL, NULL, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
  g_assert_nonnull (strstr (error->message, "not from a plan"));

  g_clear_object (&engine);
  remove_model (folder);
}

/* A job for a role that no chosen model fills says which model is chosen and where
 * to choose another, and the other jobs go on.  */
static void
test_a_role_that_nobody_fills (void)
{
  g_autofree gchar                 *folder  =
    g_test_build_filename (G_TEST_DIST, "golden", "smolvlm", NULL);
  g_autofree gchar                 *janus   = janus_model ();
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesModelInfo)       info    = pisces_model_inspect (folder, NULL);
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");
  g_autoptr (PiscesDescribeResult)  told    = NULL;
  g_autoptr (GError)                error   = NULL;

  g_assert_cmpint (info->abilities.roles, ==, PISCES_ROLE_DESCRIBE);
  g_assert_true (info->abilities.follows_context);
  g_assert_false (info->abilities.writes_languages);
  g_assert_cmpuint (info->draw_bytes, ==, 0);
  g_assert_cmpuint (info->describe_bytes, >, 0);

  told = describe (engine, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      if (i == 0)
        g_assert_null (draw (engine, &error));
      else
        g_assert_null (pisces_engine_plan (engine, request, NULL, NULL, NULL, &error));
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED);
      g_assert_nonnull (strstr (error->message, info->name));
      g_assert_nonnull (strstr (error->message, "Models and Memory"));
      g_test_message ("%s", error->message);
      g_clear_error (&error);
    }
  g_assert_true (is_loaded (engine, PISCES_ROLE_DESCRIBE));

  pisces_engine_set_model (engine, PISCES_ROLE_DRAW, janus, "cpu");
  draw_and_describe (engine);
  g_assert_cmpuint (n_loads (engine), ==, 2);
}

/* A model whose files were changed is loaded again, and the other one stays.  */
static void
test_changed_files_concern_one_model (void)
{
  gchar                    *folder = g_dir_make_tmp ("pisces-model-XXXXXX", NULL);
  g_autofree gchar         *tiny   = tiny_model ();
  g_autofree gchar         *model  = g_build_filename (folder, "model", NULL);
  g_autofree gchar         *file   = NULL;
  g_autofree gchar         *clean  = g_strdup_printf ("rm -rf '%s'", folder);
  g_autoptr (PiscesEngine)  engine = NULL;
  g_autoptr (GError)        error  = NULL;
  g_autofree gchar         *bytes  = NULL;
  gsize                     n_bytes;

  /* Its matrices stay in their files.  */
  pisces_quantise_model (PISCES_NANO, model, "q8_0", NULL, &error);
  g_assert_no_error (error);
  engine = pisces_engine_new (tiny, "cpu");
  pisces_engine_set_model (engine, PISCES_ROLE_DESCRIBE, model, "cpu");
  draw_and_describe (engine);
  draw_and_describe (engine);
  g_assert_cmpuint (n_loads (engine), ==, 2);

  file = g_build_filename (model, "model.safetensors", NULL);
  g_assert_true (g_file_get_contents (file, &bytes, &n_bytes, NULL));
  g_assert_true (g_file_set_contents_full (file, bytes, n_bytes, G_FILE_SET_CONTENTS_NONE,
                                           0600, &error));
  draw_and_describe (engine);
  draw_and_describe (engine);
  g_assert_cmpuint (n_loads (engine), ==, 3);

  g_clear_object (&engine);
  g_spawn_command_line_sync (clean, NULL, NULL, NULL, NULL);
  g_free (folder);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/roles/each-model-is-loaded-once", test_each_is_loaded_once);
  g_test_add_func ("/roles/one-for-both-is-loaded-once", test_one_for_both_is_loaded_once);
  g_test_add_func ("/roles/round-trip", test_round_trip);
  g_test_add_func ("/roles/the-describer-compares-if-the-drawer-cannot",
                   test_the_describer_compares_if_the_drawer_cannot);
  g_test_add_func ("/roles/the-drawer-reads-prompts", test_the_drawer_reads_prompts);
  g_test_add_func ("/roles/what-a-model-cannot-do-is-told",
                   test_what_a_model_cannot_do_is_told);
  g_test_add_func ("/roles/a-plan-without-effect-is-told", test_a_plan_without_effect_is_told);
  g_test_add_func ("/roles/a-role-that-nobody-fills", test_a_role_that_nobody_fills);
  g_test_add_func ("/roles/changed-files-concern-one-model",
                   test_changed_files_concern_one_model);

  return g_test_run ();
}
