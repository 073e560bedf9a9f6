/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * settings.h: what the windows remember from one session to the next.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

GKeyFile * pisces_settings_load (void);
gboolean   pisces_settings_save (GKeyFile  *settings,
                                 GError   **error);

gboolean   pisces_settings_keep_prompts_out
                                (void);
gboolean   pisces_settings_mark_as_ai
                                (void);

G_END_DECLS
