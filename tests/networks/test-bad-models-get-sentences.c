/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A network with wrong weights or settings is refused with a sentence that
 * names the file and what is wrong in it, and uses no memory.
 */

#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "engine/pisces.h"
#include "engine/networks/llama.h"
#include "engine/networks/unet.h"
#include "engine/networks/vae.h"
#include "engine/networks/vit.h"
#include "tests/networks/golden.h"

typedef enum { LLAMA, VIT, UNET, VAE } Kind;

/* How a valid model is changed, and what the message must say.  */
typedef struct
{
  const gchar *claim;
  Kind         kind;
  const gchar *config_from;                /* in config.json, once          */
  const gchar *config_to;
  const gchar *weights_from;               /* in the weights' header, of    */
  const gchar *weights_to;                 /* equal length                  */
  gint         code;
  const gchar *says;
} Claim;

static const Claim claims[] =
{
  { "a-missing-layer", LLAMA,
    "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", NULL, NULL,
    PISCES_ERROR_MODEL_INVALID, "model.layers.2.input_layernorm.weight" },
  { "a-missing-weight", LLAMA, NULL, NULL,
    "model.norm.weight", "model.narm.weight",
    PISCES_ERROR_MODEL_INVALID, "model.norm.weight" },
  { "a-wrong-shape", LLAMA,
    "\"intermediate_size\": 56", "\"intermediate_size\": 55", NULL, NULL,
    PISCES_ERROR_MODEL_INVALID, "[56, 48], but the configuration calls for [55, 48]" },
  { "a-transposed-weight", LLAMA, NULL, NULL,
    "\"shape\":[56,48]", "\"shape\":[48,56]",
    PISCES_ERROR_MODEL_INVALID, "[48, 56], but the configuration calls for [56, 48]" },
  { "a-wrong-number-of-axes", UNET, NULL, NULL,
    "\"shape\":[8,6,3,3]", "\"shape\":[8,18,3]",
    PISCES_ERROR_MODEL_INVALID, "[8, 18, 3], but the configuration calls for [8, 6, 3, 3]" },
  { "weights-of-integers", LLAMA, NULL, NULL,
    "\"dtype\":\"F32\"", "\"dtype\":\"I32\"",
    PISCES_ERROR_MODEL_INVALID, "type I32" },
  { "absurd-sizes", LLAMA,
    "\"hidden_size\": 48", "\"hidden_size\": 49152", NULL, NULL,
    PISCES_ERROR_MODEL_INVALID, "calls for [67, 49152]" },
  { "sizes-beyond-all-bounds", LLAMA,
    "\"hidden_size\": 48", "\"hidden_size\": 4800000000", NULL, NULL,
    PISCES_ERROR_MODEL_INVALID, "hidden_size" },
  { "heads-that-do-not-fit", LLAMA,
    "\"num_key_value_heads\": 2", "\"num_key_value_heads\": 4", NULL, NULL,
    PISCES_ERROR_MODEL_INVALID, "num_key_value_heads" },
  { "no-heads", LLAMA,
    "\"num_attention_heads\": 6", "\"num_attention_heads\": 0", NULL, NULL,
    PISCES_ERROR_MODEL_INVALID, "num_attention_heads" },
  { "an-unknown-activation", LLAMA,
    "\"silu\"", "\"relu\"", NULL, NULL,
    PISCES_ERROR_MODEL_UNSUPPORTED, "relu" },
  { "biases-in-the-decoder", LLAMA,
    "\"rope_scaling\": null", "\"attention_bias\": true", NULL, NULL,
    PISCES_ERROR_MODEL_UNSUPPORTED, "attention_bias" },
  { "an-unknown-rotary-scaling", LLAMA,
    "\"rope_scaling\": null", "\"rope_scaling\": {\"rope_type\": \"yarn\"}",
    NULL, NULL, PISCES_ERROR_MODEL_UNSUPPORTED, "yarn" },
  { "a-patch-larger-than-the-image", VIT,
    "\"patch_size\": 5", "\"patch_size\": 50", NULL, NULL,
    PISCES_ERROR_MODEL_INVALID, "patch_size" },
  { "a-stem-that-does-not-fit", VIT,
    "\"num_channels\": 4", "\"num_channels\": 4, \"stem_channels\": [8, 16]",
    NULL, NULL, PISCES_ERROR_MODEL_INVALID, "stem" },
  { "a-stem-of-odd-channels", VIT,
    "\"num_channels\": 4", "\"num_channels\": 4, \"stem_channels\": [9]",
    NULL, NULL, PISCES_ERROR_MODEL_INVALID, "stem_channels" },
  { "an-unknown-vision-activation", VIT,
    "\"gelu_pytorch_tanh\"", "\"gelu_9\"", NULL, NULL,
    PISCES_ERROR_MODEL_UNSUPPORTED, "gelu_9" },
  { "an-unknown-block", UNET,
    "\"DownBlock2D\"", "\"AttnDownBlock2D\"", NULL, NULL,
    PISCES_ERROR_MODEL_UNSUPPORTED, "AttnDownBlock2D" },
  { "an-unknown-setting", UNET,
    "\"resnet_time_scale_shift\": \"default\"",
    "\"resnet_time_scale_shift\": \"scale_shift\"", NULL, NULL,
    PISCES_ERROR_MODEL_UNSUPPORTED, "resnet_time_scale_shift" },
  { "another-condition", UNET,
    "\"addition_embed_type\": null", "\"addition_embed_type\": \"image\"",
    NULL, NULL, PISCES_ERROR_MODEL_UNSUPPORTED, "addition_embed_type" },
  { "classes", UNET,
    "\"num_class_embeds\": null", "\"num_class_embeds\": 10", NULL, NULL,
    PISCES_ERROR_MODEL_UNSUPPORTED, "num_class_embeds" },
  { "a-list-of-another-length", UNET,
    "\"attention_head_dim\": 2", "\"attention_head_dim\": [2, 2, 2]",
    NULL, NULL, PISCES_ERROR_MODEL_INVALID, "attention_head_dim" },
  { "heads-that-do-not-divide", UNET,
    "\"attention_head_dim\": 2", "\"attention_head_dim\": 5", NULL, NULL,
    PISCES_ERROR_MODEL_INVALID, "attention_head_dim" },
  { "groups-that-do-not-divide", VAE,
    "\"norm_num_groups\": 4", "\"norm_num_groups\": 3", NULL, NULL,
    PISCES_ERROR_MODEL_INVALID, "norm_num_groups" },
  { "another-encoder-block", VAE,
    "\"UpDecoderBlock2D\"", "\"AttnUpDecoderBlock2D\"", NULL, NULL,
    PISCES_ERROR_MODEL_UNSUPPORTED, "AttnUpDecoderBlock2D" },
  { "an-attention-that-is-not-there", VAE,
    "\"mid_block_add_attention\": true", "\"mid_block_add_attention\": true",
    "to_q.weight", "to_x.weight",
    PISCES_ERROR_MODEL_INVALID, "to_q.weight" },
};

