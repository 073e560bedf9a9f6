/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * templates.h: a prompt with marks in it, which are filled when a job comes:
 *
 *   "<|begin_of_text|>{image}<|ask|>{text}<|answer|>"
 *
 * `{image}` stands for the rows of a vision encoder, `{text}` for what the
 * user wrote, `{plan}` for a plan.  Special tokens are recognised in the
 * template alone: what the user writes is only ever text.
 */

#pragma once

#include "engine/families/writer.h"

G_BEGIN_DECLS

/* What the marks stand for.  */
typedef struct
{
  gint         n_image_rows;
  const gchar *text;                  /* nullable */
  const gchar *plan;                  /* nullable */
} PiscesTemplateParts;

gboolean   pisces_template_check (PiscesTokenizer      *tokenizer,
                                  const gchar          *text,
                                  gboolean              has_image,
                                  gint                 *n_tokens,
                                  GError              **error);
GArray   * pisces_template_fill  (PiscesLanguage        language,
                                  const gchar          *text,
                                  PiscesTemplateParts   parts);

G_END_DECLS
