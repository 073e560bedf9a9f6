/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * xmp-node.c: the parts of the XML in an XMP packet: elements, the items of
 * arrays and their languages, texts.
 */

#include <string.h>

#include "engine/metadata/lang-texts.h"
#include "engine/metadata/xmp-node.h"

static xmlNode     * pisces_xmp_get_value_node (xmlNode             *node);


/*  public functions  */

gboolean
pisces_xmp_is_element (const xmlNode *node,
                       const gchar   *address,
                       const gchar   *name)
{
  return node->type == XML_ELEMENT_NODE && node->ns && node->ns->href &&
         ! strcmp ((const gchar *) node->ns->href, address) &&
         ! strcmp ((const gchar *) node->name, name);
}

xmlNode *
pisces_xmp_find_child (xmlNode     *node,
                       const gchar *address,
                       const gchar *name)
{
  xmlNode *child = node->children;

  while (child && ! pisces_xmp_is_element (child, address, name))
    child = child->next;

  return child;
}

xmlNode *
pisces_xmp_find_array (xmlNode *property)
{
  static const gchar * const kinds[] = { "Alt", "Bag", "Seq" };
  xmlNode                   *array   = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds) && ! array; i++)
    array = pisces_xmp_find_child (property, PISCES_RDF, kinds[i]);

  return array;
}

xmlNode *
pisces_xmp_first_item (xmlNode *array)
{
  return pisces_xmp_find_child (array, PISCES_RDF, "li");
}

xmlNode *
pisces_xmp_next_item (xmlNode *item)
{
  do
    item = item->next;
  while (item && ! pisces_xmp_is_element (item, PISCES_RDF, "li"));

  return item;
}

/* The language may also be written as an RDF qualifier; that is not
 * supported.  */
gchar *
pisces_xmp_get_language (xmlNode *item)
{
  xmlChar *language = xmlGetNsProp (item, BAD_CAST "lang",
                                    XML_XML_NAMESPACE);
  gchar   *copy     = g_strdup (language && *language ? (gchar *) language :
                                                        PISCES_LANGUAGE_DEFAULT);

  xmlFree (language);

  return copy;
}

gchar *
pisces_xmp_get_text (xmlNode *node)
{
  xmlChar *text = xmlNodeGetContent (pisces_xmp_get_value_node (node));
  gchar   *copy = g_strdup (text ? (gchar *) text : "");

  xmlFree (text);

  return copy;
}

void
pisces_xmp_set_text (xmlNode     *node,
                     const gchar *text)
{
  node = pisces_xmp_get_value_node (node);

  xmlNodeSetContent (node, NULL);
  xmlAddChild (node, xmlNewDocText (node->doc, BAD_CAST text));
}

/* In another place of the packet, the same prefix may have another address, so
 * the prefix is declared where it is needed.
 */
xmlNs *
pisces_xmp_get_namespace (xmlNode     *node,
                          const gchar *address,
                          const gchar *prefix)
{
  xmlNs *namespace = xmlSearchNsByHref (node->doc, node, BAD_CAST address);

  if (! namespace || ! namespace->prefix)
    namespace = xmlNewNs (node, BAD_CAST address, BAD_CAST prefix);

  return namespace;
}

/* The default text must come first.  */
xmlNode *
pisces_xmp_append_item (xmlNode     *array,
                        const gchar *language,
                        const gchar *text)
{
  xmlNode *first = pisces_xmp_first_item (array);
  xmlNode *item  = xmlNewDocNode (array->doc, array->ns, BAD_CAST "li", NULL);

  if (first && language && ! strcmp (language, PISCES_LANGUAGE_DEFAULT))
    xmlAddPrevSibling (first, item);
  else
    xmlAddChild (array, item);

  if (language)
    xmlNodeSetLang (item, BAD_CAST language);
  pisces_xmp_set_text (item, text);

  return item;
}

/* Also removes the white space before it.  */
void
pisces_xmp_remove_node (xmlNode *node)
{
  xmlNode *space = node->prev;

  if (space && xmlIsBlankNode (space))
    {
      xmlUnlinkNode (space);
      xmlFreeNode (space);
    }
  xmlUnlinkNode (node);
  xmlFreeNode (node);
}


/*  private functions  */

/* If there are qualifiers, the text is in an rdf:value beside them, either in
 * the item itself or in a description inside it.
 */
static xmlNode *
pisces_xmp_get_value_node (xmlNode *node)
{
  xmlNode *holder;
  xmlNode *value;

  if (node->type != XML_ELEMENT_NODE)
    return node;

  holder = pisces_xmp_find_child (node, PISCES_RDF, "Description");
  value  = pisces_xmp_find_child (holder ? holder : node, PISCES_RDF, "value");

  return value ? value : node;
}
