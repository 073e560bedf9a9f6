/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * unload.c: the procedure `plug-in-pisces-unload`: frees the model's memory.
 * The next job loads the model again.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/procedures.h"
#include "plugin/stand-in.h"

#define UNLOAD_PROC "plug-in-pisces-unload"

static GimpValueArray * unload_run (GimpProcedure       *procedure,
                                    GimpProcedureConfig *config,
                                    gpointer             run_data);


/*  public functions  */

/**
 * pisces_unload_procedure_new:
 * @extension: the plug-in.
 *
 * Returns: (transfer full): the procedure `plug-in-pisces-unload`.
 */
GimpProcedure *
pisces_unload_procedure_new (PiscesExtension *extension)
{
  GimpProcedure *procedure;

  procedure = pisces_stand_in_procedure_new (extension, UNLOAD_PROC,
                                             unload_run);
  gimp_procedure_set_documentation (procedure,
                                    _("Frees the memory of Pisces' model"),
                                    _("A job that is being done ends first. "
                                      "The next job loads the model again."),
                                    UNLOAD_PROC);
  pisces_extension_describe_itself (procedure);

  gimp_procedure_add_double_return_value (procedure, "freed-bytes",
                                          _("Freed bytes"),
                                          _("How much memory was given back; "
                                            "0 while a job is being done, "
                                            "which ends first"),
                                          0, G_MAXDOUBLE, 0,
                                          G_PARAM_READWRITE);

  return procedure;
}


/*  private functions  */

static GimpValueArray *
unload_run (GimpProcedure       *procedure,
            GimpProcedureConfig *config,
            gpointer             run_data)
{
  PiscesEngine             *engine = pisces_extension_get_engine (run_data);
  g_autoptr (PiscesStatus)  before = pisces_engine_get_status (engine);
  g_autoptr (PiscesStatus)  after  = NULL;
  GimpValueArray           *values;
  gdouble                   freed;

  pisces_engine_unload (engine);

  after = pisces_engine_get_status (engine);
  freed = ((gdouble) before->resident_bytes -
           (gdouble) after->resident_bytes);

  values = gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_SUCCESS, NULL);
  GIMP_VALUES_SET_DOUBLE (values, 1, MAX (freed, 0.0));

  return values;
}
