/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The window that extends an image: an aspect sets the numbers, a number of one's own
 * unsets the aspect, and one sees how large the image becomes.  Nothing to add is
 * nothing to press, and a problem stays until something is changed.
 */

#include "tests/ui/hands.h"
#include "ui/generate/pisces-extend-window.h"

/* GTK shows a button that a key activates as pressed, for 250 ms.  */
#define PRESSED 400

static GtkWidget *
open_window (gint width,
             gint height)
{
  GtkWidget *window = pisces_extend_window_new ();

  pisces_extend_window_set_image (PISCES_EXTEND_WINDOW (window), "sea.xcf", width, height);

  return hands_show (window);
}

static gint
number (GtkWidget   *window,
        const gchar *id)
{
  return gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (hands_find (window, id)));
}

static void
set_number (GtkWidget   *window,
            const gchar *id,
            gint         value)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (hands_find (window, id)), value);
}

static const gchar *
aspect (GtkWidget *window)
{
  return gtk_combo_box_get_active_id (GTK_COMBO_BOX (hands_find (window, "aspect")));
}

static void
choose (GtkWidget   *window,
        const gchar *id)
{
  g_assert_true (gtk_combo_box_set_active_id (GTK_COMBO_BOX (hands_find (window, "aspect")), id));
}

static void
assert_numbers (GtkWidget *window,
                gint       left,
                gint       right,
                gint       top,
                gint       bottom)
{
  g_assert_cmpint (number (window, "left"), ==, left);
  g_assert_cmpint (number (window, "right"), ==, right);
  g_assert_cmpint (number (window, "top"), ==, top);
  g_assert_cmpint (number (window, "bottom"), ==, bottom);
}

static void
test_aspect (void)
{
  GtkWidget *window = open_window (256, 256);

  g_assert_cmpstr (aspect (window), ==, "16:9");
  assert_numbers (window, 99, 100, 0, 0);
  g_assert_cmpstr (hands_get_label (window, "size"), ==, "From 256 × 256 to 455 × 256 pixels");
  g_assert_true (hands_can_use (window, "extend"));

  choose (window, "2:3");
  assert_numbers (window, 0, 0, 64, 64);
  choose (window, "1:1");
  assert_numbers (window, 0, 0, 0, 0);
  g_assert_cmpstr (hands_get_label (window, "size"), ==, "256 × 256 pixels, as it is");
  g_assert_false (hands_can_use (window, "extend"));

  gtk_widget_destroy (window);
}

/* Another image: what was written stays, and the numbers are its own.  */
static void
test_another_image (void)
{
  GtkWidget *window = open_window (256, 256);

  gtk_entry_set_text (GTK_ENTRY (hands_find (window, "prompt")), "a hill");
  pisces_extend_window_set_image (PISCES_EXTEND_WINDOW (window), "b.xcf", 512, 512);
  assert_numbers (window, 199, 199, 0, 0);
  pisces_extend_window_set_image (PISCES_EXTEND_WINDOW (window), "c.xcf", 1920, 1080);
  g_assert_cmpstr (aspect (window), ==, "1:1");
  assert_numbers (window, 0, 0, 420, 420);
  g_assert_cmpstr (hands_get_label (window, "name"), ==, "c.xcf");
  g_assert_cmpstr (pisces_extend_window_get_prompt (PISCES_EXTEND_WINDOW (window)), ==, "a hill");

  gtk_widget_destroy (window);
}

static void
test_own_numbers (void)
{
  GtkWidget    *window = open_window (256, 256);
  PiscesBorders borders;

  set_number (window, "top", 30);
  g_assert_cmpstr (aspect (window), ==, "own");
  assert_numbers (window, 99, 100, 30, 0);
  g_assert_cmpstr (hands_get_label (window, "size"), ==, "From 256 × 256 to 455 × 286 pixels");
  g_assert_true (pisces_extend_window_get_borders (PISCES_EXTEND_WINDOW (window), 256, 256,
                                                   &borders, NULL));
  g_assert_cmpint (borders.top, ==, 30);
  g_assert_cmpint (borders.right, ==, 100);

  set_number (window, "left", 0);
  set_number (window, "right", 0);
  set_number (window, "top", 0);
  g_assert_false (hands_can_use (window, "extend"));
  set_number (window, "bottom", 1);
  g_assert_true (hands_can_use (window, "extend"));

  gtk_widget_destroy (window);
}

/* An image that was changed meanwhile gets the aspect that was chosen.  */
static void
test_changed_image (void)
{
  GtkWidget         *window = open_window (256, 256);
  g_autoptr (GError) error  = NULL;
  PiscesBorders      borders;

  g_assert_true (pisces_extend_window_get_borders (PISCES_EXTEND_WINDOW (window), 100, 100,
                                                   &borders, NULL));
  g_assert_cmpint (100 + borders.left + borders.right, ==, 178);
  g_assert_false (pisces_extend_window_get_borders (PISCES_EXTEND_WINDOW (window), 1920, 1080,
                                                    &borders, &error));
  g_assert_nonnull (error);

  gtk_widget_destroy (window);
}

static void
test_request (void)
{
  GtkWidget *window = open_window (256, 256);
  guint      n      = 0;

  g_signal_connect_swapped (window, "extend-requested", G_CALLBACK (hands_count), &n);
  hands_click (window, "extend");
  g_assert_cmpuint (n, ==, 1);

  gtk_widget_grab_focus (hands_find (window, "prompt"));
  hands_press (window, GDK_KEY_Return, 0);
  hands_wait (PRESSED);
  g_assert_cmpuint (n, ==, 2);

  choose (window, "1:1");
  hands_press (window, GDK_KEY_Return, 0);
  hands_wait (PRESSED);
  g_assert_cmpuint (n, ==, 2);

  gtk_widget_destroy (window);
}

static void
test_problem (void)
{
  GtkWidget *window = open_window (256, 256);

  g_assert_false (gtk_widget_get_visible (hands_find (window, "problem")));
  pisces_extend_window_show_problem (PISCES_EXTEND_WINDOW (window), "It is too large.");
  g_assert_cmpstr (hands_get_label (window, "problem"), ==, "It is too large.");
  g_assert_true (gtk_widget_get_visible (hands_find (window, "problem")));
  set_number (window, "left", 3);
  g_assert_false (gtk_widget_get_visible (hands_find (window, "problem")));

  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/extend/aspect", test_aspect);
  g_test_add_func ("/extend/another-image", test_another_image);
  g_test_add_func ("/extend/own-numbers", test_own_numbers);
  g_test_add_func ("/extend/changed-image", test_changed_image);
  g_test_add_func ("/extend/request", test_request);
  g_test_add_func ("/extend/problem", test_problem);

  return g_test_run ();
}
