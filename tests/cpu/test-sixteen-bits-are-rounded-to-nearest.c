/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All 65,536 patterns of float16 and of bfloat16 are read as the numbers that
 * they represent.  Numbers just below, exactly at, and just above the middle
 * between two of them are stored as the nearer one, and in the middle as the
 * even one: they are neither cut nor rounded away from zero.  Beyond the range
 * of float16, its largest number is stored.
 */

#include <math.h>
#include <string.h>

#include "engine/backend/backend.h"

#define N_PATTERNS 65536
#define SIDE       256
#define LARGEST    65504.0

/* From the definition: sign, exponent, fraction.  */
static gdouble
number_of (PiscesDType dtype,
           guint16     bits)
{
  const gint    n_fraction = dtype == PISCES_F16 ? 10 : 7;
  const gint    bias       = dtype == PISCES_F16 ? 15 : 127;
  const gint    most       = 2 * bias + 1;
  const gint    exponent   = (bits & 0x7fff) >> n_fraction;
  const gint    fraction   = bits & ((1 << n_fraction) - 1);
  const gdouble sign       = bits & 0x8000 ? -1.0 : 1.0;

  if (exponent == most)
    return fraction ? NAN : sign * INFINITY;
  if (exponent == 0)
    return sign * ldexp (fraction, 1 - bias - n_fraction);
  return sign * ldexp ((1 << n_fraction) + fraction, exponent - bias - n_fraction);
}

static gboolean
is_same (gdouble a,
         gdouble b)
{
  return isnan (a) ? isnan (b) : a == b;
}

static PiscesBackend *
open_backend (void)
{
  const gchar       *name    = g_getenv ("PISCES_TEST_BACKEND");
  g_autoptr (GError) error   = NULL;
  PiscesBackend     *backend = pisces_backend_open (name ? name : "cpu", &error);

  g_assert_no_error (error);
  pisces_backend_begin (backend, NULL);

  return backend;
}

/* Reads numbers as the rows of a table.  */
static gfloat *
read_table (PiscesBackend *backend,
            PiscesDType    dtype,
            gint           n_rows,
            gconstpointer  data)
{
  PiscesHostTensor   host   = { "table", dtype, 2, { n_rows, SIDE }, data };
  PiscesWeight      *table  = pisces_backend_upload (backend, PISCES_WEIGHT_TABLE, &host, 1);
  PiscesTensor       y      = pisces_backend_alloc (backend, 2, n_rows, SIDE);
  g_autofree gint32 *ids    = g_new (gint32, n_rows);
  gfloat            *values = g_new (gfloat, (gsize) n_rows * SIDE);

  g_assert_nonnull (table);
  for (gint i = 0; i < n_rows; i++)
    ids[i] = i;
  pisces_gather (backend, y, table, ids);
  g_assert_true (pisces_download (backend, values, y));
  pisces_weight_free (table);

  return values;
}

static void
test_patterns (gconstpointer data)
{
  const PiscesDType   dtype    = GPOINTER_TO_INT (data);
  g_autofree guint16 *patterns = g_new (guint16, N_PATTERNS);
  g_autofree gfloat  *plain    = g_new (gfloat, N_PATTERNS);
  g_autofree gfloat  *read     = NULL;
  PiscesHostTensor    host     = { "patterns", dtype, 1, { N_PATTERNS }, patterns };
  PiscesBackend      *backend;

  for (guint i = 0; i < N_PATTERNS; i++)
    patterns[i] = i;

  g_setenv ("PISCES_CPU_WEIGHTS", "f32", TRUE);
  backend = open_backend ();
  g_unsetenv ("PISCES_CPU_WEIGHTS");
  pisces_host_tensor_to_f32 (&host, plain);
  read = read_table (backend, dtype, N_PATTERNS / SIDE, patterns);
  for (guint i = 0; i < N_PATTERNS; i++)
    {
      g_assert_true (is_same (plain[i], number_of (dtype, i)));
      g_assert_true (is_same (read[i], number_of (dtype, i)));
    }
  pisces_backend_close (backend);
}

/* Numbers between two neighbours: the lower one, just below, exactly at and
 * just above the middle.  Returns how many there are.  */
