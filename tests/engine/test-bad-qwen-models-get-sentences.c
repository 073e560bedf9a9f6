/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder that claims to be a Qwen2.5-VL is either one that can be run, or is refused
 * with a sentence that names what is wrong with it; and so is a picture or a text that
 * such a model cannot take in.
 */

#include "tests/engine/model-mistakes.h"

static void
test_refused (void)
{
  static const Mistake mistakes[] =
  {
    /* Only half of the parts: the eye, the language model, or the output layer is not
     * there.  */
    { "model.safetensors", "\"visual.patch_embed", "\"vision.patch_embed",
      "visual.patch_embed.proj.weight" },
    { "model.safetensors", "\"model.embed_tokens", "\"moved.embed_tokens",
      "model.embed_tokens.weight" },
    { "model.safetensors", "\"model.visual.patch_embed", "\"other.visual.patch_embed",
      "model.visual.patch_embed.proj.weight", "qwen-newer" },
    { "model.safetensors", "\"model.language_model.embed_tokens",
      "\"other.language_model.embed_tokens", "model.language_model.embed_tokens.weight",
      "qwen-newer" },
    { "model.safetensors", "\"visual.merger.mlp.2.weight", "\"visual.merger.mlp.4.weight",
      "visual.merger.mlp.2.weight" },
    { "model.safetensors", "\"lm_head.weight\"", "\"lm_face.weight\"", "lm_head.weight" },
    { "model.safetensors", "\"model.layers.0.self_attn.k_proj.bias\"",
      "\"model.layers.0.self_attn.k_proj.bios\"", "k_proj.bias" },
    { "model.safetensors", "\"visual.blocks.1.mlp.up_proj.bias\"",
      "\"visual.blocks.1.mlp.up_proj.bios\"", "up_proj.bias" },

    /* A tokenizer of another model: a special token is missing.  */
    { "tokenizer.json", "<|im_start|>", "<|IM_start|>", "<|im_start|>" },
    { "tokenizer.json", "<|im_end|>", "<|IM_end|>", "<|im_end|>" },
    { "tokenizer.json", "<|endoftext|>", "<|endoftexts|>", "<|endoftext|>" },
    { "tokenizer.json", "<|vision_start|>", "<|vision|>", "<|vision_start|>" },
    { "tokenizer.json", "<|image_pad|>", "<|image|>", "<|image_pad|>", "qwen-newer" },
    { "config.json", "\"vocab_size\": 368", "\"vocab_size\": 300", "[300, 48]" },

    /* Settings that change results.  */
    { "config.json", "\"hidden_act\": \"silu\"", "\"hidden_act\": \"relu\"", "relu" },
    { "config.json",
      "\"sliding_window\": null,\n    \"tie_word_embeddings\": true,\n    \"use_cache\": true,\n"
      "    \"use_sliding_window\": false",
      "\"sliding_window\": 8, \"use_sliding_window\": true", "sliding_window", "qwen-newer" },
    { "config.json", "\"full_attention\"", "\"sliding_attention\"", "sliding_attention",
      "qwen-newer" },
    { "config.json", "\"type\": \"mrope\"", "\"type\": \"yarn\", \"factor\": 4", "yarn" },
    { "config.json", "\"mrope_section\"", "\"rope_section\"", "mrope_section" },
    { "config.json", "\"rope_scaling\"", "\"no_scaling\"", "mrope_section" },
    { "config.json", "      3,\n      3\n", "      3,\n      4\n", "mrope_section" },
    { "config.json", "      2,\n      3,\n      3\n", "      5,\n      3\n", "mrope_section" },
    { "config.json", "\"model_type\": \"qwen2_5_vl_text\"", "\"model_type\": \"qwen3\"", "qwen3",
      "qwen-newer" },
    { "config.json", "\"spatial_patch_size\": 4,",
      "\"spatial_patch_size\": 4, \"rope_theta\": 5e5,", "rope_theta", "qwen-newer" },
    { "config.json", "\"model_type\": \"qwen2_5_vl\",\n    \"num_heads\"",
      "\"model_type\": \"qwen3_vl\",\n    \"num_heads\"", "qwen3_vl", "qwen-newer" },
    { "config.json", "\"vocab_size\": 368", "\"vocab_size\": 368, \"quantization_config\": {}",
      "quantization_config" },
    { "config.json", "\"in_chans\": 3", "\"in_chans\": 4", "in_chans" },
    { "preprocessor_config.json", "\"do_resize\": true", "\"do_resize\": false", "do_resize" },
    { "preprocessor_config.json", "\"min_pixels\": 576", "\"min_pixels\": 57600", "57600" },

    /* Parts that do not fit each other, and sizes that nothing has.  */
    { "config.json", "\"out_hidden_size\": 48", "\"out_hidden_size\": 40", "mlp.2" },
    { "config.json", "\"hidden_size\": 60", "\"hidden_size\": 61", "61" },
    { "config.json", "\"num_heads\": 3", "\"num_heads\": 4", "multiple of 4" },
    { "config.json", "\"window_size\": 36", "\"window_size\": 30", "window_size" },
    { "config.json", "\"window_size\": 36", "\"window_size\": 6", "window_size" },
    { "config.json", "\"patch_size\": 6", "\"patch_size\": 3", "[60, 3, 2, 3, 3]" },
    { "config.json", "\"temporal_patch_size\": 2", "\"temporal_patch_size\": 1",
      "[60, 3, 1, 6, 6]" },
    { "config.json", "\"depth\": 4", "\"depth\": 5", "blocks.4." },
    { "config.json", "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4", "layers.3." },
    { "config.json", "\"num_hidden_layers\": 3", "\"num_hidden_layers\": -3",
      "num_hidden_layers" },
    { "config.json", "\"max_position_embeddings\": 2048", "\"max_position_embeddings\": 800",
      "positions" },
    { "config.json", "\"vision_config\"", "\"visions_config\"", "vision_config" },
    { "preprocessor_config.json", "\"patch_size\": 6", "\"patch_size\": 12", "patches of 12" },
    { "preprocessor_config.json", "\"merge_size\": 2", "\"merge_size\": 3", "3 × 3" },
    { "preprocessor_config.json", "\"merge_size\": 2", "\"merge_size\": 0", "merge_size" },
    { "preprocessor_config.json", "\"shortest_edge\": 576", "\"shortest_edge\": -1",
      "shortest_edge", "qwen-newer" },
    { "generation_config.json", "\"repetition_penalty\": 1.05", "\"repetition_penalty\": 0",
      "repetition_penalty" },
    { "generation_config.json", "\"repetition_penalty\": 1.05",
      "\"repetition_penalty\": \"some\"", "repetition_penalty" },
  };

  assert_mistakes_are_named ("qwen", mistakes, G_N_ELEMENTS (mistakes));
}

