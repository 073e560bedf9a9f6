/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * int8-rest.h: what the functions of all vector instruction sets share: the
 * last blocks of a row, and reading ahead.
 */

#pragma once

#include <string.h>

#include "engine/cpu/int8.h"

/* The last blocks of a row, with zeros behind them, so that nothing beyond the
 * row is read.  */
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

/* Bytes.  */
#define PISCES_INT8_AHEAD 2048

/* The processor's own reading ahead stops at each page.  */
static inline void
prefetch_ahead (const guint8 *quants,
                gint          n_bytes)
{
  for (gint i = 0; i < n_bytes; i += 64)
    __builtin_prefetch (quants + PISCES_INT8_AHEAD + i);
}
