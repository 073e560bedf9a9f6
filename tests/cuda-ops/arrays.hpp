/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * arrays.hpp: arrays on the emulated device and what the host thinks is in them,
 * for the tests of kernels.
 */

#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vector>

#include "kernels/kernels.h"

typedef std::vector<float> Floats;
typedef long long          Size;

inline unsigned seed;

inline float
noise ()
{
  seed = seed * 1664525u + 1013904223u;
  return (float) (seed >> 8) / 8388608.0f - 1.0f;
}

inline float
rounded (PiscesCudaType type, float x)
{
  if (type == PISCES_CUDA_F16)
    return __half2float (__float2half (x));
  if (type == PISCES_CUDA_BF16)
    return __bfloat162float (__float2bfloat16 (x));
  return x;
}

inline void
check (cudaError_t status)
{
  if (status == cudaSuccess)
    return;
  fprintf (stderr, "CUDA: %s\n", cudaGetErrorString (status));
  exit (1);
}

/* An array on the device, and what the host thinks is in it.  */
struct Array
{
  PiscesCudaType type;
  Size           n_rows, width, stride;
  Floats         values;               /* [n_rows, width] */
  void          *data;

  Array (PiscesCudaType type_, Size n_rows_, Size width_, int gap = 0,
         bool is_output = false)
    : type (type_), n_rows (n_rows_), width (width_), stride (width_ + gap),
      values (n_rows_ * width_)
  {
    for (float &value : values)
      value = is_output ? NAN : rounded (type, noise ());
    check (cudaMalloc (&data, n_rows * stride * 4));
    write ();
  }

  ~Array ()
  {
    cudaFree (data);
  }

  void
  write ()
  {
    std::vector<char> bytes (n_rows * stride * 4);

    for (Size r = 0; r < n_rows; r++)
      for (Size c = 0; c < stride; c++)
        {
          const float v = c < width ? values[r * width + c] : NAN;
          const Size  i = r * stride + c;
          __half         h = __float2half (v);
          __nv_bfloat16  b = __float2bfloat16 (v);

          if (type == PISCES_CUDA_F32)
            memcpy (&bytes[4 * i], &v, 4);
          else if (type == PISCES_CUDA_F16)
            memcpy (&bytes[2 * i], &h, 2);
          else
            memcpy (&bytes[2 * i], &b, 2);
        }
    check (cudaMemcpy (data, bytes.data (), bytes.size (),
                       cudaMemcpyHostToDevice));
  }

  /* [n_rows, stride] */
  Floats
  read ()
  {
    std::vector<char> bytes (n_rows * stride * 4);
    Floats            out (n_rows * stride);

    check (cudaDeviceSynchronize ());
    check (cudaMemcpy (bytes.data (), data, bytes.size (),
                       cudaMemcpyDeviceToHost));
    for (Size i = 0; i < n_rows * stride; i++)
      {
        __half         h;
        __nv_bfloat16  b;

        memcpy (&h, &bytes[2 * i], 2);
        memcpy (&b, &bytes[2 * i], 2);
        if (type == PISCES_CUDA_F32)
          memcpy (&out[i], &bytes[4 * i], 4);
        else
          out[i] = type == PISCES_CUDA_F16 ? __half2float (h)
                                           : __bfloat162float (b);
      }
    return out;
  }

  PiscesCudaRows rows () const { return { data, stride, n_rows, (int) width, type }; }
  PiscesCudaImage image (int n, int h, int w) const { return { data, stride, n, h, w, (int) width, type }; }
  PiscesCudaMatrix matrix () const { return { data, type, 0, nullptr }; }
  float at (Size r, Size c) const { return values[r * width + c]; }
};
