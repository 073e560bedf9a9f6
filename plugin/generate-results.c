/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-results.c: the results of the Generate Layer window.  Each picture
 * is written to the user's data folder when it comes, and the list of those
 * of an image to a parasite of the image, so that closing GIMP, the image or
 * the window at any moment loses none.  It also puts a result in the place of
 * the layer that was added last, and has results scored.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/pisces-result-pane.h"
#include "ui/pisces-result-store.h"

#include "canvas.h"
#include "generate-results.h"
#include "provenance.h"

#define N_EARLIER_MAX 60
#define LISTED_KEY    "pisces-listed-in"   /* the ID of an image */
#define STORED_KEY    "pisces-stored"

struct _PiscesGenerateResults
{
  PiscesSession     *session;
  PiscesResultPane  *pane;
  PiscesResultStore *store;

  gint32             image_id;      /* whose results are shown; 0: of none */
  gint32             layer_id;      /* the one added last; 0: none         */
  GQueue             to_load;       /* PiscesResult, without images        */
  guint              loading;       /* idle source, or 0                   */
  gboolean           check_failed;  /* and the user has been told          */
};

/* What the engine's callback of one score needs.  */
typedef struct
{
  PiscesGenerateResults *results;
  PiscesResult          *result;
} Check;

static void         results_list_changed       (PiscesGenerateResults *results);
static void         results_attach             (PiscesGenerateResults *results,
                                                GPtrArray             *shown);
static void         results_attach_list        (PiscesGenerateResults *results,
                                                gint32                 image_id,
                                                GPtrArray             *list);
static void         results_trim               (PiscesGenerateResults *results);
static GPtrArray  * results_read               (PiscesGenerateResults *results,
                                                GimpImage             *image);
static void         results_load_later         (PiscesGenerateResults *results,
                                                GPtrArray             *list);
static gboolean     results_load_one           (gpointer               data);
static void         results_show_earlier       (PiscesGenerateResults *results);
static void         results_check              (PiscesGenerateResults *results,
                                                PiscesResult          *result);
static void         results_checked            (GObject               *source,
                                                GAsyncResult          *answer,
                                                gpointer               data);
static void         results_note_score         (PiscesGenerateResults *results,
                                                PiscesResult          *result);
static GimpLayer  * results_find_layer         (PiscesGenerateResults *results);
static void         results_update_replaceable (PiscesGenerateResults *results);
static void         results_replace            (PiscesGenerateResults *results,
                                                PiscesPicture         *picture);
static PiscesResult *
                    results_find               (GPtrArray             *list,
                                                PiscesResult          *result);
static gboolean     results_contain            (GPtrArray             *list,
                                                PiscesResult          *result);


/*  public functions  */

/**
 * pisces_generate_results_new:
 * @session: whose image's results are shown.
 * @window:  its window.
 *
 * Returns: (transfer full): lives as long as the window, which is that of the
 *   process.
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
  g_queue_init (&results->to_load);

  g_signal_connect_swapped (results->pane, "list-changed",
                            G_CALLBACK (results_list_changed), results);
  g_signal_connect_swapped (results->pane, "earlier-requested",
                            G_CALLBACK (results_show_earlier), results);
  g_signal_connect_swapped (results->pane, "check-requested",
                            G_CALLBACK (results_check), results);
  g_signal_connect_swapped (results->pane, "replace-requested",
                            G_CALLBACK (results_replace), results);
  g_signal_connect_swapped (window, "notify::is-active",
                            G_CALLBACK (results_update_replaceable), results);

  return results;
}

/**
 * pisces_generate_results_show_image:
 * @results: the results.
 *
 * Shows those of the session's image.  What was made for an image that has
 * been closed since stays beside them, so that it can be added to this one.
 */
