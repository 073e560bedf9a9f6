/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-generate-window-private.h: the parts of the Generate Layer window,
 * for the files that implement it only.
 */

#pragma once

#include "ui/generate/pisces-generate-window.h"

G_BEGIN_DECLS

struct _PiscesGenerateWindow
{
  GtkWindow      parent_instance;

  GtkWidget     *message_bar;
  GtkWidget     *paned;
  GtkWidget     *prompt_pane;
  GtkWidget     *reference_pane;
  GtkWidget     *job_list;
  GtkWidget     *job_row;
  GtkWidget     *result_pane;
  GtkWidget     *place_pane;
  GtkWidget     *status_line;

  GListStore    *jobs;              /* PiscesJobItem, in the order in which they
                                     * run                                    */
  PiscesJobItem *shown_job;         /* (unowned): the first job, or NULL      */
  GtkWidget     *close_question;    /* NULL while no question is open         */
  guint          settings_source;   /* the timeout that emits
                                     * "settings-changed", or 0 */

  PiscesLiveDrafts *live_drafts;
  gint           draft_width;       /* of the draft that is selected, or 0    */
};

/* in pisces-generate-target.c */

void pisces_generate_window_show_place (PiscesGenerateWindow *window);

G_END_DECLS
