/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An autoencoder whose inner values reach 3e5 and more, like SDXL's, although
 * its weights are in float16: with "force_upcast", the picture and the latents
 * are the same as from the same network with small values, on every backend.
 * Without that setting they may be different, but never infinite or NaN.
 *
 * The network is the golden one with everything that is added to its residual
 * made larger; every norm reverses that.
 */

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "engine/networks/vae.h"
#include "tests/networks/golden.h"

/* Powers of two, so that only the exponents of the weights change.  */
#define DECODER_GAIN 65536
#define ENCODER_GAIN 32768

typedef struct
{
  gchar    *folder;
  gboolean  force_upcast;
  gint      gain;                    /* 1: small values                      */
} Copy;

/* What is added to the residual: the first convolution, the last one of each
 * block, the attention, and the biases of the layers that pass it on.  */
static gboolean
is_in_residual (const gchar *name)
{
  static const gchar *const all[]    = { ".conv_in.", ".conv2.", ".to_out.0." };
  static const gchar *const biases[] = { "samplers.0.conv.bias", ".conv_shortcut.bias" };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (strstr (name, all[i]))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (biases); i++)
    if (strstr (name, biases[i]))
      return TRUE;
  return FALSE;
}

static void
append_tensor (GString          *header,
               GByteArray       *data,
               GoldenCase       *golden,
               const gchar      *name,
               gint              gain)
{
  PiscesHostTensor  tensor;
  g_autofree gchar *memory = NULL;
  gint64            n;
  const guint       begin  = data->len;

  g_assert_true (pisces_weight_files_find (golden->files, name, &tensor));
  g_assert_true (pisces_host_tensor_load (&tensor, &tensor, (gpointer *) &memory, NULL));
  n = pisces_host_tensor_count (&tensor);
  {
    g_autofree gfloat *values = g_new (gfloat, n);

    pisces_host_tensor_to_f32 (&tensor, values);
    for (gint64 i = 0; i < n; i++)
      {
        /* Rounds first, so that the weights are the same ones.  */
        const _Float16 small = (_Float16) values[i];
        const _Float16 value = (_Float16) ((gfloat) small * (is_in_residual (name) ? gain : 1));

        g_assert_true (isfinite ((gfloat) value));
        g_byte_array_append (data, (const guint8 *) &value, sizeof (value));
      }
  }
  g_string_append_printf (header, "%s\"%s\":{\"dtype\":\"F16\",\"shape\":[",
                          header->len > 1 ? "," : "", name);
  for (gint d = 0; d < tensor.n_dims; d++)
    g_string_append_printf (header, "%s%" G_GINT64_FORMAT, d ? "," : "", tensor.dims[d]);
  g_string_append_printf (header, "],\"data_offsets\":[%u,%u]}", begin, data->len);
}

static void
write_model (const Copy *copy)
{
  g_autoptr (GoldenCase)  golden = golden_case_open ("vae", "diffusion_pytorch_model");
  g_autoptr (GString)     header = g_string_new ("{");
  g_autoptr (GByteArray)  data   = g_byte_array_new ();
  g_autoptr (GByteArray)  file   = g_byte_array_new ();
  g_autofree gchar       *from   = g_build_filename (golden->folder, "config.json", NULL);
  g_autofree gchar       *to     = g_build_filename (copy->folder, "config.json", NULL);
  g_autofree gchar       *path   = g_build_filename (copy->folder,
                                                     "diffusion_pytorch_model.safetensors", NULL);
  g_autofree gchar       *config = NULL;
  const gchar * const    *names  = pisces_weight_files_get_names (golden->files, NULL);
  guint64                 size;
  gchar                  *value;

  for (guint i = 0; names[i]; i++)
    append_tensor (header, data, golden, names[i],
                   copy->gain == 1                        ? 1 :
                   g_str_has_prefix (names[i], "decoder") ? DECODER_GAIN
                                                          : ENCODER_GAIN);
  g_string_append_c (header, '}');
  while (header->len % 8)
    g_string_append_c (header, ' ');
  size = header->len;
  g_byte_array_append (file, (const guint8 *) &size, sizeof (size));
  g_byte_array_append (file, (const guint8 *) header->str, header->len);
  g_byte_array_append (file, data->data, data->len);
  g_assert_true (g_file_set_contents (path, (const gchar *) file->data, file->len, NULL));

  g_assert_true (g_file_get_contents (from, &config, NULL, NULL));
  value = strstr (config, "\"force_upcast\": true");
  g_assert_nonnull (value);
  if (! copy->force_upcast)
    memcpy (value, "\"force_upcast\":false", strlen ("\"force_upcast\":false"));
  g_assert_true (g_file_set_contents (to, config, -1, NULL));
}

