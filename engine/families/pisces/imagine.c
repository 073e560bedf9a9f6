/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * imagine.c: makes what a picture is drawn from: the plan in words, and the
 * visual vectors.  The vectors come from words, by the language model, or from
 * pictures, by the generation encoder.
 *
 * Pisces, arXiv 2506.10395.  The loop over the vectors is that of Emu2 (arXiv
 * 2312.13286), with a cache.
 */

#include <math.h>
#include <string.h>

#include "engine/families/pisces/model.h"

/* Which of the streams of random numbers of one seed is used for the plan.  */
#define STREAM_PLAN 1

/* What is drawn counts so much more than what was there in the vector of a place
 * that has both.  */
#define WORDS_BOOST 2.0

/* The most that the encoder is given of a part of a picture, which has far fewer
 * pixels.  */
#define PART_SIDE_MAX 1024


static PiscesImage * part_of (const PiscesImage    *image,
                              const PiscesWindows  *windows,
                              gint64                window,
                              GError              **error);


/**
 * pisces_plan_write:
 * @model: the model.
 * @prompt: clean text.
 * @seed: the seed of the plan.
 * @temperature: with 0 the plan is the most likely one.
 * @func: (nullable): called after each token.
 * @user_data: for @func.
 *
 * Returns: (transfer full): the plan; empty if the model does not use plans.
 */
gchar *
pisces_plan_write (PiscesModel    *model,
                   const gchar    *prompt,
                   guint32         seed,
                   gdouble         temperature,
                   PiscesTextFunc  func,
                   gpointer        user_data)
{
  gsize              mark       = pisces_backend_mark (model->backend);
  gint               max_tokens = pisces_prompt_budget (model);
  g_autoptr (GArray) rows       = NULL;
  gchar             *plan;
  PiscesRandom       random;
  PiscesWriter       writer;

  if (model->settings.templates[TEMPLATE_PLAN] == NULL)
    return g_strdup ("");

  rows = pisces_prompt_new (model, TEMPLATE_PLAN, 0, prompt, NULL);
  pisces_random_init (&random, seed, STREAM_PLAN);
  pisces_writer_init (&writer, pisces_model_language (model), rows->len + max_tokens);
  plan = pisces_writer_write (&writer, rows, max_tokens, temperature, &random,
                              func, user_data);
  pisces_writer_clear (&writer);
  pisces_backend_release (model->backend, mark);

  return plan;
}

/**
 * pisces_imagine:
 * @model: the model.
 * @prompt: clean text.
 * @plan: the plan for @prompt.
 * @vectors: (out): `[m, gen_vector_size]`, written on the backend.
 *
 * The state at the prompt's last token gives the first vector.  Each vector,
 * projected back, is the next input.
 */
void
pisces_imagine (PiscesModel  *model,
                const gchar  *prompt,
                const gchar  *plan,
                PiscesTensor  vectors)
{
  PiscesBackend     *backend = model->backend;
  gint64             m       = model->settings.num_gen_vectors;
  gint64             hidden  = pisces_llama_get_config (model->llama)->hidden_size;
  gsize              mark    = pisces_backend_mark (backend);
  g_autoptr (GArray) rows    = pisces_prompt_new (model, TEMPLATE_DRAW, 0, prompt, plan);
  PiscesTensor       state   = pisces_backend_alloc (backend, 2, (gint64) 1, hidden);
  PiscesTensor       x       = pisces_backend_alloc (backend, 2, (gint64) 1, hidden);
  PiscesWriter       writer;

  pisces_writer_init (&writer, pisces_model_language (model), rows->len + m);
  pisces_writer_read (&writer, rows, state);
  for (gint64 i = 0; i < m; i++)
    {
      PiscesTensor vector = pisces_tensor_rows (vectors, i, 1);

      pisces_projector_forward (model->down_projector, vector, state);
      if (i + 1 < m)
        {
          pisces_projector_forward (model->gen_projector, x, vector);
          pisces_llama_forward (model->llama, writer.cache, state, x);
        }
    }
  pisces_writer_clear (&writer);
  pisces_backend_release (backend, mark);
}

/**
 * pisces_imagine_words_share:
 * @references: (nullable) (element-type PiscesReference): the pictures to draw from.
 *
 * Returns: the share that the weights of the pictures leave to the words.
 */
gdouble
pisces_imagine_words_share (const GPtrArray *references)
{
  gdouble share = 1.0;

  for (guint i = 0; references && i < references->len; i++)
    share -= ((const PiscesReference *) references->pdata[i])->weight;

  /* If only a rounding error is left of 1, the words have no share.  */
  return share < 1e-6 ? 0.0 : share;
}

/**
 * pisces_imagine_references:
 * @model: the model.
 * @references: (element-type PiscesReference): the pictures, already checked.
 * @windows: (nullable): the windows of a picture that is not square; each gets the
 *   vectors of its part of the pictures, which are fitted into the whole.
 * @job: the job, for progress and cancelling.
 * @sum: (out): `[n * m, gen_vector_size]` in the arena: the weighted sum of the
 *   pictures' vectors, for each window.
 * @error: return location for an error.
 *
 * Returns: whether all pictures could be encoded; if not, @error is set.
 */
