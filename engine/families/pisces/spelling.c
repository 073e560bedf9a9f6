/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Typing errors: the one word of a vocabulary that is a single letter away.
 */

#include <string.h>

#include "engine/families/pisces/model.h"

/* Shorter words are too near to each other.  */
#define LEAST_WRITTEN 4
#define LEAST_MEANT   5


static gboolean is_letters        (const gchar *word);
static gboolean is_one_letter_off (const gchar *a,
                                   const gchar *b);


/*  functions of the family's own  */

/**
 * pisces_spelling_mend:
 * @words: (element-type utf8 utf8): a set of words.
 * @written: one that is not among them.
 *
 * Returns: (nullable): the word of the set that becomes @written when one
 *   letter is added, left out, changed, or changes places with its neighbour;
 *   of several the one with the same first letter, for that is seldom wrong;
 *   %NULL if there is none, or still more than one.
 */
const gchar *
pisces_spelling_mend (GHashTable  *words,
                      const gchar *written)
{
  GHashTableIter  iter;
  gpointer        word;
  const gchar    *meant[2]   = { NULL, NULL };  /* with another first letter, the same */
  guint           n_meant[2] = { 0, 0 };
  guint           best;

  if (strlen (written) < LEAST_WRITTEN || ! is_letters (written))
    return NULL;

  g_hash_table_iter_init (&iter, words);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    if (strlen (word) >= LEAST_MEANT && is_letters (word) && is_one_letter_off (written, word))
      {
        gboolean same = written[0] == ((const gchar *) word)[0];

        meant[same] = word;
        n_meant[same]++;
      }

  best = n_meant[1] > 0;

  return n_meant[best] == 1 ? meant[best] : NULL;
}


/*  private functions  */

/* Of English: elsewhere a letter may be more than one byte.  */
static gboolean
is_letters (const gchar *word)
{
  for (; *word; word++)
    if (! g_ascii_isalpha (*word))
      return FALSE;

  return TRUE;
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
