/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * replace-file.c: replaces a file.  The new file is written beside the old
 * one, gets its owner, permissions and attributes, is flushed to the disk, and
 * is renamed in one step.  So at every moment, the name belongs either to the
 * complete old file or to the complete new one.  Knows nothing of what is in
 * the file.
 *
 * The temporary name of the new file is derived from the old one's, and the
 * file is locked while it is written.  So if a process was killed, its remains
 * can be recognised by their name and because nobody holds the lock, and the
 * next process deletes them.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <glib/gi18n-lib.h>

#include "engine/metadata/file-attributes.h"
#include "engine/metadata/file-version.h"
#include "engine/metadata/replace-file.h"

/* Another process that deletes the same remains may interfere.  */
#define MAX_TRIES 20

/* The old and the new file, both open.  */
typedef struct
{
  const gchar *path;          /* the old file, as given by the caller     */
  gchar       *real;          /* where the path leads                     */
  gint         from;
  struct stat  facts;
  gchar       *copy;          /* path of the new file                     */
  gint         to;
} Replacement;

static gboolean   open_original     (Replacement         *replacement,
                                     GError             **error);
static gboolean   open_copy         (Replacement         *replacement,
                                     GError             **error);
static gboolean   clear_remains     (const Replacement   *replacement,
                                     GError             **error);
static gboolean   check_version     (const Replacement   *replacement,
                                     const gchar         *version,
                                     GError             **error);
static gboolean   complete_copy     (const Replacement   *replacement,
                                     PiscesReplaceFlags   flags,
                                     GError             **error);
static gboolean   is_at             (gint                 file,
                                     const gchar         *path);
static gboolean   flush             (gint                 file);
static void       flush_folder      (const gchar         *path);
static gchar    * get_copy_path     (const gchar         *path);
static gboolean   fail_of_copy      (const gchar         *path,
                                     gint                 reason,
                                     GError             **error);
static void       replacement_clear (Replacement         *replacement);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Replacement, replacement_clear)


/*  public functions  */

/**
 * pisces_replace_file:
 * @path: the file to replace; if it is a link, the file that it leads to.
 * @version: (nullable): from pisces_file_version_new(), when the caller first
 *   read the file; %NULL: the present version.
 * @flags: whether to keep the time of the last change.
 * @change: writes the new file.
 * @user_data: for @change.
 * @error: set to a sentence on failure; the file is then unchanged, and
 *   nothing is left behind. %G_IO_ERROR_WRONG_ETAG if another program has
 *   changed the file since @version.
 *
 * Refuses a file that its owner may not write, even if the folder would allow
 * replacing it; and a file with several names, because the other names would
 * keep the old contents.  Owner, group, permissions, access control list and
 * extended attributes are kept; if that is not possible, the file is refused.
 *
 * May be called in any thread.
 *
 * Returns: whether the file was replaced.
 */
gboolean
pisces_replace_file (const gchar         *path,
                     const gchar         *version,
                     PiscesReplaceFlags   flags,
                     PiscesChangeFunc     change,
                     gpointer             user_data,
                     GError             **error)
{
  g_auto (Replacement)  replacement = { .path = path, .from = -1, .to = -1 };
  g_autofree gchar     *own_version = NULL;

  if (! pisces_replace_file_check (path, error) ||
      ! open_original (&replacement, error))
    return FALSE;

  if (! version)
    version = own_version = pisces_file_version_new (replacement.real, error);
  if (! version || ! check_version (&replacement, version, error) ||
      ! open_copy (&replacement, error))
    return FALSE;

  if (! change (replacement.real, replacement.copy, user_data, error) ||
      ! complete_copy (&replacement, flags, error) ||
      ! check_version (&replacement, version, error))
    return FALSE;

  if (g_rename (replacement.copy, replacement.real) != 0)
    {
      fail_of_copy (path, errno, error);
      return FALSE;
    }

  g_clear_pointer (&replacement.copy, g_free);
  flush_folder (replacement.real);

  return TRUE;
}

