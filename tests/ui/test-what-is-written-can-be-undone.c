/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything that is written in a field can be undone and redone, word by
 * word; what a program writes there is one step; and no step leads to a text
 * of another image, file or style.
 */

#include "tests/ui/hands.h"
#include "ui/describe/pisces-describe-window.h"
#include "ui/files/pisces-file-pane.h"
#include "ui/generate/pisces-generate-window.h"
#include "ui/generate/pisces-styles-dialog.h"
#include "ui/models/pisces-get-models-window.h"
#include "ui/widgets/pisces-text-field.h"
#include "ui/widgets/pisces-undo.h"

#define SHIFT_CONTROL (GDK_SHIFT_MASK | GDK_CONTROL_MASK)

static gchar *
text_of (GtkWidget *field)
{
  return GTK_IS_ENTRY (field) ?
         g_strdup (gtk_entry_get_text (GTK_ENTRY (field))) :
         hands_get_text (field);
}

static void
assert_text (GtkWidget   *field,
             const gchar *expected)
{
  g_autofree gchar *text = text_of (field);

  g_assert_cmpstr (text, ==, expected);
}

/* As a person does it: each key comes separately from the display.  */
static void
type (GtkWidget   *field,
      const gchar *text)
{
  for (; *text; text = g_utf8_next_char (text))
    {
      hands_press (gtk_widget_get_toplevel (field),
                   gdk_unicode_to_keyval (g_utf8_get_char (text)), 0);
      hands_wait (1);
    }
}

static void
press (GtkWidget       *field,
       guint            keyval,
       GdkModifierType  state)
{
  hands_press (gtk_widget_get_toplevel (field), keyval, state);
  hands_wait (1);
}

