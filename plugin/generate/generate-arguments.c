/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-arguments.c: the arguments of the procedures that draw from words:
 * the same arguments in the same order for all of them.
 */

#include <string.h>

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "plugin/generate/generate-arguments.h"
#include "plugin/gimp/numbers.h"

static gboolean arguments_has (GimpProcedureConfig *config,
                               const gchar         *name);


/*  public functions  */

/**
 * pisces_generate_arguments_add:
 * @procedure:  a procedure that draws.
 * @with_count: whether it can draw several pictures.
 */
void
pisces_generate_arguments_add (GimpProcedure *procedure,
                               gboolean       with_count)
{
  gimp_procedure_add_string_argument (procedure, "prompt",
                                      _("_Prompt"),
                                      _("What to draw"),
                                      "", G_PARAM_READWRITE);
  gimp_procedure_add_string_argument (procedure, "plan",
                                      _("P_lan"),
                                      _("The plan to draw from; empty: the "
                                        "model writes it"),
                                      "", G_PARAM_READWRITE);
  pisces_numbers_add (procedure, "seed", _("_Seed"),
                      with_count ?
                      _("Of the first picture, 0 to 4294967295; each further "
                        "one has the next") :
                      _("Of the picture, 0 to 4294967295"), 0);
  gimp_procedure_add_boolean_argument (procedure, "random-seed",
                                       _("_Random seed"),
                                       _("Whether to draw with a new seed, "
                                         "not the given one"),
                                       FALSE, G_PARAM_READWRITE);
  if (with_count)
    pisces_numbers_add (procedure, "count", _("_Count"),
                        _("Number of pictures, each a layer, 1 to 64"), 1);
  pisces_generate_arguments_add_sampling (procedure);
  pisces_numbers_add (procedure, "temperature", _("_Temperature"),
                      _("How freely the plan is written, up to 5, 0 is not at "
                        "all; -1: the model's own choice"),
                      PISCES_NUMBER_OF_MODEL);
}

/**
 * pisces_generate_arguments_add_sampling:
 * @procedure: a procedure that draws.
 *
 * Adds the arguments for drawing pixels from a plan: steps and guidance.
 */
void
pisces_generate_arguments_add_sampling (GimpProcedure *procedure)
{
  pisces_numbers_add (procedure, "steps", _("S_teps"),
                      _("Drawing steps, up to 1000; 0 or -1: the model's own "
                        "choice"), 0);
  pisces_numbers_add (procedure, "guidance", _("_Guidance"),
                      _("How closely to follow the words, up to 50; 1 adds "
                        "nothing to what the model does by itself, -1 is the "
                        "model's own choice"), PISCES_NUMBER_OF_MODEL);
}

/**
 * pisces_generate_arguments_add_size:
 * @procedure: a procedure that draws pictures of any size that the model takes.
 * @otherwise: what 0 means.
 *
 * Adds the arguments for the size; the last ones, so that the others keep their
 * places.
 */
void
pisces_generate_arguments_add_size (GimpProcedure *procedure,
                                    const gchar   *otherwise)
{
  pisces_numbers_add (procedure, "width", _("_Width"), otherwise, 0);
  pisces_numbers_add (procedure, "height", _("_Height"), otherwise, 0);
}

/**
 * pisces_generate_arguments_add_returns:
 * @procedure: a procedure that draws and that has one return value, the layers.
 *
 * Adds the return values that pisces_generate_arguments_set_returns() sets.
 */
