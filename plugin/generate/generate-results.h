/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-results.h: the results of the Generate Layer window, which are kept
 * across windows and sessions.
 */

#pragma once

#include <libgimp/gimp.h>

#include "ui/generate/pisces-generate-window.h"

#include "plugin/session.h"

G_BEGIN_DECLS

typedef struct _PiscesGenerateResults PiscesGenerateResults;

PiscesGenerateResults * pisces_generate_results_new
                                    (PiscesSession         *session,
                                     PiscesGenerateWindow  *window);
void                    pisces_generate_results_show_image
                                    (PiscesGenerateResults *results);
void                    pisces_generate_results_take
                                    (PiscesGenerateResults *results,
                                     gint32                 image_id,
                                     PiscesPicture         *picture,
                                     PiscesImage           *before);
PiscesResult          * pisces_generate_results_find
                                    (PiscesGenerateResults *results,
                                     const gchar           *digest);
void                    pisces_generate_results_note_layer
                                    (PiscesGenerateResults *results,
                                     GimpLayer             *layer);

G_END_DECLS
