/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-peaks.h: the peak rates of the machine, with which the benchmark
 * compares products of many rows.
 */

#pragma once

#include "engine/backend/backend.h"

gdouble peak_float32  (void);
gdouble peak_bfloat16 (PiscesBackend *backend);
gdouble peak_int8     (gint           n_bits);
gdouble peak_memory   (void);
gdouble memory_now    (void);
