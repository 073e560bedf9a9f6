/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * stand-in.h: the procedures of the resident process, and ordinary ones that
 * replace them when that process is gone.
 */

#pragma once

#include "plugin/extension.h"

G_BEGIN_DECLS

GimpProcedure * pisces_stand_in_procedure_new       (PiscesExtension  *extension,
                                                     const gchar      *name,
                                                     GimpRunFunc       run);
GimpProcedure * pisces_stand_in_image_procedure_new (PiscesExtension  *extension,
                                                     const gchar      *name,
                                                     GimpRunImageFunc  run);
void            pisces_stand_in_set_menu            (PiscesExtension  *extension,
                                                     GimpProcedure    *procedure,
                                                     const gchar      *label,
                                                     const gchar      *path,
                                                     const gchar      *icon);

G_END_DECLS
