/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-live.c: draws drafts for the Generate Layer window while the user
 * writes.  A draft begins only when the engine has nothing else to do, and ends as
 * soon as any other job waits; it is then drawn again after that job.  So drafts
 * are never in the way of what the user, or a script, has asked for.
 */

#include <libgimp/gimp.h>

#include "plugin/generate/generate-live.h"
#include "plugin/generate/generate-pace.h"

#define N_STAGES (PISCES_STAGE_DEVELOPING + 1)

/* A draft that the engine is drawing.  */
typedef struct
{
  PiscesGenerateLive    *live;
  PiscesGenerateRequest *request;
  GCancellable          *cancellable;
  gchar                 *folder;          /* the folder of the model           */
  gboolean               is_loading;
  gboolean               given_up;
  guint                  limit;           /* the timeout, or 0                 */
  gint64                 begun;           /* when the model began to work, or 0 */
  gdouble                fraction_begun;  /* how much was done then            */
  gdouble                fraction;        /* how much is done now              */
  gint64                 stages[N_STAGES];  /* when each stage began, or 0     */
} Draft;

struct _PiscesGenerateLive
{
  PiscesSession         *session;
  PiscesLiveDrafts      *drafts;
  PiscesGeneratePace    *pace;
  PiscesGenerateRequest *wanted;    /* (nullable): not yet begun   */
  Draft                 *draft;     /* (nullable): being drawn     */
  gint64                 asked;     /* when @wanted was asked for  */
};

static void     live_request  (PiscesGenerateLive    *live,
                               PiscesGenerateRequest *request);
static void     live_status   (PiscesGenerateLive    *live);
static void     live_begin    (PiscesGenerateLive    *live);
static void     live_give_up  (PiscesGenerateLive    *live);
static void     live_progress (const PiscesProgress  *progress,
                               gpointer               data);
static gboolean live_too_long (gpointer               data);
static void     live_done     (GObject               *source,
                               GAsyncResult          *result,
                               gpointer               data);
static void     draft_tell    (const Draft           *draft,
                               gint64                 done);
static void     draft_free    (Draft                 *draft);


/*  public functions  */

/**
 * pisces_generate_live_new:
 * @session: the session of the window.
 * @window: the window.
 *
 * Returns: (transfer full): an object that lives as long as the window, which
 *   lives as long as the process.
 */
PiscesGenerateLive *
pisces_generate_live_new (PiscesSession        *session,
                          PiscesGenerateWindow *window)
{
  PiscesGenerateLive *live = g_new0 (PiscesGenerateLive, 1);

  live->session = session;
  live->drafts  = pisces_generate_window_get_live_drafts (window);
  live->pace    = pisces_generate_pace_new (session, window);

  g_signal_connect_swapped (live->drafts, "requested", G_CALLBACK (live_request), live);
  g_signal_connect_swapped (session->engine, "status-changed",
                            G_CALLBACK (live_status), live);

  return live;
}

/* @drawn: pictures that the user asked for; they tell how quick the model is.  */
void
pisces_generate_live_measure (PiscesGenerateLive         *live,
                              const PiscesGenerateResult *drawn)
{
  pisces_generate_pace_take (live->pace, drawn);
}


/*  private functions  */

/* @request: (nullable): the draft that is wanted now.  */
static void
live_request (PiscesGenerateLive    *live,
              PiscesGenerateRequest *request)
{
  g_clear_pointer (&live->wanted, pisces_generate_request_free);
  live_give_up (live);

  if (request)
    {
      live->wanted = pisces_generate_request_copy (request);
      live->asked  = g_get_monotonic_time ();
      live_begin (live);
    }
}

/* Gives way to a job that waits, or begins when there is none any more.  */
static void
live_status (PiscesGenerateLive *live)
{
  g_autoptr (PiscesStatus) status = NULL;

  if (! live->draft || live->draft->given_up)
    {
      live_begin (live);
      return;
    }

  /* The draft itself is one of these.  */
  status = pisces_engine_get_status (live->session->engine);
  if (status->n_waiting + (status->busy ? 1 : 0) > 1)
    {
      live->wanted = pisces_generate_request_copy (live->draft->request);
      live_give_up (live);
    }
}

