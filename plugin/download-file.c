/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * download-file.c: brings one file here, whole or not at all.  What arrives
 * goes to NAME.part, and what tells the version that it is of to
 * NAME.part-from, so that a later try goes on where this one stopped; when the
 * size and the SHA-256 are right, NAME.part becomes NAME.  Runs in a thread.
 */

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "download-file.h"

#define BLOCK_BYTES (256 * 1024)

typedef struct
{
  const PiscesCatalogFile *file;
  gchar                   *whole;       /* paths */
  gchar                   *part;
  gchar                   *from;
  int                      fd;          /* of the part */
  guint64                  n_bytes;     /* in the part */
  GChecksum               *checksum;    /* of them */
  PiscesDownloadFileFunc   changed;
  gpointer                 changed_data;
  GCancellable            *cancellable;
} Part;

static void     part_init        (Part                    *part,
                                  const PiscesCatalogFile *file,
                                  const gchar             *folder);
static void     part_clear       (Part                    *part);
static gboolean part_open        (Part                    *part,
                                  GError                 **error);
static gboolean part_read_back   (Part                    *part,
                                  GError                 **error);
static gboolean part_begin_anew  (Part                    *part,
                                  GError                 **error);
static gboolean part_append      (Part                    *part,
                                  const guint8            *data,
                                  gsize                    length,
                                  GError                 **error);
static gboolean part_finish      (Part                    *part,
                                  const gchar             *address,
                                  GError                 **error);
static gboolean try_address      (Part                    *part,
                                  SoupSession             *session,
                                  const gchar             *address,
                                  const PiscesDownloadLimits *limits,
                                  GError                 **error);
static gboolean receive          (Part                    *part,
                                  SoupSession             *session,
                                  const gchar             *address,
                                  GError                 **error);
static gboolean receive_body     (Part                    *part,
                                  GInputStream            *body,
                                  const gchar             *address,
                                  GError                 **error);
static gchar  * load_validator   (Part                    *part,
                                  const gchar             *address);
static void     save_validator   (Part                    *part,
                                  const gchar             *address,
                                  const gchar             *validator);
static gboolean wait_a_while     (guint                    milliseconds,
                                  GCancellable            *cancellable,
                                  GError                 **error);
static gboolean fail_of_file     (const gchar             *path,
                                  GError                 **error);


/*  public functions  */

/**
 * pisces_download_file:
 * @session: of this thread.
 * @file: what is wanted.
 * @folder: that its path is below; made if need be.
 * @limits: patience.
 * @changed: called with every change of how much is there.
 * @cancellable: (nullable):
 * @error: what the last address came to.
 *
 * Tries each address in turn.  What has arrived is kept when this fails,
 * unless it is not what was wanted.
 *
 * Returns: %TRUE if the file is there, whole.
 */
gboolean
pisces_download_file (SoupSession                 *session,
                      const PiscesCatalogFile     *file,
                      const gchar                 *folder,
                      const PiscesDownloadLimits  *limits,
                      PiscesDownloadFileFunc       changed,
                      gpointer                     changed_data,
                      GCancellable                *cancellable,
                      GError                     **error)
{
  g_autoptr (GError) local = NULL;
  gboolean           done  = FALSE;
  Part               part;

  if (pisces_download_file_kept (file, folder) == file->n_bytes)
    {
      g_autofree gchar *whole = g_build_filename (folder, file->path, NULL);

      if (g_file_test (whole, G_FILE_TEST_EXISTS))
        return TRUE;
    }

  part_init (&part, file, folder);
  part.changed      = changed;
  part.changed_data = changed_data;
  part.cancellable  = cancellable;

  if (part_open (&part, &local))
    {
      for (guint i = 0; file->addresses[i] && ! done; i++)
        {
          g_clear_error (&local);
          done = try_address (&part, session, file->addresses[i], limits,
                              &local);

          /* Another address does not help against these.  */
          if (! done && local->domain != PISCES_DOWNLOAD_ERROR)
            break;
        }
    }

  part_clear (&part);
  if (! done)
    g_propagate_error (error, g_steal_pointer (&local));

  return done;
}

/**
 * pisces_download_file_kept:
 *
 * Returns: how many bytes of @file are in @folder, from an earlier try.
 */
guint64
pisces_download_file_kept (const PiscesCatalogFile *file,
                           const gchar             *folder)
{
  GStatBuf info;
  guint64  n_bytes = 0;
  Part     part;

  part_init (&part, file, folder);
  if (g_stat (part.whole, &info) == 0 && (guint64) info.st_size == file->n_bytes)
    n_bytes = file->n_bytes;
  else if (g_stat (part.part, &info) == 0 && (guint64) info.st_size <= file->n_bytes)
    n_bytes = info.st_size;
  part_clear (&part);

  return n_bytes;
}


/*  private functions  */

