/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-patterns.c: finds regular expressions, strings and kinds of
 * characters in text, and says which stretches of it stay together.
 */

#include <string.h>

#include "engine/pisces.h"

#include "engine/model/tokenizer-private.h"

#define WINDOW  512                  /* bytes that a match is first tried on */

struct _PiscesPattern
{
  GRegex *regex;
  gchar  *string;                    /* where there is no regex */
};


static void       find_regex     (const PiscesPattern  *pattern,
                                  const gchar          *text,
                                  gsize                 n_bytes,
                                  GArray               *ranges,
                                  gsize                *at);
static gsize      window_end     (const gchar          *text,
                                  gsize                 n_bytes,
                                  gsize                 end);
static void       find_string    (const PiscesPattern  *pattern,
                                  const gchar          *text,
                                  gsize                 n_bytes,
                                  GArray               *ranges,
                                  gsize                *at);
static void       append_match   (GArray               *ranges,
                                  gsize                *at,
                                  gsize                 begin,
                                  gsize                 end);
static gboolean   joins_previous (PiscesBehavior        behavior,
                                  const PiscesRange    *previous,
                                  const PiscesRange    *range);


/**
 * pisces_pattern_read:
 * @json: (nullable): {"Regex": ...} or {"String": ...}.
 *
 * Returns: (transfer full) (nullable): the pattern, or %NULL with an error.
 **/
PiscesPattern *
pisces_pattern_read (yyjson_val   *json,
                     const gchar  *path,
                     GError      **error)
{
  const gchar *regex  = yyjson_get_str (yyjson_obj_get (json, "Regex"));
  const gchar *string = yyjson_get_str (yyjson_obj_get (json, "String"));

  if (regex)
    return pisces_pattern_new_regex (regex, path, error);
  if (string)
    return pisces_pattern_new_string (string);

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               "In the tokenizer “%s” a pattern is neither a Regex nor a String.",
               path);
  return NULL;
}

/* Patterns are written for Oniguruma with Ruby's syntax, where ^ and $ are
 * those of a line and only \n ends one.  Known difference: \s of PCRE2 takes
 * U+180E too.  */
PiscesPattern *
pisces_pattern_new_regex (const gchar  *regex,
                          const gchar  *path,
                          GError      **error)
{
  g_autoptr (GError) reason  = NULL;
  PiscesPattern     *pattern = g_new0 (PiscesPattern, 1);

  pattern->regex = g_regex_new (regex,
                                G_REGEX_MULTILINE | G_REGEX_NEWLINE_LF,
                                0, &reason);
  if (! pattern->regex)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "In the tokenizer “%s” a pattern cannot be read: %s.",
                   path, reason->message);
      g_clear_pointer (&pattern, pisces_pattern_free);
    }

  return pattern;
}

PiscesPattern *
pisces_pattern_new_string (const gchar *string)
{
  PiscesPattern *pattern = g_new0 (PiscesPattern, 1);

  pattern->string = g_strdup (string);

  return pattern;
}

void
pisces_pattern_free (PiscesPattern *pattern)
{
  if (! pattern)
    return;

  g_clear_pointer (&pattern->regex, g_regex_unref);
  g_free (pattern->string);
  g_free (pattern);
}

/**
 * pisces_pattern_find:
 * @text: (array length=n_bytes): valid UTF-8.
 * @ranges: of #PiscesRange; the matches and what lies between them are
 *   appended, which together are the whole text.
 **/
void
pisces_pattern_find (const PiscesPattern *pattern,
                     const gchar         *text,
                     gsize                n_bytes,
                     GArray              *ranges)
{
  gsize  at = 0;

  if (pattern->regex)
    find_regex (pattern, text, n_bytes, ranges, &at);
  else
    find_string (pattern, text, n_bytes, ranges, &at);

  if (at < n_bytes)
    {
      PiscesRange rest = { at, n_bytes, FALSE };

      g_array_append_val (ranges, rest);
    }
}

/**
 * pisces_ranges_find_class:
 * @is_member: what every single matching character is.
 * @ranges: as for pisces_pattern_find().
 **/
