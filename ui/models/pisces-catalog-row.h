/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-catalog-row.h: shows one model that can be downloaded, and the
 * progress of its download.
 *
 * Signals, each (row, user_data): "download-requested", "stop-requested",
 * "discard-requested".
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/models/pisces-catalog.h"

G_BEGIN_DECLS

#define PISCES_TYPE_CATALOG_ROW (pisces_catalog_row_get_type ())
G_DECLARE_FINAL_TYPE (PiscesCatalogRow, pisces_catalog_row,
                      PISCES, CATALOG_ROW, GtkBox)

GtkWidget          * pisces_catalog_row_new       (PiscesCatalogModel *model);
PiscesCatalogModel * pisces_catalog_row_get_model (PiscesCatalogRow   *row);

gchar              * pisces_catalog_row_to_words  (guint64             done_bytes,
                                                   guint64             n_bytes,
                                                   gdouble             seconds_left);

G_END_DECLS
