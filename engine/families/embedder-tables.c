/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * embedder-tables.c: the tables of functions that the engine may call for a model of the
 * families `clip` and `dinov2`, which differ in how their encoder is loaded.
 */

#include <glib/gi18n-lib.h>

#include "engine/families/embedder.h"

#define ABILITIES \
  { \
    .roles         = PISCES_ROLE_COMPARE, \
    .has_embedding = TRUE, \
    .fill_refusal  = N_("This model only compares pictures, and draws nothing."), \
  }

const PiscesFamily pisces_family_clip =
{
  .name           = "clip",
  .model_type     = "clip",
  .other_type     = "clip_vision_model",
  .abilities      = ABILITIES,
  .load           = embedder_load_clip,
  .load_remarking = embedder_load_clip_remarking,
  .free           = embedder_free,
  .inspect        = embedder_inspect,
  .embed          = embedder_embed,
};

const PiscesFamily pisces_family_dinov2 =
{
  .name           = "dinov2",
  .model_type     = "dinov2",
  .abilities      = ABILITIES,
  .load           = embedder_load_dinov2,
  .load_remarking = embedder_load_dinov2_remarking,
  .free           = embedder_free,
  .inspect        = embedder_inspect,
  .embed          = embedder_embed,
};
