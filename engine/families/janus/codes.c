/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * codes.c: see codes.h.
 *
 * Source: `JanusForConditionalGeneration.generate` in transformers, and
 * generation_inference.py in deepseek-ai/Janus.
 */

#include <string.h>

#include "engine/backend/finite.h"
#include "engine/families/janus/codes.h"
#include "engine/samplers/text-sampler.h"

/* Which of the streams of random numbers of one seed is used for the codes.  */
#define STREAM_CODES 0


static void   read_prompts (JanusCodes   *codes);
static void   read_rows    (JanusCodes   *codes,
                            gint          sequence,
                            PiscesTensor  x);
static gint32 write_code   (JanusCodes   *codes,
                            PiscesRandom *random);
static void   feed_codes   (JanusCodes   *codes,
                            const gint32 *next,
                            gint          n);


/*  public functions  */

/**
 * janus_codes_begin:
 *
 * Takes the memory of the loop from the arena.
 */
void
janus_codes_begin (JanusCodes *codes)
{
  JanusModel           *model   = codes->model;
  PiscesBackend        *backend = model->backend;
  const PiscesVqConfig *vq      = pisces_vq_get_config (model->vq);
  const gint64          hidden  = pisces_llama_get_config (model->llama)->hidden_size;
  const gint64          n       = codes->n_rows;
  guint                 longest = 0;

  for (gint i = 0; i < codes->n_rows; i++)
    longest = MAX (longest, codes->prompts[i]->len);

  codes->cache  = pisces_llama_cache_new_batch (model->llama, n, longest + codes->n_codes);
  codes->states = pisces_backend_alloc (backend, 2, n, hidden);
  codes->inputs = pisces_backend_alloc (backend, 2, n, hidden);
  codes->logits = pisces_backend_alloc (backend, 2, n, (gint64) vq->n_codes);
  codes->guided = pisces_backend_alloc (backend, 2, (gint64) 1, (gint64) vq->n_codes);
}

/**
 * janus_codes_write:
 * @seed: of the picture.
 *
 * Reads the prompts, and writes all free codes.  If the model fails, the backend has
 * the error.
 */
void
janus_codes_write (JanusCodes *codes,
                   guint32     seed)
{
  PiscesBackend *backend = codes->model->backend;
  const gint     side    = codes->model->grid_size;
  PiscesRandom   random;
  gint           end;

  pisces_random_init (&random, seed, STREAM_CODES);
  read_prompts (codes);

  for (gint i = 0; i < codes->n_read && ! pisces_backend_is_failed (backend); i = end)
    {
      end = i + 1;
      if (codes->is_free[i])
        {
          const gint32 code = write_code (codes, &random);

          if (code < 0)
            return;
          codes->codes[i] = code;
        }
      else
        {
          /* The known codes of a row are read at once.  */
          while (end % side != 0 && end < codes->n_read && ! codes->is_free[end])
            end++;
        }
      if (end == codes->n_read)
        return;

      feed_codes (codes, codes->codes + i, end - i);
      codes->on_codes (end, codes->user_data);
    }
}

/**
 * janus_codes_plan:
 * @n_at_once: how many codes may be known in a row.
 *
 * On a backend that only plans: takes the memory that writing takes.
 */
void
janus_codes_plan (JanusCodes *codes,
                  gint        n_at_once)
{
  read_prompts (codes);
  pisces_projector_forward (codes->model->code_head, codes->logits, codes->states);
  feed_codes (codes, codes->codes, n_at_once);
}

void
janus_codes_end (JanusCodes *codes)
{
  g_clear_pointer (&codes->cache, pisces_llama_cache_free);
}


/*  private functions  */

static void
read_prompts (JanusCodes *codes)
{
  PiscesLlama   *llama   = codes->model->llama;
  PiscesBackend *backend = codes->model->backend;
  const gint64   hidden  = pisces_llama_get_config (llama)->hidden_size;

  for (gint i = 0; i < codes->n_rows; i++)
    {
      const GArray *prompt = codes->prompts[i];
      const gsize   mark   = pisces_backend_mark (backend);
      PiscesTensor  x      = pisces_backend_alloc (backend, 2, (gint64) prompt->len, hidden);

      pisces_llama_embed (llama, x, (const gint32 *) prompt->data);
      read_rows (codes, i, x);
      pisces_backend_release (backend, mark);
    }
}

/* Gives inputs to one sequence, and keeps its last output.  */
static void
read_rows (JanusCodes   *codes,
           gint          sequence,
           PiscesTensor  x)
{
  PiscesBackend *backend = codes->model->backend;
  const gsize    mark    = pisces_backend_mark (backend);
  const gint64   n       = pisces_tensor_n_rows (x);
  PiscesTensor   y       = pisces_backend_alloc (backend, 2, n, pisces_tensor_width (x));

  pisces_llama_forward_one (codes->model->llama, codes->cache, sequence, y, x);
  pisces_copy (backend, pisces_tensor_rows (codes->states, sequence, 1),
               pisces_tensor_rows (y, n - 1, 1));
  pisces_backend_release (backend, mark);
}

/* Returns -1 if the model fails; then the backend has the error.  */
static gint32
write_code (JanusCodes   *codes,
            PiscesRandom *random)
{
  const PiscesSampling  sampling = { .temperature = codes->temperature, .top_p = 1.0 };
  PiscesBackend        *backend  = codes->model->backend;
  gint32                code;

  pisces_projector_forward (codes->model->code_head, codes->logits, codes->states);
  if (codes->n_rows == 2)
    pisces_combine (backend, codes->guided,
                    codes->guidance_scale, pisces_tensor_rows (codes->logits, 0, 1),
                    1.0 - codes->guidance_scale, pisces_tensor_rows (codes->logits, 1, 1));
  else
    pisces_copy (backend, codes->guided, codes->logits);

  code = pisces_sample (backend, codes->guided, sampling, random);
  /* If something failed earlier, the backend keeps that error.  */
  if (code < 0)
    pisces_backend_fail_of_numbers (backend);

  return code;
}

/* Gives the same codes to every row as its next inputs.  */
static void
feed_codes (JanusCodes   *codes,
            const gint32 *next,
            gint          n)
{
  JanusModel        *model   = codes->model;
  PiscesBackend     *backend = model->backend;
  const gint         size    = pisces_vq_get_config (model->vq)->code_size;
  const gint64       hidden  = pisces_llama_get_config (model->llama)->hidden_size;
  const gsize        mark    = pisces_backend_mark (backend);
  PiscesTensor       vectors = pisces_backend_alloc (backend, 2, (gint64) n, (gint64) size);
  PiscesTensor       x       = n > 1 ? pisces_backend_alloc (backend, 2, (gint64) n, hidden)
                                     : pisces_tensor_rows (codes->inputs, 0, 1);
  g_autofree gfloat *values  = g_new (gfloat, (gsize) n * size);

  for (gint i = 0; i < n; i++)
    memcpy (values + (gsize) i * size, model->code_embeddings + (gsize) next[i] * size,
            size * sizeof (gfloat));
  pisces_upload (backend, vectors, values);
  pisces_projector_forward (model->code_aligner, x, vectors);

  if (n == 1)
    {
      for (gint i = 1; i < codes->n_rows; i++)
        pisces_copy (backend, pisces_tensor_rows (codes->inputs, i, 1), x);
      pisces_llama_forward (model->llama, codes->cache, codes->states, codes->inputs);
    }
  else
    {
      for (gint i = 0; i < codes->n_rows; i++)
        read_rows (codes, i, x);
    }
  pisces_backend_release (backend, mark);
}
