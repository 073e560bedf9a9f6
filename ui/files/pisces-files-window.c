/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-window.c: the window in which many picture files get their
 * alternative texts.  Longer than 500 lines, as it passes messages between the
 * table, the pane and its owner, each in a function of a few lines.
 */

#include <glib/gi18n-lib.h>

#include "ui/files/pisces-file-pane.h"
#include "ui/files/pisces-file-words.h"
#include "ui/files/pisces-files-chooser.h"
#include "ui/files/pisces-files-question.h"
#include "ui/files/pisces-files-save.h"
#include "ui/files/pisces-files-table.h"
#include "ui/files/pisces-files-window-private.h"
#include "ui/widgets/pisces-context-field.h"
#include "ui/widgets/pisces-help-window.h"
#include "ui/widgets/pisces-job-row.h"
#include "ui/widgets/pisces-language-combo.h"
#include "ui/widgets/pisces-message-bar.h"
#include "ui/widgets/pisces-status-line.h"
#include "ui/widgets/pisces-ui.h"

enum
{
  FILES_CHOSEN,
  DESCRIBE_REQUESTED,
  STOP_REQUESTED,
  SAVE_REQUESTED,
  LANGUAGE_CHANGED,
  SETTINGS_CHANGED,
  THUMBNAIL_WANTED,
  UNLOAD_REQUESTED,
  N_SIGNALS
};

static void     pisces_files_window_dispose       (GObject           *object);
static gboolean pisces_files_window_key_press     (GtkWidget         *widget,
                                                   GdkEventKey       *event);
static gboolean pisces_files_window_delete        (GtkWidget         *widget,
                                                   GdkEventAny       *event);
static void     pisces_files_window_drag_received (GtkWidget         *widget,
                                                   GdkDragContext    *context,
                                                   gint               x,
                                                   gint               y,
                                                   GtkSelectionData  *data,
                                                   guint              info,
                                                   guint              time);
static void     choose_files                      (PiscesFilesWindow *window,
                                                   GtkFileChooserAction action);
static void     on_chosen                         (PiscesFilesWindow *window,
                                                   gint               response);
static void     queue_update                      (PiscesFilesWindow *window);
static gboolean files_window_update               (gpointer           data);
static void     close_window                      (PiscesFilesWindow *window);
static void     save_items                        (PiscesFilesWindow *window,
                                                   GPtrArray         *items);
static void     on_save_answer                    (GPtrArray         *items,
                                                   gpointer           data);
static void     files_window_on_close_answer      (PiscesFilesWindow *window,
                                                   gint               response);
static void     on_remove_answer                  (PiscesFilesWindow *window,
                                                   gint               response);

static void     on_add_files                      (PiscesFilesWindow *window);
static void     on_add_folder                     (PiscesFilesWindow *window);
static void     files_window_on_remove            (PiscesFilesWindow *window);
static void     files_window_on_language          (PiscesFilesWindow *window);
static void     files_window_on_selection         (PiscesFilesWindow *window);
static void     files_window_on_activated         (PiscesFilesWindow *window);
static void     on_thumbnail                      (PiscesFilesWindow *window,
                                                   PiscesFileItem    *item);
static void     on_find_keywords                  (PiscesFilesWindow *window);
static void     files_window_on_start             (PiscesFilesWindow *window);
static void     files_window_on_stop              (PiscesFilesWindow *window);
static void     on_save_selected                  (PiscesFilesWindow *window);
static void     on_save_all                       (PiscesFilesWindow *window);
static void     files_window_on_unload            (PiscesFilesWindow *window);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesFilesWindow, pisces_files_window, GTK_TYPE_WINDOW)

#define SIGNAL(name, n_params, ...) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, \
                0, NULL, NULL, NULL, G_TYPE_NONE, n_params, ##__VA_ARGS__)
#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesFilesWindow, child)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)

