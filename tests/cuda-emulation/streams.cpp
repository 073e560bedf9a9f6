/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * streams.cpp: streams, events and graphs.  Work is delayed until somebody has
 * to wait for it, and then runs in the order in which it was submitted, on any
 * stream; so missing synchronisation is noticed.  Work that is only ordered by
 * a cudaStreamWaitEvent between two streams is not distinguished from
 * unordered work.  A graph contains launches with copies of their arguments,
 * and the addresses of copies and fills; each replay reads what is at these
 * addresses then.
 */

#include "runtime.hpp"

#include <chrono>
#include <deque>
#include <set>
#include <vector>

using namespace cuda_emulation;

struct CUgraph_st
{
  std::vector<Work> work;
};

struct CUgraphExec_st
{
  std::vector<Work> work;
};

struct CUstream_st
{
  CUgraph_st *capture;          /* what it is recording, or NULL */
  bool        is_spoilt;        /* an error has occurred        */
};

struct CUevent_st
{
  uint64_t                              after;  /* after this many works   */
  bool                                  is_done;
  std::chrono::steady_clock::time_point time;
};

namespace cuda_emulation
{

static std::deque<Work>         waiting;
static uint64_t                 n_added, n_run;
static std::set<cudaStream_t>   streams;
static std::set<cudaEvent_t>    events;
static std::set<cudaGraphExec_t> instances;
static cudaStream_t             capturing;

bool
is_stream (cudaStream_t stream)
{
  return stream == nullptr || streams.count (stream) != 0;
}

bool
is_capturing ()
{
  return capturing != nullptr;
}

/* The recording is lost, and ending it reports that.  */
cudaError_t
spoil_capture ()
{
  capturing->is_spoilt = true;
  return end_call (cudaErrorStreamCaptureUnsupported);
}

void
run_all ()
{
  if (waiting.empty ())
    return;
  memory_open ();
  while (! waiting.empty ())
    {
      const Work work = std::move (waiting.front ());

      waiting.pop_front ();
      n_run++;
      work ();
    }
  memory_close ();
}

cudaError_t
add_work (cudaStream_t stream, Work work)
{
  if (! is_stream (stream))
    return cudaErrorInvalidResourceHandle;
  if (stream && stream->capture)
    {
      stream->capture->work.push_back (std::move (work));
      return cudaSuccess;
    }
  if (capturing && stream == nullptr)
    return spoil_capture ();
  waiting.push_back (std::move (work));
  n_added++;
  return cudaSuccess;
}

}

