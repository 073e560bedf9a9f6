/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * byte-order.h: reads numbers from files, in the file's byte order.  The
 * caller must have checked that the bytes exist.
 */

#pragma once

#include <string.h>

#include <glib.h>

G_BEGIN_DECLS

static inline guint16
pisces_get_16 (const guint8 *bytes,
               gboolean      big_endian)
{
  guint16 value;

  memcpy (&value, bytes, sizeof value);

  return big_endian ? GUINT16_FROM_BE (value) : GUINT16_FROM_LE (value);
}

static inline guint32
pisces_get_32 (const guint8 *bytes,
               gboolean      big_endian)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);

  return big_endian ? GUINT32_FROM_BE (value) : GUINT32_FROM_LE (value);
}

static inline guint64
pisces_get_64 (const guint8 *bytes,
               gboolean      big_endian)
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);

  return big_endian ? GUINT64_FROM_BE (value) : GUINT64_FROM_LE (value);
}

static inline void
pisces_put_16 (guint8   *bytes,
               guint16   value,
               gboolean  big_endian)
{
  value = big_endian ? GUINT16_TO_BE (value) : GUINT16_TO_LE (value);
  memcpy (bytes, &value, sizeof value);
}

static inline void
pisces_put_32 (guint8   *bytes,
               guint32   value,
               gboolean  big_endian)
{
  value = big_endian ? GUINT32_TO_BE (value) : GUINT32_TO_LE (value);
  memcpy (bytes, &value, sizeof value);
}

static inline void
pisces_put_64 (guint8   *bytes,
               guint64   value,
               gboolean  big_endian)
{
  value = big_endian ? GUINT64_TO_BE (value) : GUINT64_TO_LE (value);
  memcpy (bytes, &value, sizeof value);
}

G_END_DECLS
