/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tiff-damage.h: whether all of a TIFF's pages are there.
 */

#pragma once

#include "engine/metadata/jpeg-damage.h"

G_BEGIN_DECLS

PiscesDamage pisces_tiff_find_damage (const guint8 *data,
                                      gsize         n_bytes);

G_END_DECLS
