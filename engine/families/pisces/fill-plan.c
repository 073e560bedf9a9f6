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

#include "engine/families/pisces/model.h"

/* The things fill so much of the hole's shorter side.  */
#define FILLED 0.95

/* Nobody sees what is more transparent.  */
#define ALPHA_OF_NOTHING 8

/* How such plans name what is around a thing that was cut out; see models/FORMAT.md.  */
#define CLEAR_BACKGROUND "transparent background"


static gboolean is_empty         (const PiscesImage     *image);
static void     clear_background (const PiscesSettings  *settings,
                                  gchar                **around);
static void     shrink           (const PiscesSettings  *settings,
                                  PiscesPlanPlace       *place,
                                  const PiscesPlanPlace *hole_low,
                                  const PiscesPlanPlace *hole_high);
static void     widen            (const PiscesPlanPlace *place,
                                  PiscesPlanPlace       *low,
                                  PiscesPlanPlace       *high);
static void     find_hole        (const PiscesGround    *ground,
                                  PiscesPlanPlace       *low,
                                  PiscesPlanPlace       *high);


/*  public functions  */

/* Returns: (transfer full) (nullable): the picture that the model draws into; see
 *   pisces_ground_new().
 */
PiscesGround *
pisces_fill_ground (PiscesModel       *model,
                    const PiscesEdit  *edit,
                    gint               width,
                    gint               height,
                    GError           **error)
{
  PiscesGround *ground = pisces_ground_new (edit, width, height, error);

  if (ground)
    ground->sees_alpha = model->settings.alpha;

  return ground;
}

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
      if (pisces_ground_is_cut_out (ground))
        clear_background (settings, around);
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
  const PiscesSettings *settings = &model->settings;
  g_auto (GStrv)  own    = g_strsplit (plan, ";", -1);
  g_auto (GStrv)  others = g_strsplit (around, ";", -1);
  GString        *whole  = g_string_new (NULL);
  PiscesPlanPlace low = { 1.0, 1.0, 0.0 }, high = { 0.0, 0.0, 0.0 };
  PiscesPlanPlace hole_low, hole_high, place;
  gdouble         scale;

  if (settings->plan_grid == 0)
    return g_string_free (g_string_append (whole, plan), FALSE);

  for (guint i = 0; others[i]; i++)
    if (! pisces_plan_read_place (settings, others[i], &place))
      pisces_plan_append (whole, others[i]);
  for (guint i = 0; own[i]; i++)
    if (pisces_plan_read_place (settings, own[i], &place))
      widen (&place, &low, &high);
    else if (*around == '\0')
      pisces_plan_append (whole, own[i]);

  find_hole (ground, &hole_low, &hole_high);
  scale = FILLED * MIN ((hole_high.x - hole_low.x) / MAX (high.x - low.x, 1e-6),
                        (hole_high.y - hole_low.y) / MAX (high.y - low.y, 1e-6));

  for (guint i = 0; own[i]; i++)
    if (pisces_plan_read_place (settings, own[i], &place))
      {
        place.x = (hole_low.x + hole_high.x) / 2 + scale * (place.x - (low.x + high.x) / 2);
        place.y = (hole_low.y + hole_high.y) / 2 + scale * (place.y - (low.y + high.y) / 2);
        place.radius *= scale;
        shrink (settings, &place, &hole_low, &hole_high);
        pisces_plan_append_thing (settings, whole, own[i], &place);
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

/* A model may see a background where there is none, behind a large disc for example, and
 * then the whole picture would become opaque.  */
static void
clear_background (const PiscesSettings  *settings,
                  gchar                **around)
{
  g_auto (GStrv)   parts = g_strsplit (*around, ";", -1);
  GString         *plan  = g_string_new (CLEAR_BACKGROUND);
  PiscesPlanPlace  place;

  for (guint i = 0; parts[i]; i++)
    if (pisces_plan_read_place (settings, parts[i], &place))
      pisces_plan_append (plan, parts[i]);

  g_free (*around);
  *around = g_string_free (plan, FALSE);
}

/* The steps of a plan are coarse, so that a thing may come nearer to the hole's border
 * than it should; then it becomes smaller, for what is beyond the border would be cut
 * off.  */
static void
shrink (const PiscesSettings  *settings,
        PiscesPlanPlace       *place,
        const PiscesPlanPlace *hole_low,
        const PiscesPlanPlace *hole_high)
{
  const gint    grid   = settings->plan_grid;
  const gdouble x      = (CLAMP ((gint) (place->x * grid), 0, grid - 1) + 0.5) / grid;
  const gdouble y      = (CLAMP ((gint) (place->y * grid), 0, grid - 1) + 0.5) / grid;
  const gdouble room_x = MIN (x - hole_low->x, hole_high->x - x);
  const gdouble room_y = MIN (y - hole_low->y, hole_high->y - y);
  gint          size   = (place->radius - settings->plan_least_size) / settings->plan_size_step;

  size = CLAMP (size, 0, settings->plan_sizes - 1);
  while (size > 0 && pisces_plan_radius (settings, size) > MIN (room_x, room_y))
    size--;

  place->radius = pisces_plan_radius (settings, size);
}

static void
widen (const PiscesPlanPlace *place,
       PiscesPlanPlace       *low,
       PiscesPlanPlace       *high)
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
           PiscesPlanPlace    *low,
           PiscesPlanPlace    *high)
{
  const PiscesRectangle *shown = &ground->shown;

  *low  = (PiscesPlanPlace) { 1.0, 1.0, 0.0 };
  *high = (PiscesPlanPlace) { 0.0, 0.0, 0.0 };

  for (gint y = shown->y; y < shown->y + shown->height; y++)
    for (gint x = shown->x; x < shown->x + shown->width; x++)
      if (ground->mask[(gsize) y * ground->width + x] >= 0.5f)
        {
          low->x  = MIN (low->x,  (gdouble) x / ground->width);
          low->y  = MIN (low->y,  (gdouble) y / ground->height);
          high->x = MAX (high->x, (x + 1.0) / ground->width);
          high->y = MAX (high->y, (y + 1.0) / ground->height);
        }

  if (high->x <= low->x)
    {
      *low  = (PiscesPlanPlace) { 0.0, 0.0, 0.0 };
      *high = (PiscesPlanPlace) { 1.0, 1.0, 0.0 };
    }
}
