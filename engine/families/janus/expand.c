/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * expand.c: writes a short prompt out in detail before anything is drawn
 * (Think-Then-Generate, arXiv 2601.10332): the language model that draws can also
 * write, so it is asked in its form of conversation to describe the picture.  Janus
 * was trained to draw from the words as they are, so this is only done when the
 * user asks for it.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/families/janus/model.h"
#include "engine/samplers/random.h"

/* A detailed prompt has some 60 words; what is longer loses the thread.  */
#define MAX_TOKENS  160

/* Which of the streams of random numbers of one seed is used for text.  */
#define STREAM_TEXT 1


static void    on_token   (const gchar *text,
                           gdouble      fraction,
                           gpointer     user_data);
static void    plan_memory (JanusModel *model,
                            gint        n_rows);
static gchar * clean      (const gchar *text);


/**
 * janus_plan:
 *
 * The family's `plan`: the prompt, written out in detail.  It takes the likeliest
 * words if the request gives no temperature.
 */
gchar *
janus_plan (gpointer                      data,
            const PiscesGenerateRequest  *request,
            PiscesJob                    *job,
            GError                      **error)
{
  JanusModel        *model       = data;
  PiscesBackend     *backend     = model->backend;
  const gsize        mark        = pisces_backend_mark (backend);
  const gdouble      temperature = MAX (request->temperature, 0.0);
  g_autofree gchar  *prompt      = NULL;
  g_autofree gchar  *asked       = NULL;
  g_autofree gchar  *wrote       = NULL;
  g_autofree gchar  *plan        = NULL;
  g_autoptr (GArray) rows        = NULL;
  PiscesRandom       random;
  PiscesWriter       writer;

  if (! pisces_generate_request_check (request, error))
    return NULL;
  prompt = janus_prompt_clean_text (model, request->prompt, job, error);
  if (prompt == NULL || ! janus_parts_need (model, JANUS_PART_WRITE, error))
    return NULL;

  asked = pisces_instruction_expand (prompt);
  rows  = janus_prompt_new (model, JANUS_TEMPLATE_TALK, asked);
  plan_memory (model, rows->len);
  pisces_random_init (&random, request->seed, STREAM_TEXT);
  pisces_writer_init (&writer, janus_model_language (model),
                      MIN (model->max_positions, (gint) rows->len + MAX_TOKENS));
  wrote = pisces_writer_write (&writer, rows,
                               MIN (MAX_TOKENS, model->max_positions - (gint) rows->len),
                               temperature, &random, on_token, job);
  pisces_writer_clear (&writer);
  pisces_backend_release (backend, mark);
  if (! pisces_backend_finish (backend, error))
    return NULL;

  plan = clean (wrote);
  if (*plan == '\0')
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The model wrote nothing. Draw from the prompt as it is, or write "
                             "the details yourself."));
      return NULL;
    }

  return g_steal_pointer (&plan);
}


/*  private functions  */

static void
on_token (const gchar *text,
          gdouble      fraction,
          gpointer     user_data)
{
  PiscesJob           *job     = user_data;
  g_autofree gchar    *shown   = clean (text);
  const PiscesProgress writing =
  {
    .stage    = PISCES_STAGE_PLANNING,
    .fraction = fraction,
    .text     = shown,
  };

  job->report (job, &writing);
}

static void
plan_memory (JanusModel *model,
             gint        n_rows)
{
  PiscesBackend *backend = model->backend;

  pisces_backend_plan_begin (backend);
  pisces_writer_plan (janus_model_language (model), n_rows, MAX_TOKENS);
  pisces_backend_reserve (backend, pisces_backend_plan_end (backend));
}

/* Returns (transfer full) one line without the quotes that models like to put
 * around a prompt, and without a label before it.  */
static gchar *
clean (const gchar *text)
{
  gchar *line = g_strdelimit (g_strdup (text), "\r\n\t", ' ');
  gsize  length;

  g_strstrip (line);
  if (g_ascii_strncasecmp (line, "prompt:", strlen ("prompt:")) == 0)
    {
      memmove (line, line + strlen ("prompt:"), strlen (line) - strlen ("prompt:") + 1);
      g_strstrip (line);
    }

  length = strlen (line);
  if (length > 1 && line[0] == '"' && line[length - 1] == '"' &&
      strchr (line + 1, '"') == line + length - 1)
    {
      memmove (line, line + 1, length - 2);
      line[length - 2] = '\0';
      g_strstrip (line);
    }

  return line;
}
