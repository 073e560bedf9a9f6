/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * description.h: what every model's description is put through.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gchar * pisces_description_tidy (gchar *text);

G_END_DECLS
