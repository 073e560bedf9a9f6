/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-session-private.h: the session of the Generate Layer window, for the
 * files that implement it only.
 */

#pragma once

#include "ui/generate/pisces-generate-window.h"

#include "plugin/generate/generate-fill.h"
#include "plugin/generate/generate-live.h"
#include "plugin/generate/generate-results.h"
#include "plugin/session.h"

G_BEGIN_DECLS

typedef struct
{
  PiscesSession          base;
  PiscesGenerateWindow  *window;
  PiscesGenerateResults *results;
  PiscesGenerateFills   *fills;
  PiscesGenerateLive    *live;
  gboolean               has_target;  /* whether the window shows a target */
  guint                  n_drawn;     /* pictures since there was no job */
} GenerateSession;

/* in generate-target.c */

void        pisces_generate_target_show      (GenerateSession       *session);
void        pisces_generate_target_choose    (PiscesGenerateWindow  *window,
                                              gint                   image_id,
                                              GenerateSession       *session);
PiscesPlace pisces_generate_target_get_place (GenerateSession       *session);

/* in generate-add.c */

void        pisces_generate_add              (PiscesGenerateWindow  *window,
                                              PiscesPicture         *picture,
                                              GenerateSession       *session);

G_END_DECLS
