/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * every-kind.c: a table of all modes, precisions, profiles and sources.  A
 * chart of colours is stored in each kind of image, and read back.
 */

#include <math.h>

#include "chart.h"
#include "claims.h"

#define PATCH 4   /* pixels on each side */

typedef struct
{
  const gchar   *name;
  GimpImageType  type;
} Mode;

static const Mode modes[] =
{
  { "RGB",      GIMP_RGB_IMAGE },
  { "RGBA",     GIMP_RGBA_IMAGE },
  { "GRAY",     GIMP_GRAY_IMAGE },
  { "GRAYA",    GIMP_GRAYA_IMAGE },
  { "INDEXED",  GIMP_INDEXED_IMAGE },
  { "INDEXEDA", GIMP_INDEXEDA_IMAGE },
};

static const GimpPrecision precisions[] =
{
  GIMP_PRECISION_U8_LINEAR,     GIMP_PRECISION_U8_NON_LINEAR,
  GIMP_PRECISION_U8_PERCEPTUAL,
  GIMP_PRECISION_U16_LINEAR,    GIMP_PRECISION_U16_NON_LINEAR,
  GIMP_PRECISION_U16_PERCEPTUAL,
  GIMP_PRECISION_U32_LINEAR,    GIMP_PRECISION_U32_NON_LINEAR,
  GIMP_PRECISION_U32_PERCEPTUAL,
  GIMP_PRECISION_HALF_LINEAR,   GIMP_PRECISION_HALF_NON_LINEAR,
  GIMP_PRECISION_HALF_PERCEPTUAL,
  GIMP_PRECISION_FLOAT_LINEAR,  GIMP_PRECISION_FLOAT_NON_LINEAR,
  GIMP_PRECISION_FLOAT_PERCEPTUAL,
  GIMP_PRECISION_DOUBLE_LINEAR, GIMP_PRECISION_DOUBLE_NON_LINEAR,
  GIMP_PRECISION_DOUBLE_PERCEPTUAL,
};

/* In sRGB.  */
static const guint8 colors[][3] =
{
  { 255, 255, 255 }, { 0, 0, 0 },     { 119, 119, 119 }, { 200, 30, 30 },
  { 30, 30, 200 },   { 30, 160, 40 }, { 240, 200, 20 },  { 90, 60, 50 },
};

/* Linear values in the image's own space: its purest green, which is outside
 * sRGB in a wide profile; and values brighter than white and darker than
 * black, if the numbers are floating-point ones.
 */
static const gdouble beyond[][3] =
{
  { 0.0, 1.0, 0.0 }, { 4.0, 4.0, 4.0 }, { -0.2, 0.5, 1.5 },
};

#define N_COLORS  (gint) G_N_ELEMENTS (colors)
#define N_PATCHES (gint) (G_N_ELEMENTS (colors) + G_N_ELEMENTS (beyond))
#define N_ALPHAS  3

static const gdouble all_alphas[N_ALPHAS]     = { 1.0, 0.5, 0.0 };
static const gdouble palette_alphas[N_ALPHAS] = { 1.0, 1.0, 0.0 };
static const gdouble no_alphas[N_ALPHAS]      = { 1.0, 1.0, 1.0 };

#define WIDTH  (PATCH * N_PATCHES)
#define HEIGHT (PATCH * N_ALPHAS)

typedef struct
{
  const ChartProfile *profile;
  gboolean            gray;
  const gdouble      *alphas;                 /* for the rows              */
  gdouble             tolerance;
  gdouble             wanted[N_PATCHES][3];   /* sRGB, 0 to 255 and beyond */
} Chart;

/* What the numbers of a drawable represent, without any colour conversion.  */
static const Babl *
own_format (GimpDrawable       *drawable,
            const ChartProfile *profile)
{
  const Babl *space = babl_format_get_space (gimp_drawable_get_format (drawable));

  return babl_format_with_space (gimp_drawable_is_gray (drawable) ? "YA double" :
                                 profile->kind == CHART_RGB_LUT   ? "R'G'B'A double" :
                                                                    "RGBA double",
                                 space);
}

