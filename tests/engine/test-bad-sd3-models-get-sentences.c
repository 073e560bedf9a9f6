/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder that claims to be a Stable Diffusion 3.5 is either one that can be run, or is
 * refused with a sentence that names what is wrong with it; and so is a request.
 */

#include "tests/engine/model-mistakes.h"

#define MODEL "sd3"

static void
test_refused (void)
{
  static const Mistake mistakes[] =
  {
    /* Another pipeline, and another network.  */
    { "model_index.json", "\"StableDiffusion3Pipeline\"", "\"FluxPipeline\"", "FluxPipeline" },
    { "transformer/config.json", "\"SD3Transformer2DModel\"", "\"FluxTransformer2DModel\"",
      "_class_name" },
    { "vae/config.json", "\"AutoencoderKL\"", "\"AutoencoderTiny\"", "AutoencoderTiny" },
    { "scheduler/scheduler_config.json", "\"FlowMatchEulerDiscreteScheduler\"",
      "\"DDIMScheduler\"", "DDIMScheduler" },

    /* Settings that change results.  */
    { "transformer/config.json", "\"rms_norm\"", "\"layer_norm\"", "layer_norm" },
    { "transformer/config.json", "\"patch_size\": 2", "\"patch_size\": 2, \"pos_embed_type\": \"rope\"",
      "pos_embed_type" },
    { "text_encoder/config.json", "\"quick_gelu\"", "\"silu\"", "silu" },
    { "text_encoder/config.json", "\"clip_text_model\"", "\"t5\"", "model_type" },
    { "scheduler/scheduler_config.json", "\"use_dynamic_shifting\": false",
      "\"use_dynamic_shifting\": true", "use_dynamic_shifting" },
    { "vae/config.json", "\"latents_mean\": null", "\"latents_mean\": [0.5]", "latents_mean" },

    /* Parts that do not fit each other, and sizes that nothing has.  */
    { "transformer/config.json", "\"num_attention_heads\": 3", "\"num_attention_heads\": 4",
      "caption_projection_dim" },
    { "transformer/config.json", "\"num_layers\": 4", "\"num_layers\": 5",
      "transformer_blocks.3." },
    { "transformer/config.json", "\"num_layers\": 4", "\"num_layers\": 0", "num_layers" },
    { "transformer/config.json", "\"pos_embed_max_size\": 14", "\"pos_embed_max_size\": 13",
      "pos_embed.pos_embed" },
    { "transformer/config.json", "\"sample_size\": 16", "\"sample_size\": 40", "places" },
    { "transformer/config.json", "\"dual_attention_layers\": [\n    0,\n    1\n  ]",
      "\"dual_attention_layers\": [0, 7]", "dual_attention_layers" },
    { "transformer/config.json", "\"dual_attention_layers\": [\n    0,\n    1\n  ]",
      "\"dual_attention_layers\": [0]", "norm1.linear" },
    { "transformer/config.json", "\"pooled_projection_dim\": 32", "\"pooled_projection_dim\": 30",
      "text_embedder.linear_1" },
    { "transformer/config.json", "\"in_channels\": 16", "\"in_channels\": 4", "pos_embed.proj" },
    { "text_encoder/config.json", "\"vocab_size\": 874", "\"vocab_size\": 873",
      "token_embedding" },
    { "text_encoder_2/config.json", "\"num_attention_heads\": 3", "\"num_attention_heads\": 4",
      "num_attention_heads" },
    { "text_encoder/config.json", "\"max_position_embeddings\": 20", "\"max_position_embeddings\": 2",
      "max_position_embeddings" },

    /* Tokenizers of other models.  */
    { "tokenizer/vocab.json", "<|startoftext|>", "<|STARTOFTEXT|>", "<|startoftext|>" },
    { "tokenizer_2/tokenizer_config.json", "\"pad_token\": \"!\"", "\"pad_token\": \"<pad>\"",
      "<pad>" },
    { "tokenizer_2/merges.txt", "#version: 0.2\n", "#version: 0.2\nred stars\n", "merge 0" },

    /* Its own settings.  */
    { "model_index.json", "\"default_steps\": 3", "\"default_steps\": 0", "default_steps" },
    { "model_index.json", "\"skip_layers\": [\n  1,\n  2\n ]", "\"skip_layers\": [4]",
      "skip_layers" },
  };

  assert_mistakes_are_named (MODEL, mistakes, G_N_ELEMENTS (mistakes));
}

