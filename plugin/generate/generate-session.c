/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-session.c: joins the Generate Layer window to the engine and to an
 * image.  There is one such window; it outlives the call that opened it, so
 * it keeps the image's ID and never the image itself: libgimp frees those
 * when the call returns.
 */

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>
#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-generate-window.h"
#include "ui/generate/pisces-result-pane.h"

#include "plugin/generate/generate-prompt.h"
#include "plugin/generate/generate-reference.h"
#include "plugin/generate/generate-results.h"
#include "plugin/generate/generate-session.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/placement.h"
#include "plugin/gimp/settings.h"
#include "plugin/session.h"

#define SESSION_KEY "pisces-generate-session"

typedef struct
{
  PiscesSession          base;
  PiscesGenerateWindow  *window;
  PiscesGenerateResults *results;
  gboolean               has_target;  /* as the window shows it */
  guint                  n_drawn;     /* since it had nothing to do */
} Session;

/* What the engine's callbacks of one job need.  */
typedef struct
{
  Session       *session;
  PiscesJobItem *item;
  GHashTable    *taken;     /* pictures that came with the progress */
  guint          n_warnings;  /* that the user was told */
} Job;

static Session   * session_get                 (PiscesExtension       *extension);
static void        session_show_target         (Session               *session);
static GPtrArray * session_list_images         (void);
static void        session_choose_target       (PiscesGenerateWindow  *window,
                                                gint                   image_id,
                                                Session               *session);
static PiscesPlace session_get_place           (Session               *session);
static PiscesCanvasFlags
                   session_get_mark            (Session               *session);
static void        session_generate            (PiscesGenerateWindow  *window,
                                                PiscesGenerateRequest *request,
                                                Session               *session);
static void        session_progress            (const PiscesProgress  *progress,
                                                gpointer               data);
static void        session_tell                (Job                   *job,
                                                gchar                **warnings);
static void        session_take                (Job                   *job,
                                                PiscesPicture         *picture);
static void        session_done                (GObject               *source,
                                                GAsyncResult          *result,
                                                gpointer               data);
static void        session_end_work            (Session               *session,
                                                const GError          *error);
static void        session_add                 (PiscesGenerateWindow  *window,
                                                PiscesPicture         *picture,
                                                Session               *session);
static void        session_open                (Session               *session,
                                                PiscesPicture         *picture);
static void        session_save_settings       (PiscesGenerateWindow  *window,
                                                Session               *session);
static void        session_active_changed      (GtkWindow             *window,
                                                GParamSpec            *pspec,
                                                Session               *session);


/*  public functions  */

/**
 * pisces_generate_session_present:
 * @extension: the plug-in.
 * @image:     (nullable): where layers are to go; %NULL: as before.
 * @prompt:    (nullable): a text to begin with; %NULL: what was there.
 * @error:     set where there is no display.
 *
 * Shows the window, or brings it to the front, for @image.
 *
 * Returns: %TRUE if it is shown.
 */
gboolean
pisces_generate_session_present (PiscesExtension  *extension,
                                 GimpImage        *image,
                                 const gchar      *prompt,
                                 GError          **error)
{
  Session *session;

  if (! pisces_extension_init_ui (extension, error))
    return FALSE;

  session = session_get (extension);

  if (image)
    session->base.image_id = gimp_image_get_id (image);

  if (prompt)
    pisces_generate_window_set_prompt (session->window, prompt);

  session_show_target (session);
  pisces_generate_results_show_image (session->results);
  pisces_session_show_status (&session->base);
  pisces_session_present (&session->base);

  return TRUE;
}

/**
 * pisces_generate_session_present_new:
 * @extension: the plug-in.
 * @error:     set where there is no display.
 *
 * Shows the window, or brings it to the front, for pictures that become images
 * of their own.
 *
 * Returns: %TRUE if it is shown.
 */
gboolean
pisces_generate_session_present_new (PiscesExtension  *extension,
                                     GError          **error)
{
  if (! pisces_extension_init_ui (extension, error))
    return FALSE;

  session_get (extension)->base.image_id = 0;

  return pisces_generate_session_present (extension, NULL, NULL, error);
}


/*  private functions  */

