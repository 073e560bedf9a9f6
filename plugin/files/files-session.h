/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * files-session.h: the Describe Files window, connected with the engine and
 * files.
 */

#pragma once

#include "plugin/extension.h"

G_BEGIN_DECLS

gboolean pisces_files_session_present (PiscesExtension      *extension,
                                       const gchar * const  *paths,
                                       GError              **error);

G_END_DECLS
