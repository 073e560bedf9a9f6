/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * words.c: finds the words of a user's text, for models that know only some
 * words: which words the model knows, and the text without the others.  A word
 * here is what the tokenizer makes a word of.  Each word goes through the
 * tokenizer's own normalizer before it is looked up, and words of different kinds
 * that touch are separated.
 */

#include <string.h>

#include "engine/families/pisces/model.h"

/* More words than this are ignored.  Each known word is at least one token, so no
 * model can take in more.  */
#define MAX_WORDS 4096

typedef enum
{
  KIND_SIGN,        /* between words: punctuation, spaces, controls          */
  KIND_LETTER,      /* letters and numbers                                   */
  KIND_EMOJI,
  KIND_MARK,        /* accents and the like, which belong to the word before them */
  KIND_INVISIBLE    /* soft hyphens and joiners, likewise                    */
} CharKind;


static const gchar * word_end    (const gchar   *text,
                                  const gchar   *end);
static gboolean      goes_on     (CharKind       word,
                                  const gchar   *at,
                                  const gchar   *end);
static CharKind      kind_of     (gunichar       c);
static CharKind      kind_made_of (gunichar      c);
static const gchar * look_up     (PiscesReading *reading,
                                  const gchar   *word);
static gchar       * read_word   (PiscesReading *reading,
                                  const gchar   *word);
static gboolean      unsays      (PiscesReading *reading,
                                  const gchar   *word,
                                  gboolean      *is_unsaid);
static gboolean      has_thing   (PiscesReading *reading,
                                  const gchar   *read);
static gboolean      stands_for_something
                                 (PiscesReading *reading,
                                  const gchar   *word);
static gchar       * mend        (PiscesReading *reading,
                                  const gchar   *written,
                                  const gchar   *piece);
static gchar       * part_numbers (GHashTable   *words,
                                  const gchar   *piece);
static gboolean      is_place    (const gchar   *piece);
static gboolean      is_one_token (PiscesReading *reading,
                                  const gchar   *word);


/*  functions of the family's own  */

/**
 * pisces_words_keep_known:
 * @reading: a text for a model with a closed vocabulary.  Words with a typing
 *   error, and how they are read, are added to its `mended`.
 * @n_bytes: (inout): how many bytes of the text to look at.  It is reduced if there
 *   are more words than any model takes.
 * @unknown: (element-type utf8): gets the words that were left out, as they were
 *   written, each only once.
 *
 * Returns: (transfer full): the text without the words that the model does not
 *   know.  If the model has a word for something unknown, this replaces them.
 */
gchar *
pisces_words_keep_known (PiscesReading *reading,
                         gsize         *n_bytes,
                         GPtrArray     *unknown)
{
  GString     *kept       = g_string_sized_new (*n_bytes + 1);
  const gchar *end        = reading->text + *n_bytes;
  const gchar *at         = reading->text;
  gboolean     after_word = FALSE;
  gboolean     was_unknown = FALSE;
  gboolean     is_unsaid  = FALSE;
  guint        n_words    = 0;

  while (at < end && n_words < MAX_WORDS && ! reading->error)
    {
      const gchar      *stop = word_end (at, end);
      g_autofree gchar *word = NULL;
      const gchar      *read;

      if (stop == at)
        {
          stop = g_utf8_next_char (at);
          g_string_append_len (kept, at, stop - at);
          after_word   = FALSE;
          was_unknown &= g_unichar_isspace (g_utf8_get_char (at));
          is_unsaid   &= g_unichar_isspace (g_utf8_get_char (at));
          at         = stop;
          continue;
        }

      word = g_strndup (at, stop - at);
      read = look_up (reading, word);

      /* Small models draw whatever the text names.  So things that are not wanted
       * must be removed from the text.  */
      if (reading->kind == TEXT_PROMPT && unsays (reading, word, &is_unsaid))
        {
          is_unsaid &= ! (read && has_thing (reading, read));
          g_string_append_c (kept, ' ');
          after_word = was_unknown = FALSE;
          at         = stop;
          n_words++;
          continue;
        }

      if (! read && ! g_ptr_array_find_with_equal_func (unknown, word, g_str_equal, NULL))
        g_ptr_array_add (unknown, g_strdup (word));
      if (read && ! reading->names_thing)
        reading->names_thing = has_thing (reading, read);

      /* Several unknown words in a row are replaced only once.  An unknown emoji
       * is usually only decoration, so it is not replaced.  */
      if (! read && stands_for_something (reading, word))
        {
          if (! was_unknown)
            read = reading->model->settings.unknown_word;
          was_unknown = TRUE;
        }
      else if (read)
        {
          was_unknown = FALSE;
        }

      if (after_word || ! read)
        g_string_append_c (kept, ' ');
      if (read)
        g_string_append (kept, read);

      after_word = read != NULL;
      at         = stop;
      n_words++;
    }
  *n_bytes = at - reading->text;

  return g_string_free (kept, FALSE);
}

