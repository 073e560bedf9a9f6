/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * quantise.h: matrices in blocks of 32 values with one scale.
 */

#pragma once

#include <stddef.h>
#include <stdint.h>

#define PISCES_QUANTISED_BLOCK 32

#ifdef __cplusplus
extern "C" {
#endif

void pisces_quantise_row (int          n_bits,
                          uint8_t     *quants,
                          void        *scales,
                          const float *values,
                          size_t       n_values);

void pisces_dequantise_row
                         (int            n_bits,
                          const uint8_t *quants,
                          const void    *scales,
                          float         *values,
                          size_t         n_values);

#ifdef __cplusplus
}
#endif
