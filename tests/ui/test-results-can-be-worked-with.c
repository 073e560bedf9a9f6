/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can be done with the pictures of the Generate Layer window, also with
 * the keyboard only: look through them, see one large, compare two, vary and
 * blend them, delete one and bring it back, draw one again whose file is gone,
 * and sort the best of a request first.
 *
 * Longer than 500 lines, as its claims are many and share one window.
 */

#include <glib/gstdio.h>

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/generate/pisces-compare-view.h"
#include "ui/generate/pisces-generate-window.h"
#include "ui/generate/pisces-picture-file.h"
#include "ui/generate/pisces-picture-strip.h"
#include "ui/generate/pisces-result-pane.h"

typedef struct
{
  GtkWidget             *widget;
  PiscesResultPane      *pane;
  PiscesPictureStrip    *strip;
  PiscesGenerateRequest *request;   /* the last one that was made */
  guint                  n_requests;
  guint                  n_changes;
} Fixture;

static void
keep_request (PiscesGenerateWindow  *window,
              PiscesGenerateRequest *request,
              Fixture               *fixture)
{
  g_clear_pointer (&fixture->request, pisces_generate_request_free);
  fixture->request = pisces_generate_request_copy (request);
  fixture->n_requests++;
}

/* Three pictures of one prompt: the newest has seed 3. */
static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  PiscesGenerateWindow *window;

  fixture->widget = pisces_generate_window_new ();
  window          = PISCES_GENERATE_WINDOW (fixture->widget);
  fixture->pane   =
    PISCES_RESULT_PANE (pisces_generate_window_get_results (window));
  fixture->strip  = PISCES_PICTURE_STRIP (hands_find (fixture->widget,
                                                      "strip"));
  sample_set_target (fixture->widget, "sea.xcf");
  g_signal_connect (window, "generate-requested", G_CALLBACK (keep_request),
                    fixture);
  g_signal_connect_swapped (fixture->pane, "list-changed",
                            G_CALLBACK (hands_count), &fixture->n_changes);
  hands_show (fixture->widget);

  for (guint seed = 1; seed <= 3; seed++)
    {
      g_autoptr (PiscesImage)   image   = sample_image_scene (32, seed);
      g_autoptr (PiscesPicture) picture = sample_picture ("a house", "a plan",
                                                          seed, image);

      pisces_generate_window_add_picture (window, picture);
    }
  while (gtk_events_pending ())
    gtk_main_iteration ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_pointer (&fixture->request, pisces_generate_request_free);
  gtk_widget_destroy (fixture->widget);
}

static void
act (Fixture     *fixture,
     const gchar *name)
{
  GActionGroup *actions;

  actions = gtk_widget_get_action_group (GTK_WIDGET (fixture->pane),
                                         "results");
  g_assert_true (g_action_group_get_action_enabled (actions, name));
  g_action_group_activate_action (actions, name, NULL);
}

static gboolean
can_act (Fixture     *fixture,
         const gchar *name)
{
  return g_action_group_get_action_enabled (
    gtk_widget_get_action_group (GTK_WIDGET (fixture->pane), "results"), name);
}

static guint
selected_seed (Fixture *fixture)
{
  PiscesPicture *picture = pisces_result_pane_get_picture (fixture->pane);

  return picture ? picture->seed : 0;
}

/* The seeds as digits, starting with the newest picture.  */
static guint
all_seeds (Fixture *fixture)
{
  g_autoptr (GPtrArray) list  = pisces_result_pane_list (fixture->pane);
  guint                 seeds = 0;

  for (guint i = 0; i < list->len; i++)
    seeds = 10 * seeds + pisces_result_get_picture (list->pdata[i])->seed;

  return seeds;
}

static const gchar *
shown_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (
    GTK_STACK (hands_find (GTK_WIDGET (fixture->pane), "stack")));
}

static GtkWindow *
find_large_view (void)
{
  g_autoptr (GList) list = gtk_window_list_toplevels ();

  for (GList *each = list; each; each = each->next)
    if (g_str_equal (G_OBJECT_TYPE_NAME (each->data), "PiscesLargeView") &&
        gtk_widget_get_visible (each->data))
      return each->data;

  return NULL;
}

