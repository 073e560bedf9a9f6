/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * rebuild.c: the procedure `plug-in-pisces-rebuild`, the round trip: describes
 * the image, draws it again from that text alone, and compares the two.  A
 * text is good if the image can be rebuilt from it (UAE, arXiv 2509.09666).
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-short-text.h"

#include "plugin/describe/rebuild-chain.h"
#include "plugin/generate/generate-arguments.h"
#include "plugin/gimp/ai-mark.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/numbers.h"
#include "plugin/procedures.h"
#include "plugin/stand-in.h"
#include "plugin/task.h"
#include "plugin/wait.h"

#define REBUILD_PROC "plug-in-pisces-rebuild"

/* A round trip that is running.  */
typedef struct
{
  gint32      image_id;
  PiscesTask *task;
} Rebuilding;

static void             rebuild_add_parameters (GimpProcedure         *procedure);
static GimpValueArray * rebuild_run            (GimpProcedure         *procedure,
                                                GimpRunMode            run_mode,
                                                GimpImage             *image,
                                                GimpDrawable         **drawables,
                                                GimpProcedureConfig   *config,
                                                gpointer               run_data);
static GimpValueArray * rebuild_return         (GimpProcedure         *procedure,
                                                GPtrArray             *layers,
                                                PiscesRebuilt         *rebuilt);
static gboolean         rebuild_start          (PiscesExtension       *extension,
                                                gint32                 image_id,
                                                PiscesImage           *pixels,
                                                PiscesGenerateRequest *numbers,
                                                GError               **error);
static void             rebuild_done           (GObject               *source,
                                                GAsyncResult          *answer,
                                                gpointer               data);
static PiscesRebuilt  * rebuild_wait           (PiscesEngine          *engine,
                                                PiscesImage           *pixels,
                                                PiscesGenerateRequest *numbers,
                                                GError               **error);
static GPtrArray      * rebuild_add            (gint32                 image_id,
                                                PiscesRebuilt         *rebuilt,
                                                PiscesCanvasFlags      flags,
                                                GError               **error);


/*  public functions  */

/**
 * pisces_rebuild_procedure_new:
 * @extension: the plug-in.
 *
 * Returns: (transfer full): the procedure `plug-in-pisces-rebuild`.
 */
GimpProcedure *
pisces_rebuild_procedure_new (PiscesExtension *extension)
{
  GimpProcedure *procedure;

  procedure = pisces_stand_in_image_procedure_new (extension, REBUILD_PROC,
                                                   rebuild_run);

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
  pisces_generate_arguments_add_sampling (procedure);
  pisces_ai_mark_add_argument (procedure);

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
                                          _("How alike the model sees the two: 1 is the same"),
                                          -1.0, 1.0, 0.0, G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "describe-model",
                                          _("Model that describes"),
                                          _("The model that has described"),
                                          "", G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "draw-model",
                                          _("Model that draws"),
                                          _("The model that has drawn"),
                                          "", G_PARAM_READWRITE);
}

/* libgimp may free proxy objects such as @image while we wait for the jobs, so
 * only the ID is used after that.
 */
static GimpValueArray *
rebuild_run (GimpProcedure        *procedure,
             GimpRunMode           run_mode,
             GimpImage            *image,
             GimpDrawable        **drawables,
             GimpProcedureConfig  *config,
             gpointer              run_data)
{
  g_autoptr (PiscesGenerateRequest)  numbers  = pisces_generate_request_new ("");
  g_autoptr (PiscesImage)            pixels   = NULL;
  g_autoptr (PiscesRebuilt)          rebuilt  = NULL;
  g_autoptr (GPtrArray)              layers   = NULL;
  GError                            *error    = NULL;
  gint32                             image_id = gimp_image_get_id (image);

  if (pisces_generate_arguments_read_numbers (config, numbers, &error) &&
      pisces_canvas_check_target (image, &error))
    pixels = pisces_canvas_read (image, &error);

  if (pixels && run_mode != GIMP_RUN_NONINTERACTIVE &&
      rebuild_start (run_data, image_id, pixels, numbers, &error))
    return gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS,
                                             NULL);

  if (pixels && run_mode == GIMP_RUN_NONINTERACTIVE)
    rebuilt = rebuild_wait (pisces_extension_get_engine (run_data), pixels,
                            numbers, &error);
  if (rebuilt)
    layers = rebuild_add (image_id, rebuilt, pisces_ai_mark_get_flag (config),
                          &error);

  if (! layers)
    return gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_EXECUTION_ERROR, error);

  return rebuild_return (procedure, layers, rebuilt);
}

