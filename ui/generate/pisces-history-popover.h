/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-history-popover.h: the prompts that were used, in a list with a
 * search field.
 *
 * Signals:
 *
 *   "chosen"  (popover, const gchar *prompt, user_data)
 *   "message" (popover, const gchar *sentence, user_data): what went wrong
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/generate/pisces-prompt-history.h"

G_BEGIN_DECLS

#define PISCES_TYPE_HISTORY_POPOVER (pisces_history_popover_get_type ())
G_DECLARE_FINAL_TYPE (PiscesHistoryPopover, pisces_history_popover,
                      PISCES, HISTORY_POPOVER, GtkPopover)

void   pisces_history_popover_set_history (PiscesHistoryPopover *popover,
                                           PiscesPromptHistory  *history);

G_END_DECLS
