/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * xmp-property.c: properties in the XML of an XMP packet: such as hold one
 * text a language, such as hold a list of items, and such as hold one value.
 * All else in the packet stays as it is.
 *
 * The packet is edited as XML, and not by way of exiv2, for three reasons, all
 * seen with 0.28.5: exiv2 keeps the namespaces of one file for all that come
 * after it; it leaves out what it does not understand; and it joins texts by
 * commas that may stand in the texts too.
 *
 * After XMP Specification Part 1 (2012), chapter 7.  RDF has several ways to
 * write the same; those that programs use are read: a property as an element
 * or as an attribute, a text with qualifiers or without.
 */

#include <string.h>

#include "engine/metadata/xmp-property.h"

#define RDF "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

/* A property is an element, an attribute, or neither if it is not there.  */
typedef struct
{
  xmlNode *element;
  xmlAttr *attribute;
  guint    n_found;
} XmpProperty;

static XmpProperty   xmp_find_property  (xmlNode             *rdf,
                                         const PiscesXmpName *name);
static gboolean      xmp_is_element     (const xmlNode       *node,
                                         const gchar         *address,
                                         const gchar         *name);
static xmlNode     * xmp_find_child     (xmlNode             *node,
                                         const gchar         *address,
                                         const gchar         *name);
static xmlNode     * xmp_find_array     (xmlNode             *property);
static xmlNode     * xmp_first_item     (xmlNode             *array);
static xmlNode     * xmp_next_item      (xmlNode             *item);
static gchar       * xmp_get_language   (xmlNode             *item);
static xmlNode     * xmp_get_value_node (xmlNode             *node);
static gchar       * xmp_get_text       (xmlNode             *node);
static void          xmp_set_text       (xmlNode             *node,
                                         const gchar         *text);
static xmlNs       * xmp_get_namespace  (xmlNode             *node,
                                         const gchar         *address,
                                         const gchar         *prefix);
static xmlNode     * xmp_get_description
                                        (xmlNode             *rdf);
static xmlNode     * xmp_add_property   (xmlNode             *description,
                                         const PiscesXmpName *name);
static xmlNode     * xmp_get_new_array  (xmlNode             *rdf,
                                         const PiscesXmpName *name,
                                         XmpProperty         *property,
                                         const gchar         *kind);
static xmlNode     * xmp_add_item       (xmlNode             *array,
                                         const gchar         *language,
                                         const gchar         *text);
static void          xmp_remove_node    (xmlNode             *node);


/*  public functions  */

/**
 * pisces_xmp_find_rdf:
 * @document: a parsed packet.
 *
 * Returns: (transfer none) (nullable): its RDF element.
 */
xmlNode *
pisces_xmp_find_rdf (xmlDoc *document)
{
  xmlNode *root = xmlDocGetRootElement (document);

  if (root == NULL || xmp_is_element (root, RDF, "RDF"))
    return root;

  return xmp_find_child (root, RDF, "RDF");
}

/**
 * pisces_xmp_get_lang_texts:
 * @rdf: of a packet.
 * @name: of a property.
 *
 * Returns: (transfer full) (element-type PiscesLangText): its texts in the
 *   packet's order, at most %PISCES_LANGUAGES_MAX.
 */
GPtrArray *
pisces_xmp_get_lang_texts (xmlNode             *rdf,
                           const PiscesXmpName *name)
{
  GPtrArray   *texts    = pisces_lang_texts_new ();
  XmpProperty  property = xmp_find_property (rdf, name);
  xmlNode     *array    = NULL;

  if (property.element)
    array = xmp_find_array (property.element);

  if (array)
    {
      for (xmlNode *item = xmp_first_item (array);
           item && texts->len < PISCES_LANGUAGES_MAX;
           item = xmp_next_item (item))
        {
          g_autofree gchar *language = xmp_get_language (item);
          g_autofree gchar *text     = xmp_get_text (item);

          if (*text)
            pisces_lang_texts_add (texts, language, text);
        }
    }
  else if (property.element || property.attribute)
    {
      g_autofree gchar *text = NULL;

      /* A text that stands without a language is everybody's.  */
      text = xmp_get_text (property.element ? property.element :
                                              (xmlNode *) property.attribute);
      if (*g_strstrip (text))
        pisces_lang_texts_add (texts, PISCES_LANGUAGE_DEFAULT, text);
    }

  return texts;
}

/**
 * pisces_xmp_set_lang_text:
 * @rdf: of a packet.
 * @name: of a property.
 * @language: a language tag.
 * @text: the text in that language; an empty one removes it.
 *
 * Other languages stay as they are.
 *
 * Returns: %FALSE if the packet has the property several times.
 */
