/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-word-marks.h: marks in a prompt what the model does not understand.
 */

#pragma once

#include <gtk/gtk.h>

#include "engine/pisces.h"

G_BEGIN_DECLS

typedef struct
{
  GtkTextBuffer *buffer;
  GtkWidget     *label;
  GtkTextTag    *unknown;
  GtkTextTag    *left_out;
} PiscesWordMarks;

void pisces_word_marks_init (PiscesWordMarks         *marks,
                             GtkTextBuffer           *buffer,
                             GtkWidget               *label);
void pisces_word_marks_show (PiscesWordMarks         *marks,
                             const gchar             *prompt,
                             const PiscesPromptCheck *check);

G_END_DECLS