void
pisces_generate_results_show_image (PiscesGenerateResults *results)
{
  gint32                image_id = results->session->image_id;
  GimpImage            *image    = pisces_canvas_find_image (image_id);
  g_autoptr (GPtrArray) shown    = NULL;
  g_autoptr (GPtrArray) list     = NULL;

  if (! image || image_id == results->image_id)
    return;

  shown = pisces_result_pane_list (results->pane);
  list  = results_read (results, image);

  if (! results->image_id || ! pisces_canvas_find_image (results->image_id))
    for (guint i = 0; i < shown->len; i++)
      if (! results_contain (list, shown->pdata[i]))
        g_ptr_array_add (list, g_object_ref (shown->pdata[i]));

  g_queue_clear_full (&results->to_load, g_object_unref);
  pisces_result_pane_clear (results->pane);
  results->image_id = image_id;
  pisces_result_pane_add_results (results->pane, list);
  results_load_later (results, list);
  results_update_replaceable (results);
}

/**
 * pisces_generate_results_take:
 * @results:  the results.
 * @image_id: the image that @picture was drawn for.
 * @picture:  a finished picture.
 *
 * Adds it to the list of its image.  If that is not the one that is shown, the
 * window shows nothing of it until the user turns to its image; if its image
 * has been closed, it joins what is shown.
 */
void
pisces_generate_results_take (PiscesGenerateResults *results,
                              gint32                 image_id,
                              PiscesPicture         *picture)
{
  GimpImage               *image  = NULL;
  g_autoptr (PiscesResult) result = NULL;
  g_autoptr (GPtrArray)    list   = NULL;

  if (image_id != results->image_id)
    image = pisces_canvas_find_image (image_id);

  if (image)
    result = pisces_result_new (picture, NULL);

  /* Where the disk is full, the window still holds it, and says so.  */
  if (! image || ! pisces_result_store_save (results->store, result, NULL))
    {
      pisces_result_pane_add_picture (results->pane, picture);
      return;
    }

  g_object_set_data (G_OBJECT (result), STORED_KEY, results);
  g_object_set_data (G_OBJECT (result), LISTED_KEY, GINT_TO_POINTER (image_id));

  list = results_read (results, image);
  if (! results_contain (list, result))
    {
      g_ptr_array_insert (list, 0, g_object_ref (result));
      results_attach_list (results, image_id, list);
    }
  results_trim (results);

  if (pisces_result_pane_get_checking (results->pane))
    results_check (results, result);
}

/**
 * pisces_generate_results_note_layer:
 * @results: the results.
 * @layer:   the one that was added just now.
 */
void
pisces_generate_results_note_layer (PiscesGenerateResults *results,
                                    GimpLayer             *layer)
{
  results->layer_id = gimp_item_get_id (GIMP_ITEM (layer));
  results_update_replaceable (results);
}


/*  private functions  */

static void
results_list_changed (PiscesGenerateResults *results)
{
  g_autoptr (GPtrArray) shown   = pisces_result_pane_list (results->pane);
  gboolean              is_more = FALSE;

  for (guint i = 0; i < shown->len; i++)
    {
      PiscesResult       *result = shown->pdata[i];
      g_autoptr (GError)  error  = NULL;

      if (g_object_get_data (G_OBJECT (result), STORED_KEY) ||
          ! pisces_result_get_picture (result)->image)
        continue;

      g_object_set_data (G_OBJECT (result), STORED_KEY, results);
      if (pisces_result_store_save (results->store, result, &error))
        is_more = TRUE;
      else
        pisces_result_pane_show_error (results->pane, error->message);
    }

  results_attach (results, shown);

  if (is_more)
    results_trim (results);
}

/* Those that are listed in another image are only guests in this one.  */
static void
results_attach (PiscesGenerateResults *results,
                GPtrArray             *shown)
{
  GimpImage             *image = pisces_canvas_find_image (results->image_id);
  g_autoptr (GPtrArray)  own   = g_ptr_array_new ();
  gpointer               id    = GINT_TO_POINTER (results->image_id);

  if (! image)
    return;

  for (guint i = 0; i < shown->len; i++)
    {
      gpointer listed = g_object_get_data (shown->pdata[i], LISTED_KEY);

      if (! listed)
        g_object_set_data (shown->pdata[i], LISTED_KEY, id);
      if (! listed || listed == id)
        g_ptr_array_add (own, shown->pdata[i]);
    }

  results_attach_list (results, results->image_id, own);
}

