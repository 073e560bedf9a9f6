/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * kernels/rms_norm.cu, run by the emulation, gives the same as its definition
 * in double, for all element types, odd widths and strides, and the same bits
 * in every order of threads and blocks.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "kernels/kernels.h"
#include "tests/cuda-emulation/cuda-emulation.h"


typedef struct
{
  gint64   n_rows, width, extra;        /* extra: columns left untouched */
  gboolean with_weight;
} Case;

static const Case cases[] =
{
  { 1,    1, 0, TRUE  },
  { 1,   33, 0, FALSE },
  { 7,  192, 3, TRUE  },
  { 5,  255, 1, TRUE  },
  { 3,  257, 0, FALSE },
  { 2, 4096, 8, TRUE  }
};

static const gdouble max_errors[] = { 1e-5, 2e-3, 1e-2 };

static gfloat
random_value (void)
{
  static guint32 state = 1;

  state = state * 1664525u + 1013904223u;
  return (gfloat) (gint32) state / 2147483648.0f;
}

static guint32
bits_of (gfloat x)
{
  guint32 bits;

  memcpy (&bits, &x, sizeof bits);
  return bits;
}

/* Computed with arithmetic only, independently of other code.  */
static gfloat
half_value (guint16 h)
{
  const gint    exponent = h >> 10 & 31;
  const gdouble digits   = h & 1023;
  const gdouble value    = exponent == 0  ? ldexp (digits, -24)
                           : exponent < 31 ? ldexp (digits + 1024, exponent - 25) : NAN;

  return (gfloat) (h & 0x8000 ? -value : value);
}

/* Multiples of 1/64 below one, which all types represent exactly.  */
static void
encode (PiscesCudaType type,
        gpointer       to,
        gint64         i,
        gfloat         value)
{
  gint    exponent;
  gdouble digits = frexp (fabsf (value), &exponent);

  switch (type)
    {
    case PISCES_CUDA_F32:
      ((gfloat *) to)[i] = value;
      break;
    case PISCES_CUDA_F16:
      ((guint16 *) to)[i] = (guint16) ((value < 0.0f ? 0x8000 : 0)
                                       | (value == 0.0f ? 0 : (exponent + 14) << 10)
                                       | (value == 0.0f ? 0 : (gint) (digits * 2048.0) - 1024));
      break;
    case PISCES_CUDA_BF16:
      ((guint16 *) to)[i] = (guint16) (bits_of (value) >> 16);
      break;
    }
}

static gdouble
decode (PiscesCudaType type,
        gconstpointer  from,
        gint64         i)
{
  guint32 bits;
  gfloat  value;

  switch (type)
    {
    case PISCES_CUDA_F32:
      return ((const gfloat *) from)[i];
    case PISCES_CUDA_F16:
      return half_value (((const guint16 *) from)[i]);
    default:
      bits = (guint32) ((const guint16 *) from)[i] << 16;
      memcpy (&value, &bits, sizeof value);
      return value;
    }
}

