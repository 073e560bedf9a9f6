/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-list.c: the list of an image's results as the text that is
 * kept with the image: for each, newest first, what it was made from, the
 * digest that its file is called by, and its score.  No display is needed.
 */

#include <glib/gi18n-lib.h>

#include "ui/pisces-picture-json.h"
#include "ui/pisces-result-list.h"

#define FORMAT 1

static PiscesResult * result_from_json (JsonNode    *node);
static gboolean       is_digest        (const gchar *text);

/**
 * pisces_result_list_to_text:
 * @results: (element-type PiscesResult): newest first.
 *
 * Returns: (transfer full): JSON.
 */
gchar *
pisces_result_list_to_text (GPtrArray *results)
{
  g_autoptr (JsonNode)  root   = json_node_new (JSON_NODE_OBJECT);
  JsonObject           *object = json_object_new ();
  JsonArray            *array  = json_array_new ();

  for (guint i = 0; i < results->len; i++)
    {
      PiscesResult *result = results->pdata[i];
      JsonNode     *node   =
        pisces_picture_to_json (pisces_result_get_picture (result));
      JsonObject   *member = json_node_get_object (node);

      json_object_set_string_member (member, "file",
                                     pisces_result_get_digest (result));
      if (pisces_result_get_match (result) >= 0)
        {
          json_object_set_double_member (member, "match",
                                         pisces_result_get_match (result));
          json_object_set_string_member (member, "description",
                                         pisces_result_get_description (result));
        }

      json_array_add_element (array, node);
    }

  json_object_set_int_member (object, "format", FORMAT);
  json_object_set_array_member (object, "results", array);
  json_node_take_object (root, object);

  return json_to_string (root, FALSE);
}

/**
 * pisces_result_list_from_text:
 * @text: what pisces_result_list_to_text() gave once, or anything else.
 * @error: set where it is no such list; single entries that make no sense are
 *   left out.
 *
 * Returns: (transfer full) (nullable) (element-type PiscesResult): results
 *   without images, newest first.
 */
GPtrArray *
pisces_result_list_from_text (const gchar  *text,
                              GError      **error)
{
  g_autoptr (JsonNode)  root    = json_from_string (text, error);
  g_autoptr (GPtrArray) results = NULL;
  JsonNode             *list    = NULL;
  JsonArray            *array;

  if (! root && error && *error)
    return NULL;

  if (root && JSON_NODE_HOLDS_OBJECT (root))
    list = json_object_get_member (json_node_get_object (root), "results");

  if (! list || ! JSON_NODE_HOLDS_ARRAY (list))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The list of the pictures made for this image "
                             "is damaged."));
      return NULL;
    }

  results = g_ptr_array_new_with_free_func (g_object_unref);
  array   = json_node_get_array (list);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      PiscesResult *result =
        result_from_json (json_array_get_element (array, i));

      if (result)
        g_ptr_array_add (results, result);
    }

  return g_steal_pointer (&results);
}

/**
 * pisces_result_list_find_batch:
 * @results: (element-type PiscesResult): what was made before.
 * @picture: a new one.
 *
 * Pictures of one request have one prompt and consecutive seeds.
 *
 * Returns: the batch that @picture belongs to, a new one where it is the
 *   first of its request.
 */
guint
pisces_result_list_find_batch (GPtrArray     *results,
                               PiscesPicture *picture)
{
  guint newest = 0;

  for (guint i = 0; i < results->len; i++)
    {
      PiscesPicture *other = pisces_result_get_picture (results->pdata[i]);
      guint          batch = pisces_result_get_batch (results->pdata[i]);

      if (batch > 0 && other->seed + 1 == picture->seed &&
          g_strcmp0 (other->prompt, picture->prompt) == 0)
        return batch;

      newest = MAX (newest, batch);
    }

  return newest + 1;
}

/**
 * pisces_result_list_find_lost:
 * @results: (element-type PiscesResult): results.
 * @drawn: one with its image.
 *
 * Returns: (nullable) (transfer none): the one of @results that is the same
 *   picture but has lost its image.
 */
PiscesResult *
pisces_result_list_find_lost (GPtrArray    *results,
                              PiscesResult *drawn)
{
  for (guint i = 0; i < results->len; i++)
    if (! pisces_result_get_picture (results->pdata[i])->image &&
        g_str_equal (pisces_result_get_digest (results->pdata[i]),
                     pisces_result_get_digest (drawn)))
      return results->pdata[i];

  return NULL;
}

/**
 * pisces_result_list_is_scored:
 * @results: (element-type PiscesResult): results.
 * @batch: one of theirs, or 0.
 *
 * Returns: whether @batch has several results, all with a score.
 */
gboolean
pisces_result_list_is_scored (GPtrArray *results,
                              guint      batch)
{
  guint n = 0;

  for (guint i = 0; i < results->len; i++)
    if (pisces_result_get_batch (results->pdata[i]) == batch)
      {
        if (pisces_result_get_match (results->pdata[i]) < 0)
          return FALSE;
        n++;
      }

  return batch > 0 && n > 1;
}

static PiscesResult *
result_from_json (JsonNode *node)
{
  g_autoptr (PiscesPicture)  picture = pisces_picture_from_json (node);
  PiscesResult              *result;
  JsonObject                *object;
  const gchar               *digest;

  if (! picture)
    return NULL;

  object = json_node_get_object (node);
  digest = json_object_get_string_member_with_default (object, "file", NULL);

  /* It becomes the name of a file. */
  if (! digest || ! is_digest (digest))
    return NULL;

  result = pisces_result_new (picture, digest);
  if (json_object_has_member (object, "match"))
    pisces_result_set_score (
      result,
      json_object_get_double_member_with_default (object, "match",
                                                  PISCES_RESULT_NO_MATCH),
      json_object_get_string_member_with_default (object, "description", ""));

  return result;
}

static gboolean
is_digest (const gchar *text)
{
  gsize length;

  for (length = 0; g_ascii_isxdigit (text[length]); length++);

  return length == 64 && text[length] == '\0';
}
