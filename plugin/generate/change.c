/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * change.c: the procedure `plug-in-pisces-change`: draws a layer anew, or what is
 * selected of it, beginning with what it shows.  It opens the window when it is called
 * from the menu; a script waits until the end.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/generate/generate-arguments.h"
#include "plugin/generate/generate-fill.h"
#include "plugin/generate/generate-layer.h"
#include "plugin/generate/generate-session.h"
#include "plugin/gimp/ai-mark.h"
#include "plugin/gimp/numbers.h"
#include "plugin/gimp/placement.h"
#include "plugin/procedures.h"
#include "plugin/stand-in.h"

#define CHANGE_PROC "plug-in-pisces-change"

static GimpValueArray * change_run           (GimpProcedure        *procedure,
                                              GimpRunMode           run_mode,
                                              GimpImage            *image,
                                              GimpDrawable        **drawables,
                                              GimpProcedureConfig  *config,
                                              gpointer              run_data);


/*  public functions  */

/**
 * pisces_change_procedure_new:
 * @extension: the plug-in.
 *
 * Returns: (transfer full): the procedure `plug-in-pisces-change`.
 */
GimpProcedure *
pisces_change_procedure_new (PiscesExtension *extension)
{
  GimpProcedure *procedure;

  procedure = pisces_stand_in_image_procedure_new (extension, CHANGE_PROC, change_run);

  pisces_stand_in_set_menu (extension, procedure, _("_Change from Prompt..."),
                            "<Image>/Layer/[Structure]",
                            "pisces-generate-symbolic.svg");

  gimp_procedure_set_documentation (procedure,
                                    _("Draws a layer anew, beginning with what it "
                                      "shows"),
                                    _("The new picture begins with the layer, the "
                                      "more so the lower the strength. It becomes a "
                                      "layer in its place, and the old one is "
                                      "hidden. If a part of the layer is selected, "
                                      "only that is drawn anew: the new layer lies "
                                      "over the old one, with the selection as its "
                                      "mask. The same arguments give the same "
                                      "pixels."),
                                    CHANGE_PROC);
  pisces_extension_describe_itself (procedure);

  pisces_generate_arguments_add (procedure, FALSE);
  gimp_procedure_add_double_argument (procedure, "strength", _("_Strength"),
                                      _("How much is changed: above 0, which would "
                                        "be nothing, up to 1, all"),
                                      - G_MAXDOUBLE, G_MAXDOUBLE, PISCES_CHANGE_STRENGTH,
                                      G_PARAM_READWRITE);
  pisces_ai_mark_add_argument (procedure);

  pisces_generate_layer_add_returns (procedure);

  return procedure;
}


/*  private functions  */

/* libgimp may free proxy objects such as @image while we wait for a job, so they
 * are not used after that.
 */
static GimpValueArray *
change_run (GimpProcedure        *procedure,
            GimpRunMode           run_mode,
            GimpImage            *image,
            GimpDrawable        **drawables,
            GimpProcedureConfig  *config,
            gpointer              run_data)
{
  PiscesExtension                   *extension = run_data;
  PiscesEngine                      *engine    = pisces_extension_get_engine (extension);
  g_autoptr (PiscesCanvasFill)       fill      = NULL;
  g_autoptr (PiscesGenerateRequest)  request   = NULL;
  GError                            *error     = NULL;
  gint32                             layer_id  = pisces_placement_find_given (drawables);
  gdouble                            strength  = PISCES_CHANGE_STRENGTH;

  if (run_mode != GIMP_RUN_NONINTERACTIVE)
    return pisces_generate_session_call (procedure, config, extension, image,
                                         "change");

  if (pisces_numbers_get_above_0 (config, "strength", 1.0, &strength, &error))
    request = pisces_generate_arguments_read_unchecked (config, &error);
  if (request)
    fill = pisces_generate_fill_begin_changing (engine, image, layer_id, strength,
                                                request, &error);

  return pisces_generate_layer_run (procedure, config, engine, fill, request, error);
}
