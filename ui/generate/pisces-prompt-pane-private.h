/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-prompt-pane-private.h: the parts of the prompt pane, for the files that
 * implement it only.
 */

#pragma once

#include "ui/generate/pisces-prompt-pane.h"

G_BEGIN_DECLS

struct _PiscesPromptPane
{
  GtkBox         parent_instance;

  GtkWidget     *prompt_field;
  GtkWidget     *plan_field;
  GtkWidget     *live_row;
  GtkWidget     *count;
  GtkWidget     *seed;
  GtkWidget     *new_seed;
  GtkWidget     *advanced;
  GtkWidget     *negative_prompt;
  GtkWidget     *model_settings;
  GtkWidget     *guidance;
  GtkWidget     *steps;
  GtkWidget     *fill_settings;
  GtkWidget     *change_strength;
  GtkWidget     *picture_size;

  gint           own_width, own_height;  /* what the model draws by itself; or 0 */
  gint           width, height;          /* what fits the place; or 0       */

  PiscesStyles  *styles;
  GtkWidget     *styles_dialog;   /* NULL while it is closed                */
  GCancellable  *planning;        /* of the plan that is being written      */
  gchar         *planned_prompt;  /* the prompt that it is written for      */
  gboolean       draws_plan;      /* whether to draw the plan even if its
                                   * prompt is another */
  gboolean       edits;           /* whether the prompt may be empty        */
  gboolean       filling;         /* whether the program changes the values */
};

/* in pisces-prompt-request.c */

PiscesGenerateRequest *
     pisces_prompt_request_new       (PiscesPromptPane *pane,
                                      const gchar      *prompt);
void pisces_prompt_request_draw_seed (PiscesPromptPane *pane);

G_END_DECLS
