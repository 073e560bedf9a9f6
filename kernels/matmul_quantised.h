/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * matmul_quantised.h: the launcher of matmul_quantised.cu.
 */

#pragma once

#include "kernels/kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* For any number of rows.  The weight as pisces_cuda_gemv_quantised() takes it;
 * weight_type, of 16 bits, is what its values are multiplied in.  y and x are
 * of it or f32, y f32 where x is.  */
cudaError_t  pisces_cuda_matmul_quantised
                                       (cudaStream_t          stream,
                                        PiscesCudaType        y_type,
                                        PiscesCudaType        x_type,
                                        PiscesCudaType        weight_type,
                                        int                   n_bits,
                                        PiscesCudaRows        y,
                                        PiscesCudaRows        x,
                                        const void           *quants,
                                        const void           *scales,
                                        long long             n_rows,
                                        long long             n_in,
                                        long long             n_out,
                                        PiscesCudaEpilogue    epilogue);

#ifdef __cplusplus
}
#endif
