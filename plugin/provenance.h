/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provenance.h: where a layer came from, kept with the layer.
 */

#pragma once

#include <libgimp/gimp.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

#define PISCES_PROVENANCE "pisces-provenance"

gboolean pisces_provenance_attach (GimpItem            *item,
                                   const PiscesPicture *picture);
gchar  * pisces_provenance_write  (const PiscesPicture *picture);

G_END_DECLS
