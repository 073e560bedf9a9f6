/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * hands.c: what a test does to a window in place of a person: find a widget by
 * its id in the .ui file, press a key, click, write, wait.
 */

#include <locale.h>
#include <libintl.h>

#include "tests/ui/hands.h"

/* Starts GTK in the language of the environment, with the catalogues in
 * PISCES_LOCALE_DIR.
 */
void
hands_init (int    *argc,
            char ***argv)
{
  const gchar *locale = g_getenv ("PISCES_LOCALE_DIR");

  setlocale (LC_ALL, "");
  if (locale)
    bindtextdomain (GETTEXT_PACKAGE, locale);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  gtk_init (argc, argv);
  if (g_getenv ("PISCES_TEST_RIGHT_TO_LEFT"))
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
}

/* The widget inside @root that is called @id in its .ui file, or %NULL.  */
GtkWidget *
hands_find (GtkWidget   *root,
             const gchar *id)
{
  g_autoptr (GList)  children = NULL;
  GtkWidget         *found    = NULL;
  GList             *list;

  if (GTK_IS_BUILDABLE (root) &&
      g_strcmp0 (gtk_buildable_get_name (GTK_BUILDABLE (root)), id) == 0)
    return root;

  if (! GTK_IS_CONTAINER (root))
    return NULL;

  children = gtk_container_get_children (GTK_CONTAINER (root));
  for (list = children; list && ! found; list = list->next)
    found = hands_find (list->data, id);

  return found;
}

static gboolean
quit_loop (gpointer loop)
{
  g_main_loop_quit (loop);

  return G_SOURCE_REMOVE;
}

void
hands_wait (guint milliseconds)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add (milliseconds, quit_loop, loop);
  g_main_loop_run (loop);
}

/* Shows @window and waits until it has the focus, as it has for a user.  */
GtkWidget *
hands_show (GtkWidget *window)
{
  gint64 latest = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;

  gtk_window_present (GTK_WINDOW (window));
  while (! gtk_window_is_active (GTK_WINDOW (window)) &&
         g_get_monotonic_time () < latest)
    hands_wait (10);

  g_assert_true (gtk_widget_get_mapped (window));
  while (gtk_events_pending ())
    gtk_main_iteration ();

  return window;
}

/* A key press as the window gets it from the display.  */
void
hands_press (GtkWidget       *window,
                 guint            keyval,
                 GdkModifierType  state)
{
  g_autofree GdkKeymapKey *keys  = NULL;
  gint                     n     = 0;
  GdkEvent                *event = gdk_event_new (GDK_KEY_PRESS);

  gdk_keymap_get_entries_for_keyval (gdk_keymap_get_for_display (
                                       gtk_widget_get_display (window)),
                                     keyval, &keys, &n);

  event->key.window           = g_object_ref (gtk_widget_get_window (window));
  event->key.keyval           = keyval;
  event->key.state            = state;
  event->key.hardware_keycode = n ? keys[0].keycode : 0;
  event->key.string           = g_strdup ("");
  gdk_event_set_device (event,
                        gdk_seat_get_keyboard (gdk_display_get_default_seat (
                          gtk_widget_get_display (window))));
  gtk_main_do_event (event);
  gdk_event_free (event);
}

gchar *
hands_get_text (GtkWidget *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter    start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

void
hands_set_text (GtkWidget   *view,
                      const gchar *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)),
                            text, -1);
}

/* The text of a label, or of a button's label without its mnemonic. */
const gchar *
hands_get_label (GtkWidget   *root,
                 const gchar *id)
{
  GtkWidget *widget = hands_find (root, id);

  g_assert_nonnull (widget);

  return gtk_label_get_text (GTK_LABEL (widget));
}

void
hands_click (GtkWidget   *root,
             const gchar *id)
{
  GtkWidget *button = hands_find (root, id);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_is_sensitive (button));
  gtk_button_clicked (GTK_BUTTON (button));
}

gboolean
hands_can_use (GtkWidget   *root,
               const gchar *id)
{
  GtkWidget *widget = hands_find (root, id);

  g_assert_nonnull (widget);

  return gtk_widget_is_sensitive (widget) && gtk_widget_get_visible (widget);
}

/* The dialog that a window shows; NULL if there is none.  */
GtkDialog *
hands_find_question (GtkWidget *window)
{
  g_autoptr (GList) tops = gtk_window_list_toplevels ();

  for (GList *top = tops; top; top = top->next)
    if (GTK_IS_MESSAGE_DIALOG (top->data) &&
        gtk_window_get_transient_for (top->data) == GTK_WINDOW (window))
      return top->data;

  return NULL;
}

/* A handler for signals without arguments that matter.  */
void
hands_count (guint *counter)
{
  (*counter)++;
}
