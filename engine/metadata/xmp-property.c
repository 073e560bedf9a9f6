/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * xmp-property.c: properties in the XML of an XMP packet: texts in several
 * languages, lists of items, and single values.  Everything else in the packet
 * stays as it is.
 *
 * The packet is edited as XML, and not with exiv2, for three reasons, all seen
 * with 0.28.5: exiv2 keeps the namespaces of one file for all later files; it
 * drops what it does not understand; and it joins texts by commas, although
 * the texts may contain commas too.
 *
 * After XMP Specification Part 1 (2012), chapter 7.  RDF has several ways to
 * write the same thing; those that programs use are supported: a property as
 * an element or as an attribute, and a text with or without qualifiers.
 */

#include <string.h>

#include "engine/metadata/xmp-node.h"
#include "engine/metadata/xmp-property.h"

/* A property is an element or an attribute; if both are NULL, it does not
 * exist.  */
typedef struct
{
  xmlNode *element;
  xmlAttr *attribute;
  guint    n_found;
} XmpProperty;

static XmpProperty   xmp_find_property  (xmlNode             *rdf,
                                         const PiscesXmpName *name);
static xmlNode     * xmp_get_description
                                        (xmlNode             *rdf);
static xmlNode     * xmp_add_property   (xmlNode             *description,
                                         const PiscesXmpName *name);
static xmlNode     * xmp_get_new_array  (xmlNode             *rdf,
                                         const PiscesXmpName *name,
                                         XmpProperty         *property,
                                         const gchar         *kind);


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

  if (root == NULL || pisces_xmp_is_element (root, PISCES_RDF, "RDF"))
    return root;

  return pisces_xmp_find_child (root, PISCES_RDF, "RDF");
}

/**
 * pisces_xmp_get_lang_texts:
 * @rdf: the RDF element of a packet.
 * @name: the name of a property.
 *
 * Returns: (transfer full) (element-type PiscesLangText): its texts in the
 *   order of the packet, at most %PISCES_LANGUAGES_MAX.
 */
GPtrArray *
pisces_xmp_get_lang_texts (xmlNode             *rdf,
                           const PiscesXmpName *name)
{
  GPtrArray   *texts    = pisces_lang_texts_new ();
  XmpProperty  property = xmp_find_property (rdf, name);
  xmlNode     *array    = NULL;

  if (property.element)
    array = pisces_xmp_find_array (property.element);

  if (array)
    {
      for (xmlNode *item = pisces_xmp_first_item (array);
           item && texts->len < PISCES_LANGUAGES_MAX;
           item = pisces_xmp_next_item (item))
        {
          g_autofree gchar *language = pisces_xmp_get_language (item);
          g_autofree gchar *text     = pisces_xmp_get_text (item);

          if (*text)
            pisces_lang_texts_add (texts, language, text);
        }
    }
  else if (property.element || property.attribute)
    {
      g_autofree gchar *text = NULL;

      /* A text without a language is for everyone.  */
      text = pisces_xmp_get_text (property.element ? property.element :
                                                     (xmlNode *) property.attribute);
      if (*g_strstrip (text))
        pisces_lang_texts_add (texts, PISCES_LANGUAGE_DEFAULT, text);
    }

  return texts;
}

/**
 * pisces_xmp_set_lang_text:
 * @rdf: the RDF element of a packet.
 * @name: the name of a property.
 * @language: a language tag.
 * @text: the text in that language; an empty one removes it.
 *
 * Other languages stay as they are.
 *
 * Returns: %FALSE if the packet has the property more than once.
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
  for (xmlNode *item = pisces_xmp_first_item (array), *next; item; item = next)
    {
      g_autofree gchar *own = pisces_xmp_get_language (item);

      next = pisces_xmp_next_item (item);
      if (g_ascii_strcasecmp (own, language) != 0)
        continue;
      /* Keeps only one text for each language.  */
      if (found || ! *text)
        pisces_xmp_remove_node (item);
      else
        found = item;
    }

  if (found)
    pisces_xmp_set_text (found, text);
  else if (*text)
    pisces_xmp_append_item (array, language, text);
  else if (! pisces_xmp_first_item (array))
    pisces_xmp_remove_node (property.element);

  return TRUE;
}

/**
 * pisces_xmp_get_items:
 * @rdf: the RDF element of a packet.
 * @name: the name of a property.
 *
 * Returns: (transfer full): the items of the list @name in the order of the
 *   packet, at most %PISCES_XMP_ITEMS_MAX, without empty ones.
 */
