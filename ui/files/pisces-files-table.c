/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-table.c: picture files, one row each.  All rows have the same
 * height, so that GTK only looks at those on the screen.  With thousands of
 * files the other rows cost nothing, and their thumbnails are not asked for.
 *
 * Longer than 500 lines, as a function of its own shows each column.
 */

#include <glib/gi18n-lib.h>

#include "ui/files/pisces-file-words.h"
#include "ui/files/pisces-files-table.h"
#include "ui/widgets/pisces-ui.h"

#define ROW_HEIGHT (PISCES_FILES_THUMBNAIL_HEIGHT + 4)

enum
{
  SELECTION_CHANGED,
  ACTIVATED,
  REMOVE_REQUESTED,
  THUMBNAIL_WANTED,
  N_SIGNALS
};

struct _PiscesFilesTable
{
  GtkScrolledWindow  parent_instance;

  GtkWidget         *view;
  GtkListStore      *store;      /* one column: the item */
  GHashTable        *iters;      /* item → GtkTreeIter in the store */
  GHashTable        *wanted;     /* items whose thumbnail was requested */
  GQueue             want;       /* items whose thumbnail is still to be
                                  * requested */
  guint              want_idle;
  PiscesFileList    *list;
  gboolean           busy;       /* whether the program, not the user, is
                                  * changing the rows */
};

static void     pisces_files_table_dispose  (GObject           *object);
static void     add_columns                 (PiscesFilesTable  *table);
static void     items_changed               (PiscesFilesTable  *table,
                                             guint              position,
                                             guint              removed,
                                             guint              added);
static void     item_changed                (PiscesFilesTable  *table,
                                             PiscesFileItem    *item);
static PiscesFileItem * get_item            (GtkTreeModel      *model,
                                             GtkTreeIter       *iter);
static void     show_thumbnail              (GtkTreeViewColumn *column,
                                             GtkCellRenderer   *cell,
                                             GtkTreeModel      *model,
                                             GtkTreeIter       *iter,
                                             gpointer           data);
static void     show_name                   (GtkTreeViewColumn *column,
                                             GtkCellRenderer   *cell,
                                             GtkTreeModel      *model,
                                             GtkTreeIter       *iter,
                                             gpointer           data);
static void     show_text                   (GtkTreeViewColumn *column,
                                             GtkCellRenderer   *cell,
                                             GtkTreeModel      *model,
                                             GtkTreeIter       *iter,
                                             gpointer           data);
static void     show_state                  (GtkTreeViewColumn *column,
                                             GtkCellRenderer   *cell,
                                             GtkTreeModel      *model,
                                             GtkTreeIter       *iter,
                                             gpointer           data);
static gboolean ask_for_thumbnails          (gpointer           data);
static gboolean find_name                   (GtkTreeModel      *model,
                                             gint               column,
                                             const gchar       *key,
                                             GtkTreeIter       *iter,
                                             gpointer           data);
static void     files_table_on_selection    (PiscesFilesTable  *table);
static void     files_table_on_activated    (PiscesFilesTable  *table);
static gboolean files_table_on_key          (PiscesFilesTable  *table,
                                             GdkEventKey       *event);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesFilesTable, pisces_files_table,
                     GTK_TYPE_SCROLLED_WINDOW)

#define SIGNAL(name, n_params, ...) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, \
                0, NULL, NULL, NULL, G_TYPE_NONE, n_params, ##__VA_ARGS__)

static void
pisces_files_table_class_init (PiscesFilesTableClass *class)
{
  G_OBJECT_CLASS (class)->dispose = pisces_files_table_dispose;

  signals[SELECTION_CHANGED] = SIGNAL ("selection-changed", 0);
  signals[ACTIVATED]         = SIGNAL ("activated", 0);
  signals[REMOVE_REQUESTED]  = SIGNAL ("remove-requested", 0);
  signals[THUMBNAIL_WANTED]  = SIGNAL ("thumbnail-wanted",
                                       1, PISCES_TYPE_FILE_ITEM);
}

