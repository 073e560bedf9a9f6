/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * asking.h: what a family does with a model that follows instructions, once the
 * model has looked at a picture: it asks for every text that is wanted, or whether
 * the picture shows what a prompt says.  The family gives its own form of
 * conversation; the instructions are the same for all (instructions.h).
 */

#pragma once

#include "engine/families/family.h"
#include "engine/families/writer.h"

G_BEGIN_DECLS

/* A text that has not ended after so many tokens is no longer sensible, and is
 * cut.  A long one has the most.  */
#define PISCES_ASKING_MOST_TOKENS 512

/* Returns (transfer full) the gint32 rows of the conversation in which the user asks
 * @instruction about the picture.  */
typedef GArray * (* PiscesAskFunc) (gpointer     data,
                                    const gchar *instruction);

typedef struct
{
  PiscesLanguage  language;
  PiscesAskFunc   ask;
  gpointer        data;              /* for ask                                 */
  PiscesTensor    image_rows;        /* what stands for the picture             */
  gint            image_columns;     /* as in PiscesWriter; 0: it does not matter */
  gint            room;              /* positions for a conversation and a text */
} PiscesAsking;

gboolean   pisces_asking_read     (const PiscesDescribeRequest  *request,
                                   const PiscesTokenizer        *tokenizer,
                                   gint                          max_tokens,
                                   PiscesJob                    *job,
                                   gchar                       **question,
                                   gchar                       **context,
                                   GError                      **error);
gboolean   pisces_asking_describe (const PiscesAsking           *asking,
                                   const PiscesDescribeRequest  *request,
                                   PiscesJob                    *job,
                                   const gchar                  *question,
                                   const gchar                  *context,
                                   PiscesDescribeResult         *result,
                                   GError                      **error);
gboolean   pisces_asking_score    (const PiscesAsking           *asking,
                                   PiscesImage                  *image,
                                   const gchar                  *text,
                                   PiscesJob                    *job,
                                   PiscesScore                  *score,
                                   GError                      **error);

G_END_DECLS
