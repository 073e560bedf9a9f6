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

typedef struct
{
  GMainLoop    *loop;
  GAsyncResult *result;
  guint         n_warnings;   /* that were told */
} Wait;

static void           wait_init   (Wait         *wait);
static GAsyncResult * wait_run    (Wait         *wait);
static void           wait_tell   (const PiscesProgress *progress,
                                   gpointer      data);
static void           wait_notify (GObject      *source,
                                   GAsyncResult *result,
                                   gpointer      data);


/*  public functions  */

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
  Wait                     wait;

  wait_init (&wait);
  pisces_engine_generate_async (engine, request, wait_tell, &wait, NULL,
                                wait_notify, &wait);
  result = wait_run (&wait);

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
  Wait                     wait;

  wait_init (&wait);
  pisces_engine_describe_async (engine, request, NULL, NULL, NULL,
                                wait_notify, &wait);
  result = wait_run (&wait);

  return pisces_engine_describe_finish (engine, result, error);
}


/*  private functions  */

static void
wait_init (Wait *wait)
{
  *wait = (Wait) { .loop = g_main_loop_new (NULL, FALSE) };
}

static GAsyncResult *
wait_run (Wait *wait)
{
  if (! wait->result)
    g_main_loop_run (wait->loop);

  g_clear_pointer (&wait->loop, g_main_loop_unref);

  return g_steal_pointer (&wait->result);
}

static void
wait_tell (const PiscesProgress *progress,
           gpointer              data)
{
  Wait *wait = data;

  for (; progress->warnings && progress->warnings[wait->n_warnings];
       wait->n_warnings++)
    gimp_message (progress->warnings[wait->n_warnings]);
}

static void
wait_notify (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  Wait *wait = data;

  wait->result = g_object_ref (result);
  g_main_loop_quit (wait->loop);
}
