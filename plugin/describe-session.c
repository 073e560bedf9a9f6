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
#include "describe-round-trip.h"
#include "describe-session.h"
#include "generate-session.h"
#include "session.h"

#define SESSIONS_KEY "pisces-describe-sessions"

/* Above this many characters some screen readers cut a short text off.  */
#define SHORT_LIMIT  250

typedef struct
{
  PiscesSession         base;
  PiscesDescribeWindow *window;
  guint                 forget_idle;

  GCancellable         *cancellable;   /* NULL while nothing runs */

  /* of the job that runs */
  PiscesImage          *pixels;
  gchar                *question;
  PiscesDescribeFlags   rewritten;
  gint                  change;
  gboolean              want_best;
  gchar                *best_short;
  gchar                *best_long;
} Session;

static Session   * session_get           (PiscesExtension      *extension,
                                          GimpImage            *image);
static gboolean    session_forget        (gpointer              data);
static void        session_hidden        (GtkWidget            *window,
                                          Session              *session);
static GimpImage * session_get_image     (Session              *session);
static gboolean    session_show_pixels   (Session              *session,
                                          GimpImage            *image);
static gboolean    session_begin         (Session              *session);
static void        session_end           (Session              *session,
                                          const GError         *error);
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
static void        session_source        (PiscesDescribeWindow *window,
                                          Session              *session);
static void        session_rewrite       (PiscesDescribeWindow *window,
                                          guint                 what,
                                          gint                  change,
                                          Session              *session);
static void        session_rewritten     (GPtrArray            *candidates,
                                          const GError         *error,
                                          gpointer              data);
static void        session_ask           (PiscesDescribeWindow *window,
                                          const gchar          *question,
                                          Session              *session);
static void        session_answered      (GObject              *source,
                                          GAsyncResult         *result,
                                          gpointer              data);
static void        session_rebuild       (PiscesDescribeWindow *window,
                                          guint                 n_texts,
                                          Session              *session);
static void        session_trip_progress (const PiscesProgress *progress,
                                          gpointer              data);
static void        session_tried         (const gchar          *short_text,
                                          const gchar          *long_text,
                                          PiscesImage          *rebuilt,
                                          gdouble               likeness,
                                          gpointer              data);
static void        session_trip_done     (const GError         *error,
                                          gpointer              data);
static void        session_save          (PiscesDescribeWindow *window,
                                          GPtrArray            *texts,
                                          Session              *session);
static void        session_decorative    (PiscesDescribeWindow *window,
                                          gboolean              decorative,
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
  Session *session;

  if (! pisces_extension_init_ui (extension, error))
    return FALSE;

  session = session_get (extension, image);
  if (! session->cancellable)
    session_show_pixels (session, image);
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
  g_signal_connect (session->window, "source-changed",
                    G_CALLBACK (session_source), session);
  g_signal_connect (session->window, "rewrite-requested",
                    G_CALLBACK (session_rewrite), session);
  g_signal_connect (session->window, "ask-requested",
                    G_CALLBACK (session_ask), session);
  g_signal_connect (session->window, "rebuild-requested",
                    G_CALLBACK (session_rebuild), session);
  g_signal_connect (session->window, "decorative-requested",
                    G_CALLBACK (session_decorative), session);
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
  g_clear_pointer (&session->pixels, pisces_image_unref);
  g_free (session->question);
  g_free (session);

  return G_SOURCE_REMOVE;
}

/* The image of the window, or a message if it was closed.  With a reference:
 * libgimp frees proxies when one of our procedures is called while GIMP's
 * answer is waited for.  */
static GimpImage *
session_get_image (Session *session)
{
  GimpImage *image = pisces_canvas_find_image (session->base.image_id);

  if (! image)
    pisces_session_show_message (&session->base, GTK_MESSAGE_WARNING,
                                 _("The image was closed. The texts are kept here: "
                                   "copy them, or choose Image ▸ Describe Image… in "
                                   "another image."));

  return image ? g_object_ref (image) : NULL;
}

