/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * download-part.c: the part of a file that has been downloaded.  The bytes go
 * to NAME.part.  What identifies the version goes to NAME.part-from, so that a
 * later attempt can continue, and what the host says about the file, if nobody
 * else knows, to NAME.part-said.  When the size and the digest are right,
 * NAME.part becomes NAME.  Bytes that may belong to another file go to
 * NAME.part-aside until they are checked.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "plugin/models/download-part.h"

/* What the notes call the digests.  */
#define GIT_KEY    "git-id-from-host"
#define SHA256_KEY "sha256-from-host"

static void     start_checksum (PiscesDownloadPart *part);
static void     load_said    (PiscesDownloadPart  *part);
static gchar  * get_notes_path (PiscesDownloadPart *part);
static gboolean keep_said    (PiscesDownloadPart  *part,
                              const gchar         *address,
                              GError             **error);
static gboolean read_back    (PiscesDownloadPart  *part,
                              GError             **error);
static gboolean fail_of_file (const gchar  *path,
                              GError      **error);


/* shared by the files of the download */

/**
 * pisces_download_part_init:
 * @part: (out): the part of @file in @folder; the caller must clear it.
 */
void
pisces_download_part_init (PiscesDownloadPart      *part,
                           const PiscesCatalogFile *file,
                           const gchar             *folder)
{
  *part = (PiscesDownloadPart) { .file = file, .fd = -1 };

  part->whole    = g_build_filename (folder, file->path, NULL);
  part->part     = g_strconcat (part->whole, ".part", NULL);
  part->from     = g_strconcat (part->whole, ".part-from", NULL);
  part->said     = g_strconcat (part->whole, ".part-said", NULL);
  part->digest   = g_strdup (file->sha256);
  part->n_total  = file->sha256 ? file->n_bytes : 0;
  if (! part->digest)
    load_said (part);
  start_checksum (part);
}

/* For bytes that arrive instead of the missing rest; they are not counted as
 * progress.  */
void
pisces_download_part_init_aside (PiscesDownloadPart       *aside,
                                 const PiscesDownloadPart *part)
{
  *aside = (PiscesDownloadPart) {
    .file        = part->file,
    .whole       = g_strdup (part->whole),
    .part        = g_strconcat (part->whole, ".part-aside", NULL),
    .from        = g_strconcat (part->whole, ".part-aside-from", NULL),
    .said        = g_strdup (part->said),
    .digest      = g_strdup (part->digest),
    .n_total     = part->n_total,
    .fd          = -1,
    .cancellable = part->cancellable,
  };
  start_checksum (aside);
}

/**
 * pisces_download_part_expect:
 * @digest: what the host says about the file.
 * @n_total: the same.
 *
 * For a file of which only the host knows these.  They are kept beside the part.  If
 * the part belongs to another version, it is started again.
 *
 * Returns: whether they could be kept.
 */
gboolean
pisces_download_part_expect (PiscesDownloadPart  *part,
                             const gchar         *digest,
                             guint64              n_total,
                             GError             **error)
{
  g_autofree gchar *text = NULL;

  if (g_strcmp0 (part->digest, digest) == 0 && part->n_total == n_total)
    return TRUE;

  g_free (part->digest);
  part->digest  = g_strdup (digest);
  part->n_total = n_total;
  text = g_strdup_printf ("%s\n%" G_GUINT64_FORMAT "\n", digest, n_total);

  return pisces_download_part_begin_anew (part, error) &&
         g_file_set_contents (part->said, text, -1, error);
}

void
pisces_download_part_clear (PiscesDownloadPart *part)
{
  if (part->fd >= 0)
    close (part->fd);

  g_free (part->whole);
  g_free (part->part);
  g_free (part->from);
  g_free (part->said);
  g_free (part->digest);
  g_checksum_free (part->checksum);
}

void
pisces_download_part_tell (PiscesDownloadPart *part,
                           gint64              difference)
{
  if (part->changed)
    part->changed (difference, part->changed_data);
}

