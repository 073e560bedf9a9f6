/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * download-part.h: the part of a file that has been downloaded.
 */

#pragma once

#include "plugin/models/download-file.h"

G_BEGIN_DECLS

#define PISCES_DOWNLOAD_BLOCK_BYTES (256 * 1024)

/* In the model's folder: what its host said about its files.  */
#define PISCES_DOWNLOAD_NOTES       "pisces-download.ini"

typedef struct
{
  const PiscesCatalogFile *file;
  gchar                   *whole;       /* the paths */
  gchar                   *part;
  gchar                   *from;
  gchar                   *said;        /* what the host said about the file */
  gchar                   *digest;      /* what it must have: a SHA-256, or an id in
                                         * git; NULL: not known yet  */
  guint64                  n_total;     /* its size; 0: not known yet */
  int                      fd;          /* of the open part */
  guint64                  n_bytes;     /* how many are in the part */
  GChecksum               *checksum;    /* of these bytes */
  PiscesDownloadFileFunc   changed;     /* may be NULL */
  gpointer                 changed_data;
  GCancellable            *cancellable;
} PiscesDownloadPart;

void       pisces_download_part_init           (PiscesDownloadPart        *part,
                                                const PiscesCatalogFile   *file,
                                                const gchar               *folder);
void       pisces_download_part_init_aside     (PiscesDownloadPart        *aside,
                                                const PiscesDownloadPart  *part);
gboolean   pisces_download_part_expect         (PiscesDownloadPart        *part,
                                                const gchar               *digest,
                                                guint64                    n_total,
                                                GError                   **error);
void       pisces_download_part_clear          (PiscesDownloadPart        *part);
void       pisces_download_part_tell           (PiscesDownloadPart        *part,
                                                gint64                     difference);
gboolean   pisces_download_part_open           (PiscesDownloadPart        *part,
                                                GError                   **error);
gboolean   pisces_download_part_begin_anew     (PiscesDownloadPart        *part,
                                                GError                   **error);
gboolean   pisces_download_part_append         (PiscesDownloadPart        *part,
                                                const guint8              *data,
                                                gsize                      length,
                                                GError                   **error);
gboolean   pisces_download_part_finish         (PiscesDownloadPart        *part,
                                                const gchar               *address,
                                                GError                   **error);
gchar    * pisces_download_part_load_digest    (PiscesDownloadPart        *part);
gchar    * pisces_download_part_load_validator (PiscesDownloadPart        *part,
                                                const gchar               *address);
void       pisces_download_part_save_validator (PiscesDownloadPart        *part,
                                                const gchar               *address,
                                                const gchar               *validator);

G_END_DECLS
