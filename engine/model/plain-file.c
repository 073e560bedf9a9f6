/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plain-file.c: opens and reads regular files safely; the header explains why.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/file-map.h"
#include "engine/model/plain-file.h"

/* Every pointer file of Git LFS begins like this; none is longer than 1 KiB. */
#define POINTER_MAGIC      "version https://git-lfs.github.com/spec/"
#define MAX_POINTER_BYTES  1024

/* One read() cannot read more than 2 GiB.  */
#define MAX_READ_BYTES     ((gsize) 1 << 30)

struct _PiscesPlainFile
{
  gchar           *path;
  gint             fd;
  PiscesFileMap   *map;              /* NULL: it was never requested */
  guint64          n_bytes;
  struct timespec  changed;
};


static gboolean      check_kind    (const gchar        *path,
                                    const struct stat  *info,
                                    GError            **error);
static gboolean      has_changed   (PiscesPlainFile    *file);
static gboolean      set_changed   (PiscesPlainFile    *file,
                                    GError            **error);


/**
 * pisces_plain_file_open:
 * @path: a regular file, or a link to one.
 *
 * Returns: (transfer full) (nullable): the file, or %NULL with
 *   %PISCES_ERROR_MODEL_NOT_FOUND or %PISCES_ERROR_MODEL_INVALID.
 */
PiscesPlainFile *
pisces_plain_file_open (const gchar  *path,
                        GError      **error)
{
  g_autoptr (PiscesPlainFile) file = NULL;
  struct stat                 info;
  gint                        fd;

  /* Checks the type before opening, because opening a device may have an
   * effect.  The file may be replaced in between, so opening it does not
   * wait.  */
  if (stat (path, &info) != 0)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_NOT_FOUND,
                   _("The file “%s” is missing: %s."), path, g_strerror (errno));
      return NULL;
    }
  if (! check_kind (path, &info, error))
    return NULL;

  fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   _("The file “%s” cannot be read: %s."), path, g_strerror (errno));
      return NULL;
    }

  file       = g_new0 (PiscesPlainFile, 1);
  file->path = g_strdup (path);
  file->fd   = fd;
  if (fstat (fd, &info) != 0 || ! S_ISREG (info.st_mode))
    {
      check_kind (path, &info, error);
      return NULL;
    }
  file->n_bytes = info.st_size;
  file->changed = info.st_mtim;

  return g_steal_pointer (&file);
}

void
pisces_plain_file_close (PiscesPlainFile *file)
{
  if (! file)
    return;

  pisces_file_map_free (file->map);
  close (file->fd);
  g_free (file->path);
  g_free (file);
}

/**
 * pisces_plain_file_n_bytes:
 *
 * Returns: the size that the file had when it was opened.
 */
guint64
pisces_plain_file_n_bytes (PiscesPlainFile *file)
{
  return file->n_bytes;
}

/**
 * pisces_plain_file_read:
 * @offset: the offset of the first byte.
 * @buffer: (out caller-allocates): room for @n_bytes.
 *
 * Returns: whether all bytes could be read and the file has not changed since
 *   it was opened; if not, @error is %PISCES_ERROR_MODEL_INVALID.
 */
gboolean
pisces_plain_file_read (PiscesPlainFile  *file,
                        guint64           offset,
                        gpointer          buffer,
                        gsize             n_bytes,
                        GError          **error)
{
  gsize done = 0;

  while (done < n_bytes)
    {
      gssize n = pread (file->fd, (guint8 *) buffer + done,
                        MIN (n_bytes - done, MAX_READ_BYTES), offset + done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       _("The file “%s” cannot be read: %s."),
                       file->path, g_strerror (errno));
          return FALSE;
        }
      if (n == 0)
        return set_changed (file, error);
      done += n;
    }

  return ! has_changed (file) || set_changed (file, error);
}

/**
 * pisces_plain_file_map:
 *
 * Maps the whole file at the first call.  After reading from the map, call
 * pisces_plain_file_check() to find out whether the bytes were those of the
 * file.
 *
 * Returns: (transfer none) (nullable): the address of its first byte, valid
 *   until the file is closed; or %NULL if it cannot be mapped and
 *   pisces_plain_file_read() must be used.
 */
const guint8 *
pisces_plain_file_map (PiscesPlainFile *file)
{
  if (! file->map)
    file->map = pisces_file_map_new (file->fd, file->n_bytes);

  return file->map ? pisces_file_map_bytes (file->map) : NULL;
}

/**
 * pisces_plain_file_check:
 *
 * Returns: whether the file is the same as when it was opened, and all bytes
 *   that were read from its map, if there is one, were those of the file; if
 *   not, @error is %PISCES_ERROR_MODEL_INVALID.
 */
