/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model can be chosen that only compares pictures, or none; and Check says whose
 * number it shows, and what the number means.
 */

#include <string.h>

#include <glib/gstdio.h>

#include "tests/ui/hands.h"
#include "ui/describe/pisces-check-pane.h"
#include "ui/models/pisces-models-window.h"


static void
refreshed (GObject      *source,
           GAsyncResult *result,
           gpointer      loop)
{
  pisces_model_list_refresh_finish (PISCES_MODEL_LIST (source), result);
  g_main_loop_quit (loop);
}

/* For each role, the folder that was chosen.  */
static void
take_choice (PiscesModelsWindow *window,
             guint               role,
             PiscesModelItem    *item,
             gchar             **folders)
{
  gchar **folder = &folders[g_bit_nth_lsf (role, -1)];

  g_free (*folder);
  *folder = item ? g_path_get_basename (pisces_model_item_get_folder (item)) : g_strdup ("none");
}

static GtkComboBox *
get_combo (GtkWidget  *window,
           PiscesRole  role)
{
  return GTK_COMBO_BOX (gtk_grid_get_child_at (GTK_GRID (hands_find (window, "choice")), 1,
                                               g_bit_nth_lsf (role, -1)));
}

/* What only compares pictures is offered for nothing else, and nothing else for that;
 * a user need not have such a model.  */
static void
test_choosing (void)
{
  g_autofree gchar            *given    = g_test_build_filename (G_TEST_DIST, "..", "engine",
                                                                 "golden", "clip", NULL);
  g_autofree gchar            *clip     = g_canonicalize_filename (given, NULL);
  g_autofree gchar            *store    = g_dir_make_tmp ("pisces-models-XXXXXX", NULL);
  GtkWidget                   *window;
  GtkComboBox                 *compares, *draws;
  g_autoptr (PiscesModelList)  list     = pisces_model_list_new (store);
  g_autoptr (GMainLoop)        loop     = g_main_loop_new (NULL, FALSE);
  PiscesModelsWindow          *models;
  gchar                       *chosen[PISCES_N_ROLES] = { NULL };

  pisces_model_list_add (list, clip);
  pisces_model_list_refresh_async (list, refreshed, loop);
  g_main_loop_run (loop);
  window   = pisces_models_window_new (list);
  models   = PISCES_MODELS_WINDOW (window);
  compares = get_combo (window, PISCES_ROLE_COMPARE);
  draws    = get_combo (window, PISCES_ROLE_DRAW);
  hands_show (window);
  pisces_models_window_set_chosen (models, PISCES_ROLE_COMPARE, NULL);
  g_signal_connect (window, "model-chosen", G_CALLBACK (take_choice), chosen);

  g_assert_cmpint (gtk_tree_model_iter_n_children (gtk_combo_box_get_model (draws), NULL), ==, 1);
  g_assert_cmpint (gtk_tree_model_iter_n_children (gtk_combo_box_get_model (compares), NULL), ==, 2);
  g_assert_cmpstr (gtk_combo_box_get_active_id (compares), ==, "");

  gtk_combo_box_set_active (compares, 1);
  g_assert_cmpstr (chosen[2], ==, "clip");
  pisces_models_window_set_chosen (models, PISCES_ROLE_COMPARE, clip);
  g_assert_cmpstr (gtk_combo_box_get_active_id (compares), ==, clip);
  gtk_combo_box_set_active (compares, 0);
  g_assert_cmpstr (chosen[2], ==, "none");
  g_assert_null (chosen[0]);
  g_assert_null (chosen[1]);
  g_free (chosen[2]);
  gtk_widget_destroy (window);
  g_rmdir (store);
}

static void
test_check (void)
{
  GtkWidget               *window   = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  GtkWidget               *widget   = g_object_new (PISCES_TYPE_CHECK_PANE, NULL);
  PiscesCheckPane         *pane     = PISCES_CHECK_PANE (widget);
  g_autoptr (PiscesImage)  image    = pisces_image_new (8, 8, NULL);
  GtkWidget               *likeness;
  g_autofree gchar        *plain    = NULL, *measured = NULL, *cleared = NULL;

  gtk_container_add (GTK_CONTAINER (window), widget);
  hands_show (window);
  likeness = hands_find (window, "likeness");

  pisces_check_pane_add (pane, image, "a red star", 0.5, NULL);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (likeness)), ==, "Likeness 0.500");
  plain = gtk_widget_get_tooltip_text (likeness);
  g_assert_nonnull (strstr (plain, "choose CLIP"));

  /* The better one is shown.  */
  pisces_check_pane_add (pane, image, "two red stars", 0.873, "CLIP ViT-L/14");
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (likeness)), ==,
                   "Likeness 0.873, measured by CLIP ViT-L/14");
  measured = gtk_widget_get_tooltip_text (likeness);
  g_assert_nonnull (strstr (measured, "CLIP ViT-L/14"));
  g_assert_nonnull (strstr (measured, "times 100"));

  pisces_check_pane_clear (pane);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (likeness)), ==, "");
  cleared = gtk_widget_get_tooltip_text (likeness);
  g_assert_cmpstr (cleared, ==, plain);
  gtk_widget_destroy (window);
}

gint
main (gint    argc,
      gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/ui/comparing/a-model-or-none-is-chosen", test_choosing);
  g_test_add_func ("/ui/comparing/check-says-what-its-number-means", test_check);

  return g_test_run ();
}
