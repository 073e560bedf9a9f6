/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * stand-in.c: the procedures of the resident process, and ordinary ones that
 * replace them when that process is gone.
 *
 * Each procedure exists twice with the same name.  The temporary one belongs
 * to the resident process, which has the loaded model; GIMP uses it, because
 * it was registered last.  GIMP removes it when that process ends for any
 * reason.  GIMP then finds the ordinary procedure of the same name again, for
 * which it starts a process at each call.  If a script calls that one, it does
 * the work itself.
 *
 * Menu items belong to the ordinary procedures, because GIMP 3.0 makes none
 * for procedures that are registered after its own start.  They pass the call
 * on to the resident process.  If that is gone, the new process replaces it as
 * long as it has a window or a job.  It cannot ask GIMP to start an extension
 * again, because that would wait until the extension ends; and a script that
 * calls an ordinary procedure waits until that one ends, too.
 */

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>
#include <glib/gi18n-lib.h>

#include "plugin/stand-in.h"

typedef struct
{
  PiscesExtension  *extension;
  GimpRunFunc       run;
  GimpRunImageFunc  run_image;
} StandIn;

static GimpProcedure  * stand_in_new_image     (PiscesExtension      *extension,
                                                const gchar          *name,
                                                StandIn              *stand_in);
static GimpValueArray * stand_in_run           (GimpProcedure        *procedure,
                                                GimpProcedureConfig  *config,
                                                gpointer              run_data);
static GimpValueArray * stand_in_run_image     (GimpProcedure        *procedure,
                                                GimpRunMode           run_mode,
                                                GimpImage            *image,
                                                GimpDrawable        **drawables,
                                                GimpProcedureConfig  *config,
                                                gpointer              run_data);
static GimpValueArray * stand_in_do_image      (GimpProcedure        *procedure,
                                                GimpRunMode           run_mode,
                                                GimpImage            *image,
                                                GimpDrawable        **drawables,
                                                GimpProcedureConfig  *config,
                                                gpointer              run_data);
static gboolean         stand_in_check_drawables (GimpImage          *image,
                                                GimpDrawable        **drawables,
                                                GError              **error);
static GimpProcedure  * stand_in_find_resident (GimpProcedure        *procedure);
static void             stand_in_take_over     (PiscesExtension      *extension);
static void             stand_in_stay          (PiscesExtension      *extension,
                                                GimpValueArray       *values);
static gboolean         stand_in_is_needed     (PiscesExtension      *extension);


/*  public functions  */

/**
 * pisces_stand_in_procedure_new:
 * @extension: the plug-in.
 * @name: the name of the procedure.
 * @run: the function to run, with @extension as its data.
 *
 * Returns: (transfer full): the temporary procedure if this is the resident
 *   process, otherwise the ordinary one.
 */
GimpProcedure *
pisces_stand_in_procedure_new (PiscesExtension *extension,
                               const gchar     *name,
                               GimpRunFunc      run)
{
  StandIn *stand_in;

  if (pisces_extension_is_resident (extension))
    return gimp_procedure_new (GIMP_PLUG_IN (extension), name,
                               GIMP_PDB_PROC_TYPE_TEMPORARY,
                               run, extension, NULL);

  stand_in = g_new0 (StandIn, 1);
  stand_in->extension = extension;
  stand_in->run       = run;

  return gimp_procedure_new (GIMP_PLUG_IN (extension), name,
                             GIMP_PDB_PROC_TYPE_PLUGIN,
                             stand_in_run, stand_in, g_free);
}

/**
 * pisces_stand_in_image_procedure_new:
 *
 * Like pisces_stand_in_procedure_new(), for a procedure that works on an
 * image.  It is enabled for every image, of all kinds and whatever is selected
 * in it, because a disabled menu item does not say why it is disabled, and the
 * procedure does.
 */
GimpProcedure *
pisces_stand_in_image_procedure_new (PiscesExtension  *extension,
                                     const gchar      *name,
                                     GimpRunImageFunc  run)
{
  StandIn       *stand_in = g_new0 (StandIn, 1);
  GimpProcedure *procedure;

  stand_in->extension = extension;
  stand_in->run_image = run;

  procedure = stand_in_new_image (extension, name, stand_in);
  gimp_procedure_set_image_types (procedure, "*");
  gimp_procedure_set_sensitivity_mask (procedure,
                                       GIMP_PROCEDURE_SENSITIVE_DRAWABLE  |
                                       GIMP_PROCEDURE_SENSITIVE_DRAWABLES |
                                       GIMP_PROCEDURE_SENSITIVE_NO_DRAWABLES);

  return procedure;
}

/**
 * pisces_stand_in_set_menu:
 * @extension: the plug-in.
 * @procedure: a procedure from pisces_stand_in_procedure_new() or
 *   pisces_stand_in_image_procedure_new().
 * @label: the text of the menu item.
 * @path: the path of its menu.
 * @icon: the name of a file in the plug-in's icons folder.
 */
void
pisces_stand_in_set_menu (PiscesExtension *extension,
                          GimpProcedure   *procedure,
                          const gchar     *label,
                          const gchar     *path,
                          const gchar     *icon)
{
  if (pisces_extension_is_resident (extension))
    return;

  gimp_procedure_set_menu_label (procedure, label);
  gimp_procedure_add_menu_path (procedure, path);
  pisces_extension_set_icon (procedure, icon);
}


