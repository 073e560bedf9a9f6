/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * download.h: brings a model of a list to a folder of this machine.  Nothing
 * is asked of any server but by these functions.
 */

#pragma once

#include "ui/models/pisces-catalog.h"

#include "plugin/models/download-file.h"

G_BEGIN_DECLS

/**
 * PiscesDownloadProgressFunc:
 * @done_bytes: of all files, those of earlier tries included.
 * @seconds_left: negative where it is not known.
 *
 * Called in the main context that the download was begun in, ten times a second
 * at most, and never after the end was told.
 */
typedef void (* PiscesDownloadProgressFunc) (guint64   done_bytes,
                                             gdouble   seconds_left,
                                             gpointer  user_data);

void       pisces_download_model_async    (PiscesCatalogModel          *model,
                                           const gchar                 *store,
                                           const PiscesDownloadLimits  *limits,
                                           PiscesDownloadProgressFunc   progress,
                                           gpointer                     progress_data,
                                           GCancellable                *cancellable,
                                           GAsyncReadyCallback          callback,
                                           gpointer                     user_data);
gchar    * pisces_download_model_finish   (GAsyncResult                *result,
                                           GError                     **error);
guint64    pisces_download_model_kept     (PiscesCatalogModel          *model,
                                           const gchar                 *store);
gboolean   pisces_download_model_discard  (PiscesCatalogModel          *model,
                                           const gchar                 *store,
                                           GError                     **error);

G_END_DECLS
