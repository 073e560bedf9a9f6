/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-list.c: the list of an image's results as a text that is
 * stored in the image.  For each result, newest first, it has what the picture
 * was made from, the digest that its file is named after, and its score.  The
 * text may come with a stranger's file, so there are limits to what is read;
 * what is beyond them is written back unchanged.  Needs no display.
 */

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-picture-json.h"
#include "ui/generate/pisces-result-list.h"

#define FORMAT                1

/* The limit for what a model wrote about a picture, in bytes.  */
#define DESCRIPTION_BYTES_MAX (16 * 1024)

static gint           compare_matches  (gconstpointer     a,
                                        gconstpointer     b);
static gchar        * result_to_text   (PiscesResult     *result);
static PiscesResult * result_from_json (yyjson_val       *node);
static void           keep_more        (PiscesResultList *list,
                                        yyjson_val       *node);

/* Returns: (transfer full): an empty list.  */
PiscesResultList *
pisces_result_list_new (void)
{
  PiscesResultList *list = g_new0 (PiscesResultList, 1);

  list->results = g_ptr_array_new_with_free_func (g_object_unref);
  list->more    = g_string_new (NULL);

  return list;
}

void
pisces_result_list_free (PiscesResultList *list)
{
  g_ptr_array_unref (list->results);
  g_string_free (list->more, TRUE);
  g_free (list);
}

/**
 * pisces_result_list_to_text:
 * @error: set if the text would be longer than pisces_result_list_from_text()
 *   reads.
 *
 * Leaves out private results.
 *
 * Returns: (transfer full) (nullable): JSON.
 */
gchar *
pisces_result_list_to_text (PiscesResultList  *list,
                            GError           **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "{\"format\":%d,\"results\":[", FORMAT);

  for (guint i = 0; i < list->results->len; i++)
    if (! pisces_result_is_private (list->results->pdata[i]))
      {
        g_autofree gchar *entry = result_to_text (list->results->pdata[i]);

        g_string_append (text, entry);
        g_string_append_c (text, ',');
      }

  if (list->more->len > 0)
    g_string_append_len (text, list->more->str, list->more->len);
  else if (g_str_has_suffix (text->str, ","))
    g_string_truncate (text, text->len - 1);

  g_string_append (text, "]}");

  if (text->len <= PISCES_RESULT_LIST_BYTES_MAX)
    return g_string_free_and_steal (g_steal_pointer (&text));

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                       _("The list of the pictures made for this image is "
                         "full. New ones are kept on this computer alone, "
                         "until you delete some from the list."));
  return NULL;
}

/**
 * pisces_result_list_from_text:
 * @text: what pisces_result_list_to_text() made earlier, or any other bytes.
 * @length: its length in bytes; it need not end with a zero.
 * @error: set if it is not such a list, or is too long.
 *
 * Returns: (transfer full) (nullable): results without images.
 */
PiscesResultList *
pisces_result_list_from_text (const gchar  *text,
                              gsize         length,
                              GError      **error)
{
  g_autoptr (PiscesResultList)  list     = NULL;
  g_autoptr (yyjson_doc)        document = NULL;
  g_autofree gchar             *reason   = NULL;
  yyjson_val                   *root;
  yyjson_val                   *node;
  yyjson_arr_iter               iter;

  /* The text may end with a zero, which is not part of the JSON.  */
  document = pisces_json_read (text, strnlen (text, length),
                               PISCES_RESULT_LIST_BYTES_MAX, &reason);
  if (! document)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("The list of the pictures made for this image cannot be "
                     "read: %s."), reason);
      return NULL;
    }

  root = yyjson_doc_get_root (document);
  if (! yyjson_is_arr (yyjson_obj_get (root, "results")))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The list of the pictures made for this image "
                             "is damaged."));
      return NULL;
    }

  if (yyjson_get_num (yyjson_obj_get (root, "format")) > FORMAT)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("The list of the pictures made for this image "
                             "was written by a newer version of Pisces."));
      return NULL;
    }

  list = pisces_result_list_new ();

  yyjson_arr_iter_init (yyjson_obj_get (root, "results"), &iter);
  while ((node = yyjson_arr_iter_next (&iter)))
    {
      PiscesResult *result = NULL;

      if (list->results->len < PISCES_RESULT_LIST_SHOWN_MAX)
        result = result_from_json (node);

      if (result)
        g_ptr_array_add (list->results, result);
      else
        keep_more (list, node);
    }

  return g_steal_pointer (&list);
}

/* Forgets the part of the text that is not shown.  */
void
pisces_result_list_drop_more (PiscesResultList *list)
{
  g_string_truncate (list->more, 0);
  list->n_more = 0;
}

/**
 * pisces_result_list_find:
 * @results: (element-type PiscesResult): results.
 * @result: a result from another list or from another time.
 *
 * Returns: (nullable) (transfer none): the result in @results with the same
 *   picture.
 */
