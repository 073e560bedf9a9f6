/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * quantised.c: products of the CPU backend with matrices in 8 or 4 bits.  A
 * few rows (decoding) read the quants as they lie, once for all of them:
 * decoding is bound by reading weights, and these are a half or a quarter of
 * bfloat16's.  Many rows have some outputs at a time turned into float32
 * panels, which product.c multiplies.  Inputs stay float32, so that nothing is
 * rounded but the weights.
 */

#include <string.h>

#include "engine/cpu/cpu.h"
#include "engine/quantise.h"


#define BLOCK PISCES_QUANTISED_BLOCK

/* So many rows read the quants directly.  */
#define FEW_ROWS 4

/* Of outputs that are float32 at a time: they should stay in the last cache.  */
#define ELEMENTS_BYTES ((gsize) 16 << 20)

typedef struct
{
  PiscesTensor           y;
  PiscesTensor           x;
  const PiscesCpuWeight *weight;
  const gfloat          *bias;
  PiscesActivation       activation;
  gboolean               accumulate;
} Product;


static void multiply_few (gint64   first,
                          gint64   end,
                          gpointer data);
static void unpack_panel (gint64   panel,
                          gpointer data);


/**
 * pisces_cpu_linear_quantised:
 *
 * See pisces_linear().
 */
void
pisces_cpu_linear_quantised (PiscesBackend         *backend,
                             PiscesTensor           y,
                             PiscesTensor           x,
                             const PiscesCpuWeight *weight,
                             const PiscesWeight    *bias,
                             PiscesActivation       activation,
                             gboolean               accumulate)
{
  const gint64 n_rows = pisces_tensor_n_rows (x);
  const gsize  mark   = pisces_backend_mark (backend);
  const gint64 most   = pisces_cpu_quantised_outputs (weight);
  Product      product =
  {
    y, x, weight, pisces_cpu_vector (bias), activation, accumulate
  };
  PiscesTensor elements;

  if (n_rows <= FEW_ROWS)
    {
      pisces_cpu_share_rows (backend, 2.0 * n_rows * weight->n_out * weight->n_in,
                             weight->n_out, multiply_few, &product);
      return;
    }

  elements = pisces_backend_alloc (backend, 2, most, weight->n_in);
  for (gint64 first = 0; first < weight->n_out && elements.data; first += most)
    {
      PiscesCpuWeight some       = *weight;
      PiscesCpuWeight some_bias  = { 0 };

      some.data         = elements.data;
      some.n_out        = MIN (most, weight->n_out - first);
      some.base.dims[0] = some.n_out;
      some.quants       = weight->quants + first * weight->n_in * weight->n_bits / 8;
      some.scales       = weight->scales + first * weight->n_in / BLOCK;
      some_bias.data    = product.bias ? (gfloat *) product.bias + first : NULL;
      pisces_cpu_share (backend,
                        pisces_cpu_threads_for (backend, 2.0 * some.n_out * some.n_in),
                        (some.n_out + PISCES_PANEL - 1) / PISCES_PANEL, unpack_panel, &some);
      some.n_bits = 0;
      pisces_cpu_linear (backend, pisces_tensor_columns (y, first, some.n_out), x,
                         &some.base, bias ? &some_bias.base : NULL, activation,
                         accumulate);
    }
  pisces_backend_release (backend, mark);
}

/**
 * pisces_cpu_quantised_outputs:
 *
 * Returns: how many outputs are float32 at a time where there are many rows:
 *   whole panels, so that there is room for a last one that is not full.
 */
gint64
pisces_cpu_quantised_outputs (const PiscesCpuWeight *weight)
{
  const gint64 whole = (weight->n_out + PISCES_PANEL - 1) / PISCES_PANEL * PISCES_PANEL;
  const gint64 most  = ELEMENTS_BYTES / sizeof (gfloat) / weight->n_in /
                       PISCES_PANEL * PISCES_PANEL;

  return CLAMP (most, PISCES_PANEL, whole);
}


/*  private functions  */

/* The sum of a row's products with an output's quants.  32 sums that go on
 * from block to block are what the compiler makes vectors of without changing
 * their order.  */