static const gchar *const case_names[] = { "llama", "vit-patches",
                                           "unet-two-levels", "vae" };

static GError * load             (Kind         kind,
                                  const gchar *folder);
static gchar  * make_folder      (void);
static void     remove_folder    (gchar       *folder);
static void     change_config    (const gchar *from_folder,
                                  const gchar *to_folder,
                                  const gchar *from,
                                  const gchar *to);
static gchar  * weights_name     (Kind         kind);
static void     change_weights   (Kind         kind,
                                  const gchar *from_folder,
                                  const gchar *to_folder,
                                  const gchar *from,
                                  const gchar *to);

static void
test_claim (gconstpointer data)
{
  const Claim        *claim  = data;
  g_autofree gchar   *sound  = golden_folder (case_names[claim->kind]);
  g_autofree gchar   *folder = make_folder ();
  g_autoptr (GError)  error  = NULL;

  change_config (sound, folder, claim->config_from, claim->config_to);
  change_weights (claim->kind, sound, folder, claim->weights_from,
                  claim->weights_to);

  error = load (claim->kind, folder);
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_error (error, PISCES_ERROR, claim->code);
  g_assert_nonnull (strstr (error->message, claim->says));
  g_assert_nonnull (strstr (error->message, folder));
  g_assert_true (g_str_has_suffix (error->message, "."));
  remove_folder (folder);
}

/* One value of one weight, in each of the three types.  */
static void
test_not_finite (gconstpointer data)
{
  static const struct
  {
    const gchar  *name;
    gsize         n_bytes;
    const guint8  bits[4];
  } values[] =
  {
    { "llama",        4, { 0x00, 0x00, 0xc0, 0x7f } },   /* F32 NaN        */
    { "llama",        4, { 0x00, 0x00, 0x80, 0xff } },   /* F32 -infinity  */
    { "llama-3-tied", 2, { 0xc0, 0x7f } },               /* BF16 NaN       */
    { "vit-gelu",     2, { 0x00, 0x7c } },               /* F16 infinity   */
  };
  guint               i      = GPOINTER_TO_UINT (data);
  Kind                kind   = strcmp (values[i].name, "vit-gelu") ? LLAMA : VIT;
  g_autofree gchar   *sound  = golden_folder (values[i].name);
  g_autofree gchar   *folder = make_folder ();
  g_autofree gchar   *path   = g_build_filename (folder, "model.safetensors", NULL);
  g_autofree gchar   *bytes  = NULL;
  gsize               length;
  g_autoptr (GError)  error  = NULL;

  change_config (sound, folder, NULL, NULL);
  change_weights (kind, sound, folder, NULL, NULL);
  g_file_get_contents (path, &bytes, &length, &error);
  g_assert_no_error (error);
  memcpy (bytes + length - values[i].n_bytes, values[i].bits,
          values[i].n_bytes);
  g_file_set_contents (path, bytes, length, &error);
  g_assert_no_error (error);

  error = load (kind, folder);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "not finite"));
  g_assert_nonnull (strstr (error->message, path));
  remove_folder (folder);
}

