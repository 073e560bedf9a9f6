/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unread-kind.h: tells pictures that are whole and cannot be read from damaged ones.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean pisces_picture_is_of_unread_kind (const gchar *path);

G_END_DECLS
