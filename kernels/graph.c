/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * graph.c: a step of ops as a CUDA graph, captured from the stream once and
 * launched again and again: one call of the host's in place of one for each
 * kernel.  What the step's positions are, kernels read from device memory, so
 * that one graph serves them all.  When to capture, and whether a graph still
 * holds, is the engine's (backend-step.c).
 */

#include "kernels/backend.h"


#define STREAM(backend) (((PiscesCuda *) (backend))->stream)


/**
 * pisces_cuda_capture_begin:
 *
 * From here on launches are captured, not run.
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

  /* Else the next launch would report it again.  */
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
 * @positions: that its kernels are to read, `[n]`.
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

  /* From memory that is not pinned: it has been taken over when this returns,
   * and the stream writes it when the replay before has read its own.  */
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
 * @graph: may still run; CUDA then frees it afterwards.
 */
void
pisces_cuda_graph_free (PiscesBackend *backend,
                        gpointer       graph)
{
  cudaGraphExecDestroy (graph);
}
