/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * keywords.c: lists of keywords, as people write them and as files have them.
 *
 * People sort photographs by keywords, often thousands of them with a system of
 * their own.  So a list is never replaced and never sorted: what is there stays
 * where it is, in its own spelling, and what is new comes at the end.  "Cat" and
 * "cat" are the same keyword.
 *
 * In a line they are separated by commas.  A keyword with a comma in it stands in
 * quotes there: "Paris, France".
 */

#include <string.h>

#include "engine/metadata/keywords.h"

#define SEPARATORS ",;\n\r、，；"

static gboolean   is_separator (const gchar  *at);
static void       add_keyword  (GStrvBuilder *builder,
                                GHashTable   *seen,
                                const gchar  *text,
                                gsize         n_bytes);


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
      const gchar *start = at;
      const gchar *close;

      while (g_unichar_isspace (g_utf8_get_char (start)))
        start = g_utf8_next_char (start);

      close = *start == '"' ? strchr (start + 1, '"') : NULL;
      if (close)
        {
          add_keyword (builder, seen, start + 1, close - start - 1);
          at = close + 1;
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

      g_string_append_printf (line, *at && ! strchr (keywords[i], '"') ? "%s\"%s\"" : "%s%s",
                              i > 0 ? ", " : "", keywords[i]);
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
  g_autofree gchar *wanted = g_utf8_casefold (keyword, -1);

  for (guint i = 0; keywords[i]; i++)
    {
      g_autofree gchar *folded = g_utf8_casefold (keywords[i], -1);

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
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; keywords[i]; i++)
    if (! pisces_keywords_contain (others, keywords[i]))
      g_strv_builder_add (builder, keywords[i]);

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

static void
add_keyword (GStrvBuilder *builder,
             GHashTable   *seen,
             const gchar  *text,
             gsize         n_bytes)
{
  g_autofree gchar *keyword = g_strndup (text, n_bytes);
  gchar            *to      = g_strstrip (keyword);

  if (! *keyword || ! g_hash_table_add (seen, g_utf8_casefold (keyword, -1)))
    return;

  /* Tabs and rows of spaces are one space.  */
  for (const gchar *from = keyword; *from; from++)
    {
      const gboolean is_space = g_ascii_isspace (*from) || g_ascii_iscntrl (*from);

      if (! is_space || (to > keyword && to[-1] != ' '))
        *to++ = is_space ? ' ' : *from;
    }
  *to = '\0';
  g_strv_builder_add (builder, keyword);
}
