/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * find-pictures.h: the picture files among files and folders.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GPtrArray * pisces_find_pictures (const gchar * const  *paths,
                                  GCancellable         *cancellable);

G_END_DECLS
