/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fill-plan.c: what is planned for a hole in a picture.  The model writes a plan as
 * for a picture of its own.  If its plans say where things are (the setting
 * `plan_places`), those places are moved into the hole; and what has no place, the
 * background, is taken from the plan that it writes for what it sees around the
 * hole.
 *
 * On 16 scenes, nano drew 1 of 16 things right from the unchanged plan: the thing was
 * in the middle of the picture then, and what was in the hole was a piece of it.
 */

#include <stdio.h>
#include <string.h>

#include "engine/families/pisces/model.h"

/* The things fill so much of the hole's shorter side.  */
#define FILLED 0.95

/* Nobody sees what is more transparent.  */
#define ALPHA_OF_NOTHING 8

/* A circle, as parts of the picture's side.  */
typedef struct
{
  gdouble x, y;
  gdouble radius;
} Place;


static gboolean is_empty     (const PiscesImage  *image);
static gboolean read_place   (PiscesModel        *model,
                              const gchar        *part,
                              Place              *place);
static void     append_part  (GString            *plan,
                              const gchar        *part);
static void     append_thing (PiscesModel        *model,
                              GString            *plan,
                              const gchar        *part,
                              const Place        *place,
                              const Place        *hole_low,
                              const Place        *hole_high);
static gdouble  radius_of    (const PiscesSettings *settings,
                              guint               size);
static void     widen        (const Place        *place,
                              Place              *low,
                              Place              *high);
static void     find_hole    (const PiscesGround *ground,
                              Place              *low,
                              Place              *high);


/*  public functions  */

/**
 * pisces_fill_look:
 * @model: the model.
 * @ground: the picture that is drawn into.
 * @job: the job.
 * @vectors: (out): `[m, gen_vector_size]` in the arena: the vectors of the ground.  Not
 *   set if the model has no generation encoder; then only the latents say what is
 *   around the hole.
 * @around: (out) (optional): the plan for what is around the hole; empty if the
 *   model's plans have no places, or there is nothing around it (nano takes nothing
 *   for a black background).
 * @error: return location for an error.
 *
 * Looks at what the model may see of the picture.
 *
 * Returns: whether it could; if not, @error is set.
 */
gboolean
pisces_fill_look (PiscesModel         *model,
                  const PiscesGround  *ground,
                  PiscesJob           *job,
                  PiscesTensor        *vectors,
                  gchar              **around,
                  GError             **error)
{
  const PiscesSettings   *settings = &model->settings;
  g_autoptr (PiscesImage) seen     = pisces_ground_show (ground, error);
  g_autoptr (GArray)      values   = g_array_new (FALSE, FALSE, sizeof (gfloat));

  if (seen == NULL)
    return FALSE;

  if (around && (settings->plan_grid == 0 || is_empty (seen)))
    {
      *around = g_strdup ("");
    }
  else if (around)
    {
      g_autofree gchar *words = pisces_describe_briefly (model, seen, error);

      if (words == NULL)
        return FALSE;
      *around = pisces_plan_write (model, words, 0, 0.0, NULL, NULL);
    }

  if (! settings->gen_vision)
    return TRUE;

  if (! pisces_family_embed (model, seen, job, values, error))
    return FALSE;

  *vectors = pisces_backend_alloc (model->backend, 2, (gint64) settings->num_gen_vectors,
                                   (gint64) settings->gen_vector_size);
  pisces_upload (model->backend, *vectors, (const gfloat *) values->data);

  return TRUE;
}

/**
 * pisces_fill_plan:
 * @model: the model.
 * @ground: the picture that is drawn into.
 * @plan: the plan for the prompt, as for a picture of its own.
 * @around: the plan for what is around the hole.
 *
 * Returns: (transfer full): the plan for the whole picture, with the things of @plan
 *   in the hole.
 */
gchar *
pisces_fill_plan (PiscesModel        *model,
                  const PiscesGround *ground,
                  const gchar        *plan,
                  const gchar        *around)
{
  g_auto (GStrv) own    = g_strsplit (plan, ";", -1);
  g_auto (GStrv) others = g_strsplit (around, ";", -1);
  GString       *whole  = g_string_new (NULL);
  Place          low = { 1.0, 1.0, 0.0 }, high = { 0.0, 0.0, 0.0 };
  Place          hole_low, hole_high, place;
  gdouble        scale;

  if (model->settings.plan_grid == 0)
    return g_string_free (g_string_append (whole, plan), FALSE);

  for (guint i = 0; others[i]; i++)
    if (! read_place (model, others[i], &place))
      append_part (whole, others[i]);
  for (guint i = 0; own[i]; i++)
    if (read_place (model, own[i], &place))
      widen (&place, &low, &high);
    else if (*around == '\0')
      append_part (whole, own[i]);

  find_hole (ground, &hole_low, &hole_high);
  scale = FILLED * MIN ((hole_high.x - hole_low.x) / MAX (high.x - low.x, 1e-6),
                        (hole_high.y - hole_low.y) / MAX (high.y - low.y, 1e-6));

  for (guint i = 0; own[i]; i++)
    if (read_place (model, own[i], &place))
      {
        place.x = (hole_low.x + hole_high.x) / 2 + scale * (place.x - (low.x + high.x) / 2);
        place.y = (hole_low.y + hole_high.y) / 2 + scale * (place.y - (low.y + high.y) / 2);
        place.radius *= scale;
        append_thing (model, whole, own[i], &place, &hole_low, &hole_high);
      }

  return g_string_free (whole, FALSE);
}


