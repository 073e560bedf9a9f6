/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * writer.c: see writer.h.
 */

#include <math.h>

#include "engine/backend/finite.h"
#include "engine/families/writer.h"
#include "engine/networks/mrope.h"
#include "engine/pisces.h"
#include "engine/samplers/text-sampler.h"


static void     forward        (PiscesWriter          *writer,
                                PiscesTensor           y,
                                PiscesTensor           x,
                                const GArray          *prompt,
                                guint                  first);
static gint32   choose         (PiscesWriter          *writer,
                                PiscesTensor           logits,
                                PiscesSampling         sampling,
                                PiscesRandom          *random);
static void     penalise       (const PiscesWriter    *writer,
                                gfloat                *logits,
                                gint                   n_vocab);
static gchar  * text_of        (const PiscesLanguage  *language,
                                const GArray          *ids);
static guint    rows_in_common (const GArray          *a,
                                const GArray          *b);
static void     embed_rows     (PiscesWriter          *writer,
                                PiscesTensor           x,
                                const GArray          *prompt,
                                guint                  first);
static gdouble  log_share      (const gfloat          *logits,
                                gint                   n_vocab,
                                const gint32          *ids,
                                guint                  n_ids);
static gboolean is_stop        (const PiscesLanguage  *language,
                                gint32                 id);


/*  public functions  */

/**
 * pisces_language_check:
 * @language: the parts of a model.
 * @folder: the model's folder, for the error.
 * @error: return location for an error.
 *
 * Returns: whether the language model knows all tokens of the tokenizer.
 */
gboolean
pisces_language_check (const PiscesLanguage  *language,
                       const gchar           *folder,
                       GError               **error)
{
  const gint tokens = pisces_tokenizer_n_tokens (language->tokenizer);
  const gint vocab  = pisces_llama_get_config (language->llama)->vocab_size;

  if (tokens <= vocab)
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               "The parts of the model in “%s” do not fit each other: tokenizer.json has %d "
               "tokens, and the language model knows %d.", folder, tokens, vocab);

  return FALSE;
}

/**
 * pisces_writer_init:
 * @writer: the writer to set up.  It takes memory from the backend's arena, so the
 *   caller must mark the arena before and release it afterwards.
 * @language: the language model and its tokenizer; they must outlive the writer.
 * @max_rows: the most rows that prompt and text may have together.
 */
void
pisces_writer_init (PiscesWriter   *writer,
                    PiscesLanguage  language,
                    gint64          max_rows)
{
  *writer = (PiscesWriter) {
    .language = language,
    .cache    = pisces_llama_cache_new (language.llama, max_rows),
    .seen     = g_array_new (FALSE, FALSE, sizeof (gint32)),
  };
}

void
pisces_writer_clear (PiscesWriter *writer)
{
  g_clear_pointer (&writer->cache, pisces_llama_cache_free);
  g_clear_pointer (&writer->seen, g_array_unref);
}

/**
 * pisces_writer_read:
 * @writer: the writer.
 * @prompt: gint32 rows, at least one.
 * @state: (out): `[1, hidden]`: the state after the last row and the final norm.
 *   It lies in the arena.
 *
 * Reads @prompt, so that the cache has exactly its rows.  Rows that it already has
 * in common with @prompt are kept.
 */
void
pisces_writer_read (PiscesWriter *writer,
                    GArray       *prompt,
                    PiscesTensor  state)
{
  PiscesBackend *backend = writer->language.backend;
  gint           hidden  = pisces_llama_get_config (writer->language.llama)->hidden_size;
  gsize          mark    = pisces_backend_mark (backend);
  /* The last row is always computed, because its state is needed.  After a
   * failure the cache may have fewer rows than it was given.  */
  guint          first   = MIN (MIN (rows_in_common (writer->seen, prompt), prompt->len - 1),
                                (guint) pisces_llama_cache_length (writer->cache));
  gint64         n       = prompt->len - first;
  PiscesTensor   x       = pisces_backend_alloc (backend, 2, n, (gint64) hidden);
  PiscesTensor   y       = pisces_backend_alloc (backend, 2, n, (gint64) hidden);

  pisces_llama_cache_rewind (writer->cache, first);
  embed_rows (writer, x, prompt, first);
  forward (writer, y, x, prompt, first);
  pisces_copy (backend, state, pisces_tensor_rows (y, n - 1, 1));

  g_array_set_size (writer->seen, 0);
  g_array_append_vals (writer->seen, prompt->data, prompt->len);
  pisces_backend_release (backend, mark);
}

