/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * file-map.h: an open file as memory, which can be read even if another
 * program shortens the file in the meantime.  Only for plain-file.c.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PiscesFileMap PiscesFileMap;

PiscesFileMap * pisces_file_map_new     (gint                 fd,
                                         gsize                n_bytes);
void            pisces_file_map_free    (PiscesFileMap       *map);
const guint8  * pisces_file_map_bytes   (const PiscesFileMap *map);
gboolean        pisces_file_map_is_torn (const PiscesFileMap *map);

G_END_DECLS
