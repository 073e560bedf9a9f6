/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * image-results.c: the results of one image.  Their list is a parasite of the
 * image.  The pixels of the newest ones are parasites too, if they are not too
 * large, so that a person who opens the file on another computer sees the same
 * pictures.  The user's folder has the pixels of all results.  An image only
 * has its own results.
 *
 * What cannot be read from a file is left in it unchanged.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/gimp/canvas.h"
#include "plugin/gimp/image-results.h"
#include "plugin/gimp/provenance.h"

struct _PiscesImageResults
{
  gint32             image_id;
  PiscesResultStore *store;
  PiscesResultList  *list;
  gchar             *trouble;       /* why the file's list is left unchanged */
  gboolean           is_listed;     /* whether the file has a list           */
  gboolean           is_written;    /* whether that is the list in memory    */
  GHashTable        *carried;       /* digests of the pixels in the file     */
  gsize              n_read;        /* bytes of pixels that were read from the
                                     * file                                  */
};

static void  results_forget_missing (PiscesImageResults  *results,
                                     GPtrArray           *list);
static guint results_count_public   (PiscesImageResults  *results);
static void  results_carry_pixels   (PiscesImageResults  *results,
                                     GimpImage           *image);
static void  results_carry          (PiscesImageResults  *results,
                                     GimpImage           *image,
                                     PiscesResult        *result,
                                     guint64              n_bytes);
static void  results_leave          (PiscesImageResults  *results,
                                     GimpImage           *image,
                                     PiscesResult        *result);


/*  public functions  */

/**
 * pisces_image_results_new:
 * @image_id: an image.
 * @store: the user's folder of pictures.
 *
 * Reads the list from the image.
 *
 * Returns: (transfer full) (nullable): %NULL if the image was closed.
 */
PiscesImageResults *
pisces_image_results_new (gint32             image_id,
                          PiscesResultStore *store)
{
  GimpImage             *image   = pisces_canvas_find_image (image_id);
  g_autoptr (GimpImage)  held    = NULL;
  g_autoptr (GError)     error   = NULL;
  PiscesImageResults    *results;

  if (! image)
    return NULL;

  held    = g_object_ref (image);
  results = g_new0 (PiscesImageResults, 1);

  results->image_id = image_id;
  results->store    = g_object_ref (store);
  results->list     = pisces_provenance_read_list (image, &error);
  results->carried  = pisces_provenance_list_pixels (image);

  if (! results->list)
    {
      results->list    = pisces_result_list_new ();
      results->trouble = g_strdup (error->message);
    }

  results->is_listed  = results->list->results->len > 0 ||
                        results->list->n_more > 0;
  results->is_written = TRUE;

  for (guint i = 0; i < results->list->results->len; i++)
    {
      PiscesResult *result = results->list->results->pdata[i];

      pisces_result_set_owner (result, image_id);
      if (! g_hash_table_contains (results->carried,
                                   pisces_result_get_digest (result)))
        pisces_result_set_n_carried (result, 0);
    }

  return results;
}

void
pisces_image_results_free (PiscesImageResults *results)
{
  g_object_unref (results->store);
  pisces_result_list_free (results->list);
  g_hash_table_unref (results->carried);
  g_free (results->trouble);
  g_free (results);
}

/* Returns: (nullable): why the list in the file cannot be read, as a sentence.
 *   That list is left unchanged, and new results are only kept on this
 *   computer.
 */
const gchar *
pisces_image_results_get_trouble (PiscesImageResults *results)
{
  return results->trouble;
}

/* Returns how many more results are in the file than are shown.  */
guint
pisces_image_results_get_n_more (PiscesImageResults *results)
{
  return results->list->n_more;
}

/**
 * pisces_image_results_get_list:
 *
 * Returns: (transfer none) (element-type PiscesResult): the results, newest
 *   first.
 */
GPtrArray *
pisces_image_results_get_list (PiscesImageResults *results)
{
  return results->list->results;
}

/**
 * pisces_image_results_are_in_file:
 *
 * Returns: whether everything is in the file, so that
 *   pisces_image_results_new() would read it all again.
 */
gboolean
pisces_image_results_are_in_file (PiscesImageResults *results)
{
  return results->is_written && ! results->trouble &&
         results_count_public (results) == results->list->results->len;
}

/**
 * pisces_image_results_set_list:
 * @list: (element-type PiscesResult): the results that are shown now, newest
 *   first; those of other images are ignored.
 */
void
pisces_image_results_set_list (PiscesImageResults *results,
                               GPtrArray          *list)
{
  g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < list->len; i++)
    if (pisces_result_get_owner (list->pdata[i]) == results->image_id)
      g_ptr_array_add (own, g_object_ref (list->pdata[i]));

  results_forget_missing (results, own);
  g_ptr_array_unref (results->list->results);
  results->list->results = g_steal_pointer (&own);
  results->is_written    = FALSE;
}

/**
 * pisces_image_results_write:
 * @error: set to a sentence if the list could not be stored in the image.
 *
 * Leaves out private results.
 *
 * Returns: %FALSE if @error is set.
 */
gboolean
pisces_image_results_write (PiscesImageResults  *results,
                            GError             **error)
{
  GimpImage             *image     = pisces_canvas_find_image (results->image_id);
  g_autoptr (GimpImage)  held      = NULL;
  g_autofree gchar      *text      = NULL;
  gboolean               is_listed = results_count_public (results) > 0 ||
                                     results->list->n_more > 0;

  if (! image || results->trouble)
    return TRUE;

  held = g_object_ref (image);

  if (is_listed || results->is_listed)
    {
      results_carry_pixels (results, image);

      if (is_listed)
        {
          text = pisces_result_list_to_text (results->list, error);
          if (! text)
            return FALSE;
        }

      if (! pisces_provenance_attach_list (image, text))
        {
          g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                               _("GIMP did not take the list of the pictures "
                                 "made for this image. “Show Earlier "
                                 "Pictures” finds them later."));
          return FALSE;
        }
    }

  results->is_listed  = is_listed;
  results->is_written = TRUE;

  return TRUE;
}

