/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wire.h: answers of GIMP reach the one who asked.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean pisces_wire_guard (gpointer plug_in);

G_END_DECLS