static void
pisces_files_table_init (PiscesFilesTable *table)
{
  GtkScrolledWindow *scrolled = GTK_SCROLLED_WINDOW (table);
  GtkTreeSelection  *selection;

  table->store  = gtk_list_store_new (1, PISCES_TYPE_FILE_ITEM);
  table->iters  = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
  table->wanted = g_hash_table_new (NULL, NULL);
  g_queue_init (&table->want);

  table->view = gtk_tree_view_new_with_model (GTK_TREE_MODEL (table->store));
  add_columns (table);
  gtk_tree_view_set_fixed_height_mode (GTK_TREE_VIEW (table->view), TRUE);
  gtk_tree_view_set_search_equal_func (GTK_TREE_VIEW (table->view),
                                       find_name, NULL, NULL);
  pisces_ui_set_name (table->view, _("Files"));

  selection = gtk_tree_view_get_selection (GTK_TREE_VIEW (table->view));
  gtk_tree_selection_set_mode (selection, GTK_SELECTION_MULTIPLE);
  g_signal_connect_swapped (selection, "changed",
                            G_CALLBACK (files_table_on_selection), table);
  g_signal_connect_swapped (table->view, "row-activated",
                            G_CALLBACK (files_table_on_activated), table);
  g_signal_connect_swapped (table->view, "key-press-event",
                            G_CALLBACK (files_table_on_key), table);

  gtk_scrolled_window_set_policy (scrolled, GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_shadow_type (scrolled, GTK_SHADOW_IN);
  gtk_container_add (GTK_CONTAINER (table), table->view);
  gtk_widget_show (table->view);
}

static void
pisces_files_table_dispose (GObject *object)
{
  PiscesFilesTable *table = PISCES_FILES_TABLE (object);

  g_clear_handle_id (&table->want_idle, g_source_remove);
  pisces_files_table_set_list (table, NULL);
  g_clear_pointer (&table->iters, g_hash_table_unref);
  g_clear_pointer (&table->wanted, g_hash_table_unref);
  g_clear_object (&table->store);

  G_OBJECT_CLASS (pisces_files_table_parent_class)->dispose (object);
}


/*  public functions  */

/**
 * pisces_files_table_set_list:
 * @list: (nullable): the files to show.
 */
void
pisces_files_table_set_list (PiscesFilesTable *table,
                             PiscesFileList   *list)
{
  if (table->list)
    {
      g_signal_handlers_disconnect_by_data (table->list, table);
      items_changed (table, 0, g_hash_table_size (table->iters), 0);
      g_clear_object (&table->list);
    }

  if (! list)
    return;

  table->list = g_object_ref (list);
  g_signal_connect_swapped (list, "items-changed",
                            G_CALLBACK (items_changed), table);
  g_signal_connect_swapped (list, "changed",
                            G_CALLBACK (item_changed), table);
  items_changed (table, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (list)));
}

/**
 * pisces_files_table_get_selected:
 *
 * Returns: (transfer full) (element-type PiscesFileItem): the selected files,
 *   in the order of the rows.
 */
GPtrArray *
pisces_files_table_get_selected (PiscesFilesTable *table)
{
  GPtrArray        *items = g_ptr_array_new_with_free_func (g_object_unref);
  GtkTreeModel     *model = GTK_TREE_MODEL (table->store);
  GtkTreeSelection *selection;
  GList            *rows;

  selection = gtk_tree_view_get_selection (GTK_TREE_VIEW (table->view));
  rows      = gtk_tree_selection_get_selected_rows (selection, NULL);

  for (GList *row = rows; row; row = row->next)
    {
      GtkTreeIter iter;

      if (gtk_tree_model_get_iter (model, &iter, row->data))
        g_ptr_array_add (items, g_object_ref (get_item (model, &iter)));
    }

  g_list_free_full (rows, (GDestroyNotify) gtk_tree_path_free);

  return items;
}

/**
 * pisces_files_table_select:
 * @item: an item of the list.
 *
 * Selects only this row, and scrolls to it.
 */
void
pisces_files_table_select (PiscesFilesTable *table,
                           PiscesFileItem   *item)
{
  GtkTreeIter *iter = g_hash_table_lookup (table->iters, item);
  GtkTreePath *path;

  if (! iter)
    return;

  path = gtk_tree_model_get_path (GTK_TREE_MODEL (table->store), iter);
  gtk_tree_view_set_cursor (GTK_TREE_VIEW (table->view), path, NULL, FALSE);
  gtk_tree_path_free (path);
}

/**
 * pisces_files_table_move:
 * @step: 1: go to the next row; -1: go to the previous one.
 *
 * Returns: whether there is such a row.
 */
gboolean
pisces_files_table_move (PiscesFilesTable *table,
                         gint              step)
{
  GtkTreePath *path = NULL;
  GtkTreeIter  iter;
  gboolean     found;

  gtk_tree_view_get_cursor (GTK_TREE_VIEW (table->view), &path, NULL);
  if (! path)
    return FALSE;

  if (step > 0)
    gtk_tree_path_next (path);

  found = (step > 0 || gtk_tree_path_prev (path)) &&
          gtk_tree_model_get_iter (GTK_TREE_MODEL (table->store), &iter, path);
  if (found)
    gtk_tree_view_set_cursor (GTK_TREE_VIEW (table->view), path, NULL, FALSE);
  gtk_tree_path_free (path);

  return found;
}


/*  private functions  */

