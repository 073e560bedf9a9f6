/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * json-document.h: reads a large JSON file as a yyjson document.  For files of
 * megabytes (indices, tokenizers); use config.h to read settings.
 */

#pragma once

#include <glib.h>
#include <yyjson.h>

G_BEGIN_DECLS

typedef yyjson_doc PiscesJsonDocument;

PiscesJsonDocument * pisces_json_document_load  (const gchar         *path,
                                                 gsize                max_bytes,
                                                 GError             **error);
PiscesJsonDocument * pisces_json_document_parse (const gchar         *path,
                                                 const gchar         *json,
                                                 gsize                n_json,
                                                 GError             **error);
void                 pisces_json_document_free  (PiscesJsonDocument  *document);
gchar              * pisces_json_excerpt        (const gchar         *string);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesJsonDocument, pisces_json_document_free)

G_END_DECLS