/**
 * pisces_words_name_thing:
 * @model: the model.
 * @text: a text that the model has written.
 * @cancellable: (nullable): ends the work when it is cancelled.
 *
 * Returns: whether the text says anything.  For a model that lists what it can
 *   draw: whether it names one of these things; for others: whether it has a word.
 */
gboolean
pisces_words_name_thing (PiscesModel  *model,
                         const gchar  *text,
                         GCancellable *cancellable)
{
  g_autoptr (GPtrArray)  unknown = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar      *known   = NULL;
  gsize                  n_bytes = strlen (text);
  PiscesReading          reading;
  gboolean               names;

  if (! model->settings.thing_words)
    {
      while (*text && kind_of (g_utf8_get_char (text)) == KIND_SIGN)
        text = g_utf8_next_char (text);
      return *text != '\0';
    }

  pisces_reading_init (&reading, model, text, TEXT_OTHER, cancellable);
  known = pisces_words_keep_known (&reading, &n_bytes, unknown);
  names = reading.names_thing;
  pisces_reading_clear (&reading);

  return names;
}


/*  private functions  */

/* Returns the end of the word that begins at @text; @text itself if no word
 * begins there.  */
static const gchar *
word_end (const gchar *text,
          const gchar *end)
{
  const gchar *at   = g_utf8_next_char (text);
  CharKind     word = kind_of (g_utf8_get_char (text));

  if (word != KIND_LETTER && word != KIND_EMOJI)
    return text;

  while (at < end && goes_on (word, at, end))
    at = g_utf8_next_char (at);

  return at;
}

/* Whether a word of a kind continues with the next character.  An apostrophe
 * between two letters belongs to the word, as in annex 29 of Unicode: don't,
 * l'été.
 */
static gboolean
goes_on (CharKind     word,
         const gchar *at,
         const gchar *end)
{
  gunichar     c    = g_utf8_get_char (at);
  CharKind     kind = kind_of (c);
  const gchar *next = g_utf8_next_char (at);

  if (kind == word || kind == KIND_MARK || kind == KIND_INVISIBLE)
    return TRUE;

  return word == KIND_LETTER && (c == '\'' || c == 0x2019) && next < end &&
         kind_of (g_utf8_get_char (next)) == KIND_LETTER &&
         kind_of (g_utf8_get_char (g_utf8_prev_char (at))) == KIND_LETTER;
}

static CharKind
kind_of (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_OTHER_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_UPPERCASE_LETTER:
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
    /* Another version of the library may already know such a character as a
     * letter.  */
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_UNASSIGNED:
      return KIND_LETTER;

    case G_UNICODE_SPACING_MARK:
    case G_UNICODE_ENCLOSING_MARK:
    case G_UNICODE_NON_SPACING_MARK:
      return KIND_MARK;

    case G_UNICODE_OTHER_SYMBOL:
      return KIND_EMOJI;

    case G_UNICODE_FORMAT:
      /* A space without width separates words.  */
      return c == 0x200b ? KIND_SIGN : KIND_INVISIBLE;

    default:
      return c < 128 ? KIND_SIGN : kind_made_of (c);
    }
}

/* The kind of a character, by what it is made of.  Skin tones are emoji; a few
 * signs are made of letters (₨ is Rs).  */
static CharKind
kind_made_of (gunichar c)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize    n;

  if (c >= 0x1f3fb && c <= 0x1f3ff)
    return KIND_EMOJI;

  n = g_unichar_fully_decompose (c, TRUE, parts, G_N_ELEMENTS (parts));
  for (gsize i = 0; i < MIN (n, G_N_ELEMENTS (parts)); i++)
    if (parts[i] != c)
      {
        CharKind kind = kind_of (parts[i]);

        if (kind == KIND_LETTER || kind == KIND_EMOJI)
          return kind;
      }

  return KIND_SIGN;
}

/* Returns what to write for a word; NULL if it is not known.  */
static const gchar *
look_up (PiscesReading *reading,
         const gchar   *word)
{
  gpointer read;

  if (! g_hash_table_lookup_extended (reading->found, word, NULL, &read))
    {
      read = read_word (reading, word);
      g_hash_table_insert (reading->found, g_strdup (word), read);
    }

  return read;
}