static void
patch_to_store (const Chart *chart,
                gint         patch,
                gdouble     *values)
{
  gdouble in_srgb[3];

  if (patch >= N_COLORS)
    {
      for (gint c = 0; c < 3; c++)
        values[c] = beyond[patch - N_COLORS][c];
      return;
    }

  for (gint c = 0; c < 3; c++)
    {
      in_srgb[c] = colors[patch][c] / 255.0;
      if (chart->profile->kind != CHART_RGB_LUT)
        in_srgb[c] = chart_to_linear (in_srgb[c]);
    }

  chart_apply (chart->profile->from_srgb, in_srgb, values);
}

/* Stores the chart, and reads how it was rounded and clipped to the precision:
 * in sRGB, this is the expected result.
 */
static void
paint_chart (Chart        *chart,
             GimpDrawable *drawable)
{
  const Babl *format     = own_format (drawable, chart->profile);
  GeglBuffer *buffer     = gimp_drawable_get_buffer (drawable);
  gint        n_channels = chart->gray ? 2 : 4;

  for (gint i = 0; i < N_PATCHES * N_ALPHAS; i++)
    {
      GeglRectangle place = { PATCH * (i % N_PATCHES), PATCH * (i / N_PATCHES),
                              PATCH, PATCH };
      gdouble       values[3];
      gdouble       pixels[PATCH * PATCH * 4];

      patch_to_store (chart, i % N_PATCHES, values);
      for (gint j = 0; j < PATCH * PATCH; j++)
        {
          for (gint c = 0; c < n_channels - 1; c++)
            pixels[n_channels * j + c] = values[c];
          pixels[n_channels * j + n_channels - 1] =
            chart->alphas[i / N_PATCHES];
        }
      gegl_buffer_set (buffer, &place, 0, format, pixels, GEGL_AUTO_ROWSTRIDE);
    }

  g_object_unref (buffer);
  gimp_drawable_update (drawable, 0, 0, WIDTH, HEIGHT);
}

