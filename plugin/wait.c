/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wait.c: waits for a job in a nested main loop.  A non-interactive call has
 * to return its result.  While it waits, the process goes on answering GIMP
 * (the status, an unload, a second call), and its windows keep working.  Calls
 * that arrive in the meantime are nested in the first one, so they end before
 * it.  The engine runs jobs in the order in which they come, so none waits
 * forever.
 */

#include <libgimp/gimp.h>

#include "plugin/wait.h"


/*  public functions  */

/**
 * pisces_wait_init:
 * @wait: (out): a wait, to be ended with pisces_wait_run().
 */
void
pisces_wait_init (PiscesWait *wait)
{
  *wait = (PiscesWait) { .loop = g_main_loop_new (NULL, FALSE) };
}

/**
 * pisces_wait_notify:
 * @data: the #PiscesWait of this job.
 *
 * The callback to pass to an asynchronous job.
 */
void
pisces_wait_notify (GObject      *source,
                    GAsyncResult *result,
                    gpointer      data)
{
  PiscesWait *wait = data;

  wait->result = g_object_ref (result);
  g_main_loop_quit (wait->loop);
}

/**
 * pisces_wait_tell:
 * @data: the #PiscesWait of this job.
 *
 * A #PiscesProgressFunc for jobs that report warnings before they end: GIMP shows a
 * message about each.
 */
void
pisces_wait_tell (const PiscesProgress *progress,
                  gpointer              data)
{
  PiscesWait *wait = data;

  for (; progress->warnings && progress->warnings[wait->n_warnings];
       wait->n_warnings++)
    gimp_message (progress->warnings[wait->n_warnings]);
}

/**
 * pisces_wait_run:
 * @wait: the wait whose job has been started.
 *
 * Returns: (transfer full): the job's result.
 */
GAsyncResult *
pisces_wait_run (PiscesWait *wait)
{
  if (! wait->result)
    g_main_loop_run (wait->loop);

  g_clear_pointer (&wait->loop, g_main_loop_unref);

  return g_steal_pointer (&wait->result);
}

/**
 * pisces_wait_for_generate:
 * @engine: the engine.
 * @request: what to draw.
 * @error: set on failure.
 *
 * If a part of the request is ignored, such as the end of a prompt that is too
 * long, GIMP shows a message about it before anything is drawn.
 *
 * Returns: (transfer full) (nullable): the pictures.
 */
PiscesGenerateResult *
pisces_wait_for_generate (PiscesEngine                 *engine,
                          const PiscesGenerateRequest  *request,
                          GError                      **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  PiscesWait               wait;

  pisces_wait_init (&wait);
  pisces_engine_generate_async (engine, request, pisces_wait_tell, &wait, NULL,
                                pisces_wait_notify, &wait);
  result = pisces_wait_run (&wait);

  return pisces_engine_generate_finish (engine, result, error);
}

/**
 * pisces_wait_for_describe:
 * @engine:  the engine.
 * @request: what to describe.
 * @error:   set on failure.
 *
 * Returns: (transfer full) (nullable): the texts.
 */
PiscesDescribeResult *
pisces_wait_for_describe (PiscesEngine                 *engine,
                          const PiscesDescribeRequest  *request,
                          GError                      **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  PiscesWait               wait;

  pisces_wait_init (&wait);
  pisces_engine_describe_async (engine, request, NULL, NULL, NULL,
                                pisces_wait_notify, &wait);
  result = pisces_wait_run (&wait);

  return pisces_engine_describe_finish (engine, result, error);
}
