/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-privacy-question.h: the question whether prompts that an image holds
 * already are to be taken out of it.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A response; any other leaves them in.  */
#define PISCES_PRIVACY_REMOVE 1

GtkWidget * pisces_privacy_question_new (GtkWindow   *window,
                                         const gchar *held);

G_END_DECLS