static void
pisces_files_window_class_init (PiscesFilesWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose  = pisces_files_window_dispose;
  widget_class->key_press_event    = pisces_files_window_key_press;
  widget_class->delete_event       = pisces_files_window_delete;
  widget_class->drag_data_received = pisces_files_window_drag_received;

  signals[FILES_CHOSEN]       = SIGNAL ("files-chosen", 1, G_TYPE_STRV);
  signals[DESCRIBE_REQUESTED] = SIGNAL ("describe-requested", 1, G_TYPE_BOOLEAN);
  signals[STOP_REQUESTED]     = SIGNAL ("stop-requested", 0);
  signals[SAVE_REQUESTED]     = SIGNAL ("save-requested", 1, G_TYPE_PTR_ARRAY);
  signals[LANGUAGE_CHANGED]   = SIGNAL ("language-changed", 0);
  signals[SETTINGS_CHANGED]   = SIGNAL ("settings-changed", 0);
  signals[THUMBNAIL_WANTED]   = SIGNAL ("thumbnail-wanted",
                                        1, PISCES_TYPE_FILE_ITEM);
  signals[UNLOAD_REQUESTED]   = SIGNAL ("unload-requested", 0);

  g_type_ensure (PISCES_TYPE_CONTEXT_FIELD);
  g_type_ensure (PISCES_TYPE_FILE_PANE);
  g_type_ensure (PISCES_TYPE_FILES_TABLE);
  g_type_ensure (PISCES_TYPE_JOB_ROW);
  g_type_ensure (PISCES_TYPE_MESSAGE_BAR);
  g_type_ensure (PISCES_TYPE_STATUS_LINE);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-files-window.ui");
  BIND (message_bar);
  BIND (remove);
  BIND (language);
  BIND (table);
  BIND (empty);
  BIND (pane);
  BIND (context);
  BIND (job_row);
  BIND (overwrite);
  BIND (keep_time);
  BIND (find_keywords);
  BIND (unsaved);
  BIND (save_selected);
  BIND (save_all);
  BIND (status_line);
  CALLBACK (on_add_files);
  CALLBACK (on_add_folder);
  CALLBACK (files_window_on_remove);
  CALLBACK (files_window_on_language);
  CALLBACK (files_window_on_selection);
  CALLBACK (files_window_on_activated);
  CALLBACK (on_thumbnail);
  CALLBACK (on_find_keywords);
  CALLBACK (files_window_on_start);
  CALLBACK (files_window_on_stop);
  CALLBACK (on_save_selected);
  CALLBACK (on_save_all);
  CALLBACK (files_window_on_unload);
}

static void
pisces_files_window_init (PiscesFilesWindow *window)
{
  gtk_widget_init_template (GTK_WIDGET (window));
  pisces_help_add (GTK_WINDOW (window), PISCES_HELP_FILES);

  pisces_job_row_set_label (PISCES_JOB_ROW (window->job_row), _("_Describe"),
                            _("Ctrl+Enter"));
  pisces_language_combo_fill (GTK_COMBO_BOX_TEXT (window->language), NULL, NULL);

  gtk_drag_dest_set (GTK_WIDGET (window), GTK_DEST_DEFAULT_ALL,
                     NULL, 0, GDK_ACTION_COPY);
  gtk_drag_dest_add_uri_targets (GTK_WIDGET (window));
}


/*  public functions  */

/**
 * pisces_files_window_new:
 * @list: the files to show; the window edits their texts, and removes files
 *   from the list.
 *
 * Returns: (transfer none): a window, not yet shown.
 */
GtkWidget *
pisces_files_window_new (PiscesFileList *list)
{
  PiscesFilesWindow *window = g_object_new (PISCES_TYPE_FILES_WINDOW, NULL);

  window->list = g_object_ref (list);
  pisces_files_table_set_list (PISCES_FILES_TABLE (window->table), list);
  g_signal_connect_swapped (list, "changed",
                            G_CALLBACK (queue_update), window);
  g_signal_connect_swapped (list, "items-changed",
                            G_CALLBACK (queue_update), window);
  files_window_update (window);

  return GTK_WIDGET (window);
}

/**
 * pisces_files_window_get_language:
 *
 * Returns: (transfer none): a BCP 47 tag, or %PISCES_ALT_TEXT_DEFAULT.
 */
const gchar *
pisces_files_window_get_language (PiscesFilesWindow *window)
{
  return pisces_language_combo_get (GTK_COMBO_BOX_TEXT (window->language));
}

void
pisces_files_window_set_language (PiscesFilesWindow *window,
                                  const gchar       *language)
{
  pisces_language_combo_set (GTK_COMBO_BOX_TEXT (window->language), language);
}

/* Returns whether files in which a text is saved keep their time of change.  */
gboolean
pisces_files_window_get_keep_time (PiscesFilesWindow *window)
{
  return gtk_toggle_button_get_active (window->keep_time);
}

void
pisces_files_window_set_running (PiscesFilesWindow *window,
                                 gboolean           running)
{
  pisces_job_row_set_running (PISCES_JOB_ROW (window->job_row), running);
  queue_update (window);
}

gboolean
pisces_files_window_get_running (PiscesFilesWindow *window)
{
  return pisces_job_row_get_running (PISCES_JOB_ROW (window->job_row));
}

