/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-finite.c: see finite.h.
 */

#include <math.h>

#include "engine/backend/finite.h"
#include "engine/pisces.h"


/**
 * pisces_download_finite:
 *
 * Like pisces_download(), but values that are not finite are a failure of the job.
 */
gboolean
pisces_download_finite (PiscesBackend *backend,
                        gfloat        *values,
                        PiscesTensor   x)
{
  const gint64 n_values = pisces_tensor_n_rows (x) * pisces_tensor_width (x);

  if (! pisces_download (backend, values, x))
    return FALSE;

  for (gint64 i = 0; i < n_values; i++)
    if (! isfinite (values[i]))
      {
        pisces_backend_fail_of_numbers (backend);
        return FALSE;
      }

  return TRUE;
}

/**
 * pisces_backend_fail_of_numbers:
 *
 * Like pisces_backend_fail(), where what a model computed is no number.
 */
void
pisces_backend_fail_of_numbers (PiscesBackend *backend)
{
  pisces_backend_fail (backend, PISCES_ERROR_MODEL_INVALID,
                       "The model computes numbers that are not finite; its weights "
                       "are damaged or do not fit its configuration.");
}
