/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The windows of models: what they show, that they only request what was
 * clicked, that nothing is deleted without a question, and that everyone can
 * use them.  With PISCES_TEST_PICTURES, a folder, pictures of them are saved
 * there.
 */

#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/models/pisces-catalog-row.h"
#include "ui/models/pisces-get-models-window.h"
#include "ui/models/pisces-model-choice.h"
#include "ui/models/pisces-model-row.h"
#include "ui/models/pisces-models-window.h"

#define SCREEN_WIDTH  1000
#define SCREEN_HEIGHT 540

static const gchar catalog[] =
  "{\"format\": 1, \"models\": ["
  "{\"folder\": \"a\", \"name\": \"Pisces small\", \"licence\": \"Apache-2.0\","
  " \"summary\": \"Draws and describes photographs, 512 × 512 pixels.\","
  " \"model_type\": \"pisces\", \"memory_bytes\": 6442450944, \"files\": ["
  "  {\"path\": \"config.json\", \"bytes\": 4000000000, \"addresses\": [\"https://example.org/c\"],"
  "   \"sha256\": \"0000000000000000000000000000000000000000000000000000000000000000\"}]},"
  "{\"folder\": \"b\", \"name\": \"Pisces large\", \"licence\": \"Apache-2.0\","
  " \"summary\": \"The same, larger and slower.\", \"model_type\": \"pisces\", \"files\": ["
  "  {\"path\": \"config.json\", \"bytes\": 16000000000, \"addresses\": [\"https://example.org/c\"],"
  "   \"sha256\": \"0000000000000000000000000000000000000000000000000000000000000000\"}]}]}";

static gchar *work_folder;

static void
save_picture (GtkWidget   *window,
              const gchar *name)
{
  const gchar          *folder = g_getenv ("PISCES_TEST_PICTURES");
  g_autofree gchar     *path   = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  GdkWindow            *gdk_window;

  if (! folder)
    return;

  hands_wait (300);
  gdk_window = gtk_widget_get_window (window);
  pixbuf = gdk_pixbuf_get_from_window (gdk_window, 0, 0,
                                       gdk_window_get_width (gdk_window),
                                       gdk_window_get_height (gdk_window));
  path   = g_build_filename (folder, name, NULL);
  g_assert_true (gdk_pixbuf_save (pixbuf, path, "png", NULL, NULL));
}

static void
refreshed (GObject      *source,
           GAsyncResult *result,
           gpointer      loop)
{
  pisces_model_list_refresh_finish (PISCES_MODEL_LIST (source), result);
  g_main_loop_quit (loop);
}

/* The built-in model, a downloaded one, and a folder that is not a model.  */
static PiscesModelList *
make_list (void)
{
  g_autoptr (GMainLoop)  loop   = g_main_loop_new (NULL, FALSE);
  g_autofree gchar      *store  = g_build_filename (work_folder, "store", NULL);
  g_autofree gchar      *model  = g_build_filename (store, "copy", NULL);
  g_autofree gchar      *broken = g_build_filename (work_folder, "holiday-pictures", NULL);
  g_autofree gchar      *nano   = pisces_default_model_folder ();
  PiscesModelList       *list   = pisces_model_list_new (store);

  g_mkdir_with_parents (store, 0755);
  g_mkdir_with_parents (broken, 0755);
  if (symlink (nano, model) != 0)
    g_assert_true (g_file_test (model, G_FILE_TEST_IS_SYMLINK));

  pisces_model_list_add (list, broken);
  pisces_model_list_refresh_async (list, refreshed, loop);
  g_main_loop_run (loop);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 3);

  return list;
}

static PiscesModelRow *
get_row (GtkWidget *window,
         guint      index)
{
  g_autoptr (GList)  children = NULL;
  GList             *list;

  children = gtk_container_get_children (GTK_CONTAINER (hands_find (window, "rows")));
  for (list = children; list; list = list->next)
    if (PISCES_IS_MODEL_ROW (list->data) && index-- == 0)
      return list->data;

  g_assert_not_reached ();
}

