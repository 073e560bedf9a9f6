/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * picture-file.h: a picture file's pixels.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

PiscesImage * pisces_picture_file_load (const gchar  *path,
                                        GError      **error);

G_END_DECLS
