/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describing.h: what all families do alike when they describe a picture: the
 * request is checked, every text is written and shown while it grows, and
 * what the model wrote becomes sentences.
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
  guint         index;        /* of the text that is being written    */
  gdouble       start;        /* of it, as a share of the whole job   */
  gdouble       share;
  const gchar  *doubt;        /* nullable: see PiscesProgress         */
} PiscesDescribing;

gboolean   pisces_describing_check (const PiscesDescribeRequest  *request,
                                    gboolean                      answers_questions,
                                    GError                      **error);
void       pisces_describing_init  (PiscesDescribing             *describing,
                                    PiscesJob                    *job,
                                    const PiscesDescribeRequest  *request,
                                    const gchar                  *doubt);
gchar    * pisces_describing_write (PiscesDescribing             *describing,
                                    PiscesWriter                 *writer,
                                    GArray                       *prompt,
                                    gint                          max_tokens);

G_END_DECLS
