/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-container.c: the metadata blocks of a picture file in any format.
 * This file finds and replaces blocks; others read their contents.
 *
 * No library is used to write a file, because libraries write everything again
 * in their own way: exiv2 0.28.5 keeps four pages of a TIFF, and moves the
 * second picture of a JPEG away from its offset.  So only the one block is
 * replaced, and offsets that point beyond it are corrected.
 */

#include "engine/metadata/picture-container-private.h"

static const PiscesContainerClass * const classes[] =
{
  [PISCES_CONTAINER_JPEG] = &pisces_jpeg_class,
  [PISCES_CONTAINER_PNG]  = &pisces_png_class,
  [PISCES_CONTAINER_WEBP] = &pisces_webp_class,
  [PISCES_CONTAINER_TIFF] = &pisces_tiff_class,
};


/*  public functions  */

/**
 * pisces_container_get_kind:
 * @data: (array length=n_bytes): the beginning of a file, at least 32 bytes if
 *   it has that many.
 * @n_bytes: its length.
 *
 * Returns: the format, according to the first bytes.
 */
PiscesContainerKind
pisces_container_get_kind (const guint8 *data,
                           gsize         n_bytes)
{
  for (guint kind = 1; kind < G_N_ELEMENTS (classes); kind++)
    if (classes[kind]->is_one (data, n_bytes))
      return kind;

  return PISCES_CONTAINER_OTHER;
}

/**
 * pisces_container_read:
 * @file: a whole file.
 *
 * Returns: (transfer full) (nullable): its metadata blocks; %NULL if its
 *   format cannot contain texts, or if it is damaged.
 */
PiscesContainerBlocks *
pisces_container_read (GBytes *file)
{
  gsize                             n_bytes;
  const guint8                     *data   = g_bytes_get_data (file, &n_bytes);
  g_autoptr (PiscesContainerBlocks) blocks = NULL;

  blocks       = g_new0 (PiscesContainerBlocks, 1);
  blocks->kind = pisces_container_get_kind (data, n_bytes);

  if (blocks->kind == PISCES_CONTAINER_OTHER ||
      ! classes[blocks->kind]->read (data, n_bytes, blocks))
    return NULL;

  return g_steal_pointer (&blocks);
}

/**
 * pisces_container_ends_early:
 * @data: (array length=n_bytes): a whole file.
 * @n_bytes: its length.
 *
 * The first picture, which every decoder reads, may still be complete.
 *
 * Returns: whether the file lists a picture that extends beyond its end.
 */
gboolean
pisces_container_ends_early (const guint8 *data,
                             gsize         n_bytes)
{
  return pisces_jpeg_class.is_one (data, n_bytes) &&
         pisces_jpeg_ends_early (data, n_bytes);
}

/**
 * pisces_container_put_xmp:
 * @file: a whole file that pisces_container_read() has read, and for which it
 *   found no obstacle.
 * @xmp: the new XMP packet, no longer than pisces_container_get_xmp_max().
 *
 * Returns: (transfer full) (nullable): the changes that replace the file's
 *   packet with this one; %NULL if that is not possible.
 */
PiscesSplice *
pisces_container_put_xmp (GBytes *file,
                          GBytes *xmp)
{
  gsize                    n_bytes;
  const guint8            *data   = g_bytes_get_data (file, &n_bytes);
  PiscesContainerKind      kind   = pisces_container_get_kind (data, n_bytes);
  g_autoptr (PiscesSplice) splice = pisces_splice_new ();

  if (kind == PISCES_CONTAINER_OTHER ||
      g_bytes_get_size (xmp) > classes[kind]->xmp_max ||
      ! classes[kind]->put_xmp (data, n_bytes, xmp, splice))
    return NULL;

  return g_steal_pointer (&splice);
}

/**
 * pisces_container_get_xmp_max:
 * @kind: the format of a file.
 *
 * Returns: how long an XMP packet may be in this format, in bytes.
 */
gsize
pisces_container_get_xmp_max (PiscesContainerKind kind)
{
  return kind == PISCES_CONTAINER_OTHER ? 0 : classes[kind]->xmp_max;
}
