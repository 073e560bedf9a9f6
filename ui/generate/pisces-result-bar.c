/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-bar.c: messages above the results, with a button for what can
 * be done: bring back a deleted picture, or remove prompts from the image.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-result-bar.h"
#include "ui/widgets/pisces-message-bar.h"

/* The responses of the buttons.  */
#define BRING_BACK 1
#define REMOVE     2

enum
{
  BROUGHT_BACK,
  REMOVE_REQUESTED,
  N_SIGNALS
};

struct _PiscesResultBar
{
  GtkBox        parent_instance;

  GtkWidget    *bar;
  GtkWidget    *bring_back;
  GtkWidget    *remove;
  PiscesResult *deleted;     /* (nullable): the picture deleted last */
  gint          place;       /* the position that it had */
};

static void pisces_result_bar_dispose (GObject         *object);
static void show_bar                  (PiscesResultBar *bar,
                                       GtkMessageType   type,
                                       const gchar     *text,
                                       GtkWidget       *button);
static void on_response               (PiscesResultBar *bar,
                                       gint             response);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesResultBar, pisces_result_bar, GTK_TYPE_BOX)

static void
pisces_result_bar_class_init (PiscesResultBarClass *class)
{
  G_OBJECT_CLASS (class)->dispose = pisces_result_bar_dispose;

  signals[BROUGHT_BACK] =
    g_signal_new ("brought-back", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 2, PISCES_TYPE_RESULT,
                  G_TYPE_INT);
  signals[REMOVE_REQUESTED] =
    g_signal_new ("remove-requested", G_TYPE_FROM_CLASS (class),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pisces_result_bar_init (PiscesResultBar *bar)
{
  GtkInfoBar *info_bar;

  bar->bar = pisces_message_bar_new ();
  info_bar = GTK_INFO_BAR (bar->bar);
  gtk_buildable_set_name (GTK_BUILDABLE (bar->bar), "info_bar");

  bar->bring_back = gtk_info_bar_add_button (info_bar, _("_Bring Back"),
                                             BRING_BACK);
  bar->remove     = gtk_info_bar_add_button (info_bar, _("Take Prompts _Out"),
                                             REMOVE);
  g_signal_connect_swapped (bar->bar, "response", G_CALLBACK (on_response),
                            bar);

  gtk_widget_set_hexpand (bar->bar, TRUE);
  gtk_container_add (GTK_CONTAINER (bar), bar->bar);

  /* Hide the whole widget, because an empty one would still leave a gap
   * below.  */
  g_object_bind_property (bar->bar, "visible", bar, "visible",
                          G_BINDING_SYNC_CREATE);
}

/* Shows an error that concerns the results.  */
void
pisces_result_bar_show_error (PiscesResultBar *bar,
                              const gchar     *sentence)
{
  show_bar (bar, GTK_MESSAGE_ERROR, sentence, NULL);
}

/* See pisces_result_pane_show_notes(). */
void
pisces_result_bar_show_notes (PiscesResultBar *bar,
                              const gchar     *notes,
                              gboolean         removable)
{
  show_bar (bar, removable ? GTK_MESSAGE_WARNING : GTK_MESSAGE_INFO, notes,
            removable ? bar->remove : NULL);
}

/**
 * pisces_result_bar_show_deleted:
 * @result: the picture that was just deleted.  It is kept here until another
 *   one is deleted, so that it can be brought back.
 * @place: the position that it had.
 */
void
pisces_result_bar_show_deleted (PiscesResultBar *bar,
                                PiscesResult    *result,
                                gint             place)
{
  g_set_object (&bar->deleted, result);
  bar->place = place;
  show_bar (bar, GTK_MESSAGE_INFO,
            _("The picture was deleted from the list. Layers made from it "
              "stay."), bar->bring_back);
}

/* Hides the bar, and forgets the deleted picture.  */
void
pisces_result_bar_clear (PiscesResultBar *bar)
{
  g_clear_object (&bar->deleted);
  gtk_widget_hide (bar->bar);
}

static void
pisces_result_bar_dispose (GObject *object)
{
  PiscesResultBar *bar = PISCES_RESULT_BAR (object);

  g_clear_object (&bar->deleted);

  G_OBJECT_CLASS (pisces_result_bar_parent_class)->dispose (object);
}

/* @button: (nullable): the button to show with it.  */
static void
show_bar (PiscesResultBar *bar,
          GtkMessageType   type,
          const gchar     *text,
          GtkWidget       *button)
{
  gtk_widget_set_visible (bar->bring_back, button == bar->bring_back);
  gtk_widget_set_visible (bar->remove, button == bar->remove);
  pisces_message_bar_show (PISCES_MESSAGE_BAR (bar->bar), type, text);
}

static void
on_response (PiscesResultBar *bar,
             gint             response)
{
  g_autoptr (PiscesResult) deleted = g_steal_pointer (&bar->deleted);

  gtk_widget_hide (bar->bar);

  if (response == REMOVE)
    g_signal_emit (bar, signals[REMOVE_REQUESTED], 0);
  if (response == BRING_BACK && deleted)
    g_signal_emit (bar, signals[BROUGHT_BACK], 0, deleted, bar->place);
}