static gint
make_numbers (PiscesDType  dtype,
              gfloat      *numbers,
              gdouble     *expected)
{
  gint n = 0;

  for (guint i = 0; i < N_PATTERNS; i++)
    {
      const gdouble here   = number_of (dtype, i);
      gdouble       next   = number_of (dtype, i + 1);
      const gdouble even   = i % 2 == 0 ? here : next;
      gfloat        middle;

      if (! isfinite (here))
        continue;
      if (! isfinite (next) && dtype == PISCES_BF16)
        continue;            /* beyond the middle, infinity is right there */
      if (! isfinite (next))
        next = i & 0x8000 ? -LARGEST - 32 : LARGEST + 32;
      middle = (here + next) / 2;

      numbers[n]      = here;
      expected[n++]   = here;
      numbers[n]      = nextafterf (middle, here);
      expected[n++]   = here;
      numbers[n]      = middle;
      expected[n++]   = fabs (next) > LARGEST && dtype == PISCES_F16 ? here : even;
      numbers[n]      = nextafterf (middle, next);
      expected[n++]   = fabs (next) > LARGEST && dtype == PISCES_F16 ? here : next;
    }
  while (n % SIDE)
    {
      numbers[n]    = NAN;
      expected[n++] = NAN;
    }
  return n;
}

static void
assert_stored (const gfloat  *numbers,
               const gdouble *expected,
               const gfloat  *found,
               gint           n)
{
  for (gint i = 0; i < n; i++)
    if (! is_same (found[i], expected[i]))
      g_error ("%.9g was stored as %.9g, and %.9g is nearest", numbers[i], found[i],
               expected[i]);
}

/* Weights that the CPU stores in 16 bits.  */
static void
test_weights_are_rounded (void)
{
  g_autofree gfloat  *numbers  = g_new (gfloat, 4 * N_PATTERNS + SIDE);
  g_autofree gdouble *expected = g_new (gdouble, 4 * N_PATTERNS + SIDE);
  const gint          n        = make_numbers (PISCES_BF16, numbers, expected);
  g_autofree gfloat  *found    = NULL;
  PiscesBackend      *backend;

  g_setenv ("PISCES_CPU_WEIGHTS", "bf16", TRUE);
  backend = open_backend ();
  found   = read_table (backend, PISCES_F32, n / SIDE, numbers);
  g_unsetenv ("PISCES_CPU_WEIGHTS");
  assert_stored (numbers, expected, found, n);
  pisces_backend_close (backend);
}

/* Operands that are stored in 16 bits.  */
static void
test_operands_are_rounded (gconstpointer data)
{
  const PiscesDType   dtype    = GPOINTER_TO_INT (data);
  g_autofree gfloat  *numbers  = g_new (gfloat, 4 * N_PATTERNS + SIDE);
  g_autofree gdouble *expected = g_new (gdouble, 4 * N_PATTERNS + SIDE);
  const gint          n        = make_numbers (dtype, numbers, expected);
  g_autofree gfloat  *found    = g_new (gfloat, n);
  PiscesBackend      *backend  = open_backend ();
  PiscesTensor        x        = pisces_backend_alloc (backend, 2, n / SIDE, SIDE);
  PiscesTensor        y        = pisces_backend_alloc_typed (backend, dtype, 2, n / SIDE, SIDE);

  pisces_upload (backend, x, numbers);
  pisces_copy (backend, y, x);
  g_assert_true (pisces_download (backend, found, y));
  assert_stored (numbers, expected, found, n);
  pisces_backend_close (backend);
}

int
main (int    argc,
      char **argv)
{
  const gboolean has_operands = g_getenv ("PISCES_TEST_BACKEND") != NULL;

  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/sixteen-bits/patterns/float16", GINT_TO_POINTER (PISCES_F16),
                        test_patterns);
  g_test_add_data_func ("/sixteen-bits/patterns/bfloat16", GINT_TO_POINTER (PISCES_BF16),
                        test_patterns);
  if (has_operands)
    {
      g_test_add_data_func ("/sixteen-bits/stored/float16", GINT_TO_POINTER (PISCES_F16),
                            test_operands_are_rounded);
      g_test_add_data_func ("/sixteen-bits/stored/bfloat16", GINT_TO_POINTER (PISCES_BF16),
                            test_operands_are_rounded);
    }
  else
    {
      g_test_add_func ("/sixteen-bits/held/bfloat16", test_weights_are_rounded);
    }

  return g_test_run ();
}
