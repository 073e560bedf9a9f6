/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-vocab.c: finds the number of a string.  GLib's hash of a string
 * can be computed in advance, so a hostile file of a few megabytes could have
 * only strings with the same hash, and would take minutes to read.  The hash
 * of this table depends on a random number that is chosen when the table is
 * made.
 */

#include <string.h>

#include "engine/model/tokenizer-private.h"

/* 2^61 - 1, a prime.  */
#define PRIME  ((G_GUINT64_CONSTANT (1) << 61) - 1)

typedef struct
{
  const gchar *string;               /* NULL: empty */
  gint32       id;
} Slot;

struct _PiscesVocab
{
  Slot    *slots;
  gsize    mask;                     /* number of slots - 1 */
  gsize    n_strings;
  guint64  point;                    /* where the polynomial is evaluated */
  guint64  factor;                   /* odd */
};


static Slot   * find_slot (const PiscesVocab *vocab,
                           const gchar       *string);
static void     grow      (PiscesVocab       *vocab);
static guint64  hash_of   (const PiscesVocab *vocab,
                           const gchar       *string);


PiscesVocab *
pisces_vocab_new (void)
{
  PiscesVocab *vocab = g_new0 (PiscesVocab, 1);

  vocab->mask   = 255;
  vocab->slots  = g_new0 (Slot, vocab->mask + 1);
  vocab->point  = ((guint64) g_random_int () << 32 | g_random_int ()) % (PRIME - 2) + 2;
  vocab->factor = ((guint64) g_random_int () << 32 | g_random_int ()) | 1;

  return vocab;
}

void
pisces_vocab_free (PiscesVocab *vocab)
{
  if (! vocab)
    return;

  g_free (vocab->slots);
  g_free (vocab);
}

/**
 * pisces_vocab_add:
 * @string: the string, which is not copied.  If it is added twice, the later
 *   number counts.
 */
void
pisces_vocab_add (PiscesVocab *vocab,
                  const gchar *string,
                  gint32       id)
{
  Slot *slot;

  if (2 * vocab->n_strings > vocab->mask)
    grow (vocab);

  slot = find_slot (vocab, string);
  if (! slot->string)
    vocab->n_strings++;
  *slot = (Slot) { string, id };
}

/**
 * pisces_vocab_find:
 *
 * Returns: the number, or -1.
 */
gint32
pisces_vocab_find (const PiscesVocab *vocab,
                   const gchar       *string)
{
  const Slot *slot = find_slot (vocab, string);

  return slot->string ? slot->id : -1;
}


/*  private functions  */

static Slot *
find_slot (const PiscesVocab *vocab,
           const gchar       *string)
{
  gsize i = hash_of (vocab, string) & vocab->mask;

  while (vocab->slots[i].string && strcmp (vocab->slots[i].string, string) != 0)
    i = (i + 1) & vocab->mask;

  return &vocab->slots[i];
}

static void
grow (PiscesVocab *vocab)
{
  g_autofree Slot *old   = vocab->slots;
  gsize            n_old = vocab->mask + 1;
  gsize            i;

  vocab->mask  = 2 * n_old - 1;
  vocab->slots = g_new0 (Slot, 2 * n_old);
  for (i = 0; i < n_old; i++)
    if (old[i].string)
      *find_slot (vocab, old[i].string) = old[i];
}

/* Treats the string as a polynomial over a prime field, evaluated at a secret
 * point: two strings of n bytes have the same value at no more than n of 2^61
 * points (Carter and Wegman).  */
static guint64
hash_of (const PiscesVocab *vocab,
         const gchar       *string)
{
  guint64       hash = 1;
  const guint8 *byte;

  for (byte = (const guint8 *) string; *byte; byte++)
    {
      const unsigned __int128 product = (unsigned __int128) hash * vocab->point + *byte;

      hash = (guint64) (product & PRIME) + (guint64) (product >> 61);
      if (hash >= PRIME)
        hash -= PRIME;
    }

  return hash * vocab->factor >> 24;
}
