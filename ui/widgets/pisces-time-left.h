/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-time-left.h: estimates how long a job will still take, from how fast
 * it has been.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PiscesTimeLeft:
 *
 * Fill it with zeros to begin.  All times are in microseconds, from one clock
 * that never goes back, such as g_get_monotonic_time().
 */
typedef struct
{
  gint64  begun;       /* when the first fraction came; 0: not yet         */
  gdouble first;       /* that fraction                                    */
  gint64  updated;     /* when the latest fraction came                    */
  gdouble fraction;    /* the latest fraction                              */
  gdouble rate;        /* smoothed share of the job in a second; 0: unknown */
} PiscesTimeLeft;

void    pisces_time_left_update   (PiscesTimeLeft       *left,
                                   gdouble               fraction,
                                   gint64                now);
gint    pisces_time_left_seconds  (const PiscesTimeLeft *left,
                                   gint64                now);
gchar * pisces_time_left_to_words (gint                  seconds);

G_END_DECLS
