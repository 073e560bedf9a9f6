/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * image-results.h: the results of one image: in memory, in the image's file,
 * and in the user's folder of pictures.
 */

#pragma once

#include <libgimp/gimp.h>

#include "ui/generate/pisces-result-list.h"
#include "ui/generate/pisces-result-store.h"

G_BEGIN_DECLS

typedef struct _PiscesImageResults PiscesImageResults;

PiscesImageResults * pisces_image_results_new         (gint32               image_id,
                                                       PiscesResultStore   *store);
void                 pisces_image_results_free        (PiscesImageResults  *results);

const gchar        * pisces_image_results_get_trouble (PiscesImageResults  *results);
guint                pisces_image_results_get_n_more  (PiscesImageResults  *results);
GPtrArray          * pisces_image_results_get_list    (PiscesImageResults  *results);
gboolean             pisces_image_results_are_in_file (PiscesImageResults  *results);

void                 pisces_image_results_set_list    (PiscesImageResults  *results,
                                                       GPtrArray           *list);
gboolean             pisces_image_results_write       (PiscesImageResults  *results,
                                                       GError             **error);
gboolean             pisces_image_results_load        (PiscesImageResults  *results,
                                                       PiscesResult        *result);
void                 pisces_image_results_remove      (PiscesImageResults  *results);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesImageResults, pisces_image_results_free)

G_END_DECLS
