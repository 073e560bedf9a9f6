/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * resize.h: how much each pixel of a line counts for each pixel of a longer
 * or shorter one.  For preprocess.c.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For output pixel i, weights[i * stride] and on are those of the input
 * pixels begin[i] to end[i] - 1; they add up to 1.  */
typedef struct
{
  gint     n_out;
  gint     stride;
  gint    *begin;
  gint    *end;
  gdouble *weights;
} PiscesResizeLine;

PiscesResizeLine * pisces_resize_line_new  (gint               n_in,
                                            gint               n_out,
                                            gboolean           cubic);
void               pisces_resize_line_free (PiscesResizeLine  *line);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesResizeLine, pisces_resize_line_free)

G_END_DECLS
