/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-split.c: the steps that split text into the pieces that byte-pair
 * encoding never joins, the same as in Hugging Face's tokenizers
 * (tokenizers/src/pre_tokenizers and normalizer.rs, split()).
 */

#include <string.h>

#include "engine/pisces.h"

#include "engine/model/tokenizer-private.h"

/* The pattern of GPT-2, which the ByteLevel step uses by default.  */
#define GPT2_REGEX  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+" \
                    "| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"
#define WORD_REGEX  "\\w+|[^\\w\\s]+"

typedef enum
{
  STEP_PATTERN,                      /* also for ByteLevel and Whitespace */
  STEP_CLASS,                        /* one kind of characters */
  STEP_BYTE_LEVEL,
  STEP_METASPACE
} StepKind;

typedef enum
{
  PREPEND_NEVER,
  PREPEND_FIRST,
  PREPEND_ALWAYS
} PrependScheme;

typedef struct
{
  StepKind         kind;
  PiscesPattern   *pattern;          /* may be NULL */
  gboolean      (* is_member) (gunichar c);
  PiscesBehavior   behavior;
  gboolean         invert;
  PrependScheme    prepend;
  gchar           *replacement;      /* replaces a space; for Metaspace */
} Step;

typedef struct
{
  const GPtrArray *steps;
  PiscesTextWork  *work;
  PiscesPieceFunc  func;
  gpointer         data;
} Run;


static gboolean   read_step        (yyjson_val        *json,
                                    const gchar       *path,
                                    Step              *step,
                                    GError           **error);
static gboolean   read_behavior    (yyjson_val        *json,
                                    const gchar       *path,
                                    PiscesBehavior    *behavior,
                                    GError           **error);
static gboolean   read_metaspace   (yyjson_val        *json,
                                    const gchar       *path,
                                    Step              *step,
                                    GError           **error);
static void       free_step        (gpointer           data);
static void       run_step         (const Run         *run,
                                    guint              i,
                                    const gchar       *text,
                                    gsize              n_bytes,
                                    gboolean           at_start);
static void       run_byte_level   (const Run         *run,
                                    guint              i,
                                    const gchar       *text,
                                    gsize              n_bytes,
                                    gboolean           at_start);
static void       run_metaspace    (const Run         *run,
                                    guint              i,
                                    const gchar       *text,
                                    gsize              n_bytes,
                                    gboolean           at_start);
static gboolean   is_number        (gunichar           c);
static gboolean   is_punctuation   (gunichar           c);


/**
 * pisces_pre_tokenizers_read:
 * @json: (nullable): the "pre_tokenizer" of a tokenizer.json.
 *
 * Returns: (transfer full) (nullable): the steps; empty if @json is null.
 *   %NULL with an error, which is %PISCES_ERROR_MODEL_UNSUPPORTED for an
 *   unknown step.
 */
GPtrArray *
pisces_pre_tokenizers_read (yyjson_val   *json,
                            const gchar  *path,
                            GError      **error)
{
  g_autoptr (GPtrArray) flat  = g_ptr_array_new ();
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func (free_step);
  guint                 i;

  if (! pisces_components_flatten (json, "pretokenizers", path, flat, error))
    return NULL;

  for (i = 0; i < flat->len; i++)
    {
      Step *step = g_new0 (Step, 1);

      g_ptr_array_add (steps, step);
      if (! read_step (g_ptr_array_index (flat, i), path, step, error))
        return NULL;
    }

  return g_steal_pointer (&steps);
}

/**
 * pisces_pre_tokenizers_run:
 * @text: (array length=n_bytes): valid UTF-8.
 * @at_start: whether @text is the beginning of the whole text.
 * @func: called with each piece in order, but not with empty ones.  It is no
 *   longer called after a failure, which @work keeps.
 */
void
pisces_pre_tokenizers_run (const GPtrArray *steps,
                           PiscesTextWork  *work,
                           const gchar     *text,
                           gsize            n_bytes,
                           gboolean         at_start,
                           PiscesPieceFunc  func,
                           gpointer         data)
{
  const Run run = { steps, work, func, data };

  run_step (&run, 0, text, n_bytes, at_start);
}


/*  reading  */