static void
part_init (Part                    *part,
           const PiscesCatalogFile *file,
           const gchar             *folder)
{
  *part = (Part) { .file = file, .fd = -1 };

  part->whole    = g_build_filename (folder, file->path, NULL);
  part->part     = g_strconcat (part->whole, ".part", NULL);
  part->from     = g_strconcat (part->whole, ".part-from", NULL);
  part->checksum = g_checksum_new (G_CHECKSUM_SHA256);
}

static void
part_clear (Part *part)
{
  if (part->fd >= 0)
    close (part->fd);

  g_free (part->whole);
  g_free (part->part);
  g_free (part->from);
  g_checksum_free (part->checksum);
}

static gboolean
part_open (Part    *part,
           GError **error)
{
  g_autofree gchar *folder = g_path_get_dirname (part->part);

  if (g_mkdir_with_parents (folder, 0755) != 0)
    return fail_of_file (folder, error);

  part->fd = g_open (part->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                     0644);
  if (part->fd < 0)
    return fail_of_file (part->part, error);

  return part_read_back (part, error);
}

/* The digest is over all bytes, also those of an earlier try.  */
static gboolean
part_read_back (Part    *part,
                GError **error)
{
  g_autofree guint8 *block = g_malloc (BLOCK_BYTES);
  gssize             length;

  while ((length = read (part->fd, block, BLOCK_BYTES)) > 0)
    {
      if (g_cancellable_set_error_if_cancelled (part->cancellable, error))
        return FALSE;
      g_checksum_update (part->checksum, block, length);
      part->n_bytes += length;
    }

  if (length < 0)
    return fail_of_file (part->part, error);

  /* One that is too long was never counted as kept.  */
  if (part->n_bytes > part->file->n_bytes)
    {
      part->changed ((gint64) part->n_bytes, part->changed_data);
      return part_begin_anew (part, error);
    }

  return TRUE;
}

static gboolean
part_begin_anew (Part    *part,
                 GError **error)
{
  part->changed (- (gint64) part->n_bytes, part->changed_data);
  part->n_bytes = 0;
  g_checksum_reset (part->checksum);
  g_unlink (part->from);

  if (ftruncate (part->fd, 0) != 0 || lseek (part->fd, 0, SEEK_SET) != 0)
    return fail_of_file (part->part, error);

  return TRUE;
}

static gboolean
part_append (Part          *part,
             const guint8  *data,
             gsize          length,
             GError       **error)
{
  gsize done = 0;

  while (done < length)
    {
      gssize n = write (part->fd, data + done, length - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail_of_file (part->part, error);

      g_checksum_update (part->checksum, data + done, n);
      part->n_bytes += n;
      part->changed (n, part->changed_data);
      done += n;
    }

  return TRUE;
}

/* All bytes are there: are they the right ones?  */
static gboolean
part_finish (Part         *part,
             const gchar  *address,
             GError      **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_copy (part->checksum);

  if (! g_str_equal (g_checksum_get_string (checksum), part->file->sha256))
    {
      if (! part_begin_anew (part, error))
        return FALSE;
      g_set_error (error, PISCES_DOWNLOAD_ERROR,
                   PISCES_DOWNLOAD_ERROR_WRONG_BYTES,
                   _("What came from %s is not the file that the list of "
                     "models means: its SHA-256 differs. It was thrown away. "
                     "Try again later; if it happens again, do not trust this "
                     "address."), address);
      return FALSE;
    }

  if (fsync (part->fd) != 0 || g_rename (part->part, part->whole) != 0)
    return fail_of_file (part->part, error);

  g_unlink (part->from);

  return TRUE;
}

static gboolean
try_address (Part                        *part,
             SoupSession                 *session,
             const gchar                 *address,
             const PiscesDownloadLimits  *limits,
             GError                     **error)
{
  guint n_tries = 0;
  guint wait_ms = limits->wait_ms;

  while (TRUE)
    {
      g_autoptr (GError) local  = NULL;
      guint64            before = part->n_bytes;

      if (receive (part, session, address, &local))
        return TRUE;

      if (g_error_matches (local, PISCES_DOWNLOAD_ERROR,
                           PISCES_DOWNLOAD_ERROR_INTERRUPTED))
        {
          if (part->n_bytes > before)
            {
              n_tries = 0;
              wait_ms = limits->wait_ms;
            }
          if (++n_tries >= limits->n_tries)
            {
              g_propagate_error (error, g_steal_pointer (&local));
              return FALSE;
            }
          if (! wait_a_while (wait_ms, part->cancellable, error))
            return FALSE;
          wait_ms *= 2;
        }
      else if (before > 0 &&
               (g_error_matches (local, PISCES_DOWNLOAD_ERROR,
                                 PISCES_DOWNLOAD_ERROR_RANGE) ||
                g_error_matches (local, PISCES_DOWNLOAD_ERROR,
                                 PISCES_DOWNLOAD_ERROR_WRONG_BYTES)))
        {
          /* What was kept did not fit what the server has; once more from
           * the first byte, and then `before` is 0.  */
          if (! part_begin_anew (part, error))
            return FALSE;
        }
      else
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
}

static gboolean
receive (Part         *part,
         SoupSession  *session,
         const gchar  *address,
         GError      **error)
{
  g_autoptr (PiscesHttpResponse)  response  = NULL;
  g_autofree gchar               *validator = NULL;

  /* An earlier try may have been ended between the last byte and the check. */
  if (part->n_bytes == part->file->n_bytes)
    return part_finish (part, address, error);

  validator = load_validator (part, address);
  response  = pisces_http_get (session, address, part->n_bytes, validator,
                               part->cancellable, error);
  if (! response)
    return FALSE;

  if (response->n_total >= 0 &&
      (guint64) response->n_total != part->file->n_bytes)
    {
      g_autofree gchar *size   = g_format_size_full (response->n_total,
                                                     G_FORMAT_SIZE_LONG_FORMAT);
      g_autofree gchar *wanted = g_format_size_full (part->file->n_bytes,
                                                     G_FORMAT_SIZE_LONG_FORMAT);

      /* Translators: an address, then two sizes such as 1.2 kB (1,234 bytes). */
      g_set_error (error, PISCES_DOWNLOAD_ERROR,
                   PISCES_DOWNLOAD_ERROR_REFUSED,
                   _("The file at %s has %s, but the list of models means one "
                     "of %s, so it was not downloaded."),
                   address, size, wanted);
      return FALSE;
    }

  /* Without Range, or with another version, a server sends all of it.  */
  if (response->first == 0 && part->n_bytes > 0 &&
      ! part_begin_anew (part, error))
    return FALSE;

  if (response->first != part->n_bytes)
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_RANGE,
                   _("%s cannot go on where the download stopped. Try again "
                     "to begin anew."), address);
      return FALSE;
    }

  save_validator (part, address, response->validator);

  return receive_body (part, response->body, address, error) &&
         part_finish (part, address, error);
}