void
pisces_ranges_find_class (gboolean   (* is_member) (gunichar c),
                          const gchar *text,
                          gsize        n_bytes,
                          GArray      *ranges)
{
  const gchar *end  = text + n_bytes;
  const gchar *from = text;
  const gchar *c;

  for (c = text; c < end; c = g_utf8_next_char (c))
    {
      PiscesRange  before = { from - text, c - text, FALSE };
      PiscesRange  match  = { c - text, g_utf8_next_char (c) - text, TRUE };

      if (! is_member (g_utf8_get_char (c)))
        continue;
      if (before.begin < before.end)
        g_array_append_val (ranges, before);
      g_array_append_val (ranges, match);
      from = g_utf8_next_char (c);
    }

  if (from < end)
    {
      PiscesRange rest = { from - text, n_bytes, FALSE };

      g_array_append_val (ranges, rest);
    }
}

/**
 * pisces_ranges_apply:
 * @ranges: of #PiscesRange, which together are a whole text; joined and
 *   dropped in place.
 * @behavior: what becomes of the matches.
 * @invert: whether what lies between the matches is taken for them.
 **/
void
pisces_ranges_apply (GArray         *ranges,
                     PiscesBehavior  behavior,
                     gboolean        invert)
{
  PiscesRange  previous = { 0 };     /* as it was found, not as joined */
  guint        n_kept   = 0;
  guint        i;

  for (i = 0; i < ranges->len; i++)
    {
      PiscesRange range = g_array_index (ranges, PiscesRange, i);

      range.is_match ^= invert;
      if (behavior == PISCES_REMOVED && range.is_match)
        continue;

      if (n_kept > 0 && joins_previous (behavior, &previous, &range))
        g_array_index (ranges, PiscesRange, n_kept - 1).end = range.end;
      else
        g_array_index (ranges, PiscesRange, n_kept++) = range;
      previous = range;
    }

  g_array_set_size (ranges, n_kept);
}


/*  private functions  */

/* GRegex checks at every match that the text up to its end is UTF-8, which
 * made 100 kB take 5 s.  So it sees a window.  A match that looks at the
 * window's end is "partial" and is tried again with a larger one; any other
 * is what the whole text gives.  One that runs into PCRE2's limits ends the
 * search: what is left is taken as one stretch.  */
static void
find_regex (const PiscesPattern *pattern,
            const gchar         *text,
            gsize                n_bytes,
            GArray              *ranges,
            gsize               *at)
{
  gsize  from     = 0;
  gsize  n_window = WINDOW;

  while (from < n_bytes)
    {
      g_autoptr (GMatchInfo) info  = NULL;
      g_autoptr (GError)     error = NULL;
      gsize                  end   = window_end (text, n_bytes, from + n_window);
      gint                   first, last;

      g_regex_match_full (pattern->regex, text, end, from,
                          end < n_bytes ? G_REGEX_MATCH_PARTIAL_HARD : 0,
                          &info, &error);
      if (error)
        return;
      if (g_match_info_is_partial_match (info))
        {
          n_window *= 8;
          continue;
        }

      n_window = WINDOW;
      from     = end;
      if (g_match_info_fetch_pos (info, 0, &first, &last))
        {
          append_match (ranges, at, first, last);
          from = last;
          if (first == last && from < n_bytes)
            from = g_utf8_next_char (text + from) - text;
        }
    }
}

static gsize
window_end (const gchar *text,
            gsize        n_bytes,
            gsize        end)
{
  if (end >= n_bytes)
    return n_bytes;

  while ((text[end] & 0xc0) == 0x80)
    end--;

  return end;
}

static void
find_string (const PiscesPattern *pattern,
             const gchar         *text,
             gsize                n_bytes,
             GArray              *ranges,
             gsize               *at)
{
  gsize        n_string = strlen (pattern->string);
  const gchar *match    = text;

  if (n_string == 0)
    return;

  while ((match = memmem (match, text + n_bytes - match, pattern->string, n_string)))
    {
      append_match (ranges, at, match - text, match - text + n_string);
      match += n_string;
    }
}

static void
append_match (GArray *ranges,
              gsize  *at,
              gsize   begin,
              gsize   end)
{
  PiscesRange  before = { *at, begin, FALSE };
  PiscesRange  match  = { begin, end, TRUE };

  if (begin > *at)
    g_array_append_val (ranges, before);
  g_array_append_val (ranges, match);
  *at = end;
}

static gboolean
joins_previous (PiscesBehavior     behavior,
                const PiscesRange *previous,
                const PiscesRange *range)
{
  switch (behavior)
    {
    case PISCES_MERGED_WITH_PREVIOUS:
      return range->is_match && ! previous->is_match;
    case PISCES_MERGED_WITH_NEXT:
      return previous->is_match && ! range->is_match;
    case PISCES_CONTIGUOUS:
      return previous->is_match == range->is_match;
    default:
      return FALSE;
    }
}
