/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-text.h: the text of a picture file in one language, and whether
 * it is saved in the file.  Plain data; needs no display.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PiscesFileText:
 * @language: the language of the text, a BCP 47 tag or
 *   %PISCES_ALT_TEXT_DEFAULT.
 * @text: the current text, without spaces at its ends.
 * @in_file: what the file has, as far as known.
 * @version: (nullable): identifies the file that the text was written for, so
 *   that it is not saved in another file that has since taken its path.
 * @machine_made: whether the model wrote it and no person has changed it.
 * @doubtful: whether the model wrote it about a picture of a kind that it does
 *   not know.
 */
typedef struct
{
  gchar    *language;
  gchar    *text;
  gchar    *in_file;
  gchar    *version;
  gboolean  machine_made;
  gboolean  doubtful;
} PiscesFileText;

PiscesFileText * pisces_file_text_new         (const gchar          *language);
PiscesFileText * pisces_file_text_copy        (const PiscesFileText *text);
void             pisces_file_text_free        (PiscesFileText       *text);
void             pisces_file_text_set         (PiscesFileText       *text,
                                               const gchar          *words,
                                               gboolean              machine_made);
void             pisces_file_text_set_in_file (PiscesFileText       *text,
                                               const gchar          *words);
void             pisces_file_text_set_version (PiscesFileText       *text,
                                               const gchar          *version);
gboolean         pisces_file_text_is_unsaved  (const PiscesFileText *text);
gboolean         pisces_file_text_find        (GPtrArray            *texts,
                                               const gchar          *language,
                                               guint                *position);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesFileText, pisces_file_text_free)

G_END_DECLS