static void
take_item (PiscesModelsWindow *window,
           PiscesModelItem    *item,
           gchar             **folder)
{
  g_free (*folder);
  *folder = item ? g_path_get_basename (pisces_model_item_get_folder (item)) : g_strdup ("none");
}

/* For each role, the folder that was chosen.  */
static void
take_choice (PiscesModelsWindow *window,
             guint               role,
             PiscesModelItem    *item,
             gchar             **folders)
{
  take_item (window, item, &folders[g_bit_nth_lsf (role, -1)]);
}

static GtkComboBox *
get_combo (GtkWidget  *window,
           PiscesRole  role)
{
  return GTK_COMBO_BOX (gtk_grid_get_child_at (GTK_GRID (hands_find (window, "choice")), 1,
                                               g_bit_nth_lsf (role, -1)));
}

static GtkWidget *
open_models (void)
{
  g_autoptr (PiscesModelList)  list   = make_list ();
  g_autofree gchar            *folder = pisces_default_model_folder ();
  GtkWidget                   *window = pisces_models_window_new (list);
  PiscesStatus                 status;

  sample_status (&status);
  pisces_models_window_set_status (PISCES_MODELS_WINDOW (window), &status);
  pisces_models_window_set_chosen (PISCES_MODELS_WINDOW (window), PISCES_ROLE_DESCRIBE, folder);
  pisces_models_window_set_chosen (PISCES_MODELS_WINDOW (window), PISCES_ROLE_DRAW, folder);
  pisces_models_window_set_idle_timeout (PISCES_MODELS_WINDOW (window), 600);

  return hands_show (window);
}

static GtkWidget *
open_get (void)
{
  g_autoptr (GBytes)     text   = g_bytes_new_static (catalog, strlen (catalog));
  g_autoptr (GError)     error  = NULL;
  g_autoptr (GListModel) models = pisces_catalog_parse (text, NULL, &error);
  g_autoptr (PiscesCatalogModel) model = NULL;
  GtkWidget             *window = pisces_get_models_window_new ("/home/me/.local/share/pisces/models");

  g_assert_no_error (error);
  pisces_get_models_window_set_models (PISCES_GET_MODELS_WINDOW (window), models);
  model = g_list_model_get_item (models, 0);
  pisces_catalog_model_set_progress (model, 1200000000, 200.0);
  pisces_catalog_model_set_state (model, PISCES_CATALOG_RUNNING, NULL);

  return hands_show (window);
}

static void
test_choosing (void)
{
  GtkWidget        *window    = open_models ();
  GtkComboBox      *describes = get_combo (window, PISCES_ROLE_DESCRIBE);
  GtkComboBox      *draws     = get_combo (window, PISCES_ROLE_DRAW);
  g_autofree gchar *folder    = pisces_default_model_folder ();
  gchar            *chosen[PISCES_N_ROLES] = { NULL };
  g_autofree gchar *removed   = NULL;

  g_signal_connect (window, "model-chosen", G_CALLBACK (take_choice), chosen);
  g_signal_connect (window, "remove-requested", G_CALLBACK (take_item), &removed);
  save_picture (window, "models.png");

  /* What is no model is not offered, and its row says why.  */
  g_assert_cmpstr (gtk_combo_box_get_active_id (describes), ==, folder);
  g_assert_cmpstr (gtk_combo_box_get_active_id (draws), ==, folder);
  g_assert_cmpint (gtk_tree_model_iter_n_children (gtk_combo_box_get_model (draws), NULL), ==, 2);
  g_assert_nonnull (strstr (hands_get_label (GTK_WIDGET (get_row (window, 2)), "memory"),
                            "config.json"));
  g_assert_nonnull (strstr (hands_get_label (GTK_WIDGET (get_row (window, 0)), "abilities"),
                            "Describes pictures"));
  g_assert_nonnull (strstr (hands_get_label (GTK_WIDGET (get_row (window, 0)), "abilities"),
                            "Draws 256"));
  g_assert_null (chosen[0]);
  g_assert_null (chosen[1]);

  /* Each choice concerns one job.  */
  gtk_combo_box_set_active (describes, 1);
  g_assert_cmpstr (chosen[0], ==, "copy");
  g_assert_null (chosen[1]);
  gtk_combo_box_set_active (draws, 1);
  g_assert_cmpstr (chosen[1], ==, "copy");

  /* If the program sets the choice, no signal is emitted.  */
  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&chosen[i], g_free);
      pisces_models_window_set_chosen (PISCES_MODELS_WINDOW (window), 1 << i, folder);
    }
  g_assert_cmpstr (gtk_combo_box_get_active_id (describes), ==, folder);
  g_assert_null (chosen[0]);
  g_assert_null (chosen[1]);

  hands_click (GTK_WIDGET (get_row (window, 2)), "remove");
  g_assert_cmpstr (removed, ==, "holiday-pictures");
  gtk_widget_destroy (window);
}

