/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file-version.c: identifies the file at a path, and its state, at one moment,
 * by a text that can only be compared as a whole.
 *
 * The text contains the inode, the size, and the times of the last change of
 * the contents and of anything.  If a program replaces the file with another
 * one of the same size and date, the inode changes.  If a program writes into
 * the file, its time of change changes, which no program can set back.  The
 * device is left out: its number can change at a restart, and the rest is
 * enough.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/vfs.h>
#endif

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "engine/metadata/file-version.h"

/* If inodes are not permanent, this much of the beginning and the end of the
 * file is used.
 */
#define END_BYTES (64 * 1024)

static gboolean inodes_last  (gint             file);
static gchar  * digest_ends  (gint             file,
                              goffset          n_bytes);


/**
 * pisces_file_version_new:
 * @path: a file; a link is followed.
 * @error: set to a sentence if there is no file that can be read.
 *
 * May be called in any thread.
 *
 * Returns: (transfer full) (nullable): a text that is equal to that of an
 *   earlier moment if it is still the same file and nothing in it has changed.
 */
gchar *
pisces_file_version_new (const gchar  *path,
                         GError      **error)
{
  gint              file     = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_autofree gchar *identity = NULL;
  struct stat       facts;

  if (file < 0 || fstat (file, &facts) != 0)
    {
      gint reason = errno;

      if (file >= 0)
        close (file);
      if (reason == ENOENT)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     _("There is no file “%s”. It may have been renamed or moved."), path);
      else
        g_set_error (error, G_IO_ERROR, g_io_error_from_errno (reason),
                     _("The file “%s” could not be opened: %s."), path,
                     g_strerror (reason));
      return NULL;
    }

  if (S_ISREG (facts.st_mode) && ! inodes_last (file))
    identity = digest_ends (file, facts.st_size);
  else
    identity = g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64) facts.st_ino);
  close (file);

  return g_strdup_printf ("%s %" G_GINT64_FORMAT
                          " %" G_GINT64_FORMAT ".%09ld %" G_GINT64_FORMAT ".%09ld",
                          identity, (gint64) facts.st_size,
                          (gint64) facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec,
                          (gint64) facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec);
}


/*  private functions  */

/* On memory cards, and where a program implements the file system, the kernel
 * may forget the inode of a file and give it a new one, although it is still
 * the same file.
 */
static gboolean
inodes_last (gint file)
{
#ifdef __linux__
  static const guint32 unsteady[] =
  {
    0x00004d44,     /* FAT */
    0x2011bab0,     /* exFAT */
    0x65735546,     /* FUSE */
    0xff534d42,     /* SMB */
    0xfe534d42,     /* SMB 2 and later */
  };
  struct statfs        facts;

  if (fstatfs (file, &facts) != 0)
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (unsteady); i++)
    if ((guint32) facts.f_type == unsteady[i])
      return FALSE;
#endif

  return TRUE;
}

static gchar *
digest_ends (gint    file,
             goffset n_bytes)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8    *bytes    = g_malloc (END_BYTES);
  const goffset         places[] = { 0, MAX (n_bytes - END_BYTES, 0) };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      gssize n = pread (file, bytes, END_BYTES, places[i]);

      if (n > 0)
        g_checksum_update (checksum, bytes, n);
    }

  return g_strdup (g_checksum_get_string (checksum));
}