static gboolean
receive_body (Part          *part,
              GInputStream  *body,
              const gchar   *address,
              GError       **error)
{
  g_autofree guint8  *block = g_malloc (BLOCK_BYTES);
  g_autoptr (GError)  local = NULL;
  gssize              length;

  while ((length = g_input_stream_read (body, block, BLOCK_BYTES,
                                        part->cancellable, &local)) > 0)
    {
      if (part->n_bytes + (guint64) length > part->file->n_bytes)
        {
          if (! part_begin_anew (part, error))
            return FALSE;
          g_set_error (error, PISCES_DOWNLOAD_ERROR,
                       PISCES_DOWNLOAD_ERROR_WRONG_BYTES,
                       _("The file at %s is longer than the list of models "
                         "says. It was thrown away."), address);
          return FALSE;
        }
      if (! part_append (part, block, length, error))
        return FALSE;
    }

  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  if (part->n_bytes < part->file->n_bytes)
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR,
                   PISCES_DOWNLOAD_ERROR_INTERRUPTED,
                   _("The connection to %s broke. What has arrived is kept; "
                     "try again to go on."), address);
      return FALSE;
    }

  return TRUE;
}

/* A validator means something to the server alone that gave it.  */
static gchar *
load_validator (Part        *part,
                const gchar *address)
{
  g_autofree gchar *text  = NULL;
  g_auto (GStrv)    lines = NULL;

  if (! g_file_get_contents (part->from, &text, NULL, NULL))
    return NULL;

  lines = g_strsplit (text, "\n", 3);
  if (g_strv_length (lines) < 2 || ! g_str_equal (lines[0], address) ||
      *lines[1] == '\0')
    return NULL;

  return g_strdup (lines[1]);
}

/* Without it a later try is merely less sure of itself, and the SHA-256
 * decides; so it is no error if this cannot be written.
 */
static void
save_validator (Part        *part,
                const gchar *address,
                const gchar *validator)
{
  g_autofree gchar *text = NULL;

  if (! validator)
    {
      g_unlink (part->from);
      return;
    }

  text = g_strdup_printf ("%s\n%s\n", address, validator);
  g_file_set_contents (part->from, text, -1, NULL);
}

static gboolean
wait_a_while (guint          milliseconds,
              GCancellable  *cancellable,
              GError       **error)
{
  GPollFD poll_fd;

  if (cancellable && g_cancellable_make_pollfd (cancellable, &poll_fd))
    {
      g_poll (&poll_fd, 1, (gint) milliseconds);
      g_cancellable_release_fd (cancellable);
    }
  else
    {
      g_usleep (milliseconds * 1000);
    }

  return ! g_cancellable_set_error_if_cancelled (cancellable, error);
}

static gboolean
fail_of_file (const gchar  *path,
              GError      **error)
{
  gint number = errno;

  if (number == ENOSPC || number == EDQUOT)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                 _("The disk of “%s” is full. What has arrived is kept; make "
                   "room and try again."), path);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number),
                 _("“%s” could not be written: %s."), path,
                 g_strerror (number));

  return FALSE;
}
