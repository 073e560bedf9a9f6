/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * op-case.c: see op-case.h.
 */

#include <math.h>
#include <string.h>

#include "tests/cpu/op-case.h"


static PiscesBackend *backend;
static GRand         *random_numbers;
static GPtrArray     *weights;
static GPtrArray     *allocations;

static void fill_with_nan (PiscesTensor whole);


/* Opens the backend once, and begins a job.  */
PiscesBackend *
case_begin (void)
{
  g_autoptr (GError) error = NULL;

  if (! backend)
    {
      const gchar *name = g_getenv ("PISCES_TEST_BACKEND");

      backend = pisces_backend_open (name ? name : "cpu", &error);
      g_assert_no_error (error);
    }
  random_numbers = g_rand_new_with_seed (20260101);
  weights        = g_ptr_array_new_with_free_func ((GDestroyNotify)
                                                   pisces_weight_free);
  allocations    = g_ptr_array_new_with_free_func (g_free);
  pisces_backend_begin (backend, NULL);
  return backend;
}

void
case_end (void)
{
  g_autoptr (GError) error = NULL;

  pisces_backend_finish (backend, &error);
  g_assert_no_error (error);
  pisces_backend_release (backend, 0);
  g_ptr_array_unref (weights);
  g_ptr_array_unref (allocations);
  g_rand_free (random_numbers);
}

/* Returns a number from -1 to 1.  With PISCES_TEST_NUMBERS=bf16, these are
 * numbers that bfloat16 represents exactly, so that products in bfloat16 must
 * have the same small error.  */
gdouble
random_value (void)
{
  const gchar *numbers = g_getenv ("PISCES_TEST_NUMBERS");

  if (numbers && strcmp (numbers, "bf16") == 0)
    return g_rand_int_range (random_numbers, -128, 129) / 128.0;
  return (gfloat) g_rand_double_range (random_numbers, -1.0, 1.0);
}

/* A tensor of NaN.  With n_extra, it is a slice of a tensor with this many
 * more columns: one before it if n_extra is odd, the others after it.  */
Array
array_new (gint          n_dims,
           const gint64 *dims,
           gint          n_extra)
{
  Array    array = { 0 };
  gint64   all[PISCES_MAX_DIMS];
  gdouble *nothing;

  memcpy (all, dims, n_dims * sizeof (gint64));
  all[n_dims - 1] += n_extra;
  array.whole  = pisces_backend_alloc_dims (backend, n_dims, all);
  g_assert_nonnull (array.whole.data);
  array.tensor = array.whole;
  if (n_extra)
    array.tensor = pisces_tensor_columns (array.whole, n_extra % 2,
                                          dims[n_dims - 1]);
  array.n_rows = pisces_tensor_n_rows (array.tensor);
  array.width  = dims[n_dims - 1];

  nothing = g_new (gdouble, array.n_rows * array.width);
  for (gint64 i = 0; i < array.n_rows * array.width; i++)
    nothing[i] = NAN;
  fill_with_nan (array.whole);
  array.values = nothing;
  g_ptr_array_add (allocations, nothing);
  return array;
}

Array
array_random (gint          n_dims,
              const gint64 *dims,
              gint          n_extra)
{
  Array array = array_new (n_dims, dims, n_extra);

  for (gint64 i = 0; i < array.n_rows * array.width; i++)
    array.values[i] = random_value ();
  array_set (&array, array.values);
  return array;
}

void
array_set (Array         *array,
           const gdouble *values)
{
  const gint64       count = array->n_rows * array->width;
  g_autofree gfloat *floats = g_new (gfloat, count);

  for (gint64 i = 0; i < count; i++)
    {
      array->values[i] = values[i];
      floats[i]        = values[i];
    }
  pisces_upload (backend, array->tensor, floats);
}

PiscesWeight *
weight_random (PiscesWeightUse   use,
               gint              n_dims,
               const gint64     *dims,
               gdouble         **values)
{
  PiscesHostTensor   part = { .dtype = PISCES_F32, .n_dims = n_dims };
  g_autofree gfloat *floats = NULL;
  PiscesWeight      *weight;
  gint64             count = 1;

  for (gint d = 0; d < n_dims; d++)
    count *= part.dims[d] = dims[d];
  floats  = g_new (gfloat, count);
  *values = g_new (gdouble, count);
  for (gint64 i = 0; i < count; i++)
    floats[i] = (*values)[i] = random_value ();
  part.data = floats;

  weight = pisces_backend_upload (backend, use, &part, 1);
  g_assert_nonnull (weight);
  g_ptr_array_add (weights, weight);
  g_ptr_array_add (allocations, *values);
  return weight;
}

/* Checks that every element is right, relative to the largest one, and that
 * nothing was written beside the slice.  */
void
assert_array (const Array   *array,
              const gdouble *expected)
{
  const gint64       all     = pisces_tensor_width (array->whole);
  const gint64       before  = all == array->width
                               ? 0 : (all - array->width) % 2;
  g_autofree gfloat *values  = g_new (gfloat, array->n_rows * all);
  gdouble            largest = 1e-30;

  g_assert_true (pisces_download (backend, values, array->whole));
  for (gint64 i = 0; i < array->n_rows * array->width; i++)
    largest = MAX (largest, fabs (expected[i]));

  for (gint64 row = 0; row < array->n_rows; row++)
    for (gint64 column = 0; column < all; column++)
      {
        const gfloat   value = values[row * all + column];
        const gboolean is_in = column >= before &&
                               column < before + array->width;

        if (! is_in && ! isnan (value))
          g_error ("row %" G_GINT64_FORMAT ", column %" G_GINT64_FORMAT
                   " beside the output was written", row, column - before);
        if (is_in)
          {
            const gdouble right = expected[row * array->width +
                                           column - before];

            if (! (fabs (value - right) <= MAX_ERROR * largest))
              g_error ("row %" G_GINT64_FORMAT ", column %" G_GINT64_FORMAT
                       " is %.9g, should be %.9g (largest %.3g)",
                       row, column - before, value, right, largest);
          }
      }
}

gdouble
activation_value (PiscesActivation activation,
                  gdouble          x)
{
  switch (activation)
    {
    case PISCES_ACT_NONE:
      return x;
    case PISCES_ACT_SILU:
      return x / (1.0 + exp (-x));
    case PISCES_ACT_GELU:
      return 0.5 * x * (1.0 + erf (x * M_SQRT1_2));
    case PISCES_ACT_GELU_TANH:
      return 0.5 * x * (1.0 + tanh (sqrt (2.0 / G_PI) *
                                    (x + 0.044715 * x * x * x)));
    case PISCES_ACT_GELU_QUICK:
      return x / (1.0 + exp (-1.702 * x));
    }
  g_assert_not_reached ();
}


/*  private functions  */

static void
fill_with_nan (PiscesTensor whole)
{
  const gint64       count  = pisces_tensor_count (whole);
  g_autofree gfloat *floats = g_new (gfloat, count);

  for (gint64 i = 0; i < count; i++)
    floats[i] = NAN;
  pisces_upload (backend, whole, floats);
}