static void
remove_model (const Copy *copy)
{
  g_autofree gchar *config = g_build_filename (copy->folder, "config.json", NULL);
  g_autofree gchar *path   = g_build_filename (copy->folder,
                                               "diffusion_pytorch_model.safetensors", NULL);

  g_unlink (config);
  g_unlink (path);
  g_rmdir (copy->folder);
}

/* A picture of the golden latent, or a latent of the golden picture.  */
static GArray *
compute (const gchar *backend_name,
         gboolean     encodes,
         gint         gain,
         gboolean     force_upcast)
{
  Copy                          copy    = { g_dir_make_tmp ("pisces-test-XXXXXX", NULL),
                                            force_upcast, gain };
  g_autoptr (GoldenCase)        golden  = golden_case_open ("vae", "diffusion_pytorch_model");
  g_autofree gchar             *path    = g_build_filename (copy.folder, "config.json", NULL);
  g_autoptr (GError)            error   = NULL;
  g_autoptr (PiscesConfig)      config  = NULL;
  g_autoptr (PiscesWeightFiles) files   = NULL;
  GArray                       *values  = g_array_new (FALSE, FALSE, sizeof (gfloat));
  PiscesVae                    *vae;
  PiscesTensor                  x, y;

  pisces_backend_close (golden->backend);
  golden->backend = pisces_backend_open (backend_name, &error);
  g_assert_no_error (error);
  pisces_backend_begin (golden->backend, NULL);
  /* The weights of a large model, whose 16 bits the CPU would keep.  */
  if (gain != 1)
    golden->backend->model_bytes = (gsize) 2 << 30;

  write_model (&copy);
  config = pisces_config_load (path, &error);
  g_assert_no_error (error);
  files = pisces_weight_files_open (copy.folder, "diffusion_pytorch_model", &error);
  g_assert_no_error (error);
  vae = pisces_vae_load (golden->backend, config, files,
                         encodes ? PISCES_VAE_ENCODER : PISCES_VAE_DECODER, &error);
  g_assert_no_error (error);

  x = golden_input (golden, encodes ? "x" : "z");
  y = golden_output (golden, encodes ? "mean" : "picture");
  if (encodes)
    pisces_vae_encode (vae, y, x);
  else
    pisces_vae_decode (vae, y, x);
  g_array_set_size (values, pisces_tensor_count (y));
  pisces_download (golden->backend, (gfloat *) values->data, y);
  pisces_backend_finish (golden->backend, &error);
  g_assert_no_error (error);

  pisces_vae_free (vae);
  remove_model (&copy);
  g_free (copy.folder);

  return values;
}

static gdouble
difference (GArray *found,
            GArray *expected)
{
  gdouble largest = 0, worst = 0;

  g_assert_cmpuint (found->len, ==, expected->len);
  for (guint i = 0; i < found->len; i++)
    {
      const gdouble a = g_array_index (found, gfloat, i);
      const gdouble b = g_array_index (expected, gfloat, i);

      g_assert_true (isfinite (a) && isfinite (b));
      largest = MAX (largest, fabs (b));
      worst   = MAX (worst, fabs (a - b));
    }
  return worst / largest;
}

static void
test_range (gconstpointer encodes)
{
  const gchar        *name  = g_getenv ("PISCES_TEST_BACKEND");
  g_autoptr (GArray)  small = compute ("cpu", encodes != NULL, 1, TRUE);
  g_autoptr (GArray)  large = compute (name ? name : "cpu", encodes != NULL, 2, TRUE);
  g_autoptr (GArray)  cut   = compute (name ? name : "cpu", encodes != NULL, 2, FALSE);

  g_test_message ("upcast: %.2g off, else %.2g", difference (large, small),
                  difference (cut, small));
  g_assert_cmpfloat (difference (large, small), <, GOLDEN_TOLERANCE);
  /* The test is valid: float16 does not have this range.  */
  if (name)
    g_assert_cmpfloat (difference (cut, small), >, 0.02);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/networks/vae/decoder-beyond-float16", NULL, test_range);
  g_test_add_data_func ("/networks/vae/encoder-beyond-float16", "yes", test_range);

  return g_test_run ();
}
