/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ground.c: see ground.h.
 *
 * The seam is mended as in Pérez et al. (Poisson Image Editing, SIGGRAPH 2003),
 * but only its low frequencies: the difference between what was given and what was
 * drawn, in a band around the hole, is spread smoothly over the hole and added.
 */

#include <glib/gi18n-lib.h>

#include <math.h>
#include <string.h>

#include "engine/families/ground.h"
#include "engine/families/spread.h"
#include "engine/model/float-pixels.h"
#include "engine/model/float-resize.h"

#define N PISCES_GROUND_CHANNELS

/* The width of the band along the border, as a part of the picture's side.  */
#define BAND (1.0 / 32)

/* A difference of this size counts half: a larger one means that something else
 * was drawn there, not that it was drawn in another shade.  */
#define SHADE 0.08f

/* From this alpha on, nobody sees through a pixel; and up to the other one, nobody sees
 * the pixel.  */
#define OPAQUE 0.998f
#define CLEAR  0.031f

const gchar pisces_fill_needs_encoder[] =
  N_("This model came without its autoencoder's encoder, and cannot see a picture in order to "
     "draw into it.");


static void      widen            (const PiscesEdit   *edit,
                                   gfloat             *pixels);
static gfloat  * read_mask        (const PiscesEdit   *edit);
static void      place_shown      (PiscesGround       *ground,
                                   const PiscesEdit   *edit);
static void      cut_out          (const PiscesGround *ground,
                                   PiscesImage        *drawn);
static void      fill_hole        (PiscesGround       *ground);
static gboolean  is_opaque        (const PiscesGround *ground);
static gfloat  * distance_to_hole (const PiscesGround *ground);


/*  public functions  */

/**
 * pisces_ground_new:
 * @edit: the picture, the mask and the strength, already checked.
 * @width: of the model's pictures.
 * @height: the same.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): the ground; %NULL if the picture is too
 *   large for the memory.
 */
PiscesGround *
pisces_ground_new (const PiscesEdit  *edit,
                   gint               width,
                   gint               height,
                   GError           **error)
{
  const PiscesImage       *image  = edit->image;
  const gsize              size   = (gsize) width * height;
  g_autofree gfloat       *pixels = pisces_float_pixels_new (image);
  g_autofree gfloat       *mask   = read_mask (edit);
  g_autoptr (PiscesGround) ground = g_new0 (PiscesGround, 1);

  ground->width    = width;
  ground->height   = height;
  ground->strength = edit->strength;
  ground->pixels   = g_new (gfloat, size * N);
  ground->mask     = g_new (gfloat, size);
  ground->seen     = g_new (gfloat, size * N);

  if (pixels && edit->shown.width > 0 && edit->strength < 1.0)
    widen (edit, pixels);
  place_shown (ground, edit);

  if (pixels == NULL || mask == NULL ||
      ! pisces_float_resize (pixels, image->width, image->height, N, PISCES_RESAMPLE_BILINEAR,
                             width, height, ground->pixels) ||
      ! pisces_float_resize (mask, image->width, image->height, 1, PISCES_RESAMPLE_BILINEAR,
                             width, height, ground->mask))
    {
      pisces_image_set_no_memory (error, image->width, image->height);
      return NULL;
    }

  memcpy (ground->seen, ground->pixels, size * N * sizeof (gfloat));
  if (ground->strength >= 1.0)
    fill_hole (ground);

  return g_steal_pointer (&ground);
}

void
pisces_ground_free (PiscesGround *ground)
{
  g_free (ground->pixels);
  g_free (ground->mask);
  g_free (ground->seen);
  g_free (ground);
}

/**
 * pisces_ground_show:
 * @ground: the ground.
 * @error: return location for an error.
 *
 * Returns: (transfer full) (nullable): what the model may see, as a picture.
 */
PiscesImage *
pisces_ground_show (const PiscesGround  *ground,
                    GError             **error)
{
  PiscesImage *image = pisces_image_new (ground->width, ground->height, error);

  for (gsize i = 0; image && i < (gsize) ground->width * ground->height; i++)
    pisces_float_pixel_store (ground->seen + i * N, image->pixels + i * 4);

  return image;
}

/**
 * pisces_ground_most:
 * @ground: the ground.
 * @n_columns: of the cells.
 * @n_rows: of the cells.
 * @most: (out): `[n_rows, n_columns]`: the highest value of the mask in each cell.
 */
