/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * clip-text.h: CLIP's text encoder, as transformers' CLIPTextModelWithProjection:
 * the rows that a diffusion network is shown of a prompt, and one vector for all of
 * it.  Knows nothing of how a text becomes tokens.
 */

#pragma once

#include "engine/backend/backend.h"
#include "engine/model/config.h"
#include "engine/model/weight-files.h"

G_BEGIN_DECLS

typedef struct _PiscesClipText PiscesClipText;

typedef struct
{
  gint     hidden_size;
  gint     projection_size;
  gint     n_layers;
  gint     n_positions;
  gint     n_tokens;                  /* of the vocabulary                  */
  gint32   end;                       /* the token whose row stands for all
                                       * the text; -1: the one with the
                                       * largest number, as in older models */
} PiscesClipTextConfig;

PiscesClipText             * pisces_clip_text_load       (PiscesBackend      *backend,
                                                          PiscesConfig       *config,
                                                          PiscesWeightFiles  *files,
                                                          GError            **error);
void                         pisces_clip_text_free       (PiscesClipText     *clip);
const PiscesClipTextConfig * pisces_clip_text_get_config (PiscesClipText     *clip);
void                         pisces_clip_text_forward    (PiscesClipText     *clip,
                                                          PiscesTensor        states,
                                                          PiscesTensor        pooled,
                                                          const gint32       *ids);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesClipText, pisces_clip_text_free)

G_END_DECLS
