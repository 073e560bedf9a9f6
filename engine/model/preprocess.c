/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * preprocess.c: converts an image to the numbers that a vision encoder was
 * trained with, as the settings of preprocess-settings.c say.
 *
 * The image is processed row by row, and the border that makes it square is
 * never stored: for a picture of 1 x 20000 pixels the square would take 6 GB.
 */

#include <math.h>
#include <string.h>

#include "engine/pisces.h"

#include "engine/model/letterbox.h"
#include "engine/model/middle.h"
#include "engine/model/preprocess.h"
#include "engine/model/resize.h"
#include "engine/model/tiles.h"

/* The data for processing one image.  */
typedef struct
{
  const PiscesImage      *image;
  gint                    n_channels;
  gint                    left, top;         /* width of the border */
  gfloat                  border[4];         /* colour of the border */
  gfloat                  under[3];          /* background below transparent
                                              * pixels, for 3 channels */
  const PiscesResizeLine *columns;
  const PiscesResizeLine *rows;
  gfloat                 *source;            /* [width, n_channels], 0 to 255 */
  gdouble                *row;               /* [size, n_channels] */
  gdouble                *sums;              /* [size, size, n_channels] */
} Job;


static gboolean run_whole   (const PiscesPreprocess *preprocess,
                             PiscesImage            *image,
                             gint                    size,
                             gfloat                 *out,
                             GError                **error);
static gboolean run_middle  (const PiscesPreprocess *preprocess,
                             PiscesImage            *image,
                             gint                    size,
                             gint                    n_channels,
                             gfloat                 *out,
                             GError                **error);
static gboolean run_letterbox (const PiscesPreprocess *preprocess,
                               PiscesImage            *image,
                               gint                    size,
                               gfloat                 *out,
                               GError                **error);
static void   normalize_bytes
                            (const PiscesPreprocess  *preprocess,
                             const guint8            *bytes,
                             gint                     size,
                             gfloat                  *out);
static gboolean no_memory   (gint                     size,
                             GError                 **error);
static void   choose_colors (const PiscesPreprocess  *preprocess,
                             Job                     *job);
static void   take_edge     (Job                     *job);
static void   resize        (Job                     *job);
static void   read_row      (Job                     *job,
                             gint                     y);
static void   resize_row    (Job                     *job);
static void   normalize     (const PiscesPreprocess  *preprocess,
                             const Job               *job,
                             gfloat                  *out);


/**
 * pisces_preprocess_run:
 * @image: an image of any size.
 * @size: the side of the encoder's input, in pixels.
 * @n_channels: 4: red, green and blue, each multiplied by alpha, and alpha; 3:
 *   without alpha, on white or on the background colour.
 * @out: (out caller-allocates): `[size, size, n_channels]`, row-major, (x *
 *   scale - mean) / std.
 *
 * Resizes in float with antialiasing, linear or cubic, as Pillow does with
 * images of mode "F".  Cubic results outside 0 to 255 are clipped.
 *
 * Returns: %FALSE with %PISCES_ERROR_OUT_OF_MEMORY.
 */
gboolean
pisces_preprocess_run (const PiscesPreprocess  *preprocess,
                       PiscesImage             *image,
                       gint                     size,
                       gint                     n_channels,
                       gfloat                  *out,
                       GError                 **error)
{
  g_autoptr (PiscesResizeLine)  columns = NULL;
  g_autoptr (PiscesResizeLine)  rows    = NULL;
  g_autofree gfloat            *source  = NULL;
  g_autofree gdouble           *row     = NULL;
  g_autofree gdouble           *sums    = NULL;
  Job                           job     = { image, n_channels };
  gint                          width   = image->width;
  gint                          height  = image->height;

  g_return_val_if_fail (width > 0 && height > 0, FALSE);
  g_return_val_if_fail (size > 0 && size <= PISCES_MAX_SIDE, FALSE);
  g_return_val_if_fail (n_channels == 3 || n_channels == 4, FALSE);

  if (preprocess->middle_edge > 0)
    return run_middle (preprocess, image, size, n_channels, out, error);
  if (preprocess->longest_edge > 0)
    return run_whole (preprocess, image, size, out, error);
  if (preprocess->pad_after)
    return run_letterbox (preprocess, image, size, out, error);

  if (preprocess->do_pad)
    {
      width = height = MAX (image->width, image->height);
      job.left = (width - image->width) / 2;
      job.top  = (height - image->height) / 2;
    }

  columns = pisces_resize_line_new (width, size, preprocess->resample);
  rows    = pisces_resize_line_new (height, size, preprocess->resample);
  source  = g_try_new (gfloat, (gsize) image->width * n_channels);
  row     = g_try_new (gdouble, (gsize) size * n_channels);
  sums    = g_try_new0 (gdouble, (gsize) size * size * n_channels);
  if (! columns || ! rows || ! source || ! row || ! sums)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
                   "There is no memory to resize an image of %d × %d pixels to "
                   "%d × %d, which takes %" G_GSIZE_FORMAT " bytes.",
                   image->width, image->height, size, size,
                   (gsize) size * size * n_channels * sizeof (gdouble));
      return FALSE;
    }

  job.columns = columns;
  job.rows    = rows;
  job.source  = source;
  job.row     = row;
  job.sums    = sums;

  choose_colors (preprocess, &job);
  resize (&job);
  normalize (preprocess, &job, out);

  return TRUE;
}


