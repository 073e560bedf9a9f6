/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * download-text.h: reads a short text from a server or a file.
 */

#pragma once

#include "plugin/models/download-file.h"

G_BEGIN_DECLS

void       pisces_download_text_async     (const gchar                 *address,
                                           const PiscesDownloadLimits  *limits,
                                           GCancellable                *cancellable,
                                           GAsyncReadyCallback          callback,
                                           gpointer                     user_data);
GBytes   * pisces_download_text_finish    (GAsyncResult                *result,
                                           GError                     **error);

G_END_DECLS
