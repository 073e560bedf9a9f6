/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-model-item.c: one model folder, and what the engine found in it.
 */

#include "ui/models/pisces-model-list.h"

struct _PiscesModelItem
{
  GObject            parent_instance;

  gchar             *folder;
  PiscesModelSource  source;
  gchar             *name;
  PiscesModelInfo   *info;      /* NULL if there is a problem */
  gchar             *problem;
};

static void pisces_model_item_finalize (GObject *object);

G_DEFINE_FINAL_TYPE (PiscesModelItem, pisces_model_item, G_TYPE_OBJECT)

static void
pisces_model_item_class_init (PiscesModelItemClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_model_item_finalize;
}

static void
pisces_model_item_init (PiscesModelItem *item)
{
}

static void
pisces_model_item_finalize (GObject *object)
{
  PiscesModelItem *item = PISCES_MODEL_ITEM (object);

  g_free (item->folder);
  g_free (item->name);
  g_free (item->problem);
  g_clear_pointer (&item->info, pisces_model_info_free);

  G_OBJECT_CLASS (pisces_model_item_parent_class)->finalize (object);
}


/*  public functions  */

/**
 * pisces_model_item_new:
 * @folder: a folder, which may contain anything.
 *
 * Lets the engine inspect the folder, which reads a few small files.  May be
 * called from any thread.
 */
PiscesModelItem *
pisces_model_item_new (const gchar       *folder,
                       PiscesModelSource  source)
{
  PiscesModelItem    *item  = g_object_new (PISCES_TYPE_MODEL_ITEM, NULL);
  g_autoptr (GError)  error = NULL;

  item->folder = g_strdup (folder);
  item->source = source;
  item->info   = pisces_model_inspect (folder, &error);

  if (item->info)
    item->name = g_strdup (item->info->name);
  else
    {
      item->name    = g_filename_display_basename (folder);
      item->problem = g_utf8_make_valid (error->message, -1);
    }

  return item;
}

const gchar *
pisces_model_item_get_folder (PiscesModelItem *item)
{
  return item->folder;
}

PiscesModelSource
pisces_model_item_get_source (PiscesModelItem *item)
{
  return item->source;
}

const gchar *
pisces_model_item_get_name (PiscesModelItem *item)
{
  return item->name;
}

/**
 * pisces_model_item_get_licence:
 *
 * Returns: (nullable): the licence in its config.json; for the built-in model,
 *   the plug-in's own licence.
 */
const gchar *
pisces_model_item_get_licence (PiscesModelItem *item)
{
  if (item->info && item->info->licence && *item->info->licence)
    return item->info->licence;

  return item->source == PISCES_MODEL_BUILT_IN ? "GPL-3.0-or-later" : NULL;
}

/**
 * pisces_model_item_get_info:
 *
 * Returns: (nullable): what the engine knows about it; %NULL if the model
 *   cannot be used.
 */
const PiscesModelInfo *
pisces_model_item_get_info (PiscesModelItem *item)
{
  return item->info;
}

/**
 * pisces_model_item_get_problem:
 *
 * Returns: (nullable): why the model cannot be used, as a sentence.
 */
const gchar *
pisces_model_item_get_problem (PiscesModelItem *item)
{
  return item->problem;
}