static void
results_attach_list (PiscesGenerateResults *results,
                     gint32                 image_id,
                     GPtrArray             *list)
{
  GimpImage *image = pisces_canvas_find_image (image_id);

  if (image && ! pisces_provenance_attach_list (image, list))
    pisces_result_pane_show_error (results->pane,
                                   _("GIMP did not take the list of the "
                                     "pictures made for this image. “Show "
                                     "Earlier Pictures” finds them later."));
}

static void
results_trim (PiscesGenerateResults *results)
{
  g_autoptr (GHashTable)  listed = g_hash_table_new_full (g_str_hash,
                                                          g_str_equal,
                                                          g_free, NULL);
  g_autofree GimpImage  **images = gimp_get_images ();

  for (guint i = 0; images && images[i]; i++)
    {
      g_autoptr (GPtrArray) list = pisces_provenance_read_list (images[i],
                                                                NULL);

      for (guint j = 0; list && j < list->len; j++)
        g_hash_table_add (listed,
                          g_strdup (pisces_result_get_digest (list->pdata[j])));
    }

  pisces_result_store_trim (results->store, listed);
}

static GPtrArray *
results_read (PiscesGenerateResults *results,
              GimpImage             *image)
{
  g_autoptr (GError)  error = NULL;
  /* Before GIMP is asked: the image may be freed meanwhile.  */
  gint32              id    = gimp_image_get_id (image);
  GPtrArray          *list  = pisces_provenance_read_list (image, &error);

  if (! list)
    {
      pisces_result_pane_show_error (results->pane, error->message);
      return g_ptr_array_new_with_free_func (g_object_unref);
    }

  for (guint i = 0; i < list->len; i++)
    g_object_set_data (list->pdata[i], LISTED_KEY,
                       GINT_TO_POINTER (id));

  return list;
}

/* One at a time, so that the window is there at once.  */
static void
results_load_later (PiscesGenerateResults *results,
                    GPtrArray             *list)
{
  for (guint i = 0; i < list->len; i++)
    if (! pisces_result_get_picture (list->pdata[i])->image)
      g_queue_push_tail (&results->to_load, g_object_ref (list->pdata[i]));

  if (! results->loading && ! g_queue_is_empty (&results->to_load))
    results->loading = g_idle_add (results_load_one, results);
}

static gboolean
results_load_one (gpointer data)
{
  PiscesGenerateResults    *results = data;
  g_autoptr (PiscesResult)  result  = g_queue_pop_head (&results->to_load);

  /* Where the file is gone the tile says so.  */
  if (result)
    {
      pisces_result_store_load (results->store, result, NULL);
      g_object_set_data (G_OBJECT (result), STORED_KEY,
                         pisces_result_get_picture (result)->image ?
                         results : NULL);
      return G_SOURCE_CONTINUE;
    }

  results->loading = 0;

  return G_SOURCE_REMOVE;
}

/* As guests: they join this image's list when they are added to it.  */
static void
results_show_earlier (PiscesGenerateResults *results)
{
  g_autoptr (GPtrArray) shown   = pisces_result_pane_list (results->pane);
  g_autoptr (GPtrArray) earlier = pisces_result_store_list (results->store,
                                                            N_EARLIER_MAX);
  g_autoptr (GPtrArray) others  = g_ptr_array_new ();

  for (guint i = 0; i < earlier->len; i++)
    if (! results_contain (shown, earlier->pdata[i]))
      {
        g_object_set_data (earlier->pdata[i], STORED_KEY, results);
        g_object_set_data (earlier->pdata[i], LISTED_KEY,
                           GINT_TO_POINTER (-1));
        g_ptr_array_add (others, earlier->pdata[i]);
      }

  pisces_result_pane_add_results (results->pane, others);

  if (others->len == 0)
    pisces_session_show_message (results->session, GTK_MESSAGE_INFO,
                                 _("No other pictures are kept on this "
                                   "computer."));
}

