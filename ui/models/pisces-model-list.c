/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-model-list.c: the models of this machine.  A thread inspects the
 * folders, because one of them may be on a disk that has to spin up first.
 */

#include <string.h>

#include "ui/models/pisces-model-list.h"

struct _PiscesModelList
{
  GObject     parent_instance;

  GListStore *items;
  GPtrArray  *added;       /* gchar *, folders in the user's order */
  gchar      *store;
};

/* A copy of the data that the thread needs.  */
typedef struct
{
  gchar  *store;
  gchar **added;
} Look;

static void        list_model_init            (GListModelInterface  *iface);
static void        pisces_model_list_finalize (GObject              *object);
static GType       get_item_type              (GListModel           *model);
static guint       get_n_items                (GListModel           *model);
static gpointer    get_item                   (GListModel           *model,
                                               guint                 position);
static void        items_changed              (PiscesModelList      *list,
                                               guint                 position,
                                               guint                 removed,
                                               guint                 added);
static gint        find_added                 (PiscesModelList      *list,
                                               const gchar          *folder);
static void        look_free                  (gpointer              data);
static void        look_thread                (GTask                *task,
                                               gpointer              source,
                                               gpointer              data,
                                               GCancellable         *cancellable);
static void        look_at_store              (const gchar          *store,
                                               GPtrArray            *items);
static void        look_at                    (const gchar          *folder,
                                               PiscesModelSource     source,
                                               GPtrArray            *items);
static gint        compare_names              (gconstpointer         a,
                                               gconstpointer         b);

G_DEFINE_FINAL_TYPE_WITH_CODE (PiscesModelList, pisces_model_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      list_model_init))

static void
pisces_model_list_class_init (PiscesModelListClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_model_list_finalize;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items   = get_n_items;
  iface->get_item      = get_item;
}

static void
pisces_model_list_init (PiscesModelList *list)
{
  list->items = g_list_store_new (PISCES_TYPE_MODEL_ITEM);
  list->added = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect_swapped (list->items, "items-changed",
                            G_CALLBACK (items_changed), list);
}

static void
pisces_model_list_finalize (GObject *object)
{
  PiscesModelList *list = PISCES_MODEL_LIST (object);

  g_object_unref (list->items);
  g_ptr_array_unref (list->added);
  g_free (list->store);

  G_OBJECT_CLASS (pisces_model_list_parent_class)->finalize (object);
}


/*  public functions  */

/**
 * pisces_model_list_new:
 * @store: the folder of downloaded models, which need not exist.
 *
 * Returns: (transfer full): a list, empty until it is refreshed.
 */
PiscesModelList *
pisces_model_list_new (const gchar *store)
{
  PiscesModelList *list = g_object_new (PISCES_TYPE_MODEL_LIST, NULL);

  list->store = g_strdup (store);

  return list;
}

const gchar *
pisces_model_list_get_store (PiscesModelList *list)
{
  return list->store;
}

/**
 * pisces_model_list_set_added:
 * @folders: (nullable): the folders that the user added, %NULL-terminated.
 *
 * Call pisces_model_list_refresh_async() afterwards.
 */
void
pisces_model_list_set_added (PiscesModelList     *list,
                             const gchar * const *folders)
{
  g_ptr_array_set_size (list->added, 0);
  for (guint i = 0; folders && folders[i]; i++)
    pisces_model_list_add (list, folders[i]);
}

/**
 * pisces_model_list_get_added:
 *
 * Returns: (transfer full): the folders that the user added.
 */
gchar **
pisces_model_list_get_added (PiscesModelList *list)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < list->added->len; i++)
    g_strv_builder_add (builder, list->added->pdata[i]);

  return g_strv_builder_end (builder);
}

/**
 * pisces_model_list_add:
 *
 * Call pisces_model_list_refresh_async() afterwards.
 *
 * Returns: %FALSE if it was added before.
 */
gboolean
pisces_model_list_add (PiscesModelList *list,
                       const gchar     *folder)
{
  g_autofree gchar *path = g_canonicalize_filename (folder, NULL);

  if (find_added (list, path) >= 0)
    return FALSE;

  g_ptr_array_add (list->added, g_steal_pointer (&path));

  return TRUE;
}

/**
 * pisces_model_list_remove:
 *
 * Forgets a folder that the user added; its files are left alone.  Call
 * pisces_model_list_refresh_async() afterwards.
 */
void
pisces_model_list_remove (PiscesModelList *list,
                          const gchar     *folder)
{
  gint index = find_added (list, folder);

  if (index >= 0)
    g_ptr_array_remove_index (list->added, index);
}

/**
 * pisces_model_list_find:
 *
 * Returns: (transfer none) (nullable): the model in @folder.
 */
