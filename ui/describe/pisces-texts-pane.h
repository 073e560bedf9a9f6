/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-texts-pane.h: the short and the long text of an image, in one
 * language at a time, its keywords, and what can be done with them.
 *
 * Signals:
 *
 *   "changed" (pane, user_data): a text has changed, or whether it is saved.
 *   "rewrite-requested"    (pane, guint what, gint change, user_data)
 *     @what is %PISCES_DESCRIBE_SHORT or %PISCES_DESCRIBE_LONG, @change as in
 *     pisces_alt_text_pick().
 *   "save-requested"       (pane, GPtrArray *texts, user_data)
 *     @texts (element-type PiscesAltText): those of all languages that differ
 *     from the image's.  An empty text means: remove it from the image.  The
 *     changes of pisces_texts_pane_get_keywords() are to be saved too.
 *   "decorative-requested" (pane, gboolean decorative, user_data)
 *   "use-as-prompt"        (pane, const gchar *text, user_data)
 *   "use-draft"            (pane, gpointer draft, user_data)
 *   "delete-draft"         (pane, gpointer draft, user_data)
 *     @draft is a #PiscesTextDraft of pisces_texts_pane_set_drafts().
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"
#include "ui/describe/pisces-text-drafts.h"
#include "ui/widgets/pisces-alt-texts.h"
#include "ui/widgets/pisces-keywords-field.h"

G_BEGIN_DECLS

/**
 * PiscesTextsKind:
 * @PISCES_TEXTS_SAVED: the image has them.
 * @PISCES_TEXTS_WRITTEN: the model wrote them.
 * @PISCES_TEXTS_DOUBTFUL: the model wrote them about a picture of a kind that
 *   it does not know.  They are marked, and saved only after a question.
 */
typedef enum
{
  PISCES_TEXTS_SAVED,
  PISCES_TEXTS_WRITTEN,
  PISCES_TEXTS_DOUBTFUL
} PiscesTextsKind;

#define PISCES_TYPE_TEXTS_PANE (pisces_texts_pane_get_type ())
G_DECLARE_FINAL_TYPE (PiscesTextsPane, pisces_texts_pane,
                      PISCES, TEXTS_PANE, GtkBox)

void       pisces_texts_pane_set_saved_texts (PiscesTextsPane *pane,
                                              GPtrArray       *texts,
                                              gboolean         decorative);
void       pisces_texts_pane_write           (PiscesTextsPane *pane,
                                              const gchar     *short_text,
                                              const gchar     *long_text,
                                              gboolean         doubtful);
void       pisces_texts_pane_stream          (PiscesTextsPane *pane,
                                              guint            index,
                                              const gchar     *text,
                                              gboolean         doubtful);
void       pisces_texts_pane_end_stream      (PiscesTextsPane *pane);
void       pisces_texts_pane_append          (PiscesTextsPane *pane,
                                              const gchar     *text);
gchar    * pisces_texts_pane_get_text        (PiscesTextsPane     *pane,
                                              PiscesDescribeFlags  which);
void       pisces_texts_pane_set_usable      (PiscesTextsPane *pane,
                                              gboolean         can_save,
                                              gboolean         can_rewrite,
                                              gboolean         running);
void       pisces_texts_pane_set_saved       (PiscesTextsPane *pane);
GPtrArray * pisces_texts_pane_get_unsaved    (PiscesTextsPane *pane);
void       pisces_texts_pane_set_in_image    (PiscesTextsPane *pane,
                                              GPtrArray       *texts);
void       pisces_texts_pane_see_image       (PiscesTextsPane *pane,
                                              GPtrArray       *texts);
void       pisces_texts_pane_restore         (PiscesTextsPane *pane,
                                              GPtrArray       *texts);
const gchar *
           pisces_texts_pane_get_language    (PiscesTextsPane *pane);
PiscesKeywordsField *
           pisces_texts_pane_get_keywords    (PiscesTextsPane *pane);
gboolean   pisces_texts_pane_get_decorative  (PiscesTextsPane *pane);
void       pisces_texts_pane_set_drafts      (PiscesTextsPane *pane,
                                              PiscesTextDrafts *drafts);
void       pisces_texts_pane_discard         (PiscesTextsPane *pane);
void       pisces_texts_pane_save            (PiscesTextsPane *pane);

G_END_DECLS
