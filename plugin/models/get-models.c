/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * get-models.c: reads lists of models, the plug-in's own or one that the user
 * names, and downloads the models that the user chooses.  The plug-in's list
 * is a file beside its binary, so that opening the window does not connect to
 * any server.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "engine/pisces.h"
#include "ui/models/pisces-get-models-window.h"

#include "plugin/gimp/settings.h"
#include "plugin/models/download-text.h"
#include "plugin/models/download.h"
#include "plugin/models/get-models.h"

#define GROUP "models"
#define KEY   "list-address"

struct _PiscesGetModels
{
  PiscesGetModelsWindow *window;
  gchar                 *store;
  PiscesDownloadedFunc   downloaded;
  gpointer               user_data;

  gchar                 *address;    /* of the list that is being read */
  GCancellable          *reading;    /* stops reading when another is
                                      * requested */
  GHashTable            *running;    /* PiscesCatalogModel → GCancellable */
};

typedef struct
{
  PiscesGetModels    *get_models;
  PiscesCatalogModel *model;
} Running;

static void       read_list          (PiscesGetModels        *get_models,
                                      const gchar            *address);
static void       on_list_read       (GObject                *source,
                                      GAsyncResult           *result,
                                      gpointer                data);
static gboolean   take_list          (PiscesGetModels        *get_models,
                                      GBytes                 *text,
                                      GError                **error);
static void       keep_running       (PiscesGetModels        *get_models,
                                      GListModel             *models);
static void       find_state         (PiscesGetModels        *get_models,
                                      PiscesCatalogModel     *model);
static void       save_address       (PiscesGetModels        *get_models);
static gchar    * get_own_list       (void);
static void       on_list            (PiscesGetModelsWindow  *window,
                                      const gchar            *address,
                                      PiscesGetModels        *get_models);
static void       on_download        (PiscesGetModelsWindow  *window,
                                      PiscesCatalogModel     *model,
                                      PiscesGetModels        *get_models);
static void       get_models_on_stop (PiscesGetModelsWindow  *window,
                                      PiscesCatalogModel     *model,
                                      PiscesGetModels        *get_models);
static gboolean   is_usable          (const gchar            *folder,
                                      GError                **error);
static void       on_discard         (PiscesGetModelsWindow  *window,
                                      PiscesCatalogModel     *model,
                                      PiscesGetModels        *get_models);
static void       get_models_on_progress (guint64                 done_bytes,
                                          gdouble                 seconds_left,
                                          gpointer                data);
static void       on_downloaded      (GObject                *source,
                                      GAsyncResult           *result,
                                      gpointer                data);


/*  public functions  */

/**
 * pisces_get_models_new:
 * @store: the folder that models are downloaded to.
 * @downloaded: called when a model has been downloaded.
 *
 * The result lives as long as the process.
 */
PiscesGetModels *
pisces_get_models_new (const gchar          *store,
                       PiscesDownloadedFunc  downloaded,
                       gpointer              user_data)
{
  PiscesGetModels      *get_models = g_new0 (PiscesGetModels, 1);
  g_autoptr (GKeyFile)  settings   = pisces_settings_load ();
  g_autofree gchar     *address    = NULL;
  g_autofree gchar     *own        = get_own_list ();

  get_models->store      = g_strdup (store);
  get_models->downloaded = downloaded;
  get_models->user_data  = user_data;
  get_models->running    = g_hash_table_new_full (NULL, NULL, g_object_unref,
                                                  g_object_unref);
  get_models->window     =
    PISCES_GET_MODELS_WINDOW (pisces_get_models_window_new (store));

  g_signal_connect (get_models->window, "list-requested",
                    G_CALLBACK (on_list), get_models);
  g_signal_connect (get_models->window, "download-requested",
                    G_CALLBACK (on_download), get_models);
  g_signal_connect (get_models->window, "stop-requested",
                    G_CALLBACK (get_models_on_stop), get_models);
  g_signal_connect (get_models->window, "discard-requested",
                    G_CALLBACK (on_discard), get_models);

  address = g_key_file_get_string (settings, GROUP, KEY, NULL);
  pisces_get_models_window_set_address (get_models->window, address);

  /* This list is a local file; a list on a server is only read when the user
   * asks for it.  */
  read_list (get_models, own);

  return get_models;
}

