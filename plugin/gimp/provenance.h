/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provenance.h: stores with a layer what it was made from, and with an image
 * what was made for it.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"
#include "ui/generate/pisces-result-list.h"

G_BEGIN_DECLS

#define PISCES_PROVENANCE "pisces-provenance"
#define PISCES_RESULTS    "pisces-results"
#define PISCES_PIXELS     "pisces-pixels-"   /* followed by a digest */

gboolean           pisces_provenance_attach        (GimpItem             *item,
                                                    const PiscesPicture  *picture);
gboolean           pisces_provenance_attach_text   (GimpItem             *item,
                                                    const gchar          *name,
                                                    const gchar          *text);
PiscesPicture    * pisces_provenance_read          (GimpItem             *item,
                                                    GError              **error);

gboolean           pisces_provenance_attach_list   (GimpImage            *image,
                                                    const gchar          *text);
PiscesResultList * pisces_provenance_read_list     (GimpImage            *image,
                                                    GError              **error);

GHashTable       * pisces_provenance_list_pixels   (GimpImage            *image);
gboolean           pisces_provenance_attach_pixels (GimpImage            *image,
                                                    const gchar          *digest,
                                                    GBytes               *png);
GBytes           * pisces_provenance_read_pixels   (GimpImage            *image,
                                                    const gchar          *digest);
void               pisces_provenance_detach_pixels (GimpImage            *image,
                                                    const gchar          *digest);

/* in provenance-remove.c */

gboolean           pisces_provenance_find          (GimpImage            *image,
                                                    guint                *n_results,
                                                    guint                *n_layers);
void               pisces_provenance_remove        (GimpImage            *image);

G_END_DECLS
