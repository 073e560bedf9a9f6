/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-session.c: connects a Describe Image window with the engine and
 * with its image.  Every image has a window of its own, so that texts which a
 * person wrote for one image are never replaced by those of another.  Like
 * generate-session.c, it stores the image's ID, never the image object.
 */

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>
#include <glib/gi18n-lib.h>

#include "ui/describe/pisces-describe-window.h"

#include "plugin/chosen-models.h"
#include "plugin/describe/describe-kept.h"
#include "plugin/describe/describe-session-private.h"
#include "plugin/generate/generate-session.h"
#include "plugin/gimp/alt-text.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/describer.h"
#include "plugin/session.h"

#define SESSIONS_KEY "pisces-describe-sessions"

typedef PiscesDescribeSession DescribeSession;

static DescribeSession *
                   describe_session_get  (PiscesExtension      *extension,
                                          GimpImage            *image);
static gboolean    session_forget        (gpointer              data);
static void        session_forget_closed (GHashTable           *sessions,
                                          GimpImage            *image);
static void        session_show_models   (GtkWindow             *window,
                                          const PiscesModelInfo *draws,
                                          const PiscesModelInfo *describes);
static gboolean    session_see_image     (DescribeSession      *session);
static void        session_follow        (DescribeSession      *session,
                                          GimpImage            *image);
static void        session_hidden        (GtkWidget            *window,
                                          DescribeSession      *session);
static void        session_show_texts    (DescribeSession      *session,
                                          GimpImage            *image);
static void        session_source        (PiscesDescribeWindow *window,
                                          DescribeSession      *session);
static void        session_save          (PiscesDescribeWindow *window,
                                          GPtrArray            *texts,
                                          DescribeSession      *session);
static void        session_decorative    (PiscesDescribeWindow *window,
                                          gboolean              decorative,
                                          DescribeSession      *session);
static void        session_use_as_prompt (PiscesDescribeWindow *window,
                                          const gchar          *text,
                                          DescribeSession      *session);


/*  public functions  */

/**
 * pisces_describe_session_present:
 * @extension: the plug-in.
 * @image: the image to describe.
 * @error: set if there is no display.
 *
 * Shows the window for @image with the image's texts, or brings it to the
 * front.
 *
 * Returns: %TRUE if it is shown.
 */
gboolean
pisces_describe_session_present (PiscesExtension  *extension,
                                 GimpImage        *image,
                                 GError          **error)
{
  DescribeSession *session;

  if (! pisces_extension_init_ui (extension, error))
    return FALSE;

  session = describe_session_get (extension, image);
  if (! session->cancellable)
    pisces_describe_image_show (session, image);
  pisces_session_show_status (&session->base);
  pisces_session_present (&session->base);

  return TRUE;
}


/*  private functions  */

/* Returns the session of the image: a new one with the image's texts, or the
 * existing one as the user left it.
 */
static DescribeSession *
describe_session_get (PiscesExtension *extension,
                      GimpImage       *image)
{
  GHashTable      *sessions = g_object_get_data (G_OBJECT (extension), SESSIONS_KEY);
  gint32           image_id = gimp_image_get_id (image);
  DescribeSession *session;

  if (! sessions)
    {
      sessions = g_hash_table_new (NULL, NULL);
      g_object_set_data (G_OBJECT (extension), SESSIONS_KEY, sessions);
    }

  session = g_hash_table_lookup (sessions, GINT_TO_POINTER (image_id));
  if (session)
    return session;

  session_forget_closed (sessions, image);

  session = g_new0 (DescribeSession, 1);

  session->window        = PISCES_DESCRIBE_WINDOW (pisces_describe_window_new ());
  session->base.image_id = image_id;
  pisces_session_init (&session->base, extension,
                       GTK_WIDGET (session->window),
                       PISCES_SESSION_SET_STATUS (pisces_describe_window_set_status),
                       PISCES_SESSION_SHOW_MESSAGE (pisces_describe_window_show_message));

  pisces_session_remember (&session->base,
                           PISCES_SESSION_SETTINGS (pisces_describe_window_set_settings),
                           PISCES_SESSION_SETTINGS (pisces_describe_window_get_settings));
  pisces_chosen_models_watch (session->base.engine, session->base.window,
                              session_show_models);
  pisces_describe_jobs_connect (session);
  g_signal_connect (session->window, "save-requested",
                    G_CALLBACK (session_save), session);
  g_signal_connect (session->window, "source-changed",
                    G_CALLBACK (session_source), session);
  g_signal_connect (session->window, "decorative-requested",
                    G_CALLBACK (session_decorative), session);
  g_signal_connect (session->window, "use-as-prompt",
                    G_CALLBACK (session_use_as_prompt), session);
  g_signal_connect_swapped (session->window, "unload-requested",
                            G_CALLBACK (pisces_session_unload),
                            &session->base);

  g_signal_connect (session->window, "hide",
                    G_CALLBACK (session_hidden), session);

  g_signal_connect_swapped (session->window, "delete-event",
                            G_CALLBACK (session_see_image), session);
  g_signal_connect_swapped (session->window, "focus-in-event",
                            G_CALLBACK (session_see_image), session);

  g_hash_table_insert (sessions, GINT_TO_POINTER (image_id), session);
  session->kept = pisces_describe_kept_new (&session->base, session->window,
                                            image);
  session_show_texts (session, image);
  pisces_describe_kept_call_back (session->kept);

  return session;
}

