/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-pane.h: the results: one picture large, with what it was made
 * from, and all of them small; and how one gets into the image.
 *
 * Signals:
 *
 *   "selected"          (pane, user_data): another picture is shown
 *   "add-requested"     (pane, PiscesPicture *picture, user_data): add the
 *     picture to the image, or make a new image of it
 *   "replace-requested" (pane, PiscesPicture *picture, user_data): replace the
 *     layer that was added last with it
 *   "use-requested"     (pane, PiscesPicture *picture, user_data): use its
 *     prompt and seed for the next picture
 *   "request-made"      (pane, PiscesGenerateRequest *request, user_data):
 *     draw this now; copy the request to keep it
 *   "image-wanted"      (pane, const gchar *digest, user_data): return a reference
 *     to the #PiscesImage with this digest, or tell the user and return %NULL
 *   "list-changed"      (pane, user_data): time to store
 *     pisces_result_pane_list()
 *   "check-requested"   (pane, PiscesResult *result, user_data): answer with
 *     pisces_result_set_score()
 *   "earlier-requested" (pane, user_data): also show what was made for other
 *     images
 *   "privacy-changed"   (pane, user_data): see pisces_result_pane_keeps_out()
 *   "remove-requested"  (pane, user_data): remove prompts and pictures from
 *     the image's file
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/generate/pisces-picture-file.h"
#include "ui/generate/pisces-result.h"
#include "ui/generate/pisces-strength-field.h"
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
PiscesStrengthField *
                pisces_result_pane_get_vary_strength
                                                (PiscesResultPane *pane);
GtkWidget     * pisces_result_pane_get_place_pane
                                                (PiscesResultPane *pane);
void            pisces_result_pane_set_running  (PiscesResultPane *pane,
                                                 const gchar      *prompt);
void            pisces_result_pane_set_preview  (PiscesResultPane *pane,
                                                 PiscesImage      *preview);
void            pisces_result_pane_add_picture  (PiscesResultPane *pane,
                                                 PiscesPicture    *picture,
                                                 PiscesImage      *before,
                                                 gint32            owner);

void            pisces_result_pane_set_draft    (PiscesResultPane *pane,
                                                 PiscesPicture    *picture,
                                                 gint32            owner);
PiscesPicture * pisces_result_pane_get_draft    (PiscesResultPane *pane);
void            pisces_result_pane_select_draft (PiscesResultPane *pane);

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
