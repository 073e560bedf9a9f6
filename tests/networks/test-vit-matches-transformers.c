/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The vision encoder computes the same as transformers' SiglipVisionModel,
 * with and without the stem of models/FORMAT.md, and the projector the same as
 * PyTorch.
 */

#include <math.h>

#include <glib/gstdio.h>

#include "engine/networks/projector.h"
#include "engine/networks/vit.h"
#include "tests/networks/golden.h"

static void
test_vit (gconstpointer name)
{
  g_autoptr (GoldenCase) golden = golden_case_open (name, "model");
  g_autoptr (PiscesVit)  vit    = NULL;
  g_autoptr (GError)     error  = NULL;
  PiscesTensor           x, y;
  gsize                  mark;

  vit = pisces_vit_load (golden->backend, golden->config, golden->files, "",
                         &error);
  g_assert_no_error (error);

  x    = golden_input (golden, "pixels");
  y    = golden_output (golden, "tokens");
  mark = pisces_backend_mark (golden->backend);
  g_assert_cmpint (pisces_tensor_n_rows (y), ==,
                   x.dims[0] * pisces_vit_get_config (vit)->n_tokens);

  pisces_vit_forward (vit, y, x);
  g_assert_cmpuint (pisces_backend_mark (golden->backend), ==, mark);
  golden_compare (golden, "tokens", y);
}

/* A network's configuration with another epsilon.  */
static PiscesConfig *
config_with_epsilon (GoldenCase  *golden,
                     const gchar *epsilon)
{
  g_autofree gchar   *path    = g_build_filename (golden->folder, "config.json", NULL);
  g_autofree gchar   *copy    = NULL;
  g_autofree gchar   *text    = NULL;
  g_autoptr (GString) changed = NULL;
  g_autoptr (GError)  error   = NULL;
  PiscesConfig       *config;
  gint                file;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, "1e-06", epsilon, 0), ==, 1);
  file = g_file_open_tmp ("pisces-config-XXXXXX", &copy, &error);
  g_assert_no_error (error);
  g_close (file, NULL);
  g_assert_true (g_file_set_contents (copy, changed->str, changed->len, NULL));
  config = pisces_config_load (copy, &error);
  g_assert_no_error (error);
  g_unlink (copy);

  return config;
}

static gfloat *
floats_of (GoldenCase  *golden,
           const gchar *name)
{
  PiscesHostTensor tensor;
  gpointer         memory = NULL;
  gfloat          *floats;

  g_assert_true (pisces_weight_files_find (golden->files, name, &tensor));
  g_assert_true (pisces_host_tensor_load (&tensor, &tensor, &memory, NULL));
  floats = g_new (gfloat, pisces_host_tensor_count (&tensor));
  pisces_host_tensor_to_f32 (&tensor, floats);
  g_free (memory);

  return floats;
}

/* Before its weight and bias, the last norm gives a token the variance v / (v
 * + epsilon): 1 for a small epsilon, and much less for one of the size of v. */
static void
test_last_epsilon (void)
{
  static const gchar *const epsilons[] = { "1e-06", "0.5" };
  g_autoptr (GoldenCase)    golden     = golden_case_open ("vit-patches", "model");
  g_autofree gfloat        *weight     = floats_of (golden, "vision_model.post_layernorm.weight");
  g_autofree gfloat        *bias       = floats_of (golden, "vision_model.post_layernorm.bias");
  PiscesTensor              x          = golden_input (golden, "pixels");
  PiscesTensor              y          = golden_output (golden, "tokens");
  const gint64              n          = pisces_tensor_count (y);
  const gint64              width      = pisces_tensor_width (y);
  g_autofree gfloat        *values     = g_new (gfloat, n);

  for (guint i = 0; i < G_N_ELEMENTS (epsilons); i++)
    {
      g_autoptr (PiscesConfig) config = config_with_epsilon (golden, epsilons[i]);
      g_autoptr (PiscesVit)    vit    = NULL;
      g_autoptr (GError)       error  = NULL;
      gdouble                  square = 0.0;

      vit = pisces_vit_load (golden->backend, config, golden->files, "", &error);
      g_assert_no_error (error);
      pisces_vit_forward (vit, y, x);
      g_assert_true (pisces_download (golden->backend, values, y));
      for (gint64 j = 0; j < n; j++)
        {
          const gdouble plain = (values[j] - bias[j % width]) / weight[j % width];

          square += plain * plain / n;
        }
      g_test_message ("an epsilon of %s leaves %.4f", epsilons[i], square);
      if (i == 0)
        g_assert_cmpfloat (fabs (square - 1.0), <, 0.05);
      else
        g_assert_cmpfloat (square, <, 0.9);
    }
}

static void
test_projector (void)
{
  g_autoptr (GoldenCase)      golden    = golden_case_open ("projector", "model");
  g_autoptr (PiscesProjector) projector = NULL;
  g_autoptr (GError)          error     = NULL;
  PiscesTensor                x, y;

  projector = pisces_projector_load (golden->backend, golden->files,
                                     "mm_projector", 26, 19, &error);
  g_assert_no_error (error);

  x = golden_input (golden, "x");
  y = golden_output (golden, "y");
  pisces_projector_forward (projector, y, x);
  golden_compare (golden, "y", y);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/networks/vit/patches-match", "vit-patches", test_vit);
  g_test_add_data_func ("/networks/vit/gelu-of-two-images-matches", "vit-gelu",
                        test_vit);
  g_test_add_data_func ("/networks/vit/quick-gelu-matches", "vit-quick-gelu",
                        test_vit);
  g_test_add_data_func ("/networks/vit/stem-matches", "vit-stem", test_vit);
  g_test_add_func ("/networks/vit/last-epsilon-is-that-of-the-configuration", test_last_epsilon);
  g_test_add_func ("/networks/projector/matches", test_projector);

  return g_test_run ();
}
