/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * staging.h: the folder for a download that is not complete yet.
 */

#pragma once

#include "ui/models/pisces-catalog.h"

G_BEGIN_DECLS

gchar    * pisces_staging_get_folder  (PiscesCatalogModel  *model,
                                       const gchar         *store);
int        pisces_staging_lock        (PiscesCatalogModel  *model,
                                       const gchar         *store,
                                       GError             **error);
void       pisces_staging_unlock      (PiscesCatalogModel  *model,
                                       const gchar         *store,
                                       int                  lock);
void       pisces_staging_drop_others (PiscesCatalogModel  *model,
                                       const gchar         *store);
gboolean   pisces_staging_check_space (const gchar         *store,
                                       guint64              n_bytes,
                                       GError             **error);
gboolean   pisces_staging_delete      (const gchar         *folder,
                                       GError             **error);

G_END_DECLS
