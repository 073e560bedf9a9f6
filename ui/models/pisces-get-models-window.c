/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-get-models-window.c: models that can be downloaded, from the list
 * that came with the plug-in or from one that the user names.  It emits
 * signals for what the user wants, and never uses the network itself.
 */

#include <glib/gi18n-lib.h>

#include "ui/models/pisces-catalog-row.h"
#include "ui/models/pisces-get-models-window.h"
#include "ui/widgets/pisces-help-window.h"
#include "ui/widgets/pisces-message-bar.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

enum
{
  DOWNLOAD_REQUESTED,
  STOP_REQUESTED,
  DISCARD_REQUESTED,
  LIST_REQUESTED,
  N_SIGNALS
};

struct _PiscesGetModelsWindow
{
  GtkWindow  parent_instance;

  GtkWidget *message_bar;
  GtkWidget *intro;
  GtkWidget *stack;
  GtkWidget *rows;
  GtkWidget *address;
  GtkWidget *read;
};

static gboolean pisces_get_models_window_key_press (GtkWidget             *widget,
                                                    GdkEventKey           *event);
static void     destroy_row                        (GtkWidget             *row,
                                                    gpointer               data);
static void     add_row                            (PiscesGetModelsWindow *window,
                                                    PiscesCatalogModel    *model);
static void     on_row_download                    (PiscesCatalogRow      *row,
                                                    PiscesGetModelsWindow *window);
static void     on_row_stop                        (PiscesCatalogRow      *row,
                                                    PiscesGetModelsWindow *window);
static void     on_row_discard                     (PiscesCatalogRow      *row,
                                                    PiscesGetModelsWindow *window);
static void     on_read                            (PiscesGetModelsWindow *window);
static void     get_models_window_on_close         (PiscesGetModelsWindow *window);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesGetModelsWindow, pisces_get_models_window, GTK_TYPE_WINDOW)

#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, PiscesGetModelsWindow, name)
#define SIGNAL(name, type) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, \
                NULL, NULL, G_TYPE_NONE, 1, type)

static void
pisces_get_models_window_class_init (PiscesGetModelsWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  widget_class->key_press_event = pisces_get_models_window_key_press;

  signals[DOWNLOAD_REQUESTED] = SIGNAL ("download-requested", PISCES_TYPE_CATALOG_MODEL);
  signals[STOP_REQUESTED]     = SIGNAL ("stop-requested", PISCES_TYPE_CATALOG_MODEL);
  signals[DISCARD_REQUESTED]  = SIGNAL ("discard-requested", PISCES_TYPE_CATALOG_MODEL);
  signals[LIST_REQUESTED]     = SIGNAL ("list-requested", G_TYPE_STRING);

  g_type_ensure (PISCES_TYPE_MESSAGE_BAR);
  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               PISCES_UI_PATH
                                               "pisces-get-models-window.ui");
  BIND (message_bar);
  BIND (intro);
  BIND (stack);
  BIND (rows);
  BIND (address);
  BIND (read);
  gtk_widget_class_bind_template_callback (widget_class, on_read);
  gtk_widget_class_bind_template_callback (widget_class, get_models_window_on_close);
}

static void
pisces_get_models_window_init (PiscesGetModelsWindow *window)
{
  gtk_widget_init_template (GTK_WIDGET (window));
  pisces_help_add (GTK_WINDOW (window), PISCES_HELP_MODELS);
  pisces_undo_add (window->address);
  g_signal_connect (window, "delete-event",
                    G_CALLBACK (gtk_widget_hide_on_delete), NULL);
}

static gboolean
pisces_get_models_window_key_press (GtkWidget   *widget,
                                    GdkEventKey *event)
{
  if (GTK_WIDGET_CLASS (pisces_get_models_window_parent_class)->key_press_event (widget, event))
    return TRUE;

  if (! pisces_ui_is_key (event, GDK_KEY_Escape, 0) &&
      ! pisces_ui_is_key (event, GDK_KEY_w, GDK_CONTROL_MASK))
    return FALSE;

  gtk_widget_hide (widget);

  return TRUE;
}


