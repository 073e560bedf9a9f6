/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-model-list.h: the models of this machine: the built-in one, folders
 * that the user added, and those that were downloaded.  Needs no display.
 */

#pragma once

#include "engine/pisces.h"

G_BEGIN_DECLS

/**
 * PiscesModelSource:
 * @PISCES_MODEL_BUILT_IN: it came with the plug-in.
 * @PISCES_MODEL_FROM_ENVIRONMENT: `$PISCES_MODEL_DIR` names it; it replaces
 *   the built-in one.
 * @PISCES_MODEL_ADDED: the user added its folder, whose files are never
 *   changed.
 * @PISCES_MODEL_DOWNLOADED: it is in the folder of downloaded models.
 */
typedef enum
{
  PISCES_MODEL_BUILT_IN,
  PISCES_MODEL_FROM_ENVIRONMENT,
  PISCES_MODEL_ADDED,
  PISCES_MODEL_DOWNLOADED
} PiscesModelSource;

/*  one model; never changes  */

#define PISCES_TYPE_MODEL_ITEM (pisces_model_item_get_type ())
G_DECLARE_FINAL_TYPE (PiscesModelItem, pisces_model_item,
                      PISCES, MODEL_ITEM, GObject)

PiscesModelItem       * pisces_model_item_new            (const gchar          *folder,
                                                          PiscesModelSource     source);
const gchar           * pisces_model_item_get_folder     (PiscesModelItem      *item);
PiscesModelSource       pisces_model_item_get_source     (PiscesModelItem      *item);
const gchar           * pisces_model_item_get_name       (PiscesModelItem      *item);
const gchar           * pisces_model_item_get_licence    (PiscesModelItem      *item);
const PiscesModelInfo * pisces_model_item_get_info       (PiscesModelItem      *item);
const gchar           * pisces_model_item_get_problem    (PiscesModelItem      *item);

/*  the list: a GListModel of PiscesModelItem  */

#define PISCES_TYPE_MODEL_LIST (pisces_model_list_get_type ())
G_DECLARE_FINAL_TYPE (PiscesModelList, pisces_model_list,
                      PISCES, MODEL_LIST, GObject)

PiscesModelList       * pisces_model_list_new            (const gchar          *store);
const gchar           * pisces_model_list_get_store      (PiscesModelList      *list);
void                    pisces_model_list_set_added      (PiscesModelList      *list,
                                                          const gchar * const  *folders);
gchar                ** pisces_model_list_get_added      (PiscesModelList      *list);
gboolean                pisces_model_list_add            (PiscesModelList      *list,
                                                          const gchar          *folder);
void                    pisces_model_list_remove         (PiscesModelList      *list,
                                                          const gchar          *folder);
PiscesModelItem       * pisces_model_list_find           (PiscesModelList      *list,
                                                          const gchar          *folder);
void                    pisces_model_list_refresh_async  (PiscesModelList      *list,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
void                    pisces_model_list_refresh_finish (PiscesModelList      *list,
                                                          GAsyncResult         *result);

/*  memory  */

guint64                 pisces_memory_parse_available    (const gchar          *meminfo);
guint64                 pisces_memory_get_available      (void);

G_END_DECLS
