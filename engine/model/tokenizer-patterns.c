/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-patterns.c: finds regular expressions, strings and kinds of
 * characters in text, and decides which parts of it stay together.
 *
 * It uses PCRE2 directly and not GRegex: characters must not be split, a match
 * must stop when it takes too long, and the whole text must not be checked
 * again for each match.
 *
 * Longer than 500 lines, as searching, matching and joining the matches all
 * work on the same kind of pattern.
 */

#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <glib/gi18n-lib.h>

#include "engine/pisces.h"

#include "engine/model/tokenizer-private.h"

/* The patterns of ordinary tokenizers have a few hundred bytes.  */
#define MAX_PATTERN_BYTES  (16 * 1024)
#define MAX_PARENTHESES    64

/* The limits for one match: PCRE2 counts its own steps, and memory in KiB.
 * Limits at the beginning of a pattern can only make them smaller.  */
#define MAX_MATCH_STEPS    10000000
#define MAX_MATCH_KIB      (32 * 1024)

/* The cost of a callout, and of the text that is read between two of them.  */
#define UNITS_PER_CALLOUT  4
#define BYTES_PER_UNIT     16
#define UNITS_PER_REPORT   1024

struct _PiscesPattern
{
  pcre2_code *code;
  gchar      *string;                /* if there is no regex */
};

/* PCRE2's memory, at least 20 kB.  It is shared by all searches in a text,
 * because a text may have 100,000 parts.  */
typedef struct
{
  PiscesTextWork      *work;
  pcre2_match_context *context;
  pcre2_match_data    *data;
  gsize                position;     /* at the last callout */
  gsize                n_units;      /* not yet reported to the work */
} Matcher;


static gboolean   compile        (PiscesPattern        *pattern,
                                  const gchar          *regex,
                                  const gchar          *path,
                                  GError              **error);
static Matcher  * get_matcher    (PiscesTextWork       *work);
static void       free_matcher   (gpointer              data);
static gint       on_callout     (pcre2_callout_block  *block,
                                  void                 *data);
static void       find_regex     (const PiscesPattern  *pattern,
                                  PiscesTextWork       *work,
                                  const gchar          *text,
                                  gsize                 n_bytes,
                                  GArray               *ranges,
                                  gsize                *at);
static void       set_failed     (PiscesTextWork       *work,
                                  gint                  status);
static gboolean   is_border      (const gchar          *text,
                                  gsize                 n_bytes,
                                  gsize                 at);
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
 */
PiscesPattern *
pisces_pattern_read (yyjson_val   *json,
                     const gchar  *path,
                     GError      **error)
{
  yyjson_val *regex  = yyjson_obj_get (json, "Regex");
  yyjson_val *string = yyjson_obj_get (json, "String");

  if (yyjson_is_str (regex))
    {
      if (strlen (yyjson_get_str (regex)) == yyjson_get_len (regex))
        return pisces_pattern_new_regex (yyjson_get_str (regex), path, error);

      g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                   "In the tokenizer “%s” a pattern has a zero byte.", path);
      return NULL;
    }
  if (yyjson_is_str (string))
    return pisces_component_check_length (path, "String", string, error)
             ? pisces_pattern_new_string (yyjson_get_str (string)) : NULL;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               "In the tokenizer “%s” a pattern is neither a Regex nor a String.",
               path);
  return NULL;
}

/* The patterns are written for Oniguruma with Ruby's syntax, in which ^ and $
 * match at lines and only \n ends a line.  A known difference: \s of PCRE2
 * also matches U+180E.  */
PiscesPattern *
pisces_pattern_new_regex (const gchar  *regex,
                          const gchar  *path,
                          GError      **error)
{
  g_autoptr (PiscesPattern) pattern = g_new0 (PiscesPattern, 1);

  return compile (pattern, regex, path, error) ? g_steal_pointer (&pattern) : NULL;
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

  pcre2_code_free (pattern->code);
  g_free (pattern->string);
  g_free (pattern);
}