static Session *
session_get (PiscesExtension *extension)
{
  Session              *session;
  g_autoptr (GKeyFile)  settings = NULL;

  session = g_object_get_data (G_OBJECT (extension), SESSION_KEY);
  if (session)
    return session;

  settings = pisces_settings_load ();
  session  = g_new0 (Session, 1);

  session->window = PISCES_GENERATE_WINDOW (pisces_generate_window_new ());
  pisces_session_init (&session->base, extension,
                       GTK_WIDGET (session->window),
                       PISCES_SESSION_SET_STATUS (pisces_generate_window_set_status),
                       PISCES_SESSION_SHOW_MESSAGE (pisces_generate_window_show_message));
  pisces_generate_prompt_connect (&session->base,
                                  pisces_generate_window_get_prompt_pane (
                                    session->window));
  pisces_generate_reference_connect (&session->base,
                                     pisces_generate_window_get_reference_pane (
                                       session->window));
  pisces_generate_window_set_settings (session->window, settings);

  session->results = pisces_generate_results_new (&session->base,
                                                  session->window);

  g_signal_connect (session->window, "generate-requested",
                    G_CALLBACK (session_generate), session);
  g_signal_connect (session->window, "add-requested",
                    G_CALLBACK (session_add), session);
  g_signal_connect_swapped (session->window, "unload-requested",
                            G_CALLBACK (pisces_session_unload),
                            &session->base);
  g_signal_connect_swapped (session->window, "place-changed",
                            G_CALLBACK (session_show_target), session);
  g_signal_connect (session->window, "target-chosen",
                    G_CALLBACK (session_choose_target), session);
  g_signal_connect (session->window, "settings-changed",
                    G_CALLBACK (session_save_settings), session);
  g_signal_connect (session->window, "notify::is-active",
                    G_CALLBACK (session_active_changed), session);

  g_object_set_data (G_OBJECT (extension), SESSION_KEY, session);

  return session;
}

static void
session_show_target (Session *session)
{
  g_autoptr (GPtrArray)   images = session_list_images ();
  GimpImage              *image  = pisces_canvas_find_image (session->base.image_id);
  g_autoptr (GObject)     held   = NULL;
  g_autofree GimpLayer  **layers = NULL;
  PiscesPlaceInfo         info   = { 0 };
  GeglRectangle           target;

  session->has_target = image != NULL;
  if (! image)
    {
      pisces_generate_window_set_target (session->window, images, 0, NULL);
      return;
    }

  /* While GIMP is asked, a call that another plug-in makes of this one may come
   * in between, and at its end libgimp frees every image that nobody holds; so
   * nothing is asked between the finding and the holding.
   */
  held   = g_object_ref (G_OBJECT (image));
  layers = gimp_image_get_selected_layers (image);
  target = pisces_placement_get_target (image, session_get_place (session),
                                        NULL);

  info.canvas_width  = gimp_image_get_width (image);
  info.canvas_height = gimp_image_get_height (image);
  info.has_selection = ! gimp_selection_is_empty (image);
  info.has_layer     = layers && layers[0];

  pisces_generate_window_get_size (session->window, &info.picture_width,
                                   &info.picture_height);
  if (info.picture_width > 0)
    target = pisces_placement_fit (info.picture_width, info.picture_height,
                                   &target);

  info.place = (GdkRectangle) { target.x, target.y,
                                target.width, target.height };

  pisces_generate_window_set_target (session->window, images,
                                     session->base.image_id, &info);
}

/* Each is held while GIMP is asked for the names, for the reason that canvas.h
 * gives.
 */
static GPtrArray *
session_list_images (void)
{
  g_autofree GimpImage **open   = gimp_get_images ();
  g_autoptr (GPtrArray)  held   =
    g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray             *images = pisces_target_images_new ();

  for (guint i = 0; open && open[i]; i++)
    g_ptr_array_add (held, g_object_ref (open[i]));

  for (guint i = 0; i < held->len; i++)
    {
      g_autofree gchar *name = gimp_image_get_name (held->pdata[i]);

      if (name)
        pisces_target_images_add (images, gimp_image_get_id (held->pdata[i]),
                                  name);
    }

  return images;
}

/* By the user; results of an image are shown with it.  */
static void
session_choose_target (PiscesGenerateWindow *window,
                       gint                  image_id,
                       Session              *session)
{
  session->base.image_id = image_id;
  session_show_target (session);
  pisces_generate_results_show_image (session->results);
}

static PiscesPlace
session_get_place (Session *session)
{
  return pisces_placement_from_name (
           pisces_generate_window_get_place (session->window));
}

/* As the window shows it: the settings follow a moment later.  */
static PiscesCanvasFlags
session_get_mark (Session *session)
{
  GtkWidget *results = pisces_generate_window_get_results (session->window);

  return pisces_result_pane_get_file_flags (PISCES_RESULT_PANE (results)) &
         PISCES_PICTURE_FILE_MARK ? PISCES_CANVAS_MARK : PISCES_CANVAS_PLAIN;
}

/* The engine keeps the jobs in their order; each can be stopped by itself.  */
static void
session_generate (PiscesGenerateWindow  *window,
                  PiscesGenerateRequest *request,
                  Session               *session)
{
  Job *job = g_new0 (Job, 1);

  job->session = session;
  job->item    = pisces_job_item_new (request);
  job->taken   = g_hash_table_new_full (NULL, NULL,
                                        (GDestroyNotify) pisces_picture_unref,
                                        NULL);

  if (pisces_generate_window_get_n_jobs (window) == 0)
    session->n_drawn = 0;
  pisces_session_begin_work (&session->base);

  pisces_job_item_set_image_id (job->item, session->base.image_id);
  pisces_generate_window_add_job (window, job->item);
  pisces_engine_generate_async (session->base.engine, request,
                                session_progress, job,
                                pisces_job_item_get_cancellable (job->item),
                                session_done, job);
}

