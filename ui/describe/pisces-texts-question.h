/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-texts-question.h: asks what should happen to an image's unsaved
 * texts.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The responses, in addition to GTK_RESPONSE_CANCEL.  */
enum
{
  PISCES_TEXTS_DISCARD = 1,
  PISCES_TEXTS_SAVE,
  PISCES_TEXTS_KEEP
};

GtkWidget * pisces_texts_question_new_close  (GtkWindow   *window,
                                              gboolean     has_image);
GtkWidget * pisces_texts_question_new_delete (GtkWindow   *window,
                                              const gchar *image_name);

G_END_DECLS
