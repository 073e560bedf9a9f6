/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-catalog.h: models that can be downloaded, as a data file lists them.
 * Needs no display.
 *
 *   {
 *     "format": 1,
 *     "models": [
 *       {
 *         "folder": "pisces-small",          where it is put, one name
 *         "name": "Pisces small",
 *         "summary": "One sentence: what it draws and describes.",
 *         "licence": "Apache-2.0",
 *         "model_type": "pisces",            as in its config.json
 *         "memory_bytes": 123456789,         optional
 *         "files": [
 *           {
 *             "path": "unet/config.json",    below the model's folder
 *             "bytes": 1234,
 *             "sha256": "64 hexadecimal digits",
 *             "addresses": ["https://…"]     tried in this order; may be
 *           }                                relative to the list's own
 *         ]
 *       }
 *     ]
 *   }
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PiscesCatalogFile:
 * @path: below the model's folder, with `/`; checked: it cannot lead out.
 * @n_bytes: its size, above 0.
 * @sha256: 64 lower-case hexadecimal digits.
 * @addresses: %NULL-terminated, absolute, http or https, at least one.
 */
typedef struct
{
  gchar    *path;
  guint64   n_bytes;
  gchar    *sha256;
  gchar   **addresses;
} PiscesCatalogFile;

/**
 * PiscesCatalogState:
 * @PISCES_CATALOG_IDLE: it can be downloaded.
 * @PISCES_CATALOG_RUNNING: it is being downloaded.
 * @PISCES_CATALOG_STOPPED: a part of it has arrived and is kept; "message"
 *   says why it stopped, if it was not the user.
 * @PISCES_CATALOG_DONE: it is there.
 * @PISCES_CATALOG_UNSUPPORTED: this version cannot run such a model.
 */
typedef enum
{
  PISCES_CATALOG_IDLE,
  PISCES_CATALOG_RUNNING,
  PISCES_CATALOG_STOPPED,
  PISCES_CATALOG_DONE,
  PISCES_CATALOG_UNSUPPORTED
} PiscesCatalogState;

#define PISCES_TYPE_CATALOG_MODEL (pisces_catalog_model_get_type ())
G_DECLARE_FINAL_TYPE (PiscesCatalogModel, pisces_catalog_model,
                      PISCES, CATALOG_MODEL, GObject)

/*  what the list says; never changes, may be read from any thread  */

const gchar             * pisces_catalog_model_get_folder       (PiscesCatalogModel *model);
const gchar             * pisces_catalog_model_get_name         (PiscesCatalogModel *model);
const gchar             * pisces_catalog_model_get_summary      (PiscesCatalogModel *model);
const gchar             * pisces_catalog_model_get_licence      (PiscesCatalogModel *model);
const gchar             * pisces_catalog_model_get_model_type   (PiscesCatalogModel *model);
guint64                   pisces_catalog_model_get_memory_bytes (PiscesCatalogModel *model);
guint64                   pisces_catalog_model_get_n_bytes      (PiscesCatalogModel *model);
guint                     pisces_catalog_model_get_n_files      (PiscesCatalogModel *model);
const PiscesCatalogFile * pisces_catalog_model_get_file         (PiscesCatalogModel *model,
                                                                 guint               index);
gchar                   * pisces_catalog_model_get_digest       (PiscesCatalogModel *model);

/*  how far its download is; of the main thread; "changed" is emitted  */

void                      pisces_catalog_model_set_state        (PiscesCatalogModel *model,
                                                                 PiscesCatalogState  state,
                                                                 const gchar        *message);
PiscesCatalogState        pisces_catalog_model_get_state        (PiscesCatalogModel *model);
const gchar             * pisces_catalog_model_get_message      (PiscesCatalogModel *model);
void                      pisces_catalog_model_set_progress     (PiscesCatalogModel *model,
                                                                 guint64             done_bytes,
                                                                 gdouble             seconds_left);
guint64                   pisces_catalog_model_get_done_bytes   (PiscesCatalogModel *model);
gdouble                   pisces_catalog_model_get_seconds_left (PiscesCatalogModel *model);

/*  reading a list  */

/* A list that is longer is not read.  */
#define PISCES_CATALOG_MAX_BYTES (4 * 1024 * 1024)

GListModel              * pisces_catalog_parse                  (GBytes             *text,
                                                                 const gchar        *address,
                                                                 GError            **error);

G_END_DECLS