static gboolean
read_step (yyjson_val   *json,
           const gchar  *path,
           Step         *step,
           GError      **error)
{
  if (pisces_component_is (json, "Split"))
    {
      step->invert  = pisces_component_flag (json, "invert", FALSE);
      step->pattern = pisces_pattern_read (yyjson_obj_get (json, "pattern"),
                                           path, error);
      return step->pattern && read_behavior (json, path, &step->behavior, error);
    }
  if (pisces_component_is (json, "ByteLevel"))
    {
      step->kind    = STEP_BYTE_LEVEL;
      step->prepend = pisces_component_flag (json, "add_prefix_space", TRUE);
      if (pisces_component_flag (json, "use_regex", TRUE))
        step->pattern = pisces_pattern_new_regex (GPT2_REGEX, path, NULL);
      return TRUE;
    }
  if (pisces_component_is (json, "Metaspace"))
    return read_metaspace (json, path, step, error);

  if (pisces_component_is (json, "Whitespace"))
    {
      step->pattern  = pisces_pattern_new_regex (WORD_REGEX, path, NULL);
      step->invert   = TRUE;
      step->behavior = PISCES_REMOVED;
      return TRUE;
    }

  step->kind = STEP_CLASS;
  if (pisces_component_is (json, "WhitespaceSplit"))
    {
      step->is_member = pisces_unichar_is_space;
      step->behavior  = PISCES_REMOVED;
      return TRUE;
    }
  if (pisces_component_is (json, "Digits"))
    {
      step->is_member = is_number;
      step->behavior  = pisces_component_flag (json, "individual_digits", FALSE) ?
                        PISCES_ISOLATED : PISCES_CONTIGUOUS;
      return TRUE;
    }
  if (pisces_component_is (json, "Punctuation"))
    {
      step->is_member = is_punctuation;
      return ! yyjson_obj_get (json, "behavior") ||
             read_behavior (json, path, &step->behavior, error);
    }

  pisces_component_refuse (json, "pre-tokenizer", path, error);

  return FALSE;
}

static gboolean
read_behavior (yyjson_val      *json,
               const gchar     *path,
               PiscesBehavior  *behavior,
               GError         **error)
{
  static const gchar *names[] = { "Isolated", "Removed", "MergedWithPrevious",
                                  "MergedWithNext", "Contiguous" };
  const gchar        *name    = pisces_component_string (json, "behavior",
                                                         path, error);
  g_autofree gchar   *shown   = NULL;
  guint               i;

  if (! name)
    return FALSE;

  for (i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name))
      {
        *behavior = i;
        return TRUE;
      }

  shown = pisces_json_excerpt (name);
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
               "The tokenizer “%s” splits with the behavior “%s”, which the engine "
               "does not know.",
               path, shown);
  return FALSE;
}

static gboolean
read_metaspace (yyjson_val   *json,
                const gchar  *path,
                Step         *step,
                GError      **error)
{
  const gchar *replacement = pisces_component_string (json, "replacement",
                                                      path, error);
  const gchar *scheme      = yyjson_get_str (yyjson_obj_get (json, "prepend_scheme"));

  if (! replacement)
    return FALSE;

  step->kind        = STEP_METASPACE;
  step->replacement = g_strdup (replacement);
  step->behavior    = PISCES_MERGED_WITH_NEXT;
  if (pisces_component_flag (json, "split", TRUE) && *replacement)
    step->pattern = pisces_pattern_new_string (replacement);

  /* Older files have a flag instead of a scheme.  */
  if (g_strcmp0 (scheme, "never") == 0 ||
      ! pisces_component_flag (json, "add_prefix_space", TRUE))
    step->prepend = PREPEND_NEVER;
  else if (g_strcmp0 (scheme, "first") == 0)
    step->prepend = PREPEND_FIRST;
  else
    step->prepend = PREPEND_ALWAYS;

  return TRUE;
}

static void
free_step (gpointer data)
{
  Step *step = data;

  pisces_pattern_free (step->pattern);
  g_free (step->replacement);
  g_free (step);
}


/*  running  */

/* Splits the text with step i, and passes each piece to the next step; after
 * the last step, pieces go to the caller.  */
