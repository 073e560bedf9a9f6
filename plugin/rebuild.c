/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rebuild.c: the procedure `plug-in-pisces-rebuild`, the round trip: the image
 * is described, drawn again from nothing but that text, and the two are
 * compared.  A text is good when the image can be rebuilt from it (UAE,
 * arXiv 2509.09666).
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "canvas.h"
#include "extension.h"
#include "numbers.h"
#include "wait.h"

#define REBUILD_PROC "plug-in-pisces-rebuild"

typedef struct
{
  gchar                *text;
  PiscesGenerateResult *drawn;
  gdouble               likeness;
} Rebuilt;

static void             rebuild_add_parameters (GimpProcedure         *procedure);
static GimpValueArray * rebuild_run            (GimpProcedure         *procedure,
                                                GimpRunMode            run_mode,
                                                GimpImage             *image,
                                                GimpDrawable         **drawables,
                                                GimpProcedureConfig   *config,
                                                gpointer               run_data);
static gboolean         rebuild_image          (PiscesEngine          *engine,
                                                GimpImage             *image,
                                                GimpProcedureConfig   *config,
                                                Rebuilt               *rebuilt,
                                                GError               **error);
static gchar          * rebuild_describe       (PiscesEngine          *engine,
                                                PiscesImage           *pixels,
                                                GError               **error);
static gboolean         rebuild_read_numbers   (PiscesGenerateRequest *request,
                                                GimpProcedureConfig   *config,
                                                GError               **error);


/*  public functions  */

/**
 * pisces_rebuild_procedure_new:
 * @extension: the plug-in.
 *
 * Returns: (transfer full): the procedure that goes round.
 */
GimpProcedure *
pisces_rebuild_procedure_new (PiscesExtension *extension)
{
  GimpProcedure *procedure;

  procedure = gimp_image_procedure_new (GIMP_PLUG_IN (extension),
                                        REBUILD_PROC,
                                        GIMP_PDB_PROC_TYPE_TEMPORARY,
                                        rebuild_run, extension, NULL);

  gimp_procedure_set_image_types (procedure, "*");
  gimp_procedure_set_sensitivity_mask (procedure,
                                       GIMP_PROCEDURE_SENSITIVE_DRAWABLE  |
                                       GIMP_PROCEDURE_SENSITIVE_DRAWABLES |
                                       GIMP_PROCEDURE_SENSITIVE_NO_DRAWABLES);

  gimp_procedure_set_documentation (procedure,
                                    _("Describes the image and draws it "
                                      "again from the words"),
                                    _("Adds the picture that was drawn from "
                                      "the description as a new layer, and "
                                      "tells how alike the two are. The more "
                                      "alike, the more of the image the "
                                      "words have kept."),
                                    REBUILD_PROC);
  pisces_extension_describe_itself (procedure);

  rebuild_add_parameters (procedure);

  return procedure;
}


/*  private functions  */

static void
rebuild_add_parameters (GimpProcedure *procedure)
{
  pisces_numbers_add (procedure, "seed", _("_Seed"),
                      _("Of the picture that is drawn, 0 to 4294967295"), 0);
  pisces_numbers_add (procedure, "steps", _("S_teps"),
                      _("Drawing steps, up to 1000; 0 or -1: the model's own "
                        "choice"), 0);
  pisces_numbers_add (procedure, "guidance", _("_Guidance"),
                      _("How closely to follow the words, up to 50; 1 adds "
                        "nothing to what the model does by itself, -1 is the "
                        "model's own choice"), PISCES_NUMBER_OF_MODEL);

  gimp_procedure_add_int_return_value (procedure, "layer-id",
                                       _("Layer ID"),
                                       _("The image as drawn again"),
                                       -1, G_MAXINT, -1, G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "text",
                                          _("Text"),
                                          _("The words in between"),
                                          "", G_PARAM_READWRITE);
  gimp_procedure_add_double_return_value (procedure, "likeness",
                                          _("Likeness"),
                                          _("Of the two, as the model sees "
                                            "them: 1 is the same"),
                                          -1.0, 1.0, 0.0, G_PARAM_READWRITE);
}

