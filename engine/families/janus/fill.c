/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fill.c: drawing into a given picture with a model that writes codes row by row.
 * The codes of the places that are kept come from the picture, and the model
 * continues after them as if it had written them itself.  So it sees what is above
 * a place and to the left of it, and nothing else: what is below has to fit by
 * chance.
 */

#include "engine/families/janus/model.h"
#include "engine/samplers/random.h"

/* Which of the streams of random numbers of one seed says what is drawn anew.  */
#define STREAM_FREE 1


/**
 * janus_fill_look:
 * @model: the model, with %JANUS_PART_FILL.
 * @ground: the picture that is drawn into.
 * @codes: (out): `[grid_size * grid_size]`: the codes of what may be seen of it.
 *
 * Returns: whether it could; if not, the backend has the error.
 */
gboolean
janus_fill_look (JanusModel          *model,
                 const PiscesGround  *ground,
                 gint32              *codes)
{
  PiscesBackend     *backend  = model->backend;
  const gsize        n_pixels = (gsize) ground->width * ground->height;
  const gsize        mark     = pisces_backend_mark (backend);
  PiscesTensor       pixels   = pisces_backend_alloc (backend, 4, (gint64) 1, (gint64) ground->height,
                                                      (gint64) ground->width, (gint64) 3);
  g_autofree gfloat *values   = g_new (gfloat, n_pixels * 3);
  gboolean           done;

  /* On white, and from -1 to 1.  */
  for (gsize i = 0; i < n_pixels; i++)
    {
      const gfloat *pixel = ground->seen + i * PISCES_GROUND_CHANNELS;

      for (gint c = 0; c < 3; c++)
        values[i * 3 + c] = 2.0f * (pixel[c] + 1.0f - pixel[3]) - 1.0f;
    }
  pisces_upload (backend, pixels, values);
  done = pisces_vq_encode (model->vq_encoder, codes, pixels);
  pisces_backend_release (backend, mark);

  return done;
}

/**
 * janus_fill_choose:
 * @model: the model.
 * @ground: the picture that is drawn into.
 * @seed: of the new picture.
 * @is_free: (out): `[grid_size * grid_size]`: which codes are drawn anew: those under
 *   the mask; and with a strength below 1, only so many of them, here and there.
 *
 * Returns: how many codes the model has to read or write: up to the last free one.
 */
gint
janus_fill_choose (JanusModel          *model,
                   const PiscesGround  *ground,
                   guint32              seed,
                   gboolean            *is_free)
{
  const gint         n    = model->grid_size * model->grid_size;
  g_autofree gfloat *most = g_new (gfloat, n);
  gint               end  = 0;
  PiscesRandom       random;

  pisces_random_init (&random, seed, STREAM_FREE);
  pisces_ground_most (ground, model->grid_size, model->grid_size, most);
  for (gint i = 0; i < n; i++)
    {
      const gdouble chance = pisces_random_uniform (&random);

      is_free[i] = most[i] > 0.0f && (ground->strength >= 1.0 || chance < ground->strength);
      if (is_free[i])
        end = i + 1;
    }

  return end;
}
