/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * generate-checks.c: lets the engine check how well results of the Generate
 * Layer window match their prompts.
 */

#include <glib/gi18n-lib.h>

#include "plugin/generate/generate-checks.h"

struct _PiscesGenerateChecks
{
  PiscesSession     *session;
  PiscesCheckedFunc  checked;
  gpointer           user_data;
  gboolean           failed;   /* a check failed and the user was told */
};

/* The data for the engine's callback of one check.  */
typedef struct
{
  PiscesGenerateChecks *checks;
  PiscesResult         *result;
} Check;

static void checks_done (GObject      *source,
                         GAsyncResult *answer,
                         gpointer      data);


/*  public functions  */

/**
 * pisces_generate_checks_new:
 * @session: the session of the window.
 * @pane: the pane that requests checks.
 * @checked: called for each result when it has its score.
 * @user_data: for @checked.
 *
 * Returns: (transfer full): an object that lives as long as the window, which
 *   lives as long as the process.
 */
PiscesGenerateChecks *
pisces_generate_checks_new (PiscesSession     *session,
                            PiscesResultPane  *pane,
                            PiscesCheckedFunc  checked,
                            gpointer           user_data)
{
  PiscesGenerateChecks *checks = g_new0 (PiscesGenerateChecks, 1);

  checks->session   = session;
  checks->checked   = checked;
  checks->user_data = user_data;

  g_signal_connect_swapped (pane, "check-requested",
                            G_CALLBACK (pisces_generate_checks_check), checks);

  return checks;
}

/**
 * pisces_generate_checks_check:
 * @result: a result with its image.
 */
void
pisces_generate_checks_check (PiscesGenerateChecks *checks,
                              PiscesResult         *result)
{
  PiscesPicture *picture = pisces_result_get_picture (result);
  Check         *check;

  /* What was taken away leaves nothing to compare with.  */
  if (! picture->prompt || ! *picture->prompt)
    return;

  check = g_new0 (Check, 1);
  check->checks = checks;
  check->result = g_object_ref (result);

  pisces_engine_score_async (checks->session->engine, picture->image,
                             picture->prompt, NULL, checks_done, check);
}


/*  private functions  */

static void
checks_done (GObject      *source,
             GAsyncResult *answer,
             gpointer      data)
{
  g_autofree Check         *check  = data;
  PiscesGenerateChecks     *checks = check->checks;
  g_autoptr (PiscesResult)  result = check->result;
  g_autoptr (GError)        error  = NULL;
  g_autoptr (PiscesScore)   score  = NULL;

  score = pisces_engine_score_finish (PISCES_ENGINE (source), answer, &error);

  if (score)
    {
      checks->failed = FALSE;
      pisces_result_set_score (result, score->match, score->description,
                               score->way);
      checks->checked (result, checks->user_data);
    }
  /* The same problem would come for every result, so it is only shown once.  */
  else if (! checks->failed &&
           ! g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree gchar *text = NULL;

      checks->failed = TRUE;
      text = g_strdup_printf (_("The pictures could not be checked against "
                                "their prompts: %s"), error->message);
      pisces_session_show_message (checks->session, GTK_MESSAGE_WARNING, text);
    }
}
