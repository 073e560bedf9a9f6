/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tiff-damage.h: checks whether all pages of a TIFF are complete.
 */

#pragma once

#include "engine/metadata/jpeg-damage.h"

G_BEGIN_DECLS

PiscesDamage pisces_tiff_find_damage (const guint8 *data,
                                      gsize         n_bytes);

G_END_DECLS
