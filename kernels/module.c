/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * module.c: the entry of libpisces-cuda.so, which the engine opens at run
 * time.  It is linked with the static CUDA runtime, which looks for the driver itself;
 * so the module loads on a machine without a driver, too, and can say what is
 * missing.
 */

#include <cuda_runtime_api.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#include "kernels/backend.h"


/* The file in which the driver tells its version.  */
#ifndef PISCES_DRIVER_VERSION_FILE
#define PISCES_DRIVER_VERSION_FILE "/proc/driver/nvidia/version"
#endif

/* The oldest toolkit that the module can be built with.  */
#define OLDEST_TOOLKIT 12

#define MAJOR(version) ((version) / 1000)
#define MINOR(version) ((version) % 1000 / 10)


__attribute__ ((visibility ("default")))
PiscesBackend * pisces_backend_module_open (GError **error);

static gboolean driver_serves  (GError **error);
static gchar  * driver_release (void);


/**
 * pisces_backend_module_open:
 *
 * Returns: (transfer full) (nullable): the backend of the first device.
 *   Errors: %G_IO_ERROR_NOT_FOUND, there is no device or no driver;
 *   %G_IO_ERROR_NOT_SUPPORTED, there is one that this build cannot use;
 *   %G_IO_ERROR_FAILED, it could not be started.
 */
PiscesBackend *
pisces_backend_module_open (GError **error)
{
  struct cudaDeviceProp properties;
  gint                  n_devices = 0;
  cudaError_t           status;

  if (! driver_serves (error))
    return NULL;

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

  if (properties.major * 10 + properties.minor < PISCES_CUDA_OLDEST_CAPABILITY)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("The CUDA device '%s' is too old: its compute capability "
                     "is %d.%d, and %d.%d is needed."),
                   properties.name, properties.major, properties.minor,
                   PISCES_CUDA_OLDEST_CAPABILITY / 10, PISCES_CUDA_OLDEST_CAPABILITY % 10);
      return NULL;
    }

  /* If an earlier backend of this process has left an error behind, it is taken back
   * here: it would be taken for one of the first kernel otherwise.  */
  status = cudaSetDevice (0);
  cudaGetLastError ();
  if (status != cudaSuccess)
    {
      pisces_cuda_set_start_error (error, properties.name, status);
      return NULL;
    }
  return pisces_cuda_backend_new (properties.name,
                                  properties.major * 10 + properties.minor,
                                  error);
}


/*  private functions  */

/* Whether the driver is new enough.  A runtime of CUDA 13.x needs a driver that knows
 * CUDA 13.0 at least, and the same holds for 12 (NVIDIA, "CUDA compatibility", minor
 * versions).  */
static gboolean
driver_serves (GError **error)
{
  /* For each major version of CUDA, the first driver for Linux that knows it.  */
  static const gchar *const releases[] = { [12] = "525.60.13", [13] = "580.65.06" };
  const gint                needed     = MAJOR (CUDART_VERSION);
  g_autofree gchar         *release    = NULL;
  g_autofree gchar         *what       = NULL;
  g_autofree gchar         *help       = NULL;
  gint                      driver     = 0;

  if (cudaDriverGetVersion (&driver) != cudaSuccess)
    return TRUE;          /* the next call will say what is wrong */

  /* This is said here, because CUDA itself would say of a missing driver that it is too
   * old.  */
  if (driver == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("No CUDA device: there is no NVIDIA driver on this "
                     "machine."));
      return FALSE;
    }
  if (MAJOR (driver) >= needed)
    return TRUE;

  release = driver_release ();
  if (release && needed < (gint) G_N_ELEMENTS (releases) && releases[needed])
    what = g_strdup_printf (_("The NVIDIA driver of this machine is too old: it is %s, for "
                              "CUDA %d.%d, and this build of Pisces needs CUDA %d, which "
                              "drivers from %s on have."),
                            release, MAJOR (driver), MINOR (driver), needed,
                            releases[needed]);
  else
    what = g_strdup_printf (_("The NVIDIA driver of this machine is too old: it is for CUDA "
                              "%d.%d, and this build of Pisces needs CUDA %d."),
                            MAJOR (driver), MINOR (driver), needed);
  help = MAJOR (driver) >= OLDEST_TOOLKIT
         ? g_strdup_printf (_("Install a newer driver, or build Pisces with a toolkit of "
                              "CUDA %d."), MAJOR (driver))
         : g_strdup (_("Install a newer driver."));
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "%s %s", what, help);
  return FALSE;
}

/* The driver's version, as "550.163.01"; NULL if the system does not tell.  */
static gchar *
driver_release (void)
{
  g_autofree gchar      *text  = NULL;
  g_autoptr (GRegex)     regex = g_regex_new ("^NVRM version:.*?\\s(\\d{3,}\\.\\d[\\d.]*)\\s",
                                              G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (! g_file_get_contents (PISCES_DRIVER_VERSION_FILE, &text, NULL, NULL) ||
      ! g_regex_match (regex, text, 0, &match))
    return NULL;
  return g_match_info_fetch (match, 1);
}
