/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * session.h: what all windows that use the engine have in common.
 */

#pragma once

#include <gtk/gtk.h>

#include "plugin/extension.h"

G_BEGIN_DECLS

/**
 * PiscesSession:
 * @extension: the plug-in.
 * @engine: its engine.
 * @window: the window; it stays open after the call that opened it.
 * @image_id: the ID of the image that the window is for.  Call
 *   pisces_canvas_find_image() each time; do not store the image object,
 *   because libgimp frees it when the call returns.
 *
 * This is the first member of the session struct of each window.
 */
typedef struct
{
  PiscesExtension  *extension;
  PiscesEngine     *engine;
  GtkWindow        *window;
  gint32            image_id;

  /*< private >*/
  gulong            status_changed;   /* handler ID, on the engine */
  gint64            working_since;    /* monotonic clock; 0: no job is
                                       * running */
  void           (* set_status)   (GtkWindow          *window,
                                   const PiscesStatus *status);
  void           (* show_message) (GtkWindow          *window,
                                   GtkMessageType      type,
                                   const gchar        *text);
  void           (* get_settings) (GtkWindow          *window,
                                   GKeyFile           *settings);
} PiscesSession;

/* These macros cast functions of a window class, whose windows are
 * GtkWindows.  */
#define PISCES_SESSION_SET_STATUS(function) \
  ((void (*) (GtkWindow *, const PiscesStatus *)) (function))
#define PISCES_SESSION_SHOW_MESSAGE(function) \
  ((void (*) (GtkWindow *, GtkMessageType, const gchar *)) (function))
#define PISCES_SESSION_SETTINGS(function) \
  ((void (*) (GtkWindow *, GKeyFile *)) (function))

void pisces_session_init          (PiscesSession    *session,
                                   PiscesExtension  *extension,
                                   GtkWidget        *window,
                                   void           (* set_status)   (GtkWindow          *window,
                                                                    const PiscesStatus *status),
                                   void           (* show_message) (GtkWindow          *window,
                                                                    GtkMessageType      type,
                                                                    const gchar        *text));
void pisces_session_remember      (PiscesSession    *session,
                                   void           (* set_settings) (GtkWindow *window,
                                                                    GKeyFile  *settings),
                                   void           (* get_settings) (GtkWindow *window,
                                                                    GKeyFile  *settings));
void pisces_session_clear         (PiscesSession    *session);

void pisces_session_present       (PiscesSession    *session);
void pisces_session_show_status   (PiscesSession    *session);
void pisces_session_show_message  (PiscesSession    *session,
                                   GtkMessageType    type,
                                   const gchar      *text);
void pisces_session_show_error    (PiscesSession    *session,
                                   const GError     *error);
void pisces_session_show_warnings (PiscesSession    *session,
                                   gchar           **warnings);
void pisces_session_unload        (PiscesSession    *session);

void pisces_session_begin_work    (PiscesSession    *session);
void pisces_session_end_work      (PiscesSession    *session,
                                   const gchar      *sentence);

G_END_DECLS
