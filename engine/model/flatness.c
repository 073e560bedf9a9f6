/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * flatness.c: measures how much of a picture is flat.  This tells a model that
 * only knows simple drawings in flat colours which pictures it does not know.
 * Knows no model and no network.
 *
 * The picture, multiplied by its alpha, is scaled down to N × N bytes, where N
 * is 64, or the picture's longer side if that is shorter.  A pixel is flat if
 * it differs from its right and its lower neighbour by at most 2 in each
 * channel.  The colours of the flat pixels are counted in bins of 8 values.
 * Flatness is
 *
 *   the number of flat pixels in the 8 fullest bins / N².
 *
 * Neither half of this is enough alone: a soft sky is flat, but in many
 * colours; the sea has few colours, but is not flat anywhere.  Both together
 * separate the pictures better than 15 other measures that were tried (how
 * many neighbours differ; how many pixels are in the 8, 12 or 16 fullest bins;
 * sizes of 64 and 96).
 *
 * models/nano/evaluate/doubt.py measures the effect of the limit; the results
 * are in nano's card.
 */

#include <string.h>

#include "engine/model/flatness.h"
#include "engine/model/preprocess.h"

#define SIDE          64
#define STEP_MAX      2
#define BIN_BITS      5        /* of the 8 bits of a channel */
#define N_COLORS      8
#define FLATNESS_MIN  0.6

static void      make_small     (const gfloat *values,
                                 gsize         n_values,
                                 guint8       *bytes);
static gboolean  is_flat        (const guint8 *bytes,
                                 gint          side,
                                 gint          x,
                                 gint          y);
static gboolean  is_near        (const guint8 *a,
                                 const guint8 *b);
static guint32   bin_of         (const guint8 *pixel);
static gint      compare_bins   (gconstpointer a,
                                 gconstpointer b);
static gint      compare_counts (gconstpointer a,
                                 gconstpointer b);
static guint     count_fullest  (guint32      *bins,
                                 guint         n_bins);


/*  public functions  */

/**
 * pisces_flatness_measure:
 * @image: an image of any size.
 * @flatness: (out): from 0 for noise to 1 for a single colour.
 * @error: return location for an error.
 *
 * Returns: whether the picture could be measured.
 */
gboolean
pisces_flatness_measure (PiscesImage  *image,
                         gdouble      *flatness,
                         GError      **error)
{
  /* Uses the bytes unchanged, and stretches both sides, because a border would
   * count as flat.  */
  const PiscesPreprocess small =
  {
    .resample = PISCES_RESAMPLE_BILINEAR,
    .scale    = 1.0f,
    .std      = { 1.0f, 1.0f, 1.0f, 1.0f },
  };
  gint               side   = MIN (SIDE, MAX (image->width, image->height));
  gsize              n      = (gsize) side * side;
  g_autofree gfloat *values = g_new (gfloat, n * 4);
  g_autofree guint8 *bytes  = g_new (guint8, n * 4);
  guint32            bins[SIDE * SIDE];
  guint              n_flat = 0;

  if (! pisces_preprocess_run (&small, image, side, 4, values, error))
    return FALSE;

  make_small (values, n * 4, bytes);

  for (gint y = 0; y < side; y++)
    for (gint x = 0; x < side; x++)
      if (is_flat (bytes, side, x, y))
        bins[n_flat++] = bin_of (bytes + 4 * ((gsize) y * side + x));

  *flatness = count_fullest (bins, n_flat) / (gdouble) n;

  return TRUE;
}

/**
 * pisces_flatness_is_flat:
 * @flatness: the flatness of a picture.
 *
 * Returns: whether it is a simple drawing in flat colours, as far as this
 *   number shows.
 */
gboolean
pisces_flatness_is_flat (gdouble flatness)
{
  return flatness >= FLATNESS_MIN;
}

/**
 * pisces_flatness_is_empty:
 * @flatness: the flatness of a picture.
 *
 * Returns: whether no pixel differs from its neighbours, so that there is only
 *   a background.  A model that was not trained with such pictures still names
 *   things in them: nano calls a red picture "a blue fish on a red
 *   background".
 */
gboolean
pisces_flatness_is_empty (gdouble flatness)
{
  return flatness >= 1.0;
}


/*  private functions  */

static void
make_small (const gfloat *values,
            gsize         n_values,
            guint8       *bytes)
{
  for (gsize i = 0; i < n_values; i++)
    bytes[i] = CLAMP (values[i] + 0.5f, 0.0f, 255.0f);
}

static gboolean
is_flat (const guint8 *bytes,
         gint          side,
         gint          x,
         gint          y)
{
  const guint8 *pixel = bytes + 4 * ((gsize) y * side + x);

  return (x + 1 == side || is_near (pixel, pixel + 4)) &&
         (y + 1 == side || is_near (pixel, pixel + 4 * side));
}

static gboolean
is_near (const guint8 *a,
         const guint8 *b)
{
  for (gint c = 0; c < 4; c++)
    if (ABS (a[c] - b[c]) > STEP_MAX)
      return FALSE;

  return TRUE;
}

static guint32
bin_of (const guint8 *pixel)
{
  guint32 bin = 0;

  for (gint c = 0; c < 4; c++)
    bin = bin << BIN_BITS | pixel[c] >> (8 - BIN_BITS);

  return bin;
}

static gint
compare_bins (gconstpointer a,
              gconstpointer b)
{
  guint32 bin_a = *(const guint32 *) a;
  guint32 bin_b = *(const guint32 *) b;

  return (bin_a > bin_b) - (bin_a < bin_b);
}

/* Sorts the largest first.  */
static gint
compare_counts (gconstpointer a,
                gconstpointer b)
{
  return compare_bins (b, a);
}

/* Returns how many pixels are in the N_COLORS fullest bins; changes the
 * array.  */
static guint
count_fullest (guint32 *bins,
               guint    n_bins)
{
  guint n_counts = 0;
  guint sum      = 0;

  qsort (bins, n_bins, sizeof *bins, compare_bins);

  /* Replaces each run of equal bins with its length, in place.  */
  for (guint i = 0, start = 0; i < n_bins; i++)
    if (i + 1 == n_bins || bins[i + 1] != bins[i])
      {
        bins[n_counts++] = i + 1 - start;
        start            = i + 1;
      }

  qsort (bins, n_counts, sizeof *bins, compare_counts);

  for (guint i = 0; i < MIN (n_counts, N_COLORS); i++)
    sum += bins[i];

  return sum;
}