extern "C"
{

cudaError_t
cudaStreamCreateWithFlags (cudaStream_t *stream, unsigned int)
{
  BEGIN_CALL ("cudaStreamCreateWithFlags");
  *stream = new CUstream_st ();
  streams.insert (*stream);
  note_handle (1);
  return cudaSuccess;
}

cudaError_t
cudaStreamCreate (cudaStream_t *stream)
{
  return cudaStreamCreateWithFlags (stream, 0);
}

cudaError_t
cudaStreamDestroy (cudaStream_t stream)
{
  std::lock_guard<std::recursive_mutex> guard (lock);
  const cudaError_t                     refused = begin_call ("cudaStreamDestroy");

  if (! stream || ! streams.erase (stream))
    return end_call (cudaErrorInvalidResourceHandle);
  run_all ();
  if (capturing == stream)
    capturing = nullptr;
  delete stream->capture;
  delete stream;
  note_handle (-1);
  return refused;
}

/* Waiting while a stream records spoils the recording.  */
static cudaError_t
wait_for_all ()
{
  if (capturing)
    return spoil_capture ();
  run_all ();
  return cudaSuccess;
}

cudaError_t
cudaStreamSynchronize (cudaStream_t stream)
{
  BEGIN_CALL ("cudaStreamSynchronize");
  if (! is_stream (stream))
    return end_call (cudaErrorInvalidResourceHandle);
  return wait_for_all ();
}

cudaError_t
cudaStreamQuery (cudaStream_t stream)
{
  BEGIN_CALL ("cudaStreamQuery");
  if (! is_stream (stream))
    return end_call (cudaErrorInvalidResourceHandle);
  if (capturing)
    return spoil_capture ();
  if (waiting.empty ())
    return cudaSuccess;
  run_all ();
  return cudaErrorNotReady;
}

cudaError_t
cudaStreamWaitEvent (cudaStream_t stream, cudaEvent_t event, unsigned int)
{
  BEGIN_CALL ("cudaStreamWaitEvent");
  if (! is_stream (stream) || ! events.count (event))
    return end_call (cudaErrorInvalidResourceHandle);
  return cudaSuccess;
}

cudaError_t
cudaEventCreateWithFlags (cudaEvent_t *event, unsigned int)
{
  BEGIN_CALL ("cudaEventCreateWithFlags");
  *event = new CUevent_st ();
  events.insert (*event);
  note_handle (1);
  return cudaSuccess;
}

cudaError_t
cudaEventCreate (cudaEvent_t *event)
{
  return cudaEventCreateWithFlags (event, 0);
}

cudaError_t
cudaEventDestroy (cudaEvent_t event)
{
  std::lock_guard<std::recursive_mutex> guard (lock);
  const cudaError_t                     refused = begin_call ("cudaEventDestroy");

  if (! event || ! events.erase (event))
    return end_call (cudaErrorInvalidResourceHandle);
  run_all ();
  delete event;
  note_handle (-1);
  return refused;
}

cudaError_t
cudaEventRecord (cudaEvent_t event, cudaStream_t stream)
{
  BEGIN_CALL ("cudaEventRecord");
  if (! is_stream (stream) || ! events.count (event))
    return end_call (cudaErrorInvalidResourceHandle);
  if (stream && stream->capture)
    return cudaSuccess;
  event->is_done = false;
  if (const cudaError_t error = add_work (stream, [event] ()
                                          {
                                            event->is_done = true;
                                            event->time    = std::chrono::steady_clock::now ();
                                          }))
    return end_call (error);
  event->after = n_added;
  return cudaSuccess;
}

cudaError_t
cudaEventSynchronize (cudaEvent_t event)
{
  BEGIN_CALL ("cudaEventSynchronize");
  if (! events.count (event))
    return end_call (cudaErrorInvalidResourceHandle);
  return wait_for_all ();
}

cudaError_t
cudaEventQuery (cudaEvent_t event)
{
  BEGIN_CALL ("cudaEventQuery");
  if (! events.count (event))
    return end_call (cudaErrorInvalidResourceHandle);
  if (event->after <= n_run)
    return cudaSuccess;
  run_all ();
  return cudaErrorNotReady;
}

cudaError_t
cudaEventElapsedTime (float *ms, cudaEvent_t from, cudaEvent_t to)
{
  BEGIN_CALL ("cudaEventElapsedTime");
  if (! events.count (from) || ! events.count (to))
    return end_call (cudaErrorInvalidResourceHandle);
  if (! from->is_done || ! to->is_done)
    return end_call (cudaErrorNotReady);
  *ms = std::chrono::duration<float, std::milli> (to->time - from->time).count ();
  return cudaSuccess;
}

/*  graphs  */

cudaError_t
cudaStreamBeginCapture (cudaStream_t stream, enum cudaStreamCaptureMode)
{
  BEGIN_CALL ("cudaStreamBeginCapture");
  if (! stream || ! is_stream (stream))
    return end_call (cudaErrorStreamCaptureUnsupported);
  if (capturing)
    return end_call (cudaErrorStreamCaptureUnsupported);
  capturing         = stream;
  stream->capture   = new CUgraph_st ();
  stream->is_spoilt = false;
  return cudaSuccess;
}

cudaError_t
cudaStreamEndCapture (cudaStream_t stream, cudaGraph_t *graph)
{
  std::lock_guard<std::recursive_mutex> guard (lock);
  const cudaError_t                     refused = begin_call ("cudaStreamEndCapture");
  cudaGraph_t                           captured;

  *graph = nullptr;
  if (! stream || ! is_stream (stream) || ! stream->capture)
    return end_call (cudaErrorInvalidValue);
  captured        = stream->capture;
  stream->capture = nullptr;
  capturing       = nullptr;
  if (refused || stream->is_spoilt)
    {
      delete captured;
      return refused ? refused : end_call (cudaErrorStreamCaptureInvalidated);
    }
  *graph = captured;
  note_handle (1);
  return cudaSuccess;
}

cudaError_t
cudaStreamIsCapturing (cudaStream_t stream, enum cudaStreamCaptureStatus *status)
{
  BEGIN_CALL ("cudaStreamIsCapturing");
  if (! is_stream (stream))
    return end_call (cudaErrorInvalidResourceHandle);
  *status = ! stream || ! stream->capture ? cudaStreamCaptureStatusNone
            : stream->is_spoilt ? cudaStreamCaptureStatusInvalidated : cudaStreamCaptureStatusActive;
  return cudaSuccess;
}

cudaError_t
cudaGraphGetNodes (cudaGraph_t graph, cudaGraphNode_t *, size_t *n_nodes)
{
  BEGIN_CALL ("cudaGraphGetNodes");
  *n_nodes = graph->work.size ();
  return cudaSuccess;
}

cudaError_t
cudaGraphInstantiate (cudaGraphExec_t *instance, cudaGraph_t graph, unsigned long long)
{
  BEGIN_CALL ("cudaGraphInstantiate");
  *instance         = new CUgraphExec_st ();
  (*instance)->work = graph->work;
  instances.insert (*instance);
  note_handle (1);
  return cudaSuccess;
}

cudaError_t
cudaGraphLaunch (cudaGraphExec_t instance, cudaStream_t stream)
{
  BEGIN_CALL ("cudaGraphLaunch");
  if (! instances.count (instance) || ! is_stream (stream))
    return end_call (cudaErrorInvalidResourceHandle);
  if (capturing)
    return spoil_capture ();
  for (const Work &work : instance->work)
    if (const cudaError_t error = add_work (stream, work))
      return end_call (error);
  return cudaSuccess;
}

cudaError_t
cudaGraphExecDestroy (cudaGraphExec_t instance)
{
  std::lock_guard<std::recursive_mutex> guard (lock);
  const cudaError_t                     refused = begin_call ("cudaGraphExecDestroy");

  if (! instances.erase (instance))
    return end_call (cudaErrorInvalidResourceHandle);
  run_all ();
  delete instance;
  note_handle (-1);
  return refused;
}

cudaError_t
cudaGraphDestroy (cudaGraph_t graph)
{
  std::lock_guard<std::recursive_mutex> guard (lock);
  const cudaError_t                     refused = begin_call ("cudaGraphDestroy");

  delete graph;
  note_handle (-1);
  return refused;
}

}
