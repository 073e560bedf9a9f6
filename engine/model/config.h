/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * config.h: a JSON file of settings, read key by key with limits.  The first
 * mistake is kept, and every later read returns a harmless value, so that a
 * caller can read all keys and check once:
 *
 *   config = pisces_config_load (path, &error);
 *   text   = pisces_config_child (config, "text_config");
 *   width  = pisces_config_int (text, "hidden_size", 1, 65536);
 *   theta  = pisces_config_double_or (text, "rope_theta", 1, 1e9, 10000);
 *   if (! pisces_config_check (config, &error)) ...
 *
 * A key whose value is null counts as missing.  Knows nothing of what the
 * settings mean.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PiscesConfig PiscesConfig;

/* A setting that would change what is computed, and that this version does not
 * support.  It may exist with the value that has no effect.  */
typedef struct
{
  const gchar *key;
  const gchar *json;                 /* that value; NULL: only null */
} PiscesConfigNeutral;

PiscesConfig  * pisces_config_load         (const gchar     *path,
                                            GError         **error);
void            pisces_config_free         (PiscesConfig    *config);
gboolean        pisces_config_check        (PiscesConfig    *config,
                                            GError         **error);
void            pisces_config_fail         (PiscesConfig    *config,
                                            gint             code,
                                            const gchar     *format,
                                            ...) G_GNUC_PRINTF (3, 4);
const gchar   * pisces_config_get_path     (PiscesConfig    *config);

PiscesConfig  * pisces_config_child        (PiscesConfig    *config,
                                            const gchar     *key);
gboolean        pisces_config_has          (PiscesConfig    *config,
                                            const gchar     *key);
gboolean        pisces_config_has_child    (PiscesConfig    *config,
                                            const gchar     *key);
gboolean        pisces_config_has_list     (PiscesConfig    *config,
                                            const gchar     *key);

gboolean        pisces_config_is           (PiscesConfig    *config,
                                            const gchar     *key,
                                            const gchar     *json);
gboolean        pisces_config_is_same      (PiscesConfig    *config,
                                            const gchar     *key,
                                            const gchar     *other_key);
void            pisces_config_keep_neutral (PiscesConfig    *config,
                                            const PiscesConfigNeutral
                                                            *settings,
                                            guint            n_settings);
void            pisces_config_list_unread  (PiscesConfig    *config,
                                            const gchar *const
                                                            *harmless,
                                            GPtrArray       *names);

gint64          pisces_config_int          (PiscesConfig    *config,
                                            const gchar     *key,
                                            gint64           min,
                                            gint64           max);
gint64          pisces_config_int_or       (PiscesConfig    *config,
                                            const gchar     *key,
                                            gint64           min,
                                            gint64           max,
                                            gint64           fallback);
gdouble         pisces_config_double       (PiscesConfig    *config,
                                            const gchar     *key,
                                            gdouble          min,
                                            gdouble          max);
gdouble         pisces_config_double_or    (PiscesConfig    *config,
                                            const gchar     *key,
                                            gdouble          min,
                                            gdouble          max,
                                            gdouble          fallback);
gboolean        pisces_config_boolean      (PiscesConfig    *config,
                                            const gchar     *key);
gboolean        pisces_config_boolean_or   (PiscesConfig    *config,
                                            const gchar     *key,
                                            gboolean         fallback);
const gchar   * pisces_config_string       (PiscesConfig    *config,
                                            const gchar     *key);
const gchar   * pisces_config_string_or    (PiscesConfig    *config,
                                            const gchar     *key,
                                            const gchar     *fallback);

gint64        * pisces_config_int_array    (PiscesConfig    *config,
                                            const gchar     *key,
                                            gint64           min,
                                            gint64           max,
                                            guint           *n_values);
gdouble       * pisces_config_double_array (PiscesConfig    *config,
                                            const gchar     *key,
                                            gdouble          min,
                                            gdouble          max,
                                            guint           *n_values);
gchar        ** pisces_config_string_array (PiscesConfig    *config,
                                            const gchar     *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesConfig, pisces_config_free)

G_END_DECLS
