/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scheduler.c: which noise levels a sampler uses, and how it steps from one to
 * the next.  There are two kinds, both configured by a scheduler_config.json
 * of diffusers: EulerDiscreteScheduler (Karras et al., arXiv 2206.00364,
 * algorithm 2 without churn) and FlowMatchEulerDiscreteScheduler (arXiv
 * 2403.03206). noise-schedule.c has the schedule of the training.
 */

#include <math.h>

#include "engine/pisces.h"

#include "engine/model/config.h"
#include "engine/samplers/noise-schedule.h"
#include "engine/samplers/scheduler.h"

typedef enum
{
  PREDICT_EPSILON,
  PREDICT_V,
  PREDICT_SAMPLE,
  PREDICT_FLOW
} Prediction;

typedef enum
{
  SPACE_LINSPACE,
  SPACE_LEADING,
  SPACE_TRAILING
} Spacing;

struct _PiscesScheduler
{
  Prediction  prediction;
  Spacing     spacing;
  gint        n_train;               /* steps of the training */
  gint        steps_offset;
  gboolean    ends_at_sigma_min;
  gdouble     shift;                 /* flow matching only */
  gfloat     *train_sigmas;          /* [n_train]; NULL: flow matching */

  gint        n_steps;
  gdouble    *sigmas;                /* [n_steps + 1] */
  gdouble    *timesteps;             /* [n_steps] */
};


static void      read_euler    (PiscesScheduler  *scheduler,
                                PiscesConfig     *config);
static void      read_flow     (PiscesScheduler  *scheduler,
                                PiscesConfig     *config);
static void      refuse_if_set (PiscesConfig     *config,
                                const gchar      *key);
static gint      choose        (PiscesConfig     *config,
                                const gchar      *key,
                                const gchar      *fallback,
                                const gchar     **names,
                                gint              n_names);
static void      place_euler   (PiscesScheduler  *scheduler);
static void      place_flow    (PiscesScheduler  *scheduler);
static gdouble   sigma_at      (PiscesScheduler  *scheduler,
                                gdouble           timestep);


/**
 * pisces_scheduler_load:
 * @path: a scheduler_config.json.
 *
 * Returns: (transfer full) (nullable): the scheduler, set to 50 steps, or to
 *   the number that it was trained with if that is smaller; or %NULL with
 *   %PISCES_ERROR_MODEL_NOT_FOUND, %PISCES_ERROR_MODEL_INVALID or
 *   %PISCES_ERROR_MODEL_UNSUPPORTED.
 */
PiscesScheduler *
pisces_scheduler_load (const gchar  *path,
                       GError      **error)
{
  g_autoptr (PiscesConfig) config = pisces_config_load (path, error);

  return config ? pisces_scheduler_read (config, error) : NULL;
}

/**
 * pisces_scheduler_read:
 * @config: the settings of a scheduler.
 *
 * Like pisces_scheduler_load(), for settings that have already been read.
 */
PiscesScheduler *
pisces_scheduler_read (PiscesConfig  *config,
                       GError       **error)
{
  g_autoptr (PiscesScheduler) scheduler = NULL;
  const gchar                *kind;

  scheduler = g_new0 (PiscesScheduler, 1);
  kind      = pisces_config_string (config, "_class_name");
  if (g_str_equal (kind, "EulerDiscreteScheduler"))
    read_euler (scheduler, config);
  else if (g_str_equal (kind, "FlowMatchEulerDiscreteScheduler"))
    read_flow (scheduler, config);
  else
    pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                        "the engine has no scheduler “%s”.", kind);

  if (! pisces_config_check (config, error))
    return NULL;

  pisces_scheduler_set_steps (scheduler, 50);

  return g_steal_pointer (&scheduler);
}

void
pisces_scheduler_free (PiscesScheduler *scheduler)
{
  if (! scheduler)
    return;

  g_free (scheduler->train_sigmas);
  g_free (scheduler->sigmas);
  g_free (scheduler->timesteps);
  g_free (scheduler);
}

/**
 * pisces_scheduler_set_steps:
 * @n_steps: the number of steps; it is limited to 1 up to
 *   pisces_scheduler_max_steps().
 */
void
pisces_scheduler_set_steps (PiscesScheduler *scheduler,
                            gint             n_steps)
{
  n_steps = CLAMP (n_steps, 1, scheduler->n_train);

  g_free (scheduler->sigmas);
  g_free (scheduler->timesteps);
  scheduler->n_steps   = n_steps;
  scheduler->sigmas    = g_new0 (gdouble, n_steps + 1);
  scheduler->timesteps = g_new0 (gdouble, n_steps);

  if (scheduler->prediction == PREDICT_FLOW)
    place_flow (scheduler);
  else
    place_euler (scheduler);
}

gint
pisces_scheduler_n_steps (const PiscesScheduler *scheduler)
{
  return scheduler->n_steps;
}

gint
pisces_scheduler_max_steps (const PiscesScheduler *scheduler)
{
  return scheduler->n_train;
}

