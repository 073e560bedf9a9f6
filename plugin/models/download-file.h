/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * download-file.h: one file of a download.
 */

#pragma once

#include "ui/models/pisces-catalog.h"

#include "plugin/models/http.h"

G_BEGIN_DECLS

/**
 * PiscesDownloadLimits:
 * @timeout_seconds: how long a server may be silent.
 * @n_tries: how often a broken connection is made again while nothing
 *   arrives by it.
 * @wait_ms: before the first of them; each next wait is twice as long.
 */
typedef struct
{
  guint timeout_seconds;
  guint n_tries;
  guint wait_ms;
} PiscesDownloadLimits;

/* Where the caller has no wish.  */
extern const PiscesDownloadLimits pisces_download_default_limits;

/* Called with every change of how many bytes of the file are there: more, or,
 * where it had to be begun anew, fewer.  */
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
