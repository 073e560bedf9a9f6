/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describing.h: what is the same in all families when they describe a picture.
 * It checks the request, writes every text and shows it while it grows, and turns
 * what the model wrote into sentences, or into a list of keywords.
 *
 *   pisces_describing_init (&describing, job, request, NULL);
 *   result->short_text =
 *     pisces_describing_write (&describing, &writer, prompt, 64);
 */

#pragma once

#include "engine/families/family.h"
#include "engine/families/writer.h"

G_BEGIN_DECLS

typedef struct
{
  PiscesJob    *job;
  gdouble       temperature;
  PiscesRandom  random;
  guint         index;        /* which text is being written          */
  gdouble       start;        /* where it starts in the job, 0 to 1   */
  gdouble       share;
  const gchar  *doubt;        /* nullable: see PiscesProgress         */
  gboolean      is_list;      /* whether keywords are being written   */
} PiscesDescribing;

gboolean   pisces_describing_check (const PiscesDescribeRequest  *request,
                                    gboolean                      answers_questions,
                                    GError                      **error);
gboolean   pisces_describing_clean_context
                                   (const PiscesDescribeRequest  *request,
                                    const PiscesTokenizer        *tokenizer,
                                    gint                          max_tokens,
                                    PiscesJob                    *job,
                                    gchar                       **context,
                                    GError                      **error);
void       pisces_describing_init  (PiscesDescribing             *describing,
                                    PiscesJob                    *job,
                                    const PiscesDescribeRequest  *request,
                                    const gchar                  *doubt);
gchar    * pisces_describing_write (PiscesDescribing             *describing,
                                    PiscesWriter                 *writer,
                                    GArray                       *prompt,
                                    gint                          max_tokens);
gchar   ** pisces_describing_write_keywords
                                   (PiscesDescribing             *describing,
                                    PiscesWriter                 *writer,
                                    GArray                       *prompt,
                                    gint                          max_tokens);
void       pisces_describing_warn_of_no_keywords
                                   (gchar                       **keywords,
                                    PiscesJob                    *job);

G_END_DECLS
