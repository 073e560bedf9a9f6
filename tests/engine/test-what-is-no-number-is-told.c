/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * If a model's weights are so large that a picture or a likeness is no number, the
 * job ends with a sentence.  Nobody gets a black picture, or one of noise, that
 * looks like a result.
 */

#include "tests/engine/two-models.h"

/* Turns a weight in float16 into bfloat16, which has room for much larger numbers,
 * and makes all its values 3.4e38.  The header stays as long, because a space at its
 * end is dropped.  */
static void
blow_up (const gchar *folder,
         const gchar *name,
         const gchar *weight)
{
  gsize             length;
  g_autofree gchar *content = read_file (folder, name, &length);
  g_autofree gchar *key     = g_strdup_printf ("\"%s\":{\"dtype\":\"", weight);
  const guint64     n_head  = *(const guint64 *) content;
  gchar            *place   = memmem (content, length, key, strlen (key));
  gchar            *end     = content + 8 + n_head;
  guint64           first, last;

  g_assert_nonnull (place);
  place += strlen (key);
  g_assert_true (g_str_has_prefix (place, "F16") && end[-1] == ' ');
  memmove (place + 1, place, end - 1 - place);
  *place = 'B';
  place  = strstr (place, "\"data_offsets\":[");
  g_assert_cmpint (sscanf (place, "\"data_offsets\":[%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT "]",
                           &first, &last), ==, 2);
  memset (end + first, 0x7f, last - first);
  write_file (folder, name, content, length);
}

static void
assert_told (GError *error)
{
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID);
  g_assert_nonnull (strstr (error->message, "not finite"));
  g_error_free (error);
}

static void
test_pictures (void)
{
  static const struct { const gchar *model, *file, *weight; } cases[] =
  {
    { "janus", "model.safetensors", "model.vqmodel.post_quant_conv.weight" },
    { "janus", "model.safetensors", "model.vqmodel.decoder.conv_out.weight" },
    { "tiny", "vae/diffusion_pytorch_model.safetensors", "decoder.conv_in.weight" },
    { "tiny", "vae/diffusion_pytorch_model.safetensors", "decoder.conv_out.weight" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gchar                            *folder = copy_golden (cases[i].model);
      g_autoptr (PiscesEngine)          engine = pisces_engine_new (folder, "cpu");
      g_autoptr (PiscesGenerateResult)  result = NULL;
      GError                           *error  = NULL;

      g_test_message ("%s", cases[i].weight);
      blow_up (folder, cases[i].file, cases[i].weight);
      result = draw (engine, &error);
      g_assert_null (result);
      assert_told (error);
      remove_model (folder);
    }
}

static void
test_likeness (void)
{
  static const gchar *const weights[] =
  {
    "model.vision_model.post_layernorm.weight",
    "model.vision_model.embeddings.patch_embedding.weight",
  };

  for (guint i = 0; i < G_N_ELEMENTS (weights); i++)
    {
      gchar                    *folder = copy_golden ("smolvlm");
      g_autoptr (PiscesEngine)  engine = pisces_engine_new (folder, "cpu");
      g_autoptr (PiscesImage)   image  = sample_picture ();
      gdouble                   cosine = 0.0;
      GError                   *error  = NULL;

      g_test_message ("%s", weights[i]);
      blow_up (folder, "model.safetensors", weights[i]);
      g_assert_false (pisces_engine_compare (engine, image, image, &cosine, NULL, &error));
      assert_told (error);
      remove_model (folder);
    }
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/numbers/pictures", test_pictures);
  g_test_add_func ("/numbers/likeness", test_likeness);

  return g_test_run ();
}
