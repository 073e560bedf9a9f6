/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model folder that is missing, incomplete, contradictory or absurd is
 * refused with a sentence that names the file.  Nothing crashes, no huge
 * memory is allocated, and the engine still works with a valid model
 * afterwards.
 */

#include "tests/engine/model-copy.h"

/* Both verify and a job must refuse the model, with a full sentence that names
 * what is wrong.  */
static void
assert_refused (const gchar *folder,
                const gchar *named)
{
  g_autoptr (GError)                verified = NULL;
  g_autoptr (GError)                drawn    = NULL;
  g_autoptr (PiscesModelInfo)       info     = pisces_model_verify (folder, &verified);
  g_autoptr (PiscesEngine)          engine   = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest) request  = small_request ();
  g_autoptr (PiscesGenerateResult)  result   =
    pisces_engine_generate (engine, request, NULL, NULL, NULL, &drawn);
  g_autoptr (PiscesStatus)          status   = pisces_engine_get_status (engine);

  g_assert_null (info);
  g_assert_null (result);
  g_assert_nonnull (verified);
  g_assert_nonnull (drawn);
  g_test_message ("%s", drawn->message);
  g_assert_cmpint (verified->domain, ==, PISCES_ERROR);
  g_assert_cmpint (drawn->domain, ==, PISCES_ERROR);
  g_assert_nonnull (strstr (drawn->message, named));
  g_assert_nonnull (strstr (verified->message, named));
  g_assert_true (g_str_has_suffix (drawn->message, "."));
  g_assert_false (status->loaded);
  g_assert_cmpuint (status->resident_bytes, ==, 0);
}

static void
test_missing_folder (void)
{
  assert_refused ("/nowhere/at/all", "/nowhere/at/all");
}

static void
test_missing_files (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (model_files); i++)
    {
      gchar            *folder = copy_model ();
      g_autofree gchar *path   = g_build_filename (folder, model_files[i], NULL);
      g_autofree gchar *name   = g_path_get_basename (path);

      g_remove (path);
      *(strrchr (name, '.')) = '\0';
      assert_refused (folder, name);
      remove_model (folder);
    }
}

static void
test_cut_short (void)
{
  static const gdouble parts[] = { 0.0, 0.00002, 0.01, 0.2, 0.5, 0.99999 };

  for (guint i = 0; i < G_N_ELEMENTS (model_files); i++)
    for (guint p = 0; p < G_N_ELEMENTS (parts); p++)
      {
        gchar            *folder  = copy_model ();
        gsize             length;
        g_autofree gchar *content = read_file (folder, model_files[i], &length);
        g_autofree gchar *name    = g_path_get_basename (model_files[i]);
        gsize             kept    = MIN (length * parts[p], length - 2);

        write_file (folder, model_files[i], content, kept);
        assert_refused (folder, name);
        remove_model (folder);
      }
}

