/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dispatch.h: finds, by element types that are known only at run time, the function
 * that was compiled for them.  A launcher says which types go together, and what is
 * to be called with them:
 *
 *   return dispatch (OutAndIn (), [&] (auto out, auto in)
 *     {
 *       return launch<decltype (out), decltype (in)> (stream, y, x);
 *     }, y.type, x.type);
 *
 * A debugger steps through it as through any other function.
 */

#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "kernels/kernels.h"


/* Types that go together, and a list of such groups.  */
template <typename... Elements>
struct Together
{
};

template <typename... Lists>
struct AnyOf
{
};

/* A single operand of any type.  */
typedef AnyOf<Together<float>, Together<__half>, Together<__nv_bfloat16>> AnyType;

/* What tensor cores multiply.  */
typedef AnyOf<Together<__half>, Together<__nv_bfloat16>> AnyHalf;

/* What is written and what is read: both of one type, or any type from float32.  */
typedef AnyOf<Together<float, float>, Together<__half, __half>,
              Together<__nv_bfloat16, __nv_bfloat16>, Together<__half, float>,
              Together<__nv_bfloat16, float>> OutAndIn;

/* The elements of two operands: both of one type, or the first of float32 and the
 * second of any.  */
typedef AnyOf<Together<float, float>, Together<__half, __half>,
              Together<__nv_bfloat16, __nv_bfloat16>, Together<float, __half>,
              Together<float, __nv_bfloat16>> ElementAndOther;

typedef AnyOf<Together<float, float>, Together<float, __half>,
              Together<float, __nv_bfloat16>, Together<__half, float>,
              Together<__half, __half>, Together<__half, __nv_bfloat16>,
              Together<__nv_bfloat16, float>, Together<__nv_bfloat16, __half>,
              Together<__nv_bfloat16, __nv_bfloat16>> AnyPair;

/* The elements of sums and of x: both of one type, or the sums of float32.  */
typedef AnyOf<Together<float, float>, Together<__half, __half>,
              Together<__nv_bfloat16, __nv_bfloat16>, Together<float, __half>,
              Together<float, __nv_bfloat16>> SumsAndIn;

/* y, x and the weight of a product: all of one type; or y and x of float32 and the
 * weight of any; or y of float32 and x of the weight's type.  */
typedef AnyOf<Together<float, float, float>, Together<float, float, __half>,
              Together<float, float, __nv_bfloat16>,
              Together<float, __half, __half>,
              Together<float, __nv_bfloat16, __nv_bfloat16>,
              Together<__half, __half, __half>,
              Together<__nv_bfloat16, __nv_bfloat16, __nv_bfloat16>> ProductTypes;

/* The same without weights of float32.  */
typedef AnyOf<Together<float, float, __half>, Together<float, float, __nv_bfloat16>,
              Together<float, __half, __half>,
              Together<float, __nv_bfloat16, __nv_bfloat16>,
              Together<__half, __half, __half>,
              Together<__nv_bfloat16, __nv_bfloat16, __nv_bfloat16>>
        ProductTypesOfHalves;

static inline PiscesCudaType
type_of_element (float)
{
  return PISCES_CUDA_F32;
}

static inline PiscesCudaType
type_of_element (__half)
{
  return PISCES_CUDA_F16;
}

static inline PiscesCudaType
type_of_element (__nv_bfloat16)
{
  return PISCES_CUDA_BF16;
}

template <typename Function, typename... Types>
static cudaError_t
dispatch (AnyOf<>, Function, Types...)
{
  return cudaErrorInvalidValue;
}

/* Looks for the group of the list that has just these types, and calls the function
 * with an element of each of them.  If there is none, the launcher has been given types
 * that do not go together.  */
template <typename... Elements, typename... Rest, typename Function, typename... Types>
static cudaError_t
dispatch (AnyOf<Together<Elements...>, Rest...>,
          Function function,
          Types...  types)
{
  if ((... && (types == type_of_element (Elements ()))))
    return function (Elements ()...);

  return dispatch (AnyOf<Rest...> (), function, types...);
}
