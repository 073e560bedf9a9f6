/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-short-text.h: a text of any length and origin as one short line.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of a tooltip, of what a screen reader says, of a name in a sentence; in
 * characters.  */
#define PISCES_SHORT_TEXT_TOOLTIP 400
#define PISCES_SHORT_TEXT_LINE    200
#define PISCES_SHORT_TEXT_NAME     60

gchar * pisces_short_text (const gchar *text,
                           guint        n_max);

G_END_DECLS
