/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * replace-file.c: a file is copied beside itself, the copy is changed and
 * written through to the disk, and takes the file's name in one step.  At
 * every moment the name stands for the whole old file or the whole new one.
 * Knows nothing of what is in the file.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <glib/gi18n-lib.h>

#include "files/replace-file.h"

static gchar    * copy_beside  (const gchar        *path,
                                const struct stat  *facts,
                                GError            **error);
static gboolean   write_all    (gint                file,
                                const gchar        *bytes,
                                gsize               n_bytes);
static gboolean   flush        (const gchar        *path);
static void       set_error    (GError            **error,
                                gint                code,
                                const gchar        *format,
                                const gchar        *path);


/**
 * pisces_replace_file:
 * @path: of a file; of a link, the file that it leads to is meant.
 * @change: changes the copy.
 * @user_data: for @change.
 * @error: set if it could not be done; the file is as it was then, and no
 *   copy is left behind.
 *
 * A file that its owner may not write is refused, although its folder would
 * let it be replaced.  Permissions are kept.
 *
 * Returns: whether the file is replaced.
 */
gboolean
pisces_replace_file (const gchar       *path,
                     PiscesChangeFunc   change,
                     gpointer           user_data,
                     GError           **error)
{
  g_autofree char  *real   = realpath (path, NULL);
  g_autofree gchar *folder = NULL;
  g_autofree gchar *copy   = NULL;
  struct stat       facts;
  struct stat       latest;
  gboolean          done   = FALSE;

  if (! real || stat (real, &facts) != 0)
    {
      set_error (error, errno, _("The file “%s” could not be opened: %s"), path);
      return FALSE;
    }
  if (! S_ISREG (facts.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   _("“%s” is not a file, so nothing can be saved in it."), path);
      return FALSE;
    }
  if (! (facts.st_mode & S_IWUSR) || access (real, W_OK) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   _("The file “%s” is read-only, so nothing was saved in it. "
                     "Allow writing to it and try again."), path);
      return FALSE;
    }

  copy = copy_beside (real, &facts, error);
  if (! copy)
    return FALSE;

  if (! change (real, copy, user_data, error))
    ;
  else if (stat (real, &latest) != 0)
    set_error (error, errno,
               _("The file “%s” has gone while it was being described, so "
                 "nothing was saved: %s"), path);
  else if (latest.st_mtim.tv_sec  != facts.st_mtim.tv_sec ||
           latest.st_mtim.tv_nsec != facts.st_mtim.tv_nsec ||
           latest.st_size         != facts.st_size)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG,
                 _("Another program has changed the file “%s” meanwhile, so "
                   "nothing was saved in it. Try again."), path);
  else if (! flush (copy) || g_rename (copy, real) != 0)
    set_error (error, errno,
               _("The file “%s” could not be replaced, and is as it was: %s"),
               path);
  else
    done = TRUE;

  if (! done)
    g_unlink (copy);
  else
    {
      /* The new name too is to outlive a power cut.  */
      folder = g_path_get_dirname (real);
      flush (folder);
    }

  return done;
}


/*  private functions  */

static gchar *
copy_beside (const gchar        *path,
             const struct stat  *facts,
             GError            **error)
{
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_autofree gchar *copy   = g_build_filename (folder, ".pisces-XXXXXX", NULL);
  g_autofree gchar *bytes  = NULL;
  gsize             n_bytes;
  gint              file;
  gboolean          written;

  if (! g_file_get_contents (path, &bytes, &n_bytes, error))
    return NULL;

  file = g_mkstemp_full (copy, O_RDWR | O_CLOEXEC, 0600);
  if (file < 0)
    {
      set_error (error, errno,
                 _("There is no room for a new file beside “%s”, which is as it "
                   "was: %s"), path);
      return NULL;
    }

  /* The owner can be kept only by root, and is not worth failing for.  */
  if (fchown (file, facts->st_uid, facts->st_gid) != 0)
    errno = 0;

  written = write_all (file, bytes, n_bytes) &&
            fchmod (file, facts->st_mode & 07777) == 0;
  if (! written)
    set_error (error, errno,
               _("The new “%s” could not be written, and the file is as it "
                 "was: %s"), path);
  close (file);

  if (written)
    return g_steal_pointer (&copy);

  g_unlink (copy);

  return NULL;
}

static gboolean
write_all (gint         file,
           const gchar *bytes,
           gsize        n_bytes)
{
  while (n_bytes > 0)
    {
      gssize n = write (file, bytes, n_bytes);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      bytes   += n;
      n_bytes -= n;
    }

  return TRUE;
}

static gboolean
flush (const gchar *path)
{
  gint     file = open (path, O_RDONLY | O_CLOEXEC);
  gboolean done;

  if (file < 0)
    return FALSE;

  done = fsync (file) == 0;
  close (file);

  return done;
}

static void
set_error (GError      **error,
           gint          code,
           const gchar  *format,
           const gchar  *path)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), format,
               path, g_strerror (code));
#pragma GCC diagnostic pop
}