static void
focus_strip (Fixture *fixture)
{
  GtkWidget *flow_box = gtk_bin_get_child (GTK_BIN (fixture->strip));

  if (GTK_IS_VIEWPORT (flow_box))
    flow_box = gtk_bin_get_child (GTK_BIN (flow_box));
  gtk_widget_grab_focus (GTK_WIDGET (
    gtk_flow_box_get_child_at_index (GTK_FLOW_BOX (flow_box), 0)));
}

static void
test_keys (Fixture       *fixture,
           gconstpointer  data)
{
  GtkWindow *large;

  focus_strip (fixture);
  g_assert_cmpuint (selected_seed (fixture), ==, 3);
  hands_press (fixture->widget, GDK_KEY_Right, 0);
  g_assert_cmpuint (selected_seed (fixture), ==, 2);
  hands_press (fixture->widget, GDK_KEY_End, 0);
  g_assert_cmpuint (selected_seed (fixture), ==, 1);
  hands_press (fixture->widget, GDK_KEY_Home, 0);
  g_assert_cmpuint (selected_seed (fixture), ==, 3);
  hands_press (fixture->widget, GDK_KEY_Right, 0);
  hands_press (fixture->widget, GDK_KEY_Left, 0);
  g_assert_cmpuint (selected_seed (fixture), ==, 3);

  /* Space shows it large, and the arrows go on there. */
  g_assert_null (find_large_view ());
  hands_press (fixture->widget, GDK_KEY_space, 0);
  large = find_large_view ();
  g_assert_nonnull (large);
  hands_show (GTK_WIDGET (large));
  hands_press (GTK_WIDGET (large), GDK_KEY_Right, 0);
  g_assert_cmpuint (selected_seed (fixture), ==, 2);
  hands_press (GTK_WIDGET (large), GDK_KEY_End, 0);
  g_assert_cmpuint (selected_seed (fixture), ==, 1);
  hands_press (GTK_WIDGET (large), GDK_KEY_Home, 0);
  g_assert_cmpuint (selected_seed (fixture), ==, 3);
  hands_press (GTK_WIDGET (large), GDK_KEY_space, 0);
  g_assert_null (find_large_view ());
}

static void
test_delete (Fixture       *fixture,
             gconstpointer  data)
{
  focus_strip (fixture);
  hands_press (fixture->widget, GDK_KEY_Right, 0);
  hands_press (fixture->widget, GDK_KEY_Delete, 0);
  g_assert_cmpuint (all_seeds (fixture), ==, 31);
  g_assert_cmpuint (selected_seed (fixture), ==, 1);
  g_assert_cmpuint (fixture->n_changes, ==, 4);

  gtk_info_bar_response (GTK_INFO_BAR (hands_find (GTK_WIDGET (fixture->pane),
                                                   "info_bar")), 1);
  g_assert_cmpuint (all_seeds (fixture), ==, 321);
  g_assert_cmpuint (selected_seed (fixture), ==, 2);
  g_assert_cmpuint (fixture->n_changes, ==, 5);

  /* All of them. */
  for (guint i = 0; i < 3; i++)
    act (fixture, "delete");
  g_assert_cmpuint (all_seeds (fixture), ==, 0);
  g_assert_cmpstr (shown_page (fixture), ==, "empty");
  g_assert_false (can_act (fixture, "delete"));
}

