/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * text-sampler.h: chooses the next token from a language model's logits, on
 * the host or on the device.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/samplers/random.h"

G_BEGIN_DECLS

gint32  pisces_sample_token (const gfloat         *logits,
                             gint                  n_logits,
                             gdouble               temperature,
                             gdouble               top_p,
                             PiscesRandom         *random);
gint32  pisces_sample_at    (const gfloat         *logits,
                             gint                  n_logits,
                             const PiscesSampling *sampling);
gint32  pisces_sample       (PiscesBackend        *backend,
                             PiscesTensor          logits,
                             PiscesSampling        sampling,
                             PiscesRandom         *random);

G_END_DECLS
