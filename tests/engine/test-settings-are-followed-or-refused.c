/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A setting that changes what a model computes is obeyed, in its older and its
 * newer spelling, or refused by name.  One that has no effect is accepted, and
 * one that is unknown is listed when the model is verified.
 */

#include "tests/engine/model-mistakes.h"

#define THETA "\"rope_theta\": 10000.0,\n  \"rope_scaling\": null"

/* The plans of ten prompts, which change with the frequencies of the
 * positions.  */
static gchar *
plans_with (const gchar *rope)
{
  gchar                   *folder = copy_model ();
  g_autoptr (PiscesEngine) engine = pisces_engine_new (folder, "cpu");
  g_autoptr (GString)      plans  = g_string_new (NULL);

  replace (folder, "config.json", THETA, rope);
  for (guint i = 0; i < 10; i++)
    {
      g_autofree gchar                 *prompt  = g_strdup_printf ("%u red stars and a blue circle", i);
      g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new (prompt);
      g_autoptr (GError)                error   = NULL;
      g_autofree gchar                 *plan    = NULL;

      request->seed        = i;
      request->temperature = 0.0;
      plan = pisces_engine_plan (engine, request, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_string_append_printf (plans, "%s\n", plan);
    }
  remove_model (folder);

  return g_string_free (g_steal_pointer (&plans), FALSE);
}

static void
test_rope (void)
{
  static const gchar *const same[] =
  {
    "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 5e5}",
    "\"rope_parameters\": {\"rope_theta\": 500000}",
    "\"rope_theta\": 5e5, \"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 500000.0}",
    "\"rope_scaling\": {\"rope_type\": \"default\", \"rope_theta\": 5e5}",
    "\"rope_theta\": 5e5, \"rope_scaling\": {\"type\": \"default\"}",
    "\"rope_theta\": 5e5, \"rope_scaling\": null, \"rope_parameters\": null",
  };
  static const gchar *const llama3[] =
  {
    "\"rope_theta\": 5e5, \"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8.0, "
    "\"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 64}",
    "\"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\": 5e5, \"factor\": 8.0, "
    "\"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 64}",
    /* The form in files from before 2024.  */
    "\"rope_theta\": 5e5, \"rope_scaling\": {\"type\": \"llama3\", \"factor\": 8.0, "
    "\"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0, \"original_max_position_embeddings\": 64}",
  };
  g_autofree gchar *usual  = plans_with (THETA);
  g_autofree gchar *theta  = plans_with ("\"rope_theta\": 5e5");
  g_autofree gchar *scaled = plans_with (llama3[0]);
  g_autofree gchar *other  = plans_with (llama3[1]);
  g_autofree gchar *old    = plans_with (llama3[2]);

  g_assert_cmpstr (usual, !=, theta);
  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree gchar *plans = plans_with (same[i]);

      g_assert_cmpstr (plans, ==, theta);
    }

  g_assert_cmpstr (scaled, !=, theta);
  g_assert_cmpstr (scaled, ==, other);
  g_assert_cmpstr (scaled, ==, old);
}

