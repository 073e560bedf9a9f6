/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describe-jobs.c: what the engine does for a Describe Image window: it writes
 * texts, rewrites one of them, answers questions, and draws a picture from the
 * texts.  One job runs at a time.
 */

#include <glib/gi18n-lib.h>

#include "plugin/describe/describe-round-trip.h"
#include "plugin/describe/describe-session-private.h"

/* If a short text is longer than this, in characters, some screen readers cut
 * it off.  */
#define SHORT_LIMIT 250

typedef PiscesDescribeSession DescribeSession;

static gboolean
            jobs_begin         (DescribeSession      *session);
static void jobs_end           (DescribeSession      *session,
                                const GError         *error);
static void jobs_describe      (PiscesDescribeWindow *window,
                                guint                 what,
                                DescribeSession      *session);
static void jobs_progress      (const PiscesProgress *progress,
                                gpointer              data);
static void jobs_done          (GObject              *source,
                                GAsyncResult         *result,
                                gpointer              data);
static void jobs_rewrite       (PiscesDescribeWindow *window,
                                guint                 what,
                                gint                  change,
                                DescribeSession      *session);
static void jobs_rewritten     (GPtrArray            *candidates,
                                gboolean              doubtful,
                                const GError         *error,
                                gpointer              data);
static void jobs_ask           (PiscesDescribeWindow *window,
                                const gchar          *question,
                                DescribeSession      *session);
static void jobs_answered      (GObject              *source,
                                GAsyncResult         *result,
                                gpointer              data);
static void jobs_rebuild       (PiscesDescribeWindow *window,
                                guint                 n_texts,
                                DescribeSession      *session);
static void jobs_trip_progress (const PiscesProgress *progress,
                                gpointer              data);
static void jobs_tried         (const gchar          *short_text,
                                const gchar          *long_text,
                                gboolean              doubtful,
                                PiscesImage          *rebuilt,
                                gdouble               likeness,
                                gpointer              data);
static void jobs_trip_done     (const GError         *error,
                                gpointer              data);
static void jobs_stop          (PiscesDescribeWindow *window,
                                DescribeSession      *session);
static PiscesTextsKind
            kind_of_texts      (gboolean              doubtful);


/*  public functions  */

/**
 * pisces_describe_jobs_connect:
 * @session: a session that already has its window.
 *
 * Starts the jobs that the window requests.
 */
void
pisces_describe_jobs_connect (PiscesDescribeSession *session)
{
  g_signal_connect (session->window, "describe-requested",
                    G_CALLBACK (jobs_describe), session);
  g_signal_connect (session->window, "stop-requested",
                    G_CALLBACK (jobs_stop), session);
  g_signal_connect (session->window, "rewrite-requested",
                    G_CALLBACK (jobs_rewrite), session);
  g_signal_connect (session->window, "ask-requested",
                    G_CALLBACK (jobs_ask), session);
  g_signal_connect (session->window, "rebuild-requested",
                    G_CALLBACK (jobs_rebuild), session);
}


/*  private functions  */

/* Reads the pixels again, because the image may have changed since the window
 * was opened.  Returns whether a job can begin; end it with jobs_end().
 */
static gboolean
jobs_begin (DescribeSession *session)
{
  g_autoptr (GimpImage) image = NULL;

  if (session->cancellable)
    return FALSE;

  image = pisces_describe_image_get (session);
  if (! image || ! pisces_describe_image_show (session, image))
    return FALSE;

  session->cancellable = g_cancellable_new ();
  pisces_session_begin_work (&session->base);
  pisces_describe_window_set_running (session->window, TRUE);

  return TRUE;
}

/* Notes which model has just described, because another one may be chosen before
 * its texts are saved.  */
static void
jobs_note_describer (DescribeSession *session)
{
  g_autoptr (PiscesStatus)  status = pisces_engine_get_status (session->base.engine);
  const PiscesModelStatus  *model  = pisces_status_get_model (status, PISCES_ROLE_DESCRIBE);

  g_set_str (&session->describer, model->name);
  g_set_str (&session->describer_digest, model->digest);
  g_set_str (&session->describer_backend, model->backend);
}