void
pisces_ground_most (const PiscesGround *ground,
                    gint                n_columns,
                    gint                n_rows,
                    gfloat             *most)
{
  memset (most, 0, sizeof (gfloat) * n_columns * n_rows);

  for (gint y = 0; y < ground->height; y++)
    for (gint x = 0; x < ground->width; x++)
      {
        gfloat *cell = most + (gint64) y * n_rows / ground->height * n_columns +
                       (gint64) x * n_columns / ground->width;

        *cell = MAX (*cell, ground->mask[(gsize) y * ground->width + x]);
      }
}

/**
 * pisces_ground_share:
 * @share: (out): `[n_rows, n_columns]`: the average of the mask in each cell.
 *
 * The rest is as in pisces_ground_most().
 */
void
pisces_ground_share (const PiscesGround *ground,
                     gint                n_columns,
                     gint                n_rows,
                     gfloat             *share)
{
  const gfloat part = (gfloat) n_columns * n_rows / ((gfloat) ground->width * ground->height);

  memset (share, 0, sizeof (gfloat) * n_columns * n_rows);

  for (gint y = 0; y < ground->height; y++)
    for (gint x = 0; x < ground->width; x++)
      share[(gint64) y * n_rows / ground->height * n_columns +
            (gint64) x * n_columns / ground->width] +=
        part * ground->mask[(gsize) y * ground->width + x];
}

/**
 * pisces_ground_is_cut_out:
 * @ground: the ground.
 *
 * Returns: whether what the model sees is transparent along most of its edges, but not
 *   everywhere: a thing that was cut out.
 */
gboolean
pisces_ground_is_cut_out (const PiscesGround *ground)
{
  const gint last_x = ground->width - 1, last_y = ground->height - 1;
  gint       n_clear = 0, n_edge = 0;
  gboolean   any = FALSE;

  for (gint y = 0; y <= last_y; y++)
    for (gint x = 0; x <= last_x; x++)
      {
        const gfloat alpha = ground->seen[((gsize) y * ground->width + x) * N + 3];

        any |= alpha > CLEAR;
        if (x == 0 || y == 0 || x == last_x || y == last_y)
          {
            n_edge++;
            n_clear += alpha <= CLEAR;
          }
      }

  return any && n_clear > n_edge / 2;
}

/**
 * pisces_ground_mend:
 * @ground: the ground.
 * @drawn: (inout): what the model drew, in the size of the ground: outside the mask
 *   it becomes the given picture, inside it gets the shade of what is around it.
 *
 * A picture without transparency gets none.
 */
void
pisces_ground_mend (const PiscesGround *ground,
                    PiscesImage        *drawn)
{
  const gsize        size       = (gsize) ground->width * ground->height;
  const gfloat       band       = MAX (ground->width, ground->height) * BAND;
  g_autofree gfloat *values     = NULL;
  g_autofree gfloat *difference = g_new0 (gfloat, size * N);
  g_autofree gfloat *weights    = g_new0 (gfloat, size);
  g_autofree gfloat *distance   = distance_to_hole (ground);
  const gboolean     opaque     = is_opaque (ground);

  g_return_if_fail (drawn->width == ground->width && drawn->height == ground->height);

  if (! ground->sees_alpha && ground->strength < 1.0)
    cut_out (ground, drawn);
  values = pisces_float_pixels_new (drawn);

  for (gsize i = 0; values && i < size; i++)
    {
      gfloat largest = 0.0f;

      if (ground->mask[i] > 0.0f || distance[i] > band)
        continue;
      for (gint c = 0; c < N; c++)
        {
          difference[i * N + c] = ground->pixels[i * N + c] - values[i * N + c];
          largest = MAX (largest, fabsf (difference[i * N + c]));
        }
      weights[i] = 1.0f / (1.0f + powf (largest / SHADE, 4.0f));
    }
  pisces_spread (difference, weights, ground->width, ground->height, N);

  for (gsize i = 0; values && i < size; i++)
    {
      gfloat mended[N];

      for (gint c = 0; c < N; c++)
        mended[c] = ground->mask[i] > 0.0f && ground->strength > 0.0
                      ? values[i * N + c] + difference[i * N + c]
                      : ground->pixels[i * N + c];
      if (opaque)
        {
          const gfloat missing = CLAMP (1.0f - mended[3], 0.0f, 1.0f);

          for (gint c = 0; c < N; c++)
            mended[c] += missing * ground->seen[i * N + c];
          mended[3] = 1.0f;
        }
      pisces_float_pixel_store (mended, drawn->pixels + i * 4);
    }
}


/*  private functions  */

