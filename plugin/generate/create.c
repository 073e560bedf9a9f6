/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * create.c: the procedure `plug-in-pisces-create`: draws a new image from
 * words, whether or not an image is open.  It opens the window when it is
 * called from the menu; when a script calls it, it runs at once and needs no
 * display.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/generate/generate-arguments.h"
#include "plugin/generate/generate-session.h"
#include "plugin/gimp/ai-mark.h"
#include "plugin/gimp/canvas.h"
#include "plugin/procedures.h"
#include "plugin/stand-in.h"
#include "plugin/wait.h"

#define CREATE_PROC "plug-in-pisces-create"

static void                    create_add_arguments (GimpProcedure        *procedure);
static GimpValueArray        * create_run           (GimpProcedure        *procedure,
                                                     GimpProcedureConfig  *config,
                                                     gpointer              run_data);
static GimpImage             * create_draw          (PiscesExtension      *extension,
                                                     GimpProcedureConfig  *config,
                                                     GError              **error);


/*  public functions  */

/**
 * pisces_create_procedure_new:
 * @extension: the plug-in.
 *
 * Returns: (transfer full): the procedure `plug-in-pisces-create`.
 */
GimpProcedure *
pisces_create_procedure_new (PiscesExtension *extension)
{
  GimpProcedure *procedure;

  procedure = pisces_stand_in_procedure_new (extension, CREATE_PROC,
                                             create_run);

  pisces_stand_in_set_menu (extension, procedure, _("Image from _Prompt..."),
                            "<Image>/File/Create",
                            "pisces-generate-symbolic.svg");

  gimp_procedure_set_documentation (procedure,
                                    _("Draws what you describe, as a new "
                                      "image"),
                                    _("The same as plug-in-pisces-generate, "
                                      "but no image needs to be open: the new "
                                      "one is as large as the picture. The "
                                      "same arguments give the same pixels."),
                                    CREATE_PROC);
  pisces_extension_describe_itself (procedure);

  create_add_arguments (procedure);

  return procedure;
}


/*  private functions  */

static void
create_add_arguments (GimpProcedure *procedure)
{
  gimp_procedure_add_enum_argument (procedure, "run-mode",
                                    _("Run mode"),
                                    _("With the window, or without it"),
                                    GIMP_TYPE_RUN_MODE,
                                    GIMP_RUN_NONINTERACTIVE,
                                    G_PARAM_READWRITE);
  pisces_generate_arguments_add (procedure, FALSE);
  pisces_ai_mark_add_argument (procedure);
  pisces_generate_arguments_add_size (procedure,
                                      _("Of the picture, in pixels, a size that the model "
                                        "draws; 0 for both: its own choice"));

  gimp_procedure_add_image_return_value (procedure, "image",
                                         _("Image"),
                                         _("The new image"),
                                         TRUE, G_PARAM_READWRITE);
}

static GimpValueArray *
create_run (GimpProcedure       *procedure,
            GimpProcedureConfig *config,
            gpointer             run_data)
{
  GimpRunMode     run_mode = GIMP_RUN_NONINTERACTIVE;
  GimpImage      *image    = NULL;
  GimpValueArray *values;
  GError         *error    = NULL;

  g_object_get (config, "run-mode", &run_mode, NULL);

  if (run_mode != GIMP_RUN_NONINTERACTIVE)
    pisces_generate_session_present_new (run_data, &error);
  else
    image = create_draw (run_data, config, &error);

  if (error)
    return gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_EXECUTION_ERROR, error);

  values = gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_SUCCESS, NULL);
  GIMP_VALUES_SET_IMAGE (values, 1, image);

  return values;
}

static GimpImage *
create_draw (PiscesExtension      *extension,
             GimpProcedureConfig  *config,
             GError              **error)
{
  g_autoptr (PiscesGenerateRequest) request = NULL;
  g_autoptr (PiscesGenerateResult)  result  = NULL;

  request = pisces_generate_arguments_read (config, error);
  if (request)
    result = pisces_wait_for_generate (pisces_extension_get_engine (extension),
                                       request, error);

  return result ? pisces_canvas_new_image (result->pictures->pdata[0],
                                           pisces_ai_mark_get_flag (config),
                                           error) : NULL;
}
