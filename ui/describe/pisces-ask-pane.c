/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-ask-pane.c: questions about a picture and the model's answers, newest
 * first.  An answer can be copied, or added to the description.
 */

#include <glib/gi18n-lib.h>

#include "ui/describe/pisces-ask-pane.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

struct _PiscesAskPane
{
  GtkBox     parent_instance;

  GtkWidget *question;
  GtkWidget *ask;
  GtkWidget *answers;
  GtkWidget *copy;
  GtkWidget *use;

  gboolean   can_ask;
};

static const gchar * get_answer      (PiscesAskPane *pane);
static void          ask_pane_update (PiscesAskPane *pane);
static void          on_ask          (PiscesAskPane *pane);
static void          on_copy         (PiscesAskPane *pane);
static void          ask_pane_on_use (PiscesAskPane *pane);

static guint ask_requested;
static guint use_answer;

G_DEFINE_FINAL_TYPE (PiscesAskPane, pisces_ask_pane, GTK_TYPE_BOX)

#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesAskPane, child)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)

static void
pisces_ask_pane_class_init (PiscesAskPaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  ask_requested =
    g_signal_new ("ask-requested", G_TYPE_FROM_CLASS (class),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
  use_answer =
    g_signal_new ("use-answer", G_TYPE_FROM_CLASS (class),
                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);

  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-ask-pane.ui");
  BIND (question);
  BIND (ask);
  BIND (answers);
  BIND (copy);
  BIND (use);
  CALLBACK (on_ask);
  CALLBACK (on_copy);
  CALLBACK (ask_pane_on_use);
  CALLBACK (ask_pane_update);
}

static void
pisces_ask_pane_init (PiscesAskPane *pane)
{
  gtk_widget_init_template (GTK_WIDGET (pane));
  pisces_undo_add (pane->question);
  pisces_ui_set_name (pane->question, _("Question"));
  pisces_ui_set_name (pane->answers, _("Answers"));
  pisces_ui_set_name (pane->copy, _("Copy the selected answer"));
  ask_pane_update (pane);
}

/**
 * pisces_ask_pane_add_answer:
 * @question: what was asked.
 * @answer: what the model says; it is put on top and selected.
 */
void
pisces_ask_pane_add_answer (PiscesAskPane *pane,
                            const gchar   *question,
                            const gchar   *answer)
{
  GtkWidget        *row    = gtk_list_box_row_new ();
  GtkWidget        *label  = gtk_label_new (NULL);
  g_autofree gchar *markup = g_markup_printf_escaped ("<b>%s</b>\n%s",
                                                      question, answer);
  g_autofree gchar *name   = NULL;

  /* Translators: a question, and the model's answer, for a screen reader. */
  name = g_strdup_printf (C_("question and answer", "%s %s"), question, answer);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  g_object_set (label, "margin", 6, NULL);
  gtk_container_add (GTK_CONTAINER (row), label);
  gtk_widget_show_all (row);
  pisces_ui_set_name (row, name);
  g_object_set_data_full (G_OBJECT (row), "answer", g_strdup (answer), g_free);

  gtk_list_box_prepend (GTK_LIST_BOX (pane->answers), row);
  gtk_list_box_select_row (GTK_LIST_BOX (pane->answers),
                           GTK_LIST_BOX_ROW (row));

  /* Clear the field only if it still holds the question that was answered: the
   * user may have begun to write another one.  */
  if (g_strcmp0 (gtk_entry_get_text (GTK_ENTRY (pane->question)), question) == 0)
    gtk_entry_set_text (GTK_ENTRY (pane->question), "");
  ask_pane_update (pane);
}

/**
 * pisces_ask_pane_set_can_ask:
 * @can_ask: whether there is a picture, and no job is running.
 */
void
pisces_ask_pane_set_can_ask (PiscesAskPane *pane,
                             gboolean       can_ask)
{
  pane->can_ask = can_ask;
  ask_pane_update (pane);
}

static const gchar *
get_answer (PiscesAskPane *pane)
{
  GtkListBoxRow *row =
    gtk_list_box_get_selected_row (GTK_LIST_BOX (pane->answers));

  return row ? g_object_get_data (G_OBJECT (row), "answer") : NULL;
}

static void
ask_pane_update (PiscesAskPane *pane)
{
  g_autofree gchar *question =
    g_strstrip (g_strdup (gtk_entry_get_text (GTK_ENTRY (pane->question))));

  gtk_widget_set_sensitive (pane->ask, pane->can_ask && *question);
  gtk_widget_set_sensitive (pane->copy, get_answer (pane) != NULL);
  gtk_widget_set_sensitive (pane->use, get_answer (pane) != NULL);
}

static void
on_ask (PiscesAskPane *pane)
{
  g_autofree gchar *question =
    g_strstrip (g_strdup (gtk_entry_get_text (GTK_ENTRY (pane->question))));

  if (pane->can_ask && *question)
    g_signal_emit (pane, ask_requested, 0, question);
}

static void
on_copy (PiscesAskPane *pane)
{
  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (pane),
                                                    GDK_SELECTION_CLIPBOARD),
                          get_answer (pane), -1);
}

static void
ask_pane_on_use (PiscesAskPane *pane)
{
  g_signal_emit (pane, use_answer, 0, get_answer (pane));
}