/**
 * pisces_files_window_show_progress:
 * @n_done: how many files have been described.
 * @n_all: how many files this job describes in all.
 * @fraction: how much of the current file is done, 0 to 1.
 */
void
pisces_files_window_show_progress (PiscesFilesWindow *window,
                                   guint              n_done,
                                   guint              n_all,
                                   gdouble            fraction)
{
  g_autofree gchar *words = NULL;

  /* Translators: "File 3 of 20" */
  words = g_strdup_printf (_("File %u of %u"), MIN (n_done + 1, n_all), n_all);
  pisces_job_row_show_words (PISCES_JOB_ROW (window->job_row), words,
                             (n_done + fraction) / MAX (n_all, 1));
}

/**
 * pisces_files_window_set_saving:
 * @n_left: how many texts are still to be saved; 0 when all are done.
 */
void
pisces_files_window_set_saving (PiscesFilesWindow *window,
                                guint              n_left)
{
  g_autoptr (GPtrArray) unsaved = NULL;

  window->n_saving = n_left;
  queue_update (window);

  if (n_left > 0 || ! window->close_when_saved)
    return;

  /* If saving failed, the window stays open and shows the reason.  */
  window->close_when_saved = FALSE;
  unsaved = pisces_file_list_get_unsaved (window->list);
  if (unsaved->len == 0)
    close_window (window);
  else
    pisces_files_table_select (PISCES_FILES_TABLE (window->table),
                               unsaved->pdata[0]);
}

/**
 * pisces_files_window_show_message:
 * @text: (nullable): a whole sentence; %NULL hides the last one.
 */
void
pisces_files_window_show_message (PiscesFilesWindow *window,
                                  GtkMessageType     type,
                                  const gchar       *text)
{
  pisces_message_bar_show (PISCES_MESSAGE_BAR (window->message_bar),
                           type, text);
}

/**
 * pisces_files_window_set_status:
 * @status: (nullable): %NULL where it is not known.
 */
void
pisces_files_window_set_status (PiscesFilesWindow  *window,
                                const PiscesStatus *status)
{
  pisces_status_line_set_status (PISCES_STATUS_LINE (window->status_line),
                                 status);
}


/*  private functions  */

static void
pisces_files_window_dispose (GObject *object)
{
  PiscesFilesWindow *window = PISCES_FILES_WINDOW (object);

  g_clear_handle_id (&window->update_idle, g_source_remove);
  g_clear_pointer (&window->question, gtk_widget_destroy);
  g_clear_object (&window->chooser);
  if (window->list)
    {
      g_signal_handlers_disconnect_by_data (window->list, window);
      pisces_files_table_set_list (PISCES_FILES_TABLE (window->table), NULL);
    }
  g_clear_object (&window->list);

  G_OBJECT_CLASS (pisces_files_window_parent_class)->dispose (object);
}

/* Ctrl+Up and Ctrl+Down change the file even while the text has the focus.  */
static gboolean
pisces_files_window_key_press (GtkWidget   *widget,
                               GdkEventKey *event)
{
  PiscesFilesWindow *window = PISCES_FILES_WINDOW (widget);

  if (pisces_job_row_handle_key (PISCES_JOB_ROW (window->job_row), event))
    return TRUE;

  if (pisces_ui_is_key (event, GDK_KEY_Down, GDK_CONTROL_MASK) ||
      pisces_ui_is_key (event, GDK_KEY_Up, GDK_CONTROL_MASK))
    {
      pisces_files_table_move (PISCES_FILES_TABLE (window->table),
                               event->keyval == GDK_KEY_Down ? 1 : -1);
      return TRUE;
    }
  if (pisces_ui_is_key (event, GDK_KEY_s, GDK_CONTROL_MASK))
    {
      if (gtk_widget_is_sensitive (window->save_all))
        on_save_all (window);
      return TRUE;
    }

  return GTK_WIDGET_CLASS (pisces_files_window_parent_class)->
    key_press_event (widget, event);
}

static gboolean
pisces_files_window_delete (GtkWidget   *widget,
                            GdkEventAny *event)
{
  PiscesFilesWindow *window    = PISCES_FILES_WINDOW (widget);
  guint              n_unsaved = pisces_file_list_count_unsaved (window->list);

  if (n_unsaved == 0)
    {
      close_window (window);
    }
  else if (! window->question)
    {
      window->question = pisces_files_question_new_close (GTK_WINDOW (window),
                                                          n_unsaved);
      g_signal_connect_swapped (window->question, "response",
                                G_CALLBACK (files_window_on_close_answer), window);
      gtk_window_present (GTK_WINDOW (window->question));
    }

  return TRUE;
}

