/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * http-answer.c: finds out what a server's answer to a GET means: the whole
 * file or the rest of it, compressed or not, an HTML page, or a refusal.  Not
 * all servers and proxies obey RFC 9110, so the answer is compared with the
 * request and checked for contradictions.
 */

#include <glib/gi18n-lib.h>

#include "plugin/models/http-private.h"

/* From RFC 6585; libsoup has no name for it.  */
#define NETWORK_AUTHENTICATION_REQUIRED 511

static gboolean       find_place       (PiscesHttpResponse  *response,
                                        SoupMessage         *message,
                                        const gchar         *address,
                                        guint64              asked_first,
                                        GError             **error);
static GInputStream * open_body        (PiscesHttpResponse  *response,
                                        SoupMessage         *message,
                                        GInputStream        *body,
                                        const gchar         *address,
                                        GError             **error);
static gint64         get_length       (SoupMessageHeaders  *headers);
static gboolean       is_page          (SoupMessageHeaders  *headers);
static gchar        * get_validator    (SoupMessageHeaders  *headers);
static void           set_status_error (guint                status,
                                        const gchar         *address,
                                        GError             **error);


/**
 * pisces_http_answer:
 * @message: a request that has been answered.
 * @body: the body of the answer.
 * @address: the address that it came from.
 * @asked_first: the first byte that was requested; 0: the whole file.
 * @error: set to a sentence if it is not the file.
 *
 * Returns: (transfer full) (nullable): the answer.
 */
PiscesHttpResponse *
pisces_http_answer (SoupMessage   *message,
                    GInputStream  *body,
                    const gchar   *address,
                    guint64        asked_first,
                    GError       **error)
{
  SoupMessageHeaders             *headers  = soup_message_get_response_headers (message);
  g_autoptr (PiscesHttpResponse)  response = g_new0 (PiscesHttpResponse, 1);
  guint                           status   = soup_message_get_status (message);

  response->n_total    = -1;
  response->said_bytes = -1;

  if (status != SOUP_STATUS_OK && status != SOUP_STATUS_PARTIAL_CONTENT)
    {
      set_status_error (status, address, error);
      return NULL;
    }

  if (! find_place (response, message, address, asked_first, error))
    return NULL;

  response->is_page   = is_page (headers);
  response->validator = get_validator (headers);
  response->body      = open_body (response, message, body, address, error);

  return response->body ? g_steal_pointer (&response) : NULL;
}

/**
 * pisces_http_fail_of_page:
 *
 * Returns: %FALSE, and sets an error about an HTML page that came instead of a
 *   file.
 */
gboolean
pisces_http_fail_of_page (const gchar  *address,
                          GError      **error)
{
  g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_LOGIN,
               _("A web page came instead of the file from %s: your "
                 "network may ask you to sign in, or a proxy may have "
                 "answered. Open that address in a web browser, sign in if "
                 "you are asked to, and try again; what has arrived is kept."),
               address);

  return FALSE;
}

void
pisces_http_response_free (PiscesHttpResponse *response)
{
  g_clear_object (&response->body);
  g_free (response->validator);
  g_free (response->said_digest);
  g_free (response);
}


/*  private functions  */

/* Finds out which bytes of the file arrive.  Some servers and proxies send
 * status 200 with a range and mean 206; this is accepted if the length is that
 * of the range, or is not given.  A range that was not requested is ignored.
 */
static gboolean
find_place (PiscesHttpResponse  *response,
            SoupMessage         *message,
            const gchar         *address,
            guint64              asked_first,
            GError             **error)
{
  SoupMessageHeaders *headers   = soup_message_get_response_headers (message);
  gboolean            is_part   = soup_message_get_status (message) ==
                                  SOUP_STATUS_PARTIAL_CONTENT;
  gint64              length    = get_length (headers);
  goffset             start     = 0, end = 0, total = -1;
  gboolean            has_range = soup_message_headers_get_content_range (headers, &start, &end, &total);

  if (has_range && ! is_part)
    is_part = asked_first > 0 && (guint64) start == asked_first &&
              (length < 0 || length == end - start + 1);

  if (! is_part)
    {
      response->n_total = length;
      return TRUE;
    }

  if (! has_range || start < 0 || end < start)
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_RANGE,
                   _("%s sends a part of the file without saying which. "
                     "Try again to start over."), address);
      return FALSE;
    }

  response->first   = start;
  response->n_total = total;

  return TRUE;
}

/* Some servers compress although they were asked not to.  A compressed whole
 * file is decompressed here; a part of compressed bytes is useless.
 */
static GInputStream *
open_body (PiscesHttpResponse  *response,
           SoupMessage         *message,
           GInputStream        *body,
           const gchar         *address,
           GError             **error)
{
  SoupMessageHeaders    *headers = soup_message_get_response_headers (message);
  const gchar           *coding  = soup_message_headers_get_list (headers, "Content-Encoding");
  g_autoptr (GConverter) undo    = NULL;

  if (! coding || ! *coding || g_ascii_strcasecmp (coding, "identity") == 0)
    return g_object_ref (body);

  if (response->first > 0)
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_RANGE,
                   _("%s cannot go on where the download stopped. Try again to start over."), address);
      return NULL;
    }

  if (g_ascii_strcasecmp (coding, "gzip") != 0 &&
      g_ascii_strcasecmp (coding, "x-gzip") != 0)
    {
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_REFUSED,
                   _("%s sends the file compressed in a way that was not asked "
                     "for (“%s”), so it cannot be used. Please tell those who "
                     "keep the list of models."), address, coding);
      return NULL;
    }

  /* The size and the version in the answer are those of the compressed
   * bytes.  */
  response->n_total = -1;
  g_clear_pointer (&response->validator, g_free);
  undo = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));

  return g_converter_input_stream_new (body, undo);
}

/* Returns -1 if the length is not given.  */
static gint64
get_length (SoupMessageHeaders *headers)
{
  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return -1;

  return soup_message_headers_get_content_length (headers);
}

static gboolean
is_page (SoupMessageHeaders *headers)
{
  const gchar *type = soup_message_headers_get_content_type (headers, NULL);

  return type && (g_ascii_strcasecmp (type, "text/html") == 0 ||
                  g_ascii_strcasecmp (type, "application/xhtml+xml") == 0);
}

/* RFC 9110, 13.1.5: weak tags do not count, and a date counts only if it is
 * well before the answer, because two versions may share a recent one.
 */
static gchar *
get_validator (SoupMessageHeaders *headers)
{
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
set_status_error (guint         status,
                  const gchar  *address,
                  GError      **error)
{
  switch (status)
    {
    case SOUP_STATUS_NOT_FOUND:
    case SOUP_STATUS_GONE:
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_MISSING,
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

    case SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED:
    case NETWORK_AUTHENTICATION_REQUIRED:
      pisces_http_fail_of_page (address, error);
      break;

    case SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE:
      g_set_error (error, PISCES_DOWNLOAD_ERROR, PISCES_DOWNLOAD_ERROR_RANGE,
                   _("%s cannot go on where the download stopped. Try again to start over."), address);
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
