/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-window-private.h: what the files of the Describe Files window share.
 */

#pragma once

#include "ui/files/pisces-files-window.h"

G_BEGIN_DECLS

struct _PiscesFilesWindow
{
  GtkWindow             parent_instance;

  GtkWidget            *message_bar;
  GtkWidget            *remove;
  GtkWidget            *language;
  GtkWidget            *table;
  GtkWidget            *empty;
  GtkWidget            *pane;
  GtkWidget            *context;
  GtkWidget            *job_row;
  GtkToggleButton      *overwrite;
  GtkToggleButton      *keep_time;
  GtkToggleButton      *find_keywords;
  GtkWidget            *unsaved;
  GtkWidget            *save_selected;
  GtkWidget            *save_all;
  GtkWidget            *status_line;

  PiscesFileList       *list;
  GtkFileChooserNative *chooser;    /* NULL while no dialog is open */
  GtkWidget            *question;   /* the same */
  guint                 n_saving;
  gboolean              close_when_saved;
  guint                 update_idle;
};

G_END_DECLS
