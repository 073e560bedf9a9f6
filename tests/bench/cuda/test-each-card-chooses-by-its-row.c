/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each architecture has a row of thresholds, and products go one way up to its numbers
 * and the other way beyond them.  On the device that counts launches and executes
 * nothing, as the real numbers are large.
 */

#include "kernels/backend.h"
#include "tests/bench/cuda/counting.h"

#define N_OUT 32

typedef struct
{
  gint capability;
  gint row;                        /* that is the card's: from this one on */
} Card;

/* The first of each row, and cards between two rows.  */
static const Card cards[] =
{
  { 75, 75 }, { 80, 80 }, { 86, 86 }, { 87, 86 }, { 88, 86 }, { 89, 89 }, { 90, 90 },
  { 100, 100 }, { 103, 100 }, { 110, 100 }, { 120, 120 }, { 121, 120 }, { 200, 120 }
};


static PiscesBackend *
open_card (gint capability)
{
  g_autoptr (GError)  error = NULL;
  PiscesBackend      *backend;

  counts_reset ();
  backend = pisces_cuda_backend_new ("counting device", capability, &error);
  g_assert_no_error (error);
  pisces_backend_begin (backend, NULL);

  return backend;
}

static PiscesWeight *
upload (PiscesBackend *backend,
        const gchar   *format,
        gint64         n_out,
        gint64         n_in)
{
  g_autofree guint16     *values = g_new0 (guint16, n_out * n_in);
  const PiscesHostTensor  host   = { "matrix", PISCES_F16, 2, { n_out, n_in }, values };
  PiscesWeight           *weight;

  if (format)
    g_setenv ("PISCES_WEIGHTS", format, TRUE);
  else
    g_unsetenv ("PISCES_WEIGHTS");
  pisces_backend_read_weight_bits (&backend->weight_bits, NULL);
  weight = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, &host, 1);
  g_assert_nonnull (weight);

  return weight;
}

/* How often a launcher, or cuBLAS, was called since the last reset.  */
static glong
n_calls (const gchar *name)
{
  glong n = 0;

  for (guint i = 0; i < counts.ops->len; i++)
    {
      const CountedOp *op = &g_array_index (counts.ops, CountedOp, i);

      if (g_str_equal (op->name, name))
        n += op->n_calls;
    }
  return n;
}

/* Whether a product of so many rows is left to cuBLAS.  */
static gboolean
goes_to_cublas (PiscesBackend *backend,
                const gchar   *format,
                gint64         n_rows,
                gint64         n_in,
                PiscesGate     gate)
{
  const gsize    mark   = pisces_backend_mark (backend);
  PiscesWeight  *weight = upload (backend, format, gate ? 2 * N_OUT : N_OUT, n_in);
  PiscesTensor   x      = pisces_backend_alloc_operand (backend, weight, 2, n_rows, n_in);
  PiscesTensor   y      = pisces_backend_alloc (backend, 2, n_rows, N_OUT);
  PiscesFusion   fusion = { .gate = gate, .activation = PISCES_ACT_SILU };
  gboolean       is_own;

  counts_reset ();
  if (gate)
    pisces_fused_linear (backend, y, x, weight, NULL, &fusion);
  else
    pisces_linear (backend, y, x, weight, NULL, PISCES_ACT_NONE, FALSE);
  g_assert_no_error (backend->error);

  is_own = n_calls (format ? "matmul_quantised" : "matmul") == 1;
  g_assert_cmpint (n_calls ("cublas") > 0, ==, ! is_own);
  g_assert_cmpint (n_calls ("dequantise") > 0, ==, format && ! is_own);
  g_assert_cmpint (n_calls ("glu") > 0, ==, gate && ! is_own);

  pisces_weight_free (weight);
  pisces_backend_release (backend, mark);
  return ! is_own;
}

static void
test_card (gconstpointer data)
{
  const Card                 *card    = data;
  const PiscesCudaThresholds *row     = pisces_cuda_thresholds_of (card->capability);
  PiscesBackend              *backend = open_card (card->capability);
  const gint64                beyond  = row->gated_inputs + 32;

  g_assert_cmpint (row->capability, ==, card->row);
  g_assert_cmpint (row->has_bfloat16, ==, card->capability >= 80);

  for (gint i = 0; i < 2; i++)
    {
      const gchar *format = i ? "q4_0" : "q8_0";

      g_assert_false (goes_to_cublas (backend, format, row->quants_rows, 64, PISCES_GATE_NONE));
      g_assert_true (goes_to_cublas (backend, format, row->quants_rows + 1, 64, PISCES_GATE_NONE));
      g_assert_false (goes_to_cublas (backend, format, row->quants_gated_rows, beyond,
                                      PISCES_GATE_FIRST));
      g_assert_true (goes_to_cublas (backend, format, row->quants_gated_rows + 1, beyond,
                                     PISCES_GATE_FIRST));
    }
  g_assert_false (goes_to_cublas (backend, NULL, 5, row->gated_inputs, PISCES_GATE_LAST));
  g_assert_true (goes_to_cublas (backend, NULL, 5, row->gated_inputs + 1, PISCES_GATE_LAST));

  pisces_backend_close (backend);
}

/* Elements of a large matrix are made in as many parts as the row says.  */
static void
test_parts (gconstpointer data)
{
  const Card                 *card    = data;
  const PiscesCudaThresholds *row     = pisces_cuda_thresholds_of (card->capability);
  PiscesBackend              *backend = open_card (card->capability);
  const gint64                n_in    = 1 << 16;
  const gint64                n_out   = row->elements_bytes / 2 / n_in;

  for (gint64 more = 0; more < 2; more++)
    {
      PiscesWeight *weight = upload (backend, "q4_0", n_out + more, n_in);
      PiscesTensor  x, y;

      x = pisces_backend_alloc_operand (backend, weight, 2, row->quants_rows + 1, n_in);
      y = pisces_backend_alloc (backend, 2, row->quants_rows + 1, n_out + more);
      counts_reset ();
      pisces_linear (backend, y, x, weight, NULL, PISCES_ACT_NONE, FALSE);
      g_assert_cmpint (n_calls ("dequantise"), ==, 1 + more);
      pisces_weight_free (weight);
    }
  pisces_backend_close (backend);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cards); i++)
    {
      g_autofree gchar *path = g_strdup_printf ("/cuda/thresholds/%d", cards[i].capability);

      g_test_add_data_func (path, &cards[i], test_card);
    }
  g_test_add_data_func ("/cuda/thresholds/parts", &cards[0], test_parts);

  return g_test_run ();
}
