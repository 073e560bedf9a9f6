/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * make-engine.c: makes an engine according to the user's settings, which
 * models.c writes.
 */

#include <glib.h>

#include "plugin/gimp/settings.h"
#include "plugin/models/make-engine.h"

#define GROUP    PISCES_MODELS_GROUP

/* With this, a letter that was typed while pictures were drawn appeared after
 * 7 ms instead of 13 (medians, on two processors).  */
#define NICENESS 5


static gchar * get_folder (GKeyFile    *settings,
                           const gchar *key,
                           gboolean    *is_set);


/**
 * pisces_models_make_engine:
 *
 * Uses the models and the idle time that the user has chosen, also for
 * procedures that run without a window.  `$PISCES_MODEL_DIR` overrides the
 * choice of those that describe and draw, and `$PISCES_COMPARE_MODEL_DIR` that of the
 * one that compares pictures.
 *
 * Returns: (transfer full): an engine that has loaded nothing yet.
 */
PiscesEngine *
pisces_models_make_engine (void)
{
  g_autoptr (GKeyFile)  settings  = pisces_settings_load ();
  g_autoptr (GError)    error     = NULL;
  g_autofree gchar     *draws     = NULL;
  g_autofree gchar     *describes = NULL;
  const gchar          *wish      = g_getenv ("PISCES_MODEL_DIR");
  const gchar          *compares  = g_getenv (PISCES_COMPARE_VARIABLE);
  g_autofree gchar     *stored    = NULL;
  const gboolean        is_free   = ! wish || ! *wish;
  gboolean              is_set    = FALSE;
  PiscesEngine         *engine;
  gint                  seconds;

  if (is_free)
    draws = get_folder (settings, PISCES_MODELS_KEY_DRAWS, &is_set);
  engine = pisces_engine_new (draws, NULL);

  if (is_free)
    describes = get_folder (settings, PISCES_MODELS_KEY_DESCRIBES, &is_set);
  if (is_set)
    pisces_engine_set_model (engine, PISCES_ROLE_DESCRIBE, describes, NULL);

  stored = g_key_file_get_string (settings, GROUP, PISCES_MODELS_KEY_COMPARES, NULL);
  if (! compares || ! *compares)
    compares = stored;
  if (compares && *compares)
    pisces_engine_set_model (engine, PISCES_ROLE_COMPARE, compares, NULL);

  pisces_engine_set_niceness (engine, NICENESS);
  seconds = g_key_file_get_integer (settings, GROUP, "idle-seconds", &error);
  if (! error && seconds >= 0)
    pisces_engine_set_idle_timeout (engine, (guint) seconds);

  return engine;
}

/* Returns (nullable): a folder; NULL stands for the built-in model.  */
static gchar *
get_folder (GKeyFile    *settings,
            const gchar *key,
            gboolean    *is_set)
{
  g_autofree gchar *folder = g_key_file_get_string (settings, GROUP, key, NULL);

  *is_set = folder != NULL;

  return folder && *folder ? g_steal_pointer (&folder) : NULL;
}
