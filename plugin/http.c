/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * http.c: one GET by libsoup: redirects are followed here, one by one, since
 * what was asked for by https must not come by http; Range and If-Range ask
 * for the rest of a file.  Knows nothing of GIMP and of models.
 */

#include <glib/gi18n-lib.h>

#include "http.h"

#define MAX_REDIRECTS 10

static GInputStream       * send_once       (SoupSession         *session,
                                             SoupMessage         *message,
                                             const gchar         *address,
                                             GCancellable        *cancellable,
                                             GError             **error);
static const gchar        * get_location    (SoupMessage         *message);
static SoupMessage        * make_message    (const gchar         *address,
                                             guint64              first,
                                             const gchar         *validator,
                                             GError             **error);
static PiscesHttpResponse * take_response   (SoupMessage         *message,
                                             GInputStream        *body,
                                             const gchar         *address,
                                             GError             **error);
static gchar              * get_validator   (SoupMessage         *message);
static void                 set_status_error (SoupMessage        *message,
                                             const gchar         *address,
                                             GError             **error);

G_DEFINE_QUARK (pisces-download-error-quark, pisces_download_error)


/*  public functions  */

/**
 * pisces_http_session_new:
 * @timeout_seconds: how long a server may be silent.
 *
 * Of the thread that makes it, whose default main context it uses.
 */
SoupSession *
pisces_http_session_new (guint timeout_seconds)
{
  SoupSession *session;

  session = soup_session_new_with_options ("timeout", timeout_seconds,
                                           "user-agent", "Pisces for GIMP ", NULL);

  /* Digests and byte ranges are of the file itself, so it has to come as it
   * is.
   */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);

  return session;
}

/**
 * pisces_http_get:
 * @session: of this thread.
 * @address: http or https.
 * @first: which byte to begin with.
 * @validator: (nullable): of the version that the bytes before @first are of.
 * @cancellable: (nullable):
 * @error: %PISCES_DOWNLOAD_ERROR, or %G_IO_ERROR_CANCELLED.
 *
 * The server may send the whole file all the same: see the response.
 *
 * Returns: (transfer full) (nullable): the answer, its body still to be read.
 */
PiscesHttpResponse *
pisces_http_get (SoupSession   *session,
                 const gchar   *address,
                 guint64        first,
                 const gchar   *validator,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autofree gchar *place = g_strdup (address);

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

      if (! SOUP_STATUS_IS_REDIRECTION (soup_message_get_status (message)))
        return take_response (message, body, place, error);

      next = pisces_http_follow (place, get_location (message), error);
      if (! next)
        return NULL;

      g_free (place);
      place = g_steal_pointer (&next);
    }

  g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REDIRECT,
               _("The server sends from one address to the next, more than %d "
                 "times, beginning at %s. Please tell those who keep the list "
                 "of models."), MAX_REDIRECTS, address);

  return NULL;
}

/**
 * pisces_http_follow:
 * @address: where the server is.
 * @location: (nullable): where it sends on to, perhaps relative to @address.
 *
 * Returns: (transfer full) (nullable): the next address, or %NULL with @error
 *   set where it must not be gone to: other kinds of addresses, and from
 *   https to http.
 */
gchar *
pisces_http_follow (const gchar  *address,
                    const gchar  *location,
                    GError      **error)
{
  g_autofree gchar *next = NULL;
  g_autofree gchar *from = g_uri_parse_scheme (address);
  g_autofree gchar *to   = NULL;

  if (location)
    next = g_uri_resolve_relative (address, location,
                                   G_URI_FLAGS_PARSE_RELAXED, NULL);
  if (next)
    to = g_uri_parse_scheme (next);

  if (g_strcmp0 (to, "https") == 0 ||
      (g_strcmp0 (to, "http") == 0 && g_strcmp0 (from, "http") == 0))
    return g_steal_pointer (&next);

  g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REDIRECT,
               _("%s sends on to “%s”, which is not as safe or not an address "
                 "of the web, so it was not followed."),
               address, location ? location : "");

  return NULL;
}

