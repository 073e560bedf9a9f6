/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * spelling.c: corrects typing errors by finding the one word of a vocabulary that
 * differs in a single letter.
 */

#include <string.h>

#include "engine/families/pisces/model.h"

/* Shorter words are too similar to each other.  A short word with one letter too
 * many is long enough.  */
#define LEAST_WRITTEN 4
#define LEAST_MEANT   5
#define LEAST_SPOILT  4


static gboolean is_letters        (const gchar *word);
static gboolean is_long_enough    (const gchar *meant,
                                   const gchar *written);
static gboolean is_one_letter_off (const gchar *a,
                                   const gchar *b);
static gboolean is_doubled        (const gchar *written,
                                   const gchar *meant);


/*  functions of the family's own  */

/**
 * pisces_spelling_mend:
 * @words: (element-type utf8 utf8): the set of known words.
 * @things: (nullable) (element-type utf8 utf8): those of them that name a thing.
 * @written: a word that is not in the set.
 *
 * Returns: (nullable): the word of the set that becomes @written if one letter is
 *   added, left out, changed or swapped with its neighbour.  If there are several,
 *   the word in which a letter was typed twice is taken; if that does not decide,
 *   the word with the same first letter, because the first letter is rarely wrong; if
 *   that does not either, the word that names a thing.  %NULL if there is no such word,
 *   or still more than one.  The set owns the word.
 */
const gchar *
pisces_spelling_mend (GHashTable  *words,
                      GHashTable  *things,
                      const gchar *written)
{
  GHashTableIter  iter;
  gpointer        word;
  /* The index is 0 for words with another first letter, 1 for those with the
   * same, and 2 for those in which a letter was typed twice.  */
  const gchar    *meant[3]    = { NULL, NULL, NULL };
  const gchar    *thing[3]    = { NULL, NULL, NULL };
  guint           n_meant[3]  = { 0, 0, 0 };
  guint           n_things[3] = { 0, 0, 0 };
  guint           best;

  if (strlen (written) < LEAST_WRITTEN || ! is_letters (written))
    return NULL;

  g_hash_table_iter_init (&iter, words);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    if (is_long_enough (word, written) && is_letters (word) && is_one_letter_off (written, word))
      {
        guint likely = is_doubled (written, word) ? 2 : written[0] == ((const gchar *) word)[0];

        meant[likely] = word;
        n_meant[likely]++;
        if (things && g_hash_table_contains (things, word))
          {
            thing[likely] = word;
            n_things[likely]++;
          }
      }

  best = n_meant[2] > 0 ? 2 : n_meant[1] > 0;

  if (n_meant[best] == 1)
    return meant[best];

  return n_things[best] == 1 ? thing[best] : NULL;
}


/*  private functions  */

/* Whether a word has only English letters.  In other languages a letter may take
 * more than one byte.  */
static gboolean
is_letters (const gchar *word)
{
  for (; *word; word++)
    if (! g_ascii_isalpha (*word))
      return FALSE;

  return TRUE;
}

static gboolean
is_long_enough (const gchar *meant,
                const gchar *written)
{
  gsize length = strlen (meant);

  return length >= LEAST_MEANT || (length >= LEAST_SPOILT && strlen (written) > length);
}

static gboolean
is_one_letter_off (const gchar *a,
                   const gchar *b)
{
  gsize n_a = strlen (a);
  gsize n_b = strlen (b);

  while (*a && *a == *b)
    {
      a++;
      b++;
    }

  if (n_a > n_b)
    return g_str_equal (a + 1, b);
  if (n_a < n_b)
    return g_str_equal (a, b + 1);

  return g_str_equal (a + 1, b + 1) ||
         (a[0] == b[1] && a[1] == b[0] && g_str_equal (a + 2, b + 2));
}

/* Whether the difference of two words is that a letter was typed twice.  The
 * words must differ in one letter.  */
static gboolean
is_doubled (const gchar *written,
            const gchar *meant)
{
  const gchar *start = written;

  if (strlen (written) != strlen (meant) + 1)
    return FALSE;

  while (*meant && *written == *meant)
    {
      written++;
      meant++;
    }

  return written > start && written[0] == written[-1];
}
