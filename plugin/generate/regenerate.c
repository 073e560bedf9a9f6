/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * regenerate.c: the procedure `plug-in-pisces-regenerate`: draws a layer again
 * from the values that are stored with it.  The same model and backend give
 * the same pixels; if they are different ones, it says so.  When it is called
 * from the menu it returns at once and shows its progress in a small window;
 * for a script it waits until the end.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-picture-json.h"
#include "ui/widgets/pisces-short-text.h"

#include "plugin/generate/generate-fill.h"
#include "plugin/generate/generate-size.h"
#include "plugin/generate/generate-steps.h"
#include "plugin/generate/generate-vary.h"
#include "plugin/gimp/ai-mark.h"
#include "plugin/gimp/canvas.h"
#include "plugin/gimp/placement.h"
#include "plugin/gimp/provenance.h"
#include "plugin/procedures.h"
#include "plugin/stand-in.h"
#include "plugin/task.h"

#define REGENERATE_PROC   "plug-in-pisces-regenerate"
#define RUNNING_KEY       "pisces-regenerating"
#define DIGEST_LENGTH     8    /* how many letters of a digest are shown */

/* A layer that is being drawn again.  */
typedef struct
{
  GHashTable       *running;   /* layer ID → this, for all that run */
  gint32            layer_id;
  PiscesPicture    *before;
  PiscesCanvasFill *fill;      /* (nullable): if it fits what is around it */
  gboolean          changed;   /* whether that is not as it was            */
  PiscesTask       *task;
} Regenerating;

static GimpValueArray * regenerate_run         (GimpProcedure        *procedure,
                                                GimpRunMode           run_mode,
                                                GimpImage            *image,
                                                GimpDrawable        **drawables,
                                                GimpProcedureConfig  *config,
                                                gpointer              run_data);
static GimpLayer      * regenerate_get_layer   (GimpDrawable        **drawables,
                                                GError              **error);
static PiscesPicture  * regenerate_read        (GimpLayer            *layer,
                                                GError              **error);
static GimpValueArray * regenerate_wait        (GimpProcedure        *procedure,
                                                GimpProcedureConfig  *config,
                                                PiscesEngine         *engine,
                                                gint32                layer_id,
                                                PiscesPicture        *before);
static void             regenerate_free        (Regenerating         *layer);
static gboolean         regenerate_start       (PiscesExtension      *extension,
                                                gint32                layer_id,
                                                PiscesPicture        *before,
                                                GError              **error);
static PiscesGenerateRequest *
                        regenerate_ask         (PiscesEngine         *engine,
                                                Regenerating         *layer,
                                                GError              **error);
static GHashTable     * regenerate_get_running (PiscesExtension      *extension);
static void             regenerate_done        (GObject              *source,
                                                GAsyncResult         *answer,
                                                gpointer              data);
static gchar          * regenerate_report      (Regenerating         *layer,
                                                PiscesGenerateResult *result);
static gboolean         regenerate_put         (Regenerating         *layer,
                                                PiscesPicture        *drawn,
                                                PiscesCanvasFlags     flags,
                                                GError              **error);
static gchar          * regenerate_compare     (Regenerating         *layer,
                                                PiscesPicture        *after);
static gchar          * regenerate_shorten     (const gchar          *digest);


/*  public functions  */

/**
 * pisces_regenerate_procedure_new:
 * @extension: the plug-in.
 *
 * Returns: (transfer full): the procedure `plug-in-pisces-regenerate`.
 */
