/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * metadata-lock.h: one thread at a time in exiv2's XMP.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

GRecMutex * pisces_metadata_mutex (void);

/* To the end of the block.  */
#define PISCES_METADATA_LOCK() \
  G_GNUC_UNUSED g_autoptr (GRecMutexLocker) metadata_locker = \
    g_rec_mutex_locker_new (pisces_metadata_mutex ())

G_END_DECLS
