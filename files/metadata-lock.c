/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * metadata-lock.c: one thread at a time in exiv2's XMP.  Its XMP toolkit has
 * state that all threads share, which exiv2 guards by a function that the
 * program is to give it; gexiv2 gives it none.  So whoever reads or writes
 * metadata where another thread may do so too holds this lock meanwhile.
 */

#include "files/metadata-lock.h"

/**
 * pisces_metadata_mutex:
 *
 * Recursive: while a call to GIMP waits for its answer, another call from GIMP
 * may come in, in the same thread.
 *
 * Returns: (transfer none): the one lock of this process.
 */
GRecMutex *
pisces_metadata_mutex (void)
{
  static GRecMutex mutex;

  return &mutex;
}
