/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * imagine.c: makes what a picture is drawn from: the plan in words, and the
 * visual vectors.  The vectors come from words, by the language model, or from
 * pictures, by the generation encoder.
 *
 * Pisces, arXiv 2506.10395.  The loop over the vectors is that of Emu2 (arXiv
 * 2312.13286), with a cache.
 */

#include "engine/families/pisces/model.h"

/* Which of the streams of random numbers of one seed is used for the plan.  */
#define STREAM_PLAN 1

/* What is drawn counts so much more than what was there in the vector of a place
 * that has both.  */
#define WORDS_BOOST 2.0


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
 * pisces_imagine_references:
 * @model: the model.
 * @references: (nullable) (element-type PiscesReference): the pictures, already
 *   checked.
 * @job: the job, for progress and cancelling.
 * @sum: (out): `[m, gen_vector_size]` in the arena: the weighted sum of the
 *   pictures' vectors.  Not set if there is no reference.
 * @words_share: (out): the share that the weights of the pictures leave to the
 *   words.
 * @error: return location for an error.
 *
 * Returns: whether all pictures could be encoded; if not, @error is set.
 */
gboolean
pisces_imagine_references (PiscesModel   *model,
                           GPtrArray     *references,
                           PiscesJob     *job,
                           PiscesTensor  *sum,
                           gdouble       *words_share,
                           GError       **error)
{
  gint64             m      = model->settings.num_gen_vectors;
  gint64             width  = model->settings.gen_vector_size;
  g_autoptr (GArray) vector = g_array_new (FALSE, FALSE, sizeof (gfloat));
  g_autofree gfloat *values = g_new0 (gfloat, m * width);

  *words_share = 1.0;
  if (references == NULL || references->len == 0)
    return TRUE;

  for (guint i = 0; i < references->len; i++)
    {
      const PiscesReference *reference = references->pdata[i];

      if (! pisces_family_embed (model, reference->image, job, vector, error))
        return FALSE;
      for (gint64 v = 0; v < m * width; v++)
        values[v] += reference->weight * g_array_index (vector, gfloat, v);
      *words_share -= reference->weight;
    }

  /* If only a rounding error is left of 1, the words have no share.  */
  if (*words_share < 1e-6)
    *words_share = 0.0;

  *sum = pisces_backend_alloc (model->backend, 2, m, width);
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
