/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provenance.h: where a layer came from, kept with the layer, and what was
 * made for an image, kept with the image.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_PROVENANCE "pisces-provenance"
#define PISCES_RESULTS    "pisces-results"

gboolean        pisces_provenance_attach        (GimpItem             *item,
                                                 const PiscesPicture  *picture);
PiscesPicture * pisces_provenance_read          (GimpItem             *item,
                                                 GError              **error);

gboolean        pisces_provenance_attach_list   (GimpImage            *image,
                                                 GPtrArray            *results);
GPtrArray     * pisces_provenance_read_list     (GimpImage            *image,
                                                 GError              **error);

G_END_DECLS
