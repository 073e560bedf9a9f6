/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-keys.h: what the keys do in the row of pictures.
 */

#pragma once

#include "ui/generate/pisces-picture-strip.h"

G_BEGIN_DECLS

void pisces_picture_keys_connect (PiscesPictureStrip *strip);

G_END_DECLS
