/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-session.c: connects the Generate Layer window with the engine and
 * an image.  There is only one such window.  It stays open after the call that
 * opened it, so it stores the image's ID, never the image object, which
 * libgimp frees when the call returns.
 */

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>
#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-generate-window.h"
#include "ui/generate/pisces-result-pane.h"

#include "plugin/generate/generate-limits.h"
#include "plugin/generate/generate-prompt.h"
#include "plugin/generate/generate-reference.h"
#include "plugin/generate/generate-results.h"
#include "plugin/generate/generate-session.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/placement.h"
#include "plugin/session.h"

#define SESSION_KEY "pisces-generate-session"

typedef struct
{
  PiscesSession          base;
  PiscesGenerateWindow  *window;
  PiscesGenerateResults *results;
  gboolean               has_target;  /* whether the window shows a target */
  guint                  n_drawn;     /* pictures since there was no job */
} GenerateSession;

/* The data for the engine's callbacks of one job.  */
typedef struct
{
  GenerateSession *session;
  PiscesJobItem   *item;
  GHashTable      *taken;       /* pictures that came with the progress */
  guint            n_warnings;  /* how many the user has been shown */
} Job;

static GenerateSession *
                   generate_session_get        (PiscesExtension       *extension);
static void        session_show_target         (GenerateSession       *session);
static GPtrArray * session_list_images         (void);
static void        session_choose_target       (PiscesGenerateWindow  *window,
                                                gint                   image_id,
                                                GenerateSession       *session);
static PiscesPlace session_get_place           (GenerateSession       *session);
static PiscesCanvasFlags
                   session_get_mark            (GenerateSession       *session);
static void        session_generate            (PiscesGenerateWindow  *window,
                                                PiscesGenerateRequest *request,
                                                GenerateSession       *session);
static void        generate_session_progress   (const PiscesProgress  *progress,
                                                gpointer               data);
static void        session_tell                (Job                   *job,
                                                gchar                **warnings);
static void        session_take                (Job                   *job,
                                                PiscesPicture         *picture);
static void        session_done                (GObject               *source,
                                                GAsyncResult          *result,
                                                gpointer               data);
static void        session_end_work            (GenerateSession       *session,
                                                const GError          *error);
static void        session_add                 (PiscesGenerateWindow  *window,
                                                PiscesPicture         *picture,
                                                GenerateSession       *session);
static void        session_open                (GenerateSession       *session,
                                                PiscesPicture         *picture);
static void        session_active_changed      (GtkWindow             *window,
                                                GParamSpec            *pspec,
                                                GenerateSession       *session);


/*  public functions  */

/**
 * pisces_generate_session_present:
 * @extension: the plug-in.
 * @image: (nullable): the image that gets the layers; %NULL: the same as
 *   before.
 * @prompt: (nullable): a new text for the prompt; %NULL: leave it as it is.
 * @error: set if there is no display.
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
  GenerateSession *session;

  if (! pisces_extension_init_ui (extension, error))
    return FALSE;

  session = generate_session_get (extension);

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
 * @error: set if there is no display.
 *
 * Shows the window, or brings it to the front, with a new image as the target
 * of each picture.
 *
 * Returns: %TRUE if it is shown.
 */
gboolean
pisces_generate_session_present_new (PiscesExtension  *extension,
                                     GError          **error)
{
  if (! pisces_extension_init_ui (extension, error))
    return FALSE;

  generate_session_get (extension)->base.image_id = 0;

  return pisces_generate_session_present (extension, NULL, NULL, error);
}


/*  private functions  */

