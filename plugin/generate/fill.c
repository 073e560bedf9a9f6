/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fill.c: the procedure `plug-in-pisces-fill`: draws the selection anew, so that
 * it fits what is around it.  It opens the window when it is called from the
 * menu; a script waits until the end.
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

#define FILL_PROC "plug-in-pisces-fill"

static void                    fill_add_arguments (GimpProcedure         *procedure);
static GimpValueArray        * fill_run           (GimpProcedure         *procedure,
                                                   GimpRunMode            run_mode,
                                                   GimpImage             *image,
                                                   GimpDrawable         **drawables,
                                                   GimpProcedureConfig   *config,
                                                   gpointer               run_data);
static gboolean                fill_read_options  (GimpProcedureConfig   *config,
                                                   PiscesFillOptions     *options,
                                                   GError               **error);


/*  public functions  */

/**
 * pisces_fill_procedure_new:
 * @extension: the plug-in.
 *
 * Returns: (transfer full): the procedure `plug-in-pisces-fill`.
 */
GimpProcedure *
pisces_fill_procedure_new (PiscesExtension *extension)
{
  GimpProcedure *procedure;

  procedure = pisces_stand_in_image_procedure_new (extension, FILL_PROC, fill_run);

  pisces_stand_in_set_menu (extension, procedure, _("_Fill from Prompt..."),
                            "<Image>/Layer/[Structure]",
                            "pisces-generate-symbolic.svg");

  gimp_procedure_set_documentation (procedure,
                                    _("Draws the selection anew, so that it fits "
                                      "what is around it"),
                                    _("The model sees what is around the "
                                      "selection, and draws what you describe "
                                      "inside it; without a prompt, as if nothing "
                                      "had been there. The result is a new layer "
                                      "with the selection as its mask. The same "
                                      "arguments give the same pixels."),
                                    FILL_PROC);
  pisces_extension_describe_itself (procedure);

  fill_add_arguments (procedure);

  return procedure;
}


/*  private functions  */

static void
fill_add_arguments (GimpProcedure *procedure)
{
  pisces_generate_arguments_add (procedure, FALSE);
  gimp_procedure_add_double_argument (procedure, "strength", _("_Strength"),
                                      _("How much is changed: above 0, which would "
                                        "be nothing, up to 1, all"),
                                      - G_MAXDOUBLE, G_MAXDOUBLE, 1.0,
                                      G_PARAM_READWRITE);
  gimp_procedure_add_double_argument (procedure, "surroundings", _("S_urroundings"),
                                      _("How much is seen on each side of the "
                                        "selection, as a part of its longer side, "
                                        "0 to 4"),
                                      - G_MAXDOUBLE, G_MAXDOUBLE,
                                      PISCES_SURROUNDINGS_DEFAULT,
                                      G_PARAM_READWRITE);
  pisces_generate_layer_add_source (procedure);
  pisces_numbers_add (procedure, "grow", _("_Grow"),
                      _("By how many pixels more than the selection is filled, up "
                        "to 1000; below 0: less, the selection is shrunk"), 0);
  pisces_ai_mark_add_argument (procedure);

  pisces_generate_layer_add_returns (procedure);
}

/* libgimp may free proxy objects such as @image while we wait for a job, so they
 * are not used after that.
 */
static GimpValueArray *
fill_run (GimpProcedure        *procedure,
          GimpRunMode           run_mode,
          GimpImage            *image,
          GimpDrawable        **drawables,
          GimpProcedureConfig  *config,
          gpointer              run_data)
{
  PiscesExtension                   *extension = run_data;
  PiscesEngine                      *engine    = pisces_extension_get_engine (extension);
  PiscesFillOptions                  options   = { 0 };
  g_autoptr (PiscesCanvasFill)       fill      = NULL;
  g_autoptr (PiscesGenerateRequest)  request   = NULL;
  GError                            *error     = NULL;
  gint32                             layer_id  = pisces_placement_find_given (drawables);

  if (run_mode != GIMP_RUN_NONINTERACTIVE)
    return pisces_generate_session_call (procedure, config, extension, image, "fill");

  if (fill_read_options (config, &options, &error))
    request = pisces_generate_arguments_read_unchecked (config, &error);
  if (request)
    fill = pisces_generate_fill_begin (engine, image, layer_id, &options, request,
                                       &error);

  return pisces_generate_layer_run (procedure, config, engine, fill, request, error);
}

static gboolean
fill_read_options (GimpProcedureConfig  *config,
                   PiscesFillOptions    *options,
                   GError              **error)
{
  gint source = PISCES_FILL_VISIBLE;

  if (! pisces_names_get (config, "source", pisces_canvas_fill_sources, &source,
                          error))
    return FALSE;

  options->source = source;

  return pisces_numbers_get_above_0 (config, "strength", 1.0, &options->strength,
                                     error) &&
         pisces_numbers_get_within (config, "surroundings", PISCES_SURROUNDINGS_MAX,
                                    &options->surroundings, error) &&
         pisces_numbers_get_signed (config, "grow", PISCES_FILL_GROW_MAX,
                                    &options->grow, error);
}
