/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The UNet computes the same as diffusers' UNet2DConditionModel.
 */

#include "engine/networks/unet.h"
#include "tests/networks/golden.h"

typedef struct
{
  GoldenCase        *golden;
  PiscesUnet        *unet;
  PiscesUnetContext *context;
  PiscesTensor       x;
  PiscesTensor       y;
  gfloat             timestep;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  name)
{
  GoldenCase         *golden   = golden_case_open (name, "diffusion_pytorch_model");
  PiscesTensor        pooled   = { .data = NULL };
  gfloat              time_ids[64];
  gint                n_ids    = 0;
  PiscesTensor        states;
  PiscesHostTensor    values;
  g_autoptr (GError)  error    = NULL;

  fixture->golden = golden;
  fixture->unet   = pisces_unet_load (golden->backend, golden->config,
                                      golden->files, "", &error);
  g_assert_no_error (error);

  values = golden_values (golden, "timestep");
  pisces_host_tensor_to_f32 (&values, &fixture->timestep);
  if (pisces_unet_get_config (fixture->unet)->text_time)
    {
      values = golden_values (golden, "time_ids");
      n_ids  = values.dims[1];
      pooled = golden_input (golden, "pooled");
      g_assert_cmpint (pisces_host_tensor_count (&values), <=, 64);
      pisces_host_tensor_to_f32 (&values, time_ids);
    }

  states     = golden_input (golden, "states");
  fixture->x = golden_input (golden, "x");
  fixture->y = golden_output (golden, "y");
  fixture->context = pisces_unet_context_new (fixture->unet,
                                              fixture->x.dims[0], states,
                                              pooled, time_ids, n_ids);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  name)
{
  pisces_unet_context_free (fixture->context);
  pisces_unet_free (fixture->unet);
  golden_case_close (fixture->golden);
}

static void
test_matches (Fixture       *fixture,
              gconstpointer  name)
{
  pisces_unet_forward (fixture->unet, fixture->y, fixture->x,
                       fixture->timestep, fixture->context);
  golden_compare (fixture->golden, "y", fixture->y);
  golden_compare (fixture->golden, "x", fixture->x);
}

static void
test_steps (Fixture       *fixture,
            gconstpointer  name)
{
  PiscesBackend *backend = fixture->golden->backend;
  gsize          mark    = pisces_backend_mark (backend);
  gsize          resident;

  pisces_unet_forward (fixture->unet, fixture->y, fixture->x, 1.5,
                       fixture->context);
  resident = pisces_backend_resident_bytes (backend);
  pisces_unet_forward (fixture->unet, fixture->y, fixture->x,
                       fixture->timestep, fixture->context);

  g_assert_cmpuint (pisces_backend_mark (backend), ==, mark);
  g_assert_cmpuint (pisces_backend_resident_bytes (backend), ==, resident);
  golden_compare (fixture->golden, "y", fixture->y);
}

int
main (int    argc,
      char **argv)
{
  static const gchar *cases[] = { "unet-two-levels", "unet-three-levels",
                                  "unet-odd-sizes" };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *matches = g_strdup_printf ("/networks/%s/matches",
                                                   cases[i]);
      g_autofree gchar *steps   =
        g_strdup_printf ("/networks/%s/steps-share-context-and-memory",
                         cases[i]);

      g_test_add (matches, Fixture, cases[i], set_up, test_matches, tear_down);
      g_test_add (steps, Fixture, cases[i], set_up, test_steps, tear_down);
    }

  return g_test_run ();
}