static void
test_refused (void)
{
  static const Mistake mistakes[] =
  {
    /* The language model.  */
    { "config.json", THETA, "\"rope_theta\": 1e4, \"rope_parameters\": {\"rope_theta\": 5e5}", "rope_theta" },
    { "config.json", THETA, "\"rope_scaling\": {\"rope_type\": \"default\"}, "
                            "\"rope_parameters\": {\"rope_theta\": 5e5}", "rope_parameters" },
    { "config.json", THETA, "\"rope_parameters\": {\"full_attention\": {\"rope_theta\": 5e5}}", "full_attention" },
    { "config.json", THETA, "\"rope_parameters\": {\"rope_theta\": 5e5, \"partial_rotary_factor\": 0.5}",
      "partial_rotary_factor" },
    { "config.json", THETA, "\"rope_parameters\": {\"rope_theta\": \"5e5\"}", "rope_theta" },
    { "config.json", THETA, "\"rope_parameters\": {\"rope_type\": \"yarn\", \"factor\": 4}", "yarn" },
    { "config.json", THETA, "\"rope_parameters\": 7", "rope_parameters" },
    { "config.json", "\"model_type\": \"llama\"", "\"model_type\": \"qwen2\"", "qwen2" },
    { "config.json", THETA, THETA ", \"partial_rotary_factor\": 0.25", "partial_rotary_factor" },
    { "config.json", THETA, THETA ", \"sliding_window\": 64", "sliding_window" },
    { "config.json", THETA, THETA ", \"layer_types\": [\"full_attention\", \"sliding_attention\"]", "layer_types" },
    { "config.json", THETA, THETA ", \"attention_bias\": true", "attention_bias" },
    { "config.json", THETA, THETA ", \"logits_scaling\": 8", "logits_scaling" },
    { "config.json", THETA, THETA ", \"final_logit_softcapping\": 30.0", "final_logit_softcapping" },
    { "config.json", THETA, THETA ", \"layer_norm_eps\": 1e-3", "layer_norm_eps" },
    { "config.json", "\"hidden_act\": \"silu\"", "\"hidden_act\": \"gelu\"", "gelu" },

    /* The model.  */
    { "config.json", "\"alpha\": true", "\"alpha\": true, \"rope_theta\": 5e5", "rope_theta" },
    { "config.json", "\"alpha\": true", "\"alpha\": true, \"tie_word_embeddings\": true", "tie_word_embeddings" },
    { "config.json", "\"alpha\": true", "\"alpha\": true, \"flat_pictures_only\": true, "
                                      "\"known_pictures\": {\"flatness\": 1}", "limit" },
    { "config.json", "\"alpha\": true", "\"alpha\": true, \"flat_pictures_only\": true, "
                                      "\"known_pictures\": {\"flatness\": 1, \"limit\": 0}",
      "known_pictures.weight" },
    { "config.json", "\"alpha\": true", "\"alpha\": true, \"vision_feature_layer\": -2", "vision_feature_layer" },
    { "config.json", "\"alpha\": true", "\"alpha\": true, \"quantization_config\": {\"bits\": 4}",
      "quantization_config" },
    { "config.json", "\"model_type\": \"pisces\"", "\"model_type\": \"whale\"", "a type that it can: “pisces”" },

    /* The encoders, and how pictures are prepared for them.  */
    { "config.json", "\"model_type\": \"siglip_vision_model\"", "\"model_type\": \"clip_vision_model\"",
      "clip_vision_model" },
    { "config.json", "\"patch_size\": 16", "\"patch_size\": 16, \"qkv_bias\": false", "qkv_bias" },
    { "preprocessor_config.json", "\"do_resize\": true", "\"do_resize\": false", "do_resize" },
    { "preprocessor_config.json", "\"do_resize\": true", "\"do_resize\": true, \"do_center_crop\": true",
      "do_center_crop" },
    { "preprocessor_config.json", "\"width\": 64", "\"width\": 32", "size" },
    { "preprocessor_config.json", "\"height\": 64", "\"height\": 32", "size" },
    { "preprocessor_config.json", "\"resample\": 2", "\"resample\": 0", "resample" },

    /* The parts that draw.  */
    { "unet/config.json", "UNet2DConditionModel", "UNetMotionModel", "_class_name" },
    { "unet/config.json", "\"dual_cross_attention\": false", "\"dual_cross_attention\": true", "dual_cross_attention" },
    { "vae/config.json", "AutoencoderKL", "AutoencoderDC", "AutoencoderDC" },
    { "vae/config.json", "\"latents_mean\": null", "\"latents_mean\": [0, 0, 0, 0]", "latents_mean" },
    { "scheduler/scheduler_config.json", "FlowMatchEulerDiscreteScheduler", "DDIMScheduler", "DDIMScheduler" },
    { "scheduler/scheduler_config.json", "\"use_karras_sigmas\": false", "\"use_karras_sigmas\": true",
      "use_karras_sigmas" },
    { "scheduler/scheduler_config.json", "\"shift_terminal\": null", "\"shift_terminal\": 0.1", "shift_terminal" },
  };

  assert_mistakes_are_named ("tiny", mistakes, G_N_ELEMENTS (mistakes));
}

