/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * quantise.c: rounds a row of weights to 8 or 4 bits, with a float16 scale for
 * each 32 values, in the same way as ggml's q8_0 and q4_0.  The scales are
 * stored separately from the quants, so that both can be read in whole words:
 *
 *   q8_0: value = scale * quant, a signed byte for each value
 *   q4_0: value = scale * (quant - 8); byte i of a block has value i in its
 *         lower and value 16 + i in its upper half
 *
 * Knows nothing of models and devices.
 */

#include <math.h>
#include <string.h>

#include "engine/backend/quantise.h"

#define BLOCK PISCES_QUANTISED_BLOCK


static void
quantise_8 (uint8_t     *quants,
            _Float16    *scale,
            const float *values)
{
  float largest = 0;
  float factor;

  for (int i = 0; i < BLOCK; i++)
    largest = fmaxf (largest, fabsf (values[i]));
  *scale = (_Float16) (largest / 127);
  factor = largest > 0 ? 127 / largest : 0;
  for (int i = 0; i < BLOCK; i++)
    quants[i] = (uint8_t) (int8_t) lrintf (values[i] * factor);
}

static int
nibble (float value)
{
  const int quant = (int) (value + 8.5f);

  return quant < 0 ? 0 : quant > 15 ? 15 : quant;
}

/* The scale is the block's largest value, with its sign, divided by -8: there
 * are sixteen steps, and one more of them on that side of 0.  */
static void
quantise_4 (uint8_t     *quants,
            _Float16    *scale,
            const float *values)
{
  float extreme = 0;
  float factor;

  for (int i = 0; i < BLOCK; i++)
    if (fabsf (values[i]) > fabsf (extreme))
      extreme = values[i];
  *scale = (_Float16) (extreme / -8);
  factor = extreme != 0 ? -8 / extreme : 0;
  for (int i = 0; i < BLOCK / 2; i++)
    quants[i] = nibble (values[i] * factor) |
                nibble (values[BLOCK / 2 + i] * factor) << 4;
}

/**
 * pisces_quantise_row:
 * @n_bits: 8 or 4.
 * @quants: (out): n_values * n_bits / 8 bytes.
 * @scales: (out): n_values / 32 float16.
 * @n_values: a multiple of 32.
 */
void
pisces_quantise_row (int          n_bits,
                     uint8_t     *quants,
                     void        *scales,
                     const float *values,
                     size_t       n_values)
{
  for (size_t block = 0; block < n_values / BLOCK; block++)
    if (n_bits == 8)
      quantise_8 (quants + block * BLOCK, (_Float16 *) scales + block,
                  values + block * BLOCK);
    else
      quantise_4 (quants + block * BLOCK / 2, (_Float16 *) scales + block,
                  values + block * BLOCK);
}

/**
 * pisces_dequantise_row:
 * @values: (out): n_values numbers, restored from @quants and @scales, which
 *   need not be aligned.
 */
void
pisces_dequantise_row (int            n_bits,
                       const uint8_t *quants,
                       const void    *scales,
                       float         *values,
                       size_t         n_values)
{
  for (size_t block = 0; block < n_values / BLOCK; block++)
    {
      float   *out = values + block * BLOCK;
      _Float16 half;
      float    scale;

      memcpy (&half, (const uint8_t *) scales + 2 * block, 2);
      scale = (float) half;
      if (n_bits == 8)
        for (int i = 0; i < BLOCK; i++)
          out[i] = scale * (int8_t) quants[block * BLOCK + i];
      else
        for (int i = 0; i < BLOCK / 2; i++)
          {
            const uint8_t pair = quants[block * BLOCK / 2 + i];

            out[i]             = scale * ((pair & 15) - 8);
            out[BLOCK / 2 + i] = scale * ((pair >> 4) - 8);
          }
    }
}
