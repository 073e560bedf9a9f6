/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-results.c: the results of the Generate Layer window.  Each picture
 * is written to the user's data folder as soon as it is finished, and the list
 * of an image's pictures is stored in the image, so that closing GIMP, the
 * image or the window at any moment loses nothing.  A picture belongs to the
 * image that it was requested for, even if another image is shown when it is
 * finished, and is listed in no other.
 *
 * Longer than 500 lines, as it does everything for an image's list: fill it,
 * store it, load it again, free it.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-result-pane.h"

#include "plugin/generate/generate-checks.h"
#include "plugin/generate/generate-privacy.h"
#include "plugin/generate/generate-replace.h"
#include "plugin/generate/generate-results.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/image-results.h"
#include "plugin/gimp/provenance.h"

#define N_EARLIER_MAX 60

struct _PiscesGenerateResults
{
  PiscesSession         *session;
  PiscesResultPane      *pane;
  PiscesResultStore     *store;
  PiscesGenerateReplace *replace;
  PiscesGenerateChecks  *checks;

  gint32                 image_id;   /* ID of the image shown; 0: none */
  GHashTable            *images;     /* ID → PiscesImageResults: those of the
                                      * image that is shown, and others with
                                      * results that are in no file         */
  GQueue                 to_load;    /* PiscesResult, without their images  */
  guint                  loading;    /* idle source, or 0                   */
  guint                  n_lost;     /* how many loaded results lack their
                                      * pixels                              */
};

static PiscesImageResults *
                    results_get_image          (PiscesGenerateResults *results,
                                                gint32                 image_id);
static void         results_let_go             (PiscesGenerateResults *results);
static void         results_list_changed       (PiscesGenerateResults *results);
static void         results_write              (PiscesGenerateResults *results,
                                                PiscesImageResults    *image);
static void         results_trim               (PiscesGenerateResults *results);
static void         results_keep               (PiscesGenerateResults *results,
                                                PiscesResult          *result);
static void         results_load_later         (PiscesGenerateResults *results,
                                                GPtrArray             *list);
static gboolean     results_load_one           (gpointer               data);
static void         results_show_notes         (PiscesGenerateResults *results);
static void         results_show_earlier       (PiscesGenerateResults *results);
static void         results_note_score         (PiscesResult          *result,
                                                gpointer               data);
static void         results_removed            (gint32                 image_id,
                                                gpointer               data);


/*  public functions  */

/**
 * pisces_generate_results_new:
 * @session: the session of the window.
 * @window: the window of the session.
 *
 * Returns: (transfer full): an object that lives as long as the window, which
 *   lives as long as the process.
 */
PiscesGenerateResults *
pisces_generate_results_new (PiscesSession        *session,
                             PiscesGenerateWindow *window)
{
  PiscesGenerateResults *results = g_new0 (PiscesGenerateResults, 1);

  results->session = session;
  results->pane    =
    PISCES_RESULT_PANE (pisces_generate_window_get_results (window));
  results->store   =
    pisces_result_store_new (NULL, PISCES_RESULT_STORE_LIMIT_BYTES);
  results->images  =
    g_hash_table_new_full (NULL, NULL, NULL,
                           (GDestroyNotify) pisces_image_results_free);
  g_queue_init (&results->to_load);

  results->replace = pisces_generate_replace_new (results->pane, window);
  results->checks  = pisces_generate_checks_new (session, results->pane,
                                                 results_note_score, results);
  pisces_generate_privacy_connect (session, results->pane, results_removed,
                                   results);

  g_signal_connect_swapped (results->pane, "list-changed",
                            G_CALLBACK (results_list_changed), results);
  g_signal_connect_swapped (results->pane, "earlier-requested",
                            G_CALLBACK (results_show_earlier), results);

  return results;
}

/**
 * pisces_generate_results_show_image:
 * @results: the results.
 *
 * Shows the results of the session's image.  Results that were made for an
 * image that has since been closed stay in the window too, so that they can be
 * added to this image.
 */