/* Frees the sessions of closed images whose window is closed too, or whose
 * file is the same as that of @image: its new window takes over their texts,
 * which are kept in a file.
 */
static void
session_forget_closed (GHashTable *sessions,
                       GimpImage  *image)
{
  g_auto (GStrv)     uris = pisces_describe_kept_list_uris (image);
  g_autoptr (GList)  all  = g_hash_table_get_values (sessions);

  for (GList *link = all; link; link = link->next)
    {
      DescribeSession *session = link->data;
      gboolean         hidden  = ! gtk_widget_get_visible (GTK_WIDGET (session->window));

      if (session->cancellable ||
          pisces_canvas_find_image (session->base.image_id))
        continue;

      if (hidden || pisces_describe_kept_is_of (session->kept,
                                                (const gchar * const *) uris))
        {
          gtk_widget_hide (GTK_WIDGET (session->window));
          g_clear_handle_id (&session->forget_idle, g_source_remove);
          session_forget (session);
        }
    }
}

/* Enables what the model that describes can do.  */
static void
session_show_models (GtkWindow             *window,
                     const PiscesModelInfo *draws,
                     const PiscesModelInfo *describes)
{
  pisces_describe_window_set_abilities (PISCES_DESCRIBE_WINDOW (window),
                                        describes ? &describes->abilities : NULL);
}

/* Checks whether the image is gone or its texts have changed (by an undo, for
 * example), and updates the window before it requests anything.  */
static gboolean
session_see_image (DescribeSession *session)
{
  g_autoptr (GimpImage) image = NULL;

  if (session->is_closed || session->cancellable)
    return GDK_EVENT_PROPAGATE;

  image = pisces_describe_image_get (session);
  if (image)
    session_follow (session, image);

  return GDK_EVENT_PROPAGATE;
}

static void
session_follow (DescribeSession *session,
                GimpImage       *image)
{
  PiscesTextsPane       *pane     = pisces_describe_window_get_texts_pane (session->window);
  g_auto (GStrv)         keywords = NULL;
  g_autoptr (GPtrArray)  texts    = pisces_alt_text_read (image, NULL, &keywords);

  pisces_texts_pane_see_image (pane, texts);
  pisces_keywords_field_see_image (pisces_texts_pane_get_keywords (pane),
                                   (const gchar * const *) keywords);
}

/* A closed window is freed when its job has ended; unsaved texts are kept in a
 * file.
 */
static void
session_hidden (GtkWidget       *window,
                DescribeSession *session)
{
  pisces_describe_kept_store (session->kept);
  if (! session->cancellable && ! session->forget_idle)
    session->forget_idle = g_idle_add (session_forget, session);
}

