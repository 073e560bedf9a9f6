/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * undo-group.h: changes of an image that one undo takes back.
 */

#pragma once

#include <libgimp/gimp.h>

G_BEGIN_DECLS

void pisces_undo_group_start (GimpImage *image);
void pisces_undo_group_end   (GimpImage *image);

G_END_DECLS
