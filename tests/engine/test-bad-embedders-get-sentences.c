/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder that claims to be a CLIP or a DINOv2 is either one that can compare
 * pictures, or is refused with a sentence that names what is wrong with it; and so is
 * a picture that it cannot take in.
 */

#include "tests/engine/model-mistakes.h"

static void
test_refused (void)
{
  static const Mistake mistakes[] =
  {
    /* Tensors that are missing or have another shape.  */
    { "model.safetensors", "\"vision_model.embeddings.class_embedding",
      "\"vision_model.embeddings.glass_embedding", "class_embedding" },
    { "model.safetensors", "\"vision_model.pre_layrnorm.weight",
      "\"vision_model.pre_layernom.weight", "pre_layrnorm" },
    { "model.safetensors", "\"visual_projection.weight", "\"visual_erojection.weight",
      "visual_projection" },
    { "model.safetensors", "\"embeddings.cls_token", "\"embeddings.clz_token", "cls_token",
      "dinov2" },
    { "model.safetensors", "\"encoder.layer.1.layer_scale2.lambda1",
      "\"encoder.layer.1.layer_scale2.lambda2", "layer_scale2.lambda1", "dinov2" },
    { "config.json", "\"projection_dim\": 24", "\"projection_dim\": 25", "[25, 64]" },
    { "config.json", "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4", "layers.3." },
    { "config.json", "\"image_size\": 42", "\"image_size\": 48", "position_embeddings", "dinov2" },

    /* Settings that change results.  */
    { "config.json", "\"num_channels\": 3", "\"num_channels\": 4", "num_channels" },
    { "config.json", "\"hidden_act\": \"quick_gelu\",\n    \"hidden_size\": 64",
      "\"hidden_act\": \"relu\",\n    \"hidden_size\": 64", "relu" },
    { "config.json", "\"use_swiglu_ffn\": false", "\"use_swiglu_ffn\": true", "use_swiglu_ffn",
      "dinov2" },
    { "config.json", "\"qkv_bias\": true", "\"qkv_bias\": false", "qkv_bias", "dinov2" },
    { "config.json", "\"model_type\": \"dinov2\"", "\"model_type\": \"dinov2_with_registers\"",
      "dinov2_with_registers", "dinov2" },
    { "config.json", "\"projection_dim\": 24", "\"projection_dim\": 24, \"quantization_config\": {}",
      "quantization_config" },
    { "preprocessor_config.json", "\"do_resize\": true", "\"do_resize\": false", "do_resize" },
    { "preprocessor_config.json", "\"resample\": 3", "\"resample\": 0", "resample" },
    { "preprocessor_config.json", "\"do_center_crop\": true", "\"do_center_crop\": false",
      "do_center_crop" },
    { "preprocessor_config.json", "\"width\": 29", "\"width\": 28", "square", "clip-vision" },

    /* Parts that do not fit each other, and sizes that nothing has.  */
    { "preprocessor_config.json", "\"crop_size\": 32", "\"crop_size\": 28", "28" },
    { "config.json", "\"vision_config\"", "\"visions_config\"", "vision_config" },
    { "config.json", "\"hidden_size\": 64", "\"hidden_size\": 65", "65" },
    { "config.json", "\"patch_size\": 6", "\"patch_size\": 60", "patch_size", "dinov2" },
    { "config.json", "\"num_attention_heads\": 4", "\"num_attention_heads\": 0",
      "num_attention_heads", "dinov2" },
  };

  assert_mistakes_are_named ("clip", mistakes, G_N_ELEMENTS (mistakes));
}

static void
test_files (void)
{
  static const gchar page[] = "<!DOCTYPE html><html><body>Sign in</body></html>";
  static const struct { const gchar *file, *content, *named; } cases[] =
  {
    { "config.json",              page,        "config.json" },
    { "preprocessor_config.json", page,        "preprocessor_config.json" },
    { "model.safetensors",        page,        "model.safetensors" },
    { "model.safetensors",        LFS_POINTER, "Git LFS" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gchar *folder = copy_golden ("dinov2");

      write_file (folder, cases[i].file, cases[i].content, -1);
      assert_refused (folder, cases[i].named);
      remove_model (folder);
    }
}

/* The published folders are sound, and nothing in them is unknown.  */
static void
test_sound (void)
{
  static const gchar *const names[] = { "clip", "clip-vision", "dinov2" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree gchar            *folder = g_test_build_filename (G_TEST_DIST, "golden", names[i],
                                                                   NULL);
      g_autoptr (GError)           error  = NULL;
      g_autoptr (PiscesModelInfo)  info   = pisces_model_verify (folder, &error);

      g_assert_no_error (error);
      g_test_message ("%s", info->summary);
      if (info->remarks[0])
        g_error ("%s", info->remarks[0]);
    }
}

/* Of a picture of any proportions, only what the model sees is made.  */
static void
test_pictures (void)
{
  static const struct { gint width, height; } pictures[] =
  {
    { 1, 1 }, { 1, 20000 }, { 20000, 1 }, { 1, 262144 }, { 13, 47 }, { 3000, 15 }, { 700, 701 },
  };
  g_autofree gchar         *folder = g_test_build_filename (G_TEST_DIST, "golden", "clip", NULL);
  g_autoptr (PiscesEngine)  engine = pisces_engine_new (NULL, "cpu");
  g_autoptr (PiscesImage)   sample = sample_picture ();

  pisces_engine_set_model (engine, PISCES_ROLE_COMPARE, folder, "cpu");
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autoptr (GError)      error = NULL;
      g_autoptr (PiscesImage) image = pisces_image_new (pictures[i].width, pictures[i].height,
                                                        NULL);
      gdouble                 alike;

      g_assert_true (pisces_engine_compare (engine, sample, image, &alike, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpfloat (fabs (alike), <=, 1.0 + 1e-6);
    }
}

/* A model that has no vector is told, and which others have one.  */
static void
test_others (void)
{
  g_autofree gchar         *folder = g_test_build_filename (G_TEST_DIST, "golden", "sd3", NULL);
  g_autoptr (PiscesEngine)  engine = pisces_engine_new (NULL, "cpu");
  g_autoptr (PiscesImage)   sample = sample_picture ();
  g_autoptr (GError)        error  = NULL;
  gdouble                   alike;

  pisces_engine_set_model (engine, PISCES_ROLE_COMPARE, folder, "cpu");
  g_assert_false (pisces_engine_compare (engine, sample, sample, &alike, NULL, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "CLIP"));
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/embedders/what-does-not-fit-is-named", test_refused);
  g_test_add_func ("/embedders/damaged-files-are-refused", test_files);
  g_test_add_func ("/embedders/published-folders-are-sound", test_sound);
  g_test_add_func ("/embedders/pictures-of-all-proportions", test_pictures);
  g_test_add_func ("/embedders/other-models-are-told", test_others);

  return g_test_run ();
}