/**
 * pisces_writer_write:
 * @writer: the writer.
 * @prompt: gint32 rows that the text continues.
 * @max_tokens: the most tokens of the text, which is cut after them.
 * @temperature: with 0 each token is the most likely one.
 * @random: the random numbers; read only with a temperature above 0.
 * @func: (nullable): called after each token.
 * @user_data: for @func.
 *
 * Returns: (transfer full): the text, without the token that ended it.  If the
 *   backend has failed: what was written until then.
 */
gchar *
pisces_writer_write (PiscesWriter   *writer,
                     GArray         *prompt,
                     gint            max_tokens,
                     gdouble         temperature,
                     PiscesRandom   *random,
                     PiscesTextFunc  func,
                     gpointer        user_data)
{
  const PiscesLanguage *language = &writer->language;
  PiscesBackend     *backend = language->backend;
  gint               hidden  = pisces_llama_get_config (language->llama)->hidden_size;
  gint               n_vocab = pisces_llama_get_config (language->llama)->vocab_size;
  g_autoptr (GArray) ids     = g_array_new (FALSE, FALSE, sizeof (gint32));
  gsize              mark    = pisces_backend_mark (backend);
  PiscesTensor       state   = pisces_backend_alloc (backend, 2, (gint64) 1, (gint64) hidden);
  PiscesTensor       x       = pisces_backend_alloc (backend, 2, (gint64) 1, (gint64) hidden);
  PiscesTensor       logits  = pisces_backend_alloc (backend, 2, (gint64) 1, (gint64) n_vocab);

  pisces_writer_read (writer, prompt, state);
  while ((gint) ids->len < max_tokens)
    {
      const PiscesSampling sampling = { .temperature = temperature, .top_p = 1.0 };
      gint32               id;

      pisces_llama_head (language->llama, logits, state);
      id = choose (writer, logits, sampling, random);
      /* If something failed earlier, the backend keeps that error.  */
      if (id < 0)
        pisces_backend_fail_of_numbers (backend);
      if (id < 0 || is_stop (language, id))
        break;

      g_array_append_val (ids, id);
      if (func)
        {
          g_autofree gchar *text = text_of (language, ids);

          func (g_strstrip (text), 1.0 - exp (-(gdouble) ids->len / 20.0), user_data);
        }

      pisces_llama_embed (language->llama, x, &id);
      pisces_llama_forward (language->llama, writer->cache, state, x);
      g_array_append_val (writer->seen, id);
    }
  pisces_backend_release (backend, mark);

  return g_strstrip (text_of (language, ids));
}

/**
 * pisces_writer_log_likelihood:
 * @writer: the writer.
 * @prompt: gint32 rows that the text continues.
 * @text: the text.
 * @with_end: whether the token that ends the text is counted too.
 *
 * Returns: the natural logarithm of the probability that pisces_writer_write()
 *   would write @text at temperature 1, as the average over its tokens; 0 if there
 *   are no tokens to count.
 */