/**
 * pisces_image_results_load:
 * @result: a result of the list without its image.
 *
 * Looks for its pixels in the user's folder, and then in the image's file.
 * From the file it reads at most as much as this program would have stored
 * there.
 *
 * Returns: %TRUE if they were found.
 */
gboolean
pisces_image_results_load (PiscesImageResults *results,
                           PiscesResult       *result)
{
  const gchar        *digest = pisces_result_get_digest (result);
  GimpImage          *image;
  g_autoptr (GBytes)  png    = NULL;

  if (pisces_result_store_load (results->store, result, NULL))
    {
      pisces_result_set_stored (result, TRUE);
      return TRUE;
    }

  if (results->n_read > PISCES_RESULT_CARRIED_BYTES_MAX_ALL ||
      ! g_hash_table_contains (results->carried, digest))
    return FALSE;

  image = pisces_canvas_find_image (results->image_id);
  if (image)
    png = pisces_provenance_read_pixels (image, digest);
  if (! png)
    return FALSE;

  results->n_read += g_bytes_get_size (png);
  if (g_bytes_get_size (png) > PISCES_RESULT_CARRIED_BYTES_MAX ||
      ! pisces_result_store_unpack (result, png, digest, NULL))
    return FALSE;

  pisces_result_set_n_carried (result, g_bytes_get_size (png));

  return TRUE;
}

/**
 * pisces_image_results_remove:
 *
 * The results stay in memory and in the user's folder, but are no longer
 * written to the image.  The caller also has to call
 * pisces_provenance_remove().
 */
void
pisces_image_results_remove (PiscesImageResults *results)
{
  for (guint i = 0; i < results->list->results->len; i++)
    {
      PiscesResult *result = results->list->results->pdata[i];

      pisces_result_set_private (result, TRUE);
      pisces_result_set_n_carried (result, 0);
    }

  pisces_result_list_drop_more (results->list);
  g_hash_table_remove_all (results->carried);
  g_clear_pointer (&results->trouble, g_free);
  results->is_listed = FALSE;
}


/*  private functions  */

/* The file no longer keeps pixels of results that are not in @list.  If the
 * user brings a result back, its pixels come from the user's folder.
 */
static void
results_forget_missing (PiscesImageResults *results,
                        GPtrArray          *list)
{
  GimpImage             *image = NULL;
  g_autoptr (GimpImage)  held  = NULL;
  g_autoptr (GHashTable) left  = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < list->len; i++)
    g_hash_table_add (left, (gpointer) pisces_result_get_digest (list->pdata[i]));

  for (guint i = 0; i < results->list->results->len; i++)
    {
      PiscesResult *result = results->list->results->pdata[i];

      if (g_hash_table_contains (left, pisces_result_get_digest (result)) ||
          ! g_hash_table_contains (results->carried,
                                   pisces_result_get_digest (result)))
        continue;

      if (! held)
        {
          image = pisces_canvas_find_image (results->image_id);
          if (! image)
            return;
          held = g_object_ref (image);
        }

      results_leave (results, held, result);
    }
}

static guint
results_count_public (PiscesImageResults *results)
{
  guint n = 0;

  for (guint i = 0; i < results->list->results->len; i++)
    n += ! pisces_result_is_private (results->list->results->pdata[i]);

  return n;
}

/* Stores the newest pixels as long as there is room.  Pixels that exist
 * nowhere else, because another computer made them, always stay.
 */
static void
results_carry_pixels (PiscesImageResults *results,
                      GimpImage          *image)
{
  guint64 n_bytes_all = 0;

  for (guint i = 0; i < results->list->results->len; i++)
    {
      PiscesResult *result  = results->list->results->pdata[i];
      gboolean      carried =
        g_hash_table_contains (results->carried,
                               pisces_result_get_digest (result));
      guint64       n_bytes = carried ?
        pisces_result_get_n_carried (result) :
        pisces_result_store_get_size (results->store, result);

      if (pisces_result_is_private (result) ||
          n_bytes > PISCES_RESULT_CARRIED_BYTES_MAX ||
          n_bytes_all + n_bytes > PISCES_RESULT_CARRIED_BYTES_MAX_ALL)
        {
          if (carried &&
              pisces_result_store_get_size (results->store, result) > 0)
            results_leave (results, image, result);
          continue;
        }

      n_bytes_all += n_bytes;
      if (! carried && n_bytes > 0)
        results_carry (results, image, result, n_bytes);
    }
}

static void
results_carry (PiscesImageResults *results,
               GimpImage          *image,
               PiscesResult       *result,
               guint64             n_bytes)
{
  const gchar        *digest = pisces_result_get_digest (result);
  g_autoptr (GBytes)  png    = pisces_result_store_read (results->store, result,
                                                         NULL);

  if (png && g_bytes_get_size (png) == n_bytes &&
      pisces_provenance_attach_pixels (image, digest, png))
    {
      g_hash_table_add (results->carried, g_strdup (digest));
      pisces_result_set_n_carried (result, n_bytes);
    }
}

static void
results_leave (PiscesImageResults *results,
               GimpImage          *image,
               PiscesResult       *result)
{
  const gchar *digest = pisces_result_get_digest (result);

  pisces_provenance_detach_pixels (image, digest);
  g_hash_table_remove (results->carried, digest);
  pisces_result_set_n_carried (result, 0);
}
