/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-session.h: the Generate Layer window, connected with the engine and
 * an image.
 */

#pragma once

#include "plugin/extension.h"

G_BEGIN_DECLS

gboolean pisces_generate_session_present (PiscesExtension  *extension,
                                          GimpImage        *image,
                                          const gchar      *prompt,
                                          GError          **error);
gboolean pisces_generate_session_present_new
                                         (PiscesExtension  *extension,
                                          GError          **error);

GimpValueArray *
         pisces_generate_session_call    (GimpProcedure        *procedure,
                                          GimpProcedureConfig  *config,
                                          PiscesExtension      *extension,
                                          GimpImage            *image,
                                          const gchar          *place);

G_END_DECLS
