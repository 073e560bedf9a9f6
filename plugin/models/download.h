/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * download.h: downloads a model of a list to a folder of this machine.  Only
 * the functions in these files connect to a server.
 */

#pragma once

#include "ui/models/pisces-catalog.h"

#include "plugin/models/download-file.h"

G_BEGIN_DECLS

/**
 * PiscesDownloadProgressFunc:
 * @done_bytes: how many bytes of all files have arrived, including earlier
 *   attempts.
 * @seconds_left: negative if it is not known.
 *
 * Called in the main context in which the download was started, at most ten
 * times a second, and never after the end was reported.
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