void
pisces_generate_results_show_image (PiscesGenerateResults *results)
{
  gint32                image_id = results->session->image_id;
  PiscesImageResults   *image;
  g_autoptr (GPtrArray) shown    = NULL;
  GPtrArray            *list;
  g_autoptr (GPtrArray) guests   = NULL;

  if (image_id == results->image_id)
    return;

  image = results_get_image (results, image_id);
  if (! image)
    return;

  shown  = pisces_result_pane_list (results->pane);
  guests = g_ptr_array_new_with_free_func (g_object_unref);
  list   = pisces_image_results_get_list (image);

  if (! results->image_id || ! pisces_canvas_find_image (results->image_id))
    for (guint i = 0; i < shown->len; i++)
      if (! pisces_result_list_find (list, shown->pdata[i]))
        g_ptr_array_add (guests, g_object_ref (shown->pdata[i]));

  g_queue_clear_full (&results->to_load, g_object_unref);
  pisces_result_pane_clear (results->pane);
  results->image_id = image_id;
  results->n_lost   = 0;
  pisces_generate_replace_set_image (results->replace, image_id);
  pisces_result_pane_add_results (results->pane, list);
  pisces_result_pane_add_results (results->pane, guests);
  results_load_later (results, list);
  results_show_notes (results);
  results_let_go (results);
}

/**
 * pisces_generate_results_take:
 * @results: the results.
 * @image_id: the image that @picture was requested for; 0: none.
 * @picture: a finished picture.
 * @before: (nullable): see pisces_result_set_before().
 *
 * Adds the picture to the list of its image only.  If another image is shown,
 * the window does not show the picture until the user switches to its image.
 * If its image has been closed, the picture is shown beside those of the
 * present image, and listed in no image.
 */
void
pisces_generate_results_take (PiscesGenerateResults *results,
                              gint32                 image_id,
                              PiscesPicture         *picture,
                              PiscesImage           *before)
{
  PiscesImageResults       *image  = NULL;
  g_autoptr (PiscesResult)  result = NULL;
  g_autoptr (GPtrArray)     list   = NULL;
  GPtrArray                *listed;

  if (image_id != results->image_id)
    image = results_get_image (results, image_id);

  if (! image)
    {
      pisces_result_pane_add_picture (results->pane, picture, before, image_id);
      return;
    }

  result = pisces_result_new (picture, NULL);
  pisces_result_set_before (result, before);
  pisces_result_set_owner (result, image_id);
  pisces_result_set_private (result,
                             pisces_result_pane_keeps_out (results->pane));
  results_keep (results, result);

  listed = pisces_image_results_get_list (image);
  if (! pisces_result_list_find (listed, result))
    {
      list = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (list, g_object_ref (result));
      for (guint i = 0; i < listed->len; i++)
        g_ptr_array_add (list, g_object_ref (listed->pdata[i]));

      pisces_image_results_set_list (image, list);
      results_write (results, image);
    }
  results_trim (results);

  if (pisces_result_pane_get_checking (results->pane))
    pisces_generate_checks_check (results->checks, result);

  results_let_go (results);
}

/**
 * pisces_generate_results_find:
 * @results: the results.
 * @digest: the digest of a picture that another one is going to begin with.
 *
 * If it is a draft, which is in no list, it is kept in the user's folder from now on.
 *
 * Returns: (transfer full) (nullable): that picture, if it is shown.
 */
PiscesResult *
pisces_generate_results_find (PiscesGenerateResults *results,
                              const gchar           *digest)
{
  g_autoptr (GPtrArray)     list  = pisces_result_pane_list (results->pane);
  PiscesPicture            *draft = pisces_result_pane_get_draft (results->pane);
  g_autoptr (PiscesResult)  found = draft ? pisces_result_new (draft, NULL) : NULL;

  for (guint i = 0; i < list->len; i++)
    if (g_str_equal (pisces_result_get_digest (list->pdata[i]), digest))
      return g_object_ref (list->pdata[i]);

  if (! found || ! g_str_equal (pisces_result_get_digest (found), digest))
    return NULL;

  results_keep (results, found);

  return g_steal_pointer (&found);
}

/**
 * pisces_generate_results_note_layer:
 * @results: the results.
 * @layer: (nullable): the layer that was just added; %NULL if another picture
 *   cannot replace it.
 */
void
pisces_generate_results_note_layer (PiscesGenerateResults *results,
                                    GimpLayer             *layer)
{
  pisces_generate_replace_set_layer (results->replace, layer);
}


/*  private functions  */

/* Returns: (transfer none) (nullable): %NULL if the image was closed.  */
static PiscesImageResults *
results_get_image (PiscesGenerateResults *results,
                   gint32                 image_id)
{
  PiscesImageResults *image;

  if (! pisces_canvas_find_image (image_id))
    return NULL;

  image = g_hash_table_lookup (results->images, GINT_TO_POINTER (image_id));
  if (image)
    return image;

  image = pisces_image_results_new (image_id, results->store);
  if (image)
    g_hash_table_insert (results->images, GINT_TO_POINTER (image_id), image);

  return image;
}