/* What people have in place of a whole model.  */
static void
test_half (void)
{
  static const gchar page[] = "<!DOCTYPE html>\n<html><head><title>Access to model "
                              "stabilityai/stable-diffusion-3.5-medium is restricted</title></head>"
                              "</html>";
  static const gchar *const files[] =
  {
    "model_index.json", "transformer/config.json", "vae/config.json", "tokenizer/vocab.json",
    "tokenizer_2/merges.txt", "transformer/diffusion_pytorch_model.safetensors",
    "text_encoder_2/model.safetensors", "scheduler/scheduler_config.json",
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      gchar            *folder = copy_golden (MODEL);
      g_autofree gchar *path   = g_build_filename (folder, files[i], NULL);

      write_file (folder, files[i], page, -1);
      assert_refused (folder, "web page");
      write_file (folder, files[i], LFS_POINTER, -1);
      assert_refused (folder, "Git LFS");
      g_remove (path);
      assert_refused (folder, g_str_equal (files[i], "model_index.json") ? "config.json" : files[i]);
      remove_model (folder);
    }
}

/* The two files of a tokenizer, damaged.  */
static void
test_tokenizers (void)
{
  static const struct { const gchar *file, *content; gssize length; const gchar *named; } cases[] =
  {
    { "tokenizer/vocab.json",   "[1, 2]",               -1, "no vocabulary" },
    { "tokenizer/vocab.json",   "{\"a\": 0",            -1, "vocab.json" },
    { "tokenizer/vocab.json",   "{\"a\": 0, \"b\": 0}", -1, "same id" },
    { "tokenizer/vocab.json",   "",                     -1, "empty" },
    { "tokenizer/merges.txt",   "\xff\xfe a\n",         5,  "UTF-8" },
    { "tokenizer/merges.txt",   "nospace\n",            -1, "nospace" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gchar *folder = copy_golden (MODEL);

      write_file (folder, cases[i].file, cases[i].content, cases[i].length);
      assert_refused (folder, cases[i].named);
      remove_model (folder);
    }
}

static void
test_parts_are_missing (void)
{
  static const gchar *const parts[] = { "text_encoder_2", "tokenizer_2", "vae" };
  gchar                    *folder  = copy_golden (MODEL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree gchar *path = g_build_filename (folder, parts[i], NULL);
      g_autofree gchar *away = g_strdup_printf ("%s/%s-away", folder, parts[i]);

      g_assert_cmpint (g_rename (path, away), ==, 0);
    }
  assert_refused (folder, "vae, text_encoder_2, tokenizer_2");

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree gchar *path = g_build_filename (folder, parts[i], NULL);
      g_autofree gchar *away = g_strdup_printf ("%s/%s-away", folder, parts[i]);

      g_assert_cmpint (g_rename (away, path), ==, 0);
    }
  remove_model (folder);
}

/* The autoencoder of Stable Diffusion 1 to XL: it is sound, but has 4 channels.  */
static void
test_another_autoencoder (void)
{
  gchar            *folder = copy_golden (MODEL);
  g_autofree gchar *tiny   = tiny_model ();
  g_autofree gchar *config = NULL;

  copy_model_file (tiny, folder, "vae/config.json");
  copy_model_file (tiny, folder, "vae/diffusion_pytorch_model.safetensors");
  config = read_file (folder, "vae/config.json", &(gsize) { 0 });
  g_assert_nonnull (strstr (config, "\"latent_channels\": 4"));
  assert_refused (folder, "16 channels");
  remove_model (folder);
}

static gchar *
draw (const gchar           *folder,
      PiscesGenerateRequest *request,
      gchar                **warnings)
{
  g_autoptr (PiscesEngine)         engine = pisces_engine_new (folder, "cpu");
  g_autoptr (PiscesGenerateResult) result = NULL;
  g_autoptr (GError)               error  = NULL;

  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, &error);
  if (result == NULL)
    return g_strdup (error->message);

  *warnings = g_strjoinv (" ", result->warnings);

  return NULL;
}