static void
test_compare (Fixture       *fixture,
              gconstpointer  data)
{
  PiscesCompareView *view;
  GtkWidget         *scale;
  AtkObject         *accessible;
  gdouble            value = 0;
  gchar             *text  = NULL;

  view       = PISCES_COMPARE_VIEW (hands_find (fixture->widget,
                                                "compare_view"));
  scale      = pisces_compare_view_get_scale (view);
  accessible = gtk_widget_get_accessible (scale);

  /* Compares with the next older one, unless another was marked.  */
  act (fixture, "compare");
  g_assert_cmpstr (shown_page (fixture), ==, "compare");
  g_assert_cmpuint (pisces_result_get_picture (
                      pisces_picture_strip_get_second (fixture->strip))->seed,
                    ==, 2);

  gtk_widget_grab_focus (scale);
  hands_press (fixture->widget, GDK_KEY_Home, 0);
  g_assert_cmpfloat (gtk_range_get_value (GTK_RANGE (scale)), ==, 0.0);
  hands_press (fixture->widget, GDK_KEY_Right, 0);
  g_assert_cmpfloat (gtk_range_get_value (GTK_RANGE (scale)), >, 0.0);
  hands_press (fixture->widget, GDK_KEY_End, 0);
  g_assert_cmpfloat (gtk_range_get_value (GTK_RANGE (scale)), ==, 1.0);

  /* As a screen reader does it.  */
  g_assert_true (ATK_IS_VALUE (accessible));
  atk_value_set_value (ATK_VALUE (accessible), 0.25);
  g_assert_cmpfloat (gtk_range_get_value (GTK_RANGE (scale)), ==, 0.25);
  atk_value_get_value_and_text (ATK_VALUE (accessible), &value, &text);
  g_free (text);
  g_assert_cmpfloat (value, ==, 0.25);

  focus_strip (fixture);
  hands_press (fixture->widget, GDK_KEY_End, 0);
  hands_press (fixture->widget, GDK_KEY_space, GDK_CONTROL_MASK);
  hands_press (fixture->widget, GDK_KEY_Home, 0);
  g_assert_cmpuint (pisces_result_get_picture (
                      pisces_picture_strip_get_second (fixture->strip))->seed,
                    ==, 1);

  /* Marking it again clears the mark; and the oldest picture is compared with
   * the one next to it.
   */
  hands_press (fixture->widget, GDK_KEY_End, 0);
  hands_press (fixture->widget, GDK_KEY_space, GDK_CONTROL_MASK);
  g_assert_cmpuint (pisces_result_get_picture (
                      pisces_picture_strip_get_second (fixture->strip))->seed,
                    ==, 2);
  hands_press (fixture->widget, GDK_KEY_Home, 0);
  g_assert_cmpuint (pisces_result_get_picture (
                      pisces_picture_strip_get_second (fixture->strip))->seed,
                    ==, 2);

  act (fixture, "compare");
  g_assert_cmpstr (shown_page (fixture), ==, "picture");
}

/* The first picture is drawn left of the divider and the second right of it;
 * the divider's scale has the same direction, also in languages that are
 * written from right to left.
 */
static void
test_divider_from_right_to_left (Fixture       *fixture,
                                 gconstpointer  data)
{
  const GtkTextDirection  direction = gtk_widget_get_default_direction ();
  GtkWidget              *view;
  GtkWidget              *scale;

  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  view  = g_object_ref_sink (pisces_compare_view_new ());
  scale = pisces_compare_view_get_scale (PISCES_COMPARE_VIEW (view));
  g_assert_cmpint (gtk_widget_get_direction (view), ==, GTK_TEXT_DIR_RTL);
  g_assert_cmpint (gtk_widget_get_direction (scale), ==, GTK_TEXT_DIR_LTR);

  g_object_unref (view);
  gtk_widget_set_default_direction (direction);
}

static void
test_divider (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (PiscesImage)  black  = pisces_image_new (8, 8, NULL);
  g_autoptr (PiscesImage)  red    = pisces_image_new (8, 8, NULL);
  GtkWidget               *window = gtk_offscreen_window_new ();
  GtkWidget               *view   = pisces_compare_view_new ();
  const gdouble            places[] = { 0.25, 0.75 };

  for (guint i = 0; i < 64 * 4; i++)
    {
      black->pixels[i] = i % 4 == 3 ? 255 : 0;
      red->pixels[i]   = i % 4 == 3 || i % 4 == 0 ? 255 : 0;
    }

  pisces_compare_view_set_images (PISCES_COMPARE_VIEW (view), black, red, FALSE);
  gtk_widget_set_size_request (view, 200, 240);
  gtk_container_add (GTK_CONTAINER (window), view);
  gtk_widget_show_all (window);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (GdkPixbuf) pixbuf = NULL;
      const guint8         *row;

      gtk_range_set_value (GTK_RANGE (pisces_compare_view_get_scale (
                                        PISCES_COMPARE_VIEW (view))),
                           places[i]);
      hands_wait (100);
      pixbuf = gtk_offscreen_window_get_pixbuf (GTK_OFFSCREEN_WINDOW (window));
      row    = gdk_pixbuf_read_pixels (pixbuf) +
               100 * gdk_pixbuf_get_rowstride (pixbuf);

      for (guint x = 10; x < 190; x += 20)
        if (ABS (x - 200 * places[i]) > 5)
          g_assert_cmpuint (row[x * gdk_pixbuf_get_n_channels (pixbuf)], ==,
                            x < 200 * places[i] ? 0 : 255);
    }

  gtk_widget_destroy (window);
}