/* What both need is that of one model if it does both, and else the sum.  */
static void
test_memory_of_both (void)
{
  GtkWidget        *window = open_models ();
  GtkWidget        *choice = hands_find (window, "choice");
  GtkWidget        *line   = gtk_grid_get_child_at (GTK_GRID (choice), 0, PISCES_N_ROLES);
  g_autoptr (GList) parts  = gtk_container_get_children (GTK_CONTAINER (line));
  GtkLabel         *words  = GTK_LABEL (parts->next->data);
  g_autofree gchar *copy   = g_build_filename (work_folder, "store", "copy", NULL);

  g_assert_nonnull (strstr (gtk_label_get_text (words), "One model does both"));
  pisces_models_window_set_chosen (PISCES_MODELS_WINDOW (window), PISCES_ROLE_DESCRIBE, copy);
  g_assert_nonnull (strstr (gtk_label_get_text (words), "Both together need"));
  g_assert_false (gtk_widget_get_visible (parts->data));
  save_picture (window, "models-two.png");

  pisces_model_choice_set_available (PISCES_MODEL_CHOICE (choice), 1);
  g_assert_true (gtk_widget_get_visible (parts->data));
  g_assert_nonnull (strstr (gtk_label_get_text (words), "only"));
  gtk_widget_destroy (window);
}

static GtkDialog *
find_question (GtkWidget *window)
{
  g_autoptr (GList)  tops = gtk_window_list_toplevels ();
  GList             *list;

  for (list = tops; list; list = list->next)
    if (GTK_IS_MESSAGE_DIALOG (list->data) &&
        gtk_window_get_transient_for (list->data) == GTK_WINDOW (window))
      return list->data;

  return NULL;
}

static void
test_deleting (void)
{
  GtkWidget        *window  = open_models ();
  g_autofree gchar *removed = NULL;

  g_signal_connect (window, "remove-requested", G_CALLBACK (take_item), &removed);

  hands_click (GTK_WIDGET (get_row (window, 1)), "remove");
  g_assert_null (removed);
  save_picture (GTK_WIDGET (find_question (window)), "models-delete.png");
  gtk_dialog_response (find_question (window), GTK_RESPONSE_CANCEL);
  g_assert_null (removed);

  hands_click (GTK_WIDGET (get_row (window, 1)), "remove");
  gtk_dialog_response (find_question (window), GTK_RESPONSE_DELETE_EVENT);
  g_assert_null (removed);

  hands_click (GTK_WIDGET (get_row (window, 1)), "remove");
  gtk_dialog_response (find_question (window), GTK_RESPONSE_ACCEPT);
  g_assert_cmpstr (removed, ==, "copy");
  gtk_widget_destroy (window);
}

static void
take_seconds (PiscesModelsWindow *window,
              guint               seconds,
              guint              *taken)
{
  *taken = seconds;
}

