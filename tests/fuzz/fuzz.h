/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fuzz.h: the interface of a fuzz target, which is one function, as for
 * libFuzzer.  It gets any bytes, and must neither crash nor hang, nor break a
 * promise, which it asserts itself.
 */

#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         n_bytes);