PiscesResult *
pisces_result_list_find (GPtrArray    *results,
                         PiscesResult *result)
{
  for (guint i = 0; i < results->len; i++)
    if (g_str_equal (pisces_result_get_digest (results->pdata[i]),
                     pisces_result_get_digest (result)))
      return results->pdata[i];

  return NULL;
}

/**
 * pisces_result_list_find_batch:
 * @results: (element-type PiscesResult): the earlier results.
 * @picture: a new picture.
 *
 * Pictures of the same request have the same prompt and consecutive seeds.
 *
 * Returns: the number of the batch that @picture belongs to; a new number if
 *   it is the first of its request.
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
 * @drawn: a result with its image.
 *
 * Returns: (nullable) (transfer none): the result in @results with the same
 *   picture whose image is missing.
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
 * @batch: the number of a batch among them, or 0.
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

/**
 * pisces_result_list_sort_batch:
 * @results: (element-type PiscesResult): results.
 * @batch: the number of a batch among them.
 * @first: (out): the index of the first result of @batch.
 *
 * Returns: (transfer full) (element-type PiscesResult): the results of @batch;
 *   the one that matches its prompt best comes first.
 */
GPtrArray *
pisces_result_list_sort_batch (GPtrArray *results,
                               guint      batch,
                               guint     *first)
{
  GPtrArray *sorted = g_ptr_array_new_with_free_func (g_object_unref);

  *first = 0;
  for (guint i = 0; i < results->len; i++)
    if (pisces_result_get_batch (results->pdata[i]) == batch)
      {
        if (sorted->len == 0)
          *first = i;
        g_ptr_array_add (sorted, g_object_ref (results->pdata[i]));
      }

  g_ptr_array_sort (sorted, compare_matches);

  return sorted;
}

static gint
compare_matches (gconstpointer a,
                 gconstpointer b)
{
  gdouble first  = pisces_result_get_match (*(PiscesResult * const *) a);
  gdouble second = pisces_result_get_match (*(PiscesResult * const *) b);

  return (second > first) - (second < first);
}

static gchar *
result_to_text (PiscesResult *result)
{
  g_autoptr (yyjson_mut_doc)  document = yyjson_mut_doc_new (NULL);
  yyjson_mut_val             *object;

  object = pisces_picture_to_json (document,
                                   pisces_result_get_picture (result));
  pisces_json_add_text (document, object, "file",
                        pisces_result_get_digest (result));

  if (pisces_result_get_match (result) >= 0)
    {
      yyjson_mut_obj_add_real (document, object, "match",
                               pisces_result_get_match (result));
      pisces_json_add_text (document, object, "description",
                            pisces_result_get_description (result));
      yyjson_mut_obj_add_uint (document, object, "match-way",
                               pisces_result_get_score_way (result));
    }

  if (pisces_result_get_n_carried (result) > 0)
    yyjson_mut_obj_add_uint (document, object, "carried",
                             pisces_result_get_n_carried (result));

  yyjson_mut_doc_set_root (document, object);

  return pisces_json_write (document, FALSE);
}

static PiscesResult *
result_from_json (yyjson_val *node)
{
  g_autoptr (PiscesPicture)  picture     = pisces_picture_from_json (node);
  const gchar               *digest      = pisces_json_get_text (node, "file");
  const gchar               *description =
    pisces_json_get_text (node, "description");
  PiscesResult              *result;
  gdouble                    match;

  /* The digest becomes a file name, so it must not contain anything else.  */
  if (! picture || ! digest || ! pisces_picture_is_digest (digest) ||
      (description && strlen (description) > DESCRIPTION_BYTES_MAX))
    return NULL;

  result = pisces_result_new (picture, digest);

  match = pisces_json_get_number (node, "match", 0, 1, PISCES_RESULT_NO_MATCH);
  /* Older lists do not say how it was measured; there was only one way then.  */
  if (match >= 0)
    pisces_result_set_score (result, match, description,
                             pisces_json_get_number (node, "match-way", PISCES_SCORE_BY_PLAN,
                                                     PISCES_SCORE_BY_YES,
                                                     PISCES_SCORE_BY_PLAN));

  pisces_result_set_n_carried (
    result, pisces_json_get_number (node, "carried", 0,
                                    PISCES_RESULT_CARRIED_BYTES_MAX, 0));

  return result;
}

static void
keep_more (PiscesResultList *list,
           yyjson_val       *node)
{
  gsize  length  = 0;
  gchar *written = yyjson_val_write (node, YYJSON_WRITE_NOFLAG, &length);

  if (! written)
    return;

  if (list->more->len > 0)
    g_string_append_c (list->more, ',');
  g_string_append_len (list->more, written, length);
  list->n_more++;
  free (written);
}
