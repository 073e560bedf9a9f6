/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a picture is summed up in is the same as with transformers'
 * CLIPVisionModelWithProjection and Dinov2Model, also if DINOv2 is given pictures of
 * another size than it was made for.
 */

#include "engine/networks/class-vit.h"
#include "tests/networks/golden.h"

static const struct
{
  const gchar        *name;
  PiscesClassVitKind  kind;
} cases[] =
{
  { "clip-vision",             PISCES_CLASS_VIT_CLIP   },
  { "clip-vision-gelu",        PISCES_CLASS_VIT_CLIP   },
  { "dinov2",                  PISCES_CLASS_VIT_DINOV2 },
  { "dinov2-smaller-pictures", PISCES_CLASS_VIT_DINOV2 },
  { "dinov2-larger-pictures",  PISCES_CLASS_VIT_DINOV2 },
};

static void
test_matches (gconstpointer data)
{
  const guint                i      = GPOINTER_TO_UINT (data);
  g_autoptr (GoldenCase)     golden = golden_case_open (cases[i].name, "model");
  g_autoptr (PiscesClassVit) vit    = NULL;
  g_autoptr (GError)         error  = NULL;
  PiscesTensor               x      = golden_input (golden, "pixels");
  PiscesTensor               vector = golden_output (golden, "vector");
  gsize                      mark;

  vit = pisces_class_vit_load (golden->backend, cases[i].kind, golden->config, golden->files,
                               pisces_tensor_width (vector), x.dims[1], &error);
  g_assert_no_error (error);
  g_assert_cmpint (pisces_class_vit_get_config (vit)->vector_size, ==,
                   pisces_tensor_width (vector));

  mark = pisces_backend_mark (golden->backend);
  pisces_class_vit_forward (vit, vector, x);
  g_assert_cmpuint (pisces_backend_mark (golden->backend), ==, mark);
  golden_compare (golden, "vector", vector);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *path = g_strdup_printf ("/networks/%s/matches", cases[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_matches);
    }

  return g_test_run ();
}
