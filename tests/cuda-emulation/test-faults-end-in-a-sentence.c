/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whichever call of CUDA or cuBLAS fails, when the device is opened, the model
 * is loaded or a picture is drawn: the job ends with a sentence and without a
 * picture, or with the complete one of the device in the status; the next job
 * draws it; and at the end, nothing is left allocated on the device.  Refused
 * memory, a device that cannot be opened and one that is lost never make a job
 * fail.
 */

#include <string.h>

#include "cuda-emulation.h"
#include "tests/engine/fixture.h"

/* For each call, this many of its times are tested, from the first to the
 * last; PISCES_TEST_THOROUGH=1: all; =2/5: the second of five parts of them. */
#define N_TIMES 3

/* The picture of each device, and the way in which it multiplies.  */
typedef struct
{
  const gchar *backend;
  const gchar *reason;      /* how that of the status begins */
  gboolean     has_cublas;
  GBytes      *pixels;
} Right;

/* How often a call is made when a model is loaded, when a picture is drawn,
 * and when everything is freed.  */
typedef struct
{
  const gchar *name;
  glong        n_load, n_draw, n_end;
} Call;

static Call calls[] =
{
  { "cudaDriverGetVersion" }, { "cudaGetDeviceCount" },
  { "cudaGetDeviceProperties" }, { "cudaSetDevice" }, { "cudaMemGetInfo" },
  { "cudaStreamCreateWithFlags" }, { "cudaStreamSynchronize" },
  { "cudaStreamDestroy" }, { "cudaMalloc" }, { "cudaHostAlloc" },
  { "cudaFreeHost" }, { "cudaFree" }, { "cudaMemcpy" }, { "cudaMemcpyAsync" },
  { "cudaMemcpy2DAsync" }, { "cudaMemsetAsync" }, { "cudaLaunchKernel" },
  { "cudaFuncSetAttribute" }, { "cudaEventCreateWithFlags" },
  { "cudaEventRecord" }, { "cudaEventSynchronize" }, { "cudaEventDestroy" },
  { "cudaStreamBeginCapture" }, { "cudaStreamEndCapture" },
  { "cudaGraphInstantiate" }, { "cudaGraphLaunch" }, { "cublasCreate" },
  { "cublasSetStream" }, { "cublasGemm" }, { "cublasDestroy" },
  { "cublasLtCreate" }, { "cublasLtMatmulDescCreate" },
  { "cublasLtMatrixLayoutCreate" }, { "cublasLtMatmulPreferenceCreate" },
  { "cublasLtMatmulAlgoGetHeuristic" }, { "cublasLtMatmul" }
};

static Right rights[] =
{
  { "cuda-emulated", "cuda-emulated was asked for.", TRUE, NULL },
  { "cuda-emulated", "cuda-emulated was asked for.", FALSE, NULL },
  { "cuda-emulated", "The model's matrices are rounded to 8 bits: ", TRUE, NULL },
  { "cpu", "The CPU is used: ", FALSE, NULL }
};


static PiscesEngine *
new_engine (const gchar *backend)
{
  g_autofree gchar *folder = tiny_model ();

  return pisces_engine_new (folder, backend);
}

/* The engine's own thread closes the device after the last reference was
 * released.  */
static void
end_engine (PiscesEngine *engine)
{
  g_object_unref (engine);
  for (guint i = 0; i < 6000 && cuda_emulation_n_live () > 0; i++)
    {
      /* A signal about an unload may still have a reference.  */
      g_main_context_iteration (NULL, FALSE);
      g_usleep (10000);
    }
  g_assert_cmpint (cuda_emulation_n_live (), ==, 0);
  cuda_emulation_relaunch ();
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

/* A product that another kernel had to do is rounded differently, and the
 * random model amplifies this in a few places: on average 0.06 of 255.  */
static gboolean
is_near (GBytes *a,
         GBytes *b)
{
  gsize         n_a, n_b;
  const guint8 *bytes_a = g_bytes_get_data (a, &n_a);
  const guint8 *bytes_b = g_bytes_get_data (b, &n_b);
  gdouble       sum     = 0.0;

  if (n_a != n_b)
    return FALSE;
  for (gsize i = 0; i < n_a; i++)
    sum += ABS (bytes_a[i] - bytes_b[i]);
  return sum <= 0.25 * n_a;
}

/* Checks that the picture is that of the device in the status.  */
static void
assert_right (PiscesEngine *engine,
              GBytes       *pixels)
{
  g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);
  gboolean                 found  = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (rights) && ! found; i++)
    found = strcmp (status->backend, rights[i].backend) == 0 &&
            g_str_has_prefix (status->backend_reason, rights[i].reason) &&
            is_near (pixels, rights[i].pixels);
  if (! found)
    g_test_message ("on %s: %s", status->backend, status->backend_reason);
  g_assert_true (found);
}

