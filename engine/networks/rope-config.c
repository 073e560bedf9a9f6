/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the frequencies of rotary positions. transformers has written them in
 * three ways: `rope_theta` and `rope_scaling` side by side, `rope_scaling`
 * with a "type" inside, and, since version 5, `rope_parameters` with
 * everything.
 */

#include <math.h>

#include <glib/gi18n-lib.h>

#include "engine/networks/rope-config.h"
#include "engine/pisces.h"

static const PiscesConfigNeutral neutral[] =
{
  { "partial_rotary_factor", "1" },
  { "attention_factor",      NULL },
  { "full_attention",        NULL },       /* a setting for each kind of
                                            * layer */
  { "sliding_attention",     NULL },
};

/* What divides the pairs of a head among several axes.  */
static const PiscesConfigNeutral one_axis[] =
{
  { "mrope_section", NULL },
};

static gdouble    read_theta        (PiscesConfig  *config,
                                     PiscesConfig  *parameters,
                                     gdouble        fallback);
static void       read_sections     (PiscesConfig  *config,
                                     PiscesConfig  *parameters,
                                     gint           n_pairs,
                                     gint          *sections);
static gdouble  * plain_frequencies (gdouble        theta,
                                     gint           head_dim);
static void       scale_frequencies (gdouble       *frequencies,
                                     gint           n_frequencies,
                                     PiscesConfig  *scaling,
                                     gboolean       has_sections);

/**
 * pisces_rope_config_read:
 * @config: the configuration of a language model; mistakes are kept in it.
 * @head_dim: the width of a head, even.
 * @theta: the base that is taken if the file has none.
 * @sections: (out) (nullable): `[PISCES_ROPE_AXES]`: how many of a head's pairs turn
 *   with time, with the row and with the column of a picture (MRoPE, arXiv
 *   2409.12191, section 2.1); %NULL: the model has one axis.
 *
 * Returns: (transfer full): `[head_dim / 2]` frequencies in radians per
 *   position.
 */
gdouble *
pisces_rope_config_read (PiscesConfig *config,
                         gint          head_dim,
                         gdouble       theta,
                         gint         *sections)
{
  PiscesConfig *parameters = NULL;
  gdouble      *frequencies;

  if (! pisces_config_is_same (config, "rope_parameters", "rope_scaling"))
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        _("“rope_parameters” and “rope_scaling” say different things; "
                          "nobody can tell which is meant."));

  if (pisces_config_has (config, "rope_parameters"))
    parameters = pisces_config_child (config, "rope_parameters");
  else if (pisces_config_has (config, "rope_scaling"))
    parameters = pisces_config_child (config, "rope_scaling");

  frequencies = plain_frequencies (read_theta (config, parameters, theta), head_dim);
  if (parameters)
    {
      pisces_config_keep_neutral (parameters, neutral, G_N_ELEMENTS (neutral));
      if (! sections)
        pisces_config_keep_neutral (parameters, one_axis, G_N_ELEMENTS (one_axis));
      scale_frequencies (frequencies, head_dim / 2, parameters, sections != NULL);
    }
  if (sections)
    read_sections (config, parameters, head_dim / 2, sections);

  return frequencies;
}

/*  private functions  */

static gdouble
read_theta (PiscesConfig *config,
            PiscesConfig *parameters,
            gdouble       fallback)
{
  gdouble outer = pisces_config_double_or (config, "rope_theta", 1, 1e12, fallback);
  gdouble inner;

  if (! parameters || ! pisces_config_has (parameters, "rope_theta"))
    return outer;

  inner = pisces_config_double (parameters, "rope_theta", 1, 1e12);
  if (pisces_config_has (config, "rope_theta") && inner != outer)
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        _("“rope_theta” is %g in one place and %g in another; nobody can "
                          "tell which is meant."), outer, inner);

  return inner;
}

static void
read_sections (PiscesConfig *config,
               PiscesConfig *parameters,
               gint          n_pairs,
               gint         *sections)
{
  g_autofree gint64 *values = NULL;
  guint              n      = 0;
  gint64             sum    = 0;

  if (! parameters || ! pisces_config_has (parameters, "mrope_section"))
    {
      pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                          _("“%s” is missing, so the file belongs to another model; get the "
                            "model's files again."), "mrope_section");
      return;
    }

  values = pisces_config_int_array (parameters, "mrope_section", 1, 1 << 12, &n);
  for (guint i = 0; i < MIN (n, PISCES_ROPE_AXES); i++)
    sum += sections[i] = values[i];
  if (n != PISCES_ROPE_AXES || sum != n_pairs)
    pisces_config_fail (parameters, PISCES_ERROR_MODEL_INVALID,
                        "“mrope_section” should be %d numbers whose sum is %d, half the width of "
                        "a head.", PISCES_ROPE_AXES, n_pairs);
}

/* RoFormer (arXiv 2104.09864), section 3.2.2.  */
static gdouble *
plain_frequencies (gdouble theta,
                   gint    head_dim)
{
  gint     n           = head_dim / 2;
  gdouble *frequencies = g_new (gdouble, n);

  for (gint i = 0; i < n; i++)
    frequencies[i] = pow (theta,
                          -2.0 * i / head_dim);

  return frequencies;
}

/* Llama 3.1's method for longer texts: waves longer than the texts of the
 * training are stretched, short ones stay, and those between are mixed
 * (transformers, _compute_llama3_parameters).  */
static void
scale_frequencies (gdouble      *frequencies,
                   gint          n_frequencies,
                   PiscesConfig *scaling,
                   gboolean      has_sections)
{
  const gchar *type;
  gdouble      factor, low, high, length;

  /* Older files use "type".  */
  type = pisces_config_has (scaling, "rope_type")
           ? pisces_config_string (scaling, "rope_type")
           : pisces_config_string_or (scaling, "type", "default");
  if (g_strcmp0 (type, "default") == 0 || (has_sections && g_strcmp0 (type, "mrope") == 0))
    return;

  if (g_strcmp0 (type, "llama3") != 0)
    {
      pisces_config_fail (scaling, PISCES_ERROR_MODEL_UNSUPPORTED,
                          "the rotary scaling is “%s”; this version knows "
                          "only “llama3”.", type);
      return;
    }

  factor = pisces_config_double (scaling, "factor", 1, 1e6);
  low    = pisces_config_double (scaling, "low_freq_factor", 1e-6, 1e6);
  high   = pisces_config_double (scaling, "high_freq_factor", 1e-6, 1e6);
  length = pisces_config_double (scaling, "original_max_position_embeddings",
                                 1, 1e9);
  if (high <= low)
    {
      pisces_config_fail (scaling, PISCES_ERROR_MODEL_INVALID,
                          "“high_freq_factor” is %g and not above "
                          "“low_freq_factor”, which is %g.", high, low);
      return;
    }

  for (gint i = 0; i < n_frequencies; i++)
    {
      gdouble waves = length * frequencies[i] / (2 * G_PI);  /* how many fit
                                                              * into the
                                                              * text */
      gdouble smooth = (waves - low) / (high - low);

      if (waves < low)
        frequencies[i] /= factor;
      else if (waves <= high)
        frequencies[i] *= (1 - smooth) / factor + smooth;
    }
}
