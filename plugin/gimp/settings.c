/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * settings.c: what the windows remember, in a key file in the user's GIMP
 * folder.  GIMP's own way (the config of a procedure) saves when a dialog is
 * closed with OK; these windows stay open, and GIMP ends plug-ins within
 * 10 ms when it quits, so the file is written whenever something changes.
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
 * Returns: (transfer full): the settings; empty ones if there are none, or
 *   none that can be read.
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
 * @error:    set if they could not be written.
 *
 * The old file is there until the new one is complete.
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
 * Procedures go by it too, so it is looked up each time.
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
 * Procedures go by it too, so it is looked up each time.
 *
 * Returns: whether images and files say that a model has drawn them, or a part
 *   of them; they do unless the user has switched that off.
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
