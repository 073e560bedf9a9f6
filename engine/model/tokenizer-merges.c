/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-merges.c: a table of pairs of token ids, and a function that uses
 * it to join the tokens of one word.  It only deals with numbers.
 */

#include "engine/model/tokenizer-merges.h"

/* A slot of an open-addressing hash table; it is empty if the rank is -1.  For
 * 280,000 pairs, GHashTable takes three times the memory and twice the time. */
typedef struct
{
  gint32  left, right;
  gint32  rank;
  gint32  joined;
} Slot;

struct _PiscesMerges
{
  Slot    *slots;
  gsize    mask;                     /* number of slots - 1 */
  gint     shift;                    /* keeps the upper bits, as many as are
                                      * needed */
  guint64  factor;                   /* odd and secret, see
                                      * tokenizer-vocab.c */
};

/* One symbol of the word, which is a doubly linked list; a removed symbol has
 * id -1.  */
typedef struct
{
  gint32  id;
  gint32  previous, next;            /* -1 at the ends */
} Symbol;

/* A pair that may be joined.  It is out of date if its symbols have changed. */
typedef struct
{
  gint32  rank;
  gint32  at;                        /* the index of its left symbol */
  gint32  joined;
} Pair;


static Slot       * find_slot (const PiscesMerges  *merges,
                               gint32               left,
                               gint32               right);
static void         push      (const PiscesMerges  *merges,
                               const Symbol        *symbols,
                               gint32               at,
                               GArray              *heap);
static Pair         pop       (GArray              *heap);
static gboolean     is_before (const Pair          *a,
                               const Pair          *b);


/**
 * pisces_merges_new:
 * @n_merges: how many pairs there will be.
 *
 * Returns: (transfer full) (nullable): an empty table; %NULL if there is not
 *   enough memory.
 */
PiscesMerges *
pisces_merges_new (gsize n_merges)
{
  PiscesMerges *merges  = g_new0 (PiscesMerges, 1);
  gsize         n_slots = 16;
  gsize         i;

  merges->shift = 60;
  while (n_slots < 2 * n_merges)
    {
      n_slots *= 2;
      merges->shift--;
    }

  merges->slots  = g_try_new (Slot, n_slots);
  merges->mask   = n_slots - 1;
  merges->factor = ((guint64) g_random_int () << 32 | g_random_int ()) | 1;
  if (! merges->slots)
    {
      g_free (merges);
      return NULL;
    }
  for (i = 0; i < n_slots; i++)
    merges->slots[i].rank = -1;

  return merges;
}

void
pisces_merges_free (PiscesMerges *merges)
{
  if (! merges)
    return;

  g_free (merges->slots);
  g_free (merges);
}

/**
 * pisces_merges_add:
 *
 * Do not add more pairs than announced.  If a pair is added twice, the later
 * rank counts.
 */
void
pisces_merges_add (PiscesMerges *merges,
                   gint32        left,
                   gint32        right,
                   gint32        rank,
                   gint32        joined)
{
  *find_slot (merges, left, right) = (Slot) { left, right, rank, joined };
}

/**
 * pisces_merges_apply:
 * @ids: an array of #gint32.
 * @first: the index in @ids where the word begins.  It ends at the end of
 *   @ids, and is replaced by the joined tokens.
 *
 * Joins the pair of neighbours with the lowest rank, of several equal ones the
 * leftmost, until no pair is left.
 *
 * Returns: %FALSE if there is not enough memory.
 */
gboolean
pisces_merges_apply (const PiscesMerges *merges,
                     GArray             *ids,
                     guint               first)
{
  gint                n       = ids->len - first;
  g_autofree Symbol  *symbols = g_try_new (Symbol, MAX (n, 1));
  g_autoptr (GArray)  heap    = NULL;
  gint                i;

  if (! symbols)
    return FALSE;

  heap = g_array_new (FALSE, FALSE, sizeof (Pair));
  for (i = 0; i < n; i++)
    symbols[i] = (Symbol) { g_array_index (ids, gint32, first + i),
                            i - 1, i + 1 < n ? i + 1 : -1 };
  for (i = 0; i < n; i++)
    push (merges, symbols, i, heap);

  while (heap->len > 0)
    {
      Pair        pair = pop (heap);
      Symbol     *left = &symbols[pair.at];
      Symbol     *right;
      const Slot *slot;

      if (left->id < 0 || left->next < 0)
        continue;
      right = &symbols[left->next];
      slot  = find_slot (merges, left->id, right->id);
      if (slot->rank < 0 || slot->joined != pair.joined)
        continue;

      left->id   = pair.joined;
      left->next = right->next;
      right->id  = -1;
      if (left->next >= 0)
        symbols[left->next].previous = pair.at;

      if (left->previous >= 0)
        push (merges, symbols, left->previous, heap);
      push (merges, symbols, pair.at, heap);
    }

  g_array_set_size (ids, first);
  for (i = n > 0 ? 0 : -1; i >= 0; i = symbols[i].next)
    g_array_append_val (ids, symbols[i].id);

  return TRUE;
}


/*  private functions  */

/* The hash is the upper bits of the product with a secret odd number
 * (Dietzfelbinger and others, 1997): two different keys have the same hash
 * with a probability of at most 2 / n, for n slots.  */
static Slot *
find_slot (const PiscesMerges *merges,
           gint32              left,
           gint32              right)
{
  guint64  hash = ((guint64) left << 32 | (guint32) right) * merges->factor;
  gsize    i    = hash >> merges->shift;

  while (merges->slots[i].rank >= 0 &&
         (merges->slots[i].left != left || merges->slots[i].right != right))
    i = (i + 1) & merges->mask;

  return &merges->slots[i];
}

static void
push (const PiscesMerges *merges,
      const Symbol       *symbols,
      gint32              at,
      GArray             *heap)
{
  const Slot *slot;
  Pair        pair;
  guint       i;

  if (symbols[at].next < 0)
    return;
  slot = find_slot (merges, symbols[at].id, symbols[symbols[at].next].id);
  if (slot->rank < 0)
    return;

  pair = (Pair) { slot->rank, at, slot->joined };
  i    = heap->len;
  g_array_append_val (heap, pair);
  while (i > 0 && is_before (&pair, &g_array_index (heap, Pair, (i - 1) / 2)))
    {
      g_array_index (heap, Pair, i) = g_array_index (heap, Pair, (i - 1) / 2);
      i = (i - 1) / 2;
    }
  g_array_index (heap, Pair, i) = pair;
}

static Pair
pop (GArray *heap)
{
  Pair  top  = g_array_index (heap, Pair, 0);
  Pair  last = g_array_index (heap, Pair, heap->len - 1);
  guint n    = heap->len - 1;
  guint i    = 0;

  g_array_set_size (heap, n);
  while (2 * i + 1 < n)
    {
      guint child = 2 * i + 1;

      if (child + 1 < n && is_before (&g_array_index (heap, Pair, child + 1),
                                      &g_array_index (heap, Pair, child)))
        child++;
      if (! is_before (&g_array_index (heap, Pair, child), &last))
        break;
      g_array_index (heap, Pair, i) = g_array_index (heap, Pair, child);
      i = child;
    }
  if (n > 0)
    g_array_index (heap, Pair, i) = last;

  return top;
}

static gboolean
is_before (const Pair *a,
           const Pair *b)
{
  return a->rank < b->rank || (a->rank == b->rank && a->at < b->at);
}
