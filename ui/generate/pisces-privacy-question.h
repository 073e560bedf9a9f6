/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-privacy-question.h: asks whether prompts that are already in the
 * image should be removed from it.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The response that removes them; after any other they stay.  */
#define PISCES_PRIVACY_REMOVE 1

GtkWidget * pisces_privacy_question_new (GtkWindow   *window,
                                         const gchar *held);

G_END_DECLS
