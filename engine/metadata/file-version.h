/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file-version.h: identifies the file at a path, and its state, at one moment.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gchar * pisces_file_version_new (const gchar  *path,
                                 GError      **error);

G_END_DECLS