/**
 * pisces_download_part_open:
 *
 * Creates the part, or reads what is already there, because the digest is
 * computed over all bytes.
 */
gboolean
pisces_download_part_open (PiscesDownloadPart  *part,
                           GError             **error)
{
  g_autofree gchar *folder = g_path_get_dirname (part->part);

  if (g_mkdir_with_parents (folder, 0755) != 0)
    return fail_of_file (folder, error);

  part->fd = g_open (part->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                     0644);
  if (part->fd < 0)
    return fail_of_file (part->part, error);

  return read_back (part, error);
}

/**
 * pisces_download_part_begin_anew:
 *
 * Deletes what has arrived.
 */
gboolean
pisces_download_part_begin_anew (PiscesDownloadPart  *part,
                                 GError             **error)
{
  pisces_download_part_tell (part, - (gint64) part->n_bytes);
  part->n_bytes = 0;
  start_checksum (part);
  g_unlink (part->from);

  if (ftruncate (part->fd, 0) != 0 || lseek (part->fd, 0, SEEK_SET) != 0)
    return fail_of_file (part->part, error);

  return TRUE;
}

gboolean
pisces_download_part_append (PiscesDownloadPart  *part,
                             const guint8        *data,
                             gsize                length,
                             GError             **error)
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
      pisces_download_part_tell (part, n);
      done += n;
    }

  return TRUE;
}

/* All bytes have arrived: checks that they are the right ones.  */
gboolean
pisces_download_part_finish (PiscesDownloadPart  *part,
                             const gchar         *address,
                             GError             **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_copy (part->checksum);

  if (! part->file->sha256 && ! g_str_equal (g_checksum_get_string (checksum), part->digest))
    {
      if (! pisces_download_part_begin_anew (part, error))
        return FALSE;
      g_set_error (error, PISCES_DOWNLOAD_ERROR,
                   PISCES_DOWNLOAD_ERROR_WRONG_BYTES,
                   _("What came from %s is not the file that its host means: its digest "
                     "differs. It was thrown away. Try again later."), address);
      return FALSE;
    }
  if (! g_str_equal (g_checksum_get_string (checksum), part->digest))
    {
      if (! pisces_download_part_begin_anew (part, error))
        return FALSE;
      g_set_error (error, PISCES_DOWNLOAD_ERROR,
                   PISCES_DOWNLOAD_ERROR_WRONG_BYTES,
                   _("What came from %s is not the file that the list of "
                     "models means: its SHA-256 differs. It was thrown away. "
                     "Try again later; if it happens again, do not trust this "
                     "address."),
                   address);
      return FALSE;
    }

  if (fsync (part->fd) != 0 || g_rename (part->part, part->whole) != 0)
    return fail_of_file (part->part, error);

  g_unlink (part->from);

  return part->file->sha256 || keep_said (part, address, error);
}

/**
 * pisces_download_part_load_digest:
 *
 * Returns: (transfer full) (nullable): the digest that the host told of the file
 *   that has arrived.
 */
gchar *
pisces_download_part_load_digest (PiscesDownloadPart *part)
{
  static const gchar *const  keys[] = { GIT_KEY, SHA256_KEY };
  g_autoptr (GKeyFile)       notes  = g_key_file_new ();
  g_autofree gchar          *path   = get_notes_path (part);
  gchar                     *digest = NULL;

  g_key_file_load_from_file (notes, path, G_KEY_FILE_NONE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys) && ! digest; i++)
    digest = g_key_file_get_string (notes, part->file->path, keys[i], NULL);

  return digest;
}

/* Loads the validator only for the same address, because it has a meaning only
 * to the server that sent it.  */
gchar *
pisces_download_part_load_validator (PiscesDownloadPart *part,
                                     const gchar        *address)
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

/* It is no error if this cannot be written: without the validator, a later
 * attempt still has the SHA-256 to check the file.
 */
void
pisces_download_part_save_validator (PiscesDownloadPart *part,
                                     const gchar        *address,
                                     const gchar        *validator)
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


