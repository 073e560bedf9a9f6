/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-peaks.h: the peak rates of one processor, with which the benchmark
 * compares products of many rows.
 */

#pragma once

#include <glib.h>

gdouble peak_float32 (void);
gdouble peak_int8    (gint n_bits);
