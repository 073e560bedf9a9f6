/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * xmp-property.h: properties in the XML of an XMP packet.
 */

#pragma once

#include <libxml/tree.h>

#include "engine/metadata/lang-texts.h"

G_BEGIN_DECLS

/* More items than this in one list are kept in the file, but not read.  */
#define PISCES_XMP_ITEMS_MAX 4096

/**
 * PiscesXmpName:
 * @address: the address of its namespace.
 * @prefix: the prefix for the namespace if a packet does not have one yet.
 */
typedef struct
{
  const gchar *address;
  const gchar *prefix;
  const gchar *name;
} PiscesXmpName;

xmlNode   * pisces_xmp_find_rdf        (xmlDoc              *document);

GPtrArray * pisces_xmp_get_lang_texts  (xmlNode             *rdf,
                                        const PiscesXmpName *name);
gboolean    pisces_xmp_set_lang_text   (xmlNode             *rdf,
                                        const PiscesXmpName *name,
                                        const gchar         *language,
                                        const gchar         *text);

gchar    ** pisces_xmp_get_items       (xmlNode             *rdf,
                                        const PiscesXmpName *name);
gboolean    pisces_xmp_has_item        (xmlNode             *rdf,
                                        const PiscesXmpName *name,
                                        const gchar         *item);
gboolean    pisces_xmp_add_item        (xmlNode             *rdf,
                                        const PiscesXmpName *name,
                                        const gchar         *item);
gboolean    pisces_xmp_remove_item     (xmlNode             *rdf,
                                        const PiscesXmpName *name,
                                        const gchar         *item);

void        pisces_xmp_add_value       (xmlNode             *rdf,
                                        const PiscesXmpName *name,
                                        const gchar         *value);

G_END_DECLS