int
main (int    argc,
      char **argv)
{
  static const gchar *types[] = { "F32-NaN", "F32-infinity", "BF16-NaN",
                                  "F16-infinity" };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (claims); i++)
    {
      g_autofree gchar *path = g_strconcat ("/networks/refused/",
                                            claims[i].claim, NULL);

      g_test_add_data_func (path, &claims[i], test_claim);
    }
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree gchar *path = g_strconcat ("/networks/refused/weights-of-",
                                            types[i], NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_not_finite);
    }

  return g_test_run ();
}

/* Loads an invalid network.  Returns: (transfer full): why it was refused.  */
static GError *
load (Kind         kind,
      const gchar *folder)
{
  PiscesBackend                 *backend = pisces_backend_open ("cpu", NULL);
  g_autofree gchar              *path    = g_build_filename (folder, "config.json", NULL);
  g_autofree gchar              *stem    = weights_name (kind);
  g_autoptr (PiscesConfig)       config  = NULL;
  g_autoptr (PiscesWeightFiles)  files   = NULL;
  gpointer                       network = NULL;
  GError                        *error   = NULL;

  config = pisces_config_load (path, &error);
  g_assert_no_error (error);
  *strrchr (stem, '.') = '\0';
  files = pisces_weight_files_open (folder, stem, &error);
  g_assert_no_error (error);

  pisces_backend_begin (backend, NULL);
  if (kind == LLAMA)
    network = pisces_llama_load (backend, config, files, "", &error);
  else if (kind == VIT)
    network = pisces_vit_load (backend, config, files, "", &error);
  else if (kind == UNET)
    network = pisces_unet_load (backend, config, files, "", &error);
  else
    network = pisces_vae_load (backend, config, files,
                               PISCES_VAE_DECODER | PISCES_VAE_ENCODER,
                               &error);
  g_assert_null (network);
  g_assert_cmpuint (backend->weight_bytes, ==, 0);
  pisces_backend_close (backend);

  return error;
}

static gchar *
make_folder (void)
{
  g_autoptr (GError)  error  = NULL;
  gchar              *folder = g_dir_make_tmp ("pisces-bad-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_folder (gchar *folder)
{
  g_autoptr (GDir)  dir = g_dir_open (folder, 0, NULL);
  const gchar      *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree gchar *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

static void
change_config (const gchar *from_folder,
               const gchar *to_folder,
               const gchar *from,
               const gchar *to)
{
  g_autofree gchar   *from_path = g_build_filename (from_folder, "config.json", NULL);
  g_autofree gchar   *to_path   = g_build_filename (to_folder, "config.json", NULL);
  g_autofree gchar   *text      = NULL;
  g_autoptr (GString) changed   = NULL;
  g_autoptr (GError)  error     = NULL;

  g_file_get_contents (from_path, &text, NULL, &error);
  g_assert_no_error (error);
  changed = g_string_new (text);
  if (from)
    g_assert_cmpuint (g_string_replace (changed, from, to, 1), ==, 1);
  g_file_set_contents (to_path, changed->str, changed->len, &error);
  g_assert_no_error (error);
}

static gchar *
weights_name (Kind kind)
{
  return g_strdup (kind == UNET || kind == VAE
                     ? "diffusion_pytorch_model.safetensors"
                     : "model.safetensors");
}

/* Changes the header, a JSON text that begins after 8 bytes; spaces fill up a
 * shorter text.  */
static void
change_weights (Kind         kind,
                const gchar *from_folder,
                const gchar *to_folder,
                const gchar *from,
                const gchar *to)
{
  g_autofree gchar   *name      = weights_name (kind);
  g_autofree gchar   *from_path = g_build_filename (from_folder, name, NULL);
  g_autofree gchar   *to_path   = g_build_filename (to_folder, name, NULL);
  g_autofree gchar   *bytes     = NULL;
  gsize               length;
  g_autoptr (GError)  error     = NULL;

  g_file_get_contents (from_path, &bytes, &length, &error);
  g_assert_no_error (error);
  if (from)
    {
      gchar *place = memmem (bytes + 8, length - 8, from, strlen (from));

      g_assert_nonnull (place);
      g_assert_cmpuint (strlen (to), <=, strlen (from));
      memset (place, ' ', strlen (from));
      memcpy (place, to, strlen (to));
    }
  g_file_set_contents (to_path, bytes, length, &error);
  g_assert_no_error (error);
}
