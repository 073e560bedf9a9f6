/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder that claims to be a SmolVLM is either one that can be run, or is
 * refused with a sentence that names what is wrong with it.
 */

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

    /* A tokenizer of another model: a special token is missing.  */
    { "tokenizer.json", "<|im_start|>", "<|IM_start|>", "<|im_start|>" },
    { "tokenizer.json", "<end_of_utterance>", "<end_of_nothing>",
      "<end_of_utterance>" },
    { "tokenizer.json", "<image>", "<video>", "<image>" },
    { "tokenizer.json", "<fake_token_around_image>", "<token>",
      "<fake_token_around_image>" },
    { "tokenizer.json", "<|im_start|>", "<|IM_start|>", "<|im_start|>", "idefics3" },
    { "tokenizer.json", "\"id\":379", "\"id\":400", "401 tokens" },
    { "config.json", "\"vocab_size\": 384", "\"vocab_size\": 300", "[300, 40]" },

    /* Settings that change results.  */
    { "config.json", "\"hidden_size\": 40", "\"hidden_size\": 40, \"hidden_act\": \"relu\"",
      "relu" },
    { "config.json", "\"image_size\": 48", "\"image_size\": 48, \"hidden_act\": \"mish\"",
      "mish" },
    { "config.json", "\"hidden_size\": 40", "\"hidden_size\": 40, \"attention_bias\": true",
      "attention_bias" },
    { "config.json", "\"hidden_size\": 40",
      "\"hidden_size\": 40, \"rope_scaling\": {\"rope_type\": \"yarn\", \"factor\": 4}", "yarn" },
    { "config.json", "\"hidden_size\": 40",
      "\"hidden_size\": 40, \"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 7}",
      "rope_theta" },
    { "config.json", "\"rope_type\": \"default\"", "\"rope_type\": \"linear\"", "linear", "idefics3" },
    { "config.json", "\"hidden_size\": 40", "\"hidden_size\": 40, \"qk_layer_norms\": true",
      "qk_layer_norms" },
    { "config.json", "\"hidden_size\": 40",
      "\"hidden_size\": 40, \"rope_interleaved\": true", "rope_interleaved" },
    { "config.json", "\"scale_factor\": 2", "\"scale_factor\": 2, \"rope_theta\": 5e5",
      "rope_theta" },
    { "config.json", "\"scale_factor\": 2",
      "\"scale_factor\": 2, \"quantization_config\": {}", "quantization_config" },
    { "config.json", "\"model_type\": \"llama\"", "\"model_type\": \"qwen2\"", "qwen2" },
    { "config.json", "\"model_type\": \"smolvlm_vision\"",
      "\"model_type\": \"clip_vision_model\"", "clip_vision_model" },
    { "preprocessor_config.json", "\"do_resize\": true", "\"do_resize\": false",
      "do_resize" },
    { "preprocessor_config.json", "\"resample\": 1", "\"resample\": 0", "resample" },
    { "preprocessor_config.json", "\"longest_edge\": 96", "\"height\": 96, \"width\": 96",
      "longest_edge" },

    /* Keys that are absent, and have no default.  */
    { "config.json", "\"hidden_size\": 40", "\"hiden_size\": 40", "hidden_size" },
    { "config.json", "\"vocab_size\": 384", "\"vocab\": 384", "vocab_size" },
    { "config.json", "\"text_config\"", "\"texts_config\"", "text_config" },
    { "config.json", "\"vision_config\"", "\"visions_config\"", "vision_config" },

    /* Parts that do not fit each other, and sizes that nothing has.  */
    { "config.json", "\"image_size\": 48", "\"image_size\": 96", "position_embedding" },
    { "config.json", "\"patch_size\": 8", "\"patch_size\": 4", "patch_embedding" },
    { "config.json", "\"patch_size\": 8", "\"patch_size\": 99", "patch_size" },
    { "config.json", "\"scale_factor\": 2", "\"scale_factor\": 3", "proj.weight" },
    { "config.json", "\"scale_factor\": 2", "\"scale_factor\": 4", "scale_factor" },
    { "config.json", "\"scale_factor\": 2", "\"scale_factor\": 0", "scale_factor" },
    { "config.json", "\"scale_factor\": 2", "\"scale_factor\": \"two\"", "scale_factor" },
    { "config.json", "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4", "layers.3." },
    { "config.json", "\"num_hidden_layers\": 3", "\"num_hidden_layers\": -3",
      "num_hidden_layers" },
    { "config.json", "\"num_attention_heads\": 5", "\"num_attention_heads\": 1000000000",
      "num_attention_heads" },
    { "config.json", "\"hidden_size\": 36", "\"hidden_size\": 35", "35" },
    { "config.json", "\"image_size\": 48", "\"image_size\": 48, \"num_channels\": 4",
      "[36, 4, 8, 8]" },
    { "config.json", "\"max_position_embeddings\": 1024", "\"max_position_embeddings\": 100",
      "positions" },
    { "preprocessor_config.json", "\"longest_edge\": 96", "\"longest_edge\": 5000",
      "8 × 8" },
    { "preprocessor_config.json", "\"longest_edge\": 48", "\"longest_edge\": 0",
      "longest_edge" },
    { "preprocessor_config.json", "\"longest_edge\": 48", "\"longest_edge\": 4",
      "8 × 8" },
    { "processor_config.json", "\"image_processor\"", "\"pictures\"", "image_processor", "idefics3" },
    { "processor_config.json", "\"longest_edge\": 26", "\"shortest_edge\": 26",
      "longest_edge", "idefics3" },
  };

  assert_mistakes_are_named ("smolvlm", mistakes, G_N_ELEMENTS (mistakes));
}

