/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linear with matrices in 8 and 4 bits gives the same as plain sums in double:
 * with few rows and many, more weights than are converted at a time, a bias,
 * an activation, adding to y, and several parts in one matrix.
 */

#include <math.h>

#include "engine/backend/quantise.h"
#include "tests/cpu/op-case.h"

#define BLOCK     PISCES_QUANTISED_BLOCK
#define MAX_PARTS 3

typedef struct
{
  gint64            n_rows, n_in, n_out;
  gint              n_parts;              /* which share the outputs          */
  gint              x_extra, y_extra;
  gboolean          with_bias;
  PiscesActivation  activation;
  gboolean          accumulate;
} QuantisedCase;

/* When the CPU multiplies in float32, it converts 2^22 elements at a time,
 * which are 1024 outputs of 4096 inputs; otherwise it rounds 2^22 bytes of
 * inputs at a time.  The last cases have more of both.  */
static const QuantisedCase cases[] =
{
  { 1,   32,    1, 1, 0, 0, FALSE, PISCES_ACT_NONE, FALSE },
  { 1, 1024,   70, 1, 0, 0, FALSE, PISCES_ACT_NONE, FALSE },
  { 2,  608,   33, 2, 1, 0, TRUE,  PISCES_ACT_NONE, TRUE  },
  { 1,  192,  700, 1, 0, 0, TRUE,  PISCES_ACT_SILU, FALSE },
  { 3,   96,   65, 1, 4, 3, TRUE,  PISCES_ACT_NONE, TRUE  },
  { 4,   64,  130, 2, 0, 1, TRUE,  PISCES_ACT_GELU, FALSE },
  { 8,   32,    1, 1, 0, 0, TRUE,  PISCES_ACT_NONE, FALSE },
  { 9,   32,    1, 1, 0, 0, TRUE,  PISCES_ACT_NONE, FALSE },
  { 9,  160,   90, 3, 3, 2, TRUE,  PISCES_ACT_NONE, TRUE  },
  { 77, 288,  129, 1, 8, 0, FALSE, PISCES_ACT_SILU, FALSE },
  { 9, 4096, 1100, 2, 4, 5, TRUE,  PISCES_ACT_GELU, FALSE },
  { 108, 32768, 3, 1, 0, 1, TRUE,  PISCES_ACT_NONE, TRUE  }
};

typedef struct
{
  guint8           *quants;
  _Float16         *scales;
  gdouble          *values;
  PiscesHostTensor  parts[MAX_PARTS];
} Matrix;

/* Multiples of 1/128 up to 127/128, which occurs in each block: a backend may
 * round them to 16 bits, or in blocks to 8 bits, without losing anything.  */
static gdouble
step_value (gint64 i)
{
  const gdouble value = random_value ();

  if (i % BLOCK == 0)
    return value < 0 ? -127.0 / 128 : 127.0 / 128;
  return trunc (value * 127.99) / 128.0;
}

static void
fill_matrix (Matrix              *matrix,
             const QuantisedCase *c,
             gint                 n_bits)
{
  const gint64 count = c->n_out * c->n_in;
  gint64       first = 0;

  matrix->quants = g_malloc (count * n_bits / 8);
  matrix->scales = g_new (_Float16, count / BLOCK);
  matrix->values = g_new (gdouble, count);

  for (gint64 i = 0; i < count; i++)
    {
      const gint64 block = i / BLOCK;
      const gint   quant = (gint) (random_value () * (n_bits == 8 ? 127.9 : 7.9));

      if (i % BLOCK == 0)
        matrix->scales[block] = (_Float16) (block % 3 ? 1.0 / 128 : -1.0 / 64);
      matrix->values[i] = quant * (gdouble) matrix->scales[block];
      if (n_bits == 8)
        matrix->quants[i] = (guint8) quant;
      else if (i % BLOCK < BLOCK / 2)
        matrix->quants[block * BLOCK / 2 + i % BLOCK] = quant + 8;
      else
        matrix->quants[block * BLOCK / 2 + i % BLOCK - BLOCK / 2] |= (quant + 8) << 4;
    }

  for (gint p = 0; p < c->n_parts; p++)
    {
      const gint64 n = (p + 1) * c->n_out / c->n_parts - first;

      matrix->parts[p] = (PiscesHostTensor)
      {
        .name   = "part",
        .dtype  = n_bits == 8 ? PISCES_Q8_0 : PISCES_Q4_0,
        .n_dims = 2,
        .dims   = { n, c->n_in },
        .data   = matrix->quants + first * c->n_in * n_bits / 8,
        .scales = matrix->scales + first * c->n_in / BLOCK
      };
      first += n;
    }
}

static void
test_case (const QuantisedCase *c,
           gint                 n_bits)
{
  PiscesBackend      *backend  = case_begin ();
  Matrix              matrix;
  PiscesWeight       *weight;
  gdouble            *b        = NULL;
  PiscesWeight       *bias     = c->with_bias
                                 ? weight_random (PISCES_WEIGHT_VECTOR, 1, DIMS (c->n_out), &b)
                                 : NULL;
  Array               x        = ARRAY_RANDOM (c->x_extra, 2, c->n_rows, c->n_in);
  Array               y        = c->accumulate
                                 ? ARRAY_RANDOM (c->y_extra, 2, c->n_rows, c->n_out)
                                 : ARRAY_NEW (c->y_extra, 2, c->n_rows, c->n_out);
  g_autofree gdouble *inputs   = g_new (gdouble, c->n_rows * c->n_in);
  g_autofree gdouble *expected = g_new (gdouble, c->n_rows * c->n_out);

  for (gint64 i = 0; i < c->n_rows * c->n_in; i++)
    inputs[i] = step_value (i % c->n_in);
  array_set (&x, inputs);
  fill_matrix (&matrix, c, n_bits);
  weight = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, matrix.parts, c->n_parts);
  g_assert_nonnull (weight);
  g_assert_cmpint (weight->dims[0], ==, c->n_out);

  for (gint64 i = 0; i < c->n_rows; i++)
    for (gint64 o = 0; o < c->n_out; o++)
      {
        gdouble sum = b ? b[o] : 0.0;

        for (gint64 k = 0; k < c->n_in; k++)
          sum += inputs[i * c->n_in + k] * matrix.values[o * c->n_in + k];
        if (c->accumulate)
          sum += y.values[i * c->n_out + o];
        expected[i * c->n_out + o] = activation_value (c->activation, sum);
      }

  pisces_linear (backend, y.tensor, x.tensor, weight, bias, c->activation, c->accumulate);
  assert_array (&y, expected);
  pisces_weight_free (weight);
  g_free (matrix.quants);
  g_free (matrix.scales);
  g_free (matrix.values);
  case_end ();
}

static void
test_8_bits (gconstpointer data)
{
  test_case (data, 8);
}

static void
test_4_bits (gconstpointer data)
{
  test_case (data, 4);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const QuantisedCase *c     = &cases[i];
      g_autofree gchar    *shape =
        g_strdup_printf ("%d-%dx%d-to-%d", i, (gint) c->n_rows, (gint) c->n_in, (gint) c->n_out);
      g_autofree gchar    *path8 = g_strconcat ("/products/8-bits/", shape, NULL);
      g_autofree gchar    *path4 = g_strconcat ("/products/4-bits/", shape, NULL);

      g_test_add_data_func (path8, c, test_8_bits);
      g_test_add_data_func (path4, c, test_4_bits);
    }
  return g_test_run ();
}
