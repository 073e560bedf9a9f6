/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-vary.h: pictures that begin with other pictures.
 */

#pragma once

#include "plugin/generate/generate-session-private.h"

G_BEGIN_DECLS

void                    pisces_generate_vary_connect (PiscesSession          *session,
                                                      GtkWidget              *pane);
PiscesGenerateRequest * pisces_generate_vary         (GenerateSession        *session,
                                                      PiscesGenerateRequest  *asked,
                                                      PiscesCanvasFill      **fill,
                                                      PiscesImage           **before,
                                                      GError                **error);
PiscesImage           * pisces_generate_vary_find    (gint32                  image_id,
                                                      const gchar            *digest,
                                                      GError                **error);

G_END_DECLS
