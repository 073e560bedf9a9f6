/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * weight-index.h: weights in several files.  Only for weight-files.c.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean   pisces_weight_index_read      (const gchar    *path,
                                          const gchar    *folder,
                                          GPtrArray      *shards,
                                          GPtrArray      *entries,
                                          GError        **error);
gint       pisces_weight_entries_compare (gconstpointer   a,
                                          gconstpointer   b);

G_END_DECLS
