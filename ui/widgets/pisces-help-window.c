/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-help-window.c: the help of a window, in another window beside it:
 * what it is for, and its keys.  It is opened by F1 and by the action
 * "help.open", which buttons use.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-help-window.h"
#include "ui/widgets/pisces-ui.h"

#define HELP_KEY   "pisces-help"
#define TOPIC_KEY  "pisces-help-topic"
#define WIDTH      460
#define HEIGHT     520
#define N_TEXT_MAX 10
#define N_KEYS_MAX 14

/* A key: how GTK writes it, and what it does.  */
typedef struct
{
  const gchar *accelerator;
  const gchar *meaning;
} Key;

typedef struct
{
  const gchar *title;
  const gchar *text[N_TEXT_MAX];
  Key          keys[N_KEYS_MAX];
} Topic;

static const Key common_keys[] =
{
  { "<Primary>z",        N_("Undoes what was written in a field") },
  { "<Shift><Primary>z", N_("Does it again") },
  { "Escape",            N_("Stops the job that runs; where none runs, "
                            "closes the window") },
  { "<Primary>w",        N_("Closes the window; what is in it stays") },
  { "F1",                N_("Opens this help") }
};

static const Topic topics[] =
{
  [PISCES_HELP_GENERATE] =
  {
    N_("Help for Generate Layer"),
    {
      N_("Write what you want to see and choose Generate. The model runs on "
         "this computer; nothing that you write or draw leaves it."),
      N_("Each picture joins the row below. Choose one to see it large, and "
         "add it to the image as a layer, or drag it to the canvas or to "
         "another program. It has the proportions of the place that it is drawn "
         "for, as far as the model draws them."),
      N_("The same words with the same seed draw the same picture. To see "
         "what a word does, change it and keep the seed."),
      N_("Words that the model does not know are underlined; they change "
         "little or nothing."),
      N_("“Draw live” draws a quick draft of what you write, a moment after the "
         "last key. The next draft takes its place, unless you add it to the image. "
         "Generate draws it properly, with the same seed."),
      N_("“Fill the selection” draws what is selected anew, so that it fits what "
         "is around it; without a prompt, as if nothing had been there. It "
         "becomes a layer with the selection as its mask. How much changes, and "
         "what the model sees, is under Advanced."),
      N_("“Change the active layer” draws the layer anew, or what is selected of it, "
         "beginning with what it shows; without a prompt, as it is. The strength says "
         "how much of it changes. The old layer is hidden, not lost."),
      N_("Vary draws another picture that begins with this one. The arrow beside it "
         "opens how far it may go from it."),
      N_("Image ▸ Extend from Prompt makes the canvas larger, to an aspect or by "
         "pixels, and draws the new borders so that they fit."),
      N_("Images and PNG files say in their metadata that a model drew them, "
         "or a part of them, unless you switch “Mark as Made with AI” off in "
         "the menu of the pictures.")
    },
    {
      { "<Primary>Return", N_("Generates") },
      { "<Primary>Up",     N_("Goes back through the prompts that were used") },
      { "<Primary>Down",   N_("Goes forward through them, to what you were "
                              "writing") },
      { "Return",          N_("On a picture: adds it as a layer") },
      { "space",           N_("On a picture: shows it large") },
      { "<Primary>space",  N_("On a picture: marks it as the second of two") },
      { "<Primary>c",      N_("On a picture: copies it") },
      { "Delete",          N_("On a picture: removes it; a bar offers it back") }
    }
  },
  [PISCES_HELP_DESCRIBE] =
  {
    N_("Help for Describe Image"),
    {
      N_("The model on this computer writes a short text about the picture, "
         "for people who cannot see it, and a long one. Nothing leaves this "
         "computer."),
      N_("Check the texts and change what is wrong: the model makes mistakes. "
         "What you have written yourself can be brought back when the model "
         "has written over it."),
      N_("The model that comes with Pisces knows flat and simple pictures "
         "alone. A text about another one, such as a photograph, is marked as "
         "probably wrong, and saved only when you have edited it or have confirmed it."),
      N_("In “About the image” you can say what the model cannot see: what the "
         "image is for, or a name. The language that you choose is the one that "
         "it writes. The model that comes with Pisces can do neither."),
      N_("“Look closer” lets the model see parts of the picture too, so that it "
         "can read small text. Only some models can."),
      N_("Keywords are words to find the image by. They come to those that the "
         "image has, none of which is replaced."),
      N_("Check draws the picture again from the long text and measures how alike "
         "the two are: what the words leave out is missing. Best of 3 writes three "
         "texts and keeps the one that rebuilds the picture best."),
      N_("Save puts the texts into the image's metadata, where programs and "
         "screen readers find them. They go with the file when you save or "
         "export the image with its metadata.")
    },
    {
      { "<Primary>Return", N_("Describes") }
    }
  },
  [PISCES_HELP_FILES] =
  {
    N_("Help for Describe Files"),
    {
      N_("Add pictures or a folder, or drop them on the window. The model on "
         "this computer writes a text about each one."),
      N_("In “About the image” you can say what the model cannot see: what the "
         "image is for, or a name. The language that you choose is the one that "
         "it writes. The model that comes with Pisces can do neither."),
      N_("“Find keywords too” finds words to search for a picture by. They come "
         "to those that its file has, none of which is replaced."),
      N_("Nothing is written to a file until you save it. Only its texts and "
         "keywords change then; the pixels stay as they are, byte for byte."),
      N_("Check each text before you save it: the model makes mistakes. Mark "
         "a picture as decorative if a reader loses nothing without it."),
      N_("“Probably wrong” stands beside a picture that the model does not "
         "know: the one that comes with Pisces knows flat and simple pictures "
         "alone. Such a text is saved only when you have edited it or have confirmed it.")
    },
    {
      { "<Primary>Return", N_("Describes") },
      { "<Primary>Down",   N_("Goes to the next file while you write") },
      { "<Primary>Up",     N_("Goes to the file before") },
      { "<Primary>s",      N_("Saves the texts of all files") }
    }
  },
  [PISCES_HELP_MODELS] =
  {
    N_("Help for Models and Memory"),
    {
      N_("A small model comes with Pisces. Larger ones draw and describe "
         "better, and take more memory and time."),
      N_("Get Models fetches one from the network, when you ask for it; this "
         "is the only thing that uses the network. A model that you have in a "
         "folder can be added from there."),
      N_("“Compare with” is for a model that only says how alike two pictures "
         "are, such as CLIP. Check in Describe Image then measures with it."),
      N_("A model stays in memory after a job, so that the next one begins at "
         "once. It is freed by itself after the time that you choose here, or "
         "when you free the memory.")
    },
    { { NULL, NULL } }
  }
};

