/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * loading.h: what every family tells and asks its backend while it loads a model.
 */

#pragma once

#include "engine/backend/backend.h"

G_BEGIN_DECLS

void     pisces_loading_begin       (PiscesBackend *backend,
                                     guint64        n_bytes);
gboolean pisces_loading_needs_files (PiscesBackend *backend);

G_END_DECLS
