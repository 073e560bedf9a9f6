/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-ask-pane.h: questions about a picture, and the answers, which stay in
 * the list.
 *
 * Signals:
 *
 *   "ask-requested" (pane, const gchar *question, user_data)
 *     Answer with pisces_ask_pane_add_answer().
 *   "use-answer" (pane, const gchar *answer, user_data): the user wants to add
 *     it to the description.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_ASK_PANE (pisces_ask_pane_get_type ())
G_DECLARE_FINAL_TYPE (PiscesAskPane, pisces_ask_pane,
                      PISCES, ASK_PANE, GtkBox)

void pisces_ask_pane_add_answer  (PiscesAskPane *pane,
                                  const gchar   *question,
                                  const gchar   *answer);
void pisces_ask_pane_set_can_ask (PiscesAskPane *pane,
                                  gboolean       can_ask);

G_END_DECLS
