/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-layer.c: what the procedures have in common that draw one layer into an
 * image, so that it fits what is there.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/generate/generate-arguments.h"
#include "plugin/generate/generate-fill.h"
#include "plugin/generate/generate-layer.h"
#include "plugin/generate/generate-steps.h"
#include "plugin/gimp/ai-mark.h"


/*  public functions  */

/* Adds the argument that says what the model sees; its names are those of
 * pisces_canvas_fill_sources.  */
void
pisces_generate_layer_add_source (GimpProcedure *procedure)
{
  pisces_names_add (procedure, "source", _("S_ee"),
                    _("What the model sees: \"visible\", all that is visible; "
                      "\"below\", the active layer and what is below it; or "
                      "\"layer\", the active layer alone"), "visible");
}

/* Adds what pisces_generate_layer_run() returns.  */
void
pisces_generate_layer_add_returns (GimpProcedure *procedure)
{
  gimp_procedure_add_int_return_value (procedure, "layer-id", _("Layer ID"),
                                       _("The new layer"),
                                       G_MININT, G_MAXINT, -1, G_PARAM_READWRITE);
  pisces_generate_arguments_add_returns (procedure);
}

/**
 * pisces_generate_layer_run:
 * @procedure: the procedure.
 * @config: the arguments of a call.
 * @engine: the engine.
 * @fill: (nullable): where the layer goes; %NULL if that cannot be done.
 * @request: what to draw, if there is @fill.
 * @error: (transfer full) (nullable): why there is no @fill.
 *
 * Draws the layer, and waits until it is in the image.  The procedure returns an ID,
 * not the layer, for the reason that is given in generate.c.
 *
 * Returns: (transfer full): what the procedure returns.
 */
GimpValueArray *
pisces_generate_layer_run (GimpProcedure         *procedure,
                           GimpProcedureConfig   *config,
                           PiscesEngine          *engine,
                           PiscesCanvasFill      *fill,
                           PiscesGenerateRequest *request,
                           GError                *error)
{
  g_autoptr (PiscesGenerateResult)  result   = NULL;
  g_autoptr (GimpLayer)             layer    = NULL;
  g_auto (GStrv)                    warnings = NULL;
  GimpValueArray                   *values;

  if (fill)
    result = pisces_generate_steps_wait (engine, fill, request, &error);
  if (result)
    layer = pisces_generate_fill_put (fill, result, pisces_ai_mark_get_flag (config),
                                      &warnings, &error);
  if (! layer)
    return gimp_procedure_new_return_values (procedure, GIMP_PDB_EXECUTION_ERROR,
                                             error);

  values = gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);
  GIMP_VALUES_SET_INT (values, 1, gimp_item_get_id (GIMP_ITEM (layer)));
  pisces_generate_arguments_set_returns (values, result, warnings);

  return values;
}
