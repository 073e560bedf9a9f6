/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-generate-window-private.h: the parts of the Generate Layer window,
 * for its own files alone.
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

  GListStore    *jobs;              /* of PiscesJobItem, in their order       */
  PiscesJobItem *shown_job;         /* (unowned): the first of them, or NULL  */
  GtkWidget     *close_question;    /* while it is asked, or NULL             */
  guint          settings_source;   /* waits to emit "settings-changed", or 0 */
};

G_END_DECLS
