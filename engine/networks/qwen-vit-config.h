/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * qwen-vit-config.h: reads a `Qwen2_5_VLVisionConfig`.  Only for qwen-vit.c.
 */

#pragma once

#include "engine/networks/qwen-vit.h"

G_BEGIN_DECLS

gboolean pisces_qwen_vit_config_read (PiscesQwenVitConfig  *vit_config,
                                      PiscesConfig         *config,
                                      GError              **error);

G_END_DECLS
