/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-text.h: the text of a picture file in one language, and whether
 * the file has it.  Plain data; needs no display.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PiscesFileText:
 * @language: that it is written in, a BCP 47 tag or %PISCES_ALT_TEXT_DEFAULT.
 * @text: as it is now, without space around it.
 * @in_file: that the file has, as far as known.
 * @version: (nullable): says which file it is of, so that it is saved in no
 *   other that has the same path meanwhile.
 * @machine_made: whether it is the model's, and no person has touched it.
 * @doubtful: whether it is the model's, about a picture that it does not know.
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

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesFileText, pisces_file_text_free)

G_END_DECLS
