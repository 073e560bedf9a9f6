/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-list.c: the list of an image's results as the text that is
 * kept with the image: for each, newest first, what it was made from, the
 * digest that its file is called by, and its score.  No display is needed.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/pisces-picture-json.h"
#include "ui/pisces-result-list.h"

#define FORMAT 1

/* A hundred results with long prompts have less than a megabyte.  */
#define MAX_BYTES (16 * 1024 * 1024)

static PiscesResult * result_from_json (yyjson_val  *object);
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
  g_autoptr (yyjson_mut_doc)  document = yyjson_mut_doc_new (NULL);
  yyjson_mut_val             *root     = yyjson_mut_obj (document);
  yyjson_mut_val             *array    = yyjson_mut_arr (document);

  for (guint i = 0; i < results->len; i++)
    {
      PiscesResult   *result = results->pdata[i];
      yyjson_mut_val *object =
        pisces_picture_to_json (document, pisces_result_get_picture (result));

      pisces_json_add_text (document, object, "file",
                            pisces_result_get_digest (result));
      if (pisces_result_get_match (result) >= 0)
        {
          yyjson_mut_obj_add_real (document, object, "match",
                                   pisces_result_get_match (result));
          pisces_json_add_text (document, object, "description",
                                pisces_result_get_description (result));
        }

      yyjson_mut_arr_append (array, object);
    }

  yyjson_mut_obj_add_uint (document, root, "format", FORMAT);
  yyjson_mut_obj_add_val (document, root, "results", array);
  yyjson_mut_doc_set_root (document, root);

  return pisces_json_write (document, FALSE);
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
  g_autoptr (yyjson_doc)  document = NULL;
  g_autoptr (GPtrArray)   results  = NULL;
  g_autofree gchar       *reason   = NULL;
  yyjson_val             *list, *entry;
  yyjson_arr_iter         iter;

  document = pisces_json_read (text, strlen (text), MAX_BYTES, &reason);
  if (! document)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("The list of the pictures made for this image cannot be "
                     "read: %s."), reason);
      return NULL;
    }

  list = yyjson_obj_get (yyjson_doc_get_root (document), "results");
  if (! yyjson_is_arr (list))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The list of the pictures made for this image "
                             "is damaged."));
      return NULL;
    }

  results = g_ptr_array_new_with_free_func (g_object_unref);
  yyjson_arr_iter_init (list, &iter);

  while ((entry = yyjson_arr_iter_next (&iter)))
    {
      PiscesResult *result = result_from_json (entry);

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
result_from_json (yyjson_val *object)
{
  g_autoptr (PiscesPicture)  picture = pisces_picture_from_json (object);
  const gchar               *digest  = pisces_json_get_text (object, "file");
  const gchar               *description;
  PiscesResult              *result;
  gdouble                    match;

  /* It becomes the name of a file. */
  if (! picture || ! digest || ! is_digest (digest))
    return NULL;

  result      = pisces_result_new (picture, digest);
  match       = pisces_json_get_number (object, "match", 0, 1,
                                        PISCES_RESULT_NO_MATCH);
  description = pisces_json_get_text (object, "description");
  if (match >= 0)
    pisces_result_set_score (result, match, description ? description : "");

  return result;
}

static gboolean
is_digest (const gchar *text)
{
  gsize length;

  for (length = 0; g_ascii_isxdigit (text[length]); length++);

  return length == 64 && text[length] == '\0';
}
