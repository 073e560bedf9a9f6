/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wait.h: the engine's jobs for callers that want the result now.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

PiscesGenerateResult * pisces_wait_for_generate (PiscesEngine                 *engine,
                                                 const PiscesGenerateRequest  *request,
                                                 GError                      **error);
PiscesDescribeResult * pisces_wait_for_describe (PiscesEngine                 *engine,
                                                 const PiscesDescribeRequest  *request,
                                                 GError                      **error);

G_END_DECLS
