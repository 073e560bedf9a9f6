/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-describe-window-private.h: what the files of the Describe Image window
 * share.
 */

#pragma once

#include "ui/describe/pisces-describe-window.h"

G_BEGIN_DECLS

struct _PiscesDescribeWindow
{
  GtkWindow  parent_instance;

  GtkWidget *message_bar;
  GtkWidget *image_name;
  GtkWidget *view;
  GtkWidget *view_note;
  GtkWidget *source;
  GtkWidget *context;
  GtkWidget *look_closer;
  GtkWidget *job_row;
  GtkWidget *pages;
  GtkWidget *texts;
  GtkWidget *ask;
  GtkWidget *check;
  GtkWidget *status_line;

  gboolean   is_open;      /* whether the image is open in GIMP */
  gboolean   has_image;    /* whether there are pixels to describe */
  GtkWidget *question;     /* NULL while no question is open */
  gpointer   draft;        /* the draft that the question is about */
};

gboolean pisces_describe_questions_on_delete_event (GtkWidget            *widget,
                                                    GdkEventAny          *event);
void     pisces_describe_questions_on_delete_draft (PiscesDescribeWindow *window,
                                                    PiscesTextDraft      *draft);

G_END_DECLS
