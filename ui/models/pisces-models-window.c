/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-models-window.c: the models of this machine, the choice of those to use,
 * and the memory that they take.  It emits signals for what the user
 * wants, and changes nothing itself.
 *
 * Longer than 500 lines, as the window handles each of its controls here, in a
 * few lines each.
 */

#include <glib/gi18n-lib.h>

#include "ui/models/pisces-model-choice.h"
#include "ui/models/pisces-model-row.h"
#include "ui/models/pisces-models-window.h"
#include "ui/widgets/pisces-help-window.h"
#include "ui/widgets/pisces-message-bar.h"
#include "ui/widgets/pisces-ui.h"

enum
{
  MODEL_CHOSEN,
  FOLDER_CHOSEN,
  REMOVE_REQUESTED,
  IDLE_TIMEOUT_CHANGED,
  UNLOAD_REQUESTED,
  GET_REQUESTED,
  N_SIGNALS
};

struct _PiscesModelsWindow
{
  GtkWindow             parent_instance;

  GtkWidget            *message_bar;
  GtkWidget            *choice;
  GtkWidget            *rows;
  GtkWidget            *add;
  GtkWidget            *get;
  GtkWidget            *state;
  GtkWidget            *backend;
  GtkWidget            *unload;
  GtkWidget            *idle;

  PiscesModelList      *list;
  GtkFileChooserNative *chooser;        /* NULL while no dialog is open */
  guint64               available;
  gboolean              quiet;
};

static void     pisces_models_window_dispose   (GObject             *object);
static gboolean pisces_models_window_key_press (GtkWidget           *widget,
                                                GdkEventKey         *event);
static void     destroy_row                    (GtkWidget           *row,
                                                gpointer             data);
static void     build_rows                     (PiscesModelsWindow  *window);
static void     update_row                     (GtkWidget           *widget,
                                                gpointer             data);
static gchar  * state_to_words                 (const PiscesStatus  *status);
static gchar  * backend_to_words               (const PiscesStatus  *status);
static void     on_choice                      (PiscesModelChoice   *choice,
                                                guint                role,
                                                PiscesModelItem     *item,
                                                PiscesModelsWindow  *window);
static void     on_row_remove                  (PiscesModelRow      *row,
                                                PiscesModelsWindow  *window);
static void     on_delete_response             (GtkDialog           *dialog,
                                                gint                 response,
                                                PiscesModelItem     *item);
static void     models_window_on_add           (PiscesModelsWindow  *window);
static void     on_chooser_response            (PiscesModelsWindow  *window,
                                                gint                 response);
static void     on_get                         (PiscesModelsWindow  *window);
static void     models_window_on_unload        (PiscesModelsWindow  *window);
static void     on_idle_changed                (PiscesModelsWindow  *window);
static void     models_window_on_close         (PiscesModelsWindow  *window);

static const guint idle_minutes[] = { 1, 5, 10, 30, 60 };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesModelsWindow, pisces_models_window, GTK_TYPE_WINDOW)

#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, PiscesModelsWindow, name)
#define CALLBACK(name) \
  gtk_widget_class_bind_template_callback (widget_class, name)
#define SIGNAL(name, n, ...) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, \
                NULL, NULL, G_TYPE_NONE, n, ##__VA_ARGS__)

static void
pisces_models_window_class_init (PiscesModelsWindowClass *class)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose         = pisces_models_window_dispose;
  widget_class->key_press_event = pisces_models_window_key_press;

  signals[MODEL_CHOSEN]         = SIGNAL ("model-chosen", 2, G_TYPE_UINT,
                                         PISCES_TYPE_MODEL_ITEM);
  signals[FOLDER_CHOSEN]        = SIGNAL ("folder-chosen", 1, G_TYPE_STRING);
  signals[REMOVE_REQUESTED]     = SIGNAL ("remove-requested", 1, PISCES_TYPE_MODEL_ITEM);
  signals[IDLE_TIMEOUT_CHANGED] = SIGNAL ("idle-timeout-changed", 1, G_TYPE_UINT);
  signals[UNLOAD_REQUESTED]     = SIGNAL ("unload-requested", 0);
  signals[GET_REQUESTED]        = SIGNAL ("get-requested", 0);

  g_type_ensure (PISCES_TYPE_MESSAGE_BAR);
  g_type_ensure (PISCES_TYPE_MODEL_CHOICE);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-models-window.ui");
  BIND (message_bar);
  BIND (choice);
  BIND (rows);
  BIND (add);
  BIND (get);
  BIND (state);
  BIND (backend);
  BIND (unload);
  BIND (idle);
  CALLBACK (on_choice);
  CALLBACK (models_window_on_add);
  CALLBACK (on_get);
  CALLBACK (models_window_on_unload);
  CALLBACK (on_idle_changed);
  CALLBACK (models_window_on_close);
}

