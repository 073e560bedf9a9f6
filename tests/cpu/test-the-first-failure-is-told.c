/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first failure of a job is reported, each time that it is asked for; no
 * op after it does anything, and the next job is not affected.  A cancelled
 * job reports the cancellation, and not its consequences.
 */

#include "engine/pisces.h"
#include "tests/cpu/op-case.h"

static void
test_first (void)
{
  PiscesBackend *backend = case_begin ();
  PiscesTensor   x       = pisces_backend_alloc (backend, 1, 4);
  const gfloat   before[] = { 1, 2, 3, 4 };
  const gfloat   after[]  = { 5, 6, 7, 8 };
  gfloat         found[4] = { 0 };

  pisces_upload (backend, x, before);
  pisces_backend_fail (backend, PISCES_ERROR_OUT_OF_MEMORY, "The %s.", "first");
  pisces_backend_fail (backend, PISCES_ERROR_BACKEND, "The second.");
  for (gint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (pisces_backend_is_failed (backend));
      g_assert_false (pisces_backend_finish (backend, &error));
      g_assert_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY);
      g_assert_cmpstr (error->message, ==, "The first.");
    }

  pisces_upload (backend, x, after);
  g_assert_false (pisces_download (backend, found, x));
  g_assert_cmpfloat (found[0], ==, 0);
  g_assert_null (pisces_backend_alloc (backend, 1, 4).data);

  pisces_backend_begin (backend, NULL);
  g_assert_false (pisces_backend_is_failed (backend));
  g_assert_true (pisces_download (backend, found, x));
  for (gint i = 0; i < 4; i++)
    g_assert_cmpfloat (found[i], ==, before[i]);
  g_assert_true (pisces_backend_finish (backend, NULL));
  case_end ();
}

static void
test_cancelled (void)
{
  PiscesBackend           *backend     = case_begin ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError)       error       = NULL;

  pisces_backend_begin (backend, cancellable);
  g_assert_false (pisces_backend_is_failed (backend));
  g_cancellable_cancel (cancellable);
  g_assert_true (pisces_backend_is_failed (backend));
  pisces_backend_fail (backend, PISCES_ERROR_BACKEND, "Its consequence.");
  g_assert_false (pisces_backend_finish (backend, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  pisces_backend_begin (backend, NULL);
  g_assert_true (pisces_backend_finish (backend, NULL));
  case_end ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/failures/the-first-is-told", test_first);
  g_test_add_func ("/failures/a-cancelled-job-says-so", test_cancelled);

  return g_test_run ();
}