/**
 * pisces_scheduler_initial_scale:
 *
 * Returns: the factor by which noise of variance 1 is multiplied to give the
 *   first x.
 */
gdouble
pisces_scheduler_initial_scale (const PiscesScheduler *scheduler)
{
  gdouble  sigma_max = 0.0;
  gint     i;

  if (scheduler->prediction == PREDICT_FLOW)
    return 1.0;

  for (i = 0; i <= scheduler->n_steps; i++)
    sigma_max = MAX (sigma_max, scheduler->sigmas[i]);

  /* With leading timesteps, the first x is not pure noise.  */
  if (scheduler->spacing == SPACE_LEADING)
    return sqrt (sigma_max * sigma_max + 1.0);

  return sigma_max;
}

/**
 * pisces_scheduler_timestep:
 * @step: from 0.
 *
 * Returns: the timestep, which tells the network how noisy its input is.
 */
gdouble
pisces_scheduler_timestep (const PiscesScheduler *scheduler,
                           gint                   step)
{
  g_return_val_if_fail (step >= 0 && step < scheduler->n_steps, 0.0);

  return scheduler->timesteps[step];
}

/**
 * pisces_scheduler_input_scale:
 *
 * Returns: the factor by which x is multiplied to give the network's input.
 */
gdouble
pisces_scheduler_input_scale (const PiscesScheduler *scheduler,
                              gint                   step)
{
  gdouble  sigma;

  g_return_val_if_fail (step >= 0 && step < scheduler->n_steps, 1.0);

  if (scheduler->prediction == PREDICT_FLOW)
    return 1.0;

  sigma = scheduler->sigmas[step];

  return 1.0 / sqrt (sigma * sigma + 1.0);
}

/**
 * pisces_scheduler_step:
 * @a: (out): the factor of x: the next x is a x + b model_output, with x
 *   before the input scale.
 * @b: (out): the factor of the model's output.
 *
 * This is Euler's method: x + (x - x0) / sigma (sigma' - sigma).  With x0 = e
 * x + f output and r = sigma' / sigma, this gives a = r + (1 - r) e and b = (1
 * - r) f.
 */
void
pisces_scheduler_step (const PiscesScheduler *scheduler,
                       gint                   step,
                       gdouble               *a,
                       gdouble               *b)
{
  gdouble  ratio;

  g_return_if_fail (step >= 0 && step < scheduler->n_steps);

  if (scheduler->prediction == PREDICT_FLOW)
    {
      *a = 1.0;
      *b = scheduler->sigmas[step + 1] - scheduler->sigmas[step];
      return;
    }

  pisces_scheduler_estimate (scheduler, step, a, b);
  ratio = scheduler->sigmas[step + 1] / scheduler->sigmas[step];
  *a    = ratio + (1.0 - ratio) * *a;
  *b    = (1.0 - ratio) * *b;
}

/**
 * pisces_scheduler_estimate:
 * @a: (out): the factor of x: the network's estimate of the finished latent,
 *   x0, is a x + b model_output.
 * @b: (out): the factor of the model's output.
 *
 * Used for previews.
 */
void
pisces_scheduler_estimate (const PiscesScheduler *scheduler,
                           gint                   step,
                           gdouble               *a,
                           gdouble               *b)
{
  gdouble  sigma;

  g_return_if_fail (step >= 0 && step < scheduler->n_steps);

  sigma = scheduler->sigmas[step];
  switch (scheduler->prediction)
    {
    case PREDICT_EPSILON:
    case PREDICT_FLOW:
      *a = 1.0;
      *b = -sigma;
      break;
    case PREDICT_V:
      *a = 1.0 / (sigma * sigma + 1.0);
      *b = -sigma / sqrt (sigma * sigma + 1.0);
      break;
    case PREDICT_SAMPLE:
      *a = 0.0;
      *b = 1.0;
      break;
    }
}

/**
 * pisces_scheduler_noise:
 * @step: from 0; the number of steps: after the last one.
 * @a: (out): the factor of a finished latent: with noise it becomes the x that
 *   @step begins with, a latent + b noise.
 * @b: (out): the factor of noise of variance 1.
 */
void
pisces_scheduler_noise (const PiscesScheduler *scheduler,
                        gint                   step,
                        gdouble               *a,
                        gdouble               *b)
{
  g_return_if_fail (step >= 0 && step <= scheduler->n_steps);

  *b = scheduler->sigmas[step];
  *a = scheduler->prediction == PREDICT_FLOW ? 1.0 - *b : 1.0;
}


/*  private functions  */

