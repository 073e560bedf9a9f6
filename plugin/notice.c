/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * notice.c: if a window is not visible, tells the user what has happened in
 * it, with the desktop's notifications, or in GIMP's status bar if there are
 * none.
 *
 * It uses D-Bus, because GNotification needs a GApplication.  The plug-in is
 * not one, and to the user GIMP is the application.  GLib's own backend for
 * such desktops does the same (Desktop Notifications Specification 1.2).  A
 * notification may appear on a locked screen, so it contains no prompt and no
 * file name.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/notice.h"

#define NOTICE_KEY "pisces-notice"
#define SERVER     "org.freedesktop.Notifications"
#define PATH       "/org/freedesktop/Notifications"
#define TIMEOUT_MS 5000

/* The latest notification of a window.  */
typedef struct
{
  GDBusConnection *connection;   /* (nullable): NULL before the first one */
  guint            subscription; /* for the user's reaction to it, or 0 */
  guint32          id;           /* given by the server, or 0           */
} Notice;

/* A notification that is being sent; the window may be destroyed in the
 * meantime.  */
typedef struct
{
  GWeakRef  window;
  gchar    *sentence;
} Sending;

static void     notice_free      (gpointer         data);
static Notice * notice_get       (GtkWindow       *window);
static void     sending_free     (Sending         *sending);
static void     notice_connected (GObject         *source,
                                  GAsyncResult    *result,
                                  gpointer         data);
static void     notice_sent      (GObject         *source,
                                  GAsyncResult    *result,
                                  gpointer         data);
static void     notice_acted     (GDBusConnection *connection,
                                  const gchar     *sender,
                                  const gchar     *path,
                                  const gchar     *interface,
                                  const gchar     *signal,
                                  GVariant        *parameters,
                                  gpointer         window);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sending, sending_free)


/*  public functions  */

/**
 * pisces_notice_show:
 * @window: the window that it is about; a click on the notification brings it
 *   to the front.
 * @sentence: a whole sentence.
 *
 * Returns at once.  The new notification replaces the previous one of @window.
 */
void
pisces_notice_show (GtkWindow   *window,
                    const gchar *sentence)
{
  Sending *sending = g_new0 (Sending, 1);

  g_weak_ref_init (&sending->window, window);
  sending->sentence = g_strdup (sentence);

  g_bus_get (G_BUS_TYPE_SESSION, NULL, notice_connected, sending);
}


/*  private functions  */

static void
notice_free (gpointer data)
{
  Notice *notice = data;

  if (notice->subscription)
    g_dbus_connection_signal_unsubscribe (notice->connection,
                                          notice->subscription);
  g_clear_object (&notice->connection);
  g_free (notice);
}

static Notice *
notice_get (GtkWindow *window)
{
  Notice *notice = g_object_get_data (G_OBJECT (window), NOTICE_KEY);

  if (! notice)
    {
      notice = g_new0 (Notice, 1);
      g_object_set_data_full (G_OBJECT (window), NOTICE_KEY, notice,
                              notice_free);
    }

  return notice;
}

static void
sending_free (Sending *sending)
{
  g_weak_ref_clear (&sending->window);
  g_free (sending->sentence);
  g_free (sending);
}

static void
notice_connected (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (Sending)          sending    = data;
  g_autoptr (GtkWindow)        window     = g_weak_ref_get (&sending->window);
  g_autoptr (GDBusConnection)  connection = g_bus_get_finish (result, NULL);
  Notice                      *notice;
  GVariantBuilder              actions;
  GVariantBuilder              hints;
  GVariant                    *parameters;

  if (! window)
    return;

  if (! connection)
    {
      gimp_message (sending->sentence);
      return;
    }

  /* Without this, GLib would end the process when the session bus goes away. */
  g_dbus_connection_set_exit_on_close (connection, FALSE);

  notice = notice_get (window);
  if (! notice->connection)
    {
      notice->connection   = g_object_ref (connection);
      notice->subscription =
        g_dbus_connection_signal_subscribe (connection, SERVER, SERVER,
                                            "ActionInvoked", PATH, NULL,
                                            G_DBUS_SIGNAL_FLAGS_NONE,
                                            notice_acted, window, NULL);
    }

  g_variant_builder_init (&actions, G_VARIANT_TYPE ("as"));
  g_variant_builder_add (&actions, "s", "default");
  g_variant_builder_add (&actions, "s", _("Show"));
  g_variant_builder_init (&hints, G_VARIANT_TYPE ("a{sv}"));
  g_variant_builder_add (&hints, "{sv}", "desktop-entry",
                         g_variant_new_string ("gimp"));

  parameters = g_variant_new ("(susssasa{sv}i)", "GIMP", notice->id, "gimp",
                              gtk_window_get_title (window), sending->sentence,
                              &actions, &hints, -1);
  g_dbus_connection_call (connection, SERVER, PATH, SERVER, "Notify",
                          parameters, G_VARIANT_TYPE ("(u)"),
                          G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, NULL,
                          notice_sent, g_steal_pointer (&sending));
}

/* On a desktop without notifications, GIMP's status bar is used.  */
static void
notice_sent (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (Sending)   sending = data;
  g_autoptr (GtkWindow) window  = g_weak_ref_get (&sending->window);
  g_autoptr (GVariant)  answer  = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result,
                                          NULL);

  if (answer && window)
    g_variant_get (answer, "(u)", &notice_get (window)->id);
  else if (! answer)
    gimp_message (sending->sentence);
}

static void
notice_acted (GDBusConnection *connection,
              const gchar     *sender,
              const gchar     *path,
              const gchar     *interface,
              const gchar     *signal,
              GVariant        *parameters,
              gpointer         window)
{
  guint32 id = 0;

  if (! g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(us)")))
    return;

  g_variant_get (parameters, "(us)", &id, NULL);
  if (id != 0 && id == notice_get (window)->id)
    gtk_window_present (window);
}