void
pisces_generate_arguments_add_returns (GimpProcedure *procedure)
{
  gimp_procedure_add_string_return_value (procedure, "plan",
                                          _("Plan"),
                                          _("What the first picture was drawn "
                                            "from"),
                                          "", G_PARAM_READWRITE);
  gimp_procedure_add_uint_return_value (procedure, "seed",
                                        _("Seed"),
                                        _("Of the first picture"),
                                        0, G_MAXUINT32, 0, G_PARAM_READWRITE);
  gimp_procedure_add_string_array_return_value (procedure, "warnings",
                                                _("Warnings"),
                                                _("What the user should "
                                                  "know, as sentences"),
                                                G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value (procedure, "model",
                                          _("Model"),
                                          _("The model that has drawn"),
                                          "", G_PARAM_READWRITE);
}

/**
 * pisces_generate_arguments_set_returns:
 * @values: the values to return, of which the first are set by the caller.
 * @result: what was drawn.
 * @warnings: (array zero-terminated=1): what the user should know.
 */
void
pisces_generate_arguments_set_returns (GimpValueArray              *values,
                                       const PiscesGenerateResult  *result,
                                       gchar                      **warnings)
{
  const PiscesPicture *first = result->pictures->pdata[0];

  GIMP_VALUES_SET_STRING (values, 2, first->plan ? first->plan : "");
  GIMP_VALUES_SET_UINT (values, 3, first->seed);
  GIMP_VALUES_SET_STRV (values, 4, warnings);
  GIMP_VALUES_SET_STRING (values, 5, first->model_name ? first->model_name : "");
}

/**
 * pisces_generate_arguments_read:
 * @config: the arguments of a call.
 * @error: set to a sentence if there is nothing to draw, or if a number cannot
 *   be used.
 *
 * Returns: (transfer full) (nullable): what to draw.
 */
PiscesGenerateRequest *
pisces_generate_arguments_read (GimpProcedureConfig  *config,
                                GError              **error)
{
  g_autoptr (PiscesGenerateRequest) request = NULL;

  request = pisces_generate_arguments_read_unchecked (config, error);

  return request && pisces_generate_request_check (request, error) ?
         g_steal_pointer (&request) : NULL;
}

/**
 * pisces_generate_arguments_read_unchecked:
 * @config: the arguments of a call.
 * @error: set to a sentence if a number cannot be used.
 *
 * Returns: (transfer full) (nullable): what to draw; perhaps nothing, if the
 *   caller does not add it.
 */
PiscesGenerateRequest *
pisces_generate_arguments_read_unchecked (GimpProcedureConfig  *config,
                                          GError              **error)
{
  g_autoptr (PiscesGenerateRequest) request     = pisces_generate_request_new ("");
  gboolean                          random_seed = FALSE;

  g_clear_pointer (&request->prompt, g_free);

  g_object_get (config,
                "prompt",      &request->prompt,
                "plan",        &request->plan,
                "random-seed", &random_seed,
                NULL);

  if (! request->prompt)
    request->prompt = g_strdup ("");

  if (request->plan && ! *request->plan)
    g_clear_pointer (&request->plan, g_free);

  if (! pisces_generate_arguments_read_numbers (config, request, error))
    return NULL;

  if (random_seed)
    request->seed = MIN (g_random_int (), G_MAXUINT32 - PISCES_MAX_COUNT);

  return g_steal_pointer (&request);
}

/**
 * pisces_generate_arguments_read_numbers:
 * @config: the arguments of a call of a procedure that draws.
 * @request: receives the numbers that the procedure has as arguments; previews
 *   are turned off.
 * @error: set to a sentence if one of them cannot be used.
 *
 * Returns: whether all of them can be used.
 */
gboolean
pisces_generate_arguments_read_numbers (GimpProcedureConfig    *config,
                                        PiscesGenerateRequest  *request,
                                        GError                **error)
{
  guint32 width = 0, height = 0;

  request->want_previews = FALSE;
  if (arguments_has (config, "width") &&
      ! (pisces_numbers_get_whole (config, "width", 0, PISCES_SIDE_MAX, &width, error) &&
         pisces_numbers_get_whole (config, "height", 0, PISCES_SIDE_MAX, &height, error)))
    return FALSE;
  request->width  = width;
  request->height = height;

  return pisces_numbers_get_whole (config, "seed", 0, G_MAXUINT32,
                                   &request->seed, error) &&
         (! arguments_has (config, "count") ||
          pisces_numbers_get_whole (config, "count", 1, PISCES_MAX_COUNT,
                                    &request->count, error)) &&
         pisces_numbers_get_whole (config, "steps", PISCES_NUMBER_OF_MODEL,
                                   PISCES_STEPS_MAX, &request->steps, error) &&
         pisces_numbers_get (config, "guidance", PISCES_GUIDANCE_MAX,
                             &request->guidance_scale, error) &&
         (! arguments_has (config, "temperature") ||
          pisces_numbers_get (config, "temperature", PISCES_TEMPERATURE_MAX,
                              &request->temperature, error));
}


/*  private functions  */

static gboolean
arguments_has (GimpProcedureConfig *config,
               const gchar         *name)
{
  return g_object_class_find_property (G_OBJECT_GET_CLASS (config), name) != NULL;
}