GimpProcedure *
pisces_regenerate_procedure_new (PiscesExtension *extension)
{
  GimpProcedure *procedure;

  procedure = pisces_stand_in_image_procedure_new (extension, REGENERATE_PROC,
                                                   regenerate_run);

  pisces_stand_in_set_menu (extension, procedure, _("Re_generate This Layer"),
                            "<Image>/Layer/[Structure]",
                            "pisces-generate-symbolic.svg");

  gimp_procedure_set_documentation (procedure,
                                    _("Draws a layer again from the prompt "
                                      "that it was made from"),
                                    _("A layer that was made from a prompt "
                                      "remembers the prompt, the plan, the "
                                      "seed, the settings and the model. "
                                      "This draws it again and puts the "
                                      "pixels in its place in one undo step. "
                                      "The same model gives the same pixels; "
                                      "if it is another one, the differences "
                                      "are returned."),
                                    REGENERATE_PROC);
  pisces_extension_describe_itself (procedure);

  pisces_ai_mark_add_argument (procedure);
  gimp_procedure_add_string_return_value (procedure, "differences",
                                          _("Differences"),
                                          _("What is not as it was when the "
                                            "layer was made, in a sentence; "
                                            "empty where nothing is"),
                                          "", G_PARAM_READWRITE);

  return procedure;
}


/*  private functions  */

/* libgimp may free proxy objects such as the layer while we wait for the job,
 * so only the layer's ID is used after that.
 */
static GimpValueArray *
regenerate_run (GimpProcedure        *procedure,
                GimpRunMode           run_mode,
                GimpImage            *image,
                GimpDrawable        **drawables,
                GimpProcedureConfig  *config,
                gpointer              run_data)
{
  PiscesExtension           *extension = run_data;
  GimpLayer                 *layer;
  g_autoptr (PiscesPicture)  before    = NULL;
  GError                    *error     = NULL;
  gint32                     layer_id  = -1;

  layer = regenerate_get_layer (drawables, &error);
  if (layer)
    {
      layer_id = gimp_item_get_id (GIMP_ITEM (layer));
      before   = regenerate_read (layer, &error);
    }

  if (before && run_mode == GIMP_RUN_NONINTERACTIVE)
    return regenerate_wait (procedure, config,
                            pisces_extension_get_engine (extension),
                            layer_id, before);

  if (! before || ! regenerate_start (extension, layer_id, before, &error))
    return gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_EXECUTION_ERROR, error);

  return gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS, NULL);
}

/* A script waits until the layer has been drawn.  */
static GimpValueArray *
regenerate_wait (GimpProcedure       *procedure,
                 GimpProcedureConfig *config,
                 PiscesEngine        *engine,
                 gint32               layer_id,
                 PiscesPicture       *before)
{
  Regenerating                       layer     = { .layer_id = layer_id,
                                                   .before   = before };
  g_autoptr (PiscesCanvasFill)       fill      = NULL;
  g_autoptr (PiscesGenerateRequest)  request   = NULL;
  g_autoptr (PiscesGenerateResult)   result    = NULL;
  g_autofree gchar                  *differing = NULL;
  GError                            *error     = NULL;
  GimpValueArray                    *values;

  request = regenerate_ask (engine, &layer, &error);
  fill    = layer.fill;
  if (request)
    result = pisces_generate_steps_wait (engine, fill, request, &error);

  if (! result ||
      ! regenerate_put (&layer, result->pictures->pdata[0],
                        pisces_ai_mark_get_flag (config), &error))
    return gimp_procedure_new_return_values (procedure,
                                             GIMP_PDB_EXECUTION_ERROR, error);

  differing = regenerate_compare (&layer, result->pictures->pdata[0]);
  values    = gimp_procedure_new_return_values (procedure, GIMP_PDB_SUCCESS,
                                                NULL);
  GIMP_VALUES_SET_STRING (values, 1, differing);

  return values;
}

/* A person goes on working while the layer is drawn.  It cannot be drawn twice
 * at the same time.  */