static GimpValueArray *
rebuild_return (GimpProcedure *procedure,
                GPtrArray     *layers,
                PiscesRebuilt *rebuilt)
{
  const PiscesPicture *picture = rebuilt->drawn->pictures->pdata[0];
  GimpValueArray      *values;

  values = gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);

  /* An ID, not a layer; generate.c explains why.  */
  GIMP_VALUES_SET_INT    (values, 1, gimp_item_get_id (layers->pdata[0]));
  GIMP_VALUES_SET_STRING (values, 2, rebuilt->text);
  GIMP_VALUES_SET_DOUBLE (values, 3, CLAMP (rebuilt->likeness, -1.0, 1.0));
  GIMP_VALUES_SET_STRING (values, 4, rebuilt->describer ? rebuilt->describer : "");
  GIMP_VALUES_SET_STRING (values, 5, picture->model_name ? picture->model_name : "");

  return values;
}

/* When a person calls the procedure, it returns while the jobs go on.  */
static gboolean
rebuild_start (PiscesExtension        *extension,
               gint32                  image_id,
               PiscesImage            *pixels,
               PiscesGenerateRequest  *numbers,
               GError                **error)
{
  GimpImage        *image = pisces_canvas_find_image (image_id);
  g_autofree gchar *name  = image ? gimp_image_get_name (image) : NULL;
  Rebuilding       *rebuilding;
  PiscesTask       *task;

  task = pisces_task_new (extension, _("Draw the Image from Its Description"),
                          name, error);
  if (! task)
    return FALSE;

  rebuilding           = g_new0 (Rebuilding, 1);
  rebuilding->image_id = image_id;
  rebuilding->task     = task;

  pisces_rebuild_async (pisces_extension_get_engine (extension), pixels,
                        numbers, pisces_task_progress, task,
                        pisces_task_get_cancellable (task),
                        rebuild_done, rebuilding);

  return TRUE;
}

static void
rebuild_done (GObject      *source,
              GAsyncResult *answer,
              gpointer      data)
{
  g_autofree Rebuilding     *rebuilding = data;
  g_autoptr (PiscesRebuilt)  result     = NULL;
  g_autoptr (GPtrArray)      layers     = NULL;
  g_autoptr (GError)         trouble    = NULL;
  g_autofree gchar          *sentence   = NULL;

  result = pisces_rebuild_finish (answer, &trouble);
  if (result)
    layers = rebuild_add (rebuilding->image_id, result,
                          pisces_ai_mark_get_flag (NULL), &trouble);

  if (layers)
    {
      g_autofree gchar *words = pisces_short_text (result->text,
                                                   PISCES_SHORT_TEXT_TOOLTIP);

      /* Translators: a description, and a number.  */
      sentence = g_strdup_printf (_("The image was described so: %s\n"
                                    "The new layer was drawn from these words "
                                    "alone. As the model sees the two, their "
                                    "likeness is %.2f; 1 is the same."),
                                  words, result->likeness);
    }

  pisces_task_end (rebuilding->task, sentence, trouble);
}

static PiscesRebuilt *
rebuild_wait (PiscesEngine           *engine,
              PiscesImage            *pixels,
              PiscesGenerateRequest  *numbers,
              GError                **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  PiscesWait               wait;

  pisces_wait_init (&wait);
  pisces_rebuild_async (engine, pixels, numbers, NULL, NULL, NULL,
                        pisces_wait_notify, &wait);
  result = pisces_wait_run (&wait);

  return pisces_rebuild_finish (result, error);
}

/* Returns: (transfer full) (nullable): the new layer.  */
static GPtrArray *
rebuild_add (gint32              image_id,
             PiscesRebuilt      *rebuilt,
             PiscesCanvasFlags   flags,
             GError            **error)
{
  GimpImage *image = pisces_canvas_find_image (image_id);

  if (image)
    return pisces_canvas_add_pictures (image, rebuilt->drawn->pictures,
                                       PISCES_PLACE_SELECTION, flags, error);

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                       _("The image was closed while it was being drawn "
                         "again."));
  return NULL;
}
