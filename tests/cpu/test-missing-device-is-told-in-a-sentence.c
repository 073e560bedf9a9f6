/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The CUDA module can be loaded on any machine.  If there is no device, it
 * says so, and the automatic choice is the CPU with that sentence as its
 * reason.  PISCES_BACKEND_DIR is the folder of the built module.
 */

#include <string.h>

#include "engine/backend/backend.h"
#include "engine/pisces.h"


static void
test_cuda (void)
{
  g_autoptr (GError)  error   = NULL;
  PiscesBackend      *backend = pisces_backend_open ("cuda", &error);

  g_assert_null (backend);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, "No CUDA device: ") ||
                 g_str_has_prefix (error->message, "This build's CUDA "));
  g_assert_true (g_str_has_suffix (error->message, "."));

  backend = pisces_backend_open (NULL, NULL);
  g_assert_nonnull (backend);
  g_assert_cmpstr (backend->table->name, ==, "cpu");
  g_assert_nonnull (strstr (backend->reason, error->message));
  pisces_backend_close (backend);
}

static void
test_list (void)
{
  g_autoptr (GPtrArray)  devices = pisces_list_devices ();
  const PiscesDevice    *cuda    = g_ptr_array_index (devices, 0);
  const PiscesDevice    *cpu     = g_ptr_array_index (devices, 1);

  g_assert_cmpuint (devices->len, ==, 2);
  g_assert_cmpstr (cuda->backend, ==, "cuda");
  g_assert_false (cuda->available);
  g_assert_cmpstr (cpu->backend, ==, "cpu");
  g_assert_true (cpu->available);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/cuda", test_cuda);
  g_test_add_func ("/devices/list", test_list);
  return g_test_run ();
}
