/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file-version.h: which file stood behind a path at some moment, and in which
 * state.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gchar * pisces_file_version_new (const gchar  *path,
                                 GError      **error);

G_END_DECLS
