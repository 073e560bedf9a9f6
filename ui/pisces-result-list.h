/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-list.h: the list of an image's results as the text that is
 * kept with the image.
 */

#pragma once

#include "ui/pisces-result.h"

G_BEGIN_DECLS

gchar     * pisces_result_list_to_text      (GPtrArray     *results);
GPtrArray * pisces_result_list_from_text    (const gchar   *text,
                                             GError       **error);

guint       pisces_result_list_find_batch   (GPtrArray     *results,
                                             PiscesPicture *picture);
PiscesResult *
            pisces_result_list_find_lost    (GPtrArray     *results,
                                             PiscesResult  *drawn);
gboolean    pisces_result_list_is_scored    (GPtrArray     *results,
                                             guint          batch);

G_END_DECLS
