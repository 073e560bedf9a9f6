/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * safetensors-bytes.h: writes the bytes of a safetensors file for a test.
 */

#pragma once

#include <string.h>

#include <glib.h>

/* Length, header, and n_data bytes that count up from 0.  */
static inline GByteArray *
safetensors_bytes (const gchar *header,
                   gsize        n_data)
{
  GByteArray *bytes  = g_byte_array_new ();
  guint64     length = GUINT64_TO_LE (strlen (header));
  gsize       i;

  g_byte_array_append (bytes, (const guint8 *) &length, 8);
  g_byte_array_append (bytes, (const guint8 *) header, strlen (header));
  for (i = 0; i < n_data; i++)
    {
      guint8 byte = i;

      g_byte_array_append (bytes, &byte, 1);
    }

  return bytes;
}

/* Two tensors of 24 and 8 bytes, from which the damaged files are made.  The
 * spaces align the data to a multiple of 8, as the usual writers do.  */
#define SOUND_HEADER \
  "{\"__metadata__\":{\"format\":\"pt\"}," \
  "\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}," \
  "\"b\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[24,32]}}     "
#define SOUND_DATA  32
