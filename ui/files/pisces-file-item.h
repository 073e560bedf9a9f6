/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-item.h: one picture file of a list that is being described, and
 * its texts and keywords.  Reads and writes no file, and needs no display.
 *
 * Signals: "changed" (item, user_data).
 */

#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "ui/files/pisces-file-keywords.h"
#include "ui/files/pisces-file-text.h"

G_BEGIN_DECLS

/**
 * PiscesFileState:
 * @PISCES_FILE_WAITING: it waits to be described.
 * @PISCES_FILE_DESCRIBING: it is being described.
 * @PISCES_FILE_WRITTEN: the model has written a text, which is not saved.
 * @PISCES_FILE_EDITED: a person has written a text, which is not saved.
 * @PISCES_FILE_SAVED: the text has been saved in the file.
 * @PISCES_FILE_HAS_TEXT: the file already had a text.
 * @PISCES_FILE_FAILED: see pisces_file_item_get_problem(); there may be a text
 *   as well.
 */
typedef enum
{
  PISCES_FILE_WAITING,
  PISCES_FILE_DESCRIBING,
  PISCES_FILE_WRITTEN,
  PISCES_FILE_EDITED,
  PISCES_FILE_SAVED,
  PISCES_FILE_HAS_TEXT,
  PISCES_FILE_FAILED
} PiscesFileState;

#define PISCES_TYPE_FILE_ITEM (pisces_file_item_get_type ())
G_DECLARE_FINAL_TYPE (PiscesFileItem, pisces_file_item,
                      PISCES, FILE_ITEM, GObject)

PiscesFileItem  * pisces_file_item_new              (const gchar     *path);

const gchar     * pisces_file_item_get_path         (PiscesFileItem  *item);
const gchar     * pisces_file_item_get_name         (PiscesFileItem  *item);
PiscesFileState   pisces_file_item_get_state        (PiscesFileItem  *item);
const gchar     * pisces_file_item_get_language     (PiscesFileItem  *item);
void              pisces_file_item_set_language     (PiscesFileItem  *item,
                                                     const gchar     *language);
const gchar     * pisces_file_item_get_text         (PiscesFileItem  *item);
const PiscesFileText
                * pisces_file_item_get_unsaved_text (PiscesFileItem  *item,
                                                     const gchar     *language);
GPtrArray       * pisces_file_item_get_unsaved_texts
                                                    (PiscesFileItem  *item);
PiscesFileKeywords
                * pisces_file_item_get_keywords    (PiscesFileItem  *item);
const gchar     * pisces_file_item_get_problem      (PiscesFileItem  *item);
guint             pisces_file_item_count_unsaved    (PiscesFileItem  *item);
gboolean          pisces_file_item_get_doubtful     (PiscesFileItem  *item);
gboolean          pisces_file_item_get_machine_made (PiscesFileItem  *item);
gboolean          pisces_file_item_get_unsaved      (PiscesFileItem  *item);
gboolean          pisces_file_item_get_decorative   (PiscesFileItem  *item);
gboolean          pisces_file_item_get_looked_at    (PiscesFileItem  *item);
const gchar     * pisces_file_item_get_version      (PiscesFileItem  *item);
void              pisces_file_item_set_version      (PiscesFileItem  *item,
                                                     const gchar     *version);
void              pisces_file_item_move_version     (PiscesFileItem  *item,
                                                     const gchar     *before,
                                                     const gchar     *after);
void              pisces_file_item_see_version      (PiscesFileItem  *item,
                                                     const gchar     *version);
GdkPixbuf       * pisces_file_item_get_thumbnail    (PiscesFileItem  *item);
void              pisces_file_item_set_thumbnail    (PiscesFileItem  *item,
                                                     GdkPixbuf       *thumbnail);

void              pisces_file_item_set_found        (PiscesFileItem  *item,
                                                     const gchar     *text,
                                                     gboolean         has_text,
                                                     gboolean         decorative);
gboolean          pisces_file_item_queue            (PiscesFileItem  *item,
                                                     gboolean         overwrite);
gboolean          pisces_file_item_begin            (PiscesFileItem  *item);
void              pisces_file_item_stop             (PiscesFileItem  *item);
void              pisces_file_item_write            (PiscesFileItem  *item,
                                                     const gchar     *text,
                                                     gboolean         doubtful);
void              pisces_file_item_edit             (PiscesFileItem  *item,
                                                     const gchar     *text);
void              pisces_file_item_restore          (PiscesFileItem  *item,
                                                     const PiscesFileText
                                                                     *text);
void              pisces_file_item_set_saved        (PiscesFileItem  *item,
                                                     const gchar     *language,
                                                     const gchar     *text);
void              pisces_file_item_set_keywords_saved
                                                    (PiscesFileItem  *item,
                                                     const gchar * const
                                                                     *added,
                                                     const gchar * const
                                                                     *removed);
void              pisces_file_item_fail             (PiscesFileItem  *item,
                                                     const gchar     *problem);
void              pisces_file_item_pass_over        (PiscesFileItem  *item,
                                                     const gchar     *problem);

G_END_DECLS