static void
make_rights (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rights); i++)
    {
      PiscesEngine *engine;
      GError       *error = NULL;

      if (strstr (rights[i].reason, "8 bits"))
        g_setenv ("PISCES_WEIGHTS", "q8_0", TRUE);
      if (! rights[i].has_cublas)
        cuda_emulation_fail ("cublasCreate", 1, cudaErrorUnknown);
      engine = new_engine (rights[i].backend);
      rights[i].pixels = draw (engine, &error);
      g_assert_no_error (error);
      end_engine (engine);
      cuda_emulation_fail (NULL, 0, cudaSuccess);
      g_unsetenv ("PISCES_WEIGHTS");
    }
}

static void
count_calls (void)
{
  PiscesEngine       *engine = new_engine ("cuda-emulated");
  g_autoptr (GBytes)  pixels = NULL;
  GError             *error  = NULL;

  cuda_emulation_reset_counts ();
  pisces_engine_load (engine, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    calls[i].n_load = cuda_emulation_n_calls (calls[i].name);

  cuda_emulation_reset_counts ();
  pixels = draw (engine, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    calls[i].n_draw = cuda_emulation_n_calls (calls[i].name);

  cuda_emulation_reset_counts ();
  end_engine (engine);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    calls[i].n_end = cuda_emulation_n_calls (calls[i].name);
}

/* Makes the n-th call of that name from now on fail.  */
static void
fail_once (PiscesEngine *engine,
           const gchar  *call,
           glong         n,
           cudaError_t   failure)
{
  g_autoptr (GError) error  = NULL;
  g_autoptr (GBytes) first  = NULL;
  g_autoptr (GBytes) second = NULL;

  cuda_emulation_fail (call, n, failure);
  first = draw (engine, &error);
  cuda_emulation_fail (NULL, 0, cudaSuccess);
  if (failure == cudaErrorLaunchFailure)
    g_assert_no_error (error);
  if (! error)
    {
      g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);

      assert_right (engine, first);
      g_test_message ("%s, %ld: %s: %s", call, n, status->backend, status->backend_reason);
      return;
    }

  g_test_message ("%s, %ld: %s", call, n, error->message);
  g_assert_null (first);
  g_assert_error (error, PISCES_ERROR, PISCES_ERROR_BACKEND);
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_clear_error (&error);
  second = draw (engine, &error);
  g_assert_no_error (error);
  assert_right (engine, second);
}

/* One engine does all of them, so that each job starts with what the previous
 * one has left.  */
static void
fail_some (const Call *call,
           glong       n_calls,
           gboolean    loaded)
{
  const gchar       *thorough   = g_getenv ("PISCES_TEST_THOROUGH");
  const gchar       *slash      = thorough ? strchr (thorough, '/') : NULL;
  const glong        n_parts    = slash ? MAX (atol (slash + 1), 1) : 1;
  const glong        part       = slash ? atol (thorough) - 1 : 0;
  const cudaError_t  failures[] = { cudaErrorLaunchFailure, cudaErrorUnknown };
  const glong        n_times    = thorough ? n_calls : MIN (n_calls, N_TIMES);
  PiscesEngine      *engine     = new_engine ("cuda-emulated");
  GError            *error      = NULL;

  for (glong i = part; i < n_times; i += n_parts)
    {
      g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);

      if (! loaded ||
          (status->loaded && ! g_str_has_prefix (status->backend_reason, rights[0].reason)))
        pisces_engine_unload (engine);
      cuda_emulation_relaunch ();
      if (loaded)
        pisces_engine_load (engine, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      fail_once (engine, call->name,
                 n_times == 1 ? 1 : 1 + i * (n_calls - 1) / (n_times - 1),
                 strstr (call->name, "lloc") ? cudaErrorMemoryAllocation
                                             : failures[i % G_N_ELEMENTS (failures)]);
    }
  end_engine (engine);
}

/* Fails the n-th of the calls that free the device.  */
static void
fail_at_end (const Call *call,
             glong       n)
{
  PiscesEngine *engine = new_engine ("cuda-emulated");
  GError       *error  = NULL;

  pisces_engine_load (engine, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  cuda_emulation_fail (call->name, n, cudaErrorUnknown);
  end_engine (engine);
  cuda_emulation_fail (NULL, 0, cudaSuccess);
}

static void
test_call (gconstpointer data)
{
  const Call *call = data;

  if (call->n_load + call->n_draw + call->n_end == 0)
    {
      g_test_skip ("the backend has no need of it");
      return;
    }

  fail_some (call, call->n_load, FALSE);
  fail_some (call, call->n_draw, TRUE);
  for (glong i = 1; i <= MIN (call->n_end, 2); i++)
    fail_at_end (call, i);
  g_test_message ("%s: %ld calls at load, %ld at work, %ld at the end",
                  call->name, call->n_load, call->n_draw, call->n_end);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  make_rights ();
  count_calls ();

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree gchar *path = g_strdup_printf ("/cuda/fails/%s", calls[i].name);

      g_test_add_data_func (path, &calls[i], test_call);
    }

  return g_test_run ();
}
