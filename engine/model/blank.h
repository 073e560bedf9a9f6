/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * blank.h: tells whether a text contains anything but spaces.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Invalid UTF-8 does not count as blank, because another check reports it in a
 * sentence.  */
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
