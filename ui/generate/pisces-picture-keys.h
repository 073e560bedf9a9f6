/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-keys.h: what the keys do in the row of pictures.
 */

#pragma once

#include "ui/generate/pisces-picture-strip.h"

G_BEGIN_DECLS

gboolean pisces_picture_keys_handle (PiscesPictureStrip *strip,
                                     GdkEventKey        *event);

G_END_DECLS
