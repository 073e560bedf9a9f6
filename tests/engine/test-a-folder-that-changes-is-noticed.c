/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a person does with a model's folder while the model is in memory: another model
 * that is put in its place is the one that answers from then on; without the folder the
 * model in memory goes on, as long as it is there; and once it is not, a sentence says
 * what is missing, until the folder is back.
 */

#include "tests/engine/model-copy.h"

static gchar *
describe (PiscesEngine  *engine,
          GError       **error)
{
  g_autoptr (PiscesImage)           image   = sample_picture ();
  g_autoptr (PiscesDescribeRequest) request = pisces_describe_request_new (image,
                                                                           PISCES_DESCRIBE_LONG);
  g_autoptr (PiscesDescribeResult)  result  = pisces_engine_describe (engine, request, NULL, NULL,
                                                                      NULL, error);

  return result ? g_steal_pointer (&result->long_text) : NULL;
}

static gchar *
fresh (const gchar *name)
{
  gchar                   *folder = copy_golden (name);
  g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
  GError                  *error  = NULL;
  gchar                   *text   = describe (engine, &error);

  g_assert_no_error (error);
  g_clear_object (&engine);
  remove_model (folder);

  return text;
}

static void
test_another_model (void)
{
  static const gchar *const names[] = { "tiny", "janus", "smolvlm", "janus" };
  gchar                    *folder  = copy_golden (names[0]);
  g_autoptr (PiscesEngine)  engine  = pisces_engine_new (folder, "cpu");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree gchar  *wanted = fresh (names[i]);
      g_autofree gchar  *source = g_test_build_filename (G_TEST_DIST, "golden", names[i], NULL);
      g_autofree gchar  *text   = NULL;
      g_autoptr (GError) error  = NULL;

      if (i > 0)
        copy_model_files (source, folder);
      text = describe (engine, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, wanted);
    }

  g_clear_object (&engine);
  remove_model (folder);
}

/* Not while it is no model, for example since it is still being copied.  */
static void
test_half_a_model (void)
{
  gchar                    *folder = copy_golden ("tiny");
  g_autofree gchar         *source = g_test_build_filename (G_TEST_DIST, "golden", "janus", NULL);
  g_autofree gchar         *before = fresh ("tiny");
  g_autofree gchar         *after  = fresh ("janus");
  g_autoptr (PiscesEngine)  engine = pisces_engine_new (folder, "cpu");

  for (guint i = 0; i < 3; i++)
    {
      g_autofree gchar  *text  = NULL;
      g_autoptr (GError) error = NULL;

      if (i == 1)
        write_file (folder, "model.safetensors", "begun", -1);
      if (i == 2)
        copy_model_files (source, folder);
      text = describe (engine, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, i < 2 ? before : after);
    }

  g_clear_object (&engine);
  remove_model (folder);
}

static void
test_folder_away (gconstpointer name)
{
  gchar                    *folder = copy_golden (name);
  g_autofree gchar         *away   = g_strconcat (folder, ".away", NULL);
  g_autofree gchar         *wanted = fresh (name);
  g_autoptr (PiscesEngine)  engine = pisces_engine_new (folder, "cpu");

  for (guint i = 0; i < 6; i++)
    {
      g_autofree gchar  *text  = NULL;
      g_autoptr (GError) error = NULL;

      if (i == 1)
        g_assert_cmpint (g_rename (folder, away), ==, 0);
      if (i == 3)
        pisces_engine_unload (engine);
      if (i == 4)
        g_assert_cmpint (g_rename (away, folder), ==, 0);

      text = describe (engine, &error);
      if (i == 3)
        {
          g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND);
          g_assert_nonnull (strstr (error->message, folder));
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, wanted);
    }

  g_clear_object (&engine);
  remove_model (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/folder/another-model", test_another_model);
  g_test_add_func ("/folder/half-a-model", test_half_a_model);
  g_test_add_data_func ("/folder/away/pisces", "tiny", test_folder_away);
  g_test_add_data_func ("/folder/away/janus", "janus", test_folder_away);
  g_test_add_data_func ("/folder/away/smolvlm", "smolvlm", test_folder_away);

  return g_test_run ();
}
