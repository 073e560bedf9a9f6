/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * get-models.h: the window of models that can be downloaded, and the
 * downloads.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _PiscesGetModels PiscesGetModels;

/**
 * PiscesDownloadedFunc:
 * @folder: the folder of the downloaded model.
 */
typedef void    (* PiscesDownloadedFunc)     (const gchar          *folder,
                                              gpointer              user_data);

PiscesGetModels  * pisces_get_models_new     (const gchar          *store,
                                              PiscesDownloadedFunc  downloaded,
                                              gpointer              user_data);
void               pisces_get_models_present (PiscesGetModels      *get_models,
                                              GtkWindow            *parent);

G_END_DECLS
