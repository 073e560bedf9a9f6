/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-peaks.h: what one processor can do at most: the limits that the
 * benchmark holds products of many rows against.
 */

#pragma once

#include <glib.h>

gdouble peak_float32 (void);
gdouble peak_int8    (void);
