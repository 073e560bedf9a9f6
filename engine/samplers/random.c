/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * random.c: Philox4x32-10, after Salmon, Moraes, Dror and Shaw, "Parallel
 * Random Numbers: As Easy as 1, 2, 3" (SC11).  Word w of a stream is word w %
 * 4 of the block whose counter is (w / 4, stream) and whose key is the seed.
 */

#include <math.h>

#include "engine/samplers/random.h"

#define N_ROUNDS      10
#define MULTIPLIER_0  0xD2511F53u
#define MULTIPLIER_1  0xCD9E8D57u
#define WEYL_0        0x9E3779B9u
#define WEYL_1        0xBB67AE85u


static void   draw_block (const PiscesRandom *random,
                          guint64             block,
                          guint32             words[4]);


/**
 * pisces_random_init:
 * @random: (out caller-allocates): set to the beginning of a stream.
 * @seed: the seed; each has 2^64 streams.
 * @stream: the number of the stream: 0 for the first use of random numbers in
 *   a job, 1 for the next, ...
 */
void
pisces_random_init (PiscesRandom *random,
                    guint64       seed,
                    guint64       stream)
{
  random->key[0]   = (guint32) seed;
  random->key[1]   = (guint32) (seed >> 32);
  random->stream   = stream;
  random->position = 0;
}

guint32
pisces_random_next_u32 (PiscesRandom *random)
{
  guint32  words[4];

  draw_block (random, random->position / 4, words);

  return words[random->position++ % 4];
}

/**
 * pisces_random_uniform:
 *
 * Returns: a number from 0 up to, but not including, 1, in steps of 2^-32.
 */
gdouble
pisces_random_uniform (PiscesRandom *random)
{
  return pisces_random_next_u32 (random) * 0x1p-32;
}

/**
 * pisces_random_fill_normal:
 * @values: (array length=n_values): filled with numbers of mean 0 and variance
 *   1.
 *
 * Uses the method of Box and Muller: the numbers 2 j and 2 j + 1 are made from
 * the words 2 j and 2 j + 1 of the stream.  So each number uses one word, and
 * two calls for half as many numbers give the same as one call.
 */
void
pisces_random_fill_normal (PiscesRandom *random,
                           gfloat       *values,
                           gsize         n_values)
{
  guint32  words[4]   = { 0 };
  guint64  in_words   = G_MAXUINT64;
  gsize    i;

  for (i = 0; i < n_values; i++, random->position++)
    {
      guint64  block = random->position / 4;
      gint     pair  = random->position % 4 / 2 * 2;
      gdouble  radius, angle;

      if (block != in_words)
        {
          draw_block (random, block, words);
          in_words = block;
        }

      /* Adds half a step to avoid 0, whose logarithm is infinite.  */
      radius = sqrt (-2.0 * log ((words[pair] + 0.5) * 0x1p-32));
      angle  = words[pair + 1] * (0x1p-32 * 2.0 * G_PI);

      values[i] = radius * (random->position % 2 ? sin (angle) : cos (angle));
    }
}

/**
 * pisces_random_philox:
 * @counter: the number of the block.
 * @key: the key.
 * @out: (out caller-allocates): the four words of the block.
 *
 * The bare function, which tests compare with published values.
 */
void
pisces_random_philox (const guint32 counter[4],
                      const guint32 key[2],
                      guint32       out[4])
{
  guint32  c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  guint32  k0 = key[0], k1 = key[1];
  gint     round;

  for (round = 0; round < N_ROUNDS; round++)
    {
      guint64  product_0 = (guint64) MULTIPLIER_0 * c0;
      guint64  product_1 = (guint64) MULTIPLIER_1 * c2;

      c0 = (guint32) (product_1 >> 32) ^ c1 ^ k0;
      c1 = (guint32) product_1;
      c2 = (guint32) (product_0 >> 32) ^ c3 ^ k1;
      c3 = (guint32) product_0;

      k0 += WEYL_0;
      k1 += WEYL_1;
    }

  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}


/*  private functions  */

static void
draw_block (const PiscesRandom *random,
            guint64             block,
            guint32             words[4])
{
  const guint32  counter[4] =
    {
      (guint32) block,          (guint32) (block >> 32),
      (guint32) random->stream, (guint32) (random->stream >> 32)
    };

  pisces_random_philox (counter, random->key, words);
}
