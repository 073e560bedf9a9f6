/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * extend-dialog.h: asks how an image is to be extended, and does it.
 */

#pragma once

#include "plugin/extension.h"

G_BEGIN_DECLS

gboolean pisces_extend_dialog_present (PiscesExtension  *extension,
                                       GimpImage        *image,
                                       GError          **error);

G_END_DECLS
