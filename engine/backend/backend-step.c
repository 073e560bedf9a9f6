/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-step.c: a step of many small ops that is taken again and again with
 * nothing but a position changing, as the writing of a token.  Where a backend
 * can, its ops are captured once and then replayed, which costs the host one
 * launch in place of hundreds:
 *
 *   step = pisces_step_new (backend, forward_one, cache);
 *   pisces_step_run (step, y, x, position);
 *
 * The first run is op by op.  If it neither took nor gave back memory, the next
 * is captured: it finds everything in its place.  A graph holds addresses, so
 * it is dropped when the tensors lie elsewhere, when the arena's height is
 * another, or when memory was given back since (blocks of the arena, scratch
 * memory, evicted weights), wherever that was.  Knows no network and no device.
 */

#include "engine/backend/backend.h"
#include "engine/pisces.h"


struct _PiscesStep
{
  PiscesBackend  *backend;
  PiscesStepFunc  func;
  gpointer        user_data;
  gpointer        graph;                   /* NULL: there is none            */
  gboolean        is_settled;              /* a run moved nothing            */
  gboolean        is_refused;              /* the backend cannot             */

  /* What the graph, or the run before it, knows.  */
  PiscesTensor    y, x;
  gsize           mark;
  guint64         n_moves;
};


static gboolean is_as_before (const PiscesStep   *step,
                              PiscesTensor        y,
                              PiscesTensor        x);
static gboolean is_same      (const PiscesTensor *a,
                              const PiscesTensor *b);
static void     capture      (PiscesStep         *step,
                              gint64              position);
static void     drop         (PiscesStep         *step);


/**
 * pisces_step_new:
 * @backend: must outlive the step.
 * @func: calls the ops.  All that they read but the two tensors and the
 *   position must be the same each time; none may read or write memory of the
 *   host (pisces_upload(), pisces_download(), pisces_gather(),
 *   pisces_sample()); and where one takes a first_position, it is the step's.
 * @user_data: for @func.
 *
 * Returns: (transfer full): the step.
 */
PiscesStep *
pisces_step_new (PiscesBackend  *backend,
                 PiscesStepFunc  func,
                 gpointer        user_data)
{
  PiscesStep *step = g_new0 (PiscesStep, 1);

  step->backend   = backend;
  step->func      = func;
  step->user_data = user_data;

  return step;
}

void
pisces_step_free (PiscesStep *step)
{
  if (! step)
    return;

  drop (step);
  g_free (step);
}

/**
 * pisces_step_run:
 * @y: that the step writes.
 * @x: that it reads.
 * @position: of the step.
 *
 * Does what the function does with these, op by op or as a replay.  A
 * cancellation takes effect before a replay, not within it.
 */
void
pisces_step_run (PiscesStep   *step,
                 PiscesTensor  y,
                 PiscesTensor  x,
                 gint64        position)
{
  PiscesBackend *backend = step->backend;

  if (! backend->table->capture_begin || ! backend->may_capture ||
      step->is_refused || pisces_backend_is_failed (backend))
    {
      step->func (y, x, position, step->user_data);
      return;
    }

  if (! is_as_before (step, y, x))
    {
      drop (step);
      step->is_settled = FALSE;
      step->y          = y;
      step->x          = x;
      step->mark       = pisces_backend_mark (backend);
      step->n_moves    = backend->n_moves;
    }

  if (! step->graph && step->is_settled)
    capture (step, position);
  if (step->graph)
    {
      if (backend->table->graph_replay (backend, step->graph, position))
        return;
      g_info ("A captured step was not launched; it is run op by op from here on.");
      drop (step);
      step->is_refused = TRUE;
    }

  step->func (y, x, position, step->user_data);
  step->is_settled = step->n_moves == backend->n_moves;
}

/**
 * pisces_backend_is_uncapturable:
 * @what: the backend or an op is about to do.
 *
 * For what cannot be part of a graph.
 *
 * Returns: whether a step is being captured, which then fails, and is run op by
 *   op.
 */
gboolean
pisces_backend_is_uncapturable (PiscesBackend *backend,
                                const gchar   *what)
{
  if (! backend->is_capturing)
    return FALSE;

  pisces_backend_fail (backend, PISCES_ERROR_BACKEND,
                       "A step cannot be captured because of %s.", what);
  return TRUE;
}


/*  private functions  */

static gboolean
is_as_before (const PiscesStep *step,
              PiscesTensor      y,
              PiscesTensor      x)
{
  return is_same (&step->y, &y) && is_same (&step->x, &x) &&
         step->mark == pisces_backend_mark (step->backend) &&
         step->n_moves == step->backend->n_moves;
}

static gboolean
is_same (const PiscesTensor *a,
         const PiscesTensor *b)
{
  gboolean same = a->data == b->data && a->dtype == b->dtype &&
                  a->n_dims == b->n_dims && a->row_stride == b->row_stride;

  for (gint i = 0; i < a->n_dims && same; i++)
    same = a->dims[i] == b->dims[i];
  return same;
}

/* A failure here is not yet the job's: op by op it would come again.  */
static void
capture (PiscesStep *step,
         gint64      position)
{
  PiscesBackend *backend = step->backend;

  step->is_refused = ! backend->table->capture_begin (backend);
  if (! step->is_refused)
    {
      backend->is_capturing      = TRUE;
      backend->captured_position = position;
      step->func (step->y, step->x, position, step->user_data);
      backend->is_capturing      = FALSE;
      step->graph      = backend->table->capture_end (backend);
      step->is_refused = ! step->graph || backend->error ||
                         step->n_moves != backend->n_moves;
    }
  if (! step->is_refused)
    return;

  drop (step);
  if (g_error_matches (backend->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_info ("A step is run op by op, not captured: %s",
          backend->error ? backend->error->message : "the device refuses.");
  g_clear_error (&backend->error);
}

static void
drop (PiscesStep *step)
{
  if (step->graph)
    step->backend->table->graph_free (step->backend, step->graph);
  step->graph = NULL;
}
