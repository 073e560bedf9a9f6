/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * undo-group.h: groups of changes to an image that are undone together.
 */

#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

void pisces_undo_group_start (GimpImage *image);
void pisces_undo_group_end   (GimpImage *image);

G_END_DECLS
