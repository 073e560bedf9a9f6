/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * raw-file.h: recognises cameras' raw files by their names.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean pisces_raw_file_has_name (const gchar *path);

G_END_DECLS
