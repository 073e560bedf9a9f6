/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * int8-rest.h: what the functions of all vector instruction sets have in common:
 * the last blocks of a row, and prefetching.
 */

#pragma once

#include <string.h>

#include "engine/cpu/int8.h"

/* Copies the last blocks of a row and adds zeros up to a whole group, so that
 * nothing beyond the row is read.  */
static void
fill_group (guint8         *rest,
            _Float16       *rest_scales,
            const guint8   *quants,
            const _Float16 *scales,
            gint64          n_blocks,
            gint            size)
{
  memcpy (rest, quants, n_blocks * size);
  memset (rest + n_blocks * size, 0, (PISCES_INT8_GROUP - n_blocks) * size);
  memcpy (rest_scales, scales, n_blocks * sizeof (_Float16));
  memset (rest_scales + n_blocks, 0, (PISCES_INT8_GROUP - n_blocks) * sizeof (_Float16));
}

/* How far ahead weights are prefetched, in bytes.  */
#define PISCES_INT8_AHEAD 2048

/* Prefetches weights, because the processor's own prefetching stops at the end of
 * each page.  */
static inline void
prefetch_ahead (const guint8 *quants,
                gint          n_bytes)
{
  for (gint i = 0; i < n_bytes; i += 64)
    __builtin_prefetch (quants + PISCES_INT8_AHEAD + i);
}