gchar **
pisces_xmp_get_items (xmlNode             *rdf,
                      const PiscesXmpName *name)
{
  g_autoptr (GStrvBuilder) items    = g_strv_builder_new ();
  XmpProperty              property = xmp_find_property (rdf, name);
  xmlNode                 *array    = NULL;
  guint                    n        = 0;

  if (property.element)
    array = pisces_xmp_find_array (property.element);

  if (array)
    {
      for (xmlNode *node = pisces_xmp_first_item (array); node && n < PISCES_XMP_ITEMS_MAX;
           node = pisces_xmp_next_item (node))
        {
          g_autofree gchar *text = pisces_xmp_get_text (node);

          if (*text)
            {
              g_strv_builder_add (items, text);
              n++;
            }
        }
    }
  else if (property.element || property.attribute)
    {
      g_autofree gchar *text = NULL;

      text = pisces_xmp_get_text (property.element ? property.element :
                                                     (xmlNode *) property.attribute);
      if (*g_strstrip (text))
        g_strv_builder_add (items, text);
    }

  return g_strv_builder_end (items);
}

/**
 * pisces_xmp_has_item:
 *
 * Returns: whether the list @name contains @item.
 */
gboolean
pisces_xmp_has_item (xmlNode             *rdf,
                     const PiscesXmpName *name,
                     const gchar         *item)
{
  g_auto (GStrv) items = pisces_xmp_get_items (rdf, name);

  return g_strv_contains ((const gchar * const *) items, item);
}

/**
 * pisces_xmp_add_item:
 *
 * Adds @item to the list @name, which is created if necessary.
 *
 * Returns: %FALSE if the packet has the property more than once.
 */
gboolean
pisces_xmp_add_item (xmlNode             *rdf,
                     const PiscesXmpName *name,
                     const gchar         *item)
{
  XmpProperty property = xmp_find_property (rdf, name);

  if (property.n_found > 1)
    return FALSE;

  pisces_xmp_append_item (xmp_get_new_array (rdf, name, &property, "Bag"), NULL, item);

  return TRUE;
}

/**
 * pisces_xmp_remove_item:
 *
 * Removes @item from the list @name; if the list is then empty, it is removed
 * too.
 *
 * Returns: %FALSE if the packet has the property more than once.
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
    array = pisces_xmp_find_array (property.element);

  for (xmlNode *node = array ? pisces_xmp_first_item (array) : NULL, *next; node;
       node = next)
    {
      g_autofree gchar *text = pisces_xmp_get_text (node);

      next = pisces_xmp_next_item (node);
      if (! strcmp (text, item))
        pisces_xmp_remove_node (node);
    }

  if (array && ! pisces_xmp_first_item (array))
    pisces_xmp_remove_node (property.element);

  return TRUE;
}

/**
 * pisces_xmp_add_value:
 *
 * Sets the property @name to @value, unless the packet already has that
 * property.
 */
void
pisces_xmp_add_value (xmlNode             *rdf,
                      const PiscesXmpName *name,
                      const gchar         *value)
{
  if (xmp_find_property (rdf, name).n_found == 0)
    pisces_xmp_set_text (xmp_add_property (xmp_get_description (rdf), name), value);
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
        if (pisces_xmp_is_element (node, name->address, name->name))
          {
            if (! found.element)
              found.element = node;
            found.n_found++;
          }
    }

  return found;
}


/*  private functions: to change  */

/* Returns the first description, which is created if there is none.  */
static xmlNode *
xmp_get_description (xmlNode *rdf)
{
  xmlNode *description = pisces_xmp_find_child (rdf, PISCES_RDF, "Description");

  if (! description)
    {
      description = xmlNewChild (rdf, rdf->ns, BAD_CAST "Description", NULL);
      xmlNewNsProp (description, pisces_xmp_get_namespace (description, PISCES_RDF, "rdf"),
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
            pisces_xmp_get_namespace (property, name->address, name->prefix));

  return property;
}

/* A text that was there without an array is moved into the new array.  */
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
    array = pisces_xmp_find_array (property->element);
  if (array)
    return array;

  if (property->element)
    {
      old = pisces_xmp_get_text (property->element);
      xmlNodeSetContent (property->element, NULL);
    }
  else
    {
      if (property->attribute)
        {
          old         = pisces_xmp_get_text ((xmlNode *) property->attribute);
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
  xmlSetNs (array, pisces_xmp_get_namespace (array, PISCES_RDF, "rdf"));
  if (old && *g_strstrip (old))
    pisces_xmp_append_item (array, strcmp (kind, "Alt") ? NULL : PISCES_LANGUAGE_DEFAULT, old);

  return array;
}
