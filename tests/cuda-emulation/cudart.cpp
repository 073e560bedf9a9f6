/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cudart.cpp: devices, memory and errors of the emulated runtime, the counts
 * of all calls, and the failures that a test requests.
 *
 * Longer than 500 lines, as it replaces a whole library.
 */

#include "runtime.hpp"

#include <cstdlib>
#include <map>
#include <string>
#include <vector>
#include <sys/mman.h>

namespace cuda_emulation
{

std::recursive_mutex lock;
long                 n_kernels;
unsigned             thread_order;

static std::map<std::string, long> counts;
static long        n_calls, n_handles, n_copied;
static size_t      memory_total = 4ull << 30;
static size_t      memory_used, memory_peak;
static int         n_devices = 1;
static int         driver = CUDART_VERSION;
static int         capability = 86;
static cudaError_t last_error, sticky_error;
static std::string fail_call;
static long        fail_countdown;
static cudaError_t fail_error;
static std::map<const char *, size_t>        pinned;
static std::map<const void *, int>           shared_limits;

static const size_t shared_default = 48 << 10;
static const size_t shared_optin   = 99 << 10;

static void
report ()
{
  for (const auto &[name, n] : counts)
    fprintf (stderr, "cuda-emulation: %ld × %s\n", n, name.c_str ());
  fprintf (stderr, "cuda-emulation: %ld kernels run, %ld bytes copied, %zu bytes at most, %ld things not freed\n",
           n_kernels, n_copied, memory_peak, n_handles);
}

static void
read_environment ()
{
  static bool done;
  const char *value;

  if (done)
    return;
  done = true;
  if ((value = getenv ("CUDA_EMULATION_ORDER")))
    thread_order = (unsigned) atoi (value);
  if ((value = getenv ("CUDA_EMULATION_MEMORY")))
    memory_total = strtoull (value, nullptr, 0);
  if ((value = getenv ("CUDA_EMULATION_DEVICES")))
    n_devices = atoi (value);
  if ((value = getenv ("CUDA_EMULATION_DRIVER")))
    driver = atoi (value);
  if ((value = getenv ("CUDA_EMULATION_CAPABILITY")))
    capability = atoi (value);
  if ((value = getenv ("CUDA_EMULATION_FAIL")))
    {
      char name[64];
      int  error;

      if (sscanf (value, "%63[^:]:%ld:%d", name, &fail_countdown, &error) != 3)
        fault ("CUDA_EMULATION_FAIL is '%s', not CALL:N:ERROR", value);
      fail_call  = strcmp (name, "*") == 0 ? "" : name;
      fail_error = (cudaError_t) error;
    }
  if ((value = getenv ("CUDA_EMULATION_REPORT")) && *value == '1')
    atexit (report);
}

/* Errors after which the process cannot use CUDA any more.  */
static bool
is_sticky (cudaError_t error)
{
  return error == cudaErrorECCUncorrectable || error == cudaErrorContained
         || error == cudaErrorIllegalAddress || error == cudaErrorLaunchTimeout
         || error == cudaErrorAssert
         || (error >= cudaErrorHardwareStackError && error <= cudaErrorLaunchFailure)
         || error == cudaErrorTensorMemoryLeak || error == cudaErrorMpsClientTerminated
         || error == cudaErrorExternalDevice;
}

/* A driver supports the runtimes of its own major version, and older ones.  */
static bool
driver_is_old ()
{
  return driver / 1000 < CUDART_VERSION / 1000;
}

/* Functions that need no context, and therefore always answer.  */
static bool
is_question (const char *name)
{
  static const char *const questions[] =
  {
    "cudaGetDeviceCount", "cudaGetDevice", "cudaGetDeviceProperties", "cudaDeviceGetAttribute",
    "cudaDriverGetVersion", "cudaRuntimeGetVersion"
  };

  for (const char *question : questions)
    if (strcmp (name, question) == 0)
      return true;
  return false;
}

cudaError_t
begin_call (const char *name)
{
  const bool is_free = is_question (name);

  read_environment ();
  n_calls++;
  counts[name]++;
  if ((! is_free || n_devices == 0) && driver_is_old ())
    return end_call (cudaErrorInsufficientDriver);
  if (fail_countdown > 0 && (fail_call.empty () || fail_call == name) && --fail_countdown == 0)
    {
      if (is_sticky (fail_error))
        sticky_error = fail_error;
      return end_call (fail_error);
    }
  if (sticky_error && ! is_free)
    return end_call (sticky_error);
  return cudaSuccess;
}

cudaError_t
end_call (cudaError_t error)
{
  if (error)
    last_error = error;
  return error;
}

void
note_handle (int change)
{
  n_handles += change;
}

static bool
is_pinned (const void *p, size_t n_bytes)
{
  auto found = pinned.upper_bound (static_cast<const char *> (p));

  if (found == pinned.begin ())
    return false;
  found--;
  return static_cast<const char *> (p) + n_bytes <= found->first + found->second;
}

/* Returns whether memory is on the side that the direction of a copy says.  */
static bool
is_right (const void *p, size_t n_bytes, bool must_be_device, bool any)
{
  if (n_bytes == 0)
    return true;
  if (! memory_is_device (p))
    return any || ! must_be_device;
  return (any || must_be_device) && memory_check_range (p, n_bytes) == nullptr;
}

static cudaError_t
copy (void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width, size_t height,
      cudaMemcpyKind kind, cudaStream_t stream, bool wait)
{
  const size_t to_bytes   = height ? to_pitch * (height - 1) + width : 0;
  const size_t from_bytes = height ? from_pitch * (height - 1) + width : 0;
  const bool   any        = kind == cudaMemcpyDefault;
  bool         to_host, from_host;
  Work         work;

  if (! is_right (to, to_bytes, kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice, any)
      || ! is_right (from, from_bytes, kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice, any)
      || width > to_pitch || width > from_pitch)
    return end_call (cudaErrorInvalidValue);
  to_host   = ! memory_is_device (to);
  from_host = ! memory_is_device (from);
  n_copied += (long) (width * height);

  /* A graph would read the host's memory at each replay, when it may have been
   * freed.  */
  if (is_capturing () && (wait || (from_host && ! is_pinned (from, from_bytes))
                          || (to_host && ! is_pinned (to, to_bytes))))
    return spoil_capture ();

  auto run = [=] (const void *source)
    {
      for (size_t i = 0; i < height; i++)
        memmove ((char *) to + i * to_pitch, (const char *) source + i * from_pitch, width);
    };

  /* Ordinary host memory is read before an asynchronous copy returns, but
   * pinned memory only when the copy runs, so it must not change until then. */
  if (! wait && from_host && ! is_pinned (from, from_bytes))
    {
      auto staged = std::make_shared<std::vector<char>> ((const char *) from, (const char *) from + from_bytes);

      work = [=] () { run (staged->data ()); };
    }
  else
    work = [=] () { run (from); };
  if (const cudaError_t error = add_work (stream, work))
    return end_call (error);
  if (wait || (to_host && ! is_pinned (to, to_bytes)))
    run_all ();
  return cudaSuccess;
}

void
enqueue_launch (const Launch &launch, cudaStream_t stream)
{
  std::lock_guard<std::recursive_mutex> guard (lock);
  std::shared_ptr<Launch>               held (new Launch (launch), [] (Launch *l)
                                              {
                                                l->destroy (l->arguments);
                                                delete l;
                                              });
  const dim3     b         = launch.block;
  const uint64_t n_threads = (uint64_t) b.x * b.y * b.z;
  const auto     limit     = shared_limits.find ((const void *) launch.kernel);

  if (begin_call ("cudaLaunchKernel"))
    return;
  if (n_threads == 0 || n_threads > 1024 || b.x > 1024 || b.y > 1024 || b.z > 64
      || launch.grid.x == 0 || launch.grid.y == 0 || launch.grid.z == 0
      || launch.grid.x > 0x7fffffffu || launch.grid.y > 65535 || launch.grid.z > 65535)
    {
      end_call (cudaErrorInvalidConfiguration);
      return;
    }
  if (launch.shared_bytes > (limit == shared_limits.end () ? shared_default : (size_t) limit->second))
    {
      end_call (cudaErrorInvalidValue);
      return;
    }
  end_call (add_work (stream, [held] ()
                      {
                        n_kernels++;
                        run_launch (*held, thread_order);
                      }));
}

}