gboolean
pisces_xmp_set_lang_text (xmlNode             *rdf,
                          const PiscesXmpName *name,
                          const gchar         *language,
                          const gchar         *text)
{
  XmpProperty  property = xmp_find_property (rdf, name);
  xmlNode     *array;
  xmlNode     *found    = NULL;

  if (property.n_found > 1)
    return FALSE;
  if (property.n_found == 0 && ! *text)
    return TRUE;

  array = xmp_get_new_array (rdf, name, &property, "Alt");
  for (xmlNode *item = xmp_first_item (array), *next; item; item = next)
    {
      g_autofree gchar *own = xmp_get_language (item);

      next = xmp_next_item (item);
      if (g_ascii_strcasecmp (own, language) != 0)
        continue;
      /* One language, one text.  */
      if (found || ! *text)
        xmp_remove_node (item);
      else
        found = item;
    }

  if (found)
    xmp_set_text (found, text);
  else if (*text)
    xmp_add_item (array, language, text);
  else if (! xmp_first_item (array))
    xmp_remove_node (property.element);

  return TRUE;
}

/**
 * pisces_xmp_has_item:
 *
 * Returns: whether the list that is called @name has @item.
 */
gboolean
pisces_xmp_has_item (xmlNode             *rdf,
                     const PiscesXmpName *name,
                     const gchar         *item)
{
  XmpProperty  property = xmp_find_property (rdf, name);
  xmlNode     *array    = NULL;

  if (property.element)
    array = xmp_find_array (property.element);

  for (xmlNode *node = array ? xmp_first_item (array) : NULL; node;
       node = xmp_next_item (node))
    {
      g_autofree gchar *text = xmp_get_text (node);

      if (! strcmp (text, item))
        return TRUE;
    }

  return FALSE;
}

/**
 * pisces_xmp_add_item:
 *
 * Adds @item to the list that is called @name, which begins with it if there
 * was none.
 *
 * Returns: %FALSE if the packet has the property several times.
 */
gboolean
pisces_xmp_add_item (xmlNode             *rdf,
                     const PiscesXmpName *name,
                     const gchar         *item)
{
  XmpProperty property = xmp_find_property (rdf, name);

  if (property.n_found > 1)
    return FALSE;

  xmp_add_item (xmp_get_new_array (rdf, name, &property, "Bag"), NULL, item);

  return TRUE;
}

/**
 * pisces_xmp_remove_item:
 *
 * Removes @item from the list that is called @name; a list that has no item
 * left goes with it.
 *
 * Returns: %FALSE if the packet has the property several times.
 */
gboolean
pisces_xmp_remove_item (xmlNode             *rdf,
                        const PiscesXmpName *name,
                        const gchar         *item)
{
  XmpProperty  property = xmp_find_property (rdf, name);
  xmlNode     *array    = NULL;

  if (property.n_found > 1)
    return FALSE;
  if (property.element)
    array = xmp_find_array (property.element);

  for (xmlNode *node = array ? xmp_first_item (array) : NULL, *next; node;
       node = next)
    {
      g_autofree gchar *text = xmp_get_text (node);

      next = xmp_next_item (node);
      if (! strcmp (text, item))
        xmp_remove_node (node);
    }

  if (array && ! xmp_first_item (array))
    xmp_remove_node (property.element);

  return TRUE;
}

/**
 * pisces_xmp_add_value:
 *
 * Gives the property that is called @name its one @value, unless the packet
 * has that property already.
 */
void
pisces_xmp_add_value (xmlNode             *rdf,
                      const PiscesXmpName *name,
                      const gchar         *value)
{
  if (xmp_find_property (rdf, name).n_found == 0)
    xmp_set_text (xmp_add_property (xmp_get_description (rdf), name), value);
}


/*  private functions: to find  */

static XmpProperty
xmp_find_property (xmlNode             *rdf,
                   const PiscesXmpName *name)
{
  XmpProperty found = { NULL };

  for (xmlNode *description = rdf->children; description;
       description = description->next)
    {
      xmlAttr *attribute;

      if (description->type != XML_ELEMENT_NODE)
        continue;

      attribute = xmlHasNsProp (description, BAD_CAST name->name,
                                BAD_CAST name->address);
      if (attribute)
        {
          found.attribute = attribute;
          found.n_found++;
        }

      for (xmlNode *node = description->children; node; node = node->next)
        if (xmp_is_element (node, name->address, name->name))
          {
            if (! found.element)
              found.element = node;
            found.n_found++;
          }
    }

  return found;
}

static gboolean
xmp_is_element (const xmlNode *node,
                const gchar   *address,
                const gchar   *name)
{
  return node->type == XML_ELEMENT_NODE && node->ns && node->ns->href &&
         ! strcmp ((const gchar *) node->ns->href, address) &&
         ! strcmp ((const gchar *) node->name, name);
}

static xmlNode *
xmp_find_child (xmlNode     *node,
                const gchar *address,
                const gchar *name)
{
  xmlNode *child = node->children;

  while (child && ! xmp_is_element (child, address, name))
    child = child->next;

  return child;
}

static xmlNode *
xmp_find_array (xmlNode *property)
{
  static const gchar * const kinds[] = { "Alt", "Bag", "Seq" };
  xmlNode                   *array   = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds) && ! array; i++)
    array = xmp_find_child (property, RDF, kinds[i]);

  return array;
}

