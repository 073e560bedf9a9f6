/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every control has a name for a screen reader, every control with a label
 * has a mnemonic of its own, Tab reaches all of them, and the windows fit on
 * a small screen.  Run in English and in German.
 */

#include <glib/gi18n-lib.h>

#include "tests/ui/hands.h"
#include "tests/ui/sample.h"
#include "ui/describe/pisces-describe-window.h"
#include "ui/files/pisces-files-table.h"
#include "ui/files/pisces-files-window.h"
#include "ui/generate/pisces-extend-window.h"
#include "ui/generate/pisces-generate-window.h"

/* 1024 × 600 without the space for a panel and a title bar.  */
#define SCREEN_WIDTH  1000
#define SCREEN_HEIGHT 540

typedef enum
{
  DESCRIBE,
  GENERATE,
  FILES,
  EXTEND,
  N_KINDS
} Kind;

/* The texts of an image that is closed, so that there is a button for them.  */
static void
keep_texts (GtkWidget *window)
{
  static const gchar * const  none[]  = { NULL };
  g_autofree gchar           *path    = g_build_filename (g_get_user_runtime_dir (),
                                                          "pisces-no-drafts.ini", NULL);
  g_autoptr (PiscesTextDrafts) drafts = pisces_text_drafts_new (path, NULL);
  g_autoptr (GPtrArray)       texts   = pisces_alt_texts_new ();
  PiscesTextDraft            *draft   = pisces_text_drafts_add (drafts);

  pisces_alt_texts_add (texts, PISCES_ALT_TEXT_DEFAULT, "A boat.", NULL);
  pisces_text_drafts_set_image (drafts, draft, "boat.png", none);
  pisces_text_drafts_set_texts (drafts, draft, texts, none, none);
  pisces_text_drafts_set_shown (drafts, draft, FALSE);
  pisces_texts_pane_set_drafts (
    pisces_describe_window_get_texts_pane (PISCES_DESCRIBE_WINDOW (window)), drafts);
  g_assert_true (gtk_widget_get_visible (hands_find (window, "kept")));
}

static GtkWidget *
new_files_window (void)
{
  g_autoptr (PiscesFileList)  list   = pisces_file_list_new ();
  g_autoptr (GPtrArray)       paths  = g_ptr_array_new ();
  GtkWidget                  *window;

  g_ptr_array_add (paths, "/home/me/pictures/house.jpg");
  pisces_file_list_add (list, paths);
  window = pisces_files_window_new (list);
  pisces_files_table_select (PISCES_FILES_TABLE (hands_find (window, "table")),
                             pisces_file_list_find (list, paths->pdata[0]));
  hands_set_text (hands_find (hands_find (window, "field"), "view"), "mine");

  return window;
}

/* Each window, with content in every place.  */
static GtkWidget *
open_window (Kind kind)
{
  g_autoptr (PiscesImage) image = sample_image_scene (64, 0);
  PiscesStatus            status;
  GtkWidget              *window;

  sample_status (&status);
  if (kind == FILES)
    {
      window = new_files_window ();
      pisces_files_window_set_status (PISCES_FILES_WINDOW (window), &status);
      pisces_files_window_show_message (PISCES_FILES_WINDOW (window), GTK_MESSAGE_WARNING,
                                        "The model does not know a word.");
    }
  else if (kind == EXTEND)
    {
      window = pisces_extend_window_new ();
      pisces_extend_window_set_image (PISCES_EXTEND_WINDOW (window), "house.jpg", 256, 256);
      pisces_extend_window_show_problem (PISCES_EXTEND_WINDOW (window), "It is too large.");
    }
  else if (kind == GENERATE)
    {
      g_autoptr (PiscesPicture) picture = NULL;
      g_autoptr (GKeyFile)      settings = g_key_file_new ();

      picture = sample_picture ("a hill", "a green hill", 7, image);
      g_key_file_set_boolean (settings, "generate", "advanced", TRUE);
      g_key_file_set_boolean (settings, "generate", "plan-open", TRUE);
      g_key_file_set_boolean (settings, "generate", "model-settings", FALSE);
      g_key_file_set_string (settings, "generate", "place", "fill");
      window = pisces_generate_window_new ();
      pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (window),
                                           settings);
      sample_set_target (window, "sea.xcf");
      pisces_generate_window_set_status (PISCES_GENERATE_WINDOW (window),
                                         &status);
      pisces_generate_window_add_picture (PISCES_GENERATE_WINDOW (window),
                                          picture);
      pisces_generate_window_show_message (PISCES_GENERATE_WINDOW (window),
                                           GTK_MESSAGE_WARNING,
                                           "The model does not know a word.");
    }
  else
    {
      window = pisces_describe_window_new ();
      pisces_describe_window_set_image (PISCES_DESCRIBE_WINDOW (window),
                                        image, "house.jpg");
      pisces_describe_window_set_status (PISCES_DESCRIBE_WINDOW (window),
                                         &status);
      hands_set_text (hands_find (hands_find (window, "short_field"), "view"),
                      "mine");
      hands_set_text (hands_find (hands_find (window, "long_field"), "view"),
                      "mine");
      pisces_describe_window_set_texts (PISCES_DESCRIBE_WINDOW (window),
                                        "A house.", "A white house.", PISCES_TEXTS_WRITTEN);
      pisces_describe_window_set_saved (PISCES_DESCRIBE_WINDOW (window));
      keep_texts (window);
      pisces_describe_window_show_message (PISCES_DESCRIBE_WINDOW (window),
                                           GTK_MESSAGE_WARNING,
                                           "The model does not know a word.");
    }

  return hands_show (window);
}

