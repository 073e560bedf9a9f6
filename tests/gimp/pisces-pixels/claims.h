/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * claims.h: what the parts of the test plug-in share.
 */

#pragma once

#include <libgimp/gimp.h>

#include "plugin/gimp/canvas.h"

G_BEGIN_DECLS

/* Prints lines of TAP without numbers.  */
typedef GPtrArray Claims;

void     claim           (Claims            *claims,
                          gboolean           is_true,
                          const gchar       *format,
                          ...) G_GNUC_PRINTF (3, 4);
void     note            (Claims            *claims,
                          const gchar       *format,
                          ...) G_GNUC_PRINTF (2, 3);
gboolean is_near         (Claims            *claims,
                          const PiscesImage *pixels,
                          gint               x,
                          gint               y,
                          const gdouble      wanted[4],
                          gdouble            tolerance,
                          const gchar       *what);

void     try_every_kind  (Claims            *claims);
void     try_every_shape (Claims            *claims);

G_END_DECLS
