/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-json.h: reading and writing JSON that comes from outside: lists of
 * models, and data that is stored with images.  A value of the wrong type
 * counts as missing.
 */

#pragma once

#include <glib.h>
#include <yyjson.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (yyjson_doc,     yyjson_doc_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (yyjson_mut_doc, yyjson_mut_doc_free)

yyjson_doc     * pisces_json_read       (const gchar      *text,
                                         gsize             length,
                                         gsize             max_bytes,
                                         gchar           **reason);
const gchar    * pisces_json_get_text   (yyjson_val       *object,
                                         const gchar      *member);
gdouble          pisces_json_get_number (yyjson_val       *object,
                                         const gchar      *member,
                                         gdouble           smallest,
                                         gdouble           largest,
                                         gdouble           otherwise);

void             pisces_json_add_text   (yyjson_mut_doc   *document,
                                         yyjson_mut_val   *object,
                                         const gchar      *member,
                                         const gchar      *text);
gchar          * pisces_json_write      (yyjson_mut_doc   *document,
                                         gboolean          in_lines);

G_END_DECLS
