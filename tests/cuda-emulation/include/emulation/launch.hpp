/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * launch.hpp: puts a kernel and a copy of its arguments on a stream.
 */

#pragma once

#include <tuple>
#include <utility>

#define LAUNCH(kernel, grid, block, shared_bytes, stream, ...) \
  cuda_emulation::launch (#kernel, kernel, (grid), (block), (shared_bytes), \
                          (stream), ##__VA_ARGS__)

namespace cuda_emulation
{

typedef void (*Function) ();

/* A launch as it waits on its stream. */
struct Launch
{
  const char *name;
  Function    kernel;
  dim3        grid, block;
  size_t      shared_bytes;
  void       *arguments;
  size_t      arguments_size;
  void      (*invoke) (Function kernel, void *arguments);
  void      (*destroy) (void *arguments);
};

void enqueue_launch (const Launch &launch, cudaStream_t stream);

template <typename... P>
struct Arguments
{
  typedef std::tuple<P...> Tuple;

  template <size_t... I>
  static void
  call (Function kernel, Tuple &values, std::index_sequence<I...>)
  {
    ((void (*) (P...)) kernel) (std::get<I> (values)...);
  }

  static void
  invoke (Function kernel, void *arguments)
  {
    call (kernel, *static_cast<Tuple *> (arguments), std::index_sequence_for<P...> ());
  }

  static void
  destroy (void *arguments)
  {
    delete static_cast<Tuple *> (arguments);
  }
};

template <typename... P, typename... A>
static inline void
launch (const char *name, void (*kernel) (P...), dim3 grid, dim3 block, size_t shared_bytes,
        cudaStream_t stream, A &&... arguments)
{
  static_assert (sizeof... (P) == sizeof... (A), "wrong number of arguments to a kernel");
  typedef Arguments<P...> Holder;

  enqueue_launch ({ name, (Function) kernel, grid, block, shared_bytes,
                    new typename Holder::Tuple (static_cast<P> (arguments)...),
                    sizeof (typename Holder::Tuple), Holder::invoke, Holder::destroy },
                  stream);
}

}

template <typename T>
static inline cudaError_t
cudaFuncSetAttribute (T *kernel, cudaFuncAttribute attribute, int value)
{
  return cudaFuncSetAttribute ((const void *) kernel, attribute, value);
}

template <typename T>
static inline cudaError_t
cudaMalloc (T **pointer, size_t n_bytes)
{
  return cudaMalloc ((void **) pointer, n_bytes);
}

template <typename T>
static inline cudaError_t
cudaMallocHost (T **pointer, size_t n_bytes)
{
  return cudaMallocHost ((void **) pointer, n_bytes);
}
