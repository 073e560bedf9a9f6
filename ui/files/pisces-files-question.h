/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-question.h: asks what should happen to unsaved texts.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* After any other response, everything stays as it is.  */
enum
{
  PISCES_FILES_DISCARD = 1,
  PISCES_FILES_SAVE
};

GtkWidget * pisces_files_question_new_close  (GtkWindow *window,
                                              guint      n_texts);
GtkWidget * pisces_files_question_new_remove (GtkWindow *window,
                                              guint      n_texts);

G_END_DECLS