static gboolean
regenerate_start (PiscesExtension  *extension,
                  gint32            layer_id,
                  PiscesPicture    *before,
                  GError          **error)
{
  PiscesEngine                      *engine  = pisces_extension_get_engine (extension);
  GHashTable                        *running = regenerate_get_running (extension);
  g_autoptr (PiscesGenerateRequest)  request = NULL;
  Regenerating                      *layer;

  layer = g_hash_table_lookup (running, GINT_TO_POINTER (layer_id));
  if (layer)
    {
      pisces_task_present (layer->task);
      return TRUE;
    }

  layer           = g_new0 (Regenerating, 1);
  layer->running  = running;
  layer->layer_id = layer_id;
  layer->before   = pisces_picture_ref (before);

  request = regenerate_ask (engine, layer, error);
  if (request)
    layer->task = pisces_task_new (extension, _("Draw the Layer Again"), before->prompt,
                                   error);
  if (! layer->task)
    {
      regenerate_free (layer);
      return FALSE;
    }

  g_hash_table_insert (running, GINT_TO_POINTER (layer_id), layer);
  pisces_generate_steps_async (engine, layer->fill, request, pisces_task_progress,
                               layer->task,
                               pisces_task_get_cancellable (layer->task),
                               regenerate_done, layer);

  return TRUE;
}

static void
regenerate_free (Regenerating *layer)
{
  pisces_picture_unref (layer->before);
  g_clear_pointer (&layer->fill, pisces_canvas_fill_unref);
  g_free (layer);
}

/* Returns: (transfer full) (nullable): what draws the layer again.  */
static PiscesGenerateRequest *
regenerate_ask (PiscesEngine  *engine,
                Regenerating  *layer,
                GError       **error)
{
  const PiscesPicture               *before  = layer->before;
  GimpLayer                         *item    = gimp_layer_get_by_id (layer->layer_id);
  gint32                             image   = gimp_image_get_id (
                                                 gimp_item_get_image (GIMP_ITEM (item)));
  g_autoptr (PiscesGenerateRequest)  request = pisces_picture_make_request (before);
  g_autoptr (PiscesImage)            begun   = NULL;

  pisces_generate_size_mend (engine, before, request);
  if (before->begun_with)
    {
      begun = pisces_generate_vary_find (image, before->begun_with, error);
      if (! begun)
        return NULL;
    }

  if (before->strength > 0.0)
    {
      layer->fill = pisces_generate_fill_again (engine, item, before->strength, request,
                                                &layer->changed, error);
      if (! layer->fill)
        return NULL;
    }
  else if (begun)
    {
      pisces_picture_begin_request (before, begun, request);
    }

  if (layer->fill && begun)
    {
      /* What is around it now is not seen.  */
      layer->changed = FALSE;
      pisces_canvas_fill_begin_with (layer->fill, begun, before->strength, request);
      pisces_generate_request_set_begun_with (request, before->begun_with);
    }

  return g_steal_pointer (&request);
}

/* Lives as long as the process.  */
static GHashTable *
regenerate_get_running (PiscesExtension *extension)
{
  GHashTable *running = g_object_get_data (G_OBJECT (extension), RUNNING_KEY);

  if (! running)
    {
      running = g_hash_table_new (NULL, NULL);
      g_object_set_data (G_OBJECT (extension), RUNNING_KEY, running);
    }

  return running;
}

static void
regenerate_done (GObject      *source,
                 GAsyncResult *answer,
                 gpointer      data)
{
  Regenerating                     *layer    = data;
  g_autoptr (PiscesGenerateResult)  result   = NULL;
  g_autofree gchar                 *sentence = NULL;
  g_autoptr (GError)                error    = NULL;

  result = pisces_generate_steps_finish (PISCES_ENGINE (source), answer, &error);
  g_hash_table_remove (layer->running, GINT_TO_POINTER (layer->layer_id));

  if (result &&
      regenerate_put (layer, result->pictures->pdata[0],
                      pisces_ai_mark_get_flag (NULL), &error))
    sentence = regenerate_report (layer, result);

  pisces_task_end (layer->task, sentence, error);
  regenerate_free (layer);
}

/* Returns: (nullable): what has changed, and the model's warnings, one
 *   sentence on each line.
 */
