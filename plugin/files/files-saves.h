/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * files-saves.h: the texts and keywords that wait to be saved in their files.
 */

#pragma once

#include "ui/files/pisces-file-item.h"

#include "plugin/files/files-work.h"

G_BEGIN_DECLS

void         pisces_files_saves_add  (GQueue     *saves,
                                      GPtrArray  *items);
PiscesWork * pisces_files_saves_next (GQueue     *saves);
void         pisces_files_saves_done (PiscesWork *work);

G_END_DECLS
