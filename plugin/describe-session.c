/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-session.c: joins a Describe Image window to the engine and to its
 * image.  Every image has a window of its own, so that texts which a person
 * wrote for one are never replaced by those of another.  Like that of
 * generate-session.c it keeps the image's ID and never the image itself.
 */

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>
#include <glib/gi18n-lib.h>

#include "ui/pisces-describe-window.h"

#include "alt-text.h"
#include "canvas.h"
#include "describe-session.h"
#include "generate-session.h"
#include "session.h"

#define SESSIONS_KEY "pisces-describe-sessions"

typedef struct
{
  PiscesSession         base;
  PiscesDescribeWindow *window;
  guint                 forget_idle;

  GCancellable         *cancellable;   /* NULL while nothing runs */
} Session;

static Session   * session_get           (PiscesExtension      *extension,
                                          GimpImage            *image);
static gboolean    session_forget        (gpointer              data);
static void        session_hidden        (GtkWidget            *window,
                                          Session              *session);
static GimpImage * session_get_image     (Session              *session);
static gboolean    session_show_pixels   (Session              *session,
                                          GimpImage            *image,
                                          PiscesImage         **pixels);
static void        session_show_texts    (Session              *session,
                                          GimpImage            *image);
static void        session_describe      (PiscesDescribeWindow *window,
                                          guint                 what,
                                          Session              *session);
static void        session_progress      (const PiscesProgress *progress,
                                          gpointer              data);
static void        session_done          (GObject              *source,
                                          GAsyncResult         *result,
                                          gpointer              data);
static void        session_stop          (PiscesDescribeWindow *window,
                                          Session              *session);
static void        session_save          (PiscesDescribeWindow *window,
                                          const gchar          *short_text,
                                          const gchar          *long_text,
                                          Session              *session);
static void        session_use_as_prompt (PiscesDescribeWindow *window,
                                          const gchar          *text,
                                          Session              *session);


/*  public functions  */

/**
 * pisces_describe_session_present:
 * @extension: the plug-in.
 * @image:     what to describe.
 * @error:     set where there is no display.
 *
 * Shows the window, or brings it to the front, for @image, with the texts
 * that the image has.
 *
 * Returns: %TRUE if it is shown.
 */
gboolean
pisces_describe_session_present (PiscesExtension  *extension,
                                 GimpImage        *image,
                                 GError          **error)
{
  Session                 *session;
  g_autoptr (PiscesImage)  pixels = NULL;

  if (! pisces_extension_init_ui (extension, error))
    return FALSE;

  session = session_get (extension, image);
  session_show_pixels (session, image, &pixels);
  pisces_session_show_status (&session->base);
  pisces_session_present (&session->base);

  return TRUE;
}


/*  private functions  */

/* The window of the image, new with the texts that the image has, or as the
 * user left it.
 */
static Session *
session_get (PiscesExtension *extension,
             GimpImage       *image)
{
  GHashTable *sessions = g_object_get_data (G_OBJECT (extension), SESSIONS_KEY);
  gint32      image_id = gimp_image_get_id (image);
  Session    *session;

  if (! sessions)
    {
      sessions = g_hash_table_new (NULL, NULL);
      g_object_set_data (G_OBJECT (extension), SESSIONS_KEY, sessions);
    }

  session = g_hash_table_lookup (sessions, GINT_TO_POINTER (image_id));
  if (session)
    return session;

  session = g_new0 (Session, 1);

  session->window        = PISCES_DESCRIBE_WINDOW (pisces_describe_window_new ());
  session->base.image_id = image_id;
  pisces_session_init (&session->base, extension,
                       GTK_WIDGET (session->window),
                       PISCES_SESSION_SET_STATUS (pisces_describe_window_set_status),
                       PISCES_SESSION_SHOW_MESSAGE (pisces_describe_window_show_message));

  g_signal_connect (session->window, "describe-requested",
                    G_CALLBACK (session_describe), session);
  g_signal_connect (session->window, "stop-requested",
                    G_CALLBACK (session_stop), session);
  g_signal_connect (session->window, "save-requested",
                    G_CALLBACK (session_save), session);
  g_signal_connect (session->window, "use-as-prompt",
                    G_CALLBACK (session_use_as_prompt), session);
  g_signal_connect_swapped (session->window, "unload-requested",
                            G_CALLBACK (pisces_session_unload),
                            &session->base);

  g_signal_connect (session->window, "hide",
                    G_CALLBACK (session_hidden), session);

  g_hash_table_insert (sessions, GINT_TO_POINTER (image_id), session);
  session_show_texts (session, image);

  return session;
}

/* A closed window with nothing in it that the image does not have is not
 * needed any more; any other waits for its image to be described again.
 */
static void
session_hidden (GtkWidget *window,
                Session   *session)
{
  if (! session->cancellable && ! session->forget_idle &&
      ! pisces_describe_window_has_unsaved_texts (session->window))
    session->forget_idle = g_idle_add (session_forget, session);
}

