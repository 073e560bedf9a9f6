/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-target-combo.h: the choice of the image that pictures go into.
 *
 * Signals:
 *
 *   "chosen" (combo, gint image_id, user_data): the user chose an image; 0 is
 *     a new one
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * PiscesTargetImage:
 * @id: the ID of the image, not 0.
 * @name: the name that the user knows.
 */
typedef struct
{
  gint32  id;
  gchar  *name;
} PiscesTargetImage;

GPtrArray * pisces_target_images_new         (void);
void        pisces_target_images_add         (GPtrArray         *images,
                                              gint32             id,
                                              const gchar       *name);

#define PISCES_TYPE_TARGET_COMBO (pisces_target_combo_get_type ())
G_DECLARE_FINAL_TYPE (PiscesTargetCombo, pisces_target_combo,
                      PISCES, TARGET_COMBO, GtkComboBoxText)

void        pisces_target_combo_set_images   (PiscesTargetCombo *combo,
                                              GPtrArray         *images,
                                              gint32             chosen);

G_END_DECLS
