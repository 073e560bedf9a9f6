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


/**
 * pisces_models_make_engine:
 *
 * Uses the model and the idle time that the user has chosen, also for
 * procedures that run without a window.  `$PISCES_MODEL_DIR` overrides the
 * choice of the model.
 *
 * Returns: (transfer full): an engine that has loaded nothing yet.
 */
PiscesEngine *
pisces_models_make_engine (void)
{
  g_autoptr (GKeyFile)  settings = pisces_settings_load ();
  g_autoptr (GError)    error    = NULL;
  g_autofree gchar     *folder   = NULL;
  const gchar          *wish     = g_getenv ("PISCES_MODEL_DIR");
  PiscesEngine         *engine;
  gint                  seconds;

  if (! wish || ! *wish)
    folder = g_key_file_get_string (settings, GROUP, "folder", NULL);

  engine  = pisces_engine_new (folder && *folder ? folder : NULL, NULL);
  pisces_engine_set_niceness (engine, NICENESS);
  seconds = g_key_file_get_integer (settings, GROUP, "idle-seconds", &error);
  if (! error && seconds >= 0)
    pisces_engine_set_idle_timeout (engine, (guint) seconds);

  return engine;
}
