/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * random.h: random numbers as a function of (seed, stream, index), by
 * Philox4x32-10.  The same three values give the same number on every machine,
 * no matter how many numbers are requested at a time.
 *
 *   pisces_random_init (&random, request->seed, 0);
 *   pisces_random_fill_normal (&random, noise, n_noise);
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A position in one stream.  It owns no memory, and can be copied by
 * assignment.  */
typedef struct
{
  guint32  key[2];                   /* the seed */
  guint64  stream;
  guint64  position;                 /* in 32-bit words */
} PiscesRandom;

void     pisces_random_init        (PiscesRandom  *random,
                                    guint64        seed,
                                    guint64        stream);
guint32  pisces_random_next_u32    (PiscesRandom  *random);
gdouble  pisces_random_uniform     (PiscesRandom  *random);
void     pisces_random_fill_normal (PiscesRandom  *random,
                                    gfloat        *values,
                                    gsize          n_values);

void     pisces_random_philox      (const guint32  counter[4],
                                    const guint32  key[2],
                                    guint32        out[4]);

G_END_DECLS