void
pisces_http_response_free (PiscesHttpResponse *response)
{
  g_clear_object (&response->body);
  g_free (response->validator);
  g_free (response);
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
                   _("“%s” is not an address that can be asked for a file."),
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

static PiscesHttpResponse *
take_response (SoupMessage   *message,
               GInputStream  *body,
               const gchar   *address,
               GError       **error)
{
  SoupMessageHeaders             *headers;
  g_autoptr (PiscesHttpResponse)  response = g_new0 (PiscesHttpResponse, 1);
  guint                           status   = soup_message_get_status (message);
  goffset                         start, end, total;

  headers = soup_message_get_response_headers (message);
  response->n_total = -1;

  if (status == SOUP_STATUS_PARTIAL_CONTENT)
    {
      if (! soup_message_headers_get_content_range (headers, &start, &end,
                                                    &total))
        {
          g_set_error (error, PISCES_DOWNLOAD_ERROR,
                       PISCES_DOWNLOAD_ERROR_RANGE,
                       _("%s sends a part of the file without saying which. "
                         "Try again to begin anew."), address);
          return NULL;
        }
      response->first   = start;
      response->n_total = total;
    }
  else if (status == SOUP_STATUS_OK)
    {
      if (soup_message_headers_get_encoding (headers) ==
          SOUP_ENCODING_CONTENT_LENGTH)
        response->n_total = soup_message_headers_get_content_length (headers);
    }
  else
    {
      set_status_error (message, address, error);
      return NULL;
    }

  response->validator = get_validator (message);
  response->body      = g_object_ref (body);

  return g_steal_pointer (&response);
}

/* RFC 9110, 13.1.5: weak tags do not count; a date does only where it is well
 * before the answer, else two versions may share it.
 */
static gchar *
get_validator (SoupMessage *message)
{
  SoupMessageHeaders    *headers  = soup_message_get_response_headers (message);
  const gchar           *tag      = soup_message_headers_get_one (headers, "ETag");
  const gchar           *modified = soup_message_headers_get_one (headers, "Last-Modified");
  const gchar           *sent     = soup_message_headers_get_one (headers, "Date");
  g_autoptr (GDateTime)  then     = NULL;
  g_autoptr (GDateTime)  now      = NULL;

  if (tag && tag[0] == '"')
    return g_strdup (tag);

  then = modified ? soup_date_time_new_from_http_string (modified) : NULL;
  now  = sent ? soup_date_time_new_from_http_string (sent) : NULL;

  if (then && now && g_date_time_difference (now, then) >= G_TIME_SPAN_SECOND)
    return g_strdup (modified);

  return NULL;
}

static void
set_status_error (SoupMessage  *message,
                  const gchar  *address,
                  GError      **error)
{
  guint status = soup_message_get_status (message);

  switch (status)
    {
    case SOUP_STATUS_NOT_FOUND:
    case SOUP_STATUS_GONE:
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REFUSED,
                   _("There is no file at %s any more (the server says %u). "
                     "Please tell those who keep the list of models."),
                   address, status);
      break;

    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_FORBIDDEN:
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REFUSED,
                   _("%s is not given to everybody (the server says %u). The "
                     "page of the model may ask you to accept its licence "
                     "first; then download it there and add its folder."),
                   address, status);
      break;

    case SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE:
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_RANGE,
                   _("%s cannot go on where the download stopped. Try again "
                     "to begin anew."), address);
      break;

    case SOUP_STATUS_REQUEST_TIMEOUT:
    case 429:
    case SOUP_STATUS_INTERNAL_SERVER_ERROR:
    case SOUP_STATUS_BAD_GATEWAY:
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
    case SOUP_STATUS_GATEWAY_TIMEOUT:
      g_set_error (error, PISCES_DOWNLOAD_ERROR,
                   PISCES_DOWNLOAD_ERROR_INTERRUPTED,
                   _("The server of %s is busy or broken (it says %u). Try "
                     "again later; what has arrived is kept."),
                   address, status);
      break;

    default:
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REFUSED,
                   _("The server does not give %s (it says %u)."),
                   address, status);
    }
}
