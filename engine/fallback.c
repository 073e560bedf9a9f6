/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fallback.c: what is done when a device cannot be opened, computes wrongly or
 * has too little memory: the job is begun again with less, on the CPU in the
 * end, and the status says why.  What was chosen stays until the model is
 * unloaded.
 *
 * A device that was lost stays lost until the process ends: opening it again
 * fails, and so the CPU is used from then on.
 *
 * Environment, for tests and measurements: PISCES_FALLBACK=no: never another
 * device or other weights than were asked for, the job ends with the error;
 * PISCES_CHECK_OPS=no: a device's ops are believed.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/backend/check-ops.h"
#include "engine/engine-private.h"


static gboolean is_proved       (PiscesEngine  *engine,
                                 PiscesBackend *backend,
                                 GError       **error);
static gboolean next_plan       (PiscesEngine  *engine,
                                 const gchar   *wish,
                                 const GError  *failure,
                                 Plan          *plan);


/**
 * pisces_fallback_open:
 * @wish: (nullable): as pisces_engine_new() takes it.
 *
 * Opens the backend that the engine's plan has.  One that this engine has not
 * computed on yet has all its ops compared with the CPU's first.
 *
 * Returns: (transfer full) (nullable): the backend.  Errors:
 *   %PISCES_ERROR_BACKEND, %PISCES_ERROR_OUT_OF_MEMORY,
 *   %PISCES_ERROR_INVALID_REQUEST (the environment's memory budget).
 */
PiscesBackend *
pisces_fallback_open (PiscesEngine  *engine,
                      const gchar   *wish,
                      GError       **error)
{
  PiscesBackend *backend;
  gsize          budget;

  if (! pisces_memory_budget_get (engine, &budget, error))
    return NULL;
  backend = pisces_backend_open (engine->plan == PLAN_CPU ? "cpu" : wish, error);
  if (backend == NULL)
    return NULL;

  if (! is_proved (engine, backend, error))
    {
      pisces_backend_close (backend);
      return NULL;
    }

  if (engine->plan == PLAN_ROUNDED_WEIGHTS)
    backend->weight_bits = 8;
  /* The budget is for the device that was asked for, not for the one that
   * stands in for it.  */
  if (engine->plan != PLAN_CPU)
    backend->memory_budget = budget;
  if (engine->plan_reason)
    {
      g_free (backend->reason);
      backend->reason = g_strdup (engine->plan_reason);
    }

  return backend;
}

/**
 * pisces_fallback_next:
 * @job: that failed.
 * @failure: how.
 *
 * Drops the model and chooses the next smaller plan, if it may do what this
 * one could not.
 *
 * Returns: whether the job is to be begun again.
 */
gboolean
pisces_fallback_next (PiscesEngine *engine,
                      Job          *job,
                      const GError *failure)
{
  Plan   plan;
  gchar *reason;

  if (! next_plan (engine, job->backend_wish, failure, &plan))
    return FALSE;

  reason = g_strdup_printf (plan == PLAN_CPU
                            ? _("The CPU is used: %s")
                            : _("The model's matrices are rounded to 8 bits: %s"),
                            failure->message);

  pisces_loaded_model_drop (engine);
  engine->plan        = plan;
  engine->plan_reason = reason;

  /* Those of the first attempt will be said again.  */
  g_ptr_array_set_size (job->base.warnings, 0);
  g_ptr_array_add (job->base.warnings, g_strdup (reason));

  return TRUE;
}


/*  private functions  */

static gboolean
is_proved (PiscesEngine   *engine,
           PiscesBackend  *backend,
           GError        **error)
{
  const gchar *name = backend->table->name;

  if (strcmp (name, "cpu") == 0 ||
      g_strcmp0 (engine->proved_backend, name) == 0 ||
      g_strcmp0 (g_getenv ("PISCES_CHECK_OPS"), "no") == 0)
    return TRUE;

  if (! pisces_backend_check (backend, error))
    return FALSE;

  g_free (engine->proved_backend);
  engine->proved_backend = g_strdup (name);

  return TRUE;
}

/* A backend that has failed in the middle of its work, not for want of memory,
 * ends the job where it was asked for by name: it may do the next, unless its
 * device is lost.  */
static gboolean
next_plan (PiscesEngine *engine,
           const gchar  *wish,
           const GError *failure,
           Plan         *plan)
{
  const gchar   *name    = pisces_backend_wished_name (wish);
  PiscesBackend *backend = engine->backend;
  const gboolean no_room = g_error_matches (failure, PISCES_ERROR,
                                            PISCES_ERROR_OUT_OF_MEMORY);

  if (engine->plan == PLAN_CPU || g_strcmp0 (name, "cpu") == 0 ||
      g_strcmp0 (g_getenv ("PISCES_FALLBACK"), "no") == 0 ||
      (! no_room && ! g_error_matches (failure, PISCES_ERROR, PISCES_ERROR_BACKEND)))
    return FALSE;

  *plan = PLAN_CPU;
  if (backend == NULL)
    return name == NULL || pisces_backend_is_known (name);
  if (strcmp (backend->table->name, "cpu") == 0)
    return FALSE;
  if (! no_room)
    return name == NULL || backend->is_lost;

  if (backend->can_round && backend->weight_bits == 0)
    *plan = PLAN_ROUNDED_WEIGHTS;
  return TRUE;
}
