/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-drafts-popover.h: a list of kept texts, of images that are not open
 * in a window.  The user can use them or delete them.
 *
 * Signals:
 *
 *   "use"    (popover, gpointer draft, user_data)
 *   "delete" (popover, gpointer draft, user_data)
 *     @draft is a #PiscesTextDraft of the list.
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/describe/pisces-text-drafts.h"

G_BEGIN_DECLS

#define PISCES_TYPE_DRAFTS_POPOVER (pisces_drafts_popover_get_type ())
G_DECLARE_FINAL_TYPE (PiscesDraftsPopover, pisces_drafts_popover,
                      PISCES, DRAFTS_POPOVER, GtkPopover)

GtkWidget * pisces_drafts_popover_new        (void);
void        pisces_drafts_popover_set_drafts (PiscesDraftsPopover *popover,
                                              PiscesTextDrafts    *drafts);

G_END_DECLS
