/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-short-text.c: turns a text of any length and origin into one short
 * line.  A stranger's file may contain a prompt of several megabytes, and in a
 * label or a tooltip this would block the window for minutes while Pango lays
 * it out.  Needs no display.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-short-text.h"

#define REPLACEMENT 0xFFFD

static gboolean is_blank (gunichar c);

/**
 * pisces_short_text:
 * @text: (nullable): any bytes that end with a zero; they need not be valid
 *   UTF-8.
 * @n_max: the largest number of characters, at least 1.
 *
 * Line breaks, tabs and control characters become single spaces, and invalid
 * UTF-8 becomes a replacement character.  A text that is too long is cut, and
 * “…” added.  Only the beginning of @text is read, however long it is.
 *
 * Returns: (transfer full): one line of valid UTF-8.
 */
gchar *
pisces_short_text (const gchar *text,
                   guint        n_max)
{
  GString     *line  = g_string_new (NULL);
  gsize        room  = 0;   /* bytes of the line if “…” has to follow */
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

/**
 * pisces_short_prompt:
 * @prompt: (nullable): what a picture is drawn from; any bytes, as for
 *   pisces_short_text().
 * @n_max: the largest number of characters, at least 1.
 *
 * Returns: (transfer full): one line that names the picture, also if it has no
 *   prompt.
 */
gchar *
pisces_short_prompt (const gchar *prompt,
                     guint        n_max)
{
  g_autofree gchar *line = pisces_short_text (prompt, n_max);

  return *line ? g_steal_pointer (&line) : g_strdup (_("Without a prompt"));
}

static gboolean
is_blank (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_iscntrl (c);
}