static xmlNode *
xmp_first_item (xmlNode *array)
{
  return xmp_find_child (array, RDF, "li");
}

static xmlNode *
xmp_next_item (xmlNode *item)
{
  do
    item = item->next;
  while (item && ! xmp_is_element (item, RDF, "li"));

  return item;
}

/* A qualifier, as which the language may stand, is not looked for.  */
static gchar *
xmp_get_language (xmlNode *item)
{
  xmlChar *language = xmlGetNsProp (item, BAD_CAST "lang",
                                    XML_XML_NAMESPACE);
  gchar   *copy     = g_strdup (language && *language ? (gchar *) language :
                                                        PISCES_LANGUAGE_DEFAULT);

  xmlFree (language);

  return copy;
}

/* Where there are qualifiers, the text is in an rdf:value beside them, in the
 * item itself or in a description in it.
 */
static xmlNode *
xmp_get_value_node (xmlNode *node)
{
  xmlNode *holder;
  xmlNode *value;

  if (node->type != XML_ELEMENT_NODE)
    return node;

  holder = xmp_find_child (node, RDF, "Description");
  value  = xmp_find_child (holder ? holder : node, RDF, "value");

  return value ? value : node;
}

static gchar *
xmp_get_text (xmlNode *node)
{
  xmlChar *text = xmlNodeGetContent (xmp_get_value_node (node));
  gchar   *copy = g_strdup (text ? (gchar *) text : "");

  xmlFree (text);

  return copy;
}


/*  private functions: to change  */

static void
xmp_set_text (xmlNode     *node,
              const gchar *text)
{
  node = xmp_get_value_node (node);

  xmlNodeSetContent (node, NULL);
  xmlAddChild (node, xmlNewDocText (node->doc, BAD_CAST text));
}

/* A prefix may stand for another address here than it does elsewhere, so it
 * is declared where it is needed.
 */
static xmlNs *
xmp_get_namespace (xmlNode     *node,
                   const gchar *address,
                   const gchar *prefix)
{
  xmlNs *namespace = xmlSearchNsByHref (node->doc, node, BAD_CAST address);

  if (! namespace || ! namespace->prefix)
    namespace = xmlNewNs (node, BAD_CAST address, BAD_CAST prefix);

  return namespace;
}

/* The first, which is made if there is none.  */
static xmlNode *
xmp_get_description (xmlNode *rdf)
{
  xmlNode *description = xmp_find_child (rdf, RDF, "Description");

  if (! description)
    {
      description = xmlNewChild (rdf, rdf->ns, BAD_CAST "Description", NULL);
      xmlNewNsProp (description, xmp_get_namespace (description, RDF, "rdf"),
                    BAD_CAST "about", BAD_CAST "");
    }

  return description;
}

static xmlNode *
xmp_add_property (xmlNode             *description,
                  const PiscesXmpName *name)
{
  xmlNode *property = xmlNewChild (description, NULL, BAD_CAST name->name,
                                   NULL);

  xmlSetNs (property,
            xmp_get_namespace (property, name->address, name->prefix));

  return property;
}

/* What stood there without an array goes into it.  */
static xmlNode *
xmp_get_new_array (xmlNode             *rdf,
                   const PiscesXmpName *name,
                   XmpProperty         *property,
                   const gchar         *kind)
{
  g_autofree gchar *old   = NULL;
  xmlNode          *array = NULL;
  xmlNode          *description;

  if (property->element)
    array = xmp_find_array (property->element);
  if (array)
    return array;

  if (property->element)
    {
      old = xmp_get_text (property->element);
      xmlNodeSetContent (property->element, NULL);
    }
  else
    {
      if (property->attribute)
        {
          old         = xmp_get_text ((xmlNode *) property->attribute);
          description = property->attribute->parent;
          xmlRemoveProp (property->attribute);
          property->attribute = NULL;
        }
      else
        {
          description = xmp_get_description (rdf);
        }

      property->element = xmp_add_property (description, name);
    }

  array = xmlNewChild (property->element, NULL, BAD_CAST kind, NULL);
  xmlSetNs (array, xmp_get_namespace (array, RDF, "rdf"));
  if (old && *g_strstrip (old))
    xmp_add_item (array, strcmp (kind, "Alt") ? NULL : PISCES_LANGUAGE_DEFAULT, old);

  return array;
}

/* The default text comes first.  */
static xmlNode *
xmp_add_item (xmlNode     *array,
              const gchar *language,
              const gchar *text)
{
  xmlNode *first = xmp_first_item (array);
  xmlNode *item  = xmlNewDocNode (array->doc, array->ns, BAD_CAST "li", NULL);

  if (first && language && ! strcmp (language, PISCES_LANGUAGE_DEFAULT))
    xmlAddPrevSibling (first, item);
  else
    xmlAddChild (array, item);

  if (language)
    xmlNodeSetLang (item, BAD_CAST language);
  xmp_set_text (item, text);

  return item;
}

/* With the white space before it.  */
static void
xmp_remove_node (xmlNode *node)
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