static void
collect (GtkWidget *widget,
         gpointer   list)
{
  if (! gtk_widget_get_visible (widget))
    return;

  g_ptr_array_add (list, widget);
  if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), collect, list);
}

static GPtrArray *
all_widgets (GtkWidget *window)
{
  GPtrArray *list = g_ptr_array_new ();

  collect (window, list);

  return list;
}

static gboolean
has_name (GtkWidget *widget)
{
  AtkObject                  *object = gtk_widget_get_accessible (widget);
  const gchar                *name   = atk_object_get_name (object);
  g_autoptr (AtkRelationSet)  set    = atk_object_ref_relation_set (object);

  return (name && *name) ||
         atk_relation_set_contains (set, ATK_RELATION_LABELLED_BY);
}

static void
test_names (gconstpointer kind)
{
  GtkWidget            *window = open_window (GPOINTER_TO_INT (kind));
  g_autoptr (GPtrArray) list   = all_widgets (window);
  guint                 n      = 0;
  guint                 i;

  for (i = 0; i < list->len; i++)
    {
      GtkWidget *widget = list->pdata[i];
      AtkRole    role   = atk_object_get_role (
        gtk_widget_get_accessible (widget));

      if (GTK_IS_WINDOW (widget) ||
          GTK_IS_SCROLLED_WINDOW (widget) || GTK_IS_SCROLLBAR (widget) ||
          GTK_IS_PANED (widget) ||
          /* the inside of a combo box, which has the name itself */
          (GTK_IS_TOGGLE_BUTTON (widget) &&
           gtk_widget_get_ancestor (widget, GTK_TYPE_COMBO_BOX)) ||
          ! (gtk_widget_get_can_focus (widget) || role == ATK_ROLE_IMAGE ||
             role == ATK_ROLE_PROGRESS_BAR) ||
          (GTK_IS_IMAGE (widget) && ! gtk_widget_get_can_focus (widget)))
        continue;

      n++;
      if (! has_name (widget))
        g_error ("%s \"%s\" has no accessible name.",
                 G_OBJECT_TYPE_NAME (widget),
                 gtk_buildable_get_name (GTK_BUILDABLE (widget)) ?
                 gtk_buildable_get_name (GTK_BUILDABLE (widget)) : "");
    }
  g_assert_cmpuint (n, >, 6);

  gtk_widget_destroy (window);
}

static guint
get_mnemonic (GtkWidget *widget)
{
  if (! GTK_IS_LABEL (widget))
    return GDK_KEY_VoidSymbol;

  return gtk_label_get_mnemonic_keyval (GTK_LABEL (widget));
}

/* Among the visible widgets only: a hidden page reacts to no keys.  */
static void
check_mnemonics (GtkWidget *window)
{
  g_autoptr (GPtrArray)  list  = all_widgets (window);
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);
  guint                  i;

  for (i = 0; i < list->len; i++)
    {
      GtkWidget   *widget = list->pdata[i];
      guint        key    = get_mnemonic (widget);
      const gchar *other;

      if (! gtk_widget_get_mapped (widget))
        continue;

      if (key == GDK_KEY_VoidSymbol)
        {
          /* Every button with a label must have one, except for GTK's own, such as
           * the heads of columns.  */
          if (GTK_IS_LABEL (widget) &&
              gtk_widget_get_ancestor (widget, GTK_TYPE_BUTTON) &&
              ! gtk_widget_get_ancestor (widget, GTK_TYPE_TREE_VIEW))
            g_error ("The button \"%s\" has no mnemonic.",
                     gtk_label_get_text (GTK_LABEL (widget)));
          continue;
        }

      other = g_hash_table_lookup (taken, GUINT_TO_POINTER (key));
      if (other)
        g_error ("\"%s\" and \"%s\" have the same mnemonic.", other,
                 gtk_label_get_label (GTK_LABEL (widget)));
      g_hash_table_insert (taken, GUINT_TO_POINTER (key),
                           (gpointer) gtk_label_get_label (GTK_LABEL (widget)));
    }
  g_assert_cmpuint (g_hash_table_size (taken), >, 6);
}