/* Preprocessing of another kind of model.  */
static void
test_another_preprocessor (void)
{
  gchar                       *folder = copy_golden ("smolvlm");
  g_autoptr (PiscesModelInfo)  info   = NULL;
  g_autoptr (GError)           error  = NULL;

  write_file (folder, "preprocessor_config.json",
              "{\"image_processor_type\": \"SiglipImageProcessor\", \"size\": {\"height\": 48, "
              "\"width\": 48}}", -1);
  info = pisces_model_verify (folder, &error);
  g_assert_null (info);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
  g_assert_nonnull (strstr (error->message, "max_image_size"));
  remove_model (folder);
}

/* A weight file that was cut, is a pointer to one, or is not there; and a shard
 * of several.  */
static void
test_files (void)
{
  static const gchar index[] =
    "{\"metadata\": {}, \"weight_map\": {\"lm_head.weight\": \"model-00002-of-00002.safetensors\", "
    "\"model.text_model.norm.weight\": \"model-00001-of-00002.safetensors\"}}";
  static const gchar *const named[] =
  {
    "model.safetensors", "Git LFS", "model.safetensors", "pickles",
    "model-00002-of-00002.safetensors", "model-00001-of-00002.safetensors",
  };

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    {
      gchar            *folder = copy_golden ("smolvlm");
      gsize             length;
      g_autofree gchar *whole  = read_file (folder, "model.safetensors", &length);
      g_autofree gchar *path   = g_build_filename (folder, "model.safetensors", NULL);
      g_autofree gchar *pickle = g_build_filename (folder, "pytorch_model.bin", NULL);
      g_autofree gchar *list   = g_build_filename (folder, "model.safetensors.index.json", NULL);
      g_autofree gchar *shard  = g_build_filename (folder, "model-00001-of-00002.safetensors",
                                                   NULL);
      g_autofree gchar *other  = g_build_filename (folder, "model-00002-of-00002.safetensors",
                                                   NULL);

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
          g_rename (path, shard);
          write_file (folder, "model.safetensors.index.json", index, -1);
          break;
        case 5:
          g_remove (path);
          write_file (folder, "model-00001-of-00002.safetensors", whole, length / 2);
          write_file (folder, "model-00002-of-00002.safetensors", whole, length);
          write_file (folder, "model.safetensors.index.json", index, -1);
          break;
        }
      assert_refused (folder, named[i]);
      g_remove (pickle);
      g_remove (list);
      g_remove (shard);
      g_remove (other);
      remove_model (folder);
    }
}

static gchar *
describe (const gchar *folder)
{
  g_autoptr (PiscesImage)            image   = sample_picture ();
  g_autoptr (PiscesEngine)           engine  = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesDescribeRequest)  request = NULL;
  g_autoptr (PiscesDescribeResult)   result  = NULL;
  GError                            *error   = NULL;

  request = pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT | PISCES_DESCRIBE_ANSWER);
  request->question = g_strdup ("And the 13th?");
  result  = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  return g_strjoin (" ", result->short_text, result->answer, NULL);
}

/* Keys that a published file leaves out have the class's defaults, and newer
 * spellings mean the same; a number that should matter does.  */