static void
test_requests (void)
{
  g_autofree gchar   *folder = g_test_build_filename (G_TEST_DIST, "golden", MODEL, NULL);
  g_autoptr (GString) long_text = g_string_new ("red");
  static const struct
  {
    const gchar *prompt;
    gint         width, height, steps;
    gdouble      guidance;
    const gchar *refused;             /* is in the error; NULL: it is drawn   */
    const gchar *warned;              /* is in the warnings; NULL: there are none */
  } cases[] =
  {
    { "stars",   64, 64, 1,    2.0,   NULL, NULL },
    { NULL,      64, 64, 1,    2.0,   NULL, "longer than" },
    { "stars",   68, 64, 1,    2.0,   "72 × 64", NULL },
    { "stars",   16, 64, 1,    2.0,   "size", NULL },
    { "stars",   64, 104, 1,   2.0,   "size", NULL },
    { "stars",   64, 64, 1001, 2.0,   "1000", NULL },
    { "stars",   64, 64, 1,    0.0,   NULL, "4.5" },
    { "stars",   64, 64, 1,    1.0,   NULL, "4.5" },
    { "stars",   64, 64, 1,    100.0, NULL, NULL },
    { " ",       64, 64, 1,    2.0,   "empty", NULL },
    { "\xff\xfe", 64, 64, 1,   2.0,   "UTF-8", NULL },
    { "<|endoftext|>", 64, 64, 1, 2.0, NULL, NULL },
    { "星とボート 👍", 64, 64, 1, 2.0, NULL, NULL },
  };

  for (guint i = 1; i < 4000; i++)
    g_string_append (long_text, " red");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PiscesGenerateRequest) request  = NULL;
      g_autofree gchar                 *warnings = NULL;
      g_autofree gchar                 *refusal  = NULL;

      request = pisces_generate_request_new (cases[i].prompt ? cases[i].prompt : long_text->str);
      request->width          = cases[i].width;
      request->height         = cases[i].height;
      request->steps          = cases[i].steps;
      request->guidance_scale = cases[i].guidance;
      refusal = draw (folder, request, &warnings);
      g_test_message ("%u: %s %s", i, refusal ? refusal : "drawn", warnings ? warnings : "");
      if (cases[i].refused)
        g_assert_true (refusal && strstr (refusal, cases[i].refused));
      else
        g_assert_null (refusal);
      if (cases[i].warned)
        g_assert_nonnull (strstr (warnings, cases[i].warned));
      else if (! refusal)
        g_assert_cmpstr (warnings, ==, "");
    }
}

static void
test_what_to_avoid_needs_guidance (void)
{
  g_autofree gchar                 *folder   = g_test_build_filename (G_TEST_DIST, "golden", MODEL, NULL);
  g_autoptr (PiscesGenerateRequest) request  = pisces_generate_request_new ("stars");
  g_autofree gchar                 *warnings = NULL;

  request->negative_prompt = g_strdup ("boat");
  request->guidance_scale  = 0.0;
  request->steps           = 1;
  g_assert_null (draw (folder, request, &warnings));
  g_assert_nonnull (strstr (warnings, "avoid"));
}

/* T5 is told of, if there is one, and nothing else is, of files as diffusers writes
 * them.  */
static void
test_remarks (void)
{
  gchar                       *folder = copy_golden (MODEL);
  g_autofree gchar            *third  = g_build_filename (folder, "text_encoder_3", NULL);
  g_autoptr (GError)           error  = NULL;
  g_autoptr (PiscesModelInfo)  plain  = pisces_model_verify (folder, &error);
  g_autoptr (PiscesModelInfo)  with   = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (plain->remarks[0], ==, NULL);
  g_assert_nonnull (strstr (plain->summary, "T5 is not used"));
  g_assert_nonnull (strstr (plain->licence, "Stability"));

  g_mkdir (third, 0700);
  with = pisces_model_verify (folder, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (with->remarks[0], "T5"));
  g_assert_cmpstr (with->remarks[1], ==, NULL);
  remove_model (folder);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sd3/mistakes-are-named", test_refused);
  g_test_add_func ("/sd3/files-that-are-none", test_half);
  g_test_add_func ("/sd3/damaged-tokenizers", test_tokenizers);
  g_test_add_func ("/sd3/missing-parts-are-listed", test_parts_are_missing);
  g_test_add_func ("/sd3/an-autoencoder-of-four-channels", test_another_autoencoder);
  g_test_add_func ("/sd3/requests-are-drawn-or-refused", test_requests);
  g_test_add_func ("/sd3/what-to-avoid-needs-guidance", test_what_to_avoid_needs_guidance);
  g_test_add_func ("/sd3/t5-is-told-of", test_remarks);

  return g_test_run ();
}
