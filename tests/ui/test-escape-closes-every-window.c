/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Escape closes every window, as Ctrl+W or the window's own button does, and
 * nothing that was written is lost.
 */

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/describe/pisces-describe-window.h"
#include "ui/files/pisces-files-window.h"
#include "ui/generate/pisces-extend-window.h"
#include "ui/generate/pisces-generate-window.h"
#include "ui/models/pisces-get-models-window.h"
#include "ui/models/pisces-models-window.h"

static void
assert_closes (GtkWidget       *window,
               guint            keyval,
               GdkModifierType  state)
{
  hands_show (window);
  hands_press (window, keyval, state);
  hands_wait (20);
  g_assert_false (gtk_widget_get_visible (window));
}

static void
test_every_window (void)
{
  g_autoptr (PiscesFileList)  files  = pisces_file_list_new ();
  g_autoptr (PiscesModelList) models = pisces_model_list_new ("/nowhere");
  GtkWidget                  *windows[] =
  {
    pisces_generate_window_new (),
    pisces_extend_window_new (),
    pisces_describe_window_new (),
    pisces_files_window_new (files),
    pisces_models_window_new (models),
    pisces_get_models_window_new ("/nowhere")
  };

  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      assert_closes (windows[i], GDK_KEY_Escape, 0);
      assert_closes (windows[i], GDK_KEY_w, GDK_CONTROL_MASK);
      gtk_widget_destroy (windows[i]);
    }
}

/* If a text is not saved, the window asks first.  */
static void
test_texts_stay (void)
{
  GtkWidget        *window = pisces_describe_window_new ();
  GtkWidget        *field  = hands_find (hands_find (window, "short_field"),
                                         "view");
  g_autofree gchar *text   = NULL;

  hands_show (window);
  hands_set_text (field, "half a sen");
  hands_press (window, GDK_KEY_Escape, 0);
  hands_wait (20);
  g_assert_true (gtk_widget_get_visible (window));
  gtk_dialog_response (hands_find_question (window), GTK_RESPONSE_CANCEL);
  g_assert_true (gtk_widget_get_visible (window));
  text = hands_get_text (field);
  g_assert_cmpstr (text, ==, "half a sen");

  gtk_widget_destroy (window);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/escape/every-window", test_every_window);
  g_test_add_func ("/escape/texts-stay", test_texts_stay);

  return g_test_run ();
}
