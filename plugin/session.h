/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * session.h: what every window has in common that is joined to the engine.
 */

#pragma once

#include <gtk/gtk.h>

#include "plugin/extension.h"

G_BEGIN_DECLS

/**
 * PiscesSession:
 * @extension: the plug-in.
 * @engine: its engine.
 * @window: outlives the call that opened it.
 * @image_id: the image that the window is for, to be looked up each time with
 *   pisces_canvas_find_image(); never the image itself, which libgimp frees
 *   when the call returns.
 *
 * To be the first member of a session's own struct.
 */
typedef struct
{
  PiscesExtension  *extension;
  PiscesEngine     *engine;
  GtkWindow        *window;
  gint32            image_id;

  /*< private >*/
  gulong            status_changed;   /* of the engine's signal */
  gint64            working_since;    /* monotonic; 0: nothing is done */
  void           (* set_status)   (GtkWindow          *window,
                                   const PiscesStatus *status);
  void           (* show_message) (GtkWindow          *window,
                                   GtkMessageType      type,
                                   const gchar        *text);
} PiscesSession;

/* For functions of a window's own type, which is a GtkWindow.  */
#define PISCES_SESSION_SET_STATUS(function) \
  ((void (*) (GtkWindow *, const PiscesStatus *)) (function))
#define PISCES_SESSION_SHOW_MESSAGE(function) \
  ((void (*) (GtkWindow *, GtkMessageType, const gchar *)) (function))

void pisces_session_init          (PiscesSession    *session,
                                   PiscesExtension  *extension,
                                   GtkWidget        *window,
                                   void           (* set_status)   (GtkWindow          *window,
                                                                    const PiscesStatus *status),
                                   void           (* show_message) (GtkWindow          *window,
                                                                    GtkMessageType      type,
                                                                    const gchar        *text));
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
