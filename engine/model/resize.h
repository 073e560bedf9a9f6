/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * resize.h: the weight of each pixel of a line for each pixel of a longer or
 * shorter line.  Only for the files that resize pictures.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The functions, with Pillow's numbers.  */
typedef enum
{
  PISCES_RESAMPLE_LANCZOS  = 1,
  PISCES_RESAMPLE_BILINEAR = 2,
  PISCES_RESAMPLE_BICUBIC  = 3
} PiscesResample;

/* For output pixel i, the weights of the input pixels begin[i] to end[i] - 1
 * start at weights[i * stride]; they add up to 1.  */
typedef struct
{
  gint     n_out;
  gint     stride;
  gint    *begin;
  gint    *end;
  gdouble *weights;
} PiscesResizeLine;

PiscesResizeLine * pisces_resize_line_new      (gint               n_in,
                                                gint               n_out,
                                                PiscesResample     filter);
PiscesResizeLine * pisces_resize_line_new_part (gint               n_in,
                                                gint               n_out,
                                                PiscesResample     filter,
                                                gint               first,
                                                gint               n);
void               pisces_resize_line_free     (PiscesResizeLine  *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesResizeLine, pisces_resize_line_free)

G_END_DECLS
