/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-time-left.h: how long a job will still take, guessed from how fast it
 * has been.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PiscesTimeLeft:
 *
 * Fill it with zeros to begin.  Times are in microseconds of any one clock
 * that never goes back, such as g_get_monotonic_time().
 */
typedef struct
{
  gint64  begun;       /* when the first fraction came, 0 if none has      */
  gdouble first;       /* that fraction                                    */
  gint64  updated;     /* when the last one came                           */
  gdouble fraction;    /* the last one                                     */
  gdouble rate;        /* smoothed, of the whole in a second; 0: not known */
} PiscesTimeLeft;

void    pisces_time_left_update   (PiscesTimeLeft       *left,
                                   gdouble               fraction,
                                   gint64                now);
gint    pisces_time_left_seconds  (const PiscesTimeLeft *left,
                                   gint64                now);
gchar * pisces_time_left_to_words (gint                  seconds);

G_END_DECLS