static void
test_variations (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GPtrArray)  list = pisces_result_pane_list (fixture->pane);
  const PiscesReference *reference;
  GtkWidget             *strength = gtk_widget_get_ancestor (
    hands_find (fixture->widget, "vary"), PISCES_TYPE_RESULT_PANE);

  act (fixture, "vary");
  g_assert_cmpuint (fixture->n_requests, ==, 1);
  g_assert_cmpstr (fixture->request->prompt, ==, "a house");
  g_assert_cmpuint (fixture->request->steps, ==, 20);
  /* Once in 4,294,967,296 times it is 3 again by chance.  */
  g_assert_cmpuint (fixture->request->seed, !=, 3);
  /* Its own plan would lead to the same picture.  */
  g_assert_null (fixture->request->plan);
  g_assert_null (fixture->request->references);
  g_assert_true (fixture->request->edit->image ==
                 pisces_result_get_picture (list->pdata[0])->image);
  g_assert_true (fixture->request->edit->varies);
  g_assert_null (fixture->request->edit->mask);
  g_assert_cmpfloat (fixture->request->edit->strength, ==, 0.5);
  g_assert_cmpstr (fixture->request->edit->begun_with, ==,
                   pisces_result_get_digest (list->pdata[0]));

  strength = GTK_WIDGET (gtk_widget_get_template_child (strength, PISCES_TYPE_RESULT_PANE,
                                                        "vary_strength"));
  gtk_range_set_value (GTK_RANGE (hands_find (strength, "strength_scale")), 0.3);
  act (fixture, "vary");
  g_assert_cmpfloat (fixture->request->edit->strength, ==, 0.3);
  gtk_range_set_value (GTK_RANGE (hands_find (strength, "strength_scale")), 1.0);
  act (fixture, "vary");
  g_assert_cmpfloat (fixture->request->edit->strength, ==, 0.9);
  fixture->n_requests = 1;

  act (fixture, "blend");
  g_assert_cmpuint (fixture->n_requests, ==, 2);
  g_assert_null (fixture->request->plan);
  g_assert_cmpuint (fixture->request->references->len, ==, 2);
  reference = fixture->request->references->pdata[1];
  g_assert_true (reference->image ==
                 pisces_result_get_picture (list->pdata[1])->image);
}

/* From an earlier session, and its file is missing.  */
static void
test_lost_file (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (PiscesImage)   image   = sample_image_stars (32, 0);
  g_autoptr (PiscesPicture) drawn   = sample_picture ("stars", "p", 9, image);
  g_autoptr (PiscesResult)  known   = pisces_result_new (drawn, NULL);
  g_autoptr (PiscesPicture) lost    = sample_picture ("stars", "p", 9, image);
  g_autoptr (PiscesResult)  result  = NULL;
  g_autoptr (GPtrArray)     earlier = g_ptr_array_new ();

  g_clear_pointer (&lost->image, pisces_image_unref);
  result = pisces_result_new (lost, pisces_result_get_digest (known));
  g_ptr_array_add (earlier, result);
  pisces_result_pane_add_results (fixture->pane, earlier);
  g_assert_cmpuint (all_seeds (fixture), ==, 3219);
  g_assert_false (can_act (fixture, "again"));

  pisces_picture_strip_select (fixture->strip, result);
  g_assert_false (hands_can_use (fixture->widget, "add"));
  g_assert_false (can_act (fixture, "vary"));
  act (fixture, "again");
  g_assert_cmpuint (fixture->request->seed, ==, 9);
  g_assert_cmpstr (fixture->request->plan, ==, "p");

  pisces_generate_window_add_picture (PISCES_GENERATE_WINDOW (fixture->widget),
                                      drawn);
  g_assert_cmpuint (all_seeds (fixture), ==, 3219);
  g_assert_true (hands_can_use (fixture->widget, "add"));
  g_assert_false (can_act (fixture, "again"));
}

