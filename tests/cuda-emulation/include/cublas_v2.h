/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cublas_v2.h: the current names of cuBLAS without their numbers.
 */

#pragma once

#include "cublas_api.h"

#define cublasCreate       cublasCreate_v2
#define cublasDestroy      cublasDestroy_v2
#define cublasGetVersion   cublasGetVersion_v2
#define cublasSetStream    cublasSetStream_v2
#define cublasSetWorkspace cublasSetWorkspace_v2
