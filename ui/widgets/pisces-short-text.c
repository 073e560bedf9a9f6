/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-short-text.c: a text of any length and origin as one short line.
 * Prompts come with files of strangers too, and a label or a tooltip of some
 * megabytes stops the window for minutes while Pango lays it out.  No display
 * is needed.
 */

#include "ui/widgets/pisces-short-text.h"

#define REPLACEMENT 0xFFFD

static gboolean is_blank (gunichar c);

/**
 * pisces_short_text:
 * @text: (nullable): anything that ends with a zero; it need not be UTF-8.
 * @n_max: how many characters there may be, at least 1.
 *
 * Line breaks, tabs and control characters become single spaces, and what is
 * not UTF-8 a replacement character.  A text that is longer ends with “…”.
 * Only the beginning of @text is looked at, however long it is.
 *
 * Returns: (transfer full): one line of valid UTF-8.
 */
gchar *
pisces_short_text (const gchar *text,
                   guint        n_max)
{
  GString     *line  = g_string_new (NULL);
  gsize        room  = 0;   /* bytes of the line if it has to end with dots */
  guint        n     = 0;
  gboolean     blank = FALSE;
  const gchar *rest  = text ? text : "";

  while (*rest)
    {
      gunichar c     = g_utf8_get_char_validated (rest, -1);
      gboolean valid = c != (gunichar) -1 && c != (gunichar) -2;

      rest = valid ? g_utf8_next_char (rest) : rest + 1;
      if (! valid)
        c = REPLACEMENT;

      if (is_blank (c))
        {
          blank = line->len > 0;
          continue;
        }

      if (n + blank >= n_max)
        {
          g_string_truncate (line, room);
          g_string_append (line, "…");
          break;
        }

      if (blank)
        {
          g_string_append_c (line, ' ');
          n++;
        }
      g_string_append_unichar (line, c);
      n++;
      blank = FALSE;

      if (n < n_max)
        room = line->len;
    }

  return g_string_free_and_steal (line);
}

static gboolean
is_blank (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_iscntrl (c);
}
