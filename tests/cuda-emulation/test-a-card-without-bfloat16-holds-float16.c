/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * If tensor cores do not support bfloat16 (compute capability 7.5), weights in
 * it are stored in float16, unless a matrix has numbers that would be lost.
 * Products with either give the same numbers as the CPU, and sums beyond
 * float16 become its largest number, also when cuBLAS writes them.  Newer
 * cards keep bfloat16.
 */

#include <math.h>

#include "cuda-emulation.h"
#include "engine/backend/backend.h"

#define N_OUT 48
#define N_IN  64

typedef struct
{
  const gchar *name;
  gfloat       factor;             /* of numbers from -1 to 1               */
  gfloat       one;                /* one of them, 0: as the others         */
  gboolean     is_float16;         /* on an old card                        */
} Kind;

static const Kind kinds[] =
{
  { "as weights are",         0.1f,  0.0f,     TRUE  },
  { "the largest that fits",  0.1f,  65280.0f, TRUE  },
  { "just too large",         0.1f,  65536.0f, FALSE },
  { "far too large",          1.0f,  -1e9f,    FALSE },
  { "small but for one",      1e-6f, 0.5f,     TRUE  },
  { "all small",              1e-6f, 0.0f,     FALSE },
  { "all zero",               0.0f,  0.0f,     TRUE  },
  { "small, yet large enough", 2e-4f, 0.0f,    TRUE  }
};

/* Only the last part has it, so that every part must be checked.  */
static void
fill (const Kind *kind,
      guint16    *bits,
      gfloat     *values)
{
  for (gint i = 0; i < N_OUT * N_IN; i++)
    {
      union { gfloat f; guint32 u; } v = { .f = kind->factor * ((i * 37 % 64) - 31.5f) / 32 };

      if (kind->one != 0.0f && i == N_OUT * N_IN - 5)
        v.f = kind->one;
      v.u      &= 0xffff0000u;
      bits[i]   = v.u >> 16;
      values[i] = v.f;
    }
}

static PiscesWeight *
upload (PiscesBackend *backend,
        const guint16 *bits)
{
  PiscesHostTensor parts[] =
  {
    { "upper", PISCES_BF16, 2, { N_OUT / 2, N_IN }, bits },
    { "lower", PISCES_BF16, 2, { N_OUT / 2, N_IN }, bits + N_OUT / 2 * N_IN }
  };
  PiscesWeight    *weight = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, parts, 2);

  g_assert_nonnull (weight);

  return weight;
}

static PiscesBackend *
open_card (gint capability)
{
  g_autoptr (GError)  error = NULL;
  PiscesBackend      *backend;

  cuda_emulation_set_capability (capability);
  backend = pisces_backend_open ("cuda-emulated", &error);
  g_assert_no_error (error);
  g_assert_false (g_str_has_suffix (backend->description, "without cuBLAS"));
  pisces_backend_begin (backend, NULL);

  return backend;
}

/* Products of one row and of many, from operands to float32.  */
static void
expect_products (PiscesBackend *backend,
                 PiscesWeight  *weight,
                 const gfloat  *values,
                 gint           n_rows)
{
  PiscesTensor       x        = pisces_backend_alloc_operand (backend, weight, 2, n_rows, N_IN);
  PiscesTensor       y        = pisces_backend_alloc (backend, 2, n_rows, N_OUT);
  g_autofree gfloat *inputs   = g_new (gfloat, n_rows * N_IN);
  g_autofree gfloat *found    = g_new (gfloat, n_rows * N_OUT);
  gdouble            largest  = 0;

  /* Numbers that are the same in both types.  */
  for (gint i = 0; i < n_rows * N_IN; i++)
    inputs[i] = (i * 11 % 33 - 16) / 16.0f;
  pisces_upload (backend, x, inputs);
  pisces_linear (backend, y, x, weight, NULL, PISCES_ACT_NONE, FALSE);
  g_assert_true (pisces_download (backend, found, y));
  for (gint pass = 0; pass < 2; pass++)
    for (gint r = 0; r < n_rows; r++)
      for (gint o = 0; o < N_OUT; o++)
        {
          gdouble sum = 0;

          for (gint k = 0; k < N_IN; k++)
            sum += (gdouble) inputs[r * N_IN + k] * values[o * N_IN + k];
          if (pass == 0)
            largest = MAX (largest, fabs (sum));
          else
            g_assert_cmpfloat (fabs (found[r * N_OUT + o] - sum), <=, 1e-3 * largest);
        }
}

static void
test_kind (gconstpointer data)
{
  const Kind         *kind   = data;
  g_autofree guint16 *bits   = g_new (guint16, N_OUT * N_IN);
  g_autofree gfloat  *values = g_new (gfloat, N_OUT * N_IN);

  fill (kind, bits, values);
  for (gint capability = 75; capability <= 80; capability += 5)
    {
      PiscesBackend *backend = open_card (capability);
      PiscesWeight  *weight  = upload (backend, bits);

      g_assert_cmpint (weight->operand_type, ==,
                       capability == 75 && kind->is_float16 ? PISCES_F16 : PISCES_BF16);
      expect_products (backend, weight, values, 1);
      expect_products (backend, weight, values, 70);
      pisces_weight_free (weight);
      pisces_backend_close (backend);
      g_assert_cmpint (cuda_emulation_n_live (), ==, 0);
    }
}

/* From one operand to another, with cuBLAS, or with elements that are
 * converted from quants.  */
static void
test_sums_beyond (gconstpointer weights)
{
  g_autofree guint16 *bits = g_new (guint16, N_OUT * N_IN);
  const gint          rows[] = { 2, 70, 515 };
  PiscesBackend      *backend;
  PiscesWeight       *weight;

  for (gint i = 0; i < N_OUT * N_IN; i++)
    bits[i] = i / N_IN % 2 ? 0x42c8 : 0xc2c8;      /* 100, -100 */
  if (weights)
    g_setenv ("PISCES_WEIGHTS", weights, TRUE);
  backend = open_card (75);
  weight  = upload (backend, bits);
  g_unsetenv ("PISCES_WEIGHTS");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const gint         n      = rows[i];
      PiscesTensor       x      = pisces_backend_alloc_operand (backend, weight, 2, n, N_IN);
      PiscesTensor       y      = pisces_backend_alloc_operand (backend, weight, 2, n, N_OUT);
      g_autofree gfloat *values = g_new (gfloat, n * MAX (N_IN, N_OUT));

      for (gint k = 0; k < n * N_IN; k++)
        values[k] = 100;
      pisces_upload (backend, x, values);
      pisces_linear (backend, y, x, weight, NULL, PISCES_ACT_NONE, FALSE);
      /* Adds to values, some of which have the other sign.  */
      pisces_linear (backend, y, x, weight, NULL, PISCES_ACT_NONE, TRUE);
      g_assert_true (pisces_download (backend, values, y));
      for (gint k = 0; k < n * N_OUT; k++)
        g_assert_cmpfloat (values[k], ==, k % N_OUT % 2 ? 65504 : -65504);
    }
  pisces_weight_free (weight);
  pisces_backend_close (backend);
  g_assert_cmpint (cuda_emulation_n_live (), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree gchar *path = g_strconcat ("/cuda/without-bfloat16/", kinds[i].name, NULL);

      g_test_add_data_func (path, &kinds[i], test_kind);
    }
  g_test_add_data_func ("/cuda/without-bfloat16/sums-beyond-float16", NULL, test_sums_beyond);
  g_test_add_data_func ("/cuda/without-bfloat16/sums-beyond-float16-of-8-bits", "q8_0",
                        test_sums_beyond);

  return g_test_run ();
}
