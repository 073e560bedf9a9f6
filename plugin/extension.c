/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * extension.c: the resident part of the plug-in.  GIMP starts the procedure
 * `extension-pisces` every time it starts itself, and waits until it is ready,
 * so this loads nothing, reads no file and does not touch GTK.  The process
 * then lives as long as GIMP does.  It owns the only engine, which loads its
 * model when the first job comes. plug-in.c lists the other procedures.
 */

#include <libgimp/gimp.h>
#include <libgimp/gimpui.h>
#include <glib/gi18n-lib.h>

#include "plugin/extension.h"
#include "plugin/gimp/monitor-color.h"
#include "plugin/gimp/wire.h"
#include "plugin/models/make-engine.h"

#define EXTENSION_PROC "extension-pisces"
#define AUTHORS        "The Pisces authors"
#define YEAR           "2026"

typedef struct
{
  PiscesEngine *engine;       /* NULL until it is first needed */
  gboolean      ui_ready;
  gboolean      is_resident;
} PiscesExtensionPrivate;

#define GET_PRIVATE(extension) \
  ((PiscesExtensionPrivate *) pisces_extension_get_instance_private (extension))

static void             extension_finalize   (GObject              *object);
static GList          * extension_query      (GimpPlugIn           *plug_in);
static GimpProcedure  * extension_create     (GimpPlugIn           *plug_in,
                                              const gchar          *name);
static gboolean         extension_set_i18n   (GimpPlugIn           *plug_in,
                                              const gchar          *name,
                                              gchar               **domain,
                                              gchar               **catalogs);
static GimpValueArray * extension_run        (GimpProcedure        *procedure,
                                              GimpProcedureConfig  *config,
                                              gpointer              run_data);
static gchar          * extension_build_path (const gchar          *folder,
                                              const gchar          *name);

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PiscesExtension, pisces_extension,
                                     GIMP_TYPE_PLUG_IN)


static void
pisces_extension_class_init (PiscesExtensionClass *klass)
{
  GObjectClass    *object_class  = G_OBJECT_CLASS (klass);
  GimpPlugInClass *plug_in_class = GIMP_PLUG_IN_CLASS (klass);

  object_class->finalize          = extension_finalize;

  plug_in_class->query_procedures = extension_query;
  plug_in_class->create_procedure = extension_create;
  plug_in_class->set_i18n         = extension_set_i18n;
}

static void
pisces_extension_init (PiscesExtension *extension)
{
}

static void
extension_finalize (GObject *object)
{
  g_clear_object (&GET_PRIVATE (PISCES_EXTENSION (object))->engine);

  G_OBJECT_CLASS (pisces_extension_parent_class)->finalize (object);
}


/*  public functions  */

/**
 * pisces_extension_get_engine:
 * @extension: the plug-in.
 *
 * Returns: (transfer none): the engine of this process; it loads nothing until
 *   its first job.
 */
PiscesEngine *
pisces_extension_get_engine (PiscesExtension *extension)
{
  PiscesExtensionPrivate *private = GET_PRIVATE (extension);

  if (! private->engine)
    private->engine = pisces_models_make_engine ();

  return private->engine;
}

/**
 * pisces_extension_init_ui:
 * @extension: the plug-in.
 * @error: set if there is no display.
 *
 * Initialises GTK once, when the first window is needed. gimp_ui_init() ends
 * the process if it finds no display, and the loaded model would be lost.  So
 * gtk_init_check() comes first.
 *
 * Returns: %TRUE if windows can be shown.
 */
gboolean
pisces_extension_init_ui (PiscesExtension  *extension,
                          GError          **error)
{
  PiscesExtensionPrivate *private = GET_PRIVATE (extension);

  if (private->ui_ready)
    return TRUE;

  if (! gtk_init_check (NULL, NULL))
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                           _("There is no display to show a window on. "
                             "Call the procedure with "
                             "RUN-NONINTERACTIVE instead."));
      return FALSE;
    }

  gimp_ui_init ("pisces");
  pisces_monitor_color_begin (gdk_screen_get_default ());
  private->ui_ready = TRUE;

  return TRUE;
}

/**
 * pisces_extension_is_resident:
 * @extension: the plug-in.
 *
 * Returns: whether this is the resident process, which handles all calls, and
 *   not one that GIMP started for a single call.
 */
gboolean
pisces_extension_is_resident (PiscesExtension *extension)
{
  return GET_PRIVATE (extension)->is_resident;
}

/**
 * pisces_extension_offer_procedures:
 * @extension: the plug-in.
 *
 * Makes this process the resident one.  After
 * gimp_plug_in_persistent_enable(), GIMP's calls arrive in the GLib main loop.
 */
