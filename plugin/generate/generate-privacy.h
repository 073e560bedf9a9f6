/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-privacy.h: keeps prompts out of files, and removes them from
 * images.
 */

#pragma once

#include "ui/generate/pisces-result-pane.h"

#include "plugin/session.h"

G_BEGIN_DECLS

typedef void (* PiscesRemovedFunc) (gint32   image_id,
                                    gpointer user_data);

void    pisces_generate_privacy_connect  (PiscesSession     *session,
                                          PiscesResultPane  *pane,
                                          PiscesRemovedFunc  removed,
                                          gpointer           user_data);
gchar * pisces_generate_privacy_describe (gint32             image_id);

G_END_DECLS