void
pisces_get_models_present (PiscesGetModels *get_models,
                           GtkWindow       *parent)
{
  gtk_window_set_transient_for (GTK_WINDOW (get_models->window), parent);
  gtk_window_present (GTK_WINDOW (get_models->window));
}


/*  private functions  */

static void
read_list (PiscesGetModels *get_models,
           const gchar     *address)
{
  gchar *copy = g_strdup (address);

  g_free (get_models->address);
  get_models->address = copy;

  /* The text of one list must not be combined with the address of another.  */
  if (get_models->reading)
    g_cancellable_cancel (get_models->reading);
  g_clear_object (&get_models->reading);
  get_models->reading = g_cancellable_new ();

  pisces_get_models_window_set_reading (get_models->window, TRUE);
  pisces_download_text_async (copy, NULL, get_models->reading, on_list_read,
                              get_models);
}

static void
on_list_read (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  PiscesGetModels    *get_models = data;
  g_autoptr (GError)  error      = NULL;
  g_autoptr (GBytes)  text       = NULL;

  text = pisces_download_text_finish (result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  pisces_get_models_window_set_reading (get_models->window, FALSE);

  if (text && take_list (get_models, text, &error))
    pisces_get_models_window_show_message (get_models->window,
                                           GTK_MESSAGE_INFO, NULL);
  else
    pisces_get_models_window_show_message (get_models->window,
                                           GTK_MESSAGE_ERROR, error->message);
}

static gboolean
take_list (PiscesGetModels  *get_models,
           GBytes           *text,
           GError          **error)
{
  g_autoptr (GListModel)  models = NULL;
  guint                   n_models;

  models = pisces_catalog_parse (text, get_models->address, error);
  if (! models)
    return FALSE;

  keep_running (get_models, models);
  n_models = g_list_model_get_n_items (models);
  for (guint i = 0; i < n_models; i++)
    {
      g_autoptr (PiscesCatalogModel) model = g_list_model_get_item (models, i);

      find_state (get_models, model);
    }
  pisces_get_models_window_set_models (get_models->window, models);

  return TRUE;
}

/* A running download stays visible, so that it can be stopped, even if the new
 * list does not contain it.
 */
static void
keep_running (PiscesGetModels *get_models,
              GListModel      *models)
{
  GHashTableIter iter;
  gpointer       model;

  g_hash_table_iter_init (&iter, get_models->running);
  while (g_hash_table_iter_next (&iter, &model, NULL))
    {
      guint i = 0;

      while (i < g_list_model_get_n_items (models))
        {
          g_autoptr (PiscesCatalogModel) other = g_list_model_get_item (models, i);

          if (g_str_equal (pisces_catalog_model_get_folder (other),
                           pisces_catalog_model_get_folder (model)))
            g_list_store_remove (G_LIST_STORE (models), i);
          else
            i++;
        }
      g_list_store_insert (G_LIST_STORE (models), 0, model);
    }
}

static void
find_state (PiscesGetModels    *get_models,
            PiscesCatalogModel *model)
{
  g_autofree gchar *folder = NULL;
  guint64           kept;

  if (g_hash_table_contains (get_models->running, model))
    return;

  folder = g_build_filename (get_models->store,
                             pisces_catalog_model_get_folder (model), NULL);
  kept   = pisces_download_model_kept (model, get_models->store);

  if (! pisces_model_type_is_supported (pisces_catalog_model_get_model_type (model)))
    pisces_catalog_model_set_state (model, PISCES_CATALOG_UNSUPPORTED,
                                    _("This version cannot run models of its "
                                      "kind; a newer one may."));
  else if (g_file_test (folder, G_FILE_TEST_EXISTS))
    pisces_catalog_model_set_state (model, PISCES_CATALOG_DONE,
                                    _("It is on this machine."));
  else if (kept > 0)
    pisces_catalog_model_set_state (model, PISCES_CATALOG_STOPPED, NULL);

  pisces_catalog_model_set_progress (model, kept, -1.0);
}

static void
save_address (PiscesGetModels *get_models)
{
  g_autoptr (GKeyFile)  settings = pisces_settings_load ();
  g_autoptr (GError)    error    = NULL;

  if (*get_models->address)
    g_key_file_set_string (settings, GROUP, KEY, get_models->address);
  else
    g_key_file_remove_key (settings, GROUP, KEY, NULL);

  if (! pisces_settings_save (settings, &error))
    pisces_get_models_window_show_message (get_models->window,
                                           GTK_MESSAGE_ERROR, error->message);
}

/* The list is beside the binary, where it was installed.  */
static gchar *
get_own_list (void)
{
  g_autofree gchar *folder = g_path_get_dirname (gimp_get_progname ());

  return g_build_filename (folder, "catalog.json", NULL);
}

static void
on_list (PiscesGetModelsWindow *window,
         const gchar           *address,
         PiscesGetModels       *get_models)
{
  g_autofree gchar *own = get_own_list ();

  g_free (get_models->address);
  get_models->address = g_strdup (address);
  save_address (get_models);

  read_list (get_models, *address ? address : own);
}

static void
on_download (PiscesGetModelsWindow *window,
             PiscesCatalogModel    *model,
             PiscesGetModels       *get_models)
{
  GCancellable         *cancellable = g_cancellable_new ();
  Running              *running     = g_new0 (Running, 1);
  PiscesDownloadLimits  limits      = pisces_download_default_limits;

  limits.verify = is_usable;

  running->get_models = get_models;
  running->model      = g_object_ref (model);
  g_hash_table_insert (get_models->running, g_object_ref (model), cancellable);

  pisces_catalog_model_set_state (model, PISCES_CATALOG_RUNNING, NULL);
  pisces_download_model_async (model, get_models->store, &limits, get_models_on_progress,
                               model, cancellable, on_downloaded, running);
}

/* A folder that has arrived is offered only if the engine can use it.  Runs in the
 * download's thread.  */
static gboolean
is_usable (const gchar  *folder,
           GError      **error)
{
  g_autoptr (PiscesModelInfo) info = pisces_model_verify (folder, error);

  return info != NULL;
}

static void
get_models_on_stop (PiscesGetModelsWindow *window,
                    PiscesCatalogModel    *model,
                    PiscesGetModels       *get_models)
{
  GCancellable *cancellable = g_hash_table_lookup (get_models->running, model);

  if (cancellable)
    g_cancellable_cancel (cancellable);
}

static void
on_discard (PiscesGetModelsWindow *window,
            PiscesCatalogModel    *model,
            PiscesGetModels       *get_models)
{
  g_autoptr (GError) error = NULL;

  if (! pisces_download_model_discard (model, get_models->store, &error))
    pisces_get_models_window_show_message (window, GTK_MESSAGE_ERROR,
                                           error->message);

  pisces_catalog_model_set_state (model, PISCES_CATALOG_IDLE, NULL);
  find_state (get_models, model);
}

static void
get_models_on_progress (guint64  done_bytes,
                        gdouble  seconds_left,
                        gpointer data)
{
  pisces_catalog_model_set_progress (data, done_bytes, seconds_left);
}

static void
on_downloaded (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  Running            *running    = data;
  PiscesGetModels    *get_models = running->get_models;
  g_autoptr (GError)  error      = NULL;
  g_autofree gchar   *folder     = NULL;

  folder = pisces_download_model_finish (result, &error);
  g_hash_table_remove (get_models->running, running->model);

  if (folder)
    {
      pisces_catalog_model_set_state (running->model, PISCES_CATALOG_DONE,
                                      _("It has arrived: choose it in the "
                                        "list of models."));
      get_models->downloaded (folder, get_models->user_data);
    }
  else
    {
      guint64 kept = pisces_download_model_kept (running->model,
                                                 get_models->store);

      /* If the user stopped it, no message is needed.  */
      pisces_catalog_model_set_progress (running->model, kept, -1.0);
      pisces_catalog_model_set_state (running->model,
                                      kept > 0 ? PISCES_CATALOG_STOPPED :
                                                 PISCES_CATALOG_IDLE,
                                      g_error_matches (error, G_IO_ERROR,
                                                       G_IO_ERROR_CANCELLED) ?
                                      NULL : error->message);
    }

  g_object_unref (running->model);
  g_free (running);
}