gboolean
pisces_imagine_references (PiscesModel          *model,
                           GPtrArray            *references,
                           const PiscesWindows  *windows,
                           PiscesJob            *job,
                           PiscesTensor         *sum,
                           GError              **error)
{
  gint64             m      = model->settings.num_gen_vectors;
  gint64             width  = model->settings.gen_vector_size;
  gint64             n      = windows ? windows->n : 1;
  g_autoptr (GArray) vector = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autofree gfloat *values = g_new0 (gfloat, n * m * width);

  for (gint64 i = 0; i < n * references->len; i++)
    {
      const PiscesReference  *reference = references->pdata[i % references->len];
      const gint64            window    = i / references->len;
      g_autoptr (PiscesImage) part      = NULL;

      part = windows ? part_of (reference->image, windows, window, error)
                     : pisces_image_ref (reference->image);
      if (part == NULL || ! pisces_family_embed (model, part, job, vector, error))
        return FALSE;
      for (gint64 v = 0; v < m * width; v++)
        values[window * m * width + v] += reference->weight * g_array_index (vector, gfloat, v);
    }

  *sum = pisces_backend_alloc (model->backend, 2, n * m, width);
  pisces_upload (model->backend, *sum, values);

  return TRUE;
}

/**
 * pisces_imagine_blend:
 * @model: the model.
 * @references: the sum from pisces_imagine_references().
 * @words_share: the share from pisces_imagine_references().
 * @vectors: (inout): `[m, gen_vector_size]`: the vectors from the words, replaced
 *   by the blend.  Not read if the words have no share.
 *
 * The sum of vectors in different directions is shorter than each of them.  If all
 * vectors of the model have the same length, the sum is scaled back to it.
 */
void
pisces_imagine_blend (PiscesModel  *model,
                      PiscesTensor  references,
                      gdouble       words_share,
                      PiscesTensor  vectors)
{
  if (words_share > 0.0)
    pisces_combine (model->backend, vectors, words_share, vectors, 1.0, references);
  else
    pisces_copy (model->backend, vectors, references);

  if (model->settings.gen_vector_norm)
    pisces_layer_norm (model->backend, vectors, vectors, NULL, NULL, 1e-5);
}

/**
 * pisces_imagine_ground:
 * @model: the model.
 * @ground: the picture that is drawn into.
 * @has_words: whether words say what is drawn there; %FALSE: nothing.
 * @ground_vectors: `[m, gen_vector_size]`: the vectors of the ground.
 * @vectors: (inout): `[m, gen_vector_size]`: the vectors from the words, replaced
 *   by those of the ground where nothing is drawn.
 *
 * The vectors are a grid over the picture, so each stands for its own place.  One
 * whose place is partly drawn anew is a mixture.
 */
void
pisces_imagine_ground (PiscesModel        *model,
                       const PiscesGround *ground,
                       gboolean            has_words,
                       PiscesTensor        ground_vectors,
                       PiscesTensor        vectors)
{
  PiscesBackend     *backend = model->backend;
  const gint         grid    = model->settings.vector_grid_size;
  const gint         m       = model->settings.num_gen_vectors;
  g_autofree gfloat *share   = g_new (gfloat, m);

  if (! has_words)
    {
      pisces_copy (backend, vectors, ground_vectors);
      return;
    }

  pisces_ground_share (ground, grid, grid, share);
  for (gint i = 0; i < m; i++)
    {
      PiscesTensor  vector = pisces_tensor_rows (vectors, i, 1);
      const gdouble words  = MIN (1.0, share[i] * WORDS_BOOST);

      pisces_combine (backend, vector, words, vector,
                      1.0 - words, pisces_tensor_rows (ground_vectors, i, 1));
    }
  if (model->settings.gen_vector_norm)
    pisces_layer_norm (backend, vectors, vectors, NULL, NULL, 1e-5);
}


/*  private functions  */

/* Returns the part of a picture that is in a window, if the picture fills as much of
 * the whole as it can.  Beside it, its edge goes on.  */
static PiscesImage *
part_of (const PiscesImage    *image,
         const PiscesWindows  *windows,
         gint64                window,
         GError              **error)
{
  const PiscesWindow *own   = &windows->windows[window];
  const gdouble       scale = MAX ((gdouble) image->width / windows->width,
                                   (gdouble) image->height / windows->height);
  const gdouble       left  = scale * own->left + (image->width - scale * windows->width) / 2;
  const gdouble       top   = scale * own->top + (image->height - scale * windows->height) / 2;
  const gint          side  = CLAMP (scale * windows->side, 1, PART_SIDE_MAX);
  const gdouble       step  = scale * windows->side / side;
  PiscesImage        *part  = pisces_image_new (side, side, error);

  for (gint y = 0; part && y < side; y++)
    for (gint x = 0; x < side; x++)
      {
        const gint from_x = CLAMP ((gint) floor (left + (x + 0.5) * step), 0, image->width - 1);
        const gint from_y = CLAMP ((gint) floor (top + (y + 0.5) * step), 0, image->height - 1);

        memcpy (part->pixels + ((gsize) y * side + x) * 4,
                image->pixels + ((gsize) from_y * image->width + from_x) * 4, 4);
      }

  return part;
}