static void
test_memory (void)
{
  GtkWidget        *window = open_models ();
  PiscesStatus      status;
  guint             taken  = G_MAXUINT;
  guint             freed  = 0;

  g_signal_connect (window, "idle-timeout-changed", G_CALLBACK (take_seconds), &taken);
  g_signal_connect_swapped (window, "unload-requested", G_CALLBACK (hands_count), &freed);

  g_assert_nonnull (strstr (hands_get_label (window, "state"), "92.0"));
  g_assert_nonnull (strstr (hands_get_label (window, "backend"), "There is no CUDA device."));
  g_assert_nonnull (strstr (hands_get_label (GTK_WIDGET (get_row (window, 0)), "memory"), "MiB"));
  hands_click (window, "unload");
  g_assert_cmpuint (freed, ==, 1);

  pisces_models_window_set_idle_timeout (PISCES_MODELS_WINDOW (window), 77);
  g_assert_cmpuint (taken, ==, G_MAXUINT);
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (hands_find (window, "idle")), "0");
  g_assert_cmpuint (taken, ==, 0);

  sample_status (&status);
  status.loaded = FALSE;
  pisces_models_window_set_status (PISCES_MODELS_WINDOW (window), &status);
  g_assert_false (hands_can_use (window, "unload"));

  /* More memory than any machine has.  */
  pisces_model_row_set_available (get_row (window, 0), 1);
  g_assert_true (gtk_widget_get_visible (hands_find (GTK_WIDGET (get_row (window, 0)), "warning")));
  gtk_widget_destroy (window);
}

static void
take_model (PiscesGetModelsWindow *window,
            PiscesCatalogModel    *model,
            gchar                **folder)
{
  g_free (*folder);
  *folder = g_strdup (pisces_catalog_model_get_folder (model));
}

static void
take_address (PiscesGetModelsWindow *window,
              const gchar           *address,
              gchar                **taken)
{
  g_free (*taken);
  *taken = g_strdup (address);
}

static void
test_getting (void)
{
  GtkWidget             *window  = open_get ();
  g_autoptr (GListStore) none    = g_list_store_new (PISCES_TYPE_CATALOG_MODEL);
  g_autoptr (GList)      rows    = NULL;
  g_autofree gchar      *asked   = NULL;
  g_autofree gchar      *stopped = NULL;
  g_autofree gchar      *address = NULL;
  GtkWidget             *first, *last;

  g_signal_connect (window, "download-requested", G_CALLBACK (take_model), &asked);
  g_signal_connect (window, "stop-requested", G_CALLBACK (take_model), &stopped);
  g_signal_connect (window, "list-requested", G_CALLBACK (take_address), &address);
  save_picture (window, "get-models.png");

  rows  = gtk_container_get_children (GTK_CONTAINER (hands_find (window, "rows")));
  first = rows->data;
  last  = g_list_last (rows)->data;
  g_assert_nonnull (strstr (hands_get_label (first, "progress"), "about 3 minutes left"));
  g_assert_false (gtk_widget_get_visible (hands_find (first, "download")));
  hands_click (first, "stop");
  g_assert_cmpstr (stopped, ==, "a");
  hands_click (last, "download");
  g_assert_cmpstr (asked, ==, "b");

  pisces_catalog_model_set_state (
    pisces_catalog_row_get_model (PISCES_CATALOG_ROW (first)),
    PISCES_CATALOG_STOPPED, "The connection to example.org broke.");
  g_assert_true (gtk_widget_get_visible (hands_find (first, "discard")));
  g_assert_cmpstr (hands_get_label (first, "message"), ==,
                   "The connection to example.org broke.");
  save_picture (window, "get-models-stopped.png");

  gtk_entry_set_text (GTK_ENTRY (hands_find (window, "address")), " http://a/list.json ");
  g_assert_null (address);
  hands_click (window, "read");
  g_assert_cmpstr (address, ==, "http://a/list.json");

  pisces_get_models_window_set_models (PISCES_GET_MODELS_WINDOW (window), G_LIST_MODEL (none));
  save_picture (window, "get-models-none.png");
  gtk_widget_destroy (window);
}