/*  public functions  */

/**
 * pisces_get_models_window_new:
 * @store: the folder that models are downloaded to; it is shown to the user.
 *
 * Closing the window only hides it; downloads go on.
 */
GtkWidget *
pisces_get_models_window_new (const gchar *store)
{
  PiscesGetModelsWindow *window = g_object_new (PISCES_TYPE_GET_MODELS_WINDOW, NULL);
  g_autofree gchar      *folder = g_filename_display_name (store);
  g_autofree gchar      *words  = NULL;

  /* Translators: a folder. */
  words = g_strdup_printf (_("Nothing is fetched from the network until you "
                             "press a button here. Models are put into “%s”."),
                           folder);
  gtk_label_set_text (GTK_LABEL (window->intro), words);

  return GTK_WIDGET (window);
}

/**
 * pisces_get_models_window_set_models:
 * @models: the models, as #PiscesCatalogModel.  The window shows later changes
 *   of a model, but not of the list.
 */
void
pisces_get_models_window_set_models (PiscesGetModelsWindow *window,
                                     GListModel            *models)
{
  guint n_models = g_list_model_get_n_items (models);

  gtk_container_foreach (GTK_CONTAINER (window->rows),
                         destroy_row, NULL);

  for (guint i = 0; i < n_models; i++)
    {
      g_autoptr (PiscesCatalogModel) model = g_list_model_get_item (models, i);

      if (i > 0)
        {
          GtkWidget *line = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);

          gtk_widget_show (line);
          gtk_container_add (GTK_CONTAINER (window->rows), line);
        }
      add_row (window, model);
    }

  gtk_stack_set_visible_child_name (GTK_STACK (window->stack),
                                    n_models ? "rows" : "none");
}

void
pisces_get_models_window_set_address (PiscesGetModelsWindow *window,
                                      const gchar           *address)
{
  gtk_entry_set_text (GTK_ENTRY (window->address), address ? address : "");
}

/* While a list is being read, no other one can be requested.  */
void
pisces_get_models_window_set_reading (PiscesGetModelsWindow *window,
                                      gboolean               reading)
{
  gtk_widget_set_sensitive (window->read, ! reading);
  gtk_widget_set_sensitive (window->address, ! reading);
}

void
pisces_get_models_window_show_message (PiscesGetModelsWindow *window,
                                       GtkMessageType         type,
                                       const gchar           *text)
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
add_row (PiscesGetModelsWindow *window,
         PiscesCatalogModel    *model)
{
  GtkWidget *row = pisces_catalog_row_new (model);

  gtk_container_add (GTK_CONTAINER (window->rows), row);
  g_signal_connect (row, "download-requested", G_CALLBACK (on_row_download), window);
  g_signal_connect (row, "stop-requested", G_CALLBACK (on_row_stop), window);
  g_signal_connect (row, "discard-requested", G_CALLBACK (on_row_discard), window);
}

static void
on_row_download (PiscesCatalogRow      *row,
                 PiscesGetModelsWindow *window)
{
  g_signal_emit (window, signals[DOWNLOAD_REQUESTED], 0,
                 pisces_catalog_row_get_model (row));
}

static void
on_row_stop (PiscesCatalogRow      *row,
             PiscesGetModelsWindow *window)
{
  g_signal_emit (window, signals[STOP_REQUESTED], 0,
                 pisces_catalog_row_get_model (row));
}

static void
on_row_discard (PiscesCatalogRow      *row,
                PiscesGetModelsWindow *window)
{
  g_signal_emit (window, signals[DISCARD_REQUESTED], 0,
                 pisces_catalog_row_get_model (row));
}

static void
on_read (PiscesGetModelsWindow *window)
{
  g_autofree gchar *address = NULL;

  address = g_strstrip (g_strdup (gtk_entry_get_text (GTK_ENTRY (window->address))));
  g_signal_emit (window, signals[LIST_REQUESTED], 0, address);
}

static void
get_models_window_on_close (PiscesGetModelsWindow *window)
{
  gtk_widget_hide (GTK_WIDGET (window));
}
