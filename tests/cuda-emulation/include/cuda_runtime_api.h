/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cuda_runtime_api.h: the part of CUDA's runtime that the project uses, for C
 * and C++, with CUDA's own names and numbers.  The functions are in cudart.cpp
 * and graph.cpp.
 */

#pragma once

#include <stddef.h>

#include "vector_types.h"

#define CUDA_EMULATION 1
#define CUDART_VERSION 13000

#ifdef __cplusplus
extern "C" {
#endif

typedef enum cudaError
{
  cudaSuccess                           = 0,
  cudaErrorInvalidValue                 = 1,
  cudaErrorMemoryAllocation             = 2,
  cudaErrorInitializationError          = 3,
  cudaErrorInvalidConfiguration         = 9,
  cudaErrorInvalidMemcpyDirection       = 21,
  cudaErrorInsufficientDriver           = 35,
  cudaErrorDevicesUnavailable           = 46,
  cudaErrorNoDevice                     = 100,
  cudaErrorInvalidDevice                = 101,
  cudaErrorNoKernelImageForDevice       = 209,
  cudaErrorECCUncorrectable             = 214,
  cudaErrorContained                    = 226,
  cudaErrorInvalidResourceHandle        = 400,
  cudaErrorNotReady                     = 600,
  cudaErrorIllegalAddress               = 700,
  cudaErrorLaunchOutOfResources         = 701,
  cudaErrorLaunchTimeout                = 702,
  cudaErrorAssert                       = 710,
  cudaErrorHardwareStackError           = 714,
  cudaErrorIllegalInstruction           = 715,
  cudaErrorMisalignedAddress            = 716,
  cudaErrorInvalidAddressSpace          = 717,
  cudaErrorInvalidPc                    = 718,
  cudaErrorLaunchFailure                = 719,
  cudaErrorTensorMemoryLeak             = 721,
  cudaErrorNotSupported                 = 801,
  cudaErrorMpsClientTerminated          = 810,
  cudaErrorStreamCaptureUnsupported     = 900,
  cudaErrorStreamCaptureInvalidated     = 901,
  cudaErrorExternalDevice               = 911,
  cudaErrorUnknown                      = 999
} cudaError_t;

typedef enum cudaMemcpyKind
{
  cudaMemcpyHostToHost, cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost,
  cudaMemcpyDeviceToDevice, cudaMemcpyDefault
} cudaMemcpyKind;

typedef enum cudaDeviceAttr
{
  cudaDevAttrMaxThreadsPerBlock          = 1,
  cudaDevAttrMaxSharedMemoryPerBlock     = 8,
  cudaDevAttrWarpSize                    = 10,
  cudaDevAttrMultiProcessorCount         = 16,
  cudaDevAttrMaxThreadsPerMultiProcessor = 39,
  cudaDevAttrL2CacheSize                 = 38,
  cudaDevAttrComputeCapabilityMajor      = 75,
  cudaDevAttrComputeCapabilityMinor      = 76,
  cudaDevAttrMaxSharedMemoryPerMultiprocessor = 81,
  cudaDevAttrMaxSharedMemoryPerBlockOptin = 97
} cudaDeviceAttr;

typedef enum cudaFuncAttribute
{
  cudaFuncAttributeMaxDynamicSharedMemorySize    = 8,
  cudaFuncAttributePreferredSharedMemoryCarveout = 9
} cudaFuncAttribute;

typedef enum cudaStreamCaptureMode
{
  cudaStreamCaptureModeGlobal, cudaStreamCaptureModeThreadLocal,
  cudaStreamCaptureModeRelaxed
} cudaStreamCaptureMode;

typedef enum cudaStreamCaptureStatus
{
  cudaStreamCaptureStatusNone, cudaStreamCaptureStatusActive,
  cudaStreamCaptureStatusInvalidated
} cudaStreamCaptureStatus;

#define cudaStreamDefault       0u
#define cudaStreamNonBlocking   1u
#define cudaEventDefault        0u
#define cudaEventBlockingSync   1u
#define cudaEventDisableTiming  2u
#define cudaHostAllocDefault    0u
#define cudaHostAllocPortable   1u
#define cudaHostAllocMapped     2u
#define cudaHostAllocWriteCombined 4u
#define cudaHostRegisterDefault 0u
#define cudaDeviceScheduleAuto          0u
#define cudaDeviceScheduleBlockingSync  4u

typedef struct CUstream_st    *cudaStream_t;
typedef struct CUevent_st     *cudaEvent_t;
typedef struct CUgraph_st     *cudaGraph_t;
typedef struct CUgraphExec_st *cudaGraphExec_t;
typedef struct CUgraphNode_st *cudaGraphNode_t;

struct cudaDeviceProp
{
  char   name[256];
  size_t totalGlobalMem;
  size_t sharedMemPerBlock;
  int    regsPerBlock;
  int    warpSize;
  int    maxThreadsPerBlock;
  int    maxThreadsDim[3];
  int    maxGridSize[3];
  size_t totalConstMem;
  int    major, minor;
  int    multiProcessorCount;
  int    integrated;
  int    canMapHostMemory;
  int    concurrentKernels;
  int    asyncEngineCount;
  int    unifiedAddressing;
  int    memoryBusWidth;
  int    l2CacheSize;
  int    maxThreadsPerMultiProcessor;
  size_t sharedMemPerMultiprocessor;
  int    regsPerMultiprocessor;
  size_t sharedMemPerBlockOptin;
  int    maxBlocksPerMultiProcessor;
};

/*  devices  */
cudaError_t cudaGetDeviceCount        (int *count);
cudaError_t cudaSetDevice             (int device);
cudaError_t cudaGetDevice             (int *device);
cudaError_t cudaSetDeviceFlags        (unsigned int flags);
cudaError_t cudaGetDeviceProperties   (struct cudaDeviceProp *properties, int device);
cudaError_t cudaDeviceGetAttribute    (int *value, enum cudaDeviceAttr attribute, int device);
cudaError_t cudaDriverGetVersion      (int *version);
cudaError_t cudaRuntimeGetVersion     (int *version);
cudaError_t cudaDeviceSynchronize     (void);
cudaError_t cudaDeviceReset           (void);

/*  errors  */
cudaError_t  cudaGetLastError         (void);
cudaError_t  cudaPeekAtLastError      (void);
const char * cudaGetErrorString       (cudaError_t error);
const char * cudaGetErrorName         (cudaError_t error);

/*  memory  */
cudaError_t cudaMalloc                (void **pointer, size_t n_bytes);
cudaError_t cudaFree                  (void *pointer);
cudaError_t cudaMallocAsync           (void **pointer, size_t n_bytes, cudaStream_t stream);
cudaError_t cudaFreeAsync             (void *pointer, cudaStream_t stream);
cudaError_t cudaMallocHost            (void **pointer, size_t n_bytes);
cudaError_t cudaHostAlloc             (void **pointer, size_t n_bytes, unsigned int flags);
cudaError_t cudaFreeHost              (void *pointer);
cudaError_t cudaMemGetInfo            (size_t *free_bytes, size_t *total_bytes);
cudaError_t cudaMemcpy                (void *to, const void *from, size_t n_bytes,
                                       enum cudaMemcpyKind kind);
cudaError_t cudaMemcpyAsync           (void *to, const void *from, size_t n_bytes,
                                       enum cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaMemcpy2D              (void *to, size_t to_pitch, const void *from,
                                       size_t from_pitch, size_t width, size_t height,
                                       enum cudaMemcpyKind kind);
cudaError_t cudaMemcpy2DAsync         (void *to, size_t to_pitch, const void *from,
                                       size_t from_pitch, size_t width, size_t height,
                                       enum cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaMemset                (void *to, int value, size_t n_bytes);
cudaError_t cudaMemsetAsync           (void *to, int value, size_t n_bytes,
                                       cudaStream_t stream);

/*  streams and events  */
cudaError_t cudaStreamCreate          (cudaStream_t *stream);
cudaError_t cudaStreamCreateWithFlags (cudaStream_t *stream, unsigned int flags);
cudaError_t cudaStreamDestroy         (cudaStream_t stream);
cudaError_t cudaStreamSynchronize     (cudaStream_t stream);
cudaError_t cudaStreamQuery           (cudaStream_t stream);
cudaError_t cudaStreamWaitEvent       (cudaStream_t stream, cudaEvent_t event,
                                       unsigned int flags);
cudaError_t cudaEventCreate           (cudaEvent_t *event);
cudaError_t cudaEventCreateWithFlags  (cudaEvent_t *event, unsigned int flags);
cudaError_t cudaEventDestroy          (cudaEvent_t event);
cudaError_t cudaEventRecord           (cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize      (cudaEvent_t event);
cudaError_t cudaEventQuery            (cudaEvent_t event);
cudaError_t cudaEventElapsedTime      (float *ms, cudaEvent_t from, cudaEvent_t to);

/*  graphs  */
cudaError_t cudaStreamBeginCapture    (cudaStream_t stream, enum cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture      (cudaStream_t stream, cudaGraph_t *graph);
cudaError_t cudaStreamIsCapturing     (cudaStream_t stream,
                                       enum cudaStreamCaptureStatus *status);
cudaError_t cudaGraphInstantiate      (cudaGraphExec_t *instance, cudaGraph_t graph,
                                       unsigned long long flags);
cudaError_t cudaGraphGetNodes         (cudaGraph_t graph, cudaGraphNode_t *nodes,
                                       size_t *n_nodes);
cudaError_t cudaGraphLaunch           (cudaGraphExec_t instance, cudaStream_t stream);
cudaError_t cudaGraphExecDestroy      (cudaGraphExec_t instance);
cudaError_t cudaGraphDestroy          (cudaGraph_t graph);

/*  kernels  */
cudaError_t cudaFuncSetAttribute      (const void *kernel, enum cudaFuncAttribute attribute,
                                       int value);

#ifdef __cplusplus
}
#endif
