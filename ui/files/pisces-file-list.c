/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-file-list.c: the picture files that are being described.  A file is
 * in the list only once, however it was added.
 */

#include "ui/files/pisces-file-list.h"
#include "ui/widgets/pisces-alt-texts.h"

struct _PiscesFileList
{
  GObject     parent_instance;

  GListStore *items;
  gchar      *language;  /* the language that is shown */
  GHashTable *by_path;   /* path → item; the item owns both */
  guint       n_known;   /* so many items, from the first on, have been read */
};

static void     list_model_init           (GListModelInterface  *iface);
static void     pisces_file_list_finalize (GObject              *object);
static GType    get_item_type             (GListModel           *model);
static guint    get_n_items               (GListModel           *model);
static gpointer get_item                  (GListModel           *model,
                                           guint                 position);
static void     items_changed             (PiscesFileList       *list,
                                           guint                 position,
                                           guint                 removed,
                                           guint                 added);
static void     item_changed              (PiscesFileList       *list,
                                           PiscesFileItem       *item);
static PiscesFileItem * peek              (PiscesFileList       *list,
                                           guint                 position);
static PiscesFileItem * add_path          (PiscesFileList       *list,
                                           const gchar          *path);
static void     forget                    (PiscesFileList       *list,
                                           PiscesFileItem       *item);
static guint changed;

G_DEFINE_FINAL_TYPE_WITH_CODE (PiscesFileList, pisces_file_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      list_model_init))

static void
pisces_file_list_class_init (PiscesFileListClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_file_list_finalize;

  changed = g_signal_new ("changed", G_TYPE_FROM_CLASS (class),
                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                          G_TYPE_NONE, 1, PISCES_TYPE_FILE_ITEM);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items   = get_n_items;
  iface->get_item      = get_item;
}

static void
pisces_file_list_init (PiscesFileList *list)
{
  list->items    = g_list_store_new (PISCES_TYPE_FILE_ITEM);
  list->language = g_strdup (PISCES_ALT_TEXT_DEFAULT);
  list->by_path  = g_hash_table_new (g_str_hash, g_str_equal);
  g_signal_connect_swapped (list->items, "items-changed",
                            G_CALLBACK (items_changed), list);
}

static void
pisces_file_list_finalize (GObject *object)
{
  PiscesFileList *list = PISCES_FILE_LIST (object);

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (list)); i++)
    g_signal_handlers_disconnect_by_data (peek (list, i), list);
  g_hash_table_unref (list->by_path);
  g_signal_handlers_disconnect_by_data (list->items, list);
  g_object_unref (list->items);
  g_free (list->language);

  G_OBJECT_CLASS (pisces_file_list_parent_class)->finalize (object);
}


/*  public functions  */

/**
 * pisces_file_list_new:
 *
 * Returns: (transfer full): an empty list.
 */
PiscesFileList *
pisces_file_list_new (void)
{
  return g_object_new (PISCES_TYPE_FILE_LIST, NULL);
}

/**
 * pisces_file_list_add:
 * @paths: (element-type filename): the files to add.
 *
 * Appends the files that are not in the list yet, and emits one signal for all
 * of them.
 *
 * Returns: how many were added.
 */
guint
pisces_file_list_add (PiscesFileList *list,
                      GPtrArray      *paths)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < paths->len; i++)
    {
      PiscesFileItem *item = add_path (list, paths->pdata[i]);

      if (item)
        g_ptr_array_add (items, item);
    }

  if (items->len > 0)
    g_list_store_splice (list->items, get_n_items (G_LIST_MODEL (list)), 0,
                         items->pdata, items->len);

  return items->len;
}

/**
 * pisces_file_list_remove:
 * @items: (element-type PiscesFileItem): items of the list.
 *
 * Removes them even if their texts are not saved; the caller has to ask the
 * user first.
 */
void
pisces_file_list_remove (PiscesFileList *list,
                         GPtrArray      *items)
{
  for (guint i = 0; i < items->len; i++)
    {
      g_autoptr (PiscesFileItem) item = g_object_ref (items->pdata[i]);
      guint                      position;

      if (! g_list_store_find (list->items, item, &position))
        continue;

      forget (list, item);
      g_list_store_remove (list->items, position);
    }
}

void
pisces_file_list_clear (PiscesFileList *list)
{
  for (guint i = 0; i < get_n_items (G_LIST_MODEL (list)); i++)
    forget (list, peek (list, i));

  g_list_store_remove_all (list->items);
}

/**
 * pisces_file_list_find:
 *
 * Returns: (transfer none) (nullable): the item of the file at @path.
 */
PiscesFileItem *
pisces_file_list_find (PiscesFileList *list,
                       const gchar    *path)
{
  return g_hash_table_lookup (list->by_path, path);
}

/**
 * pisces_file_list_find_state:
 *
 * Returns: (transfer none) (nullable): the first item that is in @state.
 */
