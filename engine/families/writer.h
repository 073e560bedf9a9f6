/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * writer.h: a language model that writes text.  It reads a prompt into its cache
 * and continues it, token by token.  If two prompts begin with the same rows
 * (often those of an image), these are read only once.
 *
 *   pisces_writer_init (&writer, language, max_rows);
 *   writer.image_rows = rows;                 # what stands for the image
 *   text = pisces_writer_write (&writer, prompt, 64, 0.0, NULL, NULL, NULL);
 *   pisces_writer_clear (&writer);
 *
 * Knows no family.  A prompt is a list of token ids, in which PISCES_IMAGE_ROW
 * stands for a row that comes from a vision encoder.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/tokenizer.h"
#include "engine/networks/llama.h"
#include "engine/samplers/random.h"

G_BEGIN_DECLS

#define PISCES_IMAGE_ROW (-1)

/* The parts that a writer needs.  The family's model owns all of them.  */
typedef struct
{
  PiscesBackend   *backend;
  PiscesLlama     *llama;
  PiscesTokenizer *tokenizer;
  GArray          *stop_ids;          /* gint32 ids that end a text        */
  gdouble          repetition_penalty;
                                      /* how much less likely a token is that
                                       * the text or its prompt already has
                                       * (arXiv 1909.05858, section 4.1); 0:
                                       * not at all                         */
  gint32           image_id;          /* the token of an image's rows, which has
                                       * this penalty too                   */
} PiscesLanguage;

typedef struct
{
  PiscesLanguage     language;
  PiscesLlamaCache  *cache;
  GArray            *seen;            /* ids of the rows in the cache      */
  PiscesTensor       image_rows;      /* [n, hidden], set by the caller: the rows that
                                       * PISCES_IMAGE_ROW stands for, in order  */
  gint               image_columns;   /* set by the caller for a decoder with several
                                       * axes: how many of these rows are side by
                                       * side in the image                  */
} PiscesWriter;

/* Called after every token with the whole text so far.  @fraction, from 0 to 1,
 * is a guess of how much of the text is finished.  */
typedef void (* PiscesTextFunc) (const gchar *text,
                                 gdouble      fraction,
                                 gpointer     user_data);

gboolean  pisces_language_check        (const PiscesLanguage *language,
                                        const gchar          *folder,
                                        GError              **error);

void      pisces_writer_init           (PiscesWriter         *writer,
                                        PiscesLanguage        language,
                                        gint64                max_rows);
void      pisces_writer_clear          (PiscesWriter         *writer);
void      pisces_writer_read           (PiscesWriter         *writer,
                                        GArray               *prompt,
                                        PiscesTensor          state);
gchar   * pisces_writer_write          (PiscesWriter         *writer,
                                        GArray               *prompt,
                                        gint                  max_tokens,
                                        gdouble               temperature,
                                        PiscesRandom         *random,
                                        PiscesTextFunc        func,
                                        gpointer              user_data);
gdouble   pisces_writer_log_likelihood (PiscesWriter         *writer,
                                        GArray               *prompt,
                                        const gchar          *text,
                                        gboolean              with_end);

void      pisces_writer_plan           (PiscesLanguage        language,
                                        gint64                n_rows,
                                        gint64                n_more);

G_END_DECLS
