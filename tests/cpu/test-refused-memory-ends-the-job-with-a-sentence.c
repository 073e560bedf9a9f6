/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The arena is a stack whose memory is used again.  If memory is refused or a
 * job is cancelled, the job ends with the right error and nothing else
 * happens; the next job works.
 */

#include <string.h>

#include "engine/backend/backend.h"
#include "engine/backend/check-ops.h"
#include "engine/pisces.h"


static PiscesBackend *
open_cpu (const gchar *limit)
{
  g_autoptr (GError)  error = NULL;
  PiscesBackend      *backend;

  if (limit)
    g_setenv ("PISCES_MEMORY_LIMIT", limit, TRUE);
  else
    g_unsetenv ("PISCES_MEMORY_LIMIT");
  backend = pisces_backend_open ("cpu", &error);
  g_assert_no_error (error);
  pisces_backend_begin (backend, NULL);
  return backend;
}

static void
test_stack (void)
{
  PiscesBackend *backend = open_cpu (NULL);
  gsize          mark    = pisces_backend_mark (backend);
  PiscesTensor   first   = pisces_backend_alloc (backend, 2, 10, 7);
  gsize          bytes;

  for (gint round = 0; round < 3; round++)
    {
      gsize inner = pisces_backend_mark (backend);

      /* The sizes increase, so that blocks are added and skipped.  */
      for (gint64 n = 1; n < 40000; n *= 3)
        {
          PiscesTensor t = pisces_backend_alloc (backend, 3, 2, n, 50);

          g_assert_nonnull (t.data);
          g_assert_cmpuint ((guintptr) t.data % 64, ==, 0);
          ((gfloat *) t.data)[0]                          = 1.0f;
          ((gfloat *) t.data)[pisces_tensor_count (t) - 1] = 2.0f;
        }
      if (round == 0)
        bytes = pisces_backend_resident_bytes (backend);
      g_assert_cmpuint (pisces_backend_resident_bytes (backend), ==, bytes);
      pisces_backend_release (backend, inner);
    }
  g_assert_nonnull (first.data);
  pisces_backend_release (backend, mark);
  pisces_backend_trim (backend);
  g_assert_cmpuint (pisces_backend_resident_bytes (backend), ==, 0);
  g_assert_true (pisces_backend_finish (backend, NULL));
  pisces_backend_close (backend);
}

static void
test_refused (void)
{
  g_autoptr (GError)  error   = NULL;
  PiscesBackend      *backend = open_cpu ("2000000");
  gfloat              values[4] = { 1, 2, 3, 4 };
  PiscesHostTensor    part    = { "huge", PISCES_F32, 2, { 1000, 1000 }, values };
  PiscesTensor        small   = pisces_backend_alloc (backend, 2, 2, 2);
  PiscesTensor        big;

  g_assert_nonnull (small.data);
  pisces_upload (backend, small, values);
  big = pisces_backend_alloc (backend, 2, 1000, 1000);
  g_assert_null (big.data);

  /* Ops are still called, but do nothing.  */
  pisces_copy (backend, big, big);
  pisces_combine (backend, small, 5.0, small, 5.0, small);
  g_assert_cmpfloat (((gfloat *) small.data)[3], ==, 4.0f);
  g_assert_false (pisces_download (backend, values, small));
  g_assert_false (pisces_backend_finish (backend, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY);
  g_assert_nonnull (g_strstr_len (error->message, -1, "4000000 bytes"));
  g_clear_error (&error);

  pisces_backend_begin (backend, NULL);
  g_assert_true (pisces_backend_finish (backend, &error));
  g_assert_null (pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, &part, 1));
  g_assert_false (pisces_backend_finish (backend, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY);
  g_clear_error (&error);

  pisces_backend_begin (backend, NULL);
  big = pisces_backend_alloc (backend, 3, G_MAXINT64 / 8, 100, 100);
  g_assert_null (big.data);
  g_assert_false (pisces_backend_finish (backend, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY);
  pisces_backend_close (backend);
}

static void
test_cancelled (void)
{
  g_autoptr (GError)       error       = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  PiscesBackend           *backend     = open_cpu (NULL);
  PiscesTensor             x;

  pisces_backend_begin (backend, cancellable);
  x = pisces_backend_alloc (backend, 1, 3);
  pisces_upload (backend, x, (const gfloat[]) { 1, 2, 3 });
  g_cancellable_cancel (cancellable);
  pisces_combine (backend, x, 2.0, x, 0.0, x);
  g_assert_cmpfloat (((gfloat *) x.data)[2], ==, 3.0f);
  g_assert_false (pisces_backend_finish (backend, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  pisces_backend_begin (backend, NULL);
  pisces_combine (backend, x, 2.0, x, 0.0, x);
  g_assert_cmpfloat (((gfloat *) x.data)[2], ==, 6.0f);
  g_assert_true (pisces_backend_finish (backend, NULL));
  pisces_backend_close (backend);
}

static void
test_weights_are_counted (void)
{
  PiscesBackend    *backend = open_cpu (NULL);
  gfloat            values[64 * 16] = { 0 };
  PiscesHostTensor  part    = { "w", PISCES_F32, 2, { 64, 16 }, values };
  PiscesWeight     *weight;

  weight = pisces_backend_upload (backend, PISCES_WEIGHT_LINEAR, &part, 1);
  g_assert_cmpuint (pisces_backend_resident_bytes (backend), ==, sizeof (values));
  pisces_weight_free (weight);
  g_assert_cmpuint (pisces_backend_resident_bytes (backend), ==, 0);
  pisces_backend_close (backend);
}

/* A check without enough memory must not report a wrong op.  */
static void
test_refused_check (void)
{
  g_autoptr (GError)  error   = NULL;
  PiscesBackend      *backend = open_cpu (NULL);

  backend->memory_limit = 4096;
  g_assert_false (pisces_backend_check (backend, &error));
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY);
  g_assert_nonnull (strstr (error->message, "too little memory"));
  g_assert_nonnull (strstr (error->message, "were refused"));
  g_assert_null (strstr (error->message, "does not compute"));
  g_clear_error (&error);

  backend->memory_limit = 0;
  g_assert_true (pisces_backend_check (backend, &error));
  g_assert_no_error (error);
  pisces_backend_close (backend);
}

static void
test_unknown_backend (void)
{
  g_autoptr (GError)  error   = NULL;
  PiscesBackend      *backend = pisces_backend_open ("abacus", &error);

  g_assert_null (backend);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND);
  g_assert_nonnull (g_strstr_len (error->message, -1, "'abacus'"));

  backend = pisces_backend_open ("auto", NULL);
  g_assert_nonnull (backend);
  g_assert_nonnull (backend->reason);
  pisces_backend_close (backend);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memory/arena-is-a-stack", test_stack);
  g_test_add_func ("/memory/refused", test_refused);
  g_test_add_func ("/memory/cancelled", test_cancelled);
  g_test_add_func ("/memory/weights-are-counted", test_weights_are_counted);
  g_test_add_func ("/memory/refused-check", test_refused_check);
  g_test_add_func ("/memory/unknown-backend", test_unknown_backend);
  return g_test_run ();
}
