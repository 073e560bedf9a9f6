/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-session.h: the Describe Image window, connected with the engine and
 * an image.
 */

#pragma once

#include "plugin/extension.h"

G_BEGIN_DECLS

gboolean pisces_describe_session_present (PiscesExtension  *extension,
                                          GimpImage        *image,
                                          GError          **error);

G_END_DECLS
