/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The emulated runtime captures as CUDA does: nothing runs until the graph is
 * launched; a launch keeps its arguments, and a replay reads what memory
 * contains then; and what CUDA forbids while a stream is captured is refused
 * and spoils the capture.
 */

#include <math.h>

#include <glib.h>

#include "cuda-emulation.h"
#include "kernels/kernels.h"

#define N 64

/* The data of one test: a stream, and rows on the device.  */
typedef struct
{
  cudaStream_t  stream;
  float        *x, *y;
} Device;

static void
set_up (Device        *device,
        gconstpointer  data)
{
  g_assert_cmpint (cudaStreamCreate (&device->stream), ==, cudaSuccess);
  g_assert_cmpint (cudaMalloc ((void **) &device->x, N * sizeof (float)), ==, cudaSuccess);
  g_assert_cmpint (cudaMalloc ((void **) &device->y, N * sizeof (float)), ==, cudaSuccess);
  g_assert_cmpint (cudaMemset (device->y, 0, N * sizeof (float)), ==, cudaSuccess);
}

static void
tear_down (Device        *device,
           gconstpointer  data)
{
  cudaFree (device->x);
  cudaFree (device->y);
  cudaStreamDestroy (device->stream);
  g_assert_cmpint (cuda_emulation_n_live (), ==, 0);
}

/* All values of x are the same, so each is its root mean square: y =
 * ±weight.  */
static void
fill (Device *device,
      float   value)
{
  float values[N];

  for (gint i = 0; i < N; i++)
    values[i] = value;
  g_assert_cmpint (cudaMemcpy (device->x, values, sizeof (values), cudaMemcpyHostToDevice), ==,
                   cudaSuccess);
}

static float
first_of (const float *row)
{
  float value = NAN;

  cudaDeviceSynchronize ();
  g_assert_cmpint (cudaMemcpy (&value, row, sizeof (value), cudaMemcpyDeviceToHost), ==,
                   cudaSuccess);
  return value;
}

static void
launch (Device *device,
        float   epsilon)
{
  const PiscesCudaRows y = { device->y, N, 1, N, PISCES_CUDA_F32 };
  const PiscesCudaRows x = { device->x, N, 1, N, PISCES_CUDA_F32 };

  g_assert_cmpint (pisces_cuda_rms_norm (device->stream, y, x, NULL, epsilon), ==, cudaSuccess);
}

static void
begin (Device *device)
{
  g_assert_cmpint (cudaStreamBeginCapture (device->stream, cudaStreamCaptureModeThreadLocal), ==,
                   cudaSuccess);
}

static cudaGraphExec_t
end (Device *device)
{
  cudaGraph_t     graph    = NULL;
  cudaGraphExec_t instance = NULL;

  g_assert_cmpint (cudaStreamEndCapture (device->stream, &graph), ==, cudaSuccess);
  g_assert_cmpint (cudaGraphInstantiate (&instance, graph, 0), ==, cudaSuccess);
  g_assert_cmpint (cudaGraphDestroy (graph), ==, cudaSuccess);
  return instance;
}


static void
test_replays (Device        *device,
              gconstpointer  data)
{
  cudaGraphExec_t graph;

  fill (device, 4);
  begin (device);
  launch (device, 9);                    /* 4 / sqrt (16 + 9) */
  graph = end (device);
  g_assert_cmpfloat (first_of (device->y), ==, 0);

  g_assert_cmpint (cudaGraphLaunch (graph, device->stream), ==, cudaSuccess);
  g_assert_cmpfloat_with_epsilon (first_of (device->y), 0.8, 1e-6);

  /* The same argument, but the memory has changed.  */
  fill (device, -3);
  cuda_emulation_reset_counts ();
  for (gint i = 0; i < 2; i++)
    g_assert_cmpint (cudaGraphLaunch (graph, device->stream), ==, cudaSuccess);
  g_assert_cmpfloat_with_epsilon (first_of (device->y), -3 / sqrtf (18), 1e-6);
  g_assert_cmpint (cuda_emulation_n_calls ("cudaGraphLaunch"), ==, 2);
  g_assert_cmpint (cuda_emulation_n_calls ("cudaLaunchKernel"), ==, 0);
  g_assert_cmpint (cuda_emulation_n_kernels (), ==, 2);

  g_assert_cmpint (cudaGraphExecDestroy (graph), ==, cudaSuccess);
  g_assert_cmpint (cudaGraphLaunch (graph, device->stream), ==, cudaErrorInvalidResourceHandle);
  g_assert_cmpint (cudaGetLastError (), ==, cudaErrorInvalidResourceHandle);
}

