/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-merges.h: the learned pairs of byte-pair encoding, as numbers.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _PiscesMerges PiscesMerges;

PiscesMerges * pisces_merges_new   (gsize                n_merges);
void           pisces_merges_free  (PiscesMerges        *merges);
void           pisces_merges_add   (PiscesMerges        *merges,
                                    gint32               left,
                                    gint32               right,
                                    gint32               rank,
                                    gint32               joined);
gboolean       pisces_merges_apply (const PiscesMerges  *merges,
                                    GArray              *ids,
                                    guint                first);

G_END_DECLS