/**
 * pisces_pattern_find:
 * @text: (array length=n_bytes): valid UTF-8.
 * @ranges: an array of #PiscesRange; the matches and the parts between them
 *   are appended, which together cover the whole text.  After a failure, which
 *   @work keeps, they must not be used.
 */
void
pisces_pattern_find (const PiscesPattern *pattern,
                     PiscesTextWork      *work,
                     const gchar         *text,
                     gsize                n_bytes,
                     GArray              *ranges)
{
  gsize  at = 0;

  if (! pisces_text_work_spend (work, n_bytes / BYTES_PER_UNIT + 1))
    return;

  if (pattern->code)
    find_regex (pattern, work, text, n_bytes, ranges, &at);
  else
    find_string (pattern, text, n_bytes, ranges, &at);

  if (at < n_bytes)
    {
      PiscesRange rest = { at, n_bytes, FALSE };

      g_array_append_val (ranges, rest);
    }
}

/**
 * pisces_pattern_replace:
 * @content: the text that replaces each match.
 *
 * Returns: (transfer full) (nullable): the new text; %NULL after a failure.
 */
gchar *
pisces_pattern_replace (const PiscesPattern *pattern,
                        PiscesTextWork      *work,
                        const gchar         *text,
                        const gchar         *content)
{
  g_autoptr (GArray)  ranges = g_array_new (FALSE, FALSE, sizeof (PiscesRange));
  g_autoptr (GString) out    = NULL;
  gsize               n      = strlen (text);
  guint               i;

  pisces_pattern_find (pattern, work, text, n, ranges);
  if (work->error)
    return NULL;

  out = g_string_sized_new (n);
  for (i = 0; i < ranges->len; i++)
    {
      const PiscesRange *range = &g_array_index (ranges, PiscesRange, i);

      if (range->is_match)
        g_string_append (out, content);
      else
        g_string_append_len (out, text + range->begin, range->end - range->begin);
      if (! pisces_text_work_allows (work, out->len))
        return NULL;
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

/**
 * pisces_ranges_find_class:
 * @is_member: returns whether a character matches.
 * @ranges: as for pisces_pattern_find().
 */
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
 * @ranges: an array of #PiscesRange that cover a whole text; they are joined
 *   and removed in place.
 * @behavior: what happens to the matches.
 * @invert: whether the parts between the matches are treated as the matches.
 */
void
pisces_ranges_apply (GArray         *ranges,
                     PiscesBehavior  behavior,
                     gboolean        invert)
{
  PiscesRange  previous = { 0 };     /* as it was found, before joining */
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

/* With automatic callouts, on_callout() can check the time during a match.  */
static gboolean
compile (PiscesPattern  *pattern,
         const gchar    *regex,
         const gchar    *path,
         GError        **error)
{
  pcre2_compile_context *context = pcre2_compile_context_create (NULL);
  PCRE2_UCHAR            reason[256];
  PCRE2_SIZE             place = 0;
  gint                   code  = PCRE2_ERROR_NOMEMORY;

  if (context)
    {
      pcre2_set_newline (context, PCRE2_NEWLINE_LF);
      pcre2_set_max_pattern_length (context, MAX_PATTERN_BYTES);
      pcre2_set_parens_nest_limit (context, MAX_PARENTHESES);
      pattern->code = pcre2_compile ((PCRE2_SPTR) regex, PCRE2_ZERO_TERMINATED,
                                     PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE |
                                     PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT,
                                     &code, &place, context);
      pcre2_compile_context_free (context);
    }
  if (pattern->code)
    return TRUE;

  pcre2_get_error_message (code, reason, G_N_ELEMENTS (reason));
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               "In the tokenizer “%s” a pattern cannot be used: %s, at its byte "
               "%" G_GSIZE_FORMAT ".",
               path, (const gchar *) reason, (gsize) place);
  return FALSE;
}

/* Returns NULL if there is not enough memory; the work keeps this failure.  */
static Matcher *
get_matcher (PiscesTextWork *work)
{
  Matcher *matcher = work->matcher;

  if (matcher)
    return matcher;

  matcher            = g_new0 (Matcher, 1);
  work->matcher      = matcher;
  work->free_matcher = free_matcher;

  matcher->work    = work;
  matcher->context = pcre2_match_context_create (NULL);
  matcher->data    = pcre2_match_data_create (1, NULL);
  if (! matcher->context || ! matcher->data)
    {
      set_failed (work, PCRE2_ERROR_NOMEMORY);
      return NULL;
    }

  pcre2_set_match_limit (matcher->context, MAX_MATCH_STEPS);
  pcre2_set_heap_limit (matcher->context, MAX_MATCH_KIB);
  pcre2_set_callout (matcher->context, on_callout, matcher);

  return matcher;
}

static void
free_matcher (gpointer data)
{
  Matcher *matcher = data;

  pcre2_match_context_free (matcher->context);
  pcre2_match_data_free (matcher->data);
  g_free (matcher);
}

/* This is called very often, so most calls only count.  */
static gint
on_callout (pcre2_callout_block *block,
            void                *data)
{
  Matcher    *matcher = data;
  const gsize at      = block->current_position;
  const gsize moved   = at > matcher->position ? at - matcher->position
                                               : matcher->position - at;

  matcher->position = at;
  matcher->n_units += UNITS_PER_CALLOUT + moved / BYTES_PER_UNIT;
  if (matcher->n_units < UNITS_PER_REPORT)
    return 0;

  pisces_text_work_spend (matcher->work, matcher->n_units);
  matcher->n_units = 0;

  return matcher->work->error ? PCRE2_ERROR_CALLOUT : 0;
}

/* The text is valid UTF-8, and its parts are too, because no match may begin
 * or end inside a character.  With \K and lookarounds, a match may begin
 * before the place where the search started, or after its own end; such
 * matches are ignored.  */
static void
find_regex (const PiscesPattern *pattern,
            PiscesTextWork      *work,
            const gchar         *text,
            gsize                n_bytes,
            GArray              *ranges,
            gsize               *at)
{
  Matcher *matcher = get_matcher (work);
  gsize    from    = 0;

  while (from < n_bytes && ! work->error)
    {
      const PCRE2_SIZE *found  = pcre2_get_ovector_pointer (matcher->data);
      gint              status = pcre2_match (pattern->code, (PCRE2_SPTR) text, n_bytes,
                                              from, PCRE2_NO_UTF_CHECK, matcher->data,
                                              matcher->context);

      if (status == PCRE2_ERROR_NOMATCH)
        return;
      if (status < 0)
        {
          set_failed (work, status);
          return;
        }
      if (found[0] < from || found[1] < found[0] || found[1] > n_bytes ||
          ! is_border (text, n_bytes, found[0]) || ! is_border (text, n_bytes, found[1]))
        {
          pisces_text_work_fail (work,
                                 _("The tokenizer “%s” has a pattern that matches something outside "
                                   "the text; it is damaged, or was made to do harm. Use another model."),
                                 work->path);
          return;
        }

      append_match (ranges, at, found[0], found[1]);
      from = found[1];
      if (found[0] == found[1] && from < n_bytes)
        from = g_utf8_next_char (text + from) - text;
    }
}

static void
set_failed (PiscesTextWork *work,
            gint            status)
{
  PCRE2_UCHAR reason[256];

  if (status == PCRE2_ERROR_MATCHLIMIT || status == PCRE2_ERROR_DEPTHLIMIT ||
      status == PCRE2_ERROR_HEAPLIMIT)
    {
      pisces_text_work_fail_slow (work);
      return;
    }

  pcre2_get_error_message (status, reason, G_N_ELEMENTS (reason));
  pisces_text_work_fail (work, "A pattern of the tokenizer “%s” failed: %s.",
                         work->path, (const gchar *) reason);
}

static gboolean
is_border (const gchar *text,
           gsize        n_bytes,
           gsize        at)
{
  return at == n_bytes || (text[at] & 0xc0) != 0x80;
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
