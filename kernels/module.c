/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * module.c: the entry of libpisces-cuda.so, which the engine opens at run
 * time.  It links cudart statically, which looks for the driver itself, so
 * that on a machine without one the module loads and says so.
 *
 * This build has the row ops alone.  Until it has them all it declines every
 * device, and the engine computes on the CPU.
 */

#include <cuda_runtime_api.h>
#include <gio/gio.h>

#include "engine/backend.h"
#include "kernels/kernels.h"


__attribute__ ((visibility ("default")))
PiscesBackend * pisces_backend_module_open (GError **error);


/**
 * pisces_backend_module_open:
 *
 * Returns: (transfer full) (nullable): the backend of the first device.
 *   Errors: %G_IO_ERROR_NOT_FOUND, there is no device or no driver;
 *   %G_IO_ERROR_NOT_SUPPORTED, there is one that this build cannot use.
 */
PiscesBackend *
pisces_backend_module_open (GError **error)
{
  struct cudaDeviceProp properties;
  gint                  n_devices = 0;
  gint                  driver    = 0;
  cudaError_t           status;

  /* CUDA calls a missing driver an insufficient one.  */
  if (cudaDriverGetVersion (&driver) == cudaSuccess && driver == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "No CUDA device: there is no NVIDIA driver on this "
                   "machine.");
      return NULL;
    }

  status = cudaGetDeviceCount (&n_devices);
  if (status == cudaSuccess && n_devices == 0)
    status = cudaErrorNoDevice;
  if (status == cudaSuccess)
    status = cudaGetDeviceProperties (&properties, 0);
  if (status != cudaSuccess)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "No CUDA device: %s.", cudaGetErrorString (status));
      return NULL;
    }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "This build's CUDA backend has no matrix products yet, so '%s' "
               "cannot be used.",
               properties.name);
  return NULL;
}
