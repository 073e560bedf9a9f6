/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * yes-share.c: see yes-share.h.
 */

#include <math.h>

#include "engine/families/yes-share.h"


static gdouble share_of_yes (const PiscesLanguage *language,
                             const gfloat         *logits);


/**
 * pisces_yes_share:
 * @writer: the writer, which has the image's rows.
 * @question: the prompt: a question to be answered with yes or no.
 * @share: (out): the share of "yes" among "yes" and "no", 0 to 1.
 *
 * Returns: whether it could be computed; if not, the backend has failed.
 */
gboolean
pisces_yes_share (PiscesWriter *writer,
                  GArray       *question,
                  gdouble      *share)
{
  const PiscesLanguage    *language = &writer->language;
  const PiscesLlamaConfig *config   = pisces_llama_get_config (language->llama);
  const gsize              mark     = pisces_backend_mark (language->backend);
  g_autofree gfloat       *logits   = g_new0 (gfloat, config->vocab_size);
  PiscesTensor             state    = pisces_backend_alloc (language->backend, 2, (gint64) 1,
                                                            (gint64) config->hidden_size);
  gboolean                 done;

  pisces_writer_read (writer, question, state);
  done = pisces_llama_logits (language->llama, state, logits);
  if (done)
    *share = share_of_yes (language, logits);
  pisces_backend_release (language->backend, mark);

  return done;
}


/*  private functions  */

/* A vocabulary of pieces has each word several times: with and without a capital,
 * and with and without a space before it.  */
static gdouble
share_of_yes (const PiscesLanguage *language,
              const gfloat         *logits)
{
  static const gchar *const words[2][4] =
  {
    { "no",  "No",  "Ġno",  "ĠNo"  },
    { "yes", "Yes", "Ġyes", "ĠYes" },
  };
  const gint n_vocab = pisces_llama_get_config (language->llama)->vocab_size;
  gdouble    sums[2] = { 0.0, 0.0 };
  gdouble    most    = logits[0];

  for (gint i = 1; i < n_vocab; i++)
    most = MAX (most, logits[i]);
  for (guint answer = 0; answer < 2; answer++)
    for (guint i = 0; i < G_N_ELEMENTS (words[0]); i++)
      {
        const gint32 id = pisces_tokenizer_find (language->tokenizer, words[answer][i]);

        if (id >= 0 && id < n_vocab)
          sums[answer] += exp (logits[id] - most);
      }

  return sums[0] + sums[1] > 0.0 ? sums[1] / (sums[0] + sums[1]) : 0.0;
}
