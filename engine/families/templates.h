/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * templates.h: a template is a prompt with marks, which are replaced when a job
 * comes:
 *
 *   "<|begin_of_text|>{image}<|ask|>{text}<|answer|>"
 *
 * `{image}` stands for the rows of a vision encoder, `{text}` for what the user
 * wrote, `{plan}` for a plan.  Special tokens are recognised only in the template
 * itself.  What the user writes is always plain text, so that a user's text
 * cannot add special tokens.
 */

#pragma once

#include "engine/families/writer.h"

G_BEGIN_DECLS

/* What the marks are replaced with.  */
typedef struct
{
  gint         n_image_rows;
  const gchar *text;                  /* nullable */
  const gchar *plan;                  /* nullable */
} PiscesTemplateParts;

gint32     pisces_template_token (const PiscesTokenizer *tokenizer,
                                  const gchar          *token,
                                  const gchar          *folder,
                                  GError              **error);
gboolean   pisces_template_check (PiscesTokenizer      *tokenizer,
                                  const gchar          *text,
                                  gboolean              has_image,
                                  gint                 *n_tokens,
                                  GError              **error);
GArray   * pisces_template_fill  (PiscesLanguage        language,
                                  const gchar          *text,
                                  PiscesTemplateParts   parts);

G_END_DECLS