static void
session_progress (const PiscesProgress *progress,
                  gpointer              data)
{
  Job *job = data;

  pisces_job_item_show_progress (job->item, progress);
  session_tell (job, progress->warnings);
  if (progress->picture)
    session_take (job, progress->picture);
  pisces_session_show_status (&job->session->base);
}

/* As soon as there are any, so before anything is drawn, and only once.  */
static void
session_tell (Job    *job,
              gchar **warnings)
{
  guint n = warnings ? g_strv_length (warnings) : 0;

  if (n > job->n_warnings)
    pisces_session_show_warnings (&job->session->base, warnings);

  job->n_warnings = n;
}

/* Each once: with the progress or, if it did not come so, with the result.  */
static void
session_take (Job           *job,
              PiscesPicture *picture)
{
  if (g_hash_table_contains (job->taken, picture))
    return;

  g_hash_table_add (job->taken, pisces_picture_ref (picture));
  job->session->n_drawn++;
  pisces_generate_results_take (job->session->results,
                                pisces_job_item_get_image_id (job->item),
                                picture);
}

static void
session_done (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Job                              *job     = data;
  Session                          *session = job->session;
  g_autoptr (PiscesGenerateResult)  drawn   = NULL;
  g_autoptr (GError)                error   = NULL;

  drawn = pisces_engine_generate_finish (session->base.engine, result, &error);
  pisces_job_item_end (job->item);

  if (drawn)
    {
      for (guint i = 0; i < drawn->pictures->len; i++)
        session_take (job, drawn->pictures->pdata[i]);

      session_tell (job, drawn->warnings);
    }
  else
    {
      pisces_session_show_error (&session->base, error);
    }

  pisces_session_show_status (&session->base);
  if (pisces_generate_window_get_n_jobs (session->window) == 0)
    session_end_work (session, error);

  g_hash_table_unref (job->taken);
  g_object_unref (job->item);
  g_free (job);
}

/* With the last job that it had.  */
static void
session_end_work (Session      *session,
                  const GError *error)
{
  g_autofree gchar *sentence = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    sentence = NULL;
  else if (session->n_drawn > 0)
    sentence = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                             "%u picture is finished.",
                                             "%u pictures are finished.",
                                             session->n_drawn),
                                session->n_drawn);
  else
    sentence = g_strdup (_("No picture could be drawn. The window says why."));

  pisces_session_end_work (&session->base, sentence);
}

static void
session_add (PiscesGenerateWindow *window,
             PiscesPicture        *picture,
             Session              *session)
{
  gint32                     image_id = session->base.image_id;
  GimpImage                 *image    = pisces_canvas_find_image (image_id);
  g_autoptr (PiscesPicture)  held     = pisces_picture_ref (picture);
  PiscesCanvasFlags          flags    = session_get_mark (session);
  g_autoptr (GPtrArray)      pictures = g_ptr_array_new ();
  g_autoptr (GPtrArray)      layers   = NULL;
  g_autoptr (GError)         error    = NULL;

  if (! image && session->has_target)
    {
      session_show_target (session);
      pisces_generate_window_show_message (window, GTK_MESSAGE_WARNING,
                                           _("The image was closed. The "
                                             "picture is kept here: open it "
                                             "as a new image, or choose "
                                             "below which other image it "
                                             "goes into."));
      return;
    }

  if (! image)
    {
      session_open (session, picture);
      return;
    }

  if (pisces_generate_window_get_mask (window))
    flags |= PISCES_CANVAS_MASK;

  g_ptr_array_add (pictures, picture);
  layers = pisces_canvas_add_pictures (image, pictures,
                                       session_get_place (session), flags,
                                       &error);

  /* A call that came meanwhile may have turned the window to another image.  */
  if (layers && image_id == session->base.image_id)
    pisces_generate_results_note_layer (session->results, layers->pdata[0]);
  else if (! layers)
    pisces_session_show_error (&session->base, error);
}

/* As an image of its own, in a window of its own.  */
static void
session_open (Session       *session,
              PiscesPicture *picture)
{
  g_autoptr (GError)  error = NULL;
  GimpImage          *image = NULL;

  image = pisces_canvas_new_image (picture, session_get_mark (session), &error);

  if (image)
    gimp_display_new (image);
  else
    pisces_session_show_error (&session->base, error);
}

static void
session_save_settings (PiscesGenerateWindow *window,
                       Session              *session)
{
  g_autoptr (GKeyFile) settings = pisces_settings_load ();
  g_autoptr (GError)   error    = NULL;

  pisces_generate_window_get_settings (window, settings);

  if (! pisces_settings_save (settings, &error))
    pisces_session_show_error (&session->base, error);
}

/* No message comes when the user makes a selection or closes the image; it is
 * looked up whenever the user turns to this window.
 */
static void
session_active_changed (GtkWindow  *window,
                        GParamSpec *pspec,
                        Session    *session)
{
  if (gtk_window_is_active (window))
    session_show_target (session);
}