static void     add_paragraph      (GtkContainer *box,
                                    const gchar  *text);
static void     add_keys           (GtkGrid      *grid,
                                    const Key    *keys,
                                    guint         n_keys,
                                    gint         *row);
static gboolean help_window_on_key (GtkWidget    *window,
                                    GdkEventKey  *event);
static void     on_destroyed       (GtkWindow    *parent);
static gboolean on_parent_key      (GtkWindow    *parent,
                                    GdkEventKey  *event);
static void     on_open            (GSimpleAction *action,
                                    GVariant      *parameter,
                                    gpointer       parent);


/**
 * pisces_help_add:
 * @window: a window.
 * @topic: what it is for.
 *
 * From now on, F1 opens the window's help, and so does the action "help.open",
 * which its widgets can use.
 */
void
pisces_help_add (GtkWindow       *window,
                 PiscesHelpTopic  topic)
{
  g_autoptr (GSimpleActionGroup) group  = g_simple_action_group_new ();
  g_autoptr (GSimpleAction)      action = g_simple_action_new ("open", NULL);

  g_object_set_data (G_OBJECT (window), TOPIC_KEY, GINT_TO_POINTER (topic));
  g_signal_connect_object (action, "activate", G_CALLBACK (on_open), window, 0);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  gtk_widget_insert_action_group (GTK_WIDGET (window), "help",
                                  G_ACTION_GROUP (group));
  g_signal_connect (window, "key-press-event", G_CALLBACK (on_parent_key),
                    NULL);
}

/**
 * pisces_help_window_open:
 * @parent: the window that the help is about.
 * @topic: what the help is about.
 *
 * Returns: (transfer none): the help window, which is destroyed when it is
 *   closed, or with @parent.
 */
