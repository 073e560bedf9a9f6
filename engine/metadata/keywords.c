/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * keywords.c: lists of keywords, as people write them and as files have them.
 *
 * People sort photographs by keywords, often thousands of them with a system of
 * their own.  So a list is never replaced and never sorted: what is there stays
 * where it is, in its own spelling, and what is new comes at the end.  "Cat" and
 * "cat" are the same keyword, and so are an "é" of one character and one of two
 * (Macs write the latter), and "red  star" and "red star".
 *
 * In a line they are separated by commas.  A keyword with a comma in it stands in
 * quotes there: "Paris, France".  A quote within these is written twice, as in
 * tables with commas (RFC 4180).
 */

#include <string.h>

#include "engine/metadata/keywords.h"

#define SEPARATORS ",;\n\r、，；"

static gboolean      is_separator (const gchar         *at);
static const gchar * read_quoted  (const gchar         *start,
                                   GString             *keyword);
static void          add_keyword  (GStrvBuilder        *builder,
                                   GHashTable          *seen,
                                   const gchar         *text,
                                   gsize                n_bytes);
static gchar       * tidy         (const gchar         *text,
                                   gsize                n_bytes);
static gchar       * fold         (const gchar         *keyword);
static GHashTable  * fold_all     (const gchar * const *keywords);


/*  public functions  */

/**
 * pisces_keywords_read:
 * @line: keywords as a person writes them.
 *
 * Returns: (transfer full): each keyword once.
 */
gchar **
pisces_keywords_read (const gchar *line)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable)   seen    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const gchar             *at      = line;

  while (*at)
    {
      g_autoptr (GString)  quoted = g_string_new (NULL);
      const gchar         *start  = at;
      const gchar         *end;

      while (g_unichar_isspace (g_utf8_get_char (start)))
        start = g_utf8_next_char (start);

      end = *start == '"' ? read_quoted (start, quoted) : NULL;
      if (end)
        {
          add_keyword (builder, seen, quoted->str, quoted->len);
          at = end;
        }
      else
        {
          start += *start == '"';
          for (at = start; *at && ! is_separator (at); at = g_utf8_next_char (at))
            ;
          add_keyword (builder, seen, start, at - start);
        }
      while (*at && is_separator (at))
        at = g_utf8_next_char (at);
    }

  return g_strv_builder_end (builder);
}

/**
 * pisces_keywords_to_line:
 * @keywords: a list.
 *
 * Returns: (transfer full): the keywords in one line, which pisces_keywords_read()
 *   reads again.
 */
gchar *
pisces_keywords_to_line (const gchar * const *keywords)
{
  GString *line = g_string_new (NULL);

  for (guint i = 0; keywords[i]; i++)
    {
      const gchar *at = keywords[i];

      while (*at && ! is_separator (at))
        at = g_utf8_next_char (at);

      if (i > 0)
        g_string_append (line, ", ");
      if (*at == '\0' && keywords[i][0] != '"')
        {
          g_string_append (line, keywords[i]);
        }
      else
        {
          g_auto (GStrv)    parts   = g_strsplit (keywords[i], "\"", -1);
          g_autofree gchar *doubled = g_strjoinv ("\"\"", parts);

          g_string_append_printf (line, "\"%s\"", doubled);
        }
    }

  return g_string_free (line, FALSE);
}

/**
 * pisces_keywords_contain:
 * @keywords: a list.
 * @keyword: a keyword.
 *
 * Returns: whether the list has the keyword, in upper or lower case.
 */
gboolean
pisces_keywords_contain (const gchar * const *keywords,
                         const gchar         *keyword)
{
  g_autofree gchar *wanted = fold (keyword);

  for (guint i = 0; keywords[i]; i++)
    {
      g_autofree gchar *folded = fold (keywords[i]);

      if (strcmp (folded, wanted) == 0)
        return TRUE;
    }

  return FALSE;
}

