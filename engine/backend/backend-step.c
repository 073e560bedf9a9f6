/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * backend-step.c: a step of many small ops that is run again and again, and in
 * which only positions change, such as writing a token.  There is one
 * position, or one for each of several texts that are written at once.  If a
 * backend can do it, the ops are captured once and then replayed, so that the
 * host launches one graph instead of hundreds of kernels:
 *
 *   step = pisces_step_new (backend, 1, forward_one, cache);
 *   pisces_step_run (step, y, x, &position);
 *
 * The first run executes the ops one by one.  If it neither allocated nor
 * freed memory, the next run is captured, because everything is then in its
 * final place.  A graph contains addresses.  So it is dropped if the tensors
 * or the height of the arena are different, or if any memory (blocks of the
 * arena, scratch memory, evicted weights) was freed since.  Knows no network
 * and no device.
 */

#include "engine/backend/backend.h"
#include "engine/pisces.h"


struct _PiscesStep
{
  PiscesBackend  *backend;
  gint            n_sequences;
  PiscesStepFunc  func;
  gpointer        user_data;
  gpointer        graph;                   /* NULL: there is none yet        */
  gboolean        is_settled;              /* a run neither allocated nor freed
                                            * memory                         */
  gboolean        is_refused;              /* the backend cannot capture it  */

  /* The state that the graph, or the previous run, depends on.  */
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
                              const gint64       *positions);
static void     drop         (PiscesStep         *step);


/**
 * pisces_step_new:
 * @backend: must live longer than the step.
 * @n_sequences: how many positions there are, 1 to %PISCES_MAX_SEQUENCES.
 * @func: calls the ops.  Except for the two tensors and the positions, all
 *   that they read must be the same each time, or be in tensors that are
 *   written between two runs.  They must not read or write memory of the host
 *   (pisces_upload(), pisces_download(), pisces_gather(), pisces_sample()).
 *   If an op takes the rows or the lengths of sequences, pass it those of the
 *   step.
 * @user_data: for @func.
 *
 * Returns: (transfer full): the step.
 */
PiscesStep *
pisces_step_new (PiscesBackend  *backend,
                 gint            n_sequences,
                 PiscesStepFunc  func,
                 gpointer        user_data)
{
  PiscesStep *step;

  g_return_val_if_fail (n_sequences >= 1 && n_sequences <= PISCES_MAX_SEQUENCES, NULL);

  step = g_new0 (PiscesStep, 1);
  step->backend     = backend;
  step->n_sequences = n_sequences;
  step->func        = func;
  step->user_data   = user_data;

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
 * @y: the tensor that the step writes.
 * @x: the tensor that it reads.
 * @positions: the position of each sequence, `[n_sequences]`.
 *
 * Runs the function with these, op by op or as a replay.  A cancellation takes
 * effect before a replay, not during it.
 */
void
pisces_step_run (PiscesStep   *step,
                 PiscesTensor  y,
                 PiscesTensor  x,
                 const gint64 *positions)
{
  PiscesBackend *backend = step->backend;

  if (! backend->table->capture_begin || ! backend->may_capture ||
      step->is_refused || pisces_backend_is_failed (backend))
    {
      step->func (y, x, positions, step->user_data);
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
    capture (step, positions);
  if (step->graph)
    {
      if (backend->table->graph_replay (backend, step->graph, positions,
                                        step->n_sequences))
        return;
      g_info ("A captured step was not launched; it is run op by op from here on.");
      drop (step);
      step->is_refused = TRUE;
    }

  step->func (y, x, positions, step->user_data);
  step->is_settled = step->n_moves == backend->n_moves;
}

/**
 * pisces_backend_has_captured:
 * @positions: the positions of @n sequences, `[n]`, or these plus @n_behind
 *   rows.
 *
 * Returns: whether an op may read them: either no step is being captured, or
 *   they are those of the step, which a backend reads again at each replay.
 */
gboolean
pisces_backend_has_captured (PiscesBackend *backend,
                             const gint64  *positions,
                             gint           n,
                             gint64         n_behind)
{
  if (! backend->is_capturing)
    return TRUE;
  if (n != backend->n_captured)
    return FALSE;

  for (gint i = 0; i < n; i++)
    if (positions[i] != backend->captured_positions[i] + n_behind)
      return FALSE;
  return TRUE;
}

/**
 * pisces_backend_is_uncapturable:
 * @what: what the backend or an op is about to do.
 *
 * Call this before doing something that cannot be part of a graph.
 *
 * Returns: whether a step is being captured.  If so, the capture fails, and
 *   the step is run op by op.
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

/* If the capture fails, the job does not fail yet: a real failure will happen
 * again when the ops are run one by one.  */
static void
capture (PiscesStep   *step,
         const gint64 *positions)
{
  PiscesBackend *backend = step->backend;

  step->is_refused = ! backend->table->capture_begin (backend);
  if (! step->is_refused)
    {
      backend->is_capturing       = TRUE;
      backend->captured_positions = positions;
      backend->n_captured         = step->n_sequences;
      step->func (step->y, step->x, positions, step->user_data);
      backend->is_capturing       = FALSE;
      backend->captured_positions = NULL;
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
