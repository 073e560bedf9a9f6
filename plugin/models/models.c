/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models.c: connects the windows about models with the engine, the settings
 * and the downloads.  The process has one of each, no matter from which window
 * they are opened.
 */

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>
#include <glib/gi18n-lib.h>

#include "ui/models/pisces-models-window.h"

#include "plugin/gimp/settings.h"
#include "plugin/models/get-models.h"
#include "plugin/models/make-engine.h"
#include "plugin/models/models.h"
#include "plugin/models/staging.h"

#define MODELS_KEY "pisces-models"
#define GROUP      PISCES_MODELS_GROUP

typedef struct
{
  PiscesEngine       *engine;
  PiscesModelList    *list;
  PiscesModelsWindow *window;
  PiscesGetModels    *get_models;     /* NULL until it is first needed */
  gchar              *chosen[PISCES_N_ROLES];
                                      /* folders of the models for new jobs;
                                       * NULL: none, to compare              */
} Models;

typedef struct
{
  PiscesExtension *extension;
  GtkWindow       *window;
} Attached;

static gchar    * get_store         (void);
static void       on_action         (GSimpleAction       *action,
                                     GVariant            *parameter,
                                     gpointer             data);
static Models   * models_get        (PiscesExtension     *extension);
static void       refresh           (Models              *models);
static void       on_refreshed      (GObject             *source,
                                     GAsyncResult        *result,
                                     gpointer             data);
static void       show_status       (Models              *models);
static void       choose            (Models              *models,
                                     PiscesRole           role,
                                     PiscesModelItem     *item);
static void       save_choices      (Models              *models,
                                     GKeyFile            *settings);
static void       save_comparing    (Models              *models,
                                     GKeyFile            *settings);
static void       save_pair         (Models              *models,
                                     GKeyFile            *settings);
static void       models_save       (Models              *models);
static void       on_model_chosen   (PiscesModelsWindow  *window,
                                     guint                role,
                                     PiscesModelItem     *item,
                                     Models              *models);
static void       on_folder_chosen  (PiscesModelsWindow  *window,
                                     const gchar         *folder,
                                     Models              *models);
static void       models_on_remove  (PiscesModelsWindow  *window,
                                     PiscesModelItem     *item,
                                     Models              *models);
static void       on_idle_timeout   (PiscesModelsWindow  *window,
                                     guint                seconds,
                                     Models              *models);
static void       models_on_unload  (PiscesModelsWindow  *window,
                                     Models              *models);
static void       on_get            (PiscesModelsWindow  *window,
                                     Models              *models);
static void       on_downloaded     (const gchar         *folder,
                                     gpointer             data);


/*  public functions  */

/**
 * pisces_models_attach:
 * @window: a window, which gets the action "models.choose" to open the window
 *   of models.
 */
void
pisces_models_attach (PiscesExtension *extension,
                      GtkWindow       *window)
{
  static const GActionEntry      entries[] = { { "choose", on_action } };
  g_autoptr (GSimpleActionGroup) group     = g_simple_action_group_new ();
  Attached                      *attached  = g_new0 (Attached, 1);

  attached->extension = extension;
  attached->window    = window;

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries,
                                   G_N_ELEMENTS (entries), attached);
  g_object_set_data_full (G_OBJECT (group), "attached", attached, g_free);
  gtk_widget_insert_action_group (GTK_WIDGET (window), GROUP,
                                  G_ACTION_GROUP (group));
}


/*  private functions  */

static gchar *
get_store (void)
{
  return g_build_filename (g_get_user_data_dir (), "pisces", "models", NULL);
}

static void
on_action (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       data)
{
  Attached *attached = data;
  Models   *models   = models_get (attached->extension);

  refresh (models);

  gtk_window_set_transient_for (GTK_WINDOW (models->window), attached->window);
  gtk_window_present (GTK_WINDOW (models->window));
}