static void
test_typing (gconstpointer is_entry)
{
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  GtkWidget *field  = is_entry ? gtk_entry_new () : gtk_text_view_new ();

  gtk_container_add (GTK_CONTAINER (window), field);
  gtk_widget_show (field);
  pisces_undo_add (field);
  hands_show (window);
  gtk_widget_grab_focus (field);

  g_assert_false (pisces_undo_can_undo (field));
  type (field, "a bell löud");
  assert_text (field, "a bell löud");

  press (field, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (field, "a bell ");
  press (field, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (field, "a ");
  press (field, GDK_KEY_Z, SHIFT_CONTROL);
  assert_text (field, "a bell ");
  press (field, GDK_KEY_y, GDK_CONTROL_MASK);
  assert_text (field, "a bell löud");
  g_assert_false (pisces_undo_can_redo (field));

  /* Text that was erased key by key comes back in one step.  */
  for (guint i = 0; i < 4; i++)
    press (field, GDK_KEY_BackSpace, 0);
  assert_text (field, "a bell ");
  press (field, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (field, "a bell löud");
  press (field, GDK_KEY_Home, GDK_CONTROL_MASK);
  for (guint i = 0; i < 3; i++)
    press (field, GDK_KEY_Delete, 0);
  assert_text (field, "ell löud");
  press (field, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (field, "a bell löud");

  /* Typing over a selection is one step.  */
  press (field, GDK_KEY_a, GDK_CONTROL_MASK);
  type (field, "x");
  assert_text (field, "x");
  press (field, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (field, "a bell löud");

  /* A new change after an undo discards the steps that were undone.  */
  press (field, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (field, "a bell ");
  press (field, GDK_KEY_End, GDK_CONTROL_MASK);
  type (field, "!");
  assert_text (field, "a bell !");
  g_assert_false (pisces_undo_can_redo (field));
  press (field, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (field, "a bell ");

  for (guint i = 0; i < 9; i++)
    press (field, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (field, "");

  pisces_undo_forget (window);
  g_assert_false (pisces_undo_can_undo (field));
  g_assert_false (pisces_undo_can_redo (field));

  gtk_widget_destroy (window);
}

static void
test_menu (void)
{
  GtkWidget *window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  GtkWidget *field  = gtk_entry_new ();
  GtkWidget *menu   = gtk_menu_new ();
  GList     *items;

  gtk_container_add (GTK_CONTAINER (window), field);
  gtk_widget_show (field);
  pisces_undo_add (field);
  hands_show (window);
  gtk_widget_grab_focus (field);
  type (field, "bell");

  g_signal_emit_by_name (field, "populate-popup", menu);
  items = gtk_container_get_children (GTK_CONTAINER (menu));
  g_assert_cmpint (g_list_length (items), ==, 3);
  g_assert_true (gtk_widget_get_sensitive (items->data));
  g_assert_false (gtk_widget_get_sensitive (items->next->data));
  gtk_menu_item_activate (items->data);
  assert_text (field, "");
  gtk_menu_item_activate (items->next->data);
  assert_text (field, "bell");
  g_list_free (items);

  gtk_widget_destroy (menu);
  gtk_widget_destroy (window);
}

static void
test_streams (void)
{
  GtkWidget       *window = pisces_describe_window_new ();
  GtkWidget       *fields = hands_find (window, "texts");
  PiscesTextField *field  =
    PISCES_TEXT_FIELD (hands_find (fields, "short_field"));
  GtkWidget       *view   = hands_find (GTK_WIDGET (field), "view");

  hands_show (window);
  gtk_widget_set_sensitive (GTK_WIDGET (field), TRUE);
  hands_wait (1);
  gtk_text_buffer_insert_interactive_at_cursor (
    gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "mine", -1, TRUE);
  hands_wait (1);

  pisces_text_field_stream (field, "The");
  hands_wait (1);
  g_assert_false (pisces_undo_can_undo (view));
  pisces_text_field_stream (field, "The model's");
  hands_wait (1);
  pisces_text_field_stream (field, "The model's text");
  pisces_text_field_end_stream (field);
  hands_wait (1);

  gtk_widget_grab_focus (view);
  press (view, GDK_KEY_z, GDK_CONTROL_MASK);
  assert_text (view, "mine");
  g_assert_false (pisces_text_field_get_machine_made (field));
  press (view, GDK_KEY_z, SHIFT_CONTROL);
  assert_text (view, "The model's text");

  /* Another image: no step leads back to the words about this one.  */
  {
    g_autoptr (GPtrArray) none = g_ptr_array_new ();

    pisces_describe_window_set_saved_texts (PISCES_DESCRIBE_WINDOW (window),
                                            none, FALSE);
  }
  hands_wait (1);
  assert_text (view, "");
  g_assert_false (pisces_undo_can_undo (view));

  gtk_widget_destroy (window);
}

static void
assert_can_undo (GtkWidget *widget,
                 gpointer   n_fields)
{
  if (GTK_IS_TEXT_VIEW (widget) ||
      (GTK_IS_ENTRY (widget) && ! GTK_IS_SPIN_BUTTON (widget)))
    {
      g_test_message ("%s", gtk_buildable_get_name (GTK_BUILDABLE (widget)));
      (*(guint *) n_fields)++;
      if (GTK_IS_ENTRY (widget))
        gtk_entry_set_text (GTK_ENTRY (widget), "some words");
      else
        hands_set_text (widget, "some words");
      pisces_undo_forget (widget);
      if (GTK_IS_ENTRY (widget))
        gtk_entry_set_text (GTK_ENTRY (widget), "others");
      else
        hands_set_text (widget, "others");
      gtk_widget_set_sensitive (widget, TRUE);
      if (gtk_widget_is_sensitive (widget))
        g_assert_true (pisces_undo_can_undo (widget));
      hands_wait (1);
    }
  else if (GTK_IS_CONTAINER (widget))
    {
      gtk_container_forall (GTK_CONTAINER (widget), assert_can_undo, n_fields);
    }
}

static void
assert_fields (GtkWidget *widget,
               guint      n_expected)
{
  guint n = 0;

  assert_can_undo (widget, &n);
  g_assert_cmpuint (n, ==, n_expected);
  gtk_widget_destroy (widget);
}

static void
test_every_field (void)
{
  g_autoptr (PiscesStyles) styles = pisces_styles_new (NULL);
  GtkWidget               *parent = pisces_generate_window_new ();

  assert_fields (pisces_styles_dialog_new (GTK_WINDOW (parent), styles), 2);
  assert_fields (parent, 4);
  assert_fields (pisces_describe_window_new (), 5);
  assert_fields (g_object_ref_sink (g_object_new (PISCES_TYPE_FILE_PANE, NULL)),
                 2);
  assert_fields (pisces_get_models_window_new ("/nowhere"), 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hands_init (&argc, &argv);

  g_test_add_data_func ("/undo/text-view", NULL, test_typing);
  g_test_add_data_func ("/undo/entry", GINT_TO_POINTER (TRUE), test_typing);
  g_test_add_func ("/undo/menu", test_menu);
  g_test_add_func ("/undo/streams", test_streams);
  g_test_add_func ("/undo/every-field", test_every_field);

  return g_test_run ();
}
