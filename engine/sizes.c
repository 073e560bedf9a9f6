/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sizes.c: the sizes of pictures that a model draws: which one is nearest to a wish,
 * and whether a size is one of them.  Knows no family.
 */

#include <glib/gi18n-lib.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/pisces.h"

/* How much a picture of twice the area counts, against one of twice the aspect.
 * Aspects come first: a picture can be scaled, but not stretched.  */
#define AREA_WEIGHT (1.0 / 16)


static gboolean is_good (const PiscesSizes *sizes,
                         gint               width,
                         gint               height);


/*  public functions  */

/**
 * pisces_sizes_set_only:
 * @sizes: (out): the sizes of a model that draws pictures of one size.
 * @width: its width.
 * @height: its height.
 */
void
pisces_sizes_set_only (PiscesSizes *sizes,
                       gint         width,
                       gint         height)
{
  *sizes = (PiscesSizes)
  {
    .multiple   = 1,
    .least      = MIN (width, height),
    .most_short = MIN (width, height),
    .most       = MAX (width, height),
    .narrowest  = (gdouble) width / height,
    .widest     = (gdouble) width / height,
    .width      = width,
    .height     = height,
    .natural    = { (gdouble) width / height },
  };
}

/**
 * pisces_sizes_is_one:
 * @sizes: the sizes of a model.
 *
 * Returns: whether it draws pictures of one size, or none, so that there is nothing
 *   to choose.
 */
gboolean
pisces_sizes_is_one (const PiscesSizes *sizes)
{
  return sizes->width == 0 ||
         (sizes->least == sizes->most_short && sizes->narrowest == sizes->widest);
}

/**
 * pisces_sizes_choose:
 * @sizes: the sizes of a model that draws.
 * @width: a wish: a width in pixels or, with @height, an aspect.
 * @height: the same.
 * @good_width: (out): a width that the model takes.
 * @good_height: (out): its height.
 *
 * Finds the size with the nearest aspect.  Of several, it takes the one whose area is
 * nearest to the wish or, if that is not between the least and the most that the
 * model draws, to the model's own size.
 */
void
pisces_sizes_choose (const PiscesSizes *sizes,
                     gdouble            width,
                     gdouble            height,
                     gint              *good_width,
                     gint              *good_height)
{
  const gdouble shorter = MIN (width, height), longer = MAX (width, height);
  const gint    step    = MAX (sizes->multiple, 1);
  gdouble       area    = (gdouble) sizes->width * sizes->height;
  gdouble       aspect, best = INFINITY;

  *good_width  = sizes->width;
  *good_height = sizes->height;
  if (! (shorter > 0.0) || ! isfinite (longer) || pisces_sizes_is_one (sizes))
    return;

  if (shorter >= sizes->least && shorter <= sizes->most_short && longer <= sizes->most)
    area = width * height;
  aspect = CLAMP (width / height, sizes->narrowest, sizes->widest);

  for (gint h = step; h <= sizes->most; h += step)
    for (gint w = step; w <= sizes->most; w += step)
      if (is_good (sizes, w, h))
        {
          const gdouble off = fabs (log ((gdouble) w / h / aspect)) +
                              AREA_WEIGHT * fabs (log ((gdouble) w * h / area));

          if (off < best)
            {
              best         = off;
              *good_width  = w;
              *good_height = h;
            }
        }
}

/**
 * pisces_sizes_most_pixels:
 * @sizes: the sizes of a model.
 *
 * Returns: how many pixels the largest picture has that it draws; 0: it draws none.
 */
guint64
pisces_sizes_most_pixels (const PiscesSizes *sizes)
{
  const gint step = MAX (sizes->multiple, 1);
  guint64    most = (guint64) sizes->width * sizes->height;

  if (pisces_sizes_is_one (sizes))
    return most;

  for (gint h = step; h <= sizes->most; h += step)
    for (gint w = step; w <= sizes->most; w += step)
      if ((guint64) w * h > most && is_good (sizes, w, h))
        most = (guint64) w * h;

  return most;
}

/**
 * pisces_sizes_check:
 * @sizes: the sizes of a model that draws.
 * @width: of a picture, in pixels.
 * @height: of a picture, in pixels.
 * @error: set to a sentence that names the nearest size that the model draws.
 *
 * Returns: whether the model draws pictures of this size.
 */
gboolean
pisces_sizes_check (const PiscesSizes  *sizes,
                    gint                width,
                    gint                height,
                    GError            **error)
{
  gint good_width, good_height;

  if (is_good (sizes, width, height))
    return TRUE;

  pisces_sizes_choose (sizes, width, height, &good_width, &good_height);
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("This model cannot draw a picture of %d × %d pixels here. The nearest size "
                 "that it can draw is %d × %d."), width, height, good_width, good_height);

  return FALSE;
}

/**
 * pisces_sizes_parse:
 * @text: "448x256".
 * @width: (out): the width, which no model may take.
 * @height: (out): the height.
 *
 * Returns: whether the text is a size.
 */
gboolean
pisces_sizes_parse (const gchar *text,
                    gint        *width,
                    gint        *height)
{
  gint length = 0;

  return sscanf (text, "%7dx%7d%n", width, height, &length) == 2 && text[length] == '\0';
}

/**
 * pisces_sizes_parse_aspect:
 * @text: two numbers with a colon, "16:9" or "2.39:1".
 * @across: (out): the first.
 * @down: (out): the second.
 *
 * Returns: whether the text is an aspect.
 */
gboolean
pisces_sizes_parse_aspect (const gchar *text,
                           gdouble     *across,
                           gdouble     *down)
{
  gchar *colon = NULL, *end = NULL;

  /* The function below also reads "0x10", and "inf".  */
  if (text[strspn (text, "0123456789.e+-: ")] != '\0')
    return FALSE;

  *across = g_ascii_strtod (text, &colon);
  *down   = *colon == ':' ? g_ascii_strtod (colon + 1, &end) : 0.0;

  return *across > 0.0 && *down > 0.0 && *end == '\0' &&
         isfinite (*across / *down) && *across / *down > 0.0;
}

/**
 * pisces_sizes_read:
 * @sizes: the sizes of a model that draws.
 * @text: "448x256", or an aspect: "16:9".
 * @width: (out): the width.
 * @height: (out): the height.
 * @error: set to a sentence if @text is neither, or the model draws no pictures of
 *   this size.
 *
 * A size has to be one that the model takes; of an aspect, the nearest one is taken.
 *
 * Returns: whether there is such a size.
 */
gboolean
pisces_sizes_read (const PiscesSizes  *sizes,
                   const gchar        *text,
                   gint               *width,
                   gint               *height,
                   GError            **error)
{
  gdouble across, down;

  if (pisces_sizes_parse (text, width, height))
    return pisces_sizes_check (sizes, *width, *height, error);

  if (pisces_sizes_parse_aspect (text, &across, &down))
    {
      pisces_sizes_choose (sizes, across, down, width, height);
      return TRUE;
    }

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("“%s” is not a size. Write it as 448x256, or as an aspect such as 16:9."),
               text);

  return FALSE;
}


/*  private functions  */

static gboolean
is_good (const PiscesSizes *sizes,
         gint               width,
         gint               height)
{
  const gint    shorter = MIN (width, height);
  const gdouble aspect  = height > 0 ? (gdouble) width / height : 0.0;

  return shorter > 0 && shorter >= sizes->least && shorter <= sizes->most_short &&
         MAX (width, height) <= sizes->most &&
         width % sizes->multiple == 0 && height % sizes->multiple == 0 &&
         aspect >= sizes->narrowest && aspect <= sizes->widest;
}
