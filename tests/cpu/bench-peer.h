/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-peer.h: oneDNN alone on one shape, with the weights converted in
 * advance to the form that it prefers.  The benchmark compares the backend
 * with this.  A peer is NULL if oneDNN does not have the product for this
 * processor: bfloat16 without AVX-512.
 */

#pragma once

#include <glib.h>

typedef struct _Peer Peer;

Peer * peer_new_linear (gint64        n_rows,
                        gint64        n_in,
                        gint64        n_out,
                        gboolean      bf16);
Peer * peer_new_conv   (gint64        n_batch,
                        gint64        size,
                        gint64        n_in,
                        gint64        n_out,
                        gint64        kernel,
                        gint64        stride);
void   peer_run        (Peer         *peer);
void   peer_free       (Peer         *peer);
