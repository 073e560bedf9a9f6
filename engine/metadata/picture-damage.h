/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-damage.h: whether all of a file's picture is there.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean pisces_picture_damage_check (const gchar  *path,
                                      GError      **error);

G_END_DECLS
