/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * instructions.h: what a model that follows instructions is asked, in plain
 * English: to describe a picture in one way or another, in a language, with what
 * the user says about it; whether it shows something; or to write a prompt out in
 * detail.  Each family puts this into its own form of conversation.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

/* The most tokens of what the user says about a picture.  */
#define PISCES_MAX_CONTEXT_TOKENS 64

gchar * pisces_instruction_describe (PiscesDescribeFlags  what,
                                     const gchar         *question,
                                     const gchar         *language,
                                     const gchar         *context);
gchar * pisces_instruction_score    (const gchar         *text);
gchar * pisces_instruction_expand   (const gchar         *prompt);

G_END_DECLS