static void
live_begin (PiscesGenerateLive *live)
{
  g_autoptr (PiscesStatus) status = NULL;
  Draft                   *draft;

  if (! live->wanted || live->draft)
    return;

  status = pisces_engine_get_status (live->session->engine);
  if (status->busy || status->n_waiting > 0)
    return;

  draft = g_new0 (Draft, 1);
  draft->live        = live;
  draft->request     = g_steal_pointer (&live->wanted);
  draft->cancellable = g_cancellable_new ();
  draft->folder      = g_strdup (pisces_status_get_model (status, PISCES_ROLE_DRAW)->folder);
  draft->stages[PISCES_STAGE_WAITING] = live->asked;

  live->draft = draft;
  pisces_engine_generate_async (live->session->engine, draft->request,
                                live_progress, draft, draft->cancellable,
                                live_done, draft);
}

/* A model that is being loaded is loaded to the end.  Otherwise somebody who
 * writes without a pause would never get to the end of it, and whatever waits
 * most likely needs the same model.
 */
static void
live_give_up (PiscesGenerateLive *live)
{
  if (! live->draft)
    return;

  live->draft->given_up = TRUE;
  if (! live->draft->is_loading)
    g_cancellable_cancel (live->draft->cancellable);
}

static void
live_progress (const PiscesProgress *progress,
               gpointer              data)
{
  Draft *draft = data;

  if (draft->stages[progress->stage] == 0)
    draft->stages[progress->stage] = g_get_monotonic_time ();

  draft->fraction   = progress->fraction;
  draft->is_loading = progress->stage == PISCES_STAGE_LOADING;
  if (draft->is_loading || progress->stage == PISCES_STAGE_WAITING)
    return;

  if (draft->begun == 0)
    {
      draft->begun          = g_get_monotonic_time ();
      draft->fraction_begun = progress->fraction;
      draft->limit = g_timeout_add ((guint) (1000 * pisces_generate_pace_get_limit ()),
                                    live_too_long, draft);
    }

  if (draft->given_up)
    g_cancellable_cancel (draft->cancellable);
}

/* Judges from what is done how long the whole would take.  */
static gboolean
live_too_long (gpointer data)
{
  Draft              *draft   = data;
  PiscesGenerateLive *live    = draft->live;
  gdouble             seconds = (g_get_monotonic_time () - draft->begun) / 1e6;
  gdouble             done    = (draft->fraction - draft->fraction_begun) /
                                MAX (1.0 - draft->fraction_begun, 0.01);

  draft->limit = 0;
  if (! draft->given_up)
    pisces_generate_pace_note (live->pace, draft->folder,
                               seconds / CLAMP (done, 0.001, 1.0));

  return G_SOURCE_REMOVE;
}

static void
live_done (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Draft                            *draft = data;
  PiscesGenerateLive               *live  = draft->live;
  g_autoptr (PiscesGenerateResult)  drawn = NULL;
  g_autoptr (GError)                error = NULL;
  const gint64                      done  = g_get_monotonic_time ();

  drawn = pisces_engine_generate_finish (PISCES_ENGINE (source), result, &error);
  live->draft = NULL;

  if (drawn && drawn->pictures->len > 0 && ! draft->given_up)
    {
      pisces_generate_pace_note (live->pace, draft->folder, drawn->seconds);
      pisces_live_drafts_show (live->drafts, drawn->pictures->pdata[0],
                               live->session->image_id);
      draft_tell (draft, done);
    }
  else if (error && ! draft->given_up)
    {
      pisces_live_drafts_refuse (live->drafts, error->message);
    }

  draft_free (draft);
  live_begin (live);
}

/* For tests that measure.  All times are those of the monotonic clock, in
 * microseconds.  */
static void
draft_tell (const Draft *draft,
            gint64       done)
{
  const gint64 *stages = draft->stages;

  g_debug ("draft: asked %" G_GINT64_FORMAT " planning %" G_GINT64_FORMAT
           " imagining %" G_GINT64_FORMAT " developing %" G_GINT64_FORMAT
           " done %" G_GINT64_FORMAT " shown %" G_GINT64_FORMAT,
           stages[PISCES_STAGE_WAITING], stages[PISCES_STAGE_PLANNING],
           stages[PISCES_STAGE_IMAGINING], stages[PISCES_STAGE_DEVELOPING],
           done, g_get_monotonic_time ());
}

static void
draft_free (Draft *draft)
{
  g_clear_handle_id (&draft->limit, g_source_remove);
  pisces_generate_request_free (draft->request);
  g_object_unref (draft->cancellable);
  g_free (draft->folder);
  g_free (draft);
}
