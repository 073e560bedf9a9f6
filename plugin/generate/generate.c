/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate.c: the procedure `plug-in-pisces-generate`: draws new layers from
 * words.  It opens the window when it is called from the menu; when a script
 * calls it, it runs at once and needs no display.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/generate/generate-arguments.h"
#include "plugin/generate/generate-session.h"
#include "plugin/generate/generate-size.h"
#include "plugin/gimp/ai-mark.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/names.h"
#include "plugin/gimp/placement.h"
#include "plugin/procedures.h"
#include "plugin/stand-in.h"
#include "plugin/wait.h"

#define GENERATE_PROC "plug-in-pisces-generate"

static const PiscesName places[] =
{
  { "selection", PISCES_PLACE_SELECTION },
  { "canvas",    PISCES_PLACE_CANVAS    },
  { "layer",     PISCES_PLACE_LAYER     },
  { NULL }
};

static void                    generate_add_arguments     (GimpProcedure         *procedure);
static void                    generate_add_return_values (GimpProcedure         *procedure);
static GimpValueArray        * generate_run               (GimpProcedure         *procedure,
                                                           GimpRunMode            run_mode,
                                                           GimpImage             *image,
                                                           GimpDrawable         **drawables,
                                                           GimpProcedureConfig   *config,
                                                           gpointer               run_data);
static void                    generate_fit               (PiscesEngine          *engine,
                                                           GimpImage             *image,
                                                           gint32                 layer_id,
                                                           PiscesPlace            place,
                                                           PiscesGenerateRequest *request);
static GPtrArray             * generate_add_layers        (gint32                 image_id,
                                                           gint32                 layer_id,
                                                           PiscesGenerateResult  *result,
                                                           PiscesPlace            place,
                                                           GimpProcedureConfig   *config,
                                                           GError               **error);
static GimpValueArray        * generate_return            (GimpProcedure         *procedure,
                                                           GPtrArray             *layers,
                                                           PiscesGenerateResult  *result);


/*  public functions  */

/**
 * pisces_generate_procedure_new:
 * @extension: the plug-in.
 *
 * Returns: (transfer full): the procedure `plug-in-pisces-generate`.
 */
GimpProcedure *
pisces_generate_procedure_new (PiscesExtension *extension)
{
  GimpProcedure *procedure;

  procedure = pisces_stand_in_image_procedure_new (extension, GENERATE_PROC,
                                                   generate_run);

  pisces_stand_in_set_menu (extension, procedure, _("New from _Prompt..."),
                            "<Image>/Layer/[Structure]",
                            "pisces-generate-symbolic.svg");

  gimp_procedure_set_documentation (procedure,
                                    _("Draws what you describe, as a new "
                                      "layer"),
                                    _("A model that runs on this computer "
                                      "writes out in detail what it will "
                                      "draw (the plan), and then draws it. "
                                      "The new layer fits the bounds of the "
                                      "selection, the canvas, or the place "
                                      "of the active layer. The same "
                                      "arguments give the same pixels."),
                                    GENERATE_PROC);
  pisces_extension_describe_itself (procedure);

  generate_add_arguments (procedure);
  generate_add_return_values (procedure);

  return procedure;
}


/*  private functions  */

static void
generate_add_arguments (GimpProcedure *procedure)
{
  pisces_generate_arguments_add (procedure, TRUE);
  pisces_names_add (procedure, "placement", _("P_lace"),
                    _("Where the new layer goes: \"selection\", into the "
                      "bounds of the selection; \"canvas\"; or \"layer\", "
                      "where the active layer lies; the canvas where there "
                      "is none of these"), "selection");
  gimp_procedure_add_boolean_argument (procedure, "mask",
                                       _("Selection as _mask"),
                                       _("Whether the selection becomes the "
                                         "mask of the new layer, soft edges "
                                         "and all"),
                                       FALSE, G_PARAM_READWRITE);
  pisces_ai_mark_add_argument (procedure);
  pisces_generate_arguments_add_size (procedure,
                                      _("Of the picture, in pixels, a size that the model "
                                        "draws; 0 for both: the nearest to the place of the "
                                        "new layer"));
}

