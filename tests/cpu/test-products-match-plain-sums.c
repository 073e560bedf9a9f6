/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * linear and conv2d give the same as plain sums in double: for odd sizes, one
 * row, column slices, every activation, and weights of several parts.
 */

#include <math.h>
#include <string.h>

#include "tests/cpu/op-case.h"


typedef struct
{
  gint64            n_rows, n_in, n_out;
  gint              x_extra, y_extra;
  gboolean          with_bias;
  PiscesActivation  activation;
  gboolean          accumulate;
} LinearCase;

static const LinearCase linear_cases[] =
{
  {   1,    1,    1, 0, 0, FALSE, PISCES_ACT_NONE,       FALSE },
  {   1,    3,    5, 0, 0, TRUE,  PISCES_ACT_NONE,       FALSE },
  {   1,  192,  576, 0, 0, FALSE, PISCES_ACT_NONE,       FALSE },
  {   1,  192,  700, 0, 0, TRUE,  PISCES_ACT_NONE,       FALSE },
  {   1,  512,  192, 0, 0, FALSE, PISCES_ACT_NONE,       TRUE  },
  {   2,  192, 1024, 3, 5, TRUE,  PISCES_ACT_SILU,       FALSE },
  {   3,   17,   63, 1, 2, TRUE,  PISCES_ACT_GELU,       FALSE },
  {   4,  100,   64, 0, 7, TRUE,  PISCES_ACT_NONE,       TRUE  },
  {   5,   65,   65, 5, 0, TRUE,  PISCES_ACT_GELU_TANH,  FALSE },
  {   6,   48,  130, 0, 0, FALSE, PISCES_ACT_GELU_QUICK, FALSE },
  {   7,   33,   16, 2, 2, TRUE,  PISCES_ACT_NONE,       TRUE  },
  {  13,    7,   31, 0, 0, FALSE, PISCES_ACT_NONE,       FALSE },
  {  64,  192,  576, 0, 0, FALSE, PISCES_ACT_NONE,       FALSE },
  {  64,  192,  700, 9, 9, TRUE,  PISCES_ACT_NONE,       FALSE },
  {  97,  300,   96, 0, 0, TRUE,  PISCES_ACT_GELU,       FALSE },
  { 193, 1600,   80, 0, 1, TRUE,  PISCES_ACT_NONE,       TRUE  },
  { 100, 4096,   70, 0, 0, TRUE,  PISCES_ACT_SILU,       FALSE },
  { 300,   20,  260, 4, 4, FALSE, PISCES_ACT_NONE,       FALSE }
};

static void
test_linear (gconstpointer data)
{
  const LinearCase    *c       = data;
  PiscesBackend       *backend = case_begin ();
  gdouble             *w, *b = NULL;
  PiscesWeight        *weight  = weight_random (PISCES_WEIGHT_LINEAR, 2,
                                                DIMS (c->n_out, c->n_in), &w);
  PiscesWeight        *bias    = c->with_bias
                                 ? weight_random (PISCES_WEIGHT_VECTOR, 1,
                                                  DIMS (c->n_out), &b)
                                 : NULL;
  Array                x       = ARRAY_RANDOM (c->x_extra, 2, c->n_rows, c->n_in);
  Array                y       = c->accumulate
                                 ? ARRAY_RANDOM (c->y_extra, 2, c->n_rows, c->n_out)
                                 : ARRAY_NEW (c->y_extra, 2, c->n_rows, c->n_out);
  g_autofree gdouble  *expected = g_new (gdouble, c->n_rows * c->n_out);

  for (gint64 i = 0; i < c->n_rows; i++)
    for (gint64 o = 0; o < c->n_out; o++)
      {
        gdouble sum = b ? b[o] : 0.0;

        for (gint64 k = 0; k < c->n_in; k++)
          sum += x.values[i * c->n_in + k] * w[o * c->n_in + k];
        if (c->accumulate)
          sum += y.values[i * c->n_out + o];
        expected[i * c->n_out + o] = activation_value (c->activation, sum);
      }

  pisces_linear (backend, y.tensor, x.tensor, weight, bias, c->activation,
                 c->accumulate);
  assert_array (&y, expected);
  case_end ();
}

