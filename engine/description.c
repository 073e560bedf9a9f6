/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * description.c: cleans up the descriptions of all models, whatever their
 * family.  People who hear an alternative text know that there is an image, so
 * "An image of a cat" becomes "A cat".  Control characters are removed, so
 * that none gets into a file.
 */

#include "engine/description.h"

/* Only these words are removed: "a drawing of" says something about the
 * picture.  */
#define OPENING \
  "^\\s*(?:(?:this|here|it)\\s+is\\s+)?(?:an?|the|this)?\\s*" \
  "(?:(?:image|picture|photo|photograph)\\s+(?:of|showing|depicting)" \
  "|(?:image|picture|photo|photograph)\\s+(?:shows|depicts))\\s+"


/**
 * pisces_description_tidy:
 * @text: (transfer full) (nullable): what a model wrote.
 *
 * Returns: (transfer full) (nullable): the text without such an opening, and
 *   with a capital letter at the start; it is only empty if @text is.
 */
gchar *
pisces_description_tidy (gchar *text)
{
  g_autoptr (GRegex)     opening = NULL;
  g_autoptr (GMatchInfo) match   = NULL;
  gint                   end     = 0;
  GString               *tidy;

  if (! text)
    return NULL;

  for (gchar *c = text; *c; c++)
    if (g_ascii_iscntrl (*c) && *c != '\n')
      *c = ' ';

  opening = g_regex_new (OPENING, G_REGEX_CASELESS, 0, NULL);
  if (! g_regex_match (opening, text, 0, &match) ||
      ! g_match_info_fetch_pos (match, 0, NULL, &end) || text[end] == '\0')
    return text;

  tidy = g_string_new (NULL);
  g_string_append_unichar (tidy, g_unichar_toupper (g_utf8_get_char (text + end)));
  g_string_append (tidy, g_utf8_next_char (text + end));
  g_free (text);

  return g_string_free (tidy, FALSE);
}
