/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-session.c: connects the Generate Layer window with the engine and
 * an image.  There is only one such window.  It stays open after the call that
 * opened it, so it stores the image's ID, never the image object, which
 * libgimp frees when the call returns.  Where pictures go, and how they get
 * there, is in generate-target.c and generate-add.c; what is drawn while the user
 * writes, in generate-live.c.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "engine/metadata/image-pixbuf.h"

#include "plugin/generate/generate-limits.h"
#include "plugin/generate/generate-prompt.h"
#include "plugin/generate/generate-reference.h"
#include "plugin/generate/generate-session-private.h"
#include "plugin/generate/generate-session.h"
#include "plugin/generate/generate-vary.h"
#include "plugin/gimp/canvas.h"

#define SESSION_KEY "pisces-generate-session"

/* The data for the engine's callbacks of one job.  */
typedef struct
{
  GenerateSession  *session;
  PiscesJobItem    *item;
  PiscesCanvasFill *fill;        /* (nullable): where the pictures fit       */
  PiscesImage      *before;      /* (nullable): what was there               */
  GHashTable       *taken;       /* pictures that came with the progress     */
  guint             n_warnings;  /* how many the user has been shown         */
} Job;

static GenerateSession *
                   generate_session_get        (PiscesExtension       *extension);
static void        session_begin               (GenerateSession       *session,
                                                PiscesGenerateRequest *request,
                                                PiscesCanvasFill      *fill,
                                                PiscesImage           *before);
static void        session_fill                (PiscesGenerateWindow  *window,
                                                PiscesGenerateRequest *asked,
                                                GenerateSession       *session);
static PiscesCanvasFill *
                   session_begin_fill          (GenerateSession       *session,
                                                GimpImage             *image,
                                                PiscesGenerateRequest *request,
                                                GError               **error);
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

  pisces_generate_target_show (session);
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


/**
 * pisces_generate_session_call:
 * @procedure: a procedure that was called from the menu.
 * @config: its arguments, which are cleared.
 * @extension: the plug-in.
 * @image: the image.
 * @place: (nullable): see pisces_generate_window_open_for().
 *
 * Shows the window.  The arguments are cleared, because the window has its own
 * prompt.  GIMP stores the arguments of an interactive call in a file and with the
 * image, and passes them to the next call, for any other image, which then stores
 * them too.
 *
 * Returns: what @procedure returns.
 */
GimpValueArray *
pisces_generate_session_call (GimpProcedure       *procedure,
                              GimpProcedureConfig *config,
                              PiscesExtension     *extension,
                              GimpImage           *image,
                              const gchar         *place)
{
  GError *error = NULL;

  g_object_set (config, "prompt", "", "plan", "", NULL);

  if (! pisces_generate_session_present (extension, image, NULL, &error))
    return gimp_procedure_new_return_values (procedure, GIMP_PDB_EXECUTION_ERROR,
                                             error);

  pisces_generate_window_open_for (generate_session_get (extension)->window, place);

  return gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);
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
  session->fills   = pisces_generate_fills_new ();
  pisces_generate_vary_connect (&session->base,
                                pisces_generate_window_get_results (session->window));
  session->live    = pisces_generate_live_new (&session->base, session->window);

  g_signal_connect (session->window, "generate-requested",
                    G_CALLBACK (session_generate), session);
  g_signal_connect (session->window, "fill-requested",
                    G_CALLBACK (session_fill), session);
  g_signal_connect (session->window, "add-requested",
                    G_CALLBACK (pisces_generate_add), session);
  g_signal_connect_swapped (session->window, "unload-requested",
                            G_CALLBACK (pisces_session_unload),
                            &session->base);
  g_signal_connect_swapped (session->window, "place-changed",
                            G_CALLBACK (pisces_generate_target_show), session);
  g_signal_connect (session->window, "target-chosen",
                    G_CALLBACK (pisces_generate_target_choose), session);
  g_signal_connect (session->window, "notify::is-active",
                    G_CALLBACK (session_active_changed), session);

  g_object_set_data (G_OBJECT (extension), SESSION_KEY, session);

  return session;
}