static void
test_mnemonics (gconstpointer kind)
{
  GtkWidget *window = open_window (GPOINTER_TO_INT (kind));

  check_mnemonics (window);

  if (GPOINTER_TO_INT (kind) == GENERATE)
    {
      g_autoptr (GKeyFile) settings = g_key_file_new ();

      gtk_widget_destroy (window);
      g_key_file_set_boolean (settings, "generate", "advanced", TRUE);
      g_key_file_set_boolean (settings, "generate", "plan-open", TRUE);
      g_key_file_set_string (settings, "generate", "place", "fill");
      window = pisces_generate_window_new ();
      pisces_generate_window_set_settings (PISCES_GENERATE_WINDOW (window),
                                           settings);
      sample_set_target (window, "sea.xcf");
      hands_show (window);
      g_assert_true (gtk_widget_get_mapped (hands_find (window, "grow")));
      check_mnemonics (window);
    }
  else if (GPOINTER_TO_INT (kind) == DESCRIBE)
    {
      GtkNotebook *pages = GTK_NOTEBOOK (hands_find (window, "pages"));

      for (gint i = 0; i < gtk_notebook_get_n_pages (pages); i++)
        {
          gtk_notebook_set_current_page (pages, i);
          hands_wait (50);
          check_mnemonics (window);
        }
    }

  gtk_widget_destroy (window);
}

/* Goes from control to control with Tab only, all round and back to the
 * first.  */
static void
test_tab (gconstpointer kind)
{
  static const gchar    *generate_ids[] = { "prompt_view", "plan_view", "count",
                                            "seed", "dice", "new_seed",
                                            "advanced", "model_settings",
                                            "guidance", "steps", "strength",
                                            "surroundings", "grow", "start",
                                            "use_seed", "add", NULL };
  static const gchar    *describe_ids[] = { "look_closer", "start", "view", "copy",
                                            "bring_back", "use_as_prompt",
                                            "save", NULL };
  static const gchar    *files_ids[]    = { "add_files", "add_folder", "remove", "view",
                                            "copy", "start", "overwrite", "find_keywords", "keep_time",
                                            "save_selected", "save_all", NULL };
  static const gchar    *extend_ids[]   = { "prompt", "left", "right", "top", "bottom",
                                            "cancel", "extend", NULL };
  const gchar          **all_ids[]      = { describe_ids, generate_ids, files_ids, extend_ids };
  const gchar          **ids            = all_ids[GPOINTER_TO_INT (kind)];
  GtkWidget             *window         = open_window (GPOINTER_TO_INT (kind));
  g_autoptr (GHashTable) seen           = g_hash_table_new (g_str_hash,
                                                            g_str_equal);
  guint                  i;

  for (i = 0; i < 60; i++)
    {
      GtkWidget   *focus;
      const gchar *id;

      g_signal_emit_by_name (window, "move-focus", GTK_DIR_TAB_FORWARD);
      focus = gtk_window_get_focus (GTK_WINDOW (window));
      id    = focus ? gtk_buildable_get_name (GTK_BUILDABLE (focus)) : NULL;
      if (id)
        g_hash_table_add (seen, (gpointer) id);
    }

  for (i = 0; ids[i]; i++)
    if (! g_hash_table_contains (seen, ids[i]))
      g_error ("Tab does not reach \"%s\".", ids[i]);

  gtk_widget_destroy (window);
}

static void
test_size (gconstpointer kind)
{
  GtkWidget *window = open_window (GPOINTER_TO_INT (kind));
  gint       width, height;

  gtk_window_resize (GTK_WINDOW (window), 1, 1);
  hands_wait (100);
  gtk_window_get_size (GTK_WINDOW (window), &width, &height);
  g_test_message ("smallest size: %d × %d", width, height);
  g_assert_cmpint (width, <=, SCREEN_WIDTH);
  g_assert_cmpint (height, <=, SCREEN_HEIGHT);

  gtk_widget_destroy (window);
}

/* Makes sure that the German run really is German.  */
static void
test_language (void)
{
  g_assert_cmpstr (_("_Stop"), ==, g_getenv ("PISCES_TEST_STOP_LABEL"));
}

int
main (int    argc,
      char **argv)
{
  static const gchar *names[] = { "describe", "generate", "files", "extend" };

  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  if (g_getenv ("PISCES_TEST_STOP_LABEL"))
    g_test_add_func ("/ui/everyone/is-spoken-to-in-the-language",
                     test_language);
  for (gint kind = 0; kind < N_KINDS; kind++)
    {
      const struct
      {
        const gchar  *claim;
        GTestDataFunc test;
      } claims[] =
      {
        { "every-control-has-a-name",             test_names     },
        { "every-label-has-a-mnemonic-of-its-own", test_mnemonics },
        { "tab-reaches-every-control",            test_tab       },
        { "fits-on-a-small-screen",               test_size      },
      };
      guint i;

      for (i = 0; i < G_N_ELEMENTS (claims); i++)
        {
          g_autofree gchar *path = g_strdup_printf ("/ui/everyone/%s/%s", names[kind],
                                                    claims[i].claim);

          g_test_add_data_func (path, GINT_TO_POINTER (kind),
                                claims[i].test);
        }
    }

  return g_test_run ();
}
