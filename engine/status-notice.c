/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a change of the engine's status, on whichever thread it comes about,
 * becomes its signal in the context that the engine was made in: many changes
 * before that context runs again are one signal, and none comes after the
 * engine is gone.
 */

#include "engine/engine-private.h"

struct _StatusNotice
{
  GWeakRef      engine;
  guint         signal_id;
  GMainContext *context;
  gint          is_due;     /* atomic: a source waits to emit it */
  gint          is_mute;    /* atomic: the engine is going       */
};


static gboolean emit_changed (gpointer data);
static void     notice_clear (gpointer data);


/*  functions of the engine's own  */

/* Made once, with the engine, since on an object that is going no weak
 * reference may be taken any more.  */
StatusNotice *
pisces_status_notice_new (PiscesEngine *engine,
                          guint         signal_id)
{
  StatusNotice *notice = g_atomic_rc_box_new0 (StatusNotice);

  g_weak_ref_init (&notice->engine, engine);
  notice->signal_id = signal_id;
  notice->context   = g_main_context_ref_thread_default ();

  return notice;
}

/* For good: the engine is going.  */
void
pisces_status_notice_mute (StatusNotice *notice)
{
  g_atomic_int_set (&notice->is_mute, TRUE);
}

/* By any thread, with or without the engine's locks.  */
void
pisces_status_notice_send (StatusNotice *notice)
{
  g_autoptr (GSource) source = NULL;

  if (g_atomic_int_get (&notice->is_mute) ||
      ! g_atomic_int_compare_and_exchange (&notice->is_due, FALSE, TRUE))
    return;

  /* The same priority as progress, so that a job's end is not seen before the
   * status that it leaves.  */
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, emit_changed, g_atomic_rc_box_acquire (notice),
                         (GDestroyNotify) pisces_status_notice_unref);
  g_source_set_static_name (source, "[pisces] status-changed");
  g_source_attach (source, notice->context);
}

void
pisces_status_notice_unref (StatusNotice *notice)
{
  g_atomic_rc_box_release_full (notice, notice_clear);
}


/*  private functions  */

static gboolean
emit_changed (gpointer data)
{
  StatusNotice            *notice = data;
  g_autoptr (PiscesEngine) engine = g_weak_ref_get (&notice->engine);

  /* Before the signal: what changes from now on is news.  */
  g_atomic_int_set (&notice->is_due, FALSE);
  if (engine)
    g_signal_emit (engine, notice->signal_id, 0);

  return G_SOURCE_REMOVE;
}

static void
notice_clear (gpointer data)
{
  StatusNotice *notice = data;

  g_weak_ref_clear (&notice->engine);
  g_main_context_unref (notice->context);
}