/*  private functions  */

static gboolean
is_empty (const PiscesImage *image)
{
  for (gsize i = 0; i < (gsize) image->width * image->height; i++)
    if (image->pixels[4 * i + 3] > ALPHA_OF_NOTHING)
      return FALSE;

  return TRUE;
}

/* Reads "red star x7 y5 s3".  Returns FALSE for a part without a place.  */
static gboolean
read_place (PiscesModel *model,
            const gchar *part,
            Place       *place)
{
  const PiscesSettings *settings = &model->settings;
  g_auto (GStrv)        words    = g_strsplit (part, " ", -1);
  guint                 x = 0, y = 0, s = 0;
  gboolean              found[3] = { FALSE, FALSE, FALSE };

  for (guint i = 0; words[i]; i++)
    {
      found[0] |= sscanf (words[i], "x%2u", &x) == 1;
      found[1] |= sscanf (words[i], "y%2u", &y) == 1;
      found[2] |= sscanf (words[i], "s%2u", &s) == 1;
    }

  place->x      = (x + 0.5) / settings->plan_grid;
  place->y      = (y + 0.5) / settings->plan_grid;
  place->radius = radius_of (settings, s);

  return found[0] && found[1] && found[2];
}

static void
append_part (GString     *plan,
             const gchar *part)
{
  g_autofree gchar *text = g_strstrip (g_strdup (part));

  if (*text)
    g_string_append_printf (plan, "%s%s", plan->len > 0 ? "; " : "", text);
}

static gdouble
radius_of (const PiscesSettings *settings,
           guint                 size)
{
  return settings->plan_least_size + (size + 0.5) * settings->plan_size_step;
}

/* Writes the part with another place.  The steps of a plan are coarse, so that a thing
 * may come nearer to the hole's border than it should; then it becomes smaller, for
 * what is beyond the border would be cut off.  */
static void
append_thing (PiscesModel *model,
              GString     *plan,
              const gchar *part,
              const Place *place,
              const Place *hole_low,
              const Place *hole_high)
{
  const PiscesSettings *settings = &model->settings;
  const gint            grid     = settings->plan_grid;
  const gint            x        = CLAMP ((gint) (place->x * grid), 0, grid - 1);
  const gint            y        = CLAMP ((gint) (place->y * grid), 0, grid - 1);
  const gdouble         room_x   = MIN ((x + 0.5) / grid - hole_low->x, hole_high->x - (x + 0.5) / grid);
  const gdouble         room_y   = MIN ((y + 0.5) / grid - hole_low->y, hole_high->y - (y + 0.5) / grid);
  g_auto (GStrv)        words    = g_strsplit (part, " ", -1);
  GString              *moved    = g_string_new (NULL);
  gint                  size     = (place->radius - settings->plan_least_size) /
                                   settings->plan_size_step;
  guint                 number;

  size = CLAMP (size, 0, settings->plan_sizes - 1);
  while (size > 0 && radius_of (settings, size) > MIN (room_x, room_y))
    size--;

  for (guint i = 0; words[i]; i++)
    {
      if (sscanf (words[i], "x%2u", &number) == 1)
        g_string_append_printf (moved, " x%d", x);
      else if (sscanf (words[i], "y%2u", &number) == 1)
        g_string_append_printf (moved, " y%d", y);
      else if (sscanf (words[i], "s%2u", &number) == 1)
        g_string_append_printf (moved, " s%d", size);
      else
        g_string_append_printf (moved, " %s", words[i]);
    }
  append_part (plan, moved->str);
  g_string_free (moved, TRUE);
}

static void
widen (const Place *place,
       Place       *low,
       Place       *high)
{
  low->x  = MIN (low->x,  place->x - place->radius);
  low->y  = MIN (low->y,  place->y - place->radius);
  high->x = MAX (high->x, place->x + place->radius);
  high->y = MAX (high->y, place->y + place->radius);
}

/* The bounds of what is drawn anew more than it is kept; without any such place, all
 * of the picture.  */
static void
find_hole (const PiscesGround *ground,
           Place              *low,
           Place              *high)
{
  *low  = (Place) { 1.0, 1.0, 0.0 };
  *high = (Place) { 0.0, 0.0, 0.0 };

  for (gint y = 0; y < ground->height; y++)
    for (gint x = 0; x < ground->width; x++)
      if (ground->mask[(gsize) y * ground->width + x] >= 0.5f)
        {
          low->x  = MIN (low->x,  (gdouble) x / ground->width);
          low->y  = MIN (low->y,  (gdouble) y / ground->height);
          high->x = MAX (high->x, (x + 1.0) / ground->width);
          high->y = MAX (high->y, (y + 1.0) / ground->height);
        }

  if (high->x <= low->x)
    {
      *low  = (Place) { 0.0, 0.0, 0.0 };
      *high = (Place) { 1.0, 1.0, 0.0 };
    }
}
