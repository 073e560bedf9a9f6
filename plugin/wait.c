/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * wait.c: waits for a job in a nested main loop.  A non-interactive call has
 * to end with its result; meanwhile the process goes on to answer GIMP (the
 * status, an unload, a second call) and its windows stay alive.  Calls that
 * come in while one waits are nested in it, so they end first; the engine
 * does the jobs in the order of their coming, so none waits for ever.
 */

#include <libgimp/gimp.h>

#include "plugin/wait.h"

/* A job that has something to tell before it ends.  */
typedef struct
{
  PiscesWait wait;
  guint      n_warnings;   /* that were told */
} Telling;

static void wait_tell (const PiscesProgress *progress,
                       gpointer              data);


/*  public functions  */

/**
 * pisces_wait_init:
 * @wait: (out): one wait, which ends with pisces_wait_run().
 */
void
pisces_wait_init (PiscesWait *wait)
{
  *wait = (PiscesWait) { .loop = g_main_loop_new (NULL, FALSE) };
}

/**
 * pisces_wait_notify:
 * @data: the #PiscesWait that is for this.
 *
 * What an asynchronous job is given to call at its end.
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
 * pisces_wait_run:
 * @wait: given to the job that has been begun.
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
 * @engine:  the engine.
 * @request: what to draw.
 * @error:   set on failure.
 *
 * What of the request is left out is shown as a message of GIMP's before
 * anything is drawn: of a prompt that is too long, say.
 *
 * Returns: (transfer full) (nullable): the pictures.
 */
PiscesGenerateResult *
pisces_wait_for_generate (PiscesEngine                 *engine,
                          const PiscesGenerateRequest  *request,
                          GError                      **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  Telling                  telling = { .n_warnings = 0 };

  pisces_wait_init (&telling.wait);
  pisces_engine_generate_async (engine, request, wait_tell, &telling, NULL,
                                pisces_wait_notify, &telling.wait);
  result = pisces_wait_run (&telling.wait);

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


/*  private functions  */

static void
wait_tell (const PiscesProgress *progress,
           gpointer              data)
{
  Telling *telling = data;

  for (; progress->warnings && progress->warnings[telling->n_warnings];
       telling->n_warnings++)
    gimp_message (progress->warnings[telling->n_warnings]);
}
