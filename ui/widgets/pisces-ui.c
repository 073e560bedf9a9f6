/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-ui.c: what all widgets of this folder share: the resources, and
 * three short helpers for GTK 3.
 */

#include <math.h>

#include "ui/pisces-ui-resources.h"
#include "ui/widgets/pisces-ui.h"

#define FRAME 48   /* pixels that window borders need at most */
#define FIRST_LETTER_NOT_LATIN 0x250
#define OWN_TOOLTIP "pisces-own-tooltip"   /* of a widget, as data */

static void set_default_icon (void);
static void set_contrast     (void);
static void fit_to_screen    (GtkWindow *window,
                              gint      *width,
                              gint      *height);

/* The library is static, and a linker drops the resources of a static library
 * if nothing refers to them.  So they are registered here by name, once.
 */
void
pisces_ui_ensure_resources (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done))
    {
      g_resources_register (pisces_ui_get_resource ());
      gtk_icon_theme_add_resource_path (gtk_icon_theme_get_default (),
                                        "/pisces/icons");
      set_default_icon ();
      set_contrast ();
      g_once_init_leave (&done, 1);
    }
}

/* GTK makes less important text paler.  With its opacity of 55 %, the contrast
 * in GIMP's dark theme is only 3.4 : 1, while small text needs 4.5 : 1 (WCAG
 * 1.4.3).  And in GIMP's light theme, the text on the badges of pictures would be
 * black on dark grey.
 */
static void
set_contrast (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (provider, ".dim-label { opacity: 0.75; }"
                                   ".pisces-badge { color: white;"
                                   " background-color: rgba(0, 0, 0, 0.75);"
                                   " padding: 0 3px; }",
                                   -1, NULL);
  gtk_style_context_add_provider_for_screen (
    gdk_screen_get_default (), GTK_STYLE_PROVIDER (provider),
    GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/* Sets the icon by its pixels, not by its name: GIMP has its own icon theme,
 * which does not contain our names, and its own default icon, which would be
 * shown instead.
 */
static void
set_default_icon (void)
{
  static const gint sizes[] = { 16, 24, 32, 48, 64, 128 };
  GList            *icons   = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      GdkPixbuf *icon = gdk_pixbuf_new_from_resource_at_scale (
                          "/pisces/icons/scalable/apps/pisces.svg",
                          sizes[i], sizes[i], TRUE, NULL);

      if (icon)
        icons = g_list_prepend (icons, icon);
    }

  gtk_window_set_default_icon_list (icons);
  g_list_free_full (icons, g_object_unref);
}

/* Sets what a screen reader says for @widget.  */
void
pisces_ui_set_name (GtkWidget   *widget,
                    const gchar *name)
{
  atk_object_set_name (gtk_widget_get_accessible (widget), name);
}

static void
name_buttons (GtkWidget *widget,
              gpointer   name)
{
  if (GTK_IS_BUTTON (widget))
    pisces_ui_set_name (widget, name);
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), name_buttons, name);
}

/* The focus of a combo box goes to a button inside it, which assistive tools
 * treat as a control of its own, so that one needs the name too.
 */
void
pisces_ui_name_combo (GtkWidget   *combo,
                      const gchar *name)
{
  gtk_container_forall (GTK_CONTAINER (combo), name_buttons, (gpointer) name);
}

/**
 * pisces_ui_explain:
 * @why: (nullable): why @widget cannot be used, as a sentence, which replaces its
 *   tooltip; %NULL: its own tooltip is shown again.
 */
void
pisces_ui_explain (GtkWidget   *widget,
                   const gchar *why)
{
  const gchar *own = g_object_get_data (G_OBJECT (widget), OWN_TOOLTIP);

  if (! own)
    {
      g_autofree gchar *present = gtk_widget_get_tooltip_text (widget);

      own = present ? present : "";
      g_object_set_data_full (G_OBJECT (widget), OWN_TOOLTIP, g_strdup (own), g_free);
      own = g_object_get_data (G_OBJECT (widget), OWN_TOOLTIP);
    }

  gtk_widget_set_tooltip_text (widget, why ? why : *own ? own : NULL);
  atk_object_set_description (gtk_widget_get_accessible (widget), why ? why : own);
}

/* Makes @widget sensitive, or insensitive with a tooltip that says why.  */
void
pisces_ui_set_usable (GtkWidget   *widget,
                      gboolean     usable,
                      const gchar *why)
{
  gtk_widget_set_sensitive (widget, usable);
  pisces_ui_explain (widget, usable ? NULL : why);
}

static void
destroy_child (GtkWidget *child,
               gpointer   data)
{
  gtk_widget_destroy (child);
}

void
pisces_ui_empty (GtkContainer *container)
{
  gtk_container_foreach (container, destroy_child, NULL);
}

/**
 * pisces_ui_get_text:
 *
 * Returns: (transfer full): all text of @buffer.
 */
gchar *
pisces_ui_get_text (GtkTextBuffer *buffer)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

/**
 * pisces_ui_put_text:
 * @text: the new text of @buffer.
 *
 * Changes only what comes after the beginning that both texts share.  While a
 * text streams in, the view does not jump, and a screen reader says each word
 * only once.
 */