typedef struct
{
  gint64            n_batch, height, width, n_in, n_out;
  gint64            kernel_height, kernel_width;
  PiscesConvParams  params;
  gint              x_extra, y_extra;
  gboolean          with_bias;
} ConvCase;

#define SAME  1, 1, 1, 1, 1
#define DOWN  2, 0, 0, 1, 1
static const ConvCase conv_cases[] =
{
  { 1,  1,  1,   1,   1,  1,  1, { 1 },                                  0, 0, FALSE },
  { 1,  1,  1,   3,   5,  3,  3, { SAME },                               0, 0, TRUE  },
  { 2, 16, 16,  64,  64,  3,  3, { SAME, PISCES_ACT_SILU },              0, 0, TRUE  },
  { 2,  8,  8, 128, 128,  3,  3, { SAME, PISCES_ACT_NONE, TRUE },        0, 0, TRUE  },
  { 2,  4,  4, 192, 192,  3,  3, { SAME },                               0, 0, TRUE  },
  { 2, 16, 16,  64,  64,  3,  3, { DOWN },                               0, 0, TRUE  },
  { 1, 17, 13,   4,  33,  3,  3, { SAME, PISCES_ACT_GELU },              3, 5, TRUE  },
  { 1, 20, 31,  32,   4,  3,  3, { SAME },                               0, 0, TRUE  },
  { 3,  5,  7,  10,  12,  1,  1, { 1 },                                  1, 2, TRUE  },
  { 1,  9,  9,   7,  70,  1,  1, { 2, 0, 0, 0, 0, PISCES_ACT_NONE, TRUE }, 0, 3, FALSE },
  { 1, 32, 32,   3,  48,  8,  8, { 8 },                                  0, 0, TRUE  },
  { 1, 28, 28,   3,  20, 14, 14, { 14 },                                 0, 0, TRUE  },
  { 1, 32, 32,   3,  48,  8,  8, { 8 },                                  2, 0, TRUE  },
  { 2, 11, 10,   5,  65,  3,  2, { 2, 1, 0, 0, 1, PISCES_ACT_GELU_TANH }, 0, 0, FALSE },
  { 1,  6,  6, 700,  40,  3,  3, { SAME },                               0, 0, TRUE  },
  { 1,  9, 40, 700,  40,  3,  3, { SAME },                               0, 0, TRUE  },
  /* odd sizes, other edges */
  { 1, 17, 13,  40,  33,  3,  3, { SAME, PISCES_ACT_NONE, TRUE },        8, 5, TRUE  },
  { 3, 11, 10,  32,  65,  3,  3, { 1, 0, 0, 0, 0 },                      0, 0, FALSE },
  { 1, 30,  7,  48,  20,  3,  3, { 1, 2, 0, 1, 2, PISCES_ACT_SILU },     0, 2, TRUE  },
  { 1,  8,  8, 600,  70,  3,  3, { SAME },                               0, 0, TRUE  },
  { 1,  3,  5,  64,  16,  3,  3, { SAME },                               0, 0, TRUE  }
};

static gdouble
convolve_at (const ConvCase *c,
             const gdouble  *x,
             const gdouble  *w,
             gint64          image,
             gint64          top,
             gint64          left,
             gint64          output)
{
  gdouble sum = 0.0;

  for (gint64 i = 0; i < c->n_in; i++)
    for (gint64 dy = 0; dy < c->kernel_height; dy++)
      for (gint64 dx = 0; dx < c->kernel_width; dx++)
        {
          const gint64 row    = top + dy;
          const gint64 column = left + dx;

          if (row < 0 || row >= c->height || column < 0 || column >= c->width)
            continue;
          sum += x[((image * c->height + row) * c->width + column) * c->n_in + i] *
                 w[((output * c->n_in + i) * c->kernel_height + dy) *
                   c->kernel_width + dx];
        }
  return sum;
}