/**
 * pisces_replace_file_check:
 * @path: a file.
 * @error: set to a sentence that says why not.
 *
 * Call this before doing much work for a file; it checks what can be known
 * without writing.
 *
 * Returns: whether the file may be replaced.
 */
gboolean
pisces_replace_file_check (const gchar  *path,
                           GError      **error)
{
  g_autofree char  *real   = realpath (path, NULL);
  g_autofree gchar *folder = real ? g_path_get_dirname (real) : NULL;
  struct stat       facts;

  if (! real || stat (real, &facts) != 0)
    {
      if (errno == ENOENT)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     _("There is no file “%s”. It may have been renamed or moved."), path);
      else
        g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                     _("The file “%s” could not be opened: %s."), path,
                     g_strerror (errno));
    }
  else if (! S_ISREG (facts.st_mode))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                 _("“%s” is not an ordinary file, but a folder, a pipe or a device, "
                   "so nothing can be saved in it."), path);
  else if (! (facts.st_mode & S_IWUSR) || access (real, W_OK) != 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 _("The file “%s” is read-only, so nothing was saved in it. "
                   "Allow writing to it and try again."), path);
  else if (facts.st_nlink > 1)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 _("The file “%s” has another name too (a hard link), and what "
                   "is saved under one would be missing under the other, so "
                   "nothing was saved in it. Save in a copy of it, or delete "
                   "the other name first."), path);
  else if (access (folder, W_OK | X_OK) != 0)
    fail_of_copy (path, errno, error);
  else
    return TRUE;

  return FALSE;
}


/*  private functions  */

static gboolean
open_original (Replacement  *replacement,
               GError      **error)
{
  char *real = realpath (replacement->path, NULL);

  if (real)
    {
      replacement->real = g_strdup (real);
      replacement->from = open (real, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
      free (real);
    }

  if (replacement->from >= 0 && fstat (replacement->from, &replacement->facts) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               _("The file “%s” could not be opened: %s."), replacement->path,
               g_strerror (errno));

  return FALSE;
}

/* Creates the new file, which only its owner may read, and locks it.  */
static gboolean
open_copy (Replacement  *replacement,
           GError      **error)
{
  g_autofree gchar *copy = get_copy_path (replacement->real);

  for (gint i = 0; i < MAX_TRIES; i++)
    {
      gint file = open (copy, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                        0600);

      if (file < 0 && errno != EEXIST)
        return fail_of_copy (replacement->path, errno, error);

      if (file < 0)
        {
          if (! clear_remains (replacement, error))
            return FALSE;
          continue;
        }

      /* Another process may have found the file before it was locked, taken it
       * for remains, and deleted it.  If the file system does not support
       * locks, this cannot be detected.
       */
      if ((flock (file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
          is_at (file, copy))
        {
          replacement->to   = file;
          replacement->copy = g_steal_pointer (&copy);
          return TRUE;
        }

      close (file);
    }

  return fail_of_copy (replacement->path, EBUSY, error);
}

/* Deletes a file of ours at the new file's path, if no process has locked it.
 * Nothing else there is touched.
 */
static gboolean
clear_remains (const Replacement  *replacement,
               GError            **error)
{
  g_autofree gchar *copy = get_copy_path (replacement->real);
  gint              file = open (copy, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  struct stat       facts;
  gboolean          ours;
  gboolean          locked;

  if (file < 0 && errno == ENOENT)
    return TRUE;

  ours = file >= 0 && fstat (file, &facts) == 0 &&
         S_ISREG (facts.st_mode) && facts.st_nlink <= 1 &&
         (facts.st_uid == geteuid () || facts.st_uid == replacement->facts.st_uid);
  locked = ours && flock (file, LOCK_EX | LOCK_NB) != 0;

  if (! ours)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                 _("“%s” is in the way of saving “%s”, and is not a file that "
                   "this program left there. Move it away and try again."),
                 copy, replacement->path);
  else if (locked && errno == EWOULDBLOCK)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                 _("The file “%s” is being saved by another run of this "
                   "program now, so nothing was saved in it. Try again when "
                   "that is done."), replacement->path);
  else if (locked)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                 _("“%s” is in the way of saving “%s”. Delete it if no other "
                   "run of this program is saving that file now, and try "
                   "again."), copy, replacement->path);
  else if (is_at (file, copy))
    g_unlink (copy);

  if (file >= 0)
    close (file);

  return ours && ! locked;
}

static gboolean
check_version (const Replacement  *replacement,
               const gchar        *version,
               GError            **error)
{
  g_autofree gchar *latest = pisces_file_version_new (replacement->real, NULL);

  if (! latest)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _("The file “%s” has gone since it was looked at, so nothing "
                   "was saved."), replacement->path);
  else if (! g_str_equal (latest, version) ||
           ! is_at (replacement->from, replacement->real))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG,
                 _("Another program has changed the file “%s” since it was "
                   "looked at, so nothing was saved in it. Look at it again, "
                   "then save again."), replacement->path);
  else
    return TRUE;

  return FALSE;
}

