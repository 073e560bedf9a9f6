/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Decodes a latent that is too large for the memory in overlapping square
 * tiles, and blends their pictures.  This needs the memory of one tile, and
 * about 1 / (3/4)² times the work of decoding the whole latent.
 *
 * A tile differs slightly from the same area of the whole: at its edges,
 * convolutions see zeros instead of neighbours, and group norms and the
 * attention see only the tile.  The first error decreases with the distance
 * from the edge, so the outermost quarter of each overlap is thrown away and
 * the rest is blended.  The second is a slight shift of colour and contrast:
 * blending hides the edges, but the shift remains.
 * tests/networks/test-vae-tiles-agree-with-the-whole.c checks that both stay
 * within a limit.
 */

#include <string.h>

#include "engine/networks/vae-tiles.h"

/* The smallest overlap of two neighbours is the tile's side divided by this. */
#define OVERLAP 4

/* What is thrown away at either end of an overlap is the overlap divided by
 * this.  */
#define CONTEXT 4

/* One axis of the latent, divided into tiles.  */
typedef struct
{
  gint64  n_tiles;
  gint64  length;               /* of a tile, in pixels of the latent        */
  gint64 *starts;               /* [n_tiles]                                 */
  gfloat *shares;               /* [n_tiles][length * scale]: the weights of
                                 * each tile's pixels; for one pixel of the
                                 * picture, they add up to 1                 */
} Axis;

static void         axis_init   (Axis                  *axis,
                                 gint64                 size,
                                 gint64                 tile,
                                 gint64                 scale);
static void         axis_clear  (Axis                  *axis);
static PiscesTensor cut         (PiscesTensor           image,
                                 gint64                 top,
                                 gint64                 left,
                                 gint64                 height,
                                 gint64                 width);
static PiscesTensor flat        (PiscesTensor           image);
static void         fill_shares (gfloat                *values,
                                 const gfloat          *vertical,
                                 gint64                 height,
                                 const gfloat          *horizontal,
                                 gint64                 width,
                                 gint64                 n_channels);

/**
 * pisces_vae_decode_tiles:
 * @backend: the backend of the autoencoder.
 * @decode: a function that decodes one tile.
 * @vae: passed to @decode.
 * @scale: side of a picture divided by that of its latent.
 * @tile: side of a tile in pixels of the latent, at least
 *   %PISCES_VAE_MIN_TILE.
 * @y: as for pisces_vae_decode().
 * @z: as for pisces_vae_decode().
 */
void
pisces_vae_decode_tiles (PiscesBackend       *backend,
                         PiscesVaeDecodeFunc  decode,
                         PiscesVae           *vae,
                         gint64               scale,
                         gint64               tile,
                         PiscesTensor         y,
                         PiscesTensor         z)
{
  const gsize         mark     = pisces_backend_mark (backend);
  const gint64        channels = pisces_tensor_width (y);
  g_autofree gfloat  *values   = NULL;
  PiscesTensor        cells, pixels, shares;
  Axis                down, across;
  gint64              height, width;

  axis_init (&down, z.dims[1], tile, scale);
  axis_init (&across, z.dims[2], tile, scale);
  height = down.length * scale;
  width  = across.length * scale;

  cells  = pisces_backend_alloc (backend, 4, 1, down.length, across.length,
                                 pisces_tensor_width (z));
  pixels = pisces_backend_alloc (backend, 4, 1, height, width, channels);
  shares = pisces_backend_alloc (backend, 4, 1, height, width, channels);

  values = g_new0 (gfloat, MAX (pisces_tensor_count (y) / y.dims[0],
                                height * width * channels));
  for (gint64 i = 0; i < y.dims[0]; i++)
    {
      const PiscesTensor picture = pisces_tensor_rows (y, i * y.dims[1] * y.dims[2],
                                                       y.dims[1] * y.dims[2]);
      const PiscesTensor image   = pisces_tensor_reshape (picture, 4, 1, y.dims[1],
                                                          y.dims[2], channels);
      PiscesTensor       latent  = pisces_tensor_rows (z, i * z.dims[1] * z.dims[2],
                                                       z.dims[1] * z.dims[2]);

      latent = pisces_tensor_reshape (latent, 4, 1, z.dims[1], z.dims[2],
                                      pisces_tensor_width (z));
      memset (values, 0, sizeof (gfloat) * pisces_tensor_count (image));
      pisces_upload (backend, image, values);

      for (gint64 t = 0; t < down.n_tiles * across.n_tiles &&
                         ! (pisces_backend_is_failed (backend) && ! backend->is_planning); t++)
        {
          const gint64 v      = t / across.n_tiles;
          const gint64 h      = t % across.n_tiles;
          PiscesTensor region = cut (image, down.starts[v] * scale,
                                     across.starts[h] * scale, height, width);

          pisces_copy (backend, flat (cells),
                       cut (latent, down.starts[v], across.starts[h],
                            down.length, across.length));
          decode (vae, pixels, cells);

          fill_shares (values, down.shares + v * height, height,
                       across.shares + h * width, width, channels);
          pisces_upload (backend, shares, values);
          pisces_glu (backend, flat (pixels), flat (pixels), flat (shares),
                      PISCES_ACT_NONE);
          pisces_combine (backend, region, 1.0, region, 1.0, flat (pixels));
        }
    }

  axis_clear (&down);
  axis_clear (&across);
  pisces_backend_release (backend, mark);
}

