/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * room.c: which models stay in memory when not all of them fit into the budget.
 * The model of a job gets what it needs, and of the others the one goes first
 * that has not been used for the longest time.  But a model is only freed if
 * that helps:
 *
 * - If the job's model fits into the budget alone, others are freed until it
 *   fits.  What it needs is known before any of its weights is read.
 * - If it would not fit even alone, its weights are streamed.  Then it first
 *   has to do with what the others leave, and one of them is freed when that
 *   is not enough and the whole budget may be.
 *
 * Models on the CPU that replaces a device do not count, because the budget is
 * the device's.
 */

#include "engine/engine-private.h"


static guint64       bytes_of_others (PiscesEngine *engine,
                                      LoadedModel  *loaded);
static LoadedModel * find_oldest     (PiscesEngine *engine,
                                      LoadedModel  *loaded);
static gboolean      is_elsewhere    (LoadedModel  *a,
                                      LoadedModel  *b);
static guint64       needed_bytes    (LoadedModel  *loaded,
                                      PiscesRole    role);
static gboolean      is_counted      (LoadedModel  *loaded);


/**
 * pisces_room_make:
 * @engine: the engine.
 * @loaded: the model of a job that begins.
 * @role: what the model has to do; 0: all that it can.
 *
 * Frees other models if the budget does not hold them beside this one, and tells
 * this one's backend how much of the budget it may use.
 */
void
pisces_room_make (PiscesEngine *engine,
                  LoadedModel  *loaded,
                  PiscesRole    role)
{
  const guint64 budget = loaded->budget;
  const guint64 needed = needed_bytes (loaded, role);

  if (budget == 0 || ! is_counted (loaded))
    return;

  while (needed <= budget && bytes_of_others (engine, loaded) + needed > budget)
    {
      LoadedModel *oldest = find_oldest (engine, loaded);

      if (oldest == NULL)
        break;
      pisces_loaded_model_drop (engine, oldest);
    }

  pisces_room_share (engine, loaded);
}

/**
 * pisces_room_share:
 * @engine: the engine.
 * @loaded: the model of a job.
 *
 * Tells its backend how much of the budget it may use: what the others leave.
 */
void
pisces_room_share (PiscesEngine *engine,
                   LoadedModel  *loaded)
{
  const guint64 budget = loaded->budget;
  guint64       others;

  if (budget == 0 || loaded->backend == NULL || ! is_counted (loaded))
    return;

  /* A budget of 0 would mean that there is none.  */
  others = MIN (bytes_of_others (engine, loaded), budget - 1);
  loaded->backend->memory_budget = budget - others;
  loaded->backend->memory_taken  = others;
}

/**
 * pisces_room_give_way:
 * @engine: the engine.
 * @loaded: the model of a job that had too little memory.
 *
 * Frees the other model that has not been used for the longest time, unless the
 * job would need more than the whole budget.
 *
 * Returns: whether one was freed, so that the job should be started again.
 */
gboolean
pisces_room_give_way (PiscesEngine *engine,
                      LoadedModel  *loaded)
{
  LoadedModel *oldest = find_oldest (engine, loaded);

  if (oldest == NULL)
    return FALSE;
  if (loaded->budget > 0 && loaded->backend && loaded->backend->refused_bytes > loaded->budget)
    return FALSE;

  pisces_loaded_model_drop (engine, oldest);

  return TRUE;
}


/*  private functions  */

static gboolean
is_counted (LoadedModel *loaded)
{
  return loaded->plan != PLAN_CPU;
}

static guint64
bytes_of_others (PiscesEngine *engine,
                 LoadedModel  *loaded)
{
  guint64 sum = 0;

  for (GList *link = engine->models.head; link; link = link->next)
    {
      LoadedModel *other = link->data;

      if (other != loaded && other->backend && is_counted (other))
        sum += pisces_backend_resident_bytes (other->backend);
    }

  return sum;
}

static LoadedModel *
find_oldest (PiscesEngine *engine,
             LoadedModel  *loaded)
{
  for (GList *link = engine->models.tail; link; link = link->prev)
    if (link->data != loaded && is_counted (link->data) &&
        ! is_elsewhere (link->data, loaded))
      return link->data;

  return NULL;
}

/* Whether the two are known to be in the memory of different devices.  */
static gboolean
is_elsewhere (LoadedModel *a,
              LoadedModel *b)
{
  return a->backend && b->backend &&
         g_strcmp0 (a->backend->table->name, b->backend->table->name) != 0;
}

/* What a model will hold: at least what it holds now.  */
static guint64
needed_bytes (LoadedModel *loaded,
              PiscesRole   role)
{
  const PiscesModelInfo *info = loaded->info;
  const guint64          held = loaded->backend
                                ? pisces_backend_resident_bytes (loaded->backend) : 0;

  return MAX (held, role == PISCES_ROLE_DRAW     ? info->draw_bytes :
                    role == PISCES_ROLE_DESCRIBE ? info->describe_bytes
                                                 : info->memory_bytes);
}