using namespace cuda_emulation;

extern "C"
{

/*  devices  */

cudaError_t
cudaGetDeviceCount (int *count)
{
  BEGIN_CALL ("cudaGetDeviceCount");
  *count = 0;
  if (driver_is_old ())
    return end_call (cudaErrorInsufficientDriver);
  if (n_devices == 0)
    return end_call (cudaErrorNoDevice);
  *count = n_devices;
  return cudaSuccess;
}

cudaError_t
cudaSetDevice (int device)
{
  BEGIN_CALL ("cudaSetDevice");
  return end_call (device >= 0 && device < n_devices ? cudaSuccess : cudaErrorInvalidDevice);
}

cudaError_t
cudaGetDevice (int *device)
{
  BEGIN_CALL ("cudaGetDevice");
  *device = 0;
  return cudaSuccess;
}

cudaError_t
cudaSetDeviceFlags (unsigned int)
{
  BEGIN_CALL ("cudaSetDeviceFlags");
  return cudaSuccess;
}

cudaError_t
cudaGetDeviceProperties (struct cudaDeviceProp *p, int device)
{
  BEGIN_CALL ("cudaGetDeviceProperties");
  if (device < 0 || device >= n_devices)
    return end_call (cudaErrorInvalidDevice);
  *p = cudaDeviceProp ();
  snprintf (p->name, sizeof p->name, "emulated CUDA device");
  p->totalGlobalMem              = memory_total;
  p->sharedMemPerBlock           = shared_default;
  p->sharedMemPerBlockOptin      = shared_optin;
  p->sharedMemPerMultiprocessor  = shared_optin + 1024;
  p->regsPerBlock                = 65536;
  p->regsPerMultiprocessor       = 65536;
  p->warpSize                    = 32;
  p->maxThreadsPerBlock          = 1024;
  p->maxThreadsDim[0]            = 1024;
  p->maxThreadsDim[1]            = 1024;
  p->maxThreadsDim[2]            = 64;
  p->maxGridSize[0]              = 0x7fffffff;
  p->maxGridSize[1]              = 65535;
  p->maxGridSize[2]              = 65535;
  p->totalConstMem               = 65536;
  p->major                       = capability / 10;
  p->minor                       = capability % 10;
  p->multiProcessorCount         = 28;
  p->canMapHostMemory            = 1;
  p->concurrentKernels           = 1;
  p->asyncEngineCount            = 2;
  p->unifiedAddressing           = 1;
  p->memoryBusWidth              = 192;
  p->l2CacheSize                 = 3 << 20;
  p->maxThreadsPerMultiProcessor = 1536;
  p->maxBlocksPerMultiProcessor  = 16;
  return cudaSuccess;
}

cudaError_t
cudaDeviceGetAttribute (int *value, enum cudaDeviceAttr attribute, int device)
{
  BEGIN_CALL ("cudaDeviceGetAttribute");
  if (device < 0 || device >= n_devices)
    return end_call (cudaErrorInvalidDevice);
  switch (attribute)
    {
    case cudaDevAttrMaxThreadsPerBlock:               *value = 1024; break;
    case cudaDevAttrMaxSharedMemoryPerBlock:          *value = (int) shared_default; break;
    case cudaDevAttrWarpSize:                         *value = 32; break;
    case cudaDevAttrMultiProcessorCount:              *value = 28; break;
    case cudaDevAttrMaxThreadsPerMultiProcessor:      *value = 1536; break;
    case cudaDevAttrL2CacheSize:                      *value = 3 << 20; break;
    case cudaDevAttrComputeCapabilityMajor:           *value = capability / 10; break;
    case cudaDevAttrComputeCapabilityMinor:           *value = capability % 10; break;
    case cudaDevAttrMaxSharedMemoryPerMultiprocessor: *value = (int) shared_optin + 1024; break;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:     *value = (int) shared_optin; break;
    default: return end_call (cudaErrorInvalidValue);
    }
  return cudaSuccess;
}

cudaError_t
cudaDriverGetVersion (int *version)
{
  BEGIN_CALL ("cudaDriverGetVersion");
  *version = driver;
  return cudaSuccess;
}

cudaError_t
cudaRuntimeGetVersion (int *version)
{
  BEGIN_CALL ("cudaRuntimeGetVersion");
  *version = CUDART_VERSION;
  return cudaSuccess;
}

cudaError_t
cudaDeviceSynchronize (void)
{
  BEGIN_CALL ("cudaDeviceSynchronize");
  if (is_capturing ())
    return spoil_capture ();
  run_all ();
  return end_call (sticky_error);
}

/* This does not help after a sticky error.  */
cudaError_t
cudaDeviceReset (void)
{
  BEGIN_CALL ("cudaDeviceReset");
  run_all ();
  last_error = cudaSuccess;
  return cudaSuccess;
}

/*  errors  */

cudaError_t
cudaGetLastError (void)
{
  std::lock_guard<std::recursive_mutex> guard (lock);
  const cudaError_t                     error = last_error;

  last_error = sticky_error;
  return error;
}

cudaError_t
cudaPeekAtLastError (void)
{
  return last_error;
}

/*  memory  */

cudaError_t
cudaMalloc (void **pointer, size_t n_bytes)
{
  BEGIN_CALL ("cudaMalloc");
  *pointer = nullptr;
  if (is_capturing ())
    return spoil_capture ();
  if (n_bytes == 0)
    return cudaSuccess;
  if (n_bytes > memory_total - memory_used)
    return end_call (cudaErrorMemoryAllocation);
  *pointer = memory_alloc (n_bytes);
  if (! *pointer)
    return end_call (cudaErrorMemoryAllocation);
  memory_used += n_bytes;
  memory_peak  = memory_used > memory_peak ? memory_used : memory_peak;
  note_handle (1);
  return cudaSuccess;
}

cudaError_t
cudaFree (void *pointer)
{
  std::lock_guard<std::recursive_mutex> guard (lock);
  const cudaError_t                     refused = begin_call ("cudaFree");
  const Block                          *block;

  /* Memory of a lost device can still be freed.  */
  if (! pointer)
    return refused;
  if (is_capturing ())
    return spoil_capture ();
  run_all ();
  block = memory_is_device (pointer) ? memory_find (pointer) : nullptr;
  if (! block || block->begin != pointer)
    return end_call (cudaErrorInvalidValue);
  memory_used -= block->size;
  memory_free (pointer);
  note_handle (-1);
  return refused;
}

cudaError_t
cudaMallocAsync (void **pointer, size_t n_bytes, cudaStream_t)
{
  return cudaMalloc (pointer, n_bytes);
}

cudaError_t
cudaFreeAsync (void *pointer, cudaStream_t)
{
  return cudaFree (pointer);
}

cudaError_t
cudaHostAlloc (void **pointer, size_t n_bytes, unsigned int)
{
  BEGIN_CALL ("cudaHostAlloc");
  *pointer = mmap (nullptr, n_bytes ? n_bytes : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (*pointer == MAP_FAILED)
    {
      *pointer = nullptr;
      return end_call (cudaErrorMemoryAllocation);
    }
  pinned[static_cast<char *> (*pointer)] = n_bytes ? n_bytes : 1;
  note_handle (1);
  return cudaSuccess;
}

cudaError_t
cudaMallocHost (void **pointer, size_t n_bytes)
{
  return cudaHostAlloc (pointer, n_bytes, 0);
}

cudaError_t
cudaFreeHost (void *pointer)
{
  std::lock_guard<std::recursive_mutex> guard (lock);
  const cudaError_t                     refused = begin_call ("cudaFreeHost");
  const auto                            found   = pinned.find (static_cast<char *> (pointer));

  if (! pointer)
    return refused;
  if (found == pinned.end ())
    return end_call (cudaErrorInvalidValue);
  run_all ();
  munmap (pointer, found->second);
  pinned.erase (found);
  note_handle (-1);
  return refused;
}

cudaError_t
cudaMemGetInfo (size_t *free_bytes, size_t *total_bytes)
{
  BEGIN_CALL ("cudaMemGetInfo");
  *free_bytes  = memory_total - memory_used;
  *total_bytes = memory_total;
  return cudaSuccess;
}

cudaError_t
cudaMemcpy (void *to, const void *from, size_t n_bytes, enum cudaMemcpyKind kind)
{
  BEGIN_CALL ("cudaMemcpy");
  return copy (to, n_bytes, from, n_bytes, n_bytes, 1, kind, nullptr, true);
}

cudaError_t
cudaMemcpyAsync (void *to, const void *from, size_t n_bytes, enum cudaMemcpyKind kind,
                 cudaStream_t stream)
{
  BEGIN_CALL ("cudaMemcpyAsync");
  return copy (to, n_bytes, from, n_bytes, n_bytes, 1, kind, stream, false);
}

cudaError_t
cudaMemcpy2D (void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width,
              size_t height, enum cudaMemcpyKind kind)
{
  BEGIN_CALL ("cudaMemcpy2D");
  return copy (to, to_pitch, from, from_pitch, width, height, kind, nullptr, true);
}

cudaError_t
cudaMemcpy2DAsync (void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width,
                   size_t height, enum cudaMemcpyKind kind, cudaStream_t stream)
{
  BEGIN_CALL ("cudaMemcpy2DAsync");
  return copy (to, to_pitch, from, from_pitch, width, height, kind, stream, false);
}

cudaError_t
cudaMemsetAsync (void *to, int value, size_t n_bytes, cudaStream_t stream)
{
  BEGIN_CALL ("cudaMemsetAsync");
  if (n_bytes && (! memory_is_device (to) || memory_check_range (to, n_bytes)))
    return end_call (cudaErrorInvalidValue);
  return end_call (add_work (stream, [=] () { memset (to, value, n_bytes); }));
}

cudaError_t
cudaMemset (void *to, int value, size_t n_bytes)
{
  return cudaMemsetAsync (to, value, n_bytes, nullptr);
}

cudaError_t
cudaFuncSetAttribute (const void *kernel, enum cudaFuncAttribute attribute, int value)
{
  BEGIN_CALL ("cudaFuncSetAttribute");
  if (attribute == cudaFuncAttributeMaxDynamicSharedMemorySize)
    {
      if (value < 0 || (size_t) value > shared_optin)
        return end_call (cudaErrorInvalidValue);
      shared_limits[kernel] = value;
    }
  return cudaSuccess;
}

/*  what tests ask and say  */

void cuda_emulation_set_order   (unsigned order)  { read_environment (); thread_order = order; }
void cuda_emulation_set_memory  (size_t n_bytes)  { read_environment (); memory_total = n_bytes; }
void cuda_emulation_set_devices (int n)           { read_environment (); n_devices = n; }
void cuda_emulation_set_capability (int n)        { read_environment (); capability = n; }

void
cuda_emulation_relaunch (void)
{
  std::lock_guard<std::recursive_mutex> guard (lock);

  sticky_error = last_error = cudaSuccess;
}

void
cuda_emulation_fail (const char *call, long n, cudaError_t error)
{
  read_environment ();
  fail_call      = call ? call : "";
  fail_countdown = n;
  fail_error     = error;
}

cudaError_t
cuda_emulation_begin (const char *call)
{
  BEGIN_CALL (call);
  return cudaSuccess;
}

void
cuda_emulation_hold (int change)
{
  std::lock_guard<std::recursive_mutex> guard (lock);

  note_handle (change);
}

long
cuda_emulation_n_calls (const char *call)
{
  std::lock_guard<std::recursive_mutex> guard (lock);

  return call ? counts[call] : n_calls;
}

void
cuda_emulation_reset_counts (void)
{
  std::lock_guard<std::recursive_mutex> guard (lock);

  counts.clear ();
  n_calls = n_kernels = n_copied = 0;
  memory_peak = memory_used;
}

long   cuda_emulation_n_kernels    (void) { return n_kernels; }
size_t cuda_emulation_copied_bytes (void) { return (size_t) n_copied; }
long   cuda_emulation_n_live       (void) { return n_handles; }
size_t cuda_emulation_used_bytes   (void) { return memory_used; }
size_t cuda_emulation_peak_bytes   (void) { return memory_peak; }

void
cuda_emulation_enqueue (cudaStream_t stream, void (*work) (void *data), void (*destroy) (void *data), void *data)
{
  std::lock_guard<std::recursive_mutex> guard (lock);
  std::shared_ptr<void>                 held (data, [=] (void *p) { if (destroy) destroy (p); });

  end_call (add_work (stream, [=] () { work (held.get ()); }));
}

}
