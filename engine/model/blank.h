/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * blank.h: whether a text says anything at all.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is not UTF-8 is no blank: another check has a sentence for it.  */
static inline gboolean
pisces_text_is_blank (const gchar *text)
{
  if (text == NULL)
    return TRUE;
  if (! g_utf8_validate (text, -1, NULL))
    return FALSE;

  for (; *text; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (! g_unichar_isspace (c) && ! g_unichar_iszerowidth (c))
        return FALSE;
    }

  return TRUE;
}

G_END_DECLS