/* @error: (nullable): what went wrong.  */
static void
jobs_end (DescribeSession *session,
          const GError    *error)
{
  const gchar *sentence = _("The model has finished with the image.");

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    sentence = NULL;
  else if (error)
    sentence = _("The model could not finish with the image. The window says "
                 "why.");

  g_clear_object (&session->cancellable);
  pisces_describe_window_set_running (session->window, FALSE);
  if (error)
    pisces_session_show_error (&session->base, error);
  else
    jobs_note_describer (session);
  pisces_session_end_work (&session->base, sentence);
  pisces_session_show_status (&session->base);
}

static void
jobs_describe (PiscesDescribeWindow *window,
               guint                 what,
               DescribeSession      *session)
{
  g_autoptr (PiscesDescribeRequest) request = NULL;

  if (! jobs_begin (session))
    return;

  request = pisces_describe_window_make_request (window, session->pixels, what);
  pisces_engine_describe_async (session->base.engine, request,
                                jobs_progress, session,
                                session->cancellable,
                                jobs_done, session);
}

static void
jobs_progress (const PiscesProgress *progress,
               gpointer              data)
{
  DescribeSession *session = data;

  pisces_describe_window_show_progress (session->window, progress);
  pisces_session_show_status (&session->base);
}

static void
jobs_done (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  DescribeSession                  *session = data;
  g_autoptr (PiscesDescribeResult)  texts   = NULL;
  g_autoptr (GError)                error   = NULL;

  texts = pisces_engine_describe_finish (session->base.engine, result, &error);

  jobs_end (session, error);

  if (texts)
    {
      pisces_describe_window_set_texts (session->window,
                                        texts->short_text, texts->long_text,
                                        kind_of_texts (texts->doubt != NULL));
      if (texts->keywords)
        pisces_keywords_field_write (
          pisces_texts_pane_get_keywords (pisces_describe_window_get_texts_pane (session->window)),
          (const gchar * const *) texts->keywords, texts->doubt != NULL);
      pisces_session_show_warnings (&session->base, texts->warnings);
    }
}

static void
jobs_rewrite (PiscesDescribeWindow *window,
              guint                 what,
              gint                  change,
              DescribeSession      *session)
{
  g_autoptr (PiscesDescribeRequest) request = NULL;

  if (! jobs_begin (session))
    return;

  session->rewritten = what;
  session->change    = change;
  request = pisces_describe_window_make_request (window, session->pixels, what);
  pisces_rewrite_start (session->base.engine, request,
                        g_random_int (), jobs_trip_progress,
                        session->cancellable, jobs_rewritten, session);
}

static void
jobs_rewritten (GPtrArray    *candidates,
                gboolean      doubtful,
                const GError *error,
                gpointer      data)
{
  DescribeSession  *session  = data;
  gboolean          is_short = session->rewritten == PISCES_DESCRIBE_SHORT;
  g_autofree gchar *present  = NULL;
  const gchar      *text;

  jobs_end (session, error);
  if (error)
    return;

  present = pisces_describe_window_get_text (session->window,
                                             session->rewritten);
  text = pisces_alt_text_pick (candidates, present, session->change,
                               is_short ? SHORT_LIMIT : 0);
  if (text)
    pisces_describe_window_set_texts (session->window,
                                      is_short ? text : NULL,
                                      is_short ? NULL : text,
                                      kind_of_texts (doubtful));
  else
    pisces_session_show_message (&session->base, GTK_MESSAGE_INFO,
                                 session->change < 0 ?
                                 _("The model has tried a few times and found "
                                   "no shorter text. The text is as it was.") :
                                 session->change > 0 ?
                                 _("The model has tried a few times and found "
                                   "no longer text. The text is as it was.") :
                                 _("The model has tried a few times and says "
                                   "the same again."));
}

