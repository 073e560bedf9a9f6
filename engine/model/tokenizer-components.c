/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tokenizer-components.c: what the three kinds of steps in a tokenizer.json
 * have in common: lists of steps ({"type": "Sequence"}), flags and strings.
 */

#include <string.h>

#include "engine/pisces.h"

#include "engine/model/tokenizer-private.h"

#define MAX_DEPTH  8
#define MAX_STEPS  32

/* The strings in ordinary files have a few bytes.  */
#define MAX_STRING_BYTES  256


static gboolean   flatten (yyjson_val   *json,
                           const gchar  *list_key,
                           const gchar  *path,
                           gint          depth,
                           GPtrArray    *flat,
                           GError      **error);


/**
 * pisces_components_flatten:
 * @json: (nullable): one step, a sequence of steps, or null.
 * @list_key: the key of a sequence's list.
 * @flat: an array of yyjson_val; the single steps are appended in order.
 *
 * Returns: %FALSE with an error if the steps are not a list, or there are too
 *   many.
 */
gboolean
pisces_components_flatten (yyjson_val   *json,
                           const gchar  *list_key,
                           const gchar  *path,
                           GPtrArray    *flat,
                           GError      **error)
{
  if (! json || yyjson_is_null (json))
    return TRUE;

  return flatten (json, list_key, path, 0, flat, error);
}

gboolean
pisces_component_is (yyjson_val  *json,
                     const gchar *type)
{
  return yyjson_equals_str (yyjson_obj_get (json, "type"), type);
}

gboolean
pisces_component_flag (yyjson_val  *json,
                       const gchar *key,
                       gboolean     fallback)
{
  yyjson_val *value = yyjson_obj_get (json, key);

  return yyjson_is_bool (value) ? yyjson_get_bool (value) : fallback;
}

/**
 * pisces_component_string:
 *
 * Returns: (transfer none) (nullable): the string; %NULL with an error if it
 *   is missing.
 */
const gchar *
pisces_component_string (yyjson_val   *json,
                         const gchar  *key,
                         const gchar  *path,
                         GError      **error)
{
  yyjson_val       *value = yyjson_obj_get (json, key);
  const gchar      *type  = yyjson_get_str (yyjson_obj_get (json, "type"));
  g_autofree gchar *shown = NULL;

  if (yyjson_is_str (value))
    return pisces_component_check_length (path, key, value, error)
             ? yyjson_get_str (value) : NULL;

  shown = pisces_json_excerpt (type ? type : "?");
  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               "In the tokenizer “%s” a part of type “%s” lacks its “%s”.",
               path, shown, key);

  return NULL;
}

/**
 * pisces_component_check_length:
 * @value: (nullable): the value of @key.
 *
 * A step may insert such a string into a text many times, so its length is
 * limited here.
 *
 * Returns: %FALSE with an error if it is a string that is too long, or that
 *   contains a zero byte.
 */
gboolean
pisces_component_check_length (const gchar  *path,
                               const gchar  *key,
                               yyjson_val   *value,
                               GError      **error)
{
  const gchar *string = yyjson_get_str (value);

  if (! string || (yyjson_get_len (value) <= MAX_STRING_BYTES &&
                   yyjson_get_len (value) == strlen (string)))
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
               "In the tokenizer “%s” a “%s” has %" G_GSIZE_FORMAT " bytes, or a "
               "zero among them; %d are the most that the engine takes.",
               path, key, yyjson_get_len (value), MAX_STRING_BYTES);
  return FALSE;
}

/**
 * pisces_component_refuse:
 * @what: the kind of component, `"normalizer"`.
 *
 * Sets the error for a component that is not supported.
 */
void
pisces_component_refuse (yyjson_val   *json,
                         const gchar  *what,
                         const gchar  *path,
                         GError      **error)
{
  const gchar      *type  = yyjson_get_str (yyjson_obj_get (json, "type"));
  g_autofree gchar *shown = pisces_json_excerpt (type ? type : "?");

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_UNSUPPORTED,
               "The tokenizer “%s” uses the %s “%s”, which the engine does not "
               "know.",
               path, what, shown);
}

/* White space as defined by Unicode and Rust; GLib's function lacks two of
 * these characters.  */
gboolean
pisces_unichar_is_space (gunichar c)
{
  return g_unichar_isspace (c) || c == 0x0b || c == 0x85;
}


/*  private functions  */

static gboolean
flatten (yyjson_val   *json,
         const gchar  *list_key,
         const gchar  *path,
         gint          depth,
         GPtrArray    *flat,
         GError      **error)
{
  yyjson_arr_iter  iter;
  yyjson_val      *step;

  if (! pisces_component_is (json, "Sequence"))
    {
      g_ptr_array_add (flat, json);
      return TRUE;
    }

  yyjson_arr_iter_init (yyjson_obj_get (json, list_key), &iter);
  while ((step = yyjson_arr_iter_next (&iter)))
    {
      if (depth >= MAX_DEPTH || flat->len >= MAX_STEPS)
        {
          g_set_error (error, PISCES_ERROR, PISCES_ERROR_MODEL_INVALID,
                       "The tokenizer “%s” has a sequence of more than %d "
                       "steps, or nested deeper than %d.",
                       path, MAX_STEPS, MAX_DEPTH);
          return FALSE;
        }
      if (! flatten (step, list_key, path, depth + 1, flat, error))
        return FALSE;
    }

  return TRUE;
}
