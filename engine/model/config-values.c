/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * config-values.c: reads single settings: numbers within limits, strings,
 * lists.  If a setting is missing or wrong, the mistake is kept, and a
 * harmless value is returned.
 */

#include "engine/pisces.h"

#include "engine/model/config-private.h"

#define MAX_LIST  4096


static yyjson_val * get_array   (PiscesConfig  *config,
                                 const gchar   *key);
static gboolean     read_int    (PiscesConfig  *config,
                                 const gchar   *key,
                                 yyjson_val    *node,
                                 gint64         min,
                                 gint64         max,
                                 gint64        *value);
static gboolean     read_double (PiscesConfig  *config,
                                 const gchar   *key,
                                 yyjson_val    *node,
                                 gdouble        min,
                                 gdouble        max,
                                 gdouble       *value);


/**
 * pisces_config_int:
 * @min: the smallest allowed value.
 * @max: the largest allowed value.
 *
 * Returns: the number of a key that must exist; @min after a mistake.  The
 *   functions with `_or` in their names return @fallback if the key is
 *   missing.
 */
gint64
pisces_config_int (PiscesConfig *config,
                   const gchar  *key,
                   gint64        min,
                   gint64        max)
{
  yyjson_val *node  = pisces_config_get_needed (config, key);
  gint64      value = min;

  if (node && ! read_int (config, key, node, min, max, &value))
    return min;

  return value;
}

gint64
pisces_config_int_or (PiscesConfig *config,
                      const gchar  *key,
                      gint64        min,
                      gint64        max,
                      gint64        fallback)
{
  if (! pisces_config_has (config, key))
    return fallback;

  return pisces_config_int (config, key, min, max);
}

gdouble
pisces_config_double (PiscesConfig *config,
                      const gchar  *key,
                      gdouble       min,
                      gdouble       max)
{
  yyjson_val *node  = pisces_config_get_needed (config, key);
  gdouble     value = min;

  if (node && ! read_double (config, key, node, min, max, &value))
    return min;

  return value;
}

gdouble
pisces_config_double_or (PiscesConfig *config,
                         const gchar  *key,
                         gdouble       min,
                         gdouble       max,
                         gdouble       fallback)
{
  if (! pisces_config_has (config, key))
    return fallback;

  return pisces_config_double (config, key, min, max);
}

gboolean
pisces_config_boolean (PiscesConfig *config,
                       const gchar  *key)
{
  yyjson_val *node = pisces_config_get_needed (config, key);

  if (yyjson_is_bool (node))
    return yyjson_get_bool (node);
  if (node)
    pisces_config_wrong_type (config, key, node, "true or false");

  return FALSE;
}

gboolean
pisces_config_boolean_or (PiscesConfig *config,
                          const gchar  *key,
                          gboolean      fallback)
{
  if (! pisces_config_has (config, key))
    return fallback;

  return pisces_config_boolean (config, key);
}

/**
 * pisces_config_string:
 *
 * Returns: (transfer none): the string; `""` after a mistake.
 */
const gchar *
pisces_config_string (PiscesConfig *config,
                      const gchar  *key)
{
  yyjson_val *node = pisces_config_get_needed (config, key);

  if (yyjson_is_str (node))
    return yyjson_get_str (node);
  if (node)
    pisces_config_wrong_type (config, key, node, "a string");

  return "";
}

const gchar *
pisces_config_string_or (PiscesConfig *config,
                         const gchar  *key,
                         const gchar  *fallback)
{
  if (! pisces_config_has (config, key))
    return fallback;

  return pisces_config_string (config, key);
}

/**
 * pisces_config_int_array:
 * @n_values: (out): how many; 0 after a mistake.
 *
 * Returns: (transfer full) (array length=n_values): the numbers; never %NULL.
 */