static void
test_conv2d (gconstpointer data)
{
  const ConvCase         *c       = data;
  const PiscesConvParams *p       = &c->params;
  PiscesBackend          *backend = case_begin ();
  const gint64 height_out = (c->height + p->pad_top + p->pad_bottom -
                             c->kernel_height) / p->stride + 1;
  const gint64 width_out  = (c->width + p->pad_left + p->pad_right -
                             c->kernel_width) / p->stride + 1;
  gdouble      *w, *b = NULL;
  PiscesWeight *weight = weight_random (PISCES_WEIGHT_CONV, 4,
                                        DIMS (c->n_out, c->n_in,
                                              c->kernel_height,
                                              c->kernel_width), &w);
  PiscesWeight *bias   = c->with_bias
                         ? weight_random (PISCES_WEIGHT_VECTOR, 1,
                                          DIMS (c->n_out), &b)
                         : NULL;
  Array         x      = ARRAY_RANDOM (c->x_extra, 4, c->n_batch, c->height,
                                       c->width, c->n_in);
  Array         y      = p->accumulate
                         ? ARRAY_RANDOM (c->y_extra, 4, c->n_batch,
                                         height_out, width_out, c->n_out)
                         : ARRAY_NEW (c->y_extra, 4, c->n_batch,
                                      height_out, width_out, c->n_out);
  g_autofree gdouble *expected = g_new (gdouble, y.n_rows * y.width);

  for (gint64 row = 0; row < y.n_rows; row++)
    for (gint64 o = 0; o < c->n_out; o++)
      {
        const gint64 top  = row / width_out % height_out * p->stride - p->pad_top;
        const gint64 left = row % width_out * p->stride - p->pad_left;
        gdouble      sum  = convolve_at (c, x.values, w,
                                         row / (height_out * width_out),
                                         top, left, o);

        if (b)
          sum += b[o];
        if (p->accumulate)
          sum += y.values[row * c->n_out + o];
        expected[row * c->n_out + o] = activation_value (p->activation, sum);
      }

  pisces_conv2d (backend, y.tensor, x.tensor, weight, bias, p);
  assert_array (&y, expected);
  case_end ();
}

/* Three parts of different types, one below the other, at unaligned
 * addresses.  */
static void
test_parts (void)
{
  static const guint16 halves[2][3]  = { { 0x3c00, 0xc000, 0x3800 },
                                         { 0x0000, 0x3c00, 0x4400 } };
  static const guint16 brains[1][3]  = { { 0x3f80, 0x4000, 0xbf00 } };
  static const gfloat  singles[1][3] = { { 0.25f, -8.0f, 3.0f } };
  static const gdouble rows[4][3]    = { { 1, -2, 0.5 }, { 0, 1, 4 },
                                         { 1, 2, -0.5 }, { 0.25, -8, 3 } };
  PiscesBackend    *backend = case_begin ();
  guint8            bytes[sizeof (singles) + 1];
  PiscesHostTensor  parts[3] =
  {
    { "halves",  PISCES_F16,  2, { 2, 3 }, halves },
    { "brains",  PISCES_BF16, 2, { 1, 3 }, brains },
    { "singles", PISCES_F32,  2, { 1, 3 }, bytes + 1 }
  };
  PiscesWeight *weight;
  Array         x = ARRAY_RANDOM (0, 2, 5, 3);
  Array         y = ARRAY_NEW (0, 2, 5, 4);
  gdouble       expected[20];

  memcpy (bytes + 1, singles, sizeof (singles));
  weight = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, parts, 3);
  g_assert_nonnull (weight);
  g_assert_cmpint (weight->dims[0], ==, 4);

  for (gint i = 0; i < 5; i++)
    for (gint o = 0; o < 4; o++)
      {
        expected[i * 4 + o] = 0.0;
        for (gint k = 0; k < 3; k++)
          expected[i * 4 + o] += x.values[i * 3 + k] * rows[o][k];
      }
  pisces_linear (backend, y.tensor, x.tensor, weight, NULL, PISCES_ACT_NONE,
                 FALSE);
  assert_array (&y, expected);
  pisces_weight_free (weight);
  case_end ();
}

/* The shapes of a large model: matrices stay as they are in the file; few rows
 * and many, an odd number of inputs, one type and two.  The values can be
 * represented in all 16-bit types.  */
