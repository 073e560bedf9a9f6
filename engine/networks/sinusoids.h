/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sinusoids.h: a number, such as a time, as the sines and cosines that diffusion
 * networks are given.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void pisces_sinusoids (gfloat   *out,
                       gint      width,
                       gdouble   value,
                       gboolean  cosines_first,
                       gdouble   shift);

G_END_DECLS
