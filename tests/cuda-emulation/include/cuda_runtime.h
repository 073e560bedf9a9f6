/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cuda_runtime.h: the runtime and, for C++, what kernels use: indices,
 * barriers, warp functions, atomics, mathematics, and LAUNCH.
 */

#pragma once

#include "cuda_runtime_api.h"

#ifdef __cplusplus
#include "emulation/device.hpp"
#include "emulation/launch.hpp"
#include "emulation/warp.hpp"
#include "emulation/math.hpp"
#include "emulation/atomics.hpp"
#endif