/*  private functions  */

/* The weight of a tile at a pixel, before the weights of all tiles are scaled
 * to a sum of 1: 0 next to an edge between tiles, and 1 outside the overlap. */
static gfloat
belief (const Axis *axis,
        gint64      i,
        gint64      pixel,
        gint64      scale)
{
  const gdouble overlap = MAX (axis->length / OVERLAP, 2) * scale;
  const gdouble context = overlap / CONTEXT;
  const gdouble ramp    = overlap - 2 * context;
  gdouble       value   = 1.0;

  if (i > 0)
    value = MIN (value, (pixel + 0.5 - context) / ramp);
  if (i < axis->n_tiles - 1)
    value = MIN (value, (axis->length * scale - pixel - 0.5 - context) / ramp);

  return MAX (value, 0.0);
}

/* Uses as few tiles as the overlap allows, evenly spaced.  */
static void
axis_init (Axis   *axis,
           gint64  size,
           gint64  tile,
           gint64  scale)
{
  const gint64 length  = MIN (size, tile);
  const gint64 overlap = MAX (length / OVERLAP, 2);
  const gint64 step    = length - overlap;
  const gint64 n       = 1 + (size - length + step - 1) / step;
  const gint64 pixels  = length * scale;
  g_autofree gdouble *sums = g_new0 (gdouble, size * scale);

  *axis = (Axis) {
    .n_tiles = n,
    .length  = length,
    .starts  = g_new (gint64, n),
    .shares  = g_new (gfloat, n * pixels),
  };

  for (gint64 i = 0; i < n; i++)
    {
      axis->starts[i] = n == 1 ? 0 : i * (size - length) / (n - 1);
      for (gint64 p = 0; p < pixels; p++)
        sums[axis->starts[i] * scale + p] += belief (axis, i, p, scale);
    }

  for (gint64 i = 0; i < n; i++)
    for (gint64 p = 0; p < pixels; p++)
      axis->shares[i * pixels + p] = belief (axis, i, p, scale) /
                                     sums[axis->starts[i] * scale + p];
}

static void
axis_clear (Axis *axis)
{
  g_free (axis->starts);
  g_free (axis->shares);
}

/* Returns a part of an image `[1, h, w, c]` as the rows of a matrix.  */
static PiscesTensor
cut (PiscesTensor image,
     gint64       top,
     gint64       left,
     gint64       height,
     gint64       width)
{
  const gint64 channels = pisces_tensor_width (image);

  return pisces_tensor_columns (pisces_tensor_rows (flat (image), top, height),
                                left * channels, width * channels);
}

/* Returns an image `[1, h, w, c]` as `[h, w * c]`.  */
static PiscesTensor
flat (PiscesTensor image)
{
  return pisces_tensor_reshape (image, 2, image.dims[1],
                                image.dims[2] * pisces_tensor_width (image));
}

static void
fill_shares (gfloat       *values,
             const gfloat *vertical,
             gint64        height,
             const gfloat *horizontal,
             gint64        width,
             gint64        n_channels)
{
  for (gint64 y = 0; y < height; y++)
    for (gint64 x = 0; x < width; x++)
      for (gint64 c = 0; c < n_channels; c++)
        values[(y * width + x) * n_channels + c] = vertical[y] * horizontal[x];
}
