/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * extend.c: the procedure `plug-in-pisces-extend`: makes the canvas larger, and
 * draws its new borders so that they fit.  It asks in a window when it is called
 * from the menu; a script waits until the end.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/generate/extend-dialog.h"
#include "plugin/generate/generate-arguments.h"
#include "plugin/generate/generate-fill.h"
#include "plugin/generate/generate-layer.h"
#include "plugin/gimp/ai-mark.h"
#include "plugin/gimp/numbers.h"
#include "plugin/gimp/placement.h"
#include "plugin/procedures.h"
#include "plugin/stand-in.h"

#define EXTEND_PROC "plug-in-pisces-extend"

static void                    extend_add_arguments (GimpProcedure        *procedure);
static GimpValueArray        * extend_run           (GimpProcedure        *procedure,
                                                     GimpRunMode           run_mode,
                                                     GimpImage            *image,
                                                     GimpDrawable        **drawables,
                                                     GimpProcedureConfig  *config,
                                                     gpointer              run_data);
static GimpValueArray        * extend_ask           (GimpProcedure        *procedure,
                                                     GimpProcedureConfig  *config,
                                                     PiscesExtension      *extension,
                                                     GimpImage            *image);
static gboolean                extend_read_borders  (GimpProcedureConfig  *config,
                                                     GimpImage            *image,
                                                     PiscesBorders        *borders,
                                                     GError              **error);
static gboolean                extend_read_side     (GimpProcedureConfig  *config,
                                                     const gchar          *name,
                                                     gint                 *width,
                                                     GError              **error);


/*  public functions  */

/**
 * pisces_extend_procedure_new:
 * @extension: the plug-in.
 *
 * Returns: (transfer full): the procedure `plug-in-pisces-extend`.
 */
GimpProcedure *
pisces_extend_procedure_new (PiscesExtension *extension)
{
  GimpProcedure *procedure;

  procedure = pisces_stand_in_image_procedure_new (extension, EXTEND_PROC, extend_run);

  pisces_stand_in_set_menu (extension, procedure, _("Extend _from Prompt..."),
                            "<Image>/Image/[Scale]",
                            "pisces-generate-symbolic.svg");

  gimp_procedure_set_documentation (procedure,
                                    _("Makes the canvas larger, and draws its new "
                                      "borders so that they fit"),
                                    _("The model sees what is at the edges, and "
                                      "draws what you describe beside it; without "
                                      "a prompt, what is there goes on. The result "
                                      "is a new layer with the new borders. The "
                                      "same arguments give the same pixels."),
                                    EXTEND_PROC);
  pisces_extension_describe_itself (procedure);

  extend_add_arguments (procedure);

  return procedure;
}


/*  private functions  */

static void
extend_add_arguments (GimpProcedure *procedure)
{
  pisces_generate_arguments_add (procedure, FALSE);
  gimp_procedure_add_string_argument (procedure, "aspect", _("_Aspect"),
                                      _("The new aspect, such as \"16:9\"; empty: "
                                        "the following numbers say how much is added"),
                                      "", G_PARAM_READWRITE);
  pisces_numbers_add (procedure, "left", _("_Left"),
                      _("By how many pixels the canvas grows on the left"), 0);
  pisces_numbers_add (procedure, "right", _("_Right"),
                      _("By how many pixels the canvas grows on the right"), 0);
  pisces_numbers_add (procedure, "top", _("_Top"),
                      _("By how many pixels the canvas grows at the top"), 0);
  pisces_numbers_add (procedure, "bottom", _("_Bottom"),
                      _("By how many pixels the canvas grows at the bottom"), 0);
  pisces_generate_layer_add_source (procedure);
  pisces_ai_mark_add_argument (procedure);

  pisces_generate_layer_add_returns (procedure);
}

/* libgimp may free proxy objects such as @image while we wait for a job, so they
 * are not used after that.
 */
static GimpValueArray *
extend_run (GimpProcedure        *procedure,
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
  gint                               source    = PISCES_FILL_VISIBLE;
  PiscesBorders                      borders;

  if (run_mode != GIMP_RUN_NONINTERACTIVE)
    return extend_ask (procedure, config, extension, image);

  if (pisces_names_get (config, "source", pisces_canvas_fill_sources, &source, &error) &&
      extend_read_borders (config, image, &borders, &error))
    request = pisces_generate_arguments_read_unchecked (config, &error);
  if (request)
    fill = pisces_generate_fill_begin_extending (engine, image, layer_id, source,
                                                 &borders, &error);

  return pisces_generate_layer_run (procedure, config, engine, fill, request, error);
}

/* The arguments are cleared for the reason that is given in
 * pisces_generate_session_call().  */
static GimpValueArray *
extend_ask (GimpProcedure       *procedure,
            GimpProcedureConfig *config,
            PiscesExtension     *extension,
            GimpImage           *image)
{
  GError *error = NULL;

  g_object_set (config, "prompt", "", "plan", "", NULL);

  if (! pisces_extend_dialog_present (extension, image, &error))
    return gimp_procedure_new_return_values (procedure, GIMP_PDB_EXECUTION_ERROR,
                                             error);

  return gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);
}

static gboolean
extend_read_borders (GimpProcedureConfig  *config,
                     GimpImage            *image,
                     PiscesBorders        *borders,
                     GError              **error)
{
  g_autofree gchar *aspect = NULL;

  g_object_get (config, "aspect", &aspect, NULL);

  if (! extend_read_side (config, "left", &borders->left, error) ||
      ! extend_read_side (config, "right", &borders->right, error) ||
      ! extend_read_side (config, "top", &borders->top, error) ||
      ! extend_read_side (config, "bottom", &borders->bottom, error))
    return FALSE;

  if (! aspect || ! *aspect)
    return TRUE;

  if (borders->left || borders->right || borders->top || borders->bottom)
    {
      g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                           _("Both an aspect and pixels are given. Give one of "
                             "them."));
      return FALSE;
    }

  return pisces_extend_to_aspect (gimp_image_get_width (image),
                                  gimp_image_get_height (image), aspect, borders,
                                  error);
}

static gboolean
extend_read_side (GimpProcedureConfig  *config,
                  const gchar          *name,
                  gint                 *width,
                  GError              **error)
{
  guint32 number = 0;

  if (! pisces_numbers_get_whole (config, name, 0, PISCES_EXTEND_SIDE_MAX, &number,
                                  error))
    return FALSE;

  *width = number;

  return TRUE;
}
