/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-history-popover.c: the prompts that were used, in a list with a
 * search field.  Enter takes the first match, Down moves into the list, Delete
 * removes a prompt.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-history-popover.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

#define PROMPT_KEY "pisces-prompt"

struct _PiscesHistoryPopover
{
  GtkPopover           parent_instance;

  GtkWidget           *search;
  GtkWidget           *list;

  PiscesPromptHistory *history;
};

static void         pisces_history_popover_dispose (GObject              *object);
static void         pisces_history_popover_map     (GtkWidget            *widget);
static void         fill                           (PiscesHistoryPopover *popover);
static const char * get_prompt                     (GtkListBoxRow        *row);
static gboolean     is_wanted                      (GtkListBoxRow        *row,
                                                    gpointer              data);
static void         on_search                      (PiscesHistoryPopover *popover);
static void         on_enter                       (PiscesHistoryPopover *popover);
static void         on_row                         (PiscesHistoryPopover *popover,
                                                    GtkListBoxRow        *row);
static gboolean     on_list_key                    (PiscesHistoryPopover *popover,
                                                    GdkEventKey          *event);

static guint chosen;
static guint message;

G_DEFINE_FINAL_TYPE (PiscesHistoryPopover, pisces_history_popover,
                     GTK_TYPE_POPOVER)

static void
pisces_history_popover_class_init (PiscesHistoryPopoverClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = pisces_history_popover_dispose;
  widget_class->map               = pisces_history_popover_map;

  chosen =
    g_signal_new ("chosen", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  message =
    g_signal_new ("message", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class, PISCES_UI_PATH
                                               "pisces-history-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, PiscesHistoryPopover,
                                        search);
  gtk_widget_class_bind_template_child (widget_class, PiscesHistoryPopover,
                                        list);
  gtk_widget_class_bind_template_callback (widget_class, on_search);
  gtk_widget_class_bind_template_callback (widget_class, on_enter);
  gtk_widget_class_bind_template_callback (widget_class, on_row);
  gtk_widget_class_bind_template_callback (widget_class, on_list_key);
}

static void
pisces_history_popover_init (PiscesHistoryPopover *popover)
{
  gtk_widget_init_template (GTK_WIDGET (popover));
  pisces_undo_add (popover->search);
  gtk_list_box_set_filter_func (GTK_LIST_BOX (popover->list), is_wanted,
                                popover, NULL);
}

void
pisces_history_popover_set_history (PiscesHistoryPopover *popover,
                                    PiscesPromptHistory  *history)
{
  g_set_object (&popover->history, history);
}

static void
pisces_history_popover_dispose (GObject *object)
{
  g_clear_object (&PISCES_HISTORY_POPOVER (object)->history);

  G_OBJECT_CLASS (pisces_history_popover_parent_class)->dispose (object);
}

static void
pisces_history_popover_map (GtkWidget *widget)
{
  PiscesHistoryPopover *popover = PISCES_HISTORY_POPOVER (widget);

  gtk_entry_set_text (GTK_ENTRY (popover->search), "");
  fill (popover);

  GTK_WIDGET_CLASS (pisces_history_popover_parent_class)->map (widget);
  gtk_widget_grab_focus (popover->search);
}

static void
fill (PiscesHistoryPopover *popover)
{
  guint i;

  pisces_ui_empty (GTK_CONTAINER (popover->list));

  for (i = 0; popover->history &&
              i < pisces_prompt_history_get_n (popover->history); i++)
    {
      const gchar      *prompt;
      g_autofree gchar *line  = NULL;
      GtkWidget        *row   = gtk_list_box_row_new ();
      GtkWidget        *label = gtk_label_new (NULL);

      prompt = pisces_prompt_history_get_prompt (popover->history, i);
      line   = g_strdelimit (g_strdup (prompt), "\r\n", ' ');

      gtk_label_set_text (GTK_LABEL (label), line);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_width_chars (GTK_LABEL (label), 32);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
      g_object_set (label, "margin", 4, NULL);
      gtk_widget_set_tooltip_text (row, prompt);
      pisces_ui_set_name (row, prompt);
      g_object_set_data_full (G_OBJECT (row), PROMPT_KEY, g_strdup (prompt),
                              g_free);

      gtk_container_add (GTK_CONTAINER (row), label);
      gtk_widget_show_all (row);
      gtk_container_add (GTK_CONTAINER (popover->list), row);
    }
}

static const char *
get_prompt (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), PROMPT_KEY);
}

static gboolean
is_wanted (GtkListBoxRow *row,
           gpointer       data)
{
  PiscesHistoryPopover *popover = data;

  return pisces_prompt_matches (get_prompt (row),
                                gtk_entry_get_text (
                                  GTK_ENTRY (popover->search)));
}

static void
on_search (PiscesHistoryPopover *popover)
{
  gtk_list_box_invalidate_filter (GTK_LIST_BOX (popover->list));
}

static void
on_enter (PiscesHistoryPopover *popover)
{
  GtkListBoxRow *row;
  gint           i;

  /* GTK delays "search-changed" to wait for more letters, so update the list
   * now: Enter must act on what has been typed.  */
  on_search (popover);

  for (i = 0; (row = gtk_list_box_get_row_at_index (
                 GTK_LIST_BOX (popover->list), i)); i++)
    {
      if (is_wanted (row, popover))
        {
          on_row (popover, row);
          return;
        }
    }
}

static void
on_row (PiscesHistoryPopover *popover,
        GtkListBoxRow        *row)
{
  g_autofree gchar *prompt = g_strdup (get_prompt (row));

  gtk_popover_popdown (GTK_POPOVER (popover));
  g_signal_emit (popover, chosen, 0, prompt);
}

static gboolean
on_list_key (PiscesHistoryPopover *popover,
             GdkEventKey          *event)
{
  GtkListBox         *list  = GTK_LIST_BOX (popover->list);
  GtkWidget          *focus = gtk_container_get_focus_child (GTK_CONTAINER (list));
  g_autoptr (GError)  error = NULL;

  if (event->keyval != GDK_KEY_Delete || ! GTK_IS_LIST_BOX_ROW (focus))
    return FALSE;

  if (! pisces_prompt_history_remove (popover->history,
                                      get_prompt (GTK_LIST_BOX_ROW (focus)),
                                      &error))
    g_signal_emit (popover, message, 0, error->message);

  gtk_widget_child_focus (popover->list, GTK_DIR_DOWN);
  gtk_widget_destroy (focus);

  return TRUE;
}
