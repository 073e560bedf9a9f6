/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * graph.c: a step of many operations as a CUDA graph.  It is captured from the stream
 * once and then launched again and again, with one call of the host in place of one for
 * each kernel.  Kernels read the positions of a step from device memory, so one graph
 * serves all positions.  The engine decides when a step is captured, and whether its
 * graph is still right (backend-step.c).
 */

#include "kernels/backend.h"


#define STREAM(backend) (((PiscesCuda *) (backend))->stream)


/**
 * pisces_cuda_capture_begin:
 *
 * From here on launches are captured and do not run.
 *
 * Returns: %FALSE if CUDA does not capture; then nothing has changed.
 */
gboolean
pisces_cuda_capture_begin (PiscesBackend *backend)
{
  PiscesCuda  *cuda   = (PiscesCuda *) backend;
  cudaError_t  status = cudaSuccess;

  /* Nothing may be allocated while the stream captures.  */
  if (! cuda->positions)
    status = cudaMalloc ((void **) &cuda->positions,
                         PISCES_MAX_SEQUENCES * sizeof (*cuda->positions));
  /* What other threads of the process do with CUDA does not matter.  */
  if (status == cudaSuccess)
    status = cudaStreamBeginCapture (cuda->stream,
                                     cudaStreamCaptureModeThreadLocal);
  if (status == cudaSuccess)
    return TRUE;

  /* This takes the error back, which the next launch would report otherwise.  */
  cudaGetLastError ();
  return FALSE;
}

/**
 * pisces_cuda_capture_end:
 *
 * Returns: (nullable): the graph of what has been captured, for
 *   pisces_cuda_graph_free(); %NULL if CUDA made none.
 */
gpointer
pisces_cuda_capture_end (PiscesBackend *backend)
{
  cudaGraph_t     captured = NULL;
  cudaGraphExec_t graph    = NULL;
  cudaError_t     status   = cudaStreamEndCapture (STREAM (backend), &captured);

  if (status == cudaSuccess)
    status = cudaGraphInstantiate (&graph, captured, 0);
  if (captured)
    cudaGraphDestroy (captured);
  if (status == cudaSuccess)
    return graph;

  cudaGetLastError ();
  return NULL;
}

/**
 * pisces_cuda_graph_replay:
 * @positions: `[n]`, the positions for its kernels.
 *
 * Returns: %FALSE if CUDA did not take the launch; then nothing was done.
 */
gboolean
pisces_cuda_graph_replay (PiscesBackend *backend,
                          gpointer       graph,
                          const gint64  *positions,
                          gint           n)
{
  long long   values[PISCES_MAX_SEQUENCES];
  cudaError_t status;

  for (gint i = 0; i < n; i++)
    values[i] = positions[i];

  /* The values are not in pinned memory, so CUDA has taken them over when this returns.
   * The stream writes them only when the replay before has read its own.  */
  status = cudaMemcpyAsync (((PiscesCuda *) backend)->positions, values,
                            n * sizeof (values[0]), cudaMemcpyHostToDevice,
                            STREAM (backend));
  if (status == cudaSuccess)
    status = cudaGraphLaunch (graph, STREAM (backend));
  if (status == cudaSuccess)
    return TRUE;

  cudaGetLastError ();
  return FALSE;
}

/**
 * pisces_cuda_graph_free:
 * @graph: if it still runs, CUDA frees it when it is done.
 */
void
pisces_cuda_graph_free (PiscesBackend *backend,
                        gpointer       graph)
{
  cudaGraphExecDestroy (graph);
}
