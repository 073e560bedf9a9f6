/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * container-blocks.c: the metadata blocks that were found in a picture file.
 * The readers of the file formats add what they find.  If a file has several
 * blocks of a kind, this file decides which one counts, in the same way for
 * all formats.
 */

#include <string.h>

#include "engine/metadata/byte-order.h"
#include "engine/metadata/picture-container-private.h"

/* Photoshop's number for a block of IPTC datasets.  */
#define RESOURCE_IPTC 0x0404


void
pisces_container_blocks_free (PiscesContainerBlocks *blocks)
{
  if (blocks == NULL)
    return;

  g_clear_pointer (&blocks->xmp, g_bytes_unref);
  g_clear_pointer (&blocks->more_xmp, g_bytes_unref);
  g_clear_pointer (&blocks->exif, g_bytes_unref);
  g_clear_pointer (&blocks->iptc, g_bytes_unref);
  g_free (blocks);
}

/* If there are several, the first one is used for reading, and the file is not
 * written.  */
void
pisces_blocks_take_xmp (PiscesContainerBlocks *blocks,
                        const guint8          *bytes,
                        gsize                  n_bytes)
{
  if (blocks->xmp)
    blocks->obstacle = PISCES_OBSTACLE_TWO_PACKETS;
  else
    blocks->xmp = g_bytes_new (bytes, n_bytes);
}

void
pisces_blocks_take_exif (PiscesContainerBlocks *blocks,
                         const guint8          *bytes,
                         gsize                  n_bytes)
{
  /* Some programs write the header that JPEG needs before EXIF in other
   * formats too.  */
  if (n_bytes > 6 && ! memcmp (bytes, "Exif\0\0", 6))
    {
      bytes   += 6;
      n_bytes -= 6;
    }

  if (! blocks->exif)
    blocks->exif = g_bytes_new (bytes, n_bytes);
}

/**
 * pisces_blocks_take_photoshop:
 * @blocks: receives the IPTC datasets.
 * @bytes: (array length=n_bytes): Photoshop's resources: each a signature, a
 *   number, a name and a length, then its data, all padded to even lengths.
 * @n_bytes: their length.
 */
void
pisces_blocks_take_photoshop (PiscesContainerBlocks *blocks,
                              const guint8          *bytes,
                              gsize                  n_bytes)
{
  gsize at = 0;

  while (n_bytes - at >= 12 && ! memcmp (bytes + at, "8BIM", 4))
    {
      guint16 number = pisces_get_16 (bytes + at + 4, TRUE);
      gsize   name   = (bytes[at + 6] + 2u) & ~1u;
      gsize   length;

      if (name + 4 > n_bytes - at - 6)
        return;
      length = pisces_get_32 (bytes + at + 6 + name, TRUE);
      at    += 6 + name + 4;
      if (length > n_bytes - at)
        return;

      if (number == RESOURCE_IPTC && ! blocks->iptc)
        blocks->iptc = g_bytes_new (bytes + at, length);
      at += MIN (length + (length & 1), n_bytes - at);
    }
}
