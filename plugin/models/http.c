/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * http.c: one GET with libsoup.  It follows redirects here, one by one,
 * because something that was requested by https must not arrive by http.
 * Range and If-Range ask for the rest of a file. http-answer.c interprets the
 * answer.  Knows nothing of GIMP and of models.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "plugin/models/http-private.h"

#define MAX_REDIRECTS 10

/* What the host that was asked says about a file.  */
typedef struct
{
  gchar  *digest;                  /* NULL: nothing */
  gint64  n_bytes;                 /* -1: nothing   */
} SaidDigest;

static GInputStream       * send_once       (SoupSession         *session,
                                             SoupMessage         *message,
                                             const gchar         *address,
                                             GCancellable        *cancellable,
                                             GError             **error);
static const gchar        * get_location    (SoupMessage         *message);
static void                 said_digest_clear (SaidDigest        *said);
static void                 note_digest     (SoupMessage         *message,
                                             const gchar         *address,
                                             const gchar         *place,
                                             SaidDigest          *said);
static PiscesHttpResponse * add_digest      (PiscesHttpResponse  *response,
                                             SaidDigest          *said);
static SoupMessage        * make_message    (const gchar         *address,
                                             guint64              first,
                                             const gchar         *validator,
                                             GError             **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SaidDigest, said_digest_clear)

G_DEFINE_QUARK (pisces-download-error-quark, pisces_download_error)


/*  public functions  */

/**
 * pisces_http_session_new:
 * @timeout_seconds: how long to wait for a server that sends nothing.
 *
 * Use it only in the thread that calls this, as it uses that thread's default
 * main context.
 */
SoupSession *
pisces_http_session_new (guint timeout_seconds)
{
  SoupSession *session;

  session = soup_session_new_with_options ("timeout", timeout_seconds,
                                           "user-agent", "Pisces for GIMP ", NULL);

  /* The digest and the byte ranges are those of the uncompressed file, so
   * libsoup must not decompress an answer on its own.
   */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);

  return session;
}

/**
 * pisces_http_get:
 * @session: a session of the calling thread.
 * @address: http or https.
 * @first: the first byte to request.
 * @validator: (nullable): identifies the version that the bytes before @first
 *   belong to.
 * @cancellable: (nullable):
 * @error: %PISCES_DOWNLOAD_ERROR, or %G_IO_ERROR_CANCELLED.
 *
 * The server may still send the whole file; see the response.
 *
 * Returns: (transfer full) (nullable): the answer, whose body has not been
 *   read yet.
 */
PiscesHttpResponse *
pisces_http_get (SoupSession   *session,
                 const gchar   *address,
                 guint64        first,
                 const gchar   *validator,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autofree gchar   *place = g_strdup (address);
  g_auto (SaidDigest) said  = { NULL, -1 };

  for (guint i = 0; i <= MAX_REDIRECTS; i++)
    {
      g_autoptr (SoupMessage)   message = NULL;
      g_autoptr (GInputStream)  body    = NULL;
      g_autofree gchar         *next    = NULL;

      message = make_message (place, first, validator, error);
      if (! message)
        return NULL;

      body = send_once (session, message, place, cancellable, error);
      if (! body)
        return NULL;

      note_digest (message, address, place, &said);
      /* 304 is one of these too, and leads nowhere.  */
      if (! SOUP_STATUS_IS_REDIRECTION (soup_message_get_status (message)) ||
          ! get_location (message))
        return add_digest (pisces_http_answer (message, body, place, first, error), &said);

      next = pisces_http_follow (place, get_location (message), error);
      if (! next)
        return NULL;

      g_free (place);
      place = g_steal_pointer (&next);
    }

  g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REDIRECT,
               g_dngettext (GETTEXT_PACKAGE,
                            "The server sends from one address to the next, "
                            "more than %d time, beginning at %s. Please tell "
                            "those who keep the list of models.",
                            "The server sends from one address to the next, "
                            "more than %d times, beginning at %s. Please tell "
                            "those who keep the list of models.",
                            MAX_REDIRECTS), MAX_REDIRECTS, address);

  return NULL;
}

/**
 * pisces_http_follow:
 * @address: the address that was requested.
 * @location: (nullable): where the server redirects to, perhaps relative to
 *   @address.
 *
 * Returns: (transfer full) (nullable): the next address. %NULL with @error set
 *   if the redirect is refused: to an address that is not http or https, or
 *   from a safe one (see pisces_http_is_safe()) to one that is not.
 */
gchar *
pisces_http_follow (const gchar  *address,
                    const gchar  *location,
                    GError      **error)
{
  g_autofree gchar *next = NULL;
  g_autofree gchar *to   = NULL;

  if (location)
    next = g_uri_resolve_relative (address, location,
                                   G_URI_FLAGS_PARSE_RELAXED, NULL);
  if (next)
    to = g_uri_parse_scheme (next);

  if (next && (pisces_http_is_safe (next) ||
               (g_strcmp0 (to, "http") == 0 && ! pisces_http_is_safe (address))))
    return g_steal_pointer (&next);

  g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REDIRECT,
               _("%s sends on to “%s”, which is not as safe or not an address "
                 "of the web, so it was not followed."),
               address, location ? location : "");

  return NULL;
}

