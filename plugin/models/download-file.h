/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * download-file.h: downloads one file.
 */

#pragma once

#include "ui/models/pisces-catalog.h"

#include "plugin/models/http.h"

G_BEGIN_DECLS

/**
 * PiscesDownloadLimits:
 * @timeout_seconds: how long to wait for a server that sends nothing.
 * @n_tries: how often to connect again after a broken connection from which
 *   nothing arrived.
 * @wait_ms: the wait before the first of these attempts; each further wait is
 *   twice as long.
 * @verify: (nullable): checks the folder of a model that has arrived, before it is
 *   offered.
 */
typedef struct
{
  guint timeout_seconds;
  guint n_tries;
  guint wait_ms;
  gboolean (* verify) (const gchar  *folder,
                       GError      **error);
} PiscesDownloadLimits;

/* The limits if the caller passes none.  */
extern const PiscesDownloadLimits pisces_download_default_limits;

/* Called whenever the number of bytes that have arrived changes.  It can also
 * decrease, when the file is started again.  */
typedef void (* PiscesDownloadFileFunc)   (gint64                      difference,
                                           gpointer                    user_data);

gboolean        pisces_download_file      (SoupSession                *session,
                                           const PiscesCatalogFile    *file,
                                           const gchar                *folder,
                                           const PiscesDownloadLimits *limits,
                                           PiscesDownloadFileFunc      changed,
                                           gpointer                    changed_data,
                                           GCancellable               *cancellable,
                                           GError                    **error);
guint64         pisces_download_file_kept (const PiscesCatalogFile    *file,
                                           const gchar                *folder);

G_END_DECLS
