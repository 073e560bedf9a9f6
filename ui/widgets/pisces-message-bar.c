/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-message-bar.c: one sentence for the user at the top of a window,
 * hidden while there is none.  The text can be selected and copied, so that
 * people can search for an error or ask about it.
 */

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-message-bar.h"

struct _PiscesMessageBar
{
  GtkInfoBar  parent_instance;

  GtkWidget  *icon;
  GtkWidget  *label;
};

static const gchar * icon_for_type (GtkMessageType    type);

G_DEFINE_FINAL_TYPE (PiscesMessageBar, pisces_message_bar, GTK_TYPE_INFO_BAR)

static void
pisces_message_bar_class_init (PiscesMessageBarClass *class)
{
}

static void
pisces_message_bar_init (PiscesMessageBar *bar)
{
  GtkInfoBar *info_bar = GTK_INFO_BAR (bar);
  GtkWidget  *content  = gtk_info_bar_get_content_area (info_bar);

  bar->icon = gtk_image_new ();
  gtk_widget_set_valign (bar->icon, GTK_ALIGN_START);
  gtk_container_add (GTK_CONTAINER (content), bar->icon);

  bar->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (bar->label), 0.0);
  gtk_label_set_line_wrap (GTK_LABEL (bar->label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (bar->label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (bar->label), TRUE);
  gtk_widget_set_hexpand (bar->label, TRUE);
  gtk_container_add (GTK_CONTAINER (content), bar->label);
  gtk_widget_show_all (content);

  gtk_info_bar_set_show_close_button (info_bar, TRUE);
  g_signal_connect (bar, "response", G_CALLBACK (gtk_widget_hide), NULL);

  gtk_widget_set_no_show_all (GTK_WIDGET (bar), TRUE);
}

GtkWidget *
pisces_message_bar_new (void)
{
  return g_object_new (PISCES_TYPE_MESSAGE_BAR, NULL);
}

/**
 * pisces_message_bar_show:
 * @text: (nullable): a whole sentence; %NULL hides the bar.  It need not be
 *   valid UTF-8, as it may contain a file name.
 */
void
pisces_message_bar_show (PiscesMessageBar *bar,
                         GtkMessageType    type,
                         const gchar      *text)
{
  g_autofree gchar *shown = NULL;

  g_return_if_fail (PISCES_IS_MESSAGE_BAR (bar));

  if (text == NULL)
    {
      gtk_widget_hide (GTK_WIDGET (bar));
      return;
    }

  gtk_info_bar_set_message_type (GTK_INFO_BAR (bar), type);
  gtk_image_set_from_icon_name (GTK_IMAGE (bar->icon), icon_for_type (type),
                                GTK_ICON_SIZE_MENU);
  shown = g_utf8_make_valid (text, -1);
  gtk_label_set_text (GTK_LABEL (bar->label), shown);
  gtk_widget_show (GTK_WIDGET (bar));
}

/**
 * pisces_message_bar_get_text:
 *
 * Returns: (nullable): the sentence; %NULL while the bar is hidden.
 */
const gchar *
pisces_message_bar_get_text (PiscesMessageBar *bar)
{
  if (! gtk_widget_get_visible (GTK_WIDGET (bar)))
    return NULL;

  return gtk_label_get_text (GTK_LABEL (bar->label));
}

static const gchar *
icon_for_type (GtkMessageType type)
{
  switch (type)
    {
    case GTK_MESSAGE_ERROR:
      return "dialog-error-symbolic";
    case GTK_MESSAGE_WARNING:
      return "dialog-warning-symbolic";
    default:
      return "dialog-information-symbolic";
    }
}
