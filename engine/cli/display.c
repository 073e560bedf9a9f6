/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Prints text from outside: file names, a model's words, and sentences that
 * contain them.  Such text may have line breaks, invalid UTF-8, and sequences
 * that control a terminal.  These are written in the notation of the shell's
 * printf %b: \n, \x1b.
 */

#include <string.h>

#include "engine/cli/cli.h"

static gchar   * escape       (const gchar  *text,
                               const gchar  *plain,
                               gboolean      is_name);
static gboolean  is_harmless  (gunichar      character);


/*  public functions  */

/* A file's name at the start of an output line.  The first colon that is
 * followed by a space separates it from the rest.  */
gchar *
show_name (const gchar *name)
{
  return escape (name, "", TRUE);
}

/* Prints any text on one line.  */
gchar *
show_line (const gchar *text)
{
  return escape (text, "", FALSE);
}

/* Keeps line breaks.  */
gchar *
show_text (const gchar *text)
{
  return escape (text, "\n\t", FALSE);
}

/* A sentence about a file, with its name as the user wrote it.  */
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
  /* If the output is not UTF-8, GLib would replace characters with other
   * ones.  */
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

/* Not harmless are control characters, line breaks, and characters that change
 * the direction of the following text.  */
static gboolean
is_harmless (gunichar character)
{
  return ! g_unichar_iscntrl (character) &&
         character != 0x2028 && character != 0x2029 &&
         ! (character >= 0x202a && character <= 0x202e) &&
         ! (character >= 0x2066 && character <= 0x2069);
}
