/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * xmp-node.h: the parts of the XML in an XMP packet.  Only for xmp-property.c.
 */

#pragma once

#include <libxml/tree.h>

#include <glib.h>

G_BEGIN_DECLS

#define PISCES_RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

gboolean  pisces_xmp_is_element    (const xmlNode *node,
                                    const gchar   *address,
                                    const gchar   *name);
xmlNode * pisces_xmp_find_child    (xmlNode       *node,
                                    const gchar   *address,
                                    const gchar   *name);
xmlNode * pisces_xmp_find_array    (xmlNode       *property);
xmlNode * pisces_xmp_first_item    (xmlNode       *array);
xmlNode * pisces_xmp_next_item     (xmlNode       *item);
gchar   * pisces_xmp_get_language  (xmlNode       *item);
gchar   * pisces_xmp_get_text      (xmlNode       *node);
void      pisces_xmp_set_text      (xmlNode       *node,
                                    const gchar   *text);
xmlNs   * pisces_xmp_get_namespace (xmlNode       *node,
                                    const gchar   *address,
                                    const gchar   *prefix);
xmlNode * pisces_xmp_append_item   (xmlNode       *array,
                                    const gchar   *language,
                                    const gchar   *text);
void      pisces_xmp_remove_node   (xmlNode       *node);

G_END_DECLS
