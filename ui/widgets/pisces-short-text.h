/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-short-text.h: turns a text of any length and origin into one short
 * line.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lengths in characters: for a tooltip, for what a screen reader says, and for
 * a name in a sentence.  */
#define PISCES_SHORT_TEXT_TOOLTIP 400
#define PISCES_SHORT_TEXT_LINE    200
#define PISCES_SHORT_TEXT_NAME     60

gchar * pisces_short_text   (const gchar *text,
                             guint        n_max);
gchar * pisces_short_prompt (const gchar *prompt,
                             guint        n_max);

G_END_DECLS
