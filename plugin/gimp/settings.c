/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * settings.c: what the windows remember, in a key file in the user's GIMP
 * folder.  GIMP's own mechanism, the config of a procedure, saves when a
 * dialog is closed with OK.  These windows stay open, and GIMP ends plug-ins
 * within 10 ms when it quits, so this file is written whenever something
 * changes.
 */

#include <errno.h>
#include <glib/gstdio.h>

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-result-actions.h"

#include "plugin/gimp/settings.h"

static gchar * settings_get_path (void);


/*  public functions  */

/**
 * pisces_settings_load:
 *
 * Returns: (transfer full): the settings; empty if there are none or they
 *   cannot be read.
 */
GKeyFile *
pisces_settings_load (void)
{
  GKeyFile         *settings = g_key_file_new ();
  g_autofree gchar *path     = settings_get_path ();
  g_autoptr (GError) error   = NULL;

  if (! g_key_file_load_from_file (settings, path,
                                   G_KEY_FILE_KEEP_COMMENTS, &error) &&
      ! g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_warning ("%s: %s", path, error->message);

  return settings;
}

/**
 * pisces_settings_save:
 * @settings: all of the settings.
 * @error: set if they could not be stored.
 *
 * The old file stays until the new one is complete.
 *
 * Returns: %TRUE if they are stored.
 */
gboolean
pisces_settings_save (GKeyFile  *settings,
                      GError   **error)
{
  g_autofree gchar *path   = settings_get_path ();
  g_autofree gchar *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      gint number = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number),
                   _("The folder %s for the settings could not be made: %s."),
                   folder, g_strerror (number));
      return FALSE;
    }

  return g_key_file_save_to_file (settings, path, error);
}

/**
 * pisces_settings_keep_prompts_out:
 *
 * Procedures obey this too, so it is read from the file each time.
 *
 * Returns: whether the user wants no prompt in any file.
 */
gboolean
pisces_settings_keep_prompts_out (void)
{
  g_autoptr (GKeyFile) settings = pisces_settings_load ();

  return g_key_file_get_boolean (settings, "generate",
                                 PISCES_KEEP_PROMPTS_OUT, NULL);
}

/**
 * pisces_settings_mark_as_ai:
 *
 * Procedures obey this too, so it is read from the file each time.
 *
 * Returns: whether images and files should say that a model has drawn all or a
 *   part of them; %TRUE unless the user has turned this off.
 */
gboolean
pisces_settings_mark_as_ai (void)
{
  g_autoptr (GKeyFile) settings = pisces_settings_load ();
  g_autoptr (GError)   error    = NULL;
  gboolean             mark;

  mark = g_key_file_get_boolean (settings, "generate", PISCES_MARK_AS_AI,
                                 &error);

  return error || mark;
}


/*  private functions  */

static gchar *
settings_get_path (void)
{
  return g_build_filename (gimp_directory (), "pisces", "settings.ini", NULL);
}
