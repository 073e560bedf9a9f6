/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * asking.c: see asking.h.
 */

#include <math.h>

#include "engine/families/asking.h"
#include "engine/families/describing.h"
#include "engine/families/instructions.h"
#include "engine/families/text-room.h"

#define MAX_SHORT_TOKENS    64
#define MAX_ANSWER_TOKENS  256
#define MAX_KEYWORD_TOKENS  96


static PiscesWriter new_writer   (const PiscesAsking   *asking);
static gchar      * write_short  (const PiscesAsking   *asking,
                                  PiscesWriter         *writer,
                                  PiscesDescribing     *describing);
static gboolean     read_yes     (PiscesWriter         *writer,
                                  GArray               *question,
                                  gdouble              *share);
static gdouble      share_of_yes (const PiscesLanguage *language,
                                  const gfloat         *logits);


/*  public functions  */

/**
 * pisces_asking_read:
 * @request: what is asked for.
 * @tokenizer: the model's tokenizer.
 * @max_tokens: the most tokens that a user's text may have.
 * @job: gets a warning if a text was cut.
 * @question: (out) (nullable) (transfer full): the question as the model takes it in.
 * @context: (out) (nullable) (transfer full): the same of what the user says about
 *   the picture.
 * @error: return location for an error.
 *
 * Checks the request and reads its texts, before the model looks at the picture.
 *
 * Returns: whether the model can do what is asked for; if not, @error is set.
 */
gboolean
pisces_asking_read (const PiscesDescribeRequest  *request,
                    const PiscesTokenizer        *tokenizer,
                    gint                          max_tokens,
                    PiscesJob                    *job,
                    gchar                       **question,
                    gchar                       **context,
                    GError                      **error)
{
  *question = *context = NULL;

  return pisces_describing_check (request, TRUE, error) &&
         pisces_describing_clean_context (request, tokenizer, max_tokens / 4, job, context,
                                          error) &&
         (! (request->what & PISCES_DESCRIBE_ANSWER) ||
          (*question = pisces_open_text_clean (tokenizer, request->question, max_tokens,
                                               job->cancellable, job->warnings, error)));
}

/**
 * pisces_asking_describe:
 * @asking: the model, which has looked at the picture.
 * @request: what is asked for.
 * @job: gets a report after every token.
 * @question: (nullable): as pisces_asking_read() returns it.
 * @context: (nullable): the same.
 * @result: gets the texts.
 * @error: return location for an error.
 *
 * Returns: whether all texts were written; if not, @error is set.
 */
gboolean
pisces_asking_describe (const PiscesAsking           *asking,
                        const PiscesDescribeRequest  *request,
                        PiscesJob                    *job,
                        const gchar                  *question,
                        const gchar                  *context,
                        PiscesDescribeResult         *result,
                        GError                      **error)
{
  const struct
  {
    PiscesDescribeFlags   what;
    gint                  max_tokens;
    gchar               **text;
  } texts[] =
  {
    { PISCES_DESCRIBE_SHORT,    MAX_SHORT_TOKENS,          &result->short_text },
    { PISCES_DESCRIBE_LONG,     PISCES_ASKING_MOST_TOKENS, &result->long_text  },
    { PISCES_DESCRIBE_ANSWER,   MAX_ANSWER_TOKENS,         &result->answer     },
    { PISCES_DESCRIBE_KEYWORDS, MAX_KEYWORD_TOKENS,        NULL                },
  };
  PiscesWriter     writer = new_writer (asking);
  PiscesDescribing describing;
  gboolean         done;

  pisces_describing_init (&describing, job, request, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (request->what & texts[i].what)
      {
        g_autofree gchar  *asked  = pisces_instruction_describe (texts[i].what, question,
                                                                 request->language, context);
        g_autoptr (GArray) prompt = asking->ask (asking->data, asked);
        const gint         most   = MIN (texts[i].max_tokens, asking->room - (gint) prompt->len);

        if (texts[i].text)
          *texts[i].text = pisces_describing_write (&describing, &writer, prompt, most);
        else
          result->keywords = pisces_describing_write_keywords (&describing, &writer, prompt, most);
      }
  done = pisces_backend_finish (asking->language.backend, error);
  pisces_writer_clear (&writer);
  if (done)
    pisces_describing_warn_of_no_keywords (result->keywords, job);

  return done;
}

/**
 * pisces_asking_score:
 * @asking: the model, which has looked at the picture.
 * @image: the picture.
 * @text: what it should show, as the model takes it in.
 * @job: gets a report after every token.
 * @score: gets what the model says of the picture, and the share of "yes" among
 *   "yes" and "no" if it is asked whether the picture shows @text (VQAScore, arXiv
 *   2404.01291).
 * @error: return location for an error.
 *
 * Returns: whether this could be computed; if not, @error is set.
 */
gboolean
pisces_asking_score (const PiscesAsking  *asking,
                     PiscesImage         *image,
                     const gchar         *text,
                     PiscesJob           *job,
                     PiscesScore         *score,
                     GError             **error)
{
  g_autoptr (PiscesDescribeRequest) request  =
    pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);
  g_autofree gchar                 *asked    = pisces_instruction_score (text);
  g_autoptr (GArray)                question = asking->ask (asking->data, asked);
  PiscesWriter                      writer   = new_writer (asking);
  PiscesDescribing                  describing;
  gboolean                          done;

  pisces_describing_init (&describing, job, request, NULL);
  score->description = write_short (asking, &writer, &describing);
  read_yes (&writer, question, &score->match);
  done = pisces_backend_finish (asking->language.backend, error);
  pisces_writer_clear (&writer);

  return done;
}


/*  private functions  */

static PiscesWriter
new_writer (const PiscesAsking *asking)
{
  PiscesWriter writer;

  pisces_writer_init (&writer, asking->language, asking->room);
  writer.image_rows    = asking->image_rows;
  writer.image_columns = asking->image_columns;

  return writer;
}

static gchar *
write_short (const PiscesAsking *asking,
             PiscesWriter       *writer,
             PiscesDescribing   *describing)
{
  g_autofree gchar  *asked  = pisces_instruction_describe (PISCES_DESCRIBE_SHORT, NULL, NULL, NULL);
  g_autoptr (GArray) prompt = asking->ask (asking->data, asked);

  return pisces_describing_write (describing, writer, prompt,
                                  MIN (MAX_SHORT_TOKENS, asking->room - (gint) prompt->len));
}

static gboolean
read_yes (PiscesWriter *writer,
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
