/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan-places.c: reads and writes where a plan says that things are (the setting
 * `plan_places` of models/FORMAT.md).
 */

#include <stdio.h>

#include "engine/families/pisces/model.h"


/**
 * pisces_plan_read_place:
 * @settings: the model's settings.
 * @part: a part of a plan: "red star x7 y5 s3".
 * @place: (out): where it is: parts of the picture's width and height, and of its
 *   shorter side.
 *
 * Returns: %FALSE for a part without a place.
 */
gboolean
pisces_plan_read_place (const PiscesSettings *settings,
                        const gchar          *part,
                        PiscesPlanPlace      *place)
{
  g_auto (GStrv) words    = g_strsplit (part, " ", -1);
  guint          x = 0, y = 0, s = 0;
  gboolean       found[3] = { FALSE, FALSE, FALSE };

  if (settings->plan_grid == 0)
    return FALSE;

  for (guint i = 0; words[i]; i++)
    {
      found[0] |= sscanf (words[i], "x%2u", &x) == 1;
      found[1] |= sscanf (words[i], "y%2u", &y) == 1;
      found[2] |= sscanf (words[i], "s%2u", &s) == 1;
    }

  place->x      = (x + 0.5) / settings->plan_grid;
  place->y      = (y + 0.5) / settings->plan_grid;
  place->radius = pisces_plan_radius (settings, s);

  return found[0] && found[1] && found[2];
}

/* Returns the radius of things of one of the sizes of a plan.  */
gdouble
pisces_plan_radius (const PiscesSettings *settings,
                    guint                 size)
{
  return settings->plan_least_size + (size + 0.5) * settings->plan_size_step;
}

/**
 * pisces_plan_append:
 * @plan: a plan.
 * @part: a part that is added to it as it is.
 */
void
pisces_plan_append (GString     *plan,
                    const gchar *part)
{
  g_autofree gchar *text = g_strstrip (g_strdup (part));

  if (*text)
    g_string_append_printf (plan, "%s%s", plan->len > 0 ? "; " : "", text);
}

/**
 * pisces_plan_append_thing:
 * @settings: the model's settings.
 * @plan: a plan.
 * @part: a part with a place.
 * @place: the place that it gets instead.
 */
void
pisces_plan_append_thing (const PiscesSettings  *settings,
                          GString               *plan,
                          const gchar           *part,
                          const PiscesPlanPlace *place)
{
  const gint     last  = settings->plan_grid - 1;
  g_auto (GStrv) words = g_strsplit (part, " ", -1);
  const gint     size  = (place->radius - settings->plan_least_size) / settings->plan_size_step;
  GString       *moved = g_string_new (NULL);
  guint          number;

  for (guint i = 0; words[i]; i++)
    {
      if (sscanf (words[i], "x%2u", &number) == 1)
        g_string_append_printf (moved, " x%d",
                                CLAMP ((gint) (place->x * settings->plan_grid), 0, last));
      else if (sscanf (words[i], "y%2u", &number) == 1)
        g_string_append_printf (moved, " y%d",
                                CLAMP ((gint) (place->y * settings->plan_grid), 0, last));
      else if (sscanf (words[i], "s%2u", &number) == 1)
        g_string_append_printf (moved, " s%d", CLAMP (size, 0, settings->plan_sizes - 1));
      else
        g_string_append_printf (moved, " %s", words[i]);
    }
  pisces_plan_append (plan, moved->str);
  g_string_free (moved, TRUE);
}