/* Preprocessing of another kind of model, a page that a host sent in place of a file, and
 * a part of a download.  */
static void
test_files (void)
{
  static const gchar page[]  = "<!DOCTYPE html><html><body>Sign in</body></html>";
  static const gchar index[] =
    "{\"metadata\": {}, \"weight_map\": {\"lm_head.weight\": \"model-00002-of-00002.safetensors\", "
    "\"model.norm.weight\": \"model-00001-of-00002.safetensors\"}}";
  static const struct { const gchar *file, *content, *named; } cases[] =
  {
    { "preprocessor_config.json",
      "{\"image_processor_type\": \"SiglipImageProcessor\", \"size\": {\"height\": 48, "
      "\"width\": 48}}", "merge_size" },
    { "config.json",            page,        "config.json" },
    { "tokenizer.json",         page,        "tokenizer.json" },
    { "generation_config.json", page,        "generation_config.json" },
    { "model.safetensors",      page,        "model.safetensors" },
    { "model.safetensors",      LFS_POINTER, "Git LFS" },
  };
  gchar            *folder;
  g_autofree gchar *whole = NULL, *shard = NULL, *list = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      folder = copy_golden ("qwen");
      write_file (folder, cases[i].file, cases[i].content, -1);
      assert_refused (folder, cases[i].named);
      remove_model (folder);
    }

  folder = copy_golden ("qwen");
  whole  = g_build_filename (folder, "model.safetensors", NULL);
  shard  = g_build_filename (folder, "model-00001-of-00002.safetensors", NULL);
  list   = g_build_filename (folder, "model.safetensors.index.json", NULL);
  g_rename (whole, shard);
  write_file (folder, "model.safetensors.index.json", index, -1);
  assert_refused (folder, "model-00002-of-00002.safetensors");
  g_remove (shard);
  g_remove (list);
  remove_model (folder);
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

/* Keys that a file leaves out have the class's defaults, and other spellings mean the
 * same; a number that should matter does.  */