static void
pisces_files_window_drag_received (GtkWidget        *widget,
                                   GdkDragContext   *context,
                                   gint              x,
                                   gint              y,
                                   GtkSelectionData *data,
                                   guint             info,
                                   guint             time)
{
  g_auto (GStrv) uris  = gtk_selection_data_get_uris (data);
  g_auto (GStrv) paths = pisces_files_chooser_paths_from_uris (uris);

  if (*paths)
    g_signal_emit (widget, signals[FILES_CHOSEN], 0, paths);
  else
    pisces_files_window_show_message (PISCES_FILES_WINDOW (widget),
                                      GTK_MESSAGE_WARNING,
                                      _("Only files of this computer can be "
                                        "described. Download the picture "
                                        "and drop its file here."));
}

static void
choose_files (PiscesFilesWindow    *window,
              GtkFileChooserAction  action)
{
  if (window->chooser)
    return;

  window->chooser = pisces_files_chooser_new (GTK_WINDOW (window), action);
  g_signal_connect_swapped (window->chooser, "response",
                            G_CALLBACK (on_chosen), window);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (window->chooser));
}

static void
on_chosen (PiscesFilesWindow *window,
           gint               response)
{
  g_auto (GStrv) paths = pisces_files_chooser_get_paths (window->chooser);

  g_clear_object (&window->chooser);
  if (response == GTK_RESPONSE_ACCEPT && *paths)
    g_signal_emit (window, signals[FILES_CHOSEN], 0, paths);
}

/* A long list may change often in a short time; it is counted once, later.  */
static void
queue_update (PiscesFilesWindow *window)
{
  if (! window->update_idle)
    window->update_idle = g_idle_add_full (G_PRIORITY_DEFAULT,
                                           files_window_update,
                                           window, NULL);
}

static gboolean
files_window_update (gpointer data)
{
  PiscesFilesWindow     *window    = data;
  PiscesFilesTable      *table     = PISCES_FILES_TABLE (window->table);
  g_autoptr (GPtrArray)  selected  = pisces_files_table_get_selected (table);
  g_autofree gchar      *words     = NULL;
  guint                  n_files   = g_list_model_get_n_items (G_LIST_MODEL (window->list));
  gboolean               running   = pisces_files_window_get_running (window);
  gboolean               can_save  = FALSE;

  window->update_idle = 0;

  for (guint i = 0; i < selected->len && ! can_save; i++)
    can_save = pisces_file_item_get_unsaved (selected->pdata[i]);

  words = pisces_file_list_get_words (window->list, window->n_saving);
  gtk_label_set_text (GTK_LABEL (window->unsaved), words);
  gtk_widget_set_visible (window->empty, n_files == 0);
  gtk_widget_set_sensitive (window->remove, selected->len > 0);
  /* Texts that are being written or saved are in this language.  */
  gtk_widget_set_sensitive (window->language, window->n_saving == 0 && ! running);
  gtk_widget_set_sensitive (GTK_WIDGET (window->overwrite), ! running);
  gtk_widget_set_sensitive (GTK_WIDGET (window->find_keywords), ! running);
  gtk_widget_set_sensitive (window->context, ! running);
  gtk_widget_set_sensitive (window->save_selected, can_save && window->n_saving == 0);
  gtk_widget_set_sensitive (window->save_all, window->n_saving == 0 &&
                            pisces_file_list_count_unsaved (window->list) > 0);
  pisces_job_row_set_can_start (PISCES_JOB_ROW (window->job_row), n_files > 0);

  return G_SOURCE_REMOVE;
}

/* The job stops: a text that nobody sees would be saved unread or lost.  */
static void
close_window (PiscesFilesWindow *window)
{
  g_clear_pointer (&window->question, gtk_widget_destroy);
  if (pisces_files_window_get_running (window))
    g_signal_emit (window, signals[STOP_REQUESTED], 0);
  gtk_widget_hide (GTK_WIDGET (window));
}

static void
save_items (PiscesFilesWindow *window,
            GPtrArray         *items)
{
  pisces_files_window_show_message (window, GTK_MESSAGE_INFO, NULL);
  if (! window->question)
    window->question = pisces_files_save_ask (GTK_WINDOW (window), items,
                                              on_save_answer);
}