static void
run_step (const Run   *run,
          guint        i,
          const gchar *text,
          gsize        n_bytes,
          gboolean     at_start)
{
  g_autoptr (GArray)  ranges = NULL;
  const Step         *step;
  guint               j;

  if (n_bytes == 0 || ! pisces_text_work_spend (run->work, n_bytes))
    return;

  if (i == run->steps->len)
    {
      run->work->n_piece_bytes += n_bytes;
      if (pisces_text_work_allows (run->work, run->work->n_piece_bytes))
        run->func (text, n_bytes, run->data);
      return;
    }

  step = g_ptr_array_index (run->steps, i);
  if (step->kind == STEP_BYTE_LEVEL)
    {
      run_byte_level (run, i, text, n_bytes, at_start);
      return;
    }
  if (step->kind == STEP_METASPACE)
    {
      run_metaspace (run, i, text, n_bytes, at_start);
      return;
    }

  ranges = g_array_new (FALSE, FALSE, sizeof (PiscesRange));
  if (step->kind == STEP_CLASS)
    pisces_ranges_find_class (step->is_member, text, n_bytes, ranges);
  else
    pisces_pattern_find (step->pattern, run->work, text, n_bytes, ranges);
  pisces_ranges_apply (ranges, step->behavior, step->invert);

  for (j = 0; j < ranges->len && ! run->work->error; j++)
    {
      const PiscesRange *range = &g_array_index (ranges, PiscesRange, j);

      run_step (run, i + 1, text + range->begin, range->end - range->begin,
                at_start && range->begin == 0);
    }
}

static void
run_byte_level (const Run   *run,
                guint        i,
                const gchar *text,
                gsize        n_bytes,
                gboolean     at_start)
{
  const Step         *step   = g_ptr_array_index (run->steps, i);
  g_autoptr (GArray)  ranges = g_array_new (FALSE, FALSE, sizeof (PiscesRange));
  g_autoptr (GString) source = g_string_sized_new (n_bytes + 1);
  g_autoptr (GString) piece  = g_string_new (NULL);
  PiscesRange         whole  = { 0 };
  guint               j;

  if (step->prepend != PREPEND_NEVER && *text != ' ')
    g_string_append_c (source, ' ');
  g_string_append_len (source, text, n_bytes);

  whole.end = source->len;
  if (step->pattern)
    pisces_pattern_find (step->pattern, run->work, source->str, source->len, ranges);
  else
    g_array_append_val (ranges, whole);

  for (j = 0; j < ranges->len && ! run->work->error; j++)
    {
      const PiscesRange *range = &g_array_index (ranges, PiscesRange, j);

      g_string_truncate (piece, 0);
      pisces_byte_level_append (piece, source->str + range->begin,
                                range->end - range->begin);
      if (! pisces_text_work_allows (run->work, piece->len))
        return;
      run_step (run, i + 1, piece->str, piece->len,
                at_start && range->begin == 0);
    }
}

static void
run_metaspace (const Run   *run,
               guint        i,
               const gchar *text,
               gsize        n_bytes,
               gboolean     at_start)
{
  const Step         *step   = g_ptr_array_index (run->steps, i);
  g_autoptr (GArray)  ranges = g_array_new (FALSE, FALSE, sizeof (PiscesRange));
  g_autoptr (GString) source = g_string_new (NULL);
  PiscesRange         whole  = { 0 };
  gsize               at;
  guint               j;

  for (at = 0; at < n_bytes; at++)
    {
      if (text[at] == ' ')
        g_string_append (source, step->replacement);
      else
        g_string_append_c (source, text[at]);
      if (! pisces_text_work_allows (run->work, source->len))
        return;
    }
  if (! g_str_has_prefix (source->str, step->replacement) &&
      (step->prepend == PREPEND_ALWAYS ||
       (step->prepend == PREPEND_FIRST && at_start)))
    g_string_prepend (source, step->replacement);

  whole.end = source->len;
  if (step->pattern)
    pisces_pattern_find (step->pattern, run->work, source->str, source->len, ranges);
  else
    g_array_append_val (ranges, whole);
  pisces_ranges_apply (ranges, step->behavior, step->invert);

  for (j = 0; j < ranges->len && ! run->work->error; j++)
    {
      const PiscesRange *range = &g_array_index (ranges, PiscesRange, j);

      run_step (run, i + 1, source->str + range->begin,
                range->end - range->begin, at_start && range->begin == 0);
    }
}

static gboolean
is_number (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
is_punctuation (gunichar c)
{
  GUnicodeType  type = g_unichar_type (c);

  /* In ASCII, symbols such as + and $ count too.  */
  if (c < 128)
    return g_ascii_ispunct (c);

  return type >= G_UNICODE_CONNECT_PUNCTUATION &&
         type <= G_UNICODE_OPEN_PUNCTUATION;
}
