/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-generate-window.h: the window in which words become pictures.  It
 * asks its owner for work by signals and gets the results by the functions
 * below.  It knows requests and pictures, but neither the engine nor GIMP.
 *
 * Signals:
 *
 *   "generate-requested" (window, PiscesGenerateRequest *request, user_data)
 *     The window owns the request; copy it to keep it.  The signal may come
 *     again while a job runs.  Answer with pisces_generate_window_add_job(),
 *     and report progress to that job: the window shows it, and the user stops
 *     it through its cancellable.
 *   "fill-requested"     (window, PiscesGenerateRequest *request, user_data)
 *     The same, to fill the selection of the target, as
 *     pisces_prompt_pane_get_fill_settings() says.
 *   "add-requested"      (window, PiscesPicture *picture, user_data)
 *     Add the picture to the target of pisces_generate_window_set_target(), or
 *     make a new image of it if there is none.
 *   "place-changed"      (window, user_data)
 *     The user chose another place, or a picture of another size.  Answer with
 *     pisces_generate_window_set_target().
 *   "target-chosen"      (window, gint image_id, user_data)
 *     The user has chosen where pictures go; 0 is a new image.
 *   "unload-requested"   (window, user_data)
 *   "settings-changed"   (window, user_data)
 *     Time to store pisces_generate_window_get_settings().  Emitted half a
 *     second after a change, when a job is requested, and when the window is
 *     closed.
 *
 * Closing the window only hides it: gtk_window_present() shows it again as it
 * was.  While jobs run, the user is asked whether they should stop or go on.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"
#include "ui/generate/pisces-live-drafts.h"
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
void        pisces_generate_window_open_for      (PiscesGenerateWindow  *window,
                                                  const gchar           *place);
gboolean    pisces_generate_window_get_mask      (PiscesGenerateWindow  *window);
gboolean    pisces_generate_window_is_filling    (PiscesGenerateWindow  *window);
gboolean    pisces_generate_window_is_changing   (PiscesGenerateWindow  *window);
PiscesPicture *
            pisces_generate_window_get_picture   (PiscesGenerateWindow  *window);

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
PiscesLiveDrafts *
            pisces_generate_window_get_live_drafts
                                                 (PiscesGenerateWindow *window);
PiscesReferencePane *
            pisces_generate_window_get_reference_pane
                                                 (PiscesGenerateWindow *window);
void        pisces_generate_window_get_settings  (PiscesGenerateWindow *window,
                                                  GKeyFile             *settings);
void        pisces_generate_window_set_settings  (PiscesGenerateWindow *window,
                                                  GKeyFile             *settings);

G_END_DECLS
