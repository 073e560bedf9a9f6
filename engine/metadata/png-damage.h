/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * png-damage.h: checks whether all frames of an animated PNG are complete.
 */

#pragma once

#include "engine/metadata/jpeg-damage.h"

G_BEGIN_DECLS

PiscesDamage pisces_png_find_damage (FILE *file);

G_END_DECLS
