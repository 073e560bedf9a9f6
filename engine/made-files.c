/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * made-files.c: keeps a list of the files that a run has created, so that a
 * run that fails can delete them.  Files of others are never deleted or
 * overwritten, and links are not followed.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "engine/made-files.h"

typedef struct
{
  gchar *path;
  dev_t  device;
  ino_t  inode;
} Made;

static void made_clear (gpointer data);


/**
 * pisces_made_files_new:
 *
 * Returns: (transfer full): an empty list.
 */
GArray *
pisces_made_files_new (void)
{
  GArray *made = g_array_new (FALSE, FALSE, sizeof (Made));

  g_array_set_clear_func (made, made_clear);

  return made;
}

/**
 * pisces_made_files_note:
 * @path: a file or folder that was just created, and did not exist before.
 */
void
pisces_made_files_note (GArray      *made,
                        const gchar *path)
{
  Made     entry = { 0 };
  GStatBuf facts;

  if (g_lstat (path, &facts) != 0)
    return;

  entry.path   = g_strdup (path);
  entry.device = facts.st_dev;
  entry.inode  = facts.st_ino;
  g_array_append_val (made, entry);
}

/**
 * pisces_made_files_remove:
 *
 * Deletes the files and folders in the list, the last one first, if they are
 * still the same ones.  A folder stays if somebody else has put something into
 * it.
 */
void
pisces_made_files_remove (GArray *made)
{
  for (guint i = made->len; i > 0; i--)
    {
      const Made *entry = &g_array_index (made, Made, i - 1);
      GStatBuf    facts;

      if (g_lstat (entry->path, &facts) != 0 ||
          facts.st_dev != entry->device || facts.st_ino != entry->inode)
        continue;

      if (S_ISDIR (facts.st_mode))
        g_rmdir (entry->path);
      else
        g_unlink (entry->path);
    }
}

/**
 * pisces_path_is_taken:
 *
 * Returns: whether anything exists at this path, including a broken link.
 */
gboolean
pisces_path_is_taken (const gchar *path)
{
  GStatBuf facts;

  return g_lstat (path, &facts) == 0;
}

/**
 * pisces_path_rename_new:
 *
 * Renames the file or folder at @old_path to @new_path, where nothing may
 * exist. rename() is not enough, because it replaces an empty folder.
 *
 * Returns: %FALSE, with errno set, on failure.
 */
gboolean
pisces_path_rename_new (const gchar *old_path,
                        const gchar *new_path)
{
#ifdef RENAME_NOREPLACE
  if (renameat2 (AT_FDCWD, old_path, AT_FDCWD, new_path, RENAME_NOREPLACE) == 0)
    return TRUE;
  /* Other errors mean that the rename failed; these two mean that the file
   * system does not support the flag.  */
  if (errno != EINVAL && errno != ENOSYS)
    return FALSE;
#endif

  if (pisces_path_is_taken (new_path))
    {
      errno = EEXIST;
      return FALSE;
    }

  return g_rename (old_path, new_path) == 0;
}

static void
made_clear (gpointer data)
{
  g_free (((Made *) data)->path);
}
