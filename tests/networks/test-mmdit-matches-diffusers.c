/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The MMDiT computes the same as diffusers' SD3Transformer2DModel, as a whole and
 * without each of its blocks, which skip-layer guidance leaves out.
 */

#include "engine/networks/mmdit.h"
#include "tests/networks/golden.h"

/* More than the largest table of these models has.  */
#define ALL_PLACES 100

typedef struct
{
  GoldenCase         *golden;
  PiscesMmdit        *mmdit;
  PiscesMmditContext *context;
  PiscesTensor        x;
  PiscesTensor        y;
  gfloat              timestep;
} Fixture;


static void
open_fixture (Fixture     *fixture,
              const gchar *name,
              gint         most_patches)
{
  GoldenCase        *golden = golden_case_open (name, "diffusion_pytorch_model");
  g_autoptr (GError) error  = NULL;
  PiscesHostTensor   values;
  PiscesTensor       states, pooled;

  fixture->golden = golden;
  fixture->mmdit  = pisces_mmdit_load (golden->backend, golden->config, golden->files,
                                       most_patches, &error);
  g_assert_no_error (error);

  values = golden_values (golden, "timestep");
  pisces_host_tensor_to_f32 (&values, &fixture->timestep);
  states = golden_input (golden, "states");
  pooled = golden_input (golden, "pooled");
  fixture->x = golden_input (golden, "x");
  fixture->y = golden_output (golden, "y");
  fixture->context = pisces_mmdit_context_new (fixture->mmdit, fixture->x.dims[0],
                                               fixture->x.dims[1], fixture->x.dims[2],
                                               states, pooled);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  name)
{
  open_fixture (fixture, name, ALL_PLACES);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  name)
{
  pisces_mmdit_context_free (fixture->context);
  pisces_mmdit_free (fixture->mmdit);
  golden_case_close (fixture->golden);
}

static void
test_matches (Fixture       *fixture,
              gconstpointer  name)
{
  PiscesBackend *backend = fixture->golden->backend;
  const gsize    mark    = pisces_backend_mark (backend);

  pisces_mmdit_forward (fixture->mmdit, fixture->y, fixture->x, fixture->timestep,
                        fixture->context, NULL);
  g_assert_cmpuint (pisces_backend_mark (backend), ==, mark);
  golden_compare (fixture->golden, "y", fixture->y);
  golden_compare (fixture->golden, "x", fixture->x);
}

static void
test_layers_are_skipped (Fixture       *fixture,
                         gconstpointer  name)
{
  const gint n_layers = pisces_mmdit_get_config (fixture->mmdit)->n_layers;

  for (gint layer = 0; layer < n_layers; layer++)
    {
      g_autofree gchar *expected = g_strdup_printf ("y_without_%d", layer);
      gboolean          skipped[PISCES_MMDIT_MAX_LAYERS] = { FALSE };

      skipped[layer] = TRUE;
      pisces_mmdit_forward (fixture->mmdit, fixture->y, fixture->x, fixture->timestep,
                            fixture->context, skipped);
      golden_compare (fixture->golden, expected, fixture->y);
      pisces_backend_begin (fixture->golden->backend, NULL);
    }
}

/* The first picture of a batch is the same alone.  */
static void
test_first_alone (Fixture       *fixture,
                  gconstpointer  name)
{
  GoldenCase        *golden   = fixture->golden;
  const gint64      *dims     = fixture->y.dims;
  const gint64       n_cells  = dims[1] * dims[2];
  const gint64       n_values = n_cells * dims[3];
  PiscesHostTensor   values   = golden_values (golden, "y");
  g_autofree gfloat *expected = g_new (gfloat, pisces_host_tensor_count (&values));
  g_autofree gfloat *found    = g_new (gfloat, n_values);
  PiscesTensor       x        = pisces_tensor_reshape (fixture->x, 2, dims[0] * n_cells,
                                                       fixture->x.dims[3]);
  PiscesTensor       y        = pisces_backend_alloc (golden->backend, 4, (gint64) 1, dims[1],
                                                      dims[2], dims[3]);
  g_autoptr (GError) error    = NULL;

  x = pisces_tensor_reshape (pisces_tensor_rows (x, 0, n_cells), 4, (gint64) 1, dims[1], dims[2],
                             fixture->x.dims[3]);
  pisces_mmdit_forward (fixture->mmdit, y, x, fixture->timestep, fixture->context, NULL);
  pisces_download (golden->backend, found, y);
  pisces_backend_finish (golden->backend, &error);
  g_assert_no_error (error);

  pisces_host_tensor_to_f32 (&values, expected);
  golden_compare_rows (golden, "the first alone", found, expected, n_values);
}

/* As much of the table as the picture needs is enough, whether the part and the table
 * have the same parity or not.  */
static void
test_few_places (gconstpointer name)
{
  for (gint more = 0; more < 2; more++)
    {
      Fixture fixture;

      open_fixture (&fixture, name, 5 + more);
      pisces_mmdit_forward (fixture.mmdit, fixture.y, fixture.x, fixture.timestep,
                            fixture.context, NULL);
      golden_compare (fixture.golden, "y", fixture.y);
      tear_down (&fixture, name);
    }
}

int
main (int    argc,
      char **argv)
{
  static const gchar *cases[] = { "mmdit", "mmdit-one-block", "mmdit-without-norms" };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *matches = g_strdup_printf ("/networks/%s/matches", cases[i]);
      g_autofree gchar *skipped = g_strdup_printf ("/networks/%s/layers-are-skipped", cases[i]);
      g_autofree gchar *alone   = g_strdup_printf ("/networks/%s/first-alone", cases[i]);

      g_test_add (matches, Fixture, cases[i], set_up, test_matches, tear_down);
      g_test_add (skipped, Fixture, cases[i], set_up, test_layers_are_skipped, tear_down);
      g_test_add (alone, Fixture, cases[i], set_up, test_first_alone, tear_down);
    }
  g_test_add_data_func ("/networks/mmdit/few-places", "mmdit", test_few_places);

  return g_test_run ();
}