PISCES_VECTORISED static gfloat
dot_8 (const gint8    *quants,
       const _Float16 *scales,
       const gfloat   *x,
       gint64          n_blocks)
{
  gfloat sums[BLOCK] = { 0 };
  gfloat sum         = 0;

  for (gint64 b = 0; b < n_blocks; b++)
    {
      const gfloat scale = (gfloat) scales[b];

      for (gint i = 0; i < BLOCK; i++)
        sums[i] += (scale * quants[b * BLOCK + i]) * x[b * BLOCK + i];
    }
  for (gint i = 0; i < BLOCK; i++)
    sum += sums[i];

  return sum;
}

PISCES_VECTORISED static gfloat
dot_4 (const guint8   *quants,
       const _Float16 *scales,
       const gfloat   *x,
       gint64          n_blocks)
{
  gfloat low[BLOCK / 2]  = { 0 };
  gfloat high[BLOCK / 2] = { 0 };
  gfloat sum             = 0;

  for (gint64 b = 0; b < n_blocks; b++)
    {
      const gfloat  scale = (gfloat) scales[b];
      const guint8 *pairs = quants + b * BLOCK / 2;
      const gfloat *at    = x + b * BLOCK;

      for (gint i = 0; i < BLOCK / 2; i++)
        {
          low[i]  += (scale * ((gint) (pairs[i] & 15) - 8)) * at[i];
          high[i] += (scale * ((gint) (pairs[i] >> 4) - 8)) * at[BLOCK / 2 + i];
        }
    }
  for (gint i = 0; i < BLOCK / 2; i++)
    sum += low[i] + high[i];

  return sum;
}

/* Some outputs of all rows.  */
static void
multiply_few (gint64   first,
              gint64   end,
              gpointer data)
{
  const Product         *product  = data;
  const PiscesCpuWeight *weight   = product->weight;
  const gint64           n_blocks = weight->n_in / BLOCK;

  for (gint64 o = first; o < end; o++)
    {
      const guint8   *quants = weight->quants + o * weight->n_in * weight->n_bits / 8;
      const _Float16 *scales = weight->scales + o * n_blocks;

      for (gint64 row = 0; row < pisces_tensor_n_rows (product->x); row++)
        {
          const gfloat *x   = pisces_cpu_row (product->x, row);
          gfloat       *y   = pisces_cpu_row (product->y, row) + o;
          gfloat        sum = weight->n_bits == 8
                              ? dot_8 ((const gint8 *) quants, scales, x, n_blocks)
                              : dot_4 (quants, scales, x, n_blocks);

          if (product->bias)
            sum += product->bias[o];
          if (product->accumulate)
            sum += *y;
          *y = sum;
        }
    }

  if (product->activation != PISCES_ACT_NONE)
    for (gint64 row = 0; row < pisces_tensor_n_rows (product->x); row++)
      {
        gfloat *y = pisces_cpu_row (product->y, row) + first;

        pisces_cpu_activate_row (y, y, end - first, product->activation);
      }
}

/* 64 outputs in float32, as weights.c packs them.  */
static void
unpack_panel (gint64   panel,
              gpointer data)
{
  const PiscesCpuWeight *weight  = data;
  const gint64           n_in    = weight->n_in;
  const gint64           first   = panel * PISCES_PANEL;
  const gint64           n       = MIN (PISCES_PANEL, weight->n_out - first);
  PiscesCpuWeight        plain   = *weight;
  gint64                 width;
  gfloat                *out;
  gfloat                 values[PISCES_PANEL * BLOCK];

  plain.n_bits = 0;
  out = (gfloat *) pisces_cpu_weight_panel (&plain, panel, &width);
  memset (values, 0, sizeof (values));

  /* Block by block, so that both sides stay in the first cache.  */
  for (gint64 c = 0; c < n_in; c += BLOCK)
    {
      for (gint64 o = 0; o < n; o++)
        {
          const gint64 at = (first + o) * n_in + c;

          pisces_dequantise_row (weight->n_bits, weight->quants + at * weight->n_bits / 8,
                                 weight->scales + at / BLOCK, values + o * BLOCK, BLOCK);
        }
      for (gint64 i = 0; i < BLOCK; i++)
        for (gint64 o = 0; o < width; o++)
          out[(c + i) * width + o] = values[o * BLOCK + i];
    }
}
