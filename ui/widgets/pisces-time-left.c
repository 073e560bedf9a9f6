/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-time-left.c: estimates how long a job will still take.  The stages of
 * a job have different speeds, so the recent speed counts more than the
 * earlier one.  But an estimate that jumps around is worse than one that is
 * slightly wrong, so it is smoothed over a few seconds.
 */

#include <math.h>

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-time-left.h"

/* There is no estimate before this time: it would be very inaccurate, and a
 * job that takes two seconds needs none.
 */
#define SILENT_SECONDS    1.0

/* After this time, a new speed has a weight of 63 %.  */
#define SMOOTHING_SECONDS 4.0

static gdouble seconds_between (gint64 earlier,
                                gint64 later);


/**
 * pisces_time_left_update:
 * @fraction: how much of the job is done, 0 to 1.
 * @now: the time of this report.
 *
 * Do not report waiting in the queue or loading the model: these times say
 * nothing about the speed of the job itself.
 */
void
pisces_time_left_update (PiscesTimeLeft *left,
                         gdouble         fraction,
                         gint64          now)
{
  gdouble seconds, rate, weight;

  if (left->begun == 0)
    {
      left->begun    = left->updated  = now;
      left->first    = left->fraction = fraction;
      return;
    }

  seconds = seconds_between (left->updated, now);
  if (fraction <= left->fraction || seconds <= 0.0)
    return;

  /* At first, the average since the beginning is the best estimate.  */
  rate   = (fraction - left->fraction) / seconds;
  weight = 1.0 - exp (-seconds / SMOOTHING_SECONDS);
  weight = MAX (weight, seconds / seconds_between (left->begun, now));

  left->rate    += weight * (rate - left->rate);
  left->updated  = now;
  left->fraction = fraction;
}

/**
 * pisces_time_left_seconds:
 * @now: the current time; between two reports the result counts down.
 *
 * Returns: whole seconds, at least 1; -1 while it is not known.
 */
gint
pisces_time_left_seconds (const PiscesTimeLeft *left,
                          gint64                now)
{
  gdouble seconds;

  if (left->begun == 0 || left->rate <= 0.0 ||
      seconds_between (left->begun, now) < SILENT_SECONDS)
    return -1;

  seconds = (1.0 - left->fraction) / left->rate -
            seconds_between (left->updated, now);

  return (gint) CLAMP (ceil (seconds), 1.0, 359999.0);
}

/**
 * pisces_time_left_to_words:
 * @seconds: from pisces_time_left_seconds().
 *
 * Returns: (transfer full): words such as "12 seconds left"; empty while it is
 *   not known.
 */
gchar *
pisces_time_left_to_words (gint seconds)
{
  gint minutes = (seconds + 30) / 60;
  gint hours   = (seconds + 1800) / 3600;

  if (seconds < 0)
    return g_strdup ("");

  if (seconds < 90)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "%d second left", "%d seconds left",
                                         seconds), seconds);

  if (minutes < 90)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                         "%d minute left", "%d minutes left",
                                         minutes), minutes);

  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                       "%d hour left", "%d hours left",
                                       hours), hours);
}

static gdouble
seconds_between (gint64 earlier,
                 gint64 later)
{
  return (gdouble) (later - earlier) / G_TIME_SPAN_SECOND;
}