static void
add_column (PiscesFilesTable        *table,
            const gchar             *title,
            GtkCellRenderer         *cell,
            GtkTreeCellDataFunc      show,
            gint                     width,
            gboolean                 expand)
{
  GtkTreeViewColumn *column = gtk_tree_view_column_new ();

  gtk_tree_view_column_set_title (column, title);
  gtk_tree_view_column_set_sizing (column, GTK_TREE_VIEW_COLUMN_FIXED);
  gtk_tree_view_column_set_fixed_width (column, width);
  gtk_tree_view_column_set_resizable (column, TRUE);
  gtk_tree_view_column_set_expand (column, expand);
  gtk_tree_view_column_pack_start (column, cell, TRUE);
  gtk_tree_view_column_set_cell_data_func (column, cell, show, table, NULL);
  gtk_tree_view_append_column (GTK_TREE_VIEW (table->view), column);
}

/* The cell has as many lines as fit beside the picture; show_wrapped() breaks
 * the text into them.
 */
static GtkCellRenderer *
make_text_cell (void)
{
  GtkCellRenderer *cell = gtk_cell_renderer_text_new ();

  g_object_set (cell, "wrap-mode", PANGO_WRAP_WORD_CHAR, NULL);
  gtk_cell_renderer_set_fixed_size (cell, -1, ROW_HEIGHT);

  return cell;
}

static void
show_wrapped (GtkTreeViewColumn *column,
              GtkCellRenderer   *cell,
              const gchar       *text)
{
  gint padding;

  gtk_cell_renderer_get_padding (cell, &padding, NULL);
  g_object_set (cell, "text", text, "wrap-width",
                MAX (1, gtk_tree_view_column_get_width (column) - 2 * padding),
                NULL);
}

static gint
width_of_chars (GtkWidget *widget,
                gint       n_chars)
{
  PangoContext     *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  gint              width;

  width = PANGO_PIXELS (n_chars *
                        pango_font_metrics_get_approximate_char_width (metrics));
  pango_font_metrics_unref (metrics);

  return width;
}

static void
add_columns (PiscesFilesTable *table)
{
  GtkCellRenderer *cell  = gtk_cell_renderer_pixbuf_new ();
  GtkCellRenderer *names = gtk_cell_renderer_text_new ();
  gint             name  = width_of_chars (table->view, 20);
  gint             text  = width_of_chars (table->view, 40);
  gint             state = width_of_chars (table->view, 24);

  gtk_cell_renderer_set_fixed_size (cell, PISCES_FILES_THUMBNAIL_WIDTH,
                                    ROW_HEIGHT);
  g_object_set (names, "ellipsize", PANGO_ELLIPSIZE_MIDDLE, NULL);
  add_column (table, _("Picture"), cell, show_thumbnail,
              PISCES_FILES_THUMBNAIL_WIDTH + 12, FALSE);
  add_column (table, _("File"), names, show_name, name, FALSE);
  add_column (table, _("Text"), make_text_cell (), show_text, text, TRUE);
  add_column (table, _("State"), make_text_cell (), show_state, state, FALSE);
}

/* Selects the first row, so that the pane beside the list has a text to show.
 * A selection by the user stays.
 */
static void
select_if_none (PiscesFilesTable *table,
                guint             position)
{
  GtkTreeView *view = GTK_TREE_VIEW (table->view);
  GtkTreePath *path;

  if (gtk_tree_selection_count_selected_rows (gtk_tree_view_get_selection (view)))
    return;

  path = gtk_tree_path_new_from_indices ((gint) position, -1);
  gtk_tree_view_set_cursor (view, path, NULL, FALSE);
  gtk_tree_path_free (path);
}

/* GTK removes the rows, and their selection, one at a time.  Those who listen
 * for the selection are told once, at the end.
 */
static void
items_changed (PiscesFilesTable *table,
               guint             position,
               guint             removed,
               guint             added)
{
  GtkTreeModel *model = GTK_TREE_MODEL (table->store);
  GtkTreeIter   iter;

  table->busy = TRUE;

  for (guint i = 0; i < removed; i++)
    {
      PiscesFileItem *item;

      if (! gtk_tree_model_iter_nth_child (model, &iter, NULL, (gint) position))
        break;
      item = get_item (model, &iter);
      g_hash_table_remove (table->wanted, item);
      g_queue_remove (&table->want, item);
      gtk_list_store_remove (table->store, &iter);
      g_hash_table_remove (table->iters, item);
    }

  for (guint i = 0; i < added; i++)
    {
      PiscesFileItem *item = g_list_model_get_item (G_LIST_MODEL (table->list),
                                                    position + i);

      gtk_list_store_insert_with_values (table->store, &iter,
                                         (gint) (position + i), 0, item, -1);
      g_hash_table_insert (table->iters, item, g_memdup2 (&iter, sizeof (iter)));
    }

  if (added > 0)
    select_if_none (table, position);

  table->busy = FALSE;
  files_table_on_selection (table);
}