static void
test_large_model (gconstpointer data)
{
  static const gint64 n_rows[] = { 1, 3, 4, 7, 8, 9, 40 };
  static const gint64 shapes[][2] = { { 1, 1 }, { 33, 70 }, { 96, 65 }, { 300, 130 } };
  const gchar        *types    = data;
  PiscesBackend      *backend  = case_begin ();
  const gsize         before   = backend->model_bytes;

  backend->model_bytes = (gsize) 2 << 30;
  for (guint r = 0; r < G_N_ELEMENTS (n_rows); r++)
    for (guint s = 0; s < G_N_ELEMENTS (shapes); s++)
      {
        const gint64         n_in     = shapes[s][0];
        const gint64         n_out    = shapes[s][1];
        const gboolean       adds     = (r + s) % 2 == 0;
        const PiscesActivation then   = adds ? PISCES_ACT_NONE : PISCES_ACT_SILU;
        Array                x        = ARRAY_RANDOM (1, 2, n_rows[r], n_in);
        Array                y        = ARRAY_RANDOM (3, 2, n_rows[r], 2 * n_out);
        gdouble             *b;
        PiscesWeight        *bias     = weight_random (PISCES_WEIGHT_VECTOR, 1,
                                                       DIMS (2 * n_out), &b);
        g_autofree gdouble  *inputs   = g_new (gdouble, n_rows[r] * n_in);
        g_autofree gdouble  *w        = g_new (gdouble, 2 * n_out * n_in);
        g_autofree guint16  *halves   = g_new (guint16, 2 * n_out * n_in);
        g_autofree gdouble  *expected = g_new (gdouble, n_rows[r] * 2 * n_out);
        PiscesHostTensor     parts[2];
        PiscesWeight        *weight;

        for (gint64 i = 0; i < n_rows[r] * n_in; i++)
          inputs[i] = trunc (random_value () * 127.0) / 128.0;
        array_set (&x, inputs);
        for (gint64 i = 0; i < 2 * n_out * n_in; i++)
          {
            const gboolean is_f16 = types[i >= n_out * n_in] == 'f';
            const gfloat   value  = trunc (random_value () * 127.0) / 128.0;
            const _Float16 half   = value;
            guint32        bits;

            memcpy (&bits, &value, sizeof (bits));
            w[i]      = value;
            halves[i] = bits >> 16;
            if (is_f16)
              memcpy (&halves[i], &half, sizeof (half));
          }
        for (gint p = 0; p < 2; p++)
          parts[p] = (PiscesHostTensor)
            {
              "part", types[p] == 'f' ? PISCES_F16 : PISCES_BF16, 2, { n_out, n_in },
              halves + p * n_out * n_in
            };
        weight = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, parts, 2);
        g_assert_nonnull (weight);
        g_assert_cmpuint (weight->n_bytes, <, 4 * n_out * n_in + 64);

        for (gint64 i = 0; i < n_rows[r]; i++)
          for (gint64 o = 0; o < 2 * n_out; o++)
            {
              gdouble sum = b[o] + (adds ? y.values[i * 2 * n_out + o] : 0.0);

              for (gint64 k = 0; k < n_in; k++)
                sum += inputs[i * n_in + k] * w[o * n_in + k];
              expected[i * 2 * n_out + o] = activation_value (then, sum);
            }
        pisces_linear (backend, y.tensor, x.tensor, weight, bias, then, adds);
        assert_array (&y, expected);
        pisces_weight_free (weight);
      }
  backend->model_bytes = before;
  case_end ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (linear_cases); i++)
    {
      const LinearCase *c    = &linear_cases[i];
      g_autofree gchar *path =
        g_strdup_printf ("/products/linear/%d-%dx%d-to-%d", i, (gint) c->n_rows,
                         (gint) c->n_in, (gint) c->n_out);

      g_test_add_data_func (path, c, test_linear);
    }
  for (guint i = 0; i < G_N_ELEMENTS (conv_cases); i++)
    {
      const ConvCase   *c    = &conv_cases[i];
      g_autofree gchar *path =
        g_strdup_printf ("/products/conv2d/%d-%dx%dx%d-to-%d", i,
                         (gint) c->height, (gint) c->width, (gint) c->n_in,
                         (gint) c->n_out);

      g_test_add_data_func (path, c, test_conv2d);
    }
  g_test_add_func ("/products/parts-of-several-types", test_parts);
  if (! g_getenv ("PISCES_TEST_BACKEND"))
    {
      g_test_add_data_func ("/products/large-model/bfloat16", "bb", test_large_model);
      g_test_add_data_func ("/products/large-model/float16", "ff", test_large_model);
      g_test_add_data_func ("/products/large-model/both", "bf", test_large_model);
    }
  return g_test_run ();
}