static GtkFileChooser *
find_chooser (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *each = windows; each; each = each->next)
    if (GTK_IS_FILE_CHOOSER (each->data) && gtk_widget_get_visible (each->data))
      return each->data;

  return NULL;
}

/* Called from the menu of another image: the results of that image appear.  */
static gboolean
turn_away (gpointer data)
{
  Fixture               *fixture = data;
  g_autoptr (GPtrArray)  none    = g_ptr_array_new ();

  pisces_result_pane_clear (fixture->pane);
  pisces_result_pane_add_results (fixture->pane, none);

  return G_SOURCE_REMOVE;
}

static gboolean
say_yes (gpointer data)
{
  GtkFileChooser   *chooser = find_chooser ();
  g_autofree gchar *name    = NULL;

  if (! chooser)
    return G_SOURCE_REMOVE;

  /* A busy computer may not have read the folder yet.  */
  name = gtk_file_chooser_get_filename (GTK_FILE_CHOOSER (chooser));
  if (! name)
    return G_SOURCE_CONTINUE;

  gtk_dialog_response (GTK_DIALOG (chooser), GTK_RESPONSE_ACCEPT);

  return G_SOURCE_CONTINUE;
}

/* The saved picture is the one that was selected when “Save as PNG…” was
 * chosen.  */
static void
test_save_held_open (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree gchar          *folder = g_dir_make_tmp ("pisces-save-XXXXXX", NULL);
  g_autofree gchar          *path   = g_build_filename (folder, "a house 3.png",
                                                        NULL);
  g_autofree gchar          *before = g_get_current_dir ();
  g_autoptr (PiscesPicture)  saved  = NULL;
  g_autoptr (GError)         error  = NULL;

  g_assert_cmpint (g_chdir (folder), ==, 0);
  g_timeout_add (600, turn_away, fixture);
  g_timeout_add (1200, say_yes, fixture);
  act (fixture, "save");
  for (guint i = 0; i < 100 && ! g_file_test (path, G_FILE_TEST_EXISTS); i++)
    hands_wait (50);

  g_assert_cmpuint (all_seeds (fixture), ==, 0);
  saved = pisces_picture_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (saved->seed, ==, 3);
  g_assert_null (find_chooser ());

  g_assert_cmpint (g_chdir (before), ==, 0);
  g_unlink (path);
  g_rmdir (folder);
}

/* Only when all three have a score.  */
static void
test_best_first (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GPtrArray) list = pisces_result_pane_list (fixture->pane);

  pisces_result_set_score (list->pdata[0], 0.2, "a boat", PISCES_SCORE_BY_PLAN);
  pisces_result_set_score (list->pdata[1], 0.9, "a house", PISCES_SCORE_BY_YES);
  g_assert_cmpuint (all_seeds (fixture), ==, 321);
  pisces_result_set_score (list->pdata[2], 0.5, "a hut", PISCES_SCORE_BY_PLAN);
  g_assert_cmpuint (all_seeds (fixture), ==, 213);
  g_assert_cmpuint (selected_seed (fixture), ==, 2);
  g_assert_cmpuint (fixture->n_changes, ==, 6);
}

static void
keep_result (PiscesResultPane  *pane,
             PiscesResult      *result,
             PiscesResult     **kept)
{
  *kept = result;
}

static void
test_check (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GPtrArray)  list = pisces_result_pane_list (fixture->pane);
  PiscesResult          *kept = NULL;

  g_signal_connect (fixture->pane, "check-requested",
                    G_CALLBACK (keep_result), &kept);
  act (fixture, "check");
  g_assert_true (pisces_result_pane_get_checking (fixture->pane));
  g_assert_true (kept == list->pdata[0]);
}

static void
keep_chosen (PiscesGenerateWindow *window,
             gint                  image_id,
             gint                 *chosen)
{
  *chosen = image_id;
}

/* The target is chosen among the open images; the button then says what it
 * does.
 */
