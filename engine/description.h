/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * description.h: cleans up the descriptions of all models.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gchar * pisces_description_tidy (gchar *text);

G_END_DECLS
