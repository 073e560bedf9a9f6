/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * session.c: what all windows that use the engine have in common: they come to
 * the front, show the state of the engine, and report errors.
 */

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>

#include "plugin/gimp/settings.h"
#include "plugin/models/models.h"
#include "plugin/notice.h"
#include "plugin/session.h"

/* If a window has been closed while a job took longer than this, the user is
 * told when it ends.  */
#define LONG_WORK (5 * G_TIME_SPAN_SECOND)

static void     session_keep_settings (PiscesSession *session);
static gboolean session_is_seen       (PiscesSession *session);


/*  public functions  */

/**
 * pisces_session_init:
 * @session: a struct filled with zeros; it must exist until
 *   pisces_session_clear().
 * @extension: the plug-in.
 * @window: a window that is not shown yet.
 * @set_status: a function of the window, see PISCES_SESSION_SET_STATUS().
 * @show_message: a function of the window, see PISCES_SESSION_SHOW_MESSAGE().
 *
 * From now on the window is told the state of the engine whenever it changes,
 * and when the window is shown.
 */
void
pisces_session_init (PiscesSession    *session,
                     PiscesExtension  *extension,
                     GtkWidget        *window,
                     void           (* set_status)   (GtkWindow          *window,
                                                      const PiscesStatus *status),
                     void           (* show_message) (GtkWindow          *window,
                                                      GtkMessageType      type,
                                                      const gchar        *text))
{
  session->extension    = extension;
  session->engine       = pisces_extension_get_engine (extension);
  session->window       = GTK_WINDOW (window);
  session->set_status   = set_status;
  session->show_message = show_message;
  pisces_models_attach (extension, session->window);

  session->status_changed =
    g_signal_connect_swapped (session->engine, "status-changed",
                              G_CALLBACK (pisces_session_show_status),
                              session);
  g_signal_connect_swapped (window, "show",
                            G_CALLBACK (pisces_session_show_status), session);
}

/**
 * pisces_session_remember:
 * @session: a session whose window has a signal "settings-changed".
 * @set_settings: a function of the window, see PISCES_SESSION_SETTINGS().
 * @get_settings: likewise; it sets only what belongs to the window.
 *
 * Shows what was set in an earlier session, and from now on keeps what changes.
 */
void
pisces_session_remember (PiscesSession  *session,
                         void         (* set_settings) (GtkWindow *window,
                                                        GKeyFile  *settings),
                         void         (* get_settings) (GtkWindow *window,
                                                        GKeyFile  *settings))
{
  g_autoptr (GKeyFile) settings = pisces_settings_load ();

  set_settings (session->window, settings);
  session->get_settings = get_settings;
  g_signal_connect_swapped (session->window, "settings-changed",
                            G_CALLBACK (session_keep_settings), session);
}

/**
 * pisces_session_clear:
 * @session: the session of a window that is no longer needed.
 *
 * Destroys the window.
 */
void
pisces_session_clear (PiscesSession *session)
{
  g_clear_signal_handler (&session->status_changed, session->engine);
  gtk_widget_destroy (GTK_WIDGET (session->window));
  session->window = NULL;
}

/**
 * pisces_session_present:
 * @session: a session.
 *
 * Shows the window, or brings it to the front.  Call this during a call from
 * GIMP, because only then can GIMP name the window that the user called it
 * from.
 */
void
pisces_session_present (PiscesSession *session)
{
  g_autoptr (GBytes) handle = gimp_progress_get_window_handle ();

  /* A script may call without any window.  */
  if (handle && g_bytes_get_size (handle) > 0)
    gimp_window_set_transient_for (session->window, handle);

  gtk_window_present (session->window);
}

/**
 * pisces_session_show_status:
 * @session: a session.
 *
 * Tells the window the state of the engine now, unless the window is hidden.
 */
void
pisces_session_show_status (PiscesSession *session)
{
  g_autoptr (PiscesStatus) status = NULL;

  if (! gtk_widget_get_visible (GTK_WIDGET (session->window)))
    return;

  status = pisces_engine_get_status (session->engine);
  session->set_status (session->window, status);
}

/**
 * pisces_session_show_message:
 * @session: a session.
 * @type: how serious it is.
 * @text: a whole sentence.
 */
void
pisces_session_show_message (PiscesSession  *session,
                             GtkMessageType  type,
                             const gchar    *text)
{
  session->show_message (session->window, type, text);
}

/**
 * pisces_session_show_error:
 * @session: a session.
 * @error: what went wrong.  Nothing is shown if the user stopped the job.
 */
void
pisces_session_show_error (PiscesSession *session,
                           const GError  *error)
{
  if (! g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    pisces_session_show_message (session, GTK_MESSAGE_ERROR, error->message);
}

/**
 * pisces_session_show_warnings:
 * @session:  a session.
 * @warnings: (nullable): sentences that came with a result, if any.
 */
void
pisces_session_show_warnings (PiscesSession  *session,
                              gchar         **warnings)
{
  g_autofree gchar *text = NULL;

  if (! warnings || ! warnings[0])
    return;

  text = g_strjoinv ("\n", warnings);
  pisces_session_show_message (session, GTK_MESSAGE_WARNING, text);
}

/**
 * pisces_session_unload:
 * @session: a session.
 *
 * Frees the model's memory, and shows the new state.
 */
void
pisces_session_unload (PiscesSession *session)
{
  pisces_engine_unload (session->engine);
  pisces_session_show_status (session);
}

/**
 * pisces_session_begin_work:
 * @session: a session for which a job is starting.
 */
void
pisces_session_begin_work (PiscesSession *session)
{
  if (session->working_since == 0)
    session->working_since = g_get_monotonic_time ();
}

/**
 * pisces_session_end_work:
 * @session: a session whose jobs have all ended.
 * @sentence: (nullable): the result in a sentence; %NULL: the user has stopped
 *   it.
 *
 * If it took long and the window is not visible, the user is told.
 */
void
pisces_session_end_work (PiscesSession *session,
                         const gchar   *sentence)
{
  gint64 taken = g_get_monotonic_time () - session->working_since;

  if (session->working_since != 0 && sentence && taken >= LONG_WORK &&
      ! session_is_seen (session))
    pisces_notice_show (session->window, sentence);

  session->working_since = 0;
}


/*  private functions  */

static void
session_keep_settings (PiscesSession *session)
{
  g_autoptr (GKeyFile) settings = pisces_settings_load ();
  g_autoptr (GError)   error    = NULL;

  session->get_settings (session->window, settings);
  if (! pisces_settings_save (settings, &error))
    pisces_session_show_error (session, error);
}

/* The window is neither closed nor minimised; another window may still cover
 * it.  */
static gboolean
session_is_seen (PiscesSession *session)
{
  GdkWindow *window = gtk_widget_get_window (GTK_WIDGET (session->window));

  return gtk_widget_get_visible (GTK_WIDGET (session->window)) && window &&
         ! (gdk_window_get_state (window) & GDK_WINDOW_STATE_ICONIFIED);
}