static Models *
models_get (PiscesExtension *extension)
{
  Models                    *models;
  g_autoptr (GKeyFile)       settings = NULL;
  g_autoptr (PiscesStatus)   status   = NULL;
  g_auto (GStrv)             added    = NULL;
  g_autofree gchar          *store    = NULL;

  models = g_object_get_data (G_OBJECT (extension), MODELS_KEY);
  if (models)
    return models;

  models   = g_new0 (Models, 1);
  settings = pisces_settings_load ();
  store    = get_store ();
  added    = g_key_file_get_string_list (settings, GROUP, "added", NULL, NULL);

  models->engine = pisces_extension_get_engine (extension);
  models->list   = pisces_model_list_new (store);
  pisces_model_list_set_added (models->list, (const gchar * const *) added);

  status         = pisces_engine_get_status (models->engine);
  models->window = PISCES_MODELS_WINDOW (pisces_models_window_new (models->list));
  for (guint i = 0; i < PISCES_N_ROLES; i++)
    {
      const PiscesModelStatus *model = pisces_status_get_model (status, 1 << i);

      models->chosen[i] = g_strdup (model ? model->folder : NULL);
      pisces_models_window_set_chosen (models->window, 1 << i, models->chosen[i]);
    }
  pisces_models_window_set_idle_timeout (models->window,
                                         pisces_engine_get_idle_timeout (models->engine));

  g_signal_connect (models->window, "model-chosen",
                    G_CALLBACK (on_model_chosen), models);
  g_signal_connect (models->window, "folder-chosen",
                    G_CALLBACK (on_folder_chosen), models);
  g_signal_connect (models->window, "remove-requested",
                    G_CALLBACK (models_on_remove), models);
  g_signal_connect (models->window, "idle-timeout-changed",
                    G_CALLBACK (on_idle_timeout), models);
  g_signal_connect (models->window, "unload-requested",
                    G_CALLBACK (models_on_unload), models);
  g_signal_connect (models->window, "get-requested",
                    G_CALLBACK (on_get), models);

  /* This is never disconnected, because both live as long as the process.  */
  g_signal_connect_swapped (models->engine, "status-changed",
                            G_CALLBACK (show_status), models);
  g_signal_connect_swapped (models->window, "show",
                            G_CALLBACK (show_status), models);
  g_object_set_data (G_OBJECT (extension), MODELS_KEY, models);

  return models;
}

static void
refresh (Models *models)
{
  pisces_model_list_refresh_async (models->list, on_refreshed, models);
}

static void
on_refreshed (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Models *models = data;

  pisces_model_list_refresh_finish (models->list, result);
}

static void
show_status (Models *models)
{
  g_autoptr (PiscesStatus) status = NULL;

  if (! gtk_widget_get_visible (GTK_WIDGET (models->window)))
    return;

  status = pisces_engine_get_status (models->engine);
  pisces_models_window_set_status (models->window, status);
}

/* item: (nullable): NULL: none, to compare pictures.  */
static void
choose (Models          *models,
        PiscesRole       role,
        PiscesModelItem *item)
{
  const gchar  *folder = item ? pisces_model_item_get_folder (item) : NULL;
  const guint   index  = g_bit_nth_lsf (role, -1);

  g_free (models->chosen[index]);
  models->chosen[index] = g_strdup (folder);

  pisces_engine_set_model (models->engine, role, folder, NULL);
  pisces_models_window_set_chosen (models->window, role, folder);
  models_save (models);
  show_status (models);
}

static void
models_save (Models *models)
{
  g_autoptr (GKeyFile)  settings = pisces_settings_load ();
  g_autoptr (GError)    error    = NULL;
  g_auto (GStrv)        added    = pisces_model_list_get_added (models->list);

  save_choices (models, settings);
  g_key_file_set_string_list (settings, GROUP, "added",
                              (const gchar * const *) added,
                              g_strv_length (added));
  g_key_file_set_integer (settings, GROUP, "idle-seconds",
                          (gint) pisces_engine_get_idle_timeout (models->engine));

  if (! pisces_settings_save (settings, &error))
    pisces_models_window_show_message (models->window, GTK_MESSAGE_ERROR,
                                       error->message);
}

/* The built-in model is stored as no folder, because its folder belongs to the
 * plug-in and may move.  What the environment says is not stored.  */
static void
save_choices (Models   *models,
              GKeyFile *settings)
{
  save_comparing (models, settings);
  save_pair (models, settings);
}

