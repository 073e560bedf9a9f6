/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder that claims to be a Janus is either one that can be run, or is
 * refused with a sentence that names what is wrong with it.
 */

#include <unistd.h>

#include "tests/engine/model-mistakes.h"

static void
test_refused (void)
{
  static const Mistake mistakes[] =
  {
    /* The table of embeddings must not stand in for an output layer that the file
     * has, or that the configuration promises.  */
    { "model.safetensors", "\"lm_head.weight\":{\"dtype\":\"F16\"",
      "\"lm_head.weight\":{\"dtype\":\"I16\"", "I16" },
    { "model.safetensors", "\"lm_head.weight\"", "\"lm_face.weight\"", "lm_head.weight" },

    /* Another layout, and another program's.  */
    { "config.json", "\"model_type\": \"janus\"", "\"model_type\": \"multi_modality\"",
      "deepseek-community/Janus-Pro-1B" },

    /* A tokenizer of another model: a special token is missing.  */
    { "tokenizer.json", "<begin_of_image>", "<begin_of_video>", "<begin_of_image>" },
    { "tokenizer.json", "<end_of_image>", "<end_of_video>", "<end_of_image>" },
    { "tokenizer.json", "<｜▁pad▁｜>", "<｜▁dap▁｜>", "<｜▁pad▁｜>" },
    { "tokenizer.json", "\"id\": 365", "\"id\": 400", "401 tokens" },
    { "config.json", "\"vocab_size\": 368", "\"vocab_size\": 300", "[300, 48]" },

    /* Settings that change results.  */
    { "config.json", "\"double_latent\": false", "\"double_latent\": true", "double_latent" },
    { "config.json", "\"use_qk_norm\": false", "\"use_qk_norm\": true", "use_qk_norm" },
    { "config.json", "\"attention_bias\": true", "\"attention_bias\": false", "attention_bias" },
    { "config.json", "\"hidden_act\": \"silu\"", "\"hidden_act\": \"relu\"", "relu" },
    { "config.json", "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"mish\"", "mish" },
    { "config.json", "\"hidden_act\": \"gelu\",\n    \"image_token", "\"hidden_act\": \"tanh\",\n    \"image_token",
      "tanh" },
    { "config.json", "\"rope_scaling\": null", "\"rope_scaling\": {\"rope_type\": \"yarn\", \"factor\": 4}", "yarn" },
    { "config.json", "\"image_token_id\": 363", "\"image_token_id\": 363, \"rope_theta\": 5e5", "rope_theta" },
    { "preprocessor_config.json", "\"do_resize\": true", "\"do_resize\": false", "do_resize" },

    /* Parts that do not fit each other, and sizes that nothing has.  */
    { "config.json", "\"image_size\": 64", "\"image_size\": 128", "position_embedding" },
    { "config.json", "\"patch_size\": 16", "\"patch_size\": 8", "patch_embedding" },
    { "config.json", "\"channel_multiplier\": [\n      1,", "\"channel_multiplier\": [", "32 pixels" },
    { "config.json", "\"base_channels\": 32", "\"base_channels\": 33", "multiple of 32" },
    { "config.json", "\"num_embeddings\": 50", "\"num_embeddings\": 51", "quantize.embedding.weight" },
    { "config.json", "\"num_embeddings\": 50", "\"num_embeddings\": 0", "num_embeddings" },
    { "config.json", "\"embed_dim\": 6", "\"embed_dim\": 999999999", "embed_dim" },
    { "config.json", "\"depth\": 3", "\"depth\": 4", "hidden_layers.2" },
    { "config.json", "\"depth\": 3", "\"depth\": 40", "depth" },
    { "config.json", "\"num_res_blocks\": 1", "\"num_res_blocks\": 2", "block" },
    { "config.json", "\"out_channels\": 3", "\"out_channels\": 4", "out_channels" },
    { "config.json", "\"max_position_embeddings\": 1024", "\"max_position_embeddings\": 12", "positions" },
    { "config.json", "\"hidden_size\": 48", "\"hidden_size\": 52", "52" },
  };

  assert_mistakes_are_named ("janus", mistakes, G_N_ELEMENTS (mistakes));
}

