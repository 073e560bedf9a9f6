/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * http-private.h: the functions of http-answer.c that http.c uses.
 */

#pragma once

#include "plugin/models/http.h"

G_BEGIN_DECLS

PiscesHttpResponse * pisces_http_answer (SoupMessage   *message,
                                         GInputStream  *body,
                                         const gchar   *address,
                                         guint64        asked_first,
                                         GError       **error);

G_END_DECLS
