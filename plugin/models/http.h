/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * http.h: one GET, with what a download needs of it.
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define PISCES_DOWNLOAD_ERROR (pisces_download_error_quark ())

/**
 * PiscesDownloadError:
 * @PISCES_DOWNLOAD_ERROR_INTERRUPTED: the connection could not be made, or
 *   broke, or the server is busy: worth another try.
 * @PISCES_DOWNLOAD_ERROR_REFUSED: the server does not give the file.
 * @PISCES_DOWNLOAD_ERROR_REDIRECT: the server sends on to a place that must
 *   not be gone to.
 * @PISCES_DOWNLOAD_ERROR_RANGE: the server cannot continue the file here.
 * @PISCES_DOWNLOAD_ERROR_WRONG_BYTES: what came is not the file that was
 *   meant.
 * @PISCES_DOWNLOAD_ERROR_EXISTS: there is such a folder already.
 * @PISCES_DOWNLOAD_ERROR_BUSY: another program downloads this model now.
 * @PISCES_DOWNLOAD_ERROR_LOGIN: a page for people came in place of the file:
 *   of a network that asks to sign in, or of a proxy.
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
  PISCES_DOWNLOAD_ERROR_LOGIN
} PiscesDownloadError;

GQuark pisces_download_error_quark (void);

/**
 * PiscesHttpResponse:
 * @body: what the server sends; if it was compressed it is no more.
 * @first: which byte of the file @body begins with.
 * @n_total: size of the whole file, or -1 where the server does not say.
 * @is_page: whether it is said to be a page for people (HTML).
 * @validator: (nullable): what tells this version of the file from others:
 *   for If-Range.
 */
typedef struct
{
  GInputStream *body;
  guint64       first;
  gint64        n_total;
  gboolean      is_page;
  gchar        *validator;
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