static gboolean
session_forget (gpointer data)
{
  Session    *session  = data;
  GHashTable *sessions = g_object_get_data (G_OBJECT (session->base.extension),
                                            SESSIONS_KEY);

  session->forget_idle = 0;

  /* It may have been opened again meanwhile.  */
  if (gtk_widget_get_visible (GTK_WIDGET (session->window)))
    return G_SOURCE_REMOVE;

  g_hash_table_remove (sessions, GINT_TO_POINTER (session->base.image_id));
  pisces_session_clear (&session->base);
  g_free (session);

  return G_SOURCE_REMOVE;
}

/* The image of the window, or a message if it was closed.  */
static GimpImage *
session_get_image (Session *session)
{
  GimpImage *image = pisces_canvas_find_image (session->base.image_id);

  if (! image)
    pisces_session_show_message (&session->base, GTK_MESSAGE_WARNING,
                                 _("The image was closed. The texts are kept here: "
                                   "copy them, or choose Image ▸ Describe Image… in "
                                   "another image."));

  return image;
}

static gboolean
session_show_pixels (Session      *session,
                     GimpImage    *image,
                     PiscesImage **pixels)
{
  g_autofree gchar   *name  = gimp_image_get_name (image);
  g_autoptr (GError)  error = NULL;

  *pixels = pisces_canvas_read (image, &error);
  pisces_describe_window_set_image (session->window, *pixels, name);

  if (! *pixels)
    pisces_session_show_message (&session->base, GTK_MESSAGE_WARNING,
                                 error->message);

  return *pixels != NULL;
}

static void
session_show_texts (Session   *session,
                    GimpImage *image)
{
  g_autoptr (GPtrArray)  texts = pisces_alt_text_read (image, NULL);
  const PiscesAltText   *text;

  text = pisces_alt_texts_get (texts, PISCES_ALT_TEXT_DEFAULT);
  if (! text && texts->len > 0)
    text = texts->pdata[0];

  pisces_describe_window_set_texts (session->window,
                                    text ? text->short_text : NULL,
                                    text ? text->long_text  : NULL, FALSE);
}

/* The image may have been painted on since the window was opened, so it is
 * looked at anew.
 */
static void
session_describe (PiscesDescribeWindow *window,
                  guint                 what,
                  Session              *session)
{
  GimpImage                         *image   = session_get_image (session);
  g_autoptr (PiscesImage)            pixels  = NULL;
  g_autoptr (PiscesDescribeRequest)  request = NULL;

  if (session->cancellable || ! image ||
      ! session_show_pixels (session, image, &pixels))
    return;

  request = pisces_describe_request_new (pixels, what);

  session->cancellable = g_cancellable_new ();

  pisces_describe_window_set_running (window, TRUE);
  pisces_engine_describe_async (session->base.engine, request,
                                session_progress, session,
                                session->cancellable,
                                session_done, session);
}

static void
session_progress (const PiscesProgress *progress,
                  gpointer              data)
{
  Session *session = data;

  pisces_describe_window_show_progress (session->window, progress);
  pisces_session_show_status (&session->base);
}

static void
session_done (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Session                          *session = data;
  g_autoptr (PiscesDescribeResult)  texts   = NULL;
  g_autoptr (GError)                error   = NULL;

  texts = pisces_engine_describe_finish (session->base.engine, result, &error);

  g_clear_object (&session->cancellable);
  pisces_describe_window_set_running (session->window, FALSE);

  if (texts)
    {
      pisces_describe_window_set_texts (session->window,
                                        texts->short_text, texts->long_text,
                                        TRUE);

      pisces_session_show_warnings (&session->base, texts->warnings);
    }
  else
    {
      pisces_session_show_error (&session->base, error);
    }

  pisces_session_show_status (&session->base);
}

static void
session_stop (PiscesDescribeWindow *window,
              Session              *session)
{
  if (session->cancellable)
    g_cancellable_cancel (session->cancellable);
}

static void
session_save (PiscesDescribeWindow *window,
              const gchar          *short_text,
              const gchar          *long_text,
              Session              *session)
{
  GimpImage             *image = session_get_image (session);
  g_autoptr (GPtrArray)  texts = pisces_alt_texts_new ();
  g_autoptr (GError)     error = NULL;

  if (! image)
    return;

  pisces_alt_texts_add (texts, PISCES_ALT_TEXT_DEFAULT, short_text, long_text);
  if (! pisces_alt_text_write (image, texts, &error))
    {
      pisces_session_show_error (&session->base, error);
      return;
    }

  pisces_describe_window_set_saved (window);

  if (! gimp_export_xmp ())
    pisces_session_show_message (&session->base, GTK_MESSAGE_INFO,
                                 _("The texts are in the image. To have them in "
                                   "exported files too, turn on \"Save XMP data\" "
                                   "when you export."));
}

static void
session_use_as_prompt (PiscesDescribeWindow *window,
                       const gchar          *text,
                       Session              *session)
{
  GimpImage          *image = pisces_canvas_find_image (session->base.image_id);
  g_autoptr (GError)  error = NULL;

  if (! pisces_generate_session_present (session->base.extension, image, text,
                                         &error))
    pisces_session_show_error (&session->base, error);
}
