/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * splice.h: changes a few places of a file and keeps all other bytes.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PiscesSplice PiscesSplice;

PiscesSplice * pisces_splice_new     (void);
void           pisces_splice_free    (PiscesSplice  *splice);

void           pisces_splice_replace (PiscesSplice  *splice,
                                      guint64        offset,
                                      guint64        n_removed,
                                      const guint8  *bytes,
                                      gsize          n_bytes);
gboolean       pisces_splice_write   (PiscesSplice  *splice,
                                      GBytes        *file,
                                      const gchar   *copy,
                                      GError       **error);
GBytes       * pisces_splice_apply   (PiscesSplice  *splice,
                                      GBytes        *file);
gboolean       pisces_splice_check   (PiscesSplice  *splice,
                                      GBytes        *file,
                                      const gchar   *copy);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesSplice, pisces_splice_free)

G_END_DECLS