/* Lets the colours at the edges of what is shown go on outside.  */
static void
widen (const PiscesEdit *edit,
       gfloat           *pixels)
{
  const PiscesRectangle *shown = &edit->shown;
  const gint             width = edit->image->width;

  for (gint y = 0; y < edit->image->height; y++)
    for (gint x = 0; x < width; x++)
      {
        const gint from_x = CLAMP (x, shown->x, shown->x + shown->width - 1);
        const gint from_y = CLAMP (y, shown->y, shown->y + shown->height - 1);

        if (from_x != x || from_y != y)
          memcpy (pixels + ((gsize) y * width + x) * N,
                  pixels + ((gsize) from_y * width + from_x) * N, N * sizeof (gfloat));
      }
}

static gfloat *
read_mask (const PiscesEdit *edit)
{
  const gsize   size   = (gsize) edit->image->width * edit->image->height;
  const guint8 *bytes  = edit->mask ? g_bytes_get_data (edit->mask, NULL) : NULL;
  gfloat       *values = g_try_malloc_n (size, sizeof (gfloat));

  for (gsize i = 0; values && i < size; i++)
    values[i] = bytes ? bytes[i] / 255.0f : 1.0f;

  return values;
}

static void
place_shown (PiscesGround     *ground,
             const PiscesEdit *edit)
{
  const PiscesRectangle all = { 0, 0, edit->image->width, edit->image->height };

  if (edit->shown.width == 0 ||
      ! pisces_fill_shown (&edit->shown, &all, ground->width, ground->height, &ground->shown))
    ground->shown = (PiscesRectangle) { 0, 0, ground->width, ground->height };
}

/* What begins with a picture that is transparent somewhere stays so there: the white on
 * which a model saw it is taken away again.  */
static void
cut_out (const PiscesGround *ground,
         PiscesImage        *drawn)
{
  for (gsize i = 0; i < (gsize) ground->width * ground->height; i++)
    {
      const gfloat alpha = ground->pixels[i * N + 3];
      guint8      *pixel = drawn->pixels + i * 4;
      gfloat       left[N];

      if (alpha >= OPAQUE)
        continue;
      for (gint c = 0; c < 3; c++)
        left[c] = CLAMP (pixel[c] / 255.0f - (1.0f - alpha), 0.0f, alpha);
      left[3] = alpha;
      pisces_float_pixel_store (left, pixel);
    }
}

/* Hides what was in the hole, because the networks see beyond their own cell.  */
static void
fill_hole (PiscesGround *ground)
{
  const gsize        size    = (gsize) ground->width * ground->height;
  g_autofree gfloat *weights = g_new (gfloat, size);

  for (gsize i = 0; i < size; i++)
    weights[i] = ground->mask[i] > 0.0f ? 0.0f : 1.0f;
  pisces_spread (ground->seen, weights, ground->width, ground->height, N);

  for (gsize i = 0; i < size; i++)
    for (gint c = 0; c < N; c++)
      ground->seen[i * N + c] = ground->mask[i] * ground->seen[i * N + c] +
                                (1.0f - ground->mask[i]) * ground->pixels[i * N + c];
}

/* Whether there is something around the hole, or in it if that is seen too, and nothing
 * can be seen through it.  */
static gboolean
is_opaque (const PiscesGround *ground)
{
  gsize n_known = 0;

  for (gsize i = 0; i < (gsize) ground->width * ground->height; i++)
    if (ground->mask[i] <= 0.0f || ground->strength < 1.0)
      {
        if (ground->pixels[i * N + 3] < OPAQUE)
          return FALSE;
        n_known++;
      }

  return n_known > 0;
}

/* The distance of each pixel from the hole, in steps to a neighbour.  */
static gfloat *
distance_to_hole (const PiscesGround *ground)
{
  const gint width    = ground->width;
  const gint height   = ground->height;
  gfloat    *distance = g_new (gfloat, (gsize) width * height);

  for (gsize i = 0; i < (gsize) width * height; i++)
    distance[i] = ground->mask[i] > 0.0f ? 0.0f : width + height;

  for (gint y = 0; y < height; y++)
    for (gint x = 0; x < width; x++)
      {
        gfloat *at = distance + (gsize) y * width + x;

        if (x > 0)
          *at = MIN (*at, at[-1] + 1.0f);
        if (y > 0)
          *at = MIN (*at, at[-width] + 1.0f);
      }
  for (gint y = height - 1; y >= 0; y--)
    for (gint x = width - 1; x >= 0; x--)
      {
        gfloat *at = distance + (gsize) y * width + x;

        if (x + 1 < width)
          *at = MIN (*at, at[1] + 1.0f);
        if (y + 1 < height)
          *at = MIN (*at, at[width] + 1.0f);
      }

  return distance;
}
