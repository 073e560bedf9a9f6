/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-doubt-question.h: asks whether to save texts about pictures that the
 * model does not know.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* After any other response, nothing is saved.  */
enum
{
  PISCES_DOUBT_SAVE_OTHERS = 1,
  PISCES_DOUBT_SAVE_ALL
};

GtkWidget * pisces_doubt_question_new (GtkWindow *window,
                                       guint      n_doubtful,
                                       guint      n_others);

G_END_DECLS