static gchar *
read_word (PiscesReading *reading,
           const gchar   *word)
{
  GHashTable          *words  = reading->model->settings.words;
  g_autofree gchar    *normal = NULL;
  g_auto (GStrv)       pieces = NULL;
  g_autoptr (GString)  read   = g_string_new (NULL);
  gboolean             same   = TRUE;

  if (! words)
    return is_one_token (reading, word) ? g_strdup (word) : NULL;
  if (g_hash_table_contains (words, word))
    return g_strdup (word);

  normal = pisces_reading_normalize (reading, word);
  pieces = g_strsplit_set (normal, " .,;?", -1);

  for (guint i = 0; pieces[i]; i++)
    {
      g_autofree gchar *parted = NULL;

      if (! *pieces[i])
        continue;

      if (! g_hash_table_contains (words, pieces[i]) &&
          ! (reading->kind == TEXT_PLAN && is_place (pieces[i])))
        {
          parted = part_numbers (words, pieces[i]);
          if (! parted && reading->kind != TEXT_PLAN)
            parted = mend (reading, word, pieces[i]);
          if (! parted)
            return NULL;
          same = FALSE;
        }

      if (read->len > 0)
        g_string_append_c (read, ' ');
      g_string_append (read, parted ? parted : pieces[i]);
    }

  return g_strdup (same ? word : read->str);
}

/* Whether a word is a negation or comes after one.  "no big blue stars" negates
 * everything up to the thing, but nothing beyond a comma or an "and".
 */
static gboolean
unsays (PiscesReading *reading,
        const gchar   *word,
        gboolean      *is_unsaid)
{
  const PiscesSettings *settings = &reading->model->settings;
  g_autofree gchar     *lower    = NULL;

  if (! settings->negations)
    return FALSE;

  lower = g_utf8_strdown (word, -1);
  if (g_hash_table_contains (settings->negations, lower))
    *is_unsaid = TRUE;
  else if (settings->negation_ends &&
           g_hash_table_contains (settings->negation_ends, lower))
    *is_unsaid = FALSE;

  return *is_unsaid;
}

/* Whether @read names a thing.  @read is what the model is given for a word; it
 * may be several words, and may have capitals.  */
static gboolean
has_thing (PiscesReading *reading,
           const gchar   *read)
{
  GHashTable       *things = reading->model->settings.thing_words;
  g_autofree gchar *normal = NULL;
  g_auto (GStrv)    words  = NULL;

  if (! things)
    return FALSE;
  if (g_hash_table_contains (things, read))
    return TRUE;

  normal = pisces_reading_normalize (reading, read);
  words  = g_strsplit_set (normal, " .,;?", -1);
  for (guint i = 0; words[i]; i++)
    if (g_hash_table_contains (things, words[i]))
      return TRUE;

  return FALSE;
}

static gboolean
stands_for_something (PiscesReading *reading,
                      const gchar   *word)
{
  return reading->model->settings.unknown_word && reading->kind != TEXT_PLAN &&
         kind_of (g_utf8_get_char (word)) == KIND_LETTER;
}

/* Returns (transfer full) the word that was meant by one with a typing error, or
 * NULL.  If a model does not list other words that look like its own, nothing is
 * corrected: somebody who writes "horse" does not want a house.
 */
static gchar *
mend (PiscesReading *reading,
      const gchar   *written,
      const gchar   *piece)
{
  const PiscesSettings *settings = &reading->model->settings;
  const gchar          *meant;

  if (! settings->similar_words || g_hash_table_contains (settings->similar_words, piece))
    return NULL;

  meant = pisces_spelling_mend (settings->words, settings->thing_words, piece);
  if (meant)
    {
      g_ptr_array_add (reading->mended, g_strdup (written));
      g_ptr_array_add (reading->mended, g_strdup (meant));
    }

  return g_strdup (meant);
}

/* Returns (transfer full) "2stars" as "2 stars"; NULL if one of the parts is not
 * known.  */
static gchar *
part_numbers (GHashTable  *words,
              const gchar *piece)
{
  GString     *parted = g_string_new (NULL);
  const gchar *at     = piece;

  while (at && *at)
    {
      gsize             length = strspn (at, "0123456789");
      g_autofree gchar *part   = NULL;

      if (length == 0)
        length = strcspn (at, "0123456789");

      part = g_strndup (at, length);
      if (g_hash_table_contains (words, part))
        {
          if (parted->len > 0)
            g_string_append_c (parted, ' ');
          g_string_append (parted, part);
          at += length;
        }
      else
        {
          at = NULL;
        }
    }

  return g_string_free (parted, at == NULL);
}

/* Whether this is a letter followed by a number, as plans use for places.  */
static gboolean
is_place (const gchar *piece)
{
  gsize digits = strspn (piece + 1, "0123456789");

  return g_ascii_islower (piece[0]) && digits > 0 && digits <= 2 &&
         piece[1 + digits] == '\0';
}

/* Within a text there is a space before a word, and most vocabularies make it
 * part of the word.  Single letters are tokens in all vocabularies.
 */
static gboolean
is_one_token (PiscesReading *reading,
              const gchar   *word)
{
  g_autofree gchar *spaced = g_strconcat (" ", word, NULL);

  return strlen (word) == 1 || pisces_reading_count (reading, word) == 1 ||
         pisces_reading_count (reading, spaced) == 1;
}