GtkWidget *
pisces_help_window_open (GtkWindow       *parent,
                         PiscesHelpTopic  topic)
{
  GtkWidget *window = g_object_get_data (G_OBJECT (parent), HELP_KEY);
  GtkWidget *scrolled, *box, *grid;
  gint       row    = 0;

  if (window)
    {
      gtk_window_present (GTK_WINDOW (window));
      return window;
    }

  window   = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  scrolled = gtk_scrolled_window_new (NULL, NULL);
  box      = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  grid     = gtk_grid_new ();

  gtk_window_set_title (GTK_WINDOW (window), _(topics[topic].title));
  gtk_window_set_role (GTK_WINDOW (window), "pisces-help");
  gtk_window_set_type_hint (GTK_WINDOW (window), GDK_WINDOW_TYPE_HINT_DIALOG);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled),
                                  GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  g_object_set (box, "margin", 18, NULL);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);

  for (guint i = 0; i < N_TEXT_MAX && topics[topic].text[i]; i++)
    add_paragraph (GTK_CONTAINER (box), _(topics[topic].text[i]));
  add_keys (GTK_GRID (grid), topics[topic].keys, N_KEYS_MAX, &row);
  add_keys (GTK_GRID (grid), common_keys, G_N_ELEMENTS (common_keys), &row);

  gtk_container_add (GTK_CONTAINER (box), grid);
  gtk_container_add (GTK_CONTAINER (scrolled), box);
  gtk_container_add (GTK_CONTAINER (window), scrolled);
  gtk_widget_show_all (scrolled);
  gtk_widget_grab_focus (scrolled);   /* so that the arrow keys scroll */

  g_signal_connect (window, "key-press-event",
                    G_CALLBACK (help_window_on_key), NULL);
  g_object_set_data (G_OBJECT (parent), HELP_KEY, window);
  g_signal_connect_object (window, "destroy",
                           G_CALLBACK (on_destroyed), parent,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));

  return window;
}

/* The text can be selected, so that Tab, and with it a screen reader, reaches
 * it.  */
static void
add_paragraph (GtkContainer *box,
               const gchar  *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_container_add (box, label);
}

static void
add_keys (GtkGrid   *grid,
          const Key *keys,
          guint      n_keys,
          gint      *row)
{
  for (guint i = 0; i < n_keys && keys[i].accelerator; i++)
    {
      GtkWidget        *key, *meaning;
      g_autofree gchar *name = NULL;
      GdkModifierType   modifiers;
      guint             keyval;

      gtk_accelerator_parse (keys[i].accelerator, &keyval, &modifiers);
      name    = gtk_accelerator_get_label (keyval, modifiers);
      key     = gtk_label_new (name);
      meaning = gtk_label_new (_(keys[i].meaning));

      gtk_label_set_xalign (GTK_LABEL (key), 0.0);
      gtk_widget_set_valign (key, GTK_ALIGN_START);
      gtk_style_context_add_class (gtk_widget_get_style_context (key),
                                   "dim-label");
      gtk_label_set_xalign (GTK_LABEL (meaning), 0.0);
      gtk_label_set_line_wrap (GTK_LABEL (meaning), TRUE);
      gtk_widget_set_hexpand (meaning, TRUE);
      gtk_grid_attach (grid, key, 0, *row, 1, 1);
      gtk_grid_attach (grid, meaning, 1, (*row)++, 1, 1);
    }
}

static void
on_destroyed (GtkWindow *parent)
{
  g_object_set_data (G_OBJECT (parent), HELP_KEY, NULL);
}

static gboolean
help_window_on_key (GtkWidget   *window,
                    GdkEventKey *event)
{
  if (! pisces_ui_is_key (event, GDK_KEY_Escape, 0) &&
      ! pisces_ui_is_key (event, GDK_KEY_F1, 0) &&
      ! pisces_ui_is_key (event, GDK_KEY_w, GDK_CONTROL_MASK))
    return FALSE;

  gtk_widget_destroy (window);

  return TRUE;
}

static gboolean
on_parent_key (GtkWindow   *parent,
               GdkEventKey *event)
{
  if (! pisces_ui_is_key (event, GDK_KEY_F1, 0))
    return FALSE;

  pisces_help_window_open (parent, GPOINTER_TO_INT (
                                     g_object_get_data (G_OBJECT (parent),
                                                        TOPIC_KEY)));

  return TRUE;
}

static void
on_open (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       parent)
{
  pisces_help_window_open (parent, GPOINTER_TO_INT (
                                     g_object_get_data (parent, TOPIC_KEY)));
}