void
pisces_ui_put_text (GtkTextBuffer *buffer,
                    const gchar   *text)
{
  g_autofree gchar *present = pisces_ui_get_text (buffer);
  const gchar      *a       = present;
  const gchar      *b       = text;
  GtkTextIter       from, end;

  while (*a && *b && g_utf8_get_char (a) == g_utf8_get_char (b))
    {
      a = g_utf8_next_char (a);
      b = g_utf8_next_char (b);
    }

  if (*a)
    {
      gtk_text_buffer_get_iter_at_offset (buffer, &from,
                                          g_utf8_pointer_to_offset (present, a));
      gtk_text_buffer_get_end_iter (buffer, &end);
      gtk_text_buffer_delete (buffer, &from, &end);
    }

  if (*b)
    {
      gtk_text_buffer_get_end_iter (buffer, &end);
      gtk_text_buffer_insert (buffer, &end, b, -1);
    }
}

/**
 * pisces_ui_is_key:
 * @event: a key that was pressed.
 * @keyval: the key to compare with; for a letter, the lower-case one.
 * @modifiers: the modifier keys that must be held down, and no others.
 *
 * With a keyboard layout for another script, such as Cyrillic, a letter is
 * found by its position in a Latin layout of the same keyboard, as GTK does
 * for its own shortcuts.
 *
 * Returns: whether it is this key.
 */
gboolean
pisces_ui_is_key (const GdkEventKey *event,
                  guint              keyval,
                  GdkModifierType    modifiers)
{
  GdkKeymap        *keymap;
  g_autofree guint *others = NULL;
  gint              n      = 0;
  gboolean          found  = FALSE;

  if ((event->state & gtk_accelerator_get_default_mod_mask ()) != modifiers)
    return FALSE;
  if (gdk_keyval_to_lower (event->keyval) == keyval)
    return TRUE;
  if (gdk_keyval_to_unicode (event->keyval) < FIRST_LETTER_NOT_LATIN)
    return FALSE;

  keymap = gdk_keymap_get_for_display (gdk_window_get_display (event->window));
  gdk_keymap_get_entries_for_keycode (keymap, event->hardware_keycode, NULL,
                                      &others, &n);
  for (gint i = 0; i < n; i++)
    found |= others[i] == keyval;

  return found;
}

/* Stores the size of @window and the width of the side pane in @paned.  */
void
pisces_ui_get_geometry (GtkWindow   *window,
                        GtkPaned    *paned,
                        GKeyFile    *settings,
                        const gchar *group)
{
  gint width, height;

  gtk_window_get_size (window, &width, &height);
  g_key_file_set_integer (settings, group, "window-width", width);
  g_key_file_set_integer (settings, group, "window-height", height);
  g_key_file_set_integer (settings, group, "pane-width",
                          gtk_paned_get_position (paned));
}

/* Sizes that make no sense change nothing.  A window that is not shown yet is
 * made to fit the screen, which may be smaller than the one that it was on
 * before.
 */
void
pisces_ui_set_geometry (GtkWindow   *window,
                        GtkPaned    *paned,
                        GKeyFile    *settings,
                        const gchar *group)
{
  gint width      = g_key_file_get_integer (settings, group, "window-width", NULL);
  gint height     = g_key_file_get_integer (settings, group, "window-height", NULL);
  gint pane_width = g_key_file_get_integer (settings, group, "pane-width", NULL);

  if (width <= 0 || height <= 0 || width >= 16384 || height >= 16384)
    gtk_window_get_default_size (window, &width, &height);

  fit_to_screen (window, &width, &height);
  if (width > 0 && height > 0)
    gtk_window_resize (window, width, height);

  if (pane_width > 0 && pane_width < 16384)
    gtk_paned_set_position (paned, pane_width);
}

/**
 * pisces_ui_load_toggle:
 *
 * A value that is missing, or is not true or false, changes nothing.
 */
void
pisces_ui_load_toggle (GKeyFile    *settings,
                       const gchar *group,
                       const gchar *key,
                       GtkWidget   *toggle)
{
  g_autoptr (GError) error = NULL;
  gboolean           value = g_key_file_get_boolean (settings, group, key, &error);

  if (! error)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (toggle), value);
}

/**
 * pisces_ui_load_number:
 *
 * A value that is missing, or is no number, changes nothing.
 */
void
pisces_ui_load_number (GKeyFile    *settings,
                       const gchar *group,
                       const gchar *key,
                       GtkWidget   *spin)
{
  g_autoptr (GError) error = NULL;
  gdouble            value = g_key_file_get_double (settings, group, key, &error);

  if (! error && isfinite (value))
    gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), value);
}

static void
fit_to_screen (GtkWindow *window,
               gint      *width,
               gint      *height)
{
  GdkDisplay   *display = gtk_widget_get_display (GTK_WIDGET (window));
  GdkMonitor   *monitor = gdk_display_get_primary_monitor (display);
  GdkRectangle  area;

  if (! monitor)
    monitor = gdk_display_get_monitor (display, 0);
  if (! monitor)
    return;

  gdk_monitor_get_workarea (monitor, &area);
  *width  = MIN (*width,  area.width  - FRAME);
  *height = MIN (*height, area.height - FRAME);
}