/*  private functions  */

/* For encoders that can look closer: the whole picture as one tile.  */
static gboolean
run_whole (const PiscesPreprocess  *preprocess,
           PiscesImage             *image,
           gint                     size,
           gfloat                  *out,
           GError                 **error)
{
  PiscesPreprocess     square = *preprocess;
  g_auto (PiscesTiles) tiles  = { 0 };

  square.size = size;
  if (! pisces_tiles_cut (&tiles, &square, image, FALSE, error))
    return FALSE;
  pisces_tiles_get (&tiles, &square, 0, out);

  return TRUE;
}

/* For encoders that see a square in the middle.  */
static gboolean
run_middle (const PiscesPreprocess  *preprocess,
            PiscesImage             *image,
            gint                     size,
            gint                     n_channels,
            gfloat                  *out,
            GError                 **error)
{
  static const guint8 under[] = { 255, 255, 255 };
  const PiscesMiddle  middle  = { .size = size, .edge = preprocess->middle_edge,
                                  .stretches = preprocess->middle_stretches,
                                  .filter = preprocess->resample, .under = under };
  g_autofree guint8  *bytes   = g_try_new (guint8, (gsize) size * size * 3);

  g_return_val_if_fail (n_channels == 3, FALSE);

  if (bytes == NULL)
    return no_memory (size, error);
  if (! pisces_middle_run (&middle, image, bytes, error))
    return FALSE;
  normalize_bytes (preprocess, bytes, size, out);

  return TRUE;
}

/* Resizes in bytes, as Pillow does, on a white ground where the image is
 * transparent.  */
static gboolean
run_letterbox (const PiscesPreprocess  *preprocess,
               PiscesImage             *image,
               gint                     size,
               gfloat                  *out,
               GError                 **error)
{
  PiscesLetterbox    letterbox = { .size = size, .min_side = MIN (preprocess->min_side, size),
                                   .under = { 255, 255, 255 } };
  g_autofree guint8 *bytes     = g_try_new (guint8, (gsize) size * size * 3);

  if (bytes == NULL)
    return no_memory (size, error);

  /* The reference takes the mean's colour, cut off to a byte.  */
  for (gint c = 0; c < 3; c++)
    letterbox.border[c] = preprocess->transparent ? preprocess->mean[c] * 255.0f
                                                  : preprocess->background[c];
  if (! pisces_letterbox_run (&letterbox, image, bytes, error))
    return FALSE;

  normalize_bytes (preprocess, bytes, size, out);

  return TRUE;
}

static void
normalize_bytes (const PiscesPreprocess *preprocess,
                 const guint8           *bytes,
                 gint                    size,
                 gfloat                 *out)
{
  for (gsize i = 0; i < (gsize) size * size * 3; i++)
    out[i] = (bytes[i] * preprocess->scale - preprocess->mean[i % 3]) / preprocess->std[i % 3];
}

static gboolean
no_memory (gint     size,
           GError **error)
{
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY,
               "There is no memory for a picture of %d × %d pixels.", size, size);

  return FALSE;
}

static void
choose_colors (const PiscesPreprocess *preprocess,
               Job                    *job)
{
  gint  i;

  for (i = 0; i < 3; i++)
    {
      job->under[i]  = preprocess->transparent ? 255.0f : preprocess->background[i];
      job->border[i] = job->under[i];
    }
  job->border[3] = 255.0f;

  if (preprocess->edge)
    take_edge (job);
  else if (preprocess->transparent && job->n_channels == 4)
    memset (job->border, 0, sizeof (job->border));
}

/* The border gets the colour of the image's edges that touch it: in each
 * channel the median, because a thing may extend to the edge.  */
