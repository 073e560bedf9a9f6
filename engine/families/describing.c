/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describing.c: see describing.h.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/description.h"
#include "engine/families/describing.h"
#include "engine/families/instructions.h"
#include "engine/families/text-room.h"
#include "engine/model/blank.h"

/* The part of a job's time in which text is written.  Looking at the picture
 * takes the rest.  */
#define WRITING 0.7

/* Which of the streams of random numbers of one seed is used for text.  */
#define STREAM_TEXT 1


static void    on_token     (const gchar *text,
                             gdouble      fraction,
                             gpointer     user_data);
static gchar * as_sentences (const gchar *text);


/*  public functions  */

/**
 * pisces_describing_check:
 * @request: what is asked for.
 * @answers_questions: whether the model can answer questions.
 * @error: return location for an error.
 *
 * Returns: whether the model can do what is asked for, as far as this can be known
 *   without the picture; if not, @error is set.
 */
gboolean
pisces_describing_check (const PiscesDescribeRequest  *request,
                         gboolean                      answers_questions,
                         GError                      **error)
{
  if (! (request->temperature >= 0.0 && request->temperature <= 10.0))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("The temperature must be a number from 0 to 10."));
      return FALSE;
    }
  if (request->image == NULL || request->image->width < 1 || request->image->height < 1)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("There is nothing to describe: the picture has no pixels."));
      return FALSE;
    }
  if (! (request->what & PISCES_DESCRIBE_ANSWER))
    return TRUE;

  if (! answers_questions)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
                           _("This model does not answer questions."));
      return FALSE;
    }
  if (pisces_text_is_blank (request->question))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("The question is empty. Write what you want to know."));
      return FALSE;
    }

  return TRUE;
}

/**
 * pisces_describing_clean_context:
 * @request: what is asked for.
 * @tokenizer: the model's tokenizer.
 * @max_tokens: the most tokens that the context may have, at most
 *   %PISCES_MAX_CONTEXT_TOKENS.
 * @job: gets a warning if the context was cut.
 * @context: (out) (nullable) (transfer full): the context as the model takes it in;
 *   %NULL if there is none.
 * @error: return location for an error.
 *
 * Returns: whether the context could be read; if not, @error is set.
 */
gboolean
pisces_describing_clean_context (const PiscesDescribeRequest  *request,
                                 const PiscesTokenizer        *tokenizer,
                                 gint                          max_tokens,
                                 PiscesJob                    *job,
                                 gchar                       **context,
                                 GError                      **error)
{
  g_autoptr (PiscesPromptCheck) check = NULL;

  *context = NULL;
  if (pisces_text_is_blank (request->context))
    return TRUE;

  check = pisces_open_text_check (tokenizer, request->context,
                                  MIN (max_tokens, PISCES_MAX_CONTEXT_TOKENS),
                                  job->cancellable, context, error);
  if (check && check->left_out)
    g_ptr_array_add (job->warnings,
                     g_strdup_printf (_("What you say about the picture is too long for the "
                                        "model, which did not read “%s”. Say it in fewer words."),
                                      check->left_out));

  return check != NULL;
}

/**
 * pisces_describing_init:
 * @describing: the description to set up.
 * @job: the job, which gets a report after every token.  It must outlive
 *   @describing.
 * @request: what is asked for.
 * @doubt: (nullable): why the texts are probably wrong.  The string must stay valid
 *   while texts are written.
 */
void
pisces_describing_init (PiscesDescribing             *describing,
                        PiscesJob                    *job,
                        const PiscesDescribeRequest  *request,
                        const gchar                  *doubt)
{
  *describing = (PiscesDescribing) {
    .job         = job,
    .temperature = request->temperature,
    .start       = 1.0 - WRITING,
    .share       = WRITING / MAX (1, __builtin_popcount (request->what)),
    .doubt       = doubt,
  };
  pisces_random_init (&describing->random, request->seed, STREAM_TEXT);
}

/**
 * pisces_describing_write:
 * @describing: the description.
 * @writer: the writer, which has the image's rows.
 * @prompt: gint32 rows that the text continues.
 * @max_tokens: the most tokens of the text, which is cut after them.
 *
 * Writes the next of the texts that were asked for.
 *
 * Returns: (transfer full): the text, as sentences.
 */
gchar *
pisces_describing_write (PiscesDescribing *describing,
                         PiscesWriter     *writer,
                         GArray           *prompt,
                         gint              max_tokens)
{
  g_autofree gchar *text =
    pisces_writer_write (writer, prompt, max_tokens, describing->temperature,
                         &describing->random, on_token, describing);

  describing->start += describing->share;
  describing->index++;

  return as_sentences (text);
}

/**
 * pisces_describing_write_keywords:
 *
 * Like pisces_describing_write(), for a prompt that asks for keywords.
 *
 * Returns: (transfer full): the keywords; empty if the model wrote none.
 */
gchar **
pisces_describing_write_keywords (PiscesDescribing *describing,
                                  PiscesWriter     *writer,
                                  GArray           *prompt,
                                  gint              max_tokens)
{
  g_autofree gchar *text = NULL;

  describing->is_list = TRUE;
  text = pisces_writer_write (writer, prompt, max_tokens, describing->temperature,
                              &describing->random, on_token, describing);
  describing->is_list = FALSE;
  describing->start  += describing->share;
  describing->index++;

  return pisces_description_split_keywords (text);
}

/**
 * pisces_describing_warn_of_no_keywords:
 * @keywords: (nullable): the keywords that were asked for; %NULL: none were.
 * @job: gets a warning if there are none.
 */
void
pisces_describing_warn_of_no_keywords (gchar     **keywords,
                                       PiscesJob  *job)
{
  if (keywords && ! *keywords)
    g_ptr_array_add (job->warnings,
                     g_strdup (_("The model found no keywords for this picture.")));
}


/*  private functions  */

static void
on_token (const gchar *text,
          gdouble      fraction,
          gpointer     user_data)
{
  PiscesDescribing *describing = user_data;
  g_autofree gchar *shown      = describing->is_list ? g_strdup (text) : as_sentences (text);
  PiscesProgress    writing    =
  {
    .stage    = PISCES_STAGE_WRITING,
    .index    = describing->index,
    .fraction = describing->start + describing->share * fraction,
    .text     = shown,
    .doubt    = describing->doubt,
  };

  describing->job->report (describing->job, &writing);
}

/* Small models write in lower case, but people will read the alt text.  So the
 * first letter of each sentence becomes a capital, and the last sentence gets a
 * full stop.  Chinese and Japanese have marks of their own for this.  */
static gchar *
as_sentences (const gchar *text)
{
  GString  *out      = g_string_new (NULL);
  gboolean  starting = TRUE;

  for (const gchar *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (out, starting ? g_unichar_toupper (c) : c);
      if (! g_unichar_isspace (c))
        starting = FALSE;
      if (strchr (".!?", *p) && (p[1] == ' ' || p[1] == '\n'))
        starting = TRUE;
    }
  if (out->len > 0 && ! strchr (".!?", out->str[out->len - 1]) &&
      ! g_str_has_suffix (out->str, "。") && ! g_str_has_suffix (out->str, "！") &&
      ! g_str_has_suffix (out->str, "？") && ! g_str_has_suffix (out->str, "…"))
    g_string_append_c (out, '.');

  return g_string_free (out, FALSE);
}