static GenerateSession *
generate_session_get (PiscesExtension *extension)
{
  GenerateSession *session;

  session = g_object_get_data (G_OBJECT (extension), SESSION_KEY);
  if (session)
    return session;

  session = g_new0 (GenerateSession, 1);

  session->window = PISCES_GENERATE_WINDOW (pisces_generate_window_new ());
  pisces_session_init (&session->base, extension,
                       GTK_WIDGET (session->window),
                       PISCES_SESSION_SET_STATUS (pisces_generate_window_set_status),
                       PISCES_SESSION_SHOW_MESSAGE (pisces_generate_window_show_message));
  pisces_generate_prompt_connect (
    &session->base, pisces_generate_window_get_prompt_pane (session->window));
  pisces_generate_reference_connect (
    &session->base, pisces_generate_window_get_reference_pane (session->window));
  pisces_generate_limits_connect (&session->base, session->window);
  pisces_session_remember (&session->base,
                           PISCES_SESSION_SETTINGS (pisces_generate_window_set_settings),
                           PISCES_SESSION_SETTINGS (pisces_generate_window_get_settings));

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
  g_signal_connect (session->window, "notify::is-active",
                    G_CALLBACK (session_active_changed), session);

  g_object_set_data (G_OBJECT (extension), SESSION_KEY, session);

  return session;
}

static void
session_show_target (GenerateSession *session)
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

  /* While we ask GIMP something, another plug-in may call this one, and at the
   * end of that call libgimp frees every image without a reference.  So
   * nothing is asked between finding the image and taking the reference.
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

/* Images have references while GIMP is asked; canvas.h explains why.  */
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

/* The window shows the results of the image that the user has chosen.  */
static void
session_choose_target (PiscesGenerateWindow *window,
                       gint                  image_id,
                       GenerateSession      *session)
{
  session->base.image_id = image_id;
  session_show_target (session);
  pisces_generate_results_show_image (session->results);
}

static PiscesPlace
session_get_place (GenerateSession *session)
{
  return pisces_placement_from_name (
           pisces_generate_window_get_place (session->window));
}

/* Uses the state of the window, because the settings are stored later.  */
static PiscesCanvasFlags
session_get_mark (GenerateSession *session)
{
  GtkWidget *results = pisces_generate_window_get_results (session->window);

  return pisces_result_pane_get_file_flags (PISCES_RESULT_PANE (results)) &
         PISCES_PICTURE_FILE_MARK ? PISCES_CANVAS_MARK : PISCES_CANVAS_PLAIN;
}

/* The engine runs the jobs in order; each can be stopped separately.  */
static void
session_generate (PiscesGenerateWindow  *window,
                  PiscesGenerateRequest *request,
                  GenerateSession       *session)
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
                                generate_session_progress, job,
                                pisces_job_item_get_cancellable (job->item),
                                session_done, job);
}

static void
generate_session_progress (const PiscesProgress *progress,
                           gpointer              data)
{
  Job *job = data;

  pisces_job_item_show_progress (job->item, progress);
  session_tell (job, progress->warnings);
  if (progress->picture)
    session_take (job, progress->picture);
  pisces_session_show_status (&job->session->base);
}

/* Shows each warning once, as soon as it comes, so before drawing begins.  */
static void
session_tell (Job    *job,
              gchar **warnings)
{
  guint n = warnings ? g_strv_length (warnings) : 0;

  if (n > job->n_warnings)
    pisces_session_show_warnings (&job->session->base, warnings);

  job->n_warnings = n;
}

/* Takes each picture once, from the progress or else from the result.  */
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
  GenerateSession                  *session = job->session;
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

/* Called when the last job has ended.  */
static void
session_end_work (GenerateSession *session,
                  const GError    *error)
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
             GenerateSession      *session)
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

  /* Meanwhile another call may have switched the window to another image.  */
  if (layers && image_id == session->base.image_id)
    pisces_generate_results_note_layer (session->results, layers->pdata[0]);
  else if (! layers)
    pisces_session_show_error (&session->base, error);
}

/* Opens the picture as a new image, in a new window of GIMP.  */
static void
session_open (GenerateSession *session,
              PiscesPicture   *picture)
{
  g_autoptr (GError)  error = NULL;
  GimpImage          *image = NULL;

  image = pisces_canvas_new_image (picture, session_get_mark (session), &error);

  if (image)
    gimp_display_new (image);
  else
    pisces_session_show_error (&session->base, error);
}

/* GIMP sends no message when the user makes a selection or closes the image,
 * so both are checked whenever the user returns to this window.
 */
static void
session_active_changed (GtkWindow       *window,
                        GParamSpec      *pspec,
                        GenerateSession *session)
{
  if (gtk_window_is_active (window))
    session_show_target (session);
}
