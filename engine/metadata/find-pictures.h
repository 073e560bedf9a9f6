/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * find-pictures.h: finds the picture files among files and folders.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PiscesFoundPicture:
 * @path: the absolute path.
 * @name: the path as the user would write it, starting with the file or folder
 *   that they named.
 * @problem: (nullable): a sentence that says why it cannot be used.
 */
typedef struct
{
  gchar *path;
  gchar *name;
  gchar *problem;
} PiscesFoundPicture;

GPtrArray * pisces_find_pictures (const gchar * const  *paths,
                                  GCancellable         *cancellable);

G_END_DECLS
