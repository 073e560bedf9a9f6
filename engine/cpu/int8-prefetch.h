/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * int8-prefetch.h: what the functions of all vector instruction sets prefetch.
 */

#pragma once

#include "engine/cpu/int8.h"

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
