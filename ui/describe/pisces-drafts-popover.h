/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-drafts-popover.h: texts that are kept, of images that are not open in
 * a window, to be used or deleted.
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
