/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the tool writes what it did not make itself: names of files, words of
 * models, sentences with both in them.  Such text may hold line breaks, bytes
 * that are no UTF-8, and sequences by which a terminal is told to do things;
 * they are written as the shell's printf %b reads them: \n, \x1b.
 */

#include <string.h>

#include "engine/cli/cli.h"

static gchar   * escape       (const gchar  *text,
                               const gchar  *plain,
                               gboolean      is_name);
static gboolean  is_harmless  (gunichar      character);


/*  public functions  */

/* A file's name on a line of output: between it and what follows stands the
 * line's first colon with a space.  */
gchar *
show_name (const gchar *name)
{
  return escape (name, "", TRUE);
}

/* One line, whatever is in the text.  */
gchar *
show_line (const gchar *text)
{
  return escape (text, "", FALSE);
}

/* Lines stay lines.  */
gchar *
show_text (const gchar *text)
{
  return escape (text, "\n\t", FALSE);
}

/* A sentence about a file, with its name as the user has written it.  */
gchar *
show_problem (const gchar *sentence,
              const gchar *path,
              const gchar *name)
{
  g_autoptr (GString) words = g_string_new (sentence);
  g_autofree gchar   *shown = show_name (name);

  g_string_replace (words, path, shown, 0);

  return show_line (words->str);
}


/*  private functions  */

static gchar *
escape (const gchar *text,
        const gchar *plain,
        gboolean     is_name)
{
  GString  *shown = g_string_new (NULL);
  /* Where output is not UTF-8, GLib writes other characters than are there.  */
  gboolean  ascii = is_name && ! g_get_charset (NULL);

  while (*text)
    {
      gunichar     character = g_utf8_get_char_validated (text, -1);
      gboolean     is_valid  = character < (gunichar) -2;
      const gchar *end       = is_valid ? g_utf8_next_char (text) : text + 1;

      if (is_valid && is_name && character == '\\')
        g_string_append (shown, "\\\\");
      else if (is_valid && ! (is_name && g_str_has_prefix (text, ": ")) &&
               ((is_harmless (character) && ! (ascii && character >= 0x80)) ||
                (character < 0x80 && strchr (plain, character))))
        g_string_append_len (shown, text, end - text);
      else if (is_valid && character == '\n')
        g_string_append (shown, "\\n");
      else
        for (const gchar *byte = text; byte < end; byte++)
          g_string_append_printf (shown, "\\x%02x", (guchar) *byte);

      text = end;
    }

  return g_string_free_and_steal (shown);
}

/* Not: control characters, breaks of lines, and what turns the direction of
 * the text that follows.  */
static gboolean
is_harmless (gunichar character)
{
  return ! g_unichar_iscntrl (character) &&
         character != 0x2028 && character != 0x2029 &&
         ! (character >= 0x202a && character <= 0x202e) &&
         ! (character >= 0x2066 && character <= 0x2069);
}