static void
item_changed (PiscesFilesTable *table,
              PiscesFileItem   *item)
{
  GtkTreeIter *iter = g_hash_table_lookup (table->iters, item);
  GtkTreePath *path;

  if (! iter)
    return;

  path = gtk_tree_model_get_path (GTK_TREE_MODEL (table->store), iter);
  gtk_tree_model_row_changed (GTK_TREE_MODEL (table->store), path, iter);
  gtk_tree_path_free (path);
}

/* Returns the row's item without a new reference, because the store keeps
 * one.  */
static PiscesFileItem *
get_item (GtkTreeModel *model,
          GtkTreeIter  *iter)
{
  g_autoptr (PiscesFileItem) item = NULL;

  gtk_tree_model_get (model, iter, 0, &item, -1);

  return item;
}

static void
show_thumbnail (GtkTreeViewColumn *column,
                GtkCellRenderer   *cell,
                GtkTreeModel      *model,
                GtkTreeIter       *iter,
                gpointer           data)
{
  PiscesFilesTable *table     = data;
  PiscesFileItem   *item      = get_item (model, iter);
  GdkPixbuf        *thumbnail = pisces_file_item_get_thumbnail (item);

  if (thumbnail)
    {
      /* The thumbnail is in device pixels; on a high-resolution screen GTK's
       * own unit is larger.  */
      cairo_surface_t *surface =
        gdk_cairo_surface_create_from_pixbuf (thumbnail,
                                              gtk_widget_get_scale_factor (GTK_WIDGET (table)),
                                              NULL);

      g_object_set (cell, "surface", surface, NULL);
      cairo_surface_destroy (surface);
    }
  else
    g_object_set (cell, "icon-name", "image-x-generic-symbolic", NULL);

  /* This function runs while GTK draws, so the request is only noted here and
   * sent later.  */
  if (! thumbnail && g_hash_table_add (table->wanted, item))
    {
      g_queue_push_tail (&table->want, item);
      if (! table->want_idle)
        table->want_idle = g_idle_add (ask_for_thumbnails, table);
    }
}

static gboolean
ask_for_thumbnails (gpointer data)
{
  PiscesFilesTable *table = data;
  PiscesFileItem   *item;

  table->want_idle = 0;
  while ((item = g_queue_pop_head (&table->want)))
    g_signal_emit (table, signals[THUMBNAIL_WANTED], 0, item);

  return G_SOURCE_REMOVE;
}

static void
show_name (GtkTreeViewColumn *column,
           GtkCellRenderer   *cell,
           GtkTreeModel      *model,
           GtkTreeIter       *iter,
           gpointer           data)
{
  g_object_set (cell, "text",
                pisces_file_item_get_name (get_item (model, iter)), NULL);
}

static void
show_text (GtkTreeViewColumn *column,
           GtkCellRenderer   *cell,
           GtkTreeModel      *model,
           GtkTreeIter       *iter,
           gpointer           data)
{
  show_wrapped (column, cell,
                pisces_file_item_get_text (get_item (model, iter)));
}

static void
show_state (GtkTreeViewColumn *column,
            GtkCellRenderer   *cell,
            GtkTreeModel      *model,
            GtkTreeIter       *iter,
            gpointer           data)
{
  PiscesFileItem   *item  = get_item (model, iter);
  g_autofree gchar *words = pisces_file_item_get_words (item);

  show_wrapped (column, cell, words);
  g_object_set (cell, "weight", pisces_file_item_get_unsaved (item) ?
                          PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL, NULL);
}

/* GTK expects FALSE for a match.  It is enough if the name contains the
 * text.  */
static gboolean
find_name (GtkTreeModel *model,
           gint          column,
           const gchar  *key,
           GtkTreeIter  *iter,
           gpointer      data)
{
  return ! g_str_match_string (key,
                               pisces_file_item_get_name (get_item (model, iter)),
                               TRUE);
}

static void
files_table_on_selection (PiscesFilesTable *table)
{
  if (! table->busy)
    g_signal_emit (table, signals[SELECTION_CHANGED], 0);
}

static void
files_table_on_activated (PiscesFilesTable *table)
{
  g_signal_emit (table, signals[ACTIVATED], 0);
}

static gboolean
files_table_on_key (PiscesFilesTable *table,
                    GdkEventKey      *event)
{
  if (event->keyval == GDK_KEY_F2)
    g_signal_emit (table, signals[ACTIVATED], 0);
  else if (event->keyval == GDK_KEY_Delete)
    g_signal_emit (table, signals[REMOVE_REQUESTED], 0);
  else
    return FALSE;

  return TRUE;
}
