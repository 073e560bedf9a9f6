/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * counting-device.cpp: replaces CUDA's runtime.  Memory consists of addresses
 * that fault when they are touched; launches are checked against CUDA's limits
 * and counted, but nothing is executed.  The linker prefers these definitions
 * to the emulation's functions of the same names.
 */

#include <map>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "cuda_runtime.h"

#include "tests/bench/cuda/counting.h"

Counts counts;

static std::map<void *, size_t> blocks;

/* What a stream has captured.  */
struct CUgraph_st
{
  long n_kernels;
};

struct CUgraphExec_st
{
  long n_kernels;
};

static CUgraph_st *capture;

/* If the host touches device memory, or CUDA would refuse a launch, that is a
 * bug, and no figures must be printed.  */
[[noreturn]] static void
refuse (const char *what, const char *name)
{
  fprintf (stderr, "counting device: %s: %s\n", name, what);
  exit (1);
}

/* A captured step must not allocate anything.  */
static void
forbid_in_capture (const char *name)
{
  if (capture)
    refuse ("while a step is captured", name);
}

static cudaError_t
take (void **pointer, size_t n_bytes)
{
  forbid_in_capture ("cudaMalloc");
  counts.n_allocations++;
  *pointer = mmap (nullptr, n_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (*pointer == MAP_FAILED)
    return cudaErrorMemoryAllocation;

  blocks[*pointer] = n_bytes;
  counts.device_bytes += n_bytes;
  if (counts.device_bytes > counts.peak_bytes)
    counts.peak_bytes = counts.device_bytes;
  return cudaSuccess;
}

static cudaError_t
copy (size_t n_bytes, cudaMemcpyKind kind)
{
  forbid_in_capture ("cudaMemcpy");
  if (kind == cudaMemcpyHostToDevice)
    counts.bytes_up += n_bytes;
  else if (kind == cudaMemcpyDeviceToHost)
    counts.bytes_down += n_bytes;
  return cudaSuccess;
}

namespace cuda_emulation
{

void
enqueue_launch (const Launch &launch, cudaStream_t)
{
  const size_t threads = (size_t) launch.block.x * launch.block.y * launch.block.z;

  if (threads == 0 || threads > 1024)
    refuse ("a block of a size that CUDA does not take", launch.name);
  if (launch.grid.x == 0 || launch.grid.y == 0 || launch.grid.z == 0 || launch.grid.x > 0x7fffffffu
      || launch.grid.y > 65535 || launch.grid.z > 65535)
    refuse ("a grid of a size that CUDA does not take", launch.name);

  launch.destroy (launch.arguments);
  if (capture)
    capture->n_kernels++;
  else
    count_launch ();
}

}

extern "C"
{

cudaError_t
cudaMalloc (void **pointer, size_t n_bytes)
{
  return take (pointer, n_bytes);
}

cudaError_t
cudaFree (void *pointer)
{
  auto found = blocks.find (pointer);

  if (! pointer)
    return cudaSuccess;
  forbid_in_capture ("cudaFree");
  if (found == blocks.end ())
    refuse ("frees what was not allocated", "cudaFree");
  counts.n_allocations++;
  counts.device_bytes -= found->second;
  munmap (pointer, found->second);
  blocks.erase (found);
  return cudaSuccess;
}

cudaError_t
cudaMallocHost (void **pointer, size_t n_bytes)
{
  counts.n_allocations++;
  *pointer = calloc (1, n_bytes);
  return *pointer ? cudaSuccess : cudaErrorMemoryAllocation;
}

/* Weights are then uploaded by ordinary copies, which are not executed
 * either.  */
cudaError_t
cudaHostAlloc (void **, size_t, unsigned int)
{
  return cudaErrorMemoryAllocation;
}

cudaError_t
cudaFreeHost (void *pointer)
{
  counts.n_allocations++;
  free (pointer);
  return cudaSuccess;
}

cudaError_t
cudaMemGetInfo (size_t *free_bytes, size_t *total_bytes)
{
  *total_bytes = (size_t) 80 << 30;
  *free_bytes  = *total_bytes - (size_t) counts.device_bytes;
  return cudaSuccess;
}

cudaError_t
cudaMemcpy (void *, const void *, size_t n_bytes, cudaMemcpyKind kind)
{
  counts.n_syncs++;
  return copy (n_bytes, kind);
}

cudaError_t
cudaMemcpyAsync (void *to, const void *, size_t n_bytes, cudaMemcpyKind kind, cudaStream_t)
{
  if (kind == cudaMemcpyDeviceToHost)
    memset (to, 0, n_bytes);
  return copy (n_bytes, kind);
}

cudaError_t
cudaStreamCreate (cudaStream_t *stream)
{
  *stream = (cudaStream_t) &counts;
  return cudaSuccess;
}

cudaError_t
cudaStreamDestroy (cudaStream_t)
{
  return cudaSuccess;
}

cudaError_t
cudaStreamSynchronize (cudaStream_t)
{
  forbid_in_capture ("cudaStreamSynchronize");
  counts.n_syncs++;
  return cudaSuccess;
}

cudaError_t
cudaStreamBeginCapture (cudaStream_t, cudaStreamCaptureMode)
{
  forbid_in_capture ("cudaStreamBeginCapture");
  capture = new CUgraph_st ();
  return cudaSuccess;
}

cudaError_t
cudaStreamEndCapture (cudaStream_t, cudaGraph_t *graph)
{
  *graph  = capture;
  capture = nullptr;
  return cudaSuccess;
}

cudaError_t
cudaGraphInstantiate (cudaGraphExec_t *instance, cudaGraph_t graph, unsigned long long)
{
  *instance = new CUgraphExec_st { graph->n_kernels };
  return cudaSuccess;
}

cudaError_t
cudaGraphLaunch (cudaGraphExec_t instance, cudaStream_t)
{
  forbid_in_capture ("cudaGraphLaunch");
  counts.n_launches++;
  counts.n_graph_kernels += instance->n_kernels;
  return cudaSuccess;
}

cudaError_t
cudaGraphExecDestroy (cudaGraphExec_t instance)
{
  delete instance;
  return cudaSuccess;
}

cudaError_t
cudaGraphDestroy (cudaGraph_t graph)
{
  delete graph;
  return cudaSuccess;
}

cudaError_t
cudaGetLastError (void)
{
  return cudaSuccess;
}

/*  the counts  */

void
counts_reset (void)
{
  const double held = counts.device_bytes;

  if (counts.ops)
    g_array_unref (counts.ops);
  if (counts.calls)
    g_array_unref (counts.calls);
  counts = {};
  counts.device_bytes = counts.peak_bytes = held;
  counts.ops   = g_array_new (FALSE, FALSE, sizeof (CountedOp));
  counts.calls = g_array_new (FALSE, FALSE, sizeof (CountedCall));
}

void
count_call (const char *name, CountUnit unit, double n_bytes, double n_operations)
{
  CountedCall call = { 0, unit, n_bytes, n_operations };
  CountedOp  *op;

  while (call.op < (int) counts.ops->len
         && (strcmp (g_array_index (counts.ops, CountedOp, call.op).name, name) != 0
             || g_array_index (counts.ops, CountedOp, call.op).unit != unit))
    call.op++;
  if (call.op == (int) counts.ops->len)
    {
      const CountedOp fresh = { name, unit, 0, 0, 0, 0 };

      g_array_append_val (counts.ops, fresh);
    }

  op = &g_array_index (counts.ops, CountedOp, call.op);
  op->n_calls++;
  op->n_bytes      += n_bytes;
  op->n_operations += n_operations;
  g_array_append_val (counts.calls, call);
}

void
count_launch (void)
{
  if (counts.calls->len == 0)
    refuse ("a launch outside all launchers", "launch");
  counts.n_launches++;
  g_array_index (counts.ops, CountedOp,
                 g_array_index (counts.calls, CountedCall, counts.calls->len - 1).op).n_launches++;
}

}