static void
pisces_models_window_init (PiscesModelsWindow *window)
{
  GtkComboBoxText *idle;

  window->quiet = TRUE;
  gtk_widget_init_template (GTK_WIDGET (window));
  pisces_help_add (GTK_WINDOW (window), PISCES_HELP_MODELS);
  idle = GTK_COMBO_BOX_TEXT (window->idle);

  for (guint i = 0; i < G_N_ELEMENTS (idle_minutes); i++)
    {
      g_autofree gchar *id    = g_strdup_printf ("%u", idle_minutes[i] * 60);
      g_autofree gchar *words = NULL;

      words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u minute",
                                            "%u minutes", idle_minutes[i]),
                               idle_minutes[i]);
      gtk_combo_box_text_append (idle, id, words);
    }
  /* Translators: instead of a time after which memory is freed. */
  gtk_combo_box_text_append (idle, "0", _("Never"));
  window->quiet = FALSE;

  g_signal_connect (window, "delete-event",
                    G_CALLBACK (gtk_widget_hide_on_delete), NULL);
  pisces_models_window_set_status (window, NULL);
}

static void
pisces_models_window_dispose (GObject *object)
{
  PiscesModelsWindow *window = PISCES_MODELS_WINDOW (object);

  if (window->list)
    g_signal_handlers_disconnect_by_data (window->list, window);
  g_clear_object (&window->list);
  g_clear_object (&window->chooser);

  G_OBJECT_CLASS (pisces_models_window_parent_class)->dispose (object);
}

static gboolean
pisces_models_window_key_press (GtkWidget   *widget,
                                GdkEventKey *event)
{
  if (GTK_WIDGET_CLASS (pisces_models_window_parent_class)->key_press_event (widget, event))
    return TRUE;

  if (! pisces_ui_is_key (event, GDK_KEY_Escape, 0) &&
      ! pisces_ui_is_key (event, GDK_KEY_w, GDK_CONTROL_MASK))
    return FALSE;

  gtk_widget_hide (widget);

  return TRUE;
}


/*  public functions  */

/**
 * pisces_models_window_new:
 * @list: the models to show; the window also shows later changes.
 *
 * Closing the window only hides it.
 */
GtkWidget *
pisces_models_window_new (PiscesModelList *list)
{
  PiscesModelsWindow *window = g_object_new (PISCES_TYPE_MODELS_WINDOW, NULL);

  window->list = g_object_ref (list);
  g_signal_connect_swapped (list, "items-changed", G_CALLBACK (build_rows),
                            window);
  pisces_model_choice_set_list (PISCES_MODEL_CHOICE (window->choice), list);
  build_rows (window);

  return GTK_WIDGET (window);
}

/**
 * pisces_models_window_set_status:
 * @status: (nullable): %NULL if it is not known yet.
 *
 * Also finds out how much memory is free.
 */
void
pisces_models_window_set_status (PiscesModelsWindow *window,
                                 const PiscesStatus *status)
{
  g_autofree gchar *words  = state_to_words (status);
  g_autofree gchar *reason = NULL;
  gboolean          loaded = status && status->loaded;

  gtk_label_set_text (GTK_LABEL (window->state), words);
  gtk_widget_set_sensitive (window->unload, loaded && ! status->busy);

  if (loaded && status->backend)
    {
      reason = backend_to_words (status);
      gtk_label_set_text (GTK_LABEL (window->backend), reason);
    }
  gtk_widget_set_visible (window->backend, reason != NULL);

  /* The memory of the present models counts as available, because they are freed
   * when others need it.  */
  window->available = pisces_memory_get_available ();
  if (loaded && g_strcmp0 (status->backend, "cpu") != 0)
    window->available = status->device_free_bytes;
  if (loaded && window->available > 0)
    window->available += status->resident_bytes;

  gtk_container_foreach (GTK_CONTAINER (window->rows), update_row, window);
  pisces_model_choice_set_available (PISCES_MODEL_CHOICE (window->choice),
                                     window->available);
}