/* A weight file that was cut, is a pointer to one, or is not there.  */
static void
test_files (void)
{
  static const gchar *const named[] =
  {
    "model.safetensors", "Git LFS", "model.safetensors", "pickles", "only a link"
  };

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    {
      gchar            *folder = copy_janus ();
      gsize             length;
      g_autofree gchar *whole  = read_file (folder, "model.safetensors", &length);
      g_autofree gchar *path   = g_build_filename (folder, "model.safetensors", NULL);
      g_autofree gchar *pickle = g_build_filename (folder, "pytorch_model.bin", NULL);

      switch (i)
        {
        case 0: write_file (folder, "model.safetensors", whole, length / 2); break;
        case 1: write_file (folder, "model.safetensors", LFS_POINTER, -1); break;
        case 2: g_remove (path); break;
        case 3:
          g_remove (path);
          write_file (folder, "pytorch_model.bin", "PK", 2);
          break;
        case 4:
          g_remove (path);
          g_assert_cmpint (symlink ("../../blobs/4d7a2146", path), ==, 0);
          break;
        }
      assert_refused (folder, named[i]);
      g_remove (pickle);
      remove_model (folder);
    }
}

/* Keys that a published file leaves out have the class's defaults, and newer
 * spellings mean the same.  */
static void
test_accepted (void)
{
  static const struct { const gchar *old, *new; } cases[] =
  {
    { "\"rope_theta\": 10000.0,", "" },
    { "\"rope_scaling\": null,\n    \"rope_theta\": 10000.0",
      "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 10000.0}" },
    { "\"rms_norm_eps\": 1e-06,", "" },
    { "\"layer_norm_eps\": 1e-06,", "" },
    { "\"num_channels\": 3,", "" },
    { "\"out_channels\": 3,", "" },
    { "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true" },
    { "\"num_patches\": 4", "\"num_patches\": 99" },
  };
  g_autoptr (PiscesImage) image = sample_picture ();
  g_autofree gchar       *usual = NULL;

  for (guint i = 0; i <= G_N_ELEMENTS (cases); i++)
    {
      gchar                             *folder  = copy_janus ();
      g_autoptr (PiscesEngine)           engine  = pisces_engine_new (folder, "cpu");
      g_autoptr (PiscesDescribeRequest)  request =
        pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
      g_autoptr (PiscesDescribeResult)   result  = NULL;
      GError                            *error   = NULL;

      if (i > 0)
        replace (folder, "config.json", cases[i - 1].old, cases[i - 1].new);
      result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      if (i == 0)
        usual = g_strdup (result->short_text);
      g_assert_cmpstr (result->short_text, ==, usual);
      remove_model (folder);
    }
}

/* A prompt that is longer than the context is cut, and a warning says so.  An
 * empty one, and one that is not UTF-8, are refused.  */
static void
test_prompts (void)
{
  gchar                             *folder   = copy_janus ();
  g_autoptr (PiscesEngine)           engine   = pisces_engine_new (folder, "cpu");
  g_autoptr (GString)                text     = g_string_new (NULL);
  const gchar                       *bad[]    = { "", "   ", "a \xff star" };
  GError                            *error    = NULL;

  for (guint i = 0; i < 4000; i++)
    g_string_append (text, "a red star and ");
  {
    g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (text->str);
    g_autoptr (PiscesGenerateResult)  result  = NULL;

    result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_strv_length (result->warnings), ==, 1);
    g_test_message ("%s", result->warnings[0]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (bad[i]);
      g_autoptr (PiscesGenerateResult)  result  = NULL;

      result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
      g_assert_nonnull (error);
      g_assert_null (result);
      g_clear_error (&error);
    }
  remove_model (folder);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/janus/what-does-not-fit-is-named", test_refused);
  g_test_add_func ("/janus/damaged-files-are-refused", test_files);
  g_test_add_func ("/janus/defaults-and-newer-spellings", test_accepted);
  g_test_add_func ("/janus/prompts-are-cut-or-refused", test_prompts);

  return g_test_run ();
}
