/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file-attributes.h: what belongs to a file besides its contents.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean pisces_file_attributes_copy (gint          from,
                                      gint          to,
                                      const gchar  *path,
                                      GError      **error);

G_END_DECLS
