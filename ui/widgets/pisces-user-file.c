/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-user-file.c: small text files of the user, in which nothing may be
 * lost: they are replaced as a whole or not at all, and a file that cannot be
 * read correctly is renamed and never overwritten.
 */

#include <errno.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "ui/widgets/pisces-user-file.h"

#define MAX_SET_ASIDE 1000

static void copy_group (GKeyFile    *to,
                        GKeyFile    *from,
                        const gchar *group);


/*  public functions  */

/**
 * pisces_user_file_read:
 * @contents: (out) (transfer full): an empty text if there is no file.
 *
 * Returns: %FALSE if there is a file that cannot be read.
 */
gboolean
pisces_user_file_read (const gchar  *path,
                       gchar       **contents,
                       gsize        *length,
                       GError      **error)
{
  g_autoptr (GError) problem = NULL;

  if (g_file_get_contents (path, contents, length, &problem))
    return TRUE;

  if (g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    {
      *contents = g_strdup ("");
      *length   = 0;
      return TRUE;
    }

  g_set_error (error, problem->domain, problem->code,
               _("The file %s could not be read: %s."), path, problem->message);

  return FALSE;
}

/**
 * pisces_user_file_write:
 *
 * Makes the folder if it is missing.  The old file stays complete until the
 * new one is, even if the machine stops in between.
 *
 * Returns: %TRUE if the file was written.
 */
gboolean
pisces_user_file_write (const gchar  *path,
                        const gchar  *contents,
                        gsize         length,
                        GError      **error)
{
  g_autofree gchar  *folder  = g_path_get_dirname (path);
  g_autoptr (GError) problem = NULL;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      gint number = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number),
                   _("The folder %s could not be made: %s."),
                   folder, g_strerror (number));
      return FALSE;
    }

  if (g_file_set_contents_full (path, contents, length,
                                G_FILE_SET_CONTENTS_CONSISTENT, 0600, &problem))
    return TRUE;

  g_set_error (error, problem->domain, problem->code,
               _("The file %s could not be written: %s."),
               path, problem->message);

  return FALSE;
}

/**
 * pisces_user_file_set_aside:
 *
 * Gives the file at @path a name that no other file has.
 *
 * Returns: (transfer full): its new path, or %NULL if it could not be renamed.
 */
gchar *
pisces_user_file_set_aside (const gchar  *path,
                            GError      **error)
{
  gint i;

  for (i = 1; i < MAX_SET_ASIDE; i++)
    {
      g_autofree gchar *other = g_strdup_printf ("%s.damaged-%d", path, i);

      if (g_file_test (other, G_FILE_TEST_EXISTS))
        continue;

      if (g_rename (path, other) == 0)
        return g_steal_pointer (&other);

      break;
    }

  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
               _("The file %s is damaged and could not be renamed. It is left "
                 "as it is: rename it yourself, then try again."), path);

  return NULL;
}

/**
 * pisces_user_file_load_keys:
 * @path: a key file, which need not exist.
 * @error: set if there is a file that cannot be read or parsed.  It is then
 *   renamed, so that it is never overwritten.
 *
 * Returns: (transfer full): what is in it; empty if there was an error.
 */
GKeyFile *
pisces_user_file_load_keys (const gchar  *path,
                            GError      **error)
{
  g_autoptr (GKeyFile)  file     = g_key_file_new ();
  g_autofree gchar     *contents = NULL;
  g_autofree gchar     *aside    = NULL;
  gsize                 length   = 0;

  if (pisces_user_file_read (path, &contents, &length, error) &&
      (length == 0 ||
       g_key_file_load_from_data (file, contents, length, 0, NULL)))
    return g_steal_pointer (&file);

  g_clear_error (error);
  aside = pisces_user_file_set_aside (path, error);
  if (aside)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                 _("The file %s is damaged. It is kept as %s."), path, aside);

  return g_key_file_new ();
}

/**
 * pisces_user_file_merge_keys:
 * @path: a key file with groups that do not depend on each other.
 * @file: what will be stored in it.
 * @known: (element-type utf8 utf8): the names of the groups that this process
 *   has read or stored before; those of @file are added.
 *
 * Adds groups to @file that another process has stored in the meantime,
 * because two GIMPs may use the same profile.
 */
void
pisces_user_file_merge_keys (const gchar *path,
                             GKeyFile    *file,
                             GHashTable  *known)
{
  g_autoptr (GKeyFile) there  = g_key_file_new ();
  g_auto (GStrv)       groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i]; i++)
    g_hash_table_add (known, g_strdup (groups[i]));

  if (! g_key_file_load_from_file (there, path, G_KEY_FILE_NONE, NULL))
    return;

  g_strfreev (groups);
  groups = g_key_file_get_groups (there, NULL);
  for (guint i = 0; groups[i]; i++)
    if (! g_hash_table_contains (known, groups[i]))
      copy_group (file, there, groups[i]);
}

/**
 * pisces_user_file_store_keys:
 *
 * Like pisces_user_file_write(), but does not create a file if there is
 * nothing to store.
 */
gboolean
pisces_user_file_store_keys (const gchar  *path,
                             GKeyFile     *file,
                             GError      **error)
{
  gsize             length   = 0;
  g_autofree gchar *contents = g_key_file_to_data (file, &length, NULL);

  if (length == 0 && ! g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  return pisces_user_file_write (path, contents, length, error);
}


/*  private functions  */

static void
copy_group (GKeyFile    *to,
            GKeyFile    *from,
            const gchar *group)
{
  g_auto (GStrv) keys = g_key_file_get_keys (from, group, NULL, NULL);

  for (guint i = 0; keys && keys[i]; i++)
    {
      g_autofree gchar *value = g_key_file_get_value (from, group, keys[i], NULL);

      if (value)
        g_key_file_set_value (to, group, keys[i], value);
    }
}
