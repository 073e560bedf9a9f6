/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan-places.c: reads and writes where a plan says that things are (the setting
 * `plan_places` of models/FORMAT.md).
 */

#include <glib/gi18n-lib.h>

#include <stdio.h>

#include "engine/families/pisces/model.h"


static gboolean clamp_place (const GMatchInfo *match,
                             GString          *plan,
                             gpointer          data);


/*  public functions  */

/**
 * pisces_plan_clean:
 * @model: the model.
 * @text: a plan that a person wrote, or changed.
 * @job: gets the warnings.
 * @refusal: see pisces_prompt_clean_text().
 * @error: the same.
 *
 * As pisces_prompt_clean_text().  A place outside the picture becomes the nearest one
 * in it, because nothing would be seen of what is drawn out there.
 *
 * Returns: (transfer full) (nullable): the plan.
 */
gchar *
pisces_plan_clean (PiscesModel  *model,
                   const gchar  *text,
                   PiscesJob    *job,
                   gchar       **refusal,
                   GError      **error)
{
  const PiscesSettings *settings = &model->settings;
  g_autoptr (GRegex)    place    = g_regex_new ("\\b([xys])([0-9]+)\\b", 0, 0, NULL);
  g_autofree gchar     *plan     = pisces_prompt_clean_text (model, text, TEXT_PLAN, job, refusal,
                                                             error);
  g_autofree gchar     *clamped  = NULL;

  if (plan == NULL || settings->plan_grid == 0)
    return g_steal_pointer (&plan);

  clamped = g_regex_replace_eval (place, plan, -1, 0, 0, clamp_place, (gpointer) settings, NULL);
  if (clamped == NULL || g_str_equal (clamped, plan))
    return g_steal_pointer (&plan);

  g_ptr_array_add (job->warnings,
                   /* Translators: x, y and s are written before numbers in a plan: "x7 y5 s3". */
                   g_strdup_printf (_("The plan puts something outside the picture: x and y go from "
                                      "0 to %d, and s, the size, from 0 to %d. It was drawn at the "
                                      "nearest place."),
                                    settings->plan_grid - 1, settings->plan_sizes - 1));

  return g_steal_pointer (&clamped);
}

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


/*  private functions  */

static gboolean
clamp_place (const GMatchInfo *match,
             GString          *plan,
             gpointer          data)
{
  const PiscesSettings *settings = data;
  g_autofree gchar     *letter   = g_match_info_fetch (match, 1);
  g_autofree gchar     *number   = g_match_info_fetch (match, 2);
  const gint            last     = (*letter == 's' ? settings->plan_sizes
                                                   : settings->plan_grid) - 1;

  if (g_ascii_strtoull (number, NULL, 10) > (guint64) last)
    g_string_append_printf (plan, "%s%d", letter, last);
  else
    g_string_append_printf (plan, "%s%s", letter, number);

  return FALSE;
}