void
pisces_extension_offer_procedures (PiscesExtension *extension)
{
  const PiscesExtensionClass *class = PISCES_EXTENSION_GET_CLASS (extension);

  GET_PRIVATE (extension)->is_resident = TRUE;
  pisces_wire_guard ();

  for (guint i = 0; i < class->n_procedures; i++)
    {
      g_autoptr (GimpProcedure) temporary = class->procedures[i].maker (extension);

      gimp_plug_in_add_temp_procedure (GIMP_PLUG_IN (extension), temporary);
    }
}

/**
 * pisces_extension_describe_itself:
 * @procedure: a new procedure.
 *
 * Sets the attribution, which is the same for all procedures.
 */
void
pisces_extension_describe_itself (GimpProcedure *procedure)
{
  gimp_procedure_set_attribution (procedure, AUTHORS, AUTHORS, YEAR);
}

/**
 * pisces_extension_set_icon:
 * @procedure: a procedure with a menu item.
 * @icon: the name of a file in the plug-in's icons folder.
 *
 * Gives the menu item its icon, or none if the file is missing.
 */
void
pisces_extension_set_icon (GimpProcedure *procedure,
                           const gchar   *icon)
{
  g_autofree gchar *path = extension_build_path ("icons", icon);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    gimp_procedure_set_icon_file (procedure, file);
}


/*  private functions  */

static GList *
extension_query (GimpPlugIn *plug_in)
{
  const PiscesExtensionClass *class = PISCES_EXTENSION_GET_CLASS (plug_in);
  GList                      *names = NULL;

  for (guint i = 0; i < class->n_procedures; i++)
    names = g_list_append (names, g_strdup (class->procedures[i].name));

  return g_list_append (names, g_strdup (EXTENSION_PROC));
}

static GimpProcedure *
extension_create (GimpPlugIn  *plug_in,
                  const gchar *name)
{
  const PiscesExtensionClass *class = PISCES_EXTENSION_GET_CLASS (plug_in);
  GimpProcedure              *procedure;

  for (guint i = 0; i < class->n_procedures; i++)
    if (g_strcmp0 (name, class->procedures[i].name) == 0)
      return class->procedures[i].maker (PISCES_EXTENSION (plug_in));

  if (g_strcmp0 (name, EXTENSION_PROC) != 0)
    return NULL;

  /* It has no arguments, because GIMP only starts extensions without arguments
   * by itself.  */
  procedure = gimp_procedure_new (plug_in, name,
                                  GIMP_PDB_PROC_TYPE_PERSISTENT,
                                  extension_run, NULL, NULL);
  gimp_procedure_set_documentation (procedure,
                                    _("Keeps the engine that draws and "
                                      "describes pictures"),
                                    _("Started by GIMP itself; do not call "
                                      "it. It provides the procedures "
                                      "plug-in-pisces-generate, "
                                      "plug-in-pisces-create, "
                                      "plug-in-pisces-fill, "
                                      "plug-in-pisces-change, "
                                      "plug-in-pisces-extend, "
                                      "plug-in-pisces-describe, "
                                      "plug-in-pisces-describe-files, "
                                      "plug-in-pisces-rebuild, "
                                      "plug-in-pisces-regenerate, "
                                      "plug-in-pisces-status and "
                                      "plug-in-pisces-unload."),
                                    name);
  pisces_extension_describe_itself (procedure);

  return procedure;
}

/* GIMP prints a warning if the folder of the translations is missing, so a
 * plug-in that was built without them says that it has none.
 */
static gboolean
extension_set_i18n (GimpPlugIn   *plug_in,
                    const gchar  *name,
                    gchar       **domain,
                    gchar       **catalogs)
{
  g_autofree gchar *path = extension_build_path ("locale", NULL);

  if (! g_file_test (path, G_FILE_TEST_IS_DIR))
    return FALSE;

  *domain   = g_strdup (GETTEXT_PACKAGE);
  *catalogs = g_strdup ("locale");

  return TRUE;
}

static GimpValueArray *
extension_run (GimpProcedure       *procedure,
               GimpProcedureConfig *config,
               gpointer             run_data)
{
  GimpPlugIn            *plug_in = gimp_procedure_get_plug_in (procedure);
  g_autoptr (GMainLoop)  loop    = g_main_loop_new (NULL, FALSE);

  pisces_extension_offer_procedures (PISCES_EXTENSION (plug_in));

  /* GIMP's start waits for this call.  */
  gimp_procedure_persistent_ready (procedure);

  gimp_plug_in_persistent_enable (plug_in);
  g_main_loop_run (loop);

  return gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);
}

/* Returns a path inside the plug-in's own folder.  */
static gchar *
extension_build_path (const gchar *folder,
                      const gchar *name)
{
  g_autofree gchar *own = g_path_get_dirname (gimp_get_progname ());

  return g_build_filename (own, folder, name, NULL);
}
