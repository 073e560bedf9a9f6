/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * description-keywords.c: turns what a model wrote, when it was asked for
 * keywords, into a list of them.  Models write them in many ways: with commas, one
 * a line, with numbers or bullets before them, and with a sentence around.
 */

#include <string.h>

#include "engine/description.h"

/* More are of no use for finding a picture.  */
#define MAX_KEYWORDS   20

/* What is longer is a sentence.  IPTC's field for a keyword has 64 bytes.  */
#define MAX_BYTES      64
#define MAX_WORDS       5

static gchar    * clean_keyword (const gchar *piece);
static gboolean   has_keyword   (GPtrArray   *keywords,
                                 const gchar *keyword);


/**
 * pisces_description_split_keywords:
 * @text: what a model wrote.
 *
 * Returns: (transfer full): the keywords, each once, whatever its case; empty if
 *   there are none.
 */
gchar **
pisces_description_split_keywords (const gchar *text)
{
  g_autoptr (GRegex)   separators = NULL;
  g_auto (GStrv)       pieces     = NULL;
  GPtrArray           *keywords   = g_ptr_array_new ();

  separators = g_regex_new ("[,;\\n•、，；]|\\.\\s+(?=\\p{Lu})", 0, 0, NULL);
  pieces     = g_regex_split (separators, text, 0);
  for (guint i = 0; pieces[i] && keywords->len < MAX_KEYWORDS; i++)
    {
      g_autofree gchar *keyword = clean_keyword (pieces[i]);

      if (keyword && ! has_keyword (keywords, keyword))
        g_ptr_array_add (keywords, g_steal_pointer (&keyword));
    }
  g_ptr_array_add (keywords, NULL);

  return (gchar **) g_ptr_array_free (keywords, FALSE);
}


/*  private functions  */

/* Returns (transfer full) the keyword, or NULL if it is none.  */
static gchar *
clean_keyword (const gchar *piece)
{
  g_autoptr (GRegex)  around = NULL;
  g_autoptr (GRegex)  blanks = NULL;
  g_autofree gchar   *bare   = NULL;
  g_autofree gchar   *word   = NULL;
  guint               n      = 1;

  /* A label, a number or a bullet before it, and quotes and signs around it.  */
  around = g_regex_new ("^[\\s\"'“”«»*#·\\-–—\\[\\]]*(?:[^:：]*[:：]\\s*)?"
                        "(?:\\d+[.)]\\s+)?(?:and\\s+|und\\s+)?[\\s\"'“”«»*#·\\-–—\\[\\]]*"
                        "|[\\s\"'“”«»*.!。\\[\\]]+$",
                        G_REGEX_CASELESS, 0, NULL);
  blanks = g_regex_new ("[\\s\\p{Cc}]+", 0, 0, NULL);
  bare   = g_regex_replace_literal (around, piece, -1, 0, "", 0, NULL);
  word   = bare ? g_regex_replace_literal (blanks, bare, -1, 0, " ", 0, NULL) : NULL;
  if (! word || ! *g_strstrip (word) || strlen (word) > MAX_BYTES)
    return NULL;

  for (const gchar *c = word; *c; c++)
    n += *c == ' ';

  return n <= MAX_WORDS ? g_steal_pointer (&word) : NULL;
}

static gboolean
has_keyword (GPtrArray   *keywords,
             const gchar *keyword)
{
  g_autofree gchar *wanted = g_utf8_casefold (keyword, -1);

  for (guint i = 0; i < keywords->len; i++)
    {
      g_autofree gchar *folded = g_utf8_casefold (keywords->pdata[i], -1);

      if (strcmp (wanted, folded) == 0)
        return TRUE;
    }

  return FALSE;
}