/**
 * pisces_models_window_set_chosen:
 * @role: one role.
 * @folder: the folder of the model that new jobs use for it.
 */
void
pisces_models_window_set_chosen (PiscesModelsWindow *window,
                                 PiscesRole          role,
                                 const gchar        *folder)
{
  pisces_model_choice_set_chosen (PISCES_MODEL_CHOICE (window->choice), role, folder);
}

/**
 * pisces_models_window_set_idle_timeout:
 * @seconds: 0 means never.  A time that is not in the list is added to it.
 */
void
pisces_models_window_set_idle_timeout (PiscesModelsWindow *window,
                                       guint               seconds)
{
  g_autofree gchar *id    = g_strdup_printf ("%u", seconds);
  g_autofree gchar *words = NULL;

  window->quiet = TRUE;
  if (! gtk_combo_box_set_active_id (GTK_COMBO_BOX (window->idle), id))
    {
      words = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u second",
                                            "%u seconds", seconds), seconds);
      gtk_combo_box_text_append (GTK_COMBO_BOX_TEXT (window->idle), id, words);
      gtk_combo_box_set_active_id (GTK_COMBO_BOX (window->idle), id);
    }
  window->quiet = FALSE;
}

void
pisces_models_window_show_message (PiscesModelsWindow *window,
                                   GtkMessageType      type,
                                   const gchar        *text)
{
  pisces_message_bar_show (PISCES_MESSAGE_BAR (window->message_bar), type, text);
}


/*  private functions  */

static void
destroy_row (GtkWidget *row,
             gpointer   data)
{
  gtk_widget_destroy (row);
}

static void
build_rows (PiscesModelsWindow *window)
{
  GListModel *model   = G_LIST_MODEL (window->list);
  guint       n_items = g_list_model_get_n_items (model);

  gtk_container_foreach (GTK_CONTAINER (window->rows),
                         destroy_row, NULL);

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (PiscesModelItem)  item = g_list_model_get_item (model, i);
      GtkWidget                   *row;

      if (i > 0)
        {
          GtkWidget *line = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);

          gtk_widget_show (line);
          gtk_container_add (GTK_CONTAINER (window->rows), line);
        }

      row = pisces_model_row_new (item);
      gtk_container_add (GTK_CONTAINER (window->rows), row);
      g_signal_connect (row, "remove-requested", G_CALLBACK (on_row_remove),
                        window);
    }

  gtk_container_foreach (GTK_CONTAINER (window->rows), update_row, window);
}

static void
update_row (GtkWidget *widget,
            gpointer   data)
{
  PiscesModelsWindow *window = data;

  if (PISCES_IS_MODEL_ROW (widget))
    pisces_model_row_set_available (PISCES_MODEL_ROW (widget), window->available);
}

/* A line for each model that is in memory.  */
static gchar *
state_to_words (const PiscesStatus *status)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  if (status && ! status->loaded && status->busy)
    return g_strdup (_("The model is being loaded."));

  for (guint i = 0; status && status->models && i < status->models->len; i++)
    {
      const PiscesModelStatus *model = status->models->pdata[i];
      g_autoptr (GDateTime)    since = NULL;
      g_autofree gchar        *time  = NULL;
      g_autofree gchar        *size  = NULL;

      if (! model->loaded)
        continue;

      since = g_date_time_new_from_unix_local (model->loaded_since);
      /* Translators: hours and minutes, for strftime(). */
      time  = g_date_time_format (since, C_("time of day", "%H:%M"));
      size  = g_format_size_full (model->resident_bytes, G_FORMAT_SIZE_IEC_UNITS);
      if (lines->len > 0)
        g_string_append_c (lines, '\n');
      /* Translators: the model's name, a time of day, a size such as 92 MiB. */
      g_string_append_printf (lines, _("%s has been in memory since %s and holds %s."),
                              model->name ? model->name : "", time, size);
    }

  if (lines->len == 0)
    return g_strdup (_("The model is not in memory. It is loaded when it is "
                       "needed."));

  return g_strdup (lines->str);
}