/* Shows what the model will see, and keeps the pixels that it is made of.  */
static gboolean
session_show_pixels (Session   *session,
                     GimpImage *image)
{
  g_autofree gchar         *name   = gimp_image_get_name (image);
  g_autoptr (PiscesStatus)  status = NULL;
  g_autoptr (PiscesImage)   view   = NULL;
  g_autoptr (GError)        error  = NULL;

  g_clear_pointer (&session->pixels, pisces_image_unref);

  switch (pisces_describe_window_get_source (session->window))
    {
    case PISCES_DESCRIBE_VISIBLE:
      session->pixels = pisces_canvas_read (image, &error);
      break;
    case PISCES_DESCRIBE_LAYER:
      session->pixels = pisces_canvas_read_layer (image, &error);
      break;
    case PISCES_DESCRIBE_SELECTION:
      session->pixels = pisces_canvas_read_selection (image, &error);
      break;
    }

  /* A model that cannot be read says so when it is to describe; until then
   * the pixels themselves are shown.  */
  if (session->pixels)
    {
      status = pisces_engine_get_status (session->base.engine);
      view   = pisces_model_view (status->model_folder, session->pixels, NULL);
    }
  pisces_describe_window_set_image (session->window,
                                    view ? view : session->pixels, name);

  if (! session->pixels)
    pisces_session_show_message (&session->base, GTK_MESSAGE_WARNING,
                                 error->message);

  return session->pixels != NULL;
}

/* The image may have been painted on since the window was opened, so it is
 * looked at anew.
 */
static gboolean
session_begin (Session *session)
{
  g_autoptr (GimpImage) image = NULL;

  if (session->cancellable)
    return FALSE;

  image = session_get_image (session);
  if (! image || ! session_show_pixels (session, image))
    return FALSE;

  session->cancellable = g_cancellable_new ();
  pisces_describe_window_set_running (session->window, TRUE);

  return TRUE;
}

static void
session_end (Session      *session,
             const GError *error)
{
  g_clear_object (&session->cancellable);
  pisces_describe_window_set_running (session->window, FALSE);
  if (error)
    pisces_session_show_error (&session->base, error);
  pisces_session_show_status (&session->base);
}

static void
session_show_texts (Session   *session,
                    GimpImage *image)
{
  g_autoptr (GPtrArray) texts      = NULL;
  gboolean              decorative = FALSE;

  texts = pisces_alt_text_read (image, &decorative);
  pisces_describe_window_set_saved_texts (session->window, texts, decorative);
}

static void
session_describe (PiscesDescribeWindow *window,
                  guint                 what,
                  Session              *session)
{
  g_autoptr (PiscesDescribeRequest) request = NULL;

  if (! session_begin (session))
    return;

  request = pisces_describe_request_new (session->pixels, what);
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

  session_end (session, error);

  if (texts)
    {
      pisces_describe_window_set_texts (session->window,
                                        texts->short_text, texts->long_text,
                                        TRUE);
      pisces_session_show_warnings (&session->base, texts->warnings);
    }
}

static void
session_source (PiscesDescribeWindow *window,
                Session              *session)
{
  g_autoptr (GimpImage) image = session_get_image (session);

  pisces_describe_window_show_message (window, GTK_MESSAGE_INFO, NULL);
  if (image)
    session_show_pixels (session, image);
}

static void
session_rewrite (PiscesDescribeWindow *window,
                 guint                 what,
                 gint                  change,
                 Session              *session)
{
  if (! session_begin (session))
    return;

  session->rewritten = what;
  session->change    = change;
  pisces_rewrite_start (session->base.engine, session->pixels, what,
                        g_random_int (), session_trip_progress,
                        session->cancellable, session_rewritten, session);
}

static void
session_rewritten (GPtrArray    *candidates,
                   const GError *error,
                   gpointer      data)
{
  Session          *session  = data;
  gboolean          is_short = session->rewritten == PISCES_DESCRIBE_SHORT;
  g_autofree gchar *present  = NULL;
  const gchar      *text;

  session_end (session, error);
  if (error)
    return;

  present = pisces_describe_window_get_text (session->window,
                                             session->rewritten);
  text = pisces_alt_text_pick (candidates, present, session->change,
                               is_short ? SHORT_LIMIT : 0);
  if (text)
    pisces_describe_window_set_texts (session->window,
                                      is_short ? text : NULL,
                                      is_short ? NULL : text, TRUE);
  else
    pisces_session_show_message (&session->base, GTK_MESSAGE_INFO,
                                 session->change < 0 ?
                                 _("The model has tried a few times and found "
                                   "no shorter text. The text is as it was.") :
                                 session->change > 0 ?
                                 _("The model has tried a few times and found "
                                   "no longer text. The text is as it was.") :
                                 _("The model has tried a few times and says "
                                   "the same again."));
}

