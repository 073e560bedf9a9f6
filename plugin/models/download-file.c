/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * download-file.c: downloads one file, completely or not at all: it asks its
 * addresses in turn, checks the answers, and continues, starts again or gives
 * up. download-part.c stores what has arrived.  Runs in a thread.
 */

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "plugin/models/download-part.h"

/* If fewer bytes than this arrive, it does not count as progress that deserves
 * further attempts.  */
#define PROGRESS_BYTES (64 * 1024)

const PiscesDownloadLimits pisces_download_default_limits = { 60, 5, 1000, NULL };

static gboolean is_whole       (SoupSession                 *session,
                                PiscesDownloadPart          *part,
                                GError                     **error);
static PiscesHttpResponse
              * ask_again      (SoupSession                 *session,
                                const gchar                 *address,
                                gint64                       n_bytes,
                                GCancellable                *cancellable,
                                GError                     **error);
static gboolean try_address    (PiscesDownloadPart          *part,
                                SoupSession                 *session,
                                const gchar                 *address,
                                const PiscesDownloadLimits  *limits,
                                GError                     **error);
static gboolean does_not_fit   (const GError                *error);
static gboolean receive        (PiscesDownloadPart  *part,
                                SoupSession         *session,
                                const gchar         *address,
                                GError             **error);
static gboolean learn          (PiscesDownloadPart        *part,
                                const PiscesHttpResponse  *response,
                                const gchar               *address,
                                GError                   **error);
static gboolean check_response (PiscesDownloadPart        *part,
                                const PiscesHttpResponse  *response,
                                const gchar               *address,
                                GError                   **error);
static gboolean receive_aside  (PiscesDownloadPart  *part,
                                GInputStream        *body,
                                const gchar         *address,
                                GError             **error);
static gboolean receive_body   (PiscesDownloadPart  *part,
                                GInputStream        *body,
                                const gchar         *address,
                                GError             **error);
static gboolean wait_a_while   (guint          milliseconds,
                                GCancellable  *cancellable,
                                GError       **error);


/*  public functions  */

/**
 * pisces_download_file:
 * @session: a session of the calling thread.
 * @file: the file to download.
 * @folder: the folder that its path is relative to; made if it is missing.
 * @limits: how long and how often to try.
 * @changed: called whenever the number of bytes that have arrived changes.
 * @cancellable: (nullable):
 * @error: set to the error of the last address.
 *
 * Tries each address in turn.  If this fails, what has arrived is kept, unless
 * it belongs to another file.  If only the host knows the file, it is asked again
 * about one that has arrived in an earlier attempt.
 *
 * Returns: %TRUE if the file is complete.
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
  PiscesDownloadPart part;

  pisces_download_part_init (&part, file, folder);
  part.changed      = changed;
  part.changed_data = changed_data;
  part.cancellable  = cancellable;

  done = is_whole (session, &part, &local);
  if (! done && ! local && pisces_download_part_open (&part, &local))
    {
      for (guint i = 0; file->addresses[i] && ! done; i++)
        {
          g_clear_error (&local);
          done = try_address (&part, session, file->addresses[i], limits,
                              &local);

          /* Other errors, such as a full disk, would be the same with another
           * address.  */
          if (! done && local->domain != PISCES_DOWNLOAD_ERROR)
            break;
        }
    }

  pisces_download_part_clear (&part);
  if (! done)
    g_propagate_error (error, g_steal_pointer (&local));

  return done;
}

/**
 * pisces_download_file_kept:
 *
 * Returns: how many bytes of @file are in @folder from an earlier attempt.
 */
guint64
pisces_download_file_kept (const PiscesCatalogFile *file,
                           const gchar             *folder)
{
  GStatBuf           info;
  guint64            n_bytes = 0;
  PiscesDownloadPart part;

  pisces_download_part_init (&part, file, folder);
  if (g_stat (part.whole, &info) == 0 &&
      (! file->sha256 || (guint64) info.st_size == file->n_bytes))
    n_bytes = info.st_size;
  else if (g_stat (part.part, &info) == 0 &&
           (part.n_total == 0 || (guint64) info.st_size <= part.n_total))
    n_bytes = info.st_size;
  pisces_download_part_clear (&part);

  return n_bytes;
}


/*  private functions  */

/* Returns whether the file is there from an earlier attempt.  What only the host
 * knows may have changed since then, and files of two versions make no model; or
 * the host had a damaged file, and would never be asked for the mended one.  If the
 * host has another file now, the old one is deleted; it is kept if something else
 * answers in the host's place.
 */
