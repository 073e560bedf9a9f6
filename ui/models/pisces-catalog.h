/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-catalog.h: models that can be downloaded, as a data file lists them.
 * Needs no display.
 *
 *   {
 *     "format": 1,
 *     "models": [
 *       {
 *         "folder": "pisces-small",          the name of its folder
 *         "name": "Pisces small",
 *         "summary": "One sentence: what it draws and describes.",
 *         "licence": "Apache-2.0",
 *         "model_type": "pisces",            as in its config.json
 *         "memory_bytes": 123456789,         optional
 *         "files": [
 *           {
 *             "path": "unet/config.json",    inside the model's folder
 *             "bytes": 1234,
 *             "sha256": "64 hexadecimal digits",
 *             "addresses": ["https://…"]     tried in this order; may be
 *           }                                relative to the list's own
 *         ]
 *       }
 *     ]
 *   }
 *
 * A model may also have "conditions", one sentence about its licence.
 *
 * Of some files only their host knows the digest.  Such a file has "about_bytes" in
 * place of "bytes" and "sha256", and only addresses that nobody can change on the
 * way (https).  What the host says is checked, and kept in the model's folder.
 * Such a file may have two more members:
 *
 *   "optional": true    the host may not have it
 *   "sharded": true     weights, "NAME.safetensors": if the host has
 *                       "NAME.safetensors.index.json", the files that this index
 *                       names are meant
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PiscesCatalogFile:
 * @path: a path inside the model's folder, with `/`.  It is checked and cannot
 *   lead out of the folder.
 * @n_bytes: its size, above 0; if @sha256 is %NULL, about how large it is.
 * @sha256: (nullable): 64 lower-case hexadecimal digits; %NULL: its host knows.
 * @is_optional: whether the host may not have it.
 * @is_sharded: whether the weights may be in several files.
 * @addresses: at least one absolute http or https address; %NULL-terminated.
 */
typedef struct
{
  gchar    *path;
  guint64   n_bytes;
  gchar    *sha256;
  gboolean  is_optional;
  gboolean  is_sharded;
  gchar   **addresses;
} PiscesCatalogFile;

/**
 * PiscesCatalogState:
 * @PISCES_CATALOG_IDLE: it can be downloaded.
 * @PISCES_CATALOG_RUNNING: it is being downloaded.
 * @PISCES_CATALOG_STOPPED: a part of it has arrived and is kept; "message"
 *   says why it stopped, unless the user stopped it.
 * @PISCES_CATALOG_DONE: it has been downloaded.
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

/*  what the list says; never changes, so any thread may read it  */

const gchar             * pisces_catalog_model_get_folder       (PiscesCatalogModel *model);
const gchar             * pisces_catalog_model_get_name         (PiscesCatalogModel *model);
const gchar             * pisces_catalog_model_get_summary      (PiscesCatalogModel *model);
const gchar             * pisces_catalog_model_get_licence      (PiscesCatalogModel *model);
const gchar             * pisces_catalog_model_get_model_type   (PiscesCatalogModel *model);
guint64                   pisces_catalog_model_get_memory_bytes (PiscesCatalogModel *model);
guint64                   pisces_catalog_model_get_n_bytes      (PiscesCatalogModel *model);
gboolean                  pisces_catalog_model_asks_host        (PiscesCatalogModel *model);
const gchar             * pisces_catalog_model_get_conditions   (PiscesCatalogModel *model);
guint                     pisces_catalog_model_get_n_files      (PiscesCatalogModel *model);
const PiscesCatalogFile * pisces_catalog_model_get_file         (PiscesCatalogModel *model,
                                                                 guint               index);
gchar                   * pisces_catalog_model_get_digest       (PiscesCatalogModel *model);

/*  the progress of its download; main thread only; emits "changed"  */

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

/* A list that is longer is refused.  */
#define PISCES_CATALOG_MAX_BYTES (4 * 1024 * 1024)

gchar                  ** pisces_catalog_parse_index            (GBytes             *text,
                                                                 GError            **error);
GListModel              * pisces_catalog_parse                  (GBytes             *text,
                                                                 const gchar        *address,
                                                                 GError            **error);

G_END_DECLS