/*  private functions  */

/* An id in git is the SHA-1 of the word "blob", the size, a zero byte, and the
 * file.  */
static void
start_checksum (PiscesDownloadPart *part)
{
  const gboolean is_git = part->digest && strlen (part->digest) == 40;

  g_clear_pointer (&part->checksum, g_checksum_free);
  part->checksum = g_checksum_new (is_git ? G_CHECKSUM_SHA1 : G_CHECKSUM_SHA256);
  if (is_git)
    {
      g_autofree gchar *head = g_strdup_printf ("blob %" G_GUINT64_FORMAT, part->n_total);

      g_checksum_update (part->checksum, (const guchar *) head, strlen (head) + 1);
    }
}

static void
load_said (PiscesDownloadPart *part)
{
  g_autofree gchar *text  = NULL;
  g_auto (GStrv)    lines = NULL;
  guint64           n_bytes;

  if (! g_file_get_contents (part->said, &text, NULL, NULL))
    return;

  lines = g_strsplit (text, "\n", 3);
  if (g_strv_length (lines) == 3 && (strlen (lines[0]) == 64 || strlen (lines[0]) == 40) &&
      g_ascii_string_to_unsigned (lines[1], 10, 1, G_MAXINT64, &n_bytes, NULL))
    {
      part->digest  = g_strdup (lines[0]);
      part->n_total = n_bytes;
    }
}

static gchar *
get_notes_path (PiscesDownloadPart *part)
{
  gsize             depth = strlen (part->whole) - strlen (part->file->path);
  g_autofree gchar *root  = g_strndup (part->whole, depth);

  return g_build_filename (root, PISCES_DOWNLOAD_NOTES, NULL);
}

/* Keeps in the model's folder what was checked, and that it was the host that said
 * so.  */
static gboolean
keep_said (PiscesDownloadPart  *part,
           const gchar         *address,
           GError             **error)
{
  g_autoptr (GKeyFile)  notes = g_key_file_new ();
  g_autofree gchar     *path  = get_notes_path (part);

  g_key_file_load_from_file (notes, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  g_key_file_remove_group (notes, part->file->path, NULL);
  g_key_file_set_string (notes, part->file->path, "address", address);
  g_key_file_set_uint64 (notes, part->file->path, "bytes", part->n_total);
  g_key_file_set_string (notes, part->file->path,
                         strlen (part->digest) == 40 ? GIT_KEY : SHA256_KEY,
                         part->digest);
  if (! g_key_file_save_to_file (notes, path, error))
    return FALSE;
  g_unlink (part->said);

  return TRUE;
}

/* The digest is computed over all bytes, including those of an earlier
 * attempt.  */
static gboolean
read_back (PiscesDownloadPart  *part,
           GError             **error)
{
  g_autofree guint8 *block = g_malloc (PISCES_DOWNLOAD_BLOCK_BYTES);
  gssize             length;

  while ((length = read (part->fd, block, PISCES_DOWNLOAD_BLOCK_BYTES)) > 0)
    {
      if (g_cancellable_set_error_if_cancelled (part->cancellable, error))
        return FALSE;
      g_checksum_update (part->checksum, block, length);
      part->n_bytes += length;
      if (part->n_bytes > part->n_total)
        break;
    }

  if (length < 0)
    return fail_of_file (part->part, error);

  /* The part was too long, so it has not been counted as kept.  */
  if (part->n_bytes > part->n_total)
    {
      pisces_download_part_tell (part, part->n_bytes);
      return pisces_download_part_begin_anew (part, error);
    }

  return TRUE;
}

static gboolean
fail_of_file (const gchar  *path,
              GError      **error)
{
  gint number = errno;

  if (number == ENOSPC || number == EDQUOT)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                 _("The disk of “%s” is full. What has arrived is kept; make "
                   "room and try again."),
                 path);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number),
                 _("“%s” could not be written: %s."), path,
                 g_strerror (number));

  return FALSE;
}