static gchar *
regenerate_report (Regenerating         *layer,
                   PiscesGenerateResult *result)
{
  g_autofree gchar *differing = regenerate_compare (layer,
                                                    result->pictures->pdata[0]);
  g_autofree gchar *warnings  = NULL;

  if (! result->warnings || ! result->warnings[0])
    return *differing ? g_steal_pointer (&differing) : NULL;

  warnings = g_strjoinv ("\n", result->warnings);

  return *differing ? g_strjoin ("\n", differing, warnings, NULL) :
                      g_steal_pointer (&warnings);
}

static GimpLayer *
regenerate_get_layer (GimpDrawable **drawables,
                      GError       **error)
{
  gint32 layer_id = pisces_placement_find_given (drawables);

  if (layer_id != -1)
    return gimp_layer_get_by_id (layer_id);

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("Select one layer, the one that is to be drawn "
                         "again, and try again."));
  return NULL;
}

/* Checks everything that could fail before the time for drawing is spent.  */
static PiscesPicture *
regenerate_read (GimpLayer  *layer,
                 GError    **error)
{
  g_autoptr (PiscesPicture) picture = NULL;

  if (! pisces_canvas_check_replaceable (layer, error))
    return NULL;

  picture = pisces_provenance_read (GIMP_ITEM (layer), error);
  if (! picture || pisces_picture_is_repeatable (picture))
    return g_steal_pointer (&picture);

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
                       _("This layer was drawn from other pictures, not from "
                         "words alone, and those are not kept with it. It "
                         "cannot be drawn again."));
  return NULL;
}

static gboolean
regenerate_put (Regenerating       *layer,
                PiscesPicture      *drawn,
                PiscesCanvasFlags   flags,
                GError            **error)
{
  if (layer->fill)
    return pisces_canvas_fill_put_again (layer->fill, drawn, flags, error);

  if (gimp_item_id_is_layer (layer->layer_id))
    return pisces_canvas_replace_layer (gimp_layer_get_by_id (layer->layer_id),
                                        drawn,
                                        flags | PISCES_CANVAS_STRETCH, error);

  g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                       _("The layer was deleted while it was being drawn "
                         "again."));
  return FALSE;
}

/* Returns an empty text if nothing differs.  */
static gchar *
regenerate_compare (Regenerating  *layer,
                    PiscesPicture *after)
{
  const PiscesPicture *before = layer->before;

  /* The values stored with a layer may come from a stranger, so they may be of
   * any length.  */
  g_autofree gchar *old_name    = pisces_short_text (before->model_name,
                                                     PISCES_SHORT_TEXT_NAME);
  g_autofree gchar *new_name    = pisces_short_text (after->model_name,
                                                     PISCES_SHORT_TEXT_NAME);
  g_autofree gchar *old_digest  = regenerate_shorten (before->model_digest);
  g_autofree gchar *new_digest  = regenerate_shorten (after->model_digest);
  g_autofree gchar *old_backend = pisces_short_text (before->backend,
                                                     PISCES_SHORT_TEXT_NAME);

  if (g_strcmp0 (before->model_digest, after->model_digest) != 0)
    /* Translators: name and beginning of the digest, of two models.  */
    return g_strdup_printf (_("The layer was made with the model %s (%s) "
                              "and drawn again with %s (%s), so it can look "
                              "different. Edit ▸ Undo brings the old pixels "
                              "back."),
                            old_name, old_digest, new_name, new_digest);

  if (g_strcmp0 (before->backend, after->backend) != 0)
    /* Translators: what computed a layer: "cpu", "cuda".  */
    return g_strdup_printf (_("The layer was computed with %s and now with "
                              "%s, so single pixels can differ a little."),
                            old_backend, after->backend);

  if (layer->changed)
    return g_strdup (_("What is around the layer, or what it began with, has changed "
                       "since it was drawn, so it can look different. Edit ▸ Undo "
                       "brings the old pixels back."));

  return g_strdup ("");
}

/* Shortens a digest, which is hexadecimal or empty.  */
static gchar *
regenerate_shorten (const gchar *digest)
{
  return g_strndup (digest, DIGEST_LENGTH);
}
