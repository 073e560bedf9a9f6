/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * F1 and the Help buttons open an explanation of every window, with its keys,
 * and need no manual, no browser and no network; Escape only closes the help.
 */

#include "tests/ui/hands.h"
#include "ui/describe/pisces-describe-window.h"
#include "ui/files/pisces-files-window.h"
#include "ui/generate/pisces-generate-window.h"
#include "ui/models/pisces-get-models-window.h"
#include "ui/models/pisces-models-window.h"

static GtkWidget *
find_help (GtkWidget *parent)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *each = windows; each; each = each->next)
    if (gtk_window_get_transient_for (each->data) == GTK_WINDOW (parent) &&
        g_strcmp0 (gtk_window_get_role (each->data), "pisces-help") == 0)
      return each->data;

  return NULL;
}

static void
look_for_words (GtkWidget *widget,
                gpointer   n_words)
{
  if (GTK_IS_LABEL (widget))
    *(guint *) n_words += strlen (gtk_label_get_text (GTK_LABEL (widget))) > 0;
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), look_for_words, n_words);
}

/* The texts of the help.  */
static void
read_words (GtkWidget *widget,
            gpointer   words)
{
  if (GTK_IS_LABEL (widget))
    g_string_append (words, gtk_label_get_text (GTK_LABEL (widget)));
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), read_words, words);
}

static void
look_for_button (GtkWidget *widget,
                 gpointer   button)
{
  if (GTK_IS_BUTTON (widget) &&
      g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)),
                 "help.open") == 0)
    *(GtkWidget **) button = widget;
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), look_for_button, button);
}

static void
test_help (void)
{
  g_autoptr (PiscesFileList)  files  = pisces_file_list_new ();
  g_autoptr (PiscesModelList) models = pisces_model_list_new ("/nowhere");
  GtkWidget                  *windows[] =
  {
    pisces_generate_window_new (),
    pisces_describe_window_new (),
    pisces_files_window_new (files),
    pisces_models_window_new (models),
    pisces_get_models_window_new ("/nowhere")
  };
  /* Things that would surprise a user who has not read them.  */
  const gchar                *said[]    =
  {
    "Mark as Made with AI", "probably wrong", "Probably wrong", NULL, NULL
  };

  for (guint i = 0; i < G_N_ELEMENTS (windows); i++)
    {
      GtkWidget *help;
      GtkWidget *button  = NULL;
      guint      n_words = 0;
      g_autoptr (GString) words = g_string_new (NULL);

      hands_show (windows[i]);
      g_assert_null (find_help (windows[i]));
      hands_press (windows[i], GDK_KEY_F1, 0);
      help = find_help (windows[i]);
      g_assert_nonnull (help);
      look_for_words (help, &n_words);
      g_assert_cmpuint (n_words, >=, 3 + 2 * 5);
      read_words (help, words);
      if (said[i])
        g_assert_nonnull (strstr (words->str, said[i]));

      hands_show (help);
      hands_press (help, GDK_KEY_Escape, 0);
      g_assert_null (find_help (windows[i]));
      g_assert_true (gtk_widget_get_visible (windows[i]));

      /* The help of the window for downloading models is part of that for
       * models.  */
      look_for_button (windows[i], &button);
      g_assert_true (button || PISCES_IS_GET_MODELS_WINDOW (windows[i]));
      if (button)
        {
          gtk_button_clicked (GTK_BUTTON (button));
          g_assert_nonnull (find_help (windows[i]));
        }

      /* The help is closed together with its window.  */
      gtk_widget_destroy (windows[i]);
      g_assert_null (find_help (windows[i]));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_func ("/help/every-window", test_help);

  return g_test_run ();
}