/* What does the computing and why, and how much memory a GPU has left.  */
static gchar *
backend_to_words (const PiscesStatus *status)
{
  g_autofree gchar *device = g_ascii_strup (status->backend, -1);
  g_autofree gchar *size   = NULL;
  g_autofree gchar *room   = NULL;
  const gchar      *reason = status->backend_reason ? status->backend_reason :
                                                      device;

  if (g_str_equal (status->backend, "cpu") || status->device_free_bytes == 0)
    return g_strdup (reason);

  size = g_format_size_full (status->device_free_bytes,
                             G_FORMAT_SIZE_IEC_UNITS);
  /* Translators: what computes (CUDA), a size such as 6.2 GiB. */
  room = g_strdup_printf (_("The memory of %s has %s free."), device, size);

  return g_strconcat (reason, "\n", room, NULL);
}

static void
on_choice (PiscesModelChoice  *choice,
           guint               role,
           PiscesModelItem    *item,
           PiscesModelsWindow *window)
{
  g_signal_emit (window, signals[MODEL_CHOSEN], 0, role, item);
}

static void
on_row_remove (PiscesModelRow     *row,
               PiscesModelsWindow *window)
{
  g_autoptr (PiscesModelItem)  item = g_object_ref (pisces_model_row_get_item (row));
  const PiscesModelInfo       *info = pisces_model_item_get_info (item);
  g_autofree gchar            *size = NULL;
  GtkWidget                   *dialog;

  if (pisces_model_item_get_source (item) != PISCES_MODEL_DOWNLOADED)
    {
      g_signal_emit (window, signals[REMOVE_REQUESTED], 0, item);
      return;
    }

  size   = g_format_size (info ? info->n_bytes : 0);
  dialog = gtk_message_dialog_new (GTK_WINDOW (window), GTK_DIALOG_MODAL |
                                   GTK_DIALOG_DESTROY_WITH_PARENT,
                                   GTK_MESSAGE_QUESTION, GTK_BUTTONS_NONE,
                                   _("Delete the model %s from the disk?"),
                                   pisces_model_item_get_name (item));
  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog),
                                            /* Translators: a folder, a size. */
                                            _("The folder “%s” and all files in "
                                              "it are deleted, which frees %s. "
                                              "To use the model again it has to "
                                              "be downloaded again."),
                                            pisces_model_item_get_folder (item),
                                            size);
  gtk_dialog_add_buttons (GTK_DIALOG (dialog),
                          _("_Keep It"), GTK_RESPONSE_CANCEL,
                          _("_Delete"),  GTK_RESPONSE_ACCEPT, NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  g_object_set_data_full (G_OBJECT (dialog), "item", g_object_ref (item),
                          g_object_unref);
  g_signal_connect (dialog, "response", G_CALLBACK (on_delete_response), item);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_delete_response (GtkDialog       *dialog,
                    gint             response,
                    PiscesModelItem *item)
{
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (dialog));

  if (response == GTK_RESPONSE_ACCEPT)
    g_signal_emit (window, signals[REMOVE_REQUESTED], 0, item);

  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
models_window_on_add (PiscesModelsWindow *window)
{
  if (window->chooser)
    return;

  window->chooser =
    gtk_file_chooser_native_new (_("Add the Folder of a Model"),
                                 GTK_WINDOW (window),
                                 GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                 _("_Add"), NULL);
  g_signal_connect_swapped (window->chooser, "response",
                            G_CALLBACK (on_chooser_response), window);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (window->chooser));
}

static void
on_chooser_response (PiscesModelsWindow *window,
                     gint                response)
{
  g_autofree gchar *folder = NULL;

  folder = gtk_file_chooser_get_filename (GTK_FILE_CHOOSER (window->chooser));
  g_clear_object (&window->chooser);

  if (response == GTK_RESPONSE_ACCEPT && folder)
    g_signal_emit (window, signals[FOLDER_CHOSEN], 0, folder);
}

static void
on_get (PiscesModelsWindow *window)
{
  g_signal_emit (window, signals[GET_REQUESTED], 0);
}

static void
models_window_on_unload (PiscesModelsWindow *window)
{
  g_signal_emit (window, signals[UNLOAD_REQUESTED], 0);
}

static void
on_idle_changed (PiscesModelsWindow *window)
{
  const gchar *id = gtk_combo_box_get_active_id (GTK_COMBO_BOX (window->idle));

  if (! window->quiet && id)
    g_signal_emit (window, signals[IDLE_TIMEOUT_CHANGED], 0,
                   (guint) g_ascii_strtoull (id, NULL, 10));
}

static void
models_window_on_close (PiscesModelsWindow *window)
{
  gtk_widget_hide (GTK_WIDGET (window));
}
