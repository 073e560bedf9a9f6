/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * noise-schedule.c: computes betas (how much noise each training step adds),
 * and from them sigmas (noise divided by signal), as diffusers does.  This
 * includes its rounding to float32, because the network was trained with these
 * values.
 */

#include <math.h>
#include <string.h>

#include "engine/pisces.h"

#include "engine/samplers/noise-schedule.h"


static gboolean   fill_betas  (PiscesConfig  *config,
                               gdouble       *betas,
                               gint           n);
static void       linspace    (gdouble       *values,
                               gint           n,
                               gdouble        first,
                               gdouble        last);
static gdouble    alpha_bar   (gdouble        t);
static void       to_zero_snr (gdouble       *betas,
                               gint           n);


/**
 * pisces_noise_schedule_read:
 * @config: the settings of a scheduler; mistakes are kept in it.
 * @n_train: (out): number of training steps.
 *
 * Returns: (transfer full) (array length=n_train): sigma for each timestep, in
 *   rising order: sqrt ((1 - a) / a), where a is the product of 1 - beta over
 *   all steps so far.
 */
gfloat *
pisces_noise_schedule_read (PiscesConfig *config,
                            gint         *n_train)
{
  gint                 n        = pisces_config_int_or (config, "num_train_timesteps",
                                                        1, 100000, 1000);
  gfloat              *sigmas   = g_new0 (gfloat, n);
  g_autofree gdouble  *betas    = g_new0 (gdouble, n);
  gdouble              product  = 1.0;
  gboolean             zero_snr;
  gint                 i;

  *n_train = n;
  if (! fill_betas (config, betas, n))
    return sigmas;

  zero_snr = pisces_config_boolean_or (config, "rescale_betas_zero_snr", FALSE);
  if (zero_snr)
    to_zero_snr (betas, n);

  for (i = 0; i < n; i++)
    {
      gfloat  a;

      product *= 1.0f - (gfloat) betas[i];
      /* A signal of exactly 0 would make sigma infinite; diffusers uses this
       * value instead.  */
      a         = zero_snr && i == n - 1 ? 0x1p-24f : (gfloat) product;
      sigmas[i] = sqrtf ((1.0f - a) / a);
      if (! isfinite (sigmas[i]))
        pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                            "the betas leave no signal after %d of %d "
                            "timesteps.", i + 1, n);
    }

  return sigmas;
}


/*  private functions  */

static gboolean
fill_betas (PiscesConfig *config,
            gdouble      *betas,
            gint          n)
{
  const gchar *schedule = pisces_config_string_or (config, "beta_schedule", "linear");
  gdouble      first    = pisces_config_double_or (config, "beta_start",
                                                   1e-9, 0.999, 0.0001);
  gdouble      last     = pisces_config_double_or (config, "beta_end",
                                                   1e-9, 0.999, 0.02);
  gint         i;

  if (pisces_config_has (config, "trained_betas"))
    {
      guint               n_values;
      g_autofree gdouble *values =
        pisces_config_double_array (config, "trained_betas", 1e-9, 0.999, &n_values);

      if (n_values != (guint) n)
        pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                            "there are %u “trained_betas” for %d timesteps.",
                            n_values, n);
      else
        memcpy (betas, values, n * sizeof (gdouble));
    }
  else if (g_str_equal (schedule, "linear"))
    {
      linspace (betas, n, first, last);
    }
  else if (g_str_equal (schedule, "scaled_linear"))
    {
      linspace (betas, n, sqrt (first), sqrt (last));
      for (i = 0; i < n; i++)
        betas[i] = (gfloat) betas[i] * (gfloat) betas[i];
    }
  else if (g_str_equal (schedule, "squaredcos_cap_v2"))
    {
      for (i = 0; i < n; i++)
        betas[i] = MIN (1.0 - alpha_bar ((i + 1.0) / n) / alpha_bar ((gdouble) i / n),
                        0.999);
    }
  else
    {
      pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                          "the engine does not know “%s” for “beta_schedule”.",
                          schedule);
    }

  return pisces_config_check (config, NULL);
}

static void
linspace (gdouble *values,
          gint     n,
          gdouble  first,
          gdouble  last)
{
  gint  i;

  for (i = 0; i < n; i++)
    values[i] = (gfloat) (n > 1 ? first + (last - first) * i / (n - 1) : first);
}

/* The cosine schedule, arXiv 2102.09672, equation 17.  */
static gdouble
alpha_bar (gdouble t)
{
  gdouble  c = cos ((t + 0.008) / 1.008 * G_PI / 2.0);

  return c * c;
}

/* Shifts and scales the square roots of the signal so that the last one
 * becomes 0 and the first one stays: arXiv 2305.08891, algorithm 1.  */
static void
to_zero_snr (gdouble *betas,
             gint     n)
{
  g_autofree gdouble *roots   = g_new (gdouble, n);
  gdouble             product = 1.0;
  gdouble             first, last;
  gint                i;

  for (i = 0; i < n; i++)
    {
      product *= 1.0f - (gfloat) betas[i];
      roots[i] = sqrt (product);
    }

  first = roots[0];
  last  = roots[n - 1];
  if (! (first > last))
    return;

  for (i = 0; i < n; i++)
    roots[i] = (roots[i] - last) * first / (first - last);

  betas[0] = 1.0 - roots[0] * roots[0];
  for (i = 1; i < n; i++)
    betas[i] = 1.0 - roots[i] * roots[i] / (roots[i - 1] * roots[i - 1]);
}
