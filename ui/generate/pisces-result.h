/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result.h: one picture in the list of those that were made for an
 * image.  It also knows where its pixels are kept and how well it matches its
 * prompt.
 *
 * Signals:
 *
 *   "changed" (result, user_data): something that is shown has changed
 *   "scored"  (result, user_data): it has a score, or another one
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_TYPE_RESULT (pisces_result_get_type ())
G_DECLARE_FINAL_TYPE (PiscesResult, pisces_result, PISCES, RESULT, GObject)

/* The value for a result without a score.  */
#define PISCES_RESULT_NO_MATCH (-1.0)

PiscesResult  * pisces_result_new             (PiscesPicture *picture,
                                               const gchar   *digest);

PiscesPicture * pisces_result_get_picture     (PiscesResult  *result);
void            pisces_result_set_image       (PiscesResult  *result,
                                               PiscesImage   *image);
PiscesImage   * pisces_result_get_before      (PiscesResult  *result);
void            pisces_result_set_before      (PiscesResult  *result,
                                               PiscesImage   *before);
void            pisces_result_set_pending     (PiscesResult  *result,
                                               gboolean       pending);
gboolean        pisces_result_is_lost         (PiscesResult  *result);
const gchar   * pisces_result_get_digest      (PiscesResult  *result);

gdouble         pisces_result_get_match       (PiscesResult  *result);
const gchar   * pisces_result_get_description (PiscesResult  *result);
PiscesScoreWay  pisces_result_get_score_way   (PiscesResult  *result);
void            pisces_result_set_score       (PiscesResult  *result,
                                               gdouble        match,
                                               const gchar   *description,
                                               PiscesScoreWay way);

guint           pisces_result_get_batch       (PiscesResult  *result);
void            pisces_result_set_batch       (PiscesResult  *result,
                                               guint          batch);

gint32          pisces_result_get_owner       (PiscesResult  *result);
void            pisces_result_set_owner       (PiscesResult  *result,
                                               gint32         owner);
gboolean        pisces_result_is_private      (PiscesResult  *result);
void            pisces_result_set_private     (PiscesResult  *result,
                                               gboolean       is_private);
gboolean        pisces_result_is_stored       (PiscesResult  *result);
void            pisces_result_set_stored      (PiscesResult  *result,
                                               gboolean       stored);
guint           pisces_result_get_n_carried   (PiscesResult  *result);
void            pisces_result_set_n_carried   (PiscesResult  *result,
                                               guint          n_bytes);

G_END_DECLS
