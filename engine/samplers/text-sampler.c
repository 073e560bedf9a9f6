/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * text-sampler.c: chooses a token: the most likely one, or a random one by
 * temperature and top-p (nucleus, arXiv 1904.09751).  Knows nothing of text.
 */

#include <math.h>

#include "engine/samplers/text-sampler.h"

typedef struct
{
  gdouble  weight;                   /* a probability, not normalised */
  gint32   id;
} Candidate;


static gint32     likeliest  (const gfloat     *logits,
                              gint              n_logits);
static gboolean   is_before  (const Candidate  *a,
                              const Candidate  *b);
static void       sift_down  (Candidate        *heap,
                              gint              n,
                              gint              i);
static gint       take_best  (Candidate        *heap,
                              gint              n,
                              gdouble           mass);
static gint32     draw       (const Candidate  *candidates,
                              gint              n,
                              gdouble           point);


/**
 * pisces_sample_token:
 * @logits: (array length=n_logits): one for each token; tokens with NaN or
 *   minus infinity are never chosen.
 * @temperature: the logits are divided by it.  With 0 or less, the most likely
 *   token is chosen; of several equal ones, that with the lowest id.
 * @top_p: only the most likely tokens are considered, as many as are needed
 *   for the sum of their probabilities to reach this; 1 or more: all tokens.
 *   The temperature is applied first, as in transformers.
 * @random: (nullable): one number is drawn if the temperature is above 0; not
 *   needed otherwise.
 *
 * Returns: the id; -1 if no logit is a number, which happens with damaged
 *   weights.
 */
gint32
pisces_sample_token (const gfloat *logits,
                     gint          n_logits,
                     gdouble       temperature,
                     gdouble       top_p,
                     PiscesRandom *random)
{
  PiscesSampling sampling = { temperature, top_p, 0.0 };
  const gint32   best     = likeliest (logits, n_logits);

  if (! (temperature > 0.0) || best < 0 || isinf (logits[best]))
    return best;

  g_return_val_if_fail (random != NULL, best);

  sampling.uniform = pisces_random_uniform (random);
  return pisces_sample_at (logits, n_logits, &sampling);
}

/**
 * pisces_sample_at:
 * @sampling: the parameters, including the random number.
 *
 * Like pisces_sample_token(), with a random number that has already been
 * drawn.
 *
 * Returns: the id, or -1.
 */
gint32
pisces_sample_at (const gfloat         *logits,
                  gint                  n_logits,
                  const PiscesSampling *sampling)
{
  g_autofree Candidate *candidates = NULL;
  gint32                best       = likeliest (logits, n_logits);
  gdouble               sum        = 0.0;
  gint                  n          = 0;
  gint                  i;

  if (! (sampling->temperature > 0.0) || best < 0 || isinf (logits[best]))
    return best;

  candidates = g_new (Candidate, n_logits);
  for (i = 0; i < n_logits; i++)
    {
      gdouble  weight = exp (((gdouble) logits[i] - logits[best]) /
                             sampling->temperature);

      if (weight > 0.0)
        {
          candidates[n++] = (Candidate) { weight, i };
          sum += weight;
        }
    }

  if (sampling->top_p < 1.0)
    {
      n   = take_best (candidates, n, MAX (sampling->top_p, 0.0) * sum);
      sum = 0.0;
      for (i = 0; i < n; i++)
        sum += candidates[i].weight;
    }

  return draw (candidates, n, sampling->uniform * sum);
}

/**
 * pisces_sample:
 * @logits: `[1, n]`, on the backend.
 * @sampling: the parameters; the random number in it is drawn here.
 * @random: (nullable): as for pisces_sample_token().
 *
 * Like pisces_sample_token(), but on the device if the backend can do it, so
 * that only the token is copied to the host.  A device adds the probabilities
 * in another order than pisces_sample_at(), so about one token in a million
 * may be the neighbouring one.
 *
 * Returns: the id; -1 if no logit is a number, or after a failure.
 */
gint32
pisces_sample (PiscesBackend  *backend,
               PiscesTensor    logits,
               PiscesSampling  sampling,
               PiscesRandom   *random)
{
  const gint64       n      = pisces_tensor_width (logits);
  g_autofree gfloat *values = NULL;

  if (pisces_backend_is_failed (backend) || ! logits.data ||
      pisces_backend_is_uncapturable (backend, "a sample"))
    return -1;
  g_return_val_if_fail (random || ! (sampling.temperature > 0.0), -1);

  if (sampling.temperature > 0.0)
    sampling.uniform = pisces_random_uniform (random);
  if (backend->table->sample)
    return backend->table->sample (backend, logits, &sampling);

  values = g_new (gfloat, n);
  if (! pisces_download (backend, values, logits))
    return -1;
  return pisces_sample_at (values, n, &sampling);
}


/*  private functions  */

static gint32
likeliest (const gfloat *logits,
           gint          n_logits)
{
  gint32  best = -1;
  gint32  i;

  for (i = 0; i < n_logits; i++)
    if (logits[i] > -INFINITY && (best < 0 || logits[i] > logits[best]))
      best = i;

  return best;
}

static gboolean
is_before (const Candidate *a,
           const Candidate *b)
{
  return a->weight > b->weight || (a->weight == b->weight && a->id < b->id);
}

static void
sift_down (Candidate *heap,
           gint       n,
           gint       i)
{
  while (2 * i + 1 < n)
    {
      gint       child = 2 * i + 1;
      Candidate  other;

      if (child + 1 < n && is_before (&heap[child + 1], &heap[child]))
        child++;
      if (! is_before (&heap[child], &heap[i]))
        return;

      other       = heap[i];
      heap[i]     = heap[child];
      heap[child] = other;
      i           = child;
    }
}

/* Moves the best candidates to the front, only as many as are needed to reach
 * mass, and returns how many there are.  Uses a heap, because of a vocabulary
 * of 128,000 usually only a few dozen are needed.  */
static gint
take_best (Candidate *heap,
           gint       n,
           gdouble    mass)
{
  GArray   *best  = g_array_new (FALSE, FALSE, sizeof (Candidate));
  gdouble   sum   = 0.0;
  gint      left  = n;
  gint      n_best;
  gint      i;

  for (i = n / 2 - 1; i >= 0; i--)
    sift_down (heap, n, i);

  do
    {
      g_array_append_val (best, heap[0]);
      sum += heap[0].weight;
      heap[0] = heap[--left];
      sift_down (heap, left, 0);
    }
  while (left > 0 && sum < mass);

  n_best = best->len;
  for (i = 0; i < n_best; i++)
    heap[i] = g_array_index (best, Candidate, i);
  g_array_unref (best);

  return n_best;
}

static gint32
draw (const Candidate *candidates,
      gint             n,
      gdouble          point)
{
  gint  i;

  for (i = 0; i < n - 1; i++)
    {
      point -= candidates[i].weight;
      if (point < 0.0)
        break;
    }

  return candidates[i].id;
}
