/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tiff-reader.h: reads the directories of a TIFF, and of blocks with the same
 * structure.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PiscesTiff:
 * @is_big: whether it is a BigTIFF, which has 64-bit numbers instead of 32-bit
 *   ones.
 * @first_directory: its offset; 0 if there is none.
 */
typedef struct
{
  const guint8 *data;
  gsize         n_bytes;
  gboolean      big_endian;
  gboolean      is_big;
  guint64       first_directory;
} PiscesTiff;

/**
 * PiscesTiffDirectory:
 * @entries: the offset of its first entry.
 * @entry_size: the size of each entry in bytes.
 * @next_position: the position of the offset of the next directory.
 * @next: that offset; 0 in the last directory.
 */
typedef struct
{
  guint64 entries;
  guint64 n_entries;
  guint   entry_size;
  guint64 next_position;
  guint64 next;
} PiscesTiffDirectory;

/**
 * PiscesTiffEntry:
 * @position: the position of the entry itself.
 * @value: the position of its value, which is completely inside the data.
 * @n_bytes: the size of the value.
 */
typedef struct
{
  guint64 position;
  guint16 tag;
  guint16 type;
  guint64 count;
  guint64 value;
  guint64 n_bytes;
} PiscesTiffEntry;

enum
{
  PISCES_TIFF_BYTE      = 1,
  PISCES_TIFF_ASCII     = 2,
  PISCES_TIFF_SHORT     = 3,
  PISCES_TIFF_LONG      = 4,
  PISCES_TIFF_UNDEFINED = 7,
};

gboolean pisces_tiff_open           (PiscesTiff                *tiff,
                                     const guint8              *data,
                                     gsize                      n_bytes);
gboolean pisces_tiff_read_directory (const PiscesTiff          *tiff,
                                     guint64                    offset,
                                     PiscesTiffDirectory       *directory);
gboolean pisces_tiff_has            (const PiscesTiff          *tiff,
                                     const PiscesTiffDirectory *directory,
                                     guint16                    tag);
gboolean pisces_tiff_find           (const PiscesTiff          *tiff,
                                     const PiscesTiffDirectory *directory,
                                     guint16                    tag,
                                     PiscesTiffEntry           *entry);
gboolean pisces_tiff_read_entry     (const PiscesTiff          *tiff,
                                     const PiscesTiffDirectory *directory,
                                     guint64                    i,
                                     PiscesTiffEntry           *entry);
gboolean pisces_tiff_find_number    (const PiscesTiff          *tiff,
                                     const PiscesTiffDirectory *directory,
                                     guint16                    tag,
                                     guint64                   *number);

G_END_DECLS