static void
check (GtkWidget *widget,
       gpointer   taken)
{
  AtkObject                 *object = gtk_widget_get_accessible (widget);
  g_autoptr (AtkRelationSet) set    = atk_object_ref_relation_set (object);
  const gchar               *name   = atk_object_get_name (object);

  if (! gtk_widget_get_visible (widget))
    return;

  /* The parts of a combo box have its name.  */
  if (gtk_widget_get_can_focus (widget) && ! GTK_IS_SCROLLED_WINDOW (widget) &&
      ! gtk_widget_get_ancestor (widget, GTK_TYPE_COMBO_BOX) &&
      ! (name && *name) && ! atk_relation_set_contains (set, ATK_RELATION_LABELLED_BY))
    g_error ("A %s has no accessible name.", G_OBJECT_TYPE_NAME (widget));

  if (GTK_IS_LABEL (widget) &&
      gtk_label_get_mnemonic_keyval (GTK_LABEL (widget)) != GDK_KEY_VoidSymbol &&
      ! g_hash_table_add (taken, GUINT_TO_POINTER (gtk_label_get_mnemonic_keyval (GTK_LABEL (widget)))))
    g_error ("The mnemonic of \"%s\" is taken.", gtk_label_get_label (GTK_LABEL (widget)));

  if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), check, taken);
}

static void
test_everyone (gconstpointer data)
{
  GtkWidget             *window = data ? open_models () : open_get ();
  g_autoptr (GHashTable) taken  = g_hash_table_new (NULL, NULL);
  gint                   width, height;

  gtk_container_forall (GTK_CONTAINER (window), check, taken);
  g_assert_cmpuint (g_hash_table_size (taken), >=, 3);

  gtk_window_get_size (GTK_WINDOW (window), &width, &height);
  g_assert_cmpint (width, <=, SCREEN_WIDTH);
  g_assert_cmpint (height, <=, SCREEN_HEIGHT);

  hands_press (window, GDK_KEY_Escape, 0);
  g_assert_false (gtk_widget_get_visible (window));
  gtk_widget_destroy (window);
}

static void
test_time_left (void)
{
  static const struct { gdouble seconds; const gchar *words; } cases[] =
  {
    { -1.0,    "500.0 MB of 1.0 GB"                        },
    { 1.0,     "500.0 MB of 1.0 GB, 1 second left"         },
    { 59.0,    "500.0 MB of 1.0 GB, 59 seconds left"       },
    { 60.0,    "500.0 MB of 1.0 GB, about 1 minute left"   },
    { 3000.0,  "500.0 MB of 1.0 GB, about 50 minutes left" },
    { 7200.0,  "500.0 MB of 1.0 GB, about 2 hours left"    },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree gchar *words = pisces_catalog_row_to_words (500000000, 1000000000,
                                                             cases[i].seconds);
      g_auto (GStrv)    parts = g_strsplit (words, "\302\240", -1);
      g_autofree gchar *plain = g_strjoinv (" ", parts);

      g_assert_cmpstr (plain, ==, cases[i].words);
    }
}

int
main (int    argc,
      char **argv)
{
  g_autofree gchar *clean = NULL;
  int               result;

  g_unsetenv ("PISCES_MODEL_DIR");
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);
  work_folder = g_dir_make_tmp ("pisces-models.XXXXXX", NULL);

  g_test_add_func ("/ui/models/a-click-chooses-and-nothing-else-does", test_choosing);
  g_test_add_func ("/ui/models/what-both-need-is-said", test_memory_of_both);
  g_test_add_func ("/ui/models/nothing-is-deleted-without-a-question", test_deleting);
  g_test_add_func ("/ui/models/memory-is-shown-and-freed", test_memory);
  g_test_add_func ("/ui/models/nothing-is-fetched-without-a-click", test_getting);
  g_test_add_func ("/ui/models/time-left-is-said-in-words", test_time_left);
  g_test_add_data_func ("/ui/models/everyone-can-choose", GINT_TO_POINTER (1), test_everyone);
  g_test_add_data_func ("/ui/models/everyone-can-get", NULL, test_everyone);
  result = g_test_run ();

  clean = g_strdup_printf ("rm -rf '%s'", work_folder);
  g_spawn_command_line_sync (clean, NULL, NULL, NULL, NULL);
  g_free (work_folder);

  return result;
}
