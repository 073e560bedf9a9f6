/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * text-sampler.h: picks the next token from a language model's logits.
 */

#pragma once

#include "engine/samplers/random.h"

G_BEGIN_DECLS

gint32  pisces_sample_token (const gfloat  *logits,
                             gint           n_logits,
                             gdouble        temperature,
                             gint           top_k,
                             gdouble        top_p,
                             PiscesRandom  *random);

G_END_DECLS