static void
results_check (PiscesGenerateResults *results,
               PiscesResult          *result)
{
  PiscesPicture *picture = pisces_result_get_picture (result);
  Check         *check   = g_new0 (Check, 1);

  check->results = results;
  check->result  = g_object_ref (result);

  pisces_engine_score_async (results->session->engine, picture->image,
                             picture->prompt, NULL, results_checked,
                             check);
}

static void
results_checked (GObject      *source,
                 GAsyncResult *answer,
                 gpointer      data)
{
  g_autofree Check         *check   = data;
  PiscesGenerateResults    *results = check->results;
  g_autoptr (PiscesResult)  result  = check->result;
  g_autoptr (GError)        error   = NULL;
  g_autoptr (PiscesScore)   score   = NULL;

  score = pisces_engine_score_finish (PISCES_ENGINE (source), answer, &error);

  if (score)
    {
      results->check_failed = FALSE;
      pisces_result_set_score (result, score->match, score->description);
      results_note_score (results, result);
    }
  /* What fails for one fails for all: one message, not one for each.  */
  else if (! results->check_failed &&
           ! g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree gchar *text = NULL;

      results->check_failed = TRUE;
      text = g_strdup_printf (_("The pictures could not be checked against "
                                "their prompts: %s"), error->message);
      pisces_session_show_message (results->session, GTK_MESSAGE_WARNING, text);
    }
}

/* The pane has told of one that it shows; the user may have turned to another
 * image since, or away and back.
 */
static void
results_note_score (PiscesGenerateResults *results,
                    PiscesResult          *result)
{
  gint32                image_id;
  GimpImage            *image;
  PiscesResult         *listed;
  g_autoptr (GPtrArray) list = pisces_result_pane_list (results->pane);

  listed = results_find (list, result);
  if (listed)
    {
      if (pisces_result_get_match (listed) < 0)
        pisces_result_set_score (listed, pisces_result_get_match (result),
                                 pisces_result_get_description (result));
      return;
    }

  image_id = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (result),
                                                 LISTED_KEY));
  image    = pisces_canvas_find_image (image_id);
  if (! image || image_id == results->image_id)
    return;

  g_clear_pointer (&list, g_ptr_array_unref);
  list   = results_read (results, image);
  listed = results_find (list, result);
  if (! listed)
    return;

  pisces_result_set_score (listed, pisces_result_get_match (result),
                           pisces_result_get_description (result));
  results_attach_list (results, image_id, list);
}

static GimpLayer *
results_find_layer (PiscesGenerateResults *results)
{
  GimpLayer *layer;
  GimpImage *image;

  if (results->layer_id == 0 || ! gimp_item_id_is_layer (results->layer_id))
    return NULL;

  layer = gimp_layer_get_by_id (results->layer_id);
  image = gimp_item_get_image (GIMP_ITEM (layer));

  /* An undone layer is there, but in no image.  */
  if (! image || gimp_image_get_id (image) != results->image_id ||
      gimp_image_get_item_position (image, GIMP_ITEM (layer)) < 0)
    return NULL;

  return layer;
}

static void
results_update_replaceable (PiscesGenerateResults *results)
{
  pisces_result_pane_set_replaceable (results->pane,
                                      results_find_layer (results) != NULL);
}

static void
results_replace (PiscesGenerateResults *results,
                 PiscesPicture         *picture)
{
  GimpLayer          *layer = results_find_layer (results);
  g_autoptr (GError)  error = NULL;

  if (! layer)
    {
      results_update_replaceable (results);
      pisces_result_pane_show_error (results->pane,
                                     _("The layer that was added last is not "
                                       "there any more. Add the picture as a "
                                       "new one."));
      return;
    }

  if (! pisces_canvas_replace_layer (layer, picture, FALSE, &error))
    pisces_result_pane_show_error (results->pane, error->message);
}

static PiscesResult *
results_find (GPtrArray    *list,
              PiscesResult *result)
{
  for (guint i = 0; i < list->len; i++)
    if (g_str_equal (pisces_result_get_digest (list->pdata[i]),
                     pisces_result_get_digest (result)))
      return list->pdata[i];

  return NULL;
}

static gboolean
results_contain (GPtrArray    *list,
                 PiscesResult *result)
{
  return results_find (list, result) != NULL;
}