static void
take_edge (Job *job)
{
  const PiscesImage *image          = job->image;
  const gboolean     at_sides       = image->height >= image->width;
  const gint         n              = at_sides ? image->height : image->width;
  gint               counts[4][256] = { { 0 } };
  gint               c, i;

  for (i = 0; i < 2 * n; i++)
    {
      const gint    last  = i % 2;
      const gint    x     = at_sides ? last * (image->width - 1) : i / 2;
      const gint    y     = at_sides ? i / 2 : last * (image->height - 1);
      const guint8 *pixel = image->pixels + ((gsize) y * image->width + x) * 4;

      for (c = 0; c < 4; c++)
        counts[c][c < 3 ? (pixel[c] * pixel[3] + 127) / 255 : pixel[3]]++;
    }

  for (c = 0; c < 4; c++)
    {
      gint  below = 0;
      gint  value = -1;

      while (below <= n)
        below += counts[c][++value];
      job->border[c] = value;
    }

  if (job->n_channels == 3)
    for (c = 0; c < 3; c++)
      job->border[c] += job->under[c] * (1.0f - job->border[3] / 255.0f);
}

/* Each row of the image is resized, and added to all rows of the output that
 * it covers.  Where the weights do not add up to 1, the rest is border.  */
static void
resize (Job *job)
{
  const PiscesResizeLine *rows    = job->rows;
  gsize                   n_row   = (gsize) rows->n_out * job->n_channels;
  gint                    first   = 0;
  gint                    y, i;
  gsize                   j;

  for (y = 0; y < job->image->height; y++)
    {
      gint  at = y + job->top;

      while (first < rows->n_out && rows->end[first] <= at)
        first++;
      read_row (job, y);
      resize_row (job);

      for (i = first; i < rows->n_out && rows->begin[i] <= at; i++)
        {
          gdouble  weight = rows->weights[(gsize) i * rows->stride +
                                          at - rows->begin[i]];

          for (j = 0; j < n_row; j++)
            job->sums[i * n_row + j] += weight * job->row[j];
        }
    }

  for (i = 0; i < rows->n_out; i++)
    {
      gint     begin   = MAX (rows->begin[i], job->top);
      gint     end     = MIN (rows->end[i], job->top + job->image->height);
      gdouble  outside = 1.0;
      gint     at;

      for (at = begin; at < end; at++)
        outside -= rows->weights[(gsize) i * rows->stride + at - rows->begin[i]];
      for (j = 0; j < n_row; j++)
        job->sums[i * n_row + j] += outside * job->border[j % job->n_channels];
    }
}

static void
read_row (Job  *job,
          gint  y)
{
  const guint8 *pixel = job->image->pixels + (gsize) y * job->image->width * 4;
  gfloat       *value = job->source;
  gint          x, c;

  for (x = 0; x < job->image->width; x++, pixel += 4)
    {
      gfloat  alpha = pixel[3] / 255.0f;

      for (c = 0; c < 3; c++)
        *value++ = pixel[c] * alpha +
                   (job->n_channels == 3 ? job->under[c] * (1.0f - alpha) : 0.0f);
      if (job->n_channels == 4)
        *value++ = pixel[3];
    }
}

static void
resize_row (Job *job)
{
  const PiscesResizeLine *columns    = job->columns;
  const gint              n_channels = job->n_channels;
  const gint              right      = job->left + job->image->width;
  gint                    i, at, c;

  for (i = 0; i < columns->n_out; i++)
    {
      const gdouble *weights = columns->weights + (gsize) i * columns->stride;
      gint           begin   = MAX (columns->begin[i], job->left);
      gint           end     = MIN (columns->end[i], right);
      gdouble        sums[4] = { 0.0 };
      gdouble        inside  = 0.0;

      for (at = begin; at < end; at++)
        {
          gdouble       weight = weights[at - columns->begin[i]];
          const gfloat *value  = job->source + (gsize) (at - job->left) * n_channels;

          inside += weight;
          for (c = 0; c < n_channels; c++)
            sums[c] += weight * value[c];
        }

      for (c = 0; c < n_channels; c++)
        job->row[(gsize) i * n_channels + c] = sums[c] + (1.0 - inside) * job->border[c];
    }
}

static void
normalize (const PiscesPreprocess *preprocess,
           const Job              *job,
           gfloat                 *out)
{
  gint   n_channels = job->n_channels;
  gsize  n          = (gsize) job->rows->n_out * job->rows->n_out * n_channels;
  gsize  i;

  for (i = 0; i < n; i++)
    {
      gint     c = i % n_channels;
      gdouble  x = CLAMP (job->sums[i], 0.0, 255.0);

      out[i] = (x * preprocess->scale - preprocess->mean[c]) / preprocess->std[c];
    }
}
