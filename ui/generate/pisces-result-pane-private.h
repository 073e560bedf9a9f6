/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-pane-private.h: the parts of the pane of the results, for the files
 * that implement it only.
 */

#pragma once

#include "ui/generate/pisces-result-pane.h"

G_BEGIN_DECLS

struct _PiscesResultPane
{
  GtkBox              parent_instance;

  GtkWidget          *bar;
  GtkWidget          *stack;
  GtkWidget          *filled;          /* hidden while there are no results */
  GtkWidget          *prompt;
  GtkWidget          *details;
  GtkWidget          *strip;
  GtkWidget          *place_pane;
  GtkWidget          *target;
  GtkWidget          *replace;
  GtkWidget          *add;
  GtkWidget          *vary_strength;
  GtkWidget          *large;           /* the window of one picture */
  GMenuModel         *menu;
  GSimpleActionGroup *actions;
  gboolean            has_target;
  gboolean            replaceable;
  gchar              *running_prompt;  /* (nullable): of the running job */
};

/* in pisces-result-show.c */

void pisces_result_show         (PiscesResultPane *pane);
void pisces_result_show_actions (PiscesResultPane *pane);

G_END_DECLS