/* A copy on the device happens when the graph runs.  */
static void
test_copies (Device        *device,
             gconstpointer  data)
{
  cudaGraphExec_t graph;

  fill (device, 1);
  begin (device);
  g_assert_cmpint (cudaMemcpyAsync (device->y, device->x, N * sizeof (float),
                                    cudaMemcpyDeviceToDevice, device->stream), ==, cudaSuccess);
  graph = end (device);
  fill (device, 2);
  g_assert_cmpint (cudaGraphLaunch (graph, device->stream), ==, cudaSuccess);
  g_assert_cmpfloat (first_of (device->y), ==, 2);
  g_assert_cmpint (cudaGraphExecDestroy (graph), ==, cudaSuccess);
}


/*  what is forbidden  */

static cudaError_t
take (Device *device)
{
  void *block = NULL;

  return cudaMalloc (&block, 16);
}

static cudaError_t
give (Device *device)
{
  return cudaFree (device->x);
}

static cudaError_t
wait_for_stream (Device *device)
{
  return cudaStreamSynchronize (device->stream);
}

static cudaError_t
wait_for_device (Device *device)
{
  return cudaDeviceSynchronize ();
}

static cudaError_t
ask_stream (Device *device)
{
  return cudaStreamQuery (device->stream);
}

static cudaError_t
copy_up (Device *device)
{
  float value = 1;

  return cudaMemcpyAsync (device->x, &value, sizeof (value), cudaMemcpyHostToDevice,
                          device->stream);
}

static cudaError_t
copy_down (Device *device)
{
  float value = 1;

  return cudaMemcpyAsync (&value, device->x, sizeof (value), cudaMemcpyDeviceToHost,
                          device->stream);
}

static cudaError_t
copy_at_once (Device *device)
{
  return cudaMemcpy (device->y, device->x, sizeof (float), cudaMemcpyDeviceToDevice);
}

static void
test_forbidden (Device        *device,
                gconstpointer  data)
{
  cudaError_t (* call) (Device *device) = (gpointer) data;
  cudaGraph_t     graph;
  cudaGraphExec_t instance;

  fill (device, 4);
  begin (device);
  launch (device, 9);
  g_assert_cmpint (call (device), ==, cudaErrorStreamCaptureUnsupported);
  g_assert_cmpint (cudaStreamEndCapture (device->stream, &graph), ==,
                   cudaErrorStreamCaptureInvalidated);
  g_assert_null (graph);
  cudaGetLastError ();

  /* Nothing has run, and the stream still works.  */
  g_assert_cmpfloat (first_of (device->y), ==, 0);
  begin (device);
  launch (device, 9);
  instance = end (device);
  g_assert_cmpint (cudaGraphLaunch (instance, device->stream), ==, cudaSuccess);
  g_assert_cmpfloat_with_epsilon (first_of (device->y), 0.8, 1e-6);
  g_assert_cmpint (cudaGraphExecDestroy (instance), ==, cudaSuccess);
}

static void
add (const gchar   *path,
     gpointer       data,
     void        (* test) (Device *device, gconstpointer data))
{
  g_test_add (path, Device, data, set_up, test, tear_down);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/cuda/capture/replays-read-memory-anew", NULL, test_replays);
  add ("/cuda/capture/copies-too", NULL, test_copies);
  add ("/cuda/capture/forbids/cudaMalloc", take, test_forbidden);
  add ("/cuda/capture/forbids/cudaFree", give, test_forbidden);
  add ("/cuda/capture/forbids/cudaStreamSynchronize", wait_for_stream, test_forbidden);
  add ("/cuda/capture/forbids/cudaDeviceSynchronize", wait_for_device, test_forbidden);
  add ("/cuda/capture/forbids/cudaStreamQuery", ask_stream, test_forbidden);
  add ("/cuda/capture/forbids/copies-from-the-host", copy_up, test_forbidden);
  add ("/cuda/capture/forbids/copies-to-the-host", copy_down, test_forbidden);
  add ("/cuda/capture/forbids/copies-at-once", copy_at_once, test_forbidden);

  return g_test_run ();
}
