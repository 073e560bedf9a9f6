/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * find-pictures.h: the picture files among files and folders.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PiscesFoundPicture:
 * @path: absolute.
 * @name: as the person who named the file or its folder would write it.
 * @problem: (nullable): a sentence that says why it is passed over.
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
