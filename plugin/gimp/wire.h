/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wire.h: makes sure that each answer from GIMP reaches the code that asked
 * for it.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean pisces_wire_guard     (void);
gboolean pisces_wire_has_calls (void);
void     pisces_wire_run_calls (void);

G_END_DECLS
