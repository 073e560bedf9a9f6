/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CLIP's text encoder computes the same as transformers'
 * CLIPTextModelWithProjection: the rows before the last layer, and the projection of
 * the end, whether the configuration knows which token that is or not.
 */

#include "engine/networks/clip-text.h"
#include "tests/networks/golden.h"


static gint32 *
read_ids (GoldenCase *golden)
{
  const PiscesHostTensor values = golden_values (golden, "ids");
  const gint64           n      = pisces_host_tensor_count (&values);
  g_autofree gfloat     *floats = g_new (gfloat, n);
  gint32                *ids    = g_new (gint32, n);

  pisces_host_tensor_to_f32 (&values, floats);
  for (gint64 i = 0; i < n; i++)
    ids[i] = floats[i];

  return ids;
}

static void
test_matches (gconstpointer name)
{
  g_autoptr (GoldenCase)     golden = golden_case_open (name, "model");
  g_autoptr (PiscesClipText) clip   = NULL;
  g_autoptr (GError)         error  = NULL;
  g_autofree gint32         *ids    = read_ids (golden);
  PiscesTensor               states, pooled;
  gsize                      mark;

  clip = pisces_clip_text_load (golden->backend, golden->config, golden->files, &error);
  g_assert_no_error (error);

  states = golden_output (golden, "states");
  pooled = golden_output (golden, "pooled");
  mark   = pisces_backend_mark (golden->backend);
  pisces_clip_text_forward (clip, states, pooled, ids);
  g_assert_cmpuint (pisces_backend_mark (golden->backend), ==, mark);
  golden_compare (golden, "states", states);
  golden_compare (golden, "pooled", pooled);
}

int
main (int    argc,
      char **argv)
{
  static const gchar *cases[] = { "clip-text", "clip-text-gelu" };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *path = g_strdup_printf ("/networks/%s/matches", cases[i]);

      g_test_add_data_func (path, cases[i], test_matches);
    }

  return g_test_run ();
}
