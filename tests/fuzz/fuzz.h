/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fuzz.h: what a fuzz target is: one function, in libFuzzer's manner.  It is
 * given any bytes and must neither crash, hang nor break a promise, which it
 * asserts itself.
 */

#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         n_bytes);