/* After the contents have been written, adds what else belongs to the file.  */
static gboolean
complete_copy (const Replacement   *replacement,
               PiscesReplaceFlags   flags,
               GError             **error)
{
  const struct timespec times[] = { replacement->facts.st_atim,
                                    replacement->facts.st_mtim };

  if (! is_at (replacement->to, replacement->copy))
    return fail_of_copy (replacement->path, EBUSY, error);

  if (! pisces_file_attributes_copy (replacement->from, replacement->to,
                                     replacement->path, error))
    return FALSE;

  if (((flags & PISCES_REPLACE_KEEP_TIME) && futimens (replacement->to, times) != 0) ||
      ! flush (replacement->to))
    return fail_of_copy (replacement->path, errno, error);

  return TRUE;
}

/* Returns whether the open file is the one that has this name now.  */
static gboolean
is_at (gint         file,
       const gchar *path)
{
  struct stat own;
  struct stat named;

  return fstat (file, &own) == 0 && lstat (path, &named) == 0 &&
         own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

static gboolean
flush (gint file)
{
  return fsync (file) == 0 || errno == EINVAL || errno == ENOSYS;
}

/* The new name must survive a power failure too.  */
static void
flush_folder (const gchar *path)
{
  g_autofree gchar *name   = g_path_get_dirname (path);
  gint              folder = open (name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (folder < 0)
    return;

  flush (folder);
  close (folder);
}

static gchar *
get_copy_path (const gchar *path)
{
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_autofree gchar *base   = g_path_get_basename (path);
  g_autofree gchar *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256,
                                                            base, -1);
  g_autofree gchar *name   = NULL;

  digest[16] = '\0';
  name = g_strdup_printf (".pisces-%s.unfinished", digest);

  return g_build_filename (folder, name, NULL);
}

static gboolean
fail_of_copy (const gchar  *path,
              gint          reason,
              GError      **error)
{
  if (reason == ENOSPC || reason == EDQUOT)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                 _("There is no room for a new file beside “%s”, which is as it "
                   "was. Make room and try again."), path);
  else if (reason == EACCES || reason == EPERM || reason == EROFS)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 _("No new file can be made in the folder of “%s”, which is as "
                   "it was, as the folder is read-only. Allow writing to the "
                   "folder and try again."), path);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (reason),
                 _("The file “%s” could not be replaced, and is as it was: %s."),
                 path, g_strerror (reason));

  return FALSE;
}

static void
replacement_clear (Replacement *replacement)
{
  /* Deletes it before closing the descriptor, which releases the lock.  */
  if (replacement->copy && is_at (replacement->to, replacement->copy))
    g_unlink (replacement->copy);
  if (replacement->to >= 0)
    close (replacement->to);
  if (replacement->from >= 0)
    close (replacement->from);
  g_free (replacement->copy);
  g_free (replacement->real);
}
