/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-keywords.h: the keywords of a picture file, and what is to change
 * about them.  Those of the file are never replaced: it gets some, and loses those
 * that a person took away.  Reads and writes no file, and needs no display.
 *
 * Signals: "changed" (keywords, user_data).
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define PISCES_TYPE_FILE_KEYWORDS (pisces_file_keywords_get_type ())
G_DECLARE_FINAL_TYPE (PiscesFileKeywords, pisces_file_keywords,
                      PISCES, FILE_KEYWORDS, GObject)

PiscesFileKeywords * pisces_file_keywords_new          (void);

const gchar * const * pisces_file_keywords_get_in_file (PiscesFileKeywords  *keywords);
const gchar * const * pisces_file_keywords_get_added   (PiscesFileKeywords  *keywords);
const gchar * const * pisces_file_keywords_get_removed (PiscesFileKeywords  *keywords);
gboolean             pisces_file_keywords_get_unsaved  (PiscesFileKeywords  *keywords);
gboolean             pisces_file_keywords_get_doubtful (PiscesFileKeywords  *keywords);
const gchar        * pisces_file_keywords_get_version  (PiscesFileKeywords  *keywords);
void                 pisces_file_keywords_set_version  (PiscesFileKeywords  *keywords,
                                                        const gchar         *version);

void                 pisces_file_keywords_set_in_file  (PiscesFileKeywords  *keywords,
                                                        const gchar * const *in_file);
void                 pisces_file_keywords_write        (PiscesFileKeywords  *keywords,
                                                        const gchar * const *written,
                                                        gboolean             doubtful);
void                 pisces_file_keywords_edit         (PiscesFileKeywords  *keywords,
                                                        const gchar * const *added,
                                                        const gchar * const *removed);
void                 pisces_file_keywords_set_saved    (PiscesFileKeywords  *keywords,
                                                        const gchar * const *added,
                                                        const gchar * const *removed);

void                 pisces_file_keywords_keep         (PiscesFileKeywords  *keywords,
                                                        GKeyFile            *file,
                                                        const gchar         *group);
void                 pisces_file_keywords_call_back    (PiscesFileKeywords  *keywords,
                                                        GKeyFile            *file,
                                                        const gchar         *group);

G_END_DECLS