/**
 * pisces_http_is_safe:
 *
 * Returns: whether nobody can change the data from @address on the way,
 *   because it uses https or is on this machine.
 */
gboolean
pisces_http_is_safe (const gchar *address)
{
  g_autoptr (GUri)         uri  = g_uri_parse (address, G_URI_FLAGS_PARSE_RELAXED, NULL);
  g_autoptr (GInetAddress) inet = NULL;

  if (! uri || ! g_uri_get_host (uri))
    return FALSE;

  if (g_str_equal (g_uri_get_scheme (uri), "https"))
    return TRUE;

  inet = g_inet_address_new_from_string (g_uri_get_host (uri));

  return g_str_equal (g_uri_get_scheme (uri), "http") &&
         (g_ascii_strcasecmp (g_uri_get_host (uri), "localhost") == 0 ||
          (inet && g_inet_address_get_is_loopback (inet)));
}


/*  private functions  */

static SoupMessage *
make_message (const gchar  *address,
              guint64       first,
              const gchar  *validator,
              GError      **error)
{
  SoupMessage        *message = soup_message_new (SOUP_METHOD_GET, address);
  SoupMessageHeaders *headers;

  if (! message)
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REFUSED,
                   _("“%s” is not an address that a file can be downloaded from."),
                   address);
      return NULL;
    }

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  headers = soup_message_get_request_headers (message);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");

  if (first > 0)
    {
      soup_message_headers_set_range (headers, (goffset) first, -1);
      if (validator)
        soup_message_headers_replace (headers, "If-Range", validator);
    }

  return message;
}

static GInputStream *
send_once (SoupSession   *session,
           SoupMessage   *message,
           const gchar   *address,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GError)  local = NULL;
  GInputStream       *body;

  body = soup_session_send (session, message, cancellable, &local);
  if (body)
    return body;

  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error (error, PISCES_DOWNLOAD_ERROR,
                 PISCES_DOWNLOAD_ERROR_INTERRUPTED,
                 _("%s could not be reached: %s. Check the network, then try "
                   "again; what has arrived is kept."), address, local->message);

  return NULL;
}

static const gchar *
get_location (SoupMessage *message)
{
  return soup_message_headers_get_one (
    soup_message_get_response_headers (message), "Location");
}

static void
said_digest_clear (SaidDigest *said)
{
  g_clear_pointer (&said->digest, g_free);
}

/* Hosts that keep large files apart (Git LFS) name these files by their SHA-256,
 * and answer with X-Linked-Etag and X-Linked-Size before they send on to where the
 * bytes are.  For small files the ETag is their id in git.  Only the host that was
 * asked is believed, and only where nobody can change what it says.
 */
static void
note_digest (SoupMessage *message,
             const gchar *address,
             const gchar *place,
             SaidDigest  *said)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  g_autoptr (GUri)    asked   = g_uri_parse (address, G_URI_FLAGS_PARSE_RELAXED, NULL);
  g_autoptr (GUri)    here    = g_uri_parse (place, G_URI_FLAGS_PARSE_RELAXED, NULL);
  const gchar        *linked  = soup_message_headers_get_one (headers, "X-Linked-Etag");
  const gchar        *size    = soup_message_headers_get_one (headers, "X-Linked-Size");
  const gchar        *tag     = linked ? linked : soup_message_headers_get_one (headers, "ETag");
  gsize               length;

  if (said->digest || ! tag || ! asked || ! here || ! pisces_http_is_safe (place) ||
      g_strcmp0 (g_uri_get_host (asked), g_uri_get_host (here)) != 0 ||
      g_uri_get_port (asked) != g_uri_get_port (here))
    return;

  if (g_str_has_prefix (tag, "W/"))
    tag += 2;
  tag   += *tag == '"';
  length = strspn (tag, "0123456789abcdefABCDEF");
  /* An ETag of 64 digits may be anything.  */
  if ((tag[length] != '\0' && tag[length] != '"') || (length != 40 && ! (length == 64 && linked)))
    return;

  said->digest = g_ascii_strdown (tag, length);
  if (! size || ! g_ascii_string_to_unsigned (size, 10, 1, G_MAXINT64, (guint64 *) &said->n_bytes,
                                              NULL))
    said->n_bytes = -1;
}

static PiscesHttpResponse *
add_digest (PiscesHttpResponse *response,
            SaidDigest         *said)
{
  if (response)
    {
      response->said_digest = g_steal_pointer (&said->digest);
      response->said_bytes  = said->n_bytes;
    }

  return response;
}
