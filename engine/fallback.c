/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fallback.c: handles a device that cannot be opened, computes wrong results
 * or has too little memory.  The job starts again with lower demands, in the
 * end on the CPU, and the status says why.  The choice stays until the model
 * is unloaded.  Before that, other models that are in memory give way.
 *
 * A device that was lost stays lost until the process ends: opening it again
 * fails, so the CPU is used from then on.
 *
 * Environment variables, for tests and measurements: with PISCES_FALLBACK=no,
 * no other device or weights are used, and the job ends with the error.  With
 * PISCES_CHECK_OPS=no, the device's operations are not checked.
 */

#include <glib/gi18n-lib.h>

#include <string.h>

#include "engine/backend/check-ops.h"
#include "engine/engine-private.h"


static gboolean is_proved       (PiscesEngine  *engine,
                                 PiscesBackend *backend,
                                 GError       **error);
static gboolean next_plan       (LoadedModel   *loaded,
                                 const GError  *failure,
                                 Plan          *plan);


/**
 * pisces_fallback_open:
 * @loaded: a model that is to be loaded.
 *
 * Opens the backend of the model's plan.  If this engine has not used it
 * before, all its ops are first compared with the CPU's.
 *
 * Returns: (transfer full) (nullable): the backend.  Errors:
 *   %PISCES_ERROR_BACKEND, %PISCES_ERROR_OUT_OF_MEMORY.
 */
PiscesBackend *
pisces_fallback_open (PiscesEngine  *engine,
                      LoadedModel   *loaded,
                      GError       **error)
{
  PiscesBackend *backend;

  backend = pisces_backend_open (loaded->plan == PLAN_CPU ? "cpu"
                                                          : loaded->source.backend_wish,
                                 error);
  if (backend == NULL)
    return NULL;

  if (! is_proved (engine, backend, error))
    {
      pisces_backend_close (backend);
      return NULL;
    }

  if (loaded->plan == PLAN_ROUNDED_WEIGHTS)
    backend->weight_bits = 8;
  if (loaded->plan_reason)
    {
      g_free (backend->reason);
      backend->reason = g_strdup (loaded->plan_reason);
    }

  return backend;
}

/**
 * pisces_fallback_next:
 * @job: the job that failed.
 * @loaded: its model.
 * @failure: its error.
 *
 * Frees another model if memory was the problem, or else frees this one and
 * chooses the next plan with lower demands, if that could succeed where this one
 * failed.
 *
 * Returns: whether to start the job again.
 */
gboolean
pisces_fallback_next (PiscesEngine *engine,
                      Job          *job,
                      LoadedModel  *loaded,
                      const GError *failure)
{
  Plan   plan;
  gchar *reason;

  if (g_error_matches (failure, PISCES_ERROR, PISCES_ERROR_OUT_OF_MEMORY) &&
      pisces_room_give_way (engine, loaded))
    {
      if (loaded->model == NULL)
        pisces_loaded_model_close (engine, loaded);
      g_ptr_array_set_size (job->base.warnings, 0);
      return TRUE;
    }

  if (! next_plan (loaded, failure, &plan))
    return FALSE;

  reason = g_strdup_printf (plan == PLAN_CPU
                            ? _("The CPU is used: %s")
                            : _("The model's matrices are rounded to 8 bits: %s"),
                            failure->message);

  pisces_loaded_model_close (engine, loaded);
  g_free (loaded->plan_reason);
  loaded->plan        = plan;
  loaded->plan_reason = reason;

  /* The second attempt will add the warnings of the first one again.  */
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

/* If a backend that was requested by name fails during its work, and not
 * because of too little memory, the job ends.  The backend may still work for
 * the next job, unless its device is lost.  */
static gboolean
next_plan (LoadedModel  *loaded,
           const GError *failure,
           Plan         *plan)
{
  const gchar   *name    = pisces_backend_wished_name (loaded->source.backend_wish);
  PiscesBackend *backend = loaded->backend;
  const gboolean no_room = g_error_matches (failure, PISCES_ERROR,
                                            PISCES_ERROR_OUT_OF_MEMORY);

  if (loaded->plan == PLAN_CPU || g_strcmp0 (name, "cpu") == 0 ||
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