PiscesFileItem *
pisces_file_list_find_state (PiscesFileList  *list,
                             PiscesFileState  state)
{
  for (guint i = 0; i < get_n_items (G_LIST_MODEL (list)); i++)
    if (pisces_file_item_get_state (peek (list, i)) == state)
      return peek (list, i);

  return NULL;
}

/**
 * pisces_file_list_find_unknown:
 *
 * Returns: (transfer none) (nullable): the first item whose file has not been
 *   read yet.
 */
PiscesFileItem *
pisces_file_list_find_unknown (PiscesFileList *list)
{
  guint n_items = get_n_items (G_LIST_MODEL (list));

  for (; list->n_known < n_items; list->n_known++)
    {
      PiscesFileItem *item = peek (list, list->n_known);

      if (! pisces_file_item_get_looked_at (item) &&
          pisces_file_item_get_state (item) != PISCES_FILE_FAILED)
        return item;
    }

  return NULL;
}

/**
 * pisces_file_list_set_language:
 * @language: a BCP 47 tag or %PISCES_ALT_TEXT_DEFAULT; a new list shows the
 *   latter.
 *
 * Shows another language in all items; see pisces_file_item_set_language().
 */
void
pisces_file_list_set_language (PiscesFileList *list,
                               const gchar    *language)
{
  gchar *copy = g_strdup (language);

  g_free (list->language);
  list->language = copy;
  list->n_known  = 0;
  for (guint i = 0; i < get_n_items (G_LIST_MODEL (list)); i++)
    pisces_file_item_set_language (peek (list, i), language);
}

/**
 * pisces_file_list_queue:
 * @overwrite: see pisces_file_item_queue().
 *
 * Returns: how many files now wait to be described.
 */
guint
pisces_file_list_queue (PiscesFileList *list,
                        gboolean        overwrite)
{
  guint n = 0;

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (list)); i++)
    n += pisces_file_item_queue (peek (list, i), overwrite);

  return n;
}

guint
pisces_file_list_count (PiscesFileList  *list,
                        PiscesFileState  state)
{
  guint n = 0;

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (list)); i++)
    n += pisces_file_item_get_state (peek (list, i)) == state;

  return n;
}

/**
 * pisces_file_list_get_unsaved:
 *
 * Returns: (transfer full) (element-type PiscesFileItem): the items with
 *   unsaved texts.
 */
GPtrArray *
pisces_file_list_get_unsaved (PiscesFileList *list)
{
  GPtrArray *unsaved = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (list)); i++)
    if (pisces_file_item_get_unsaved (peek (list, i)))
      g_ptr_array_add (unsaved, g_object_ref (peek (list, i)));

  return unsaved;
}

/**
 * pisces_file_list_count_unsaved:
 *
 * Returns: how many texts are not saved; a file may have several, in different
 *   languages.
 */
guint
pisces_file_list_count_unsaved (PiscesFileList *list)
{
  guint n = 0;

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (list)); i++)
    n += pisces_file_item_count_unsaved (peek (list, i));

  return n;
}


/*  private functions  */

static GType
get_item_type (GListModel *model)
{
  return PISCES_TYPE_FILE_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (PISCES_FILE_LIST (model)->items));
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  return g_list_model_get_item (G_LIST_MODEL (PISCES_FILE_LIST (model)->items),
                                position);
}

static void
items_changed (PiscesFileList *list,
               guint           position,
               guint           removed,
               guint           added)
{
  list->n_known = MIN (list->n_known, position);
  g_list_model_items_changed (G_LIST_MODEL (list), position, removed, added);
}

static void
item_changed (PiscesFileList *list,
              PiscesFileItem *item)
{
  g_signal_emit (list, changed, 0, item);
}

/* Returns the item without a new reference, as the list keeps one.  */
static PiscesFileItem *
peek (PiscesFileList *list,
      guint           position)
{
  g_autoptr (PiscesFileItem) item = get_item (G_LIST_MODEL (list), position);

  return item;
}

/* Returns a new item that is not in the list yet; NULL if there already is one
 * for @path.  */
static PiscesFileItem *
add_path (PiscesFileList *list,
          const gchar    *path)
{
  PiscesFileItem *item;

  if (pisces_file_list_find (list, path))
    return NULL;

  item = pisces_file_item_new (path);
  pisces_file_item_set_language (item, list->language);
  g_signal_connect_swapped (item, "changed", G_CALLBACK (item_changed), list);
  g_hash_table_insert (list->by_path,
                       (gpointer) pisces_file_item_get_path (item), item);

  return item;
}

static void
forget (PiscesFileList *list,
        PiscesFileItem *item)
{
  g_hash_table_remove (list->by_path, pisces_file_item_get_path (item));
  g_signal_handlers_disconnect_by_data (item, list);
}
