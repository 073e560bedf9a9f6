/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-live-drafts.h: drawing live in the Generate Layer window: when the user
 * has written something and pauses, it is drawn with few steps and the seed that
 * Generate would take.
 *
 * Signals:
 *
 *   "requested" (drafts, PiscesGenerateRequest *request, user_data)
 *     Draw this, when the engine has nothing else to do; copy the request to keep
 *     it.  %NULL: nothing.  What was requested before is not wanted any more.
 *     Answer with pisces_live_drafts_show() or pisces_live_drafts_refuse(), and
 *     give way to all other jobs: the user does not see this one.
 */

#pragma once

#include "ui/generate/pisces-prompt-pane.h"
#include "ui/generate/pisces-reference-pane.h"
#include "ui/generate/pisces-result-pane.h"

G_BEGIN_DECLS

#define PISCES_TYPE_LIVE_DRAFTS (pisces_live_drafts_get_type ())
G_DECLARE_FINAL_TYPE (PiscesLiveDrafts, pisces_live_drafts,
                      PISCES, LIVE_DRAFTS, GObject)

PiscesLiveDrafts * pisces_live_drafts_new          (GtkWidget           *window,
                                                    PiscesPromptPane    *prompt_pane,
                                                    PiscesReferencePane *reference_pane,
                                                    PiscesResultPane    *result_pane);

void               pisces_live_drafts_changed      (PiscesLiveDrafts    *drafts);
void               pisces_live_drafts_settle       (PiscesLiveDrafts    *drafts);
gboolean           pisces_live_drafts_keeps_seed   (PiscesLiveDrafts    *drafts);
void               pisces_live_drafts_show_place   (PiscesLiveDrafts    *drafts);

void               pisces_live_drafts_show         (PiscesLiveDrafts    *drafts,
                                                    PiscesPicture       *picture,
                                                    gint32               image_id);
void               pisces_live_drafts_refuse       (PiscesLiveDrafts    *drafts,
                                                    const gchar         *sentence);
void               pisces_live_drafts_set_obstacle (PiscesLiveDrafts    *drafts,
                                                    const gchar         *why);

G_END_DECLS
