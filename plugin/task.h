/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * task.h: a job of a menu item that has no window of its own.
 */

#pragma once

#include "plugin/extension.h"

G_BEGIN_DECLS

typedef struct _PiscesTask PiscesTask;

PiscesTask   * pisces_task_new             (PiscesExtension       *extension,
                                            const gchar           *title,
                                            const gchar           *what,
                                            GError               **error);
GCancellable * pisces_task_get_cancellable (PiscesTask            *task);
void           pisces_task_present         (PiscesTask            *task);
void           pisces_task_progress        (const PiscesProgress  *progress,
                                            gpointer               task);
void           pisces_task_end             (PiscesTask            *task,
                                            const gchar           *sentence,
                                            const GError          *error);

G_END_DECLS