static void
save_comparing (Models   *models,
                GKeyFile *settings)
{
  const gchar     *folder = models->chosen[g_bit_nth_lsf (PISCES_ROLE_COMPARE, -1)];
  PiscesModelItem *item   = folder ? pisces_model_list_find (models->list, folder) : NULL;

  if (folder == NULL)
    g_key_file_remove_key (settings, GROUP, PISCES_MODELS_KEY_COMPARES, NULL);
  else if (item && pisces_model_item_get_source (item) != PISCES_MODEL_FROM_ENVIRONMENT)
    g_key_file_set_string (settings, GROUP, PISCES_MODELS_KEY_COMPARES, folder);
}

static void
save_pair (Models   *models,
           GKeyFile *settings)
{
  const gchar *draws     = models->chosen[g_bit_nth_lsf (PISCES_ROLE_DRAW, -1)];
  const gchar *describes = models->chosen[g_bit_nth_lsf (PISCES_ROLE_DESCRIBE, -1)];
  const gchar *stored[]  = { draws, describes };

  for (guint i = 0; i < G_N_ELEMENTS (stored); i++)
    {
      PiscesModelItem *item = pisces_model_list_find (models->list, stored[i]);

      if (item == NULL || pisces_model_item_get_source (item) == PISCES_MODEL_FROM_ENVIRONMENT)
        return;
      if (pisces_model_item_get_source (item) == PISCES_MODEL_BUILT_IN)
        stored[i] = NULL;
    }

  if (stored[0])
    g_key_file_set_string (settings, GROUP, PISCES_MODELS_KEY_DRAWS, stored[0]);
  else
    g_key_file_remove_key (settings, GROUP, PISCES_MODELS_KEY_DRAWS, NULL);

  if (g_strcmp0 (stored[0], stored[1]) == 0)
    g_key_file_remove_key (settings, GROUP, PISCES_MODELS_KEY_DESCRIBES, NULL);
  else
    g_key_file_set_string (settings, GROUP, PISCES_MODELS_KEY_DESCRIBES,
                           stored[1] ? stored[1] : "");
}

static void
on_model_chosen (PiscesModelsWindow *window,
                 guint               role,
                 PiscesModelItem    *item,
                 Models             *models)
{
  choose (models, role, item);
}

static void
on_folder_chosen (PiscesModelsWindow *window,
                  const gchar        *folder,
                  Models             *models)
{
  if (pisces_model_list_add (models->list, folder))
    {
      models_save (models);
      refresh (models);
    }
  else
    {
      pisces_models_window_show_message (window, GTK_MESSAGE_INFO,
                                         _("This folder is in the list "
                                           "already."));
    }
}

/* If the model that is removed is a chosen one, the built-in model is used instead;
 * it is always the first.  To compare pictures, none is.
 */
static void
models_on_remove (PiscesModelsWindow *window,
                  PiscesModelItem    *item,
                  Models             *models)
{
  g_autoptr (PiscesModelItem)  first  = NULL;
  g_autoptr (GError)           error  = NULL;
  const gchar                 *folder = pisces_model_item_get_folder (item);

  first = g_list_model_get_item (G_LIST_MODEL (models->list), 0);
  for (guint i = 0; i < PISCES_N_ROLES; i++)
    if (g_strcmp0 (folder, models->chosen[i]) == 0)
      choose (models, 1 << i, PISCES_ALL_ROLES & (1 << i) ? first : NULL);

  if (pisces_model_item_get_source (item) != PISCES_MODEL_DOWNLOADED)
    pisces_model_list_remove (models->list, folder);
  else if (! pisces_staging_delete (folder, &error))
    pisces_models_window_show_message (window, GTK_MESSAGE_ERROR,
                                       error->message);
  models_save (models);
  refresh (models);
}

static void
on_idle_timeout (PiscesModelsWindow *window,
                 guint               seconds,
                 Models             *models)
{
  pisces_engine_set_idle_timeout (models->engine, seconds);
  models_save (models);
}

static void
models_on_unload (PiscesModelsWindow *window,
                  Models             *models)
{
  pisces_engine_unload (models->engine);
  show_status (models);
}

static void
on_get (PiscesModelsWindow *window,
        Models             *models)
{
  if (! models->get_models)
    models->get_models =
      pisces_get_models_new (pisces_model_list_get_store (models->list),
                             on_downloaded, models);

  pisces_get_models_present (models->get_models, GTK_WINDOW (window));
}

static void
on_downloaded (const gchar *folder,
               gpointer     data)
{
  refresh (data);
}