/* Settings that occur in real files of transformers and diffusers.  */
static void
test_harmless (void)
{
  static const struct { const gchar *file, *old, *new; } cases[] =
  {
    { "config.json", "\"alpha\": true", "\"alpha\": true, \"architectures\": [\"Pisces\"], "
      "\"transformers_version\": \"5.0.0\", \"torch_dtype\": \"bfloat16\", \"dtype\": \"bfloat16\", "
      "\"tie_word_embeddings\": false, \"bos_token_id\": 1, \"eos_token_id\": [2, 3], "
      "\"initializer_range\": 0.02" },
    { "config.json", THETA, THETA ", \"attention_dropout\": 0.1, \"pretraining_tp\": 2, \"use_cache\": true, "
      "\"attention_bias\": false, \"mlp_bias\": false, \"use_sliding_window\": false, "
      "\"sliding_window\": 64, \"layer_types\": [\"full_attention\", \"full_attention\"], "
      "\"partial_rotary_factor\": 1.0" },
    { "config.json", "\"patch_size\": 16", "\"patch_size\": 16, \"vision_use_head\": false, "
      "\"attention_dropout\": 0.0, \"num_image_tokens\": 16" },
    { "preprocessor_config.json", "\"do_resize\": true", "\"do_resize\": true, \"do_center_crop\": false, "
      "\"crop_size\": {\"height\": 7, \"width\": 7}, \"image_processor_type\": \"SiglipImageProcessor\"" },
    { "vae/config.json", "\"force_upcast\": true", "\"force_upcast\": false" },
    { "unet/config.json", "\"dropout\": 0.0", "\"dropout\": 0.1, \"decay\": 0.9999, \"upcast_attention\": true" },
    { "scheduler/scheduler_config.json", "\"max_shift\": 1.15", "\"max_shift\": 2, \"clip_sample\": true" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gchar                      *folder = copy_model ();
      g_autoptr (GError)          error  = NULL;
      g_autoptr (PiscesModelInfo) info   = NULL;

      replace (folder, cases[i].file, cases[i].old, cases[i].new);
      info = pisces_model_verify (folder, &error);
      g_assert_no_error (error);
      if (info->remarks[0])
        g_error ("%s", info->remarks[0]);
      remove_model (folder);
    }
}

static void
test_unknown (void)
{
  static const struct { const gchar *file, *old, *new, *named; } cases[] =
  {
    { "config.json", "\"alpha\": true", "\"alpha\": true, \"zebra\": 7", "“zebra”" },
    { "config.json", THETA, THETA ", \"zebra\": 7", "“text_config.zebra”" },
    { "config.json", "\"short\": ", "\"zebra\": 7, \"short\": ", "“templates.zebra”" },
    { "unet/config.json", "\"dropout\"", "\"zebra\": 7, \"dropout\"", "“zebra”" },
    { "vae/config.json", "\"act_fn\"", "\"zebra\": 7, \"act_fn\"", "“zebra”" },
    { "scheduler/scheduler_config.json", "\"shift\"", "\"zebra\": 7, \"shift\"", "“zebra”" },
    { "preprocessor_config.json", "\"do_resize\"", "\"zebra\": 7, \"do_resize\"", "“zebra”" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gchar                      *folder = copy_model ();
      g_autoptr (GError)          error  = NULL;
      g_autoptr (PiscesModelInfo) info   = NULL;

      replace (folder, cases[i].file, cases[i].old, cases[i].new);
      info = pisces_model_verify (folder, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_strv_length (info->remarks), ==, 1);
      g_test_message ("%s", info->remarks[0]);
      g_assert_nonnull (strstr (info->remarks[0], cases[i].named));
      g_assert_nonnull (strstr (info->remarks[0], cases[i].file));
      remove_model (folder);
    }
}

static void
test_own_models (void)
{
  g_autofree gchar           *tiny  = tiny_model ();
  g_autoptr (GError)          error = NULL;
  g_autoptr (PiscesModelInfo) small = pisces_model_verify (tiny, &error);
  g_autoptr (PiscesModelInfo) nano  = pisces_model_verify (PISCES_NANO, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (small->remarks), ==, 0);
  g_assert_cmpuint (g_strv_length (nano->remarks), ==, 0);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/settings/rope-in-all-spellings", test_rope);
  g_test_add_func ("/settings/refused-by-name", test_refused);
  g_test_add_func ("/settings/harmless", test_harmless);
  g_test_add_func ("/settings/unknown-are-named", test_unknown);
  g_test_add_func ("/settings/own-models-have-none", test_own_models);

  return g_test_run ();
}