/*  private functions  */

/* @stand_in: (transfer full): the data of the procedure.  */
static GimpProcedure *
stand_in_new_image (PiscesExtension *extension,
                    const gchar     *name,
                    StandIn         *stand_in)
{
  if (pisces_extension_is_resident (extension))
    return gimp_image_procedure_new (GIMP_PLUG_IN (extension), name,
                                     GIMP_PDB_PROC_TYPE_TEMPORARY,
                                     stand_in_do_image, stand_in, g_free);

  return gimp_image_procedure_new (GIMP_PLUG_IN (extension), name,
                                   GIMP_PDB_PROC_TYPE_PLUGIN,
                                   stand_in_run_image, stand_in, g_free);
}

static GimpValueArray *
stand_in_run (GimpProcedure       *procedure,
              GimpProcedureConfig *config,
              gpointer             run_data)
{
  StandIn        *stand_in = run_data;
  GimpProcedure  *resident;
  GimpValueArray *values;
  GimpRunMode     run_mode = GIMP_RUN_NONINTERACTIVE;

  if (gimp_procedure_find_argument (procedure, "run-mode"))
    g_object_get (config, "run-mode", &run_mode, NULL);

  if (run_mode == GIMP_RUN_NONINTERACTIVE)
    return stand_in->run (procedure, config, stand_in->extension);

  resident = stand_in_find_resident (procedure);
  if (resident)
    return gimp_procedure_run (resident, "run-mode", run_mode, NULL);

  stand_in_take_over (stand_in->extension);
  values = stand_in->run (procedure, config, stand_in->extension);
  stand_in_stay (stand_in->extension, values);

  return values;
}

static GimpValueArray *
stand_in_run_image (GimpProcedure        *procedure,
                    GimpRunMode           run_mode,
                    GimpImage            *image,
                    GimpDrawable        **drawables,
                    GimpProcedureConfig  *config,
                    gpointer              run_data)
{
  StandIn        *stand_in = run_data;
  GimpProcedure  *resident;
  GimpValueArray *values;

  if (run_mode == GIMP_RUN_NONINTERACTIVE)
    return stand_in_do_image (procedure, run_mode, image, drawables, config,
                              stand_in);

  resident = stand_in_find_resident (procedure);
  if (resident)
    return gimp_procedure_run (resident, "run-mode", run_mode, "image", image,
                               "drawables", drawables, NULL);

  stand_in_take_over (stand_in->extension);
  values = stand_in_do_image (procedure, run_mode, image, drawables, config,
                              stand_in);
  stand_in_stay (stand_in->extension, values);

  return values;
}

static GimpValueArray *
stand_in_do_image (GimpProcedure        *procedure,
                   GimpRunMode           run_mode,
                   GimpImage            *image,
                   GimpDrawable        **drawables,
                   GimpProcedureConfig  *config,
                   gpointer              run_data)
{
  StandIn *stand_in = run_data;
  GError  *error    = NULL;

  if (! stand_in_check_drawables (image, drawables, &error))
    return gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_CALLING_ERROR, error);

  return stand_in->run_image (procedure, run_mode, image, drawables, config,
                              stand_in->extension);
}

/* A script can pass an image together with layers of another image, and GIMP
 * allows it.  It is then unknown what the script wants.
 */
static gboolean
stand_in_check_drawables (GimpImage     *image,
                          GimpDrawable **drawables,
                          GError       **error)
{
  for (guint i = 0; drawables && drawables[i]; i++)
    if (gimp_item_get_image (GIMP_ITEM (drawables[i])) != image)
      {
        g_autofree gchar *name = gimp_item_get_name (GIMP_ITEM (drawables[i]));

        g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                     _("“%s” belongs to another image. Give layers of the image "
                       "that is given too."), name);
        return FALSE;
      }

  return TRUE;
}

/* Returns: (nullable): the procedure of the same name in the resident
 * process.  */
static GimpProcedure *
stand_in_find_resident (GimpProcedure *procedure)
{
  GimpProcedure *found =
    gimp_pdb_lookup_procedure (gimp_get_pdb (),
                               gimp_procedure_get_name (procedure));

  if (found &&
      gimp_procedure_get_proc_type (found) == GIMP_PDB_PROC_TYPE_TEMPORARY)
    return found;

  return NULL;
}

static void
stand_in_take_over (PiscesExtension *extension)
{
  pisces_extension_offer_procedures (extension);
  gimp_plug_in_persistent_enable (GIMP_PLUG_IN (extension));
}

/* Stays as long as the process is needed; everything that can end this need
 * happens in the main loop.  */
static void
stand_in_stay (PiscesExtension *extension,
               GimpValueArray  *values)
{
  if (GIMP_VALUES_GET_ENUM (values, 0) != GIMP_PDB_SUCCESS)
    return;

  while (stand_in_is_needed (extension))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
stand_in_is_needed (PiscesExtension *extension)
{
  PiscesEngine             *engine  = pisces_extension_get_engine (extension);
  g_autoptr (PiscesStatus)  status  = pisces_engine_get_status (engine);
  g_autoptr (GList)         windows = gtk_window_list_toplevels ();

  for (GList *link = windows; link; link = link->next)
    if (gtk_widget_get_visible (link->data))
      return TRUE;

  return status->busy || status->n_waiting > 0;
}