gdouble
pisces_writer_log_likelihood (PiscesWriter *writer,
                              GArray       *prompt,
                              const gchar  *text,
                              gboolean      with_end)
{
  const PiscesLanguage *language = &writer->language;
  PiscesBackend     *backend = language->backend;
  gint               hidden  = pisces_llama_get_config (language->llama)->hidden_size;
  gint               n_vocab = pisces_llama_get_config (language->llama)->vocab_size;
  g_autofree gfloat *logits  = g_new (gfloat, n_vocab);
  g_autoptr (GArray) ids     = g_array_new (FALSE, FALSE, sizeof (gint32));
  g_autoptr (GError) error   = NULL;
  gsize              mark    = pisces_backend_mark (backend);
  gdouble            sum     = 0.0;
  guint              n;
  PiscesTensor       x, y;

  if (! pisces_tokenizer_encode_plain (language->tokenizer, text, ids,
                                       backend->cancellable, &error))
    {
      pisces_backend_take_error (backend, g_steal_pointer (&error));
      return 0.0;
    }
  n = ids->len + (with_end ? 1 : 0);
  if (n == 0)
    return 0.0;

  /* Row 0 is the state before the first token, and row i the state after i
   * tokens.  */
  y = pisces_backend_alloc (backend, 2, (gint64) ids->len + 1, (gint64) hidden);
  x = pisces_backend_alloc (backend, 2, (gint64) MAX (ids->len, 1), (gint64) hidden);
  pisces_writer_read (writer, prompt, pisces_tensor_rows (y, 0, 1));
  if (ids->len > 0)
    {
      pisces_llama_embed (language->llama, x, (gint32 *) ids->data);
      pisces_llama_forward (language->llama, writer->cache,
                            pisces_tensor_rows (y, 1, ids->len), x);
      g_array_append_vals (writer->seen, ids->data, ids->len);
    }

  for (guint i = 0; i < n; i++)
    {
      if (! pisces_llama_logits (language->llama, pisces_tensor_rows (y, i, 1), logits))
        break;
      sum += i < ids->len
               ? log_share (logits, n_vocab, &g_array_index (ids, gint32, i), 1)
               : log_share (logits, n_vocab, (gint32 *) language->stop_ids->data,
                            language->stop_ids->len);
    }
  pisces_backend_release (backend, mark);

  return sum / n;
}

/**
 * pisces_writer_plan:
 * @language: the language model that will write.
 * @n_rows: the number of rows of the prompt.
 * @n_more: the number of rows that follow it: a text, or vectors.
 *
 * On a backend that only plans: takes the memory for reading a prompt and
 * continuing it, and gives it back.
 */
void
pisces_writer_plan (PiscesLanguage language,
                    gint64         n_rows,
                    gint64         n_more)
{
  const PiscesLlamaConfig *config    = pisces_llama_get_config (language.llama);
  PiscesBackend           *backend   = language.backend;
  const gint64             positions = config->max_positions;
  const gint64             hidden    = config->hidden_size;
  const gsize              mark      = pisces_backend_mark (backend);
  const gint64             n         = CLAMP (n_rows, 1, positions);
  g_autofree gfloat       *logits    = g_new (gfloat, config->vocab_size);
  PiscesTensor             state, x, y;
  PiscesWriter             writer;

  pisces_writer_init (&writer, language, MIN (n + n_more, positions));
  state = pisces_backend_alloc (backend, 2, 1, hidden);
  x     = pisces_backend_alloc (backend, 2, 1, hidden);
  x     = pisces_backend_alloc (backend, 2, n, hidden);
  y     = pisces_backend_alloc (backend, 2, n, hidden);

  pisces_llama_forward (language.llama, writer.cache, y, x);
  pisces_llama_logits (language.llama, state, logits);
  pisces_writer_clear (&writer);
  pisces_backend_release (backend, mark);
}


/*  private functions  */

/* Continues the cache with the rows of a prompt from @first on.  Where they are in the
 * image, if that matters, follows from the whole prompt.  */
static void
forward (PiscesWriter *writer,
         PiscesTensor  y,
         PiscesTensor  x,
         const GArray *prompt,
         guint         first)
{
  PiscesLlama       *llama     = writer->language.llama;
  g_autofree gfloat *positions = NULL;
  gint64             shift;

  if (pisces_llama_get_config (llama)->sections[0] == 0)
    {
      pisces_llama_forward (llama, writer->cache, y, x);
      return;
    }

  positions = g_new (gfloat, prompt->len * PISCES_ROPE_AXES);
  shift     = pisces_mrope_positions ((const gint32 *) prompt->data, prompt->len,
                                      PISCES_IMAGE_ROW, MAX (writer->image_columns, 1), positions);
  pisces_llama_forward_at (llama, writer->cache, y, x, positions + first * PISCES_ROPE_AXES, shift);
}