static void
test_other_shapes (void)
{
  static const struct { const gchar *file, *old, *new, *named; } changes[] =
  {
    { "config.json", "\"hidden_size\": 40", "\"hidden_size\": 44", "model.safetensors" },
    { "config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "model.safetensors" },
    { "config.json", "\"gen_vector_size\": 24", "\"gen_vector_size\": 25", "25" },
    { "config.json", "\"num_gen_vectors\": 4", "\"num_gen_vectors\": 5", "num_gen_vectors" },
    { "config.json", "\"paint_channels\": 5", "\"paint_channels\": 6", "input channels" },
    { "config.json", "\"model_type\": \"pisces\"", "\"model_type\": \"whale\"", "whale" },
    { "config.json", "\"<|image_start|>\"", "\"<|nothing|>\"", "<|nothing|>" },
    { "config.json", "\"num_channels\": 4", "\"num_channels\": 2", "num_channels" },
    { "scheduler/scheduler_config.json", "\"num_train_timesteps\": 1000", "\"num_train_timesteps\": 3",
      "default_steps" },
    { "config.json", "\"max_position_embeddings\": 256", "\"max_position_embeddings\": 12",
      "max_position_embeddings" },
    { "config.json", "{image}<|short|>", "<|short|>", "{image}" },
    { "config.json", "{image}<|short|>", "{image}{image}<|short|>", "{image}" },
    { "config.json", "\"plan\": \"<|begin_of_text|>{text}<|plan|>\"", "\"plan\": \"{text}\"", "gives no token" },
    { "model.safetensors", "\"shape\":[20,24]", "\"shape\":[480]  ", "decoder_adapter.paint.weight" },
    { "model.safetensors", "\"shape\":[4,24]", "\"shape\":[96]  ", "decoder_adapter.position_embedding" },
    { "unet/config.json", "\"cross_attention_dim\": 24", "\"cross_attention_dim\": 32", "diffusion_pytorch_model" },
    { "unet/config.json", "CrossAttnDownBlock2D", "FancyDownBlock2D", "FancyDownBlock2D" },
    { "vae/config.json", "\"latent_channels\": 4", "\"latent_channels\": 8", "diffusion_pytorch_model" },
    { "model.safetensors", "language_model.model.norm.weight", "language_model.model.norm.wait00", "norm.weight" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      gchar *folder = copy_model ();

      replace (folder, changes[i].file, changes[i].old, changes[i].new);
      assert_refused (folder, changes[i].named);
      remove_model (folder);
    }
}

static void
test_absurd_sizes (void)
{
  static const struct { const gchar *file, *old, *new; } changes[] =
  {
    { "config.json", "\"hidden_size\": 40", "\"hidden_size\": 1000000000" },
    { "config.json", "\"vocab_size\": ", "\"vocab_size\": 99999999999" },
    { "config.json", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": -2" },
    { "config.json", "\"max_position_embeddings\": 256", "\"max_position_embeddings\": 1e15" },
    { "config.json", "\"image_size\": 64", "\"image_size\": 1000000" },
    { "config.json", "\"sample_size\": 64", "\"sample_size\": 1073741824" },
    { "unet/config.json", "\"layers_per_block\": 1", "\"layers_per_block\": 100000" },
    { "vae/config.json", "\"norm_num_groups\": 4", "\"norm_num_groups\": 0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      gchar *folder = copy_model ();

      replace (folder, changes[i].file, changes[i].old, changes[i].new);
      assert_refused (folder, "config.json");
      remove_model (folder);
    }
}

static void
test_bad_weights (void)
{
  static const gchar *const name = "model.safetensors";
  gchar            *folder;
  gsize             length;
  g_autofree gchar *content = NULL;
  guint64           huge    = GUINT64_TO_LE (G_MAXUINT64 / 2);

  /* A header of nine exabytes.  */
  folder  = copy_model ();
  content = read_file (folder, name, &length);
  memcpy (content, &huge, sizeof huge);
  write_file (folder, name, content, length);
  assert_refused (folder, name);
  remove_model (folder);

  /* Half of the weights are f16's NaN.  */
  folder = copy_model ();
  g_free (content);
  content = read_file (folder, name, &length);
  memset (content + length / 2, 0xff, length / 2);
  write_file (folder, name, content, length);
  assert_refused (folder, name);
  remove_model (folder);

  /* The same names with another element type.  */
  folder = copy_model ();
  replace (folder, name, "\"F16\"", "\"I64\"");
  assert_refused (folder, name);
  remove_model (folder);

  /* A pickle.  */
  folder = copy_model ();
  write_file (folder, name, "\x80\x02}q\x01(X\x05\x00\x00\x00weight", 64 > length ? length : 16);
  assert_refused (folder, name);
  remove_model (folder);
}

static void
test_engine_goes_on (void)
{
  g_autoptr (PiscesEngine)          engine  = NULL;
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  gchar                            *folder  = copy_model ();
  g_autofree gchar                 *vae     = g_build_filename (folder, "vae/config.json", NULL);
  g_autofree gchar                 *aside   = g_build_filename (folder, "aside", NULL);
  GError                           *error   = NULL;

  engine = pisces_engine_new (folder, "cpu");
  g_rename (vae, aside);
  g_assert_null (pisces_engine_generate (engine, request, NULL, NULL, NULL, &error));
  g_clear_error (&error);

  g_rename (aside, vae);
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result->pictures->len, ==, 1);
  remove_model (folder);
}

/* This is not damage: a model need not have this encoder, and says so when it
 * is needed.  */
static void
test_no_generation_encoder (void)
{
  gchar                            *folder  = copy_model ();
  g_autoptr (PiscesEngine)          engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  g_autoptr (PiscesGenerateResult)  drawn   = NULL;
  g_autoptr (PiscesGenerateResult)  refused = NULL;
  g_autoptr (PiscesImage)           image   = sample_picture ();
  g_autoptr (GError)                error   = NULL;
  gdouble                           likeness;

  replace (folder, "config.json", "\"gen_vision_config\": {",
           "\"gen_vision_config\": null, \"other_vision_config\": {");

  drawn = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (drawn);

  pisces_generate_request_add_reference (request, image, 0.5);
  refused = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  g_assert_null (refused);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "from words alone"));
  g_clear_error (&error);

  g_assert_false (pisces_engine_compare (engine, image, image, &likeness, NULL, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "can compare pictures"));

  remove_model (folder);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/model/missing-folder", test_missing_folder);
  g_test_add_func ("/model/missing-files", test_missing_files);
  g_test_add_func ("/model/cut-short", test_cut_short);
  g_test_add_func ("/model/other-shapes", test_other_shapes);
  g_test_add_func ("/model/absurd-sizes", test_absurd_sizes);
  g_test_add_func ("/model/bad-weights", test_bad_weights);
  g_test_add_func ("/model/engine-goes-on", test_engine_goes_on);
  g_test_add_func ("/model/no-generation-encoder", test_no_generation_encoder);

  return g_test_run ();
}
