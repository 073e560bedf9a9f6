/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-damage.h: checks whether a file's picture is complete.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean pisces_picture_damage_check (const gchar  *path,
                                      GError      **error);

G_END_DECLS