static void
generate_add_return_values (GimpProcedure *procedure)
{
  gimp_procedure_add_int32_array_return_value (procedure, "layer-ids",
                                               _("Layer IDs"),
                                               _("The new layers, one a picture"),
                                               G_PARAM_READWRITE);
  pisces_generate_arguments_add_returns (procedure);
}

/* libgimp may free proxy objects such as @image while we wait for a job, so
 * only the ID is used after that.
 */
static GimpValueArray *
generate_run (GimpProcedure        *procedure,
              GimpRunMode           run_mode,
              GimpImage            *image,
              GimpDrawable        **drawables,
              GimpProcedureConfig  *config,
              gpointer              run_data)
{
  PiscesExtension                   *extension = run_data;
  g_autoptr (PiscesGenerateRequest)  request   = NULL;
  g_autoptr (PiscesGenerateResult)   result    = NULL;
  g_autoptr (GPtrArray)              layers    = NULL;
  GError                            *error     = NULL;
  gint32                             image_id  = gimp_image_get_id (image);
  gint32                             layer_id  = pisces_placement_find_given (drawables);
  gint                               place     = PISCES_PLACE_SELECTION;

  if (run_mode != GIMP_RUN_NONINTERACTIVE)
    return pisces_generate_session_call (procedure, config, extension, image, NULL);

  if (pisces_names_get (config, "placement", places, &place, &error))
    request = pisces_generate_arguments_read (config, &error);

  if (request && request->width == 0 && request->height == 0)
    generate_fit (pisces_extension_get_engine (extension), image, layer_id, place, request);
  if (request && pisces_canvas_check_target (image, &error))
    result = pisces_wait_for_generate (pisces_extension_get_engine (extension),
                                       request, &error);
  if (result)
    layers = generate_add_layers (image_id, layer_id, result, place, config, &error);

  if (! layers)
    return gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_EXECUTION_ERROR, error);

  return generate_return (procedure, layers, result);
}

/* Asks for a picture of the proportions of the place that it goes to.  */
static void
generate_fit (PiscesEngine          *engine,
              GimpImage             *image,
              gint32                 layer_id,
              PiscesPlace            place,
              PiscesGenerateRequest *request)
{
  g_autoptr (GimpImage) held   = g_object_ref (image);
  const gint32          before = pisces_placement_select (image, layer_id);
  GeglRectangle         target;

  target = pisces_placement_get_target (image, place, NULL);
  pisces_placement_select (image, before);
  pisces_generate_size_fit (engine, target.width, target.height, request);
}

static GPtrArray *
generate_add_layers (gint32                 image_id,
                     gint32                 layer_id,
                     PiscesGenerateResult  *result,
                     PiscesPlace            place,
                     GimpProcedureConfig   *config,
                     GError               **error)
{
  g_autoptr (GimpImage) image = pisces_canvas_find_target (image_id, error);
  gboolean              mask  = FALSE;

  if (! image)
    return NULL;

  g_object_get (config, "mask", &mask, NULL);

  /* Changing the selected layer does no harm, because the new layer becomes the
   * selected one anyway.  */
  pisces_placement_select (image, layer_id);

  return pisces_canvas_add_pictures (image, result->pictures, place,
                                     pisces_ai_mark_get_flag (config) |
                                     (mask ? PISCES_CANVAS_MASK : 0),
                                     error);
}

/* Returns IDs, not layers.  If the user closes the image while a script draws
 * in it, the image is freed with the arguments of the call, and GIMP then
 * crashes on every layer that the call returns (seen with 3.0.4).
 */
static GimpValueArray *
generate_return (GimpProcedure        *procedure,
                 GPtrArray            *layers,
                 PiscesGenerateResult *result)
{
  g_autofree gint32 *ids = g_new (gint32, layers->len);
  GimpValueArray    *values;

  for (guint i = 0; i < layers->len; i++)
    ids[i] = gimp_item_get_id (layers->pdata[i]);

  values = gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_SUCCESS, NULL);

  GIMP_VALUES_SET_INT32_ARRAY (values, 1, ids, layers->len);
  pisces_generate_arguments_set_returns (values, result, result->warnings);

  return values;
}