static gboolean
session_forget (gpointer data)
{
  DescribeSession *session  = data;
  GHashTable      *sessions = g_object_get_data (G_OBJECT (session->base.extension),
                                                 SESSIONS_KEY);

  session->forget_idle = 0;

  /* The user may have opened the window again, and started a job.  */
  if (session->cancellable ||
      gtk_widget_get_visible (GTK_WIDGET (session->window)))
    return G_SOURCE_REMOVE;

  g_hash_table_remove (sessions, GINT_TO_POINTER (session->base.image_id));
  pisces_describe_kept_free (session->kept);
  pisces_session_clear (&session->base);
  g_clear_pointer (&session->pixels, pisces_image_unref);
  g_free (session->question);
  g_free (session->describer);
  g_free (session->describer_digest);
  g_free (session->describer_backend);
  g_free (session);

  return G_SOURCE_REMOVE;
}

static void
session_show_texts (DescribeSession *session,
                    GimpImage       *image)
{
  g_autoptr (GPtrArray) texts      = NULL;
  g_auto (GStrv)        keywords   = NULL;
  gboolean              decorative = FALSE;

  texts = pisces_alt_text_read (image, &decorative, &keywords);
  pisces_describe_window_set_saved_texts (session->window, texts, decorative);
  pisces_keywords_field_set_saved (
    pisces_texts_pane_get_keywords (pisces_describe_window_get_texts_pane (session->window)),
    (const gchar * const *) keywords);
}

static void
session_source (PiscesDescribeWindow *window,
                DescribeSession      *session)
{
  g_autoptr (GimpImage) image = pisces_describe_image_get (session);

  pisces_describe_window_show_message (window, GTK_MESSAGE_INFO, NULL);
  if (image)
    pisces_describe_image_show (session, image);
}

static void
session_save (PiscesDescribeWindow *window,
              GPtrArray            *texts,
              DescribeSession      *session)
{
  g_autoptr (GimpImage) image   = pisces_describe_image_get (session);
  g_autoptr (GError)    error   = NULL;
  g_auto (GStrv)        added   = NULL;
  g_auto (GStrv)        removed = NULL;
  GimpParasite         *note    = NULL;
  gboolean              taken;

  if (! image)
    return;

  pisces_keywords_field_get_changes (
    pisces_texts_pane_get_keywords (pisces_describe_window_get_texts_pane (window)),
    &added, &removed);
  if (session->describer)
    note = pisces_describer_new (session->describer, session->describer_digest,
                                 session->describer_backend);
  taken = pisces_alt_text_write (image, texts, (const gchar * const *) added,
                                 (const gchar * const *) removed, note, &error);
  g_clear_pointer (&note, gimp_parasite_free);
  if (! taken)
    {
      pisces_session_show_error (&session->base, error);
      return;
    }

  /* The default language's text may have changed together with another one.  */
  session_follow (session, image);
  pisces_describe_window_set_saved (window);
  pisces_describe_kept_store (session->kept);

  if (! gimp_export_xmp ())
    pisces_session_show_message (&session->base, GTK_MESSAGE_INFO,
                                 _("The texts are in the image. To have them in "
                                   "exported files too, turn on \"Save XMP data\" "
                                   "when you export."));
}

/* Removes the texts from the image, but leaves them in the window.  */
static void
session_decorative (PiscesDescribeWindow *window,
                    gboolean              decorative,
                    DescribeSession      *session)
{
  g_autoptr (GimpImage) image = pisces_describe_image_get (session);
  g_autoptr (GError)    error = NULL;

  g_autoptr (GPtrArray) texts = NULL;

  if (! image)
    return;

  if (! pisces_alt_text_set_decorative (image, decorative, &error))
    pisces_session_show_error (&session->base, error);

  texts = pisces_alt_text_read (image, NULL, NULL);
  pisces_texts_pane_set_in_image (pisces_describe_window_get_texts_pane (window),
                                  texts);
  pisces_describe_kept_store (session->kept);
}

static void
session_use_as_prompt (PiscesDescribeWindow *window,
                       const gchar          *text,
                       DescribeSession      *session)
{
  GimpImage          *image = pisces_canvas_find_image (session->base.image_id);
  g_autoptr (GError)  error = NULL;

  if (! pisces_generate_session_present (session->base.extension, image, text,
                                         &error))
    pisces_session_show_error (&session->base, error);
}