gboolean
pisces_plain_file_check (PiscesPlainFile  *file,
                         GError          **error)
{
  if (has_changed (file))
    return set_changed (file, error);

  if (! file->map || ! pisces_file_map_is_torn (file->map))
    return TRUE;

  /* The file still has its length, so the disk could not read it.  */
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               _("The file “%s” cannot be read: %s."), file->path, g_strerror (EIO));
  return FALSE;
}

/**
 * pisces_plain_file_contents:
 * @path: a regular file.
 * @max_bytes: how long it may be in bytes.
 * @n_bytes: (out): how long it is in bytes.
 *
 * Returns: (transfer full) (nullable): its contents, followed by a zero byte;
 *   or %NULL with %PISCES_ERROR_MODEL_NOT_FOUND, %PISCES_ERROR_MODEL_INVALID
 *   (also for a pointer file of Git LFS and a web page) or %PISCES_ERROR_OUT_OF_MEMORY.
 */
gchar *
pisces_plain_file_contents (const gchar  *path,
                            gsize         max_bytes,
                            gsize        *n_bytes,
                            GError      **error)
{
  g_autoptr (PiscesPlainFile) file     = pisces_plain_file_open (path, error);
  g_autofree gchar           *contents = NULL;

  if (! file)
    return NULL;

  if (file->n_bytes > max_bytes)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "The file “%s” has %" G_GUINT64_FORMAT " bytes; no file of "
                   "its kind has more than %" G_GSIZE_FORMAT ".",
                   path, file->n_bytes, max_bytes);
      return NULL;
    }

  contents = g_try_malloc (file->n_bytes + 1);
  if (! contents)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory for the %" G_GUINT64_FORMAT " bytes of "
                   "“%s”.", file->n_bytes, path);
      return NULL;
    }
  if (! pisces_plain_file_read (file, 0, contents, file->n_bytes, error) ||
      ! pisces_plain_file_check_pointer (path, contents, file->n_bytes, error))
    return NULL;

  contents[file->n_bytes] = '\0';
  *n_bytes                = file->n_bytes;

  return g_steal_pointer (&contents);
}

/**
 * pisces_plain_file_check_pointer:
 * @bytes: (array length=n_bytes): the beginning of the file, or all of it.
 *
 * Returns: %FALSE with %PISCES_ERROR_MODEL_INVALID if @bytes are a pointer
 *   file of Git LFS, which a clone contains instead of a file that was not
 *   downloaded; or a web page, which many programs save instead of a file that is
 *   only given to those who have accepted conditions.
 */
gboolean
pisces_plain_file_check_pointer (const gchar    *path,
                                 gconstpointer   bytes,
                                 gsize           n_bytes,
                                 GError        **error)
{
  static const gchar *const pages[] = { "<!doctype html", "<html" };
  const gsize               n_magic = strlen (POINTER_MAGIC);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (n_bytes >= strlen (pages[i]) &&
        g_ascii_strncasecmp (bytes, pages[i], strlen (pages[i])) == 0)
      {
        g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                     _("“%s” is a web page, not the file itself. If the model's publisher asks "
                       "you to accept conditions, do so on the model's page, and download the "
                       "file again."), path);
        return FALSE;
      }

  if (n_bytes < n_magic || n_bytes > MAX_POINTER_BYTES ||
      memcmp (bytes, POINTER_MAGIC, n_magic) != 0)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               _("“%s” is a pointer of Git LFS, not the file itself. Run “git lfs "
                 "pull” in the folder that was cloned, or download the file "
                 "again."), path);
  return FALSE;
}


/*  private functions  */

static gboolean
check_kind (const gchar        *path,
            const struct stat  *info,
            GError            **error)
{
  if (S_ISREG (info->st_mode))
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               S_ISDIR (info->st_mode)
               ? _("“%s” should be a regular file, but is a folder.")
               : _("“%s” should be a regular file, but is a device, a pipe or a "
                   "socket."), path);
  return FALSE;
}

static gboolean
has_changed (PiscesPlainFile *file)
{
  struct stat info;

  return fstat (file->fd, &info) != 0 ||
         (guint64) info.st_size != file->n_bytes ||
         info.st_mtim.tv_sec != file->changed.tv_sec ||
         info.st_mtim.tv_nsec != file->changed.tv_nsec;
}

static gboolean
set_changed (PiscesPlainFile  *file,
             GError          **error)
{
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               _("The file “%s” was changed or cut short by another program while "
                 "it was in use. Try again when the file is whole."),
               file->path);
  return FALSE;
}