static void
jobs_ask (PiscesDescribeWindow *window,
          const gchar          *question,
          DescribeSession      *session)
{
  g_autoptr (PiscesDescribeRequest) request = NULL;

  if (! jobs_begin (session))
    return;

  request = pisces_describe_window_make_request (window, session->pixels,
                                                 PISCES_DESCRIBE_ANSWER);
  request->question = g_strdup (question);
  g_free (session->question);
  session->question = g_strdup (question);

  pisces_engine_describe_async (session->base.engine, request,
                                jobs_trip_progress, session,
                                session->cancellable,
                                jobs_answered, session);
}

static void
jobs_answered (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  DescribeSession                  *session = data;
  g_autoptr (PiscesDescribeResult)  texts   = NULL;
  g_autoptr (GError)                error   = NULL;

  texts = pisces_engine_describe_finish (session->base.engine, result, &error);

  jobs_end (session, error);
  if (texts)
    {
      pisces_describe_window_add_answer (session->window, session->question,
                                         texts->answer);
      pisces_session_show_warnings (&session->base, texts->warnings);
    }
}

static void
jobs_rebuild (PiscesDescribeWindow *window,
              guint                 n_texts,
              DescribeSession      *session)
{
  static const PiscesRoundTripFuncs funcs =
  {
    jobs_trip_progress, jobs_tried, jobs_trip_done
  };
  g_autofree gchar *text = NULL;

  if (! jobs_begin (session))
    return;

  if (n_texts == 1)
    {
      text = pisces_describe_window_get_text (window, PISCES_DESCRIBE_LONG);
      if (! *text)
        {
          g_free (text);
          text = pisces_describe_window_get_text (window,
                                                  PISCES_DESCRIBE_SHORT);
        }
    }

  session->want_best = n_texts > 1;
  pisces_check_pane_clear (pisces_describe_window_get_check_pane (window));
  pisces_round_trip_start (session->base.engine, session->pixels, text,
                           n_texts, g_random_int (), session->cancellable,
                           &funcs, session);
}

/* For jobs whose text does not go into the fields of the window.  */
static void
jobs_trip_progress (const PiscesProgress *progress,
                    gpointer              data)
{
  DescribeSession *session = data;
  PiscesProgress   silent  = *progress;

  silent.text = NULL;
  pisces_describe_window_show_progress (session->window, &silent);
  if (progress->preview)
    pisces_check_pane_set_preview (
      pisces_describe_window_get_check_pane (session->window),
      progress->preview);
  pisces_session_show_status (&session->base);
}

static void
jobs_tried (const gchar *short_text,
            const gchar *long_text,
            gboolean     doubtful,
            PiscesImage *rebuilt,
            gdouble      likeness,
            gpointer     data)
{
  DescribeSession          *session = data;
  PiscesCheckPane          *pane    =
    pisces_describe_window_get_check_pane (session->window);
  gint                      before  = pisces_check_pane_get_best (pane);
  g_autoptr (PiscesStatus)  status  = pisces_engine_get_status (session->base.engine);
  const PiscesModelStatus  *compare = pisces_status_get_model (status, PISCES_ROLE_COMPARE);

  pisces_check_pane_add (pane, rebuilt, long_text, likeness, compare ? compare->name : NULL);

  if (pisces_check_pane_get_best (pane) != before)
    {
      g_free (session->best_short);
      g_free (session->best_long);
      session->best_short = g_strdup (short_text);
      session->best_long  = g_strdup (long_text);
      session->best_kind  = kind_of_texts (doubtful);
    }
}

static void
jobs_trip_done (const GError *error,
                gpointer      data)
{
  DescribeSession *session = data;

  jobs_end (session, error);

  if (! error && session->want_best)
    pisces_describe_window_set_texts (session->window, session->best_short,
                                      session->best_long,
                                      session->best_kind);

  g_clear_pointer (&session->best_short, g_free);
  g_clear_pointer (&session->best_long,  g_free);
}

static void
jobs_stop (PiscesDescribeWindow *window,
           DescribeSession      *session)
{
  if (session->cancellable)
    g_cancellable_cancel (session->cancellable);
}

static PiscesTextsKind
kind_of_texts (gboolean doubtful)
{
  return doubtful ? PISCES_TEXTS_DOUBTFUL : PISCES_TEXTS_WRITTEN;
}