/* Frees the results of images that are not shown, because pixels take much
 * memory.  It keeps only what cannot be read again.
 */
static void
results_let_go (PiscesGenerateResults *results)
{
  g_autoptr (GList) ids = g_hash_table_get_keys (results->images);

  for (GList *each = ids; each; each = each->next)
    {
      PiscesImageResults *image = g_hash_table_lookup (results->images,
                                                       each->data);
      gint32              id    = GPOINTER_TO_INT (each->data);

      if (id != results->image_id &&
          (pisces_image_results_are_in_file (image) ||
           ! pisces_canvas_find_image (id)))
        g_hash_table_remove (results->images, each->data);
    }
}

static void
results_list_changed (PiscesGenerateResults *results)
{
  g_autoptr (GPtrArray)  shown = pisces_result_pane_list (results->pane);
  PiscesImageResults    *image;

  for (guint i = 0; i < shown->len; i++)
    results_keep (results, shown->pdata[i]);

  image = g_hash_table_lookup (results->images,
                               GINT_TO_POINTER (results->image_id));
  if (image)
    {
      pisces_image_results_set_list (image, shown);
      results_write (results, image);
    }

  results_trim (results);
}

static void
results_write (PiscesGenerateResults *results,
               PiscesImageResults    *image)
{
  g_autoptr (GError) error = NULL;

  if (! pisces_image_results_write (image, &error))
    pisces_result_pane_show_error (results->pane, error->message);
}

/* Stores the picture in the user's folder, unless it is already there or came
 * with the image.  If the disk is full, the window still has it, and tells the
 * user once.
 */
static void
results_keep (PiscesGenerateResults *results,
              PiscesResult          *result)
{
  g_autoptr (GError) error = NULL;

  if (pisces_result_is_stored (result) ||
      pisces_result_get_n_carried (result) > 0 ||
      ! pisces_result_get_picture (result)->image)
    return;

  pisces_result_set_stored (result, TRUE);
  if (! pisces_result_store_save (results->store, result, &error))
    pisces_result_pane_show_error (results->pane, error->message);
}

static void
results_trim (PiscesGenerateResults *results)
{
  g_autoptr (GHashTable)  listed = NULL;
  g_autofree GimpImage  **images = NULL;
  g_autoptr (GArray)      ids    = NULL;

  if (! pisces_result_store_is_full (results->store))
    return;

  listed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  ids    = g_array_new (FALSE, FALSE, sizeof (gint32));

  /* Collects the IDs first, because libgimp may free the image objects while
   * one of them is read.  */
  images = gimp_get_images ();
  for (guint i = 0; images && images[i]; i++)
    {
      gint32 id = gimp_image_get_id (images[i]);

      g_array_append_val (ids, id);
    }

  for (guint i = 0; i < ids->len; i++)
    {
      gint32              id    = g_array_index (ids, gint32, i);
      PiscesImageResults *image = results_get_image (results, id);
      GPtrArray          *list  =
        image ? pisces_image_results_get_list (image) : NULL;

      for (guint j = 0; list && j < list->len; j++)
        {
          const gchar *begun_with = pisces_result_get_picture (list->pdata[j])->begun_with;

          g_hash_table_add (listed,
                            g_strdup (pisces_result_get_digest (list->pdata[j])));
          if (begun_with)
            g_hash_table_add (listed, g_strdup (begun_with));
        }
    }

  pisces_result_store_trim (results->store, listed);
  results_let_go (results);
}

/* Loads one at a time, so that the window appears at once.  */
static void
results_load_later (PiscesGenerateResults *results,
                    GPtrArray             *list)
{
  for (guint i = 0; i < list->len; i++)
    if (! pisces_result_get_picture (list->pdata[i])->image)
      {
        pisces_result_set_pending (list->pdata[i], TRUE);
        g_queue_push_tail (&results->to_load, g_object_ref (list->pdata[i]));
      }

  if (! results->loading && ! g_queue_is_empty (&results->to_load))
    results->loading = g_idle_add (results_load_one, results);
}

static gboolean
results_load_one (gpointer data)
{
  PiscesGenerateResults    *results = data;
  g_autoptr (PiscesResult)  result  = g_queue_pop_head (&results->to_load);
  PiscesImageResults       *image;

  image = g_hash_table_lookup (results->images,
                               GINT_TO_POINTER (results->image_id));
  if (result && image)
    {
      if (! pisces_image_results_load (image, result))
        results->n_lost++;
      pisces_result_set_pending (result, FALSE);
      return G_SOURCE_CONTINUE;
    }

  results->loading = 0;
  if (results->n_lost > 0)
    results_show_notes (results);

  return G_SOURCE_REMOVE;
}