static gboolean
is_whole (SoupSession         *session,
          PiscesDownloadPart  *part,
          GError             **error)
{
  const PiscesCatalogFile        *file     = part->file;
  g_autoptr (PiscesHttpResponse)  response = NULL;
  g_autofree gchar               *digest   = NULL;
  g_autoptr (GError)              local    = NULL;
  GStatBuf                        info;

  if (g_stat (part->whole, &info) != 0)
    return FALSE;
  if (file->sha256)
    return (guint64) info.st_size == file->n_bytes;

  for (guint i = 0; file->addresses[i] && ! response; i++)
    {
      g_clear_error (&local);
      response = ask_again (session, file->addresses[i], info.st_size, part->cancellable, &local);
    }

  if (response && response->is_page)
    return pisces_http_fail_of_page (file->addresses[0], error);

  digest = pisces_download_part_load_digest (part);
  if (response && digest && (! response->said_digest || g_str_equal (response->said_digest, digest)))
    return TRUE;

  if (! response && ! (file->is_optional && g_error_matches (local, PISCES_DOWNLOAD_ERROR,
                                                             PISCES_DOWNLOAD_ERROR_MISSING)))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  g_unlink (part->whole);
  pisces_download_part_tell (part, - (gint64) info.st_size);

  return FALSE;
}

/* Requests the last byte, as the headers tell the digest; or all, if the file has become
 * shorter.  */
static PiscesHttpResponse *
ask_again (SoupSession   *session,
           const gchar   *address,
           gint64         n_bytes,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GError)  local    = NULL;
  PiscesHttpResponse *response = pisces_http_get (session, address, MAX (n_bytes - 1, 0), NULL,
                                                  cancellable, &local);

  if (g_error_matches (local, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_RANGE))
    return pisces_http_get (session, address, 0, NULL, cancellable, error);
  if (! response)
    g_propagate_error (error, g_steal_pointer (&local));
  return response;
}

/* Attempts are counted as long as nothing more arrives, and the file is
 * started again only once.  Without this, a server that breaks connections and
 * cannot continue would be asked for the same bytes forever.
 */
static gboolean
try_address (PiscesDownloadPart          *part,
             SoupSession                 *session,
             const gchar                 *address,
             const PiscesDownloadLimits  *limits,
             GError                     **error)
{
  guint64  most    = part->n_bytes;
  guint    n_tries = 0;
  guint    wait_ms = limits->wait_ms;
  gboolean is_anew = FALSE;

  while (TRUE)
    {
      g_autoptr (GError) local    = NULL;
      gboolean           had_part = part->n_bytes > 0;

      if (receive (part, session, address, &local))
        return TRUE;

      if (part->n_bytes >= most + PROGRESS_BYTES)
        {
          most    = part->n_bytes;
          n_tries = 0;
          wait_ms = limits->wait_ms;
        }

      if (had_part && ! is_anew && does_not_fit (local))
        {
          if (! pisces_download_part_begin_anew (part, error))
            return FALSE;
          is_anew = TRUE;
          most    = 0;
        }
      else if (g_error_matches (local, PISCES_DOWNLOAD_ERROR,
                                PISCES_DOWNLOAD_ERROR_INTERRUPTED) &&
               ++n_tries < limits->n_tries)
        {
          if (! wait_a_while (wait_ms, part->cancellable, error))
            return FALSE;
          wait_ms *= 2;
        }
      else
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
}

/* Returns whether the kept part belongs to another file than the server has. */
static gboolean
does_not_fit (const GError *error)
{
  return g_error_matches (error, PISCES_DOWNLOAD_ERROR,
                          PISCES_DOWNLOAD_ERROR_RANGE) ||
         g_error_matches (error, PISCES_DOWNLOAD_ERROR,
                          PISCES_DOWNLOAD_ERROR_WRONG_BYTES);
}

static gboolean
receive (PiscesDownloadPart  *part,
         SoupSession         *session,
         const gchar         *address,
         GError             **error)
{
  g_autoptr (PiscesHttpResponse)  response  = NULL;
  g_autofree gchar               *validator = NULL;

  /* An earlier attempt may have ended after the last byte and before the
   * check.  */
  if (part->digest && part->n_bytes == part->n_total)
    return pisces_download_part_finish (part, address, error);

  validator = pisces_download_part_load_validator (part, address);
  response  = pisces_http_get (session, address, part->n_bytes, validator,
                               part->cancellable, error);
  if (! response ||
      (! part->file->sha256 && ! learn (part, response, address, error)) ||
      ! check_response (part, response, address, error))
    return FALSE;

  /* A server that does not support Range, or has another version, sends the
   * whole file.  If it does not say how long that is, it may be anything.
   */
  if (response->first == 0 && part->n_bytes > 0)
    {
      if (response->n_total < 0)
        return receive_aside (part, response->body, address, error);
      if (! pisces_download_part_begin_anew (part, error))
        return FALSE;
    }

  pisces_download_part_save_validator (part, address, response->validator);

  return receive_body (part, response->body, address, error) &&
         pisces_download_part_finish (part, address, error);
}

/* Takes what the host says about a file that nobody else knows.  */
static gboolean
learn (PiscesDownloadPart        *part,
       const PiscesHttpResponse  *response,
       const gchar               *address,
       GError                   **error)
{
  const gint64 n_bytes = response->said_bytes > 0 ? response->said_bytes : response->n_total;

  if (! response->said_digest || n_bytes <= 0)
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REFUSED,
                   _("The host of %s does not say which bytes the file must have, so what "
                     "arrives could not be checked, and it was not downloaded."), address);
      return FALSE;
    }

  if (! pisces_download_part_expect (part, response->said_digest, n_bytes, error))
    return FALSE;

  /* The part was of another version, so this is not its rest.  */
  if (response->first != part->n_bytes && response->first > 0)
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_INTERRUPTED,
                   _("The file at %s has become another one. Try again to start over."), address);
      return FALSE;
    }

  return TRUE;
}