/* Returns the next token, or -1 as pisces_sample() does.  */
static gint32
choose (PiscesWriter   *writer,
        PiscesTensor    logits,
        PiscesSampling  sampling,
        PiscesRandom   *random)
{
  PiscesBackend     *backend = writer->language.backend;
  const gint         n_vocab = pisces_tensor_width (logits);
  g_autofree gfloat *values  = NULL;

  if (! (writer->language.repetition_penalty > 0.0))
    return pisces_sample (backend, logits, sampling, random);

  values = g_new (gfloat, n_vocab);
  if (! pisces_download (backend, values, logits))
    return -1;
  penalise (writer, values, n_vocab);

  return pisces_sample_token (values, n_vocab, sampling.temperature, sampling.top_p, random);
}

/* Once for each token, however often it occurs.  */
static void
penalise (const PiscesWriter *writer,
          gfloat             *logits,
          gint                n_vocab)
{
  const gfloat         penalty = writer->language.repetition_penalty;
  g_autofree gboolean *is_done = g_new0 (gboolean, n_vocab);

  for (guint i = 0; i < writer->seen->len; i++)
    {
      const gint32 row = g_array_index (writer->seen, gint32, i);
      const gint32 id  = row == PISCES_IMAGE_ROW ? writer->language.image_id : row;

      if (id < 0 || id >= n_vocab || is_done[id])
        continue;

      is_done[id] = TRUE;
      logits[id]  = logits[id] < 0.0f ? logits[id] * penalty : logits[id] / penalty;
    }
}

/* If the tokenizer cannot decode the ids, the job has failed.  */
static gchar *
text_of (const PiscesLanguage *language,
         const GArray         *ids)
{
  GError *error = NULL;
  gchar  *text  = pisces_tokenizer_decode (language->tokenizer, (const gint32 *) ids->data,
                                           ids->len, TRUE, language->backend->cancellable,
                                           &error);

  if (text)
    return text;

  pisces_backend_take_error (language->backend, error);

  return g_strdup ("");
}

/* The logarithm of the probability that softmax gives to some tokens together.  */
static gdouble
log_share (const gfloat *logits,
           gint          n_vocab,
           const gint32 *ids,
           guint         n_ids)
{
  gdouble max = logits[0], all = 0.0, some = 0.0;

  for (gint i = 1; i < n_vocab; i++)
    max = MAX (max, logits[i]);
  for (gint i = 0; i < n_vocab; i++)
    all += exp (logits[i] - max);
  for (guint i = 0; i < n_ids; i++)
    some += exp (logits[ids[i]] - max);

  return log (MAX (some, 1e-30) / all);
}

static guint
rows_in_common (const GArray *a,
                const GArray *b)
{
  guint n = 0;

  while (n < MIN (a->len, b->len) &&
         g_array_index (a, gint32, n) == g_array_index (b, gint32, n))
    n++;

  return n;
}

/* Fills the rows of the input: tokens from the embedding table, image rows by
 * copying.  Neighbours of one kind are done together.  */
static void
embed_rows (PiscesWriter *writer,
            PiscesTensor  x,
            const GArray *prompt,
            guint         first)
{
  const gint32 *rows      = (const gint32 *) prompt->data;
  gint64        image_row = 0;

  for (guint i = 0; i < first; i++)
    image_row += rows[i] == PISCES_IMAGE_ROW;

  for (guint i = first; i < prompt->len; )
    {
      gboolean     image = rows[i] == PISCES_IMAGE_ROW;
      guint        end   = i + 1;
      PiscesTensor y;

      while (end < prompt->len && (rows[end] == PISCES_IMAGE_ROW) == image)
        end++;

      y = pisces_tensor_rows (x, i - first, end - i);
      if (image)
        {
          pisces_copy (writer->language.backend, y,
                       pisces_tensor_rows (writer->image_rows, image_row, end - i));
          image_row += end - i;
        }
      else
        {
          pisces_llama_embed (writer->language.llama, y, rows + i);
        }
      i = end;
    }
}

static gboolean
is_stop (const PiscesLanguage *language,
         gint32                id)
{
  const GArray *stops = language->stop_ids;

  for (guint i = 0; i < stops->len; i++)
    if (g_array_index (stops, gint32, i) == id)
      return TRUE;

  return FALSE;
}
