/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tiff-reader.h: the directories of a TIFF, and of what is built like one.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PiscesTiff:
 * @is_big: BigTIFF, with numbers of 64 bits where TIFF has 32.
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
 * @entries: offset of its first entry.
 * @entry_size: bytes of each.
 * @next_position: where the offset of the next directory stands.
 * @next: that offset; 0 after the last.
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
 * @position: where the entry itself stands.
 * @value: where its value stands, which lies in the data whole.
 * @n_bytes: of the value.
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