static void
look_at_chart (Chart        *chart,
               GimpDrawable *drawable)
{
  const Babl *format = own_format (drawable, chart->profile);
  GeglBuffer *buffer = gimp_drawable_get_buffer (drawable);

  for (gint i = 0; i < N_PATCHES; i++)
    {
      gdouble stored[4];

      gegl_buffer_get (buffer, GEGL_RECTANGLE (PATCH * i, 0, 1, 1), 1.0, format,
                       stored, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
      if (chart->gray)
        stored[1] = stored[2] = stored[0];

      if (chart->profile->kind == CHART_RGB_LUT)
        for (gint c = 0; c < 3; c++)
          stored[c] = CLAMP (stored[c], 0.0, 1.0);
      chart_apply (chart->profile->to_srgb, stored, chart->wanted[i]);
      for (gint c = 0; c < 3; c++)
        {
          if (chart->profile->kind != CHART_RGB_LUT)
            chart->wanted[i][c] = chart_from_linear (chart->wanted[i][c]);
          chart->wanted[i][c] *= 255.0;
        }
    }

  g_object_unref (buffer);
}

/* Rounding is the only change that is allowed.  */
static gboolean
is_chart (Claims        *claims,
          const Chart   *chart,
          GimpPrecision  precision)
{
  gboolean coarse = precision == GIMP_PRECISION_U8_LINEAR ||
                    precision == GIMP_PRECISION_HALF_LINEAR;
  gboolean same   = TRUE;

  for (gint i = 0; i < N_COLORS; i++)
    for (gint c = 0; c < 3; c++)
      {
        gdouble wanted = colors[i][chart->gray ? 0 : c];

        if (fabs (chart->wanted[i][c] - wanted) > (coarse ? 14.0 : 8.0))
          {
            note (claims, "color %d of the chart, channel %d, is stored as "
                  "%.1f for %.1f", i, c, chart->wanted[i][c], wanted);
            same = FALSE;
          }
      }

  return same;
}

/* @first: the index of the first patch in @pixels.  */
static gboolean
has_chart (Claims             *claims,
           const Chart        *chart,
           const PiscesImage  *pixels,
           gint                first,
           gint                n_patches,
           const gchar        *source)
{
  g_autofree gchar *what = g_strdup_printf ("%s, %s", chart->profile->name,
                                            source);
  gboolean          right = TRUE;

  if (! pixels || pixels->width != PATCH * n_patches || pixels->height != HEIGHT)
    {
      note (claims, "%s: no picture of %d × %d", what, PATCH * n_patches, HEIGHT);
      return FALSE;
    }

  for (gint y = PATCH / 2; y < HEIGHT; y += PATCH)
    for (gint x = PATCH / 2; x < pixels->width; x += PATCH)
      {
        const gdouble *color = chart->wanted[first + x / PATCH];
        gdouble        wanted[4] =
        {
          color[0], color[1], color[2], 255.0 * chart->alphas[y / PATCH]
        };

        right &= is_near (claims, pixels, x, y, wanted, chart->tolerance, what);
      }

  return right;
}

static gboolean
try_sources (Claims      *claims,
             const Chart *chart,
             GimpImage   *image,
             GimpLayer   *layer)
{
  g_autoptr (PiscesImage) visible   = NULL;
  g_autoptr (PiscesImage) selected  = NULL;
  g_autoptr (PiscesImage) alone     = NULL;
  g_autofree GimpImage  **before    = gimp_get_images ();
  g_autofree GimpImage  **after     = NULL;
  gboolean                right     = TRUE;
  const gint              first     = 2;
  const gint              n_patches = 6;

  gimp_image_clean_all (image);
  visible = pisces_canvas_read (image, NULL);
  right  &= has_chart (claims, chart, visible, 0, N_PATCHES, "visible");

  gimp_image_select_rectangle (image, GIMP_CHANNEL_OP_REPLACE, PATCH * first, 0,
                               PATCH * n_patches, HEIGHT);
  gimp_image_clean_all (image);
  selected = pisces_canvas_read_selection (image, NULL);
  right   &= has_chart (claims, chart, selected, first, n_patches, "selection");

  gimp_item_set_visible (GIMP_ITEM (layer), FALSE);
  gimp_layer_set_offsets (layer, 5, -3);
  gimp_image_clean_all (image);
  alone  = pisces_canvas_read_layer (image, NULL);
  right &= has_chart (claims, chart, alone, 0, N_PATCHES, "layer");

  after = gimp_get_images ();
  for (gint i = 0; before[i] || after[i]; i++)
    if (before[i] != after[i])
      {
        note (claims, "an image was left over");
        return FALSE;
      }
  if (gimp_image_is_dirty (image))
    note (claims, "the image was changed");

  return right && ! gimp_image_is_dirty (image);
}

static gboolean
try_one (Claims             *claims,
         const Mode         *mode,
         GimpPrecision       precision,
         const ChartProfile *profile)
{
  gboolean            indexed = mode->type == GIMP_INDEXED_IMAGE ||
                                mode->type == GIMP_INDEXEDA_IMAGE;
  gboolean            gray    = mode->type == GIMP_GRAY_IMAGE ||
                                mode->type == GIMP_GRAYA_IMAGE;
  Chart               chart   = { profile, gray };
  GimpImageType       type    = mode->type;
  gboolean            alpha   = type == GIMP_RGBA_IMAGE ||
                                type == GIMP_GRAYA_IMAGE ||
                                type == GIMP_INDEXEDA_IMAGE;
  GimpImage          *image;
  GimpLayer          *layer;
  gboolean            right;

  /* An image with a palette has no partial transparency.  */
  chart.alphas    = ! alpha ? no_alphas : indexed ? palette_alphas : all_alphas;
  chart.tolerance = profile->kind == CHART_RGB_LUT ? 4.0 : 2.0;

  if (indexed)
    type = alpha ? GIMP_RGBA_IMAGE : GIMP_RGB_IMAGE;

  image = gimp_image_new_with_precision (WIDTH, HEIGHT,
                                         gray ? GIMP_GRAY : GIMP_RGB, precision);
  if (profile->profile)
    gimp_image_set_color_profile (image, profile->profile);
  layer = gimp_layer_new (image, "chart", WIDTH, HEIGHT, type, 100.0,
                          GIMP_LAYER_MODE_NORMAL);
  gimp_image_insert_layer (image, layer, NULL, 0);
  paint_chart (&chart, GIMP_DRAWABLE (layer));
  look_at_chart (&chart, GIMP_DRAWABLE (layer));
  right = is_chart (claims, &chart, precision);

  if (indexed)
    gimp_image_convert_indexed (image, GIMP_CONVERT_DITHER_NONE,
                                GIMP_CONVERT_PALETTE_GENERATE, 64,
                                FALSE, FALSE, NULL);

  right &= try_sources (claims, &chart, image, layer);
  gimp_image_delete (image);

  return right;
}

/* GIMP takes long to find the best conversion between two profiles and
 * precisions.  So not every mode is tested with both, but each pair of mode
 * and precision, of precision and profile, and of mode and profile occurs:
 * every precision without a profile, and with one that is far from sRGB,
 * alternating with and without alpha; the other profiles with a few
 * precisions.
 */
static gboolean
is_for (const ChartProfile *profile,
        guint               nth_profile,
        const Mode         *mode,
        guint               nth_precision)
{
  GimpPrecision precision = precisions[nth_precision];
  gboolean gray  = mode->type == GIMP_GRAY_IMAGE ||
                   mode->type == GIMP_GRAYA_IMAGE;
  gboolean alpha = mode->type == GIMP_RGBA_IMAGE ||
                   mode->type == GIMP_GRAYA_IMAGE;
  gboolean is_turn = alpha == ((nth_precision + profile->far) % 2 == 1);
  gint     few     = precision == GIMP_PRECISION_U8_NON_LINEAR ? 0 :
                     precision == GIMP_PRECISION_U16_LINEAR    ? 1 :
                     precision == GIMP_PRECISION_FLOAT_LINEAR  ? 2 : -1;
  gboolean is_one_of_few = few >= 0 && alpha == ((few + nth_profile) % 2 == 1);

  /* Palettes only have one precision.  */
  if (mode->type == GIMP_INDEXED_IMAGE || mode->type == GIMP_INDEXEDA_IMAGE)
    return precision == GIMP_PRECISION_U8_NON_LINEAR && profile->kind != CHART_GRAY;

  switch (profile->kind)
    {
    case CHART_ANY:
      return is_turn;
    case CHART_GRAY:
      return gray && (profile->far ? is_turn : is_one_of_few);
    case CHART_RGB_MATRIX:
      return ! gray && (profile->far ? is_turn : is_one_of_few);
    case CHART_RGB_LUT:
      /* A table has no curve, so its numbers cannot be linear.  */
      return ! gray && (alpha ? precision == GIMP_PRECISION_U16_NON_LINEAR
                              : precision == GIMP_PRECISION_U8_NON_LINEAR ||
                                precision == GIMP_PRECISION_FLOAT_NON_LINEAR);
    }

  return FALSE;
}

void
try_every_kind (Claims *claims)
{
  g_autoptr (GPtrArray) profiles  = chart_make_profiles ();
  GEnumClass           *names     = g_type_class_ref (GIMP_TYPE_PRECISION);
  guint                 n_kinds   = 0;

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (precisions); j++)
      {
        const gchar *precision =
          g_enum_get_value (names, precisions[j])->value_nick;
        gboolean     right   = TRUE;

        /* GIMP only has palettes with 8 bits.  */
        if (i >= 4 && precisions[j] != GIMP_PRECISION_U8_NON_LINEAR)
          continue;

        for (guint k = 0; k < profiles->len; k++)
          if (is_for (profiles->pdata[k], k, &modes[i], j))
            {
              right &= try_one (claims, &modes[i], precisions[j],
                                profiles->pdata[k]);
              n_kinds++;
            }

        claim (claims, right, "%s, %s: its profiles, every source",
               modes[i].name, precision);
      }

  note (claims, "%u kinds of images, each read in three ways", n_kinds);
  g_type_class_unref (names);
}