static void
session_ask (PiscesDescribeWindow *window,
             const gchar          *question,
             Session              *session)
{
  g_autoptr (PiscesDescribeRequest) request = NULL;

  if (! session_begin (session))
    return;

  request = pisces_describe_request_new (session->pixels,
                                         PISCES_DESCRIBE_ANSWER);
  request->question = g_strdup (question);
  g_free (session->question);
  session->question = g_strdup (question);

  pisces_engine_describe_async (session->base.engine, request,
                                session_trip_progress, session,
                                session->cancellable,
                                session_answered, session);
}

static void
session_answered (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  Session                          *session = data;
  g_autoptr (PiscesDescribeResult)  texts   = NULL;
  g_autoptr (GError)                error   = NULL;

  texts = pisces_engine_describe_finish (session->base.engine, result, &error);

  session_end (session, error);
  if (texts)
    {
      pisces_describe_window_add_answer (session->window, session->question,
                                         texts->answer);
      pisces_session_show_warnings (&session->base, texts->warnings);
    }
}

static void
session_rebuild (PiscesDescribeWindow *window,
                 guint                 n_texts,
                 Session              *session)
{
  static const PiscesRoundTripFuncs funcs =
  {
    session_trip_progress, session_tried, session_trip_done
  };
  g_autofree gchar *text = NULL;

  if (! session_begin (session))
    return;

  if (n_texts == 1)
    {
      text = pisces_describe_window_get_text (window, PISCES_DESCRIBE_LONG);
      if (! *text)
        {
          g_free (text);
          text = pisces_describe_window_get_text (window,
                                                  PISCES_DESCRIBE_SHORT);
        }
    }

  session->want_best = n_texts > 1;
  pisces_check_pane_clear (pisces_describe_window_get_check_pane (window));
  pisces_round_trip_start (session->base.engine, session->pixels, text,
                           n_texts, g_random_int (), session->cancellable,
                           &funcs, session);
}

/* Of jobs whose text is not for the fields.  */
static void
session_trip_progress (const PiscesProgress *progress,
                       gpointer              data)
{
  Session        *session = data;
  PiscesProgress  silent  = *progress;

  silent.text = NULL;
  pisces_describe_window_show_progress (session->window, &silent);
  if (progress->preview)
    pisces_check_pane_set_preview (
      pisces_describe_window_get_check_pane (session->window),
      progress->preview);
  pisces_session_show_status (&session->base);
}

static void
session_tried (const gchar *short_text,
               const gchar *long_text,
               PiscesImage *rebuilt,
               gdouble      likeness,
               gpointer     data)
{
  Session         *session = data;
  PiscesCheckPane *pane    =
    pisces_describe_window_get_check_pane (session->window);
  gint             before  = pisces_check_pane_get_best (pane);

  pisces_check_pane_add (pane, rebuilt, long_text, likeness);

  if (pisces_check_pane_get_best (pane) != before)
    {
      g_free (session->best_short);
      g_free (session->best_long);
      session->best_short = g_strdup (short_text);
      session->best_long  = g_strdup (long_text);
    }
}

static void
session_trip_done (const GError *error,
                   gpointer      data)
{
  Session *session = data;

  session_end (session, error);

  if (! error && session->want_best)
    pisces_describe_window_set_texts (session->window, session->best_short,
                                      session->best_long, TRUE);

  g_clear_pointer (&session->best_short, g_free);
  g_clear_pointer (&session->best_long,  g_free);
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
              GPtrArray            *texts,
              Session              *session)
{
  g_autoptr (GimpImage) image = session_get_image (session);
  g_autoptr (GError)    error = NULL;

  if (! image)
    return;

  if (! pisces_alt_text_write (image, texts, &error))
    {
      pisces_session_show_error (&session->base, error);
      return;
    }

  /* The default text may have followed another.  */
  session_show_texts (session, image);
  pisces_describe_window_set_saved (window);

  if (! gimp_export_xmp ())
    pisces_session_show_message (&session->base, GTK_MESSAGE_INFO,
                                 _("The texts are in the image. To have them in "
                                   "exported files too, turn on \"Save XMP data\" "
                                   "when you export."));
}

/* The texts go out of the image, but stay in the window.  */
static void
session_decorative (PiscesDescribeWindow *window,
                    gboolean              decorative,
                    Session              *session)
{
  g_autoptr (GimpImage) image = session_get_image (session);
  g_autoptr (GError)    error = NULL;

  if (image && ! pisces_alt_text_set_decorative (image, decorative, &error))
    pisces_session_show_error (&session->base, error);
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