/* Checks whether the response can be the file, or the rest of it.  */
static gboolean
check_response (PiscesDownloadPart        *part,
                const PiscesHttpResponse  *response,
                const gchar               *address,
                GError                   **error)
{
  gboolean has_size = response->n_total >= 0 &&
                      (guint64) response->n_total == part->n_total;

  /* The file itself may be an HTML page; then its size is right.  */
  if (response->is_page && (! has_size || part->n_bytes > 0))
    return pisces_http_fail_of_page (address, error);

  if (response->n_total >= 0 && ! has_size)
    {
      g_autofree gchar *size   = g_format_size_full (response->n_total,
                                                     G_FORMAT_SIZE_LONG_FORMAT);
      g_autofree gchar *wanted = g_format_size_full (part->n_total,
                                                     G_FORMAT_SIZE_LONG_FORMAT);

      /* Translators: an address, then two sizes such as 1.2 kB (1,234 bytes). */
      g_set_error (error, PISCES_DOWNLOAD_ERROR,
                   PISCES_DOWNLOAD_ERROR_REFUSED,
                   _("The file at %s has %s, but the list of models means one "
                     "of %s, so it was not downloaded."),
                   address, size, wanted);
      return FALSE;
    }

  if (response->first != 0 && response->first != part->n_bytes)
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_RANGE,
                   _("%s sends other parts of the file than it is asked for. "
                     "What has arrived is kept; a proxy may be in the way, so "
                     "try again from another network, or tell those who keep "
                     "the list of models."),
                   address);
      return FALSE;
    }

  return TRUE;
}

/* The old part is kept until the new bytes have proved to be the whole file. */
static gboolean
receive_aside (PiscesDownloadPart  *part,
               GInputStream        *body,
               const gchar         *address,
               GError             **error)
{
  g_autoptr (GError) local = NULL;
  gboolean           done;
  PiscesDownloadPart aside;

  pisces_download_part_init_aside (&aside, part);
  g_unlink (aside.part);

  done = pisces_download_part_open (&aside, &local) &&
         receive_body (&aside, body, address, &local) &&
         pisces_download_part_finish (&aside, address, &local);

  if (done)
    {
      pisces_download_part_tell (part, part->n_total - part->n_bytes);
      g_unlink (part->part);
      g_unlink (part->from);
    }
  else
    {
      g_unlink (aside.part);
    }
  pisces_download_part_clear (&aside);

  /* The error concerns the new bytes and says nothing about the old part.  */
  if (g_error_matches (local, PISCES_DOWNLOAD_ERROR,
                       PISCES_DOWNLOAD_ERROR_WRONG_BYTES))
    return pisces_http_fail_of_page (address, error);

  if (! done)
    g_propagate_error (error, g_steal_pointer (&local));

  return done;
}

static gboolean
receive_body (PiscesDownloadPart  *part,
              GInputStream        *body,
              const gchar         *address,
              GError             **error)
{
  g_autofree guint8  *block = g_malloc (PISCES_DOWNLOAD_BLOCK_BYTES);
  g_autoptr (GError)  local = NULL;
  gssize              length;

  while ((length = g_input_stream_read (body, block, PISCES_DOWNLOAD_BLOCK_BYTES,
                                        part->cancellable, &local)) > 0)
    {
      if (part->n_bytes + (guint64) length > part->n_total)
        {
          if (! pisces_download_part_begin_anew (part, error))
            return FALSE;
          g_set_error (error, PISCES_DOWNLOAD_ERROR,
                       PISCES_DOWNLOAD_ERROR_WRONG_BYTES,
                       _("The file at %s is longer than the list of models "
                         "says. It was thrown away."),
                       address);
          return FALSE;
        }
      if (! pisces_download_part_append (part, block, length, error))
        return FALSE;
    }

  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  if (part->n_bytes < part->n_total)
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR,
                   PISCES_DOWNLOAD_ERROR_INTERRUPTED,
                   _("The connection to %s broke, or a proxy or a page to sign "
                     "in answered in its place. What has arrived is kept; try "
                     "again to go on."),
                   address);
      return FALSE;
    }

  return TRUE;
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
