/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * error-names.cpp: the names and sentences of the errors of CUDA.
 */

#include <cuda_runtime.h>

static const struct
{
  cudaError_t error;
  const char *name, *sentence;
} errors[] =
{
#define ERROR(name, sentence) { name, #name, sentence }
  ERROR (cudaSuccess,                       "no error"),
  ERROR (cudaErrorInvalidValue,             "invalid argument"),
  ERROR (cudaErrorMemoryAllocation,         "out of memory"),
  ERROR (cudaErrorInitializationError,      "initialization error"),
  ERROR (cudaErrorInvalidConfiguration,     "invalid configuration argument"),
  ERROR (cudaErrorInvalidMemcpyDirection,   "invalid copy direction for memcpy"),
  ERROR (cudaErrorInsufficientDriver,       "CUDA driver version is insufficient for CUDA runtime version"),
  ERROR (cudaErrorDevicesUnavailable,       "CUDA-capable device(s) is/are busy or unavailable"),
  ERROR (cudaErrorNoDevice,                 "no CUDA-capable device is detected"),
  ERROR (cudaErrorInvalidDevice,            "invalid device ordinal"),
  ERROR (cudaErrorNoKernelImageForDevice,   "no kernel image is available for execution on the device"),
  ERROR (cudaErrorECCUncorrectable,         "uncorrectable ECC error encountered"),
  ERROR (cudaErrorInvalidResourceHandle,    "invalid resource handle"),
  ERROR (cudaErrorNotReady,                 "device not ready"),
  ERROR (cudaErrorIllegalAddress,           "an illegal memory access was encountered"),
  ERROR (cudaErrorLaunchOutOfResources,     "too many resources requested for launch"),
  ERROR (cudaErrorLaunchTimeout,            "the launch timed out and was terminated"),
  ERROR (cudaErrorAssert,                   "device-side assert triggered"),
  ERROR (cudaErrorHardwareStackError,       "hardware stack error"),
  ERROR (cudaErrorIllegalInstruction,       "an illegal instruction was encountered"),
  ERROR (cudaErrorMisalignedAddress,        "misaligned address"),
  ERROR (cudaErrorInvalidAddressSpace,      "operation not supported on global/shared address space"),
  ERROR (cudaErrorInvalidPc,                "invalid program counter"),
  ERROR (cudaErrorLaunchFailure,            "unspecified launch failure"),
  ERROR (cudaErrorContained,                "contained error"),
  ERROR (cudaErrorTensorMemoryLeak,         "tensor memory not completely freed"),
  ERROR (cudaErrorMpsClientTerminated,      "MPS client has been terminated by the server"),
  ERROR (cudaErrorExternalDevice,           "device error outside of CUDA"),
  ERROR (cudaErrorNotSupported,             "operation not supported"),
  ERROR (cudaErrorStreamCaptureUnsupported, "operation not permitted when stream is capturing"),
  ERROR (cudaErrorStreamCaptureInvalidated, "operation failed due to a previous error during capture"),
  ERROR (cudaErrorUnknown,                  "unknown error")
};

const char *
cudaGetErrorString (cudaError_t error)
{
  for (const auto &e : errors)
    if (e.error == error)
      return e.sentence;
  return "unrecognized error code";
}

const char *
cudaGetErrorName (cudaError_t error)
{
  for (const auto &e : errors)
    if (e.error == error)
      return e.name;
  return "unrecognized error code";
}