static gdouble
run_case (const Case     *c,
          PiscesCudaType  type)
{
  const gint64      stride  = c->width + c->extra;
  const gsize       size    = type == PISCES_CUDA_F32 ? 4 : 2;
  const gsize       n_bytes = (gsize) (c->n_rows * stride) * size;
  const gdouble     epsilon = 1e-5;
  g_autofree gchar  *x      = g_malloc0 (n_bytes);
  g_autofree gchar  *y      = g_malloc (n_bytes);
  g_autofree gchar  *first  = g_malloc (n_bytes);
  g_autofree gfloat *values = g_new (gfloat, c->n_rows * stride);
  g_autofree gfloat *weight = g_new (gfloat, c->width);
  gdouble           worst   = 0.0, norm = 0.0;
  gpointer          device_x, device_y, device_weight;
  cudaStream_t      stream;

  for (gint64 i = 0; i < c->n_rows * stride; i++)
    {
      values[i] = roundf (random_value () * 64.0f) / 64.0f;
      encode (type, x, i, values[i]);
    }
  for (gint64 i = 0; i < c->width; i++)
    weight[i] = 1.0f + random_value () / 2.0f;

  g_assert_cmpint (cudaStreamCreate (&stream), ==, cudaSuccess);
  g_assert_cmpint (cudaMalloc (&device_x, n_bytes), ==, cudaSuccess);
  g_assert_cmpint (cudaMalloc (&device_y, n_bytes), ==, cudaSuccess);
  g_assert_cmpint (cudaMalloc (&device_weight, (gsize) c->width * 4), ==, cudaSuccess);
  g_assert_cmpint (cudaMemcpy (device_x, x, n_bytes, cudaMemcpyHostToDevice), ==, cudaSuccess);
  g_assert_cmpint (cudaMemcpy (device_weight, weight, (gsize) c->width * 4, cudaMemcpyHostToDevice),
                   ==, cudaSuccess);

  for (guint order = 0; order < 4; order++)
    {
      cuda_emulation_set_order (order);
      g_assert_cmpint (cudaMemsetAsync (device_y, 0xff, n_bytes, stream), ==, cudaSuccess);
      g_assert_cmpint (pisces_cuda_rms_norm (stream,
                                             (PiscesCudaRows)
                                             {
                                               device_y, stride, c->n_rows, c->width, type
                                             },
                                             (PiscesCudaRows)
                                             {
                                               device_x, stride, c->n_rows, c->width, type
                                             },
                                             c->with_weight ? device_weight : NULL,
                                             (gfloat) epsilon),
                       ==, cudaSuccess);
      g_assert_cmpint (cudaStreamSynchronize (stream), ==, cudaSuccess);
      g_assert_cmpint (cudaMemcpy (order ? y : first, device_y, n_bytes, cudaMemcpyDeviceToHost),
                       ==, cudaSuccess);
      if (order)
        g_assert_cmpmem (y, n_bytes, first, n_bytes);
    }

  for (gint64 row = 0; row < c->n_rows; row++)
    {
      const gfloat *in  = values + row * stride;
      gdouble       sum = 0.0;

      for (gint64 i = 0; i < c->width; i++)
        sum += (gdouble) in[i] * in[i];
      for (gint64 i = 0; i < c->width; i++)
        {
          const gdouble expected = in[i] / sqrt (sum / c->width + epsilon) * (c->with_weight ? weight[i] : 1.0);

          worst = fmax (worst, fabs (decode (type, first, row * stride + i) - expected));
          norm  = fmax (norm, fabs (expected));
        }
      for (gint64 i = c->width; i < stride; i++)
        for (gsize k = 0; k < size; k++)
          g_assert_cmpint (first[(gsize) (row * stride + i) * size + k], ==, (gchar) 0xff);
    }

  cudaFree (device_x);
  cudaFree (device_y);
  cudaFree (device_weight);
  cudaStreamDestroy (stream);
  g_assert_cmpint (cuda_emulation_n_live (), ==, 0);
  return worst / (norm + 1e-30);
}

static void
test_type (gconstpointer data)
{
  const PiscesCudaType type  = (PiscesCudaType) GPOINTER_TO_INT (data);
  gdouble              worst = 0.0;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    worst = fmax (worst, run_case (&cases[i], type));
  g_test_message ("%u cases, 4 orders of threads, worst error %.2g", (guint) G_N_ELEMENTS (cases), worst);
  g_assert_cmpfloat (worst, <, max_errors[type]);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/rms-norm/f32", GINT_TO_POINTER (PISCES_CUDA_F32), test_type);
  g_test_add_data_func ("/rms-norm/f16", GINT_TO_POINTER (PISCES_CUDA_F16), test_type);
  g_test_add_data_func ("/rms-norm/bf16", GINT_TO_POINTER (PISCES_CUDA_BF16), test_type);
  return g_test_run ();
}
