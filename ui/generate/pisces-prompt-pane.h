/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-pane.h: the prompt, the seed, how many pictures, how closely
 * they follow the prompt; and the plan that the model makes of it.
 *
 * Signals:
 *
 *   "changed"        (pane, user_data): the user changed something
 *   "start"          (pane, user_data): draw the plan as it is;
 *     pisces_prompt_pane_make_request() makes the request
 *   "plan-requested" (pane, PiscesGenerateRequest *request,
 *     GCancellable *cancellable, user_data): write a plan, and then call
 *     pisces_prompt_pane_finish_plan()
 *   "message"        (pane, const gchar *sentence, user_data): what went wrong
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"
#include "ui/generate/pisces-fill-settings.h"
#include "ui/generate/pisces-live-row.h"
#include "ui/generate/pisces-prompt-field.h"

G_BEGIN_DECLS

#define PISCES_TYPE_PROMPT_PANE (pisces_prompt_pane_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPromptPane, pisces_prompt_pane,
                      PISCES, PROMPT_PANE, GtkBox)

/* The steps of a draft.  Of 4, 6, 8 and 10, nano's colours are the final ones from 8
 * on; README has the figures.  */
#define PISCES_DRAFT_STEPS 8

PiscesGenerateRequest *
              pisces_prompt_pane_make_request     (PiscesPromptPane    *pane,
                                                   gboolean             keeps_seed);
PiscesGenerateRequest *
              pisces_prompt_pane_make_draft_request
                                                  (PiscesPromptPane    *pane);
guint         pisces_prompt_pane_get_draft_steps  (PiscesPromptPane    *pane);

void          pisces_prompt_pane_focus_prompt     (PiscesPromptPane    *pane);
void          pisces_prompt_pane_set_prompt       (PiscesPromptPane    *pane,
                                                   const gchar         *prompt);
void          pisces_prompt_pane_use_picture      (PiscesPromptPane    *pane,
                                                   PiscesPicture       *picture);
void          pisces_prompt_pane_use_seed         (PiscesPromptPane    *pane,
                                                   guint32              seed);

void          pisces_prompt_pane_show_plan        (PiscesPromptPane    *pane,
                                                   const gchar         *plan);
void          pisces_prompt_pane_stream_plan      (PiscesPromptPane    *pane,
                                                   const gchar         *plan);
void          pisces_prompt_pane_write_plan       (PiscesPromptPane    *pane,
                                                   const gchar         *plan);
void          pisces_prompt_pane_finish_plan      (PiscesPromptPane    *pane,
                                                   const gchar         *plan);
gboolean      pisces_prompt_pane_is_planning      (PiscesPromptPane    *pane);
void          pisces_prompt_pane_stop_planning    (PiscesPromptPane    *pane);

gboolean      pisces_prompt_pane_handle_key       (PiscesPromptPane    *pane,
                                                   GdkEventKey         *event);

void          pisces_prompt_pane_set_history      (PiscesPromptPane    *pane,
                                                   PiscesPromptHistory *history);
void          pisces_prompt_pane_set_styles       (PiscesPromptPane    *pane,
                                                   PiscesStyles        *styles);
void          pisces_prompt_pane_set_word_check   (PiscesPromptPane    *pane,
                                                   PiscesWordCheck      check,
                                                   gpointer             user_data);
void          pisces_prompt_pane_check_words      (PiscesPromptPane    *pane);
void          pisces_prompt_pane_set_picture_size (PiscesPromptPane    *pane,
                                                   gint                 width,
                                                   gint                 height);
void          pisces_prompt_pane_fit_place       (PiscesPromptPane    *pane,
                                                   gint                 width,
                                                   gint                 height);

void          pisces_prompt_pane_set_editing      (PiscesPromptPane    *pane,
                                                   gboolean             fills,
                                                   gboolean             changes);
gdouble       pisces_prompt_pane_get_strength     (PiscesPromptPane    *pane);
PiscesFillSettings *
              pisces_prompt_pane_get_fill_settings
                                                  (PiscesPromptPane    *pane);

PiscesLiveRow *
              pisces_prompt_pane_get_live_row     (PiscesPromptPane    *pane);

void          pisces_prompt_pane_get_settings     (PiscesPromptPane    *pane,
                                                   GKeyFile            *settings);
void          pisces_prompt_pane_set_settings     (PiscesPromptPane    *pane,
                                                   GKeyFile            *settings);

G_END_DECLS
