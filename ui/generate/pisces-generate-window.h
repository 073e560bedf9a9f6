/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-generate-window.h: the window in which words become pictures.  It
 * asks with signals and is told with the functions below; it knows requests
 * and pictures, neither the engine nor GIMP.
 *
 * Signals:
 *
 *   "generate-requested" (window, PiscesGenerateRequest *request, user_data)
 *     The request is the window's; copy it to keep it.  May come again while
 *     a job runs.  Answer with pisces_generate_window_add_job(), and tell the
 *     job how it goes: the window listens to it, and the user stops it by its
 *     cancellable.
 *   "add-requested"      (window, PiscesPicture *picture, user_data)
 *     To the target, see pisces_generate_window_set_target(), or as an image
 *     of its own where there is none.
 *   "place-changed"      (window, user_data)
 *     Another place was chosen, or a picture of another size; answer with
 *     pisces_generate_window_set_target().
 *   "target-chosen"      (window, gint image_id, user_data)
 *     The user has chosen where pictures go; 0 is a new image.
 *   "unload-requested"   (window, user_data)
 *   "settings-changed"   (window, user_data)
 *     Half a second after the last change, and when the window is closed:
 *     the time to store pisces_generate_window_get_settings().
 *
 * Closing the window hides it and nothing else: gtk_window_present() shows it
 * again as it was.  While jobs run, the user is asked whether they should stop
 * or go on.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"
#include "ui/generate/pisces-place-pane.h"
#include "ui/generate/pisces-prompt-pane.h"
#include "ui/generate/pisces-reference-pane.h"
#include "ui/generate/pisces-target-combo.h"
#include "ui/widgets/pisces-job-item.h"

G_BEGIN_DECLS

#define PISCES_TYPE_GENERATE_WINDOW (pisces_generate_window_get_type ())
G_DECLARE_FINAL_TYPE (PiscesGenerateWindow, pisces_generate_window,
                      PISCES, GENERATE_WINDOW, GtkWindow)

GtkWidget * pisces_generate_window_new           (void);

void        pisces_generate_window_set_target    (PiscesGenerateWindow  *window,
                                                  GPtrArray             *images,
                                                  gint32                 chosen,
                                                  const PiscesPlaceInfo *info);
const gchar * pisces_generate_window_get_place   (PiscesGenerateWindow  *window);
gboolean    pisces_generate_window_get_mask      (PiscesGenerateWindow  *window);
void        pisces_generate_window_get_size      (PiscesGenerateWindow  *window,
                                                  gint                  *width,
                                                  gint                  *height);

void        pisces_generate_window_add_job       (PiscesGenerateWindow *window,
                                                  PiscesJobItem        *job);
guint       pisces_generate_window_get_n_jobs    (PiscesGenerateWindow *window);
void        pisces_generate_window_add_picture   (PiscesGenerateWindow *window,
                                                  PiscesPicture        *picture);
GtkWidget * pisces_generate_window_get_results   (PiscesGenerateWindow *window);

void        pisces_generate_window_show_message  (PiscesGenerateWindow *window,
                                                  GtkMessageType        type,
                                                  const gchar          *text);
void        pisces_generate_window_set_status    (PiscesGenerateWindow *window,
                                                  const PiscesStatus   *status);

void        pisces_generate_window_set_prompt    (PiscesGenerateWindow *window,
                                                  const gchar          *prompt);
PiscesPromptPane *
            pisces_generate_window_get_prompt_pane
                                                 (PiscesGenerateWindow *window);
PiscesReferencePane *
            pisces_generate_window_get_reference_pane
                                                 (PiscesGenerateWindow *window);
void        pisces_generate_window_get_settings  (PiscesGenerateWindow *window,
                                                  GKeyFile             *settings);
void        pisces_generate_window_set_settings  (PiscesGenerateWindow *window,
                                                  GKeyFile             *settings);

G_END_DECLS
