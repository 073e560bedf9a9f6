/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * files-kept.h: keeps the unsaved texts of Describe Files in a file of the
 * profile.
 */

#pragma once

#include "ui/files/pisces-files-window.h"

#include "plugin/session.h"

G_BEGIN_DECLS

void pisces_files_kept_attach (PiscesSession     *session,
                               PiscesFileList    *list,
                               PiscesFilesWindow *window);

G_END_DECLS
