/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * llama-config.h: reads a `LlamaConfig`.  Only for llama.c.
 */

#pragma once

#include "engine/networks/llama.h"

G_BEGIN_DECLS

gdouble * pisces_llama_config_read (PiscesLlamaConfig  *llama_config,
                                    PiscesConfig       *config,
                                    GError            **error);

G_END_DECLS
