/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-pane.h: what came out: one picture large, with what it was
 * made from, and all of them small; and the way of one into the image.
 *
 * Signals:
 *
 *   "selected"          (pane, user_data): another picture is shown
 *   "add-requested"     (pane, PiscesPicture *picture, user_data): to the image,
 *                       or as an image of its own
 *   "replace-requested" (pane, PiscesPicture *picture, user_data): in place of
 *                       the layer that was added last
 *   "use-requested"     (pane, PiscesPicture *picture, user_data): its prompt
 *                       and seed are wanted for the next one
 *   "request-made"      (pane, PiscesGenerateRequest *request, user_data): one
 *                       to be drawn now; copy it to keep it
 *   "list-changed"      (pane, user_data): the time to keep
 *                       pisces_result_pane_list()
 *   "check-requested"   (pane, PiscesResult *result, user_data): answer with
 *                       pisces_result_set_score()
 *   "earlier-requested" (pane, user_data): what was made for other images
 *                       is wanted too
 *   "privacy-changed"   (pane, user_data): see pisces_result_pane_keeps_out()
 *   "remove-requested"  (pane, user_data): what the image's file holds of
 *                       prompts and pictures is to go
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/generate/pisces-picture-file.h"
#include "ui/generate/pisces-result.h"
#include "ui/generate/pisces-target-combo.h"

G_BEGIN_DECLS

#define PISCES_TYPE_RESULT_PANE (pisces_result_pane_get_type ())
G_DECLARE_FINAL_TYPE (PiscesResultPane, pisces_result_pane,
                      PISCES, RESULT_PANE, GtkBox)

void            pisces_result_pane_set_has_target
                                                (PiscesResultPane *pane,
                                                 gboolean          has_target);
PiscesTargetCombo *
                pisces_result_pane_get_target_combo
                                                (PiscesResultPane *pane);
GtkWidget     * pisces_result_pane_get_place_pane
                                                (PiscesResultPane *pane);
void            pisces_result_pane_set_running  (PiscesResultPane *pane,
                                                 const gchar      *prompt);
void            pisces_result_pane_set_preview  (PiscesResultPane *pane,
                                                 PiscesImage      *preview);
void            pisces_result_pane_add_picture  (PiscesResultPane *pane,
                                                 PiscesPicture    *picture,
                                                 gint32            owner);

GPtrArray     * pisces_result_pane_list         (PiscesResultPane *pane);
void            pisces_result_pane_add_results  (PiscesResultPane *pane,
                                                 GPtrArray        *results);
void            pisces_result_pane_clear        (PiscesResultPane *pane);
void            pisces_result_pane_set_replaceable
                                                (PiscesResultPane *pane,
                                                 gboolean          replaceable);
gboolean        pisces_result_pane_get_checking (PiscesResultPane *pane);
gboolean        pisces_result_pane_keeps_out    (PiscesResultPane *pane);
PiscesPictureFileFlags
                pisces_result_pane_get_file_flags
                                                (PiscesResultPane *pane);
void            pisces_result_pane_show_error   (PiscesResultPane *pane,
                                                 const gchar      *sentence);
void            pisces_result_pane_show_notes   (PiscesResultPane *pane,
                                                 const gchar      *notes,
                                                 gboolean          removable);

gboolean        pisces_result_pane_is_following (PiscesResultPane *pane);
PiscesPicture * pisces_result_pane_get_picture  (PiscesResultPane *pane);

G_END_DECLS