gint64 *
pisces_config_int_array (PiscesConfig *config,
                         const gchar  *key,
                         gint64        min,
                         gint64        max,
                         guint        *n_values)
{
  yyjson_val *array   = get_array (config, key);
  guint       n_nodes = yyjson_arr_size (array);
  gint64     *values  = g_new0 (gint64, n_nodes + 1);
  guint       i;

  *n_values = n_nodes;
  for (i = 0; i < n_nodes; i++)
    if (! read_int (config, key, yyjson_arr_get (array, i),
                    min, max, &values[i]))
      *n_values = 0;

  return values;
}

gdouble *
pisces_config_double_array (PiscesConfig *config,
                            const gchar  *key,
                            gdouble       min,
                            gdouble       max,
                            guint        *n_values)
{
  yyjson_val *array   = get_array (config, key);
  guint       n_nodes = yyjson_arr_size (array);
  gdouble    *values  = g_new0 (gdouble, n_nodes + 1);
  guint       i;

  *n_values = n_nodes;
  for (i = 0; i < n_nodes; i++)
    if (! read_double (config, key, yyjson_arr_get (array, i),
                       min, max, &values[i]))
      *n_values = 0;

  return values;
}

/**
 * pisces_config_string_array:
 *
 * Returns: (transfer full): the strings; empty after a mistake, never %NULL.
 */
gchar **
pisces_config_string_array (PiscesConfig *config,
                            const gchar  *key)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  yyjson_val              *array   = get_array (config, key);
  guint                    n_nodes = yyjson_arr_size (array);
  guint                    i;

  for (i = 0; i < n_nodes; i++)
    {
      yyjson_val *node = yyjson_arr_get (array, i);

      if (yyjson_is_str (node))
        g_strv_builder_add (builder, yyjson_get_str (node));
      else
        pisces_config_wrong_type (config, key, node, "a list of strings");
    }

  return g_strv_builder_end (builder);
}


/*  private functions  */

static yyjson_val *
get_array (PiscesConfig *config,
           const gchar  *key)
{
  yyjson_val *node = pisces_config_get_needed (config, key);

  if (yyjson_is_arr (node) && yyjson_arr_size (node) <= MAX_LIST)
    return node;
  if (yyjson_is_arr (node))
    pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                        "the list “%s%s” has %" G_GSIZE_FORMAT " entries, and "
                        "at most %d are allowed.",
                        config->prefix, key, yyjson_arr_size (node), MAX_LIST);
  else if (node)
    pisces_config_wrong_type (config, key, node, "a list");

  return NULL;
}

static gboolean
read_int (PiscesConfig *config,
          const gchar  *key,
          yyjson_val   *node,
          gint64        min,
          gint64        max,
          gint64       *value)
{
  if (! yyjson_is_int (node))
    {
      pisces_config_wrong_type (config, key, node, "a whole number");
      return FALSE;
    }

  /* A number above 2^63 is too large for any setting, so it may be cut to the
   * largest one.  */
  if (yyjson_is_uint (node))
    *value = MIN (yyjson_get_uint (node), G_MAXINT64);
  else
    *value = yyjson_get_sint (node);

  if (*value >= min && *value <= max)
    return TRUE;

  pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                      "the setting “%s%s” is %" G_GINT64_FORMAT ", but must lie "
                      "between %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT ".",
                      config->prefix, key, *value, min, max);
  *value = min;

  return FALSE;
}

static gboolean
read_double (PiscesConfig *config,
             const gchar  *key,
             yyjson_val   *node,
             gdouble       min,
             gdouble       max,
             gdouble      *value)
{
  if (! yyjson_is_num (node))
    {
      pisces_config_wrong_type (config, key, node, "a number");
      return FALSE;
    }

  *value = yyjson_get_num (node);
  if (*value >= min && *value <= max)
    return TRUE;

  pisces_config_fail (config, PISCES_ERROR_MODEL_INVALID,
                      "the setting “%s%s” is %g, but must lie between %g and %g.",
                      config->prefix, key, *value, min, max);
  *value = min;

  return FALSE;
}