static void
test_target (Fixture       *fixture,
             gconstpointer  data)
{
  GtkWidget   *combo   = hands_find (fixture->widget, "target");
  const gchar *names[] = { "A new image", "[Untitled]-1", "sea.xcf",
                           "[Untitled]-5" };
  const gint   ids[]   = { 0, 1, 2, 5 };
  gint         chosen  = -1;
  GtkButton   *add     = GTK_BUTTON (hands_find (fixture->widget, "add"));

  g_signal_connect (fixture->widget, "target-chosen",
                    G_CALLBACK (keep_chosen), &chosen);

  for (gint i = 3; i >= 0; i--)
    {
      g_autofree gchar *name = NULL;

      gtk_combo_box_set_active (GTK_COMBO_BOX (combo), i);
      name = gtk_combo_box_text_get_active_text (GTK_COMBO_BOX_TEXT (combo));
      g_assert_cmpstr (name, ==, names[i]);
      g_assert_cmpint (chosen, ==, ids[i]);
    }

  /* When the plug-in sets the target, that is not a choice by the user.  */
  chosen = -1;
  sample_set_target (fixture->widget, "lake.xcf");
  g_assert_cmpint (gtk_combo_box_get_active (GTK_COMBO_BOX (combo)), ==, 2);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (combo), ==, "lake.xcf");
  g_assert_cmpstr (gtk_button_get_label (add), ==,
                   "_Add as Layer");
  g_assert_true (can_act (fixture, "add") && ! can_act (fixture, "open"));

  sample_set_target (fixture->widget, NULL);
  g_assert_cmpint (gtk_combo_box_get_active (GTK_COMBO_BOX (combo)), ==, 0);
  g_assert_cmpstr (gtk_button_get_label (add), ==,
                   "Open _as Image");
  g_assert_true (can_act (fixture, "open") && ! can_act (fixture, "add"));
  g_assert_cmpint (chosen, ==, -1);
}

/* With Ctrl+C; the picture stays available after the window is closed, and
 * other programs read it as PNG.
 */
static void
test_copy (Fixture       *fixture,
           gconstpointer  data)
{
  GtkClipboard           *clipboard = gtk_clipboard_get (GDK_SELECTION_CLIPBOARD);
  g_autoptr (PiscesImage) image     = NULL;
  GtkSelectionData       *png;
  g_autoptr (GBytes)      bytes     = NULL;
  g_autoptr (PiscesImage) copied    = NULL;
  g_autoptr (GError)      error     = NULL;

  image = pisces_image_ref (pisces_result_pane_get_picture (fixture->pane)->image);
  pisces_picture_strip_step (fixture->strip, 0);
  hands_press (fixture->widget, GDK_KEY_c, GDK_CONTROL_MASK);
  gtk_widget_hide (fixture->widget);

  png = gtk_clipboard_wait_for_contents (clipboard,
                                         gdk_atom_intern ("image/png", FALSE));
  g_assert_nonnull (png);
  bytes  = g_bytes_new (gtk_selection_data_get_data (png),
                        gtk_selection_data_get_length (png));
  copied = pisces_image_from_png (bytes, "clipboard", &error);
  g_assert_no_error (error);
  g_assert_cmpmem (copied->pixels, copied->width * copied->height * 4,
                   image->pixels, image->width * image->height * 4);
  gtk_selection_data_free (png);

  /* A picture whose file is missing cannot be copied.  */
  g_assert_true (can_act (fixture, "copy"));
  pisces_result_pane_clear (fixture->pane);
  g_assert_false (can_act (fixture, "copy"));
}

int
main (int    argc,
      char **argv)
{
#define ADD(name, function) \
  g_test_add ("/ui/results/" name, Fixture, NULL, set_up, function, tear_down)

  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  ADD ("are-gone-through-by-keys", test_keys);
  ADD ("come-back-when-deleted", test_delete);
  ADD ("are-copied", test_copy);
  ADD ("go-where-the-user-chooses", test_target);
  ADD ("are-compared", test_compare);
  ADD ("lie-left-and-right-of-the-divider", test_divider);
  ADD ("lie-so-from-right-to-left", test_divider_from_right_to_left);
  ADD ("are-varied-and-blended", test_variations);
  ADD ("are-drawn-again-where-the-file-is-gone", test_lost_file);
  ADD ("are-saved-though-the-window-turns-away", test_save_held_open);
  ADD ("come-best-first", test_best_first);
  ADD ("are-checked-when-asked", test_check);

  return g_test_run ();
}
