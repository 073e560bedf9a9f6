/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * devices.c: lists what this machine can compute on, for `pisces devices` and
 * the settings.  Each backend is opened and closed again; no model is needed.
 */

#include "engine/backend/backend.h"
#include "engine/pisces.h"


static const gchar * const backend_names[] = { "cuda", "cpu" };


/**
 * pisces_list_devices:
 *
 * Opens and closes each backend that this build knows.
 *
 * Returns: (transfer full) (element-type PiscesDevice): the devices, the
 *   fastest kind first.  The CPU is always among them.
 */
GPtrArray *
pisces_list_devices (void)
{
  GPtrArray *devices;

  devices = g_ptr_array_new_with_free_func ((GDestroyNotify) pisces_device_free);
  for (guint i = 0; i < G_N_ELEMENTS (backend_names); i++)
    {
      g_autoptr (GError)  error   = NULL;
      PiscesDevice       *device  = g_new0 (PiscesDevice, 1);
      PiscesBackend      *backend = pisces_backend_open (backend_names[i],
                                                         &error);

      device->backend   = g_strdup (backend_names[i]);
      device->available = backend != NULL;
      if (! backend)
        device->description = g_strdup (error->message);
      else
        device->description = g_strdup (backend->description
                                        ? backend->description
                                        : backend_names[i]);
      pisces_backend_close (backend);
      g_ptr_array_add (devices, device);
    }
  return devices;
}

/**
 * pisces_device_free:
 * @device: (nullable) (transfer full):
 */
void
pisces_device_free (PiscesDevice *device)
{
  if (! device)
    return;

  g_free (device->backend);
  g_free (device->description);
  g_free (device);
}
