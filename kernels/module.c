/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * module.c: the entry of libpisces-cuda.so, which the engine opens at run
 * time.  It links cudart statically, which looks for the driver itself, so
 * that on a machine without one the module loads and says so.
 */

#include <cuda_runtime_api.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "kernels/backend.h"


__attribute__ ((visibility ("default")))
PiscesBackend * pisces_backend_module_open (GError **error);

static cudaError_t start_device (int device);


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
                   _("No CUDA device: there is no NVIDIA driver on this "
                     "machine."));
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
                   _("No CUDA device: %s."), cudaGetErrorString (status));
      return NULL;
    }

  /* The oldest that kernels/meson.build compiles for.  */
  if (properties.major * 10 + properties.minor < 75)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("The CUDA device '%s' is too old: its compute capability "
                     "is %d.%d, and 7.5 is needed."),
                   properties.name, properties.major, properties.minor);
      return NULL;
    }

  /* An error that an earlier backend of this process left behind would be
   * taken for one of the first kernel.  */
  status = start_device (0);
  cudaGetLastError ();
  if (status != cudaSuccess)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _("The CUDA device '%s' could not be started: %s."),
                   properties.name, cudaGetErrorString (status));
      return NULL;
    }
  return pisces_cuda_backend_new (properties.name, error);
}


/*  private functions  */

/* After some errors of a kernel every later call of the process fails alike,
 * until what the process has on the device is thrown away.  All of it is lost
 * by then: whoever held it has been told.  */
static cudaError_t
start_device (int device)
{
  const cudaError_t status = cudaSetDevice (device);

  switch (status)
    {
    case cudaErrorECCUncorrectable:
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchTimeout:
    case cudaErrorLaunchFailure:
      cudaDeviceReset ();
      return cudaSetDevice (device);
    default:
      return status;
    }
}
