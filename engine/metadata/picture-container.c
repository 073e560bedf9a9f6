/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-container.c: the metadata blocks of a picture file, whatever its
 * kind.  A block is found and replaced here; what stands in it is the affair
 * of others.
 *
 * No library writes a file, because each writes it anew after its own idea of
 * it: exiv2 0.28.5 keeps four pages of a TIFF and moves the second picture of
 * a JPEG away from its offset.  So the one block that changes is cut out and
 * put in, and what points over it is moved along.
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
 * @data: (array length=n_bytes): the beginning of a file, 32 bytes or more
 *   where it has them.
 * @n_bytes: of it.
 *
 * Returns: what the first bytes say that it is.
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
 * Returns: (transfer full) (nullable): its metadata blocks; %NULL if it is of
 *   a kind that no text can be kept in, or damaged.
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
 * @n_bytes: of it.
 *
 * Its first picture, which every decoder reads, may be whole all the same.
 *
 * Returns: whether the file lists a picture that reaches over its end.
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
 * @file: a whole file that pisces_container_read() has read and for which it
 *   has found no obstacle.
 * @xmp: the new XMP packet, no longer than pisces_container_get_xmp_max().
 *
 * Returns: (transfer full) (nullable): what is to be changed in the file so
 *   that it has this packet in the place of the old one; %NULL if that cannot
 *   be done.
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
 * @kind: of a file.
 *
 * Returns: how long an XMP packet may be there, in bytes.
 */
gsize
pisces_container_get_xmp_max (PiscesContainerKind kind)
{
  return kind == PISCES_CONTAINER_OTHER ? 0 : classes[kind]->xmp_max;
}