/* Tells the user what came with the file, and what could not be read.  */
static void
results_show_notes (PiscesGenerateResults *results)
{
  PiscesImageResults    *image   =
    g_hash_table_lookup (results->images, GINT_TO_POINTER (results->image_id));
  const gchar           *trouble;
  guint                  n_more;
  g_autofree gchar      *held    = NULL;
  g_autoptr (GPtrArray)  notes   = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar      *text    = NULL;

  if (! image)
    return;

  trouble = pisces_image_results_get_trouble (image);
  n_more  = pisces_image_results_get_n_more (image);

  if (pisces_result_pane_keeps_out (results->pane))
    held = pisces_generate_privacy_describe (results->image_id);

  if (trouble)
    {
      g_ptr_array_add (notes, g_strdup (trouble));
      g_ptr_array_add (notes,
                       g_strdup (_("It stays in the file as it is. Pictures "
                                   "that you make now are kept on this "
                                   "computer alone. “Keep prompts out of the "
                                   "file” can remove it.")));
    }
  if (n_more > 0)
    g_ptr_array_add (notes,
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                    "The file lists %u picture more than can "
                                    "be shown here. It stays in the file.",
                                    "The file lists %u pictures more than can "
                                    "be shown here. They stay in the file.",
                                    n_more), n_more));
  if (results->n_lost > 0)
    g_ptr_array_add (notes,
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                    "%u of the pictures is not on this "
                                    "computer. Choose it to see what it was "
                                    "made from, and to draw it again.",
                                    "%u of the pictures are not on this "
                                    "computer. Choose one to see what it was "
                                    "made from, and to draw it again.",
                                    results->n_lost), results->n_lost));
  if (held)
    g_ptr_array_add (notes, g_strdup (held));

  if (notes->len == 0)
    return;

  g_ptr_array_add (notes, NULL);
  text = g_strjoinv ("\n", (gchar **) notes->pdata);
  pisces_result_pane_show_notes (results->pane, text, held != NULL);
}

/* Results of other images are only shown, and not added to this image's
 * list.  */
static void
results_show_earlier (PiscesGenerateResults *results)
{
  g_autoptr (GPtrArray) shown   = pisces_result_pane_list (results->pane);
  g_autoptr (GPtrArray) earlier = pisces_result_store_list (results->store,
                                                            N_EARLIER_MAX);
  g_autoptr (GPtrArray) others  = g_ptr_array_new ();

  for (guint i = 0; i < earlier->len; i++)
    if (! pisces_result_list_find (shown, earlier->pdata[i]))
      {
        pisces_result_set_stored (earlier->pdata[i], TRUE);
        g_ptr_array_add (others, earlier->pdata[i]);
      }

  pisces_result_pane_add_results (results->pane, others);

  if (others->len == 0)
    pisces_session_show_message (results->session, GTK_MESSAGE_INFO,
                                 _("No other pictures are kept on this "
                                   "computer."));
}

/* The pane reports a result that it shows, but the user may have switched to
 * another image since, or there and back.
 */
static void
results_note_score (PiscesResult *result,
                    gpointer      data)
{
  PiscesGenerateResults *results  = data;
  gint32                 image_id = pisces_result_get_owner (result);
  g_autoptr (GPtrArray)  shown    = pisces_result_pane_list (results->pane);
  PiscesResult          *listed   = pisces_result_list_find (shown, result);
  PiscesImageResults    *image    = NULL;

  if (! listed && image_id != results->image_id)
    {
      image = results_get_image (results, image_id);
      if (image)
        listed = pisces_result_list_find (pisces_image_results_get_list (image),
                                          result);
    }

  if (listed && pisces_result_get_match (listed) < 0)
    pisces_result_set_score (listed, pisces_result_get_match (result),
                             pisces_result_get_description (result),
                             pisces_result_get_score_way (result));
  if (listed && image)
    results_write (results, image);

  results_let_go (results);
}

/* The image's file no longer contains prompts or pictures.  */
static void
results_removed (gint32   image_id,
                 gpointer data)
{
  PiscesGenerateResults *results = data;
  PiscesImageResults    *image   =
    g_hash_table_lookup (results->images, GINT_TO_POINTER (image_id));

  if (image)
    pisces_image_results_remove (image);
}