static void
read_euler (PiscesScheduler *scheduler,
            PiscesConfig    *config)
{
  const gchar  *predictions[] = { "epsilon", "v_prediction", "original_sample" };
  const gchar  *spacings[]    = { "linspace", "leading", "trailing" };
  const gchar  *endings[]     = { "zero", "sigma_min" };
  const gchar  *linear[]      = { "linear" };
  const gchar  *discrete[]    = { "discrete" };

  scheduler->prediction   = choose (config, "prediction_type", "epsilon",
                                    predictions, G_N_ELEMENTS (predictions));
  scheduler->spacing      = choose (config, "timestep_spacing", "linspace",
                                    spacings, G_N_ELEMENTS (spacings));
  scheduler->ends_at_sigma_min
                          = choose (config, "final_sigmas_type", "zero",
                                    endings, G_N_ELEMENTS (endings));
  scheduler->steps_offset = pisces_config_int_or (config, "steps_offset",
                                                  0, 1000, 0);
  choose (config, "interpolation_type", "linear", linear, 1);
  choose (config, "timestep_type", "discrete", discrete, 1);
  refuse_if_set (config, "use_karras_sigmas");
  refuse_if_set (config, "use_exponential_sigmas");
  refuse_if_set (config, "use_beta_sigmas");
  refuse_if_set (config, "use_flow_sigmas");
  refuse_if_set (config, "use_lu_lambdas");

  scheduler->train_sigmas = pisces_noise_schedule_read (config,
                                                        &scheduler->n_train);
}

static void
read_flow (PiscesScheduler *scheduler,
           PiscesConfig    *config)
{
  scheduler->prediction = PREDICT_FLOW;
  scheduler->n_train    = pisces_config_int_or (config, "num_train_timesteps",
                                                1, 100000, 1000);
  scheduler->shift      = pisces_config_double_or (config, "shift",
                                                   1e-3, 1e3, 1.0);
  refuse_if_set (config, "use_dynamic_shifting");
  refuse_if_set (config, "use_karras_sigmas");
  refuse_if_set (config, "use_exponential_sigmas");
  refuse_if_set (config, "use_beta_sigmas");
  refuse_if_set (config, "invert_sigmas");
  refuse_if_set (config, "stochastic_sampling");
  if (pisces_config_has (config, "shift_terminal"))
    pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                        "the engine does not know “shift_terminal”.");
}

static void
refuse_if_set (PiscesConfig *config,
               const gchar  *key)
{
  if (pisces_config_boolean_or (config, key, FALSE))
    pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                        "the engine does not know schedulers with “%s”.", key);
}

static gint
choose (PiscesConfig *config,
        const gchar  *key,
        const gchar  *fallback,
        const gchar **names,
        gint          n_names)
{
  const gchar *name = pisces_config_string_or (config, key, fallback);
  gint         i;

  for (i = 0; i < n_names; i++)
    if (g_str_equal (names[i], name))
      return i;

  pisces_config_fail (config, PISCES_ERROR_MODEL_UNSUPPORTED,
                      "the engine does not know “%s” for “%s”.", name, key);

  return 0;
}

static void
place_euler (PiscesScheduler *scheduler)
{
  const gint  n_steps = scheduler->n_steps;
  const gint  n_train = scheduler->n_train;
  gint        i;

  for (i = 0; i < n_steps; i++)
    {
      gint     left = n_steps - 1 - i;
      gdouble  t    = 0.0;

      switch (scheduler->spacing)
        {
        case SPACE_LINSPACE:
          t = n_steps > 1 ? left * (n_train - 1.0) / (n_steps - 1.0) : 0.0;
          break;
        case SPACE_LEADING:
          t = left * (n_train / n_steps) + scheduler->steps_offset;
          break;
        case SPACE_TRAILING:
          t = rint (n_train - i * ((gdouble) n_train / n_steps)) - 1.0;
          break;
        }

      scheduler->timesteps[i] = (gfloat) t;
      scheduler->sigmas[i]    = sigma_at (scheduler, scheduler->timesteps[i]);
    }

  scheduler->sigmas[n_steps] =
    scheduler->ends_at_sigma_min ? scheduler->train_sigmas[0] : 0.0;
}

/* diffusers takes the ends of the shifted training schedule, and shifts the
 * values between them a second time; so does this function.  */
static void
place_flow (PiscesScheduler *scheduler)
{
  const gdouble  shift     = scheduler->shift;
  const gdouble  first     = 1.0 / scheduler->n_train;
  const gdouble  sigma_min = shift * first / (1.0 + (shift - 1.0) * first);
  const gint     n_steps   = scheduler->n_steps;
  gint           i;

  for (i = 0; i < n_steps; i++)
    {
      gdouble  sigma = 1.0;

      if (n_steps > 1)
        sigma += (sigma_min - 1.0) * i / (n_steps - 1);

      scheduler->sigmas[i]    = shift * sigma / (1.0 + (shift - 1.0) * sigma);
      scheduler->timesteps[i] = scheduler->sigmas[i] * scheduler->n_train;
    }
  scheduler->sigmas[n_steps] = 0.0;
}

static gdouble
sigma_at (PiscesScheduler *scheduler,
          gdouble          timestep)
{
  gint     last = scheduler->n_train - 1;
  gint     i    = CLAMP ((gint) floor (timestep), 0, last);
  gdouble  part = timestep - i;

  if (i == last)
    return scheduler->train_sigmas[last];

  return scheduler->train_sigmas[i] +
         part * ((gdouble) scheduler->train_sigmas[i + 1] -
                 scheduler->train_sigmas[i]);
}