static GimpValueArray *
rebuild_run (GimpProcedure        *procedure,
             GimpRunMode           run_mode,
             GimpImage            *image,
             GimpDrawable        **drawables,
             GimpProcedureConfig  *config,
             gpointer              run_data)
{
  PiscesEngine          *engine   = pisces_extension_get_engine (run_data);
  gint32                 image_id = gimp_image_get_id (image);
  Rebuilt                rebuilt  = { 0 };
  g_autoptr (GPtrArray)  layers   = NULL;
  GError                *error    = NULL;
  GimpValueArray        *values;

  if (rebuild_image (engine, image, config, &rebuilt, &error))
    {
      image = pisces_canvas_find_image (image_id);

      if (image)
        layers = pisces_canvas_add_pictures (image, rebuilt.drawn->pictures,
                                             PISCES_PLACE_SELECTION, FALSE,
                                             &error);
      else
        g_set_error_literal (&error, PISCES_ERROR, PISCES_ERROR_FAILED,
                             _("The image was closed while it was being "
                               "drawn again."));
    }

  if (layers)
    {
      values = gimp_procedure_new_return_values (procedure,
                                                 GIMP_PDB_SUCCESS, NULL);
      /* An ID, for the reason that generate.c gives.  */
      GIMP_VALUES_SET_INT    (values, 1, gimp_item_get_id (layers->pdata[0]));
      GIMP_VALUES_SET_STRING (values, 2, rebuilt.text);
      GIMP_VALUES_SET_DOUBLE (values, 3, CLAMP (rebuilt.likeness, -1.0, 1.0));
    }
  else
    {
      values = gimp_procedure_new_return_values (procedure,
                                                 GIMP_PDB_EXECUTION_ERROR,
                                                 error);
    }

  g_free (rebuilt.text);
  g_clear_pointer (&rebuilt.drawn, pisces_generate_result_free);

  return values;
}

static gboolean
rebuild_image (PiscesEngine         *engine,
               GimpImage            *image,
               GimpProcedureConfig  *config,
               Rebuilt              *rebuilt,
               GError              **error)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("");
  g_autoptr (PiscesImage)           pixels  = NULL;
  PiscesPicture                    *picture;

  if (! rebuild_read_numbers (request, config, error) ||
      ! pisces_canvas_check_target (image, error))
    return FALSE;

  pixels = pisces_canvas_read (image, error);
  if (! pixels)
    return FALSE;

  rebuilt->text = rebuild_describe (engine, pixels, error);
  if (! rebuilt->text)
    return FALSE;

  /* The model plans from the description as it would from a prompt: nano's
   * plans are layouts, and a description in the place of one gave a picture of
   * nothing.  Greedily, so that chance adds nothing that the words left out.
   */
  g_free (request->prompt);
  request->prompt      = g_strdup (rebuilt->text);
  request->temperature = 0.0;

  rebuilt->drawn = pisces_wait_for_generate (engine, request, error);
  if (! rebuilt->drawn)
    return FALSE;

  picture = rebuilt->drawn->pictures->pdata[0];

  return pisces_engine_compare (engine, pixels, picture->image,
                                &rebuilt->likeness, NULL, error);
}

static gchar *
rebuild_describe (PiscesEngine  *engine,
                  PiscesImage   *pixels,
                  GError       **error)
{
  g_autoptr (PiscesDescribeRequest) request = NULL;
  g_autoptr (PiscesDescribeResult)  result  = NULL;

  request = pisces_describe_request_new (pixels, PISCES_DESCRIBE_LONG);
  result  = pisces_wait_for_describe (engine, request, error);

  return result ? g_steal_pointer (&result->long_text) : NULL;
}

static gboolean
rebuild_read_numbers (PiscesGenerateRequest  *request,
                      GimpProcedureConfig    *config,
                      GError                **error)
{
  request->want_previews = FALSE;

  return pisces_numbers_get_whole (config, "seed", 0, G_MAXUINT32,
                                   &request->seed, error) &&
         pisces_numbers_get_whole (config, "steps", PISCES_NUMBER_OF_MODEL,
                                   PISCES_STEPS_MAX, &request->steps, error) &&
         pisces_numbers_get (config, "guidance", PISCES_GUIDANCE_MAX,
                             &request->guidance_scale, error);
}