static void
test_accepted (void)
{
  static const struct { const gchar *model, *file, *old, *new; gboolean is_same; } cases[] =
  {
    { "qwen", "config.json", "\"type\": \"mrope\"", "\"type\": \"default\"", TRUE },
    { "qwen", "config.json", "\"type\": \"mrope\"", "\"rope_type\": \"default\"", TRUE },
    { "qwen", "config.json", "\"rope_theta\": 100000.0", "\"rope_theta\": 3.0", FALSE },
    { "qwen", "config.json", "\"rms_norm_eps\": 1e-06", "\"rms_norm_eps\": 0.5", FALSE },
    { "qwen", "config.json", "\"in_chans\": 3,", "", TRUE },
    { "qwen", "config.json", "\"temporal_patch_size\": 2,", "", TRUE },
    { "qwen", "config.json", "\"spatial_merge_size\": 2,", "", TRUE },
    { "qwen", "config.json", "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true",
      TRUE },
    { "qwen", "preprocessor_config.json", "Qwen2VLImageProcessor", "Qwen2VLImageProcessorFast",
      TRUE },
    { "qwen", "preprocessor_config.json", "Qwen2VLImageProcessor", "Qwen2_5_VLImageProcessor",
      TRUE },
    { "qwen", "preprocessor_config.json", "\"resample\": 3,", "", TRUE },
    { "qwen", "preprocessor_config.json", "\"resample\": 3", "\"resample\": 2", FALSE },
    { "qwen", "preprocessor_config.json", "\"max_pixels\": 9216", "\"max_pixels\": 1500", FALSE },
    { "qwen", "generation_config.json", "\"repetition_penalty\": 1.05", "\"other\": 1", FALSE },
    { "qwen-newer", "config.json", "\"rope_scaling\"", "\"rope_parameters\"", TRUE },
    { "qwen-newer", "config.json", "\"rope_theta\": 5000.0,", "", FALSE },
    { "qwen-newer", "config.json", "\"fullatt_block_indexes\"", "\"other_indexes\"", FALSE },
    { "qwen-newer", "preprocessor_config.json", "\"longest_edge\": 9216", "\"longest_edge\": 1500",
      FALSE },
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

/* A picture of any size is looked at, unless it is too narrow.  */
static void
test_pictures (void)
{
  static const struct { gint width, height; gboolean is_seen; } pictures[] =
  {
    { 1, 20000, FALSE }, { 20000, 1, FALSE }, { 1, 201, FALSE }, { 1, 200, TRUE },
    { 1, 1, TRUE }, { 13, 47, TRUE }, { 29, 57, TRUE }, { 3000, 15, TRUE }, { 700, 701, TRUE },
  };
  g_autofree gchar         *folder = g_test_build_filename (G_TEST_DIST, "golden", "qwen", NULL);
  g_autoptr (PiscesEngine)  engine = pisces_engine_new (folder, "cpu");

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autoptr (GError)                error   = NULL;
      g_autoptr (PiscesImage)           image   = pisces_image_new (pictures[i].width,
                                                                    pictures[i].height, NULL);
      g_autoptr (PiscesDescribeRequest) request =
        pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
      g_autoptr (PiscesDescribeResult)  result  = NULL;

      request->look_closer = i % 2 == 0;
      result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
      if (pictures[i].is_seen)
        {
          g_assert_no_error (error);
          g_assert_cmpuint (strlen (result->short_text), >, 0);
          continue;
        }
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "1 : 200"));
    }
}

/* What is longer than the room for it is cut, and a warning says so; one word is
 * taken as it is.  */
static void
test_texts (void)
{
  g_autofree gchar         *folder = g_test_build_filename (G_TEST_DIST, "golden", "qwen", NULL);
  g_autoptr (PiscesEngine)  engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesImage)   image  = sample_picture ();
  g_autoptr (GString)       novel  = g_string_new (NULL);
  g_autofree gchar         *usual  = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (novel, "a red star and ");

  for (guint i = 0; i < 6; i++)
    {
      const gchar                       *text    = i / 2 == 0 ? NULL : i / 2 == 1 ? "shoes"
                                                                                  : novel->str;
      g_autoptr (GError)                 error   = NULL;
      g_autoptr (PiscesDescribeRequest)  request =
        pisces_describe_request_new (image, i % 2 ? PISCES_DESCRIBE_ANSWER
                                                  : PISCES_DESCRIBE_SHORT);
      g_autoptr (PiscesDescribeResult)   result  = NULL;

      if (i % 2)
        request->question = g_strdup (text ? text : "  ");
      else
        request->context = g_strdup (text);
      result = pisces_engine_describe (engine, request, NULL, NULL, NULL, &error);
      if (i == 1)
        {
          g_assert_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpuint (g_strv_length (result->warnings), ==, text == novel->str);
      if (i == 0)
        usual = g_strdup (result->short_text);
      else if (i % 2 == 0)
        g_assert_cmpstr (result->short_text, !=, usual);
    }
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/qwen/what-does-not-fit-is-named", test_refused);
  g_test_add_func ("/qwen/damaged-files-are-refused", test_files);
  g_test_add_func ("/qwen/defaults-and-other-spellings", test_accepted);
  g_test_add_func ("/qwen/narrow-pictures-are-refused", test_pictures);
  g_test_add_func ("/qwen/texts-are-cut-or-refused", test_texts);

  return g_test_run ();
}
