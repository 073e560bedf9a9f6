/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Emits the engine's signal for changes of its status, which may happen on any
 * thread, in the main context in which the engine was made.  Many changes
 * before that context runs again give only one signal, and no signal comes
 * after the engine is gone.
 */

#include "engine/engine-private.h"

struct _StatusNotice
{
  GWeakRef      engine;
  guint         signal_id;
  GMainContext *context;
  gint          is_due;     /* atomic: a source is waiting to emit it */
  gint          is_mute;    /* atomic: the engine is being freed */
};


static gboolean emit_changed (gpointer data);
static void     notice_clear (gpointer data);


/*  functions of the engine's own  */

/* Made once, together with the engine, because no weak reference to an object
 * can be taken while it is being freed.  */
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

/* Permanently, because the engine is being freed.  */
void
pisces_status_notice_mute (StatusNotice *notice)
{
  g_atomic_int_set (&notice->is_mute, TRUE);
}

/* May be called in any thread, with or without the engine's locks.  */
void
pisces_status_notice_send (StatusNotice *notice)
{
  g_autoptr (GSource) source = NULL;

  if (g_atomic_int_get (&notice->is_mute) ||
      ! g_atomic_int_compare_and_exchange (&notice->is_due, FALSE, TRUE))
    return;

  /* The same priority as progress, so that the caller sees the end of a job
   * only after the status has changed.  */
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

  /* Cleared before the signal is emitted, so that later changes cause another
   * one.  */
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
