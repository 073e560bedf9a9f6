/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * golden.c: see golden.h.  PISCES_TEST_BACKEND selects another backend than
 * the CPU.
 */

#include <math.h>

#include "tests/networks/golden.h"

/* Opens a case and begins a job on its backend.  */
GoldenCase *
golden_case_open (const gchar *name,
                  const gchar *stem)
{
  GoldenCase         *golden  = g_new0 (GoldenCase, 1);
  const gchar        *backend = g_getenv ("PISCES_TEST_BACKEND");
  g_autofree gchar   *path    = NULL;
  g_autoptr (GError)  error   = NULL;

  golden->memory = g_ptr_array_new_with_free_func (g_free);
  golden->folder = golden_folder (name);
  path           = g_build_filename (golden->folder, "config.json", NULL);

  golden->backend = pisces_backend_open (backend ? backend : "cpu", &error);
  g_assert_no_error (error);
  golden->config = pisces_config_load (path, &error);
  g_assert_no_error (error);
  golden->files = pisces_weight_files_open (golden->folder, stem, &error);
  g_assert_no_error (error);
  golden->values = pisces_weight_files_open (golden->folder, "golden", &error);
  g_assert_no_error (error);

  pisces_backend_begin (golden->backend, NULL);
  return golden;
}

void
golden_case_close (GoldenCase *golden)
{
  g_ptr_array_unref (golden->memory);
  pisces_weight_files_free (golden->values);
  pisces_weight_files_free (golden->files);
  pisces_config_free (golden->config);
  pisces_backend_close (golden->backend);
  g_free (golden->folder);
  g_free (golden);
}

gchar *
golden_folder (const gchar *name)
{
  return g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
}

/* Valid until the case is closed.  */
PiscesHostTensor
golden_values (GoldenCase  *golden,
               const gchar *name)
{
  PiscesHostTensor    values;
  gpointer            memory;
  g_autoptr (GError)  error = NULL;

  g_assert_true (pisces_weight_files_find (golden->values, name, &values));
  pisces_host_tensor_load (&values, &values, &memory, &error);
  g_assert_no_error (error);
  g_ptr_array_add (golden->memory, memory);

  return values;
}

/* A tensor of the backend that contains a golden input.  */
PiscesTensor
golden_input (GoldenCase  *golden,
              const gchar *name)
{
  PiscesHostTensor    values = golden_values (golden, name);
  PiscesTensor        tensor = golden_output (golden, name);
  g_autofree gfloat  *floats = g_new (gfloat,
                                      pisces_host_tensor_count (&values));

  pisces_host_tensor_to_f32 (&values, floats);
  pisces_upload (golden->backend, tensor, floats);

  return tensor;
}

/* A tensor of the backend with the shape of a golden output, full of NaN, so
 * that values which a network does not write are noticed.  */
PiscesTensor
golden_output (GoldenCase  *golden,
               const gchar *name)
{
  PiscesHostTensor    values = golden_values (golden, name);
  gint64              n      = pisces_host_tensor_count (&values);
  g_autofree gfloat  *floats = g_new (gfloat, n);
  PiscesTensor        tensor;

  tensor = pisces_backend_alloc_dims (golden->backend, values.n_dims,
                                      values.dims);
  for (gint64 i = 0; i < n; i++)
    floats[i] = NAN;
  pisces_upload (golden->backend, tensor, floats);

  return tensor;
}

/* Ends the job and compares its result with the golden one.  */
void
golden_compare (GoldenCase   *golden,
                const gchar  *name,
                PiscesTensor  found)
{
  PiscesHostTensor    values   = golden_values (golden, name);
  gint64              n        = pisces_host_tensor_count (&values);
  g_autofree gfloat  *expected = g_new (gfloat, n);
  g_autofree gfloat  *floats   = g_new (gfloat, n);
  g_autofree gchar   *case_name = g_path_get_basename (golden->folder);
  g_autofree gchar   *what     = g_strconcat (case_name, ": ", name, NULL);
  g_autoptr (GError)  error    = NULL;

  g_assert_cmpint (pisces_tensor_count (found), ==, n);
  pisces_host_tensor_to_f32 (&values, expected);
  pisces_download (golden->backend, floats, found);
  pisces_backend_finish (golden->backend, &error);
  g_assert_no_error (error);

  golden_compare_rows (golden, what, floats, expected, n);
}

/* The limit depends on the type of the model's matrices, to which a device
 * rounds operands.  */
static gdouble
tolerance (GoldenCase *golden)
{
  const gchar * const *names = pisces_weight_files_get_names (golden->files, NULL);

  if (g_str_equal (golden->backend->table->name, "cpu"))
    return GOLDEN_TOLERANCE;

  for (guint i = 0; names[i]; i++)
    {
      PiscesHostTensor tensor;

      if (! pisces_weight_files_find (golden->files, names[i], &tensor) || tensor.n_dims < 2)
        continue;
      if (tensor.dtype == PISCES_F16)
        return GOLDEN_TOLERANCE_F16;
      if (tensor.dtype == PISCES_BF16)
        return GOLDEN_TOLERANCE_BF16;
    }
  return GOLDEN_TOLERANCE;
}

/* The relative error is the largest error divided by the largest value.  */
void
golden_compare_rows (GoldenCase   *golden,
                     const gchar  *what,
                     const gfloat *found,
                     const gfloat *expected,
                     gint64        n)
{
  gdouble limit   = tolerance (golden);
  gdouble largest = 0;
  gdouble worst   = 0;

  for (gint64 i = 0; i < n; i++)
    {
      g_assert_true (isfinite (found[i]));
      largest = MAX (largest, fabs (expected[i]));
      worst   = MAX (worst, fabs ((gdouble) found[i] - expected[i]));
    }

  g_assert_cmpfloat (largest, >, 0);
  g_test_message ("%s: relative error %.2g", what, worst / largest);
  g_assert_cmpfloat (worst / largest, <, limit);
}