static void
test_accepted (void)
{
  static const struct { const gchar *model, *file, *old, *new; gboolean is_same; } cases[] =
  {
    { "smolvlm", "config.json", "\"rope_theta\": 100000.0",
      "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 100000.0}", TRUE },
    { "smolvlm", "config.json", "\"rope_theta\": 100000.0",
      "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 3.0}", FALSE },
    { "smolvlm", "config.json", "\"rope_theta\": 100000.0",
      "\"rope_theta\": 100000.0, \"rope_scaling\": null", TRUE },
    { "idefics3", "config.json", "\"rope_theta\": 5000.0", "\"rope_theta\": 3.0", FALSE },
    { "smolvlm", "config.json", "\"model_type\": \"smolvlm\"", "\"model_type\": \"idefics3\"", TRUE },
    { "smolvlm", "config.json", "\"scale_factor\": 2,", "", TRUE },
    { "smolvlm", "config.json", "\"model_type\": \"smolvlm_vision\",", "", TRUE },
    { "smolvlm", "config.json", "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true",
      TRUE },
    { "smolvlm", "config.json", "\"hidden_size\": 36",
      "\"hidden_size\": 36, \"layer_norm_eps\": 1e-06, \"num_channels\": 3", TRUE },
    { "smolvlm", "preprocessor_config.json", "\"do_image_splitting\": true",
      "\"do_image_splitting\": false", TRUE },
    { "smolvlm", "preprocessor_config.json", "\"resample\": 1,", "", TRUE },
    { "smolvlm", "preprocessor_config.json", "SmolVLMImageProcessor", "SmolVLMImageProcessorFast",
      TRUE },
    { "idefics3", "config.json", "\"head_dim\": 4", "\"head_dim\": 4, \"num_attention_heads\": 32",
      TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gchar            *folder = copy_golden (cases[i].model);
      g_autofree gchar *usual  = describe (folder);
      g_autofree gchar *text   = NULL;

      replace (folder, cases[i].file, cases[i].old, cases[i].new);
      text = describe (folder);
      if (g_str_equal (text, usual) != cases[i].is_same)
        g_error ("“%s” in place of “%s”: “%s” and “%s”", cases[i].new, cases[i].old, text, usual);
      remove_model (folder);
    }
}

/* A question that is longer than the context is cut, and a warning says so.  An
 * empty one is refused, and so is a picture without pixels.  */
static void
test_requests (void)
{
  gchar                   *folder = copy_golden ("smolvlm");
  g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)  image  = sample_picture ();
  g_autoptr (GString)      text   = g_string_new (NULL);
  GError                  *error  = NULL;

  for (guint i = 0; i < 4000; i++)
    g_string_append (text, "a red star and ");
  for (guint closer = 0; closer < 2; closer++)
    {
      g_autoptr (PiscesDescribeRequest) request =
        pisces_describe_request_new (image, PISCES_DESCRIBE_ANSWER);
      g_autoptr (PiscesDescribeResult)  result  = NULL;

      request->question    = g_strdup (text->str);
      request->look_closer = closer;
      result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_strv_length (result->warnings), >=, 1);
      for (gchar **warning = result->warnings; *warning; warning++)
        g_test_message ("%s", *warning);
    }
  {
    g_autoptr (PiscesDescribeRequest) request =
      pisces_describe_request_new (image, PISCES_DESCRIBE_ANSWER);

    request->question = g_strdup ("  ");
    g_assert_null (pisces_engine_describe (engine, request, NULL, NULL, NULL, &error));
    g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
    g_clear_error (&error);
  }
  {
    g_autoptr (PiscesDescribeRequest) request =
      pisces_describe_request_new (NULL, PISCES_DESCRIBE_SHORT);

    g_assert_null (pisces_image_new (0, 48, &error));
    g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
    g_clear_error (&error);
    g_assert_null (pisces_engine_describe (engine, request, NULL, NULL, NULL, &error));
    g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
    g_clear_error (&error);
  }
  remove_model (folder);
}

/* Where the tiles would leave no room for words, the whole picture has to do.  */
static void
test_no_room_for_tiles (void)
{
  gchar                             *folder  = copy_golden ("smolvlm");
  g_autoptr (PiscesEngine)           engine  = NULL;
  g_autoptr (PiscesImage)            image   = sample_picture ();
  g_autoptr (PiscesDescribeRequest)  request =
    pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
  g_autoptr (PiscesDescribeResult)   result  = NULL;
  GError                            *error   = NULL;

  replace (folder, "config.json", "\"max_position_embeddings\": 1024",
           "\"max_position_embeddings\": 200");
  engine = pisces_engine_new (folder, "cpu");
  request->look_closer = TRUE;
  result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (result->warnings), ==, 1);
  g_assert_nonnull (strstr (result->warnings[0], "as a whole"));
  g_assert_cmpuint (strlen (result->short_text), >, 0);
  remove_model (folder);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/smolvlm/what-does-not-fit-is-named", test_refused);
  g_test_add_func ("/smolvlm/another-preprocessor-is-named", test_another_preprocessor);
  g_test_add_func ("/smolvlm/damaged-files-are-refused", test_files);
  g_test_add_func ("/smolvlm/defaults-and-newer-spellings", test_accepted);
  g_test_add_func ("/smolvlm/questions-are-cut-or-refused", test_requests);
  g_test_add_func ("/smolvlm/no-room-for-tiles-is-told", test_no_room_for_tiles);

  return g_test_run ();
}
