/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tiles.c: see tiles.h.  The sizes, and the two or three steps of resizing, are
 * those of transformers' SmolVLMImageProcessor (and Idefics3's, which is the
 * same) with Pillow: a picture always goes through its longest edge first, even
 * if it becomes one small square afterwards.
 */

#include "engine/model/byte-resize.h"
#include "engine/model/tiles.h"

typedef struct
{
  gint width;
  gint height;
} Size;


static Size     first_size  (const PiscesPreprocess *preprocess,
                             gint                    width,
                             gint                    height);
static Size     tiled_size  (Size                    first,
                             gint                    tile);
static guint8 * new_bytes   (Size                    size,
                             GError                **error);


/*  public functions  */

/**
 * pisces_tiles_count:
 * @preprocess: settings with a longest edge.
 * @width: of a picture, in pixels.
 * @height: the same.
 * @n_rows: (out): of tiles, if it is cut; 0 if one tile has all of it.
 * @n_columns: (out): the same.
 *
 * Says how a picture would be cut.
 */
void
pisces_tiles_count (const PiscesPreprocess *preprocess,
                    gint                    width,
                    gint                    height,
                    gint                   *n_rows,
                    gint                   *n_columns)
{
  const gint tile = preprocess->size;
  const Size size = tiled_size (first_size (preprocess, width, height), tile);

  *n_rows = *n_columns = 0;
  if (size.width > tile || size.height > tile)
    {
      *n_rows    = size.height / tile;
      *n_columns = size.width / tile;
    }
}

/**
 * pisces_tiles_cut:
 * @tiles: (out): the tiles; pisces_tiles_clear() frees them.
 * @preprocess: settings with a longest edge.
 * @image: a picture of any size.  Where it is transparent, white shows.
 * @closer: whether to cut it; otherwise it becomes one tile.
 * @error: return location for an error.
 *
 * Returns: %FALSE with %PISCES_ERROR_OUT_OF_MEMORY.
 */
gboolean
pisces_tiles_cut (PiscesTiles             *tiles,
                  const PiscesPreprocess  *preprocess,
                  PiscesImage             *image,
                  gboolean                 closer,
                  GError                 **error)
{
  static const guint8   white[] = { 255, 255, 255 };
  const PiscesResample  filter  = preprocess->resample;
  const Size            first   = first_size (preprocess, image->width, image->height);
  const Size            square  = { preprocess->size, preprocess->size };
  const Size            cut     = closer ? tiled_size (first, preprocess->size) : square;
  g_autofree guint8    *longest = new_bytes (first, error);

  *tiles = (PiscesTiles) { .size = preprocess->size, .n_tiles = 1 };
  if (! longest ||
      ! pisces_byte_resize_image (image, white, first.width, first.height, filter, longest,
                                  (gsize) first.width * PISCES_BYTE_CHANNELS, error))
    return FALSE;

  if (closer)
    pisces_tiles_count (preprocess, image->width, image->height, &tiles->n_rows,
                        &tiles->n_columns);
  tiles->n_tiles += tiles->n_rows * tiles->n_columns;
  tiles->whole    = new_bytes (square, error);
  if (! tiles->whole)
    return FALSE;
  if (tiles->n_rows == 0)
    return pisces_byte_resize (longest, first.width, first.height, square.width, square.height,
                               filter, tiles->whole, error);

  /* The whole is made of the picture that is cut, which has other proportions.  */
  tiles->bytes = new_bytes (cut, error);

  return tiles->bytes &&
         pisces_byte_resize (longest, first.width, first.height, cut.width, cut.height,
                             filter, tiles->bytes, error) &&
         pisces_byte_resize (tiles->bytes, cut.width, cut.height, square.width, square.height,
                             filter, tiles->whole, error);
}

/**
 * pisces_tiles_get:
 * @tiles: the tiles.
 * @preprocess: the settings that they were cut with.
 * @index: which tile: row by row, and the whole picture last.
 * @out: (out caller-allocates): `[size, size, 3]`: (x * scale - mean) / std.
 */
void
pisces_tiles_get (const PiscesTiles      *tiles,
                  const PiscesPreprocess *preprocess,
                  gint                    index,
                  gfloat                 *out)
{
  const gboolean  is_whole = index == tiles->n_tiles - 1;
  const gsize     n_row    = (gsize) tiles->size * PISCES_BYTE_CHANNELS;
  const gsize     step     = is_whole ? n_row : n_row * tiles->n_columns;
  const guint8   *bytes    = tiles->whole;

  if (! is_whole)
    bytes = tiles->bytes + step * tiles->size * (index / tiles->n_columns) +
            n_row * (index % tiles->n_columns);

  for (gint y = 0; y < tiles->size; y++, bytes += step)
    for (gsize i = 0; i < n_row; i++)
      {
        const gint c = i % PISCES_BYTE_CHANNELS;

        *out++ = (bytes[i] * preprocess->scale - preprocess->mean[c]) / preprocess->std[c];
      }
}

void
pisces_tiles_clear (PiscesTiles *tiles)
{
  g_clear_pointer (&tiles->bytes, g_free);
  g_clear_pointer (&tiles->whole, g_free);
}


/*  private functions  */

/* The longer side becomes the longest edge, also of a small picture; the shorter
 * one is cut off to a whole number, and made even.  A picture that is still too
 * large is made smaller again, in the same way, but not even.  */
static Size
first_size (const PiscesPreprocess *preprocess,
            gint                    width,
            gint                    height)
{
  const gint    longest = preprocess->longest_edge;
  const gdouble aspect  = (gdouble) width / height;
  Size          size    = { longest, longest };

  if (width >= height)
    {
      size.height  = (gint) (longest / aspect);
      size.height += size.height % 2;
    }
  else
    {
      size.width  = (gint) (longest * aspect);
      size.width += size.width % 2;
    }

  size.width  = MAX (size.width, 1);
  size.height = MAX (size.height, 1);
  if (longest > PISCES_MAX_LONGEST_EDGE)
    {
      const gdouble made = (gdouble) size.width / size.height;

      if (size.width >= size.height)
        size = (Size) { PISCES_MAX_LONGEST_EDGE, (gint) (PISCES_MAX_LONGEST_EDGE / made) };
      else
        size = (Size) { (gint) (PISCES_MAX_LONGEST_EDGE * made), PISCES_MAX_LONGEST_EDGE };
    }

  return (Size) { MAX (size.width, 1), MAX (size.height, 1) };
}

/* The sides become multiples of a tile's; first the longer one, and the shorter
 * one follows it.  */
static Size
tiled_size (Size first,
            gint tile)
{
  const gdouble aspect = (gdouble) first.width / first.height;
  Size          size   = first;

  if (first.width >= first.height)
    {
      size.width  = (first.width + tile - 1) / tile * tile;
      size.height = (gint) (size.width / aspect);
      size.height = (size.height + tile - 1) / tile * tile;
    }
  else
    {
      size.height = (first.height + tile - 1) / tile * tile;
      size.width  = (gint) (size.height * aspect);
      size.width  = (size.width + tile - 1) / tile * tile;
    }

  return size;
}

static guint8 *
new_bytes (Size     size,
           GError **error)
{
  guint8 *bytes = g_try_new (guint8, (gsize) size.width * size.height * PISCES_BYTE_CHANNELS);

  if (bytes == NULL)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                 "There is no memory for a picture of %d × %d pixels.",
                 size.width, size.height);

  return bytes;
}