static void
session_generate (PiscesGenerateWindow  *window,
                  PiscesGenerateRequest *request,
                  GenerateSession       *session)
{
  g_autoptr (PiscesGenerateRequest) ready  = NULL;
  g_autoptr (PiscesCanvasFill)      fill   = NULL;
  g_autoptr (PiscesImage)           before = NULL;
  g_autoptr (GError)                error  = NULL;

  ready = pisces_generate_vary (session, request, &fill, &before, &error);
  if (ready)
    session_begin (session, ready, fill, before);
  else
    pisces_session_show_error (&session->base, error);
}

/* Reads the selection, or the layer, and the image now, so that the user can go on
 * working.  */
static void
session_fill (PiscesGenerateWindow  *window,
              PiscesGenerateRequest *asked,
              GenerateSession       *session)
{
  GimpImage                         *image   = pisces_canvas_find_image (session->base.image_id);
  g_autoptr (GimpImage)              held    = NULL;
  g_autoptr (PiscesGenerateRequest)  request = NULL;
  g_autoptr (PiscesCanvasFill)       fill    = NULL;
  g_autoptr (GError)                 error   = NULL;

  if (! image)
    {
      pisces_generate_target_show (session);
      pisces_session_show_message (&session->base, GTK_MESSAGE_WARNING,
                                   _("The image was closed. Choose below which "
                                     "image the pictures go into."));
      return;
    }

  held    = g_object_ref (image);
  request = pisces_generate_request_copy (asked);
  fill    = session_begin_fill (session, held, request, &error);
  if (fill)
    session_begin (session, request, fill, NULL);
  else
    pisces_session_show_error (&session->base, error);
}

/* Returns: (transfer full) (nullable): where the pictures of @request go.  */
static PiscesCanvasFill *
session_begin_fill (GenerateSession        *session,
                    GimpImage              *image,
                    PiscesGenerateRequest  *request,
                    GError                **error)
{
  PiscesEngine      *engine = session->base.engine;
  PiscesPromptPane  *pane   = pisces_generate_window_get_prompt_pane (session->window);
  PiscesFillChoices  choices;
  PiscesFillOptions  options;

  if (pisces_generate_window_is_changing (session->window))
    return pisces_generate_fill_begin_changing (engine, image, -1,
                                                pisces_prompt_pane_get_strength (pane),
                                                request, error);

  pisces_fill_settings_get_choices (pisces_prompt_pane_get_fill_settings (pane), &choices);

  options.source       = pisces_names_find (pisces_canvas_fill_sources,
                                            choices.source);
  options.surroundings = choices.surroundings;
  options.grow         = choices.grow;
  options.strength     = choices.strength;

  return pisces_generate_fill_begin (engine, image, -1, &options, request, error);
}

/* The engine runs the jobs in order; each can be stopped separately.
 *
 * @fill: (nullable): where the pictures go.
 * @before: (nullable): what was there; %NULL: what the model sees, if there is a @fill.
 */
static void
session_begin (GenerateSession       *session,
               PiscesGenerateRequest *request,
               PiscesCanvasFill      *fill,
               PiscesImage           *before)
{
  PiscesGenerateWindow *window = session->window;
  Job                  *job    = g_new0 (Job, 1);

  job->session = session;
  job->fill    = fill ? pisces_canvas_fill_ref (fill) : NULL;
  job->before  = before ? pisces_image_ref (before) : NULL;
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
  if (job->fill)
    pisces_generate_fills_keep (job->session->fills, picture, job->fill);
  /* What the model saw may be much larger than what it draws.  */
  if (job->fill && ! job->before)
    job->before = pisces_image_scale (pisces_job_item_get_request (job->item)->edit->image,
                                      picture->image->width, picture->image->height);
  pisces_generate_results_take (job->session->results,
                                pisces_job_item_get_image_id (job->item),
                                picture, job->before);
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
      pisces_generate_live_measure (session->live, drawn);
    }
  else
    {
      pisces_session_show_error (&session->base, error);
    }

  pisces_session_show_status (&session->base);
  if (pisces_generate_window_get_n_jobs (session->window) == 0)
    session_end_work (session, error);

  g_clear_pointer (&job->fill, pisces_canvas_fill_unref);
  g_clear_pointer (&job->before, pisces_image_unref);
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

/* GIMP sends no message when the user makes a selection or closes the image,
 * so both are checked whenever the user returns to this window.
 */
static void
session_active_changed (GtkWindow       *window,
                        GParamSpec      *pspec,
                        GenerateSession *session)
{
  if (gtk_window_is_active (window))
    pisces_generate_target_show (session);
}