/**
 * pisces_keywords_without:
 * @keywords: a list.
 * @others: another list.
 *
 * Returns: (transfer full): those of @keywords that are not in @others.
 */
gchar **
pisces_keywords_without (const gchar * const *keywords,
                         const gchar * const *others)
{
  g_autoptr (GStrvBuilder) builder  = g_strv_builder_new ();
  g_autoptr (GHashTable)   unwanted = fold_all (others);

  for (guint i = 0; keywords[i]; i++)
    {
      g_autofree gchar *folded = fold (keywords[i]);

      if (! g_hash_table_contains (unwanted, folded))
        g_strv_builder_add (builder, keywords[i]);
    }

  return g_strv_builder_end (builder);
}

/**
 * pisces_keywords_change:
 * @keywords: the list of a picture.
 * @added: what comes to it, unless it is there.
 * @removed: what a person took away.
 *
 * Returns: (transfer full): the new list; what stays is in the same order.
 */
gchar **
pisces_keywords_change (const gchar * const *keywords,
                        const gchar * const *added,
                        const gchar * const *removed)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv)           kept    = pisces_keywords_without (keywords, removed);
  g_auto (GStrv)           fresh   = pisces_keywords_without (added, (const gchar **) kept);

  g_strv_builder_addv (builder, (const gchar **) kept);
  g_strv_builder_addv (builder, (const gchar **) fresh);

  return g_strv_builder_end (builder);
}


/*  private functions  */

static gboolean
is_separator (const gchar *at)
{
  return g_utf8_strchr (SEPARATORS, -1, g_utf8_get_char (at)) != NULL;
}

/* Returns what follows the closing quote, or NULL if there is none.  */
static const gchar *
read_quoted (const gchar *start,
             GString     *keyword)
{
  for (const gchar *at = start + 1; *at; at++)
    {
      if (*at == '"' && *++at != '"')
        return at;
      g_string_append_c (keyword, *at);
    }

  return NULL;
}

static void
add_keyword (GStrvBuilder *builder,
             GHashTable   *seen,
             const gchar  *text,
             gsize         n_bytes)
{
  g_autofree gchar *keyword = tidy (text, n_bytes);

  if (*keyword && g_hash_table_add (seen, fold (keyword)))
    g_strv_builder_add (builder, keyword);
}

/* Returns (transfer full) the text without control characters, and with one space
 * for tabs, rows of spaces, and the spaces of other scripts.  */
static gchar *
tidy (const gchar *text,
      gsize        n_bytes)
{
  g_autofree gchar *valid  = g_utf8_make_valid (text, n_bytes);
  GString          *tidied = g_string_new (NULL);

  for (const gchar *at = valid; *at; at = g_utf8_next_char (at))
    {
      const gunichar c = g_utf8_get_char (at);

      if (! g_unichar_isspace (c) && ! g_unichar_iscntrl (c))
        g_string_append_unichar (tidied, c);
      else if (tidied->len > 0 && tidied->str[tidied->len - 1] != ' ')
        g_string_append_c (tidied, ' ');
    }
  if (tidied->len > 0 && tidied->str[tidied->len - 1] == ' ')
    g_string_truncate (tidied, tidied->len - 1);

  return g_string_free (tidied, FALSE);
}

/* Returns (transfer full) a text that is the same for all ways to write the
 * keyword.  */
static gchar *
fold (const gchar *keyword)
{
  g_autofree gchar *tidied = tidy (keyword, strlen (keyword));
  g_autofree gchar *folded = g_utf8_casefold (tidied, -1);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_DEFAULT);
}

/* Returns (transfer full) a set.  Comparing each keyword with each would hold a
 * window up at every key when a picture has thousands.  */
static GHashTable *
fold_all (const gchar * const *keywords)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; keywords[i]; i++)
    g_hash_table_add (set, fold (keywords[i]));

  return set;
}
