/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-describe-window.h: the window in which a picture becomes words: a
 * short alternative text and a long description, written by the model,
 * corrected by a person, saved with the image.  It asks its owner for work by
 * signals and gets the results by the functions below; it knows neither the
 * engine nor GIMP.
 *
 * Signals:
 *
 *   "describe-requested" (window, guint what, user_data)
 *     @what says which texts are wanted, as #PiscesDescribeFlags.  The image
 *     is the one given to pisces_describe_window_set_image().
 *   "stop-requested"     (window, user_data)
 *     Answer with pisces_describe_window_set_running (window, FALSE) when the
 *     job has ended; until then the window says "Stopping".
 *   "source-changed"     (window, user_data)
 *     Answer with pisces_describe_window_set_image().
 *   "rewrite-requested"  (window, guint what, gint change, user_data)
 *     Write one text again; see pisces_alt_text_pick().
 *   "ask-requested"      (window, const gchar *question, user_data)
 *   "rebuild-requested"  (window, guint n_texts, user_data)
 *     1: draw the picture again from the current text.  More than 1: write
 *     this many descriptions and keep the best.
 *   "save-requested"     (window, GPtrArray *texts, user_data)
 *     @texts (element-type PiscesAltText), by language; an empty text means:
 *     remove it from the image.  The keywords are in the texts pane.  Answer with
 *     pisces_describe_window_set_saved() or with a message.
 *   "decorative-requested" (window, gboolean decorative, user_data)
 *   "use-as-prompt"      (window, const gchar *text, user_data)
 *   "delete-draft"       (window, gpointer draft, user_data)
 *     @draft is a #PiscesTextDraft of pisces_texts_pane_set_drafts(); the user
 *     has already confirmed.
 *   "settings-changed"   (window, user_data)
 *     What pisces_describe_window_get_settings() gives is worth keeping.
 *   "unload-requested"   (window, user_data)
 *
 * Closing the window only hides it: gtk_window_present() shows it again as it
 * was.  If texts are not saved, the window asks first.  While a job runs it
 * does not ask, and the job goes on.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"
#include "ui/describe/pisces-check-pane.h"
#include "ui/describe/pisces-texts-pane.h"
#include "ui/widgets/pisces-alt-texts.h"

G_BEGIN_DECLS

typedef enum
{
  PISCES_DESCRIBE_VISIBLE,
  PISCES_DESCRIBE_LAYER,
  PISCES_DESCRIBE_SELECTION
} PiscesDescribeSource;

#define PISCES_TYPE_DESCRIBE_WINDOW (pisces_describe_window_get_type ())
G_DECLARE_FINAL_TYPE (PiscesDescribeWindow, pisces_describe_window,
                      PISCES, DESCRIBE_WINDOW, GtkWindow)

GtkWidget * pisces_describe_window_new           (void);

void        pisces_describe_window_set_image     (PiscesDescribeWindow *window,
                                                  PiscesImage          *image,
                                                  const gchar          *image_name);
void        pisces_describe_window_set_texts     (PiscesDescribeWindow *window,
                                                  const gchar          *short_text,
                                                  const gchar          *long_text,
                                                  PiscesTextsKind       kind);
PiscesDescribeSource
            pisces_describe_window_get_source    (PiscesDescribeWindow *window);
void        pisces_describe_window_set_saved_texts
                                                 (PiscesDescribeWindow *window,
                                                  GPtrArray            *texts,
                                                  gboolean              decorative);
gchar     * pisces_describe_window_get_text      (PiscesDescribeWindow *window,
                                                  PiscesDescribeFlags   which);
void        pisces_describe_window_set_abilities (PiscesDescribeWindow *window,
                                                  const PiscesAbilities
                                                                       *abilities);
PiscesDescribeRequest *
            pisces_describe_window_make_request  (PiscesDescribeWindow *window,
                                                  PiscesImage          *image,
                                                  PiscesDescribeFlags   what);
void        pisces_describe_window_get_settings  (PiscesDescribeWindow *window,
                                                  GKeyFile             *settings);
void        pisces_describe_window_set_settings  (PiscesDescribeWindow *window,
                                                  GKeyFile             *settings);
void        pisces_describe_window_add_answer    (PiscesDescribeWindow *window,
                                                  const gchar          *question,
                                                  const gchar          *answer);
PiscesCheckPane *
            pisces_describe_window_get_check_pane
                                                 (PiscesDescribeWindow *window);
PiscesTextsPane *
            pisces_describe_window_get_texts_pane
                                                 (PiscesDescribeWindow *window);
gboolean    pisces_describe_window_has_unsaved_texts
                                                 (PiscesDescribeWindow *window);

void        pisces_describe_window_set_running   (PiscesDescribeWindow *window,
                                                  gboolean              running);
gboolean    pisces_describe_window_get_running   (PiscesDescribeWindow *window);
void        pisces_describe_window_show_progress (PiscesDescribeWindow *window,
                                                  const PiscesProgress *progress);
void        pisces_describe_window_set_saved     (PiscesDescribeWindow *window);

void        pisces_describe_window_show_message  (PiscesDescribeWindow *window,
                                                  GtkMessageType        type,
                                                  const gchar          *text);
void        pisces_describe_window_set_status    (PiscesDescribeWindow *window,
                                                  const PiscesStatus   *status);

G_END_DECLS
