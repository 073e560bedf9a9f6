/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * http.h: one GET, with what a download needs.
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define PISCES_DOWNLOAD_ERROR (pisces_download_error_quark ())

/**
 * PiscesDownloadError:
 * @PISCES_DOWNLOAD_ERROR_INTERRUPTED: the connection failed or broke, or the
 *   server is busy; another attempt may work.
 * @PISCES_DOWNLOAD_ERROR_REFUSED: the server does not send the file.
 * @PISCES_DOWNLOAD_ERROR_REDIRECT: the server redirects to an address that is
 *   not allowed.
 * @PISCES_DOWNLOAD_ERROR_RANGE: the server cannot continue the file here.
 * @PISCES_DOWNLOAD_ERROR_WRONG_BYTES: what arrived is not the right file.
 * @PISCES_DOWNLOAD_ERROR_EXISTS: such a folder already exists.
 * @PISCES_DOWNLOAD_ERROR_BUSY: another program is downloading this model.
 * @PISCES_DOWNLOAD_ERROR_MISSING: the server says that there is no such file.
 * @PISCES_DOWNLOAD_ERROR_LOGIN: an HTML page came instead of the file, from a
 *   network that wants a login, or from a proxy.
 *
 * A full disk is %G_IO_ERROR_NO_SPACE.  Messages are translated sentences.
 */
typedef enum
{
  PISCES_DOWNLOAD_ERROR_INTERRUPTED,
  PISCES_DOWNLOAD_ERROR_REFUSED,
  PISCES_DOWNLOAD_ERROR_REDIRECT,
  PISCES_DOWNLOAD_ERROR_RANGE,
  PISCES_DOWNLOAD_ERROR_WRONG_BYTES,
  PISCES_DOWNLOAD_ERROR_EXISTS,
  PISCES_DOWNLOAD_ERROR_BUSY,
  PISCES_DOWNLOAD_ERROR_LOGIN,
  PISCES_DOWNLOAD_ERROR_MISSING
} PiscesDownloadError;

GQuark pisces_download_error_quark (void);

/**
 * PiscesHttpResponse:
 * @body: the data, already decompressed.
 * @first: the index of the first byte of @body in the file.
 * @n_total: size of the whole file, or -1 if the server does not say.
 * @is_page: whether the server says that it is an HTML page.
 * @validator: (nullable): identifies this version of the file, for If-Range.
 * @said_digest: (nullable): what the host itself says about the file, in
 *   hexadecimal: its SHA-256, or the 40 digits of its id in git.  %NULL if it says
 *   nothing, or if somebody could have changed it on the way.
 * @said_bytes: how large the host says it is, or -1.
 */
typedef struct
{
  GInputStream *body;
  guint64       first;
  gint64        n_total;
  gboolean      is_page;
  gchar        *validator;
  gchar        *said_digest;
  gint64        said_bytes;
} PiscesHttpResponse;

SoupSession        * pisces_http_session_new   (guint                timeout_seconds);
PiscesHttpResponse * pisces_http_get           (SoupSession         *session,
                                                const gchar         *address,
                                                guint64              first,
                                                const gchar         *validator,
                                                GCancellable        *cancellable,
                                                GError             **error);
gchar              * pisces_http_follow        (const gchar         *address,
                                                const gchar         *location,
                                                GError             **error);
gboolean             pisces_http_is_safe       (const gchar         *address);
gboolean             pisces_http_fail_of_page  (const gchar         *address,
                                                GError             **error);
void                 pisces_http_response_free (PiscesHttpResponse  *response);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesHttpResponse, pisces_http_response_free)

G_END_DECLS
