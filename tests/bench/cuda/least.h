/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * least.h: the bytes and operations that every implementation of the networks
 * needs, product by product.
 */

#pragma once

#include "engine/backend/backend.h"

G_BEGIN_DECLS

void least_watch (PiscesBackend *backend);

G_END_DECLS