PiscesModelItem *
pisces_model_list_find (PiscesModelList *list,
                        const gchar     *folder)
{
  guint n_items = get_n_items (G_LIST_MODEL (list));

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (PiscesModelItem) item = get_item (G_LIST_MODEL (list), i);

      if (g_str_equal (pisces_model_item_get_folder (item), folder))
        return item;
    }

  return NULL;
}

/**
 * pisces_model_list_refresh_async:
 *
 * Inspects all folders again.
 */
void
pisces_model_list_refresh_async (PiscesModelList     *list,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask)  task = g_task_new (list, NULL, callback, user_data);
  Look              *look = g_new0 (Look, 1);

  look->store = g_strdup (list->store);
  look->added = pisces_model_list_get_added (list);

  g_task_set_source_tag (task, pisces_model_list_refresh_async);
  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, look_thread);
}

/**
 * pisces_model_list_refresh_finish:
 *
 * Call this in the callback; the list changes only here.
 */
void
pisces_model_list_refresh_finish (PiscesModelList *list,
                                  GAsyncResult    *result)
{
  g_autoptr (GPtrArray) items = g_task_propagate_pointer (G_TASK (result), NULL);

  g_list_store_splice (list->items, 0, get_n_items (G_LIST_MODEL (list)),
                       items->pdata, items->len);
}

/**
 * pisces_memory_parse_available:
 * @meminfo: the text of /proc/meminfo.
 *
 * Returns: how many bytes programs can still get without swapping, as
 *   estimated by Linux; 0 if it is not in the text.
 */
guint64
pisces_memory_parse_available (const gchar *meminfo)
{
  const gchar *line = strstr (meminfo, "MemAvailable:");

  if (! line || (line != meminfo && line[-1] != '\n'))
    return 0;

  return g_ascii_strtoull (line + strlen ("MemAvailable:"), NULL, 10) * 1024;
}

guint64
pisces_memory_get_available (void)
{
  g_autofree gchar *text = NULL;

  if (! g_file_get_contents ("/proc/meminfo", &text, NULL, NULL))
    return 0;

  return pisces_memory_parse_available (text);
}


/*  private functions  */

static GType
get_item_type (GListModel *model)
{
  return PISCES_TYPE_MODEL_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (PISCES_MODEL_LIST (model)->items));
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (PISCES_MODEL_LIST (model)->items),
                                position);
}

static void
items_changed (PiscesModelList *list,
               guint            position,
               guint            removed,
               guint            added)
{
  g_list_model_items_changed (G_LIST_MODEL (list), position, removed, added);
}

static gint
find_added (PiscesModelList *list,
            const gchar     *folder)
{
  for (guint i = 0; i < list->added->len; i++)
    if (g_str_equal (list->added->pdata[i], folder))
      return (gint) i;

  return -1;
}

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->store);
  g_strfreev (look->added);
  g_free (look);
}

static void
look_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  Look             *look     = data;
  GPtrArray        *items    = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree gchar *built_in = pisces_default_model_folder ();
  const gchar      *wish     = g_getenv ("PISCES_MODEL_DIR");
  const gchar      *compares = g_getenv (PISCES_COMPARE_VARIABLE);

  look_at (built_in, wish && *wish ? PISCES_MODEL_FROM_ENVIRONMENT :
                                     PISCES_MODEL_BUILT_IN, items);
  if (compares && *compares)
    look_at (compares, PISCES_MODEL_FROM_ENVIRONMENT, items);
  look_at_store (look->store, items);
  for (guint i = 0; look->added[i]; i++)
    look_at (look->added[i], PISCES_MODEL_ADDED, items);

  g_task_return_pointer (task, items, (GDestroyNotify) g_ptr_array_unref);
}

/* Skips hidden folders, because they are unfinished downloads.  */
static void
look_at_store (const gchar *store,
               GPtrArray   *items)
{
  g_autoptr (GDir)       dir   = g_dir_open (store, 0, NULL);
  g_autoptr (GPtrArray)  found = g_ptr_array_new_with_free_func (g_free);
  const gchar           *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree gchar *path = g_build_filename (store, name, NULL);

      if (name[0] != '.' && g_file_test (path, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (found, g_steal_pointer (&path));
    }

  g_ptr_array_sort (found, compare_names);
  for (guint i = 0; i < found->len; i++)
    look_at (found->pdata[i], PISCES_MODEL_DOWNLOADED, items);
}

/* Skips a folder that is already in the list for another reason.  */
static void
look_at (const gchar       *folder,
         PiscesModelSource  source,
         GPtrArray         *items)
{
  for (guint i = 0; i < items->len; i++)
    if (g_str_equal (pisces_model_item_get_folder (items->pdata[i]), folder))
      return;

  g_ptr_array_add (items, pisces_model_item_new (folder, source));
}

static gint
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_utf8_collate (*(gchar * const *) a, *(gchar * const *) b);
}