static void
on_save_answer (GPtrArray *items,
                gpointer   data)
{
  PiscesFilesWindow *window = data;

  g_clear_pointer (&window->question, gtk_widget_destroy);
  if (items)
    g_signal_emit (window, signals[SAVE_REQUESTED], 0, items);
  else
    window->close_when_saved = FALSE;
}

static void
files_window_on_close_answer (PiscesFilesWindow *window,
                              gint               response)
{
  g_clear_pointer (&window->question, gtk_widget_destroy);

  if (response == PISCES_FILES_DISCARD)
    {
      close_window (window);
      pisces_file_list_clear (window->list);
    }
  else if (response == PISCES_FILES_SAVE)
    {
      window->close_when_saved = TRUE;
      if (pisces_files_window_get_running (window))
        g_signal_emit (window, signals[STOP_REQUESTED], 0);
      on_save_all (window);
    }
}

static void
on_remove_answer (PiscesFilesWindow *window,
                  gint               response)
{
  PiscesFilesTable      *table    = PISCES_FILES_TABLE (window->table);
  g_autoptr (GPtrArray)  selected = pisces_files_table_get_selected (table);

  g_clear_pointer (&window->question, gtk_widget_destroy);

  if (response == PISCES_FILES_DISCARD)
    pisces_file_list_remove (window->list, selected);
}

static void
on_add_files (PiscesFilesWindow *window)
{
  choose_files (window, GTK_FILE_CHOOSER_ACTION_OPEN);
}

static void
on_add_folder (PiscesFilesWindow *window)
{
  choose_files (window, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
}

static void
files_window_on_remove (PiscesFilesWindow *window)
{
  PiscesFilesTable      *table     = PISCES_FILES_TABLE (window->table);
  g_autoptr (GPtrArray)  selected  = pisces_files_table_get_selected (table);
  guint                  n_unsaved = 0;

  for (guint i = 0; i < selected->len; i++)
    n_unsaved += pisces_file_item_count_unsaved (selected->pdata[i]);

  if (n_unsaved == 0)
    on_remove_answer (window, PISCES_FILES_DISCARD);
  else if (! window->question)
    {
      window->question = pisces_files_question_new_remove (GTK_WINDOW (window),
                                                           n_unsaved);
      g_signal_connect_swapped (window->question, "response",
                                G_CALLBACK (on_remove_answer), window);
      gtk_window_present (GTK_WINDOW (window->question));
    }
}

static void
files_window_on_language (PiscesFilesWindow *window)
{
  g_signal_emit (window, signals[LANGUAGE_CHANGED], 0);
}

/* The text can be edited if exactly one file is selected.  */
static void
files_window_on_selection (PiscesFilesWindow *window)
{
  PiscesFilesTable      *table    = PISCES_FILES_TABLE (window->table);
  g_autoptr (GPtrArray)  selected = pisces_files_table_get_selected (table);

  if (! window->list)
    return;

  pisces_file_pane_set_item (PISCES_FILE_PANE (window->pane),
                             selected->len == 1 ? selected->pdata[0] : NULL);
  queue_update (window);
}

static void
files_window_on_activated (PiscesFilesWindow *window)
{
  pisces_file_pane_edit (PISCES_FILE_PANE (window->pane));
}

static void
on_thumbnail (PiscesFilesWindow *window,
              PiscesFileItem    *item)
{
  g_signal_emit (window, signals[THUMBNAIL_WANTED], 0, item);
}

static void
on_find_keywords (PiscesFilesWindow *window)
{
  g_signal_emit (window, signals[SETTINGS_CHANGED], 0);
}

static void
files_window_on_start (PiscesFilesWindow *window)
{
  pisces_files_window_show_message (window, GTK_MESSAGE_INFO, NULL);
  g_signal_emit (window, signals[DESCRIBE_REQUESTED], 0,
                 gtk_toggle_button_get_active (window->overwrite));
}

static void
files_window_on_stop (PiscesFilesWindow *window)
{
  g_signal_emit (window, signals[STOP_REQUESTED], 0);
}

static void
on_save_selected (PiscesFilesWindow *window)
{
  PiscesFilesTable      *table    = PISCES_FILES_TABLE (window->table);
  g_autoptr (GPtrArray)  selected = pisces_files_table_get_selected (table);

  save_items (window, selected);
}

static void
on_save_all (PiscesFilesWindow *window)
{
  g_autoptr (GPtrArray) unsaved = pisces_file_list_get_unsaved (window->list);

  save_items (window, unsaved);
}

static void
files_window_on_unload (PiscesFilesWindow *window)
{
  g_signal_emit (window, signals[UNLOAD_REQUESTED], 0);
}
