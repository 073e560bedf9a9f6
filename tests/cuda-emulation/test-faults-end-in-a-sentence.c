/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whatever call of CUDA or cuBLAS fails, and at whichever time: the job ends
 * in a sentence and without a picture, or with the right one; the next job of
 * the same engine draws it; and at the end nothing of the device is held.
 */

#include <string.h>

#include "cuda-emulation.h"
#include "tests/engine/fixture.h"

/* Of each call so many times are tried, from the first to the last.  */
#define N_TIMES 4

/* The engine's own thread closes the device after the last reference went.  */
static void
assert_all_is_freed (void)
{
  for (guint i = 0; i < 6000 && cuda_emulation_n_live () > 0; i++)
    g_usleep (10000);
  g_assert_cmpint (cuda_emulation_n_live (), ==, 0);
}

static GBytes *
draw (PiscesEngine  *engine,
      GError       **error)
{
  g_autoptr (PiscesGenerateRequest) request = small_request ();
  g_autoptr (PiscesGenerateResult)  result  = NULL;
  PiscesPicture                    *picture;

  request->steps = 1;
  result = pisces_engine_generate (engine, request, NULL, NULL, NULL, error);
  if (! result)
    return NULL;

  g_assert_cmpuint (result->pictures->len, ==, 1);
  picture = result->pictures->pdata[0];

  return g_bytes_new (picture->image->pixels,
                      (gsize) picture->image->width * picture->image->height * 4);
}

static PiscesEngine *
cuda_engine (void)
{
  g_autofree gchar *folder = tiny_model ();

  return pisces_engine_new (folder, "cuda-emulated");
}

/* The n-th call of that name fails.  */
static void
fail_once (const gchar *call,
           glong        n,
           cudaError_t  failure,
           GBytes      *right)
{
  PiscesEngine       *engine = cuda_engine ();
  g_autoptr (GError)  error  = NULL;
  g_autoptr (GBytes)  first  = NULL;
  g_autoptr (GBytes)  second = NULL;

  cuda_emulation_fail (call, n, failure);
  first = draw (engine, &error);
  cuda_emulation_fail (NULL, 0, cudaSuccess);

  if (error)
    {
      g_test_message ("%s, %ld: %s", call, n, error->message);
      g_assert_null (first);
      g_assert_true (error->domain == PISCES_ERROR);
      g_assert_true (error->code == PISCES_ERROR_BACKEND ||
                     error->code == PISCES_ERROR_OUT_OF_MEMORY);
      g_assert_true (g_str_has_suffix (error->message, "."));
      g_clear_error (&error);
    }

  second = draw (engine, &error);
  g_assert_no_error (error);
  /* cuBLAS and the own kernels do not sum in one order.  */
  if (! g_str_has_prefix (call, "cublas"))
    {
      g_assert_true (! first || g_bytes_equal (first, right));
      g_assert_true (g_bytes_equal (second, right));
    }

  g_object_unref (engine);
  assert_all_is_freed ();
}

static void
test_call (gconstpointer data)
{
  const gchar        *call     = data;
  const gboolean      thorough = g_getenv ("PISCES_TEST_THOROUGH") != NULL;
  const cudaError_t   failures[] = { cudaErrorLaunchFailure, cudaErrorUnknown };
  PiscesEngine       *engine   = cuda_engine ();
  g_autoptr (GError)  error    = NULL;
  g_autoptr (GBytes)  right    = NULL;
  glong               n_calls, n_times;

  cuda_emulation_reset_counts ();
  right = draw (engine, &error);
  g_assert_no_error (error);
  g_object_unref (engine);
  n_calls = cuda_emulation_n_calls (call);
  assert_all_is_freed ();

  if (n_calls == 0)
    {
      g_test_skip ("the backend has no need of it");
      return;
    }

  n_times = thorough ? n_calls : MIN (n_calls, N_TIMES);
  for (glong i = 0; i < n_times; i++)
    fail_once (call, n_times == 1 ? 1 : 1 + i * (n_calls - 1) / (n_times - 1),
               strstr (call, "lloc") ? cudaErrorMemoryAllocation
                                      : failures[i % G_N_ELEMENTS (failures)],
               right);
}

gint
main (gint    argc,
      gchar **argv)
{
  static const gchar * const calls[] =
  {
    "cudaDriverGetVersion", "cudaGetDeviceCount", "cudaGetDeviceProperties",
    "cudaSetDevice", "cudaMemGetInfo", "cudaStreamCreateWithFlags",
    "cudaStreamSynchronize", "cudaStreamDestroy", "cudaMalloc",
    "cudaHostAlloc", "cudaFreeHost", "cudaFree", "cudaMemcpy",
    "cudaMemcpyAsync", "cudaMemcpy2DAsync", "cudaMemsetAsync",
    "cudaLaunchKernel", "cudaFuncSetAttribute", "cudaEventCreateWithFlags",
    "cudaEventRecord", "cudaEventSynchronize", "cudaStreamBeginCapture",
    "cudaStreamEndCapture", "cudaGraphInstantiate", "cudaGraphLaunch",
    "cublasCreate", "cublasSetStream", "cublasGemm", "cublasDestroy"
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree gchar *path = g_strdup_printf ("/cuda/fails/%s", calls[i]);

      g_test_add_data_func (path, calls[i], test_call);
    }

  return g_test_run ();
}
